//! Cost, gradient and predictions without the intermediate values: what training asks for, thousands of times.
//!
//! The same mathematics as [`Network::forward`](crate::Network::forward) and [`Network::gradients`](crate::Network::gradients),
//! which keep every z, a and δ for the reader. Here the examples go through the network in blocks that fit into a core's cache,
//! in buffers that are used again, and large sets of examples are shared among the cores. How they are divided depends on the
//! network and the data alone, and sums are formed in a fixed order, so the results are the same for any number of cores.

use super::block::{Block, Examples, Plan};
use super::network::{Network, flatten_into};
use super::product::{contiguous, row_by_row};
use crate::machine::available_threads;
use ndarray::Array2;
use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

/// How many values of a layer make a block: 512 kB, about a core's cache.
const BLOCK_VALUES: usize = 65_536;
/// The work is cut into at most this many parts, each with a gradient of its own.
const MAX_PARTS: usize = 8;
/// With more than two parts, each has at least so many examples: a gradient of its own has to be made and added up (measured with
/// 64-512-512-10 and 4096 examples: eight parts took 1.16 times as long as four on one machine, and as long on another).
const PART_ROWS: usize = 1024;
/// A part has at least this much to do, in multiplications, so that starting a thread pays: that takes 40 to 90 µs, and this 70 to 170.
/// Measured: half as much makes 64-64-10 with 100 examples take 1.0 to 1.9 times as long, twice as much 2-3-1 with 30 000 examples 1.3
/// to 1.4 times.
const PART_WORK: usize = 500_000;
/// Buffers of so many values at most are kept for the next call: 512 kB.
const SPARE_VALUES: usize = 65_536;
/// What an exponential costs, in multiplications.
const UNIT_WORK: usize = 10;

/// A network's cost on some data, as a function of the parameters.
#[derive(Debug)]
pub(crate) struct Engine<'a> {
    plan: Plan<'a>,
    rows: usize,
    x: Cow<'a, [f64]>,
    y: Cow<'a, [f64]>,
    n_parts: usize,
    spare: Spare,
    /// Used when there are several.
    parts: Vec<Part>,
    /// One for each thread.
    blocks: Vec<Block>,
}

/// What an engine leaves to the next one: for a small network, making new buffers would take a fifth of a call's time.
#[derive(Debug, Default)]
struct Spare {
    /// Used when there is but one part.
    block: Block,
    /// Used for the network's own parameters.
    params: Vec<f64>,
}

thread_local! {
    static SPARE: Cell<Spare> = Cell::default();
}

/// A part of the examples: its share of the cost and of the gradient.
#[derive(Clone, Debug, Default)]
struct Part {
    rows: Range<usize>,
    cost: f64,
    gradient: Vec<f64>,
}

impl<'a> Engine<'a> {
    /// The engine for data that fits the network (`Network::check_data`), with at most so many threads.
    #[inline]
    pub fn new(net: &'a Network, x: &'a Array2<f64>, y: &'a Array2<f64>, threads: usize) -> Engine<'a> {
        let (plan, rows) = (Plan::of(net), x.nrows());
        let n_parts = n_parts(plan, rows);
        let (parts, blocks) = match n_parts {
            1 => Default::default(),
            _ => {
                let parts = (0..n_parts).map(|i| Part { rows: part(i, n_parts, rows), ..Part::default() });
                (parts.collect(), vec![Block::default(); threads.clamp(1, n_parts)])
            }
        };
        let (x, y) = (row_by_row(x), row_by_row(y));
        Engine { plan, rows, x, y, n_parts, spare: SPARE.take(), parts, blocks }
    }

    /// The cost without the penalty.
    pub fn data_cost(&mut self, params: &[f64]) -> f64 {
        let (plan, x, y) = (self.plan, &self.x, &self.y);
        let cost = |rows: &Range<usize>, block: &mut Block| -> f64 {
            examples(plan, x, y, rows).map(|examples| block.cost_sum(plan, params, examples)).sum()
        };
        if self.n_parts == 1 {
            let sum = cost(&(0..self.rows), &mut self.spare.block);
            return self.mean(sum);
        }
        share_out(&mut self.parts, &mut self.blocks, |part, block| part.cost = cost(&part.rows, block));
        self.mean(self.parts.iter().map(|part| part.cost).sum())
    }

    /// The cost without the penalty; and the slopes of the cost, with the penalty, in `gradient`.
    pub fn data_cost_and_gradient(&mut self, params: &[f64], gradient: &mut [f64]) -> f64 {
        let (plan, x, y, n) = (self.plan, &self.x, &self.y, self.rows as f64);
        let cost = |rows: &Range<usize>, block: &mut Block, gradient: &mut [f64]| -> f64 {
            let examples = examples(plan, x, y, rows);
            examples.map(|examples| block.add_gradient(plan, params, examples, n, gradient)).sum()
        };
        gradient.fill(0.0);
        let sum = if self.n_parts == 1 {
            cost(&(0..self.rows), &mut self.spare.block, gradient)
        } else {
            share_out(&mut self.parts, &mut self.blocks, |part, block| {
                part.gradient.clear();
                part.gradient.resize(params.len(), 0.0);
                part.cost = cost(&part.rows, block, &mut part.gradient);
            });
            for part in &self.parts {
                gradient.iter_mut().zip(&part.gradient).for_each(|(sum, slope)| *sum += slope);
            }
            self.parts.iter().map(|part| part.cost).sum()
        };
        let lambda = plan.net.cost.lambda();
        if lambda != 0.0 {
            let slopes = gradient[..plan.n_weights].iter_mut().zip(params);
            slopes.for_each(|(slope, w)| *slope += lambda * w);
        }
        self.mean(sum)
    }

    /// [`Engine::data_cost`] at the parameters of the network itself.
    pub fn own_data_cost(&mut self) -> f64 {
        self.at_own_params(|engine, params| engine.data_cost(params))
    }

    /// [`Engine::data_cost_and_gradient`] at the parameters of the network itself.
    pub fn own_data_cost_and_gradient(&mut self, gradient: &mut [f64]) -> f64 {
        self.at_own_params(|engine, params| engine.data_cost_and_gradient(params, gradient))
    }

    fn at_own_params(&mut self, work: impl FnOnce(&mut Self, &[f64]) -> f64) -> f64 {
        let mut params = std::mem::take(&mut self.spare.params);
        params.clear();
        flatten_into(&mut params, &self.plan.net.weights, &self.plan.net.biases);
        let cost = work(self, &params);
        self.spare.params = params;
        cost
    }

    /// λ/2 Σ w².
    pub fn penalty(&self, params: &[f64]) -> f64 {
        self.plan.net.cost.penalty(params[..self.plan.n_weights].iter())
    }

    fn mean(&self, sum: f64) -> f64 {
        if self.plan.net.cost.is_mean() { sum / self.rows as f64 } else { sum }
    }
}

impl Drop for Engine<'_> {
    fn drop(&mut self) {
        let spare = std::mem::take(&mut self.spare);
        // large ones are soon paid for by what is done in them, and memory is not kept from others
        if spare.block.capacity().max(spare.params.len()) <= SPARE_VALUES {
            SPARE.set(spare);
        }
    }
}

/// ŷ for every row of x.
pub(crate) fn predict(net: &Network, x: &Array2<f64>) -> Array2<f64> {
    let (plan, params) = (Plan::of(net), net.params());
    let params = contiguous(&params);
    let (rows, x) = (x.nrows(), row_by_row(x));
    let (n_inputs, n_outputs) = (plan.n_inputs(), plan.n_outputs());
    let mut y_hat = Array2::zeros((rows, n_outputs));
    let mut rest = y_hat.as_slice_mut().expect("a new array is contiguous");
    let n_parts = n_parts(plan, rows);
    let mut shares = Vec::with_capacity(n_parts);
    for rows in (0..n_parts).map(|i| part(i, n_parts, rows)) {
        let (here, behind) = rest.split_at_mut(rows.len() * n_outputs);
        shares.push((rows, here));
        rest = behind;
    }
    let mut blocks = vec![Block::default(); available_threads().min(n_parts)];
    share_out(&mut shares, &mut blocks, |(rows, y_hat), block| {
        let size = block_rows(plan);
        let x = &x[rows.start * n_inputs..rows.end * n_inputs];
        for (x, y_hat) in x.chunks(size * n_inputs).zip(y_hat.chunks_mut(size * n_outputs)) {
            y_hat.copy_from_slice(block.predict(plan, params, y_hat.len() / n_outputs, x));
        }
    });
    y_hat
}

/// Into how many parts the examples are divided, whatever the number of cores.
fn n_parts(plan: Plan<'_>, rows: usize) -> usize {
    let work = rows.saturating_mul(plan.n_weights + UNIT_WORK * plan.n_units);
    if work < 2 * PART_WORK {
        return 1;
    }
    let most = (rows / PART_ROWS).clamp(2, MAX_PARTS);
    (work / PART_WORK).min(most).min(rows)
}

fn part(i: usize, n_parts: usize, rows: usize) -> Range<usize> {
    i * rows / n_parts..(i + 1) * rows / n_parts
}

/// How many examples go through the network together.
fn block_rows(plan: Plan<'_>) -> usize {
    (BLOCK_VALUES / plan.width()).clamp(16, 1024)
}

/// The examples of a part, block by block.
fn examples<'a>(
    plan: Plan<'_>,
    x: &'a [f64],
    y: &'a [f64],
    rows: &Range<usize>,
) -> impl Iterator<Item = Examples<'a>> {
    let (n_inputs, n_outputs, size) = (plan.n_inputs(), plan.n_outputs(), block_rows(plan));
    let Range { mut start, end } = rows.clone();
    std::iter::from_fn(move || {
        let rows = size.min(end - start);
        let (x, y) = (&x[start * n_inputs..][..rows * n_inputs], &y[start * n_outputs..][..rows * n_outputs]);
        start += rows;
        (rows > 0).then_some(Examples { rows, x, y })
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Activation, Cost};

    /// Networks and data of which one block, several blocks and several parts are made.
    fn cases() -> Vec<(Network, Array2<f64>, Array2<f64>)> {
        let numbers = |rows: usize, columns: usize, factor: usize| {
            Array2::from_shape_fn((rows, columns), |(i, j)| ((i * 31 + j * factor) % 101) as f64 / 101.0)
        };
        let (small, wide) = (Network::random(&[2, 3, 1], 1), Network::random(&[3, 40, 20, 2], 2));
        let (small, wide) = (small.expect("a network"), wide.expect("a network").with_bias());
        let mean = Cost::MeanSquares { lambda: 0.01 };
        let entropy = Cost::CrossEntropy { lambda: 0.01 };
        [
            (small.clone(), 3),
            (small.with_cost(mean), 2500),
            (small.with_cost(mean), 90_001),
            (wide.with_cost(mean).with_activations(Activation::Tanh, Activation::Identity), 1500),
            (wide.with_cost(entropy).with_activations(Activation::Relu, Activation::Softmax), 4001),
        ]
        .map(|(net, rows)| {
            let (n_inputs, n_outputs) = (net.weights[0].nrows(), net.weights[net.weights.len() - 1].ncols());
            (net, numbers(rows, n_inputs, 17), numbers(rows, n_outputs, 7))
        })
        .into()
    }

    #[test]
    fn the_cases_need_one_part_and_several() {
        let parts: Vec<usize> = cases().iter().map(|(net, x, _)| n_parts(Plan::of(net), x.nrows())).collect();
        assert!(parts.contains(&1) && parts.iter().any(|&n| n > 2), "{parts:?}");
    }

    #[test]
    fn cost_and_gradient_are_those_that_keep_every_z_a_and_delta() {
        for (net, x, y) in cases() {
            let (j, gradient) = net.cost_and_gradient(&x, &y).expect("data that fit");
            let pass = net.forward(&x).expect("data that fit");
            let expected = net.gradients(&x, &y).expect("data that fit").to_vector();
            let size = expected.iter().fold(0.0, |most: f64, slope| most.max(slope.abs()));
            let off = (&gradient - &expected).iter().fold(0.0, |most: f64, d| most.max(d.abs()));
            assert!(off <= 1e-12 * size, "{off} of {size}, {} examples", x.nrows());
            let j_expected = net.cost_of(&pass, &y).expect("data that fit");
            assert!((j - j_expected).abs() <= 1e-12 * j, "{j} {j_expected}");
            assert_eq!(j, net.cost(&x, &y).expect("data that fit"));
            let y_hat = net.predict(&x).expect("data that fit");
            assert!((y_hat - pass.y_hat()).iter().all(|d| d.abs() < 1e-14));
        }
    }

    #[test]
    fn every_number_of_threads_gives_the_same_bits() {
        for (net, x, y) in cases() {
            let params = net.params();
            let run = |threads: usize| {
                let mut engine = Engine::new(&net, &x, &y, threads);
                let mut gradient = vec![f64::NAN; params.len()];
                let j = engine.data_cost_and_gradient(contiguous(&params), &mut gradient);
                // again, in buffers that have been used
                assert_eq!(j, engine.data_cost_and_gradient(contiguous(&params), &mut gradient));
                assert_eq!(j, engine.data_cost(contiguous(&params)));
                (j, gradient)
            };
            let alone = run(1);
            for threads in [2, 3, 5, 100] {
                assert_eq!(run(threads), alone, "{threads} threads, {} examples", x.nrows());
            }
        }
    }
}
