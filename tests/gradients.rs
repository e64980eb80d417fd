//! What must be true of costs and gradients for any shape, weights and data.

use demystified::ndarray::{Array1, Array2, Axis, array};
use demystified::{
    Activation, Cost, Dataset, GradientCheck, Network, Scaler, numerical_gradient, sleep_study,
};
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::{StandardNormal, Uniform};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::BTreeSet;

const ACTIVATIONS: [Activation; 5] =
    [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Identity, Activation::Softmax];

/// A network and data for it.
#[derive(Debug)]
struct Case {
    net: Network,
    x: Array2<f64>,
    y: Array2<f64>,
}

impl Case {
    /// Another shape, other activations, another cost, other weights and data for each seed.
    fn random(seed: u64) -> Case {
        Case::up_to(6, 8, seed)
    }

    /// The same with at most so many units in a layer, and at most so many examples.
    fn up_to(most_units: usize, most_examples: usize, seed: u64) -> Case {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut pick = |n: usize| rng.next_u32() as usize % n;
        let n_layers = 2 + pick(4);
        let sizes: Vec<usize> = (0..n_layers).map(|_| 1 + pick(most_units)).collect();
        let (n_examples, hidden, output) =
            (1 + pick(most_examples), ACTIVATIONS[pick(5)], ACTIVATIONS[pick(5)]);
        let lambda = [0.0, 1e-4, 0.1][pick(3)];
        let costs = [Cost::SumOfSquares, Cost::MeanSquares { lambda }, Cost::CrossEntropy { lambda }];
        let gives_probabilities = matches!(output, Activation::Sigmoid | Activation::Softmax);
        let cost = costs[pick(if gives_probabilities { 3 } else { 2 })];
        let biased = pick(2) == 1;

        let net = Network::random(&sizes, seed).expect("a network");
        let net = if biased { net.with_bias() } else { net };
        let net = net.with_activations(hidden, output).with_cost(cost);
        let net = net.with_params(&Array1::random_using(net.n_params(), StandardNormal, &mut rng));
        let x = Array2::random_using((n_examples, sizes[0]), StandardNormal, &mut rng);
        let unit = Uniform::new(0.0, 1.0).expect("a range");
        let y = Array2::random_using((n_examples, sizes[n_layers - 1]), unit, &mut rng);
        Case { net: net.expect("as many parameters"), x, y }
    }

    fn cost_at(&self, params: &Array1<f64>) -> f64 {
        self.net.with_params(params).expect("finite weights").cost(&self.x, &self.y).expect("a cost")
    }

    fn gradient(&self) -> Array1<f64> {
        self.net.gradients(&self.x, &self.y).expect("gradients").to_vector()
    }

    /// Whether a rectifier's weighted input lies so close to its corner that a small step crosses it.
    fn is_near_a_corner(&self) -> bool {
        let pass = self.net.forward(&self.x).expect("a forward pass");
        let (hidden, output) = self.net.activations();
        (2..=pass.n_layers()).any(|layer| {
            let activation = if layer == pass.n_layers() { output } else { hidden };
            activation == Activation::Relu && pass.z(layer).iter().any(|z| z.abs() < 1e-3)
        })
    }
}

fn scaled_sleep_study() -> Dataset {
    let data = sleep_study();
    Scaler::fit(&data, 100.0).and_then(|scaler| scaler.transform(&data)).expect("the series' data")
}

fn norm(v: &Array1<f64>) -> f64 {
    v.dot(v).sqrt()
}

#[test]
fn backpropagation_gives_what_finite_differences_measure_for_random_shapes_weights_and_data() {
    let cases: Vec<Case> = (0..1000).map(Case::random).filter(|case| !case.is_near_a_corner()).collect();
    assert!(cases.len() > 900, "{} cases", cases.len());
    for case in cases {
        let check = GradientCheck::run(&case.net, &case.x, &case.y).expect("a check");
        assert!(check.passed(), "{check}\n{case:?}");
    }
}

/// `cost_and_gradient` trains; `gradients` keeps every z, a and δ for the reader. They are written separately.
#[test]
fn the_gradient_that_trains_is_the_one_that_is_shown_and_the_one_that_is_measured() {
    let (small, large) = ((0..1000).map(Case::random), (0..60).map(|seed| Case::up_to(20, 300, seed)));
    let cases: Vec<Case> = small.chain(large).collect();
    let kinds = |kind: fn(&Case) -> String| cases.iter().map(kind).collect::<BTreeSet<String>>().len();
    assert_eq!(kinds(|case| format!("{:?}", case.net.activations())), 5 * 5);
    // λ is 0, 1e-4 or 0.1 where there is one
    assert_eq!(kinds(|case| format!("{:?}", case.net.cost_function())), 1 + 3 + 3);
    assert_eq!(kinds(|case| format!("{} {}", case.net.layer_sizes().len(), case.net.has_bias())), 4 * 2);
    let mut measured = 0;
    for case in &cases {
        let (j, trains) = case.net.cost_and_gradient(&case.x, &case.y).expect("cost and gradient");
        assert_eq!(j, case.cost_at(&case.net.params()), "{case:?}");
        let shown = case.gradient();
        // every slope is a sum over the examples, whose terms may cancel
        let room = 1e-12 * shown.iter().fold(1.0, |most: f64, slope| most.max(slope.abs()));
        let off = (&trains - &shown).iter().fold(0.0, |most: f64, d| most.max(d.abs()));
        assert!(off <= room, "{off}\n{case:?}");
        // for a sum over hundreds of examples, central differences are not fine enough
        if case.x.nrows() <= 8 && !case.is_near_a_corner() {
            let check = GradientCheck::compare(&case.net, &case.x, &case.y, &trains).expect("a check");
            assert!(check.passed(), "{check}\n{case:?}");
            measured += 1;
        }
    }
    assert!(measured > 900, "{measured} cases");
}

#[test]
fn a_small_enough_step_downhill_lowers_the_cost_as_much_as_the_gradient_says() {
    let mut tried = 0;
    for case in (0..300).map(Case::random).filter(|case| !case.is_near_a_corner()) {
        let (params, g) = (case.net.params(), case.gradient());
        // a flat place: any step lowers J by less than J's last digit
        if norm(&g) < 1e-5 {
            continue;
        }
        let j = case.cost_at(&params);
        let rate = 1e-6 / norm(&g);
        let fall = j - case.cost_at(&(&params - rate * &g));
        let promised = rate * g.dot(&g);
        let rounding = 1e-15 * j;
        assert!(
            (fall / promised - 1.0).abs() < 1e-3 + rounding / promised,
            "{fall} for {promised}\n{case:?}"
        );
        assert!(fall > 0.0, "{fall}\n{case:?}");
        tried += 1;
    }
    assert!(tried > 200, "{tried} cases");
}

#[test]
fn a_step_at_rate_3_lowers_the_cost_from_any_start_of_the_series_network() {
    let Dataset { x, y } = scaled_sleep_study();
    for seed in 0..1000 {
        let case = Case { net: Network::random(&[2, 3, 1], seed).unwrap(), x: x.clone(), y: y.clone() };
        let params = case.net.params();
        let (down, up) = (&params - 3.0 * case.gradient(), &params + 3.0 * case.gradient());
        assert!(case.cost_at(&down) < case.cost_at(&params), "seed {seed}");
        assert!(case.cost_at(&up) > case.cost_at(&params), "seed {seed}");
    }
}

#[test]
fn a_sigmoid_network_cannot_cost_more_than_its_worst_possible_answers() {
    let Dataset { x, y } = scaled_sleep_study();
    // the worst answer to each example is 0 or 1, whichever is further away
    let bound = 0.5 * y.mapv(|y| y.max(1.0 - y).powi(2)).sum();
    assert!((bound - 1.0499).abs() < 1e-12);
    let mut largest: f64 = 0.0;
    for seed in 0..500 {
        let net = Network::random(&[2, 3, 1], seed).unwrap();
        for scale in [0.1, 1.0, 10.0, 1e3, 1e6] {
            let j = net.with_params(&(scale * net.params())).unwrap().cost(&x, &y).unwrap();
            assert!((0.0..=bound).contains(&j), "{j} with seed {seed}, scale {scale}");
            largest = largest.max(j);
        }
    }
    // and it is no looser than it must be
    assert!(largest > bound - 1e-9, "{largest}");
}

/// The same network with its hidden units in another order.
fn permuted(net: &Network, order: &[usize]) -> Network {
    let (w1, w2) = (net.w(1).select(Axis(1), order), net.w(2).select(Axis(0), order));
    Network::from_weights(vec![w1, w2]).unwrap()
}

/// Weights that fit the three examples: plain descent from a random start, its weights times `scale`.
fn solution(seed: u64, scale: f64, data: &Dataset) -> Network {
    let net = Network::random(&[2, 3, 1], seed).unwrap();
    let mut net = net.with_params(&(scale * net.params())).unwrap();
    for step in 0..20_000 {
        if step % 500 == 0 && net.cost(&data.x, &data.y).unwrap() < 1e-6 {
            return net;
        }
        let downhill = -10.0 * net.gradients(&data.x, &data.y).unwrap().to_vector();
        net = net.with_params(&(net.params() + downhill)).unwrap();
    }
    panic!("the start of seed {seed}, times {scale}, ended in no solution");
}

#[test]
fn the_cost_is_not_convex_half_way_between_two_perfect_solutions_it_is_high() {
    let data = scaled_sleep_study();
    let Dataset { x, y } = &data;
    // larger first weights end in larger ones, and those lie further apart
    for (seed, scale, height) in [(23, 1.0, 0.1), (335, 1.0, 0.1), (362, 1.0, 0.1), (92, 3.0, 0.9)] {
        let net = solution(seed, scale, &data);
        let middles = [[0, 2, 1], [1, 0, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]].map(|order| {
            let other = permuted(&net, &order);
            assert!(other.cost(x, y).unwrap() < 1.001e-6);
            let middle = net.with_params(&(0.5 * (net.params() + other.params()))).unwrap();
            middle.cost(x, y).unwrap()
        });
        // a convex cost would stay below 1.001e-6
        let highest = middles.iter().fold(0.0, |m: f64, &j| m.max(j));
        assert!(highest > height, "{highest} with seed {seed}");
    }
}

#[test]
fn extreme_weights_and_inputs_give_finite_costs_and_gradients() {
    for hidden in ACTIVATIONS {
        for output in ACTIVATIONS {
            for seed in 0..6 {
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                let mut signs =
                    |n: usize| Array1::from_shape_fn(n, |_| [-1.0, 1.0][rng.next_u32() as usize % 2]);
                let net = Network::random(&[2, 4, 3, 2], seed).unwrap();
                let net = if seed % 2 == 0 { net.with_bias() } else { net };
                let net = net.with_params(&(1e6 * signs(net.n_params()))).unwrap();
                let x = signs(10).into_shape_with_order((5, 2)).unwrap();
                let y = array![[0.0, 1.0], [1.0, 0.0], [0.3, 0.7], [1.0, 1.0], [0.0, 0.0]];
                let mut costs = vec![Cost::SumOfSquares, Cost::MeanSquares { lambda: 0.1 }];
                if matches!(output, Activation::Sigmoid | Activation::Softmax) {
                    costs.push(Cost::CrossEntropy { lambda: 0.1 });
                }
                for cost in costs {
                    for scale in [1e-6, 1.0, 1e6] {
                        let net = net.with_activations(hidden, output).with_cost(cost);
                        let (j, g) = (net.cost(&(scale * &x), &y), net.gradients(&(scale * &x), &y));
                        let what =
                            format!("{hidden:?} then {output:?}, {cost:?}, inputs ±{scale}, seed {seed}");
                        assert!(j.unwrap().is_finite(), "{what}");
                        let g = g.unwrap();
                        assert!(g.to_vector().iter().all(|v| v.is_finite()), "{what}: {g:?}");
                        assert!((2..=4).all(|l| g.delta(l).iter().all(|v| v.is_finite())), "{what}");
                    }
                }
            }
        }
    }
}

#[test]
fn with_the_cross_entropy_the_slope_at_the_output_is_exactly_the_error_over_n() {
    let x = array![[1.0, 2.0], [-0.5, 1.0], [2e3, -1e3], [0.0, 0.0]];
    let y = array![[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.5, 0.5]];
    for output in [Activation::Sigmoid, Activation::Softmax] {
        let net = Network::random(&[2, 3, 2], 4).unwrap().with_activations(Activation::Tanh, output);
        let net = net.with_cost(Cost::CrossEntropy { lambda: 0.2 });
        let delta = net.gradients(&x, &y).unwrap().delta(3);
        assert_eq!(delta, (net.predict(&x).unwrap() - &y) / 4.0);
    }
}

#[test]
fn a_truth_of_zeros_and_ones_is_learnt_at_full_speed_by_a_saturated_unit_only_with_the_cross_entropy() {
    // ŷ is 1 to the last digit, and wrong
    let net = Network::from_weights(vec![array![[50.0]]]).unwrap();
    let (x, y) = (array![[1.0]], array![[0.0]]);
    assert_eq!(net.predict(&x).unwrap(), array![[1.0]]);
    assert!(net.gradients(&x, &y).unwrap().dj_dw(1)[[0, 0]] < 1e-20);
    let net = net.with_cost(Cost::CrossEntropy { lambda: 0.0 });
    assert_eq!(net.gradients(&x, &y).unwrap().dj_dw(1), array![[1.0]]);
    assert_eq!(net.cost(&x, &y).unwrap(), 50.0);
}

#[test]
fn the_mean_of_the_squares_is_their_sum_over_n_and_so_are_its_gradients() {
    let Dataset { x, y } = scaled_sleep_study();
    let sum = Network::random(&[2, 3, 1], 5).unwrap();
    let mean = sum.with_cost(Cost::MeanSquares { lambda: 0.0 });
    assert!((mean.cost(&x, &y).unwrap() - sum.cost(&x, &y).unwrap() / 3.0).abs() < 1e-16);
    let deviation =
        mean.gradients(&x, &y).unwrap().to_vector() - sum.gradients(&x, &y).unwrap().to_vector() / 3.0;
    assert!(norm(&deviation) < 1e-16);
}

#[test]
fn the_penalty_falls_on_weights_and_never_on_biases() {
    let net = Network::random(&[2, 3, 1], 3).unwrap().with_bias();
    let net = net.with_params(&Array1::from_shape_fn(13, |i| 0.1 * (i as f64) - 1.0)).unwrap();
    let (with, without) = (
        net.with_cost(Cost::CrossEntropy { lambda: 0.4 }),
        net.with_cost(Cost::CrossEntropy { lambda: 0.0 }),
    );
    let Dataset { x, y } = scaled_sleep_study();
    // the nine weights come first, then the four biases
    let weights = Array1::from_shape_fn(13, |i| if i < 9 { net.params()[i] } else { 0.0 });
    let penalty = with.cost(&x, &y).unwrap() - without.cost(&x, &y).unwrap();
    assert!((penalty - 0.2 * weights.dot(&weights)).abs() < 1e-15);
    assert_eq!(with.data_cost(&x, &y).unwrap(), without.cost(&x, &y).unwrap());
    let slope = |net: &Network| net.gradients(&x, &y).unwrap().to_vector();
    assert!(norm(&(slope(&with) - slope(&without) - 0.4 * weights)) < 1e-15);
}

#[test]
fn central_differences_come_closer_with_the_square_of_the_step() {
    let f = |p: &Array1<f64>| Ok(p[0].powi(3) + p[1].sin() * p[0]);
    let at = array![1.2, 0.7];
    let exact = array![3.0 * 1.2 * 1.2 + 0.7f64.sin(), 1.2 * 0.7f64.cos()];
    let error = |epsilon| norm(&(numerical_gradient(&f, &at, epsilon).unwrap() - &exact));
    assert!((error(1e-1) / error(1e-2) - 100.0).abs() < 1.0);
    assert!((error(1e-2) / error(1e-3) - 100.0).abs() < 1.0);
    assert!(error(1e-5) < 1e-9);
}

#[test]
fn the_check_catches_the_classic_mistakes() {
    let Dataset { x, y } = scaled_sleep_study();
    for seed in 0..100 {
        let net = Network::random(&[2, 3, 1], seed).unwrap().with_cost(Cost::MeanSquares { lambda: 1e-4 });
        let right = net.gradients(&x, &y).unwrap();
        let pass = net.forward(&x).unwrap();
        let error = (pass.y_hat() - &y) / 3.0;
        let with_dj_dw2 = |data_part: Array2<f64>| -> Array1<f64> {
            let dj_dw2 = data_part + 1e-4 * net.w(2);
            right.dj_dw(1).iter().chain(&dj_dw2).copied().collect()
        };
        let mistakes = [
            ("a flipped sign", -right.to_vector()),
            ("the sum instead of the mean", 3.0 * right.to_vector()),
            ("a forgotten λ", right.to_vector() - 1e-4 * net.params()),
            ("a forgotten slope of the output's sigmoid", with_dj_dw2(pass.a(2).t().dot(&error))),
            ("a missing transpose", with_dj_dw2(pass.a(2).dot(&right.delta(3)))),
        ];
        let without_mistake = with_dj_dw2(pass.a(2).t().dot(&right.delta(3)));
        assert!((without_mistake - right.to_vector()).iter().all(|d| d.abs() < 1e-15));
        for (mistake, gradient) in mistakes {
            let check = GradientCheck::compare(&net, &x, &y, &gradient).unwrap();
            assert!(!check.passed(), "{mistake}, seed {seed}: {check}");
            assert!(check.relative_error > 5e-4, "{mistake}, seed {seed}: {check}");
        }
    }
}

/// The figures that the documentation of `GradientCheck` states.
#[test]
fn the_figures_that_the_checks_numbers_were_chosen_by() {
    let Dataset { x, y } = scaled_sleep_study();
    let series = |seed: u64| Network::random(&[2, 3, 1], seed).unwrap();
    let measured = |net: &Network, epsilon: f64| {
        let cost = |p: &Array1<f64>| net.with_params(p)?.cost(&x, &y);
        numerical_gradient(&cost, &net.params(), epsilon).unwrap()
    };
    let range = |values: &[f64]| {
        let (low, high) = (f64::INFINITY, 0.0);
        values.iter().fold((low, high), |(low, high): (f64, f64), &v| (low.min(v), high.max(v)))
    };
    let show = |(low, high): (f64, f64)| format!("{low:.1e} to {high:.1e}");
    let right = |epsilon: f64| {
        let error = |seed| {
            let net = series(seed);
            let gradient = net.gradients(&x, &y).unwrap().to_vector();
            demystified::relative_error(&gradient, &measured(&net, epsilon)).unwrap()
        };
        show(range(&(0..1000).map(error).collect::<Vec<f64>>()))
    };
    let [coarse, chosen, fine] = [1e-4, 1e-5, 1e-6].map(right);

    let wrong = |mistake: &dyn Fn(&Network) -> Array1<f64>| {
        let error = |seed| {
            let net = series(seed).with_cost(Cost::MeanSquares { lambda: 1e-4 });
            GradientCheck::compare(&net, &x, &y, &mistake(&net)).unwrap().relative_error
        };
        show(range(&(0..1000).map(error).collect::<Vec<f64>>()))
    };
    let gradient = |net: &Network| net.gradients(&x, &y).unwrap().to_vector();
    let forgotten_lambda = wrong(&|net| gradient(net) - 1e-4 * net.params());
    let forgotten_slope = wrong(&|net| {
        let pass = net.forward(&x).unwrap();
        let dj_dw2 = pass.a(2).t().dot(&((pass.y_hat() - &y) / 3.0)) + 1e-4 * net.w(2);
        net.gradients(&x, &y).unwrap().dj_dw(1).iter().chain(&dj_dw2).copied().collect()
    });
    let flipped = wrong(&|net| -gradient(net));

    let after_descent = |seed| {
        let mut net = series(seed);
        for _ in 0..8000 {
            net = net.with_params(&(net.params() - 3.0 * net.cost_and_gradient(&x, &y).unwrap().1)).unwrap();
        }
        let check = GradientCheck::run(&net, &x, &y).unwrap();
        assert!(check.passed());
        (check.relative_error, check.difference)
    };
    let trained: Vec<(f64, f64)> = (0..20).map(after_descent).collect();
    let errors: Vec<f64> = trained.iter().map(|(error, _)| *error).collect();
    let differences: Vec<f64> = trained.iter().map(|(_, difference)| *difference).collect();
    let found = [
        ("ε = 1e-4", coarse),
        ("ε = 1e-5", chosen),
        ("ε = 1e-6", fine),
        ("a forgotten λ", forgotten_lambda),
        ("a forgotten f′", forgotten_slope),
        ("a flipped sign", flipped),
        ("after descent", show(range(&errors))),
        ("difference after descent", show(range(&differences))),
    ];
    let documented = [
        "ε = 1e-4: 2.9e-11 to 9.5e-9",
        "ε = 1e-5: 4.5e-12 to 1.8e-10",
        "ε = 1e-6: 3.1e-11 to 1.3e-9",
        "a forgotten λ: 6.6e-4 to 1.4e-1",
        "a forgotten f′: 5.6e-1 to 9.7e-1",
        "a flipped sign: 4.6e9 to 2.2e11",
        "after descent: 1.1e-8 to 5.0e-7",
        "difference after descent: 7.6e-13 to 1.3e-12",
    ];
    assert_eq!(found.map(|(what, figures)| format!("{what}: {figures}")), documented);
}

#[test]
fn the_right_gradient_has_a_relative_error_below_1e_9_at_random_weights() {
    let Dataset { x, y } = scaled_sleep_study();
    for seed in 0..1000 {
        let check = GradientCheck::run(&Network::random(&[2, 3, 1], seed).unwrap(), &x, &y).unwrap();
        assert!(check.relative_error < 1e-9, "seed {seed}: {check}");
    }
}

#[test]
fn the_check_names_the_entry_that_is_wrong() {
    let Dataset { x, y } = scaled_sleep_study();
    let net = Network::random(&[2, 3, 1], 1).unwrap().with_bias();
    let names = ["dj_dw1[0, 2]", "dj_dw1[1, 0]", "dj_dw2[2, 0]", "dj_db1[1]", "dj_db2[0]"];
    for (entry, name) in [2, 3, 8, 10, 12].into_iter().zip(names) {
        for wrong in [1e-3, f64::NAN] {
            let mut gradient = net.gradients(&x, &y).unwrap().to_vector();
            gradient[entry] += wrong;
            let check = GradientCheck::compare(&net, &x, &y, &gradient).unwrap();
            assert!(!check.passed());
            let text = check.to_string();
            assert!(text.starts_with("≠ ") && text.contains(&format!("at {name} (")), "{text}");
        }
    }
}

#[test]
fn slopes_given_layer_by_layer_are_checked_like_the_same_in_a_row() {
    let Dataset { x, y } = scaled_sleep_study();
    for net in
        [Network::random(&[2, 3, 1], 1).unwrap(), Network::random(&[2, 4, 3, 1], 2).unwrap().with_bias()]
    {
        let g = net.gradients(&x, &y).unwrap();
        let mut dj_dw: Vec<Array2<f64>> = (1..net.layer_sizes().len()).map(|layer| g.dj_dw(layer)).collect();
        let by_layer = |dj_dw: &[Array2<f64>]| GradientCheck::compare_dj_dw(&net, &x, &y, dj_dw).unwrap();
        assert_eq!(by_layer(&dj_dw), GradientCheck::run(&net, &x, &y).unwrap());
        dj_dw[1][[2, 0]] += 1e-3;
        let wrong = by_layer(&dj_dw);
        assert!(!wrong.passed() && wrong.to_string().contains("at dj_dw2[2, 0] ("), "{wrong}");
    }
}

#[test]
fn the_check_passes_at_a_minimum_where_the_relative_error_means_nothing() {
    // all gradients are exactly 0: the network is perfect
    let net = Network::random(&[2, 3, 1], 1).unwrap();
    let x = scaled_sleep_study().x;
    let y = net.predict(&x).unwrap();
    let check = GradientCheck::run(&net, &x, &y).unwrap();
    assert_eq!(check.analytic, Array1::<f64>::zeros(9));
    assert!(check.relative_error > 0.9, "{}", check.relative_error);
    assert!(check.passed());
    assert!(check.to_string().contains("so close to 0 the relative error, 1, says nothing"), "{check}");
}

fn gradients_of_the_series_network() -> demystified::Gradients {
    let Dataset { x, y } = scaled_sleep_study();
    Network::random(&[2, 3, 1], 1).unwrap().gradients(&x, &y).unwrap()
}

#[test]
#[should_panic(expected = "delta(1): delta has layers 2 to 3")]
fn the_input_layer_has_no_delta() {
    gradients_of_the_series_network().delta(1);
}

#[test]
#[should_panic(expected = "dj_dw(3): the gradients have dj_dw(1) to dj_dw(2)")]
fn the_output_layer_has_no_weights_behind_it() {
    gradients_of_the_series_network().dj_dw(3);
}

#[test]
#[should_panic(expected = "dj_db(1): the network has no biases; with_bias() adds them")]
fn a_network_without_biases_has_no_slopes_for_them() {
    gradients_of_the_series_network().dj_db(1);
}
