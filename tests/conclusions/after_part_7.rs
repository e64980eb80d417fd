//! After Part 7: handwritten digits, on other divisions of the images and from other starts than the notebook's.

use crate::setting::unhurried;
use crate::{ALWAYS, Conclusion, MOSTLY, Tally};
use demystified::{
    Activation, Cost, Dataset, Digits, Method, Network, Trainer, TrainingRun, accuracy, digits_split, median,
};
use ndarray::{Array1, Array2, Axis};
use std::ops::Range;

const OTHER_SPLITS: Range<u64> = 20..28;
const OTHER_SEEDS: Range<u64> = 100..103;

fn reader(sizes: &[usize], seed: u64) -> Network {
    let net = Network::random_scaled(sizes, seed).unwrap().with_bias();
    net.with_activations(Activation::Sigmoid, Activation::Softmax)
        .with_cost(Cost::CrossEntropy { lambda: 1e-5 })
}

fn plain(max_iterations: usize) -> Trainer {
    let method = Method::StochasticGradientDescent { learning_rate: 0.5, batch_size: 32, seed: 7 };
    Trainer { method, max_iterations, ..unhurried() }
}

fn rolling(max_iterations: usize) -> Trainer {
    let method = Method::Momentum { learning_rate: 0.5, momentum: 0.9, batch_size: 32, seed: 7 };
    Trainer { method, ..plain(max_iterations) }
}

fn runs(trainer: &Trainer, sizes: &[usize], train: &Dataset, judged: &Dataset) -> Vec<TrainingRun> {
    let starts: Vec<Network> = OTHER_SEEDS.map(|seed| reader(sizes, seed)).collect();
    trainer.train_each(&starts, train, Some(judged)).unwrap()
}

/// The median share of right answers.
fn right(runs: &[TrainingRun], judged: &Dataset) -> f64 {
    let share = |run: &TrainingRun| accuracy(&run.network.predict(&judged.x).unwrap(), &judged.y).unwrap();
    median(&runs.iter().map(share).collect::<Vec<f64>>())
}

fn right_by_means(train: &Dataset, judged: &Dataset) -> f64 {
    let means = train.y.t().dot(&train.x) / train.y.sum_axis(Axis(0)).insert_axis(Axis(1));
    let bias: Array1<f64> = -0.5 * (&means * &means).sum_axis(Axis(1));
    accuracy(&(judged.x.dot(&means.t()) + bias), &judged.y).unwrap()
}

fn on_other_splits(holds: impl Fn(&Digits) -> bool) -> Tally {
    Tally::count(OTHER_SPLITS.map(|split| holds(&digits_split(split))))
}

/// The images, and each moved to the four sides by a share of a pixel, as in the notebook.
fn with_moved(train: &Dataset, share: f64) -> Dataset {
    let (mut x, mut y) = (train.x.clone(), train.y.clone());
    for (down, right) in [(0, 1), (0, -1), (1, 0), (-1, 0)] {
        let aside = Array2::from_shape_fn(train.x.dim(), |(n, pixel)| {
            let (row, column) = (pixel as i32 / 8 - down, pixel as i32 % 8 - right);
            let is_inside = (0..8).contains(&row) && (0..8).contains(&column);
            let there = if is_inside { train.x[[n, (8 * row + column) as usize]] } else { 0.0 };
            (1.0 - share) * train.x[[n, pixel]] + share * there
        });
        x.append(Axis(0), aside.view()).unwrap();
        y.append(Axis(0), train.y.view()).unwrap();
    }
    Dataset::new(x, y).unwrap()
}

fn cost(runs: &[TrainingRun]) -> f64 {
    median(&runs.iter().map(TrainingRun::final_test_cost).collect::<Vec<f64>>())
}

pub(crate) fn table() -> Vec<Conclusion> {
    vec![
        Conclusion {
            notebook: "08",
            sentence: "Thirty epochs of plain steps: 96.0 % are right, where the means had 90.0 %.",
            tried: "eight other splits, three other starts each",
            trial: || {
                on_other_splits(|Digits { train, validation, .. }| {
                    let trained = right(&runs(&plain(30), &[64, 10], train, validation), validation);
                    trained > right_by_means(train, validation)
                })
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "08",
            sentence: "Here a hidden layer reads better than none",
            tried: "eight other splits, three other starts each, judged by validation and test together",
            trial: || {
                on_other_splits(|Digits { train, validation, test }| {
                    let with = |sizes: &[usize]| {
                        let runs = runs(&rolling(30), sizes, train, validation);
                        right(&runs, validation) + right(&runs, test)
                    };
                    with(&[64, 64, 10]) > with(&[64, 10])
                })
            },
            share: MOSTLY,
        },
        Conclusion {
            notebook: "08",
            sentence: "Thirty plain epochs end at 0.08. Momentum is below that after 5, Adam after 10.",
            tried: "eight other splits, three other starts each",
            trial: || {
                on_other_splits(|Digits { train, validation, .. }| {
                    let end = |trainer: Trainer| {
                        let runs = runs(&trainer, &[64, 64, 10], train, validation);
                        median(&runs.iter().map(TrainingRun::final_train_data_cost).collect::<Vec<f64>>())
                    };
                    end(rolling(10)) < end(plain(10))
                })
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "08",
            sentence: "a hint that it helps, no proof",
            tried: "eight other splits, three other starts each",
            trial: || {
                on_other_splits(|Digits { train, validation, .. }| {
                    let usual = cost(&runs(&rolling(30), &[64, 64, 10], train, validation));
                    cost(&runs(&rolling(12), &[64, 64, 10], &with_moved(train, 0.5), validation)) < usual
                })
            },
            share: MOSTLY,
        },
    ]
}
