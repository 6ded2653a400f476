//! Every kernel of the CPU backend on 32³ cells; `racktherm bench kernels` measures them at full size and
//! on every device.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use racktherm::backend::Stopwatch;
use racktherm::backend::cpu::CpuBackend;
use racktherm::bench::kernels::{Bed, kernels};

const CELLS: usize = 32;

fn all(criterion: &mut Criterion) {
    let backend = CpuBackend::new();
    let mut bed = Bed::new(&backend, CELLS).expect("the CPU holds any grid");
    let mut group = criterion.benchmark_group(format!("kernels {CELLS}³"));
    group.sample_size(20).warm_up_time(std::time::Duration::from_millis(300));
    group.measurement_time(std::time::Duration::from_secs(1));
    for kernel in kernels::<CpuBackend>() {
        let values = kernel.values_per_cell(&bed) * kernel.cells(&bed) as f64;
        group.throughput(Throughput::Bytes(values as u64 * CpuBackend::VALUE_BYTES as u64));
        group.bench_function(kernel.name, |bencher| bencher.iter(|| kernel.run(&backend, &mut bed)));
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
