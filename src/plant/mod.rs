//! Rear doors and exchangers.
