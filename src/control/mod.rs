//! What acts on a run as its time goes on.

pub mod electrical;
pub mod generate;
pub mod load;
mod profile;
mod random;
pub mod smoothing;
pub mod spectrum;
pub mod storage;

pub use profile::{Profile, ProfileError};
