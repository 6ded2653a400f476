//! racktherm: how to cool a rack of 10 to 150 kW, answered from first principles.
//!
//! A scene (a text file) becomes a grid and a discrete problem (`model`), which one set of
//! algorithms (`solver`) solves on either of two backends: `backend::cpu`, the f64 reference,
//! and `backend::gpu`, WGSL compute shaders through wgpu.
//!
//! | module | what it holds |
//! |---|---|
//! | [`units`] | `"120 kW"`, `"35 degC"`, `"40 L/min"` to SI, and expressions over them |
//! | [`scene`] | what the engineer writes, validated, in SI units |
//! | [`material`] | solids, coolants, air: correlations with range and source |
//! | [`physics`] | pure formulas of a face, a cell or a component |
//! | [`grid`], [`field`] | spacings, areas, volumes, indexing; where a value lives |
//! | [`model`] | scene + grid to the discrete problem |
//! | [`backend`] | the operations that algorithms are written over, twice |
//! | [`solver`] | the algorithms, once: multigrid, Krylov, refinement |
//! | [`coolant`], [`plant`] | liquid branches; rear doors and exchangers |
//! | [`couple`] | the outer iteration between air, solids and loop |
//! | [`result`] | what a run found: summary, fields, probes |
//! | [`report`], [`cli`] | results to people and files; the command line |
//! | [`verify`] | cases with known answers |

pub mod backend;
pub mod cli;
pub mod coolant;
pub mod couple;
pub mod field;
pub mod grid;
pub mod material;
pub mod model;
pub mod physics;
pub mod plant;
pub mod report;
pub mod result;
pub mod scene;
pub mod solver;
pub mod units;
pub mod verify;
