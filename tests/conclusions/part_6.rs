//! Part 6: training, where it ends, and what its results say.

use crate::setting::{FIT, series, three, to_the_end, train, train_many, unhurried};
use crate::{ALWAYS, Conclusion, Tally};
use demystified::{Activation, Method, Network, Trainer, TrainingRun, sigmoid};
use ndarray::{Array2, array};
use std::sync::OnceLock;

fn fits(run: &TrainingRun) -> bool {
    run.final_cost() < FIT
}

/// How many of 1000 starts of a network with this many hidden units reach a fit; other starts than the notebook's.
fn fitting_starts(width: usize) -> Tally {
    let net = Network::random(&[2, width, 1], 0).unwrap();
    Tally::count(train_many(&unhurried(), &net, 10_000..11_000, &three()).iter().map(fits))
}

/// Trainings that do not fit the three nights.
fn poor(seeds: std::ops::Range<u64>) -> Vec<TrainingRun> {
    let mut runs = train_many(&unhurried(), &series(0), seeds, &three());
    runs.retain(|run| !fits(run));
    runs
}

/// The poor endings of 3000 starts other than the notebook's, and where each gets to by further training.
fn trained_on() -> &'static Vec<(TrainingRun, TrainingRun)> {
    static RUNS: OnceLock<Vec<(TrainingRun, TrainingRun)>> = OnceLock::new();
    RUNS.get_or_init(|| {
        let finer = Trainer { gradient_tolerance: 1e-8, max_iterations: 5000, ..unhurried() };
        let further = |run: TrainingRun| {
            let after = train(&finer, &run.network, &three());
            (run, after)
        };
        poor(30_000..33_000).into_iter().map(further).collect()
    })
}

fn has_one_sign(net: &Network) -> bool {
    net.w(2).iter().all(|&w| w > 0.0) || net.w(2).iter().all(|&w| w < 0.0)
}

/// The least cost where no output weight is below 0. The third night is the second doubled, so that the output's z grows from the one to the
/// other by the largest factor f(2z) / f(z) at most; the first night may fit.
fn least_of_one_sign() -> f64 {
    let factor = (-2000..5000)
        .map(|i| f64::from(i) / 1000.0)
        .fold(0.0, |most: f64, z| most.max(sigmoid(2.0 * z) / sigmoid(z)));
    let cost = |z: f64| 0.5 * ((0.82 - sigmoid(z)).powi(2) + (0.93 - sigmoid(factor * z)).powi(2));
    (0..400_000).map(|i| cost(f64::from(i) / 100_000.0)).fold(f64::MAX, f64::min)
}

fn stays(run: &TrainingRun, least: f64) -> bool {
    run.final_cost() > least - 1e-6
}

/// By how much the prediction rises for an hour of sleep and for one of studying, over the plane, in points.
fn rises(net: &Network) -> (f64, f64) {
    let at = |sleep: f64, study: f64| array![sleep / 10.0, study / 5.0];
    let mut ends = Array2::zeros((84, 2));
    for i in 0..21 {
        let share = i as f64 / 20.0;
        ends.row_mut(i).assign(&at(0.0, 5.0 * share));
        ends.row_mut(21 + i).assign(&at(10.0, 5.0 * share));
        ends.row_mut(42 + i).assign(&at(10.0 * share, 0.0));
        ends.row_mut(63 + i).assign(&at(10.0 * share, 5.0));
    }
    let points = 100.0 * net.predict(&ends).unwrap();
    let sum = |rows: std::ops::Range<usize>| rows.map(|row| points[[row, 0]]).sum::<f64>();
    ((sum(21..42) - sum(0..21)) / 210.0, (sum(63..84) - sum(42..63)) / 105.0)
}

/// How a network of fifty hidden units begins.
struct WideStart {
    /// All weighted inputs of the output are beyond 6.
    is_flat: bool,
    first_cost: f64,
    /// The number of steps after which BFGS ends far from a fit, if it does.
    stuck_after: Option<usize>,
}

/// 600 starts other than the notebook's.
fn wide() -> &'static Vec<WideStart> {
    static STARTS: OnceLock<Vec<WideStart>> = OnceLock::new();
    STARTS.get_or_init(|| {
        let data = three();
        let starts = (1000..1600).map(|seed| {
            let net = Network::random(&[2, 50, 1], seed).unwrap();
            let run = train(&unhurried(), &net, &data);
            WideStart {
                is_flat: net.forward(&data.x).unwrap().z(3).iter().all(|z| z.abs() > 6.0),
                first_cost: net.cost(&data.x, &data.y).unwrap(),
                stuck_after: (run.final_cost() > 0.04).then(|| run.iterations()),
            }
        });
        starts.collect()
    })
}

/// The network that comes nearest from the sum of the slopes of the nights, with what the broken loop of Part 6 does wrong.
fn same_value_three_times(seed: u64, stale: bool, decay: f64, rate: f64, updates: usize) -> bool {
    let data = three();
    let mut net = Network::random(&[2, 4, 4, 1], seed).unwrap().with_bias();
    let mut sum = ndarray::Array1::<f64>::zeros(net.n_params());
    let mut slopes = sum.clone();
    for update in 0..updates {
        if !stale {
            slopes = net.gradients(&data.x, &data.y).unwrap().to_vector();
        } else if update % 100 == 0 {
            sum += &net.gradients(&data.x, &data.y).unwrap().to_vector();
            slopes = sum.clone();
        }
        let params = net.params();
        net = net.with_params(&(&params - &(rate * (&slopes + &(decay * &params))))).unwrap();
    }
    let points = 100.0 * net.predict(&data.x).unwrap();
    let (least, most) = points.iter().fold((f64::MAX, f64::MIN), |(a, b), &p| (a.min(p), b.max(p)));
    most - least < 1.0
}

pub(crate) fn table() -> Vec<Conclusion> {
    let part_6 = |sentence, tried, trial, share| Conclusion { notebook: "06", sentence, tried, trial, share };
    vec![
        part_6(
            "None with one, 638 with two",
            "1000 other starts with one hidden unit",
            || fitting_starts(1),
            (0.0, 0.0),
        ),
        part_6("638 with two", "1000 other starts", || fitting_starts(2), (0.59, 0.69)),
        part_6("937 with three", "1000 other starts", || fitting_starts(3), (0.91, 0.96)),
        part_6("998 with four", "1000 other starts", || fitting_starts(4), (0.99, 1.0)),
        part_6("all 1000 with five", "1000 other starts", || fitting_starts(5), (0.995, 1.0)),
        part_6(
            "Dozens are the rule, and a fit is what most starts reach.",
            "1000 other starts, trained to 1e-9 with ten times the steps: fewer than 100 evaluations",
            || {
                let fine = Trainer { gradient_tolerance: 1e-9, max_iterations: 2000, ..unhurried() };
                let runs = train_many(&fine, &series(0), 1000..2000, &three());
                Tally::count(runs.iter().map(|run| run.evaluations < 100))
            },
            (0.98, 1.0),
        ),
        part_6(
            "Two groups, with nothing between one millionth and one thousandth.",
            "2000 other starts",
            || {
                let runs = train_many(&unhurried(), &series(0), 2000..4000, &three());
                Tally::count(runs.iter().map(|run| !(1e-6..1e-3).contains(&run.final_cost())))
            },
            (0.998, 1.0),
        ),
        part_6(
            "All 63 end at one cost, 0.00123.",
            "the poor endings of 2000 other starts, trained to the end: they cost 0.001226, but for those that get away",
            || {
                let data = three();
                Tally::count(poor(20_000..22_000).iter().filter_map(|run| {
                    let end = train(&to_the_end(), &run.network, &data).final_cost();
                    (end >= FIT).then_some((end - 0.0012262).abs() < 1e-6)
                }))
            },
            (0.97, 1.0),
        ),
        part_6(
            "All 6 endings with output weights of both signs got away, as from a saddle.",
            "the endings with both signs of 3000 other starts",
            || {
                let mixed = trained_on().iter().filter(|(before, _)| !has_one_sign(&before.network));
                Tally::count(mixed.map(|(_, after)| fits(after)))
            },
            (0.95, 1.0),
        ),
        part_6(
            "Of the 57 with weights of one sign, 5 got away and 52 stayed.",
            "the endings with one sign of 3000 other starts: how many stay",
            || {
                let least = least_of_one_sign();
                let one = trained_on().iter().filter(|(before, _)| has_one_sign(&before.network));
                Tally::count(one.map(|(_, after)| stays(after, least)))
            },
            (0.8, 0.97),
        ),
        part_6(
            "The 52 are local minima: all their output weights are above 0, and so they are nearby;",
            "the poor endings of 3000 other starts that stay: output weights above 0, and the least cost of such a network",
            || {
                let least = least_of_one_sign();
                let stay = trained_on().iter().map(|(_, after)| after).filter(|after| stays(after, least));
                Tally::count(stay.map(|after| {
                    after.network.w(2).iter().all(|&w| w > 0.0) && (after.final_cost() - least).abs() < 1e-9
                }))
            },
            ALWAYS,
        ),
        part_6(
            "From all weights 0, and from all 0.5, training ends at the same cost as the poor endings, with three equal columns of $W^{(1)}$.",
            "30 other common values from −3 to 3, trained to the end: equal columns, and nothing better",
            || {
                let data = three();
                Tally::count((0..30).map(|k| {
                    let weight = -3.0 + 6.0 * k as f64 / 29.0;
                    let start = series(0).with_params(&ndarray::Array1::from_elem(9, weight)).unwrap();
                    let run = train(&to_the_end(), &start, &data);
                    let w1 = run.network.w(1);
                    let equal =
                        w1.rows().into_iter().all(|row| row.iter().all(|w| (w - row[0]).abs() < 1e-6));
                    equal && run.final_cost() > 0.001226
                }))
            },
            ALWAYS,
        ),
        part_6(
            "But hidden units with equal weights get equal slopes, so they take equal steps and stay equal for ever.",
            "plain descent from 20 common values, 2 to 6 hidden units, 500 steps",
            || {
                let method = Method::GradientDescent { learning_rate: 3.0 };
                let trainer = Trainer { method, max_iterations: 500, ..unhurried() };
                Tally::count((0..20).map(|k| {
                    let net = Network::random(&[2, 2 + k % 5, 1], 0).unwrap();
                    let start = net.params().mapv(|_| -1.0 + k as f64 / 10.0);
                    let w1 = train(&trainer, &net.with_params(&start).unwrap(), &three()).network.w(1);
                    w1.rows().into_iter().all(|row| row.iter().all(|w| (w - row[0]).abs() < 1e-9))
                }))
            },
            ALWAYS,
        ),
        part_6(
            "Below the line an hour of sleep brings more: for 902 of 937.",
            "the fits among 1000 other starts",
            || {
                let runs = train_many(&unhurried(), &series(0), 30_000..31_000, &three());
                Tally::count(runs.iter().filter(|run| fits(run)).map(|run| {
                    let (sleep, study) = rises(&run.network);
                    sleep > study
                }))
            },
            (0.93, 0.99),
        ),
        part_6(
            "with biases it is 994 of 1000, with ten hidden units 1000",
            "500 other starts with ten hidden units",
            || {
                let net = Network::random(&[2, 10, 1], 0).unwrap();
                let runs = train_many(&unhurried(), &net, 5000..5500, &three());
                Tally::count(runs.iter().filter(|run| fits(run)).map(|run| {
                    let (sleep, study) = rises(&run.network);
                    sleep > study
                }))
            },
            (0.99, 1.0),
        ),
        part_6(
            "85 of 100 starts fit the three scores with that",
            "400 other starts that see only the hours of studying",
            || {
                let mut data = three();
                data.x = data.x.select(ndarray::Axis(1), &[1]);
                let net = Network::random(&[1, 3, 1], 0).unwrap().with_bias();
                Tally::count(train_many(&unhurried(), &net, 4000..4400, &data).iter().map(fits))
            },
            (0.78, 0.9),
        ),
        part_6(
            "plain descent with $\\eta = 10$ and 6000 steps at most gets below one millionth 28 times",
            "60 other starts",
            || {
                let method = Method::GradientDescent { learning_rate: 10.0 };
                let trainer =
                    Trainer { method, max_iterations: 6000, gradient_tolerance: 0.0, ..unhurried() };
                Tally::count(train_many(&trainer, &series(0), 9000..9060, &three()).iter().map(fits))
            },
            (0.85, 1.0),
        ),
        part_6(
            "140 starts get stuck, every one of them with its first step.",
            "fifty hidden units, 600 other starts: those that get stuck do so with the first step",
            || {
                let stuck = wide().iter().filter(|start| start.stuck_after.is_some());
                Tally::count(stuck.map(|start| start.stuck_after == Some(1)))
            },
            (0.98, 1.0),
        ),
        part_6(
            "31 of the 300 starts are flat, and none of these gets stuck.",
            "fifty hidden units, 600 other starts: how many of the flat ones get stuck",
            || {
                let flat = wide().iter().filter(|start| start.is_flat);
                Tally::count(flat.map(|start| start.stuck_after.is_some()))
            },
            (0.0, 0.05),
        ),
        part_6(
            "Of the 112 that started below, none gets stuck.",
            "fifty hidden units, 600 other starts: how many that begin below 0.0499 get stuck",
            || {
                let low = wide().iter().filter(|start| start.first_cost < 0.0499);
                Tally::count(low.map(|start| start.stuck_after.is_some()))
            },
            (0.0, 0.02),
        ),
        part_6(
            "BFGS gets stuck 18 times instead of 140.",
            "fifty hidden units, 600 other starts that get stuck: how many still do after 20 steps of plain descent",
            || {
                let method = Method::GradientDescent { learning_rate: 0.1 };
                let gentle = Trainer { method, max_iterations: 20, ..unhurried() };
                let stuck = (1000..1600).zip(wide()).filter(|(_, start)| start.stuck_after.is_some());
                Tally::count(stuck.map(|(seed, _)| {
                    let begun = train(&gentle, &Network::random(&[2, 50, 1], seed).unwrap(), &three());
                    train(&unhurried(), &begun.network, &three()).final_cost() > 0.04
                }))
            },
            (0.0, 0.25),
        ),
        part_6(
            "But it does not cure a step that is too long",
            "fifty hidden units with scaled weights, 300 other starts: how many get stuck",
            || {
                Tally::count((1000..1300).map(|seed| {
                    let net = Network::random_scaled(&[2, 50, 1], seed).unwrap();
                    train(&unhurried(), &net, &three()).final_cost() > 0.04
                }))
            },
            (0.8, 1.0),
        ),
        part_6(
            "With the identity all 1000 starts fit",
            "1000 other starts",
            || {
                let net = series(0).with_activations(Activation::Sigmoid, Activation::Identity);
                Tally::count(train_many(&unhurried(), &net, 1000..2000, &three()).iter().map(fits))
            },
            (0.998, 1.0),
        ),
        part_6(
            "and even units that agree can do that",
            "400 other starts with a single hidden unit, and the identity at the output",
            || {
                let one = Network::random(&[2, 1, 1], 0).unwrap();
                let net = one.with_activations(Activation::Sigmoid, Activation::Identity);
                Tally::count(train_many(&unhurried(), &net, 2000..2400, &three()).iter().map(fits))
            },
            (0.95, 1.0),
        ),
        part_6(
            "So a fit needs units that differ, and an output weight below 0.",
            "the fits among 1000 other starts",
            || {
                let runs = train_many(&unhurried(), &series(0), 12_000..13_000, &three());
                Tally::count(
                    runs.iter()
                        .filter(|run| fits(run))
                        .map(|run| run.network.w(2).iter().any(|&weight| weight < 0.0)),
                )
            },
            ALWAYS,
        ),
        part_6(
            "When the rate is far too large, the first step lands on flat ground, and the curve stays up there",
            "plain descent with a rate of 1000 from 60 other starts: after 200 steps the cost is above 0.04",
            || {
                let method = Method::GradientDescent { learning_rate: 1000.0 };
                let trainer = Trainer { method, max_iterations: 200, ..unhurried() };
                let runs = train_many(&trainer, &series(0), 9100..9160, &three());
                Tally::count(runs.iter().map(|run| run.final_cost() > 0.04))
            },
            (0.9, 1.0),
        ),
        part_6(
            "Only with all four mended does it say",
            "six other starts: with one cause mended (three of the four) the nights still get one value, within a point",
            || {
                Tally::count((2..8).flat_map(|seed| {
                    [(false, 0.1, 0.1, 200), (true, 0.0, 0.1, 200), (true, 0.1, 3.0, 200)].map(
                        |(stale, decay, rate, steps)| same_value_three_times(seed, stale, decay, rate, steps),
                    )
                }))
            },
            (0.9, 1.0),
        ),
    ]
}
