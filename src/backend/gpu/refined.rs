//! Refinement on the device: its kernels and the operations.
//!
//! Whether it is f64, two f32 words or none is `open`'s choice.

use super::buffers::single;
use super::device::Device;
use super::extended::{Extended, GROUPS, OnDevice, OnHost, Place, values, words};
use super::kernel::Kernel;
use super::kernels::{Edit, build_text};
use super::operator::index;
use super::parameters::{Axpy, Linked, Refined, Rows};
use super::{Field, GpuBackend, Operator, sources};
use crate::backend::refinement::{
    Refinement, ResidentArrays, ResidualPrecision, ResidualSums, joined, scale,
};
use crate::backend::{Backend, BackendError};
use crate::model::system::{LinearSystem, State};

/// Kernels in extended precision, one for every `shaders/refined_*.wgsl`.
#[derive(Debug)]
pub(super) struct RefinedKernels {
    pub(super) precision: ResidualPrecision,
    residual: Kernel<Refined>,
    scatter: Kernel<Linked>,
    gather: Kernel<Linked>,
    partial: Kernel<Rows>,
    total: Kernel<Linked>,
    round: Kernel<Rows>,
    add: Kernel<Rows>,
}

impl RefinedKernels {
    /// Builds all of them for an arithmetic of the device; `edit` sees each source with the arithmetic in it.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] for the first that the device refuses.
    pub(super) fn new(
        device: &Device,
        precision: ResidualPrecision,
        edit: Edit<'_>,
    ) -> Result<Self, BackendError> {
        let text = |name: &str| {
            let source = sources::source(name).map_err(|e| device.error(e))?;
            sources::with_arithmetic(source, precision).map_err(|e| device.error(e))
        };
        Ok(Self {
            precision,
            residual: build_text(device, "refined_residual", &text("refined_residual")?, edit)?,
            scatter: build_text(device, "refined_scatter", &text("refined_scatter")?, edit)?,
            gather: build_text(device, "refined_gather", &text("refined_gather")?, edit)?,
            partial: build_text(device, "refined_partial", &text("refined_partial")?, edit)?,
            total: build_text(device, "refined_total", &text("refined_total")?, edit)?,
            round: build_text(device, "refined_round", &text("refined_round")?, edit)?,
            add: build_text(device, "refined_add", &text("refined_add")?, edit)?,
        })
    }
}

impl GpuBackend {
    /// Fills the arrays that a residual writes with NaN, so that a kernel that reads what it has not written
    /// shows it.
    pub fn poison_residual(&self, extended: &Extended<'_>) {
        let Place::Device(held) = &extended.0 else { return };
        let nodes = held.rows - held.cells();
        let arrays = [(&held.r, 2 * held.rows), (&held.magnitude, held.rows), (&held.node_r, nodes)];
        for (buffer, length) in arrays.into_iter().chain([(&held.partials, 6 * GROUPS), (&held.sums, 6)]) {
            // All bits set are NaN as f32 and as f64.
            let poison = vec![u32::MAX; length];
            self.recorder.write(&self.device, buffer.raw(), bytemuck::cast_slice(&poison));
        }
    }

    /// The last true residual and the magnitude of its terms, as the device holds them: for tests.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    pub fn true_residual(&self, extended: &Extended<'_>) -> Result<(State, State), BackendError> {
        match &extended.0 {
            Place::Host(held) => Ok(held.system.residual(&held.x, &held.b)),
            Place::Device(held) => {
                let rows = held.rows as u64;
                let r = self.recorder.read(&self.device, &[(held.r.raw(), 8 * rows)])?;
                let magnitude = self.recorder.read(&self.device, &[(held.magnitude.raw(), 4 * rows)])?;
                let split = |all: Vec<f64>| State {
                    cells: all[..held.cells()].to_vec(),
                    nodes: all[held.cells()..].to_vec(),
                };
                Ok((split(values(held.precision, &r)), split(super::numbers(&magnitude))))
            }
        }
    }

    fn residual_on_device(&self, kernels: &RefinedKernels, held: &OnDevice) {
        let [a_x, a_y, a_z] = &held.a;
        let arrays = [
            ("a_x", a_x),
            ("a_y", a_y),
            ("a_z", a_z),
            ("sink", &held.sink),
            ("x", &held.x),
            ("b", &held.b),
            ("r", &held.r),
            ("magnitude", &held.magnitude),
        ];
        self.run(&kernels.residual, &arrays, held.level(), held.rows);
        let (cells, nodes) = (&held.cell_links, &held.node_links);
        self.run(&kernels.scatter, &held.linked(cells), cells.linked(), cells.count);
        self.run_workgroups(&kernels.gather, &held.linked(nodes), nodes.linked(), nodes.count, nodes.links);
    }

    fn sums_on_device(&self, kernels: &RefinedKernels, held: &OnDevice) {
        let partial = &kernels.partial;
        let dimension = self.device.limits().max_compute_workgroups_per_dimension as usize;
        let groups = held.rows.div_ceil(partial.workgroup_size() as usize).min(GROUPS).min(dimension);
        let arrays = [("r", &held.r), ("magnitude", &held.magnitude), ("partials", &held.partials)];
        self.run_workgroups(partial, &arrays, held.all(), groups, held.rows);
        let arrays = [("partials", &held.partials), ("sums", &held.sums)];
        let counted = Linked { count: index(groups), zero: 0 };
        self.run_workgroups(&kernels.total, &arrays, counted, 1, 3 * GROUPS);
    }

    fn residual_on_host(&self, held: &mut OnHost<'_>, a: &Operator, r: &mut Field) {
        let (residual, magnitude) = held.system.residual(&held.x, &held.b);
        let (norm, sum) = (residual.norm(), residual.values().sum());
        held.sums = ResidualSums { norm, magnitude: magnitude.norm(), sum };
        let scaled = |v: &f64| if norm > 0.0 { v / norm } else { 0.0 };
        self.recorder.count_host_residual();
        self.upload(&residual.cells.iter().map(scaled).collect::<Vec<_>>(), r);
        held.node_r = residual.nodes.iter().map(scaled).collect();
        if let Some(nodes) = &a.nodes {
            self.recorder.write(
                &self.device,
                nodes.node_rhs.raw(),
                bytemuck::cast_slice(&single(&held.node_r)),
            );
        }
    }
}

impl Refinement for GpuBackend {
    type Extended<'a> = Extended<'a>;

    fn residual_precision(&self) -> ResidualPrecision {
        self.refined.as_ref().map_or(ResidualPrecision::Host, |kernels| kernels.precision)
    }

    fn array_limit(&self) -> Option<u64> {
        Some(self.allocator.available(&self.device))
    }

    fn check_size(&self, system: &LinearSystem) -> Result<(), BackendError> {
        let (cells, nodes) = (system.cells() as u64, system.nodes() as u64);
        let word = if self.refined.is_some() { 8 } else { 4 };
        let sides = if system.is_advective() { 2 } else { 1 };
        let arrays = [
            ("coefficients of an axis", word * sides * cells),
            ("values of cells and nodes", word * (cells + nodes)),
            ("links of compact nodes", word * system.border.cell_links.len() as u64),
            ("couplings of compact nodes", 4 * nodes * nodes),
        ];
        let available = self.allocator.available(&self.device);
        match arrays.into_iter().max_by_key(|(_, bytes)| *bytes) {
            Some((what, needed)) if needed > available => {
                Err(BackendError::TooLarge { what: format!("one array ({what})"), needed, available })
            }
            _ => Ok(()),
        }
    }

    fn resident_arrays<E>(&self, make: impl FnOnce() -> Result<(), E>) -> Result<Vec<ResidentArrays>, E> {
        self.device.set_dry(true);
        let made = make();
        self.device.set_dry(false);
        let arrays = self.allocator.take_noted();
        made.map(|()| arrays)
    }

    fn extended<'a>(
        &self,
        system: &'a LinearSystem,
        node_inverse: &[f64],
    ) -> Result<Extended<'a>, BackendError> {
        Extended::new(self, system, node_inverse)
    }

    fn set_values(&self, extended: &mut Extended<'_>, x: &State, b: &State) {
        match &mut extended.0 {
            Place::Host(held) => (held.x, held.b) = (x.clone(), b.clone()),
            Place::Device(held) => {
                held.scale = scale(b);
                for (state, buffer) in [(x, &held.x), (b, &held.b)] {
                    let values = joined(state);
                    if self.same_size("values", &[values.len(), held.rows]) {
                        let words: Vec<_> = values.iter().map(|&v| words(held.precision, v)).collect();
                        self.recorder.write(&self.device, buffer.raw(), bytemuck::cast_slice(&words));
                    }
                }
            }
        }
    }

    fn values(&self, extended: &Extended<'_>) -> Result<State, BackendError> {
        match &extended.0 {
            Place::Host(held) => Ok(held.x.clone()),
            Place::Device(held) => {
                let bytes = self.recorder.read(&self.device, &[(held.x.raw(), 8 * held.rows as u64)])?;
                let mut cells = values(held.precision, &bytes);
                let nodes = cells.split_off(held.cells());
                Ok(State { cells, nodes })
            }
        }
    }

    fn refined_residual(&self, extended: &mut Extended<'_>, a: &Operator, r: &mut Field) {
        match (&mut extended.0, &self.refined) {
            (Place::Device(held), Some(kernels)) => {
                self.residual_on_device(kernels, held);
                self.sums_on_device(kernels, held);
                let arrays =
                    [("r", &held.r), ("sums", &held.sums), ("field", &r.values), ("node_r", &held.node_r)];
                self.run(&kernels.round, &arrays, held.all(), held.rows);
                if let Some(nodes) = &a.nodes {
                    self.gather_rows(nodes, &held.node_r);
                    self.scatter(nodes, &nodes.one, None, r);
                }
            }
            (Place::Host(held), _) => {
                self.residual_on_host(held, a, r);
                if let Some(nodes) = &a.nodes {
                    self.gather_rows(nodes, &nodes.node_rhs);
                    self.scatter(nodes, &nodes.one, None, r);
                }
            }
            (Place::Device(_), None) => self.fail("a system of another backend"),
        }
    }

    fn residual_sums(&self, extended: &Extended<'_>) -> Result<ResidualSums, BackendError> {
        match &extended.0 {
            Place::Host(held) => Ok(held.sums),
            Place::Device(held) => {
                let bytes = self.recorder.read(&self.device, &[(held.sums.raw(), 24)])?;
                let sums = values(held.precision, &bytes);
                Ok(ResidualSums {
                    norm: sums[0].sqrt() / held.scale,
                    magnitude: sums[1].sqrt() / held.scale,
                    sum: sums[2] / held.scale,
                })
            }
        }
    }

    fn add_correction(
        &self,
        extended: &mut Extended<'_>,
        a: &Operator,
        e: &Field,
    ) -> Result<(), BackendError> {
        match (&mut extended.0, &self.refined) {
            (Place::Device(held), Some(kernels)) => {
                let mut node_e = &held.node_r;
                if let Some(nodes) = a.nodes.as_ref().filter(|nodes| nodes.count > 0) {
                    self.gather_links(nodes, e);
                    let arrays = [("alpha", &held.one), ("x", &held.node_r), ("y", &nodes.node_rhs)];
                    let parameters = Axpy { sign: 1.0, count: index(nodes.count) };
                    self.run(&self.kernels.axpy, &arrays, parameters, nodes.count);
                    self.matrix_product(&nodes.inverse, &nodes.node_rhs, &nodes.node_x);
                    node_e = &nodes.node_x;
                }
                let arrays = [("e", &e.values), ("node_e", node_e), ("sums", &held.sums), ("x", &held.x)];
                self.run(&kernels.add, &arrays, held.all(), held.rows);
                Ok(())
            }
            (Place::Host(held), _) => {
                let norm = held.sums.norm;
                let e = self.download(e)?;
                held.x.cells.iter_mut().zip(&e).for_each(|(x, e)| *x += norm * e);
                let mut node_side = std::mem::take(&mut held.node_r);
                for link in &held.system.border.cell_links {
                    node_side[link.node] += link.conductance * e[link.cell];
                }
                let count = node_side.len();
                for (x, row) in held.x.nodes.iter_mut().zip(held.node_inverse.chunks(count.max(1))) {
                    *x += norm * row.iter().zip(&node_side).map(|(d, v)| d * v).sum::<f64>();
                }
                Ok(())
            }
            (Place::Device(_), None) => Err(self.device.error("a system of another backend")),
        }
    }
}
