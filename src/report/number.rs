//! Numbers as engineers read them: fixed digits per quantity, so that columns line up.

/// Cubic feet a minute in one m³/s.
const CFM_PER_M3_S: f64 = 2118.880003;

/// `value` with so many decimals; words where it is not finite, and no minus before zero.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "not finite".into();
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.chars().all(|c| matches!(c, '0' | '.')) => zero.into(),
        _ => text,
    }
}

/// Digits in groups of three: `231,840`.
pub(crate) fn grouped(value: f64) -> String {
    let plain = fixed(value, 0);
    if !value.is_finite() {
        return plain;
    }
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits are ASCII"))
        .collect();
    format!("{sign}{}", groups.join(","))
}

/// W, as `57.20 kW` from 1 kW on and as `850 W` below, with one decimal under 10 W.
pub(crate) fn watts(value: f64) -> String {
    match value.abs() {
        w if w >= 999.5 => format!("{} kW", fixed(value / 1e3, 2)),
        w if w >= 9.95 || w == 0.0 => format!("{} W", fixed(value, 0)),
        _ => format!("{} W", fixed(value, 1)),
    }
}

/// Pa, as `58.6 kPa` from 1 kPa on and as `45 Pa` below, with one decimal under 10 Pa.
pub(crate) fn pascals(value: f64) -> String {
    match value.abs() {
        p if p >= 999.5 => format!("{} kPa", fixed(value / 1e3, 1)),
        p if p >= 9.95 || p == 0.0 => format!("{} Pa", fixed(value, 0)),
        _ => format!("{} Pa", fixed(value, 1)),
    }
}

/// °C with one decimal, without the unit.
pub(crate) fn degrees(celsius: f64) -> String {
    fixed(celsius, 1)
}

/// m³/s to CFM.
pub(crate) fn cfm(m3_s: f64) -> f64 {
    m3_s * CFM_PER_M3_S
}

/// m³/s to L/min.
pub(crate) fn l_min(m3_s: f64) -> f64 {
    m3_s * 60e3
}

/// Airflow in the trade's unit and in SI: `6,200 CFM (2.926 m³/s)`.
pub(crate) fn airflow(m3_s: f64) -> String {
    let value = cfm(m3_s);
    let text = if value.abs() >= 99.5 { grouped(value) } else { fixed(value, 1) };
    format!("{text} CFM ({} m³/s)", fixed(m3_s, 3))
}

/// Powers of ten with one digit: `3e-10`.
pub(crate) fn small(value: f64) -> String {
    if value.is_finite() { format!("{value:.0e}") } else { fixed(value, 0) }
}

/// `low` to `high`, or one number where both read the same.
pub(crate) fn range(low: f64, high: f64, decimals: usize) -> String {
    let (a, b) = (fixed(low, decimals), fixed(high, decimals));
    if a == b { a } else { format!("{a}…{b}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_changes_its_unit_at_a_kilowatt_and_zero_has_no_sign() {
        let texts = [0.0, 3.24, 850.4, 999.6, 57_204.0].map(watts);
        assert_eq!(texts, ["0 W", "3.2 W", "850 W", "1.00 kW", "57.20 kW"]);
        assert_eq!(fixed(-0.04, 1), "0.0");
    }

    #[test]
    fn digits_are_grouped_in_threes_and_a_value_that_is_not_finite_is_said() {
        assert_eq!(grouped(231_840.0), "231,840");
        assert_eq!(grouped(-1_000.0), "-1,000");
        assert_eq!(grouped(12.0), "12");
        assert_eq!(watts(f64::NAN), "not finite W");
    }

    #[test]
    fn the_sheet_value_of_1550_cfm_is_0_7315_m3_s() {
        approx::assert_relative_eq!(cfm(0.731_518), 1550.0, max_relative = 1e-6);
        assert_eq!(airflow(0.731_518), "1,550 CFM (0.732 m³/s)");
    }
}
