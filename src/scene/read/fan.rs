//! Fans: a fixed flow, or a curve with its speed; their power; how they fail.

use crate::material::air::FASTEST;
use crate::physics::fan::{FanCurve, FanPower};
use crate::physics::monotone::MonotoneCurve;
use crate::units::Dimension;

use super::geometry::{NO_RECTANGLE, plane, side};
use super::{Builder, pairs};
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::file::Content;
use crate::scene::{Fan, FanDrive, FanFailure, Rectangle};

/// Slowest and fastest fan over its nominal speed: one that stands still has failed.
const SPEED: Range = Range::Within(1e-3, 2.0);

/// Keys that belong to a curve.
const OF_CURVE: [&str; 6] =
    ["curve", "free_delivery", "shut_off_pressure", "speed", "efficiency", "curve_density"];

impl Builder<'_> {
    pub(super) fn fan(&mut self, item: &Item, fields: &Fields<'_>) {
        let direction = side("direction", fields);
        for key in ["at", "from", "to"] {
            fields.know(key);
        }
        let place = direction.and_then(|direction| plane(direction.axis, fields, item.shift));
        self.momentum_only(&["failed", "windmilling_loss"], fields);
        let allowed = self.momentum_only(&OF_CURVE, fields);
        let by_curve = OF_CURVE[..3].iter().any(|key| fields.has(key));
        let (drive, power) = match (allowed, by_curve) {
            (false, _) => {
                // What goes with a curve that is refused is neither missing nor too much.
                fields.know("flow");
                fields.know("power");
                (None, None)
            }
            (true, false) => (fixed(fields), nominal_power(fields)),
            (true, true) => (driven_by_curve(fields), power(fields)),
        };
        let drive = drive.unwrap_or(FanDrive::Flow(0.0));
        too_fast(&drive, place, fields);
        let available = fields.quantity("available_pressure", Dimension::PRESSURE, Range::NotNegative);
        if by_curve && fields.has("available_pressure") {
            let message = format!("{} has a curve and 'available_pressure'", fields.what);
            let help = "leave it out: the curve says what pressure the fan can give";
            fields.complain("racktherm::conflict", "available_pressure", message, "one too many", help);
        }
        self.scene.fans.push(Fan {
            name: item.path.clone(),
            rectangle: place.unwrap_or(NO_RECTANGLE),
            forward: direction.is_some_and(|direction| direction.upper),
            drive,
            power: power.unwrap_or(FanPower::Nominal(0.0)),
            failed: failure(fields),
            available_pressure: available,
            origin: fields.origin(),
        });
    }
}

/// A fixed flow, which knows nothing of speed.
fn fixed(fields: &Fields<'_>) -> Option<FanDrive> {
    for key in ["speed", "efficiency", "curve_density"] {
        if fields.has(key) {
            let message = format!("{} has a fixed flow and '{key}'", fields.what);
            let help =
                "give the fan a 'curve', or 'free_delivery' and 'shut_off_pressure', instead of 'flow'";
            fields.complain("racktherm::conflict", key, message, "belongs to a curve", help);
        }
    }
    Some(FanDrive::Flow(fields.required("flow", Dimension::VOLUME_FLOW, Range::NotNegative)))
}

fn nominal_power(fields: &Fields<'_>) -> Option<FanPower> {
    Some(FanPower::Nominal(fields.required("power", Dimension::POWER, Range::NotNegative)))
}

fn driven_by_curve(fields: &Fields<'_>) -> Option<FanDrive> {
    if fields.has("flow") {
        let message = format!("{} has 'flow' and a curve", fields.what);
        let help = "leave 'flow' out: it follows from the curve and what the air meets";
        fields.complain("racktherm::conflict", "flow", message, "one too many", help);
    }
    let speed = fields.or("speed", Dimension::DIMENSIONLESS, SPEED, 1.0);
    let density = fields.quantity("curve_density", Dimension::DENSITY, Range::Positive);
    let ends = ["free_delivery", "shut_off_pressure"];
    let curve = if fields.has("curve") {
        if let Some(key) = ends.into_iter().find(|key| fields.has(key)) {
            let message = format!("{} has 'curve' and '{key}'", fields.what);
            fields.complain("racktherm::conflict", key, message, "one too many", "leave one of them out");
        }
        let points = pairs(
            "curve",
            [Dimension::VOLUME_FLOW, Dimension::PRESSURE],
            Range::NotNegative,
            "[\"0 CFM\", \"300 Pa\"]",
            fields,
        )?;
        FanCurve::from_points(points)
    } else {
        for (key, example) in ends.into_iter().zip(["\"60 CFM\"", "\"300 Pa\""]) {
            if !fields.has(key) {
                fields.missing(key, example);
            }
        }
        let free_delivery = fields.quantity("free_delivery", Dimension::VOLUME_FLOW, Range::Positive);
        let pressure = fields.quantity("shut_off_pressure", Dimension::PRESSURE, Range::Positive);
        FanCurve::from_end_points(free_delivery?, pressure?)
    };
    match curve {
        Ok(curve) => Some(FanDrive::Curve { curve, density, speed }),
        Err(error) => {
            let message = format!("'curve' of {}: {error}", fields.what);
            let help = "rows of flow and pressure: flows rise, and the pressure falls at the end";
            fields.complain("racktherm::bad_value", "curve", message, "this curve", help);
            None
        }
    }
}

/// Power of a fan with a curve: by efficiency, a value, or against the flow.
fn power(fields: &Fields<'_>) -> Option<FanPower> {
    if fields.has("power") == fields.has("efficiency") {
        let (code, key) = match fields.has("power") {
            true => ("racktherm::conflict", "efficiency"),
            false => ("racktherm::missing_key", "power"),
        };
        let message = format!("{} needs 'power' or 'efficiency'", fields.what);
        fields.complain(code, key, message, "one of the two", "for example power = \"16 W\"");
        return None;
    }
    let efficiency = fields.quantity("efficiency", Dimension::DIMENSIONLESS, Range::Share);
    if fields.has("efficiency") {
        return efficiency.map(FanPower::Efficiency);
    }
    let is_list = fields.get("power").is_some_and(|node| matches!(node.content, Content::List(_)));
    if !is_list {
        return nominal_power(fields);
    }
    let points = pairs(
        "power",
        [Dimension::VOLUME_FLOW, Dimension::POWER],
        Range::NotNegative,
        "[\"0 CFM\", \"16 W\"]",
        fields,
    )?;
    match MonotoneCurve::new(points) {
        Ok(curve) => Some(FanPower::Curve(curve)),
        Err(error) => {
            let message = format!("'power' of {}: {error}", fields.what);
            let help = "rows of flow and power: flows must rise from row to row";
            fields.complain("racktherm::bad_value", "power", message, "this table", help);
            None
        }
    }
}

fn failure(fields: &Fields<'_>) -> Option<FanFailure> {
    let loss = fields.quantity("windmilling_loss", Dimension::DIMENSIONLESS, Range::NotNegative);
    let failed = fields.choice("failed", &["blocked", "windmilling"])?;
    if failed == 0 {
        return Some(FanFailure::Blocked);
    }
    if !fields.has("windmilling_loss") {
        fields.missing("windmilling_loss", "20");
    }
    Some(FanFailure::Windmilling(loss.unwrap_or(0.0)))
}

/// Logs a fan that would compress the air.
fn too_fast(drive: &FanDrive, place: Option<Rectangle>, fields: &Fields<'_>) {
    let (key, flow, when) = match drive {
        FanDrive::Flow(flow) => ("flow", *flow, ""),
        FanDrive::Curve { curve, speed, .. } => {
            let key = if fields.has("curve") { "curve" } else { "free_delivery" };
            (key, curve.free_delivery() * speed, " at free delivery")
        }
    };
    let speed = place.map_or(0.0, |place| flow / place.area());
    if speed > FASTEST {
        let message = format!(
            "{} would blow at {speed:.0} m/s{when}; above {FASTEST:.0} m/s air is compressed, which is not modelled",
            fields.what
        );
        let help = format!("check the unit of '{key}' and the size of the fan's plane");
        fields.complain("racktherm::too_fast", key, message, "too much for its plane", &help);
    }
}
