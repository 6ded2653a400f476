//! The GPU backend: f32 on any device that wgpu reaches, one file of `shaders/` an operation; `backend::cpu`
//! holds their twins. True residuals are computed in extended precision (`refined`).
//!
//! Work is recorded and sent in large submissions (`commands`); buffers are bound by the names that the
//! shaders give them (`shader`, `kernel`). Cells lie in natural order, x fastest. What fails while work is
//! queued is reported by the next [`Backend::download`] or [`Backend::read`].

mod buffers;
mod commands;
mod device;
mod extended;
mod flow;
mod kernel;
mod kernels;
mod limits;
mod lines;
mod open;
mod operator;
mod parameters;
mod passage;
mod refined;
mod self_test;
mod shader;
mod sources;
mod stopwatch;
mod transfer;

use super::refinement::Refinement;
use super::{Backend, BackendError, Coarsening, Colour, Description};
use crate::model::system::LinearSystem;
use buffers::{Allocator, Buffer, single};
pub use commands::Counters;
use commands::Recorder;
use device::Device;
pub use device::{Choice, DeviceDescription, devices};
pub use extended::Extended;
pub use flow::{Flow, Snapshot};
use flow::{FlowKernels, FlowSources};
use kernel::{Kernel, Uniforms};
use kernels::Kernels;
pub use limits::LimitsChoice;
pub use lines::Lines;
use operator::index;
pub use operator::{Dense, Operator};
use parameters::{Axpy, Count, Parameters};
use refined::RefinedKernels;
pub use shader::ShaderError;
use std::cell::{Cell, OnceCell};
pub use transfer::{Deflation, Transfer};

/// Partial sums of a dot product at most: what one workgroup of its second stage adds up.
const PARTIALS: usize = 256;

/// The GPU backend.
#[derive(Debug)]
pub struct GpuBackend {
    kernels: Kernels,
    flow_sources: FlowSources,
    /// None until there is a flow.
    flow_kernels: OnceCell<FlowKernels>,
    /// Whether the first flow begins with the self-test of its kernels.
    flow_is_untested: Cell<bool>,
    /// None: residuals are the host's.
    refined: Option<RefinedKernels>,
    partials: Buffer,
    breakdown: Buffer,
    uniforms: Uniforms,
    recorder: Recorder,
    allocator: Allocator,
    device: Device,
}

/// One value per cell of a level, f32, in natural order.
#[derive(Debug)]
pub struct Field {
    values: Buffer,
    cells: usize,
}

/// One f32 on the device.
#[derive(Debug)]
pub struct Scalar(Option<Buffer>);

impl GpuBackend {
    /// Lets the device solve a small problem and compares with host arithmetic.
    ///
    /// # Errors
    /// [`BackendError::SelfTest`] with the first wrong number, [`BackendError::DeviceFailed`] if the device
    /// is lost.
    pub fn self_test(&self) -> Result<(), BackendError> {
        self_test::run(self)
    }

    /// What has been sent to the device so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.recorder.counters()
    }

    /// Bind groups kept for work that repeats; those of dropped fields and operators are not.
    #[must_use]
    pub fn bind_groups(&self) -> usize {
        self.allocator.groups().kept()
    }

    /// Bytes of all arrays asked for so far, those given back included.
    #[must_use]
    pub fn bytes_requested(&self) -> u64 {
        self.allocator.bytes()
    }

    /// Gives the device up, as a driver's reset would take it: every later read fails.
    pub fn abandon_device(&self) {
        self.device.raw().destroy();
    }

    /// Fills scratch arrays (partial sums, an operator's nodes) with NaN, so that a kernel that reads what
    /// it has not written shows it.
    pub fn poison_scratch(&self, a: Option<&Operator>) {
        let nodes = a.iter().filter_map(|a| a.nodes.as_ref()).flat_map(|nodes| {
            [(&nodes.node_rhs, nodes.count), (&nodes.node_x, nodes.count + nodes.beyond_seam)]
        });
        for (buffer, length) in nodes.chain([(&self.partials, PARTIALS)]) {
            self.recorder.write(&self.device, buffer.raw(), bytemuck::cast_slice(&vec![f32::NAN; length]));
        }
    }

    /// Fills the scratch arrays of lines with NaN.
    pub fn poison_lines(&self, lines: &Lines) {
        if let Some(room) = &lines.loaded {
            let nan = vec![f32::NAN; room.cells];
            self.recorder.write(&self.device, room.values.raw(), bytemuck::cast_slice(&nan));
        }
    }

    /// Queues a kernel over `invocations` cells, rows or pairs.
    fn run<P: Parameters>(
        &self,
        kernel: &Kernel<P>,
        arrays: &[(&str, &Buffer)],
        parameters: P,
        invocations: usize,
    ) {
        let workgroups = invocations.div_ceil(kernel.workgroup_size() as usize);
        self.run_workgroups(kernel, arrays, parameters, workgroups, invocations);
    }

    /// Queues a kernel of a number of workgroups that go through `cost` entries.
    fn run_workgroups<P: Parameters>(
        &self,
        kernel: &Kernel<P>,
        arrays: &[(&str, &Buffer)],
        parameters: P,
        workgroups: usize,
        cost: usize,
    ) {
        if self.device.is_dry() {
            return;
        }
        let dispatch =
            kernel.dispatch(&self.device, &self.allocator, &self.uniforms, arrays, &parameters, workgroups);
        match dispatch {
            Ok(dispatch) => self.recorder.dispatch(&self.device, &dispatch, cost as u64),
            Err(error) => self.device.fail(error),
        }
    }

    /// Leaves D⁻¹ C x in the nodes, and the values beyond the seam behind them.
    fn gather(&self, nodes: &operator::Nodes, x: &Field) {
        if nodes.count > 0 {
            self.gather_links(nodes, x);
            self.matrix_product(&nodes.inverse, &nodes.node_rhs, &nodes.node_x);
        }
        if nodes.beyond_seam > 0 {
            let arrays = [("seam_cell", &nodes.seam_cell), ("x", &x.values), ("node_x", &nodes.node_x)];
            self.run(&self.kernels.seam, &arrays, nodes.behind(), nodes.beyond_seam);
        }
    }

    /// Leaves D⁻¹ of these rows in the nodes, and 0 beyond the seam.
    fn gather_rows(&self, nodes: &operator::Nodes, rows: &Buffer) {
        self.recorder.clear(&self.device, nodes.node_x.raw());
        if nodes.count > 0 {
            self.matrix_product(&nodes.inverse, rows, &nodes.node_x);
        }
    }

    /// Leaves C x in the nodes.
    fn gather_links(&self, nodes: &operator::Nodes, x: &Field) {
        let arrays = [
            ("node_first", &nodes.node_first),
            ("link_cell", &nodes.link_cell),
            ("link_conductance", &nodes.conductance_by_node),
            ("x", &x.values),
            ("node_rhs", &nodes.node_rhs),
        ];
        self.run_workgroups(&self.kernels.gather, &arrays, nodes.counted(), nodes.count, nodes.links);
    }

    /// Adds the nodes' share to the linked cells of a colour, relaxed, or to all.
    fn scatter(&self, nodes: &operator::Nodes, weight: &Buffer, colour: Option<(Colour, f64)>, y: &Field) {
        let arrays = [
            ("linked_cell", &nodes.linked_cell),
            ("linked_first", &nodes.linked_first),
            ("link_node", &nodes.link_node),
            ("link_conductance", &nodes.conductance_by_cell),
            ("weight", weight),
            ("node_x", &nodes.node_x),
            ("y", &y.values),
        ];
        let (colour, omega) = (colour.map(|c| c.0), colour.map_or(1.0, |c| c.1));
        let range = nodes.range(colour, omega);
        self.run(&self.kernels.scatter, &arrays, range, range.count as usize);
    }

    fn matrix_product(&self, m: &Dense, x: &Buffer, y: &Buffer) {
        self.run(&self.kernels.multiply, &[("m", &m.m), ("x", x), ("y", y)], m.counted(), m.rows);
    }

    /// Remembers for the next read that the caller asked for something impossible.
    fn fail(&self, reason: &str) {
        self.device.fail(self.device.error(reason));
    }

    /// Remembers a failure unless the fields are of one size.
    fn same_size(&self, operation: &str, sizes: &[usize]) -> bool {
        let same = sizes.iter().all(|&size| size == sizes[0]);
        if !same {
            self.fail(&format!("{operation} of fields of {sizes:?} cells"));
        }
        same
    }
}

impl Backend for GpuBackend {
    type Field = Field;
    type Scalar = Scalar;
    type Operator = Operator;
    type Transfer = Transfer;
    type Lines = Lines;
    type Dense = Dense;
    type Deflation = Deflation;

    fn description(&self) -> Description {
        Description {
            kind: "gpu",
            device: self.device.name().into(),
            driver: self.device.driver().into(),
            residual_precision: self.residual_precision(),
        }
    }

    fn field(&self, size: [usize; 3]) -> Result<Field, BackendError> {
        let cells = size.iter().product();
        Ok(Field { values: self.allocator.zeros(&self.device, "a field", cells)?, cells })
    }

    fn scalar(&self) -> Scalar {
        let made = self.allocator.zeros(&self.device, "a scalar", 1);
        Scalar(made.map_err(|error| self.device.fail(error)).ok())
    }

    fn operator(&self, system: &LinearSystem, node_inverse: &[f64]) -> Result<Operator, BackendError> {
        Operator::new(&self.device, &self.allocator, system, node_inverse)
    }

    fn lines(&self, system: &LinearSystem, axis: usize) -> Result<Lines, BackendError> {
        Lines::new(&self.device, &self.allocator, system, axis)
    }

    fn transfer(&self, coarsening: &Coarsening) -> Result<Transfer, BackendError> {
        Transfer::new(&self.device, &self.allocator, coarsening)
    }

    fn dense(&self, rows: usize, values: &[f64]) -> Result<Dense, BackendError> {
        Dense::new(&self.device, &self.allocator, rows, values)
    }

    fn deflation(
        &self,
        _size: [usize; 3],
        of_cell: &[u32],
        inverse: &[f64],
    ) -> Result<Deflation, BackendError> {
        Deflation::new(&self.device, &self.allocator, of_cell, inverse)
    }

    fn upload(&self, values: &[f64], x: &mut Field) {
        if self.same_size("upload", &[values.len(), x.cells]) && x.cells > 0 {
            self.recorder.write(&self.device, x.values.raw(), bytemuck::cast_slice(&single(values)));
        }
    }

    fn download(&self, x: &Field) -> Result<Vec<f64>, BackendError> {
        let bytes = self.recorder.read(&self.device, &[(x.values.raw(), 4 * x.cells as u64)])?;
        Ok(numbers(&bytes))
    }

    fn read(&self, scalars: &[&Scalar]) -> Result<(Vec<f64>, bool), BackendError> {
        let values = scalars.iter().filter_map(|scalar| scalar.0.as_ref());
        let all: Vec<_> = values.chain([&self.breakdown]).map(|buffer| (buffer.raw(), 4)).collect();
        let bytes = self.recorder.read(&self.device, &all)?;
        let (values, flag) = bytes.split_at(4 * (all.len() - 1));
        let broken = flag.iter().any(|&byte| byte != 0);
        if broken {
            self.recorder.clear(&self.device, self.breakdown.raw());
        }
        Ok((numbers(values), broken))
    }

    fn clear(&self, x: &mut Field) {
        self.recorder.clear(&self.device, x.values.raw());
    }

    fn copy(&self, x: &Field, y: &mut Field) {
        if self.same_size("copy", &[x.cells, y.cells]) {
            self.recorder.copy(&self.device, x.values.raw(), y.values.raw());
        }
    }

    fn axpy(&self, sign: f64, alpha: &Scalar, x: &Field, y: &mut Field) {
        let Some(alpha) = &alpha.0 else { return };
        if self.same_size("axpy", &[x.cells, y.cells]) {
            let arrays = [("alpha", alpha), ("x", &x.values), ("y", &y.values)];
            let parameters = Axpy { sign: sign as f32, count: index(x.cells) };
            self.run(&self.kernels.axpy, &arrays, parameters, x.cells);
        }
    }

    fn dot(&self, x: &Field, y: &Field, out: &mut Scalar) {
        let Some(out) = &out.0 else { return };
        if !self.same_size("dot", &[x.cells, y.cells]) {
            return;
        }
        let first = &self.kernels.dot_partial;
        let dimension = self.device.limits().max_compute_workgroups_per_dimension as usize;
        let groups = x.cells.div_ceil(first.workgroup_size() as usize).min(PARTIALS).min(dimension);
        let arrays = [("x", &x.values), ("y", &y.values), ("partials", &self.partials)];
        self.run_workgroups(first, &arrays, Count { count: index(x.cells) }, groups, x.cells);
        let arrays = [("partials", &self.partials), ("out", out)];
        self.run_workgroups(&self.kernels.dot_total, &arrays, Count { count: index(groups) }, 1, PARTIALS);
    }

    fn divide(&self, numerator: &Scalar, denominator: &Scalar, out: &mut Scalar) {
        let (Some(numerator), Some(denominator), Some(out)) = (&numerator.0, &denominator.0, &out.0) else {
            return;
        };
        let arrays = [
            ("numerator", numerator),
            ("denominator", denominator),
            ("out", out),
            ("breakdown", &self.breakdown),
        ];
        self.run(&self.kernels.divide, &arrays, (), 1);
    }

    fn apply(&self, a: &Operator, x: &Field, y: &mut Field) {
        if !self.same_size("apply", &[a.cells(), x.cells, y.cells]) {
            return;
        }
        let [a_x, a_y, a_z] = &a.a;
        let arrays =
            [("a_x", a_x), ("a_y", a_y), ("a_z", a_z), ("sink", &a.sink), ("x", &x.values), ("y", &y.values)];
        self.run(&self.kernels.apply, &arrays, a.level(), a.cells());
        if let Some(nodes) = &a.nodes {
            self.gather(nodes, x);
            self.scatter(nodes, &nodes.minus_one, None, y);
        }
    }

    fn residual(&self, a: &Operator, x: &Field, b: &Field, r: &mut Field) {
        if !self.same_size("residual", &[a.cells(), x.cells, b.cells, r.cells]) {
            return;
        }
        let [a_x, a_y, a_z] = &a.a;
        let arrays = [
            ("a_x", a_x),
            ("a_y", a_y),
            ("a_z", a_z),
            ("sink", &a.sink),
            ("x", &x.values),
            ("b", &b.values),
            ("r", &r.values),
        ];
        self.run(&self.kernels.residual, &arrays, a.level(), a.cells());
        if let Some(nodes) = &a.nodes {
            self.gather(nodes, x);
            self.scatter(nodes, &nodes.one, None, r);
        }
    }

    fn smooth(&self, a: &Operator, colour: Colour, omega: f64, b: &Field, x: &mut Field) {
        if !self.same_size("smooth", &[a.cells(), b.cells, x.cells]) {
            return;
        }
        if let Some(nodes) = &a.nodes {
            self.gather(nodes, x);
        }
        let [a_x, a_y, a_z] = &a.a;
        let arrays =
            [("a_x", a_x), ("a_y", a_y), ("a_z", a_z), ("sink", &a.sink), ("b", &b.values), ("x", &x.values)];
        self.run(&self.kernels.smooth, &arrays, a.sweep(colour, omega), a.pairs());
        if let Some(nodes) = &a.nodes {
            self.scatter(nodes, &nodes.inverse_diagonal, Some((colour, omega)), x);
        }
    }

    fn smooth_first(&self, a: &Operator, omega: f64, b: &Field, x: &mut Field) {
        if !self.same_size("smooth_first", &[a.cells(), b.cells, x.cells]) {
            return;
        }
        let [a_x, a_y, a_z] = &a.a;
        let arrays =
            [("a_x", a_x), ("a_y", a_y), ("a_z", a_z), ("sink", &a.sink), ("b", &b.values), ("x", &x.values)];
        self.run(&self.kernels.smooth_first, &arrays, a.sweep(Colour::Red, omega), a.cells());
    }

    fn smooth_lines(&self, a: &Operator, lines: &Lines, colour: Colour, b: &Field, x: &mut Field) {
        if !self.same_size("smooth_lines", &[a.cells(), lines.cells(), b.cells, x.cells]) {
            return;
        }
        let mut loaded = b;
        if let (Some(nodes), Some(room)) = (&a.nodes, &lines.loaded) {
            self.recorder.copy(&self.device, b.values.raw(), room.values.raw());
            self.gather(nodes, x);
            self.scatter(nodes, &nodes.one, None, room);
            loaded = room;
        }
        let [along, first, second] = lines.coefficients(a);
        let inverse_pivot = ("inverse_pivot", &lines.inverse_pivot);
        let arrays = [along, first, second, inverse_pivot, ("b", &loaded.values), ("x", &x.values)];
        let kernel = &self.kernels.smooth_lines;
        let workgroups = lines.pairs().div_ceil(kernel.workgroup_size() as usize);
        self.run_workgroups(kernel, &arrays, lines.sweep(a, colour), workgroups, a.cells());
    }

    fn restrict(&self, transfer: &Transfer, fine: &Field, coarse: &mut Field) {
        if !transfer.joins(fine.cells, coarse.cells) {
            return self.fail("restrict between fields of other levels than the transfer's");
        }
        let arrays = [
            ("first", &transfer.first),
            ("own", &transfer.own),
            ("other", &transfer.other),
            ("fine", &fine.values),
            ("coarse", &coarse.values),
        ];
        let kernel = &self.kernels.restrict;
        let workgroups = coarse.cells.div_ceil(kernel.workgroup_size() as usize);
        self.run_workgroups(kernel, &arrays, transfer.levels(), workgroups, fine.cells);
    }

    fn prolong(&self, transfer: &Transfer, coarse: &Field, fine: &mut Field) {
        if !transfer.joins(fine.cells, coarse.cells) {
            return self.fail("prolong between fields of other levels than the transfer's");
        }
        let arrays = [
            ("parent", &transfer.parent),
            ("own", &transfer.own),
            ("other", &transfer.other),
            ("coarse", &coarse.values),
            ("fine", &fine.values),
        ];
        self.run(&self.kernels.prolong, &arrays, transfer.levels(), fine.cells);
    }

    fn multiply(&self, m: &Dense, x: &Field, y: &mut Field) {
        if self.same_size("multiply", &[m.rows, x.cells, y.cells]) {
            self.matrix_product(m, &x.values, &y.values);
        }
    }

    fn deflate(&self, bodies: &Deflation, r: &Field, x: &mut Field) {
        if !self.same_size("deflate", &[bodies.cells, r.cells, x.cells]) {
            return;
        }
        let arrays = [
            ("body_first", &bodies.body_first),
            ("body_cell", &bodies.body_cell),
            ("r", &r.values),
            ("sum", &bodies.sum),
        ];
        let kernels = &self.kernels;
        self.run_workgroups(&kernels.collect, &arrays, bodies.bodies(), bodies.count, bodies.members);
        self.matrix_product(&bodies.inverse, &bodies.sum, &bodies.body_x);
        let arrays = [("of_cell", &bodies.of_cell), ("body_x", &bodies.body_x), ("x", &x.values)];
        self.run(&kernels.deflate, &arrays, bodies.all_cells(), bodies.cells);
    }
}

/// Values of the device as host numbers.
fn numbers(bytes: &[u8]) -> Vec<f64> {
    bytes
        .chunks_exact(4)
        .map(|word| f64::from(f32::from_le_bytes([word[0], word[1], word[2], word[3]])))
        .collect()
}
