//! A bordered system in extended precision: as arrays on the device, or on the host where the device has no
//! arithmetic that can be relied on.

use super::GpuBackend;
use super::buffers::Buffer;
use super::operator::index;
use super::parameters::{Linked, Refined, Rows};
use crate::backend::BackendError;
use crate::backend::refinement::{ResidualPrecision, ResidualSums, RowLinks};
use crate::model::system::{LinearSystem, State};

/// Partial sums of each kind at most: what one workgroup of the second stage adds up.
pub(super) const GROUPS: usize = 256;

/// A system in extended precision, cells before nodes in every array.
#[derive(Debug)]
pub struct Extended<'a>(pub(super) Place<'a>);

/// Where a system in extended precision lies.
#[derive(Debug)]
pub(super) enum Place<'a> {
    Device(Box<OnDevice>),
    Host(Box<OnHost<'a>>),
}

/// Arrays of eight bytes an entry: f64 or two f32 words.
#[derive(Debug)]
pub(super) struct OnDevice {
    pub(super) precision: ResidualPrecision,
    pub(super) a: [Buffer; 3],
    pub(super) sink: Buffer,
    pub(super) x: Buffer,
    pub(super) b: Buffer,
    pub(super) r: Buffer,
    pub(super) magnitude: Buffer,
    pub(super) cell_links: Links,
    pub(super) node_links: Links,
    pub(super) partials: Buffer,
    pub(super) sums: Buffer,
    /// r of the nodes, scaled and rounded.
    pub(super) node_r: Buffer,
    /// The number 1.
    pub(super) one: Buffer,
    pub(super) size: [usize; 3],
    pub(super) lower: usize,
    pub(super) rows: usize,
    pub(super) scale: f64,
}

/// [`RowLinks`] on the device.
#[derive(Debug)]
pub(super) struct Links {
    pub(super) row: Buffer,
    pub(super) first: Buffer,
    pub(super) other: Buffer,
    pub(super) conductance: Buffer,
    pub(super) count: usize,
    pub(super) links: usize,
}

/// Values and the last residual on the host, f64.
#[derive(Debug)]
pub(super) struct OnHost<'a> {
    pub(super) system: &'a LinearSystem,
    /// D⁻¹, row-major.
    pub(super) node_inverse: Vec<f64>,
    pub(super) x: State,
    pub(super) b: State,
    pub(super) sums: ResidualSums,
    /// r of the nodes, scaled.
    pub(super) node_r: Vec<f64>,
}

impl<'a> Extended<'a> {
    /// Puts a system where the backend computes residuals.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] or [`BackendError::DeviceFailed`] if it does not fit.
    pub(super) fn new(
        backend: &GpuBackend,
        system: &'a LinearSystem,
        node_inverse: &[f64],
    ) -> Result<Self, BackendError> {
        Ok(Self(match &backend.refined {
            Some(kernels) => Place::Device(Box::new(OnDevice::new(backend, system, kernels.precision)?)),
            None => Place::Host(Box::new(OnHost {
                system,
                node_inverse: node_inverse.to_vec(),
                x: State::default(),
                b: State::default(),
                sums: ResidualSums { norm: 0.0, magnitude: 0.0, sum: 0.0 },
                node_r: Vec::new(),
            })),
        }))
    }
}

impl OnDevice {
    fn new(
        backend: &GpuBackend,
        system: &LinearSystem,
        precision: ResidualPrecision,
    ) -> Result<Self, BackendError> {
        let (device, allocator) = (&backend.device, &backend.allocator);
        let (cells, rows) = (system.cells(), system.cells() + system.nodes());
        let put = |what: &str, parts: &[&[f64]]| {
            let words: Vec<[u32; 2]> =
                parts.iter().flat_map(|part| part.iter()).map(|&value| words(precision, value)).collect();
            allocator.words(device, what, words.as_flattened())
        };
        let coefficients = |axis: usize| {
            let parts = [&system.from_upper[axis][..], &system.from_lower[axis][..]];
            put("coefficients, extended", &parts)
        };
        let values = |what: &str| allocator.zeros(device, what, 2 * rows);
        Ok(Self {
            precision,
            a: [coefficients(0)?, coefficients(1)?, coefficients(2)?],
            sink: put("sinks, extended", &[&system.sink, &system.border.sink])?,
            x: values("values, extended")?,
            b: values("right-hand side, extended")?,
            r: values("true residual, extended")?,
            magnitude: allocator.zeros(device, "magnitude of the residual", rows)?,
            cell_links: Links::new(backend, precision, &RowLinks::of_cells(system))?,
            node_links: Links::new(backend, precision, &RowLinks::of_nodes(system))?,
            partials: allocator.zeros(device, "sums of the residual", 2 * 3 * GROUPS)?,
            sums: allocator.zeros(device, "sums of the residual", 2 * 3)?,
            node_r: allocator.zeros(device, "compact nodes", system.nodes())?,
            one: allocator.reals(device, "a scalar", &[&[1.0]])?,
            size: system.size,
            lower: if system.is_advective() { cells } else { 0 },
            rows,
            scale: 1.0,
        })
    }

    pub(super) fn cells(&self) -> usize {
        self.size.iter().product()
    }

    /// What a kernel over links binds.
    pub(super) fn linked<'b>(&'b self, links: &'b Links) -> [(&'static str, &'b Buffer); 7] {
        [
            ("link_row", &links.row),
            ("link_first", &links.first),
            ("link_other", &links.other),
            ("link_conductance", &links.conductance),
            ("x", &self.x),
            ("r", &self.r),
            ("magnitude", &self.magnitude),
        ]
    }

    pub(super) fn level(&self) -> Refined {
        let [nx, ny, nz] = self.size.map(index);
        Refined { nx, ny, nz, lower: index(self.lower), rows: index(self.rows), zero: 0 }
    }

    pub(super) fn all(&self) -> Rows {
        Rows { cells: index(self.cells()), rows: index(self.rows), scale: self.scale as f32, zero: 0 }
    }
}

impl Links {
    fn new(
        backend: &GpuBackend,
        precision: ResidualPrecision,
        links: &RowLinks,
    ) -> Result<Self, BackendError> {
        let indices = |values: &[u32]| {
            backend.allocator.words(&backend.device, "links of compact nodes, extended", values)
        };
        let conductance: Vec<_> = links.conductance.iter().map(|&value| words(precision, value)).collect();
        Ok(Self {
            row: indices(&links.row)?,
            first: indices(&links.first)?,
            other: indices(&links.other)?,
            conductance: indices(conductance.as_flattened())?,
            count: links.row.len(),
            links: links.other.len(),
        })
    }

    pub(super) fn linked(&self) -> Linked {
        Linked { count: index(self.count), zero: 0 }
    }
}

/// A host value as the device stores it.
pub(super) fn words(precision: ResidualPrecision, value: f64) -> [u32; 2] {
    if precision == ResidualPrecision::TwoWords {
        let high = value as f32;
        let low = (value - f64::from(high)) as f32;
        return [high.to_bits(), low.to_bits()];
    }
    // The lower half comes first, as on every device that wgpu reaches.
    let bits = value.to_bits();
    [bits as u32, (bits >> 32) as u32]
}

/// What the device stores as a host value.
pub(super) fn value(precision: ResidualPrecision, [first, second]: [u32; 2]) -> f64 {
    if precision == ResidualPrecision::TwoWords {
        return f64::from(f32::from_bits(first)) + f64::from(f32::from_bits(second));
    }
    f64::from_bits(u64::from(first) | u64::from(second) << 32)
}

/// Host values from bytes of the device.
pub(super) fn values(precision: ResidualPrecision, bytes: &[u8]) -> Vec<f64> {
    let word = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    bytes.chunks_exact(8).map(|entry| value(precision, [word(&entry[..4]), word(&entry[4..])])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_value_comes_back_within_the_rounding_of_its_precision() {
        for precision in [ResidualPrecision::F64, ResidualPrecision::TwoWords] {
            for number in [0.0, 1.0, -std::f64::consts::PI, 1e-9 / 3.0, 1e12 / 7.0] {
                let found = value(precision, words(precision, number));
                assert!(
                    (found - number).abs() <= precision.rounding() * number.abs(),
                    "{precision} {number}"
                );
            }
        }
    }
}
