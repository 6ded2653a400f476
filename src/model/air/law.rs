//! Pressure drop of one face against its mass flux, and its tangent.

/// Δp = a ṁ|ṁ| + b ṁ of one face, Pa with ṁ in kg/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceLaw {
    /// a, Pa/(kg/s)².
    pub quadratic: f64,
    /// b, Pa/(kg/s); infinite where no air passes.
    pub linear: f64,
}

impl FaceLaw {
    /// A face that no air passes.
    pub const CLOSED: Self = Self { quadratic: 0.0, linear: f64::INFINITY };

    /// A face without loss, to be put in series with others.
    pub const FREE: Self = Self { quadratic: 0.0, linear: 0.0 };

    /// The law of a loss `zeta` on the superficial dynamic pressure over `area` m² in air of `density`
    /// kg/m³, linear below `linear_speed` m/s.
    #[must_use]
    pub fn of_loss(zeta: f64, linear_speed: f64, area: f64, density: f64) -> Self {
        Self { quadratic: zeta / (2.0 * density * area * area), linear: zeta * linear_speed / (2.0 * area) }
    }

    /// Darcy's law over a length: `length_over_permeability` is L/K in 1/m, `viscosity` in Pa s.
    ///
    /// ```text
    /// Δp = µ L/K u
    /// ```
    #[must_use]
    pub fn of_darcy(length_over_permeability: f64, viscosity: f64, area: f64, density: f64) -> Self {
        Self { quadratic: 0.0, linear: viscosity * length_over_permeability / (density * area) }
    }

    /// Both losses one after the other.
    #[must_use]
    pub fn in_series(self, other: Self) -> Self {
        Self { quadratic: self.quadratic + other.quadratic, linear: self.linear + other.linear }
    }

    /// Whether air passes.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.linear.is_finite()
    }

    /// Δp at a mass flux, Pa.
    #[must_use]
    pub fn pressure_drop(&self, mass_flow: f64) -> f64 {
        self.quadratic * mass_flow * mass_flow.abs() + self.linear * mass_flow
    }

    /// `(C, o)` of the tangent at ṁ₀: ṁ = C Δp + o, in kg/(s Pa) and kg/s; zero where closed.
    #[must_use]
    pub fn linearised(&self, mass_flow: f64) -> (f64, f64) {
        if !self.is_open() {
            return (0.0, 0.0);
        }
        let conductance = 1.0 / (2.0 * self.quadratic * mass_flow.abs() + self.linear);
        (conductance, self.quadratic * mass_flow * mass_flow.abs() * conductance)
    }
}

impl FaceLaw {
    /// The tangent at ṁ₀, or the chord from rest to it.
    pub(super) fn step(&self, mass_flow: f64, chord: bool) -> (f64, f64) {
        if chord {
            (1.0 / (self.quadratic * mass_flow.abs() + self.linear), 0.0)
        } else {
            self.linearised(mass_flow)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_of_two_dynamic_pressures_at_3_m_s_costs_10_8_pa() {
        let (area, density) = (0.02, 1.2);
        let law = FaceLaw::of_loss(2.0, 0.0, area, density);
        approx::assert_relative_eq!(law.pressure_drop(density * area * 3.0), 10.8, max_relative = 1e-14);
        approx::assert_relative_eq!(law.pressure_drop(-density * area * 3.0), -10.8, max_relative = 1e-14);
    }

    #[test]
    fn the_tangent_reproduces_the_law_where_it_touches_it() {
        let law = FaceLaw { quadratic: 7.0, linear: 0.3 };
        for mass_flow in [-2.0, 0.0, 0.5] {
            let (conductance, offset) = law.linearised(mass_flow);
            let again = conductance * law.pressure_drop(mass_flow) + offset;
            approx::assert_relative_eq!(again, mass_flow, epsilon = 1e-15, max_relative = 1e-14);
        }
        assert_eq!(FaceLaw::CLOSED.linearised(1.0), (0.0, 0.0));
    }
}
