//! Rear doors and exchangers: they know heat flows, capacity rates and temperatures, and no cells.

pub mod ashrae;
pub mod cdu;
pub mod rear_door;
