//! ASHRAE's classes as checks: air at the intake of IT, facility water, technology loops.
//!
//! Source (S): ASHRAE TC 9.9, *Thermal Guidelines for Data Processing Environments*, 5th ed., and *Water-Cooled Servers*;
//! as in the engineering data, section 4. Humidity and rates of change are left out.

/// Air classes with the allowed dry bulb, °C.
pub const AIR: [(&str, (f64, f64)); 5] = [
    ("A1", (15.0, 32.0)),
    ("A2", (10.0, 35.0)),
    ("A3", (5.0, 40.0)),
    ("A4", (5.0, 45.0)),
    ("H1", (5.0, 25.0)),
];
/// Facility water with its warmest supply, °C.
pub const FACILITY_WATER: [(&str, f64); 6] =
    [("W17", 17.0), ("W27", 27.0), ("W32", 32.0), ("W40", 40.0), ("W45", 45.0), ("W+", f64::INFINITY)];
/// Technology loops with their warmest supply, °C.
pub const TECHNOLOGY: [(&str, f64); 4] = [("S30", 30.0), ("S40", 40.0), ("S45", 45.0), ("S50", 50.0)];

/// Least distance of a cold surface over the dew point, K (V2: Motivair ChilledDoor; S: OCP liquid guidelines).
pub const DEW_POINT_MARGIN: f64 = 2.0;
