//! What acts on a run as its time goes on: power over time, controllers, throttling, faults.
//!
//! This module knows no cells and no fields: it takes times and readings and gives powers and settings. Everything is
//! in [`Control`], which a scene holds ([`crate::scene::Scene::control`]); its numbers are indices of the scene's lists.
//!
//! | module | what it holds |
//! |---|---|
//! | [`Profile`] | a value over time, piecewise linear, with exact means |
//! | [`generate`], [`table`] | loads by rule, loads from a file |
//! | [`smoothing`], [`storage`] | GB300: floor and ramps at the chip, stored energy at the shelf |
//! | [`load`] | which part follows which trace, with the spread and lag of its die |
//! | [`electrical`], [`spectrum`] | power of the rack and of its grid: peak, ramps, frequencies |
//! | [`sensor`], [`pid`] | late and lagged readings, PID with limits, slew and sampling |
//! | [`throttle`] | slower and off by junction temperature, work lost |
//! | [`timeline`] | events: pumps, fans, water, plates, supplies, power |
//! | [`plan`] | all of it for a time loop |
//!
//! # How a time loop uses it
//!
//! ```text
//! state = control.start(conditions)                      once, or read from a checkpoint
//! while t < end:
//!     dt   = min(what the error allows, control.next_event(state, t) − t)
//!     kept = state.clone()                               where the step may be refused
//!     settings = control.step(state, t, dt, conditions)  readings at t → settings and powers for t … t + dt
//!     solve the step with settings.targets and settings.powers; if refused: state = kept, smaller dt, again
//!     t += dt
//! lost = control.lost(state)                             GPU-seconds, first trip, first shutdown
//! ```
//!
//! [`Conditions`] is what the loop tells: measured values, junctions, and what the scene says of targets and parts.
//! [`Settings::powers`] are exact means over the step, so that the energy of a trace does not depend on the steps; a
//! part that is not listed has its nominal power. Speeds and levels are those of the middle of the step. Where flow is
//! frozen, [`Settings::targets`] tells when to refresh it; [`timeline::Timeline::is_moving`] says that a machine is
//! running up or down. [`State`] holds no infinities and no NaN; a writer must keep every bit of its doubles.
//!
//! Steady runs take the mean of a trace over its period ([`crate::scene::Scene::steady`]) and refuse the rest.

pub mod electrical;
pub mod generate;
pub mod load;
pub mod pid;
pub mod plan;
mod profile;
mod random;
pub mod sensor;
pub mod smoothing;
pub mod spectrum;
pub mod storage;
pub mod table;
pub mod throttle;
pub mod timeline;

pub use plan::{Conditions, Control, Lost, Measured, Settings, State};
pub use profile::{Profile, ProfileError};
