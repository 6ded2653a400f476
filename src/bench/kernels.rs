//! Every operation of a solve by itself: its time, and its share of the copy bandwidth on the bytes that it
//! cannot do without.
//!
//! Compulsory bytes (NUMERICS.md, section 5): every array that the operation reads or writes, once a cell,
//! whatever an implementation happens to move. Arrays are named as in `shaders/`: `a` the coefficients of
//! an axis (two arrays an axis with convection), `s` the sinks. An array that is updated is read and written:
//! two. `divide` works on single numbers and moves nothing; `gather` and `scatter` move a few values per
//! compact part.

use super::timing;
use crate::backend::{Backend, BackendError, Clock, Colour, Stopwatch};
use crate::model::system::LinearSystem;
use crate::solver::multigrid::CycleOptions;
use crate::solver::network::coarsen;
use crate::solver::pairing::pairings;
use crate::verify::contrast;
use serde::{Deserialize, Serialize};

/// The time of a kernel on a level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KernelRow {
    /// Name of the operation.
    pub name: String,
    /// Cells it goes through; rows of the dense product.
    pub cells: usize,
    /// Arrays that are counted.
    pub arrays: String,
    /// Compulsory bytes a cell.
    pub bytes_per_cell: f64,
    /// Median time of one run, s.
    pub seconds: f64,
    /// What the time was read from.
    pub clock: Clock,
    /// Compulsory bytes over time, 10⁹ bytes/s.
    pub gb_s: f64,
    /// That over the copy bandwidth of the same run.
    pub copy_share: f64,
}

/// An operation of a solve.
pub struct Kernel<B: Backend> {
    /// Its name in [`Backend`].
    pub name: &'static str,
    /// The arrays that it reads or writes.
    pub arrays: &'static str,
    traffic: Traffic,
    run: fn(&B, &mut Bed<B>),
}

/// How many values an operation reads or writes at least.
#[derive(Clone, Copy)]
enum Traffic {
    /// So many for each cell.
    Cells(usize),
    /// So many for each cell of the finer and of the coarser level.
    Levels(usize, usize),
    /// A matrix and two vectors.
    Matrix,
}

/// Fields and operators on one level, as a solve has them.
pub struct Bed<B: Backend> {
    conduction: B::Operator,
    convection: B::Operator,
    lines: B::Lines,
    transfer: B::Transfer,
    dense: B::Dense,
    bodies: B::Deflation,
    x: B::Field,
    y: B::Field,
    b: B::Field,
    coarse: B::Field,
    small: [B::Field; 2],
    one: B::Scalar,
    sum: B::Scalar,
    cells: usize,
    coarse_cells: usize,
    rows: usize,
}

/// The table of kernels: a new operation of [`Backend`] gets a line here.
#[must_use]
pub fn kernels<B: Stopwatch>() -> Vec<Kernel<B>> {
    use Traffic::{Cells, Levels, Matrix};
    fn kernel<B: Backend>(
        name: &'static str,
        arrays: &'static str,
        traffic: Traffic,
        run: fn(&B, &mut Bed<B>),
    ) -> Kernel<B> {
        Kernel { name, arrays, traffic, run }
    }
    vec![
        kernel("apply", "3a s x y", Cells(6), |on, bed| on.apply(&bed.conduction, &bed.x, &mut bed.y)),
        kernel("residual", "3a s x b r", Cells(7), |on, bed| {
            on.residual(&bed.conduction, &bed.x, &bed.b, &mut bed.y);
        }),
        kernel("residual, convection", "6a s x b r", Cells(10), |on, bed| {
            on.residual(&bed.convection, &bed.x, &bed.b, &mut bed.y);
        }),
        kernel("smooth", "3a s b 2x", Cells(7), |on, bed| sweep(on, &bed.conduction, &bed.b, &mut bed.x)),
        kernel("smooth_first", B::FIRST_SWEEP.0, Cells(B::FIRST_SWEEP.1), |on, bed| {
            on.smooth_first(&bed.conduction, 1.0, &bed.b, &mut bed.y);
        }),
        kernel("smooth, convection", "6a s b 2x", Cells(10), |on, bed| {
            sweep(on, &bed.convection, &bed.b, &mut bed.x);
        }),
        kernel("smooth_lines, convection", "6a s p b 2x", Cells(11), |on, bed| {
            on.sweep_lines(&bed.convection, &bed.lines, Colour::Red, 2, &bed.b, &mut bed.x);
        }),
        kernel("restrict", "2 weights, fine, coarse", Levels(3, 1), |on, bed| {
            on.restrict(&bed.transfer, &bed.x, &mut bed.coarse);
        }),
        kernel("prolong", "2 weights, 2 fine, coarse", Levels(4, 1), |on, bed| {
            on.prolong(&bed.transfer, &bed.coarse, &mut bed.y);
        }),
        kernel("deflate", "body, r, 2x", Cells(4), |on, bed| on.deflate(&bed.bodies, &bed.b, &mut bed.y)),
        kernel("dot", "x y", Cells(2), |on, bed| on.dot(&bed.x, &bed.y, &mut bed.sum)),
        kernel("axpy", "x 2y", Cells(3), |on, bed| on.axpy(1.0, &bed.one, &bed.x, &mut bed.y)),
        kernel("clear", "x", Cells(1), |on, bed| on.clear(&mut bed.y)),
        kernel("multiply", "M x y", Matrix, |on, bed| {
            let [x, y] = &mut bed.small;
            on.multiply(&bed.dense, x, y);
        }),
    ]
}

/// Both colours, as a cycle runs them.
fn sweep<B: Backend>(backend: &B, a: &B::Operator, b: &B::Field, x: &mut B::Field) {
    backend.sweep(a, Colour::Red, 2, 1.0, b, x);
}

impl<B: Backend> Kernel<B> {
    /// Queues the operation.
    pub fn run(&self, backend: &B, bed: &mut Bed<B>) {
        (self.run)(backend, bed);
    }

    /// Cells, or rows of the dense product.
    #[must_use]
    pub fn cells(&self, bed: &Bed<B>) -> usize {
        match self.traffic {
            Traffic::Cells(_) | Traffic::Levels(..) => bed.cells,
            Traffic::Matrix => bed.rows,
        }
    }

    /// Values that are read or written at least, per cell.
    #[must_use]
    pub fn values_per_cell(&self, bed: &Bed<B>) -> f64 {
        match self.traffic {
            Traffic::Cells(values) => values as f64,
            Traffic::Levels(fine, coarse) => {
                fine as f64 + coarse as f64 * bed.coarse_cells as f64 / bed.cells as f64
            }
            Traffic::Matrix => (bed.rows + 2) as f64,
        }
    }
}

impl<B: Backend> Bed<B> {
    /// A level of n cells along each axis: copper in an insulator, coarsened along one axis.
    ///
    /// # Errors
    /// [`BackendError`] if it does not fit the device.
    pub fn new(backend: &B, n: usize) -> Result<Self, BackendError> {
        let system = contrast::problem("copper-cube", n.max(2)).expect("a known name and cells").system;
        let cells = system.cells();
        let (axis, map) =
            pairings(&system, None).into_iter().next().expect("a grid of several cells has pairs");
        let coarsening = coarsen(&system, axis, &map).1;
        let coarse = coarsening.coarse();
        // A third of the cells in one body.
        let of_cell: Vec<u32> = (0..cells).map(|c| u32::from(3 * c < cells)).collect();
        let rows = CycleOptions::default().direct_cells;
        let field = |size: [usize; 3], first: usize| {
            let mut field = backend.field(size)?;
            let values: Vec<f64> = (0..size.iter().product()).map(|c| scattered(c + first)).collect();
            backend.upload(&values, &mut field);
            Ok::<_, BackendError>(field)
        };
        let x = field(system.size, 0)?;
        let (mut square, mut one) = (backend.scalar(), backend.scalar());
        backend.dot(&x, &x, &mut square);
        backend.divide(&square, &square, &mut one);
        let matrix: Vec<f64> = (0..rows * rows).map(scattered).collect();
        Ok(Self {
            conduction: backend.operator(&system, &[])?,
            convection: backend.operator(&with_flow(&system), &[])?,
            lines: backend.lines(&with_flow(&system), 1)?,
            transfer: backend.transfer(&coarsening)?,
            dense: backend.dense(rows, &matrix)?,
            bodies: backend.deflation(system.size, &of_cell, &[1e-9])?,
            x,
            y: field(system.size, cells)?,
            b: field(system.size, 2 * cells)?,
            coarse: field(coarse, 0)?,
            small: [field([rows, 1, 1], 0)?, field([rows, 1, 1], rows)?],
            one,
            sum: backend.scalar(),
            cells,
            coarse_cells: coarse.iter().product(),
            rows,
        })
    }
}

/// A number between 0 and 1 without pattern: fractional parts of multiples of the golden ratio.
fn scattered(c: usize) -> f64 {
    (0.618_033_988_749_894_8 * (c + 1) as f64).fract()
}

/// The system with a flow along y that carries as much heat as conduction does.
fn with_flow(system: &LinearSystem) -> LinearSystem {
    let mut flowing = LinearSystem::zeros(system.size, true);
    flowing.from_upper.clone_from(&system.from_upper);
    flowing.from_lower.clone_from(&system.from_upper);
    flowing.from_lower[1].iter_mut().for_each(|a| *a *= 2.0);
    flowing.sink.clone_from(&system.sink);
    flowing
}

/// Every kernel on a level of n cells along each axis.
///
/// # Errors
/// [`BackendError`] if the level does not fit or the device fails.
pub fn measure<B: Stopwatch>(backend: &B, n: usize, copy_gb_s: f64) -> Result<Vec<KernelRow>, BackendError> {
    let mut bed = Bed::new(backend, n)?;
    let measured = |kernel: &Kernel<B>| {
        let elapsed = timing::median(backend, &mut || kernel.run(backend, &mut bed))?;
        let cells = kernel.cells(&bed);
        let bytes_per_cell = kernel.values_per_cell(&bed) * B::VALUE_BYTES as f64;
        let gb_s = bytes_per_cell * cells as f64 / elapsed.seconds * 1e-9;
        Ok(KernelRow {
            name: kernel.name.to_owned(),
            cells,
            arrays: kernel.arrays.to_owned(),
            bytes_per_cell,
            seconds: elapsed.seconds,
            clock: elapsed.clock,
            gb_s,
            copy_share: gb_s / copy_gb_s,
        })
    };
    kernels().iter().map(measured).collect()
}
