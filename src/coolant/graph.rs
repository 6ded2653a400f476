//! Which nodes of a network hang together, and spanning trees of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Nodes joined by edges.
pub(super) struct Graph {
    pub(super) nodes: usize,
    pub(super) ends: Vec<(usize, usize)>,
}

/// A spanning forest, and what hangs together in it.
pub(super) struct Forest {
    /// First nodes of the trees: those asked for, then one of each part that has none of them.
    pub(super) roots: Vec<usize>,
    /// Root of each node.
    pub(super) root_of: Vec<usize>,
    /// Every other node with the edge to its parent, parents first.
    pub(super) order: Vec<(usize, usize)>,
}

impl Graph {
    /// Trees of least weight (Prim) from these roots, and from one node of whatever they do not reach.
    /// Weights are positive numbers, one an edge.
    pub(super) fn forest(&self, roots: &[usize], weights: &[f64]) -> Forest {
        let mut edges_of: Vec<Vec<usize>> = vec![Vec::new(); self.nodes];
        for (edge, &(from, to)) in self.ends.iter().enumerate() {
            edges_of[from].push(edge);
            edges_of[to].push(edge);
        }
        let mut forest =
            Forest { roots: Vec::new(), root_of: vec![usize::MAX; self.nodes], order: Vec::new() };
        let starts = std::iter::once(roots.to_vec()).chain((0..self.nodes).map(|node| vec![node]));
        for starts in starts {
            // Positive numbers are ordered as their bits are.
            let mut queue = BinaryHeap::new();
            let mut reached = Vec::new();
            for start in starts {
                if forest.root_of[start] == usize::MAX {
                    forest.root_of[start] = start;
                    forest.roots.push(start);
                    reached.push(start);
                }
            }
            loop {
                for node in reached.drain(..) {
                    queue.extend(edges_of[node].iter().map(|&e| Reverse((weights[e].to_bits(), e, node))));
                }
                let Some(Reverse((_, edge, node))) = queue.pop() else { break };
                let (from, to) = self.ends[edge];
                let other = if from == node { to } else { from };
                if forest.root_of[other] == usize::MAX {
                    forest.root_of[other] = forest.root_of[node];
                    forest.order.push((other, edge));
                    reached.push(other);
                }
            }
        }
        forest
    }
}
