//! KT, the manufactured solution over time: its exact values on the grid, the power that makes them, orders of the steps.

use super::runs::{Run, Runner};
use super::time::{ORDER, SCHEMES};
use super::{Distance, Row, VerifyError};
use crate::couple::transient::{Drive, PowerSource};
use crate::scene::Scene;
use std::f64::consts::PI;

/// g = A sin²(ωt) and the power that makes it, of the manufactured solution.
#[derive(Clone, Copy, Debug)]
struct Wave {
    /// J/(m³K).
    stored: f64,
    /// k times the grid's eigenvalue of cos cos, W/(m³K).
    conducted: f64,
}

/// K.
const AMPLITUDE: f64 = 10.0;
/// 1/s.
const FREQUENCY: f64 = 0.03;
/// W/m³ of the scene's source in its mean.
const DENSITY: f64 = 1000.0;

impl Wave {
    fn of(scene: &Scene, cells: usize) -> Self {
        let (material, spacing) = (&scene.materials[0], scene.size[0] / cells as f64);
        let eigenvalue = 2.0 * (2.0 / spacing * (0.5 * PI / cells as f64).sin()).powi(2);
        Self {
            stored: material.density * material.specific_heat,
            conducted: material.conductivity[0] * eigenvalue,
        }
    }

    fn wave(time: f64) -> f64 {
        AMPLITUDE * (FREQUENCY * time).sin().powi(2)
    }

    fn integral(time: f64) -> f64 {
        AMPLITUDE * (0.5 * time - (2.0 * FREQUENCY * time).sin() / (4.0 * FREQUENCY))
    }

    /// J/m³ released up to a time in the mean: ρ c g + k λ ∫g.
    fn released(self, time: f64) -> f64 {
        self.stored * Self::wave(time) + self.conducted * Self::integral(time)
    }

    /// K over the start at a place.
    fn rise(self, time: f64, [x, y]: [f64; 2]) -> f64 {
        let shape = (PI * x / 0.1).cos() * (PI * y / 0.1).cos();
        self.released(time) / self.stored + Self::wave(time) * shape
    }
}

struct Waving {
    wave: Wave,
    /// Of the scene's source, W.
    nominal: f64,
}

impl Drive for Waving {
    fn power(&self, source: PowerSource, from: f64, to: f64) -> f64 {
        match source {
            PowerSource::Chip(_) | PowerSource::Part(_) => 0.0,
            PowerSource::Others if to > from => {
                let mean = (self.wave.released(to) - self.wave.released(from)) / (to - from);
                self.nominal * mean / DENSITY
            }
            PowerSource::Others => 0.0,
        }
    }

    fn next_event(&self, _after: f64) -> Option<f64> {
        None
    }
}

pub(super) fn manufactured(runner: &Runner) -> Result<Vec<Row>, VerifyError> {
    let cells = 16;
    let mut rows = Vec::new();
    for (scheme, order) in SCHEMES {
        let (mut errors, mut last) = (Vec::new(), None);
        for step in ["1", "0.5", "0.25"] {
            let name = scheme.name();
            let settings = [format!("transient.step=\"{step} s\""), format!("transient.scheme=\"{name}\"")];
            let case = format!("{}-{name}-{step}", runner.case);
            let drive = |scene: &Scene, nominal: f64| -> Box<dyn Drive> {
                Box::new(Waving { wave: Wave::of(scene, cells), nominal })
            };
            let scene = runner.read(&case, "kt_manufactured.toml", &settings)?;
            let run = runner.solve_scene(&case, scene, &settings, Some(&drive))?;
            errors.push(error(&run, Wave::of(&run.scene, cells)));
            rows.push(run.balance());
            last = Some(run);
        }
        let Some(run) = last else { continue };
        for (pair, step) in errors.windows(2).zip(["1", "0.5"]) {
            let quantity = format!("order of {} from steps of {step} s, {:.1e} K", scheme.name(), pair[1]);
            rows.push(run.label.row(quantity, order, (pair[0] / pair[1]).log2(), Distance::Absolute, ORDER));
        }
    }
    Ok(rows)
}

/// Root of the mean square of the distance from the manufactured solution at the end, K.
fn error(run: &Run, wave: Wave) -> f64 {
    let fields = &run.solution.fields;
    let time = run.scene.transient.map_or(0.0, |transient| transient.duration);
    let squares = fields.temperature_k.indexed_iter().map(|((i, j, k), found)| {
        let [x, y, _] = fields.grid.cell_centre([i, j, k]);
        (found - 300.0 - wave.rise(time, [x, y])).powi(2)
    });
    (squares.sum::<f64>() / fields.temperature_k.len() as f64).sqrt()
}
