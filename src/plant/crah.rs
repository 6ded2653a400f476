//! Room air handlers (CRAH): fans that pass the room's air through a chilled-water coil.
//!
//! Liebert CWA CA80 (V2): 500 kW at 150,000 m³/h with fans of 21.7 kW. P ∝ speed³, airflow ∝ speed: with spare units
//! all run slower, and the same air takes 1/(1 + spare)² of the power. The coil's rating conditions are not published:
//! its approach is an input.

/// Airflow of a unit at full speed, m³/s (V2).
pub const UNIT_AIRFLOW: f64 = 150_000.0 / 3600.0;
/// Heat of a unit at its rating, W (V2).
pub const UNIT_HEAT: f64 = 500e3;
/// Fans of a unit at full speed, W (V2).
pub const UNIT_FANS: f64 = 21.7e3;

/// Airflow that carries a heat flow in W at the rating's rise, m³/s.
#[must_use]
pub fn airflow_for(heat: f64) -> f64 {
    heat / UNIT_HEAT * UNIT_AIRFLOW
}

/// Electrical power of the fans, W, that move an airflow in m³/s with a share of spare units running along.
#[must_use]
pub fn fan_power(airflow: f64, spare: f64) -> f64 {
    let units = airflow / UNIT_AIRFLOW * (1.0 + spare);
    let speed = 1.0 / (1.0 + spare);
    units * UNIT_FANS * speed.powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn one_unit_at_full_speed_takes_its_rated_power_and_a_spare_one_beside_it_a_quarter() {
        assert_relative_eq!(fan_power(UNIT_AIRFLOW, 0.0), UNIT_FANS, max_relative = 1e-12);
        assert_relative_eq!(fan_power(UNIT_AIRFLOW, 1.0), UNIT_FANS / 4.0, max_relative = 1e-12);
        assert_relative_eq!(airflow_for(UNIT_HEAT), UNIT_AIRFLOW);
    }
}
