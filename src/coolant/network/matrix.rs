//! The symmetric positive definite system of a Newton step's pressures.

use super::Round;
use crate::physics::hydraulics::Loss;
use faer::linalg::solvers::Solve;
use faer::sparse::linalg::solvers::{Llt, SymbolicLlt};
use faer::sparse::{Pair, SparseColMat, SymbolicSparseColMat};

/// The system of the pressures: its pattern, factorised once.
pub(super) struct NodeMatrix {
    pattern: SymbolicSparseColMat<usize>,
    order: faer::sparse::Argsort<usize>,
    symbolic: Option<SymbolicLlt<usize>>,
}

impl NodeMatrix {
    pub(super) fn new(round: &Round<'_>) -> Self {
        let n = round.unknowns;
        let entries = round.entries(|row, col| Pair { row, col });
        let (pattern, order) = SymbolicSparseColMat::try_new_from_indices(n, n, &entries)
            .expect("nodes of branches are nodes of the network");
        let symbolic = (n > 0).then(|| {
            SymbolicLlt::try_new(pattern.as_ref(), faer::Side::Lower)
                .expect("memory for a sparse matrix of nodes")
        });
        Self { pattern, order, symbolic }
    }

    /// By how much a step moves the pressures of all nodes, from what the nodes and the branches lack.
    pub(super) fn rises(&self, round: &Round<'_>, net: &[f64], laws: &[Loss], left: &[f64]) -> Vec<f64> {
        let mut rises = vec![0.0; net.len()];
        let Some(symbolic) = &self.symbolic else { return rises };
        let mut right = faer::Mat::<f64>::zeros(round.unknowns, 1);
        let mut values = Vec::with_capacity(4 * laws.len());
        for ((&b, law), left) in round.free.iter().zip(laws).zip(left) {
            let branch = &round.network.branches[b];
            let g = 1.0 / law.slope;
            for (own, other, sign) in [(branch.from, branch.to, 1.0), (branch.to, branch.from, -1.0)] {
                let Some(row) = round.unknown[own] else { continue };
                right[(row, 0)] -= sign * g * left;
                values.push(g);
                values.extend(round.unknown[other].map(|_| -g));
            }
        }
        for (net, row) in net.iter().zip(&round.unknown) {
            if let Some(row) = *row {
                right[(row, 0)] -= net;
            }
        }
        let matrix = SparseColMat::new_from_argsort(self.pattern.clone(), &self.order, &values)
            .expect("as many values as entries");
        let Ok(factors) = Llt::try_new_with_symbolic(symbolic.clone(), matrix.as_ref(), faer::Side::Lower)
        else {
            // Slopes are positive and finite, and every part has a held node: only overflow can end here.
            return vec![f64::NAN; rises.len()];
        };
        let solved = factors.solve(&right);
        for (rise, row) in rises.iter_mut().zip(&round.unknown) {
            *rise = row.map_or(0.0, |row| solved[(row, 0)]);
        }
        rises
    }
}

impl Round<'_> {
    /// Row and column of every value of the matrix, in the order in which they are given.
    fn entries<T>(&self, entry: impl Fn(usize, usize) -> T) -> Vec<T> {
        let mut entries = Vec::new();
        for &b in &self.free {
            let branch = &self.network.branches[b];
            for (own, other) in [(branch.from, branch.to), (branch.to, branch.from)] {
                let Some(row) = self.unknown[own] else { continue };
                entries.push(entry(row, row));
                if let Some(column) = self.unknown[other] {
                    entries.push(entry(row, column));
                }
            }
        }
        entries
    }
}
