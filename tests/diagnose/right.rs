//! Right numbers are right, as every program prints them and in every convention; wrong ones never are.

use crate::case::{Case, in_parallel, pick, same};
use crate::own_program::{Program, Table};
use crate::printed::FORMATS;
use demystified::ndarray::{Array1, Axis};
use demystified::{Cost, DiagnoseOptions, Diagnosis, Network, diagnose, diagnose_with, pasted};
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::StandardNormal;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

const NETWORKS: usize = 400;

/// A network that people train: not too flat, with three examples or more.
fn draw(rng: &mut ChaCha8Rng) -> (Case, Vec<Table>) {
    loop {
        let case = Case::random(rng);
        let Some(right) = Program::right().run(&case) else { continue };
        if case.x.nrows() > 1 && right.iter().all(|one| one.iter().any(|v| v.abs() > 2e-3)) {
            return (case, right);
        }
    }
}

fn judged(case: &Case, slopes: &[Table]) -> Diagnosis {
    let n = case.last() - 1;
    let options = DiagnoseOptions {
        dj_db: slopes[n..].iter().map(|b| Array1::from_iter(b.iter().copied())).collect(),
        ..DiagnoseOptions::default()
    };
    diagnose_with(&case.net, &case.x, &case.y, &slopes[..n], &options).expect("slopes of the right shapes")
}

#[test]
fn right_slopes_are_right_as_every_program_prints_them() {
    let mut rng = ChaCha8Rng::seed_from_u64(4000);
    let drawn: Vec<(Case, Vec<Table>)> = (0..NETWORKS).map(|_| draw(&mut rng)).collect();
    let results = in_parallel(&drawn, |_, (case, right)| {
        let mut faults = Vec::new();
        for (name, print) in FORMATS {
            let read: Vec<Table> = right
                .iter()
                .map(|one| {
                    let text = print(one);
                    let read = pasted(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
                    // a vector that is printed with one axis
                    if read.dim() == one.dim() { read } else { read.reversed_axes() }
                })
                .collect();
            let digits =
                |v: f64| format!("{v:.12e}").split('e').next().unwrap_or("").trim_end_matches('0').len() - 2;
            if read.iter().flatten().map(|v| digits(v.abs())).max().unwrap_or(0) < 3 {
                continue;
            }
            let found = judged(case, &read);
            if !found.is_right() || !found.mistakes().is_empty() {
                let at = &found.largest_deviation;
                faults.push(format!("{name}: {found}\n{at:?}\n{case:?}\n{read:?}"));
            }
        }
        faults
    });
    let faults: Vec<String> = results.concat();
    assert!(faults.is_empty(), "{} faults: {}", faults.len(), faults[0]);
}

#[test]
fn wrong_slopes_are_never_right_and_a_random_change_is_not_explained() {
    let mut rng = ChaCha8Rng::seed_from_u64(4001);
    let mut drawn = Vec::new();
    while drawn.len() < NETWORKS {
        let (case, right) = draw(&mut rng);
        let mut wrong = right.clone();
        match pick(&mut rng, 4) {
            // everything
            0 => wrong
                .iter_mut()
                .for_each(|one| *one += &Table::random_using(one.dim(), StandardNormal, &mut rng)),
            // one array
            1 => {
                let k = pick(&mut rng, wrong.len());
                let change = Table::random_using(wrong[k].dim(), StandardNormal, &mut rng);
                wrong[k] = &wrong[k] * &(1.0 + &change) + 0.01;
            }
            // one number
            2 => {
                let k = pick(&mut rng, wrong.len());
                let at = (pick(&mut rng, wrong[k].nrows()), pick(&mut rng, wrong[k].ncols()));
                wrong[k][at] = 1.37 * wrong[k][at] + 0.0123;
            }
            // a different, unlikely factor for each array
            _ => wrong.iter_mut().enumerate().for_each(|(k, one)| *one *= 1.37 + 0.11 * k as f64),
        }
        if !same(&wrong, &right, 0.01) {
            drawn.push((case, wrong));
        }
    }
    let writings: [fn(f64) -> String; 4] =
        [|v| format!("{v:e}"), |v| format!("{v:.8}"), |v| format!("{v:.4}"), |v| format!("{:e}", v as f32)];
    // each network in one of the writings: what is unknown is looked at longest
    let explained: Vec<String> = in_parallel(&drawn, |k, (case, wrong)| {
        let write = writings[k % writings.len()];
        let handed: Vec<Table> =
            wrong.iter().map(|one| one.mapv(|v| write(v).parse().expect("a number"))).collect();
        let found = judged(case, &handed);
        assert!(!found.is_right(), "{found}\n{case:?}\n{handed:?}");
        let is_factor = found.mistakes().iter().all(|one| one.name() == "factor");
        (!found.is_unknown() && !is_factor).then(|| format!("{found}\n{case:?}\n{handed:?}"))
    })
    .into_iter()
    .flatten()
    .collect();
    for one in &explained {
        println!("{}\n", one.chars().take(1200).collect::<String>());
    }
    println!("{} of {NETWORKS} explained", explained.len());
    assert!(explained.len() as f64 <= 0.01 * NETWORKS as f64, "{} of {NETWORKS}", explained.len());
}

/// The slopes as they are in another convention.
type Convention = (&'static str, fn(&Case) -> bool, fn(&Case, &[Table]) -> Vec<Table>);

const CONVENTIONS: &[Convention] = &[
    (
        "another cost",
        |c| c.net.cost_function() == Cost::SumOfSquares,
        |c, right| right.iter().map(|one| one * (2.0 / c.x.nrows() as f64)).collect(),
    ),
    (
        "another cost",
        |c| c.net.cost_function() == Cost::SumOfSquares,
        |c, right| right.iter().map(|one| one * (2.0 / c.y.len() as f64)).collect(),
    ),
    (
        "another cost",
        |c| c.net.cost_function() == Cost::SumOfSquares,
        |_, right| right.iter().map(|one| one * 2.0).collect(),
    ),
    (
        "another cost",
        |c| matches!(c.net.cost_function(), Cost::CrossEntropy { lambda: 0.0 }),
        |c, right| right.iter().map(|one| one * c.x.nrows() as f64).collect(),
    ),
    ("times the rate", |_| true, |_, right| right.iter().map(|one| one * 0.003).collect()),
    (
        "units × inputs",
        |c| c.last() > 2 && c.net.w(1).ncols() > 1 && c.net.w(1).nrows() > 1,
        |c, right| {
            let n = c.last() - 1;
            let turn = |(k, one): (usize, &Table)| if k < n { one.t().to_owned() } else { one.clone() };
            right.iter().enumerate().map(turn).collect()
        },
    ),
    ("bias as last row", |c| c.net.has_bias(), |c, right| with_ones(c, right, false)),
    ("bias as first row", |c| c.net.has_bias(), |c, right| with_ones(c, right, true)),
];

/// Each dJ/dW with dJ/db as a row, as from a column of ones.
fn with_ones(case: &Case, right: &[Table], is_first: bool) -> Vec<Table> {
    let n = case.last() - 1;
    (0..n)
        .map(|k| {
            let both = if is_first { [&right[n + k], &right[k]] } else { [&right[k], &right[n + k]] };
            let views: Vec<_> = both.iter().map(|one| one.view()).collect();
            demystified::ndarray::concatenate(Axis(0), &views).expect("equal columns")
        })
        .collect()
}

#[test]
fn other_conventions_are_right_in_every_precision() {
    let mut rng = ChaCha8Rng::seed_from_u64(4002);
    for (name, fits, convert) in CONVENTIONS {
        let mut drawn = 0;
        while drawn < 50 {
            let (case, right) = draw(&mut rng);
            if !fits(&case) {
                continue;
            }
            let handed = convert(&case, &right);
            if same(&handed, &right, 1e-6) {
                continue;
            }
            drawn += 1;
            for write in [
                |v: f64| format!("{v:e}"),
                |v| format!("{v:.8}"),
                |v| format!("{:e}", v as f32),
                |v| format!("{v:.3e}"),
            ] {
                let handed: Vec<Table> =
                    handed.iter().map(|one| one.mapv(|v| write(v).parse().expect("a number"))).collect();
                // "as long as the digits can tell": small numbers have few of them
                let has_digits = |one: &Table| {
                    let most = one.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
                    format!("{:.8e}", most)
                        .split('e')
                        .next()
                        .is_some_and(|text| text.trim_end_matches('0').len() > 4)
                };
                let n_numbers: usize = handed.iter().map(Table::len).sum();
                if !handed.iter().all(has_digits) || n_numbers < 8 {
                    continue;
                }
                let found = match name.starts_with("bias") {
                    true => diagnose(&case.net, &case.x, &case.y, &handed).expect("a diagnosis"),
                    false => judged(&case, &handed),
                };
                assert!(found.is_right(), "{name}: {found}\n{case:?}\n{handed:?}");
                let names: Vec<&str> = found.mistakes().iter().map(|one| one.name()).collect();
                // of two examples, half is a mean
                assert!(names.contains(name), "{name}: {found}\n{case:?}");
            }
        }
    }
}

#[test]
fn examples_as_columns_forward_differences_and_updates_per_example_are_right() {
    let mut rng = ChaCha8Rng::seed_from_u64(4003);
    for _ in 0..20 {
        let (case, right) = draw(&mut rng);
        let n = case.last() - 1;
        if case.x.nrows() != case.x.ncols() {
            let (x, y) = (case.x.t().to_owned(), case.y.t().to_owned());
            let found = diagnose(&case.net, &x, &y, &right[..n]).expect("a diagnosis");
            assert!(found.is_right(), "{found}");
            assert_eq!(found.mistakes()[0].name(), "examples as columns");
        }
    }
    let mut n_named = 0;
    // 2-3-1, four examples: J(w + ε) − J(w) over ε, and the way of the weights over the rate
    for seed in 1..=10 {
        let case = crate::case::sleep(4);
        let net = Network::random(&[2, 3, 1], seed).expect("a network");
        let params = net.params();
        let j = |p: &Array1<f64>| net.with_params(p).and_then(|net| net.cost(&case.x, &case.y)).expect("J");
        for epsilon in [1e-3, 1e-4, 1e-6] {
            let slopes: Vec<f64> = (0..9)
                .map(|k| {
                    let mut moved = params.clone();
                    moved[k] += epsilon;
                    (j(&moved) - j(&params)) / epsilon
                })
                .collect();
            let found = diagnose(&net, &case.x, &case.y, &split(&slopes)).expect("a diagnosis");
            assert!(found.is_right(), "{found}");
            // the smallest deviates by less than 32 bits would
            let measured = found.mistakes().first().and_then(|one| one.value());
            assert!(measured == Some(epsilon) || epsilon < 1e-5 && measured.is_none(), "{found}");
        }
        for rate in [0.5, 0.01] {
            let mut moving = net.clone();
            for k in 0..4 {
                let (x, y) = (case.x.select(Axis(0), &[k]), case.y.select(Axis(0), &[k]));
                let step = moving.gradients(&x, &y).expect("slopes").to_vector();
                moving = moving.with_params(&(moving.params() - rate * step)).expect("parameters");
            }
            let way = ((&params - &moving.params()) / rate).to_vec();
            let found = diagnose(&net, &case.x, &case.y, &split(&way)).expect("a diagnosis");
            assert!(found.is_right(), "{found}");
            // slopes that hardly change along the way are simply right
            let named = found.mistakes();
            let Some(one) = named.first() else { continue };
            n_named += 1;
            assert_eq!(one.name(), "per-example updates", "{found}");
            assert!((one.value().expect("a rate") - rate).abs() < 1e-6 * rate);
        }
    }
    assert!(n_named >= 10, "{n_named} of 20");
}

fn split(slopes: &[f64]) -> Vec<Table> {
    let table =
        |shape, values: &[f64]| Table::from_shape_vec(shape, values.to_vec()).expect("as many numbers");
    vec![table((2, 3), &slopes[..6]), table((3, 1), &slopes[6..])]
}

#[test]
fn a_deviation_that_is_shown_can_be_seen() {
    let case = crate::case::sleep(4);
    let right = Program::right().run(&case).expect("slopes");
    let mut wrong = right.clone();
    wrong[0][[1, 2]] += 3e-6;
    let found = judged(&case, &wrong);
    assert!(found.is_unknown(), "{found}");
    let at = found.largest_deviation.clone().expect("a deviation");
    assert_eq!((at.row, at.column), (1, 2));
    let text = found.to_string();
    let line = text.lines().find(|line| line.starts_with("Farthest off")).expect("a line");
    let (yours, rest) =
        line.split_once(": ").and_then(|(_, rest)| rest.split_once(", where ")).expect("two numbers");
    assert_ne!(yours, rest.trim_end_matches(" is right."), "{line}");
}
