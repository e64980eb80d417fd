//! One figure of each kind, for the tests here and in `tests/figures.rs`.

use demystified::ndarray::{Array1, Array2, array};
use demystified::plot::*;
use demystified::{
    Activation, Cost, Dataset, Figure, Network, Scaler, sleep_study, sleep_study_test, sleep_study_train,
};

/// A network after plain gradient descent on `data` (scaled), with the costs of each step for it and for `test`.
fn descent(
    net: Network,
    data: &Dataset,
    test: &Dataset,
    rate: f64,
    steps: usize,
) -> (Network, Vec<f64>, Vec<f64>) {
    let (mut net, mut costs, mut test_costs) = (net, Vec::new(), Vec::new());
    for step in 0..=steps {
        costs.push(net.data_cost(&data.x, &data.y).unwrap());
        test_costs.push(net.data_cost(&test.x, &test.y).unwrap());
        if step < steps {
            let gradient = net.gradients(&data.x, &data.y).unwrap().to_vector();
            net = net.with_params(&(net.params() - rate * gradient)).unwrap();
        }
    }
    (net, costs, test_costs)
}

/// Part 6's network, trained on the three examples, and the scaler of those.
pub(crate) fn trained() -> (Network, Scaler) {
    let scaler = Scaler::fit(&sleep_study(), 100.0).unwrap();
    let data = scaler.transform(&sleep_study()).unwrap();
    let net = Network::random(&[2, 3, 1], 1).unwrap();
    (descent(net, &data, &data, 3.0, 3000).0, scaler)
}

/// One of each kind, with data as in the notebooks.
pub(crate) fn gallery() -> Vec<(&'static str, Figure)> {
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
    let w = Array1::linspace(-3.0, 3.0, 301);
    let z = Array2::from_shape_fn((301, 301), |(r, c)| {
        let (x, y) = (w[c], w[r]);
        0.25 * (demystified::sigmoid(x + y) - 0.8).powi(2) + 0.01 * (x - 0.5 * y).powi(2)
    });
    let heat = heat_map(&Axes::new("Cost of two weights", "weight w₁", "weight w₂"), &w, &w, &z).unwrap();
    let path = |rate: f64| {
        let (mut p, mut rows) = ((-2.0_f64, 2.0_f64), Vec::new());
        for _ in 0..30 {
            rows.push([p.0, p.1]);
            let e = 1e-6;
            let f = |x: f64, y: f64| {
                0.25 * (demystified::sigmoid(x + y) - 0.8).powi(2) + 0.01 * (x - 0.5 * y).powi(2)
            };
            let g = (f(p.0 + e, p.1) - f(p.0 - e, p.1), f(p.0, p.1 + e) - f(p.0, p.1 - e));
            p = (p.0 - rate * g.0 / (2.0 * e), p.1 - rate * g.1 / (2.0 * e));
        }
        Array2::from_shape_vec((30, 2), rows.into_iter().flatten().collect()).unwrap()
    };
    let (slow, right, fast) = (path(2.0), path(10.0), path(42.0));
    let paths = path_over_contours(
        &Axes::new("Gradient descent with three learning rates", "weight w₁", "weight w₂"),
        &w,
        &w,
        &z,
        &[("rate 2", &slow), ("rate 10", &right), ("rate 42", &fast)],
    )
    .unwrap();
    let cost = w.mapv(|w| 0.1 + 0.05 * (w - 1.0).powi(2));
    let slope_at =
        tangent(&Axes::new("The cost of one weight", "weight w", "cost J"), &w, &cost, (-1.0, 0.3), -0.2)
            .unwrap();
    let epsilon = Array1::logspace(10.0, -14.0, -1.0, 40);
    let forward = epsilon.mapv(|e| 0.5 * e + 1e-16 / e);
    let central = epsilon.mapv(|e| 0.2 * e * e + 1e-16 / e);
    let errors = log_log(
        &Axes::new("Error of numerical derivatives", "step ε", "absolute error"),
        &[("forward", &epsilon, &forward), ("central", &epsilon, &central)],
    )
    .unwrap();
    let step = Array1::linspace(0.0, 200.0, 201);
    let costs = semi_log(
        &Axes::new("Training", "iteration", "cost J"),
        &[
            ("gradient descent", &step, &step.mapv(|s| 0.05 / (1.0 + s))),
            ("BFGS", &step, &step.mapv(|s| 0.05 * (-0.2 * s).exp() + 1e-9)),
        ],
    )
    .unwrap();
    let scaler = Scaler::fit(&sleep_study_train(), 100.0).unwrap();
    let train = scaler.transform(&sleep_study_train()).unwrap();
    let test = scaler.transform(&sleep_study_test()).unwrap();
    let start = Network::random(&[2, 20, 1], 3).unwrap().with_cost(Cost::MeanSquares { lambda: 0.0 });
    let (overfitted, training_cost, test_cost) = descent(start, &train, &test, 6.0, 1500);
    let both: [(&str, &[f64]); 2] = [("training", &training_cost), ("test", &test_cost)];
    let training = Axes::new("Cost while training", "iteration", "cost J");
    let overfitting = cost_curves(&training, &both).unwrap();
    let overfitting_linear = cost_curves_linear(&training, &both).unwrap();
    let vanishing: Vec<f64> =
        (0..60).map(|i| if i < 50 { 0.05 * 10_f64.powf(-0.006 * f64::from(i * i)) } else { 0.0 }).collect();
    let alone = cost_curves(&Axes::new("BFGS", "iteration", "cost J"), &[("", &vanishing)]).unwrap();
    let untrained = |units: usize, seeds: u64| {
        let cost = |seed| Network::random(&[2, units, 1], seed).unwrap().cost(&train.x, &train.y).unwrap();
        Array1::from_iter((0..seeds).map(cost))
    };
    let spread = strip(
        &Axes::new("Untrained networks", "hidden units", "cost J"),
        &[
            ("1", &untrained(1, 100)),
            ("3", &untrained(3, 100)),
            ("10", &untrained(10, 100)),
            ("50", &untrained(50, 100)),
        ],
    )
    .unwrap();
    let powers = |n: u32, low: f64| {
        Array1::from_iter((0..n).map(|i| 10_f64.powf(low * (f64::from(i) * 0.7548776662).fract().powi(2))))
    };
    let final_costs = strip_log(
        &Axes::new("Final cost by method", "", "cost J"),
        &[
            ("BFGS", &powers(300, -8.0)),
            ("gradient descent, rate 3", &powers(300, -4.0)),
            ("gradient descent, rate 0.3", &(0.3 * powers(30, -2.0))),
            ("mini-batches of 2", &powers(12, -3.0)),
            ("exact", &array![0.0, 0.0, 1e-7, 1e-6, 1e-8]),
            ("nothing", &array![0.05]),
        ],
    )
    .unwrap();
    let (learned, scaler) = trained();
    let plane = Axes::new("Predicted score [points]", "hours asleep [h]", "hours studying [h]");
    let contour = prediction_contour(&plane, &learned, &scaler, &sleep_study()).unwrap();
    let surface_axes = Axes::new("What the network predicts", "hours asleep [h]", "hours studying [h]");
    let score = "score [points]";
    let surface = prediction_surface(&surface_axes, score, &learned, &scaler, &sleep_study()).unwrap();
    let random = Network::random(&[2, 3, 1], 1).unwrap();
    let wrong = prediction_surface(&surface_axes, score, &random, &scaler, &sleep_study()).unwrap();
    let turned = |data: &Dataset, azimuth: f64, elevation: f64| {
        prediction_surface_from(&surface_axes, score, &overfitted, &scaler, data, azimuth, elevation).unwrap()
    };
    let (behind, above) =
        (turned(&sleep_study_test(), 120.0, 15.0), turned(&sleep_study_train(), 20.0, 60.0));
    let overfitted_contour = prediction_contour(&plane, &overfitted, &scaler, &sleep_study_test()).unwrap();
    let many = Dataset::new(
        Array2::from_shape_fn((200, 2), |(i, c)| {
            let share = (i as f64 * [0.7548776662, 0.5698402910][c]).fract();
            [10.0, 6.0][c] * share
        }),
        Array2::from_shape_fn((200, 1), |(i, _)| 60.0 + 30.0 * (i as f64 * 0.7548776662).fract()),
    )
    .unwrap();
    let crowd = prediction_contour(&plane, &learned, &scaler, &many).unwrap();
    let first = |rows: &Array2<f64>| Array2::from_shape_fn((30, rows.ncols()), |at| rows[at]);
    let some = Dataset::new(first(&many.x), first(&many.y)).unwrap();
    let crowd_surface = prediction_surface(&surface_axes, score, &learned, &scaler, &some).unwrap();
    let small = Network::random(&[2, 3, 1], 1).unwrap();
    let biased = small.with_bias();
    let biased = biased.with_params(&Array1::linspace(-1.5, 1.3, 13)).unwrap();
    let deep = Network::random(&[4, 12, 6, 3], 2).unwrap();
    let node = GraphNode::new;
    let graph = computation_graph(
        &[
            node("x₁", 0.3, None, 0, 0.0),
            node("w₁", 0.53, Some(-0.0123), 0, 1.0),
            node("x₂", 1.0, None, 0, 2.0),
            node("w₂", -1.21, Some(-0.041), 0, 3.0),
            node("z₂", -1.051, Some(-0.041), 1, 1.5),
            node("a₂", 0.2591, Some(-0.2136), 2, 1.5),
            node("w₃", 0.4, Some(-0.0467), 2, 2.5),
            node("z₃", 0.1036, Some(-0.0534), 3, 2.0),
            node("ŷ", 0.5259, Some(-0.2241), 4, 2.0),
            node("y", 0.75, None, 4, 3.0),
            node("J", 0.0251, Some(1.0), 5, 2.5),
        ],
        &[
            (0, 4, None),
            (1, 4, Some(0.3)),
            (2, 4, None),
            (3, 4, Some(1.0)),
            (4, 5, Some(0.1919)),
            (5, 7, Some(0.4)),
            (6, 7, Some(0.2591)),
            (7, 8, Some(0.2493)),
            (8, 10, Some(-0.2241)),
            (9, 10, None),
        ],
    )
    .unwrap();
    let one = neuron(&array![0.3, 1.0, 0.5], &array![0.53, -1.21, 0.08], Activation::Sigmoid).unwrap();
    let net = network(&small).unwrap();
    let x = array![[0.3, 1.0], [0.5, 0.2], [1.0, 0.4], [0.6, 0.3]];
    let w1 = array![[2.0, 0.5, -1.0], [-1.0, 1.0, 0.5]];
    let product = matrix_product(("X", &x), ("W⁽¹⁾", &w1), 1, 0).unwrap();
    let many = Array2::from_shape_fn((8, 8), |(i, j)| -12.3456 * (i as f64 - 3.5) * (j as f64 + 0.1));
    let large = matrix_product(("A", &many), ("B", &many), 7, 7).unwrap();
    let (fitted, scaler_of_three) = trained();
    let units =
        hidden_units(&Axes::new("", "sleep [h]", "study [h]"), &fitted, &scaler_of_three, &sleep_study())
            .unwrap();
    let marks = [("median", 0.2), ("the mean of all of them", 0.31), ("outside", 9.0)];
    let marked =
        histogram_marked(&Axes::new("Marked", "cost", "networks"), &array![0.1, 0.1, 0.2, 0.9], 4, &marks)
            .unwrap();
    let ink = Array2::from_shape_fn((12, 64), |(i, j)| ((i * 7 + j * 5) % 17) as f64 / 16.0);
    let captions =
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "9 read as 4, 60 %", "?"].map(String::from);
    let sheet = images("Twelve images", &ink, &captions).unwrap();
    let signed_images = images("Weights", &(&ink - 0.5), &[]).unwrap();
    let taken_for =
        Array2::from_shape_fn((10, 10), |(i, j)| if i == j { 28.0 } else { ((i * 3 + j) % 11 / 8) as f64 });
    let digit_names = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map(String::from);
    let confused = confusion_table("Ten digits", &taken_for, &digit_names).unwrap();
    vec![
        ("images", sheet.clone()),
        ("images-signed", signed_images),
        ("confusion", confused.clone()),
        ("images-beside-confusion", side_by_side(&[&sheet, &confused]).unwrap()),
        ("network", net.clone()),
        ("network-bias", network(&biased).unwrap()),
        ("network-deep", network(&deep).unwrap()),
        ("network-beside-scatter", side_by_side(&[&net, &by_sleep]).unwrap()),
        ("neuron", one),
        ("graph", graph),
        ("heat-map", heat.clone()),
        ("heat-side-by-side", side_by_side(&[&heat, &paths]).unwrap()),
        ("paths", paths),
        ("tangent", slope_at),
        ("log-log", errors),
        ("semi-log", costs),
        ("cost-curves", overfitting.clone()),
        ("cost-curves-linear", overfitting_linear.clone()),
        ("cost-curves-zero", alone),
        ("cost-curves-beside", side_by_side(&[&overfitting, &overfitting_linear]).unwrap()),
        ("prediction-contour", contour.clone()),
        ("prediction-contour-test", overfitted_contour.clone()),
        ("prediction-contour-many", crowd.clone()),
        ("prediction-surface", surface.clone()),
        ("prediction-surface-untrained", wrong),
        ("prediction-surface-behind", behind.clone()),
        ("prediction-surface-above", above),
        ("prediction-surface-many", crowd_surface),
        ("prediction-beside", side_by_side(&[&contour, &surface]).unwrap()),
        ("prediction-three", side_by_side(&[&contour, &surface, &behind]).unwrap()),
        ("strip", spread.clone()),
        ("strip-log", final_costs.clone()),
        ("strip-beside", side_by_side(&[&spread, &final_costs]).unwrap()),
        ("scatter", by_sleep.clone()),
        ("scatter-side-by-side", side_by_side(&[&by_sleep, &by_study]).unwrap()),
        ("scatter-four", four),
        ("line", activations.clone()),
        ("line-and-points", fit.clone()),
        ("bars", bars),
        ("bars-signed", signed),
        ("histogram", counts.clone()),
        ("histogram-marked", marked),
        ("matrix-product", product.clone()),
        ("matrix-product-large", large),
        ("matrix-product-beside", side_by_side(&[&product, &counts]).unwrap()),
        ("hidden-units", units),
        ("three-panels", side_by_side(&[&by_sleep, &activations, &counts]).unwrap()),
        ("stacked", stacked(&[&side_by_side(&[&by_sleep, &by_study]).unwrap(), &fit]).unwrap()),
    ]
}
