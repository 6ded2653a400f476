//! Rectilinear grid.
