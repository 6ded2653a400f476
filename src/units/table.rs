//! Units by symbol, with the prefixes each one takes.

use super::Dimension;

/// A unit: SI value = scale · number + offset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub(super) scale: f64,
    pub(super) offset: f64,
    pub(super) dimension: Dimension,
    /// Whether a prefix stands before the symbol.
    pub(super) prefixed: bool,
}

struct Entry {
    symbol: &'static str,
    scale: f64,
    offset: f64,
    dimension: Dimension,
    prefixes: &'static str,
}

const fn unit(symbol: &'static str, scale: f64, dimension: Dimension, prefixes: &'static str) -> Entry {
    Entry { symbol, scale, offset: 0.0, dimension, prefixes }
}

const fn degrees(symbol: &'static str, scale: f64, offset: f64) -> Entry {
    Entry { symbol, scale, offset, dimension: Dimension::TEMPERATURE, prefixes: "" }
}

const FOOT: f64 = 0.3048;
const US_GALLON: f64 = 3.785_411_784e-3;
const POUND: f64 = 0.453_592_37;
const STANDARD_GRAVITY: f64 = 9.806_65;
/// psi = pound-force per square inch.
const PSI: f64 = POUND * STANDARD_GRAVITY / (0.0254 * 0.0254);
const FAHRENHEIT_OFFSET: f64 = 273.15 - 32.0 / 1.8;

/// Definitions: BIPM SI brochure 9th ed. (2019); NIST SP 811 (2008) appendix B for the others;
/// water columns at 4 °C (conventional); one rack unit is 44.45 mm (EIA-310).
const TABLE: &[Entry] = &[
    unit("m", 1.0, Dimension::LENGTH, "nuµμmcdk"),
    unit("g", 1e-3, Dimension::MASS, "uµμmk"),
    unit("s", 1.0, Dimension::TIME, "nuµμm"),
    unit("K", 1.0, Dimension::TEMPERATURE_DIFFERENCE, "m"),
    degrees("degC", 1.0, 273.15),
    degrees("°C", 1.0, 273.15),
    degrees("℃", 1.0, 273.15),
    degrees("degF", 1.0 / 1.8, FAHRENHEIT_OFFSET),
    degrees("°F", 1.0 / 1.8, FAHRENHEIT_OFFSET),
    unit("W", 1.0, Dimension::POWER, "uµμmkMG"),
    unit("J", 1.0, Dimension::ENERGY, "mkMG"),
    unit("N", 1.0, Dimension::FORCE, "mk"),
    unit("Pa", 1.0, Dimension::PRESSURE, "uµμmhkM"),
    unit("Hz", 1.0, Dimension::ROTATION, "kMG"),
    unit("L", 1e-3, Dimension::VOLUME, "uµμmcd"),
    unit("l", 1e-3, Dimension::VOLUME, "mcd"),
    unit("min", 60.0, Dimension::TIME, ""),
    unit("h", 3600.0, Dimension::TIME, ""),
    unit("d", 86_400.0, Dimension::TIME, ""),
    unit("rpm", 1.0 / 60.0, Dimension::ROTATION, ""),
    unit("Wh", 3600.0, Dimension::ENERGY, "kMG"),
    unit("bar", 1e5, Dimension::PRESSURE, "m"),
    unit("atm", 101_325.0, Dimension::PRESSURE, ""),
    unit("psi", PSI, Dimension::PRESSURE, ""),
    unit("psid", PSI, Dimension::PRESSURE, ""),
    unit("inH2O", 249.088_91, Dimension::PRESSURE, ""),
    unit("mmH2O", 9.806_65, Dimension::PRESSURE, ""),
    unit("P", 0.1, Dimension::VISCOSITY, "mc"),
    unit("St", 1e-4, Dimension::DIFFUSIVITY, "c"),
    unit("in", 0.0254, Dimension::LENGTH, ""),
    unit("ft", FOOT, Dimension::LENGTH, ""),
    unit("mil", 0.0254e-3, Dimension::LENGTH, ""),
    unit("U", 0.044_45, Dimension::LENGTH, ""),
    unit("lb", POUND, Dimension::MASS, ""),
    unit("t", 1e3, Dimension::MASS, ""),
    unit("CFM", FOOT * FOOT * FOOT / 60.0, Dimension::VOLUME_FLOW, ""),
    unit("cfm", FOOT * FOOT * FOOT / 60.0, Dimension::VOLUME_FLOW, ""),
    unit("gpm", US_GALLON / 60.0, Dimension::VOLUME_FLOW, ""),
    unit("GPM", US_GALLON / 60.0, Dimension::VOLUME_FLOW, ""),
    unit("gal", US_GALLON, Dimension::VOLUME, ""),
    unit("Btu", 1_055.055_852_62, Dimension::ENERGY, ""),
    unit("%", 0.01, Dimension::DIMENSIONLESS, ""),
    unit("ppm", 1e-6, Dimension::DIMENSIONLESS, ""),
];

/// Spellings that a suggestion should know although the parser refuses them.
const SUGGESTIONS: &[&str] = &[
    "kW", "mW", "MW", "mm", "cm", "um", "km", "kg", "kPa", "hPa", "kJ", "mL", "L/min", "m3/h", "m3/s",
    "kg/s", "m/s", "K/W", "W/mK", "W/m2K", "W/K", "J/kgK", "kg/m3", "mPa s", "cm2K/W",
];

fn prefix_scale(prefix: char) -> f64 {
    match prefix {
        'n' => 1e-9,
        'u' | 'µ' | 'μ' => 1e-6,
        'm' => 1e-3,
        'c' => 1e-2,
        'd' => 1e-1,
        'h' => 1e2,
        'k' => 1e3,
        'M' => 1e6,
        _ => 1e9,
    }
}

/// The unit of a whole symbol, with or without a prefix.
pub(super) fn lookup(symbol: &str) -> Option<Unit> {
    if let Some(entry) = TABLE.iter().find(|entry| entry.symbol == symbol) {
        return Some(Unit {
            scale: entry.scale,
            offset: entry.offset,
            dimension: entry.dimension,
            prefixed: false,
        });
    }
    let prefix = symbol.chars().next()?;
    let rest = &symbol[prefix.len_utf8()..];
    TABLE.iter().find(|entry| entry.symbol == rest && entry.prefixes.contains(prefix)).map(|entry| Unit {
        scale: entry.scale * prefix_scale(prefix),
        offset: 0.0,
        dimension: entry.dimension,
        prefixed: true,
    })
}

/// Symbols with a digit inside, which the reader of symbols must try first.
pub(super) fn symbols_with_digits() -> impl Iterator<Item = &'static str> {
    ["inH2O", "mmH2O"].into_iter()
}

/// All spellings worth suggesting.
pub(super) fn spellings() -> impl Iterator<Item = &'static str> {
    let known = TABLE.iter().map(|entry| entry.symbol);
    SUGGESTIONS.iter().copied().chain(known)
}
