//! Openings, walls, fans, screens and porous boxes.

use crate::material::air::FASTEST;
use crate::physics::loss::perforated_plate;
use crate::units::Dimension;

use super::geometry::{NO_RECTANGLE, NOWHERE, axis, on_side, plane, region, side};
use super::{Builder, Class, Placed};
use crate::grid::{Axis, Side};
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::{Fan, Opening, Porous, Screen, Value, Wall, WallCondition};

impl Builder<'_> {
    pub(super) fn opening(&mut self, item: &Item, fields: &Fields<'_>) {
        let side = side("side", fields);
        let place = side.and_then(|side| on_side(side, self.scene.size, fields, item.shift));
        fields.know("from");
        fields.know("to");
        let front = Side { axis: Axis::Y, upper: false };
        let cold = if side == Some(front) { self.scene.site.containment_pressure } else { 0.0 };
        let air = self.scene.site.air_temperature;
        self.scene.openings.push(Opening {
            name: item.path.clone(),
            side: side.unwrap_or(front),
            rectangle: place.unwrap_or(NO_RECTANGLE),
            pressure: fields.or("pressure", Dimension::PRESSURE, Range::Any, cold),
            temperature: fields.or("temperature", Dimension::TEMPERATURE, Range::Positive, air),
            loss: loss(fields, Some(0.0)),
        });
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
        let given = ["temperature", "flux", "film"].into_iter().filter(|key| fields.has(key)).count();
        if given != 1 {
            let code = if given == 0 { "racktherm::missing_key" } else { "racktherm::conflict" };
            let message =
                format!("{} needs one of 'temperature', 'flux', 'film' with 'ambient'", fields.what);
            let key = if fields.has("flux") { "flux" } else { "film" };
            fields.complain(code, key, message, "one condition", "for example temperature = \"25 degC\"");
        }
        if fields.has("film") != fields.has("ambient") {
            let (missing, example) =
                if fields.has("film") { ("ambient", "\"25 degC\"") } else { ("film", "\"150 W/m2K\"") };
            fields.missing(missing, example);
        }
        let condition = match (temperature, flux, film) {
            (Some(value), _, _) => WallCondition::Temperature(value),
            (None, Some(flux), _) => WallCondition::Flux(flux),
            (None, None, Some(coefficient)) => {
                WallCondition::Film { coefficient, ambient: ambient.unwrap_or(300.0) }
            }
            (None, None, None) => WallCondition::Temperature(Value::Constant(300.0)),
        };
        self.scene.walls.push(Wall {
            name: item.path.clone(),
            side: side.unwrap_or(Side::ALL[0]),
            rectangle: place.unwrap_or(NO_RECTANGLE),
            condition,
        });
    }

    pub(super) fn fan(&mut self, item: &Item, fields: &Fields<'_>) {
        let direction = side("direction", fields);
        for key in ["at", "from", "to"] {
            fields.know(key);
        }
        let place = direction.and_then(|direction| plane(direction.axis, fields, item.shift));
        let flow = fields.required("flow", Dimension::VOLUME_FLOW, Range::NotNegative);
        let power = fields.required("power", Dimension::POWER, Range::NotNegative);
        let speed = place.map_or(0.0, |place| flow / place.area());
        if speed > FASTEST {
            let message = format!(
                "{} would blow at {speed:.0} m/s; above {FASTEST:.0} m/s air is compressed, which is not modelled",
                fields.what
            );
            let help = "check the unit of 'flow' and the size of the fan's plane";
            fields.complain("racktherm::too_fast", "flow", message, "too much for its plane", help);
        }
        let available = fields.quantity("available_pressure", Dimension::PRESSURE, Range::NotNegative);
        self.scene.fans.push(Fan {
            name: item.path.clone(),
            rectangle: place.unwrap_or(NO_RECTANGLE),
            forward: direction.is_some_and(|direction| direction.upper),
            flow,
            power,
            available_pressure: available,
            origin: fields.origin(),
        });
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
        if !fields.has("loss_per_metre") {
            fields.missing("loss_per_metre", "[\"40 1/m\", \"40 1/m\", \"40 1/m\"]");
        }
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
            power,
            role,
            origin: fields.origin(),
        });
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
