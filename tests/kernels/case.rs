//! One linear system with fields, on any backend, with a bound for f32's rounding.

use super::problems;
use super::random::Random;
use super::text;
use racktherm::backend::{Backend, Colour};
use racktherm::model::system::{LinearSystem, State};

/// Unit roundoff of f32.
pub(crate) const UNIT: f64 = 1.0 / (1 << 24) as f64;
/// Odd, prime and one-cell-thin.
pub(crate) const SIZES: [[usize; 3]; 5] = [[7, 5, 3], [13, 1, 1], [1, 17, 2], [1, 1, 1], [33, 9, 5]];

/// Cells of a level.
pub(crate) fn cells(size: [usize; 3]) -> usize {
    size.iter().product()
}

/// Magnitudes.
pub(crate) fn absolute(values: &[f64]) -> Vec<f64> {
    values.iter().map(|v| v.abs()).collect()
}

/// Random values that f32 holds exactly, so that rounding them is no part of an error.
pub(crate) fn values(size: [usize; 3], seed: u64) -> Vec<f64> {
    Random::new(seed).values(cells(size)).iter().map(|&v| f64::from(v as f32)).collect()
}

/// A bound for the error of a sum of products: so many roundings of terms of this magnitude.
pub(crate) fn bound(roundings: usize, magnitude: &[f64]) -> Vec<f64> {
    magnitude.iter().map(|m| roundings as f64 * UNIT * m).collect()
}

/// What an output holds before it is written.
pub(crate) fn poison(size: [usize; 3]) -> Vec<f64> {
    vec![f64::NAN; cells(size)]
}

/// A field that holds these values.
pub(crate) fn field<B: Backend>(backend: &B, size: [usize; 3], values: &[f64]) -> Result<B::Field, String> {
    let mut made = backend.field(size).map_err(text)?;
    backend.upload(values, &mut made);
    Ok(made)
}

/// A system and the fields that an operation of it is tried with.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) system: LinearSystem,
    pub(crate) inverse: Vec<f64>,
    pub(crate) x: Vec<f64>,
    pub(crate) b: Vec<f64>,
}

impl Case {
    /// Symmetric and advective systems, with and without nodes, on all sizes.
    pub(crate) fn all() -> Vec<Self> {
        let kinds = [(false, 0), (false, 3), (true, 0), (true, 3)];
        let on_all = |(advective, nodes)| SIZES.map(|size| Self::new(size, advective, nodes));
        kinds.into_iter().flat_map(on_all).collect()
    }

    /// A random system.
    pub(crate) fn new(size: [usize; 3], advective: bool, nodes: usize) -> Self {
        let system = problems::system(size, advective, nodes, 1 + cells(size) as u64);
        let inverse = system.node_inverse().expect("every node is linked");
        let name = format!("advective {advective}, {nodes} nodes");
        Self { name, system, inverse, x: values(size, 2), b: values(size, 3) }
    }

    /// Cells along x, y, z.
    pub(crate) fn size(&self) -> [usize; 3] {
        self.system.size
    }

    /// Roundings on the longest way into a row: coefficient, difference, product and the sum of eight
    /// terms; with nodes also gathering, the product with D⁻¹ and scattering.
    pub(crate) fn roundings(&self) -> usize {
        let nodes = self.system.nodes();
        let links_of = |node| self.system.border.cell_links.iter().filter(|link| link.node == node).count();
        (0..nodes).map(links_of).max().map_or(12, |links| 24 + links + 2 * nodes)
    }

    /// Σ|a||x| + |b| of every row, with the nodes at the values that |x| gives them.
    pub(crate) fn magnitude(&self) -> Vec<f64> {
        let nodes = self.system.nodes();
        let mut rhs = vec![0.0; nodes];
        for link in &self.system.border.cell_links {
            rhs[link.node] += link.conductance * self.x[link.cell].abs();
        }
        let value = |n: usize| (0..nodes).map(|m| self.inverse[n * nodes + m].abs() * rhs[m]).sum();
        let x = State { cells: absolute(&self.x), nodes: (0..nodes).map(value).collect() };
        let b = State { cells: self.b.clone(), nodes: vec![0.0; nodes] };
        self.system.residual(&x, &b).1.cells
    }

    /// Whether a cell has a colour.
    pub(crate) fn is(&self, c: usize, colour: Colour) -> bool {
        let [nx, ny, _] = self.size();
        (c % nx + c / nx % ny + c / (nx * ny)) % 2 == colour as usize
    }

    /// Whether the line along an axis through a cell has a colour.
    pub(crate) fn line_is(&self, c: usize, (axis, colour): (usize, Colour)) -> bool {
        let [nx, ny, _] = self.size();
        let at = [c % nx, c / nx % ny, c / (nx * ny)];
        (at.iter().sum::<usize>() - at[axis]) % 2 == colour as usize
    }

    /// A x; `prepare` may poison scratch arrays.
    pub(crate) fn apply<B: Backend>(
        &self,
        backend: &B,
        prepare: impl Fn(&B::Operator),
    ) -> Result<Vec<f64>, String> {
        let a = backend.operator(&self.system, &self.inverse).map_err(text)?;
        let x = field(backend, self.size(), &self.x)?;
        let mut y = field(backend, self.size(), &poison(self.size()))?;
        prepare(&a);
        backend.apply(&a, &x, &mut y);
        backend.download(&y).map_err(text)
    }

    /// b − A x; `prepare` may poison scratch arrays.
    pub(crate) fn residual<B: Backend>(
        &self,
        backend: &B,
        prepare: impl Fn(&B::Operator),
    ) -> Result<Vec<f64>, String> {
        let a = backend.operator(&self.system, &self.inverse).map_err(text)?;
        let x = field(backend, self.size(), &self.x)?;
        let b = field(backend, self.size(), &self.b)?;
        let mut r = field(backend, self.size(), &poison(self.size()))?;
        prepare(&a);
        backend.residual(&a, &x, &b, &mut r);
        backend.download(&r).map_err(text)
    }

    /// x after the first half sweep, over whatever it held.
    pub(crate) fn smooth_first<B: Backend>(&self, backend: &B, b: &[f64]) -> Result<Vec<f64>, String> {
        let a = backend.operator(&self.system, &self.inverse).map_err(text)?;
        let b = field(backend, self.size(), b)?;
        let mut x = field(backend, self.size(), &poison(self.size()))?;
        backend.smooth_first(&a, 1.25, &b, &mut x);
        backend.download(&x).map_err(text)
    }

    /// x after a half sweep by lines; `prepare` may poison scratch arrays.
    pub(crate) fn smooth_lines<B: Backend>(
        &self,
        backend: &B,
        (axis, colour): (usize, Colour),
        [b, x]: [&[f64]; 2],
        prepare: impl Fn(&B::Operator, &B::Lines),
    ) -> Result<Vec<f64>, String> {
        let a = backend.operator(&self.system, &self.inverse).map_err(text)?;
        let lines = backend.lines(&self.system, axis).map_err(text)?;
        let b = field(backend, self.size(), b)?;
        let mut x = field(backend, self.size(), x)?;
        prepare(&a, &lines);
        backend.smooth_lines(&a, &lines, colour, &b, &mut x);
        backend.download(&x).map_err(text)
    }

    /// x after a half sweep of a colour with its relaxation, from `x` with the right-hand side `b`.
    pub(crate) fn smooth<B: Backend>(
        &self,
        backend: &B,
        (colour, omega): (Colour, f64),
        b: &[f64],
        x: &[f64],
        prepare: impl Fn(&B::Operator),
    ) -> Result<Vec<f64>, String> {
        let a = backend.operator(&self.system, &self.inverse).map_err(text)?;
        let b = field(backend, self.size(), b)?;
        let mut x = field(backend, self.size(), x)?;
        prepare(&a);
        backend.smooth(&a, colour, omega, &b, &mut x);
        backend.download(&x).map_err(text)
    }
}
