//! All that the notebooks compute, or something like it, as fingerprints.

use demystified::ndarray::{Array1, Array2};
use demystified::{
    Activation, Cost, Dataset, GradientCheck, Method, Network, Scaler, Trainer, TrainingRun, k_fold,
    learning_curve, leave_one_out, sleep_study, sleep_study_test, sleep_study_train, synthetic_study,
    true_score,
};
use std::collections::BTreeMap;

/// FNV-1a over the bits of numbers.
#[derive(Clone, Copy)]
pub struct Fingerprint(u64);

impl Fingerprint {
    pub fn of<'a>(values: impl IntoIterator<Item = &'a f64>) -> Fingerprint {
        let bytes = values.into_iter().flat_map(|value| value.to_bits().to_le_bytes());
        let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Fingerprint(bytes.fold(0xcbf2_9ce4_8422_2325, add))
    }

    pub fn text(self) -> String {
        format!("{:016x}", self.0)
    }
}

/// What was computed: a fingerprint for each name.
#[derive(Default)]
struct Results(BTreeMap<String, String>);

impl Results {
    fn add<'a>(&mut self, name: impl Into<String>, values: impl IntoIterator<Item = &'a f64>) {
        let former = self.0.insert(name.into(), Fingerprint::of(values).text());
        assert!(former.is_none(), "two results of one name");
    }

    fn add_run(&mut self, name: impl Into<String>, run: &TrainingRun) {
        let params = run.network.params();
        let counts = [run.iterations() as f64, run.evaluations as f64];
        let histories = [&run.cost_history, &run.train_data_cost_history, &run.test_cost_history];
        self.add(name, histories.into_iter().flatten().chain(&params).chain(&counts));
    }

    /// Forward and backward, by both ways that the crate has, and measured.
    fn add_network(&mut self, name: &str, net: &Network, data: &Dataset) -> demystified::Result<()> {
        let (j, gradient) = net.cost_and_gradient(&data.x, &data.y)?;
        self.add(
            format!("{name}: cost and gradient"),
            gradient.iter().chain(&[j, net.cost(&data.x, &data.y)?]),
        );
        self.add(format!("{name}: predictions"), &net.predict(&data.x)?);
        let gradients = net.gradients(&data.x, &data.y)?;
        self.add(format!("{name}: gradients"), &gradients.to_vector());
        self.add(format!("{name}: delta"), &gradients.delta(2));
        let check = GradientCheck::run(net, &data.x, &data.y)?;
        self.add(format!("{name}: gradient check"), &[check.difference]);
        Ok(())
    }
}

fn scaled(data: &Dataset) -> demystified::Result<Dataset> {
    Scaler::fit(data, 100.0)?.transform(data)
}

/// A truth for this network: shares for softmax, else numbers between 0 and 1.
fn truth(net: &Network, rows: usize) -> Array2<f64> {
    let n_outputs = *net.layer_sizes().last().expect("an output layer");
    let y = Array2::from_shape_fn((rows, n_outputs), |(i, j)| (1 + (i * 31 + j * 17) % 101) as f64 / 103.0);
    if net.activations().1 != Activation::Softmax {
        return y;
    }
    let mut shares = y;
    shares.rows_mut().into_iter().for_each(|mut row| row /= row.sum());
    shares
}

/// A fingerprint for each name.
pub fn compute() -> demystified::Result<BTreeMap<String, String>> {
    let mut results = Results::default();
    let draws = Network::random(&[400, 400], 1)?.params();
    assert!(draws.iter().any(|draw| draw.abs() > 3.7), "the tail, where rand_distr takes a logarithm");
    results.add("draws from N(0, 1)", &draws);
    let invented = synthetic_study(3000, 5.0, 1)?;
    results.add("invented hours", &invented.x);
    results.add("invented scores", &invented.y);
    let z = Array2::from_shape_fn((4000, 3), |(i, j)| (i as f64 - 2000.0) / 60.0 + 0.1 * j as f64);
    for activation in
        [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Identity, Activation::Softmax]
    {
        let name = activation.name();
        results.add(format!("{name} of numbers"), &activation.apply(&z));
        if activation != Activation::Softmax {
            results.add(format!("{name}′ of numbers"), &activation.derivative(&z)?);
        }
    }
    let grid =
        Array1::from_iter((0..900).map(|i| true_score(f64::from(i / 30) / 2.0, f64::from(i % 30) / 4.0)));
    results.add("true scores", &grid);

    let three = scaled(&sleep_study())?;
    let scaler = Scaler::fit(&sleep_study_train(), 100.0)?;
    let (train, test) = (scaler.transform(&sleep_study_train())?, scaler.transform(&sleep_study_test())?);
    results.add("scaled data", three.x.iter().chain(&train.x).chain(&test.x));
    let series = Network::random(&[2, 3, 1], 0)?;
    let mean = |lambda: f64| Cost::MeanSquares { lambda };
    let trainer = Trainer { time_limit: None, ..Trainer::default() };

    let nets = [
        ("2-3-1", series.clone()),
        ("2-3-1, mean and penalty", series.with_cost(mean(1e-4))),
        ("2-3-1, biases", series.with_bias()),
        (
            "2-3-2, softmax",
            Network::random(&[2, 3, 2], 1)?.with_activations(Activation::Sigmoid, Activation::Softmax),
        ),
        (
            "2-5-2-1, tanh",
            Network::random(&[2, 5, 2, 1], 1)?.with_activations(Activation::Tanh, Activation::Identity),
        ),
        ("2-4-4-1", Network::random(&[2, 4, 4, 1], 1)?.with_bias().with_cost(mean(0.1))),
        (
            "4-6-3-2",
            Network::random(&[4, 6, 3, 2], 1)?
                .with_bias()
                .with_activations(Activation::Tanh, Activation::Sigmoid),
        ),
        (
            "2-8-8-3",
            Network::random(&[2, 8, 8, 3], 1)?
                .with_bias()
                .with_activations(Activation::Tanh, Activation::Softmax),
        ),
        ("2-10-1", Network::random(&[2, 10, 1], 1)?.with_bias()),
        ("2-50-1", Network::random(&[2, 50, 1], 1)?),
        (
            "2-50-1, relu",
            Network::random(&[2, 50, 1], 1)?.with_activations(Activation::Relu, Activation::Sigmoid),
        ),
        ("2-1000-1", Network::random(&[2, 1000, 1], 1)?),
    ];
    for (name, net) in &nets {
        // few, many, and so many that they are shared among the cores
        for rows in [4, 300, 12_000] {
            if rows > 300 && net.n_params() > 1000 || rows > 4 && net.n_params() > 1000 {
                continue;
            }
            let inputs = net.layer_sizes()[0];
            let x = Array2::from_shape_fn((rows, inputs), |(i, j)| ((i * 37 + j * 11) % 97) as f64 / 97.0);
            let data = Dataset { x, y: truth(net, rows) };
            let name = format!("{name}, {rows} examples");
            if rows > 300 {
                let (j, gradient) = net.cost_and_gradient(&data.x, &data.y)?;
                results.add(format!("{name}: cost and gradient"), gradient.iter().chain(&[j]));
                results.add(format!("{name}: predictions"), &net.predict(&data.x)?);
                continue;
            }
            results.add_network(&name, net, &data)?;
            if net.activations().1 != Activation::Identity && net.activations().1 != Activation::Relu {
                let entropy = net.with_cost(Cost::CrossEntropy { lambda: 0.01 });
                results.add_network(&format!("{name}, cross-entropy"), &entropy, &data)?;
            }
            if net.n_params() < 200 && rows == 4 {
                let few = Trainer { max_iterations: 60, ..trainer.clone() };
                results.add_run(format!("{name}: training"), &few.train(net, &data, None)?);
            }
        }
    }

    for (seed, run) in trainer.train_many(&series, 0..20, &three, None)?.iter().enumerate() {
        results.add_run(format!("training of the three nights from start {seed}"), run);
    }
    for lambda in [0.0, 1e-4, 1e-2] {
        let net = series.with_cost(mean(lambda));
        for (seed, run) in trainer.train_many(&net, 0..5, &train, Some(&test))?.iter().enumerate() {
            results.add_run(format!("training with λ = {lambda} from start {seed}"), run);
        }
    }
    let steps = |method: Method, max_iterations: usize| Trainer { method, max_iterations, ..trainer.clone() };
    let descent = steps(Method::GradientDescent { learning_rate: 3.0 }, 2000);
    results.add_run("descent", &descent.train(&series, &three, None)?);
    let sgd = Method::StochasticGradientDescent { learning_rate: 0.5, batch_size: 16, seed: 1 };
    let pool = scaled(&synthetic_study(200, 5.0, 1)?)?;
    let wide = Network::random(&[2, 10, 1], 0)?.with_bias().with_cost(mean(1e-5));
    results.add_run("stochastic descent", &steps(sgd, 20).train(&wide, &pool, None)?);
    let forty = scaled(&synthetic_study(40, 5.0, 1)?)?;
    results.add_run("training of forty students", &trainer.train(&wide, &forty, Some(&pool))?);
    let ten = Dataset { x: Array2::from_shape_fn((10, 1), |(i, _)| i as f64 / 9.0), y: truth(&series, 10) };
    let line = Network::random(&[1, 10, 1], 1)?.with_bias().with_cost(mean(0.0));
    results.add_run("training of a line of ten", &steps(Method::Bfgs, 500).train(&line, &ten, None)?);

    let validation = trainer.cross_validate(&series.with_cost(mean(1e-3)), &leave_one_out(&train)?, 0..5)?;
    results.add("validation, each left out", validation.seed_costs.iter().chain(&[validation.cost]));
    let validation = trainer.cross_validate(&wide, &k_fold(&forty, 4, 1)?, 0..2)?;
    results.add("validation, four folds", &validation.seed_costs);
    let curve = learning_curve(&trainer, &series.with_cost(mean(1e-4)), &pool, &forty, &[5, 20, 80], 0..3)?;
    results.add("learning curve", curve.train_cost.iter().chain(&curve.test_cost));
    Ok(results.0)
}
