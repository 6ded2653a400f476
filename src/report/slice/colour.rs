//! A perceptually uniform colour map from dark violet over green to yellow.
//!
//! Linear in sRGB between nine points of `viridis` (van der Walt and Smith, 2015, CC0), whose lightness rises
//! evenly: equal steps of the value look equal, also in grey and to colour-blind eyes.

const POINTS: [[u8; 3]; 9] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];
/// What is no number is no colour of the map.
const NOT_A_NUMBER: [u8; 3] = [255, 0, 255];

/// The colour of a share of 0 to 1 of the range; beyond, the nearer end.
pub(super) fn map(share: f64) -> [u8; 3] {
    if share.is_nan() {
        return NOT_A_NUMBER;
    }
    let place = share.clamp(0.0, 1.0) * (POINTS.len() - 1) as f64;
    let below = (place as usize).min(POINTS.len() - 2);
    let part = place - below as f64;
    [0, 1, 2].map(|c| {
        let (a, b) = (f64::from(POINTS[below][c]), f64::from(POINTS[below + 1][c]));
        (a + part * (b - a)).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CIE L* of an sRGB colour.
    fn lightness(colour: [u8; 3]) -> f64 {
        let linear = colour.map(|c| {
            let v = f64::from(c) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        });
        let y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
        116.0 * y.cbrt() - 16.0
    }

    #[test]
    fn lightness_rises_by_equal_steps() {
        let tenths: Vec<f64> = (0..=10).map(|i| lightness(map(f64::from(i) / 10.0))).collect();
        let mean = (tenths[10] - tenths[0]) / 10.0;
        assert!(mean > 7.0, "{tenths:?}");
        assert!(tenths.windows(2).all(|w| (w[1] - w[0] - mean).abs() < 0.35 * mean), "{tenths:?}");
    }

    #[test]
    fn what_is_not_a_number_stands_out() {
        assert_eq!(map(f64::NAN), NOT_A_NUMBER);
        assert_eq!((map(-3.0), map(7.0)), (POINTS[0], POINTS[8]));
    }
}
