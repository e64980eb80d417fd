//! The crate against numbers made by independent programs: `tests/reference/make_*.py`, whose output is committed beside them.

use demystified::ndarray::{Array1, Array2, Axis, array};
use demystified::{Activation, Cost, Dataset, Method, Network, Scaler, Trainer, sleep_study};
use serde_json::Value;

/// Forward passes, scaling and parameters agree to this, relative to the number where it is above 1.
const TOLERANCE: f64 = 1e-12;
/// Costs and gradients agree to this, in the same way.
const GRADIENT_TOLERANCE: f64 = 1e-10;

fn cases(file: &str, key: &str) -> Vec<Value> {
    let root: Value = serde_json::from_str(file).expect("the reference file is JSON");
    let cases = root[key].as_array().expect("a list of cases").clone();
    assert!(!cases.is_empty(), "no cases under {key}");
    cases
}

fn vector(value: &Value) -> Array1<f64> {
    value.as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number")).collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Array1<f64>> = value.as_array().expect("a list of rows").iter().map(vector).collect();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(r, c)| rows[r][c])
}

fn list<T>(value: &Value, read: fn(&Value) -> T) -> Vec<T> {
    value.as_array().expect("a list").iter().map(read).collect()
}

fn activation(value: &Value) -> Activation {
    let all =
        [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Identity, Activation::Softmax];
    let name = value.as_str().expect("the name of an activation");
    *all.iter().find(|a| a.name() == name).expect("an activation of the crate")
}

/// The network of a case: the shape and the activations by name, the numbers by way of `with_params`.
fn network(case: &Value) -> Network {
    let sizes = list(&case["sizes"], |v| v.as_u64().expect("a size") as usize);
    let net = Network::random(&sizes, 0).expect("a network of these sizes");
    let net = if case["bias"].as_bool().expect("true or false") { net.with_bias() } else { net };
    let net = net.with_activations(activation(&case["hidden"]), activation(&case["output"]));
    net.with_params(&vector(&case["params"])).expect("as many parameters as the network has")
}

fn assert_close<'a>(
    what: &str,
    ours: impl IntoIterator<Item = &'a f64>,
    theirs: impl IntoIterator<Item = &'a f64>,
    tolerance: f64,
) {
    let (ours, theirs): (Vec<f64>, Vec<f64>) =
        (ours.into_iter().copied().collect(), theirs.into_iter().copied().collect());
    assert_eq!(ours.len(), theirs.len(), "{what}: the number of values");
    for (i, (a, b)) in ours.iter().zip(&theirs).enumerate() {
        assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{what}, value {i}: {a} here, {b} there");
    }
}

fn forward_cases() -> Vec<Value> {
    cases(include_str!("reference/forward.json"), "forward")
}

#[test]
fn every_z_and_a_of_a_forward_pass_is_numpys() {
    for case in forward_cases() {
        let name = case["name"].as_str().expect("a name");
        let pass = network(&case).forward(&matrix(&case["x"])).expect("a forward pass");
        let (z, a) = (list(&case["z"], matrix), list(&case["a"], matrix));
        assert_eq!(pass.n_layers(), a.len(), "{name}");
        for (i, theirs) in a.iter().enumerate() {
            let ours = pass.a(i + 1);
            assert_eq!(ours.dim(), theirs.dim(), "{name}: the shape of a{}", i + 1);
            assert_close(&format!("{name}: a{}", i + 1), &ours, theirs, TOLERANCE);
        }
        for (i, theirs) in z.iter().enumerate() {
            let ours = pass.z(i + 2);
            assert_eq!(ours.dim(), theirs.dim(), "{name}: the shape of z{}", i + 2);
            assert_close(&format!("{name}: z{}", i + 2), &ours, theirs, TOLERANCE);
        }
        assert_eq!(pass.y_hat(), pass.a(a.len()), "{name}");
    }
}

#[test]
fn the_forward_cases_cover_every_activation_in_both_places_with_and_without_biases() {
    let cases = forward_cases();
    for name in ["sigmoid", "tanh", "relu", "identity", "softmax"] {
        for (place, bias) in [("hidden", false), ("hidden", true), ("output", false), ("output", true)] {
            assert!(
                cases.iter().any(|c| c[place] == name && c["bias"] == bias),
                "{place} {name}, bias {bias}"
            );
        }
    }
}

#[test]
fn params_are_the_weight_matrices_row_by_row_and_then_the_biases() {
    for case in forward_cases() {
        let name = case["name"].as_str().expect("a name");
        let net = network(&case);
        assert_eq!(net.params(), vector(&case["params"]), "{name}");
        assert_eq!(net.n_params(), net.params().len(), "{name}");
        let (weights, biases) = (list(&case["weights"], matrix), list(&case["biases"], vector));
        for (i, w) in weights.iter().enumerate() {
            assert_eq!(net.w(i + 1), w, "{name}: w{}", i + 1);
        }
        assert_eq!(net.has_bias(), !biases.is_empty(), "{name}");
        for (i, b) in biases.iter().enumerate() {
            assert_eq!(net.b(i + 1), b, "{name}: b{}", i + 1);
        }
        // and the other way round: from the matrices to the vector
        if biases.is_empty() {
            let rebuilt = Network::from_weights(weights).expect("matrices that follow each other");
            assert_eq!(rebuilt.params(), vector(&case["params"]), "{name}");
        }
    }
}

#[test]
fn scaling_by_the_training_datas_maxima_and_back_is_numpys() {
    for case in cases(include_str!("reference/forward.json"), "scaling") {
        let name = case["name"].as_str().expect("a name");
        let dataset = |x: &str, y: &str| Dataset::new(matrix(&case[x]), matrix(&case[y])).expect("a dataset");
        let (train, other) = (dataset("train_x", "train_y"), dataset("other_x", "other_y"));
        let max_score = case["max_score"].as_f64().expect("a number");
        let scaler = Scaler::fit(&train, max_score).expect("data that can be scaled");
        assert_close(&format!("{name}: x_max"), &scaler.x_max, &vector(&case["x_max"]), TOLERANCE);
        for (data, which) in [(&train, "train"), (&other, "other")] {
            let scaled = scaler.transform(data).expect("data of the same shape");
            let x_scaled = matrix(&case[format!("{which}_x_scaled")]);
            let y_scaled = matrix(&case[format!("{which}_y_scaled")]);
            assert_close(&format!("{name}: x of {which}"), &scaled.x, &x_scaled, TOLERANCE);
            assert_close(&format!("{name}: y of {which}"), &scaled.y, &y_scaled, TOLERANCE);
            assert_eq!(scaler.transform_x(&data.x).expect("x of the same shape"), scaled.x);
            let back = scaler.inverse_transform_y(&scaled.y);
            assert_close(&format!("{name}: y of {which} and back"), &back, &data.y, TOLERANCE);
        }
    }
}

fn gradient_cases() -> Vec<Value> {
    cases(include_str!("reference/gradients.json"), "gradients")
}

/// The network of a gradient case: that of the forward cases, with the case's cost.
fn network_with_cost(case: &Value) -> Network {
    let lambda = case["lambda"].as_f64().expect("a number");
    let cost = match case["cost"].as_str().expect("the name of a cost") {
        "sum of squares" => Cost::SumOfSquares,
        "mean squares" => Cost::MeanSquares { lambda },
        "cross-entropy" => Cost::CrossEntropy { lambda },
        other => panic!("{other} is no cost of the crate"),
    };
    network(case).with_cost(cost)
}

#[test]
fn costs_are_jaxs_with_and_without_the_penalty() {
    for case in gradient_cases() {
        let (net, name) = (network_with_cost(&case), case["name"].as_str().expect("a name"));
        let (x, y) = (matrix(&case["x"]), matrix(&case["y"]));
        let j = net.cost(&x, &y).expect("a cost");
        assert_close(name, &[j], &[case["j"].as_f64().expect("a number")], GRADIENT_TOLERANCE);
        let data_j = net.data_cost(&x, &y).expect("a cost");
        assert_close(name, &[data_j], &[case["data_j"].as_f64().expect("a number")], GRADIENT_TOLERANCE);
    }
}

#[test]
fn gradients_are_those_of_jaxs_automatic_differentiation() {
    for case in gradient_cases() {
        let (net, name) = (network_with_cost(&case), case["name"].as_str().expect("a name"));
        let gradients = net.gradients(&matrix(&case["x"]), &matrix(&case["y"])).expect("gradients");
        assert_close(name, &gradients.to_vector(), &vector(&case["gradient"]), GRADIENT_TOLERANCE);
    }
}

/// The other way, which trains: no z, a or δ is kept.
#[test]
fn cost_and_gradient_are_jaxs_too() {
    for case in gradient_cases() {
        let (net, name) = (network_with_cost(&case), case["name"].as_str().expect("a name"));
        let (j, gradient) =
            net.cost_and_gradient(&matrix(&case["x"]), &matrix(&case["y"])).expect("cost and gradient");
        assert_close(name, &[j], &[case["j"].as_f64().expect("a number")], GRADIENT_TOLERANCE);
        assert_close(name, &gradient, &vector(&case["gradient"]), GRADIENT_TOLERANCE);
    }
}

#[test]
fn the_gradient_cases_cover_all_activations_costs_and_six_shapes_with_and_without_biases_and_lambda() {
    let cases = gradient_cases();
    let has = |wanted: &[(&str, Value)]| cases.iter().any(|c| wanted.iter().all(|(k, v)| &c[*k] == v));
    let sizes: [&[usize]; 6] =
        [&[2, 3, 1], &[3, 2], &[2, 20, 1], &[5, 3, 4], &[3, 4, 2, 3], &[2, 3, 4, 2, 3, 2]];
    for bias in [false, true] {
        for cost in ["sum of squares", "mean squares", "cross-entropy"] {
            for lambda in if cost == "sum of squares" { &[0.0][..] } else { &[0.0, 0.03] } {
                let rest = [("bias", bias.into()), ("cost", cost.into()), ("lambda", (*lambda).into())];
                let with = |more: &[(&str, Value)]| has(&[&rest, more].concat());
                for sizes in sizes {
                    assert!(with(&[("sizes", sizes.into())]), "{sizes:?}, {rest:?}");
                }
                for hidden in ["sigmoid", "tanh", "relu", "identity", "softmax"] {
                    for output in ["sigmoid", "tanh", "relu", "identity", "softmax"] {
                        let fits = cost != "cross-entropy" || ["sigmoid", "softmax"].contains(&output);
                        let activations = [("hidden", hidden.into()), ("output", output.into())];
                        assert_eq!(with(&activations), fits, "{hidden} then {output}, {rest:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn momentum_and_adam_go_where_pytorchs_go() {
    let root: Value = serde_json::from_str(include_str!("reference/optimisers.json")).expect("JSON");
    let scaler = Scaler::fit(&sleep_study(), 100.0).expect("the series' data can be scaled");
    let data = scaler.transform(&sleep_study()).expect("the same data");
    let start = Network::random(&[2, 3, 1], 0).and_then(|net| net.with_params(&vector(&root["start"])));
    let start = start.expect("nine weights");
    let steps = list(&root["steps"], |v| v.as_u64().expect("a number of steps") as usize);
    let (batch_size, seed) = (3, 1);
    for (name, method) in [
        (
            "momentum 0.9, learning rate 0.5",
            Method::Momentum { learning_rate: 0.5, momentum: 0.9, batch_size, seed },
        ),
        ("Adam, learning rate 0.05", Method::Adam { learning_rate: 0.05, batch_size, seed }),
    ] {
        let places = list(&root[name], vector);
        assert_eq!(places.len(), steps.len());
        for (&max_iterations, there) in steps.iter().zip(&places) {
            let trainer = Trainer {
                method: method.clone(),
                max_iterations,
                gradient_tolerance: 0.0,
                ..Trainer::default()
            };
            let here = trainer.train(&start, &data, None).expect("a training").network.params();
            assert_close(&format!("{name}, {max_iterations} steps"), &here, there, 1e-9);
        }
    }
}

#[test]
fn in_the_ravine_of_the_digits_notebook_they_end_where_pytorchs_end() {
    let root: Value = serde_json::from_str(include_str!("reference/optimisers.json")).expect("JSON");
    let scaler = Scaler::fit(&sleep_study(), 100.0).expect("the series' data can be scaled");
    let study = scaler.transform(&sleep_study()).expect("the same data");
    let data = Dataset::new(study.x.select(Axis(1), &[0]), study.y).expect("hours asleep alone");
    let unit = Network::random(&[1, 1], 1).expect("one unit").with_bias();
    let start = unit.with_params(&array![3.5, -1.0]).expect("a weight and a bias");
    let (batch_size, seed) = (3, 1);
    for (name, method) in [
        (
            "ravine, momentum 0.9, learning rate 3",
            Method::Momentum { learning_rate: 3.0, momentum: 0.9, batch_size, seed },
        ),
        ("ravine, Adam, learning rate 0.1", Method::Adam { learning_rate: 0.1, batch_size, seed }),
    ] {
        let trainer = Trainer { method, max_iterations: 60, gradient_tolerance: 0.0, ..Trainer::default() };
        let here = trainer.train(&start, &data, None).expect("a training").network.params();
        assert_close(name, &here, &vector(&root[name]), 1e-9);
    }
}
