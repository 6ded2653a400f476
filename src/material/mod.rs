//! Solids, coolants and air.
