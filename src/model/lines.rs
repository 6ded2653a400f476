//! The planes of the grid: part faces, merged where they lie too close, filled by the resolution's rule.
//!
//! 1. Every face of every part, source, wall, opening, fan and screen wishes for a plane.
//! 2. While two planes lie closer than the smallest spacing, the two closest become one at the mean of
//!    their wishes (the domain's own ends stay). A remark names both parts.
//! 3. On the grid of these planes alone, each resolved solid and each run of air between two obstacles asks
//!    for at least N cells along each axis. An interval between planes of unrelated parts may be one cell.
//! 4. Each interval gets as few cells as this, the largest spacing and the resolution's growth of neighbours
//!    allow along the whole axis ([`super::fill`]); within an interval the widths follow the sizes at both
//!    ends geometrically.
//!
//! Everything is in a fixed order: the same scene gives the same grid.

use super::boxes::{self, Remarks, Wish, pattern};
use super::error::ModelError;
use super::{fill, needs};
use crate::grid::{Axis, Grid};
use crate::scene::{GridRule, Region, RemarkKind, Resolution, Scene};

/// Wishes closer than this are the same plane, m.
const SAME: f64 = 1e-9;
/// Most cells that a grid may have.
const MOST_CELLS: usize = 100_000_000;

/// Planes and grid of a scene.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) grid: Grid,
    /// Planes closer than this were merged, m; 0 where nothing merges.
    pub(super) smallest: f64,
    pub(super) remarks: Remarks,
    axes: [AxisPlanes; 3],
}

/// Planes along an axis: where items wished for them, and where they are.
#[derive(Clone, Debug, Default)]
pub(super) struct AxisPlanes {
    /// Wished position and index into `position`, increasing.
    wished: Vec<(f64, usize)>,
    /// Increasing.
    pub(super) position: Vec<f64>,
    /// An item that wished for each plane.
    names: Vec<String>,
    /// Index of each plane among the grid's faces.
    face: Vec<usize>,
}

/// Numbers of a resolution.
#[derive(Clone, Copy, Debug)]
struct Rule {
    /// Cells across each part and gap.
    across: usize,
    /// Ratio of neighbouring cells.
    growth: f64,
    /// m.
    smallest: f64,
}

impl Rule {
    fn of(resolution: Resolution) -> Self {
        match resolution {
            Resolution::Draft => Rule { across: 2, growth: 1.5, smallest: 5e-3 },
            Resolution::Standard => Rule { across: 4, growth: 1.3, smallest: 2.5e-3 },
            Resolution::Fine => Rule { across: 8, growth: 1.2, smallest: 1.25e-3 },
        }
    }
}

impl Lines {
    /// Planes and grid of a scene.
    pub(super) fn new(scene: &Scene, resolution: Resolution) -> Result<Self, ModelError> {
        for axis in Axis::ALL {
            positive(&format!("the domain's size along {}", axis.letter()), scene.size[axis as usize])?;
        }
        match scene.grid {
            GridRule::Automatic { smallest_spacing, largest_spacing, one_cell } => {
                let spacings = [smallest_spacing, largest_spacing];
                automatic(scene, Rule::of(resolution), spacings, one_cell)
            }
            GridRule::Cells { cells, stretch } => exact(scene, cells, stretch),
        }
    }

    /// Index of the grid face on which a coordinate of an item lies.
    pub(super) fn face(&self, axis: Axis, coordinate: f64) -> usize {
        let planes = &self.axes[axis as usize];
        planes.face[planes.plane(coordinate)]
    }

    /// Half-open ranges of cells that a box spans.
    pub(super) fn range(&self, region: &Region) -> [[usize; 2]; 3] {
        Axis::ALL.map(|axis| {
            [self.face(axis, region.lower[axis as usize]), self.face(axis, region.upper[axis as usize])]
        })
    }

    /// Edge lengths of a range of cells on the grid, m.
    pub(super) fn extent(&self, range: &[[usize; 2]; 3]) -> [f64; 3] {
        Axis::ALL.map(|axis| {
            let faces = self.grid.faces(axis);
            faces[range[axis as usize][1]] - faces[range[axis as usize][0]]
        })
    }
}

impl AxisPlanes {
    /// The plane that a wish went to.
    pub(super) fn plane(&self, coordinate: f64) -> usize {
        let above = self.wished.partition_point(|&(p, _)| p < coordinate);
        let near = [above.saturating_sub(1), above.min(self.wished.len() - 1)];
        let distance = |i: usize| (self.wished[i].0 - coordinate).abs();
        self.wished[if distance(near[0]) <= distance(near[1]) { near[0] } else { near[1] }].1
    }

    /// Faces of the grid along the axis, from the fill of each interval; notes the faces of the planes.
    fn faces(&mut self, widths: &[Vec<f64>]) -> Vec<f64> {
        let mut faces = vec![self.position[0]];
        self.face = vec![0];
        for (i, widths) in widths.iter().enumerate() {
            let mut at = self.position[i];
            for width in &widths[..widths.len() - 1] {
                at += width;
                faces.push(at);
            }
            faces.push(self.position[i + 1]);
            self.face.push(faces.len() - 1);
        }
        faces
    }
}

fn positive(what: &str, value: f64) -> Result<f64, ModelError> {
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    Err(ModelError::BadNumber { what: what.to_owned(), value, expected: "positive" })
}

/// Distinct wishes with the domain's ends, and the names at each.
fn distinct<'a>(wishes: &[Wish<'a>], size: f64) -> Vec<(f64, Vec<&'a str>)> {
    let mut list: Vec<(f64, Vec<&str>)> = vec![(0.0, vec!["domain"])];
    for wish in wishes {
        match list.last_mut() {
            Some((position, names)) if wish.position - *position <= SAME => names.push(wish.name),
            _ => list.push((wish.position, vec![wish.name])),
        }
    }
    match list.last_mut() {
        Some((position, names)) if size - *position <= SAME => {
            *position = size;
            names.push("domain");
        }
        _ => list.push((size, vec!["domain"])),
    }
    list
}

/// Merges planes that lie closer than `smallest`, the closest first.
fn merge(axis: Axis, list: &[(f64, Vec<&str>)], smallest: f64, remarks: &mut Remarks) -> AxisPlanes {
    // A cluster: first and last distinct wish, position.
    let mut clusters: Vec<(usize, usize, f64)> = (0..list.len()).map(|i| (i, i, list[i].0)).collect();
    let last = list.len() - 1;
    loop {
        let closest = (1..clusters.len())
            .map(|i| (clusters[i].2 - clusters[i - 1].2, i))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((distance, i)) = closest else { break };
        // The two ends of the domain stay two planes, however thin the domain is.
        if distance >= smallest * (1.0 - 1e-9) || clusters.len() == 2 {
            break;
        }
        let (first, end) = (clusters[i - 1].0, clusters[i].1);
        let position = match (first, end) {
            (0, _) => list[0].0,
            (_, end) if end == last => list[last].0,
            _ => list[first..=end].iter().map(|(p, _)| p).sum::<f64>() / (end - first + 1) as f64,
        };
        clusters[i - 1] = (first, end, position);
        clusters.remove(i);
    }
    let mut planes = AxisPlanes::default();
    for (index, &(first, end, position)) in clusters.iter().enumerate() {
        planes.position.push(position);
        planes.names.push(list[first].1.first().map_or_else(String::new, |name| (*name).to_owned()));
        planes.wished.extend(list[first..=end].iter().map(|(p, _)| (*p, index)));
        if end > first {
            remark_merge(axis, &list[first], &list[end], position, remarks);
        }
    }
    planes
}

fn remark_merge(axis: Axis, low: &(f64, Vec<&str>), high: &(f64, Vec<&str>), at: f64, remarks: &mut Remarks) {
    // Two different names say more than one part's two faces.
    let other = high.1.iter().find(|name| !low.1.contains(name)).or(high.1.first());
    let (Some(a), Some(b)) = (low.1.first(), other) else { return };
    if a == b {
        // A thin part: the remark of its sheet says so.
        return;
    }
    let key = format!("{} {} {}", axis.letter(), pattern(a), pattern(b));
    let text = format!(
        "faces of `{a}` and `{b}` along {} ({:.2} and {:.2} mm) lie closer than the smallest spacing and merge at {:.2} mm",
        axis.letter(),
        low.0 * 1e3,
        high.0 * 1e3,
        at * 1e3
    );
    remarks.add(RemarkKind::MergedPlanes, key, text);
}

fn automatic(
    scene: &Scene,
    rule: Rule,
    [smallest, largest]: [Option<f64>; 2],
    one_cell: [bool; 3],
) -> Result<Lines, ModelError> {
    let smallest = positive("smallest_spacing", smallest.unwrap_or(rule.smallest))?;
    if let Some(largest) = largest {
        positive("largest_spacing", largest)?;
    }
    let mut remarks = Remarks::default();
    let mut axes = Axis::ALL.map(|axis| {
        let list = distinct(&boxes::wishes(scene, axis), scene.size[axis as usize]);
        merge(axis, &list, smallest, &mut remarks)
    });
    let needs = needs::needs(scene, &axes, rule.across);
    let mut faces: [Vec<f64>; 3] = Default::default();
    for axis in Axis::ALL {
        let a = axis as usize;
        let spacing = fill::Spacing {
            largest: largest.unwrap_or((scene.size[a] / (8 * rule.across) as f64).max(smallest)),
            growth: rule.growth,
        };
        let lengths: Vec<f64> = axes[a].position.windows(2).map(|p| p[1] - p[0]).collect();
        if one_cell[a] {
            if lengths.len() > 1 {
                let (name, at) = (axes[a].names[1].clone(), axes[a].position[1] * 1e3);
                return Err(ModelError::InsideOneCell { axis: axis.letter(), name, at });
            }
            faces[a] = axes[a].faces(&[lengths]);
            continue;
        }
        let filled = fill::fill(&lengths, &needs[a], &spacing);
        let widths = filled.map_err(|excess| too_fine(axis, &axes[a], &excess))?;
        faces[a] = axes[a].faces(&widths);
    }
    finish(faces, axes, smallest, remarks)
}

/// The parts between whose planes the narrowest cells lie.
fn too_fine(axis: Axis, planes: &AxisPlanes, excess: &fill::Excess) -> ModelError {
    let i = excess.interval;
    ModelError::TooFine {
        axis: axis.letter(),
        cells: excess.cells,
        limit: fill::MOST,
        lower: planes.names[i].clone(),
        upper: planes.names[i + 1].clone(),
        distance: (planes.position[i + 1] - planes.position[i]) * 1e3,
    }
}

fn exact(scene: &Scene, cells: [usize; 3], stretch: [f64; 3]) -> Result<Lines, ModelError> {
    let mut axes: [AxisPlanes; 3] = Default::default();
    let mut faces: [Vec<f64>; 3] = Default::default();
    for axis in Axis::ALL {
        let a = axis as usize;
        let list = distinct(&boxes::wishes(scene, axis), scene.size[a]);
        axes[a] = merge(axis, &list, 0.0, &mut Remarks::default());
        let lengths: Vec<f64> = axes[a].position.windows(2).map(|p| p[1] - p[0]).collect();
        if cells[a] < lengths.len() {
            let (given, needed) = (cells[a], lengths.len());
            return Err(ModelError::TooFewCells { axis: axis.letter(), given, needed });
        }
        let ratio = positive(&format!("stretch along {}", axis.letter()), stretch[a])?;
        let counts = fill::share(&lengths, cells[a]);
        let widths: Vec<_> = lengths.iter().zip(counts).map(|(&l, n)| fill::symmetric(l, n, ratio)).collect();
        faces[a] = axes[a].faces(&widths);
    }
    finish(faces, axes, 0.0, Remarks::default())
}

fn finish(
    faces: [Vec<f64>; 3],
    axes: [AxisPlanes; 3],
    smallest: f64,
    remarks: Remarks,
) -> Result<Lines, ModelError> {
    let size = [0, 1, 2].map(|a| faces[a].len() - 1);
    let cells = size.iter().product();
    if cells > MOST_CELLS {
        return Err(ModelError::TooManyCells { cells, size, limit: MOST_CELLS });
    }
    Ok(Lines { grid: Grid::new(faces)?, smallest, remarks, axes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Largest ratio of neighbouring widths along an axis.
    fn growth(faces: &[f64]) -> f64 {
        let widths: Vec<f64> = faces.windows(2).map(|f| f[1] - f[0]).collect();
        widths.windows(2).map(|w| (w[0] / w[1]).max(w[1] / w[0])).fold(1.0, f64::max)
    }

    #[test]
    fn no_shipped_scene_grows_beyond_its_rule_and_racks_are_drafted_in_150_to_300_thousand_cells() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes");
        let files = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
        for file in files.filter(|file| file.extension().is_some_and(|e| e == "toml")) {
            let scene = Scene::load(&file, &[]).unwrap();
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            for (resolution, limit) in
                [(Resolution::Draft, 1.5), (Resolution::Standard, 1.3), (Resolution::Fine, 1.2)]
            {
                let grid = Lines::new(&scene, resolution).unwrap().grid;
                let size = Axis::ALL.map(|axis| grid.faces(axis).len() - 1);
                let cells: usize = size.iter().product();
                let grown = Axis::ALL.map(|axis| growth(grid.faces(axis)));
                assert!(
                    grown.iter().all(|&g| g <= limit * (1.0 + 1e-8)),
                    "{name} {resolution:?} {size:?}: growth {grown:?}"
                );
                assert!(cells <= 10_000_000, "{name} {resolution:?}: {cells} cells {size:?}");
                // The room around a rack without chips is drafted by its aisles.
                let rack = scene.size[2] > 1.5 && !scene.chips.is_empty();
                if rack && resolution == Resolution::Draft {
                    assert!((150_000..=300_000).contains(&cells), "{name}: {cells} cells {size:?}");
                }
            }
        }
    }

    #[test]
    fn a_spacing_that_no_one_meant_names_the_axis_and_the_parts() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/dgx_b200_box.toml");
        let mut scene = Scene::load(&file, &[]).unwrap();
        let spacing = Some(2e-5);
        scene.grid =
            GridRule::Automatic { smallest_spacing: spacing, largest_spacing: spacing, one_cell: [false; 3] };
        let error = Lines::new(&scene, Resolution::Draft).unwrap_err();
        let ModelError::TooFine { axis: 'x', cells, .. } = error else { panic!("{error}") };
        assert!(cells >= (scene.size[0] / 2e-5) as usize, "{error}");
    }
}
