//! A report for people: plain tables for a terminal, Markdown for `docs/performance.md`, where each device
//! has a section of its own between two lines, `<!-- device NAME -->` and `<!-- end -->`.

use super::bandwidth::Bandwidth;
use super::flows::FlowRow;
use super::kernels::KernelRow;
use super::networks::NetworkRow;
use super::solvers::SolverRow;
use super::{Report, solvers};
use crate::backend::Clock;
use crate::report::number::{fixed, grouped};
use crate::report::table::{Align, Table, paragraph};

/// Load average from which on times cannot be trusted.
const BUSY: f64 = 0.5;
/// Line that ends the section of a device.
const END: &str = "<!-- end -->";

/// Rows of text under headings, for both kinds of page; a terminal may have no room for the last columns.
struct Rows {
    heads: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Rows {
    fn text(&self, columns: usize) -> String {
        let heads = self.heads.iter().map(|(head, align)| (head.as_str(), *align));
        let mut table = Table::new(&heads.take(columns).collect::<Vec<_>>());
        self.rows.iter().for_each(|row| table.row(row.iter().take(columns).cloned()));
        table.render()
    }

    fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let rule = |align: Align| if align == Align::Left { "---" } else { "---:" };
        let mut text = line(self.heads.iter().map(|(head, _)| head.clone()).collect());
        text += &format!("|{}|\n", self.heads.iter().map(|(_, a)| rule(*a)).collect::<Vec<_>>().join("|"));
        text + &self.rows.iter().map(|row| line(row.clone())).collect::<String>()
    }
}

/// Headings of which the first column holds words.
fn heads<T: Into<String>>(words: impl IntoIterator<Item = T>) -> Vec<(String, Align)> {
    let align = |at: usize| if at == 0 { Align::Left } else { Align::Right };
    words.into_iter().enumerate().map(|(at, head)| (head.into(), align(at))).collect()
}

fn bandwidth(rows: &[Bandwidth]) -> Rows {
    let who = |threads: Option<usize>| match threads {
        None => "device".to_owned(),
        Some(1) => "1 thread".to_owned(),
        Some(threads) => format!("{threads} threads"),
    };
    let rows = rows
        .iter()
        .map(|row| vec![who(row.threads), three(row.copy_gb_s), row.triad_gb_s.map_or("-".into(), three)]);
    Rows { heads: heads(["memory, GB/s", "copy", "triad"]), rows: rows.collect() }
}

fn kernels(rows: &[KernelRow]) -> Rows {
    let rows = rows.iter().map(|row| {
        vec![
            row.name.clone(),
            grid(row.cells),
            fixed(row.bytes_per_cell, 0),
            three(1e3 * row.seconds),
            three(row.gb_s),
            format!("{} %", fixed(100.0 * row.copy_share, 0)),
            row.arrays.clone(),
        ]
    });
    let mut heads = heads(["kernel", "cells", "bytes a cell", "ms", "GB/s", "of copy", "arrays"]);
    heads[6].1 = Align::Left;
    Rows { heads, rows: rows.collect() }
}

fn solvers(rows: &[SolverRow]) -> Rows {
    let threads: Vec<usize> =
        rows.first().map_or(Vec::new(), |row| row.threads.iter().map(|timing| timing.threads).collect());
    let words = ["problem", "cells", "unknowns", "steps", "WU", "set-up"].map(str::to_owned);
    let solve = threads.iter().map(|threads| format!("on {threads}"));
    let last = ["s/digit", "residual", "max, K", "floor"].map(str::to_owned);
    let row = |row: &SolverRow| {
        let residual = fixed_exponent(row.relative_residual);
        let mut cells = vec![
            row.name.clone(),
            grid(row.cells),
            grouped(row.unknowns as f64),
            row.iterations.to_string(),
            fixed(row.work_units_per_iteration, 1),
            row.threads.last().map_or("-".into(), |timing| three(timing.setup_seconds)),
        ];
        cells.extend(row.threads.iter().map(|timing| three(timing.solve_seconds)));
        cells.extend([
            three(row.seconds_per_digit),
            if row.converged { residual } else { format!("{residual} NOT MET") },
            row.highest_k.map_or("-".into(), |highest| fixed(highest, 3)),
            fixed_exponent(row.floor),
        ]);
        cells
    };
    Rows { heads: heads(words.into_iter().chain(solve).chain(last)), rows: rows.iter().map(row).collect() }
}

fn flows(rows: &[FlowRow]) -> Rows {
    let threads: Vec<usize> =
        rows.first().map_or(Vec::new(), |row| row.threads.iter().map(|timing| timing.threads).collect());
    let words = ["flow", "cells", "iterations", "work"].map(str::to_owned);
    let seconds = threads.iter().map(|threads| format!("on {threads}"));
    let row = |row: &FlowRow| {
        let levels: Vec<String> = row.iterations.iter().map(usize::to_string).collect();
        let mut cells =
            vec![row.name.clone(), grouped(row.cells as f64), levels.join(" + "), fixed(row.work, 0)];
        cells.extend(row.threads.iter().map(|timing| three(timing.seconds)));
        let answer = |a: &super::flows::Answer| format!("{} {}", a.quantity, fixed(a.value, 4));
        let found: Vec<String> = row.answers.iter().map(answer).collect();
        cells.push(if row.converged { found.join(", ") } else { "NOT CONVERGED".into() });
        cells
    };
    let mut heads = heads(words.into_iter().chain(seconds).chain(["found".to_owned()]));
    if let Some(last) = heads.last_mut() {
        last.1 = Align::Left;
    }
    Rows { heads, rows: rows.iter().map(row).collect() }
}

fn networks(rows: &[NetworkRow]) -> Rows {
    let words =
        ["network", "branches", "junctions", "steps", "seconds", "momentum", "mass"].map(str::to_owned);
    let row = |row: &NetworkRow| {
        vec![
            row.name.clone(),
            grouped(row.branches as f64),
            grouped(row.junctions as f64),
            row.steps.to_string(),
            three(row.seconds),
            format!("{:.0e}", row.momentum),
            format!("{:.0e}", row.mass),
        ]
    };
    Rows { heads: heads(words), rows: rows.iter().map(row).collect() }
}

/// What the columns of the networks mean.
const NETWORKS: &str = "Coolant loops from rest to the end of Newton's method, on one core of the host. momentum, mass: \
                        how far the worst branch and junction are open, over the largest pressure difference and flow.";

/// What the columns of the flows mean.
const FLOWS: &str = "Whole runs of scenes with solved flow, grid and results included. iterations: on the coarser \
                     grids, then on the one asked for; work: all of it, with that of the grids that correct, in \
                     iterations of the finest. on N: seconds with N threads.";

/// Where the kernels' times come from.
fn clock(rows: &[KernelRow]) -> &'static str {
    if rows.iter().all(|row| row.clock == Clock::Device) {
        "Medians of the device's own timestamps. Above 100 %: the arrays fit into a cache."
    } else {
        "Medians of the host's clock around a batch of runs, with the wait for its end. Above 100 %: the \
         arrays fit into a cache."
    }
}

/// What the columns of the solves mean.
fn solves(report: &Report) -> String {
    let of_host = if report.kind == "cpu" { "" } else { " of the host" };
    format!(
        "Solves from 0 to ‖r‖/‖b‖ ≤ {:.0e}. steps: of the Krylov method. WU: work of a step, in residual \
         evaluations on the finest grid. set-up: seconds. on N: seconds of the solve with N threads{of_host}. s/digit: seconds of the last for each \
         decimal digit of the residual. residual: ‖b − A T‖/‖b‖ in f64 at the end. max: over the held side.",
        solvers::REDUCTION
    )
}

/// The report for a terminal.
#[must_use]
pub fn console(report: &Report) -> String {
    let mut text = format!("{}{}\n{}", report.device, driver(report), paragraph("", 0, &busy(report)));
    text += &format!("\n{}", bandwidth(&report.bandwidth).text(3));
    if !report.kernels.is_empty() {
        text += &format!("\n{}", kernels(&report.kernels).text(7));
        text += &paragraph("", 0, clock(&report.kernels));
    }
    if !report.solvers.is_empty() {
        let solvers = solvers(&report.solvers);
        text += &format!("\n{}", solvers.text(solvers.heads.len() - 1));
        text += &paragraph("", 0, &solves(report));
    }
    if !report.networks.is_empty() {
        let networks = networks(&report.networks);
        text += &format!("\n{}", networks.text(networks.heads.len()));
        text += &paragraph("", 0, NETWORKS);
    }
    if !report.flows.is_empty() {
        let flows = flows(&report.flows);
        text += &format!("\n{}", flows.text(flows.heads.len() - 1));
        text += &paragraph("", 0, FLOWS);
        for row in &flows.rows {
            text += &paragraph("", 2, &format!("{}: {}", row[0], row[row.len() - 1]));
        }
    }
    text
}

fn driver(report: &Report) -> String {
    let driver = if report.driver.is_empty() { String::new() } else { format!(", driver {}", report.driver) };
    format!("{driver}{}", if report.software { ", a software driver" } else { "" })
}

/// Whether other programs ran.
fn busy(report: &Report) -> String {
    match report.load {
        None => String::new(),
        Some(load) if load <= BUSY => format!("Load average before the run: {}.", fixed(load, 1)),
        Some(load) => {
            let load = fixed(load, 1);
            format!(
                "Load average before the run: {load}; other programs were at work, and times are too long."
            )
        }
    }
}

/// The section of the report's device, markers included.
#[must_use]
pub fn section(report: &Report) -> String {
    let mut text = format!("{}\n## {}\n\n", marker(&report.device), report.device);
    text += &format!("racktherm {}{}. {}\n\n", report.version, driver(report), busy(report));
    text += &bandwidth(&report.bandwidth).markdown();
    text += &format!("\n{}\n\n{}", clock(&report.kernels), kernels(&report.kernels).markdown());
    let floor = "floor: what storing the answer in f64 leaves of the residual.";
    text += &format!("\n{} {floor}\n\n{}", solves(report), solvers(&report.solvers).markdown());
    if !report.networks.is_empty() {
        text += &format!("\n{NETWORKS}\n\n{}", networks(&report.networks).markdown());
    }
    if !report.flows.is_empty() {
        text += &format!("\n{FLOWS}\n\n{}", flows(&report.flows).markdown());
    }
    text + END + "\n"
}

fn marker(device: &str) -> String {
    format!("<!-- device {device} -->")
}

/// A page with the section of a report's device in place of the one it had, or at its end.
///
/// # Errors
/// What is wrong if the section that is there has no end.
pub fn put(page: &str, report: &Report) -> Result<String, String> {
    let (marker, new) = (marker(&report.device), section(report));
    let mut kept = page.split_inclusive('\n');
    let before: String = kept.by_ref().take_while(|line| line.trim() != marker).collect();
    if before.len() == page.len() {
        return Ok(format!("{}\n\n{new}", page.trim_end()));
    }
    if !kept.any(|line| line.trim() == END) {
        return Err(format!("the section of {} has no line {END}", report.device));
    }
    Ok(before + &new + &kept.collect::<String>())
}

/// Cells as `64³` where they make a cube.
fn grid(cells: usize) -> String {
    let n = (cells as f64).cbrt().round() as usize;
    if n * n * n == cells { format!("{n}³") } else { grouped(cells as f64) }
}

/// A number with three digits, or whole from 100 on.
fn three(value: f64) -> String {
    let decimals = match value.abs() {
        v if v >= 99.95 => 0,
        v if v >= 9.995 => 1,
        v if v >= 0.9995 => 2,
        v if v >= 0.0995 || v == 0.0 => 3,
        _ => 4,
    };
    if decimals == 0 { grouped(value) } else { fixed(value, decimals) }
}

/// Two digits and a power of ten.
fn fixed_exponent(value: f64) -> String {
    if value.is_finite() { format!("{value:.1e}") } else { fixed(value, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::solvers::Timing;
    use crate::report::table::length;

    fn report(device: &str, seconds: f64) -> Report {
        let timing = |threads| Timing { threads, setup_seconds: 0.42, solve_seconds: seconds };
        let kernel = KernelRow {
            name: "residual, convection".into(),
            cells: 2_097_152,
            arrays: "6a s x b r".into(),
            bytes_per_cell: 80.0,
            seconds: 0.0123,
            clock: Clock::Host,
            gb_s: 13.6,
            copy_share: 0.712,
        };
        let solver = SolverRow {
            name: "copper-cube".into(),
            cells: 2_097_152,
            unknowns: 2_097_152,
            iterations: 120,
            work_units_per_iteration: 14.83,
            seconds: 0.42 + seconds,
            seconds_per_digit: 0.5,
            relative_residual: 9.2e-9,
            floor: 1.1e-10,
            converged: true,
            highest_k: Some(11_322.594),
            threads: vec![timing(1), timing(2)],
        };
        Report {
            device: device.into(),
            kind: "cpu".into(),
            driver: String::new(),
            software: false,
            version: "0.1.0".into(),
            load: Some(0.1),
            copy_gb_s: 19.1,
            bandwidth: vec![Bandwidth { threads: Some(1), copy_gb_s: 19.1, triad_gb_s: Some(14.0) }],
            kernels: vec![kernel],
            solvers: vec![solver],
            flows: Vec::new(),
            networks: Vec::new(),
        }
    }

    #[test]
    fn the_page_of_a_report_is_tables_of_at_most_100_columns() {
        let text = console(&report("CPU", 123.4));
        assert!(text.lines().all(|line| length(line) <= 100), "{text}");
        assert!(text.contains("71 %") && text.contains("11322.594") && text.contains("128³"), "{text}");
    }

    #[test]
    fn a_residual_that_was_not_met_says_so() {
        let mut report = report("CPU", 1.0);
        report.solvers[0].converged = false;
        assert!(console(&report).contains("NOT MET") && section(&report).contains("NOT MET"));
    }

    #[test]
    fn a_device_takes_the_place_of_its_own_section_and_leaves_the_others() {
        let page = put(&put("# Speed\n", &report("A", 1.0)).unwrap(), &report("B", 2.0)).unwrap();
        let again = put(&page, &report("A", 3.0)).unwrap();
        assert_eq!(again, page.replacen(&section(&report("A", 1.0)), &section(&report("A", 3.0)), 1));
        assert!(again.contains(&section(&report("B", 2.0))) && again.starts_with("# Speed\n"));
    }

    #[test]
    fn a_busy_machine_is_told() {
        let mut report = report("A", 1.0);
        assert!(!console(&report).contains("too long"));
        report.load = Some(2.3);
        assert!(console(&report).contains("2.3; other") && section(&report).contains("too long"));
    }

    #[test]
    fn a_section_without_end_is_refused() {
        let error = put("<!-- device A -->\nold\n", &report("A", 1.0)).unwrap_err();
        assert!(error.contains("no line <!-- end -->"), "{error}");
    }

    #[test]
    fn times_keep_three_digits() {
        let texts = [0.0123, 0.1234, 1.2345, 12.345, 123.45, 2345.6].map(three);
        assert_eq!(texts, ["0.0123", "0.123", "1.23", "12.3", "123", "2,346"]);
    }
}
