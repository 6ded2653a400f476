//! Effectiveness ε = q/(C_min ΔT_inlets) of heat exchangers from NTU = UA/C_min and Cr = C_min/C_max.
//!
//! Source: Kays & London, *Compact Heat Exchangers*, 3rd ed., chapter 2; cross-flow with both fluids unmixed after
//! Mason (1955): ε = 1/(Cr NTU) Σₙ [1 − e^−NTU Σₘ₌₀ⁿ NTUᵐ/m!] [1 − e^−CrNTU Σₘ₌₀ⁿ (Cr NTU)ᵐ/m!].
//! UA constant along the exchanger, no conduction along the walls, no heat to the surroundings.

/// Beyond this e^−NTU is no number any more; ε has reached its limit within 2 % for balanced cross-flow, far
/// closer otherwise.
const LARGEST_NTU: f64 = 700.0;

/// How the two streams meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowArrangement {
    /// Opposite directions.
    Counter,
    /// The same direction.
    Parallel,
    /// Crossing, neither mixed: the exact series.
    CrossUnmixed,
    /// Crossing, neither mixed: 1 − exp[NTU^0.22/Cr (exp(−Cr NTU^0.78) − 1)], up to 4 % low at small NTU.
    CrossUnmixedApproximate,
    /// Crossing, the stream of larger capacity rate mixed.
    CrossLargerMixed,
    /// Crossing, the stream of smaller capacity rate mixed.
    CrossSmallerMixed,
}

impl FlowArrangement {
    /// All arrangements with the names of validation case L5 (`tests/data/validation/entu.csv`).
    pub const NAMED: [(&'static str, FlowArrangement); 6] = [
        ("counter", FlowArrangement::Counter),
        ("parallel", FlowArrangement::Parallel),
        ("cross_unmixed_exact", FlowArrangement::CrossUnmixed),
        ("cross_unmixed_approx", FlowArrangement::CrossUnmixedApproximate),
        ("cross_Cmax_mixed", FlowArrangement::CrossLargerMixed),
        ("cross_Cmin_mixed", FlowArrangement::CrossSmallerMixed),
    ];
}

/// Why an exchanger cannot be computed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EffectivenessError {
    /// NTU below zero or not a number.
    #[error("NTU = {ntu} must be zero or more")]
    Ntu {
        /// The value given.
        ntu: f64,
    },
    /// Capacity ratio outside 0 to 1.
    #[error("capacity ratio C_min/C_max = {ratio} must lie between 0 and 1")]
    Ratio {
        /// The value given.
        ratio: f64,
    },
    /// A resistance to the inlet that is smaller than the stream allows.
    #[error(
        "a resistance of {resistance} K/W to the inlet needs a capacity rate above {} W/K, not {capacity_rate} W/K",
        1.0 / .resistance
    )]
    ResistanceTooSmall {
        /// K/W.
        resistance: f64,
        /// W/K.
        capacity_rate: f64,
    },
}

/// Effectiveness, 0 to 1, of an exchanger with `ntu` = UA/C_min and `ratio` = C_min/C_max.
///
/// # Errors
/// [`EffectivenessError`] for a negative NTU or a ratio outside 0 to 1. An infinite NTU is the ideal exchanger.
pub fn effectiveness(arrangement: FlowArrangement, ntu: f64, ratio: f64) -> Result<f64, EffectivenessError> {
    if ntu.is_nan() || ntu < 0.0 {
        return Err(EffectivenessError::Ntu { ntu });
    }
    if !(0.0..=1.0).contains(&ratio) {
        return Err(EffectivenessError::Ratio { ratio });
    }
    let ntu = ntu.min(LARGEST_NTU);
    // 1 − e^−NTU: the value of every arrangement when one stream keeps its temperature.
    let one_stream = -(-ntu).exp_m1();
    if ratio < 1e-12 || ntu == 0.0 {
        return Ok(one_stream);
    }
    Ok(match arrangement {
        FlowArrangement::Counter => counter(ntu, ratio),
        FlowArrangement::Parallel => -(-ntu * (1.0 + ratio)).exp_m1() / (1.0 + ratio),
        FlowArrangement::CrossUnmixed => mason(ntu, ratio),
        FlowArrangement::CrossUnmixedApproximate => {
            -(ntu.powf(0.22) / ratio * (-ratio * ntu.powf(0.78)).exp_m1()).exp_m1()
        }
        FlowArrangement::CrossLargerMixed => -(-ratio * one_stream).exp_m1() / ratio,
        FlowArrangement::CrossSmallerMixed => -((-ratio * ntu).exp_m1() / ratio).exp_m1(),
    })
}

/// NTU at which an exchanger has an effectiveness, by halving; none where no NTU gives it.
#[must_use]
pub fn ntu_of(arrangement: FlowArrangement, wanted: f64, ratio: f64) -> Option<f64> {
    let at = |ntu: f64| effectiveness(arrangement, ntu, ratio).unwrap_or(f64::NAN);
    let (mut low, mut high) = (0.0, LARGEST_NTU);
    if !(wanted >= 0.0 && at(high) > wanted) {
        return None;
    }
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if at(middle) < wanted { low = middle } else { high = middle }
    }
    Some(high)
}

/// (1 − E)/(1 − Cr E), E = e^−NTU(1−Cr), in a form that stays exact as Cr → 1, where it is NTU/(1 + NTU).
fn counter(ntu: f64, ratio: f64) -> f64 {
    let difference = 1.0 - ratio;
    if difference < 1e-12 {
        return ntu / (1.0 + ntu);
    }
    let rise = -(-ntu * difference).exp_m1();
    rise / (difference + ratio * rise)
}

fn mason(ntu: f64, ratio: f64) -> f64 {
    let other = ratio * ntu;
    let (mut term_a, mut term_b) = ((-ntu).exp(), (-other).exp());
    let (mut tail_a, mut tail_b) = (1.0 - term_a, 1.0 - term_b);
    let mut sum = 0.0;
    let mut n = 0.0;
    // Poisson tails: past n = NTU the products fall faster than any power.
    while n < 10.0 * LARGEST_NTU {
        let product = tail_a.max(0.0) * tail_b.max(0.0);
        sum += product;
        if n > other && product < 1e-17 * sum {
            break;
        }
        n += 1.0;
        term_a *= ntu / n;
        term_b *= other / n;
        tail_a -= term_a;
        tail_b -= term_b;
    }
    sum / other
}

/// 1 − e^−NTU: a body of one temperature and a stream (a heat sink, a cold plate).
pub fn single_stream(ntu: f64) -> f64 {
    -(-ntu.max(0.0)).exp_m1()
}

/// UA in W/K of a body whose resistance to the stream's *inlet* is `resistance` K/W at a capacity rate in W/K.
///
/// R = 1/(ε C) with ε = 1 − e^−NTU gives NTU = −ln(1 − 1/(R C)).
///
/// # Errors
/// [`EffectivenessError::ResistanceTooSmall`] where R C ≤ 1: the stream cannot carry that much.
pub fn ua_of_inlet_resistance(resistance: f64, capacity_rate: f64) -> Result<f64, EffectivenessError> {
    let product = resistance * capacity_rate;
    if product.is_nan() || product <= 1.0 || resistance <= 0.0 {
        return Err(EffectivenessError::ResistanceTooSmall { resistance, capacity_rate });
    }
    Ok(-(-1.0 / product).ln_1p() * capacity_rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const TABLE: &str = include_str!("../../tests/data/validation/entu.csv");

    /// Largest absolute error of an arrangement against a column of the table.
    fn largest_error(arrangement: FlowArrangement, column: &str) -> f64 {
        let mut lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let heading: Vec<&str> = lines.next().unwrap().split(',').collect();
        let index = heading.iter().position(|name| *name == column).unwrap();
        let mut count = 0;
        let worst = lines
            .map(|line| {
                let row: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
                count += 1;
                (effectiveness(arrangement, row[1], row[0]).unwrap() - row[index]).abs()
            })
            .fold(0.0, f64::max);
        assert_eq!(count, 30);
        worst
    }

    #[test]
    fn every_arrangement_meets_its_column_to_1e_6() {
        for (column, arrangement) in FlowArrangement::NAMED {
            let error = largest_error(arrangement, column);
            assert!(error <= 1e-6, "{column}: {error}");
        }
    }

    #[test]
    fn the_approximation_is_not_the_exact_series() {
        let error = largest_error(FlowArrangement::CrossUnmixedApproximate, "cross_unmixed_exact");
        assert!(error > 5e-3);
    }

    #[test]
    fn a_nearly_balanced_counterflow_approaches_the_balanced_one() {
        for difference in [1e-15, 1e-12, 1e-9] {
            let found = effectiveness(FlowArrangement::Counter, 2.5, 1.0 - difference).unwrap();
            assert_relative_eq!(found, 2.5 / 3.5, epsilon = 1e-8);
        }
    }

    #[test]
    fn no_exchanger_is_better_than_counterflow_or_than_one() {
        for ntu in [0.0, 0.01, 1.0, 30.0, 1e4, f64::INFINITY] {
            for ratio in [0.0, 1e-14, 0.3, 1.0] {
                let best = effectiveness(FlowArrangement::Counter, ntu, ratio).unwrap();
                assert!(best <= 1.0);
                for (name, arrangement) in FlowArrangement::NAMED {
                    let found = effectiveness(arrangement, ntu, ratio).unwrap();
                    // The approximation is one: it may exceed counterflow at large NTU.
                    let most = if name.ends_with("approx") { 1.0 } else { best };
                    assert!((0.0..=most + 1e-9).contains(&found), "{name} {ntu} {ratio}: {found}");
                }
            }
        }
    }

    #[test]
    fn ua_of_a_resistance_gives_the_resistance_back() {
        let (resistance, capacity_rate) = (0.05, 60.0);
        let ua = ua_of_inlet_resistance(resistance, capacity_rate).unwrap();
        let back = 1.0 / (single_stream(ua / capacity_rate) * capacity_rate);
        assert_relative_eq!(back, resistance, max_relative = 1e-14);
    }

    #[test]
    fn impossible_inputs_are_refused() {
        let counter = FlowArrangement::Counter;
        assert!(effectiveness(counter, -1.0, 0.5).is_err());
        assert!(effectiveness(counter, 1.0, 1.1).is_err());
        assert!(effectiveness(counter, f64::NAN, 0.5).is_err());
        let error = ua_of_inlet_resistance(0.05, 20.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a resistance of 0.05 K/W to the inlet needs a capacity rate above 20 W/K, not 20 W/K"
        );
        assert!(ua_of_inlet_resistance(-0.05, 20.0).is_err());
    }
}
