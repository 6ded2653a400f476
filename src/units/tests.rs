//! Facts about units, and the promise that no text makes the parser panic.

use approx::assert_relative_eq;
use proptest::prelude::*;

use super::*;

fn value(text: &str, dimension: Dimension) -> f64 {
    match parse_quantity(text, dimension) {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

fn message(text: &str, dimension: Dimension) -> String {
    match parse_quantity(text, dimension) {
        Ok(value) => panic!("\"{text}\" was read as {value}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn texts_of_the_trade_are_read_in_si() {
    let facts = [
        ("120 kW", Dimension::POWER, 120e3),
        ("14.3kW", Dimension::POWER, 14.3e3),
        ("35 degC", Dimension::TEMPERATURE, 308.15),
        ("35 °C", Dimension::TEMPERATURE, 308.15),
        ("-5 degC", Dimension::TEMPERATURE, 268.15),
        ("300 K", Dimension::TEMPERATURE, 300.0),
        ("95 degF", Dimension::TEMPERATURE, 308.15),
        ("10 K", Dimension::TEMPERATURE_DIFFERENCE, 10.0),
        ("5 mK", Dimension::TEMPERATURE_DIFFERENCE, 5e-3),
        ("40 L/min", Dimension::VOLUME_FLOW, 40e-3 / 60.0),
        ("150 CFM", Dimension::VOLUME_FLOW, 0.070_792_116_48),
        ("3.6 m3/h", Dimension::VOLUME_FLOW, 1e-3),
        ("23 gpm", Dimension::VOLUME_FLOW, 23.0 * 3.785_411_784e-3 / 60.0),
        ("44.45 mm", Dimension::LENGTH, 0.044_45),
        ("1 U", Dimension::LENGTH, 0.044_45),
        ("0", Dimension::LENGTH, 0.0),
        ("50 um", Dimension::LENGTH, 50e-6),
        ("50 µm", Dimension::LENGTH, 50e-6),
        ("2 in", Dimension::LENGTH, 0.0508),
        ("0.08 cm2K/W", Dimension::AREA_RESISTANCE, 8e-6),
        ("0.08 cm² K/W", Dimension::AREA_RESISTANCE, 8e-6),
        ("0.05 K/W", Dimension::THERMAL_RESISTANCE, 0.05),
        ("400 W/mK", Dimension::CONDUCTIVITY, 400.0),
        ("400 W/(m K)", Dimension::CONDUCTIVITY, 400.0),
        ("400 W/m/K", Dimension::CONDUCTIVITY, 400.0),
        ("400 W m^-1 K^-1", Dimension::CONDUCTIVITY, 400.0),
        ("400 W m⁻¹ K⁻¹", Dimension::CONDUCTIVITY, 400.0),
        ("4 W/(cm K)", Dimension::CONDUCTIVITY, 400.0),
        ("150 W/m2K", Dimension::HEAT_TRANSFER_COEFFICIENT, 150.0),
        ("150 W/(m2*K)", Dimension::HEAT_TRANSFER_COEFFICIENT, 150.0),
        ("126.9 kPa", Dimension::PRESSURE, 126.9e3),
        ("2.5 bar", Dimension::PRESSURE, 2.5e5),
        ("14.503773773 psi", Dimension::PRESSURE, 1e5),
        ("0.5 inH2O", Dimension::PRESSURE, 124.544_455),
        ("60 %", Dimension::DIMENSIONLESS, 0.6),
        ("0.6", Dimension::DIMENSIONLESS, 0.6),
        ("1 lb", Dimension::MASS, 0.453_592_37),
        ("20 g", Dimension::MASS, 0.02),
        ("9000 rpm", Dimension::ROTATION, 150.0),
        ("2 min", Dimension::TIME, 120.0),
        ("1 h", Dimension::TIME, 3600.0),
        ("385 J/kgK", Dimension::SPECIFIC_HEAT, 385.0),
        ("18.2 uPa.s", Dimension::VISCOSITY, 18.2e-6),
        ("2.4 mPa s", Dimension::VISCOSITY, 2.4e-3),
        ("2.4 mPa·s", Dimension::VISCOSITY, 2.4e-3),
        ("50 W/cm2", Dimension::HEAT_FLUX, 5e5),
        ("40 1/m", Dimension::PER_LENGTH, 40.0),
        ("6e4 Pa/(L/min)", Dimension::PRESSURE_PER_FLOW, 6e4 * 6e4),
    ];
    for (text, dimension, expected) in facts {
        // psi and the gallon are defined exactly; the texts carry ten digits.
        assert_relative_eq!(value(text, dimension), expected, max_relative = 1e-10);
    }
}

#[test]
fn a_unit_of_another_kind_names_both_kinds() {
    assert_eq!(
        message("5 kPa", Dimension::POWER),
        "\"5 kPa\" is a pressure; expected a power, for example \"120 kW\""
    );
}

#[test]
fn a_misspelt_unit_names_the_nearest_known_one() {
    assert_eq!(
        message("120 kw", Dimension::POWER),
        "unknown unit 'kw' in \"120 kw\"; expected a power, for example \"120 kW\"; did you mean 'kW'?"
    );
    assert!(message("35 C", Dimension::TEMPERATURE).ends_with("did you mean 'degC'?"));
    assert!(message("3 K/Watt", Dimension::THERMAL_RESISTANCE).contains("'Watt'"));
}

#[test]
fn a_bare_number_is_refused_where_a_unit_is_needed() {
    assert_eq!(
        message("120", Dimension::POWER),
        "\"120\" has no unit; expected a power, for example \"120 kW\""
    );
}

#[test]
fn degrees_celsius_are_no_difference_and_no_part_of_a_compound() {
    assert!(message("5 degC", Dimension::TEMPERATURE_DIFFERENCE).contains("written in K"));
    for text in ["5 W/degC", "5 degC^2", "5 degC m", "5 m2 °C/W"] {
        assert!(message(text, Dimension::UA).contains("write K"), "{text}: {}", message(text, Dimension::UA));
    }
    assert!(message("-300 degC", Dimension::TEMPERATURE).contains("absolute zero"));
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    for text in ["1e999 W", "inf W", "NaN W", ""] {
        assert!(parse_quantity(text, Dimension::POWER).is_err(), "{text}");
    }
}

fn parameters() -> Parameters {
    [
        ("tray_height", "44 mm"),
        ("gpu_power", "1 kW"),
        ("supply", "40 degC"),
        ("return_", "50 degC"),
        ("count", "4"),
    ]
    .into_iter()
    .map(|(name, text)| {
        let quantity = parse_any(text).unwrap();
        (name.to_owned(), quantity)
    })
    .collect()
}

#[test]
fn expressions_follow_their_parameters() {
    let facts = [
        ("= tray_height - 8 mm", Dimension::LENGTH, 0.036),
        ("= 0.6 * gpu_power + 20 W", Dimension::POWER, 620.0),
        ("= min(tray_height, 3 cm)", Dimension::LENGTH, 0.03),
        ("=gpu_power/count", Dimension::POWER, 250.0),
        ("= 800 W/count", Dimension::POWER, 200.0),
        ("= supply + 5 K", Dimension::TEMPERATURE, 318.15),
        ("= return_ - supply", Dimension::TEMPERATURE_DIFFERENCE, 10.0),
        ("= gpu_power / (return_ - supply)", Dimension::UA, 100.0),
        ("= sqrt(tray_height^2)", Dimension::LENGTH, 0.044),
        ("= if(count > 3, 2 mm, 1 mm)", Dimension::LENGTH, 2e-3),
        ("= if(count < 3, 2 mm, 1 mm)", Dimension::LENGTH, 1e-3),
        ("= -2^2", Dimension::DIMENSIONLESS, -4.0),
        ("= 2 min + 3 s", Dimension::TIME, 123.0),
        ("= exp(ln(3)) * cos(0) - sin(0) + abs(-1)", Dimension::DIMENSIONLESS, 4.0),
        ("12 W", Dimension::POWER, 12.0),
    ];
    for (text, dimension, expected) in facts {
        match evaluate(text, dimension, &parameters()) {
            Ok(value) => assert_relative_eq!(value, expected, max_relative = 1e-14),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn expressions_that_mix_kinds_are_refused_by_name() {
    let facts = [
        ("= tray_height + gpu_power", "cannot add a length and a power"),
        ("= supply + return_", "cannot add a temperature and a temperature"),
        ("= 2 * supply", "cannot multiply"),
        ("= sin(tray_height)", "sin does not take a length"),
        ("= tray_heigth", "did you mean 'tray_height'?"),
        ("= tray_height", "is a length; expected a power"),
        ("= sqt(4)", "did you mean 'sqrt'?"),
        ("= 1 W / 0", "not a finite number"),
        ("= (1 W", "expected ')', found the end"),
        ("= 3 mn", "unknown unit 'mn'"),
        ("= min(1 W)", "takes 2 argument(s), not 1"),
        ("= gpu_power ^ 0.5", "cannot raise to a power"),
    ];
    for (text, expected) in facts {
        match evaluate(text, Dimension::POWER, &parameters()) {
            Ok(value) => panic!("\"{text}\" was read as {value}"),
            Err(error) => assert!(error.to_string().contains(expected), "{error}"),
        }
    }
}

#[test]
fn a_difference_is_no_temperature_in_an_expression() {
    let error = evaluate("= return_ - supply", Dimension::TEMPERATURE, &parameters());
    assert!(error.unwrap_err().to_string().contains("write degC"));
}

#[test]
fn deep_nesting_and_long_texts_are_refused_without_a_crash() {
    for text in [
        "=".to_owned() + &"(".repeat(1900),
        "=".to_owned() + &"-".repeat(1900) + "1",
        "=".to_owned() + &"2^".repeat(900) + "1",
        "=1".to_owned() + &"+1".repeat(100_000),
    ] {
        assert!(evaluate_any(&text, &Parameters::new()).is_err());
    }
    let longest = "=1".to_owned() + &"+1".repeat(998);
    let sum = evaluate_any(&longest, &Parameters::new()).unwrap();
    assert_relative_eq!(sum.value, 999.0);
}

#[test]
fn a_formula_of_the_manufactured_solution_gives_its_table_value() {
    // tests/data/validation/mms_conduction.csv, first row.
    let formula = Formula::parse("1 + sin(pi*x)*sin(2*pi*y)*cos(pi*z) + 0.5*x*y*z").unwrap();
    let value = formula.evaluate(0.1, 0.2, 0.3);
    assert_relative_eq!(value, 1.175_745_751_406_263, max_relative = 1e-14);
}

#[test]
fn a_formula_handles_powers_choices_and_signs() {
    let formula = Formula::parse("if(x < 0.5, -x^2, max(y, z)^0.5)").unwrap();
    assert_relative_eq!(formula.evaluate(-0.4, 1.0, 2.0), -0.16, max_relative = 1e-14);
    assert_relative_eq!(formula.evaluate(0.6, 1.0, 4.0), 2.0, max_relative = 1e-14);
}

#[test]
fn a_formula_refuses_units_and_other_names() {
    assert!(Formula::parse("x + 2 mm").is_err());
    assert!(Formula::parse("x + w").is_err());
    let deep = (0..40).fold("x".to_owned(), |text, _| format!("1+({text})"));
    assert!(Formula::parse(&deep).is_err());
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
        let _ = parse_quantity(&text, Dimension::POWER);
        let _ = parse_any(&text);
        let _ = evaluate_any(&format!("={text}"), &parameters());
        let _ = Formula::parse(&text);
    }

    #[test]
    fn no_text_of_unit_like_pieces_makes_the_parser_panic(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "1", "9", ".", "e", "-", "^", "(", ")", "/", "*", " ", "m", "K", "W", "kg", "°", "C", "µ", "%", "²",
                "⁻", "degC", "H2O", "in", "·", "if", "<", ",", "min", "x", "_", "=",
            ]),
            0..16,
        )
    ) {
        let text = pieces.concat();
        let _ = parse_any(&text);
        let _ = evaluate_any(&format!("={text}"), &parameters());
        let _ = evaluate_any(&format!("=3 {text}"), &parameters());
        if let Ok(formula) = Formula::parse(&text) {
            let _ = formula.evaluate(1.0, 2.0, 3.0);
        }
    }

    #[test]
    fn what_is_printed_is_read_back(
        value in -1e12..1e12_f64,
        exponents in prop::array::uniform4(-4..=4_i8),
    ) {
        let [m, kg, s, k] = exponents;
        let quantity = Quantity { value, dimension: Dimension::new(m, kg, s, k) };
        prop_assert_eq!(parse_quantity(&quantity.to_string(), quantity.dimension), Ok(value));
    }
}
