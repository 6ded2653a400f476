//! A positive curve through measured points, linear between logarithms: y = y₀ (x/x₀)^s on each piece.
//!
//! Resistances of cold plates and heat sinks follow powers of the flow, so a straight line in logarithms meets
//! them with few points. Below the first point the first slope goes on (R grows without bound as the flow stops);
//! above the last point the last value is held, which is on the safe side for a resistance that falls.

/// Why a curve is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CurveError {
    /// One point or none.
    #[error("a curve needs at least two points, not {points}")]
    TooFewPoints {
        /// Number of points given.
        points: usize,
    },
    /// A coordinate that is zero, negative or not finite.
    #[error("point {point} of the curve, ({x}, {y}), is not positive")]
    NotPositive {
        /// Point, counted from 1.
        point: usize,
        /// Its abscissa, SI.
        x: f64,
        /// Its value, SI.
        y: f64,
    },
    /// Abscissae that do not rise.
    #[error("point {point} of the curve, at {x}, does not lie above the point before")]
    NotRising {
        /// Point, counted from 1.
        point: usize,
        /// Its abscissa, SI.
        x: f64,
    },
}

/// A checked curve.
#[derive(Clone, Debug, PartialEq)]
pub struct LogCurve {
    points: Vec<(f64, f64)>,
}

impl LogCurve {
    /// Curve through points (x, y) with rising x.
    ///
    /// # Errors
    /// [`CurveError`] names the point that is wrong.
    pub fn new(points: Vec<(f64, f64)>) -> Result<LogCurve, CurveError> {
        if points.len() < 2 {
            return Err(CurveError::TooFewPoints { points: points.len() });
        }
        for (index, &(x, y)) in points.iter().enumerate() {
            let point = index + 1;
            let positive = |value: f64| value.is_finite() && value > 0.0;
            if !positive(x) || !positive(y) {
                return Err(CurveError::NotPositive { point, x, y });
            }
            if index > 0 && x <= points[index - 1].0 {
                return Err(CurveError::NotRising { point, x });
            }
        }
        Ok(LogCurve { points })
    }

    /// Value at x; infinite or zero at x = 0 as the first slope says.
    pub fn value(&self, x: f64) -> f64 {
        let last = self.points[self.points.len() - 1];
        if x >= last.0 {
            return last.1;
        }
        let upper = self.points.partition_point(|(known, _)| *known < x).clamp(1, self.points.len() - 1);
        let ((x0, y0), (x1, y1)) = (self.points[upper - 1], self.points[upper]);
        let slope = (y1 / y0).ln() / (x1 / x0).ln();
        y0 * (x.max(0.0) / x0).powf(slope)
    }

    /// Value and exponent d ln y/d ln x at x > 0, the first and last pieces going on beyond the points.
    pub fn value_and_exponent(&self, x: f64) -> (f64, f64) {
        let upper = self.points.partition_point(|(known, _)| *known < x).clamp(1, self.points.len() - 1);
        let ((x0, y0), (x1, y1)) = (self.points[upper - 1], self.points[upper]);
        let exponent = (y1 / y0).ln() / (x1 / x0).ln();
        (y0 * (x / x0).powf(exponent), exponent)
    }

    /// Exponent from the first point to the last.
    pub fn mean_exponent(&self) -> f64 {
        let ((x0, y0), (x1, y1)) = (self.points[0], self.points[self.points.len() - 1]);
        (y1 / y0).ln() / (x1 / x0).ln()
    }

    /// The same with every x multiplied.
    #[must_use]
    pub fn stretched(&self, factor: f64) -> LogCurve {
        LogCurve { points: self.points.iter().map(|&(x, y)| (factor * x, y)).collect() }
    }

    /// Lowest and highest x of the points.
    pub fn range(&self) -> (f64, f64) {
        (self.points[0].0, self.points[self.points.len() - 1].0)
    }

    /// The points.
    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_power_law_is_met_exactly_between_its_points() {
        let law = |x: f64| 0.05 * x.powf(-0.8);
        let curve = LogCurve::new([0.5, 1.0, 4.0].map(|x| (x, law(x))).to_vec()).unwrap();
        for x in [0.1, 0.5, 0.7, 1.0, 3.0, 4.0] {
            assert_relative_eq!(curve.value(x), law(x), max_relative = 1e-13);
        }
        assert_relative_eq!(curve.value(10.0), law(4.0));
        assert_eq!(curve.value(0.0), f64::INFINITY);
    }

    #[test]
    fn wrong_points_are_refused_by_number() {
        assert_eq!(LogCurve::new(vec![(1.0, 1.0)]), Err(CurveError::TooFewPoints { points: 1 }));
        assert!(matches!(
            LogCurve::new(vec![(1.0, 1.0), (2.0, 0.0)]),
            Err(CurveError::NotPositive { point: 2, .. })
        ));
        assert!(matches!(
            LogCurve::new(vec![(1.0, 1.0), (1.0, 2.0)]),
            Err(CurveError::NotRising { point: 2, .. })
        ));
    }
}
