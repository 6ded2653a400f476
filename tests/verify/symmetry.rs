//! No axis and no direction is preferred: a scene with its axes exchanged or one of them turned round has the
//! same temperatures in the places that correspond.

use super::{Outcome, Test};
use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::grid::{Axis, Side};
use racktherm::result::Solution;
use racktherm::scene::{GridRule, Place, Rectangle, Region, Scene};
use racktherm::verify::scenes::read;

/// Names and tests.
pub(crate) const TESTS: &[Test] = &[
    ("k1_is_the_same_along_every_axis_and_from_either_side", || same("k1_composite_slab.toml", &[], 1e-9)),
    ("k3_is_the_same_along_every_axis_and_from_either_side", || {
        let coarse = ["spacing=\"2 mm\"", "grid.cells=[150, 1, 1]", "transient.duration=\"20 s\""];
        same("k3_film.toml", &coarse, 1e-7)
    }),
    ("k7_is_the_same_along_every_axis_and_from_either_side", || same("k7_3dice_stack.toml", &[], 1e-9)),
];

/// Where the coordinates of a changed scene come from: `axes[a]` of the old one, turned round or not.
#[derive(Clone, Copy, Debug)]
struct Change {
    axes: [usize; 3],
    turned: [bool; 3],
}

const CHANGES: [Change; 5] = [
    Change { axes: [1, 2, 0], turned: [false; 3] },
    Change { axes: [2, 0, 1], turned: [false; 3] },
    Change { axes: [1, 0, 2], turned: [false; 3] },
    Change { axes: [0, 1, 2], turned: [true, false, false] },
    Change { axes: [0, 2, 1], turned: [true, true, true] },
];

impl Change {
    fn of<T: Copy>(self, values: [T; 3]) -> [T; 3] {
        self.axes.map(|a| values[a])
    }

    /// A point of the scene of the old `size`.
    fn point(self, size: [f64; 3], point: [f64; 3]) -> [f64; 3] {
        [0, 1, 2].map(|a| {
            let b = self.axes[a];
            if self.turned[a] { size[b] - point[b] } else { point[b] }
        })
    }

    /// Lower and upper corner.
    fn corners(self, size: [f64; 3], lower: [f64; 3], upper: [f64; 3]) -> ([f64; 3], [f64; 3]) {
        let (a, b) = (self.point(size, lower), self.point(size, upper));
        ([0, 1, 2].map(|i| a[i].min(b[i])), [0, 1, 2].map(|i| a[i].max(b[i])))
    }

    fn region(self, size: [f64; 3], region: Region) -> Region {
        let (lower, upper) = self.corners(size, region.lower, region.upper);
        Region { lower, upper }
    }

    fn side(self, side: Side) -> Side {
        let a = (0..3).find(|&a| self.axes[a] == side.axis as usize).unwrap_or(0);
        Side { axis: Axis::ALL[a], upper: side.upper != self.turned[a] }
    }

    fn scene(self, scene: &Scene) -> Result<Scene, String> {
        let size = scene.size;
        let mut changed = scene.clone();
        changed.size = self.of(size);
        if let GridRule::Cells { cells, stretch } = scene.grid {
            changed.grid = GridRule::Cells { cells: self.of(cells), stretch: self.of(stretch) };
        }
        for material in &mut changed.materials {
            material.conductivity = self.of(material.conductivity);
        }
        for solid in &mut changed.solids {
            solid.region = self.region(size, solid.region);
        }
        for source in &mut changed.sources {
            source.region = self.region(size, source.region);
        }
        for wall in &mut changed.walls {
            wall.side = self.side(wall.side);
            let (lower, upper) = self.corners(size, wall.rectangle.lower, wall.rectangle.upper);
            let axis = wall.side.axis;
            wall.rectangle = Rectangle { axis, at: lower[axis as usize], lower, upper };
        }
        for monitor in &mut changed.monitors {
            let Place::Point(point) = monitor.place else { return Err("only points are turned".into()) };
            monitor.place = Place::Point(self.point(size, point));
        }
        Ok(changed)
    }

    /// Index in the changed grid of a cell of the old one.
    fn cell(self, cells: [usize; 3], at: [usize; 3]) -> [usize; 3] {
        [0, 1, 2].map(|a| {
            let b = self.axes[a];
            if self.turned[a] { cells[b] - 1 - at[b] } else { at[b] }
        })
    }
}

fn solve(scene: &Scene) -> Result<Solution, String> {
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let solution = couple::solve(scene, &options, &Silent).map_err(|error| error.to_string())?;
    match solution.summary.convergence.converged {
        true => Ok(solution),
        false => Err(solution.summary.convergence.reason),
    }
}

/// `tolerance` in K.
fn same(file: &str, settings: &[&str], tolerance: f64) -> Outcome {
    let settings: Vec<String> = settings.iter().map(|text| (*text).to_owned()).collect();
    let scene = read(file, &settings)?;
    let first = solve(&scene)?;
    let cells = first.fields.grid.size();
    for change in CHANGES {
        let second = solve(&change.scene(&scene)?)?;
        let mut worst = (0.0, [0; 3]);
        for ((i, j, k), known) in first.fields.temperature_k.indexed_iter() {
            let found = second.fields.temperature_k[change.cell(cells, [i, j, k])];
            let distance = (found - known).abs();
            if distance > worst.0 || distance.is_nan() {
                worst = (distance, [i, j, k]);
            }
        }
        if worst.0.is_nan() || worst.0 > tolerance {
            return Err(format!("{file} with {change:?}: cell {:?} differs by {:e} K", worst.1, worst.0));
        }
        for (a, b) in first.summary.monitors.iter().zip(&second.summary.monitors) {
            let distance = (a.value - b.value).abs();
            if distance.is_nan() || distance > tolerance {
                return Err(format!("{file} with {change:?}: {a:?} became {b:?}"));
            }
        }
    }
    Ok(())
}
