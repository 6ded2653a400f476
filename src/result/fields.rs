//! Values on the grid and along lines.

use crate::grid::Grid;
use ndarray::{Array3, ShapeBuilder, ShapeError};

/// Cell values, indexed `[[i, j, k]]` along x, y, z.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Face positions, m.
    pub grid: Grid,
    /// K, absolute.
    pub temperature_k: Array3<f64>,
    /// Pa, gauge; 0 in solids.
    pub pressure: Array3<f64>,
    /// m/s along x, y, z at cell centres; 0 in solids.
    pub velocity: [Array3<f64>; 3],
    /// Index into `material_names`.
    pub material: Array3<u16>,
    /// Index into `part_names`.
    pub part: Array3<u32>,
    /// Names of materials; air is one of them where there is any.
    pub material_names: Vec<String>,
    /// Names of parts; the first stands for no part.
    pub part_names: Vec<String>,
}

/// Samples along a straight line.
#[derive(Clone, Debug, PartialEq)]
pub struct LineProbe {
    /// Name of the monitor.
    pub name: String,
    /// `temperature`, `pressure` or `velocity`.
    pub quantity: String,
    /// Unit of the values: `degC`, `Pa` or `m/s`.
    pub unit: String,
    /// Points, m.
    pub positions: Vec<[f64; 3]>,
    /// One value a point.
    pub values: Vec<f64>,
}

/// Values of all cells in the grid's order (x fastest) as an array indexed `[[i, j, k]]`.
///
/// # Errors
/// [`ShapeError`] if the number of values is not the number of cells.
pub fn cell_array<T>(grid: &Grid, values: Vec<T>) -> Result<Array3<T>, ShapeError> {
    let [nx, ny, nz] = grid.size();
    Array3::from_shape_vec((nx, ny, nz).f(), values)
}
