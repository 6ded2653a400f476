//! A cycle of the CPU's solver asks for no memory: what it needs is made with the hierarchy.

use racktherm::backend::Backend;
use racktherm::backend::cpu::CpuBackend;
use racktherm::model::system::CellLink;
use racktherm::solver::multigrid::CycleOptions;
use racktherm::solver::preconditioner::Preconditioner;
use racktherm::verify::contrast;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn a_cycle_allocates_nothing() {
    // From a thread of the pool: work that comes from outside goes through a queue that grows.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");
    pool.install(count);
}

fn count() {
    let mut problem = contrast::problem("blocks", 48).expect("a known name");
    // A compact part with two links, so that its way through a cycle is counted too.
    let system = &mut problem.system;
    system.border.sink = vec![1.0];
    system.border.cell_links = [100, 5000].map(|cell| CellLink { cell, node: 0, conductance: 2.0 }).to_vec();
    let backend = CpuBackend::new();
    let mut preconditioner =
        Preconditioner::new(&backend, system, CycleOptions::default()).expect("no node is loose");
    assert!(preconditioner.bodies() > 0, "the bodies' part of the cycle is not tried");
    let [mut b, mut x, mut r] = [0; 3].map(|_| backend.field(system.size).expect("memory"));
    backend.upload(&problem.source.cells, &mut b);
    let bytes_of_cycles =
        |cycles: usize, preconditioner: &mut Preconditioner<CpuBackend>, x: &mut _, r: &mut _| {
            let region = Region::new(ALLOCATOR);
            for _ in 0..cycles {
                preconditioner.precondition(&backend, &b, x, r);
            }
            region.change().bytes_allocated
        };
    // Threads start and grow their queues in the first cycles.
    bytes_of_cycles(20, &mut preconditioner, &mut x, &mut r);
    let bytes = bytes_of_cycles(20, &mut preconditioner, &mut x, &mut r);
    assert_eq!(bytes, 0, "bytes in 20 cycles");
    let region = Region::new(ALLOCATOR);
    let made = backend.field([4, 4, 4]).expect("memory");
    assert!(region.change().bytes_allocated > 0, "the count does not see a small field");
    drop(made);
}
