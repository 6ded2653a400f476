//! Where a value lives.
