//! Forward and backward propagation of a block of examples, in buffers that are used again and again.

use super::activation::Activation;
use super::cost::Cost;
use super::network::Network;
use super::product::{Wires, add_weight_slopes, pass_back, weigh};

/// What the numbers of a network mean: its layers, activations and cost. Its parameters are not used.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    pub net: &'a Network,
    pub n_weights: usize,
    /// The number of units behind the input: of z, of a, and of δ for one example.
    pub n_units: usize,
}

impl<'a> Plan<'a> {
    pub fn of(net: &'a Network) -> Plan<'a> {
        let (mut n_weights, mut n_units) = (0, 0);
        for wires in net.weights.iter().map(Wires::of) {
            n_weights += wires.count();
            n_units += wires.after;
        }
        Plan { net, n_weights, n_units }
    }

    fn n_layers(&self) -> usize {
        self.net.weights.len()
    }

    /// The shape of a layer's weights; a layer here is one of W^(1), W^(2), …, counted from 0.
    fn wires(&self, layer: usize) -> Wires {
        Wires::of(&self.net.weights[layer])
    }

    fn all_wires(&self) -> impl Iterator<Item = Wires> {
        self.net.weights.iter().map(Wires::of)
    }

    pub fn n_inputs(&self) -> usize {
        self.wires(0).before
    }

    pub fn n_outputs(&self) -> usize {
        self.wires(self.n_layers() - 1).after
    }

    /// The units of the widest layer, the input included.
    pub fn width(&self) -> usize {
        self.all_wires().map(|wires| wires.after).fold(self.n_inputs(), usize::max)
    }

    fn activation(&self, layer: usize) -> Activation {
        if layer + 1 == self.n_layers() { self.net.output_activation } else { self.net.hidden_activation }
    }
}

/// The buffers: for each layer behind the input its activations a, the slopes f′(z), and δ, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Block {
    values: Vec<f64>,
}

/// The buffers of one layer.
struct Layer<'a> {
    a: &'a mut [f64],
    slope: &'a mut [f64],
    delta: &'a mut [f64],
}

impl<'a> Layer<'a> {
    /// Of three buffers of the same size, one after the other, at the start of `values`.
    fn of(values: &'a mut [f64], size: usize) -> Layer<'a> {
        let (a, rest) = values[..3 * size].split_at_mut(size);
        let (slope, delta) = rest.split_at_mut(size);
        Layer { a, slope, delta }
    }
}

/// Examples that go through the network together.
#[derive(Clone, Copy)]
pub struct Examples<'a> {
    pub rows: usize,
    pub x: &'a [f64],
    pub y: &'a [f64],
}

impl Block {
    /// How many values there is room for.
    pub fn capacity(&self) -> usize {
        self.values.capacity()
    }

    /// ŷ for `rows` examples x.
    pub fn predict(&mut self, plan: Plan<'_>, params: &[f64], rows: usize, x: &[f64]) -> &[f64] {
        self.forward(plan, params, Examples { rows, x, y: &[] }, false);
        self.last(plan, rows).a
    }

    /// The sum that J is made of, without the division by the number of examples and without the penalty.
    pub fn cost_sum(&mut self, plan: Plan<'_>, params: &[f64], examples: Examples<'_>) -> f64 {
        self.forward(plan, params, examples, false)
    }

    /// The same sum; and the slopes of J, without the penalty, are added to `gradient`. `n` is the number of all examples.
    pub fn add_gradient(
        &mut self,
        plan: Plan<'_>,
        params: &[f64],
        examples: Examples<'_>,
        n: f64,
        gradient: &mut [f64],
    ) -> f64 {
        let sum = self.forward(plan, params, examples, true);
        self.backward(plan, params, examples, n, gradient);
        sum
    }

    /// Forward propagation; returns the sum of the cost, if y is given.
    fn forward(&mut self, plan: Plan<'_>, params: &[f64], examples: Examples<'_>, slopes: bool) -> f64 {
        let Examples { rows, x, y } = examples;
        let Network { cost, output_activation, .. } = *plan.net;
        let (mut weights, mut biases) = params.split_at(plan.n_weights);
        let size = 3 * rows * plan.n_units;
        if self.values.len() != size {
            self.values.reserve_exact(size.saturating_sub(self.values.len()));
            self.values.resize(size, 0.0);
        }
        let (mut before, mut rest) = (x, &mut self.values[..]);
        let mut sum = 0.0;
        for (i, wires) in plan.all_wires().enumerate() {
            let (here, behind) = rest.split_at_mut(3 * rows * wires.after);
            let layer = Layer::of(here, rows * wires.after);
            let w = weights.split_off(..wires.count()).expect("a weight for each wire");
            let b = biases.split_off(..wires.after).unwrap_or_default(); // there may be none
            weigh(rows, before, w, b, wires, layer.a);
            let sum_of = |from: &[f64]| cost.sum(output_activation, y, from, wires.after);
            let is_judged = i + 1 == plan.n_layers() && !y.is_empty();
            // the cross-entropy is computed from z, which becomes a in its place
            let from_z = matches!(cost, Cost::CrossEntropy { .. });
            if is_judged && from_z {
                sum = sum_of(layer.a);
            }
            let activation = plan.activation(i);
            match slopes {
                true => activation.apply_with_slopes(layer.a, layer.slope, wires.after),
                false => activation.apply_in_place(layer.a, wires.after),
            }
            if is_judged && !from_z {
                sum = sum_of(layer.a);
            }
            before = layer.a;
            rest = behind;
        }
        sum
    }

    /// Backward propagation, after a forward one with slopes.
    fn backward(
        &mut self,
        plan: Plan<'_>,
        params: &[f64],
        examples: Examples<'_>,
        n: f64,
        gradient: &mut [f64],
    ) {
        let Examples { rows, x, y } = examples;
        let Network { cost, output_activation, hidden_activation, .. } = *plan.net;
        let last = self.last(plan, rows);
        cost.output_delta(output_activation, (y, n), (last.a, last.slope), last.delta, plan.n_outputs());
        // from the end: where the layer's buffers, its weights and its biases begin
        let (mut start, mut w_start, mut b_start) = (self.values.len(), plan.n_weights, gradient.len());
        for i in (0..plan.n_layers()).rev() {
            let wires = plan.wires(i);
            let size = rows * wires.after;
            start -= 3 * size;
            let (earlier, here) = self.values.split_at_mut(start);
            let delta = &*Layer::of(here, size).delta;
            if !plan.net.biases.is_empty() {
                b_start -= wires.after;
                let sums = &mut gradient[b_start..][..wires.after];
                for row in 0..rows {
                    let delta = &delta[row * wires.after..];
                    sums.iter_mut().zip(delta).for_each(|(sum, delta)| *sum += delta);
                }
            }
            w_start -= wires.count();
            let dj_dw = &mut gradient[w_start..][..wires.count()];
            if i == 0 {
                add_weight_slopes(rows, x, delta, wires, dj_dw);
                return;
            }
            let size = rows * wires.before;
            let earlier = Layer::of(&mut earlier[start - 3 * size..], size);
            add_weight_slopes(rows, earlier.a, delta, wires, dj_dw);
            pass_back(rows, delta, &params[w_start..][..wires.count()], wires, earlier.delta);
            hidden_activation.pass_back(earlier.a, earlier.slope, earlier.delta, wires.before);
        }
    }

    fn last(&mut self, plan: Plan<'_>, rows: usize) -> Layer<'_> {
        let size = rows * plan.n_outputs();
        let start = self.values.len() - 3 * size;
        Layer::of(&mut self.values[start..], size)
    }
}
