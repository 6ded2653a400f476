//! node_N = Σ_c β_cN x_c, then x_N = Σ_M (D⁻¹)_NM node_M: the nodes' values for given cells; behind them the values
//! beyond the seam by `seam`.

use super::layout::Field;
use super::operator::Operator;
use super::real::Real;

/// Leaves the nodes' values in `a.nodes[1]`; nothing to do without nodes.
pub(super) fn gather<T: Real>(a: &Operator<T>, x: &Field<T>) {
    let mut nodes = a.nodes.borrow_mut();
    let [node, value] = &mut *nodes;
    for (n, out) in node.iter_mut().enumerate() {
        let range = a.links.node_offsets[n]..a.links.node_offsets[n + 1];
        *out = a.links.by_node[range]
            .iter()
            .map(|&(colour, index, beta)| beta * x.colours[colour][index].to_f64())
            .sum();
    }
    let (of_nodes, beyond_seam) = value.split_at_mut(node.len());
    super::multiply::multiply(&a.node_inverse, node, of_nodes);
    super::seam::seam(&a.links.beyond_seam, x, beyond_seam);
}
