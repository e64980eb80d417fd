//! What the notebooks compute is the same on every machine, bit for bit.
//!
//! `cargo test` computes it here and compares it with tests/reference/bits.json, which holds a fingerprint of every result. `.ci/run`
//! has the same program run under qemu as processors that this machine is not.

use demystified::ndarray::{Array1, Array2, ArrayView1, array};
use demystified::{
    Activation, Cost, Dataset, GradientCheck, Method, Network, Scaler, Trainer, TrainingRun, k_fold,
    learning_curve, leave_one_out, sleep_study, sleep_study_test, sleep_study_train, synthetic_study,
    true_score,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const REFERENCE: &str = include_str!("reference/bits.json");

/// As qemu names them: one without AVX, and one with AVX2 and fused multiplication and addition.
const PROCESSORS: [&str; 2] = ["Nehalem", "Haswell"];

/// The names of the tests that run under qemu.
const HERE: &str = "what_the_notebooks_compute_has_the_same_bits_here";
const LARGE: &str = "large_products_are_right";

/// FNV-1a over the bits of numbers.
#[derive(Clone, Copy)]
struct Fingerprint(u64);

impl Fingerprint {
    fn of<'a>(values: impl IntoIterator<Item = &'a f64>) -> Fingerprint {
        let bytes = values.into_iter().flat_map(|value| value.to_bits().to_le_bytes());
        let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Fingerprint(bytes.fold(0xcbf2_9ce4_8422_2325, add))
    }

    fn text(self) -> String {
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

/// All that the notebooks compute, or something like it.
fn compute() -> demystified::Result<BTreeMap<String, String>> {
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
        ("2-3-1, mean and penalty", series.with_cost(mean(1e-4)).unwrap()),
        ("2-3-1, biases", series.with_bias()),
        (
            "2-3-2, softmax",
            Network::random(&[2, 3, 2], 1)?.with_activations(Activation::Sigmoid, Activation::Softmax),
        ),
        (
            "2-5-2-1, tanh",
            Network::random(&[2, 5, 2, 1], 1)?.with_activations(Activation::Tanh, Activation::Identity),
        ),
        ("2-4-4-1", Network::random(&[2, 4, 4, 1], 1)?.with_bias().with_cost(mean(0.1)).unwrap()),
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
                let entropy = net.with_cost(Cost::CrossEntropy { lambda: 0.01 }).unwrap();
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
        let net = series.with_cost(mean(lambda)).unwrap();
        for (seed, run) in trainer.train_many(&net, 0..5, &train, Some(&test))?.iter().enumerate() {
            results.add_run(format!("training with λ = {lambda} from start {seed}"), run);
        }
    }
    let steps = |method: Method, max_iterations: usize| Trainer { method, max_iterations, ..trainer.clone() };
    let descent = steps(Method::GradientDescent { learning_rate: 3.0 }, 2000);
    results.add_run("descent", &descent.train(&series, &three, None)?);
    let sgd = Method::StochasticGradientDescent { learning_rate: 0.5, batch_size: 16, seed: 1 };
    let pool = scaled(&synthetic_study(200, 5.0, 1)?)?;
    let wide = Network::random(&[2, 10, 1], 0)?.with_bias().with_cost(mean(1e-5)).unwrap();
    results.add_run("stochastic descent", &steps(sgd, 20).train(&wide, &pool, None)?);
    let forty = scaled(&synthetic_study(40, 5.0, 1)?)?;
    results.add_run("training of forty students", &trainer.train(&wide, &forty, Some(&pool))?);
    let ten = Dataset { x: Array2::from_shape_fn((10, 1), |(i, _)| i as f64 / 9.0), y: truth(&series, 10) };
    let line = Network::random(&[1, 10, 1], 1)?.with_bias().with_cost(mean(0.0)).unwrap();
    results.add_run("training of a line of ten", &steps(Method::Bfgs, 500).train(&line, &ten, None)?);

    let validation =
        trainer.cross_validate(&series.with_cost(mean(1e-3)).unwrap(), &leave_one_out(&train)?, 0..5)?;
    results.add("validation, each left out", validation.seed_costs.iter().chain(&[validation.cost]));
    let validation = trainer.cross_validate(&wide, &k_fold(&forty, 4, 1)?, 0..2)?;
    results.add("validation, four folds", &validation.seed_costs);
    let curve =
        learning_curve(&trainer, &series.with_cost(mean(1e-4)).unwrap(), &pool, &forty, &[5, 20, 80], 0..3)?;
    results.add("learning curve", curve.train_cost.iter().chain(&curve.test_cost));
    Ok(results.0)
}

#[test]
fn what_the_notebooks_compute_has_the_same_bits_here() {
    let found = compute().expect("the computations");
    let expected: BTreeMap<String, String> =
        serde_json::from_str(REFERENCE).expect("a table of fingerprints");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bits.json");
    let differ: Vec<&str> = found
        .iter()
        .filter(|(name, fingerprint)| expected.get(*name) != Some(fingerprint))
        .map(|(name, _)| name.as_str())
        .chain(expected.keys().filter(|name| !found.contains_key(*name)).map(String::as_str))
        .collect();
    if !differ.is_empty() {
        std::fs::write(&file, serde_json::to_string_pretty(&found).expect("JSON") + "\n").expect("a file");
    }
    assert!(
        differ.is_empty(),
        "{} of {} results differ from tests/reference/bits.json; if the crate was meant to compute something else, and on all \
         machines alike, copy {} there:\n{}",
        differ.len(),
        found.len(),
        file.display(),
        differ.join("\n")
    );
}

/// Layers of more than 64 wires are multiplied by ndarray's product, which uses what the processor has: the same but for the last
/// bits. The line it prints shows that the processors of the next test are really different ones.
#[test]
fn large_products_are_right() {
    let numbers = Array2::from_shape_fn((30, 9), |(i, j)| ((i * 31 + j * 17) % 101) as f64 / 101.0);
    let data = Dataset { x: numbers, y: Array2::from_elem((30, 9), 0.5) };
    let net = Network::random(&[9, 9, 9], 1).expect("a network");
    let gradient = net.cost_and_gradient(&data.x, &data.y).expect("data that fit").1;
    let w = [net.w(1), net.w(2)];
    // row by row, in plain sums
    let weigh = |a: ArrayView1<f64>, w: &Array2<f64>| {
        Array1::from_iter(w.columns().into_iter().map(|c| a.iter().zip(c).map(|(a, w)| a * w).sum::<f64>()))
    };
    let mut expected = Array2::zeros((9, 9));
    for (x, y) in data.x.rows().into_iter().zip(data.y.rows()) {
        let a = weigh(x, &w[0]).mapv(demystified::sigmoid);
        let y_hat = weigh(a.view(), &w[1]).mapv(demystified::sigmoid);
        let delta = (&y_hat - &y) * y_hat.mapv(|p| p * (1.0 - p));
        for (i, a) in a.iter().enumerate() {
            expected.row_mut(i).scaled_add(*a, &delta);
        }
    }
    let off = gradient.iter().skip(81).zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(off < 1e-13, "{off}");
    println!("large product: {}", Fingerprint::of(&gradient).text());
}

#[test]
#[ignore = "needs qemu-x86_64 (Debian: qemu-user): run by .ci/run"]
fn what_the_notebooks_compute_has_the_same_bits_on_other_processors() {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        panic!("qemu's user mode runs a program of Linux on x86-64; this is another machine");
    }
    let mut large = BTreeMap::new();
    for processor in PROCESSORS {
        let output = Command::new("qemu-x86_64")
            .args(["-cpu", processor])
            .arg(std::env::current_exe().expect("this program"))
            .args(["--exact", "--nocapture", HERE, LARGE])
            .output()
            .expect("qemu-x86_64 runs; Debian has it in qemu-user");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{processor}:\n{printed}\n{errors}");
        assert!(printed.contains("2 passed"), "{processor}:\n{printed}");
        let line = printed.lines().find_map(|line| line.split_once("large product: "));
        large.insert(processor, line.expect("the large product").1.to_string());
    }
    // otherwise this test would see nothing
    assert_ne!(
        large["Nehalem"], large["Haswell"],
        "a processor with fused operations rounds a large product differently"
    );
}

#[test]
fn one_bit_changes_a_fingerprint() {
    let values: Array1<f64> = array![0.1, -2.0, 0.0];
    let mut other = values.clone();
    for i in 0..3 {
        other[i] = f64::from_bits(values[i].to_bits() ^ 1);
        assert_ne!(Fingerprint::of(&values).text(), Fingerprint::of(&other).text());
        other[i] = values[i];
    }
    assert_eq!(Fingerprint::of(&values).text(), Fingerprint::of(&other).text());
    assert_ne!(Fingerprint::of(&[0.0]).text(), Fingerprint::of(&[-0.0]).text());
}
