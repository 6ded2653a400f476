//! The algorithms, once.
