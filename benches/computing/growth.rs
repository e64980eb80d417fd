//! How time and memory grow with the examples and with the hidden units.

use crate::table::duration;
use crate::works::synthetic;
use demystified::ndarray::Array1;
use demystified::{Network, plot};
use std::error::Error;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

/// The argument with which this program prints what memory one call takes.
pub const MEMORY: &str = "--memory";

const EXAMPLES: [usize; 5] = [100, 1000, 10_000, 100_000, 1_000_000];
const HIDDEN: [usize; 6] = [3, 10, 32, 100, 320, 1024];

/// Two tables, and a figure in target/growth.png.
pub fn print() -> Result<(), Box<dyn Error>> {
    println!("one cost and gradient\n");
    println!(
        "| examples | hidden units | time | slope since the row above | memory beside the activations |"
    );
    println!("|---|---|---|---|---|");
    let by_examples = rows(&EXAMPLES.map(|n| (n, 3)), |(n, _)| n)?;
    let by_hidden = rows(&HIDDEN.map(|hidden| (1000, hidden)), |(_, hidden)| hidden)?;
    let scaled = |(sizes, seconds): (Vec<f64>, Vec<f64>)| {
        (Array1::from(sizes), Array1::from_iter(seconds.iter().map(|s| s * 1e3)))
    };
    let ((n, n_ms), (hidden, hidden_ms)) = (scaled(by_examples), scaled(by_hidden));
    let axes = |title: &str, x_label: &str| plot::Axes::new(title, x_label, "milliseconds");
    let figure = plot::side_by_side(&[
        &plot::log_log(&axes("Growth with the data, 2-3-1", "examples"), &[("measured", &n, &n_ms)])?,
        &plot::log_log(
            &axes("Growth with the network, 1000 examples", "hidden units"),
            &[("measured", &hidden, &hidden_ms)],
        )?,
    ])?;
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/growth.png");
    figure.save(path)?;
    println!("\nThe figure: {path}");
    Ok(())
}

fn rows(
    cases: &[(usize, usize)],
    size: impl Fn((usize, usize)) -> usize,
) -> Result<(Vec<f64>, Vec<f64>), Box<dyn Error>> {
    let (mut sizes, mut times): (Vec<f64>, Vec<f64>) = Default::default();
    for &(n, hidden) in cases {
        let seconds = seconds(n, hidden)?;
        let this = size((n, hidden)) as f64;
        let slope = match (sizes.last(), times.last()) {
            (Some(size), Some(time)) => format!("{:.2}", (seconds / time).ln() / (this / size).ln()),
            _ => String::new(),
        };
        let memory = match memory(n, hidden)? {
            Some(bytes) => {
                // of f64: the hidden units' and the output's for each example
                let activations = 8 * n * (hidden + 1);
                format!("{:.1} MB for {:.1} MB", bytes as f64 / 1e6, activations as f64 / 1e6)
            }
            None => "not measured".into(),
        };
        println!("| {n} | {hidden} | {} | {slope} | {memory} |", duration(seconds));
        sizes.push(this);
        times.push(seconds);
    }
    Ok((sizes, times))
}

/// The median of at least seven calls, and of as many as fit into half a second.
fn seconds(n: usize, hidden: usize) -> demystified::Result<f64> {
    let (net, data) = (Network::random(&[2, hidden, 1], 1)?, synthetic(&[2, hidden, 1], n));
    let mut times = Vec::new();
    let begin = Instant::now();
    while times.len() < 7 || begin.elapsed().as_secs_f64() < 0.5 {
        let start = Instant::now();
        black_box(net.cost_and_gradient(&data.x, &data.y)?);
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// What one call adds to the memory of a fresh process, at its highest; Linux only.
fn memory(n: usize, hidden: usize) -> Result<Option<usize>, Box<dyn Error>> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    let output = Command::new(std::env::current_exe()?)
        .args([MEMORY, &n.to_string(), &hidden.to_string()])
        .output()?;
    Ok(Some(String::from_utf8(output.stdout)?.trim().parse()?))
}

/// Bytes that one cost and gradient adds to this process.
pub fn print_memory(examples: &str, hidden: &str) -> Result<(), Box<dyn Error>> {
    let (n, hidden): (usize, usize) = (examples.parse()?, hidden.parse()?);
    let (net, data) = (Network::random(&[2, hidden, 1], 1)?, synthetic(&[2, hidden, 1], n));
    let before = kilobytes("VmRSS:")?;
    black_box(net.cost_and_gradient(&data.x, &data.y)?);
    println!("{}", 1024 * (kilobytes("VmHWM:")?.saturating_sub(before)));
    Ok(())
}

fn kilobytes(line: &str) -> Result<usize, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let value = status.lines().find_map(|text| text.strip_prefix(line)?.split_whitespace().next());
    Ok(value.ok_or("no such line in /proc/self/status")?.parse()?)
}
