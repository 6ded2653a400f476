//! Chillers by their published COP, and beyond the tables by Carnot.
//!
//! Air-cooled: York YCAL, scroll compressors (V, from its published curves), leaving water 6 and 10 °C, ambient 20 to
//! 45 °C, linear in both. Water-cooled: Carrier 19XR with variable speed (V), leaving 10 °C, entering condenser water 16 to
//! 32 °C; at part load ×1.39, 1.64, 1.30, 1.00 at 25, 50, 75, 100 %, linear between and held below 25 %. Staged scrolls keep
//! their full-load COP at part load (E).
//!
//! Warmer or colder water, and hotter surroundings, than a table has: the COP at its end times
//! η_Carnot(state)/η_Carnot(end), η_Carnot = T_e/(T_c − T_e) with T_e = leaving − 2 K and T_c = ambient + 12 K or
//! entering condenser water + 7 K (E), and a lift of 10 K at least (E). Colder surroundings than a table has: held at its
//! end, since a chiller holds its condensing pressure up.

use crate::units::ZERO_CELSIUS;

/// A COP, and whether it lies outside the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cop {
    /// Heat taken from the water over electrical power.
    pub value: f64,
    /// Whether leaving water or surroundings lie outside the table.
    pub extrapolated: bool,
}

/// Ambient temperatures of the York table, °C.
pub const YORK_AMBIENT: [f64; 6] = [20.0, 25.0, 30.0, 35.0, 40.0, 45.0];
/// Leaving water of its two rows, °C.
pub const YORK_LEAVING: [f64; 2] = [6.0, 10.0];
const YORK_COP: [[f64; 6]; 2] = [[4.74, 4.03, 3.46, 2.99, 2.60, 2.28], [4.92, 4.31, 3.78, 3.31, 2.91, 2.57]];

/// Entering condenser water of the Carrier table, °C.
pub const CARRIER_CONDENSER: [f64; 5] = [16.0, 20.0, 24.0, 28.0, 32.0];
/// Its leaving water, °C.
pub const CARRIER_LEAVING: f64 = 10.0;
const CARRIER_COP: [f64; 5] = [6.82, 6.73, 6.60, 6.44, 6.25];
const LOADS: [f64; 4] = [0.25, 0.5, 0.75, 1.0];
const CARRIER_PART_LOAD: [f64; 4] = [1.39, 1.64, 1.30, 1.00];

/// Leaving water less evaporation, K (E).
const EVAPORATOR: f64 = 2.0;
/// Condensation less ambient, and less entering condenser water, K (E).
const CONDENSER: (f64, f64) = (12.0, 7.0);
/// Least difference between condensation and evaporation, K (E).
const LEAST_LIFT: f64 = 10.0;

/// COP of an air-cooled chiller: leaving water and ambient in K.
#[must_use]
pub fn air_cooled(leaving: f64, ambient: f64) -> Cop {
    let (leaving, ambient) = (leaving - ZERO_CELSIUS, ambient - ZERO_CELSIUS);
    let rows = YORK_COP.map(|row| linear(&YORK_AMBIENT, &row, ambient));
    let end = (leaving.clamp(6.0, 10.0), ambient.clamp(20.0, 45.0));
    beyond(linear(&YORK_LEAVING, &rows, leaving), (leaving, ambient), end, CONDENSER.0)
}

/// COP of a water-cooled chiller: leaving water and entering condenser water in K, load over capacity.
#[must_use]
pub fn water_cooled(leaving: f64, condenser_water: f64, load: f64) -> Cop {
    let (leaving, condenser) = (leaving - ZERO_CELSIUS, condenser_water - ZERO_CELSIUS);
    let full = linear(&CARRIER_CONDENSER, &CARRIER_COP, condenser);
    let end = (CARRIER_LEAVING, condenser.clamp(16.0, 32.0));
    let cop = beyond(full, (leaving, condenser), end, CONDENSER.1);
    Cop { value: cop.value * linear(&LOADS, &CARRIER_PART_LOAD, load), ..cop }
}

/// The COP of a table's end, carried to a state in °C (leaving, surroundings) beyond it.
fn beyond(at_end: f64, state: (f64, f64), end: (f64, f64), condenser: f64) -> Cop {
    let carnot = |(leaving, around): (f64, f64)| {
        let evaporation = leaving - EVAPORATOR;
        (evaporation + ZERO_CELSIUS) / (around + condenser - evaporation).max(LEAST_LIFT)
    };
    let held = (state.0, state.1.max(end.1));
    let extrapolated = (state.0 - end.0).abs() > 1e-9 || (state.1 - end.1).abs() > 1e-9;
    Cop { value: at_end * carnot(held) / carnot(end), extrapolated }
}

/// Linear between points, held beyond the ends.
fn linear(points: &[f64], values: &[f64], x: f64) -> f64 {
    let upper = points.partition_point(|point| *point < x).clamp(1, points.len() - 1);
    let share = ((x - points[upper - 1]) / (points[upper] - points[upper - 1])).clamp(0.0, 1.0);
    values[upper - 1] + share * (values[upper] - values[upper - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn kelvin(celsius: f64) -> f64 {
        celsius + ZERO_CELSIUS
    }

    #[test]
    fn both_tables_are_met_at_their_points_and_halfway_by_the_mean() {
        let york = |leaving, ambient| air_cooled(kelvin(leaving), kelvin(ambient));
        for (row, leaving) in YORK_LEAVING.into_iter().enumerate() {
            for (column, ambient) in YORK_AMBIENT.into_iter().enumerate() {
                let cop = york(leaving, ambient);
                assert_relative_eq!(cop.value, YORK_COP[row][column], max_relative = 1e-12);
                assert!(!cop.extrapolated);
            }
        }
        assert_relative_eq!(york(8.0, 32.5).value, (3.78 + 3.31 + 3.46 + 2.99) / 4.0, max_relative = 1e-12);
        let carrier = |condenser, load| water_cooled(kelvin(10.0), kelvin(condenser), load).value;
        assert_relative_eq!(carrier(30.0, 1.0), (6.44 + 6.25) / 2.0, max_relative = 1e-12);
        for (load, factor) in [(0.1, 1.39), (0.25, 1.39), (0.625, 1.47), (1.0, 1.0)] {
            assert_relative_eq!(carrier(24.0, load), 6.60 * factor, max_relative = 1e-12);
        }
    }

    #[test]
    fn warmer_water_raises_the_cop_as_carnot_does_down_to_the_least_lift() {
        let york = |leaving| air_cooled(kelvin(leaving), kelvin(35.0));
        // T_e = 18 °C, lift 29 K, against 8 °C and 39 K.
        let expected = 3.31 * (291.15 / 29.0) / (281.15 / 39.0);
        assert_relative_eq!(york(20.0).value, expected, max_relative = 1e-12);
        assert!(york(20.0).extrapolated);
        let (warm, warmer) = (york(42.0).value, york(47.0).value);
        assert_relative_eq!(warmer / warm, 318.15 / 313.15, max_relative = 1e-12);
    }

    #[test]
    fn hotter_air_than_the_table_lowers_the_cop_and_colder_air_holds_it() {
        let york = |ambient| air_cooled(kelvin(10.0), kelvin(ambient));
        assert!(york(48.0).value < 2.57 && york(48.0).extrapolated);
        assert_eq!((york(5.0).value, york(5.0).extrapolated), (4.92, true));
    }
}
