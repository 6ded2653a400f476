//! Exact solutions of the conduction cases.

use std::f64::consts::PI;

/// A layer of a slab: thickness m, conductivity W/(m K), and the contact resistance behind it, m²K/W.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer {
    /// m.
    pub thickness: f64,
    /// W/(m K).
    pub conductivity: f64,
    /// To the next layer, m²K/W; 0 behind the last.
    pub contact: f64,
}

/// Heat flux through layers in series, W/m², from a face held at `hot` to a film of `coefficient` W/(m²K)
/// to `ambient`: q = (T_hot − T_ambient) / (Σ d/k + Σ R + 1/h).
#[must_use]
pub fn slab_flux(layers: &[Layer], hot: f64, coefficient: f64, ambient: f64) -> f64 {
    let resistance: f64 = layers.iter().map(|l| l.thickness / l.conductivity + l.contact).sum();
    (hot - ambient) / (resistance + 1.0 / coefficient)
}

/// sin(πx) sin(2πy) cos(πz), the eigenfunction in the manufactured solution; x, y, z in m.
#[must_use]
pub fn eigenfunction([x, y, z]: [f64; 3]) -> f64 {
    (PI * x).sin() * (2.0 * PI * y).sin() * (PI * z).cos()
}

/// The manufactured temperature 1 + sin(πx) sin(2πy) cos(πz) + xyz/2, K.
#[must_use]
pub fn temperature(at: [f64; 3]) -> f64 {
    1.0 + eigenfunction(at) + 0.5 * at[0] * at[1] * at[2]
}

/// Its gradient, K/m.
#[must_use]
pub fn gradient([x, y, z]: [f64; 3]) -> [f64; 3] {
    let (sx, cx) = (PI * x).sin_cos();
    let (sy, cy) = (2.0 * PI * y).sin_cos();
    let (sz, cz) = (PI * z).sin_cos();
    [PI * cx * sy * cz + 0.5 * y * z, 2.0 * PI * sx * cy * cz + 0.5 * x * z, -PI * sx * sy * sz + 0.5 * x * y]
}

/// Source for k = 2 (1 + 0.3 T), W/m³: −∇·(k∇T) = −k ΔT − k'|∇T|² with ΔT = −6π² sin sin cos, k' = 0.6.
#[must_use]
pub fn source_of_variable_conductivity(at: [f64; 3]) -> f64 {
    let k = 2.0 * (1.0 + 0.3 * temperature(at));
    let squared: f64 = gradient(at).iter().map(|g| g * g).sum();
    k * 6.0 * PI * PI * eigenfunction(at) - 0.6 * squared
}

/// Source for k = 5, 1, 0.2 along x, y, z, W/m³: −∇·(k∇T) = (5·1 + 1·4 + 0.2·1) π² sin sin cos.
#[must_use]
pub fn source_of_orthotropic_conductivity(at: [f64; 3]) -> f64 {
    9.2 * PI * PI * eigenfunction(at)
}

#[cfg(test)]
mod tests {
    use super::super::reference::References;
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_flux_of_the_composite_slab_is_that_of_the_head_of_its_table() {
        let layers = [(0.005, 390.0, 2e-5), (0.002, 15.0, 5e-5), (0.008, 205.0, 0.0)]
            .map(|(thickness, conductivity, contact)| Layer { thickness, conductivity, contact });
        let references = References::default();
        let head = references.text("composite_slab").unwrap();
        let stated: f64 = head.split("q=").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        assert_relative_eq!(slab_flux(&layers, 80.0, 150.0, 25.0), stated, max_relative = 1e-9);
    }

    #[test]
    fn temperature_and_sources_are_those_of_the_table() {
        let table = References::default().table("mms_conduction").unwrap();
        for row in 0..table.len() {
            let at = ["x", "y", "z"].map(|column| table.number(row, column).unwrap());
            let stated = |column: &str| table.number(row, column).unwrap();
            assert_relative_eq!(temperature(at), stated("T"), max_relative = 1e-13);
            assert_relative_eq!(source_of_variable_conductivity(at), stated("S_kT"), max_relative = 1e-12);
            let orthotropic = source_of_orthotropic_conductivity(at);
            assert_relative_eq!(orthotropic, stated("S_aniso"), max_relative = 1e-12);
        }
    }

    #[test]
    fn the_gradient_is_that_of_the_temperature() {
        let at = [0.3, 0.71, 0.45];
        for axis in 0..3 {
            let step = |sign: f64| {
                let mut moved = at;
                moved[axis] += sign * 1e-6;
                temperature(moved)
            };
            let numerical = (step(1.0) - step(-1.0)) / 2e-6;
            assert_relative_eq!(gradient(at)[axis], numerical, max_relative = 1e-8);
        }
    }
}
