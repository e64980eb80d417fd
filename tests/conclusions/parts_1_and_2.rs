//! Parts 1 and 2: the architecture, and networks before training.

use crate::setting::{series, three, train_many, unhurried};
use crate::{ALWAYS, Conclusion, MOSTLY, Tally};
use demystified::{Activation, Dataset, Network, Trainer, TrainingRun, sleep_study};
use ndarray::{Array2, array};

pub(crate) fn table() -> Vec<Conclusion> {
    vec![
        Conclusion {
            notebook: "01",
            sentence: "and all say $f(0) = 0.5$.",
            tried: "at the inputs 0 and 0: 20 widths up to 400, 20 other seeds each",
            trial: || {
                Tally::count((0..400).map(|k| {
                    let width = 1 + k % 20 * 21;
                    let net = Network::random(&[2, width, 1], 50_000 + k as u64).unwrap();
                    net.forward(&array![[0.0, 0.0]]).unwrap().a(2).iter().all(|&a| a == 0.5)
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "02",
            sentence: "And only 35 of 1000 do better than saying the mean every time.",
            tried: "20 other thousands of seeds: between 15 and 60 do",
            trial: || {
                let data = three();
                let mean = data.y.mean().unwrap();
                let baseline = 0.5 * (&data.y - mean).pow2().sum();
                Tally::count((1..=20).map(|thousand| {
                    let seeds = 1000 * thousand + 1..=1000 * (thousand + 1);
                    let better =
                        seeds.filter(|&seed| series(seed).cost(&data.x, &data.y).unwrap() < baseline);
                    (15..=60).contains(&better.count())
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "01",
            sentence: "the raw ones push the hidden units to the flat ends of the sigmoid",
            tried: "1000 other networks: more of the nine activations lie within 0.01 of 0 or 1 with raw hours",
            trial: || {
                let (raw, scaled) = (sleep_study().x, three().x);
                let at_an_end = |net: &Network, x: &Array2<f64>| {
                    let a2 = net.forward(x).unwrap().a(2);
                    a2.iter().filter(|&&a| !(0.01..=0.99).contains(&a)).count()
                };
                Tally::count((1001..2001).map(|seed| {
                    let net = series(seed);
                    at_an_end(&net, &raw) > at_an_end(&net, &scaled)
                }))
            },
            share: (0.97, 1.0),
        },
        Conclusion {
            notebook: "00",
            sentence: "about three times at most of the random starts",
            tried: "2000 other starts: the cost from a flat y is 2.5 to 3.5 times the right one",
            trial: || {
                let data = three();
                let flat = data.y.column(0).to_owned();
                Tally::count((5000..7000).map(|seed| {
                    let y_hat = series(seed).predict(&data.x).unwrap();
                    let (right, stretched) = (&data.y - &y_hat, &flat - &y_hat);
                    let times = stretched.pow2().sum() / right.pow2().sum();
                    (2.5..=3.5).contains(&times)
                }))
            },
            share: MOSTLY,
        },
        Conclusion {
            notebook: "02",
            sentence: "Every hidden unit adds one rise or one fall of its own",
            tried: "the same wave and another, from 20 other starts for each size: the best is at least twice as near with one unit more",
            trial: || {
                Tally::count([9.0, 7.5].into_iter().flat_map(|waves: f64| {
                    let x = Array2::from_shape_fn((201, 1), |(i, _)| i as f64 / 200.0);
                    let y = x.mapv(|x| 0.5 + 0.4 * (waves * x).sin());
                    let wave = Dataset::new(x, y).unwrap();
                    let trainer = Trainer { max_iterations: 2000, ..unhurried() };
                    let miss = |units: usize| {
                        let net = Network::random(&[1, units, 1], 0).unwrap().with_bias();
                        let adding = net.with_activations(Activation::Sigmoid, Activation::Identity);
                        let runs = train_many(&trainer, &adding, 21..41, &wave);
                        runs.iter().map(TrainingRun::final_cost).fold(f64::MAX, f64::min).sqrt()
                    };
                    let misses = [1, 2, 3].map(miss);
                    misses.windows(2).map(|pair| pair[1] < pair[0] / 2.0).collect::<Vec<_>>()
                }))
            },
            share: ALWAYS,
        },
    ]
}
