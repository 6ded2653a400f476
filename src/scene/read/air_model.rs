//! `[air]`, fluids other than air, and where they are.

use crate::units::Dimension;

use super::geometry::{NOWHERE, axes, region};
use super::{Builder, MOMENTUM, single};
use crate::scene::diagnostic::{Log, Mistake};
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::file::Table;
use crate::scene::overrides::Overrides;
use crate::scene::scope::Scope;
use crate::scene::{AirField, AirModel, Convection, Fluid, FluidId, FluidRegion, Turbulence, WallFilms};

/// Word for the site's air, unless a fluid is called so.
const AIR: &str = "air";

/// 20 °C, the default reference temperature, K.
const ROOM: f64 = 293.15;

const FIELDS: [(&str, AirField); 2] = [("potential", AirField::Potential), ("momentum", AirField::Momentum)];
const TURBULENCE: [(&str, Turbulence); 2] = [("laminar", Turbulence::Laminar), ("lvel", Turbulence::Lvel)];
const CONVECTION: [(&str, Convection); 3] =
    [("bounded", Convection::Bounded), ("central", Convection::Central), ("upwind", Convection::Upwind)];

/// Keys of `[air]` that belong to the momentum equations.
const OF_MOMENTUM: [&str; 6] = ["turbulence", "convection", "buoyancy", "gravity", "body_force", "periodic"];

/// Reads `[air]`.
pub(super) fn read_air(document: &Table, scope: &Scope, overrides: &Overrides, log: &Log) -> AirModel {
    let default = AirModel::default();
    let Some(table) = single(document, "air", overrides, log) else { return default };
    let fields = Fields::new(log, scope, &table, "[air]".to_owned()).without_sources();
    let field = match one_of("field", &FIELDS, &fields) {
        Some(field) => field,
        // What could not be read may have been meant to be the other, and is told already.
        None if fields.has("field") => AirField::Momentum,
        None => default.field,
    };
    let vector = |key, dimension| fields.vector(key, dimension, Range::Any, false);
    let air = AirModel {
        field,
        turbulence: one_of("turbulence", &TURBULENCE, &fields).unwrap_or(default.turbulence),
        convection: one_of("convection", &CONVECTION, &fields).unwrap_or(default.convection),
        buoyancy: fields.truth("buoyancy", default.buoyancy),
        gravity: vector("gravity", Dimension::ACCELERATION).unwrap_or(default.gravity),
        body_force: vector("body_force", Dimension::PRESSURE_GRADIENT).unwrap_or(default.body_force),
        periodic: axes("periodic", &fields),
    };
    fields.finish();
    let stray = OF_MOMENTUM.into_iter().find(|key| fields.has(key));
    if let Some(key) = stray.filter(|_| field == AirField::Potential) {
        let message = format!("[air] has '{key}', which a field of losses cannot follow");
        fields.complain("racktherm::needs_momentum", key, message, "needs the momentum equations", MOMENTUM);
    }
    air
}

fn one_of<T: Copy>(key: &'static str, words: &[(&str, T)], fields: &Fields<'_>) -> Option<T> {
    let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
    fields.choice(key, &names).map(|index| words[index].1)
}

/// The fluid of a name, of this file or of those around it.
pub(super) fn fluid_in(scope: &Scope, name: &str) -> Option<FluidId> {
    let mut at = Some(scope);
    while let Some(scope) = at {
        if let Some(&id) = scope.fluids.borrow().get(name) {
            return Some(id);
        }
        at = scope.parent.as_deref();
    }
    None
}

impl Builder<'_> {
    pub(super) fn fluid(&mut self, item: &Item, fields: &Fields<'_>) {
        let positive = |key, dimension| fields.required(key, dimension, Range::Positive);
        let fluid = Fluid {
            name: item.path.clone(),
            density: positive("density", Dimension::DENSITY),
            specific_heat: positive("specific_heat", Dimension::SPECIFIC_HEAT),
            conductivity: positive("conductivity", Dimension::CONDUCTIVITY),
            viscosity: positive("viscosity", Dimension::VISCOSITY),
            expansion: fields.or("expansion", Dimension::PER_TEMPERATURE, Range::Any, 0.0),
            reference_temperature: fields.or(
                "reference_temperature",
                Dimension::TEMPERATURE,
                Range::NotNegative,
                ROOM,
            ),
            origin: fields.origin(),
        };
        let local = item.path.strip_prefix(item.scope.prefix.as_str()).unwrap_or(&item.path).to_owned();
        item.scope.fluids.borrow_mut().insert(local, FluidId(self.scene.fluids.len()));
        self.scene.fluids.push(fluid);
    }

    pub(super) fn fluid_region(&mut self, item: &Item, fields: &Fields<'_>) {
        let region = region(fields, item.shift);
        let name = fields.required_text("fluid", "\"water\"");
        let fluid = fluid_in(&item.scope, name);
        if fluid.is_none() && !name.is_empty() && name != AIR {
            let message = format!("{} holds '{name}', a fluid that is not known", fields.what);
            let mistake = Mistake::new("racktherm::unknown_fluid", message);
            let known: Vec<String> = item.scope.fluids.borrow().keys().cloned().collect();
            let mistake = mistake.at(fields.place("fluid"), "unknown fluid");
            self.log.add(mistake.nearest(name, known.iter().map(String::as_str)));
        }
        if self.scene.air.field == AirField::Potential {
            let message = format!("{} needs a field that knows several fluids", fields.what);
            let mistake = Mistake::new("racktherm::needs_momentum", message);
            self.log.add(mistake.at(item.place, "needs the momentum equations").help(MOMENTUM));
        }
        self.scene.fluid_regions.push(FluidRegion {
            name: item.path.clone(),
            region: region.unwrap_or(NOWHERE),
            fluid,
            turbulence: one_of("turbulence", &TURBULENCE, fields),
            film: wall_films(fields),
        });
    }
}

/// Given film coefficients of a region's walls.
fn wall_films(fields: &Fields<'_>) -> Option<WallFilms> {
    let inner = fields.inside("film", fields.sub_table("film")?);
    let [sides, bottom, top] = ["sides", "bottom", "top"]
        .map(|key| inner.required(key, Dimension::HEAT_TRANSFER_COEFFICIENT, Range::Positive));
    fields.absorb(&inner);
    Some(WallFilms { sides, bottom, top })
}
