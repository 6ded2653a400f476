//! What a number measures: exponents of metre, kilogram, second and kelvin.
//!
//! Two kinds of temperature share the exponent of kelvin: an *absolute* temperature (`35 degC`)
//! and a *difference* (`5 K`). They are told apart by a flag, because `35 degC` as a difference
//! would be wrong by 273 K without anybody noticing.

use std::fmt;

/// Physical dimension as powers of the SI base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dimension {
    metre: i8,
    kilogram: i8,
    second: i8,
    kelvin: i8,
    absolute: bool,
}

/// How a known dimension is named in messages.
struct Description {
    dimension: Dimension,
    name: &'static str,
    example: &'static str,
    symbol: &'static str,
}

macro_rules! dimensions {
    ($($(#[$doc:meta])* $name:ident = $value:expr, $text:literal, $example:literal, $symbol:literal;)*) => {
        impl Dimension {
            $($(#[$doc])* pub const $name: Dimension = $value;)*
        }
        const DESCRIPTIONS: &[Description] = &[
            $(Description { dimension: Dimension::$name, name: $text, example: $example, symbol: $symbol },)*
        ];
    };
}

dimensions! {
    /// A pure number or a share.
    DIMENSIONLESS = Dimension::new(0, 0, 0, 0), "a plain number or a share", "0.6 or \"60 %\"", "";
    /// m.
    LENGTH = Dimension::new(1, 0, 0, 0), "a length", "\"44 mm\"", "m";
    /// m².
    AREA = Dimension::new(2, 0, 0, 0), "an area", "\"12 cm2\"", "m2";
    /// m³.
    VOLUME = Dimension::new(3, 0, 0, 0), "a volume", "\"2 L\"", "m3";
    /// s.
    TIME = Dimension::new(0, 0, 1, 0), "a time", "\"12 s\"", "s";
    /// kg.
    MASS = Dimension::new(0, 1, 0, 0), "a mass", "\"1.2 kg\"", "kg";
    /// K above absolute zero.
    TEMPERATURE = Dimension { absolute: true, ..Dimension::new(0, 0, 0, 1) }, "a temperature", "\"35 degC\"", "K";
    /// K between two temperatures.
    TEMPERATURE_DIFFERENCE = Dimension::new(0, 0, 0, 1), "a temperature difference", "\"10 K\"", "K";
    /// W.
    POWER = Dimension::new(2, 1, -3, 0), "a power", "\"120 kW\"", "W";
    /// J.
    ENERGY = Dimension::new(2, 1, -2, 0), "an energy", "\"65 J\"", "J";
    /// N.
    FORCE = Dimension::new(1, 1, -2, 0), "a force", "\"10 N\"", "N";
    /// m³/s.
    VOLUME_FLOW = Dimension::new(3, 0, -1, 0), "a volume flow", "\"40 L/min\" or \"150 CFM\"", "m3/s";
    /// kg/s.
    MASS_FLOW = Dimension::new(0, 1, -1, 0), "a mass flow", "\"0.5 kg/s\"", "kg/s";
    /// Pa.
    PRESSURE = Dimension::new(-1, 1, -2, 0), "a pressure", "\"12 kPa\"", "Pa";
    /// Pa/m, also a body force per volume, N/m³.
    PRESSURE_GRADIENT = Dimension::new(-2, 1, -2, 0), "a pressure gradient", "\"5 Pa/m\"", "Pa/m";
    /// m/s.
    VELOCITY = Dimension::new(1, 0, -1, 0), "a velocity", "\"2 m/s\"", "m/s";
    /// m/s².
    ACCELERATION = Dimension::new(1, 0, -2, 0), "an acceleration", "\"9.81 m/s2\"", "m/s2";
    /// W/(m K).
    CONDUCTIVITY = Dimension::new(1, 1, -3, -1), "a thermal conductivity", "\"400 W/mK\"", "W/mK";
    /// K/W.
    THERMAL_RESISTANCE = Dimension::new(-2, -1, 3, 1), "a thermal resistance", "\"0.05 K/W\"", "K/W";
    /// m² K/W.
    AREA_RESISTANCE = Dimension::new(0, -1, 3, 1), "a thermal resistance times area", "\"0.08 cm2K/W\"", "m2K/W";
    /// W/(m² K).
    HEAT_TRANSFER_COEFFICIENT = Dimension::new(0, 1, -3, -1), "a heat transfer coefficient", "\"150 W/m2K\"", "W/m2K";
    /// kg/m³.
    DENSITY = Dimension::new(-3, 1, 0, 0), "a density", "\"8960 kg/m3\"", "kg/m3";
    /// J/(kg K).
    SPECIFIC_HEAT = Dimension::new(2, 0, -2, -1), "a specific heat", "\"385 J/kgK\"", "J/kgK";
    /// J/kg.
    SPECIFIC_ENTHALPY = Dimension::new(2, 0, -2, 0), "a specific enthalpy", "\"4.2 kJ/kg\"", "J/kg";
    /// J/K.
    HEAT_CAPACITY = Dimension::new(2, 1, -2, -1), "a heat capacity", "\"225 J/K\"", "J/K";
    /// J/(m³ K).
    VOLUMETRIC_HEAT_CAPACITY = Dimension::new(-1, 1, -2, -1), "a heat capacity per volume", "\"1.6 MJ/m3K\"", "J/m3K";
    /// Pa s.
    VISCOSITY = Dimension::new(-1, 1, -1, 0), "a dynamic viscosity", "\"18.2 uPa.s\"", "Pa.s";
    /// m²/s.
    DIFFUSIVITY = Dimension::new(2, 0, -1, 0), "a kinematic viscosity or diffusivity", "\"1.5e-5 m2/s\"", "m2/s";
    /// W/m³.
    POWER_DENSITY = Dimension::new(-1, 1, -3, 0), "a power per volume", "\"2 MW/m3\"", "W/m3";
    /// W/m².
    HEAT_FLUX = Dimension::new(0, 1, -3, 0), "a heat flux", "\"50 W/cm2\"", "W/m2";
    /// W/K: conductance, UA, or capacity rate.
    UA = Dimension::new(2, 1, -3, -1), "a heat conductance (UA)", "\"3.5 kW/K\"", "W/K";
    /// 1/m: inertial loss per length.
    PER_LENGTH = Dimension::new(-1, 0, 0, 0), "a loss per length", "\"40 1/m\"", "1/m";
    /// 1/m²: Darcy resistance, the inverse of permeability.
    PER_AREA = Dimension::new(-2, 0, 0, 0), "a Darcy resistance (1/permeability)", "\"1e7 1/m2\"", "1/m2";
    /// 1/K: temperature coefficient.
    PER_TEMPERATURE = Dimension::new(0, 0, 0, -1), "a temperature coefficient", "\"3e-4 1/K\"", "1/K";
    /// Pa per m³/s.
    PRESSURE_PER_FLOW = Dimension::new(-4, 1, -1, 0), "a pressure per volume flow", "\"2 kPa/(L/min)\"", "Pa/(m3/s)";
    /// Pa per (m³/s)².
    PRESSURE_PER_FLOW_SQUARED = Dimension::new(-7, 1, 0, 0), "a pressure per volume flow squared", "\"0.5 kPa/(L/min)^2\"", "Pa/(m3/s)^2";
    /// Currency per J; the currency is the user's.
    PRICE_OF_ENERGY = Dimension::new(-2, -1, 2, 0), "a price of energy", "\"0.1 1/kWh\"", "1/J";
    /// Currency per m³; the currency is the user's.
    PRICE_OF_VOLUME = Dimension::new(-3, 0, 0, 0), "a price of a volume", "\"2 1/m3\"", "1/m3";
    /// Revolutions per second.
    ROTATION = Dimension::new(0, 0, -1, 0), "a speed of rotation or frequency", "\"9000 rpm\"", "1/s";
}

impl Dimension {
    /// Dimension mᵃ kgᵇ sᶜ Kᵈ; a kelvin exponent of one is a temperature *difference*.
    pub const fn new(metre: i8, kilogram: i8, second: i8, kelvin: i8) -> Dimension {
        Dimension { metre, kilogram, second, kelvin, absolute: false }
    }

    /// Whether this is a temperature counted from absolute zero.
    pub const fn is_absolute_temperature(self) -> bool {
        self.absolute
    }

    /// Exponents of m, kg, s, K.
    pub const fn exponents(self) -> [i8; 4] {
        [self.metre, self.kilogram, self.second, self.kelvin]
    }

    /// The dimension of a difference of two such values.
    pub const fn difference(self) -> Dimension {
        Dimension { absolute: false, ..self }
    }

    /// `self · other^power`; `None` where an exponent leaves −128…127.
    pub fn times_power(self, other: Dimension, power: i8) -> Option<Dimension> {
        let combine = |a: i8, b: i8| a.checked_add(b.checked_mul(power)?);
        Some(Dimension::new(
            combine(self.metre, other.metre)?,
            combine(self.kilogram, other.kilogram)?,
            combine(self.second, other.second)?,
            combine(self.kelvin, other.kelvin)?,
        ))
    }

    /// The dimension of a square root; `None` where an exponent is odd.
    pub fn square_root(self) -> Option<Dimension> {
        let exponents = self.exponents();
        if self.absolute || exponents.iter().any(|exponent| exponent % 2 != 0) {
            return None;
        }
        let [m, kg, s, k] = exponents.map(|exponent| exponent / 2);
        Some(Dimension::new(m, kg, s, k))
    }

    fn description(self) -> Option<&'static Description> {
        DESCRIPTIONS.iter().find(|description| description.dimension == self)
    }

    /// Name with article, `"a power"`; an unnamed dimension shows its base units.
    pub fn name(self) -> String {
        self.description().map_or_else(
            || format!("a quantity in {}", self.base_units()),
            |description| description.name.to_owned(),
        )
    }

    /// Name and example for messages: `a power, for example "120 kW"`.
    pub fn name_with_example(self) -> String {
        self.description().map_or_else(
            || self.name(),
            |description| format!("{}, for example {}", description.name, description.example),
        )
    }

    /// SI symbol that the parser reads back; empty for plain numbers.
    pub fn symbol(self) -> String {
        self.description().map_or_else(|| self.base_units(), |description| description.symbol.to_owned())
    }

    fn base_units(self) -> String {
        let parts: Vec<String> = ["m", "kg", "s", "K"]
            .iter()
            .zip(self.exponents())
            .filter(|(_, exponent)| *exponent != 0)
            .map(|(symbol, exponent)| match exponent {
                1 => (*symbol).to_owned(),
                _ => format!("{symbol}^{exponent}"),
            })
            .collect();
        parts.join(" ")
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watt_per_metre_kelvin_is_a_conductivity() {
        let per_metre = Dimension::POWER.times_power(Dimension::LENGTH, -1).unwrap();
        let conductivity = per_metre.times_power(Dimension::TEMPERATURE_DIFFERENCE, -1).unwrap();
        assert_eq!(conductivity, Dimension::CONDUCTIVITY);
    }

    #[test]
    fn no_two_named_dimensions_are_equal() {
        for (index, one) in DESCRIPTIONS.iter().enumerate() {
            for other in &DESCRIPTIONS[index + 1..] {
                assert_ne!(one.dimension, other.dimension, "{} {}", one.name, other.name);
            }
        }
    }

    #[test]
    fn exponents_that_overflow_are_refused() {
        assert_eq!(Dimension::VOLUME.times_power(Dimension::VOLUME, 100), None);
    }

    #[test]
    fn every_symbol_and_example_is_read_back_as_its_own_dimension() {
        for description in DESCRIPTIONS {
            let text = format!("1 {}", description.symbol);
            let parsed = crate::units::parse_quantity(text.trim(), description.dimension);
            assert_eq!(parsed, Ok(1.0), "{text}");
            for example in description.example.split('"').skip(1).step_by(2) {
                let parsed = crate::units::parse_quantity(example, description.dimension);
                assert!(parsed.is_ok(), "{example}: {parsed:?}");
            }
        }
    }
}
