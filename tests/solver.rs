//! Facts about the multigrid-preconditioned solver on the f64 backend.

use racktherm::backend::cpu::CpuBackend;
use racktherm::model::system::{CellLink, LinearSystem, NodeLink, State};
use racktherm::solver::{Options, Refined};
use racktherm::verify::contrast;

/// Solves a named problem to ‖r‖/‖b‖ ≤ 1e-8 and returns the Krylov steps and the work units of each.
fn cost(name: &str, n: usize) -> (usize, f64) {
    let problem = contrast::problem(name, n).expect("a known name");
    let backend = CpuBackend::new();
    let options = Options { correction: 1e-8, outer_steps: 1, iterations: 600, ..Options::cpu() };
    let start = std::time::Instant::now();
    let mut refined = Refined::new(&backend, &problem.system, options).expect("no node is loose");
    let setup = start.elapsed();
    let mut x = State::zeros(&problem.system);
    let report = refined.solve(&mut x, &problem.source).expect("the CPU does not fail");
    println!(
        "{name} {n}: {} steps of {:.1} work units, {report:?} levels {:?} set-up {setup:?} all {:?}",
        report.iterations,
        refined.work_units(),
        refined.levels(),
        start.elapsed()
    );
    assert!(report.relative_residual < 1e-6, "{name} {n}: {report:?}");
    (report.iterations, refined.work_units())
}

#[test]
fn copper_in_air_takes_few_iterations_on_every_grid() {
    // What it takes today and up to a tenth more.
    let bounds =
        [("blocks", 15), ("board", 20), ("random", 40), ("neumann", 8), ("copper-cube", 9), ("masked", 11)];
    let mut over = Vec::new();
    for (name, bound) in bounds {
        for n in [32, 64] {
            let (steps, work) = cost(name, n);
            if steps > bound || work > 15.0 {
                over.push(format!(
                    "{name} {n}³: {steps} iterations of {work:.1} work units, bound {bound} of 15"
                ));
            }
        }
    }
    assert!(over.is_empty(), "{over:#?}");
}

/// Copper blocks on the floor of a channel, air above them from y = 0 to the far end at `speed` m/s, with a
/// junction on each block that is cooled by a coolant chain through all of them.
fn channel(size: [usize; 3], speed: f64) -> (LinearSystem, State) {
    let [nx, ny, nz] = size;
    let mut system = LinearSystem::zeros(size, true);
    let mut source = State { cells: vec![0.0; system.cells()], nodes: Vec::new() };
    let d = 0.005;
    let capacity = 1.18 * 1006.0 * speed * d * d;
    let is_air = |k: usize| k >= nz / 3;
    let is_copper = |i: usize, j: usize, k: usize| !is_air(k) && i % 8 < 5 && j % 10 < 6;
    let conductivity = |i, j, k| {
        if is_copper(i, j, k) {
            390.0
        } else if is_air(k) {
            0.026
        } else {
            0.3
        }
    };
    for c in 0..system.cells() {
        let at = [c % nx, (c / nx) % ny, c / (nx * ny)];
        let own = conductivity(at[0], at[1], at[2]);
        for axis in 0..3 {
            if at[axis] + 1 < size[axis] {
                let mut n = at;
                n[axis] += 1;
                let other = conductivity(n[0], n[1], n[2]);
                let film =
                    if is_air(at[2]) == is_air(n[2]) { 0.5 * d / own + 0.5 * d / other } else { 1.0 / 30.0 };
                system.from_upper[axis][c] = d * d / film;
                let flow = if axis == 1 && is_air(at[2]) { capacity } else { 0.0 };
                system.from_lower[axis][c] = d * d / film + flow;
            }
        }
        if is_air(at[2]) && at[1] == 0 {
            system.sink[c] += capacity;
        }
        if is_copper(at[0], at[1], at[2]) {
            source.cells[c] = 0.2;
        }
    }
    // Junctions 0, 2, 4… and the coolant after each: 1, 3, 5…
    let blocks: Vec<usize> = (0..ny).step_by(10).map(|j| nx * j).collect();
    let (water, plate) = (30.0, 1.0 / 0.05);
    system.border.sink = vec![0.0; 2 * blocks.len()];
    system.border.sink[1] = water - plate;
    system.border.sink[0] = plate;
    for (b, &cell) in blocks.iter().enumerate() {
        let (junction, coolant) = (2 * b, 2 * b + 1);
        source.nodes.extend([50.0, 0.0]);
        system.border.cell_links.push(CellLink { cell, node: junction, conductance: 5.0 });
        system.border.node_links.push(NodeLink { to: coolant, from: junction, conductance: plate });
        if b > 0 {
            system.border.node_links.push(NodeLink { to: junction, from: coolant - 2, conductance: plate });
            let upstream = NodeLink { to: coolant, from: coolant - 2, conductance: water - plate };
            system.border.node_links.push(upstream);
        }
    }
    (system, source)
}

#[test]
fn forced_air_over_copper_with_a_coolant_chain_meets_the_stopping_rule() {
    // Work may not exceed 20, 30 and 60 steps of 29 work units.
    for (size, speed, bound, work) in
        [([16, 30, 9], 0.3, 25, 580.0), ([32, 60, 24], 3.0, 47, 870.0), ([48, 128, 48], 3.0, 41, 1740.0)]
    {
        let (system, source) = channel(size, speed);
        let backend = CpuBackend::new();
        let start = std::time::Instant::now();
        let mut refined = Refined::new(&backend, &system, Options::cpu()).unwrap();
        let mut x = State::zeros(&system);
        let report = refined.solve(&mut x, &source).unwrap();
        println!("{size:?}: {report:?} {:?} {:?}", refined.levels(), start.elapsed());
        assert!(report.converged, "{size:?}: {report:?}");
        assert!(report.iterations <= bound, "{size:?}: {report:?}");
        let spent = report.iterations as f64 * refined.work_units();
        println!("{size:?}: {spent:.0} work units");
        assert!(spent <= work, "{size:?}: {spent} work units in {} steps", report.iterations);
        // Heat in equals what the last coolant and the last air cells carry away over the inlet value 0.
        let capacity = 1.18 * 1006.0 * speed * 0.005 * 0.005;
        let air: f64 = (0..system.cells())
            .filter(|c| (c / size[0]) % size[1] == size[1] - 1 && c / (size[0] * size[1]) >= size[2] / 3)
            .map(|c| capacity * x.cells[c])
            .sum();
        let water = 30.0 * x.nodes.last().unwrap();
        let power: f64 = source.cells.iter().chain(&source.nodes).sum();
        approx::assert_relative_eq!(air + water, power, max_relative = 1e-9);
    }
}

/// The same problem with its axes renamed: axis a of the result is `axes[a]` of the given one.
fn renamed(system: &LinearSystem, source: &State, axes: [usize; 3]) -> (LinearSystem, State) {
    let mut turned = LinearSystem::zeros(axes.map(|a| system.size[a]), system.is_advective());
    let strides = system.strides();
    let [nx, ny, _] = turned.size;
    let old = |c: usize| {
        let at = [c % nx, c / nx % ny, c / (nx * ny)];
        (0..3).map(|a| at[a] * strides[axes[a]]).sum::<usize>()
    };
    let mut new = vec![0; system.cells()];
    (0..system.cells()).for_each(|c| new[old(c)] = c);
    let pick = |values: &[f64]| -> Vec<f64> { (0..values.len()).map(|c| values[old(c)]).collect() };
    turned.from_upper = axes.map(|axis| pick(&system.from_upper[axis]));
    turned.from_lower = axes.map(|axis| pick(&system.from_lower[axis]));
    turned.sink = pick(&system.sink);
    turned.border = system.border.clone();
    turned.border.cell_links.iter_mut().for_each(|link| link.cell = new[link.cell]);
    (turned, State { cells: pick(&source.cells), nodes: source.nodes.clone() })
}

#[test]
fn a_stream_costs_as_many_steps_along_x_and_z_as_along_y() {
    let (system, source) = channel([32, 60, 24], 3.0);
    let steps = [[0, 1, 2], [1, 0, 2], [0, 2, 1]].map(|axes| {
        let (system, source) = renamed(&system, &source, axes);
        let mut x = State::zeros(&system);
        let backend = CpuBackend::new();
        let report = Refined::new(&backend, &system, Options::cpu()).unwrap().solve(&mut x, &source).unwrap();
        assert!(report.converged, "{axes:?}: {report:?}");
        report.iterations
    });
    println!("{steps:?}");
    assert!(steps.iter().all(|&s| s.abs_diff(steps[0]) <= 2), "{steps:?}");
}

#[test]
fn the_answer_has_the_same_bits_on_one_and_on_two_threads() {
    let problem = contrast::problem("board", 32).unwrap();
    let solve = |threads: usize| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
            let backend = CpuBackend::new();
            let mut x = State::zeros(&problem.system);
            Refined::new(&backend, &problem.system, Options::cpu())
                .unwrap()
                .solve(&mut x, &problem.source)
                .unwrap();
            x
        })
    };
    assert_eq!(solve(1), solve(2));
}

#[test]
fn a_ring_is_solved_as_the_line_that_is_cut_open_where_nothing_flows() {
    // A ring of 2 n cells along x, heated in cell 0 and cooled in the opposite one: both ways round carry half, so that it
    // is the line of n + 1 cells with half the source. Cut open at the seam it would carry all along one way.
    let n = 24;
    let size = [2 * n, 6, 4];
    let mut system = LinearSystem::zeros(size, false);
    for (axis, n) in size.into_iter().enumerate() {
        for c in 0..system.cells() {
            let last = system.position(c)[axis] + 1 == n;
            if !last || axis == 0 {
                system.add_face(axis, c, [1.0, 1.0]);
            }
        }
    }
    let mut source = State::zeros(&system);
    for c in 0..system.cells() {
        match system.position(c)[0] {
            0 => source.cells[c] = 1.0,
            i if i == n => system.sink[c] = 1.0,
            _ => (),
        }
    }
    let backend = CpuBackend::new();
    let mut x = State::zeros(&system);
    let report = Refined::new(&backend, &system, Options::cpu()).unwrap().solve(&mut x, &source).unwrap();
    assert!(report.converged, "{report:?}");
    assert!(report.iterations <= 40, "{report:?}");
    println!("{report:?}");
    for c in 0..system.cells() {
        let i = system.position(c)[0];
        let steps = i.abs_diff(n) as f64;
        approx::assert_relative_eq!(x.cells[c], 1.0 + 0.5 * steps, max_relative = 1e-9);
    }
}
