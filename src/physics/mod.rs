//! Pure formulas of a face, a cell or a component; no grid, no device, no files.
//!
//! | file | what it computes |
//! |---|---|
//! | [`effectiveness`] | ε-NTU of heat exchangers |
//! | [`film`] | heat transfer coefficients of wetted faces |
//! | [`heat_sink`] | plate-fin heat sinks: resistance and pressure drop |
//! | [`cold_plate`] | cold plates: R(flow) and pressure drop |
//! | [`channels`] | cold plates by the geometry of their channels |
//! | [`curve`] | positive curves through points, linear in logarithms |
//! | [`monotone`] | smooth curves through points that overshoot none |
//! | [`fan`] | fans: pressure rise, affinity laws, stall, power, operating point |
//! | [`wall_law`] | turbulence by wall distance and local velocity (LVEL), wall shear and wall heat |
//! | [`radiation`] | heat that a surface radiates, and its share |
//! | [`loss`] | screens, perforated plates, porous obstacles |
//! | [`hydraulics`] | losses of pipes, fittings, valves, couplings; pumps |
//! | [`friction`] | friction factors of ducts and pipes |
//! | [`moist_air`] | humidity, enthalpy and wet bulb |
//! | [`stack`] | layers from die to lid with spreading |
//!
//! SI units throughout, absolute temperatures in kelvin. Names are those of the sources (`re`, `nu`, `pr`).

pub mod channels;
pub mod cold_plate;
pub mod convection;
pub mod curve;
pub mod effectiveness;
pub mod fan;
pub mod film;
pub mod friction;
pub mod heat_sink;
pub mod hydraulics;
pub mod loss;
pub mod moist_air;
pub mod monotone;
pub mod radiation;
pub mod stack;
pub mod wall_law;
