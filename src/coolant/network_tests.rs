use super::*;
use approx::assert_relative_eq;

/// A branch of quadratic loss.
fn quadratic(r: f64, flow: f64) -> Loss {
    Loss { drop: r * flow * flow.abs(), slope: 2.0 * r * flow.abs() }
}

fn network(nodes: &[(Option<f64>, f64)], branches: &[(usize, usize)]) -> Network {
    Network {
        nodes: nodes.iter().map(|&(held, inflow)| NetworkNode { held, inflow }).collect(),
        branches: branches
            .iter()
            .map(|&(from, to)| NetworkBranch { from, to, passage: Passage::Free })
            .collect(),
        usual_flow: 1.0,
    }
}

#[test]
fn the_two_loops_of_hardy_cross_share_their_flow_as_tabulated() {
    let table = include_str!("../../tests/data/validation/hardy_cross.csv");
    let known: Vec<(String, f64)> = table
        .lines()
        .filter(|line| !line.starts_with(['#', 'p']))
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0].to_owned(), cells[1].parse().unwrap())
        })
        .collect();
    // A B C D; AB AC BC BD CD.
    let r = [("AB", 1.0), ("AC", 5.0), ("BC", 2.0), ("BD", 4.0), ("CD", 1.0)];
    let net = network(
        &[(Some(0.0), 100.0), (None, 0.0), (None, 0.0), (None, -100.0)],
        &[(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)],
    );
    let found = net.solve(&|b, q| quadratic(r[b].1, q), None).unwrap();
    for (b, (name, _)) in r.iter().enumerate() {
        let (_, flow) = known.iter().find(|(known, _)| known == name).unwrap();
        assert_relative_eq!(found.flows[b], *flow, max_relative = 1e-9);
    }
    assert!(found.momentum.relative <= 1e-12 && found.mass.relative <= 1e-14, "{found:?}");
}

#[test]
fn a_dead_end_and_a_balanced_bridge_carry_nothing() {
    // Wheatstone: equal arms, so nothing crosses; and a branch to a node that leads nowhere.
    let net = network(
        &[(None, 2.0), (None, 0.0), (None, 0.0), (Some(0.0), -2.0), (None, 0.0)],
        &[(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (1, 4)],
    );
    let found = net.solve(&|_, q| quadratic(3.0, q), None).unwrap();
    assert_relative_eq!(found.flows[0], 1.0, max_relative = 1e-9);
    assert!(found.flows[2].abs() < 1e-5 && found.flows[5].abs() < 1e-14, "{found:?}");
    assert!(found.momentum.relative <= 1e-10);
}

/// Two pumps side by side against one loss; the second may be stopped and has a check valve.
fn pumps(second: f64, check: bool) -> NetworkSolution {
    let mut net = network(&[(Some(0.0), 0.0), (None, 0.0)], &[(0, 1), (0, 1), (1, 0)]);
    if check {
        net.branches[1].passage = Passage::OneWay;
    }
    let pump =
        |speed: f64, q: f64| Loss { drop: -(100.0 * speed * speed - q * q.abs()), slope: 2.0 * q.abs() };
    net.solve(&|b, q| [pump(1.0, q), pump(second, q), quadratic(1.0, q)][b], None).unwrap()
}

#[test]
fn a_stopped_pump_is_flowed_through_backwards_unless_a_check_valve_shuts() {
    let both = pumps(1.0, true);
    // 100 − q² = (2q)²: q = √20.
    assert_relative_eq!(both.flows[0], 20_f64.sqrt(), max_relative = 1e-10);
    assert_relative_eq!(both.flows[1], 20_f64.sqrt(), max_relative = 1e-10);
    let back = pumps(0.0, false);
    assert!(back.flows[1] < -1.0, "{back:?}");
    let shut = pumps(0.0, true);
    assert!(shut.shut[1] && shut.flows[1] == 0.0);
    assert_relative_eq!(shut.flows[0], 50_f64.sqrt(), max_relative = 1e-10);
    // More reaches the loop without the leak through the standing pump.
    assert!(shut.flows[2] > back.flows[2]);
}

#[test]
fn what_shut_branches_cut_off_stands_still_and_given_flow_without_a_way_out_is_named() {
    let mut net = network(
        &[(Some(0.0), 0.0), (None, 0.0), (None, 0.0), (None, 0.0)],
        &[(1, 0), (1, 2), (2, 3), (3, 0)],
    );
    net.branches.push(NetworkBranch { from: 0, to: 1, passage: Passage::Given(2.0) });
    net.branches[1].passage = Passage::Shut;
    net.branches[3].passage = Passage::Shut;
    let found = net.solve(&|_, q| quadratic(1.0, q), None).unwrap();
    assert_eq!(found.flows[..4], [2.0, 0.0, 0.0, 0.0]);
    assert_relative_eq!(found.pressures[1], 4.0, max_relative = 1e-12);
    net.branches[0].passage = Passage::Shut;
    assert_eq!(net.solve(&|_, q| quadratic(1.0, q), None), Err(NetworkError::NoWayOut { node: 1 }));
}

#[test]
fn losses_that_differ_by_twelve_orders_close_at_every_node() {
    // A ladder of 40 rungs whose resistances jump, fed at one end.
    let n = 40;
    let mut nodes = vec![(None, 0.0); 2 * n];
    nodes[0] = (None, 1.0);
    nodes[2 * n - 1] = (Some(0.0), -1.0);
    let mut ends = Vec::new();
    for k in 0..n {
        ends.push((2 * k, 2 * k + 1));
        if k + 1 < n {
            ends.push((2 * k, 2 * k + 2));
            ends.push((2 * k + 1, 2 * k + 3));
        }
    }
    let net = network(&nodes, &ends);
    let resistance = |b: usize| 10_f64.powi((b * 7 % 13) as i32 - 6);
    let found = net.solve(&|b, q| quadratic(resistance(b), q), None).unwrap();
    assert!(found.momentum.relative <= 1e-10 && found.mass.relative <= 1e-12, "{found:?}");
    assert!(found.steps < 60, "{}", found.steps);
    // From its own solution it takes next to nothing.
    let again = net.solve(&|b, q| quadratic(resistance(b), q), Some(&found)).unwrap();
    assert!(again.steps <= 3, "{}", again.steps);
}

#[test]
fn a_loss_that_rounding_alone_leaves_unsolved_is_done() {
    // 10 L/min through a valve of so many m³/h at 1 bar: one root, and a step whose gain is less than the rounding of
    // pressures that cancel must not be halved for ever.
    for hundredth in 1..=3000 {
        let kv = f64::from(hundredth) * 0.01 / 3600.0;
        for inflow in [1e-2 / 60.0, 3e-2 / 60.0] {
            let mut net = network(&[(Some(0.0), inflow), (None, -inflow)], &[(0, 1)]);
            net.usual_flow = inflow;
            let found = net.solve(&|_, q| quadratic(1e5 / (kv * kv), q), None).unwrap();
            assert_relative_eq!(-found.pressures[1], 1e5 * (inflow / kv).powi(2), max_relative = 1e-9);
        }
    }
}

#[test]
fn a_loss_that_is_no_number_is_named() {
    let net = network(&[(None, 1.0), (Some(0.0), -1.0)], &[(0, 1)]);
    let found = net.solve(&|_, _| Loss { drop: f64::NAN, slope: 1.0 }, None);
    assert!(matches!(found, Err(NetworkError::NoNumber { branch: 0, .. })), "{found:?}");
}
