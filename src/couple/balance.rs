//! Where the heat of a state goes, each stream measured from the state itself.
//!
//! * air and other fluids of open cells, gases and liquids apart: Σ ṁ cp (T_cell − T_ref) over faces that blow out,
//!   minus the same with the opening's temperature over faces that suck in;
//! * liquid: Σ ṁ (h(T_k) − h(T_{k−1})) over the plates of all branches;
//! * walls: Σ g (T − T_known) over everything that is tied to a known temperature: films and temperatures of
//!   the surface, fixed solids; fluxes into the domain count negative.
//!
//! In the assembled system a tie is `s x = g x` on the left and `g x_known` on the right beside the powers, so
//! the sum over all rows of `s x − b` plus the powers, less the ties of openings and supplies, is the walls'
//! stream. A state that does not solve the equation opens the balance.
//!
//! In a step of time coolant carries what the coefficients of the solved equation say, which may lie a little behind its
//! enthalpies, and what walls take holds what sheets store: [`crate::couple::transient`] tells the two apart.

use crate::couple::airstate::AirState;
use crate::couple::energy::EnergyState;
use crate::couple::fluid;
use crate::couple::loops::LoopLinks;
use crate::model::system::State;
use crate::model::{CellKind, Model};
use crate::scene::Scene;

/// Share of what streams carry that counts as exchanged by them in any case: rounding leaves far less.
const LEAST_EXCHANGE: f64 = 1e-3;

/// Heat flows of a state, W.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HeatFlows {
    /// Released inside: cells, sheets, nodes, and what fans blow out at once.
    pub released: f64,
    /// Carried out by air and other gases, before a rear door.
    pub to_air: f64,
    /// Taken up by coolant in the plates, and carried out by liquids of open cells.
    pub to_liquid: f64,
    /// Of that, what a rear door on a loop brings from the air behind the rack.
    pub through_door: f64,
    /// Through walls and into fixed parts; negative where they heat.
    pub to_walls: f64,
    /// Taken up by what warms; 0 in a steady state.
    pub stored: f64,
    /// Σ|g (T − T_known)| through walls: the scale of scenes without a source.
    pub wall_exchange: f64,
    /// Σ over the fluids of open cells of |carried out − carried in|: the scale of scenes in which one fluid heats another.
    /// At least [`LEAST_EXCHANGE`] of what they carry.
    pub stream_exchange: f64,
    /// Σ|cp θ ∇·ṁ|: heat that a defect of air mass would create.
    pub mass_defect: f64,
}

impl HeatFlows {
    /// What passes through without being released inside.
    #[must_use]
    pub fn exchanged(&self) -> f64 {
        self.wall_exchange.max(self.stream_exchange)
    }

    /// |in − out| over what passes through.
    #[must_use]
    pub fn relative(&self) -> f64 {
        let open =
            self.released + self.through_door - self.to_air - self.to_liquid - self.to_walls - self.stored;
        let scale = self.released.abs().max(self.exchanged()).max(self.stored.abs());
        if scale > 0.0 { open.abs() / scale } else { open.abs() }
    }
}

/// What a solved equation ties its rows with, and its solution.
#[derive(Clone, Copy, Debug)]
pub struct Solved<'a> {
    /// s of each cell, W/K.
    pub sink: &'a [f64],
    /// s of each node, W/K.
    pub node_sink: &'a [f64],
    /// Its right-hand side, with the powers of the model.
    pub right: &'a State,
    /// The branches in it.
    pub loops: &'a LoopLinks,
    /// Heat of a rear door in it, W.
    pub door_heat: f64,
    /// Its solution, K over the reference.
    pub rise: &'a State,
    /// K.
    pub reference: f64,
}

/// Heat flows of a state: its temperatures, with the coefficients of its last assembled system.
#[must_use]
pub fn heat_flows(scene: &Scene, model: &Model, air: Option<&AirState>, state: &EnergyState) -> HeatFlows {
    let solved = Solved {
        sink: &state.system.sink,
        node_sink: &state.system.border.sink,
        right: &state.right,
        loops: &state.loops,
        door_heat: state.door_heat,
        rise: &state.rise,
        reference: state.reference,
    };
    let mut flows = flows_without_coolant(scene, model, air, &solved);
    let coolant = state.coolant_temperatures(scene, model);
    for branch in &state.coolant.branches {
        flows.to_liquid += branch.heat_flows(scene, &coolant).iter().sum::<f64>();
    }
    flows
}

/// The same with coolant that carries what the coefficients of the equation say.
#[must_use]
pub fn carried_flows(scene: &Scene, model: &Model, air: Option<&AirState>, solved: &Solved) -> HeatFlows {
    let mut flows = flows_without_coolant(scene, model, air, solved);
    flows.to_liquid += solved.loops.carried(&solved.rise.nodes) + solved.door_heat;
    flows
}

fn flows_without_coolant(scene: &Scene, model: &Model, air: Option<&AirState>, state: &Solved) -> HeatFlows {
    let outside: f64 = model.fan_power_outside.iter().sum();
    let liquid_fans: f64 = air.map_or(0.0, |air| air.fan_power_into_liquid(model));
    let (to_walls, wall_exchange) = wall_heat(model, air, scene, state);
    let mut flows = HeatFlows {
        released: model.total_power() + outside,
        to_air: outside - liquid_fans,
        to_liquid: liquid_fans,
        through_door: state.door_heat,
        to_walls,
        stored: 0.0,
        wall_exchange,
        stream_exchange: 0.0,
        mass_defect: 0.0,
    };
    if let Some(air) = air {
        let (mut carried, mut gross) = (vec![0.0; air.properties.len()], 0.0);
        let opening_rise = |index: usize| scene.openings[index].temperature - state.reference;
        for (face, inward) in model.openings.iter().zip(air.opening_capacity_flow()) {
            let rise = if inward > 0.0 { opening_rise(face.opening) } else { state.rise.cells[face.cell] };
            let stream =
                if fluid::is_liquid(air.fluid(face.cell)) { &mut flows.to_liquid } else { &mut flows.to_air };
            *stream -= inward * rise;
            carried[model.fluid(face.cell)] -= inward * rise;
            gross += (inward * rise).abs();
        }
        if carried.len() > 1 {
            let exchanged: f64 = carried.iter().map(|heat| heat.abs()).sum();
            flows.stream_exchange = exchanged.max(LEAST_EXCHANGE * gross);
        }
        let divergence = air.problem.divergence(&air.solution.flux);
        let false_heat =
            |cell: usize| air.fluid(cell).specific_heat * divergence[cell] * state.rise.cells[cell];
        flows.mass_defect = (0..divergence.len()).map(|cell| false_heat(cell).abs()).sum();
    }
    flows
}

/// Net heat into walls and fixed parts, and the sum of its magnitudes.
fn wall_heat(model: &Model, air: Option<&AirState>, scene: &Scene, state: &Solved) -> (f64, f64) {
    let mut rows: Vec<f64> = (0..model.grid.cells())
        .map(|cell| {
            let known = model.fixed_temperature[cell].is_some() || model.cell_kind[cell] == CellKind::Compact;
            if known {
                // Its row only holds its value; the power in it goes into what holds it.
                model.power[cell]
            } else {
                let tie = state.sink[cell] * state.rise.cells[cell];
                tie - (state.right.cells[cell] - model.power[cell])
            }
        })
        .collect();
    if let Some(air) = air {
        for (face, inward) in model.openings.iter().zip(air.opening_capacity_flow()) {
            if inward > 0.0 {
                let outside = scene.openings[face.opening].temperature - state.reference;
                rows[face.cell] -= inward * (state.rise.cells[face.cell] - outside);
            }
        }
    }
    let nodes = (0..model.nodes.len()).map(|node| {
        let tie = (state.node_sink[node] - state.loops.sink[node]) * state.rise.nodes[node];
        tie - (state.right.nodes[node] - state.loops.source[node] - model.node_power[node])
    });
    // Sheets put their power on the right-hand sides of what lies beside them: it is no tie.
    let sheets: f64 = model.sheets.iter().map(|sheet| sheet.power).sum();
    let (mut net, mut gross) = (sheets, 0.0);
    for value in rows.into_iter().chain(nodes) {
        net += value;
        gross += value.abs();
    }
    (net, (gross - sheets).max(0.0))
}
