//! The facility around the rack: circuits, powers at the design weather, the year.

use super::INDENT;
use crate::report::number::{degrees, fixed, grouped, watts};
use crate::report::table::{Align, Table, paragraph};
use crate::result::{Efficiency, Facility, Summary};

/// The site's table, if the scene has `[plant]`.
pub(super) fn facility(summary: &Summary) -> String {
    let Some(facility) = &summary.plant.facility else { return String::new() };
    circuits(facility) + &efficiencies(facility) + &words(facility)
}

fn circuits(facility: &Facility) -> String {
    let mut table = Table::new(&[
        ("SITE", Align::Left),
        ("kW", Align::Right),
        ("supply °C", Align::Right),
        ("return °C", Align::Right),
        ("at design °C", Align::Right),
        ("heat to", Align::Left),
    ]);
    for circuit in &facility.circuits {
        table.row([
            circuit.name.clone(),
            fixed(circuit.heat_w / 1e3, 2),
            degrees(circuit.supply_c),
            degrees(circuit.return_c),
            degrees(circuit.design_supply_c),
            circuit.rejection.clone(),
        ]);
    }
    table.render()
}

fn efficiencies(facility: &Facility) -> String {
    let mut table = Table::new(&[
        ("", Align::Left),
        ("PUE", Align::Right),
        ("TUE", Align::Right),
        ("ITUE", Align::Right),
        ("pPUE", Align::Right),
        ("WUE L/kWh", Align::Right),
        ("ERE", Align::Right),
    ]);
    let mut row = |name: String, of: &Efficiency| {
        let three = [of.pue, of.tue, of.itue, of.ppue].map(|value| fixed(value, 3));
        let rest = [fixed(of.wue_l_kwh, 2), fixed(of.ere, 3)];
        table.row(std::iter::once(name).chain(three).chain(rest));
    };
    let design = &facility.design;
    row(
        format!("design, {} °C, {} wet", degrees(design.dry_bulb_c), degrees(design.wet_bulb_c)),
        &design.efficiency,
    );
    row(format!("year, {}", facility.climate), &facility.year.efficiency);
    table.render()
}

fn words(facility: &Facility) -> String {
    let (design, year) = (&facility.design, &facility.year);
    let parts = [
        ("IT", facility.it_w),
        ("CDUs and doors", design.rack_cooling_w),
        ("room fans", design.room_fans_w),
        ("water pumps", design.pumps_w),
        ("cooler and tower fans", design.rejection_fans_w),
        ("chillers", design.chillers_w),
        ("distribution", design.distribution_w),
    ];
    let named: Vec<String> =
        parts.iter().filter(|(_, w)| *w != 0.0).map(|(name, w)| format!("{name} {}", watts(*w))).collect();
    let drawn = format!("{} at the design weather: {}", watts(design.site_w), named.join(", "));
    let reused = if year.reused_kwh > 0.0 {
        format!("{} MWh of heat reused · ", grouped(year.reused_kwh / 1e3))
    } else {
        String::new()
    };
    let over = format!(
        "{} MWh, {} m³ of water, cost {} a year · {reused}no chiller in {} of 8,760 h",
        grouped(year.energy_kwh / 1e3),
        grouped(year.water_m3),
        grouped(year.cost),
        grouped(year.free_cooling_h),
    );
    let carried = format!(
        "a site of {} MW carries {} racks with {} GPUs at their largest draw of {}{}",
        fixed(facility.site_power_w / 1e6, 2),
        grouped(facility.racks),
        grouped(facility.gpus),
        watts(year.peak_w),
        if facility.rests_on_estimates { " · rests on values marked as estimates" } else { "" },
    );
    paragraph("draws", INDENT, &drawn) + &paragraph("", INDENT, &over) + &paragraph("", INDENT, &carried)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::report::table::{WIDTH, length};

    #[test]
    fn a_site_fits_the_page_with_tue_beside_pue_and_a_scene_without_one_has_no_table() {
        let mut summary = sample::liquid();
        assert_eq!(facility(&summary), "");
        summary.plant.facility = Some(sample::facility());
        let text = facility(&summary);
        assert!(text.lines().all(|line| length(line) <= WIDTH), "{text}");
        insta::assert_snapshot!(text);
    }
}
