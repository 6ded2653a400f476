//! Liquid branches.
