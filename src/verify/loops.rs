//! L1, L2, L4, L7, L12 and L-ocp: friction, networks, what they carry, and a plate.

use super::reference::{ReferenceError, References, Table};
use super::runs::Runner;
use super::{Distance, Label, Row, VerifyError, formulas::worst, plate, scenes};
use crate::coolant::network::{Network, NetworkBranch, NetworkNode, Passage};
use crate::coolant::{CoolantState, SupplyState, Temperatures, supply_state};
use crate::physics::cold_plate::OCP_CHANNELS;
use crate::physics::friction::darcy;
use crate::physics::hydraulics::{Component, Loss};
use crate::scene::{Element, Scene};
use crate::units::kelvin_to_celsius;

/// A loop, or a piece of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopCase {
    /// L1: the friction factor.
    Friction,
    /// L2: the two loops of Hardy and Cross.
    HardyCross,
    /// L4: a manifold of four branches.
    Manifold,
    /// L7: a pump at several speeds.
    Affinity,
    /// L12: a tee, the mean specific heat constant.
    Tee,
    /// L12: a tee, with the enthalpy of PG25.
    TeeOfGlycol,
    /// L-ocp: a cold plate by the geometry of its channels.
    Plate,
}

impl LoopCase {
    /// All of them.
    pub const ALL: [LoopCase; 7] = [
        LoopCase::Friction,
        LoopCase::HardyCross,
        LoopCase::Manifold,
        LoopCase::Affinity,
        LoopCase::Tee,
        LoopCase::TeeOfGlycol,
        LoopCase::Plate,
    ];

    /// Id of the case.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            LoopCase::Friction => "L1",
            LoopCase::HardyCross => "L2",
            LoopCase::Manifold => "L4",
            LoopCase::Affinity => "L7",
            LoopCase::Tee => "L12-tee",
            LoopCase::TeeOfGlycol => "L12-tee-pg25",
            LoopCase::Plate => "L-ocp",
        }
    }

    /// One line for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            LoopCase::Friction => "friction factor of pipes",
            LoopCase::HardyCross => "network of two loops",
            LoopCase::Manifold => "pump, manifold and four branches of PG25",
            LoopCase::Affinity => "a pump at several speeds on a quadratic system",
            LoopCase::Tee => "mixing tee with a plate behind it, constant properties",
            LoopCase::TeeOfGlycol => "mixing tee with a plate behind it, enthalpy of PG25",
            LoopCase::Plate => "OCP 1 kW plate: PG25 and water from one geometry of channels",
        }
    }

    /// Whether it has cells.
    #[must_use]
    pub fn has_cells(self) -> bool {
        matches!(self, LoopCase::Tee | LoopCase::TeeOfGlycol)
    }

    pub(super) fn run(self, runner: &Runner, references: &References) -> Result<Vec<Row>, VerifyError> {
        let label = Label { case: self.id().to_owned(), backend: "none".to_owned() };
        let told = |error| VerifyError::Reference { case: label.case.clone(), error };
        let table = |name: &str| references.table(name).map_err(told);
        match self {
            LoopCase::Friction => friction(&label, &table("colebrook")?).map_err(told),
            LoopCase::HardyCross => hardy_cross(&label, &table("hardy_cross")?).map_err(told),
            LoopCase::Manifold => manifold(&label, &table("loop_pg25_4branch")?, told),
            LoopCase::Affinity => affinity(&label),
            LoopCase::Tee => tee(runner, "constant"),
            LoopCase::TeeOfGlycol => tee(runner, "pg25"),
            LoopCase::Plate => plate::rows(&label, &OCP_CHANNELS, &table("ocp_1kw_oam")?).map_err(told),
        }
    }
}

fn friction(label: &Label, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    let (roughness, numbers) = (table.numbers("rel_rough")?, table.numbers("Re")?);
    let known = table.numbers("f_darcy")?;
    let rows = roughness.iter().zip(&numbers).zip(known).map(|((&roughness, &re), known)| {
        let quantity = format!("f at Re {re}, roughness {roughness}");
        // The table has eight decimals.
        label.row(quantity, known, darcy(re, roughness), Distance::Relative, 1e-6)
    });
    Ok(worst(rows).into_iter().collect())
}

/// Ends of the pipes by the letters of their names, and their resistances: the head of the table gives them.
const PIPES: [(&str, f64); 5] = [("AB", 1.0), ("AC", 5.0), ("BC", 2.0), ("BD", 4.0), ("CD", 1.0)];

fn hardy_cross(label: &Label, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    let node = |letter: u8| usize::from(letter - b'A');
    let branch = |(name, _): &(&str, f64)| {
        let ends = name.as_bytes();
        NetworkBranch { from: node(ends[0]), to: node(ends[1]), passage: Passage::Free }
    };
    let mut nodes = vec![NetworkNode::default(); 4];
    nodes[0].inflow = 100.0;
    nodes[3] = NetworkNode { held: Some(0.0), inflow: -100.0 };
    let network = Network { nodes, branches: PIPES.iter().map(branch).collect(), usual_flow: 50.0 };
    let loss = |b: usize, flow: f64| Loss {
        drop: PIPES[b].1 * flow * flow.abs(),
        slope: 2.0 * PIPES[b].1 * flow.abs(),
    };
    let solution = network.solve(&loss, None);
    let mut rows = Vec::new();
    for (pipe, known) in table.texts("pipe")?.into_iter().zip(table.numbers("Q")?) {
        let index = PIPES.iter().position(|(name, _)| *name == pipe);
        let found = index.and_then(|b| Some(solution.as_ref().ok()?.flows[b]));
        let quantity = format!("flow of {pipe}");
        rows.push(label.row(quantity, known, found.unwrap_or(f64::NAN), Distance::Relative, 1e-8));
    }
    let closed = solution.as_ref().map_or([f64::NAN; 2], |s| [s.momentum.relative, s.mass.relative]);
    rows.push(label.row("momentum of the worst pipe", 0.0, closed[0], Distance::Absolute, 1e-10));
    rows.push(label.row("mass of the worst node", 0.0, closed[1], Distance::Absolute, 1e-12));
    Ok(rows)
}

/// A scene's loops at their supply temperatures, without heat.
struct Cold {
    scene: Scene,
    state: CoolantState,
    temperatures: Temperatures,
}

impl Cold {
    fn read(label: &Label, file: &str, settings: &[String]) -> Result<Self, VerifyError> {
        let wrong = |message| VerifyError::Scene { case: label.case.clone(), message };
        let scene = scenes::read(file, settings).map_err(wrong)?;
        let state = CoolantState::first(&scene, &|_| 0.0).map_err(|error| wrong(error.to_string()))?;
        let outlets = |branch: &crate::scene::Branch| {
            vec![scene.loops[branch.on_loop].supply_temperature; branch.plates().count()]
        };
        let temperatures = Temperatures {
            outlets: scene.branches.iter().map(outlets).collect(),
            supplies: scene.loops.iter().map(|supply| supply.supply_temperature).collect(),
        };
        Ok(Self { scene, state, temperatures })
    }

    fn supply(&self) -> SupplyState {
        supply_state(&self.scene, &self.state, 0, &self.temperatures)
    }
}

fn manifold(
    label: &Label,
    table: &Table,
    told: impl Fn(ReferenceError) -> VerifyError,
) -> Result<Vec<Row>, VerifyError> {
    let cold = Cold::read(label, "l4_four_branches.toml", &[])?;
    let (scene, flows) = (&cold.scene, &cold.state.loops[0]);
    let fluid = scene.loops[0].coolant.properties(scene.loops[0].supply_temperature);
    let drops = flows.pressure_drops(scene, &cold.state.branches, &cold.temperatures);
    let mut rows = Vec::new();
    for row in 0..table.len() {
        let number = |column: &str| table.number(row, column).map_err(&told);
        let name = format!("branch.{}", number("branch")?);
        let position = flows.members.iter().position(|&b| scene.branches[b].name == name);
        let Some(position) = position else {
            return Err(VerifyError::Missing { case: label.case.clone(), what: name });
        };
        let flow = flows.mass_flows[position] / fluid.density;
        let hose =
            scene.branches[flows.members[position]].elements.iter().find_map(|element| match element {
                Element::Part(part) => match &scene.hydraulics[*part].component {
                    Component::Pipe(pipe) => Some(*pipe),
                    _ => None,
                },
                Element::Plate(_) => None,
            });
        let (speed, bore) = hose.map_or((f64::NAN, f64::NAN), |hose| (flow / hose.area(), hose.diameter));
        let found = [
            ("Q_L_min", "flow, L/min", flow * 60e3),
            ("v_branch_m_s", "velocity, m/s", speed),
            ("Re_branch", "Re", fluid.density * speed * bore / fluid.viscosity),
            ("dp_branch_Pa", "pressure drop, Pa", drops[position]),
        ];
        for (column, what, found) in found {
            let quantity = format!("{what}, {name}");
            rows.push(label.row(quantity, number(column)?, found, Distance::Relative, 1e-6));
        }
    }
    // Its head: total flow and the pump's pressure.
    let supply = cold.supply();
    let pump = supply.pumps.first().map_or(f64::NAN, |pump| pump.pressure_rise);
    rows.push(label.row("total flow, L/min", 25.000_502, supply.flow * 60e3, Distance::Relative, 1e-6));
    rows.push(label.row("pump, Pa", 160_902.011, pump, Distance::Relative, 1e-6));
    Ok(rows)
}

fn affinity(label: &Label) -> Result<Vec<Row>, VerifyError> {
    let at = |speed: f64| {
        Ok::<_, VerifyError>(Cold::read(label, "l7_affinity.toml", &[format!("speed={speed}")])?.supply())
    };
    // Δp = p₀ (1 − (Q/Q₀)²) on Δp = c Q², c = 1 bar (ρ/ρ₀)/Kv²; both ends for the glycol.
    let (q0, p0, ratio) = (200.0 / 60e3, 2e5, 1020.0 / 1000.0);
    let c = 1e5 * ratio / (8.0_f64 / 3600.0).powi(2);
    let flow = (p0 * ratio / (c + p0 * ratio / (q0 * q0))).sqrt();
    let mut rows = Vec::new();
    for speed in [0.4, 0.8, 1.0, 1.3] {
        let found = at(speed)?;
        let pump = found.pumps.first();
        let known = [flow * speed, c * flow * flow * speed * speed, c * (flow * speed).powi(3) / 0.5];
        let found = [
            found.flow,
            pump.map_or(f64::NAN, |pump| pump.pressure_rise),
            pump.map_or(f64::NAN, |pump| pump.power),
        ];
        for ((what, known), found) in
            ["flow, m3/s", "pressure, Pa", "power, W"].into_iter().zip(known).zip(found)
        {
            let quantity = format!("{what}, speed {speed}");
            rows.push(label.row(quantity, known, found, Distance::Relative, 1e-9));
        }
    }
    Ok(rows)
}

/// Heat in W, flow in L/min and name of the scene's streams.
const STREAMS: [(&str, f64, f64); 2] = [("first", 1000.0, 2.0), ("second", 300.0, 1.0)];
const BEHIND: f64 = 500.0;

fn tee(runner: &Runner, coolant: &str) -> Result<Vec<Row>, VerifyError> {
    let settings = [format!("loop.loop.coolant={coolant}")];
    let run = runner.solve(&runner.case, "l12_tee.toml", &settings)?;
    let of = &run.scene.loops[0];
    let fluid = &of.coolant;
    let density = fluid.properties(of.supply_temperature).density;
    let start = fluid.enthalpy(of.supply_temperature);
    let warmed = |heat: f64, litres: f64| {
        kelvin_to_celsius(fluid.temperature_of_enthalpy(start + heat / (density * litres / 60e3)))
    };
    let result = &run.solution.summary.loops[0];
    let leaving = |name: &str| {
        result.branches.iter().find(|b| b.name == name).map_or(f64::NAN, |branch| branch.return_c)
    };
    let total: f64 = STREAMS.iter().map(|(_, heat, _)| heat).sum();
    let litres: f64 = STREAMS.iter().map(|(_, _, litres)| litres).sum();
    let rise = warmed(total + BEHIND, litres) - kelvin_to_celsius(of.supply_temperature);
    let mut rows = Vec::new();
    for (name, heat, litres) in STREAMS {
        let quantity = format!("{name} stream leaves at, degC");
        rows.push(run.label.row(quantity, warmed(heat, litres), leaving(name), Distance::Of(rise), 1e-6));
    }
    let last = warmed(total + BEHIND, litres);
    rows.push(run.label.row(
        "behind the third plate, degC",
        last,
        leaving("third"),
        Distance::Of(rise),
        1e-6,
    ));
    rows.push(run.label.row("return, degC", last, result.return_c, Distance::Of(rise), 1e-6));
    rows.push(run.label.row("heat, W", total + BEHIND, result.heat_w, Distance::Relative, 1e-9));
    rows.extend(runner.always(&run)?);
    Ok(rows)
}
