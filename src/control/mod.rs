//! What acts on a run as its time goes on.

pub mod generate;
mod profile;
mod random;

pub use profile::{Profile, ProfileError};
