//! How fast this machine computes: what `racktherm bench` measures.
//!
//! | part | what it gives | file |
//! |---|---|---|
//! | bandwidth | what the memory can do: copy, and STREAM's triad on the CPU | [`bandwidth`] |
//! | kernels | every operation of a solve by itself, as a share of the copy bandwidth | [`kernels`] |
//! | solvers | the problems of [`contrast`]: iterations, work, seconds | [`solvers`] |
//! | flows | whole runs of scenes with solved flow | [`flows`] |
//! | networks | coolant loops | [`networks`] |
//!
//! All times are wall times of this run and this machine. The criterion benches of `benches/` run the same
//! kernels and solves on small grids.

pub mod bandwidth;
pub mod flows;
pub mod kernels;
pub mod networks;
pub mod page;
pub mod solvers;
mod timing;

use crate::backend::cpu::CpuBackend;
use crate::backend::gpu::{self, Choice, GpuBackend, LimitsChoice};
use crate::backend::{Backend, BackendError, Stopwatch};
use crate::couple::{BackendChoice, CoupleError, Progress};
use crate::solver::SolveError;
use crate::verify::contrast;
use bandwidth::Bandwidth;
use flows::FlowRow;
use kernels::KernelRow;
use networks::NetworkRow;
use serde::{Deserialize, Serialize};
use solvers::{Solve, SolverRow};
use thiserror::Error;

/// The row that stands for all kernels.
pub const KERNELS: &str = "kernels";

/// Cells along each axis that can be asked for.
pub const CELLS: std::ops::RangeInclusive<usize> = 12..=512;

/// What is measured, and on what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The device.
    pub backend: BackendChoice,
    /// Names of [`contrast::NAMES`], [`flows::NAMES`] or [`KERNELS`]; all without any.
    pub rows: Vec<String>,
    /// Cells along each axis, instead of those that fit the device.
    pub cells: Vec<usize>,
}

/// All that was measured on a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Name of the device, its threads and its precision.
    pub device: String,
    /// `cpu` or `gpu`.
    pub kind: String,
    /// Driver and its version; empty on the CPU.
    pub driver: String,
    /// Whether the GPU is a program that runs on the CPU.
    pub software: bool,
    /// Version of racktherm.
    pub version: String,
    /// Programs that wanted a core in the minute before the run, on average, where the system says.
    pub load: Option<f64>,
    /// Copy bandwidth with all threads, 10⁹ bytes/s: what the shares refer to.
    pub copy_gb_s: f64,
    /// Bandwidth by threads.
    pub bandwidth: Vec<Bandwidth>,
    /// Single operations.
    pub kernels: Vec<KernelRow>,
    /// Whole solves.
    pub solvers: Vec<SolverRow>,
    /// Whole runs with solved flow.
    #[serde(default)]
    pub flows: Vec<FlowRow>,
    /// Coolant networks, on the host.
    #[serde(default)]
    pub networks: Vec<NetworkRow>,
}

/// Why nothing could be measured.
#[derive(Debug, Error)]
pub enum BenchError {
    /// A name that stands for no row.
    #[error("there is no row '{name}'; did you mean '{nearest}'? Known are {known}")]
    UnknownRow {
        /// As asked.
        name: String,
        /// A row with a similar name.
        nearest: String,
        /// All rows.
        known: String,
    },
    /// Cells for a flow.
    #[error("{name} has a grid of its own; leave out the cells")]
    OwnGrid {
        /// Its row.
        name: String,
    },
    /// A grid on which some problem has no source, or with more cells than memory.
    #[error("{cells} cells along each axis cannot be measured; from {} to {} can", CELLS.start(), CELLS.end())]
    Cells {
        /// As asked.
        cells: usize,
    },
    /// A scene of the package that is wrong.
    #[error("the scene of {name} is wrong:\n{message}")]
    Scene {
        /// The row.
        name: String,
        /// What the reader says.
        message: String,
    },
    /// The device is missing or failed, or a problem does not fit.
    #[error(transparent)]
    Device(#[from] CoupleError),
}

impl From<BackendError> for BenchError {
    fn from(error: BackendError) -> Self {
        Self::Device(error.into())
    }
}

impl From<SolveError> for BenchError {
    fn from(error: SolveError) -> Self {
        Self::Device(error.into())
    }
}

/// Rows and grids of one run.
struct Plan {
    kernels: Vec<usize>,
    solvers: Vec<(&'static str, usize)>,
    flows: Vec<&'static str>,
    network: bool,
}

impl Plan {
    /// `sizes` are the cells along each axis for kernels and for solves, unless the options give others.
    fn new(options: &Options, sizes: [&[usize]; 2]) -> Self {
        let all = options.rows.is_empty();
        let wanted = |name: &str| all || options.rows.iter().any(|row| row.eq_ignore_ascii_case(name));
        let [kernels, solvers] = if options.cells.is_empty() { sizes } else { [options.cells.as_slice(); 2] };
        let names = contrast::NAMES.into_iter().filter(|name| wanted(name));
        Self {
            kernels: if wanted(KERNELS) { kernels.to_vec() } else { Vec::new() },
            // Their grids are those of the peers.
            flows: flows::NAMES.into_iter().filter(|name| options.cells.is_empty() && wanted(name)).collect(),
            network: options.cells.is_empty() && wanted(networks::NAME),
            solvers: names.flat_map(|name| solvers.iter().map(move |&n| (name, n))).collect(),
        }
    }

    /// Stages of progress, the bandwidth among them.
    fn stages(&self) -> usize {
        1 + self.kernels.len() + self.solvers.len() + self.flows.len() + usize::from(self.network)
    }
}

/// Counts the stages of a run.
struct Stages<'a> {
    progress: &'a dyn Progress,
    all: usize,
    done: usize,
}

impl Stages<'_> {
    fn begin(&mut self, name: &str) {
        self.progress.stage(name);
        self.progress.update(self.done as f64 / self.all as f64, name);
        self.done += 1;
    }
}

/// Refuses rows that do not exist and grids that cannot be measured.
fn check(options: &Options) -> Result<(), BenchError> {
    let known = || contrast::NAMES.into_iter().chain([KERNELS]).chain(flows::NAMES).chain([networks::NAME]);
    for name in &options.rows {
        if !known().any(|row| row.eq_ignore_ascii_case(name)) {
            let similar = |row: &str| strsim::jaro_winkler(&name.to_lowercase(), row);
            let nearest = known().max_by(|a, b| similar(a).total_cmp(&similar(b))).unwrap_or_default();
            let known = known().collect::<Vec<_>>().join(", ");
            return Err(BenchError::UnknownRow { name: name.clone(), nearest: nearest.into(), known });
        }
    }
    let own = || flows::NAMES.into_iter().chain([networks::NAME]);
    let flow = options.rows.iter().find(|name| own().any(|row| row.eq_ignore_ascii_case(name)));
    if let (Some(name), false) = (flow, options.cells.is_empty()) {
        return Err(BenchError::OwnGrid { name: name.clone() });
    }
    match options.cells.iter().find(|cells| !CELLS.contains(*cells)) {
        Some(&cells) => Err(BenchError::Cells { cells }),
        None => Ok(()),
    }
}

/// Measures what the options ask for.
///
/// # Errors
/// [`BenchError`] for unknown rows, a missing or failing device, a problem that does not fit.
pub fn run(options: &Options, progress: &dyn Progress) -> Result<Report, BenchError> {
    check(options)?;
    match open(&options.backend, progress)? {
        Some(gpu) => on_gpu(&gpu, options, progress),
        None => on_cpu(options, progress),
    }
}

/// The GPU of a choice; none where the CPU computes.
fn open(choice: &BackendChoice, progress: &dyn Progress) -> Result<Option<GpuBackend>, BackendError> {
    let gpu = |choice: &Choice| GpuBackend::new(choice, LimitsChoice::Adapter);
    match choice {
        BackendChoice::Cpu => Ok(None),
        BackendChoice::Gpu => gpu(&Choice::Any).map(Some),
        BackendChoice::Named(name) => gpu(&Choice::Named(name.clone())).map(Some),
        BackendChoice::Auto => match gpu(&Choice::Auto) {
            Ok(gpu) => Ok(Some(gpu)),
            Err(BackendError::NoDevice { .. }) => Ok(None),
            Err(error) => {
                progress.warn(&format!("the GPU cannot be used, the CPU is measured instead: {error}"));
                Ok(None)
            }
        },
    }
}

fn on_cpu(options: &Options, progress: &dyn Progress) -> Result<Report, BenchError> {
    let load = load();
    let plan = Plan::new(options, [&[64, 128], &[64, 128]]);
    let mut stages = Stages { progress, all: plan.stages(), done: 0 };
    let all = rayon::current_num_threads();
    stages.begin("bandwidth");
    let mut few = vec![1, all];
    few.dedup();
    let bandwidth: Vec<Bandwidth> =
        few.into_iter().map(bandwidth::cpu).collect::<Result<_, BackendError>>()?;
    let copy_gb_s = bandwidth.last().map_or(0.0, |with_all| with_all.copy_gb_s);
    let kernels = measure_kernels(&CpuBackend::new(), &plan, copy_gb_s, &mut stages)?;
    let mut counts = vec![1, 2, all];
    counts.sort_unstable();
    counts.dedup();
    let mut solvers = Vec::new();
    for &(name, n) in &plan.solvers {
        stages.begin(&format!("{name} {n}³"));
        let Some(problem) = contrast::problem(name, n) else { continue };
        let timed = |&threads: &usize| {
            let solve = with_threads(threads, || solvers::typical(&CpuBackend::new(), &problem))??;
            Ok::<(usize, Solve), BenchError>((threads, solve))
        };
        let solves: Vec<_> = counts.iter().map(timed).collect::<Result<_, _>>()?;
        solvers.extend(SolverRow::new(name, &problem, &solves));
    }
    let mut flow_rows = Vec::new();
    for name in &plan.flows {
        stages.begin(name);
        let mut runs = Vec::new();
        for &threads in &counts {
            let run = with_threads(threads, || flows::run(name, &BackendChoice::Cpu))??;
            runs.extend(run.map(|(solution, seconds)| (threads, solution, seconds)));
        }
        flow_rows.extend(FlowRow::new(name, &runs));
    }
    let networks = solve_networks(&plan, &mut stages);
    let threads = if all == 1 { "1 thread".to_owned() } else { format!("{all} threads") };
    let device = format!("{}, {threads}, f64", processor());
    Ok(Report {
        device,
        kind: "cpu".into(),
        driver: String::new(),
        software: false,
        version: env!("CARGO_PKG_VERSION").into(),
        load,
        copy_gb_s,
        bandwidth,
        kernels,
        solvers,
        flows: flow_rows,
        networks,
    })
}

fn on_gpu(gpu: &GpuBackend, options: &Options, progress: &dyn Progress) -> Result<Report, BenchError> {
    let load = load();
    let description = gpu.description();
    let software =
        gpu::devices().iter().any(|device| device.name == description.device && device.kind == "software");
    let sizes: [&[usize]; 2] = if software { [&[32], &[32]] } else { [&[128, 256], &[64, 128]] };
    let plan = Plan::new(options, sizes);
    let mut stages = Stages { progress, all: plan.stages(), done: 0 };
    stages.begin("bandwidth");
    let bandwidth = bandwidth::device(gpu)?;
    let copy_gb_s = bandwidth.copy_gb_s;
    let kernels = measure_kernels(gpu, &plan, copy_gb_s, &mut stages)?;
    let mut solvers = Vec::new();
    for &(name, n) in &plan.solvers {
        stages.begin(&format!("{name} {n}³"));
        let Some(problem) = contrast::problem(name, n) else { continue };
        let solve = solvers::typical(gpu, &problem)?;
        solvers.extend(SolverRow::new(name, &problem, &[(rayon::current_num_threads(), solve)]));
    }
    let mut flow_rows = Vec::new();
    // A software driver takes minutes for these grids.
    for name in plan.flows.iter().filter(|_| !software) {
        stages.begin(name);
        let run = flows::run(name, &options.backend)?;
        let run = run.map(|(solution, seconds)| (rayon::current_num_threads(), solution, seconds));
        flow_rows.extend(run.and_then(|run| FlowRow::new(name, &[run])));
    }
    let networks = solve_networks(&plan, &mut stages);
    Ok(Report {
        device: format!("{}, f32", description.device),
        kind: "gpu".into(),
        driver: description.driver,
        software,
        version: env!("CARGO_PKG_VERSION").into(),
        load,
        copy_gb_s,
        bandwidth: vec![bandwidth],
        kernels,
        solvers,
        flows: flow_rows,
        networks,
    })
}

/// The kernels on every grid of the plan; a grid that does not fit is left out with a warning.
fn measure_kernels<B: Stopwatch>(
    backend: &B,
    plan: &Plan,
    copy_gb_s: f64,
    stages: &mut Stages<'_>,
) -> Result<Vec<KernelRow>, BackendError> {
    let mut rows = Vec::new();
    for &n in &plan.kernels {
        stages.begin(&format!("{KERNELS} {n}³"));
        match kernels::measure(backend, n, copy_gb_s) {
            Err(error @ BackendError::TooLarge { .. }) => {
                stages.progress.warn(&format!("no kernels at {n}³: {error}"));
            }
            measured => rows.extend(measured?),
        }
    }
    Ok(rows)
}

/// The coolant networks of the plan; they are solved on the host, whatever computes the cells.
fn solve_networks(plan: &Plan, stages: &mut Stages<'_>) -> Vec<NetworkRow> {
    if !plan.network {
        return Vec::new();
    }
    stages.begin(networks::NAME);
    networks::run().into_iter().collect()
}

/// Runs something on a pool of so many threads.
fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> Result<T, BackendError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let refused = |error: rayon::ThreadPoolBuildError| BackendError::DeviceFailed {
        device: format!("a pool of {threads} threads"),
        reason: error.to_string(),
    };
    Ok(pool.map_err(refused)?.install(run))
}

/// The system's load average over the last minute.
fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

/// Name of the processor, where the system says; else its architecture.
fn processor() -> String {
    let named = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("{} CPU", std::env::consts::ARCH))
}
