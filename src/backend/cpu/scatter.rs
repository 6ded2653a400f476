//! y_c = y_c + w_c Σ_N β_cN x_N at linked cells: the nodes' share of a product (w = −1), of a residual
//! (w = 1) or of a sweep (w = ω / diagonal).

use super::layout::Field;
use super::operator::Operator;
use super::real::Real;

/// w.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Weight {
    One,
    MinusOne,
    /// ω over the diagonal.
    Relaxed(f64),
}

/// Adds the nodes' values of `a.nodes[1]` to y; `colour` none means all cells.
pub(super) fn scatter<T: Real>(a: &Operator<T>, weight: Weight, colour: Option<usize>, y: &mut Field<T>) {
    let nodes = a.nodes.borrow();
    for cell in a.links.cells.iter().filter(|cell| colour.is_none_or(|wanted| wanted == cell.colour)) {
        let sum: f64 =
            a.links.by_cell[cell.first..cell.last].iter().map(|&(n, beta)| beta * nodes[1][n]).sum();
        let w = match weight {
            Weight::One => 1.0,
            Weight::MinusOne => -1.0,
            Weight::Relaxed(omega) => omega * a.stencil.inverse_at(cell.colour, cell.index).to_f64(),
        };
        y.colours[cell.colour][cell.index] += T::from_f64(w * sum);
    }
}
