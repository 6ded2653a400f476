//! The algorithms, once, over the operations of a backend.
//!
//! [`refinement`] holds values and true residuals in extended precision and asks [`krylov`] for corrections, which
//! [`multigrid`] preconditions on the levels that [`galerkin`] makes.

pub mod galerkin;
pub mod krylov;
pub mod multigrid;
pub mod refinement;

pub use refinement::{Options, Refined, Report, SolveError};
