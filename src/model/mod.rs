//! Scene and grid to the discrete problem.

pub mod system;
