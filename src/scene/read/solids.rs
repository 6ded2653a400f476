//! Materials, blocks, plates, boards, sources and contacts.

use crate::material::solid;
use crate::units::Dimension;

use super::geometry::{NOWHERE, axis, region};
use super::{Builder, Class, Placed};
use crate::scene::diagnostic::{Mistake, Place};
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::kind::Kind;
use crate::scene::scope::Scope;
use crate::scene::{Contact, Material, MaterialId, Origin, Solid, Source, Value};

/// What conducts anything, W/(m K): a vacuum panel has 5e-3, a heat pipe seen as a solid 1e5.
const CONDUCTIVITIES: Range = Range::Within(1e-6, 1e7);

/// 20 °C, the default reference temperature, K.
const ROOM: f64 = 293.15;

impl Builder<'_> {
    pub(super) fn material(&mut self, item: &Item, fields: &Fields<'_>) {
        if !fields.has("conductivity") {
            fields.missing("conductivity", "\"400 W/mK\"");
        }
        let conductivity = fields.vector("conductivity", Dimension::CONDUCTIVITY, CONDUCTIVITIES, true);
        let material = Material {
            name: item.path.clone(),
            conductivity: conductivity.unwrap_or([1.0; 3]),
            temperature_coefficient: fields.or(
                "temperature_coefficient",
                Dimension::PER_TEMPERATURE,
                Range::Any,
                0.0,
            ),
            reference_temperature: fields.or(
                "reference_temperature",
                Dimension::TEMPERATURE,
                Range::NotNegative,
                ROOM,
            ),
            density: fields.or("density", Dimension::DENSITY, Range::Positive, 1000.0),
            specific_heat: fields.or("specific_heat", Dimension::SPECIFIC_HEAT, Range::Positive, 1000.0),
            origin: fields.origin(),
        };
        let local = item.path.strip_prefix(item.scope.prefix.as_str()).unwrap_or(&item.path).to_owned();
        let id = MaterialId(self.scene.materials.len());
        self.scene.materials.push(material);
        item.scope.materials.borrow_mut().insert(local, id);
    }

    /// The material of a name: of this file, of those around it, of the library.
    pub(in crate::scene) fn material_named(
        &mut self,
        name: &str,
        place: Place,
        scope: &Scope,
        what: &str,
    ) -> Option<MaterialId> {
        let mut at = Some(scope);
        while let Some(scope) = at {
            if let Some(&id) = scope.materials.borrow().get(name) {
                return Some(id);
            }
            at = scope.parent.as_deref();
        }
        if let Some(index) = self.scene.materials.iter().position(|material| {
            material.name == name
                && solid::solid(name).is_some_and(|known| known.source == material.origin.source)
        }) {
            return Some(MaterialId(index));
        }
        let Some(known) = solid::solid(name) else {
            let mut names: Vec<String> = solid::names().map(str::to_owned).collect();
            let mut at = Some(scope);
            while let Some(scope) = at {
                names.extend(scope.materials.borrow().keys().cloned());
                at = scope.parent.as_deref();
            }
            let message = format!("{what} is made of '{name}', a material that is not known");
            let mistake = Mistake::new("racktherm::unknown_material", message).at(place, "unknown material");
            self.log.add(mistake.nearest(name, names.iter().map(String::as_str)));
            return None;
        };
        self.scene.materials.push(Material {
            name: name.to_owned(),
            conductivity: known.conductivity,
            temperature_coefficient: known.temperature_coefficient,
            reference_temperature: known.reference_temperature,
            density: known.density,
            specific_heat: known.specific_heat,
            origin: Origin { source: known.source.to_owned(), status: known.status },
        });
        Some(MaterialId(self.scene.materials.len() - 1))
    }

    pub(super) fn solid(&mut self, index: usize, item: &Item, fields: &Fields<'_>) {
        let region = region(fields, item.shift);
        let material = match item.kind {
            Kind::Board => self.board_material(item, fields, region.map(|region| region.size())),
            _ => self.required_material(item, fields),
        };
        let replaces = fields.truth("replaces", false);
        let power = self.power(index, "power", fields);
        let fixed_temperature = fields.quantity("temperature", Dimension::TEMPERATURE, Range::NotNegative);
        let limit = self.limit("limit", false, fields);
        let default_role = if item.kind == Kind::Board { "board" } else { "" };
        let role = fields.text("role").unwrap_or(default_role).to_owned();
        if let Some(region) = region {
            self.placed.push(Placed { item: index, region, class: Class::Solid { replaces } });
        }
        self.scene.solids.push(Solid {
            name: item.path.clone(),
            region: region.unwrap_or(NOWHERE),
            material: material.unwrap_or(MaterialId(0)),
            power,
            fixed_temperature,
            limit,
            role,
            replaces,
            origin: fields.origin(),
        });
    }

    fn required_material(&mut self, item: &Item, fields: &Fields<'_>) -> Option<MaterialId> {
        let name = fields.required_text("material", "\"aluminium\"");
        if name.is_empty() {
            return None;
        }
        self.material_named(name, fields.place("material"), &item.scope, &fields.what)
    }

    /// Of the library, or two conductivities with the normal of the board.
    fn board_material(
        &mut self,
        item: &Item,
        fields: &Fields<'_>,
        size: Option<[f64; 3]>,
    ) -> Option<MaterialId> {
        let normal = axis("normal", fields);
        let in_plane = fields.quantity("in_plane", Dimension::CONDUCTIVITY, Range::Positive);
        let through = fields.quantity("through_plane", Dimension::CONDUCTIVITY, Range::Positive);
        let density = fields.or("density", Dimension::DENSITY, Range::Positive, 1900.0);
        let specific_heat = fields.or("specific_heat", Dimension::SPECIFIC_HEAT, Range::Positive, 1100.0);
        let given = fields.has("in_plane") || fields.has("through_plane");
        if fields.has("material") == given {
            let message = format!("{} needs 'material', or 'in_plane' and 'through_plane'", fields.what);
            let code = if given { "racktherm::conflict" } else { "racktherm::missing_key" };
            let help = "for example in_plane = \"35 W/mK\", through_plane = \"0.5 W/mK\"";
            fields.complain(code, "material", message, "one of the two", help);
            return None;
        }
        let thinnest =
            size.map_or(2, |size| (0..3).min_by(|&a, &b| size[a].total_cmp(&size[b])).unwrap_or(2));
        let normal = normal.map_or(thinnest, |axis| axis as usize);
        if !given {
            let id = self.required_material(item, fields)?;
            return Some(self.turned(id, normal));
        }
        for key in ["in_plane", "through_plane"] {
            if !fields.has(key) {
                fields.missing(key, "\"0.5 W/mK\"");
            }
        }
        let (in_plane, through) = (in_plane?, through?);
        let mut conductivity = [in_plane; 3];
        conductivity[normal] = through;
        let material = Material {
            name: format!("{} (board)", item.path),
            conductivity,
            temperature_coefficient: 0.0,
            reference_temperature: ROOM,
            density,
            specific_heat,
            origin: fields.origin(),
        };
        Some(self.shared(material))
    }

    /// Library boards resist along z; this turns them to another normal.
    fn turned(&mut self, id: MaterialId, normal: usize) -> MaterialId {
        let material = &self.scene.materials[id.0];
        if normal == 2 || material.conductivity[normal] == material.conductivity[2] {
            return id;
        }
        let mut material = material.clone();
        material.conductivity.swap(normal, 2);
        material.name = format!("{} (normal {})", material.name, ["x", "y", "z"][normal]);
        self.shared(material)
    }

    /// Materials of equal values are one, whatever array they come from.
    fn shared(&mut self, material: Material) -> MaterialId {
        let same = |known: &Material| {
            known.conductivity == material.conductivity
                && known.density == material.density
                && known.specific_heat == material.specific_heat
                && known.temperature_coefficient == material.temperature_coefficient
                && known.origin == material.origin
        };
        if let Some(index) = self.scene.materials.iter().position(same) {
            return MaterialId(index);
        }
        self.scene.materials.push(material);
        MaterialId(self.scene.materials.len() - 1)
    }

    pub(super) fn source(&mut self, index: usize, item: &Item, fields: &Fields<'_>) {
        let region = region(fields, item.shift);
        let density = fields.field("power_density", Dimension::POWER_DENSITY, Range::Any);
        if fields.has("power") == fields.has("power_density") {
            let message = format!("{} needs 'power' or 'power_density'", fields.what);
            let code = if fields.has("power") { "racktherm::conflict" } else { "racktherm::missing_key" };
            fields.complain(code, "power", message, "one of the two", "for example power = \"20 W\"");
        }
        let power = self.power(index, "power", fields);
        let region = region.unwrap_or(NOWHERE);
        let power = match density {
            Some(Value::Constant(density)) => Value::Constant(density * region.volume()),
            Some(formula) => formula,
            None => Value::Constant(power),
        };
        self.scene.sources.push(Source { name: item.path.clone(), region, power });
    }

    pub(super) fn contact(&mut self, item: &Item, fields: &Fields<'_>) {
        if !fields.has("between") {
            fields.missing("between", "[\"chip\", \"lid\"]");
        }
        let resistance = fields.required("resistance", Dimension::AREA_RESISTANCE, Range::NotNegative);
        let names = fields.texts("between");
        if fields.has("between") && names.len() != 2 {
            let message = "a contact is between two solids".to_owned();
            fields.complain(
                "racktherm::wrong_type",
                "between",
                message,
                "expected two names",
                "[\"a\", \"b\"]",
            );
        }
        let solid = |kind: Kind| kind.is_solid();
        let found: Vec<usize> = names
            .iter()
            .filter_map(|(name, node)| self.refer(item, name, node.place, fields, &solid, "a solid"))
            .collect();
        if let &[a, b] = found.as_slice() {
            let (a, b) = (self.slots[a], self.slots[b]);
            self.scene.contacts.push(Contact { a, b, resistance });
        }
    }
}
