//! Coefficients of the built-in coolants; sources and errors stand in [`super::coolant`].
//!
//! Freezing points are CoolProp's. Glycol raises the boiling point of water, so that 100 °C is on the safe side.

use super::coolant::CoolantProperties;

/// Boiling point of water at atmospheric pressure, °C.
const AQUEOUS: Option<f64> = Some(100.0);

/// Polynomials in °C.
#[derive(Debug, PartialEq)]
pub(super) struct Fit {
    pub(super) name: &'static str,
    density: [f64; 3],
    specific_heat: [f64; 3],
    conductivity: [f64; 3],
    log_viscosity: [f64; 4],
    /// °C.
    pub(super) range: (f64, f64),
    /// °C.
    pub(super) freezing: Option<f64>,
    /// °C at atmospheric pressure.
    pub(super) boiling: Option<f64>,
}

fn polynomial(coefficients: &[f64], t: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * t + c)
}

impl Fit {
    /// Properties at t in °C, within the range.
    pub(super) fn properties(&self, t: f64) -> CoolantProperties {
        CoolantProperties {
            density: polynomial(&self.density, t),
            specific_heat: polynomial(&self.specific_heat, t),
            conductivity: polynomial(&self.conductivity, t),
            viscosity: polynomial(&self.log_viscosity, t).exp(),
        }
    }

    /// ∫₀ᵗ cp dt, t in °C within the range.
    pub(super) fn enthalpy(&self, t: f64) -> f64 {
        let [c0, c1, c2] = self.specific_heat;
        t * (c0 + t * (c1 / 2.0 + t * c2 / 3.0))
    }
}

/// All of them, in the order of messages.
pub(super) static BUILT_IN: [&Fit; 12] = [
    &WATER,
    &PG25_BY_MASS,
    &PG25_BY_VOLUME,
    &PG20,
    &PG30,
    &PG40,
    &PG50,
    &EG20,
    &EG30,
    &EG40,
    &EG50,
    &DIELECTRIC,
];

pub(super) static WATER: Fit = Fit {
    name: "water",
    density: [1_000.829_73, -0.056_740_68, -3.896_207e-3],
    specific_heat: [4204.932, -1.275_335, 0.015_295_16],
    conductivity: [0.558_424_1, 2.169_854e-3, -1.034_143e-5],
    log_viscosity: [-6.335_95, -0.032_645_95, 2.2744e-4, -8.988_31e-7],
    range: (5.0, 75.0),
    freezing: Some(0.0),
    boiling: AQUEOUS,
};

pub(super) static PG25_BY_MASS: Fit = Fit {
    name: "pg25",
    density: [1026.298, -0.302_509, -2.679_93e-3],
    specific_heat: [3871.455, 2.486_014, -1.403_98e-3],
    conductivity: [0.449_333_9, 9.438_25e-4, -7.794e-7],
    log_viscosity: [-5.200_273_2, -0.047_240_961_1, 3.545_81e-4, -1.294_37e-6],
    range: (5.0, 75.0),
    freezing: Some(-9.8),
    boiling: AQUEOUS,
};

pub(super) static PG25_BY_VOLUME: Fit = Fit {
    name: "pg25-by-volume",
    density: [1_031.240_82, -0.317_801_044, -2.535_329_67e-3],
    specific_heat: [3_863.506_26, 2.468_175_82, 0.0],
    conductivity: [0.442_913_264, 1.366_736_54e-3, -6.556_428_57e-6],
    log_viscosity: [-5.217_939_88, -0.045_098_538_3, 3.071_037_73e-4, -1.001_705_58e-6],
    range: (5.0, 70.0),
    freezing: Some(-10.0),
    boiling: AQUEOUS,
};

pub(super) static DIELECTRIC: Fit = Fit {
    name: "dielectric",
    density: [844.6, -0.615, 0.0],
    specific_heat: [2150.0, 0.0, 0.0],
    conductivity: [0.135, 0.0, 0.0],
    log_viscosity: [-3.439_849_84, -0.047_598_963_7, 2.901_669_45e-4, -9.099_994_4e-7],
    range: (10.0, 90.0),
    freezing: None,
    boiling: None,
};

pub(super) static PG20: Fit = Fit {
    name: "pg20",
    density: [1020.59758, -0.237256775, -0.00296172872],
    specific_heat: [3934.84251, 2.11088515, -0.000155952074],
    conductivity: [0.470905112, 0.00110114055, -1.67170743e-06],
    log_viscosity: [-5.44625326, -0.0436793307, 0.000324501737, -1.20503728e-06],
    range: (5.0, 75.0),
    freezing: Some(-7.2),
    boiling: AQUEOUS,
};

pub(super) static PG30: Fit = Fit {
    name: "pg30",
    density: [1032.01789, -0.368304948, -0.00240839522],
    specific_heat: [3802.25554, 2.77887283, -0.00186940371],
    conductivity: [0.428248717, 0.000814424801, -1.63044449e-07],
    log_viscosity: [-4.94525364, -0.0509361154, 0.000385442505, -1.38594441e-06],
    range: (5.0, 75.0),
    freezing: Some(-12.8),
    boiling: AQUEOUS,
};

pub(super) static PG40: Fit = Fit {
    name: "pg40",
    density: [1042.77284, -0.491108656, -0.0019176248],
    specific_heat: [3641.55114, 3.28545579, -0.00133747011],
    conductivity: [0.387716556, 0.000619821872, 4.38315808e-07],
    log_viscosity: [-4.432946, -0.0581094433, 0.000444743864, -1.57578154e-06],
    range: (5.0, 75.0),
    freezing: Some(-20.6),
    boiling: AQUEOUS,
};

pub(super) static PG50: Fit = Fit {
    name: "pg50",
    density: [1051.35054, -0.588168135, -0.00153246747],
    specific_heat: [3453.14118, 3.8589613, -0.000330151293],
    conductivity: [0.349792887, 0.000472824836, 5.24953338e-07],
    log_viscosity: [-3.9574667, -0.0638970838, 0.000492871815, -1.77454868e-06],
    range: (5.0, 75.0),
    freezing: Some(-32.2),
    boiling: AQUEOUS,
};

pub(super) static EG20: Fit = Fit {
    name: "eg20",
    density: [1029.23775, -0.196155885, -0.0031181944],
    specific_heat: [3860.01657, 1.81712857, 3.07887973e-05],
    conductivity: [0.484098706, 0.0012330428, -2.71418695e-06],
    log_viscosity: [-5.75163081, -0.0367438712, 0.00023088557, -6.65845027e-07],
    range: (5.0, 75.0),
    freezing: Some(-7.9),
    boiling: AQUEOUS,
};

pub(super) static EG30: Fit = Fit {
    name: "eg30",
    density: [1045.131, -0.30363305, -0.00261594975],
    specific_heat: [3657.61282, 3.13032875, -0.00467016419],
    conductivity: [0.445831985, 0.000978559148, -1.21699491e-06],
    log_viscosity: [-5.4497011, -0.038927646, 0.000249041718, -7.53536737e-07],
    range: (5.0, 75.0),
    freezing: Some(-14.6),
    boiling: AQUEOUS,
};

pub(super) static EG40: Fit = Fit {
    name: "eg40",
    density: [1060.56524, -0.393850216, -0.00216302442],
    specific_heat: [3433.59636, 4.45003031, -0.008620172],
    conductivity: [0.409779104, 0.000786107242, -4.50794005e-07],
    log_viscosity: [-5.1480608, -0.0414033885, 0.000281419907, -9.70728447e-07],
    range: (5.0, 75.0),
    freezing: Some(-23.8),
    boiling: AQUEOUS,
};

pub(super) static EG50: Fit = Fit {
    name: "eg50",
    density: [1074.85581, -0.462232232, -0.00182859842],
    specific_heat: [3201.64261, 5.78906608, -0.0128050346],
    conductivity: [0.376677378, 0.000628517523, -1.75344243e-07],
    log_viscosity: [-4.83713078, -0.0442885962, 0.000330457938, -1.31742016e-06],
    range: (5.0, 75.0),
    freezing: Some(-36.0),
    boiling: AQUEOUS,
};
