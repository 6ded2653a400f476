//! What a sweep by lines along one axis needs beside the coefficients, on the device.

use super::buffers::{Allocator, Buffer};
use super::device::Device;
use super::operator::index;
use super::parameters::LineSweep;
use super::{Field, Operator};
use crate::backend::lines::inverse_pivots;
use crate::backend::{BackendError, Colour};
use crate::model::system::LinearSystem;

/// Lines along an axis of a level, on the device.
#[derive(Debug)]
pub struct Lines {
    axis: usize,
    size: [usize; 3],
    /// p of every cell.
    pub(super) inverse_pivot: Buffer,
    /// b with the share of nodes and of cells beyond a seam; none without any.
    pub(super) loaded: Option<Field>,
}

impl Lines {
    /// Eliminates the lines of a system along an axis.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] or [`BackendError::DeviceFailed`] if it does not fit.
    pub(super) fn new(
        device: &Device,
        allocator: &Allocator,
        system: &LinearSystem,
        axis: usize,
    ) -> Result<Self, BackendError> {
        let cells = system.cells();
        let room = || allocator.zeros(device, "a field", cells);
        Ok(Self {
            axis,
            size: system.size,
            inverse_pivot: allocator.reals(device, "pivots of lines", &[&inverse_pivots(system, axis)])?,
            loaded: (system.nodes() > 0 || !system.seam.is_empty())
                .then(room)
                .transpose()?
                .map(|values| Field { values, cells }),
        })
    }

    pub(super) fn cells(&self) -> usize {
        self.size.iter().product()
    }

    /// The two axes across the lines.
    fn across(&self) -> [usize; 2] {
        [[1, 2], [0, 2], [0, 1]][self.axis]
    }

    /// Coefficients of an operator along the lines and across them.
    pub(super) fn coefficients<'a>(&self, a: &'a Operator) -> [(&'static str, &'a Buffer); 3] {
        let [first, second] = self.across();
        [("a_along", &a.a[self.axis]), ("a_first", &a.a[first]), ("a_second", &a.a[second])]
    }

    pub(super) fn sweep(&self, a: &Operator, colour: Colour) -> LineSweep {
        let [nx, ny, _] = self.size;
        let strides = [1, nx, nx * ny].map(index);
        let size = self.size.map(index);
        let [first, second] = self.across();
        LineSweep {
            stride: strides[self.axis],
            steps: size[self.axis],
            first_stride: strides[first],
            first_n: size[first],
            second_stride: strides[second],
            second_n: size[second],
            lower: a.level().lower,
            colour: colour as u32,
        }
    }

    /// Invocations of a half sweep: one for each pair of lines side by side.
    pub(super) fn pairs(&self) -> usize {
        let [first, second] = self.across();
        self.size[first].div_ceil(2) * self.size[second]
    }
}
