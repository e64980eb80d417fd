//! Each error, provoked by bad input, and its message read.

use demystified::ndarray::{Array1, Array2, array};
use demystified::{
    Activation, Cost, Dataset, DiagnoseOptions, Error, GradientCheck, Method, Network, Scaler,
    StandardScaler, Trainer, diagnose, diagnose_cost, diagnose_forward, diagnose_with, k_fold,
    learning_curve, leave_one_out, numerical_gradient, plot, relative_error, sleep_study, synthetic_study,
};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// Every way to go wrong that this file knows, and the message that each must give.
fn provoked() -> Vec<(Error, &'static str)> {
    let mut all = data_errors();
    all.extend(scaler_errors());
    all.extend(network_errors());
    all.extend(parameter_errors());
    all.extend(forward_errors());
    all.extend(cost_errors());
    all.extend(gradient_check_errors());
    all.extend(diagnose_errors());
    all.extend(training_errors());
    all.extend(validation_errors());
    all.extend(synthetic_errors());
    all.extend(drawing_errors());
    all
}

fn failure<T: std::fmt::Debug>(result: Result<T, Error>) -> Error {
    result.expect_err("bad input that must be refused")
}

fn data_errors() -> Vec<(Error, &'static str)> {
    let (x, y) = (array![[3.0, 5.0], [5.0, 1.0]], array![[75.0], [82.0]]);
    let new = |x: &Array2<f64>, y: &Array2<f64>| failure(Dataset::new(x.clone(), y.clone()));
    vec![
        (new(&Array2::zeros((0, 2)), &y), "x is empty; expected at least one row and one column"),
        (new(&Array2::zeros((2, 0)), &y), "x is empty; expected at least one row and one column"),
        (new(&x, &Array2::zeros((0, 1))), "y is empty; expected at least one row and one column"),
        (new(&x, &array![[75.0]]), "y has 1 row, but x has 2 rows"),
        (new(&array![[3.0, 5.0]], &y), "y has 2 rows, but x has 1 row"),
        (
            new(&array![[3.0, 5.0], [f64::NAN, 1.0]], &y),
            "x holds NaN in row 1, column 0; expected finite numbers only",
        ),
        (
            new(&x, &array![[75.0], [f64::INFINITY]]),
            "y holds inf in row 1, column 0; expected finite numbers only",
        ),
        (
            new(&array![[3.0, f64::NEG_INFINITY], [5.0, 1.0]], &y),
            "x holds −inf in row 0, column 1; expected finite numbers only",
        ),
    ]
}

fn scaler_errors() -> Vec<(Error, &'static str)> {
    let fit = |x: Array2<f64>| {
        let y = Array2::ones((x.nrows(), 1));
        failure(Scaler::fit(&Dataset { x, y }, 100.0))
    };
    let max_score = |max_score| failure(Scaler::fit(&sleep_study(), max_score));
    let scaler = Scaler::fit(&sleep_study(), 100.0).expect("the series' data can be scaled");
    vec![
        (
            fit(array![[3.0, 2.0], [5.0, 2.0]]),
            "column 1 of x is 2 in every row, so it cannot tell the examples apart; expected different values, the \
             largest above 0",
        ),
        (
            fit(array![[0.0, 1.0], [0.0, 2.0]]),
            "column 0 of x is 0 in every row; expected different values, the largest above 0",
        ),
        (
            fit(array![[1.0, -1.0], [2.0, -3.0]]),
            "column 1 of x has no value above −1; expected different values, the largest above 0",
        ),
        (
            fit(array![[1.0, 0.0], [2.0, -3.0]]),
            "column 1 of x has no value above 0; expected different values, the largest above 0",
        ),
        (fit(Array2::zeros((0, 2))), "x is empty; expected at least one row and one column"),
        (fit(array![[1.0], [f64::NAN]]), "x holds NaN in row 1, column 0; expected finite numbers only"),
        (
            failure(Scaler::fit(&Dataset { x: array![[1.0], [2.0]], y: array![[1.0]] }, 1.0)),
            "y has 1 row, but x has 2 rows",
        ),
        (max_score(0.0), "max_score is 0; expected a finite number above 0"),
        (max_score(-1.0), "max_score is −1; expected a finite number above 0"),
        (max_score(f64::NAN), "max_score is NaN; expected a finite number above 0"),
        (max_score(f64::INFINITY), "max_score is inf; expected a finite number above 0"),
        (
            failure(scaler.transform_x(&array![[1.0, 2.0, 3.0]])),
            "x has 3 columns, but the fitted data has 2 columns",
        ),
        (
            failure(scaler.transform(&Dataset { x: array![[1.0]], y: array![[1.0]] })),
            "x has 1 column, but the fitted data has 2 columns",
        ),
        (
            failure(StandardScaler::fit(
                &Dataset { x: array![[1.0, 2.0], [3.0, 2.0]], y: Array2::ones((2, 1)) },
                1.0,
            )),
            "column 1 of x is 2 in every row, so it has no spread; expected different values with a finite spread above 0",
        ),
        (
            failure(StandardScaler::fit(
                &Dataset { x: array![[f64::MAX], [-f64::MAX]], y: Array2::ones((2, 1)) },
                1.0,
            )),
            "column 0 of x has the standard deviation inf; expected different values with a finite spread above 0",
        ),
        (
            failure(StandardScaler::fit(&sleep_study(), 0.0)),
            "max_score is 0; expected a finite number above 0",
        ),
        (
            failure(StandardScaler::fit(&sleep_study(), 100.0).and_then(|s| s.transform_x(&array![[1.0]]))),
            "x has 1 column, but the fitted data has 2 columns",
        ),
        (
            failure(scaler.transform_x(&Array2::zeros((0, 2)))),
            "x is empty; expected at least one row and one column",
        ),
    ]
}

fn network_errors() -> Vec<(Error, &'static str)> {
    let random = |sizes: &[usize]| failure(Network::random(sizes, 1));
    let from = |weights: Vec<Array2<f64>>| failure(Network::from_weights(weights));
    let w1 = || array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let biased = |biases: Vec<Array1<f64>>| failure(Network::from_weights_and_biases(vec![w1()], biases));
    vec![
        (random(&[]), "layer_sizes is []; expected at least 2 layers, an input and an output"),
        (random(&[2]), "layer_sizes is [2]; expected at least 2 layers, an input and an output"),
        (random(&[2, 0, 1]), "layer_sizes is [2, 0, 1]; expected at least 1 unit in every layer"),
        (random(&[0, 3, 1]), "layer_sizes is [0, 3, 1]; expected at least 1 unit in every layer"),
        (
            random(&[2, 1_000_000, 1_000_000]),
            "layer_sizes is [2, 1000000, 1000000]; expected at most 1 000 000 000 weights",
        ),
        (
            // the number of weights does not even fit into a usize
            random(&[1 << 40, 1 << 40]),
            "layer_sizes is [1099511627776, 1099511627776]; expected at most 1 000 000 000 weights",
        ),
        (from(vec![]), "weights is empty; expected at least one weight matrix"),
        (from(vec![w1(), Array2::zeros((3, 0))]), "w2 is empty; expected at least one row and one column"),
        (from(vec![w1(), array![[1.0], [2.0]]]), "w2 has 2 rows, but w1 has 3 columns"),
        (
            from(vec![w1(), array![[1.0], [f64::NAN], [2.0]]]),
            "w2 holds NaN in row 1, column 0; expected finite numbers only",
        ),
        (biased(vec![]), "biases has 0 arrays, but weights has 1 array"),
        (biased(vec![array![0.0, 1.0]]), "b1 has 2 values, but w1 has 3 columns"),
        (biased(vec![array![0.0, f64::NAN, 1.0]]), "b1 holds NaN at index 1; expected finite numbers only"),
        (
            failure(Network::from_weights_and_biases(vec![], vec![])),
            "weights is empty; expected at least one weight matrix",
        ),
    ]
}

fn parameter_errors() -> Vec<(Error, &'static str)> {
    let net = Network::random(&[2, 3, 1], 1).expect("the series' network");
    let one = Network::random(&[1, 1], 1).expect("a single weight");
    let mut params = net.params();
    params[4] = f64::NAN;
    vec![
        (
            failure(net.with_params(&Array1::zeros(8))),
            "params has 8 values, but the network has 9 parameters",
        ),
        (
            failure(net.with_params(&Array1::zeros(0))),
            "params has 0 values, but the network has 9 parameters",
        ),
        (
            failure(net.with_bias().with_params(&net.params())),
            "params has 9 values, but the network has 13 parameters",
        ),
        (failure(one.with_params(&Array1::zeros(2))), "params has 2 values, but the network has 1 parameter"),
        (failure(net.with_params(&params)), "params holds NaN at index 4; expected finite numbers only"),
    ]
}

fn forward_errors() -> Vec<(Error, &'static str)> {
    let net = Network::random(&[2, 3, 1], 1).expect("the series' network");
    vec![
        (failure(net.forward(&array![[3.0, 5.0, 1.0]])), "x has 3 columns, but the network has 2 inputs"),
        (failure(net.predict(&array![[3.0]])), "x has 1 column, but the network has 2 inputs"),
        (
            failure(net.forward(&Array2::zeros((0, 2)))),
            "x is empty; expected at least one row and one column",
        ),
        (
            failure(net.predict(&array![[1.0, f64::NAN]])),
            "x holds NaN in row 0, column 1; expected finite numbers only",
        ),
    ]
}

fn cost_errors() -> Vec<(Error, &'static str)> {
    let net = Network::random(&[2, 3, 1], 1).expect("the series' network");
    let x = array![[0.3, 1.0], [0.5, 0.2]];
    let all_three = |net: &Network, x: &Array2<f64>, y: &Array2<f64>| {
        let error = failure(net.cost(x, y));
        assert_eq!(failure(net.data_cost(x, y)).to_string(), error.to_string());
        assert_eq!(failure(net.gradients(x, y)).to_string(), error.to_string());
        error
    };
    let of_y = |y: Array2<f64>| all_three(&net, &x, &y);
    let of_cost = |cost| all_three(&net.with_cost(cost), &x, &array![[0.0], [1.0]]);
    let cross_entropy = net.with_cost(Cost::CrossEntropy { lambda: 0.0 });
    let of_output = |output| {
        all_three(&cross_entropy.with_activations(Activation::Sigmoid, output), &x, &array![[0.0], [1.0]])
    };
    vec![
        (all_three(&net, &array![[1.0]], &array![[1.0]]), "x has 1 column, but the network has 2 inputs"),
        (of_y(Array2::zeros((0, 1))), "y is empty; expected at least one row and one column"),
        (of_y(array![[0.75]]), "y has 1 row, but x has 2 rows"),
        (of_y(array![[0.75, 0.1], [0.82, 0.1]]), "y has 2 columns, but the network has 1 output"),
        (of_y(array![[0.75], [f64::NAN]]), "y holds NaN in row 1, column 0; expected finite numbers only"),
        (of_cost(Cost::MeanSquares { lambda: -0.1 }), "lambda is −0.1; expected a finite number, 0 or above"),
        (
            of_cost(Cost::CrossEntropy { lambda: f64::NAN }),
            "lambda is NaN; expected a finite number, 0 or above",
        ),
        (
            of_cost(Cost::MeanSquares { lambda: f64::INFINITY }),
            "lambda is inf; expected a finite number, 0 or above",
        ),
        (
            all_three(&cross_entropy, &x, &array![[0.5], [75.0]]),
            "y[1, 0] is 75; expected a number from 0 to 1 for Cost::CrossEntropy",
        ),
        (
            all_three(&cross_entropy, &x, &array![[-0.5], [0.0]]),
            "y[0, 0] is −0.5; expected a number from 0 to 1 for Cost::CrossEntropy",
        ),
        (
            of_output(Activation::Tanh),
            "the output activation is tanh; expected sigmoid or softmax, whose values lie between 0 and 1, for \
             Cost::CrossEntropy",
        ),
        (
            of_output(Activation::Identity),
            "the output activation is identity; expected sigmoid or softmax, whose values lie between 0 and 1, for \
             Cost::CrossEntropy",
        ),
        (
            failure(Activation::Softmax.derivative(&x)),
            "the activation is softmax; expected one that works on each entry by itself; softmax has a jacobian()",
        ),
    ]
}

fn gradient_check_errors() -> Vec<(Error, &'static str)> {
    let sum = |p: &Array1<f64>| Ok(p.sum());
    let of = |params: Array1<f64>, epsilon| failure(numerical_gradient(&sum, &params, epsilon));
    let net = Network::random(&[2, 3, 1], 1).expect("the series' network");
    let (x, y) = (array![[0.3, 1.0]], array![[0.75]]);
    vec![
        (of(array![1.0], 0.0), "epsilon is 0; expected a finite number above 0"),
        (of(array![1.0], -1e-5), "epsilon is −0.00001; expected a finite number above 0"),
        (of(array![1.0], f64::NAN), "epsilon is NaN; expected a finite number above 0"),
        (of(array![1.0], f64::INFINITY), "epsilon is inf; expected a finite number above 0"),
        (
            of(array![1.0, 1e12], 1e-5),
            "epsilon is 0.00001; expected a step that changes params[1] = 1000000000000",
        ),
        (of(array![1.0, f64::NAN], 1e-5), "params holds NaN at index 1; expected finite numbers only"),
        (
            // an error of the function itself is passed on
            failure(numerical_gradient(&|p| net.with_params(p)?.cost(&x, &y), &array![1.0], 1e-5)),
            "params has 1 value, but the network has 9 parameters",
        ),
        (failure(GradientCheck::run(&net, &x, &x)), "y has 2 columns, but the network has 1 output"),
        (
            failure(GradientCheck::compare(&net, &x, &y, &array![1.0, 2.0])),
            "gradient has 2 values, but the network has 9 parameters",
        ),
        (
            failure(relative_error(&array![1.0, 2.0], &array![1.0])),
            "analytic has 2 values, but numerical has 1 value",
        ),
        (
            failure(GradientCheck::compare_dj_dw(&net, &x, &y, std::slice::from_ref(&x))),
            "dj_dw has 1 weight array, but the network has 2 weight arrays",
        ),
        (
            failure(GradientCheck::compare_dj_dw(&net, &x, &y, &[net.w(2), net.w(1)])),
            "dj_dw1 has 3 rows, but w1 has 2 rows",
        ),
        (
            failure(GradientCheck::compare_dj_dw(
                &net,
                &x,
                &y,
                &[net.w(1), array![[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]],
            )),
            "dj_dw2 has 2 columns, but w2 has 1 column",
        ),
    ]
}

fn diagnose_errors() -> Vec<(Error, &'static str)> {
    let net = Network::random(&[2, 3, 1], 1).expect("the series' network");
    let (x, y) = (array![[0.3, 1.0]], array![[0.75]]);
    let of = |dj_dw: &[Array2<f64>]| failure(diagnose(&net, &x, &y, dj_dw));
    let (dj_dw1, dj_dw2) = (Array2::ones((2, 3)), Array2::ones((3, 1)));
    let mut nan = dj_dw1.clone();
    nan[[1, 2]] = f64::NAN;
    let with = |net: &Network, options: DiagnoseOptions| {
        failure(diagnose_with(net, &x, &y, &[dj_dw1.clone(), dj_dw2.clone()], &options))
    };
    let known = DiagnoseOptions::default;
    let dj_db = |sizes: &[usize]| sizes.iter().map(|&n| Array1::ones(n)).collect::<Vec<Array1<f64>>>();
    let other = Network::random(&[2, 4, 1], 1).expect("another network");
    let forward = |values: &[Array2<f64>]| failure(diagnose_forward(&net, &x, values));
    let (of_hidden, of_output) = (|| Array2::ones((1, 3)), || Array2::ones((1, 1)));
    vec![
        (forward(&[of_hidden(), of_hidden()]), "values has 2 arrays, but the forward pass has 4 arrays"),
        (forward(&[array![[1.0], [2.0]]]), "y_hat has 2 rows, but the right y_hat has 1 row"),
        (
            forward(&[of_hidden(), Array2::ones((1, 2)), of_output(), of_output()]),
            "a2 has 2 columns, but the right a2 has 3 columns",
        ),
        (
            forward(&[array![[1.0, f64::INFINITY, 0.0]], of_hidden(), of_output(), of_output()]),
            "z2 holds inf in row 0, column 1; expected finite numbers only",
        ),
        (failure(diagnose_forward(&net, &y, &[of_output()])), "x has 1 column, but the network has 2 inputs"),
        (failure(diagnose_cost(&net, &x, &y, f64::NAN)), "j is NaN; expected a finite number"),
        (failure(diagnose_cost(&net, &x, &x, 0.1)), "y has 2 columns, but the network has 1 output"),
        (of(&[]), "dj_dw has 0 weight arrays, but the network has 2 weight arrays"),
        (of(std::slice::from_ref(&dj_dw1)), "dj_dw has 1 weight array, but the network has 2 weight arrays"),
        (of(&[dj_dw1.clone(), Array2::ones((3, 2))]), "dj_dw2 has 2 columns, but w2 has 1 column"),
        (of(&[dj_dw2.clone(), dj_dw2.clone()]), "dj_dw1 has 3 rows, but w1 has 2 rows"),
        (
            of(&[Array2::ones((0, 3)), dj_dw2.clone()]),
            "dj_dw1 is empty; expected at least one row and one column",
        ),
        (of(&[nan, dj_dw2.clone()]), "dj_dw1 holds NaN in row 1, column 2; expected finite numbers only"),
        (
            failure(diagnose(&net, &array![[0.3]], &y, &[dj_dw1.clone(), dj_dw2.clone()])),
            "x has 1 column, but the network has 2 inputs",
        ),
        (
            failure(diagnose(&net, &x, &x, &[dj_dw1.clone(), dj_dw2.clone()])),
            "y has 2 columns, but the network has 1 output",
        ),
        (
            with(&net, DiagnoseOptions { dj_db: dj_db(&[3, 1]), ..known() }),
            "dj_db has 2 bias arrays, but the network has 0 bias arrays",
        ),
        (
            with(&net.with_bias(), DiagnoseOptions { dj_db: dj_db(&[3, 2]), ..known() }),
            "dj_db2 has 2 values, but b2 has 1 value",
        ),
        (
            with(&net, DiagnoseOptions { previous: Some(other), ..known() }),
            "the previous network's layer_sizes is [2, 4, 1]; expected those of the network, [2, 3, 1]",
        ),
        (
            with(&net, DiagnoseOptions { tolerance: 1.0, ..known() }),
            "tolerance is 1; expected a number from 1×10⁻⁹ to 0.1",
        ),
        (
            with(&net, DiagnoseOptions { tolerance: f64::NAN, ..known() }),
            "tolerance is NaN; expected a number from 1×10⁻⁹ to 0.1",
        ),
    ]
}

fn training_errors() -> Vec<(Error, &'static str)> {
    let net = Network::random(&[2, 3, 1], 1).expect("the series' network");
    let data = Dataset { x: array![[0.3, 1.0], [0.5, 0.2]], y: array![[0.75], [0.82]] };
    let with = |trainer: Trainer| failure(trainer.train(&net, &data, None));
    let of = |method: Method| with(Trainer { method, ..Trainer::default() });
    let descent = |learning_rate| of(Method::GradientDescent { learning_rate });
    let stochastic = |learning_rate, batch_size| {
        of(Method::StochasticGradientDescent { learning_rate, batch_size, seed: 1 })
    };
    let rolling = |learning_rate, momentum, batch_size| {
        of(Method::Momentum { learning_rate, momentum, batch_size, seed: 1 })
    };
    let adam = |learning_rate, batch_size| of(Method::Adam { learning_rate, batch_size, seed: 1 });
    let tolerance = |gradient_tolerance| with(Trainer { gradient_tolerance, ..Trainer::default() });
    let train = |data: Dataset| failure(Trainer::default().train(&net, &data, None));
    let test = |test: Dataset| failure(Trainer::default().train(&net, &data, Some(&test)));
    let many = |seeds| failure(Trainer::default().train_many(&net, seeds, &data, None));
    let (x, y) = (data.x.clone(), data.y.clone());
    let wide = Network::random(&[2, 2000, 1], 1).expect("a wide network");
    vec![
        (descent(0.0), "learning_rate is 0; expected a finite number above 0"),
        (descent(-3.0), "learning_rate is −3; expected a finite number above 0"),
        (descent(f64::NAN), "learning_rate is NaN; expected a finite number above 0"),
        (stochastic(f64::INFINITY, 1), "learning_rate is inf; expected a finite number above 0"),
        (stochastic(1.0, 0), "batch_size is 0; expected at least 1"),
        (rolling(1.0, 0.9, 0), "batch_size is 0; expected at least 1"),
        (rolling(-1.0, 0.9, 1), "learning_rate is −1; expected a finite number above 0"),
        (rolling(1.0, 1.0, 1), "momentum is 1; expected a number from 0 to below 1"),
        (rolling(1.0, -0.5, 1), "momentum is −0.5; expected a number from 0 to below 1"),
        (rolling(1.0, f64::NAN, 1), "momentum is NaN; expected a number from 0 to below 1"),
        (adam(0.0, 1), "learning_rate is 0; expected a finite number above 0"),
        (adam(1.0, 0), "batch_size is 0; expected at least 1"),
        (
            failure(Trainer::default().train_each(&[], &data, None)),
            "starts is empty; expected at least one network",
        ),
        (tolerance(-1e-5), "gradient_tolerance is −0.00001; expected a finite number, 0 or above"),
        (tolerance(f64::NAN), "gradient_tolerance is NaN; expected a finite number, 0 or above"),
        (tolerance(f64::INFINITY), "gradient_tolerance is inf; expected a finite number, 0 or above"),
        (
            with(Trainer { time_limit: Some(Duration::ZERO), ..Trainer::default() }),
            "time_limit is 0 s; expected more than 0 s, or None",
        ),
        (
            failure(Trainer::default().train(&wide, &data, None)),
            "the number of parameters is 6000; expected at most 5000 for Method::Bfgs; gradient descent takes any \
             number",
        ),
        (
            train(Dataset { x: array![[1.0]], y: array![[1.0]] }),
            "x has 1 column, but the network has 2 inputs",
        ),
        (train(Dataset { x: x.clone(), y: x.clone() }), "y has 2 columns, but the network has 1 output"),
        (train(Dataset { x: x.clone(), y: array![[1.0]] }), "y has 1 row, but x has 2 rows"),
        (
            train(Dataset { x: x.clone(), y: array![[1.0], [f64::NAN]] }),
            "y holds NaN in row 1, column 0; expected finite numbers only",
        ),
        (
            test(Dataset { x: array![[1.0, 2.0, 3.0]], y: array![[1.0]] }),
            "the test data's x has 3 columns, but the network has 2 inputs",
        ),
        (
            test(Dataset { x: array![[1.0, 2.0]], y: y.clone() }),
            "the test data's y has 2 rows, but the test data's x has 1 row",
        ),
        (
            test(Dataset { x: Array2::zeros((0, 2)), y: y.clone() }),
            "the test data's x is empty; expected at least one row and one column",
        ),
        (
            // what is wrong with the test data is said of them
            failure(Trainer::default().train(
                &net.with_cost(Cost::CrossEntropy { lambda: 0.0 }),
                &data,
                Some(&Dataset { x: x.clone(), y: array![[0.5], [75.0]] }),
            )),
            "the test data's y[1, 0] is 75; expected a number from 0 to 1 for Cost::CrossEntropy",
        ),
        (many(5..5), "seeds is empty; expected at least one seed, as in 0..100"),
        (many(0..u64::MAX), "seeds is 0..18446744073709551615; expected at most 1 000 000 seeds"),
    ]
}

fn validation_errors() -> Vec<(Error, &'static str)> {
    let data = sleep_study();
    let one = Dataset { x: array![[1.0, 2.0]], y: array![[1.0]] };
    let broken = Dataset { x: array![[1.0, 2.0], [3.0, 4.0]], y: array![[1.0]] };
    let net = Network::random(&[2, 3, 1], 1).expect("the series' network");
    let trainer = Trainer::default();
    let folds = leave_one_out(&data).expect("three folds");
    let curve = |pool: &Dataset, test: &Dataset, sizes: &[usize], seeds| {
        failure(learning_curve(&trainer, &net, pool, test, sizes, seeds))
    };
    vec![
        (failure(k_fold(&data, 1, 1)), "k is 1; expected 2 to 3, the number of examples"),
        (failure(k_fold(&data, 4, 1)), "k is 4; expected 2 to 3, the number of examples"),
        (failure(k_fold(&one, 2, 1)), "dataset is 1 example; expected at least 2 examples"),
        (failure(k_fold(&broken, 2, 1)), "y has 1 row, but x has 2 rows"),
        (failure(leave_one_out(&one)), "dataset is 1 example; expected at least 2 examples"),
        (failure(leave_one_out(&broken)), "y has 1 row, but x has 2 rows"),
        (failure(trainer.cross_validate(&net, &[], 0..3)), "folds is empty; expected at least one fold"),
        (
            failure(trainer.cross_validate(&net, &folds, 3..3)),
            "seeds is empty; expected at least one seed, as in 0..100",
        ),
        (curve(&data, &data, &[], 0..1), "sizes is empty; expected at least one number of examples"),
        (
            curve(&data, &data, &[1, 4], 0..1),
            "sizes[1] is 4; expected 1 to 3, the number of examples in the pool",
        ),
        (
            curve(&data, &data, &[0], 0..1),
            "sizes[0] is 0; expected 1 to 3, the number of examples in the pool",
        ),
        (curve(&data, &data, &[1], 1..1), "seeds is empty; expected at least one seed, as in 0..100"),
        (curve(&broken, &data, &[1], 0..1), "the pool's y has 1 row, but the pool's x has 2 rows"),
        (curve(&data, &broken, &[1], 0..1), "the test data's y has 1 row, but the test data's x has 2 rows"),
    ]
}

fn synthetic_errors() -> Vec<(Error, &'static str)> {
    vec![
        (failure(synthetic_study(0, 1.0, 1)), "n_examples is 0; expected 1 to 10 000 000"),
        (
            failure(synthetic_study(usize::MAX, 1.0, 1)),
            "n_examples is 18446744073709551615; expected 1 to 10 000 000",
        ),
        (
            failure(synthetic_study(3, -1.0, 1)),
            "noise_sd is −1; expected a finite number of points, 0 or above",
        ),
        (
            failure(synthetic_study(3, f64::NAN, 1)),
            "noise_sd is NaN; expected a finite number of points, 0 or above",
        ),
    ]
}

fn drawing_errors() -> Vec<(Error, &'static str)> {
    let draw = |text, width| failure(plot::draw(text, width, 100, &|_| Err("no such colour".into())));
    vec![
        (draw("", 100), "text is empty; expected a sentence that says what is seen"),
        (draw("A dot.", 5000), "width is 5000; expected 1 to 2000 pixels"),
        (draw("A dot.", 100), "the figure could not be drawn: no such colour"),
    ]
}

/// What the file system reports is passed on. These are made by hand: here only the wording is read.
fn made_by_hand() -> Vec<(Error, &'static str)> {
    vec![
        (
            Error::File { path: "a/b.json".into(), reason: "No such file or directory".into() },
            "a/b.json: No such file or directory",
        ),
        // more of these in files.rs
        (
            Error::InFile {
                path: "a/b.csv".into(),
                line: 3,
                column: 5,
                reason: "\"x\" is not a number".into(),
            },
            "a/b.csv, line 3, column 5: \"x\" is not a number",
        ),
    ]
}

#[test]
fn every_message_names_the_argument_what_was_expected_and_what_came() {
    for (error, message) in provoked().into_iter().chain(made_by_hand()) {
        assert_eq!(error.to_string(), message);
        assert!(!message.contains('\n'), "a message is one line");
    }
}

/// A λ may be written into a cost by hand; then it is refused where it is first used, whatever that is.
#[test]
fn a_bad_lambda_is_refused_where_a_cost_is_made_and_wherever_one_is_used() {
    let data = Dataset { x: array![[0.3, 1.0], [0.5, 0.2]], y: array![[0.75], [0.82]] };
    let Dataset { x, y } = &data;
    let net = Network::random(&[2, 3, 1], 1).expect("the series' network");
    let trainer = Trainer::default();
    for (lambda, shown) in [(-1.0, "−1"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let message = format!("lambda is {shown}; expected a finite number, 0 or above");
        for error in [failure(Cost::mean_squares(lambda)), failure(Cost::cross_entropy(lambda))] {
            assert_eq!(error.to_string(), message);
        }
        for cost in [Cost::MeanSquares { lambda }, Cost::CrossEntropy { lambda }] {
            let net = net.with_cost(cost);
            let dj_dw = [net.w(1), net.w(2)];
            let uses: [(&str, Error); 12] = [
                ("cost", failure(net.cost(x, y))),
                ("data_cost", failure(net.data_cost(x, y))),
                ("gradients", failure(net.gradients(x, y))),
                ("cost_and_gradient", failure(net.cost_and_gradient(x, y))),
                ("GradientCheck::run", failure(GradientCheck::run(&net, x, y))),
                ("compare_dj_dw", failure(GradientCheck::compare_dj_dw(&net, x, y, &dj_dw))),
                ("diagnose", failure(diagnose(&net, x, y, &dj_dw))),
                ("diagnose_cost", failure(diagnose_cost(&net, x, y, 0.1))),
                ("train", failure(trainer.train(&net, &data, Some(&data)))),
                ("train_many", failure(trainer.train_many(&net, 0..3, &data, None))),
                (
                    "cross_validate",
                    failure(trainer.cross_validate(&net, &leave_one_out(&data).expect("two folds"), 0..2)),
                ),
                ("learning_curve", failure(learning_curve(&trainer, &net, &data, &data, &[1], 0..2))),
            ];
            for (name, error) in uses {
                assert_eq!(error.to_string(), message, "{name} with {cost:?}");
            }
        }
    }
    assert_eq!(Cost::mean_squares(0.5).ok(), Some(Cost::MeanSquares { lambda: 0.5 }));
    assert_eq!(Cost::cross_entropy(0.0).ok(), Some(Cost::CrossEntropy { lambda: 0.0 }));
}

#[test]
fn a_failed_question_mark_shows_the_message_itself_in_a_notebook() {
    for (error, message) in provoked().into_iter().chain(made_by_hand()) {
        assert_eq!(format!("{error:?}"), message);
    }
}

#[test]
fn every_variant_of_the_error_type_is_provoked_here() -> std::io::Result<()> {
    let declared: BTreeSet<&str> = include_str!("../src/error.rs")
        .lines()
        .skip_while(|line| !line.starts_with("pub enum Error"))
        .take_while(|line| *line != "}")
        .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(" {"))
        .collect();
    let csv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("provoked.csv");
    std::fs::write(&csv, "1,2\n3,four\n")?;
    let from_texts = [
        failure(Scaler::load("no/such/file.json")),
        failure(Dataset::from_csv(&csv.to_string_lossy(), 1)),
        failure(demystified::pasted("no numbers at all")),
    ];
    let provoked = provoked();
    let seen: BTreeSet<&str> =
        provoked.iter().map(|(error, _)| error).chain(&from_texts).map(variant).collect();
    assert!(declared.len() >= 7, "the list of variants could not be read from error.rs");
    assert_eq!(seen, declared);
    Ok(())
}

fn variant(error: &Error) -> &'static str {
    match error {
        Error::Empty { .. } => "Empty",
        Error::Mismatch { .. } => "Mismatch",
        Error::NotFinite { .. } => "NotFinite",
        Error::Column { .. } => "Column",
        Error::OutOfRange { .. } => "OutOfRange",
        Error::Unsuitable { .. } => "Unsuitable",
        Error::Draw { .. } => "Draw",
        Error::File { .. } => "File",
        Error::Pasted { .. } => "Pasted",
        Error::InFile { .. } => "InFile",
        _ => "a variant that this file does not know",
    }
}
