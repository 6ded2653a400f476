//! racktherm: how to cool a rack of 10 to 150 kW, answered from first principles.
//!
//! # The model in one page
//!
//! A scene (a text file) becomes a rectilinear grid whose lines lie on the faces of parts, and one discrete
//! problem on it. Heat, in every cell c of air or solid, over its six faces f to the neighbours n:
//!
//! ```text
//! Σ_f g_f (T_n − T_c)  +  Σ_f ṁ_f cp (T_f − T_c)  +  Σ_N β_cN (T_N − T_c)  +  q_c  =  0
//!    conduction, films        air that enters          compact parts        sources
//! ```
//!
//! Over time the sum is not 0 but what the cell stores, C dT/dt, by backward differences of first or second order; nodes
//! store likewise, flows stand still between the moments at which they are solved anew.
//!
//! Air, as a field of losses (`potential`): mass flows down the pressure against the losses at its own speed,
//!
//! ```text
//! Σ_f ṁ_f = 0      ṁ_f = C_f (p_c − p_n)      Δp = ζ ρ/2 u|u|,   fans of fixed flow cut the field
//! ```
//!
//! or, by `momentum`, with inertia, shear and buoyancy, velocities on faces and everything else at centres:
//!
//! ```text
//! Σ_f ṁ_f (u_f − u) = Σ_f µ A/δ (u_n − u) + A (p_W − p_P) + V (f − ρ β g θ) − A Δp(u)      Σ_f ṁ_f = 0
//! ```
//!
//! Regions may hold fluids of their own. Each is such a flow, closed to the cells of the others, and all of them meet in
//! the one equation of heat, through the solids between them.
//!
//! Compact parts (junctions, cases, sink bases, coolant behind each plate) are nodes N that border the
//! cells' system and are eliminated exactly, so that a cold plate couples without iteration.
//!
//! ```text
//!                 T (z+)
//!                  |   N (y+)        temperature, pressure, material and sources: at the centre
//!                  |  /              mass flow ṁ, conductance g, resistances, losses, tags:
//!        W ────────●──────── E (x+)   on the face between a cell and its upper neighbour
//!                / |                 compact parts: beside the grid, linked to cells
//!          S    /  |
//!                  B
//! ```
//!
//! A loop's flows follow from its pressures, branch by branch, and its heat is carried along them,
//!
//! ```text
//! Σ ṁ = 0      p_from − p_to = Δp(ṁ)      ṁ (h(T_k) − h(T_{k−1})) = (T_plate − T_{k−1})/R
//! ```
//!
//! Everything is solved in f64, or in f32 on a GPU with f64 residuals, until rounding alone is left and the
//! heat balance closes (preconditioners are f32 everywhere); the balance is summed from boundary faces and coolant
//! enthalpies, never as a rest. Flow is solved in the backend's own precision to stated tolerances, and its fluxes
//! are made to conserve mass to rounding before temperatures are solved in them.
//!
//! # Map
//!
//! Arrows go downwards only: cli → couple → {solver, coolant, plant, control} → {backend, model} →
//! {grid, field, material, physics} → units.
//!
//! | module | what it holds |
//! |---|---|
//! | [`units`] | `"120 kW"`, `"35 degC"`, `"40 L/min"` to SI, and expressions over them |
//! | [`scene`] | what the engineer writes, validated, in SI units |
//! | [`material`] | solids, coolants, air: correlations with range and source |
//! | [`physics`] | pure formulas of a face, a cell or a component |
//! | [`grid`], [`field`] | spacings, areas, volumes, indexing; where the values of a flow live |
//! | [`model`] | scene + grid to the discrete problem, the one input of every backend |
//! | [`backend`] | the operations that algorithms are written over, twice: `cpu` and `gpu` |
//! | [`solver`] | the algorithms, once: multigrid, Krylov, refinement, flow |
//! | [`coolant`] | loops: networks of branches, mixing, supplies and the units that hold them |
//! | [`plant`] | rear doors, distribution units and the facility: coolers, towers, chillers, climates, PUE |
//! | [`control`] | power over time, controllers, throttling, faults: what acts on a run as its time goes on |
//! | [`couple`] | the outer iteration between air, solids and loop, from coarse grids to the one asked for |
//! | [`result`] | what a run answers: summary, fields, probes |
//! | [`report`], [`cli`] | results to people and files; the command line |
//! | [`search`] | how far a value can be pushed, and what binds then |
//! | [`verify`] | cases with known answers |
//! | [`bench`] | how fast this machine computes |

pub mod backend;
pub mod bench;
pub mod cli;
pub mod control;
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
pub mod search;
pub mod solver;
pub mod units;
pub mod verify;
