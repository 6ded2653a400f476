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
    let cpu = solve(scene, BackendChoice::Cpu)?;
    let gpu = solve(scene, BackendChoice::Gpu)?;
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
    Ok(differences(&cpu, &gpu)?)
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
    let trials = vec![
        Trial::test("a_tenth_of_a_kelvin_in_one_part_is_no_parity", warmer_part),
        on_gpu("a_liquid_cooled_tray_has_the_same_temperatures_on_the_gpu", "gb200_tray.toml"),
        on_gpu("a_box_of_eight_gpus_in_air_has_the_same_temperatures_on_the_gpu", "dgx_b200_box.toml"),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
