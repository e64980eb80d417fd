//! Parts 1 and 2: the architecture, and networks before training.

use crate::setting::{series, three};
use crate::{ALWAYS, Conclusion, Tally};
use demystified::Network;
use ndarray::array;

pub(crate) fn table() -> Vec<Conclusion> {
    vec![
        Conclusion {
            notebook: "01",
            sentence: "All hidden units say 0.5, in every such network",
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
    ]
}
