//! The f64 reference on all cores.
