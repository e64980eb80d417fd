//! What is measured of the crate: median seconds by criterion, under the names of the table.

use crate::bare;
use criterion::Criterion;
use demystified::ndarray::Array2;
use demystified::{
    Activation, Cost, Dataset, GradientCheck, Method, Network, Scaler, Trainer, digits, sleep_study,
};
use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Median seconds of each work.
pub type Seconds = BTreeMap<String, f64>;

/// The argument with which this program prints the seconds of 1000 trainings.
pub const TRAININGS: &str = "--trainings";

const N_STARTS: u64 = 50;

const EPOCHS: usize = 30;

/// The starts of the trainings that SciPy is given as well.
pub fn starts() -> demystified::Result<Vec<Vec<f64>>> {
    (0..N_STARTS).map(|seed| Ok(Network::random(&[2, 3, 1], seed)?.params().to_vec())).collect()
}

/// All works, once each by criterion.
pub fn measure() -> Result<Seconds, Box<dyn Error>> {
    let data = series()?;
    let net = Network::random(&[2, 3, 1], 1)?;
    let mut bench = Bench::new();
    bench.time_small_and_bare(&net, &data)?;

    let trainer = Trainer::default();
    let starts: Vec<Network> = (0..N_STARTS).map(|seed| net.with_random_params(seed)).collect();
    let train = |start: &Network| trainer.train(start, &data, None).map(|run| run.final_cost());
    bench.time("50 trainings", || starts.iter().map(train).collect::<Vec<_>>());

    for (name, sizes, n) in [("wide", &[2, 256, 256, 1][..], 10_000), ("deep", &[64, 512, 512, 10], 4096)] {
        let (net, data) = (Network::random(sizes, 1)?, synthetic(sizes, n));
        bench.time(name, || net.cost_and_gradient(&data.x, &data.y));
    }

    let sizes = [98, 100, 2];
    let (large, data) = (Network::random(&sizes, 1)?, synthetic(&sizes, 32));
    bench.time("check", || GradientCheck::run(&large, &data.x, &data.y));

    let digits = digits().train;
    let reader = Network::random_scaled(&[64, 64, 10], 1)?
        .with_bias()
        .with_activations(Activation::Sigmoid, Activation::Softmax)
        .with_cost(Cost::cross_entropy(1e-5)?);
    let method = Method::Momentum { learning_rate: 0.5, momentum: 0.9, batch_size: 32, seed: 1 };
    let trainer = Trainer { method, max_iterations: EPOCHS, ..Trainer::default() };
    bench.time("30 epochs", || trainer.train(&reader, &digits, None));
    bench.time("judgement", || reader.cost_and_gradient(&digits.x, &digits.y));

    let grid = Array2::from_shape_fn((1_000_000, 2), |(i, j)| [i / 1000, i % 1000][j] as f64 / 999.0);
    bench.time("grid", || net.predict(&grid));

    let square = Array2::from_shape_fn((2048, 2048), |(i, j)| ((i * 31 + j * 17) % 101) as f64);
    bench.time("ndarray product, one core", || square.dot(&square));

    let mut seconds = bench.seconds()?;
    let trainings = seconds.remove("50 trainings").expect("measured");
    seconds.insert("training".into(), trainings / N_STARTS as f64);
    let epochs = seconds.remove("30 epochs").expect("measured");
    let judgement = seconds.remove("judgement").expect("measured");
    seconds.insert("epoch".into(), epochs / EPOCHS as f64);
    // before the first epoch and after each the trainer judges all images
    seconds.insert("steps".into(), (epochs - (EPOCHS + 1) as f64 * judgement) / EPOCHS as f64);
    // in turns, because the machine's speed changes from one second to the next
    let (mut all_cores, mut one_core) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        all_cores.push(seconds_of(&mut Command::new(std::env::current_exe()?))?);
        let mut pinned = Command::new("taskset");
        one_core.push(seconds_of(pinned.args(["--cpu-list", "0"]).arg(std::env::current_exe()?))?);
    }
    seconds.insert("trainings".into(), median(all_cores));
    seconds.insert("trainings, one core".into(), median(one_core));
    Ok(seconds)
}

/// One cost and gradient of the series' network beside the bare arithmetic, alone: three rounds, without the peers.
pub fn print_small_and_bare() -> Result<(), Box<dyn Error>> {
    for _ in 0..3 {
        let mut bench = Bench::new();
        bench.time_small_and_bare(&Network::random(&[2, 3, 1], 1)?, &series()?)?;
        let seconds = bench.seconds()?;
        let [small, bare] = ["small", "bare"].map(|name| seconds[name]);
        println!("{:.0} ns, bare {:.1} ns: {:.2} times", 1e9 * small, 1e9 * bare, small / bare);
    }
    Ok(())
}

/// The median of three times 1000 trainings, on the cores that this process may use.
pub fn print_seconds_of_trainings() -> Result<(), Box<dyn Error>> {
    let (data, net) = (series()?, Network::random(&[2, 3, 1], 1)?);
    let mut times: Vec<f64> = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        black_box(Trainer::default().train_many(&net, 0..1000, &data, None)?);
        times.push(start.elapsed().as_secs_f64());
    }
    println!("{}", median(times));
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn seconds_of(command: &mut Command) -> Result<f64, Box<dyn Error>> {
    let output = command.arg(TRAININGS).output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn series() -> demystified::Result<Dataset> {
    Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())
}

/// Numbers without meaning, from 0 to 1.
pub fn synthetic(sizes: &[usize], n: usize) -> Dataset {
    let numbers = |columns: usize, factor: usize| {
        Array2::from_shape_fn((n, columns), |(i, j)| ((i * 31 + j * factor) % 101) as f64 / 100.0)
    };
    Dataset { x: numbers(sizes[0], 17), y: numbers(sizes[sizes.len() - 1], 7) }
}

/// criterion, and where it leaves its results.
struct Bench {
    criterion: Criterion,
    folder: PathBuf,
    names: Vec<&'static str>,
}

impl Bench {
    fn new() -> Bench {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("criterion");
        let criterion = Criterion::default()
            .output_directory(&folder)
            .without_plots()
            .sample_size(20)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(3));
        Bench { criterion, folder, names: Vec::new() }
    }

    fn time<T>(&mut self, name: &'static str, mut work: impl FnMut() -> T) {
        self.criterion.bench_function(name, |bencher| bencher.iter(|| black_box(work())));
        self.names.push(name);
    }

    fn time_small_and_bare(&mut self, net: &Network, data: &Dataset) -> demystified::Result<()> {
        self.time("small", || net.cost_and_gradient(&data.x, &data.y));
        let p: [f64; 9] = net.params().to_vec().try_into().expect("nine weights");
        let (x, y) = ([[0.3, 1.0], [0.5, 0.2], [1.0, 0.4]], [0.75, 0.82, 0.93]);
        // the same work on both sides, so the same result
        let (_, slopes) = bare::cost_and_gradient(&p, &x, &y);
        let gradient = net.cost_and_gradient(&data.x, &data.y)?.1;
        assert!(slopes.iter().zip(&gradient).all(|(a, b)| (a - b).abs() < 1e-14));
        self.time("bare", || bare::cost_and_gradient(black_box(&p), black_box(&x), black_box(&y)));
        Ok(())
    }

    fn seconds(&self) -> Result<Seconds, Box<dyn Error>> {
        let median = |name: &str| -> Result<(String, f64), Box<dyn Error>> {
            let file = self.folder.join(name).join("new/estimates.json");
            let text =
                std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            let estimates: serde_json::Value = serde_json::from_str(&text)?;
            let nanoseconds = estimates["median"]["point_estimate"].as_f64().ok_or("no median")?;
            Ok((name.to_string(), nanoseconds / 1e9))
        };
        self.names.iter().map(|name| median(name)).collect()
    }
}
