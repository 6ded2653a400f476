//! The flow in f32: drivers of its kernels, the twins of `backend::cpu::flow`.

mod kernels;
mod self_test;
mod snapshot;
mod state;
mod transfer;

use super::buffers::Buffer;
use super::operator::index;
use super::parameters::Count;
use super::{Field, GpuBackend, PARTIALS, numbers};
use crate::backend::BackendError;
use crate::backend::flow::{FlowArrays, FlowBackend, Imbalance, Kept, Unknown, sweep_weights};
use crate::model::flow::{Convection, FaceResistance, FlowProblem, Transfer};
pub(crate) use kernels::{FlowKernels, FlowSources};
pub use snapshot::Snapshot;
pub use state::Flow;
pub(crate) use transfer::FlowTransfer;

impl GpuBackend {
    /// Runs `queue` with the kernels of the flow; they are there once a flow is.
    fn with_flow_kernels(&self, queue: impl FnOnce(&FlowKernels)) {
        if let Some(kernels) = self.flow_kernels.get() {
            queue(kernels);
        }
    }

    /// Builds the kernels of the flow.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] for the first that the device refuses.
    fn build_flow_kernels(&self) -> Result<(), BackendError> {
        if self.flow_kernels.get().is_none() {
            let built = FlowKernels::new(&self.device, &self.flow_sources)?;
            self.flow_kernels.get_or_init(|| built);
        }
        Ok(())
    }

    /// Lets the device go through the operations of a small flow and compares with host arithmetic.
    ///
    /// # Errors
    /// [`BackendError::SelfTest`] with the first wrong number, [`BackendError::DeviceFailed`] if the device is lost or
    /// refuses a kernel.
    pub fn self_test_flow(&self) -> Result<(), BackendError> {
        self.build_flow_kernels()?;
        self_test::run(self)
    }

    /// Fills what operations of a flow write before they read it with NaN: the system, sweeps, inertia, mobilities
    /// and partial sums.
    pub fn poison_flow(&self, flow: &Flow) {
        let heat = flow.heat.as_ref().map(|heat| &heat.inertia);
        let arrays = [&flow.system, &flow.mobility, &flow.partials, &flow.sums];
        for buffer in arrays.into_iter().chain(&flow.next).chain(&flow.inertia).chain(heat) {
            let nan = vec![f32::NAN; buffer.raw().size() as usize / 4];
            self.recorder.write(&self.device, buffer.raw(), bytemuck::cast_slice(&nan));
        }
    }

    /// Puts the changes of the pressure into it.
    fn settle(&self, flow: &Flow) {
        let old = &flow.next[0];
        let bytes = 4 * flow.length() as u64;
        self.recorder.copy_into(&self.device, flow.pressure.raw(), old.raw(), 0, bytes);
        let arrays = [("old", old), ("pressure", &flow.pressure)];
        self.with_flow_kernels(|kernels| {
            for stage in [0, 1] {
                self.run(&kernels.settle, &arrays, flow.settling(stage), flow.length());
            }
        });
    }

    /// Adds what a finer grid asks of the system just filled.
    fn force(&self, flow: &Flow, unknown: Unknown) {
        let Some(force) = &flow.force else { return };
        let arrays = [("system", &flow.system), ("force", force)];
        self.with_flow_kernels(|kernels| {
            self.run(&kernels.force, &arrays, flow.forced(unknown), flow.length());
        });
    }

    /// Fills the ghosts of periodic axes of the array that begins at `first`.
    fn wrap_array(&self, flow: &Flow, x: &Buffer, first: usize) {
        self.with_flow_kernels(|kernels| {
            for axis in (0..3).filter(|&axis| flow.periodic[axis]) {
                let ghosts = flow.ghosts(axis, first);
                self.run(&kernels.wrap, &[("x", x)], ghosts, ghosts.lines as usize);
            }
        });
    }

    /// Values of a buffer of the flow.
    fn flow_values(&self, buffer: &Buffer) -> Result<Vec<u8>, BackendError> {
        self.recorder.read(&self.device, &[(buffer.raw(), buffer.raw().size())])
    }
}

impl FlowBackend for GpuBackend {
    type Flow = Flow;
    type Snapshot = Snapshot;
    type FlowTransfer = FlowTransfer;

    // Squares and a duct with a fan stand still at 4e-8 to 4e-7.
    const ROUNDING: f64 = 1e-6;

    fn flow(&self, problem: &FlowProblem) -> Result<Flow, BackendError> {
        self.build_flow_kernels()?;
        let flow = Flow::new(&self.device, &self.allocator, problem)?;
        if self.flow_is_untested.get() && !self.device.is_dry() {
            self.self_test_flow()?;
            self.flow_is_untested.set(false);
        }
        Ok(flow)
    }

    fn momentum(&self, flow: &mut Flow, axis: usize) {
        let arrays = [
            ("velocity", &flow.velocity),
            ("pressure", &flow.pressure),
            ("temperature", &flow.temperature),
            ("viscosity", &flow.viscosity),
            ("faces", &flow.faces),
            ("laws", &flow.laws),
            ("widths", &flow.widths),
            ("system", &flow.system),
        ];
        self.with_flow_kernels(|kernels| {
            self.run(&kernels.momentum, &arrays, flow.parameters(axis), flow.length());
        });
        self.force(flow, Unknown::Velocity(axis));
    }

    fn heat(&self, flow: &mut Flow) {
        let Some(heat) = &flow.heat else {
            return self.recorder.clear(&self.device, flow.system.raw());
        };
        let arrays = [
            ("velocity", &flow.velocity),
            ("temperature", &flow.temperature),
            ("faces", &flow.faces),
            ("widths", &flow.widths),
            ("conductance", &heat.conductance),
            ("sink", &heat.sink),
            ("source", &heat.source),
            ("system", &flow.system),
        ];
        self.with_flow_kernels(|kernels| {
            self.run(&kernels.heat, &arrays, flow.parameters(0), flow.length());
        });
        self.force(flow, Unknown::Temperature);
    }

    fn set_inertia(&self, flow: &mut Flow, unknown: Unknown, factor: f64) {
        let Some(inertia) = flow.inertia_of(unknown) else { return };
        let arrays = [("system", &flow.system), ("inertia", inertia)];
        self.with_flow_kernels(|kernels| {
            self.run(&kernels.set_inertia, &arrays, flow.inertia_parameters(factor), flow.length());
        });
    }

    fn relax(&self, flow: &mut Flow, unknown: Unknown, sweeps: usize, radius: f64) {
        let Some(inertia) = flow.inertia_of(unknown) else { return };
        let (values, first) = flow.values(unknown);
        // From the values to one of two arrays, then between these; the old values stay until the last sweep.
        let (mut x, mut x_first) = (values, first);
        self.with_flow_kernels(|kernels| {
            if sweeps > 1 {
                // What lies before the second sweep's values.
                let second = &flow.next[1];
                let bytes = 4 * flow.length() as u64;
                self.recorder.copy_part(&self.device, values.raw(), 4 * first as u64, second.raw(), bytes);
            }
            for (sweep, weight) in sweep_weights(radius, sweeps).enumerate() {
                let next = &flow.next[sweep % 2];
                let arrays = [
                    ("system", &flow.system),
                    ("inertia", inertia),
                    ("old", values),
                    ("x", x),
                    ("next", next),
                ];
                self.run(&kernels.relax, &arrays, flow.relaxation(first, x_first, weight), flow.length());
                (x, x_first) = (next, 0);
            }
        });
        if sweeps > 0 {
            let bytes = |entries: usize| 4 * entries as u64;
            self.recorder.copy_into(&self.device, x.raw(), values.raw(), bytes(first), bytes(flow.length()));
        }
    }

    fn imbalance(&self, flow: &mut Flow, unknown: Unknown) -> Result<Imbalance, BackendError> {
        let (x, first) = flow.values(unknown);
        self.with_flow_kernels(|kernels| {
            let dimension = self.device.limits().max_compute_workgroups_per_dimension as usize;
            let partial = &kernels.imbalance_partial;
            let groups =
                flow.length().div_ceil(partial.workgroup_size() as usize).min(PARTIALS).min(dimension);
            let arrays = [("system", &flow.system), ("x", x), ("partials", &flow.partials)];
            self.run_workgroups(partial, &arrays, flow.relaxation(0, first, 1.0), groups, flow.length());
            let arrays = [("partials", &flow.partials), ("sums", &flow.sums)];
            let count = Count { count: index(groups) };
            self.run_workgroups(&kernels.imbalance_total, &arrays, count, 1, 2 * PARTIALS);
        });
        let sums = numbers(&self.flow_values(&flow.sums)?);
        // The stream is not looked for here: sweeps are not accelerated.
        Ok(Imbalance { residual: sums[0].sqrt(), scale: sums[1].sqrt(), stream: 1.0 })
    }

    fn mobility(&self, flow: &mut Flow) -> Result<[Vec<f64>; 3], BackendError> {
        self.with_flow_kernels(|kernels| {
            for axis in 0..3 {
                let arrays = [
                    ("velocity", &flow.velocity),
                    ("faces", &flow.faces),
                    ("laws", &flow.laws),
                    ("widths", &flow.widths),
                    ("inertia", &flow.inertia[axis]),
                    ("mobility", &flow.mobility),
                ];
                self.run(&kernels.mobility, &arrays, flow.parameters(axis), flow.length());
            }
        });
        self.settle(flow);
        let mut axes = flow.split(&self.flow_values(&flow.mobility)?).into_iter();
        Ok([0, 1, 2].map(|_| axes.next().unwrap_or_default()))
    }

    fn viscosity(&self, flow: &mut Flow) {
        let Some(walls) = &flow.walls else { return };
        let arrays = [
            ("velocity", &flow.velocity),
            ("distance", &walls.distance),
            ("shear_share", &walls.shear_share),
            ("viscosity", &flow.viscosity),
        ];
        let (parameters, length) = (flow.parameters(0), flow.length());
        self.with_flow_kernels(|kernels| {
            self.run(&kernels.viscosity, &arrays, parameters, length);
            self.wrap_array(flow, &flow.viscosity, 0);
            self.run(&kernels.shear_viscosity, &arrays, parameters, length);
        });
        (1..4).for_each(|array| self.wrap_array(flow, &flow.viscosity, array * length));
    }

    fn wrap(&self, flow: &mut Flow, unknown: Unknown) {
        let (values, first) = flow.values(unknown);
        self.wrap_array(flow, values, first);
        if unknown == Unknown::Temperature {
            self.wrap_array(flow, &flow.pressure, 0);
            self.wrap_array(flow, &flow.pressure, flow.length());
        }
    }

    fn fan_flows(&self, flow: &Flow) -> Result<Vec<f64>, BackendError> {
        let Some(fans) = &flow.fans else { return Ok(Vec::new()) };
        let arrays = [
            ("fan_first", &fans.fan_first),
            ("fan_face", &fans.fan_face),
            ("fan_area", &fans.fan_area),
            ("velocity", &flow.velocity),
            ("flow", &fans.flow),
        ];
        self.with_flow_kernels(|kernels| {
            self.run_workgroups(&kernels.fan_flows, &arrays, fans.counted(), fans.count, fans.faces);
        });
        Ok(numbers(&self.flow_values(&fans.flow)?))
    }

    fn set_convection(&self, flow: &mut Flow, convection: Convection) {
        flow.convection = convection as u32;
    }

    fn set_laws(&self, flow: &mut Flow, laws: &[FaceResistance]) {
        if self.same_size("set_laws", &[flow.law_count, laws.len()]) {
            let words = state::law_words(laws);
            self.recorder.write(&self.device, flow.laws.raw(), bytemuck::cast_slice(&words));
        }
    }

    fn throughput(&self, flow: &Flow, t: &mut Field) {
        if self.same_size("throughput", &[flow.cells(), t.cells]) {
            let arrays = [("velocity", &flow.velocity), ("widths", &flow.widths), ("t", &t.values)];
            self.with_flow_kernels(|kernels| {
                self.run(&kernels.throughput, &arrays, flow.parameters(0), flow.cells());
            });
        }
    }

    fn mass_defect(&self, flow: &Flow, r: &mut Field) {
        if self.same_size("mass_defect", &[flow.cells(), r.cells]) {
            let arrays = [("velocity", &flow.velocity), ("widths", &flow.widths), ("r", &r.values)];
            self.with_flow_kernels(|kernels| {
                self.run(&kernels.mass_defect, &arrays, flow.parameters(0), flow.cells());
            });
        }
    }

    fn compress(&self, flow: &mut Flow, r: &Field) {
        if self.same_size("compress", &[flow.cells(), r.cells]) {
            let arrays = [
                ("widths", &flow.widths),
                ("viscosity", &flow.viscosity),
                ("r", &r.values),
                ("pressure", &flow.pressure),
            ];
            self.with_flow_kernels(|kernels| {
                self.run(&kernels.compress, &arrays, flow.parameters(0), flow.cells());
            });
        }
    }

    fn correct(&self, flow: &mut Flow, correction: &Field) {
        if !self.same_size("correct", &[flow.cells(), correction.cells]) {
            return;
        }
        let arrays = [
            ("mobility", &flow.mobility),
            ("correction", &correction.values),
            ("pressure", &flow.pressure),
            ("velocity", &flow.velocity),
        ];
        self.with_flow_kernels(|kernels| {
            self.run(&kernels.correct, &arrays, flow.parameters(0), flow.length());
        });
    }

    fn flow_transfer(
        &self,
        transfer: &Transfer,
        problem: &FlowProblem,
        coarse: &mut Flow,
    ) -> Result<FlowTransfer, BackendError> {
        FlowTransfer::new(self, transfer, problem, coarse)
    }

    fn restrict_flow(&self, transfer: &FlowTransfer, fine: &Flow, coarse: &mut Flow) {
        transfer.restrict_flow(self, fine, coarse);
    }

    fn restrict_imbalance(&self, transfer: &FlowTransfer, fine: &Flow, coarse: &mut Flow, unknown: Unknown) {
        transfer.restrict_imbalance(self, fine, coarse, unknown);
    }

    fn prolong_flow(&self, transfer: &FlowTransfer, change: &Snapshot, coarse: &Flow, fine: &mut Flow) {
        transfer.prolong_flow(self, change, coarse, fine);
    }

    fn snapshot(&self, flow: &Flow, pressure: bool) -> Result<Snapshot, BackendError> {
        self.new_snapshot(flow, pressure)
    }

    fn save(&self, flow: &Flow, snapshot: &mut Snapshot) {
        self.save_snapshot(flow, snapshot);
    }

    fn add_to(&self, factor: f64, snapshot: &Snapshot, flow: &mut Flow) {
        self.add_snapshot(factor, snapshot, [&flow.velocity, &flow.pressure, &flow.temperature]);
    }

    fn add(&self, factor: f64, x: &Snapshot, y: &mut Snapshot) {
        self.add_snapshot(factor, x, y.buffers());
    }

    fn overlaps(&self, pairs: &[(&Snapshot, &Snapshot)]) -> Result<Vec<[f64; 2]>, BackendError> {
        self.overlaps_of(pairs)
    }

    fn store(&self, flow: &Flow, problem: &mut FlowProblem) -> Result<(), BackendError> {
        let buffers = [&flow.velocity, &flow.pressure, &flow.temperature];
        let all = buffers.map(|buffer| (buffer.raw(), buffer.raw().size()));
        let mut arrays = flow.split(&self.recorder.read(&self.device, &all)?).into_iter();
        let [u, v, w] = &mut problem.velocity;
        let mut changes = Vec::new();
        for values in [u, v, w, &mut problem.pressure, &mut changes, &mut problem.temperature] {
            *values = arrays.next().unwrap_or_default();
        }
        problem.pressure.iter_mut().zip(changes).for_each(|(p, change)| *p += change);
        Ok(())
    }
}

impl FlowArrays for GpuBackend {
    fn kept(&self, flow: &Flow, what: Kept) -> Result<Vec<f64>, BackendError> {
        let buffer = match what {
            Kept::System(_) => Some(&flow.system),
            Kept::Inertia(unknown) => flow.inertia_of(unknown),
            Kept::Viscosity => Some(&flow.viscosity),
        };
        buffer.map_or(Ok(Vec::new()), |buffer| Ok(numbers(&self.flow_values(buffer)?)))
    }
}
