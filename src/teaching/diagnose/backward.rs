//! What every backward pass starts from, and how large its rounding errors may be.

use super::mistake::{Kind, mistake};
use super::part::Part;
use super::precision::is_same;
use super::slope::{SLOPES, Slope, Units};
use super::sums::{Numbers, SOURCES, Source};
use crate::model::{Activation, Cost, Network};
use ndarray::{Array1, Array2, Axis};
use std::cell::OnceCell;

/// A forward pass, and the weights that the way back takes.
pub(super) struct Basis<'a> {
    pub net: &'a Network,
    pub y: Array2<f64>,
    pub z: Vec<Array2<f64>>,
    pub a: Vec<Array2<f64>>,
    pub w: &'a [Array2<f64>],
    pub hidden: Activation,
    pub output: Activation,
    /// What is wrong with it, if anything, and where.
    pub mistake: Option<(&'static Kind, Part)>,
    /// What stays the same for all formulas that are tried, of each layer, once it is asked for.
    slopes: Vec<OnceCell<LayerSlopes>>,
    sources: Vec<OnceCell<LayerSources>>,
}

/// What may stand for a layer's a in the slopes of the weights behind it.
type LayerSources = Vec<(&'static Source, Array2<f64>)>;

/// What may be multiplied in for f′(z) of a layer.
pub(super) struct LayerSlopes {
    /// None for softmax, whose slope is a table for each example.
    pub right: Option<Array2<f64>>,
    pub wrong: Vec<(&'static Slope, Array2<f64>)>,
}

static STALE_PASS: Kind = mistake(
    "stale forward pass",
    "the forward pass is that of the previous weights",
    "compute z and a anew after every change of the weights, before the backward pass",
);
static STALE_GRADIENT: Kind = mistake(
    "stale gradient",
    "the gradient is that of the previous weights",
    "compute the gradient anew after every change of the weights",
);
static COLUMN_TWICE: Kind = mistake(
    "column twice",
    "the first column of x stands in place of all its columns",
    "each input has a column of its own: is x built of the same column twice?",
);
static COLUMNS_TURNED: Kind = mistake(
    "columns in another order",
    "the columns of x stand in the opposite order",
    "the order of the inputs must be the same on both sides",
);
static FIRST_EXAMPLE: Kind = mistake(
    "only the first example",
    "only the first example is in the slopes",
    "the slopes of all examples are added up: is the table of the first example handed in, or does a loop end too early?",
);
static LAST_EXAMPLE: Kind = mistake(
    "only the last example",
    "only the last example is in the slopes",
    "the slopes of all examples are added up: add (+=) and do not overwrite (=)",
);
static FIRST_LEFT_OUT: Kind = mistake(
    "first example left out",
    "the first example is left out of the slopes",
    "the sum goes over all examples: does a loop begin at 1?",
);
static LAST_LEFT_OUT: Kind = mistake(
    "last example left out",
    "the last example is left out of the slopes",
    "the sum goes over all examples: does a loop end one too early?",
);
static BIASES_FORGOTTEN: Kind = mistake(
    "biases forgotten on the way forward",
    "the biases are not added on the way forward",
    "z = a W + b: this network has biases",
);
static TRUTH_TURNED: Kind = mistake(
    "truth in another order",
    "the rows of y stand in the opposite order",
    "row n of y belongs to row n of x",
);
static TRUTH_LATER: Kind = mistake(
    "truth a row later",
    "each example is compared with the y of the next one",
    "row n of y belongs to row n of x: is an index off by one?",
);
static TRUTH_EARLIER: Kind = mistake(
    "truth a row earlier",
    "each example is compared with the y of the one before",
    "row n of y belongs to row n of x: is an index off by one?",
);
static TRUTH_COLUMNS_TURNED: Kind = mistake(
    "truth's columns in another order",
    "the columns of y stand in the opposite order",
    "column k of y belongs to output k",
);
static TRUTH_COLUMNS_LATER: Kind = mistake(
    "truth a column later",
    "each output is compared with the y of the next one",
    "column k of y belongs to output k: do the classes count from 0 on one side and from 1 on the other?",
);
static TRUTH_COLUMNS_EARLIER: Kind = mistake(
    "truth a column earlier",
    "each output is compared with the y of the one before",
    "column k of y belongs to output k: do the classes count from 0 on one side and from 1 on the other?",
);

const SETTING: &str = "the activation functions must be the same on both sides: `net.activations()` says which this network has";

/// Of [`Activation::ALL`], each as a mistake.
static OTHER_HIDDEN: [(Activation, Kind); 4] = [
    (
        Activation::Sigmoid,
        mistake(
            "another activation",
            "these are the slopes of a network with the sigmoid in the hidden layers",
            SETTING,
        ),
    ),
    (
        Activation::Tanh,
        mistake(
            "another activation",
            "these are the slopes of a network with tanh in the hidden layers",
            SETTING,
        ),
    ),
    (
        Activation::Relu,
        mistake(
            "another activation",
            "these are the slopes of a network with ReLU in the hidden layers",
            SETTING,
        ),
    ),
    (
        Activation::Identity,
        mistake(
            "another activation",
            "these are the slopes of a network with no activation function in the hidden layers",
            SETTING,
        ),
    ),
];
static OTHER_OUTPUT: [(Activation, Kind); 5] = [
    (
        Activation::Sigmoid,
        mistake(
            "another activation",
            "these are the slopes of a network with the sigmoid at the output",
            SETTING,
        ),
    ),
    (
        Activation::Tanh,
        mistake("another activation", "these are the slopes of a network with tanh at the output", SETTING),
    ),
    (
        Activation::Relu,
        mistake("another activation", "these are the slopes of a network with ReLU at the output", SETTING),
    ),
    (
        Activation::Identity,
        mistake(
            "another activation",
            "these are the slopes of a network with no activation function at the output",
            SETTING,
        ),
    ),
    (
        Activation::Softmax,
        mistake(
            "another activation",
            "these are the slopes of a network with softmax at the output",
            SETTING,
        ),
    ),
];

impl<'a> Basis<'a> {
    pub fn of(net: &'a Network, x: &Array2<f64>, y: &Array2<f64>) -> Option<Basis<'a>> {
        let pass = net.forward(x).ok()?;
        let n = net.weights.len();
        Some(Basis {
            net,
            y: y.clone(),
            z: pass.z,
            a: pass.a,
            w: &net.weights,
            hidden: net.hidden_activation,
            output: net.output_activation,
            mistake: None,
            slopes: (0..n).map(|_| OnceCell::new()).collect(),
            sources: (0..n).map(|_| OnceCell::new()).collect(),
        })
    }

    pub fn activation(&self, layer: usize) -> Activation {
        if layer == self.w.len() + 1 { self.output } else { self.hidden }
    }

    pub fn units(&self, layer: usize) -> Units<'_> {
        Units {
            f: self.activation(layer),
            z: &self.z[layer - 2],
            a: &self.a[layer - 1],
            layer,
            y: &self.y,
            hidden: self.hidden,
            output: self.output,
            all_z: &self.z,
        }
    }

    pub fn slopes(&self, layer: usize) -> &LayerSlopes {
        self.slopes[layer - 2].get_or_init(|| {
            let units = self.units(layer);
            let right = match units.f {
                Activation::Softmax => None,
                f => Some(units.z.mapv(|z| f.slope(z))),
            };
            let wrong = SLOPES.iter().filter(|slope| slope.of.contains(&units.f));
            LayerSlopes { right, wrong: wrong.map(|slope| (slope, slope.compute(&units))).collect() }
        })
    }

    /// What may stand for a^(i + 1) in the slopes of W^(i + 1), where it is not the same.
    pub fn sources(&self, i: usize) -> &[(&'static Source, Array2<f64>)] {
        self.sources[i].get_or_init(|| {
            let of = |source: &'static Source| {
                let values = (source.compute)(&self.numbers(), i)?;
                (!is_same(&values, &self.a[i])).then_some((source, values))
            };
            SOURCES.iter().filter_map(of).collect()
        })
    }

    /// The bases in which something is wrong.
    pub fn mistaken(
        net: &'a Network,
        x: &Array2<f64>,
        y: &Array2<f64>,
        previous: Option<&'a Network>,
    ) -> Vec<Basis<'a>> {
        let mut all = Vec::new();
        let mut add = |x: &Array2<f64>, y: &Array2<f64>, kind: &'static Kind| {
            all.extend(Basis::of(net, x, y).map(|b| Basis { mistake: Some((kind, Part::A(1))), ..b }));
        };
        let (n, n_inputs) = x.dim();
        if n_inputs > 1 {
            add(&(Array2::zeros(x.dim()) + x.column(0).insert_axis(Axis(1))), y, &COLUMN_TWICE);
            add(&x.select(Axis(1), &(0..n_inputs).rev().collect::<Vec<_>>()), y, &COLUMNS_TURNED);
        }
        if n > 1 {
            let rows = |rows: std::ops::Range<usize>| {
                let rows: Vec<usize> = rows.collect();
                (x.select(Axis(0), &rows), y.select(Axis(0), &rows))
            };
            for (some, kind) in [
                (0..1, &FIRST_EXAMPLE),
                (n - 1..n, &LAST_EXAMPLE),
                (1..n, &FIRST_LEFT_OUT),
                (0..n - 1, &LAST_LEFT_OUT),
            ] {
                let is_known = n == 2
                    && some.len() == 1
                    && (std::ptr::eq(kind, &FIRST_LEFT_OUT) || std::ptr::eq(kind, &LAST_LEFT_OUT));
                if !is_known {
                    let (x, y) = rows(some);
                    add(&x, &y, kind);
                }
            }
            let order = |rows: Vec<usize>| y.select(Axis(0), &rows);
            add(x, &order((0..n).rev().collect()), &TRUTH_TURNED);
            if n > 2 {
                add(x, &order((1..=n).map(|row| row % n).collect()), &TRUTH_LATER);
                add(x, &order((n - 1..2 * n - 1).map(|row| row % n).collect()), &TRUTH_EARLIER);
            }
        }
        let n_outputs = y.ncols();
        if n_outputs > 1 {
            let order = |columns: Vec<usize>| y.select(Axis(1), &columns);
            add(x, &order((0..n_outputs).rev().collect()), &TRUTH_COLUMNS_TURNED);
            if n_outputs > 2 {
                let k = n_outputs;
                add(x, &order((1..=k).map(|column| column % k).collect()), &TRUTH_COLUMNS_LATER);
                add(x, &order((k - 1..2 * k - 1).map(|column| column % k).collect()), &TRUTH_COLUMNS_EARLIER);
            }
        }
        let of_other = |hidden: Activation, output: Activation, kind: &'static Kind| {
            let other = net.clone().with_activations(hidden, output);
            let pass = other.forward(x).ok()?;
            let mistake = Some((kind, Part::A(2)));
            Basis::of(net, x, y).map(|b| Basis { z: pass.z, a: pass.a, hidden, output, mistake, ..b })
        };
        let (hidden, output) = (net.hidden_activation, net.output_activation);
        if net.weights.len() > 1 {
            let others = OTHER_HIDDEN.iter().filter(|(found, _)| *found != hidden);
            all.extend(others.filter_map(|(found, kind)| of_other(*found, output, kind)));
        }
        // the logarithm takes numbers from 0 to 1 only
        let is_possible = |found: Activation| {
            !matches!(net.cost, Cost::CrossEntropy { .. })
                || matches!(found, Activation::Sigmoid | Activation::Softmax)
        };
        // softmax of one output is 1
        let others = OTHER_OUTPUT
            .iter()
            .filter(|(found, _)| *found != output && is_possible(*found))
            .filter(|(found, _)| *found != Activation::Softmax || y.ncols() > 1);
        all.extend(others.filter_map(|(found, kind)| of_other(hidden, *found, kind)));
        let bases = all.len();
        if let Some(previous) = previous {
            let stale = |w: &'a [Array2<f64>], kind: &'static Kind| {
                Basis::of(previous, x, y).map(|b| Basis { net, w, mistake: Some((kind, Part::A(2))), ..b })
            };
            // without a hidden layer and a penalty the two are the same
            if net.weights.len() > 1 || net.cost.lambda() > 0.0 {
                all.extend(stale(&net.weights, &STALE_PASS));
            }
            all.extend(stale(&previous.weights, &STALE_GRADIENT));
        }
        if net.has_bias() {
            let biases: Vec<Array1<f64>> = net.biases.iter().map(|b| Array1::zeros(b.len())).collect();
            let without = Network { biases, ..net.clone() };
            if let Ok(pass) = without.forward(x) {
                let mistake = Some((&BIASES_FORGOTTEN, Part::A(2)));
                all.extend(Basis::of(net, x, y).map(|b| Basis { z: pass.z, a: pass.a, mistake, ..b }));
            }
        }
        // those that a reader meets most often first
        all.rotate_left(bases);
        all
    }

    pub fn numbers(&self) -> Numbers<'_> {
        Numbers { z: &self.z, a: &self.a, w: self.w, hidden: self.hidden }
    }

    /// The number of examples by which a mean divides; 1 for a sum.
    pub fn divisor(&self) -> f64 {
        if self.net.cost.is_mean() { self.y.nrows() as f64 } else { 1.0 }
    }

    /// λ W, which is added to dJ/dW; nothing where there is no penalty.
    pub fn penalty(&self, i: usize) -> Option<Array2<f64>> {
        let lambda = self.net.cost.lambda();
        (lambda > 0.0).then(|| lambda * &self.w[i])
    }

    /// What the slopes of each dJ/dW and dJ/db would be if nothing cancelled: rounding errors are counted beside it.
    pub fn sizes(&self) -> (Vec<f64>, Vec<f64>) {
        let size = |array: &Array2<f64>| array.mapv(f64::abs);
        let n_weights = self.w.len();
        // f′ loses digits too, where 1 − a is nearly 0
        let slope = |layer: usize| {
            let f = if layer == n_weights { self.net.output_activation } else { self.net.hidden_activation };
            match f {
                Activation::Softmax => Array2::ones(self.a[layer].dim()),
                _ => self.z[layer - 1].mapv(|z| f.slope(z).abs()),
            }
        };
        let error = size(&(&self.a[n_weights] - &self.y));
        let terms = size(&self.a[n_weights]) + size(&self.y);
        let through = !matches!(self.net.cost, Cost::CrossEntropy { .. });
        let mut delta = vec![if through { terms * slope(n_weights) + error } else { terms } / self.divisor()];
        for layer in (1..n_weights).rev() {
            let back = delta[delta.len() - 1].dot(&size(&self.w[layer]).t());
            let settled = &back * &slope(layer);
            // the part that f′ makes small still has f′'s own rounding
            delta.push(settled + 0.1 * &back);
        }
        delta.reverse();
        let lambda = self.net.cost.lambda();
        let largest = |array: Array2<f64>| array.fold(0.0, |m: f64, &v| m.max(v));
        let of_w = |i: usize| largest(size(&self.a[i]).t().dot(&delta[i]) + lambda * size(&self.w[i]));
        let of_b = |i: usize| delta[i].sum_axis(Axis(0)).fold(0.0, |m: f64, &v| m.max(v));
        ((0..n_weights).map(of_w).collect(), (0..n_weights).map(of_b).collect())
    }
}
