//! Whether loops have a flow, a way for it and a reference for their pressures.

use super::Builder;
use crate::physics::hydraulics::Component;
use crate::scene::diagnostic::Mistake;
use crate::scene::kind::Kind;
use crate::scene::{Branch, Distribution, Element, RETURN, SUPPLY, Scene};

/// Checks every loop, and gives one without a flow the sum of its branches'.
pub(super) fn check_loops(builder: &mut Builder<'_>) {
    for (index, item) in
        builder.expansion.items.iter().enumerate().filter(|(_, item)| item.kind == Kind::Loop)
    {
        let slot = builder.slots[index];
        let complain = |code, message: String, help: &str| {
            builder.log.add(Mistake::new(code, message).at(item.place, "this loop").help(help));
        };
        let branches: Vec<&Branch> = builder.scene.branches.iter().filter(|b| b.on_loop == slot).collect();
        let name = &item.path;
        // A branch whose loop could not be read may be this loop's.
        let unread = builder.scene.branches.iter().any(|branch| branch.on_loop == usize::MAX);
        if branches.is_empty() && unread {
            continue;
        }
        if branches.is_empty() {
            let help = "add a [[branch]] with its cold plates, or connect the port of a part";
            complain("racktherm::loop_without_branch", format!("loop '{name}' has no branch"), help);
            continue;
        }
        let flow = match builder.scene.loops[slot].distribution {
            Distribution::ByWeight => by_weight(name, &builder.scene, slot, &branches, &complain),
            Distribution::ByPressure => {
                no_resistance(builder, &branches);
                by_pressure(name, &builder.scene, slot, &branches, &complain)
            }
        };
        builder.scene.loops[slot].flow = flow;
    }
}

/// Logs a mistake of a loop.
type Complain<'c> = &'c dyn Fn(&'static str, String, &str);

fn litres(flow: f64) -> String {
    format!("{:.3} L/min", flow * 6e4)
}

fn by_weight(name: &str, scene: &Scene, slot: usize, branches: &[&Branch], complain: Complain<'_>) -> f64 {
    let flow = scene.loops[slot].flow;
    if let Some(shut) = branches.iter().find(|branch| scene.is_shut(branch)) {
        let message =
            format!("branch '{}' of loop '{name}' is shut, but takes its share by weight", shut.name);
        let help = "let pressures share the flow: distribution = \"by_pressure\"; or open its valve, coupling or plate";
        complain("racktherm::shut_branch", message, help);
    }
    let given: f64 = branches.iter().filter_map(|branch| branch.flow).sum();
    let free = branches.iter().filter(|branch| branch.flow.is_none()).count();
    if flow.is_nan() && free > 0 {
        let message = format!("loop '{name}' has no flow, and {free} of its branches have none either");
        complain("racktherm::missing_key", message, "add flow = \"40 L/min\" to the loop");
    } else if free == 0 && !flow.is_nan() && (flow - given).abs() > 1e-9 * flow {
        let message =
            format!("loop '{name}' has {}, its branches ask for {} in all", litres(flow), litres(given));
        complain("racktherm::flow_mismatch", message, "leave the loop's flow out, or one branch's flow");
    } else if free > 0 && given >= flow {
        let message = format!(
            "loop '{name}' has {}; its branches of given flow take {}, nothing is left for {free} others",
            litres(flow),
            litres(given)
        );
        complain("racktherm::flow_mismatch", message, "raise the loop's flow");
    }
    if flow.is_nan() { given } else { flow }
}

fn by_pressure(name: &str, scene: &Scene, slot: usize, branches: &[&Branch], complain: Complain<'_>) -> f64 {
    let flow = scene.loops[slot].flow;
    let is_pump = |part: usize| matches!(scene.hydraulics[part].component, Component::Pump(_));
    let pumps = branches.iter().flat_map(|branch| branch.parts()).filter(|&part| is_pump(part)).count();
    if flow.is_nan() && pumps == 0 {
        let message = format!("nothing moves the coolant of loop '{name}'");
        let help = "add flow = \"40 L/min\" to the loop, or a [[pump]] with loop = its name";
        complain("racktherm::missing_key", message, help);
    } else if flow.is_nan() && !branches.iter().any(|b| b.parts().any(is_pump) && is_in_a_circle(b, branches))
    {
        let message =
            format!("no pump moves the coolant of loop '{name}': nothing leads back to where they start");
        let help =
            "give a [[pump]] loop = its name, which leads from its return to its supply, or the loop a flow";
        complain("racktherm::no_way_back", message, help);
    } else if !flow.is_nan() && branches.iter().any(|branch| branch.source) {
        let message = format!("loop '{name}' has a flow, and a pump from its return to its supply");
        complain("racktherm::conflict", message, "leave the loop's flow out: it follows from the pump");
    }
    if scene.loops[slot].external_pressure_drop > 0.0 && branches.iter().any(|branch| branch.source) {
        let message = format!(
            "loop '{name}' has an 'external_pressure_drop', which the flow of its pumps does not feel"
        );
        let help = "describe it: a [[fitting]] or [[filter]] in 'through' of the pump, or the 'pressure_drop' of a [[cdu]]";
        complain("racktherm::conflict", message, help);
    }
    if !branches.iter().any(|branch| branch.to == RETURN || branch.from == RETURN) {
        let message = format!("loop '{name}' has no reference for its pressures: no branch meets its return");
        complain(
            "racktherm::no_reference",
            message,
            "lead a branch to \"return\", where the pressure is held",
        );
    }
    let reaches = |end: usize| branches.iter().any(|b| !scene.is_shut(b) && (b.from == end || b.to == end));
    let shut = !reaches(SUPPLY) || !reaches(RETURN);
    if !flow.is_nan() && shut {
        let message = format!("every branch at the supply or the return of loop '{name}' is shut");
        complain("racktherm::shut_loop", message, "open a valve, a coupling or a plate");
    }
    if flow.is_nan() { 0.0 } else { flow }
}

/// Whether the ends of a branch are joined by others, either way round.
fn is_in_a_circle(of: &Branch, branches: &[&Branch]) -> bool {
    let mut reached = vec![of.to];
    let mut next = 0;
    while next < reached.len() {
        let at = reached[next];
        for branch in branches.iter().filter(|branch| !std::ptr::eq(**branch, of)) {
            for (near, far) in [(branch.from, branch.to), (branch.to, branch.from)] {
                if near == at && !reached.contains(&far) {
                    reached.push(far);
                }
            }
        }
        next += 1;
    }
    reached.contains(&of.from)
}

/// Logs branches of the scene that take no pressure: their share of the flow has no value.
fn no_resistance(builder: &Builder<'_>, branches: &[&Branch]) {
    let scene = &builder.scene;
    let resists = |element: &Element| match *element {
        Element::Plate(plate) => scene.cold_plates[plate].model.takes_pressure(),
        Element::Part(part) => match scene.hydraulics[part].component {
            Component::Pipe(pipe) => pipe.length > 0.0 || pipe.minor_loss > 0.0,
            Component::Fitting { loss, .. } => loss > 0.0,
            Component::Valve { .. } | Component::Measured(_) | Component::Pump(_) => true,
        },
    };
    let free = branches.iter().filter(|branch| branch.listed && branch.flow.is_none());
    for branch in free.filter(|b| b.quadratic_loss == 0.0 && !b.elements.iter().any(resists)) {
        let message =
            format!("branch '{}' takes no pressure, so its share of the flow has no value", branch.name);
        let mistake = Mistake::new("racktherm::no_resistance", message);
        let place =
            builder.expansion.names.get(&branch.name).map(|&item| builder.expansion.items[item].place);
        let mistake = place.into_iter().fold(mistake, |mistake, place| mistake.at(place, "no loss"));
        builder.log.add(mistake.help("give its plates a 'pressure_drop', or lead it through a [[pipe]]"));
    }
}
