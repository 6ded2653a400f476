//! Openings, walls, screens and porous boxes.

use crate::material::air::FASTEST;
use crate::physics::loss::perforated_plate;
use crate::units::Dimension;

use super::geometry::{NO_RECTANGLE, NOWHERE, axis, on_side, plane, region, side};
use super::{Builder, Class, Placed, pairs};
use crate::grid::{Axis, Side};
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::file::Content;
use crate::scene::{
    FlowProfile, Opening, OpeningCondition, Porous, Rectangle, Screen, Value, VelocityProfile, Wall,
    WallCondition, WallMotion,
};

/// Permeabilities outside these are slips of a unit, m²: the densest filters and open gaps of metres.
const PERMEABILITY: Range = Range::Within(1e-15, 1.0);

impl Builder<'_> {
    pub(super) fn opening(&mut self, item: &Item, fields: &Fields<'_>) {
        let side = side("side", fields);
        let place = side.and_then(|side| on_side(side, self.scene.size, fields, item.shift));
        fields.know("from");
        fields.know("to");
        let front = Side { axis: Axis::Y, upper: false };
        let air = self.scene.site.air_temperature;
        let condition = self.opening_condition(side.unwrap_or(front), place, fields);
        let given = !matches!(condition, OpeningCondition::Pressure(_));
        if let Some(key) = ["loss", "free_area"].into_iter().find(|key| given && fields.has(key)) {
            let message = format!("{} has a given flow and '{key}'", fields.what);
            let help = "leave it out: what enters there is given, whatever it would lose";
            fields.complain("racktherm::conflict", key, message, "has no part here", help);
        }
        self.scene.openings.push(Opening {
            name: item.path.clone(),
            side: side.unwrap_or(front),
            rectangle: place.unwrap_or(NO_RECTANGLE),
            condition,
            temperature: fields.or("temperature", Dimension::TEMPERATURE, Range::Positive, air),
            loss: loss(fields, Some(0.0)),
        });
    }

    /// One of pressure, velocity and flow; the pressure of the aisle where none is given.
    fn opening_condition(
        &self,
        side: Side,
        place: Option<Rectangle>,
        fields: &Fields<'_>,
    ) -> OpeningCondition {
        let front = Side { axis: Axis::Y, upper: false };
        let cold = if side == front { self.scene.site.containment_pressure } else { 0.0 };
        let pressure = fields.or("pressure", Dimension::PRESSURE, Range::Any, cold);
        let given: Vec<&str> =
            ["pressure", "velocity", "flow"].into_iter().filter(|key| fields.has(key)).collect();
        if let [_, second, ..] = given[..] {
            let message = format!("{} has both '{}' and '{second}'", fields.what, given[0]);
            let help = "one of 'pressure', 'velocity' and 'flow' says what holds there";
            fields.complain("racktherm::conflict", second, message, "one too many", help);
        }
        self.momentum_only(&["velocity", "flow", "profile", "along"], fields);
        for (key, of) in [("profile", "flow"), ("along", "velocity")] {
            if fields.has(key) && !fields.has(of) {
                let message = format!("{} has '{key}' without '{of}'", fields.what);
                let help = format!("add '{of}', or leave '{key}' out");
                fields.complain("racktherm::missing_key", key, message, "of nothing", &help);
            }
        }
        let profile = match fields.choice("profile", &["uniform", "parabolic"]) {
            Some(1) => FlowProfile::Parabolic,
            _ => FlowProfile::Uniform,
        };
        if fields.has("velocity") {
            let profile = velocity_profile(side, fields);
            return profile.map_or(OpeningCondition::Pressure(pressure), OpeningCondition::Velocity);
        }
        match fields.quantity("flow", Dimension::VOLUME_FLOW, Range::Any) {
            Some(flow) => {
                let speed = place.map_or(0.0, |place| flow.abs() / place.area());
                too_fast("flow", speed, fields);
                OpeningCondition::Flow { flow, profile }
            }
            None => OpeningCondition::Pressure(pressure),
        }
    }

    pub(super) fn wall(&mut self, item: &Item, fields: &Fields<'_>) {
        let side = side("side", fields);
        let place = side.and_then(|side| on_side(side, self.scene.size, fields, item.shift));
        fields.know("from");
        fields.know("to");
        let temperature = fields.field("temperature", Dimension::TEMPERATURE, Range::NotNegative);
        let flux = fields.quantity("flux", Dimension::HEAT_FLUX, Range::Any);
        let film = fields.quantity("film", Dimension::HEAT_TRANSFER_COEFFICIENT, Range::NotNegative);
        let ambient = fields.quantity("ambient", Dimension::TEMPERATURE, Range::NotNegative);
        let motion = self.wall_motion(side, fields);
        let moves = fields.has("slip") || fields.has("velocity");
        let given = ["temperature", "flux", "film"].into_iter().filter(|key| fields.has(key)).count();
        if given > 1 || (given == 0 && !moves && !fields.has("ambient")) {
            let code = if given == 0 { "racktherm::missing_key" } else { "racktherm::conflict" };
            let message = format!(
                "{} needs one of 'temperature', 'flux', 'film' with 'ambient', or 'slip' or 'velocity'",
                fields.what
            );
            let key = if fields.has("flux") { "flux" } else { "film" };
            fields.complain(code, key, message, "one condition", "for example temperature = \"25 degC\"");
        }
        if fields.has("film") != fields.has("ambient") {
            let (missing, example) =
                if fields.has("film") { ("ambient", "\"25 degC\"") } else { ("film", "\"150 W/m2K\"") };
            fields.missing(missing, example);
        }
        let condition = match (temperature, flux, film) {
            (Some(value), _, _) => Some(WallCondition::Temperature(value)),
            (None, Some(flux), _) => Some(WallCondition::Flux(flux)),
            (None, None, Some(coefficient)) => {
                Some(WallCondition::Film { coefficient, ambient: ambient.unwrap_or(300.0) })
            }
            (None, None, None) => None,
        };
        self.scene.walls.push(Wall {
            name: item.path.clone(),
            side: side.unwrap_or(Side::ALL[0]),
            rectangle: place.unwrap_or(NO_RECTANGLE),
            condition,
            motion,
        });
    }

    /// What a wall does to the air, if it says so.
    fn wall_motion(&self, side: Option<Side>, fields: &Fields<'_>) -> Option<WallMotion> {
        self.momentum_only(&["slip", "velocity"], fields);
        let slip = fields.truth("slip", false);
        if slip && fields.has("velocity") {
            let message = format!("{} slips and has a 'velocity'", fields.what);
            let help = "leave 'velocity' out: what slips takes no air along";
            fields.complain("racktherm::conflict", "velocity", message, "one too many", help);
        }
        if !fields.has("velocity") {
            let motion = if slip { WallMotion::Slip } else { WallMotion::NoSlip };
            return fields.has("slip").then_some(motion);
        }
        let velocity = fields.field_vector("velocity", Dimension::VELOCITY)?;
        let normal = side.map(|side| side.axis);
        if let Some(axis) = normal.filter(|axis| !matches!(&velocity[*axis as usize], Value::Constant(0.0))) {
            let message = format!("{} moves along its normal {}", fields.what, axis.letter());
            let help = "a wall moves along itself: write 0 there, or use an [[opening]] with 'velocity'";
            fields.complain("racktherm::bad_value", "velocity", message, "leaves its plane", help);
        }
        Some(WallMotion::Moving(velocity))
    }

    pub(super) fn screen(&mut self, item: &Item, fields: &Fields<'_>) {
        if !fields.has("normal") {
            fields.missing("normal", "\"y\"");
        }
        for key in ["at", "from", "to"] {
            fields.know(key);
        }
        let place = axis("normal", fields).and_then(|axis| plane(axis, fields, item.shift));
        let loss = loss(fields, None);
        let rectangle = place.unwrap_or(NO_RECTANGLE);
        self.scene.screens.push(Screen { name: item.path.clone(), rectangle, loss });
    }

    pub(super) fn porous(&mut self, index: usize, item: &Item, fields: &Fields<'_>) {
        let region = region(fields, item.shift);
        self.momentum_only(&["permeability"], fields);
        if !fields.has("loss_per_metre") && !fields.has("permeability") {
            fields.missing("loss_per_metre", "[\"40 1/m\", \"40 1/m\", \"40 1/m\"]");
        }
        let permeability: Option<[f64; 3]> =
            fields.vector("permeability", Dimension::AREA, PERMEABILITY, true);
        let loss = fields.vector("loss_per_metre", Dimension::PER_LENGTH, Range::NotNegative, true);
        let power = self.power(index, "power", fields);
        let role = fields.text("role").unwrap_or("").to_owned();
        if let Some(region) = region {
            self.placed.push(Placed { item: index, region, class: Class::Porous });
        }
        self.scene.porous.push(Porous {
            name: item.path.clone(),
            region: region.unwrap_or(NOWHERE),
            loss_per_metre: loss.unwrap_or([0.0; 3]),
            darcy_resistance: permeability.map_or([0.0; 3], |values| values.map(|value| 1.0 / value)),
            power,
            role,
            origin: fields.origin(),
        });
    }
}

/// A velocity, a formula, or a table along an axis in the opening.
fn velocity_profile(side: Side, fields: &Fields<'_>) -> Option<VelocityProfile> {
    let is_table = fields.get("velocity").is_some_and(|node| matches!(node.content, Content::List(_)));
    if !is_table {
        if fields.has("along") {
            let message = format!("{} has 'along', and its 'velocity' is no table", fields.what);
            let help = "leave 'along' out, or write velocity = [[\"0 mm\", \"1 m/s\"], …]";
            fields.complain("racktherm::conflict", "along", message, "of nothing", help);
        }
        let value = fields.field("velocity", Dimension::VELOCITY, Range::Any)?;
        if let Value::Constant(velocity) = value {
            too_fast("velocity", velocity.abs(), fields);
        }
        return Some(VelocityProfile::Value(value));
    }
    if !fields.has("along") {
        fields.missing("along", "\"z\"");
    }
    let along = axis("along", fields);
    if along == Some(side.axis) {
        let message = format!("{} has 'along' = \"{}\", its normal", fields.what, side.axis.letter());
        let help = "name an axis that lies in the opening";
        fields.complain("racktherm::bad_value", "along", message, "not in the opening", help);
    }
    let dimensions = [Dimension::LENGTH, Dimension::VELOCITY];
    let points = pairs("velocity", dimensions, Range::Any, "[\"0 mm\", \"1 m/s\"]", fields)?;
    if points.is_empty() || points.windows(2).any(|pair| pair[1].0 <= pair[0].0) {
        let message = format!("the positions in 'velocity' of {} must rise from row to row", fields.what);
        let help = "one row at least, in the order of the positions";
        fields.complain("racktherm::bad_value", "velocity", message, "this table", help);
        return None;
    }
    let fastest = points.iter().map(|(_, velocity)| velocity.abs()).fold(0.0, f64::max);
    too_fast("velocity", fastest, fields);
    Some(VelocityProfile::Table { along: along?, points })
}

/// Logs air that would be compressed.
fn too_fast(key: &'static str, speed: f64, fields: &Fields<'_>) {
    if speed > FASTEST {
        let message = format!(
            "{} would pass {speed:.0} m/s; above {FASTEST:.0} m/s air is compressed, which is not modelled",
            fields.what
        );
        let help = "check the unit, and the size of the opening";
        fields.complain("racktherm::too_fast", key, message, "too fast", help);
    }
}

/// ζ as a number, or from the free area of a perforated plate; must be given where there is no default.
fn loss(fields: &Fields<'_>, default: Option<f64>) -> f64 {
    let loss = fields.quantity("loss", Dimension::DIMENSIONLESS, Range::NotNegative);
    let free_area = fields.quantity("free_area", Dimension::DIMENSIONLESS, Range::Share);
    if fields.has("loss") && fields.has("free_area") {
        let message = format!("{} has both 'loss' and 'free_area'", fields.what);
        fields.complain("racktherm::conflict", "free_area", message, "one too many", "leave one of them out");
    }
    if default.is_none() && !fields.has("loss") && !fields.has("free_area") {
        fields.missing("loss", "2.5");
    }
    let from_area = free_area.and_then(|ratio| perforated_plate(ratio).ok());
    loss.or(from_area).or(default).unwrap_or(0.0)
}
