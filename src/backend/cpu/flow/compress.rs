//! p ← p + µ r/(ρ V), with the mass r that a cell gains, kg/s: the stress of fluid that is pressed together.

use super::Flow;
use super::rows::each_row;

/// Adds the pressure of the mass gained in `flow.natural`.
pub(super) fn compress(flow: &mut Flow) {
    let [nx, ny, nz] = flow.shape.size;
    let (n, rows) = (flow.shape.row(), ny + 2);
    let mut pressure = std::mem::take(&mut flow.pressure);
    let here = &*flow;
    each_row(flow.shape, n, &mut pressure, |row, values| {
        let [j, k] = [row % rows, row / rows];
        if j > ny || k > nz {
            return;
        }
        let gained = &here.natural[nx * (j - 1 + ny * (k - 1))..][..nx];
        let (viscosity, widths) = (&here.viscosity[row * n + 1..][..nx], &here.widths[0][1..=nx]);
        let area = here.density * here.widths[1][j] * here.widths[2][k];
        for (i, p) in values[1..=nx].iter_mut().enumerate() {
            *p += viscosity[i] * gained[i] / (area * widths[i]);
        }
    });
    flow.pressure = pressure;
}
