//! Whole runs of shipped scenes on the GPU against the same on the CPU, by the bounds of NUMERICS.md, section 4.
//!
//! The tests show as ignored where there is no adapter; `REQUIRE_GPU=1` makes that a failure.

use libtest_mimic::{Arguments, Failed, Trial};
use racktherm::backend::BackendError;
use racktherm::backend::gpu::{Choice, GpuBackend, LimitsChoice};
use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::result::Solution;
use racktherm::scene::Scene;
use std::path::Path;
use std::process::ExitCode;

/// Share of the rise by which the temperature of a part may differ.
const PARTS: f64 = 1e-3;
/// Share of the rise by which a cell may differ, and the share of cells that may differ by more.
const CELLS: (f64, f64) = (1e-2, 1e-3);
/// Share of the power by which the heat balance may be open on a GPU.
const BALANCE: f64 = 1e-6;

fn solve(scene: &str, backend: BackendChoice) -> Result<Solution, Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes").join(scene);
    let scene = Scene::load(&path, &[]).map_err(|mistakes| mistakes.to_string())?;
    let options = Options { backend, ..Options::default() };
    Ok(couple::solve(&scene, &options, &Silent)?)
}

/// The first difference that parity forbids.
fn differences(cpu: &Solution, gpu: &Solution) -> Result<(), String> {
    let (t, u) = (&cpu.fields.temperature_k, &gpu.fields.temperature_k);
    if t.dim() != u.dim() {
        return Err(format!("grids of {:?} and {:?} cells", t.dim(), u.dim()));
    }
    let lowest = t.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = t.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for (a, b) in cpu.summary.components.iter().zip(&gpu.summary.components) {
        let rise = a.temperature_max_c - a.reference_c.unwrap_or(lowest - 273.15);
        let miss = (a.temperature_max_c - b.temperature_max_c).abs();
        if a.name != b.name || miss.is_nan() || miss > PARTS * rise.abs() {
            return Err(format!(
                "{}: {} °C, {} has {} °C",
                a.name, a.temperature_max_c, b.name, b.temperature_max_c
            ));
        }
    }
    let within = |(a, b): &(&f64, &f64)| (*a - *b).abs() <= CELLS.0 * (highest - lowest);
    let off = t.len() - t.iter().zip(u).filter(within).count();
    if off as f64 > CELLS.1 * t.len() as f64 {
        return Err(format!("{off} of {} cells differ by more than {} of the rise", t.len(), CELLS.0));
    }
    Ok(())
}

fn parity(scene: &str) -> Result<(), Failed> {
    compare(&solve(scene, BackendChoice::Cpu)?, &solve(scene, BackendChoice::Gpu)?)
}

/// A channel of water and a closed tank of oil under and beside a heated wall that air passes.
const THREE_FLUIDS: &str = r#"
[domain]
size = ["10 mm", "32 mm", "16 mm"]
[grid]
cells = [1, 16, 16]
[air]
field = "momentum"
turbulence = "laminar"
[[fluid]]
name = "water"
density = "992.2 kg/m3"
specific_heat = "4179 J/kgK"
conductivity = "0.6306 W/mK"
viscosity = "0.6527 mPa.s"
[[fluid]]
name = "oil"
density = "850 kg/m3"
specific_heat = "2100 J/kgK"
conductivity = "0.14 W/mK"
viscosity = "50 mPa.s"
expansion = "7e-4 1/K"
[[material]]
name = "glass"
conductivity = "1 W/mK"
[[block]]
name = "wall"
from = [0, 0, "4 mm"]
to = ["10 mm", "32 mm", "6 mm"]
material = "glass"
power = "0.2 W"
[[block]]
name = "side"
from = [0, "20 mm", "6 mm"]
to = ["10 mm", "22 mm", "16 mm"]
material = "glass"
power = "0.02 W"
[[fluid_region]]
name = "channel"
from = [0, 0, 0]
to = ["10 mm", "32 mm", "4 mm"]
fluid = "water"
[[fluid_region]]
name = "tank"
from = [0, "22 mm", "6 mm"]
to = ["10 mm", "32 mm", "16 mm"]
fluid = "oil"
[[opening]]
name = "water_in"
side = "y-"
from = [0, 0]
to = ["10 mm", "4 mm"]
velocity = "5 mm/s"
temperature = "40 degC"
[[opening]]
name = "water_out"
side = "y+"
from = [0, 0]
to = ["10 mm", "4 mm"]
[[opening]]
name = "air_in"
side = "y-"
from = [0, "6 mm"]
to = ["10 mm", "16 mm"]
velocity = "0.2 m/s"
[[opening]]
name = "air_out"
side = "z+"
from = [0, "10 mm"]
to = ["10 mm", "20 mm"]
"#;

fn three_fluids() -> Result<(), Failed> {
    let scene = Scene::from_text(Path::new("scenes/three_fluids.toml"), THREE_FLUIDS.to_owned(), &[]);
    let scene = scene.map_err(|mistakes| mistakes.to_string())?;
    let on = |backend| couple::solve(&scene, &Options { backend, ..Options::default() }, &Silent);
    let (cpu, gpu) = (on(BackendChoice::Cpu)?, on(BackendChoice::Gpu)?);
    let fluids = |solution: &Solution| -> Vec<String> {
        solution.summary.fluids.iter().map(|fluid| fluid.name.clone()).collect()
    };
    if fluids(&gpu) != ["water", "oil"] || gpu.summary.components.len() != 2 {
        return Err(format!("{:?}", gpu.summary.fluids).into());
    }
    compare(&cpu, &gpu)
}

/// Air that repeats along x, driven past a heated block of which one half lies on either side of the seam.
const REPEATED: &str = r#"
[domain]
size = ["80 mm", "10 mm", "20 mm"]
[grid]
cells = [16, 1, 8]
[air]
field = "momentum"
body_force = ["0.05 N/m3", 0, 0]
periodic = ["x", "y"]
[[material]]
name = "glass"
conductivity = "1 W/mK"
[[wall]]
name = "floor"
side = "z-"
temperature = "25 degC"
[[wall]]
name = "lid"
side = "z+"
temperature = "45 degC"
[[block]]
name = "first"
from = [0, 0, 0]
to = ["10 mm", "10 mm", "7.5 mm"]
material = "glass"
power = "25 mW"
[[block]]
name = "last"
from = ["65 mm", 0, 0]
to = ["80 mm", "10 mm", "7.5 mm"]
material = "glass"
power = "40 mW"
"#;

fn repeated() -> Result<(), Failed> {
    for turbulence in ["laminar", "lvel"] {
        let text = REPEATED.replace("periodic", &format!("turbulence = \"{turbulence}\"\nperiodic"));
        let scene = Scene::from_text(Path::new("scenes/repeated.toml"), text, &[]);
        let scene = scene.map_err(|mistakes| mistakes.to_string())?;
        let on = |backend| couple::solve(&scene, &Options { backend, ..Options::default() }, &Silent);
        compare(&on(BackendChoice::Cpu)?, &on(BackendChoice::Gpu)?)?;
    }
    Ok(())
}

fn compare(cpu: &Solution, gpu: &Solution) -> Result<(), Failed> {
    let summary = &gpu.summary;
    if summary.backend.kind != "gpu" || !summary.convergence.converged || summary.balance.relative > BALANCE {
        return Err(format!("{:?}, {:?}, {:?}", summary.backend, summary.convergence, summary.balance).into());
    }
    // Residuals are the device's own, and the summary names their arithmetic.
    let (precision, route) = (&summary.backend.residual_precision, &summary.convergence.residual_route);
    if !["f64", "two f32 words"].contains(&precision.as_str()) || *route != format!("{precision} on the GPU")
    {
        return Err(format!("residuals in {precision}, {route}").into());
    }
    Ok(differences(cpu, gpu)?)
}

/// The comparison itself must be able to fail.
fn warmer_part() -> Result<(), Failed> {
    let cpu = solve("gb200_tray.toml", BackendChoice::Cpu)?;
    let mut warmer = cpu.clone();
    warmer.summary.components[0].temperature_max_c += 0.1;
    let mut hotter = cpu.clone();
    hotter.fields.temperature_k.mapv_inplace(|t| t + 1.0);
    let mut empty = cpu.clone();
    empty.fields.temperature_k.fill(f64::NAN);
    for wrong in [warmer, hotter, empty] {
        if differences(&cpu, &wrong).is_ok() {
            return Err("a wrong solution counts as the same".into());
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let required = std::env::var("REQUIRE_GPU").is_ok_and(|value| value == "1");
    let missing = match GpuBackend::new(&Choice::Any, LimitsChoice::Adapter) {
        Err(error @ BackendError::NoDevice { .. }) if !required => Some(error.to_string()),
        _ => None,
    };
    if let Some(reason) = &missing {
        eprintln!("tests of the GPU backend are ignored: {reason}");
    }
    let on_gpu = |name: &str, scene: &'static str| {
        Trial::test(name, move || parity(scene)).with_ignored_flag(missing.is_some()).with_kind("gpu")
    };
    let water =
        Trial::test("water_oil_and_air_round_a_wall_have_the_same_temperatures_on_the_gpu", three_fluids);
    let period =
        Trial::test("a_block_at_the_seam_of_a_period_has_the_same_temperatures_on_the_gpu", repeated);
    let trials = vec![
        Trial::test("a_tenth_of_a_kelvin_in_one_part_is_no_parity", warmer_part),
        water.with_ignored_flag(missing.is_some()).with_kind("gpu"),
        period.with_ignored_flag(missing.is_some()).with_kind("gpu"),
        on_gpu("a_liquid_cooled_tray_has_the_same_temperatures_on_the_gpu", "gb200_tray.toml"),
        on_gpu("a_box_of_eight_gpus_in_air_has_the_same_temperatures_on_the_gpu", "dgx_b200_box.toml"),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
