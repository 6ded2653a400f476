//! The compact unknowns: junctions, cases, bases of sinks and plates, coolant behind each plate.

use super::{ChipNodes, Model, Node, NodeConductance, NodeKind};
use crate::scene::{Cooler, Scene};

/// Makes the nodes of a scene, their power and the resistances between them. A resistance of 0 makes two
/// places one node.
pub(super) fn add(model: &mut Model, scene: &Scene) {
    let sinks: Vec<usize> = (0..scene.heat_sinks.len())
        .map(|i| node(model, format!("{} base", scene.heat_sinks[i].name), NodeKind::SinkBase(i), 0.0))
        .collect();
    model.plate_nodes = (0..scene.cold_plates.len())
        .map(|i| {
            let plate = &scene.cold_plates[i];
            node(model, format!("{} base", plate.name), NodeKind::Plate(i), plate.extra_power)
        })
        .collect();
    for (i, chip) in scene.chips.iter().enumerate() {
        let base = chip.cooler.map(|cooler| match cooler {
            Cooler::HeatSink(s) => sinks[s],
            Cooler::ColdPlate(p) => model.plate_nodes[p],
        });
        let case = match base {
            Some(base) if chip.interface <= 0.0 => base,
            _ => {
                let case = node(model, format!("{} case", chip.name), NodeKind::Case(i), 0.0);
                if let Some(base) = base {
                    connect(model, case, base, chip.interface);
                }
                case
            }
        };
        let junction = if chip.junction_to_case <= 0.0 {
            case
        } else {
            let junction = node(model, format!("{} junction", chip.name), NodeKind::Junction(i), 0.0);
            connect(model, junction, case, chip.junction_to_case);
            junction
        };
        model.node_power[junction] += chip.power;
        model.chip_nodes.push(ChipNodes { junction, case });
    }
    for (b, branch) in scene.branches.iter().enumerate() {
        let nodes = branch
            .plates()
            .enumerate()
            .map(|(s, plate)| {
                let name = format!("{} coolant after {}", branch.name, scene.cold_plates[plate].name);
                node(model, name, NodeKind::Coolant { branch: b, segment: s }, 0.0)
            })
            .collect();
        model.coolant_nodes.push(nodes);
    }
    for (index, supply) in scene.loops.iter().enumerate() {
        let held = scene.cdus.iter().any(|cdu| cdu.on_loop == index);
        let name = || format!("{} supply", supply.name);
        let made = held.then(|| node(model, name(), NodeKind::Supply(index), 0.0));
        model.supply_nodes.push(made);
    }
}

/// The node of a heat sink's base.
pub(super) fn sink_base(model: &Model, sink: usize) -> Option<usize> {
    model.nodes.iter().position(|node| node.kind == NodeKind::SinkBase(sink))
}

fn node(model: &mut Model, name: String, kind: NodeKind, power: f64) -> usize {
    model.nodes.push(Node { name, kind });
    model.node_power.push(power);
    model.nodes.len() - 1
}

fn connect(model: &mut Model, a: usize, b: usize, resistance: f64) {
    model.node_conductances.push(NodeConductance { a, b, conductance: resistance.recip() });
}
