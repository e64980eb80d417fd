//! Part 7: test nights, the penalty, validation, stopping early, more data.

use crate::setting::{Class, FIT, class, four_and_test, means, series, to_the_end, train_many, unhurried};
use crate::{ALWAYS, Conclusion, MOSTLY, Tally};
use demystified::{
    Dataset, Fold, Network, Scaler, Trainer, TrainingRun, argmin, k_fold, leave_one_out, mean_baseline,
    median, sleep_study_train, synthetic_study,
};
use std::ops::Range;
use std::sync::OnceLock;

const OTHER_SEEDS: Range<u64> = 300..900;
const WEAK: f64 = 1e-4;

/// The series' network from other seeds than the notebook's, on the four nights, watched on the test nights.
fn watched(lambda: f64, trainer: &Trainer) -> Vec<TrainingRun> {
    let (four, test) = four_and_test();
    trainer.train_many(&series(0).with_cost(means(lambda)), OTHER_SEEDS, &four, Some(&test)).unwrap()
}

fn plain() -> &'static Vec<TrainingRun> {
    static RUNS: OnceLock<Vec<TrainingRun>> = OnceLock::new();
    RUNS.get_or_init(|| watched(0.0, &unhurried()))
}

fn penalised() -> &'static Vec<TrainingRun> {
    static RUNS: OnceLock<Vec<TrainingRun>> = OnceLock::new();
    RUNS.get_or_init(|| watched(WEAK, &unhurried()))
}

fn baseline() -> f64 {
    let (four, test) = four_and_test();
    mean_baseline(&four, &test).unwrap()
}

fn squares(net: &Network) -> f64 {
    let params = net.params();
    params.dot(&params)
}

/// The median, over five starts, of the test cost beside that of the true scores.
fn times_the_truth(net: &Network, trainer: &Trainer, class: &Class) -> f64 {
    let runs = trainer.train_many(net, 0..5, &class.students, Some(&class.judges)).unwrap();
    median(&runs.iter().map(|run| run.final_test_cost() / class.truth).collect::<Vec<f64>>())
}

/// 13 or 41 numbers: three or ten hidden units, with biases.
fn with_units(width: usize, lambda: f64) -> Network {
    Network::random(&[2, width, 1], 0).unwrap().with_bias().with_cost(means(lambda))
}

/// What training without a penalty costs, beside the true scores: by the trainer's own limits, and to the end.
struct Costs {
    stopped: f64,
    ended: f64,
}

const DRAWS_OF_130: Range<u64> = 60..66;

fn costs_of(width: usize, draw: u64) -> Costs {
    let (net, class) = (with_units(width, 0.0), class(130, draw));
    Costs {
        stopped: times_the_truth(&net, &unhurried(), &class),
        ended: times_the_truth(&net, &to_the_end(), &class),
    }
}

/// 41 numbers on each draw of 130 students.
fn forty_one() -> &'static Vec<Costs> {
    static COSTS: OnceLock<Vec<Costs>> = OnceLock::new();
    COSTS.get_or_init(|| DRAWS_OF_130.map(|draw| costs_of(10, draw)).collect())
}

const LAMBDAS: [f64; 7] = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];

fn five_folds(pool: &Dataset, seed: u64) -> Vec<Fold> {
    k_fold(pool, 5, seed).unwrap().iter().map(|fold| fold.scaled(100.0).unwrap()).collect()
}

/// The validation cost of fifty hidden units beside that of two, with one draw of forty students.
fn fifty_by_two(draw: u64, lambda: f64) -> f64 {
    let folds = five_folds(&synthetic_study(40, 5.0, draw).unwrap(), draw);
    let cost = |width| unhurried().cross_validate(&with_units(width, lambda), &folds, 0..3).unwrap().cost;
    cost(50) / cost(2)
}

/// The place of the lowest validation cost, and that of the lowest cost on a thousand others, among seven λ.
fn validation_and_test(draw: u64) -> (usize, usize, [f64; 7]) {
    let pool = synthetic_study(40, 5.0, draw).unwrap();
    let folds = five_folds(&pool, draw);
    let scaler = Scaler::fit(&pool, 100.0).unwrap();
    let (forty, others) = (
        scaler.transform(&pool).unwrap(),
        scaler.transform(&synthetic_study(1000, 5.0, draw + 500_000).unwrap()).unwrap(),
    );
    let mut validation = [0.0; 7];
    let mut test = [0.0; 7];
    for (k, &lambda) in LAMBDAS.iter().enumerate() {
        let net = with_units(10, lambda);
        validation[k] = unhurried().cross_validate(&net, &folds, 0..3).unwrap().cost;
        let runs = unhurried().train_many(&net, 0..3, &forty, Some(&others)).unwrap();
        test[k] = median(&runs.iter().map(TrainingRun::final_test_cost).collect::<Vec<f64>>());
    }
    (argmin(&validation).unwrap(), argmin(&test).unwrap(), test)
}

fn draws() -> &'static Vec<(usize, usize, [f64; 7])> {
    static DRAWS: OnceLock<Vec<(usize, usize, [f64; 7])>> = OnceLock::new();
    DRAWS.get_or_init(|| (100..110).map(validation_and_test).collect())
}

pub(crate) fn table() -> Vec<Conclusion> {
    vec![
        Conclusion {
            notebook: "07",
            sentence: "with one exception, **only those that fit worst beat the baseline.**",
            tried: "600 other starts: of those that beat the baseline, how many do not fit the four nights",
            trial: || {
                let better = plain().iter().filter(|run| run.final_test_cost() < baseline());
                Tally::count(better.map(|run| run.final_cost() > FIT))
            },
            share: (0.75, 1.0),
        },
        Conclusion {
            notebook: "07",
            sentence: "Only 13 of the 300 beat the baseline, 12 of them from the lower mark.",
            tried: "600 other starts: of those that fit, how many beat the baseline",
            trial: || {
                let fit = plain().iter().filter(|run| run.final_cost() <= FIT);
                Tally::count(fit.map(|run| run.final_test_cost() < baseline()))
            },
            share: (0.0, 0.04),
        },
        Conclusion {
            notebook: "07",
            sentence: "The penalty helps 287 of the 300 (96 %)",
            tried: "600 other starts",
            trial: || {
                let pairs = plain().iter().zip(penalised());
                Tally::count(pairs.map(|(plain, calm)| calm.final_test_cost() < plain.final_test_cost()))
            },
            share: (0.9, 0.98),
        },
        Conclusion {
            notebook: "07",
            sentence: "and all 300 beat the baseline; but not by much: 7.3 points at the median, against 7.6, and on four spent nights.",
            tried: "600 other starts with the penalty",
            trial: || Tally::count(penalised().iter().map(|run| run.final_test_cost() < baseline())),
            share: (0.99, 1.0),
        },
        Conclusion {
            notebook: "07",
            sentence: "On these nights, the longer one trains, the worse it gets.",
            tried: "600 other starts: the median after training to the end is above that of the default",
            trial: || {
                let ends: Vec<f64> =
                    watched(0.0, &to_the_end()).iter().map(TrainingRun::final_test_cost).collect();
                let default: Vec<f64> = plain().iter().map(TrainingRun::final_test_cost).collect();
                Tally::one(median(&ends) > median(&default))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "07",
            sentence: "The training cost would choose the smallest $\\lambda$.",
            tried: "100 other starts, eleven values of λ",
            trial: || {
                let (four, _) = four_and_test();
                let costs: Vec<f64> = (0..11)
                    .map(|k| {
                        let net = series(0).with_cost(means(10f64.powf(-5.0 + 0.5 * k as f64)));
                        let runs = train_many(&unhurried(), &net, 2000..2100, &four);
                        median(&runs.iter().map(TrainingRun::final_train_data_cost).collect::<Vec<f64>>())
                    })
                    .collect();
                Tally::count(costs.windows(2).map(|pair| pair[1] > pair[0]))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "07",
            sentence: "Validation's lowest point is at $\\lambda=10^{-2.5}=0.0032$",
            tried: "ten other hundreds of starts: validation chooses the same λ, or a neighbour",
            trial: || {
                let folds: Vec<Fold> = leave_one_out(&sleep_study_train())
                    .unwrap()
                    .iter()
                    .map(|fold| fold.scaled(100.0).unwrap())
                    .collect();
                Tally::count((1..=10).map(|hundred| {
                    let costs: Vec<f64> = (0..11)
                        .map(|k| {
                            let net = series(0).with_cost(means(10f64.powf(-5.0 + 0.5 * k as f64)));
                            let seeds = 1000 * hundred..1000 * hundred + 30;
                            unhurried().cross_validate(&net, &folds, seeds).unwrap().cost
                        })
                        .collect();
                    (4..=6).contains(&argmin(&costs).unwrap())
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "07",
            sentence: "In 4 of these eight, validation and test choose the same $\\lambda$.",
            tried: "ten other draws of forty students: the two choose the same λ, or neighbours",
            trial: || {
                Tally::count(draws().iter().map(|(validation, test, _)| validation.abs_diff(*test) <= 1))
            },
            share: (0.8, 1.0),
        },
        Conclusion {
            notebook: "07",
            sentence: "Where they do not, the choice of validation costs at most 1.19 times the lowest test cost.",
            tried: "ten other draws of forty students: the chosen λ costs at most 4/3 of the lowest on a thousand others",
            trial: || {
                Tally::count(
                    draws()
                        .iter()
                        .map(|(validation, lowest, test)| test[*validation] < 4.0 / 3.0 * test[*lowest]),
                )
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "07",
            sentence: "(Four nights chose 0.0032, forty choose far less:",
            tried: "ten other draws of forty students: validation chooses less than a tenth of the 0.0032 of the four nights",
            trial: || Tally::count(draws().iter().map(|(validation, _, _)| LAMBDAS[*validation] < 0.00032)),
            share: ALWAYS,
        },
        Conclusion {
            notebook: "07",
            sentence: "If in doubt, take too many units, with a penalty.",
            tried: "six other draws of forty students: with λ = 10⁻⁵ the validation cost of fifty units is at most 1.5 times that of two",
            trial: || Tally::count((200..206).map(|draw| fifty_by_two(draw, 1e-5) < 1.5)),
            share: (0.9, 1.0),
        },
        Conclusion {
            notebook: "07",
            sentence: "Without a penalty, two have a validation cost of 0.0030, and fifty 0.0145",
            tried: "six other draws of forty students: without a penalty that of fifty is more than 1.5 times that of two",
            trial: || Tally::count((200..206).map(|draw| fifty_by_two(draw, 0.0) > 1.5)),
            share: (0.8, 1.0),
        },
        Conclusion {
            notebook: "07",
            sentence: "That is the luck of seed 1: most seeds are off by more than 10 at first.",
            tried: "1000 other seeds, the thirty nights of the exercise, in points",
            trial: || {
                let nights = Dataset::from_csv("notebooks/data/my-nights.csv", 1).unwrap();
                let gauge = Scaler::fit(&nights, 100.0).unwrap();
                let thirty = gauge.transform(&nights).unwrap();
                Tally::count((1000..2000).map(|seed| {
                    let untrained = Network::random(&[2, 3, 1], seed).unwrap().with_bias();
                    let misses = &thirty.y - &untrained.predict(&thirty.x).unwrap();
                    100.0 * (misses.pow2().sum() / 30.0).sqrt() > 10.0
                }))
            },
            share: MOSTLY,
        },
        Conclusion {
            notebook: "07",
            sentence: "with so few numbers stopping matters less than with 41",
            tried: "six other draws of 130 students: training to the end instead of stopping early costs 13 numbers less than 41",
            trial: || {
                Tally::count(DRAWS_OF_130.zip(forty_one()).map(|(draw, wide)| {
                    let small = costs_of(3, draw);
                    small.ended - small.stopped < wide.ended - wide.stopped
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "07",
            sentence: "stopping early keeps them small, as the penalty does",
            tried: "100 other starts: Σw² after four steps is below that after training to the end",
            trial: || {
                let (four, _) = four_and_test();
                let net = series(0).with_cost(means(0.0));
                let four_steps = Trainer { max_iterations: 4, ..unhurried() };
                let early = train_many(&four_steps, &net, 300..400, &four);
                let late = train_many(&to_the_end(), &net, 300..400, &four);
                Tally::count(early.iter().zip(&late).map(|(a, b)| squares(&a.network) < squares(&b.network)))
            },
            share: (0.97, 1.0),
        },
        Conclusion {
            notebook: "07",
            sentence: "The more students, the less can be learnt by heart",
            tried: "ten other draws: 13 numbers trained to the end from 20, 130 and 520 students: the test cost falls",
            trial: || {
                Tally::count((40..50).map(|draw| {
                    let cost = |n| {
                        times_the_truth(&with_units(3, 0.0), &to_the_end(), &class(n, 100 * draw + n as u64))
                    };
                    let (few, more, many) = (cost(20), cost(130), cost(520));
                    few > more && more > many && many < 1.1
                }))
            },
            share: (0.8, 1.0),
        },
        Conclusion {
            notebook: "07",
            sentence: "the usual limits stop before the end: **stopping early was the regularisation**.",
            tried: "six other draws of 130 students: 41 numbers are worse trained to the end than stopped by the trainer's own limits",
            trial: || Tally::count(forty_one().iter().map(|costs| costs.ended > costs.stopped)),
            share: ALWAYS,
        },
        Conclusion {
            notebook: "07",
            sentence: "Either limit alone does it: 1.12 and 1.11 times the truth.",
            tried: "six other draws of 130 students: with one of the two limits, 41 numbers cost less than trained to the end",
            trial: || {
                Tally::count(DRAWS_OF_130.zip(forty_one()).flat_map(|(draw, costs)| {
                    [(200, 1e-9), (3000, 1e-5)].map(|(max_iterations, gradient_tolerance)| {
                        let one = Trainer { max_iterations, gradient_tolerance, ..unhurried() };
                        times_the_truth(&with_units(10, 0.0), &one, &class(130, draw)) < costs.ended
                    })
                }))
            },
            share: (0.9, 1.0),
        },
        Conclusion {
            notebook: "07",
            sentence: "So ten examples per weight are roughly enough here, and in most other draws we tried.",
            tried: "six other draws: 41 numbers trained to the end: from 410 students at most 1.3 times the truth, from 130 more than that",
            trial: || {
                Tally::count(DRAWS_OF_130.zip(forty_one()).map(|(draw, few)| {
                    let many = times_the_truth(&with_units(10, 0.0), &to_the_end(), &class(410, draw));
                    many < 1.3 && few.ended > 1.3
                }))
            },
            share: MOSTLY,
        },
        Conclusion {
            notebook: "07",
            sentence: "A penalty does as well: with $\\lambda=10^{-5}$, 130 students trained to the end give 1.16.",
            tried: "six other draws of 130 students: 41 numbers trained to the end cost less with λ = 10⁻⁵, and at most 1.3 times the truth",
            trial: || {
                Tally::count(DRAWS_OF_130.zip(forty_one()).map(|(draw, costs)| {
                    let calm = times_the_truth(&with_units(10, 1e-5), &to_the_end(), &class(130, draw));
                    calm < costs.ended && calm < 1.3
                }))
            },
            share: ALWAYS,
        },
    ]
}
