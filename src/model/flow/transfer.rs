//! Which cells of a grid are taken together on a coarser one, and how values go from one to the other.
//!
//! Cells are joined in pairs along each axis, but never across a plane where what the flow meets changes: an edge of
//! the finer grid is either **kept** or lies within a coarse cell. Along its own axis a velocity is linear between the
//! kept edges; the weights of that are used both ways:
//!
//! ```text
//! fine edges    |     |     |     |     |          residual of a coarse face = ½ · left + middle + ½ · right
//! coarse edges  |           |           |          correction of a fine face = mean of its two coarse faces
//! ```
//!
//! Where a fine centre is not that of its coarse cell, corrections vary linearly towards the next coarse cell.

use crate::field::Padded;

/// Coarse and fine along one axis. Cells and edges are counted with ghosts: cell 0 is the lower ghost, and edge i is
/// the lower one of cell i.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The fine cell with which each coarse cell begins, ghosts included, and one past the last ghost.
    pub first: Vec<usize>,
    /// The coarse cell of each fine one, ghosts included.
    pub parent: Vec<usize>,
    /// Per fine edge (those of cells 1 to n + 1): how far it is from the lower edge of its coarse cell, as a share of the
    /// coarse width.
    pub along: Vec<f64>,
    /// Per fine cell: how far its centre is from that of its coarse cell, as a share of the way to the next coarse centre;
    /// negative towards the lower one.
    pub offset: Vec<f64>,
}

impl Joined {
    /// From the widths of the fine cells and the edges (0 to n) that are kept, which include both ends.
    fn new(widths: &[f64], kept: &[usize]) -> Self {
        let n = widths.len();
        let edge = |e: usize| widths[..e].iter().sum::<f64>();
        let mut first = vec![0];
        first.extend(kept.iter().map(|e| e + 1));
        first.push(n + 2);
        let mut parent = vec![0; n + 2];
        for (coarse, pair) in first.windows(2).enumerate() {
            parent[pair[0]..pair[1]].fill(coarse);
        }
        let middle = |coarse: usize| {
            // Beyond the ends the mirror of the outermost coarse cell.
            let at = |c: usize| 0.5 * (edge(first[c] - 1) + edge(first[c + 1] - 1));
            match coarse {
                0 => 2.0 * edge(0) - at(1),
                c if c == first.len() - 2 => 2.0 * edge(n) - at(c - 1),
                c => at(c),
            }
        };
        let (mut along, mut offset) = (vec![0.0; n + 2], vec![0.0; n + 2]);
        for fine in 1..=n {
            let c = parent[fine];
            let [lower, upper] = [edge(first[c] - 1), edge(first[c + 1] - 1)];
            along[fine] = (edge(fine - 1) - lower) / (upper - lower);
            let (centre, own) = (0.5 * (edge(fine - 1) + edge(fine)), middle(c));
            let off = centre - own;
            let next = if off < 0.0 { own - middle(c - 1) } else { middle(c + 1) - own };
            offset[fine] = off / next;
        }
        Self { first, parent, along, offset }
    }
}

/// From a grid to a coarser one and back.
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    /// Shape on the finer grid.
    pub fine: Padded,
    /// Shape on the coarser one.
    pub coarse: Padded,
    /// Along x, y, z.
    pub axes: [Joined; 3],
}

impl Transfer {
    pub(super) fn new(widths: &[Vec<f64>; 3], kept: &[Vec<usize>; 3]) -> Self {
        Self {
            fine: Padded::new(widths.each_ref().map(Vec::len)),
            coarse: Padded::new(kept.each_ref().map(|kept| kept.len() - 1)),
            axes: [0, 1, 2].map(|axis| Joined::new(&widths[axis], &kept[axis])),
        }
    }

    /// The coarse place of a fine one, both counted from the ghosts.
    #[must_use]
    pub fn parent(&self, at: [usize; 3]) -> [usize; 3] {
        [0, 1, 2].map(|axis| self.axes[axis].parent[at[axis]])
    }

    /// The fine indices that a coarse one stands for, both counted from the ghosts: its cells, or with an axis the
    /// faces on its lower edge across that.
    pub fn block(&self, at: [usize; 3], across: Option<usize>) -> impl Iterator<Item = usize> + use<> {
        let shape = self.fine;
        let [x, y, z] = [0, 1, 2].map(|axis| {
            let first = &self.axes[axis].first;
            if across == Some(axis) {
                first[at[axis]]..first[at[axis]] + 1
            } else {
                first[at[axis]]..first[at[axis] + 1]
            }
        });
        z.flat_map(move |k| {
            let (x, y) = (x.clone(), y.clone());
            y.flat_map(move |j| x.clone().map(move |i| shape.index_from_ghost([i, j, k])))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_equal_cells_take_halves_along_and_quarters_beside() {
        let joined = Joined::new(&[1.0; 4], &[0, 2, 4]);
        assert_eq!(joined.first, [0, 1, 3, 5, 6]);
        assert_eq!(joined.parent, [0, 1, 1, 2, 2, 3]);
        assert_eq!(joined.along[1..5], [0.0, 0.5, 0.0, 0.5]);
        assert_eq!(joined.offset[1..5], [-0.25, 0.25, -0.25, 0.25]);
    }

    #[test]
    fn a_cell_on_its_own_stays_where_it_is() {
        let joined = Joined::new(&[1.0, 2.0, 3.0], &[0, 1, 3]);
        assert_eq!(joined.offset[1], 0.0);
        assert_eq!(joined.along[1..4], [0.0, 0.0, 0.4]);
        // Its centre at 2 m is 1.5 m under that of its coarse cell, on a way of 3 m to the centre at 0.5 m.
        approx::assert_relative_eq!(joined.offset[2], -0.5, max_relative = 1e-12);
    }

    #[test]
    fn a_block_holds_the_fine_cells_or_faces_of_a_coarse_one() {
        let widths = [vec![1.0; 4], vec![1.0; 2], vec![1.0]];
        let transfer = Transfer::new(&widths, &[vec![0, 2, 4], vec![0, 2], vec![0, 1]]);
        assert_eq!(transfer.block([1, 1, 1], None).count(), 4);
        assert_eq!(transfer.block([2, 1, 1], Some(0)).count(), 2);
        let fine = transfer.fine;
        assert_eq!(transfer.block([2, 1, 1], Some(0)).next(), Some(fine.index([2, 0, 0])));
    }
}
