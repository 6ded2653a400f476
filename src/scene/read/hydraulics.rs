//! Pipes, fittings, valves, couplings, filters and pumps.

use crate::physics::fan::FanCurve;
use crate::physics::hydraulics::{Component, Pipe, Pump, WATER_DENSITY, equal_percentage, kv_of_cv};
use crate::units::Dimension;

use super::{Builder, pairs};
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::kind::Kind;
use crate::scene::{HydraulicPart, PumpDrive};

/// Drawn tubing, m (Moody 1944): the wall of a pipe that gives none.
pub(super) const DRAWN_TUBE: f64 = 1.5e-6;
/// Kv wide open over Kv nearly shut, of a valve that gives none (IEC 60534-2-4: 50 is usual).
const RANGEABILITY: f64 = 50.0;
/// Wire to water of a pump that gives none.
const PUMP_EFFICIENCY: f64 = 0.3;

impl Builder<'_> {
    pub(super) fn hydraulic(&mut self, index: usize, item: &Item, fields: &Fields<'_>) {
        let mut drive = None;
        let mut one_way = item.kind == Kind::CheckValve;
        let component = match item.kind {
            Kind::Pipe => Some(Component::Pipe(pipe(fields))),
            Kind::Fitting => Some(Component::Fitting {
                loss: fields.required("loss", Dimension::DIMENSIONLESS, Range::NotNegative),
                diameter: fields.required("diameter", Dimension::LENGTH, Range::Positive),
            }),
            Kind::Valve => valve(fields),
            Kind::CheckValve => flow_coefficient(fields).map(|kv| Component::Valve { kv }),
            Kind::QuickDisconnect => self.coupling(item, fields),
            Kind::Filter => self.filter(item, fields),
            _ => {
                let pump = pump(fields);
                drive = Some(self.drive(index, item, fields));
                one_way = fields.has("loop") && fields.truth("check_valve", true);
                pump.map(Component::Pump)
            }
        };
        let largest_velocity = matches!(item.kind, Kind::Pipe | Kind::Fitting)
            .then(|| fields.quantity("largest_velocity", Dimension::VELOCITY, Range::Positive))
            .flatten();
        self.scene.hydraulics.push(HydraulicPart {
            name: item.path.clone(),
            // Something stands for what is refused.
            component: component.unwrap_or(Component::Valve { kv: 1.0 }),
            one_way,
            largest_velocity,
            drive,
            origin: fields.origin(),
        });
    }

    /// A quick disconnect by its flow coefficient or what was measured, closed or not.
    fn coupling(&self, item: &Item, fields: &Fields<'_>) -> Option<Component> {
        let closed = fields.truth("closed", false);
        let component = if fields.has("pressure_drop") {
            for key in ["kv", "cv"] {
                if fields.has(key) {
                    let message = format!("{} has '{key}' and 'pressure_drop'", fields.what);
                    fields.complain("racktherm::conflict", key, message, "one too many", "leave one out");
                }
            }
            self.measured(&item.scope, fields).map(Component::Measured)
        } else {
            flow_coefficient(fields).map(|kv| Component::Valve { kv })
        };
        if closed { Some(Component::Valve { kv: 0.0 }) } else { component }
    }

    fn filter(&self, item: &Item, fields: &Fields<'_>) -> Option<Component> {
        if !fields.has("pressure_drop") {
            fields.missing("pressure_drop", "{ flow = \"100 L/min\", drop = \"10 kPa\" }");
        }
        let blocked = fields.or("blocked", Dimension::DIMENSIONLESS, Range::Within(0.0, 1.0), 0.0);
        let measured = self.measured(&item.scope, fields)?;
        if blocked >= 1.0 {
            return Some(Component::Valve { kv: 0.0 });
        }
        Some(Component::Measured(measured.through(1.0 - blocked)))
    }

    /// What a pump draws, and the loop that it feeds if it names one.
    fn drive(&mut self, index: usize, item: &Item, fields: &Fields<'_>) -> PumpDrive {
        let share = Range::Within(0.0, 1.0);
        let drive = PumpDrive {
            efficiency: fields.or_estimate(
                "efficiency",
                Dimension::DIMENSIONLESS,
                Range::Share,
                PUMP_EFFICIENCY,
            ),
            heat_to_coolant: fields.or_estimate("heat_to_coolant", Dimension::DIMENSIONLESS, share, 1.0),
            failed: fields.truth("failed", false),
        };
        let through = fields.has("through");
        if !fields.has("loop") {
            for key in ["check_valve", "through"] {
                if fields.has(key) {
                    let message = format!("{} has '{key}' and no 'loop'", fields.what);
                    let help =
                        "name the loop that it feeds, or leave the key to the [[branch]] that it stands in";
                    fields.complain("racktherm::conflict", key, message, "needs 'loop'", help);
                }
            }
            return drive;
        }
        let others = if through { self.elements("through", item, fields) } else { Vec::new() };
        self.pump_branch(index, item, fields, others);
        drive
    }
}

/// Roughness over diameter up to which Colebrook's law has data (Moody 1944).
const ROUGHEST: f64 = 0.05;

fn pipe(fields: &Fields<'_>) -> Pipe {
    let diameter = fields.required("diameter", Dimension::LENGTH, Range::Positive);
    let roughness = fields.or("roughness", Dimension::LENGTH, Range::NotNegative, DRAWN_TUBE);
    if fields.has("roughness") && roughness > ROUGHEST * diameter {
        let message = format!(
            "{} is rougher than a twentieth of its bore: {:.3} of {:.3} mm",
            fields.what,
            roughness * 1e3,
            diameter * 1e3
        );
        let help = "drawn tube has \"1.5 um\", steel pipe \"45 um\"; what narrows a bore more is a [[fitting]] or [[filter]]";
        fields.complain("racktherm::out_of_range", "roughness", message, "too rough", help);
    }
    Pipe {
        length: fields.required("length", Dimension::LENGTH, Range::NotNegative),
        diameter,
        roughness,
        minor_loss: fields.or("minor_loss", Dimension::DIMENSIONLESS, Range::NotNegative, 0.0),
    }
}

/// Kv in m³/h, from `kv` or `cv`.
fn flow_coefficient(fields: &Fields<'_>) -> Option<f64> {
    let kv = fields.quantity("kv", Dimension::VOLUME_FLOW, Range::Positive).map(|kv| 3600.0 * kv);
    let cv = fields.quantity("cv", Dimension::DIMENSIONLESS, Range::Positive).map(kv_of_cv);
    if fields.has("kv") && fields.has("cv") {
        let message = format!("{} has 'kv' and 'cv'", fields.what);
        fields.complain("racktherm::conflict", "cv", message, "one too many", "leave one of them out");
    } else if !fields.has("kv") && !fields.has("cv") {
        fields.missing("kv", "\"4 m3/h\", at 1 bar of water; or cv = 4.6, US gallons a minute at 1 psi");
    }
    kv.or(cv)
}

fn valve(fields: &Fields<'_>) -> Option<Component> {
    let opening = fields.or("opening", Dimension::DIMENSIONLESS, Range::Within(0.0, 1.0), 1.0);
    let rangeability =
        fields.or_estimate("rangeability", Dimension::DIMENSIONLESS, Range::Within(1.0, 1e4), RANGEABILITY);
    let share = match fields.choice("characteristic", &["linear", "equal_percentage"]) {
        Some(1) => equal_percentage(opening, rangeability),
        _ => opening,
    };
    flow_coefficient(fields).map(|kv| Component::Valve { kv: kv * share })
}

fn pump(fields: &Fields<'_>) -> Option<Pump> {
    let speed = fields.or("speed", Dimension::DIMENSIONLESS, Range::Within(0.0, 2.0), 1.0);
    let failed = fields.truth("failed", false);
    let density = fields.or("curve_density", Dimension::DENSITY, Range::Positive, WATER_DENSITY);
    let ends = ["free_delivery", "shut_off_pressure"];
    let curve = if fields.has("curve") {
        if let Some(key) = ends.into_iter().find(|key| fields.has(key)) {
            let message = format!("{} has 'curve' and '{key}'", fields.what);
            fields.complain("racktherm::conflict", key, message, "one too many", "leave one of them out");
        }
        let dimensions = [Dimension::VOLUME_FLOW, Dimension::PRESSURE];
        FanCurve::from_points(pairs(
            "curve",
            dimensions,
            Range::NotNegative,
            "[\"0 L/min\", \"2 bar\"]",
            fields,
        )?)
    } else {
        for (key, example) in ends.into_iter().zip(["\"200 L/min\"", "\"2 bar\""]) {
            if !fields.has(key) {
                fields.missing(key, example);
            }
        }
        let delivery = fields.quantity("free_delivery", Dimension::VOLUME_FLOW, Range::Positive);
        let pressure = fields.quantity("shut_off_pressure", Dimension::PRESSURE, Range::Positive);
        FanCurve::from_end_points(delivery?, pressure?)
    };
    match curve {
        Ok(curve) => Some(Pump { curve, density, speed: if failed { 0.0 } else { speed } }),
        Err(error) => {
            let message = format!("'curve' of {}: {error}", fields.what);
            let help = "rows of flow and pressure: flows rise, and the pressure falls at the end";
            fields.complain("racktherm::bad_value", "curve", message, "this curve", help);
            None
        }
    }
}
