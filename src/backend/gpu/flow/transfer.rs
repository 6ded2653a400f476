//! The way between the grids of a flow.

use super::super::GpuBackend;
use super::super::buffers::Buffer;
use super::super::operator::index;
use super::super::parameters::Grids;
use super::{Flow, Snapshot};
use crate::backend::BackendError;
use crate::backend::flow::Unknown;
use crate::field::Padded;
use crate::model::flow::{Face, FlowProblem, Passage, Transfer};

/// Tables of a [`Transfer`].
#[derive(Debug)]
pub struct FlowTransfer {
    fine: Padded,
    coarse: Padded,
    /// Per axis, the first fine cell of each coarse one and the coarse cell of each fine one.
    joined: Buffer,
    /// Per axis, shares of fine edges along and of fine centres beside their coarse cell.
    shares: Buffer,
    /// Codes of coarse faces that heat passes; none without heat.
    conducts: Option<Buffer>,
}

impl FlowTransfer {
    pub(super) fn new(
        backend: &GpuBackend,
        transfer: &Transfer,
        problem: &FlowProblem,
        coarse: &mut Flow,
    ) -> Result<Self, BackendError> {
        let (device, allocator) = (&backend.device, &backend.allocator);
        coarse.force = Some(allocator.zeros(device, "forces of a coarser flow", 4 * coarse.length())?);
        let tables = transfer.axes.iter().flat_map(|axis| axis.first.iter().chain(&axis.parent));
        let joined: Vec<u32> = tables.map(|&entry| index(entry)).collect();
        let shares: Vec<&[f64]> =
            transfer.axes.iter().flat_map(|axis| [axis.along.as_slice(), axis.offset.as_slice()]).collect();
        let conducts = problem.heat.as_ref().map(|heat| {
            let code = |&g: &f64| Face::new(Passage::Open, g > 0.0).0;
            let codes: Vec<u32> = heat.conductance.iter().flatten().map(code).collect();
            allocator.words(device, "codes of faces", &codes)
        });
        Ok(Self {
            fine: transfer.fine,
            coarse: transfer.coarse,
            joined: allocator.words(device, "tables of joined cells", &joined)?,
            shares: allocator.reals(device, "tables of joined cells", &shares)?,
            conducts: conducts.transpose()?,
        })
    }

    /// For a velocity along an axis, or (3) for values of cells.
    fn grids(&self, axis: usize) -> Grids {
        let [fine_nx, fine_ny, fine_nz] = self.fine.size.map(index);
        let [nx, ny, nz] = self.coarse.size.map(index);
        let (fine_length, length) = (index(self.fine.len()), index(self.coarse.len()));
        let (fine_first, first) =
            if axis < 3 { (index(axis) * fine_length, index(axis) * length) } else { (0, 0) };
        let axis = index(axis);
        Grids {
            fine_nx,
            fine_ny,
            fine_nz,
            nx,
            ny,
            nz,
            fine_length,
            length,
            axis,
            fine_first,
            first,
            words: 1,
        }
    }

    pub(super) fn restrict_flow(&self, backend: &GpuBackend, fine: &Flow, coarse: &Flow) {
        if let Some(force) = &coarse.force {
            backend.recorder.clear(&backend.device, force.raw());
        }
        let arrays = [
            ("joined", &self.joined),
            ("fine_widths", &fine.widths),
            ("fine_velocity", &fine.velocity),
            ("fine_pressure", &fine.pressure),
            ("fine_temperature", &fine.temperature),
            ("velocity", &coarse.velocity),
            ("pressure", &coarse.pressure),
            ("temperature", &coarse.temperature),
        ];
        backend.with_flow_kernels(|kernels| {
            backend.run(&kernels.restrict_flow, &arrays, self.grids(3), self.coarse.len());
        });
    }

    pub(super) fn restrict_imbalance(
        &self,
        backend: &GpuBackend,
        fine: &Flow,
        coarse: &Flow,
        unknown: Unknown,
    ) {
        let Some(force) = &coarse.force else { return };
        let axis = match unknown {
            Unknown::Velocity(axis) => axis,
            Unknown::Temperature => 3,
        };
        let arrays = [
            ("joined", &self.joined),
            ("shares", &self.shares),
            ("fine_system", &fine.system),
            ("fine_x", fine.values(unknown).0),
            ("system", &coarse.system),
            ("x", coarse.values(unknown).0),
            ("faces", &coarse.faces),
            ("force", force),
        ];
        backend.with_flow_kernels(|kernels| {
            backend.run(&kernels.restrict_imbalance, &arrays, self.grids(axis), self.coarse.len());
        });
    }

    pub(super) fn prolong_flow(&self, backend: &GpuBackend, change: &Snapshot, coarse: &Flow, fine: &Flow) {
        let [velocity, pressure, temperature] = change.buffers();
        let tables = [("joined", &self.joined), ("shares", &self.shares)];
        backend.with_flow_kernels(|kernels| {
            let faces = [
                ("change", velocity),
                ("faces", &coarse.faces),
                ("fine_faces", &fine.faces),
                ("fine_velocity", &fine.velocity),
            ];
            let arrays = [tables.as_slice(), &faces].concat();
            backend.run(&kernels.prolong_faces, &arrays, self.grids(0), self.fine.len());
            let cells = |change, passes, fine_x, grids| {
                let cells = [("change", change), ("passes", passes), ("fine_x", fine_x)];
                let arrays = [tables.as_slice(), &cells].concat();
                backend.run(&kernels.prolong_cells, &arrays, grids, self.fine.len());
            };
            // Into the changes of the pressure.
            let in_words = Grids { words: 2, fine_first: index(self.fine.len()), ..self.grids(3) };
            cells(pressure, &coarse.faces, &fine.pressure, in_words);
            if let Some(conducts) = &self.conducts {
                cells(temperature, conducts, &fine.temperature, self.grids(3));
            }
        });
    }
}
