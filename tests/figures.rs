//! The figures as a reader meets them. `cargo test --test figures` also leaves them in `target/figures` to look at.

use std::path::PathBuf;

use demystified::Figure;
use demystified::ndarray::{Array1, array};
use demystified::plot::*;

/// One of each kind, with data as in the notebooks.
fn gallery() -> Vec<(&'static str, Figure)> {
    let (slept, studied) = (array![3.0, 5.0, 10.0], array![5.0, 1.0, 2.0]);
    let score = array![75.0, 82.0, 93.0];
    let z = Array1::linspace(-6.0, 6.0, 200);
    let sigmoid = z.mapv(demystified::sigmoid);
    let slope = z.mapv(demystified::sigmoid_prime);
    let tanh = z.mapv(f64::tanh);
    let relu = z.mapv(|z| z.max(0.0));

    let by_sleep = scatter(
        &Axes::new("Score against sleep", "hours asleep [h]", "score [points]"),
        &[("", &slept, &score)],
    )
    .unwrap();
    let by_study = scatter(
        &Axes::new("Score against study", "hours studying [h]", "score [points]"),
        &[("", &studied, &score)],
    )
    .unwrap();
    let four = scatter(
        &Axes::new("Training and test examples", "hours asleep [h]", "score [points]"),
        &[
            ("training", &slept, &score),
            ("test", &array![4.0, 4.5, 9.0, 6.0], &array![70.0, 89.0, 85.0, 75.0]),
            ("predicted", &array![4.0, 4.5, 9.0, 6.0], &array![72.0, 84.0, 87.0, 79.0]),
            ("mean", &array![6.0], &array![80.0]),
        ],
    )
    .unwrap();
    let activations = line(
        &Axes::new("Activation functions", "weighted input z", "activation f(z)").with_y_range(-1.1, 2.0),
        &[
            ("sigmoid", &z, &sigmoid),
            ("its derivative f′(z)", &z, &slope),
            ("tanh", &z, &tanh),
            ("ReLU", &z, &relu),
        ],
    )
    .unwrap();
    let fit = line_and_points(
        &Axes::new("A curve and the examples", "z", "f(z)"),
        &[("sigmoid", &z, &sigmoid)],
        &[("examples", &array![-3.0, 0.0, 2.0], &array![0.1, 0.45, 0.9])],
    )
    .unwrap();
    let bars = grouped_bars(
        &Axes::new("Predictions of the untrained network", "", "score [share of the maximum]"),
        &["3 h asleep, 5 h studying", "5 h asleep, 1 h studying", "10 h asleep, 2 h studying"],
        &[("truth y", &array![0.75, 0.82, 0.93]), ("prediction ŷ", &array![0.5573, 0.5501, 0.5486])],
    )
    .unwrap();
    let signed = grouped_bars(
        &Axes::new("Gradient", "", "∂J/∂w"),
        &["w₁₁", "w₁₂", "w₁₃", "w₂₁", "w₂₂", "w₂₃"],
        &[("", &array![0.012, -0.034, 0.002, 0.04, -0.011, 0.0])],
    )
    .unwrap();
    let values = Array1::from_iter((0..1000).map(|i| (f64::from(i) * 0.7548776662).fract().sqrt() * 0.3));
    let counts = histogram(
        &Axes::new("Cost of 1000 random networks", "cost J before training", "number of networks"),
        &values,
        30,
    )
    .unwrap();
    vec![
        ("scatter", by_sleep.clone()),
        ("scatter-side-by-side", side_by_side(&[&by_sleep, &by_study]).unwrap()),
        ("scatter-four", four),
        ("line", activations.clone()),
        ("line-and-points", fit.clone()),
        ("bars", bars),
        ("bars-signed", signed),
        ("histogram", counts.clone()),
        ("three-panels", side_by_side(&[&by_sleep, &activations, &counts]).unwrap()),
        ("stacked", stacked(&[&side_by_side(&[&by_sleep, &by_study]).unwrap(), &fit]).unwrap()),
    ]
}

fn folder() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_TMPDIR").map_or(env!("CARGO_TARGET_TMPDIR").into(), PathBuf::from);
    let folder = target.parent().unwrap().join("figures");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn every_figure_is_saved_to_look_at() {
    let folder = folder();
    for (name, figure) in gallery() {
        for ending in ["png", "svg"] {
            let path = folder.join(format!("{name}.{ending}"));
            figure.save(path.to_str().unwrap()).unwrap();
            assert!(path.metadata().unwrap().len() > 1000);
        }
    }
}
