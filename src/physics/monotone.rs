//! A curve through measured points that never overshoots them and whose slope is continuous.
//!
//! Cubic Hermite pieces with the slopes of Fritsch & Butland (SIAM J. Sci. Stat. Comput. 5 (1984) 300): between two
//! secants of one sign their weighted harmonic mean, else 0; at the ends the parabola through three points, limited
//! so that the piece keeps rising or falling. Where the points rise, so does the curve, and where they fall it
//! falls: a fan curve gets no maximum that its data sheet does not have. Outside the points the end's tangent goes on.

/// Why points make no curve.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MonotoneError {
    /// One point or none.
    #[error("a curve needs at least two points, not {points}")]
    TooFewPoints {
        /// Number of points given.
        points: usize,
    },
    /// A coordinate that is not finite.
    #[error("point {point} of the curve, ({x}, {y}), is not finite")]
    NotFinite {
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
pub struct MonotoneCurve {
    points: Vec<(f64, f64)>,
    slopes: Vec<f64>,
}

impl MonotoneCurve {
    /// Curve through points (x, y) with rising x.
    ///
    /// # Errors
    /// [`MonotoneError`] names the point that is wrong.
    pub fn new(points: Vec<(f64, f64)>) -> Result<MonotoneCurve, MonotoneError> {
        if points.len() < 2 {
            return Err(MonotoneError::TooFewPoints { points: points.len() });
        }
        for (index, &(x, y)) in points.iter().enumerate() {
            let point = index + 1;
            if !x.is_finite() || !y.is_finite() {
                return Err(MonotoneError::NotFinite { point, x, y });
            }
            if index > 0 && x <= points[index - 1].0 {
                return Err(MonotoneError::NotRising { point, x });
            }
        }
        let slopes = slopes(&points);
        Ok(MonotoneCurve { points, slopes })
    }

    /// Value and slope at x.
    #[must_use]
    pub fn value_and_slope(&self, x: f64) -> (f64, f64) {
        let last = self.points.len() - 1;
        let tangent =
            |end: usize| (self.points[end].1 + self.slopes[end] * (x - self.points[end].0), self.slopes[end]);
        if x <= self.points[0].0 {
            return tangent(0);
        }
        if x >= self.points[last].0 {
            return tangent(last);
        }
        let upper = self.points.partition_point(|(known, _)| *known < x).clamp(1, last);
        let ((x0, y0), (x1, y1)) = (self.points[upper - 1], self.points[upper]);
        let (d0, d1) = (self.slopes[upper - 1], self.slopes[upper]);
        let width = x1 - x0;
        let t = (x - x0) / width;
        let secant = (y1 - y0) / width;
        // y = y0 + h t [d0 + t (c2 + t c3)]: the Hermite cubic as a polynomial of t.
        let c2 = 3.0 * secant - 2.0 * d0 - d1;
        let c3 = d0 + d1 - 2.0 * secant;
        (y0 + width * t * (d0 + t * (c2 + t * c3)), d0 + t * (2.0 * c2 + 3.0 * t * c3))
    }

    /// The points.
    #[must_use]
    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// Slope at each point.
    #[must_use]
    pub fn slopes(&self) -> &[f64] {
        &self.slopes
    }

    /// The same curve with both axes scaled by positive factors.
    #[must_use]
    pub fn scaled(&self, x_factor: f64, y_factor: f64) -> MonotoneCurve {
        let points = self.points.iter().map(|(x, y)| (x * x_factor, y * y_factor)).collect();
        let slopes = self.slopes.iter().map(|slope| slope * y_factor / x_factor).collect();
        MonotoneCurve { points, slopes }
    }
}

fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let widths: Vec<f64> = points.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    let secants: Vec<f64> =
        points.windows(2).zip(&widths).map(|(pair, width)| (pair[1].1 - pair[0].1) / width).collect();
    let last = secants.len();
    let slope = |point: usize| match point {
        _ if last == 1 => secants[0],
        0 => end_slope(widths[0], widths[1], secants[0], secants[1]),
        _ if point == last => {
            end_slope(widths[last - 1], widths[last - 2], secants[last - 1], secants[last - 2])
        }
        _ => inner_slope(widths[point - 1], widths[point], secants[point - 1], secants[point]),
    };
    (0..=last).map(slope).collect()
}

/// Weighted harmonic mean of two secants of one sign, else 0.
fn inner_slope(width_before: f64, width_after: f64, before: f64, after: f64) -> f64 {
    if before * after <= 0.0 {
        return 0.0;
    }
    let (w_before, w_after) = (width_before + 2.0 * width_after, 2.0 * width_before + width_after);
    (w_before + w_after) / (w_after / before + w_before / after)
}

/// Slope at an end of the parabola through three points, limited so that the first piece keeps its sense.
fn end_slope(width: f64, next_width: f64, secant: f64, next_secant: f64) -> f64 {
    let slope = ((2.0 * width + next_width) * secant - width * next_secant) / (width + next_width);
    if slope * secant <= 0.0 {
        0.0
    } else if secant * next_secant <= 0.0 && slope.abs() > 3.0 * secant.abs() {
        3.0 * secant
    } else {
        slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// A fan with a hump: it rises to 320 and falls to 0.
    fn hump() -> MonotoneCurve {
        let points = [(0.0, 300.0), (0.02, 280.0), (0.05, 320.0), (0.09, 200.0), (0.12, 0.0)];
        MonotoneCurve::new(points.to_vec()).unwrap()
    }

    #[test]
    fn the_curve_goes_through_its_points_and_overshoots_none() {
        let curve = hump();
        for (&(x, y), slope) in curve.points().iter().zip(curve.slopes()) {
            assert_relative_eq!(curve.value_and_slope(x).0, y, max_relative = 1e-14);
            assert_relative_eq!(curve.value_and_slope(x).1, *slope, max_relative = 1e-12, epsilon = 1e-9);
        }
        for pair in curve.points().windows(2) {
            let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
            let mut before = y0;
            for step in 1..=100 {
                let x = x0 + (x1 - x0) * f64::from(step) / 100.0;
                let value = curve.value_and_slope(x).0;
                assert!((value - before) * (y1 - y0) >= -1e-9, "at {x}: {before} to {value}");
                before = value;
            }
        }
    }

    #[test]
    fn the_slope_is_the_derivative_and_continuous_at_every_point() {
        let curve = hump();
        for step in -10..150 {
            let x = 0.001 * f64::from(step) + 3.3e-4;
            let e = 1e-7;
            let difference = (curve.value_and_slope(x + e).0 - curve.value_and_slope(x - e).0) / (2.0 * e);
            assert_relative_eq!(curve.value_and_slope(x).1, difference, max_relative = 1e-4, epsilon = 0.1);
        }
        for &(x, _) in curve.points() {
            let (below, above) = (curve.value_and_slope(x - 1e-12).1, curve.value_and_slope(x + 1e-12).1);
            assert_relative_eq!(below, above, max_relative = 1e-6, epsilon = 1e-4);
        }
    }

    #[test]
    fn two_points_make_a_line_that_goes_on_beyond_them() {
        let line = MonotoneCurve::new(vec![(1.0, 2.0), (3.0, 8.0)]).unwrap();
        for x in [0.0, 1.0, 1.7, 3.0, 10.0] {
            assert_relative_eq!(line.value_and_slope(x).0, 3.0 * x - 1.0, max_relative = 1e-14);
        }
    }

    #[test]
    fn scaling_both_axes_scales_the_slope_by_their_ratio() {
        let (value, slope) = hump().value_and_slope(0.07);
        let (scaled, scaled_slope) = hump().scaled(2.0, 4.0).value_and_slope(0.14);
        assert_relative_eq!(scaled, 4.0 * value, max_relative = 1e-13);
        assert_relative_eq!(scaled_slope, 2.0 * slope, max_relative = 1e-13);
    }

    #[test]
    fn wrong_points_are_refused_by_number() {
        assert_eq!(MonotoneCurve::new(vec![(1.0, 1.0)]), Err(MonotoneError::TooFewPoints { points: 1 }));
        let error = MonotoneCurve::new(vec![(1.0, 1.0), (1.0, 2.0)]);
        assert_eq!(error, Err(MonotoneError::NotRising { point: 2, x: 1.0 }));
        let error = MonotoneCurve::new(vec![(1.0, f64::NAN), (2.0, 2.0)]);
        assert!(matches!(error, Err(MonotoneError::NotFinite { point: 1, .. })));
    }
}
