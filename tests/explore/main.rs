//! The charts with sliders: what is accepted. What a reader sees in JupyterLab is tested in `launcher/tests/explore.rs`.

mod cases;

use cases::{Case, cases, inputs, scaled, untrained, with};
use demystified::ndarray::{Array1, Array2, array};
use demystified::*;
use serde_json::{Value, json};

#[test]
fn a_chart_holds_less_than_300_kilobytes_and_says_what_it_shows() {
    for Case { name, chart, steps } in cases() {
        assert!(steps.len() >= 2, "{name} is hardly tried in JupyterLab");
        let (spec, png) = (chart.spec().len(), chart.figure.png().unwrap().len());
        println!("{name}: {} kB of Vega, {} kB of PNG", spec / 1000, png / 1000);
        assert!(spec < 300_000 && png < 300_000, "{name}: {spec} and {png} bytes");
        assert!(chart.alt.ends_with('.') && chart.alt.contains("slider"), "{name}: {}", chart.alt);
        assert!(chart.alt.chars().filter(char::is_ascii_digit).count() >= 6, "{name}: {}", chart.alt);
        assert_eq!((chart.to_string(), &chart.figure.alt), (chart.alt.clone(), &chart.alt));
        let parsed: Value = serde_json::from_str(chart.spec()).unwrap();
        assert_eq!(parsed["description"], json!(chart.alt));
    }
}

#[test]
fn what_makes_no_chart_is_refused_by_name() {
    let (net, data) = (untrained(), scaled());
    let refused = |chart: Result<Explorable>, words: &[&str]| {
        let error = chart.unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
    };
    let sigmoid = Activation::Sigmoid;
    refused(explore::neuron(&array![f64::NAN], &array![1.0], sigmoid), &["inputs", "NaN"]);
    refused(explore::neuron(&array![1.0, 2.0], &array![1.0], sigmoid), &["weights", "1 value", "2 value"]);
    refused(explore::neuron(&Array1::zeros(5), &Array1::zeros(5), sigmoid), &["inputs", "5", "at most 4"]);
    refused(explore::neuron(&array![1.0], &array![1.0], Activation::Softmax), &["activation", "softmax"]);

    let huge = with(&net, 3, -1234.0);
    let wide = Network::random(&[2, 9, 1], 1).unwrap();
    let two = Network::random(&[2, 3, 2], 1).unwrap();
    let deep = Network::random(&[2, 2, 2, 1], 1).unwrap();
    let soft = net.with_activations(Activation::Softmax, sigmoid);
    refused(explore::network(&huge, &net, &data), &["a weight of net", "−1234", "−1000 to 1000"]);
    refused(explore::network(&net, &huge, &data), &["a weight of trained", "−1234"]);
    refused(explore::network(&wide, &wide, &data), &["weights of net", "27", "at most 16"]);
    refused(explore::network(&two, &two, &data), &["outputs of net", "2"]);
    refused(explore::network(&deep, &deep, &data), &["net", "[2, 2, 2, 1]", "one hidden layer"]);
    refused(explore::network(&soft, &soft, &data), &["net", "softmax"]);
    refused(explore::network(&net, &deep, &data), &["trained", "like net"]);
    refused(explore::network(&net.with_bias(), &net.with_bias(), &data), &["net", "biases"]);
    let three = Dataset::new(Array2::ones((2, 3)), array![[0.5], [0.5]]).unwrap();
    refused(explore::network(&net, &net, &three), &["data's x", "3 columns", "2 inputs"]);
    let many = Dataset::new(Array2::ones((9, 2)), Array2::ones((9, 1))).unwrap();
    refused(explore::network(&net, &net, &many), &["examples", "9", "at most 8"]);

    let huge_output = Network::random(&[2, 3, 2], 1).unwrap();
    refused(explore::descent(&net, &data, 9, 0.0, -1.0..=1.0), &["weight is 9", "below 9"]);
    refused(
        explore::descent(&net, &data, 0, 0.0, 1.0..=1.0),
        &["the end of the range is 1", "above its start, 1"],
    );
    refused(explore::descent(&net, &data, 0, 0.0, f64::NAN..=1.0), &["the start of the range", "NaN"]);
    refused(explore::descent(&net, &data, 0, 2.0, -1.0..=1.0), &["start is 2", "the range, −1 to 1"]);
    refused(explore::descent(&net, &data, 0, f64::NAN, -1.0..=1.0), &["start", "NaN"]);
    refused(explore::descent(&huge_output, &data, 0, 0.0, -1.0..=1.0), &["outputs of net", "2"]);

    refused(explore::secant("f", &f64::sin, f64::NAN, 1.0), &["x", "NaN"]);
    refused(explore::secant("f", &f64::sin, 1.0, f64::INFINITY), &["slope", "inf"]);
    refused(explore::secant("ln x", &f64::ln, 0.1, 10.0), &["ln x at −0.2", "NaN"]);
    refused(explore::secant("3", &|_| 3.0, 1.0, 0.0), &["errors of f", "not straight"]);

    refused(explore::backpropagation(&net, &data, 3), &["example is 3", "below 3"]);
    refused(explore::backpropagation(&deep, &data, 0), &["net", "one hidden layer"]);
    let (scaler, study) = (Scaler::fit(&sleep_study(), 100.0).unwrap(), sleep_study());
    let trainer = Trainer::default();
    let none = Trainer { max_iterations: 0, ..Trainer::default() };
    let run = |net: &Network, trainer: &Trainer| {
        explore::training(&inputs(), &scaler, &study, &[("r", net, trainer)], 0)
    };
    refused(explore::training(&inputs(), &scaler, &study, &[], 0), &["runs is empty"]);
    refused(run(&net, &none), &["iterations", "0 in every run"]);
    refused(
        run(&Network::random(&[3, 3, 1], 1).unwrap(), &trainer),
        &["inputs of \"r\"", "3", "2, for a plane"],
    );
    refused(
        run(&Network::random(&[2, 30, 1], 1).unwrap(), &trainer),
        &["weights of \"r\"", "90", "at most 40"],
    );
    let over_plane = |net: &Network, data: &Dataset| explore::surface(&inputs(), "", net, &scaler, data);
    refused(over_plane(&two, &study), &["outputs of net", "2"]);
    refused(over_plane(&huge, &study), &["a weight of net", "−1234"]);
    refused(over_plane(&soft, &study), &["net", "softmax"]);
    refused(over_plane(&net, &many), &["examples", "9", "at most 8"]);
    let Digits { train: images, validation, .. } = digits();
    let ten = Network::random(&[64, 10], 1).unwrap();
    let learnt = |net: &Network, trainer: &Trainer| explore::classes("", net, trainer, &images, &validation);
    let method = Method::Adam { learning_rate: 0.01, batch_size: 32, seed: 1 };
    refused(learnt(&ten, &Trainer { method, ..none.clone() }), &["the number of epochs is 0"]);
    refused(explore::classes("", &net, &trainer, &data, &data), &["the number of classes is 1"]);
    refused(learnt(&Network::random(&[60, 10], 1).unwrap(), &trainer), &["inputs of net is 60", "a square"]);
    let flat = Dataset::new(array![[1.0], [2.0]], array![[0.5], [0.5]]).unwrap();
    let chart = explore::regularisation(&inputs(), &scaler, &study, &flat, &net, &trainer);
    refused(chart, &["dataset's x", "1 column"]);
    refused(run(&two, &trainer), &["outputs of \"r\"", "2"]);
}

#[test]
fn the_chart_of_classes_holds_the_confusion_and_the_weights_of_the_networks_on_the_way() {
    let Digits { train, validation, .. } = digits();
    let net = Network::random_scaled(&[64, 3, 10], 1).unwrap();
    let net = net.with_activations(Activation::Sigmoid, Activation::Softmax);
    let net = net.with_cost(Cost::cross_entropy(0.0).unwrap());
    let method = Method::Momentum { learning_rate: 0.5, momentum: 0.9, batch_size: 32, seed: 1 };
    let trainer = Trainer { method, max_iterations: 2, ..Trainer::default() };
    let chart = explore::classes("", &net, &trainer, &train, &validation).unwrap();
    let chart: Value = serde_json::from_str(chart.spec()).unwrap();
    let signals = chart["signals"].as_array().unwrap();
    let signal = |name: &str| &signals.iter().find(|signal| signal["name"] == *name).unwrap()["value"];
    let numbers =
        |value: &Value| value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect::<Vec<_>>();
    assert_eq!(*signal("epochs"), json!([0, 1, 2]));
    for epoch in 0..=2 {
        let until = Trainer { max_iterations: epoch, ..trainer.clone() };
        let net = until.train(&net, &train, None).unwrap().network;
        let said = net.predict(&validation.x).unwrap();
        let counts = confusion(&said, &validation.y).unwrap();
        assert_eq!(numbers(&signal("counts")[epoch]), counts.into_iter().collect::<Vec<_>>());
        let right = format!("{:.1}", 100.0 * accuracy(&said, &validation.y).unwrap());
        assert_eq!(signal("right")[epoch], json!(right));
        // unit after unit, pixel after pixel, in parts of the largest
        let drawn = Array1::from(numbers(&signal("weights")[epoch]));
        let most = drawn.fold(0.0, |most: f64, w| most.max(w.abs()));
        let weights: Array1<f64> = net.w(1).t().iter().copied().collect();
        let off = drawn * signal("largest")[epoch].as_f64().unwrap() / most - &weights;
        let largest = weights.fold(0.0, |most: f64, w| most.max(w.abs()));
        assert!(off.iter().all(|off| off.abs() < largest / most), "epoch {epoch}");
    }
}
