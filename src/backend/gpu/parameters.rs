//! Structs that the host shares with the shaders: parameters of a dispatch, in uniform buffers.
//!
//! The shader's struct of the same name is the authority: [`super::kernel::Kernel`] compares members and
//! offsets when it is built, so that the two cannot drift apart.

use bytemuck::{Pod, Zeroable};
use std::mem::offset_of;

/// Parameters of a kernel, as they lie in its uniform buffer.
pub(crate) trait Parameters: Pod {
    /// Name of the struct in the shader; empty for a kernel without parameters.
    const NAME: &'static str;
    /// Name and offset in bytes of each member.
    const MEMBERS: &'static [(&'static str, usize)];
}

impl Parameters for () {
    const NAME: &'static str = "";
    const MEMBERS: &'static [(&'static str, usize)] = &[];
}

macro_rules! parameters {
    ($(#[$about:meta])* $name:ident { $($(#[$says:meta])* $member:ident: $kind:ty,)* }) => {
        $(#[$about])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug, Pod, Zeroable)]
        pub(crate) struct $name {
            $($(#[$says])* pub(crate) $member: $kind,)*
        }

        impl Parameters for $name {
            const NAME: &'static str = stringify!($name);
            const MEMBERS: &'static [(&'static str, usize)] =
                &[$((stringify!($member), offset_of!($name, $member)),)*];
        }
    };
}

parameters! {
    /// Size of a level and where its coefficients lie (apply, residual).
    Level {
        /// Cells along x.
        nx: u32,
        /// Cells along y.
        ny: u32,
        /// Cells along z.
        nz: u32,
        /// Entry of a_x, a_y and a_z where the coefficients from lower neighbours start.
        lower: u32,
    }
}

parameters! {
    /// A [`Level`], the colour to update and by how much (smooth, smooth_first).
    Sweep {
        /// Cells along x.
        nx: u32,
        /// Cells along y.
        ny: u32,
        /// Cells along z.
        nz: u32,
        /// Entry of a_x, a_y and a_z where the coefficients from lower neighbours start.
        lower: u32,
        /// Parity of i + j + k.
        colour: u32,
        /// Relaxation ω.
        omega: f32,
    }
}

parameters! {
    /// Lines along one axis, the two axes across them, and the colour to update (smooth_lines).
    LineSweep {
        /// Distance in the cell index between neighbours along the line.
        stride: u32,
        /// Cells along the line.
        steps: u32,
        /// Distance between neighbours along the first axis across.
        first_stride: u32,
        /// Cells along it.
        first_n: u32,
        /// Distance between neighbours along the second axis across.
        second_stride: u32,
        /// Cells along it.
        second_n: u32,
        /// Entry of the coefficients where those from lower neighbours start.
        lower: u32,
        /// Parity of the two indices across.
        colour: u32,
    }
}

parameters! {
    /// Two levels that differ along one axis (restrict, prolong).
    Levels {
        /// Distance in the cell index between neighbours along the axis.
        stride: u32,
        /// Fine cells along the axis.
        fine_n: u32,
        /// Coarse cells along the axis.
        coarse_n: u32,
        /// Lines of cells along the axis.
        lines: u32,
    }
}

parameters! {
    /// Number of cells, rows, nodes, bodies or groups (dot, multiply, gather, collect, deflate).
    Count {
        /// How many.
        count: u32,
    }
}

parameters! {
    /// A range of linked cells (scatter), or of the values beyond a seam among those of the nodes (seam).
    Range {
        /// First of the range.
        first: u32,
        /// How many.
        count: u32,
        /// Relaxation ω of a half sweep; else 1.
        omega: f32,
    }
}

parameters! {
    /// A [`Level`] with all rows of the bordered system (refined_residual).
    Refined {
        /// Cells along x.
        nx: u32,
        /// Cells along y.
        ny: u32,
        /// Cells along z.
        nz: u32,
        /// Entry of a_x, a_y and a_z where the coefficients from lower neighbours start.
        lower: u32,
        /// Cells and compact nodes.
        rows: u32,
        /// 0, which no compiler knows.
        zero: u32,
    }
}

parameters! {
    /// Number of linked rows or groups (refined_scatter, refined_gather, refined_total).
    Linked {
        /// How many.
        count: u32,
        /// 0, which no compiler knows.
        zero: u32,
    }
}

parameters! {
    /// All rows and the scale of their residual (refined_partial, refined_round, refined_add).
    Rows {
        /// Cells.
        cells: u32,
        /// Cells and compact nodes.
        rows: u32,
        /// A power of two near 1 / ‖b‖.
        scale: f32,
        /// 0, which no compiler knows.
        zero: u32,
    }
}

parameters! {
    /// Sign of the step and number of cells (axpy).
    Axpy {
        /// 1 or −1.
        sign: f32,
        /// Cells.
        count: u32,
    }
}

parameters! {
    /// A flow and the axis that a kernel works on (momentum, heat, mass_defect, throughput, mobility, correct,
    /// viscosity).
    Flow {
        /// Cells along x.
        nx: u32,
        /// Cells along y.
        ny: u32,
        /// Cells along z.
        nz: u32,
        /// Values of one array, ghosts included.
        length: u32,
        /// Axis of the momentum equation and the mobility.
        axis: u32,
        /// kg/m³.
        density: f32,
        /// Dynamic viscosity of the fluid, Pa s.
        viscosity: f32,
        /// J/(kg K).
        specific_heat: f32,
        /// N/m³ along the axis.
        body_force: f32,
        /// m/(s² K) along the axis.
        buoyancy: f32,
        /// [`Convection`](crate::model::flow::Convection) as a number.
        convection: u32,
        /// 1 where the viscosity is LVEL's.
        turbulent: u32,
        /// A bit for each periodic axis.
        periodic: u32,
    }
}

parameters! {
    /// Resistance of a face: an entry of an array, not of a dispatch (momentum, mobility).
    Law {
        /// Pa s²/m².
        quadratic: f32,
        /// Pa s/m.
        linear: f32,
        /// Pa.
        rise: f32,
        /// Pa s/m.
        stiffness: f32,
    }
}

parameters! {
    /// A padded array and where the values of a sweep begin in their buffers (relax, imbalance_partial).
    Relaxation {
        /// Distance in the index to the upper neighbour along y.
        sy: u32,
        /// Distance to that along z.
        sz: u32,
        /// Values of one array, ghosts included.
        length: u32,
        /// Entry where the old values begin.
        old_first: u32,
        /// Entry where the values of the sweep begin.
        x_first: u32,
        /// ω of the sweep.
        weight: f32,
    }
}

parameters! {
    /// Rows and the share of their diagonal (set_inertia).
    Inertia {
        /// Values of one array, ghosts included.
        length: u32,
        /// (1 − α)/α of a relaxation by α.
        factor: f32,
    }
}

parameters! {
    /// Values of the pressure and which of two steps is taken with them (settle).
    Settling {
        /// Values of one array, ghosts included.
        length: u32,
        /// 0, then 1.
        stage: u32,
    }
}

parameters! {
    /// Lines along a periodic axis (wrap).
    Ghosts {
        /// Entry where the array begins.
        first: u32,
        /// Distance in the index between neighbours along the axis.
        stride: u32,
        /// Cells along the axis.
        n: u32,
        /// Lines along it, those of ghosts included.
        lines: u32,
    }
}

parameters! {
    /// A grid and a coarser one (restrict_flow, restrict_imbalance, prolong_faces, prolong_cells).
    Grids {
        /// Fine cells along x.
        fine_nx: u32,
        /// Fine cells along y.
        fine_ny: u32,
        /// Fine cells along z.
        fine_nz: u32,
        /// Coarse cells along x.
        nx: u32,
        /// Coarse cells along y.
        ny: u32,
        /// Coarse cells along z.
        nz: u32,
        /// Values of one fine array, ghosts included.
        fine_length: u32,
        /// Values of one coarse array.
        length: u32,
        /// Axis of a velocity; 3 for values of cells.
        axis: u32,
        /// Entry where the fine values begin.
        fine_first: u32,
        /// Entry where the coarse ones begin.
        first: u32,
        /// Arrays that add up to a change.
        words: u32,
    }
}

parameters! {
    /// Rows of a system and where their forces begin (force).
    Forced {
        /// Values of one array, ghosts included.
        length: u32,
        /// Entry of the first force.
        first: u32,
    }
}
