//! A reader's own backward pass, written anew, in which any line can be put wrong.

use crate::case::{Case, f, slope};
use demystified::ndarray::{Array2, Axis};
use demystified::{Activation, Cost};

pub type Table = Array2<f64>;

/// Each line of a backward pass; as it stands it is right. Layers are numbered as in the series.
#[allow(clippy::type_complexity)]
pub struct Program {
    /// What stands for ŷ − y, from y, ŷ and z of the output.
    pub error: Box<dyn Fn(&Table, &Table, &Table) -> Table>,
    /// Whether the output's f′ is multiplied in, which the cross-entropy does not need.
    pub output_slope: Option<bool>,
    /// f′, from the layer, the activation, z and a.
    pub slope: Box<dyn Fn(usize, Activation, &Table, &Table) -> Table>,
    /// δ from dJ/da, f′ and a.
    pub through: Box<dyn Fn(usize, &Table, &Table, &Table) -> Table>,
    /// δ Wᵀ.
    pub back: Box<dyn Fn(usize, &Table, &Table) -> Table>,
    /// What goes back instead of δ of the output: from the error, δ and the activation.
    pub passed: Box<dyn Fn(&Table, &Table, &Table) -> Table>,
    /// What stands for a in dJ/dW of a layer, from all a and z.
    pub source: Box<dyn Fn(usize, &[Table], &[Table]) -> Table>,
    /// dJ/db from δ and dJ/dW.
    pub bias: Box<dyn Fn(usize, &Table, &Table) -> Table>,
    /// What is done with all slopes at the end: dJ/dW^(1), …, dJ/db^(1), ….
    pub end: Box<dyn Fn(&Case, &mut [Table])>,
    /// The rate with which W is changed before the error goes back, if it is.
    pub changes_early: Option<f64>,
    /// What is done with x before anything else.
    pub x: Box<dyn Fn(&Table) -> Table>,
    /// The activation functions of the hidden layers and of the output, from those of the network.
    pub functions: fn(Activation, Activation) -> (Activation, Activation),
    /// Of how many layers later f′ of a hidden layer is taken.
    pub slope_of: usize,
    /// Whether hidden units are compared with the truth.
    pub compares_hidden: bool,
    /// δ of a softmax layer from dJ/da and a.
    pub softmax: fn(&Table, &Table) -> Table,
    /// What is added to dJ/dW, from W and λ.
    pub penalty: fn(&Table, f64) -> Table,
}

impl Program {
    pub fn right() -> Program {
        Program {
            error: Box::new(|y, y_hat, _| y_hat - y),
            output_slope: None,
            slope: Box::new(|_, activation, z, _| slope(activation, z)),
            through: Box::new(|_, dj_da, slope, _| dj_da * slope),
            back: Box::new(|_, delta, w| delta.dot(&w.t())),
            passed: Box::new(|_, delta, _| delta.clone()),
            source: Box::new(|layer, a, _| a[layer - 1].clone()),
            bias: Box::new(|_, delta, _| delta.sum_axis(Axis(0)).insert_axis(Axis(0))),
            end: Box::new(|_, _| {}),
            changes_early: None,
            x: Box::new(Table::clone),
            functions: |hidden, output| (hidden, output),
            slope_of: 0,
            compares_hidden: false,
            softmax: through_softmax,
            penalty: |w, lambda| lambda * w,
        }
    }

    /// dJ/dW^(1), …, and dJ/db^(1), … if there are biases; none where the shapes do not fit.
    pub fn run(&self, case: &Case) -> Option<Vec<Table>> {
        let net = &case.net;
        let last = case.last();
        let (hidden, output) = net.activations();
        let (hidden, output) = (self.functions)(hidden, output);
        let function = |layer: usize| if layer == last { output } else { hidden };
        let (mut z, mut a) = (vec![Table::zeros((0, 0))], vec![(self.x)(&case.x)]);
        for layer in 2..=last {
            let mut sum = a[layer - 2].dot(&net.w(layer - 1));
            if net.has_bias() {
                sum += &net.b(layer - 1);
            }
            a.push(f(function(layer), &sum));
            z.push(sum);
        }
        let cross = matches!(net.cost_function(), Cost::CrossEntropy { .. });
        let n = if net.cost_function() == Cost::SumOfSquares { 1.0 } else { case.x.nrows() as f64 };
        let mut up = (self.error)(&case.y, &a[last - 1], &z[last - 1]) / n;
        if cross && self.output_slope != Some(true) && function(last) == Activation::Softmax {
            let total = case.y.sum_axis(Axis(1)).insert_axis(Axis(1));
            up = up + &a[last - 1] * &(total - 1.0) / n;
        }
        let (mut weights, mut biases) = (Vec::new(), Vec::new());
        for layer in (2..=last).rev() {
            let activation = function(layer);
            if self.compares_hidden && layer < last {
                up = &a[layer - 1] - &case.y;
            }
            let is_through = layer < last || self.output_slope.unwrap_or(!cross);
            let delta = match (is_through, activation) {
                (false, _) => up.clone(),
                (true, Activation::Softmax) => (self.softmax)(&up, &a[layer - 1]),
                _ => {
                    let of = if layer < last { layer + self.slope_of } else { layer };
                    let slope = (self.slope)(of, function(of), &z[of - 1], &a[of - 1]);
                    let slope = Table::zeros(up.dim()) + slope;
                    (self.through)(layer, &up, &slope, &a[layer - 1])
                }
            };
            if delta.dim() != z[layer - 1].dim() {
                return None;
            }
            let source = (self.source)(layer - 1, &a, &z);
            if source.dim() != a[layer - 2].dim() {
                return None;
            }
            let mut dj_dw = source.t().dot(&delta);
            let dj_db = (self.bias)(layer - 1, &delta, &dj_dw);
            dj_dw = dj_dw + (self.penalty)(&net.w(layer - 1), case.lambda());
            let w = net.w(layer - 1) - self.changes_early.unwrap_or(0.0) * &dj_dw;
            let passed = if layer == last { (self.passed)(&up, &delta, &a[layer - 1]) } else { delta };
            up = (self.back)(layer - 1, &passed, &w);
            weights.insert(0, dj_dw);
            biases.insert(0, dj_db);
        }
        if net.has_bias() {
            weights.extend(biases);
        }
        (self.end)(case, &mut weights);
        weights.iter().flatten().all(|v| v.is_finite()).then_some(weights)
    }
}

fn through_softmax(up: &Table, a: &Table) -> Table {
    let mut delta = Table::zeros(a.dim());
    for (row, mut out) in delta.rows_mut().into_iter().enumerate() {
        for j in 0..out.len() {
            out[j] =
                (0..out.len()).map(|k| up[[row, k]] * a[[row, k]] * (f64::from(j == k) - a[[row, j]])).sum();
        }
    }
    delta
}
