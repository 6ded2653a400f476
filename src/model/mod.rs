//! Scene and grid to the discrete problem.
