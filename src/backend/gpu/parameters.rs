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
    /// A range of linked cells (scatter).
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
