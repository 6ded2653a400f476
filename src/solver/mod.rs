//! The algorithms, once, over the operations of a backend.
//!
//! [`refinement`] holds values and true residuals in extended precision and asks [`krylov`] for corrections,
//! which [`preconditioner`] gives directions: a cycle of [`multigrid`], in which [`pairing`] says which cells a
//! coarse level joins, [`network`] which system they obey, and [`coarsest`] ends it; [`bodies`] takes up what no
//! level represents.
//!
//! [`flow`] iterates momentum, continuity and heat on several grids, at the relaxation that [`pace`] finds, along the
//! way that [`anderson`] shortens, until [`settling`] sees its end; [`walls`] gives it the distances that its turbulence needs.
//!
//! [`time`](mod@time) has the weights, errors and lengths of steps over time.

pub mod anderson;
pub mod bodies;
pub mod coarsest;
pub mod flow;
pub mod krylov;
pub mod multigrid;
pub mod network;
mod pace;
pub mod pairing;
pub mod preconditioner;
pub mod refinement;
pub mod settling;
pub mod time;
pub mod walls;

pub use refinement::{Kept, Options, Refined, Report, SolveError};
