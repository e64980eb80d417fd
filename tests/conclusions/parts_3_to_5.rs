//! Parts 3 to 5: descent, slopes, and how to measure them.

use crate::setting::{FIT, series, three, train_many, unhurried};
use crate::{ALWAYS, Conclusion, MOSTLY, Tally};
use demystified::{
    Activation, Dataset, GradientCheck, Method, Network, Scaler, Trainer, TrainingRun, median,
    numerical_gradient, relative_error, sleep_study_train, true_score,
};
use ndarray::{Array1, Array2, Axis};

/// The four nights of Part 4, scaled.
fn four() -> Dataset {
    let study = sleep_study_train();
    Scaler::fit(&study, 100.0).and_then(|scaler| scaler.transform(&study)).unwrap()
}

/// A class of 400 students, on a grid of hours, with the scores that a teacher gives.
fn class_of(score: &dyn Fn(f64, f64) -> f64) -> Dataset {
    let x = Array2::from_shape_fn(
        (400, 2),
        |(i, column)| if column == 0 { i / 20 } else { i % 20 } as f64 / 19.0,
    );
    let y = Array2::from_shape_fn((400, 1), |(i, _)| score(x[[i, 0]], x[[i, 1]]));
    Dataset::new(x, y).unwrap()
}

fn gradient(net: &Network, data: &Dataset) -> Array1<f64> {
    net.gradients(&data.x, &data.y).unwrap().to_vector()
}

fn cost(net: &Network, data: &Dataset) -> f64 {
    net.cost(&data.x, &data.y).unwrap()
}

/// How often one step of descent at this rate lowers the cost; 2000 starts other than the notebooks'.
fn steps_that_improve(data: &Dataset, rate: f64) -> Tally {
    Tally::count((10_000..12_000).map(|seed| {
        let net = series(seed);
        let after = net.with_params(&(net.params() - rate * gradient(&net, data))).unwrap();
        cost(&after, data) < cost(&net, data)
    }))
}

fn descent(learning_rate: f64, max_iterations: usize) -> Trainer {
    let method = Method::GradientDescent { learning_rate };
    Trainer { method, max_iterations, gradient_tolerance: 0.0, ..unhurried() }
}

/// The step after which the cost is below one millionth, if there is one.
fn steps_to_a_fit(run: &TrainingRun) -> Option<usize> {
    run.cost_history.iter().position(|&cost| cost < FIT)
}

/// The order of three hidden units after two of them changed places.
const TWIN_SWAPS: [[usize; 3]; 3] = [[0, 2, 1], [1, 0, 2], [2, 1, 0]];

/// The highest cost on the straight way from a network to its twin with the hidden units in this order.
fn highest_on_the_way(net: &Network, order: [usize; 3], data: &Dataset) -> f64 {
    let (w1, w2) = (net.w(1).select(Axis(1), &order), net.w(2).select(Axis(0), &order));
    let way = Network::from_weights(vec![w1, w2]).unwrap().params() - net.params();
    let at = |share: f64| cost(&net.with_params(&(net.params() + share * &way)).unwrap(), data);
    (0..=100).map(|i| at(f64::from(i) / 100.0)).fold(0.0, f64::max)
}

/// Slopes by hand as Part 5 gets them wrong: what a network of one hidden layer sends back, changed.
#[derive(Clone, Copy)]
enum Slip {
    Sign,
    NoSlopeAtTheOutput,
    NoSlopeInTheHiddenLayer,
    OtherActivations,
}

fn slopes_with(slip: Slip, net: &Network, data: &Dataset) -> Array1<f64> {
    let pass = net.forward(&data.x).unwrap();
    let (a2, y_hat) = (pass.a(2), pass.y_hat());
    let error = match slip {
        Slip::Sign => &data.y - &y_hat,
        _ => &y_hat - &data.y,
    };
    let delta3 = match slip {
        Slip::NoSlopeAtTheOutput => error,
        _ => error * &y_hat * (1.0 - &y_hat),
    };
    let sent_back = delta3.dot(&net.w(2).t());
    let delta2 = match slip {
        Slip::NoSlopeInTheHiddenLayer => sent_back,
        Slip::OtherActivations => sent_back * pass.z(2) * (1.0 - pass.z(2)),
        _ => sent_back * &a2 * (1.0 - &a2),
    };
    let (dj_dw1, dj_dw2) = (data.x.t().dot(&delta2), a2.t().dot(&delta3));
    dj_dw1.iter().chain(&dj_dw2).copied().collect()
}

/// How long the gradient is in the first and in the last matrix of weights, for each seed.
fn first_and_last(
    layers: usize,
    activation: Activation,
    seeds: std::ops::Range<u64>,
    width: usize,
) -> Vec<[f64; 2]> {
    let mut sizes = vec![width; layers + 2];
    (sizes[0], sizes[layers + 1]) = (2, 1);
    let length = |w: Array2<f64>| w.pow2().sum().sqrt();
    seeds
        .map(|seed| {
            let net = Network::random_scaled(&sizes, seed).unwrap();
            let net = net.with_activations(activation, Activation::Sigmoid);
            let slopes = net.gradients(&four().x, &four().y).unwrap();
            [1, layers + 1].map(|layer| length(slopes.dj_dw(layer)))
        })
        .collect()
}

/// The share of the gradient's length that is left in the first matrix of weights, beside the last.
fn first_by_last(layers: usize, activation: Activation, seeds: std::ops::Range<u64>, width: usize) -> f64 {
    let lengths = first_and_last(layers, activation, seeds, width);
    median(&lengths.iter().map(|[first, last]| first / last).collect::<Vec<_>>())
}

/// The median relative error of measured slopes at this ε, over networks that the notebooks have not.
fn error_at(epsilon: f64, seeds: std::ops::Range<u64>) -> f64 {
    let data = four();
    let errors: Vec<f64> = seeds
        .map(|seed| {
            let net = series(seed);
            let cost_of = |p: &Array1<f64>| net.with_params(p)?.cost(&data.x, &data.y);
            let measured = numerical_gradient(&cost_of, &net.params(), epsilon).unwrap();
            relative_error(&gradient(&net, &data), &measured).unwrap()
        })
        .collect();
    median(&errors)
}

pub(crate) fn table() -> Vec<Conclusion> {
    vec![
        Conclusion {
            notebook: "03",
            sentence: "Of 100 random starts, 92 bring the cost below one millionth within 15 000 steps.",
            tried: "200 other starts, at the same rate of 10",
            trial: || {
                let runs = train_many(&descent(10.0, 15_000), &series(0), 1000..1200, &three());
                Tally::count(runs.iter().map(|run| steps_to_a_fit(run).is_some()))
            },
            share: (0.87, 0.97),
        },
        Conclusion {
            notebook: "03",
            sentence: "The other 8 rest at this same cost and predictions",
            tried: "those of 200 other starts that do not fit: 75.00, 85.35 and 89.35 points after 60 000 steps",
            trial: || {
                let data = three();
                let runs = train_many(&descent(10.0, 15_000), &series(0), 1000..1200, &data);
                let poor = runs.iter().filter(|run| steps_to_a_fit(run).is_none());
                Tally::count(poor.map(|run| {
                    let on = descent(10.0, 60_000).train(&run.network, &data, None).unwrap();
                    let points = 100.0 * on.network.predict(&data.x).unwrap();
                    let rest = [75.0, 85.35, 89.35].iter().zip(&points).all(|(a, b)| (a - b).abs() < 0.01);
                    rest || on.final_cost() < FIT
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "03",
            sentence: "Some ways between them are nearly flat, and on most stands a hill: 0.06 high at the median, 0.20 at most.",
            tried: "the fits of 100 other starts, and their three twins each: the way to the twin passes a cost above 0.01",
            trial: || {
                let data = three();
                let runs = train_many(&descent(10.0, 15_000), &series(0), 1000..1100, &data);
                let fits = runs.iter().filter(|run| steps_to_a_fit(run).is_some());
                Tally::count(fits.flat_map(|run| {
                    TWIN_SWAPS.map(|swap| highest_on_the_way(&run.network, swap, &data) > 0.01)
                }))
            },
            share: MOSTLY,
        },
        Conclusion {
            notebook: "03",
            sentence: "BFGS fits from 94 of the 100 starts, with 35 evaluations at the median and 99 at most.",
            tried: "five other hundreds of starts: 88 to 98 fit, with less than a fiftieth of descent's median of 2278",
            trial: || {
                let trainer = Trainer { gradient_tolerance: 1e-7, ..unhurried() };
                Tally::count((10..15).map(|hundred| {
                    let runs = train_many(&trainer, &series(0), 100 * hundred..100 * (hundred + 1), &three());
                    let fits: Vec<f64> = runs
                        .iter()
                        .filter(|run| run.final_cost() < FIT)
                        .map(|run| run.evaluations as f64)
                        .collect();
                    (88..=100).contains(&fits.len()) && median(&fits) < 2278.0 / 50.0
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "03",
            sentence: "and none exceeds it",
            tried: "3000 networks of 1 to 30 hidden units with weights up to a hundred times as large",
            trial: || {
                let data = three();
                Tally::count((0..3000).map(|k| {
                    let net = Network::random(&[2, 1 + k % 30, 1], 90_000 + k as u64).unwrap();
                    let scale = [1.0, 10.0, 100.0][k % 3];
                    cost(&net.with_params(&(scale * net.params())).unwrap(), &data)
                        <= 0.5 * data.y.pow2().sum()
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "03",
            sentence: "Students resemble each other, so 400 rough steps bring more than one exact step.",
            tried: "40 other starts: 20 with two other teachers each, and the invented truth; 30 epochs, the same two rates",
            trial: || {
                let teachers: [Network; 2] = [12, 13].map(|seed| {
                    let teacher = series(seed);
                    teacher.with_params(&(3.0 * teacher.params())).unwrap()
                });
                let says =
                    |net: &Network, u: f64, v: f64| net.predict(&ndarray::array![[u, v]]).unwrap()[[0, 0]];
                let classes = [
                    class_of(&|u, v| says(&teachers[0], u, v)),
                    class_of(&|u, v| says(&teachers[1], u, v)),
                    class_of(&|u, v| true_score(11.0 * u, 6.0 * v) / 100.0),
                ];
                let cases = (0..40).map(|k| (series(700 + k), &classes[k as usize % 3], k));
                Tally::count(cases.map(|(net, class, seed)| {
                    let method =
                        Method::StochasticGradientDescent { learning_rate: 3.0, batch_size: 1, seed };
                    let rough =
                        Trainer { method, max_iterations: 30, gradient_tolerance: 0.0, ..unhurried() };
                    let ends =
                        [rough, descent(0.2, 30)].map(|trainer| trainer.train(&net, class, None).unwrap());
                    ends[0].final_cost() < ends[1].final_cost()
                }))
            },
            share: (0.9, 1.0),
        },
        Conclusion {
            notebook: "04",
            sentence: "A rate of 3 improved every single start.",
            tried: "2000 other starts, the four nights",
            trial: || steps_that_improve(&four(), 3.0),
            share: ALWAYS,
        },
        Conclusion {
            notebook: "04",
            sentence: "10 made 2 of 1000 starts worse",
            tried: "2000 other starts, the four nights",
            trial: || steps_that_improve(&four(), 10.0),
            share: (0.99, 1.0),
        },
        Conclusion {
            notebook: "04",
            sentence: "30 made 247 worse",
            tried: "2000 other starts, the four nights",
            trial: || steps_that_improve(&four(), 30.0),
            share: (0.71, 0.79),
        },
        Conclusion {
            notebook: "04",
            sentence: "100 made 324 worse",
            tried: "2000 other starts, the four nights",
            trial: || steps_that_improve(&four(), 100.0),
            share: (0.63, 0.72),
        },
        Conclusion {
            notebook: "04",
            sentence: "the three nights forgive more",
            tried: "2000 other starts, rates of 10, 30 and 100",
            trial: || {
                let held = |data: &Dataset, rate| steps_that_improve(data, rate).held;
                Tally::count([10.0, 30.0, 100.0].map(|rate| held(&three(), rate) > held(&four(), rate)))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "04",
            sentence: "Each layer on the way back multiplies by one more $f' \\le \\tfrac14$.",
            tried: "layers of 5, 10 and 20 units, 40 other seeds each: from 3 layers on less comes back with each further one",
            trial: || {
                Tally::count([5, 10, 20].into_iter().flat_map(|width| {
                    let left: Vec<f64> = [1, 3, 5, 7]
                        .map(|layers| first_by_last(layers, Activation::Sigmoid, 500..540, width))
                        .to_vec();
                    left.windows(2).map(|pair| pair[1] < pair[0]).collect::<Vec<_>>()
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "04",
            sentence: "In both, the first layer's slopes stay of the size of the last layer's.",
            tried: "four and eight layers of 5, 10 and 20 units with tanh and with ReLU, 100 other seeds each: between a fifth and twice",
            trial: || {
                let cases = [5, 10, 20].map(|width| [4, 8].map(|layers| (width, layers)));
                Tally::count(cases.into_iter().flatten().flat_map(|(width, layers)| {
                    [Activation::Tanh, Activation::Relu].map(|activation| {
                        (0.2..2.0).contains(&first_by_last(layers, activation, 500..600, width))
                    })
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "04",
            sentence: "(With ReLU both shrink with each layer, for half of the units are off.)",
            tried: "2, 4, 6 and 8 layers of 5, 10 and 20 units, 400 other seeds each: both are shorter than with two layers less",
            trial: || {
                Tally::count([5, 10, 20].into_iter().flat_map(|width| {
                    let lengths = [2, 4, 6, 8].map(|layers| {
                        let each = first_and_last(layers, Activation::Relu, 500..900, width);
                        [0, 1].map(|end| median(&each.iter().map(|both| both[end]).collect::<Vec<_>>()))
                    });
                    let pairs =
                        lengths.windows(2).flat_map(|two| [0, 1].map(|end| two[1][end] < two[0][end]));
                    pairs.collect::<Vec<_>>()
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "05",
            sentence: "$10^{-8}$ is a good threshold for so small a network at random weights.",
            tried: "1000 other random networks of three sizes: right slopes are below it",
            trial: || {
                let data = four();
                Tally::count((0..1000).map(|k| {
                    let sizes = [vec![2, 3, 1], vec![2, 10, 1], vec![2, 4, 4, 1]];
                    let net = Network::random(&sizes[k % 3], 40_000 + k as u64).unwrap();
                    GradientCheck::run(&net, &data.x, &data.y).unwrap().relative_error < 1e-8
                }))
            },
            share: (0.998, 1.0),
        },
        Conclusion {
            notebook: "05",
            sentence: "for these two mistakes the limit is no matter of taste",
            tried: "four mistakes in 250 other networks each: the relative error is above 0.001",
            trial: || {
                let data = four();
                let slips = [
                    Slip::Sign,
                    Slip::NoSlopeAtTheOutput,
                    Slip::NoSlopeInTheHiddenLayer,
                    Slip::OtherActivations,
                ];
                Tally::count((0..1000).map(|k| {
                    let net = series(60_000 + k as u64);
                    let wrong = slopes_with(slips[k % 4], &net, &data);
                    relative_error(&wrong, &gradient(&net, &data)).unwrap() > 1e-3
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "05",
            sentence: "The central difference is at its best near $\\varepsilon = 10^{-5}$",
            tried: "ten other samples of 40 networks: the error at 1e-5 is below those at 1e-1, 1e-3, 1e-7 and 1e-9",
            trial: || {
                Tally::count((0..10).map(|sample| {
                    let seeds = 8000 + 40 * sample..8040 + 40 * sample;
                    let best = error_at(1e-5, seeds.clone());
                    [1e-1, 1e-3, 1e-7, 1e-9].iter().all(|&epsilon| error_at(epsilon, seeds.clone()) > best)
                }))
            },
            share: ALWAYS,
        },
        Conclusion {
            notebook: "05",
            sentence: "All 50 are above $10^{-8}$",
            tried: "50 other networks trained by plain descent: right slopes fail the threshold where the gradient is nearly 0",
            trial: || {
                let data = three();
                let runs = train_many(&descent(10.0, 6000), &series(0), 2000..2050, &data);
                Tally::count(runs.iter().map(|run| {
                    GradientCheck::run(&run.network, &data.x, &data.y).unwrap().relative_error > 1e-8
                }))
            },
            share: (0.9, 1.0),
        },
        Conclusion {
            notebook: "04",
            sentence: "703 of 1000 have `cost3` below `cost1`",
            tried: "1000 other networks: in most a step up and one down again do not lead back to where one was, and cost3 is lower",
            trial: || {
                let data = four();
                Tally::count((70_000..71_000).map(|seed| {
                    let net = series(seed);
                    let up = net.with_params(&(net.params() + 3.0 * gradient(&net, &data))).unwrap();
                    let down = up.with_params(&(up.params() - 3.0 * gradient(&up, &data))).unwrap();
                    cost(&down, &data) < cost(&net, &data)
                }))
            },
            share: MOSTLY,
        },
        Conclusion {
            notebook: "05",
            sentence: "The ratio is 1.000000 each time: $a$ is 0, so difference and sum are equally long.",
            tried: "1000 other networks whose targets are their own predictions",
            trial: || {
                let data = four();
                Tally::count((5000..6000).map(|seed| {
                    let net = series(seed);
                    let met = net.predict(&data.x).unwrap();
                    let check = GradientCheck::run(&net, &data.x, &met).unwrap();
                    (check.relative_error - 1.0).abs() < 5e-7 && check.passed()
                }))
            },
            share: ALWAYS,
        },
    ]
}
