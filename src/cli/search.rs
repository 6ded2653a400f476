//! `racktherm search`: how far a value of a scene can be pushed, and what binds then.

use super::options::{GridChoice, backend};
use super::progress::Reporter;
use super::{Exit, Failure, input, output};
use crate::couple::{self, BackendChoice, CoupleError};
use crate::report::table::{Align, Table, paragraph};
use crate::search::{self, Found, LARGEST_EXHAUST, Query, Trial};
use clap::Args;
use std::path::PathBuf;

/// Push one value of a scene until a limit binds: warmest supply, least flow, highest power
#[derive(Debug, Args)]
pub(super) struct Search {
    /// Scene file
    scene: PathBuf,
    /// Raises a value from one that is borne, such as supply_temperature="30..60 degC"
    #[arg(long, value_name = "KEY=FROM..TO", value_parser = pushed, required_unless_present = "lower")]
    raise: Option<Push>,
    /// Lowers a value from one that is borne, such as coolant_flow="130..30 L/min"
    #[arg(long, value_name = "KEY=FROM..TO", value_parser = pushed, conflicts_with = "raise")]
    lower: Option<Push>,
    /// Least margin of every part with a limit, K
    #[arg(long, value_name = "K", default_value_t = 0.0, value_parser = finite)]
    margin: f64,
    /// Warmest exhaust air, °C
    #[arg(long, value_name = "°C", default_value_t = LARGEST_EXHAUST, value_parser = finite)]
    largest_exhaust: f64,
    /// How near to the end the answer lies, as a share of the range
    #[arg(long, value_name = "SHARE", default_value_t = 0.01, value_parser = share)]
    tolerance: f64,
    /// Device: auto (a real GPU if there is one, else the CPU), gpu, cpu, or a part of a GPU's name
    #[arg(long, value_name = "auto|gpu|cpu|NAME", default_value = "auto", value_parser = backend)]
    backend: BackendChoice,
    /// How fine the grid is
    #[arg(long, value_enum, default_value = "draft")]
    grid: GridChoice,
    /// Overrides a value of the scene; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// No progress on standard error
    #[arg(long)]
    quiet: bool,
    /// JSON instead of a table on standard output
    #[arg(long)]
    json: bool,
}

/// A key of the scene and the range of its value.
#[derive(Clone, Debug, PartialEq)]
struct Push {
    key: String,
    from: f64,
    to: f64,
    unit: String,
}

fn finite(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|value: &f64| value.is_finite()).ok_or_else(|| "give a number".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let within = |value: &f64| *value > 0.0 && *value <= 0.5;
    finite(text)
        .ok()
        .filter(within)
        .ok_or_else(|| "give a share of the range above 0 and up to 0.5".to_owned())
}

fn pushed(text: &str) -> Result<Push, String> {
    let wrong = || "write KEY=FROM..TO with one unit, such as supply_temperature=\"30..60 degC\"".to_owned();
    let (key, range) = text.split_once('=').ok_or_else(wrong)?;
    let (from, rest) = range.split_once("..").ok_or_else(wrong)?;
    let rest = rest.trim();
    let end = rest.find(|c: char| !(c.is_ascii_digit() || ".+-eE".contains(c))).unwrap_or(rest.len());
    let number =
        |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(wrong);
    let (from, to) = (number(from)?, number(&rest[..end])?);
    if key.trim().is_empty() || from == to {
        return Err(wrong());
    }
    Ok(Push { key: key.trim().to_owned(), from, to, unit: rest[end..].trim().to_owned() })
}

impl Search {
    pub(super) fn execute(&self) -> Result<Exit, Failure> {
        let Some(push) = self.raise.as_ref().or(self.lower.as_ref()) else {
            return Err(Failure::Input("give --raise or --lower".into()));
        };
        let rises = push.to > push.from;
        if rises != self.raise.is_some() {
            let (word, other) = if rises { ("lower", "raise") } else { ("raise", "lower") };
            let message =
                format!("--{word} {}={}..{} goes the other way: use --{other}", push.key, push.from, push.to);
            return Err(Failure::Input(message));
        }
        let query = Query {
            easy: push.from,
            hard: push.to,
            tolerance: self.tolerance * (push.to - push.from).abs(),
            margin: self.margin,
            largest_exhaust: self.largest_exhaust,
        };
        let options = couple::Options { resolution: self.grid.resolution(), backend: self.backend.clone() };
        let mut run = |value: f64| -> Result<Trial, Failure> {
            let mut set = self.set.clone();
            set.push(format!("{}={value} {}", push.key, push.unit).trim_end().to_owned());
            let name = format!("{} = {value:.4} {}", push.key, push.unit);
            let tried = |failure| {
                output::complain(&format!("That is what the scene says with {}.", name.trim_end()));
                failure
            };
            let input = input::load(&self.scene, &set).map_err(tried)?;
            let progress = Reporter::new(&name, self.quiet);
            let solution = match couple::solve(&input.scene, &options, &progress) {
                // What has no solution is not borne, unless it is where the search starts.
                Err(CoupleError::Scene(faults)) if value != push.from => {
                    return Ok(Trial::new(value, vec![search::no_solution(&faults)], f64::NAN));
                }
                result => result.map_err(|error| tried(input.refused(error)))?,
            };
            let summary = &solution.summary;
            let limits = search::limits(summary, &input.scene.steady(), &query);
            Ok(Trial::new(value, limits, summary.balance.heat_in_w.total))
        };
        let found = search::search(&query, &mut run)?;
        if self.json {
            output::print_json(&found)?;
        } else {
            output::print(&page(push, &found))?;
        }
        // What is not borne at its first value has no answer.
        Ok(if found.value.is_some() { Exit::Success } else { Exit::OverLimit })
    }
}

/// The runs as a table and the answer in words.
fn page(push: &Push, found: &Found) -> String {
    let head = format!("{} {}", push.key, push.unit);
    let mut table = Table::new(&[
        (head.trim(), Align::Right),
        ("kW", Align::Right),
        ("slack %", Align::Right),
        ("tightest limit", Align::Left),
    ]);
    let mut trials: Vec<&Trial> = found.trials.iter().collect();
    trials.sort_by(|a, b| a.value.total_cmp(&b.value));
    for trial in trials {
        table.row([
            format!("{:.4}", trial.value),
            if trial.power_w.is_nan() { "–".to_owned() } else { format!("{:.2}", trial.power_w / 1e3) },
            format!("{:.1}", 100.0 * trial.tightest.slack),
            format!("{}: {} {}", trial.tightest.kind, trial.tightest.place, trial.tightest.text),
        ]);
    }
    let unit = &push.unit;
    let answer = match (found.value, &found.binding) {
        (Some(value), Some(limit)) => format!(
            "{} can go to {value:.4} {unit} ({:.2} kW in the scene); then {} binds: {}, {}",
            push.key,
            found.power_w.unwrap_or(0.0) / 1e3,
            limit.kind,
            limit.place,
            limit.text
        ),
        (Some(value), None) => {
            format!("{} can go to {value:.4} {unit}, the end of the range: nothing binds", push.key)
        }
        (None, Some(limit)) => format!(
            "{} = {:.4} {unit} breaks a limit already: {}, {}, {}; begin elsewhere",
            push.key, push.from, limit.kind, limit.place, limit.text
        ),
        (None, None) => String::new(),
    };
    format!("{}\n{}", table.render(), paragraph("", 0, &answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_a_key_two_numbers_and_one_unit() {
        let push = pushed("loop.rack.flow=130..30 L/min").unwrap();
        assert_eq!(
            (push.key.as_str(), push.from, push.to, push.unit.as_str()),
            ("loop.rack.flow", 130.0, 30.0, "L/min")
        );
        assert_eq!(pushed("load=0.5..2").unwrap().unit, "");
        assert_eq!(pushed("t=-5..1e1 degC").unwrap().to, 10.0);
        for wrong in ["t", "t=5", "t=5..5 K", "=1..2", "t=a..b"] {
            assert!(pushed(wrong).unwrap_err().contains("KEY=FROM..TO"), "{wrong}");
        }
    }
}
