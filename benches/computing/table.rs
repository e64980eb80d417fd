//! The table of ratios.

use std::collections::BTreeMap;

/// The seconds of each work, one entry for each round.
#[derive(Default)]
pub struct Seconds {
    rounds: BTreeMap<String, Vec<f64>>,
}

/// One line: how many times faster `fast` is than `slow`.
struct Line {
    work: &'static str,
    slow: &'static str,
    fast: &'static str,
    aim: Aim,
}

enum Aim {
    AtLeast(f64),
    /// Ours is the slow one here.
    AtMost(f64),
}

#[rustfmt::skip]
const LINES: [Line; 11] = [
    Line { work: "one cost and gradient, 2-3-1, 3 examples, beside NumPy", slow: "numpy small", fast: "small", aim: Aim::AtLeast(25.0) },
    Line { work: "the same, beside JAX", slow: "jax small", fast: "small", aim: Aim::AtLeast(15.0) },
    Line { work: "the same, beside the bare arithmetic", slow: "small", fast: "bare", aim: Aim::AtMost(3.0) },
    Line { work: "one training by BFGS, beside SciPy", slow: "scipy training", fast: "training", aim: Aim::AtLeast(60.0) },
    Line { work: "1000 trainings, beside one core", slow: "trainings, one core", fast: "trainings", aim: Aim::AtLeast(1.8) },
    Line { work: "cost and gradient, 2-256-256-1, 10 000 examples, beside JAX", slow: "jax wide", fast: "wide", aim: Aim::AtLeast(1.0) },
    Line { work: "cost and gradient, 64-512-512-10, 4096 examples, beside JAX", slow: "jax deep", fast: "deep", aim: Aim::AtLeast(1.0) },
    Line { work: "a gradient check of 10 000 weights, beside JAX", slow: "jax check", fast: "check", aim: Aim::AtLeast(1.0) },
    Line { work: "an epoch of the digits' network, and the cost and slopes of all images after it, beside JAX", slow: "jax epoch", fast: "epoch", aim: Aim::AtLeast(1.0) },
    Line { work: "the epoch's 38 steps alone, beside JAX", slow: "jax steps", fast: "steps", aim: Aim::AtLeast(1.0) },
    Line { work: "predictions on a grid of 1000 × 1000, beside JAX", slow: "jax grid", fast: "grid", aim: Aim::AtLeast(1.0) },
];

impl Seconds {
    /// One more round of some works.
    pub fn add(&mut self, round: BTreeMap<String, f64>) {
        for (work, seconds) in round {
            self.rounds.entry(work).or_default().push(seconds);
        }
    }

    fn of(&self, work: &str) -> &[f64] {
        &self.rounds[work]
    }
}

/// The table, as Markdown.
pub fn print(seconds: &Seconds) {
    println!("\n{}, {}\n", machine(), today());
    println!("| work | ours | theirs | ratio (range over rounds) | aim |\n|---|---|---|---|---|");
    for Line { work, slow, fast, aim } in LINES {
        let ratios: Vec<f64> = seconds.of(slow).iter().zip(seconds.of(fast)).map(|(a, b)| a / b).collect();
        let (low, middle, high) = spread(&ratios);
        let [slow, fast] = [slow, fast].map(|name| duration(spread(seconds.of(name)).1));
        let (ours, theirs, aim) = match aim {
            Aim::AtLeast(aim) => (fast, slow, format!("≥ {aim} {}", verdict(middle >= aim))),
            Aim::AtMost(aim) => (slow, fast, format!("≤ {aim} {}", verdict(middle <= aim))),
        };
        println!("| {work} | {ours} | {theirs} | {middle:.2} ({low:.2}–{high:.2}) | {aim} |");
    }
    let product = |work: &str| 2.0 * 2048f64.powi(3) / spread(seconds.of(work)).1 / 1e9;
    // forward, and twice as much backward; no slopes are passed back to the input
    let share = |work: &str, sizes: &[usize], n: f64| {
        let weights: Vec<f64> = sizes.windows(2).map(|pair| (pair[0] * pair[1]) as f64).collect();
        let multiplications = n * (3.0 * weights.iter().sum::<f64>() - weights[0]);
        2.0 * multiplications / spread(seconds.of(work)).1 / 1e9
    };
    let peak = product("numpy product");
    println!(
        "\nA product of two 2048 × 2048 matrices reaches {peak:.0} billion operations a second in NumPy on all cores, and"
    );
    println!("{:.0} in ndarray on one. The products alone of", product("ndarray product, one core"));
    for (work, sizes, n) in [("wide", &[2, 256, 256, 1][..], 10_000.0), ("deep", &[64, 512, 512, 10], 4096.0)]
    {
        let rate = share(work, sizes, n);
        println!("{sizes:?} amount to {rate:.0}, which is {:.0} % of that peak.", 100.0 * rate / peak);
    }
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

/// The lowest, the median and the highest.
fn spread(values: &[f64]) -> (f64, f64, f64) {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    (values[0], values[values.len() / 2], values[values.len() - 1])
}

/// Three digits with a unit.
pub fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s < 1e-6 => (s * 1e9, "ns"),
        s if s < 1e-3 => (s * 1e6, "µs"),
        s if s < 1.0 => (s * 1e3, "ms"),
        s => (s, "s"),
    };
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$} {unit}")
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    format!("{cores} cores, {}", model.unwrap_or("unknown processor"))
}

fn today() -> String {
    let output = std::process::Command::new("date").arg("+%Y-%m-%d").output();
    output.map_or("no date".into(), |output| String::from_utf8_lossy(&output.stdout).trim().into())
}
