//! A comparison as text: quantities in rows, scenes in columns.

use super::{Comparison, Entry, Figures, OverTime, Site};
use crate::report::number::{cfm, degrees, fixed, grouped};
use crate::report::table::{Align, Table, WIDTH, length, paragraph};
use crate::result::Summary;

/// Columns of the row names.
const LABEL: usize = 22;
/// Columns of a scene at least.
const COLUMN: usize = 18;
const NONE: &str = "-";

/// The comparison as text; `summaries` in the order of its scenes. Many scenes make several blocks.
#[must_use]
pub fn page(comparison: &Comparison, summaries: &[Summary]) -> String {
    let longest = comparison.scenes.iter().map(|e| length(&e.scene)).max().unwrap_or(0);
    let across = ((WIDTH - LABEL) / (longest.max(COLUMN) + 2)).max(1);
    let mut text = String::new();
    for (entries, summaries) in comparison.scenes.chunks(across).zip(summaries.chunks(across)) {
        text.push_str(&block(entries, summaries, comparison.basis_gpus));
        text.push('\n');
    }
    for (i, sentence) in comparison.verdict.iter().enumerate() {
        text.push_str(&paragraph(if i == 0 { "verdict" } else { "" }, 9, sentence));
    }
    text
}

fn block(entries: &[Entry], summaries: &[Summary], basis_gpus: usize) -> String {
    let mut heads = vec![("", Align::Left)];
    heads.extend(entries.iter().map(|e| (e.scene.as_str(), Align::Right)));
    let mut table = Table::new(&heads);
    worst_rows(&mut table, entries);
    loop_rows(&mut table, summaries);
    if entries.iter().any(|e| e.over_time.is_some()) {
        time_section(&mut table, entries);
    }
    section(&mut table, "PER SCENE", entries.iter().map(|e| Some(e.per_scene)).collect());
    if entries.iter().zip(summaries).any(|(e, s)| s.racks != 1.0 && e.converged) {
        section(&mut table, "PER RACK", entries.iter().map(|e| Some(e.per_rack)).collect());
    }
    if basis_gpus > 0 {
        table.row([""]);
        row(&mut table, "GPUs", summaries.iter().map(|s| s.gpus.to_string()));
        let per_gpu = entries.iter().map(|e| e.per_gpu).collect::<Vec<_>>();
        gpu_section(&mut table, per_gpu);
        let name = format!("FOR {basis_gpus} GPUs");
        section(&mut table, &name, entries.iter().map(|e| e.for_basis.map(|b| b.figures)).collect());
        let racks = |e: &Entry| e.for_basis.map_or_else(|| NONE.into(), |b| fixed(b.racks, 0));
        row(&mut table, "whole racks", entries.iter().map(racks));
    }
    if entries.iter().any(|e| e.site.is_some()) {
        site_section(&mut table, entries, basis_gpus);
    }
    table.render()
}

fn row(table: &mut Table, name: &str, cells: impl Iterator<Item = String>) {
    table.row(std::iter::once(name.to_owned()).chain(cells));
}

fn worst_rows(table: &mut Table, entries: &[Entry]) {
    let state = |e: &Entry| match (e.converged, e.over_limit, &e.worst) {
        (true, 0, Some(_)) if e.not_trusted > 0 => format!("{} NOT TRUSTED", e.not_trusted),
        (false, ..) => "NOT CONVERGED".to_owned(),
        (true, _, None) => "no limit given".to_owned(),
        (true, 0, Some(_)) => "within limits".to_owned(),
        (true, over, Some(_)) => format!("{over} OVER LIMIT"),
    };
    row(table, "result", entries.iter().map(state));
    let worst = |value: &dyn Fn(&super::Worst) -> String| {
        entries
            .iter()
            .map(|e| e.worst.as_ref().map_or_else(|| NONE.to_owned(), value))
            .collect::<Vec<_>>()
            .into_iter()
    };
    row(table, "worst part", worst(&|w| w.name.clone()));
    row(table, "cooled by", worst(&|w| w.cooled_by.clone()));
    row(table, "temperature, °C", worst(&|w| degrees(w.temperature_c)));
    row(table, "limit, °C", worst(&|w| degrees(w.limit_c)));
    let margin = |w: &super::Worst| {
        let band = if w.band_k > 0.0 { format!(" ~ ± {}", fixed(w.band_k, 0)) } else { String::new() };
        format!("{}{band}", fixed(w.margin_k, 1))
    };
    row(table, "margin, K", worst(&margin));
    row(table, "no limit given, parts", entries.iter().map(|e| e.without_limit.to_string()));
}

/// Supply, return and pressure drop: of the first loop, else of the rear door.
fn loop_rows(table: &mut Table, summaries: &[Summary]) {
    let circuits: Vec<Option<[f64; 3]>> = summaries
        .iter()
        .map(|s| {
            let door = s.plant.rear_door.iter().map(|d| [d.supply_c, d.return_c, d.pressure_drop_pa]);
            s.loops.iter().map(|l| [l.supply_c, l.return_c, l.pressure_drop_pa]).chain(door).next()
        })
        .collect();
    let text = |value: &dyn Fn(&[f64; 3]) -> String| {
        circuits
            .iter()
            .map(|c| c.as_ref().map_or_else(|| NONE.to_owned(), value))
            .collect::<Vec<_>>()
            .into_iter()
    };
    row(table, "supply → return, °C", text(&|c| format!("{} → {}", degrees(c[0]), degrees(c[1]))));
    row(table, "pressure drop, kPa", text(&|c| fixed(c[2] / 1e3, 1)));
}

fn section(table: &mut Table, name: &str, figures: Vec<Option<Figures>>) {
    table.row([""]);
    table.row([name]);
    let text = |value: &dyn Fn(&Figures) -> String| {
        figures
            .iter()
            .map(|f| f.as_ref().map_or_else(|| NONE.to_owned(), value))
            .collect::<Vec<_>>()
            .into_iter()
    };
    let kilowatts = |w: f64| fixed(w / 1e3, 2);
    let air = |m3_s: Option<f64>| m3_s.map(|v| grouped(cfm(v)));
    let liquid = |f: &Figures| if f.liquid_l_min > 0.0 { fixed(f.liquid_l_min, 1) } else { NONE.into() };
    row(table, "heat, kW", text(&|f| kilowatts(f.heat_w)));
    row(table, "  to air, kW", text(&|f| kilowatts(f.to_air_w)));
    row(table, "  to liquid, kW", text(&|f| kilowatts(f.to_liquid_w)));
    row(table, "  to room, kW", text(&|f| kilowatts(f.to_room_w)));
    row(table, "air demanded, CFM", text(&|f| air(f.air_demanded_m3_s).unwrap_or_else(|| NONE.into())));
    row(
        table,
        "air available, CFM",
        text(&|f| air(f.air_available_m3_s).unwrap_or_else(|| "not stated".into())),
    );
    row(table, "liquid, L/min", text(&liquid));
    row(table, "fans, W", text(&|f| grouped(f.fan_w)));
    row(table, "pumps, W", text(&|f| grouped(f.pump_w)));
}

/// Runs over time.
fn time_section(table: &mut Table, entries: &[Entry]) {
    table.row([""]);
    table.row(["OVER TIME"]);
    let text = |value: &dyn Fn(&OverTime) -> Option<String>| {
        let of = |e: &Entry| e.over_time.as_ref().and_then(value).unwrap_or_else(|| NONE.to_owned());
        entries.iter().map(of).collect::<Vec<_>>().into_iter()
    };
    row(table, "simulated, s", text(&|t| Some(fixed(t.duration_s, 1))));
    row(table, "hottest part", text(&|t| Some(t.peak_part.clone())));
    row(table, "peak, °C", text(&|t| Some(degrees(t.peak_c))));
    row(table, "longest over limit, s", text(&|t| Some(fixed(t.over_limit_s, 2))));
    row(table, "first throttled, s", text(&|t| t.first_throttle_s.map(|at| fixed(at, 1))));
    row(table, "lost work, chip-s", text(&|t| t.lost_chip_seconds.map(|lost| fixed(lost, 1))));
    row(table, "heat, kWh", text(&|t| Some(fixed(t.heat_j / 3.6e6, 3))));
    let grid = |at: usize| move |t: &OverTime| t.grid.map(|grid| fixed(grid[at] / 1e3, 2));
    row(table, "grid peak, kW", text(&grid(0)));
    row(table, "grid mean, kW", text(&grid(1)));
    row(table, "grid ramp, kW/s", text(&grid(2)));
}

/// The same in the units of one GPU.
fn gpu_section(table: &mut Table, figures: Vec<Option<Figures>>) {
    table.row(["PER GPU"]);
    let text = |value: &dyn Fn(&Figures) -> String| {
        figures
            .iter()
            .map(|f| f.as_ref().map_or_else(|| NONE.to_owned(), value))
            .collect::<Vec<_>>()
            .into_iter()
    };
    row(table, "heat, W", text(&|f| grouped(f.heat_w)));
    row(table, "  to air, W", text(&|f| grouped(f.to_air_w)));
    row(table, "  to liquid, W", text(&|f| grouped(f.to_liquid_w)));
    row(table, "  to room, W", text(&|f| grouped(f.to_room_w)));
    let air = |f: &Figures| f.air_demanded_m3_s.map_or_else(|| NONE.into(), |v| fixed(cfm(v), 1));
    row(table, "air demanded, CFM", text(&air));
    let liquid = |f: &Figures| if f.liquid_l_min > 0.0 { fixed(f.liquid_l_min, 2) } else { NONE.into() };
    row(table, "liquid, L/min", text(&liquid));
    row(table, "fans, W", text(&|f| fixed(f.fan_w, 1)));
    row(table, "pumps, W", text(&|f| fixed(f.pump_w, 1)));
}

/// The facility over its year; energies of the common number of GPUs.
fn site_section(table: &mut Table, entries: &[Entry], basis_gpus: usize) {
    table.row([""]);
    let of = if basis_gpus > 0 { format!("SITE, {basis_gpus} GPUs, YEAR") } else { "SITE, YEAR".to_owned() };
    table.row([of]);
    let text = |value: &dyn Fn(&Site) -> String| {
        entries
            .iter()
            .map(|e| e.site.as_ref().map_or_else(|| NONE.to_owned(), value))
            .collect::<Vec<_>>()
            .into_iter()
    };
    row(table, "climate", text(&|s| s.climate.clone()));
    let water = |s: &Site| s.facility_water_c.map_or_else(|| NONE.into(), degrees);
    row(table, "facility water, °C", text(&water));
    row(table, "PUE", text(&|s| fixed(s.efficiency.pue, 3)));
    row(table, "TUE", text(&|s| fixed(s.efficiency.tue, 3)));
    row(table, "ITUE", text(&|s| fixed(s.efficiency.itue, 3)));
    row(table, "ERE", text(&|s| fixed(s.efficiency.ere, 3)));
    row(table, "WUE, L/kWh", text(&|s| fixed(s.efficiency.wue_l_kwh, 2)));
    row(table, "no chiller, h", text(&|s| grouped(s.free_cooling_h)));
    row(table, "energy, MWh", text(&|s| grouped(s.energy_kwh / 1e3)));
    row(table, "water, m³", text(&|s| grouped(s.water_m3)));
    row(table, "cost", text(&|s| grouped(s.cost)));
    row(table, "racks a MW", text(&|s| fixed(s.racks_per_mw, 1)));
    row(table, "GPUs a MW", text(&|s| grouped(s.gpus_per_mw)));
}
