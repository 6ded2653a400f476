//! Set-up and solve of every problem on 16³ cells of the CPU; `racktherm bench` measures them at full size
//! and on every device.

use criterion::{Criterion, criterion_group, criterion_main};
use racktherm::backend::cpu::CpuBackend;
use racktherm::bench::solvers::solve;
use racktherm::verify::contrast;

const CELLS: usize = 16;

fn all(criterion: &mut Criterion) {
    let backend = CpuBackend::new();
    let mut group = criterion.benchmark_group(format!("solvers {CELLS}³"));
    group.sample_size(10).warm_up_time(std::time::Duration::from_millis(300));
    group.measurement_time(std::time::Duration::from_secs(1));
    for name in contrast::NAMES {
        let problem = contrast::problem(name, CELLS).expect("a known name");
        group.bench_function(name, |bencher| {
            bencher.iter(|| solve(&backend, &problem).expect("the CPU does not fail"));
        });
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
