//! Cost, gradient and predictions without the intermediate values: what training asks for, thousands of times.
//!
//! The same mathematics as [`Network::forward`](crate::Network::forward) and [`Network::gradients`](crate::Network::gradients),
//! which keep every z, a and δ for the reader. Here the examples go through the network in blocks that fit into a core's cache,
//! in buffers that are used again, and large sets of examples are shared among the cores. How they are divided depends on the
//! network and the data alone, and sums are formed in a fixed order, so the results are the same for any number of cores.

mod block;
pub(crate) mod product;

use crate::network::Network;
use block::{Block, Plan};
use ndarray::{Array1, Array2};
use product::row_by_row;
use std::borrow::Cow;
use std::num::NonZero;

/// How many values of a layer make a block: 512 kB, about a core's cache.
const BLOCK_VALUES: usize = 65_536;
/// The work is cut into at most this many parts, each with a gradient of its own.
const MAX_PARTS: usize = 8;
/// A part has at least this much to do, in multiplications: about as long as it takes to start a thread ten times over.
const PART_WORK: usize = 1_000_000;
/// What an exponential costs, in multiplications.
const UNIT_WORK: usize = 10;

/// A network's cost on some data, as a function of the parameters.
#[derive(Debug)]
pub(crate) struct Engine<'a> {
    plan: Plan,
    rows: usize,
    x: Cow<'a, [f64]>,
    y: Cow<'a, [f64]>,
    parts: Vec<Part>,
    /// One for each thread.
    blocks: Vec<Block>,
    net: Net,
}

/// What is needed besides the sums over the examples.
#[derive(Debug)]
struct Net {
    lambda: f64,
    is_mean: bool,
}

/// A part of the examples: its share of the cost and of the gradient.
#[derive(Clone, Debug)]
struct Part {
    rows: std::ops::Range<usize>,
    cost: f64,
    gradient: Vec<f64>,
}

impl<'a> Engine<'a> {
    /// The engine for data that fits the network (`Network::check_data`), with at most so many threads.
    pub fn new(net: &Network, x: &'a Array2<f64>, y: &'a Array2<f64>, threads: usize) -> Engine<'a> {
        let plan = Plan::of(net);
        let parts = parts(&plan, x.nrows());
        let blocks = vec![Block::default(); threads.clamp(1, parts.len())];
        let (lambda, is_mean) = (net.cost.lambda(), net.cost.is_mean());
        let (rows, x, y) = (x.nrows(), row_by_row(x), row_by_row(y));
        Engine { plan, rows, x, y, parts, blocks, net: Net { lambda, is_mean } }
    }

    /// The cost without the penalty.
    pub fn data_cost(&mut self, params: &[f64]) -> f64 {
        let (plan, x, y) = (&self.plan, &self.x, &self.y);
        share_out(&mut self.parts, &mut self.blocks, |part, block| {
            part.cost = 0.0;
            for (x, y) in examples(plan, x, y, &part.rows) {
                part.cost += block.cost_sum(plan, params, x, y);
            }
        });
        self.mean()
    }

    /// The cost without the penalty; and the slopes of the cost, with the penalty, in `gradient`.
    pub fn data_cost_and_gradient(&mut self, params: &[f64], gradient: &mut [f64]) -> f64 {
        let (plan, x, y) = (&self.plan, &self.x, &self.y);
        let n = self.rows as f64;
        if let [part] = &mut self.parts[..] {
            gradient.fill(0.0);
            part.cost = 0.0;
            for data in examples(plan, x, y, &part.rows) {
                part.cost += self.blocks[0].add_gradient(plan, params, data, n, gradient);
            }
        } else {
            share_out(&mut self.parts, &mut self.blocks, |part, block| {
                part.cost = 0.0;
                part.gradient.clear();
                part.gradient.resize(params.len(), 0.0);
                for data in examples(plan, x, y, &part.rows) {
                    part.cost += block.add_gradient(plan, params, data, n, &mut part.gradient);
                }
            });
            gradient.copy_from_slice(&self.parts[0].gradient);
            for part in &self.parts[1..] {
                gradient.iter_mut().zip(&part.gradient).for_each(|(sum, slope)| *sum += slope);
            }
        }
        let n_weights = self.plan.n_weights();
        if self.net.lambda != 0.0 {
            let slopes = gradient[..n_weights].iter_mut().zip(params);
            slopes.for_each(|(slope, w)| *slope += self.net.lambda * w);
        }
        self.mean()
    }

    /// λ/2 Σ w².
    pub fn penalty(&self, params: &[f64]) -> f64 {
        if self.net.lambda == 0.0 {
            return 0.0;
        }
        0.5 * self.net.lambda * params[..self.plan.n_weights()].iter().map(|w| w * w).sum::<f64>()
    }

    fn mean(&self) -> f64 {
        let sum: f64 = self.parts.iter().map(|part| part.cost).sum();
        if self.net.is_mean { sum / self.rows as f64 } else { sum }
    }
}

/// ŷ for every row of x.
pub(crate) fn predict(net: &Network, x: &Array2<f64>, threads: usize) -> Array2<f64> {
    let (plan, params) = (Plan::of(net), net.params());
    let params = contiguous(&params);
    let (rows, x) = (x.nrows(), row_by_row(x));
    let mut y_hat = Array2::zeros((rows, plan.n_outputs()));
    let mut rest = y_hat.as_slice_mut().expect("a new array is contiguous");
    let mut shares = Vec::new();
    for part in parts(&plan, rows) {
        let (here, behind) = rest.split_at_mut(part.rows.len() * plan.n_outputs());
        shares.push((part.rows, here));
        rest = behind;
    }
    let mut blocks = vec![Block::default(); threads.clamp(1, shares.len())];
    share_out(&mut shares, &mut blocks, |(rows, y_hat), block| {
        let size = block_rows(&plan);
        let x = &x[rows.start * plan.n_inputs()..rows.end * plan.n_inputs()];
        for (x, y_hat) in x.chunks(size * plan.n_inputs()).zip(y_hat.chunks_mut(size * plan.n_outputs())) {
            y_hat.copy_from_slice(block.predict(&plan, params, x));
        }
    });
    y_hat
}

/// As many threads as there are cores for us.
pub(crate) fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// The parameters as a slice: arrays that we make are contiguous.
pub(crate) fn contiguous(params: &Array1<f64>) -> &[f64] {
    params.as_slice().expect("parameters are contiguous")
}

/// How the examples are divided, whatever the number of cores.
fn parts(plan: &Plan, rows: usize) -> Vec<Part> {
    let work = rows.saturating_mul(plan.n_weights() + UNIT_WORK * plan.n_units());
    let count = (work / PART_WORK).clamp(1, MAX_PARTS).min(rows);
    let part =
        |i: usize| Part { rows: i * rows / count..(i + 1) * rows / count, cost: 0.0, gradient: Vec::new() };
    (0..count).map(part).collect()
}

/// How many examples go through the network together.
fn block_rows(plan: &Plan) -> usize {
    (BLOCK_VALUES / plan.width()).clamp(16, 1024)
}

/// The examples of a part, block by block.
fn examples<'a>(
    plan: &Plan,
    x: &'a [f64],
    y: &'a [f64],
    rows: &std::ops::Range<usize>,
) -> impl Iterator<Item = (&'a [f64], &'a [f64])> {
    let (n_inputs, n_outputs, size) = (plan.n_inputs(), plan.n_outputs(), block_rows(plan));
    let x = x[rows.start * n_inputs..rows.end * n_inputs].chunks(size * n_inputs);
    x.zip(y[rows.start * n_outputs..rows.end * n_outputs].chunks(size * n_outputs))
}

/// Does `work` for each part; each block goes to a thread of its own, with as many parts as the others.
fn share_out<P: Send>(parts: &mut [P], blocks: &mut [Block], work: impl Fn(&mut P, &mut Block) + Sync) {
    let each = parts.len().div_ceil(blocks.len());
    let mut shares = parts.chunks_mut(each).zip(blocks);
    let Some((first_parts, first_block)) = shares.next() else { return };
    std::thread::scope(|scope| {
        for (parts, block) in shares {
            let work = &work;
            scope.spawn(move || parts.iter_mut().for_each(|part| work(part, block)));
        }
        first_parts.iter_mut().for_each(|part| work(part, first_block));
    });
}
