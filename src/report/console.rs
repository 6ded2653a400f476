//! The page an engineer reads after a run: verdict first, then parts, heat, air, liquid, and what to know.

mod electrical;
mod plant;
mod streams;
mod time;
mod verdict;

use super::group::{Group, groups};
use super::number::{airflow, cfm, degrees, fixed, grouped, pascals, range, small, watts};
use super::table::{Align, Table, paragraph};
use crate::result::{AirField, Component, CooledBy, Standing, Summary};

pub use verdict::verdict;

/// Where text begins behind a label.
const INDENT: usize = 10;
/// Rows of monitors shown; all of them are in `monitors.csv`.
const MONITORS: usize = 20;
const ESTIMATES: &str = "rests on values marked as estimates; ± is half of the part's rise over its own air or \
                         coolant where nothing better is known";

/// The summary as text, 100 columns wide.
#[must_use]
pub fn page(summary: &Summary) -> String {
    let sections = [
        head(summary),
        time::over_time(summary),
        parts(summary),
        heat(summary),
        electrical::electrical(summary),
        air(summary),
        streams::fans(&summary.fans),
        streams::liquid(summary),
        streams::fluids(summary),
        plant::facility(summary),
        monitors(summary),
        warnings(summary),
        remarks(summary),
    ];
    sections.iter().filter(|s| !s.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn head(summary: &Summary) -> String {
    let (grid, backend, end) = (&summary.grid, &summary.backend, &summary.convergence);
    let driver = if backend.driver.is_empty() { String::new() } else { format!(" ({})", backend.driver) };
    let size = grouped(grid.cells as f64);
    let place = format!(
        "{} grid, {size} cells ({} × {} × {}) · {}: {}{driver}, residual in {} · {} s",
        grid.preset,
        grid.nx,
        grid.ny,
        grid.nz,
        backend.kind.to_uppercase(),
        backend.device,
        backend.residual_precision,
        fixed(summary.wall_seconds, 1),
    );
    let state = if end.converged { "converged" } else { "NOT CONVERGED" };
    let run = format!(
        "{state} after {} outer and {} linear iterations: {}; energy residual {} of {} allowed, |r|/|b| {} over a floor of {}",
        end.iterations,
        end.linear_iterations,
        end.reason,
        small(end.energy_residual),
        small(end.energy_tolerance),
        small(end.relative_residual),
        small(end.relative_residual_floor),
    );
    let title = format!("{} · {}", summary.scene, summary.title);
    paragraph("", 0, &title)
        + &paragraph("verdict", INDENT, &verdict(summary))
        + &paragraph("run", INDENT, &run)
        + &paragraph("", INDENT, &place)
}

fn band(summary: &Summary, component: &Component) -> Option<String> {
    component.rests_on_estimates.then(|| fixed(summary.band_k(component), 0))
}

fn margin(summary: &Summary, component: &Component) -> String {
    let value = fixed(component.margin_k.unwrap_or(f64::NAN), 1);
    match band(summary, component) {
        Some(band) => format!("{value} ± {band} K (rests on estimates)"),
        None => format!("{value} K"),
    }
}

/// `air (potential)`: every air-cooled margin names the kind of air field behind it.
pub(crate) fn cooling(summary: &Summary, by: CooledBy) -> String {
    match (by, &summary.air) {
        (CooledBy::Air, Some(air)) => format!("air ({})", air.field.name()),
        _ => by.name().to_owned(),
    }
}

fn parts(summary: &Summary) -> String {
    let mut table = Table::new(&[
        ("PARTS", Align::Left),
        ("count", Align::Right),
        ("W each", Align::Right),
        ("cooled by", Align::Left),
        ("°C", Align::Right),
        ("limit", Align::Right),
        ("margin K", Align::Right),
        ("", Align::Left),
        ("worst part", Align::Left),
    ]);
    for group in groups(&summary.components) {
        table.row(part_row(summary, &group));
    }
    if table.is_empty() {
        return String::new();
    }
    let mut text = table.render();
    if summary.components.iter().any(|c| c.margin_k.is_some() && c.rests_on_estimates) {
        text.push_str(&paragraph("~", 2, ESTIMATES));
    }
    text
}

fn part_row(summary: &Summary, group: &Group<'_>) -> [String; 9] {
    let worst = group.worst();
    let (low, high) = group.span(|c| c.power_w);
    let (coldest, hottest) = group.span(Component::judged_c);
    let digits = if high < 10.0 { 1 } else { 0 };
    let (limit, margin, mark) = match worst.standing() {
        Standing::NoLimit => ("no limit".into(), "given".into(), String::new()),
        Standing::Within(_) | Standing::Over(_) | Standing::NotTrusted => (
            degrees(worst.limit_c.unwrap_or(f64::NAN)),
            fixed(worst.margin_k.unwrap_or(f64::NAN), 1),
            mark(summary, worst),
        ),
    };
    [
        group.name.clone(),
        group.members.len().to_string(),
        range(low, high, digits),
        cooling(summary, group.cooled_by),
        range(coldest, hottest, 1),
        limit,
        margin,
        mark,
        worst.name.clone(),
    ]
}

fn mark(summary: &Summary, component: &Component) -> String {
    let word = match component.standing() {
        Standing::Over(_) => Some("OVER".to_owned()),
        Standing::NotTrusted => Some("NOT TRUSTED".to_owned()),
        Standing::Within(_) | Standing::NoLimit => None,
    };
    let estimate = band(summary, component).map(|b| format!("~ ± {b}"));
    estimate.into_iter().chain(word).collect::<Vec<_>>().join(" ")
}

fn heat(summary: &Summary) -> String {
    let (balance, from) = (&summary.balance, &summary.balance.heat_in_w);
    let sources = [
        ("chips", from.chips),
        ("boards", from.boards),
        ("fans", from.fans),
        ("pumps", from.pumps),
        ("conversion", from.conversion),
    ];
    let named: Vec<String> =
        sources.iter().filter(|(_, w)| *w != 0.0).map(|(name, w)| format!("{name} {}", watts(*w))).collect();
    let share = |w: f64| match from.total {
        total if total > 0.0 => format!("{} ({} %)", watts(w), fixed(100.0 * w / total, 1)),
        _ => watts(w),
    };
    let released = format!("{} released: {}", watts(from.total), named.join(", "));
    let left = format!(
        "{} into the air of the rack · {} leaves in liquid · {} goes to the room{}",
        share(balance.to_air_w),
        share(balance.to_liquid_w),
        share(balance.to_room_w),
        if balance.stored_w == 0.0 {
            String::new()
        } else {
            format!(" · {} stored", share(balance.stored_w))
        },
    );
    let closed = format!(
        "in less out: {} of the heat · air mass: {} of a cell's throughput, {} W of false heat",
        small(balance.relative),
        small(summary.mass.relative),
        small(balance.mass_defect_w),
    );
    paragraph("HEAT", INDENT, &released)
        + &paragraph("", INDENT, &left)
        + &paragraph("balance", INDENT, &closed)
}

fn air(summary: &Summary) -> String {
    let Some(air) = &summary.air else { return String::new() };
    let available = match air.available_m3_s {
        Some(given) if given < air.demanded_m3_s => {
            let short = grouped(cfm(air.demanded_m3_s - given));
            format!("{} available: {short} CFM SHORT", airflow(given))
        }
        Some(given) => format!("{} available", airflow(given)),
        None => "available airflow not stated".into(),
    };
    let flow = format!("{} demanded · {available}", airflow(air.demanded_m3_s));
    // A solved field says what returns inside it, too.
    let warm = match air.warm_share_at_fans.filter(|_| air.field == AirField::Momentum) {
        Some(share) => format!("{} % of what the fans draw is exhaust", fixed(100.0 * share, 1)),
        None => format!("{} % of the intake recirculated", fixed(100.0 * air.recirculated_share, 1)),
    };
    let state = format!(
        "intake {} °C, exhaust {} °C · {} across the rack · {warm} · field: {}",
        range(air.intake_min_c, air.intake_max_c, 1),
        degrees(air.exhaust_c),
        pascals(air.rack_pressure_pa),
        air.field.name(),
    );
    paragraph("AIR", INDENT, &flow) + &paragraph("", INDENT, &state)
}

fn monitors(summary: &Summary) -> String {
    let mut table = Table::new(&[
        ("MONITORS", Align::Left),
        ("value", Align::Right),
        ("", Align::Left),
        ("", Align::Left),
    ]);
    for monitor in summary.monitors.iter().take(MONITORS) {
        let (value, unit) = match monitor.unit.as_str() {
            "degC" => (fixed(monitor.value, 2), "°C"),
            unit => (fixed(monitor.value, 3), unit),
        };
        table.row([monitor.name.clone(), value, unit.to_owned(), monitor.quantity.clone()]);
    }
    if table.is_empty() {
        return String::new();
    }
    let rest = summary.monitors.len().saturating_sub(MONITORS);
    let more = if rest > 0 { format!("and {rest} more in monitors.csv\n") } else { String::new() };
    table.render() + &more
}

fn warnings(summary: &Summary) -> String {
    let one = |(i, w): (usize, &crate::result::Warning)| {
        let place = if w.place.is_empty() { String::new() } else { format!("{}: ", w.place) };
        let remedy = if w.remedy.is_empty() { String::new() } else { format!(" → {}", w.remedy) };
        paragraph(&format!("warning {}", i + 1), INDENT + 2, &format!("{place}{}{remedy}", w.finding))
    };
    summary.warnings.iter().enumerate().map(one).collect()
}

/// One line: how many remarks of each kind, in the order of their first.
fn remarks(summary: &Summary) -> String {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for remark in &summary.remarks {
        match kinds.iter_mut().find(|(kind, _)| *kind == remark.kind) {
            Some((_, count)) => *count += remark.count,
            None => kinds.push((&remark.kind, remark.count)),
        }
    }
    if kinds.is_empty() {
        return String::new();
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind} ({count})")).collect();
    paragraph("remarks", INDENT, &format!("{}; the list is in summary.json", kinds.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::report::table::{WIDTH, length};
    use crate::result::Remark;

    fn fits(text: &str) -> bool {
        text.lines().all(|line| length(line) <= WIDTH)
    }

    #[test]
    fn an_air_cooled_rack_over_a_limit() {
        let text = page(&sample::air());
        assert!(fits(&text), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_rack_with_a_rear_door() {
        let text = page(&sample::rear_door());
        assert!(fits(&text), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_liquid_cooled_rack_of_72_gpus_fits_one_page() {
        let text = page(&sample::liquid());
        assert!(fits(&text) && text.lines().count() < 40, "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_run_that_did_not_converge_says_so_before_any_number_and_passes_no_part() {
        let mut summary = sample::liquid();
        summary.convergence.converged = false;
        let text = page(&summary);
        assert!(text.lines().nth(1).unwrap().contains("NOT CONVERGED"), "{text}");
        assert!(!verdict(&summary).contains("stay under"), "{text}");
    }

    #[test]
    fn no_heat_has_no_shares() {
        let mut summary = sample::air();
        summary.balance.heat_in_w.total = 0.0;
        assert!(!page(&summary).contains("not finite"), "{}", page(&summary));
    }

    #[test]
    fn remarks_of_a_kind_are_one_number_on_the_page() {
        let mut summary = sample::air();
        let remark =
            |kind: &str, count| Remark { kind: kind.into(), text: "faces of `a` and `b`".into(), count };
        summary.remarks =
            vec![remark("planes merged", 1), remark("budget settled", 18), remark("planes merged", 3)];
        assert_eq!(
            remarks(&summary),
            "remarks   planes merged (4), budget settled (18); the list is in summary.json\n"
        );
        summary.remarks.clear();
        assert_eq!(remarks(&summary), "");
    }

    #[test]
    fn parts_without_a_limit_never_count_as_passing() {
        let mut summary = sample::liquid();
        for part in &mut summary.components {
            (part.limit_c, part.margin_k) = (None, None);
        }
        assert!(verdict(&summary).contains("nothing to pass or fail"));
    }

    #[test]
    fn the_kind_of_air_field_stands_beside_every_air_cooled_group() {
        let text = parts(&sample::liquid());
        let rows = text.lines().filter(|l| l.contains("  air"));
        assert!(rows.clone().count() >= 2 && rows.clone().all(|l| l.contains("air (potential)")), "{text}");
    }

    #[test]
    fn fans_that_cannot_give_their_flow_are_told_in_the_verdict() {
        let mut summary = sample::air();
        assert!(!verdict(&summary).contains("cannot give"));
        summary.fans[0].available_pressure_pa = Some(summary.fans[0].pressure_rise_pa - 1.0);
        assert!(verdict(&summary).contains(" 1 fan cannot give its flow: "), "{}", verdict(&summary));
    }

    #[test]
    fn one_part_with_a_limit_is_not_all_1_parts() {
        let mut summary = sample::liquid();
        let one = summary.components.iter().position(|c| c.margin_k.is_some()).unwrap();
        summary.components = vec![summary.components[one].clone()];
        let text = verdict(&summary);
        assert!(text.starts_with("The one part with a limit stays under it; "), "{text}");
    }

    #[test]
    fn a_margin_that_is_not_to_be_trusted_is_no_verdict() {
        let mut summary = sample::liquid();
        let limited = summary.components.iter().filter(|c| c.margin_k.is_some()).count();
        let worst = summary.worst().unwrap().name.clone();
        let part = summary.components.iter_mut().find(|c| c.name == worst).unwrap();
        part.not_trusted = Some("its sink is passed by".into());
        let text = verdict(&summary);
        assert!(text.starts_with("NO VERDICT on 1 part") && text.contains("its sink is passed by"), "{text}");
        assert!(text.contains(&format!("{} other parts with a limit stay under it", limited - 1)), "{text}");
        assert!(parts(&summary).contains("NOT TRUSTED"));
    }

    #[test]
    fn a_temperature_that_is_not_a_number_counts_as_over_its_limit() {
        let mut summary = sample::liquid();
        summary.components[0].margin_k = Some(f64::NAN);
        assert_eq!(summary.over_limit().len(), 1);
    }
}
