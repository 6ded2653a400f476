//! Resistance of a package from its junctions to the case (lid top): layers in series, with spreading where they widen.
//!
//! A layer of thickness t, conductivity k and area A has t/(k A), an interface of r'' has r''/A. A layer wider than the
//! one before it adds a spreading resistance after Lee, Song, Au & Moran, *Constriction/spreading resistance model for
//! electronics packaging*, ASME/JSME Thermal Engineering Conf. 4 (1995) 199, for circles of the same areas:
//! ε = a/b, τ = t/b, Bi = 1/(π k b R₀), λ = π + 1/(√π ε), φ = [tanh λτ + λ/Bi]/[1 + (λ/Bi) tanh λτ],
//! Ψ_max = (1 − ε) φ/√π, Ψ_mean = ½ (1 − ε)^3/2 φ, R = Ψ/(√π k a). Within 10 % of the exact series.
//! R₀ is what follows behind the layer: the later layers, up to a case of one temperature. Heat enters evenly over the first area.
//! Left out: heat through the substrate, the lid's rim, uneven heat on the die.

use std::f64::consts::PI;

/// Why a stack is refused.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum StackError {
    /// No layer at all.
    #[error("a stack needs at least one layer")]
    Empty,
    /// A value that is not positive.
    #[error("layer {layer} of the stack: {name} = {value} must be more than zero")]
    NotPositive {
        /// Layer, counted from 1 at the die.
        layer: usize,
        /// Name of the value.
        name: &'static str,
        /// The value, SI.
        value: f64,
    },
}

/// What a layer is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LayerKind {
    /// A slab.
    Slab {
        /// m.
        thickness: f64,
        /// W/(m K).
        conductivity: f64,
    },
    /// An interface that only resists, m² K/W.
    Interface(f64),
}

/// One layer between die and case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer {
    /// Slab or interface.
    pub kind: LayerKind,
    /// m².
    pub area: f64,
}

impl Layer {
    /// Resistance of heat that flows straight through, K/W.
    pub fn resistance(&self) -> f64 {
        match self.kind {
            LayerKind::Slab { thickness, conductivity } => thickness / (conductivity * self.area),
            LayerKind::Interface(area_resistance) => area_resistance / self.area,
        }
    }

    fn check(&self, layer: usize) -> Result<(), StackError> {
        let positive = |name, value: f64| {
            if value.is_finite() && value > 0.0 {
                return Ok(());
            }
            Err(StackError::NotPositive { layer, name, value })
        };
        positive("area", self.area)?;
        match self.kind {
            LayerKind::Slab { thickness, conductivity } => {
                positive("thickness", thickness)?;
                positive("conductivity", conductivity)
            }
            LayerKind::Interface(area_resistance) => positive("resistance", area_resistance),
        }
    }
}

/// Spreading resistances over and above straight flow, K/W.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spreading {
    /// For the mean temperature of the source.
    pub mean: f64,
    /// For its hottest point, the centre.
    pub maximum: f64,
}

/// Spreading from `source_area` into a plate of `plate_area` m², `thickness` m and `conductivity` W/(m K), cooled on
/// its far side through `external_resistance` K/W. Zero where the source is as wide as the plate.
pub fn spreading_resistance(
    source_area: f64,
    plate_area: f64,
    thickness: f64,
    conductivity: f64,
    external_resistance: f64,
) -> Spreading {
    if source_area >= plate_area {
        return Spreading { mean: 0.0, maximum: 0.0 };
    }
    let (a, b) = ((source_area / PI).sqrt(), (plate_area / PI).sqrt());
    let (epsilon, tau) = (a / b, thickness / b);
    let inverse_biot = PI * conductivity * b * external_resistance;
    let lambda = PI + 1.0 / (PI.sqrt() * epsilon);
    let tanh = (lambda * tau).tanh();
    let phi = (tanh + lambda * inverse_biot) / (1.0 + lambda * inverse_biot * tanh);
    let scale = 1.0 / (PI.sqrt() * conductivity * a);
    Spreading {
        mean: 0.5 * (1.0 - epsilon).powf(1.5) * phi * scale,
        maximum: (1.0 - epsilon) * phi / PI.sqrt() * scale,
    }
}

/// Junctions' mean to case, K/W, through layers from the die to the lid.
///
/// The case is one temperature, as the resistance of the cooler behind it takes it to be: nothing more resists behind
/// the last layer. A spreading lid under a weak film over its whole area needs [`spreading_resistance`] besides.
///
/// # Errors
/// [`StackError`] names the layer and the value that is wrong.
pub fn junction_to_case(layers: &[Layer]) -> Result<f64, StackError> {
    if layers.is_empty() {
        return Err(StackError::Empty);
    }
    for (index, layer) in layers.iter().enumerate() {
        layer.check(index + 1)?;
    }
    // From the case inwards, so that each spreader knows what follows it.
    let mut behind = 0.0;
    for index in (0..layers.len()).rev() {
        let layer = &layers[index];
        let mut resistance = layer.resistance();
        if let (LayerKind::Slab { thickness, conductivity }, true) = (layer.kind, index > 0) {
            let source_area = layers[index - 1].area;
            resistance += spreading_resistance(source_area, layer.area, thickness, conductivity, behind).mean;
        }
        behind += resistance;
    }
    Ok(behind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Rises of mean and centre over the coolant: source on a plate with a film below.
    fn rises(power: f64, source: f64, plate: f64, t: f64, k: f64, h: f64) -> (f64, f64) {
        let area = plate * plate;
        let (slab, film) = (t / (k * area), 1.0 / (h * area));
        let spreading = spreading_resistance(source * source, area, t, k, film);
        let straight = power * (slab + film);
        (straight + power * spreading.mean, straight + power * spreading.maximum)
    }

    #[test]
    fn lee_and_others_formula_meets_its_columns_and_the_exact_series() {
        // flux_channel_spreading.csv, S1 to S3: k from dT_1D; columns LSM_Tmean, LSM_Tmax, T_mean, T_centre.
        let cases = [
            (50.0, 0.01, 0.04, 0.002, 390.0_f64, 1000.0, 31.41026, [40.5906, 43.3717, 41.13629, 43.6066]),
            (50.0, 0.01, 0.04, 0.008, 390.0, 1000.0, 31.89103, [36.2359, 37.5521, 36.33819, 37.50373]),
            (100.0, 0.02, 0.1, 0.005, 205.0, 200.0, 50.2439, [68.0086, 72.6552, 68.9199, 72.89797]),
        ];
        for (power, source, plate, t, k, h, straight, [mean, centre, exact_mean, exact_centre]) in cases {
            let area: f64 = plate * plate;
            assert_relative_eq!(power * (t / k + 1.0 / h) / area, straight, max_relative = 1e-6);
            let found = rises(power, source, plate, t, k, h);
            assert_relative_eq!(found.0, mean, max_relative = 2e-6);
            assert_relative_eq!(found.1, centre, max_relative = 2e-6);
            assert_relative_eq!(found.0, exact_mean, max_relative = 0.02);
            assert_relative_eq!(found.1, exact_centre, max_relative = 0.02);
        }
    }

    fn slab(thickness: f64, conductivity: f64, area: f64) -> Layer {
        Layer { kind: LayerKind::Slab { thickness, conductivity }, area }
    }

    #[test]
    fn layers_of_one_area_add_in_series() {
        let area = 1.6e-3;
        let layers = [
            slab(0.775e-3, 120.0, area),
            Layer { kind: LayerKind::Interface(6e-6), area },
            slab(2.5e-3, 390.0, area),
        ];
        let expected = (0.775e-3 / 120.0 + 6e-6 + 2.5e-3 / 390.0) / area;
        assert_relative_eq!(junction_to_case(&layers).unwrap(), expected, max_relative = 1e-12);
    }

    #[test]
    fn a_blackwell_package_has_about_a_hundredth_of_a_kelvin_per_watt() {
        // Two dies of 26 × 31 mm, TIM1 0.065 cm²K/W, copper lid 2.5 mm of 70 × 70 mm (engineering.md section 2, E).
        let die = 2.0 * 0.026 * 0.031;
        let layers = [
            slab(0.775e-3, 120.0, die),
            Layer { kind: LayerKind::Interface(6.5e-6), area: die },
            slab(2.5e-3, 390.0, 4.9e-3),
        ];
        let found = junction_to_case(&layers).unwrap();
        // Silicon 0.0040, TIM1 0.0040, lid 0.0013 straight and 0.0023 spreading.
        assert_relative_eq!(found, 0.0116, max_relative = 0.02);
    }

    #[test]
    fn wrong_layers_are_named() {
        let good = slab(1e-3, 100.0, 1e-4);
        assert_eq!(junction_to_case(&[]), Err(StackError::Empty));
        assert!(junction_to_case(&[good]).is_ok());
        assert!(matches!(
            junction_to_case(&[good, slab(0.0, 100.0, 1e-4)]),
            Err(StackError::NotPositive { layer: 2, name: "thickness", .. })
        ));
    }
}
