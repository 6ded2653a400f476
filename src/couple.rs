//! The outer iteration between air, solids, loop and door.
