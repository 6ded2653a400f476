//! The validated scene in SI units.
