//! Kernels' sources and what naga reads from them: bindings, shared structs, workgroup size.
//!
//! The shader is the only source of bindings and layouts.

use super::sources::expand;
use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, StorageAccess, TypeInner};
use thiserror::Error;

/// Why a kernel cannot be built or bound.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ShaderError {
    /// There is no such kernel.
    #[error("there is no kernel '{name}'")]
    UnknownKernel {
        /// The name asked for.
        name: String,
    },
    /// An include names no file of `shaders/shared/`.
    #[error("kernel {kernel}: include of '{include}', which shaders/shared/ does not have")]
    UnknownInclude {
        /// The kernel.
        kernel: String,
        /// The name after `//!include`.
        include: String,
    },
    /// The text is not WGSL that the device takes.
    #[error("kernel {kernel}: {message}")]
    Invalid {
        /// The kernel.
        kernel: String,
        /// The parser's or validator's message, with the line.
        message: String,
    },
    /// The shader uses something that kernels here do not.
    #[error("kernel {kernel}: {what} is not supported")]
    Unsupported {
        /// The kernel.
        kernel: String,
        /// What it uses.
        what: String,
    },
    /// The host offers an array that the shader does not have.
    #[error("kernel {kernel} has no array '{name}'{}", did_you_mean(nearest))]
    UnknownArgument {
        /// The kernel.
        kernel: String,
        /// The name offered.
        name: String,
        /// The nearest name that it has.
        nearest: Option<String>,
    },
    /// The shader has an array that the host does not offer.
    #[error("kernel {kernel} needs the array '{name}'")]
    MissingArgument {
        /// The kernel.
        kernel: String,
        /// The array.
        name: String,
    },
    /// Host and shader disagree about a shared struct.
    #[error("kernel {kernel}: struct {name} is {shader} in the shader and {host} on the host")]
    Layout {
        /// The kernel.
        kernel: String,
        /// The struct.
        name: String,
        /// Members and offsets in the shader.
        shader: String,
        /// Members and offsets on the host.
        host: String,
    },
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!("; did you mean '{name}'?"))
}

/// How a kernel uses a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Parameters of the dispatch.
    Uniform,
    /// An array that is read.
    Read,
    /// An array that is written, or read and written.
    ReadWrite,
}

/// One `var` with a binding.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Binding {
    pub(crate) name: String,
    pub(crate) index: u32,
    pub(crate) access: Access,
    /// Name of the struct that it holds; empty for arrays.
    pub(crate) structure: String,
}

/// A struct of the shader: size in bytes, members and their offsets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Structure {
    pub(crate) name: String,
    pub(crate) size: u32,
    pub(crate) members: Vec<(String, usize)>,
}

/// A validated shader and what it says about itself.
#[derive(Clone, Debug)]
pub(crate) struct Shader {
    pub(crate) name: String,
    /// The text with its includes in place.
    pub(crate) text: String,
    pub(crate) entry_point: String,
    pub(crate) workgroup_size: u32,
    /// In the order of their indices.
    pub(crate) bindings: Vec<Binding>,
    pub(crate) structures: Vec<Structure>,
}

impl Shader {
    /// Parses, validates for a device of these capabilities, and reflects.
    pub(crate) fn new(name: &str, source: &str, capabilities: Capabilities) -> Result<Self, ShaderError> {
        let text = expand(name, source)?;
        let invalid = |message| ShaderError::Invalid { kernel: name.into(), message };
        let module = naga::front::wgsl::parse_str(&text)
            .map_err(|e| invalid(e.emit_to_string_with_path(&text, name)))?;
        Validator::new(ValidationFlags::all(), capabilities)
            .validate(&module)
            .map_err(|e| invalid(e.emit_to_string_with_path(&text, name)))?;

        let unsupported = |what: &str| ShaderError::Unsupported { kernel: name.into(), what: what.into() };
        if let Some((_, value)) = module.overrides.iter().next() {
            // The host sets none, and a workgroup size given by one would be reported as 1.
            return Err(unsupported(&format!(
                "override {}",
                value.name.as_deref().unwrap_or("without name")
            )));
        }
        let [entry] = module.entry_points.as_slice() else {
            return Err(unsupported("any number of entry points but one"));
        };
        let [workgroup_size, 1, 1] = entry.workgroup_size else {
            return Err(unsupported("a workgroup of more than one axis"));
        };
        Ok(Self {
            name: name.into(),
            entry_point: entry.name.clone(),
            workgroup_size,
            bindings: bindings(name, &module)?,
            structures: structures(&module),
            text,
        })
    }

    /// Arrays, in the order of their indices.
    pub(crate) fn arrays(&self) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(|binding| binding.access != Access::Uniform)
    }

    /// The parameters' binding.
    pub(crate) fn uniform(&self) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.access == Access::Uniform)
    }

    /// Compares the struct of the parameters with the host's.
    pub(crate) fn check_layout(&self, host: &str, members: &[(&str, usize)]) -> Result<(), ShaderError> {
        let name = self.uniform().map_or("", |uniform| uniform.structure.as_str());
        let own = self.structures.iter().find(|structure| structure.name == name);
        let own_members = own.map_or(&[][..], |structure| &structure.members);
        let same =
            own_members.iter().map(|(name, offset)| (name.as_str(), *offset)).eq(members.iter().copied());
        if name == host && same {
            return Ok(());
        }
        Err(ShaderError::Layout {
            kernel: self.name.clone(),
            name: if name.is_empty() { host.into() } else { name.into() },
            shader: format!("{name} {own_members:?}"),
            host: format!("{host} {members:?}"),
        })
    }

    /// Where each of the named arrays goes: positions in `names` in the order of [`Self::arrays`].
    pub(crate) fn order(&self, names: &[&str]) -> Result<Vec<usize>, ShaderError> {
        if let Some(unknown) = names.iter().find(|name| !self.arrays().any(|array| array.name == **name)) {
            let near = |array: &Binding| (strsim::osa_distance(&array.name, unknown), array.name.clone());
            let nearest = self.arrays().map(near).min().filter(|(distance, _)| *distance <= 3);
            return Err(ShaderError::UnknownArgument {
                kernel: self.name.clone(),
                name: (*unknown).into(),
                nearest: nearest.map(|(_, name)| name),
            });
        }
        let place = |array: &Binding| names.iter().position(|name| array.name == *name);
        self.arrays()
            .map(|array| {
                place(array).ok_or_else(|| ShaderError::MissingArgument {
                    kernel: self.name.clone(),
                    name: array.name.clone(),
                })
            })
            .collect()
    }
}

fn bindings(kernel: &str, module: &naga::Module) -> Result<Vec<Binding>, ShaderError> {
    let mut found = Vec::new();
    for (_, variable) in module.global_variables.iter() {
        let Some(place) = &variable.binding else { continue };
        let unsupported = |what: &str| ShaderError::Unsupported {
            kernel: kernel.into(),
            what: format!("{what} ({})", variable.name.as_deref().unwrap_or("without name")),
        };
        if place.group != 0 {
            return Err(unsupported("a bind group other than 0"));
        }
        let access = match variable.space {
            AddressSpace::Uniform => Access::Uniform,
            AddressSpace::Storage { access } if access.contains(StorageAccess::STORE) => Access::ReadWrite,
            AddressSpace::Storage { .. } => Access::Read,
            _ => return Err(unsupported("a binding that is no buffer")),
        };
        let name = variable.name.clone().ok_or_else(|| unsupported("a binding without a name"))?;
        let kind = &module.types[variable.ty];
        let structure = match (&kind.inner, access) {
            (TypeInner::Struct { .. }, Access::Uniform) => kind.name.clone().unwrap_or_default(),
            (TypeInner::Array { .. }, Access::Read | Access::ReadWrite) => String::new(),
            _ => return Err(unsupported("a uniform that is no struct, or storage that is no array")),
        };
        found.push(Binding { name, index: place.binding, access, structure });
    }
    if found.iter().filter(|binding| binding.access == Access::Uniform).count() > 1 {
        let what = "more than one struct of parameters".into();
        return Err(ShaderError::Unsupported { kernel: kernel.into(), what });
    }
    found.sort_by_key(|binding| binding.index);
    Ok(found)
}

fn structures(module: &naga::Module) -> Vec<Structure> {
    let mut found = Vec::new();
    for (_, kind) in module.types.iter() {
        let (Some(name), TypeInner::Struct { members, span }) = (&kind.name, &kind.inner) else { continue };
        let members = members
            .iter()
            .map(|member| (member.name.clone().unwrap_or_default(), member.offset as usize))
            .collect();
        found.push(Structure { name: name.clone(), size: *span, members });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::parameters::{
        Axpy, Count, Flow, Forced, Ghosts, Grids, Inertia, Law, Level, Levels, LineSweep, Linked, Parameters,
        Range, Refined, Relaxation, Rows, Settling, Sweep,
    };
    use super::super::sources::{SOURCES, source, with_arithmetic};
    use super::*;
    use crate::backend::refinement::ResidualPrecision;

    fn read(name: &str) -> Shader {
        let text = with_arithmetic(source(name).unwrap(), ResidualPrecision::TwoWords).unwrap();
        Shader::new(name, &text, Capabilities::empty()).unwrap()
    }

    #[test]
    fn every_kernel_is_valid_without_optional_features_and_fits_the_default_limits() {
        for (name, _) in SOURCES {
            let shader = read(name);
            assert!(shader.arrays().count() <= 8, "{name} binds more than eight arrays");
            assert!([1, 256].contains(&shader.workgroup_size), "{name}: {}", shader.workgroup_size);
        }
    }

    #[test]
    fn every_struct_of_every_kernel_lies_on_the_host_as_in_the_shader() {
        fn known<P: Parameters>() -> (&'static str, usize, &'static [(&'static str, usize)]) {
            (P::NAME, size_of::<P>(), P::MEMBERS)
        }
        let host = [
            known::<Axpy>(),
            known::<Count>(),
            known::<Level>(),
            known::<Levels>(),
            known::<Range>(),
            known::<Sweep>(),
            known::<LineSweep>(),
            known::<Refined>(),
            known::<Linked>(),
            known::<Rows>(),
            known::<Flow>(),
            known::<Law>(),
            known::<Relaxation>(),
            known::<Inertia>(),
            known::<Ghosts>(),
            known::<Settling>(),
            known::<Grids>(),
            known::<Forced>(),
        ];
        for (name, _) in SOURCES {
            for structure in read(name).structures {
                let (_, size, members) = host.iter().find(|(name, ..)| *name == structure.name).unwrap();
                let shader: Vec<_> =
                    structure.members.iter().map(|(name, at)| (name.as_str(), *at)).collect();
                assert_eq!(shader, *members, "{name}: {}", structure.name);
                assert_eq!(structure.size as usize, *size, "{name}: {}", structure.name);
            }
        }
    }

    #[test]
    fn arrays_are_bound_by_name_in_whatever_order_they_are_given() {
        assert_eq!(
            read("divide").order(&["breakdown", "out", "denominator", "numerator"]).unwrap(),
            [3, 2, 1, 0]
        );
    }

    #[test]
    fn a_misspelt_array_is_refused_with_the_nearest_name() {
        let error = read("divide").order(&["numerater", "denominator", "out", "breakdown"]).unwrap_err();
        assert_eq!(error.to_string(), "kernel divide has no array 'numerater'; did you mean 'numerator'?");
    }

    #[test]
    fn a_forgotten_array_is_refused() {
        let error = read("divide").order(&["numerator", "denominator", "out"]).unwrap_err();
        assert_eq!(error, ShaderError::MissingArgument { kernel: "divide".into(), name: "breakdown".into() });
    }

    #[test]
    fn members_that_differ_from_the_hosts_are_refused() {
        let swapped =
            source("axpy").unwrap().replace("sign: f32,\n    count: u32,", "count: u32,\n    sign: f32,");
        let shader = Shader::new("axpy", &swapped, Capabilities::empty()).unwrap();
        let error = shader.check_layout(Axpy::NAME, Axpy::MEMBERS).unwrap_err();
        assert!(matches!(error, ShaderError::Layout { .. }), "{error}");
        assert!(shader.check_layout(Count::NAME, Count::MEMBERS).is_err());
    }

    #[test]
    fn an_unknown_include_and_a_mistake_in_the_text_are_named() {
        let error = Shader::new("k", "//!include inovcation\n", Capabilities::empty()).unwrap_err();
        assert!(error.to_string().contains("'inovcation'"), "{error}");
        let error = Shader::new("k", "fn main() { let x = ; }", Capabilities::empty()).unwrap_err();
        assert!(error.to_string().contains("k:1"), "{error}");
    }

    #[test]
    fn an_override_is_refused_because_the_host_sets_none() {
        let text = "override wide: u32 = 64; @compute @workgroup_size(wide) fn main() {}";
        let error = Shader::new("k", text, Capabilities::empty()).unwrap_err();
        assert!(error.to_string().contains("override wide"), "{error}");
    }

    #[test]
    fn kernels_of_the_residual_bind_the_same_arrays_in_f64() {
        for (name, source) in SOURCES.iter().filter(|(_, source)| source.contains("//!include extended\n")) {
            let text = with_arithmetic(source, ResidualPrecision::F64).unwrap();
            assert!(Shader::new(name, &text, Capabilities::empty()).is_err(), "{name} needs no f64");
            let shader = Shader::new(name, &text, Capabilities::FLOAT64).unwrap();
            assert_eq!(shader.bindings, read(name).bindings, "{name}");
        }
    }

    #[test]
    fn f64_is_refused_unless_the_device_has_it() {
        let text = "@compute @workgroup_size(1) fn main() { var x = f64(1.0); x += 1.0lf; }";
        assert!(Shader::new("k", text, Capabilities::empty()).is_err());
        assert!(Shader::new("k", text, Capabilities::FLOAT64).is_ok());
    }
}
