//! Forward and backward propagation of a block of examples, in buffers that are used again and again.

use super::product::{Wires, add_a_w, add_at_delta, add_delta_wt};
use crate::activation::Activation;
use crate::cost::Cost;
use crate::network::Network;

/// What the numbers of a network mean: its layers, activations and cost. The parameters are not in it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The shape of W^(1), W^(2), ….
    wires: Vec<Wires>,
    has_bias: bool,
    hidden: Activation,
    output: Activation,
    cost: Cost,
}

impl Plan {
    pub fn of(net: &Network) -> Plan {
        Plan {
            wires: net.weights.iter().map(Wires::of).collect(),
            has_bias: net.has_bias(),
            hidden: net.hidden_activation,
            output: net.output_activation,
            cost: net.cost,
        }
    }

    pub fn n_inputs(&self) -> usize {
        self.wires[0].before
    }

    pub fn n_outputs(&self) -> usize {
        self.wires[self.wires.len() - 1].after
    }

    pub fn n_weights(&self) -> usize {
        self.wires.iter().map(|wires| wires.count()).sum()
    }

    /// The number of units behind the input: of z, of a, and of δ for one example.
    pub fn n_units(&self) -> usize {
        self.wires.iter().map(|wires| wires.after).sum()
    }

    /// The units of the widest layer, the input included.
    pub fn width(&self) -> usize {
        self.wires.iter().map(|wires| wires.after).fold(self.n_inputs(), usize::max)
    }

    fn activation(&self, layer: usize) -> Activation {
        if layer + 1 == self.wires.len() { self.output } else { self.hidden }
    }

    /// Where a layer's weights begin in the parameters; a layer here is one of `wires`, counted from 0.
    fn weights(&self, layer: usize) -> std::ops::Range<usize> {
        let start = self.wires[..layer].iter().map(|wires| wires.count()).sum();
        start..start + self.wires[layer].count()
    }

    /// Where a layer's biases are, behind all the weights.
    fn biases(&self, layer: usize) -> std::ops::Range<usize> {
        let start = self.n_weights() + self.wires[..layer].iter().map(|wires| wires.after).sum::<usize>();
        start..start + self.wires[layer].after
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
    fn of(values: &'a mut [f64]) -> Layer<'a> {
        let size = values.len() / 3;
        let (a, rest) = values.split_at_mut(size);
        let (slope, delta) = rest.split_at_mut(size);
        Layer { a, slope, delta }
    }
}

impl Block {
    /// ŷ for the examples x.
    pub fn predict(&mut self, plan: &Plan, params: &[f64], x: &[f64]) -> &[f64] {
        self.forward(plan, params, x, None, false);
        self.last(plan, x.len() / plan.n_inputs()).a
    }

    /// The sum that J is made of, without the division by the number of examples and without the penalty.
    pub fn cost_sum(&mut self, plan: &Plan, params: &[f64], x: &[f64], y: &[f64]) -> f64 {
        self.forward(plan, params, x, Some(y), false)
    }

    /// The same sum; and the slopes of J, without the penalty, are added to `gradient`. `n` is the number of all examples.
    pub fn add_gradient(
        &mut self,
        plan: &Plan,
        params: &[f64],
        (x, y): (&[f64], &[f64]),
        n: f64,
        gradient: &mut [f64],
    ) -> f64 {
        let sum = self.forward(plan, params, x, Some(y), true);
        self.backward(plan, params, (x, y), n, gradient);
        sum
    }

    /// Forward propagation; with the truth, the sum of the cost.
    fn forward(&mut self, plan: &Plan, params: &[f64], x: &[f64], y: Option<&[f64]>, slopes: bool) -> f64 {
        let rows = x.len() / plan.n_inputs();
        self.values.resize(3 * rows * plan.n_units(), 0.0);
        let (mut before, mut rest) = (x, &mut self.values[..]);
        let mut cost = 0.0;
        for (i, &wires) in plan.wires.iter().enumerate() {
            let (here, behind) = rest.split_at_mut(3 * rows * wires.after);
            let layer = Layer::of(here);
            if plan.has_bias {
                let b = &params[plan.biases(i)];
                layer.a.chunks_exact_mut(wires.after).for_each(|z| z.copy_from_slice(b));
            } else {
                layer.a.fill(0.0);
            }
            add_a_w(before, &params[plan.weights(i)], wires, layer.a);
            let is_last = i + 1 == plan.wires.len();
            // the cross-entropy is computed from z, which becomes a in its place
            if let (true, Some(y), Cost::CrossEntropy { .. }) = (is_last, y, plan.cost) {
                cost = plan.cost.sum(plan.output, y, layer.a, wires.after);
            }
            let activation = plan.activation(i);
            match slopes {
                true => activation.apply_with_slopes(layer.a, layer.slope, wires.after),
                false => activation.apply_in_place(layer.a, wires.after),
            }
            if let (true, Some(y), Cost::SumOfSquares | Cost::MeanSquares { .. }) = (is_last, y, plan.cost) {
                cost = plan.cost.sum(plan.output, y, layer.a, wires.after);
            }
            before = layer.a;
            rest = behind;
        }
        cost
    }

    /// Backward propagation, after a forward one with slopes.
    fn backward(
        &mut self,
        plan: &Plan,
        params: &[f64],
        (x, y): (&[f64], &[f64]),
        n: f64,
        gradient: &mut [f64],
    ) {
        let rows = x.len() / plan.n_inputs();
        let last = self.last(plan, rows);
        plan.cost.output_delta(plan.output, (y, n), (last.a, last.slope), last.delta, plan.n_outputs());
        let mut end = self.values.len();
        for (i, &wires) in plan.wires.iter().enumerate().rev() {
            let start = end - 3 * rows * wires.after;
            let (earlier, here) = self.values[..end].split_at_mut(start);
            let delta = &*Layer::of(here).delta;
            if plan.has_bias {
                let sums = &mut gradient[plan.biases(i)];
                for delta in delta.chunks_exact(wires.after) {
                    sums.iter_mut().zip(delta).for_each(|(sum, delta)| *sum += delta);
                }
            }
            let dj_dw = &mut gradient[plan.weights(i)];
            if i == 0 {
                add_at_delta(x, delta, wires, dj_dw);
                return;
            }
            let earlier = Layer::of(&mut earlier[start - 3 * rows * wires.before..]);
            add_at_delta(earlier.a, delta, wires, dj_dw);
            earlier.delta.fill(0.0);
            add_delta_wt(delta, &params[plan.weights(i)], wires, earlier.delta);
            plan.hidden.pass_back(earlier.a, earlier.slope, earlier.delta, wires.before);
            end = start;
        }
    }

    fn last(&mut self, plan: &Plan, rows: usize) -> Layer<'_> {
        let start = self.values.len() - 3 * rows * plan.n_outputs();
        Layer::of(&mut self.values[start..])
    }
}
