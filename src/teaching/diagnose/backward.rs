//! Backpropagation with a classic mistake in it.

use super::mistake::{Mistake, Part};
use crate::error::Result;
use crate::model::{Activation, Cost, ForwardPass, Network};
use ndarray::{Array2, Axis};

/// What every backward pass starts from.
pub(super) struct Setting<'a> {
    pub net: &'a Network,
    pub y: &'a Array2<f64>,
    pub pass: ForwardPass,
    /// The network before the last step, and its forward pass.
    pub previous: Option<(&'a Network, ForwardPass)>,
}

/// What the slopes of one array are made of: data + penalty.
pub(super) struct Slopes {
    /// What the weights multiply: a, and z where there is one.
    pub a: Array2<f64>,
    pub z: Option<Array2<f64>>,
    pub delta: Array2<f64>,
    /// aᵀ δ, or the sum of the rows of δ.
    pub data: Array2<f64>,
    /// λ W, or 0.
    pub penalty: Array2<f64>,
    /// λ b, which does not belong there; nothing for weights.
    pub wrong_penalty: Option<Array2<f64>>,
}

impl Setting<'_> {
    pub fn n(&self) -> f64 {
        self.y.nrows() as f64
    }

    /// Every mistake in δ or before it that this network can have, where the shapes fit.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let net = self.net;
        let last = net.weights.len() + 1;
        let squared = !matches!(net.cost, Cost::CrossEntropy { .. });
        let activation =
            |layer: usize| if layer == last { net.output_activation } else { net.hidden_activation };
        // layers whose δ has a factor f′, and where that is not 1
        let layers = |matches: &dyn Fn(Activation) -> bool| -> Vec<usize> {
            let through_slope = (2..=last).filter(|&layer| layer < last || squared);
            through_slope.filter(|&layer| matches(activation(layer))).collect()
        };
        let sloped = layers(&|f| f != Activation::Identity);
        let curved = layers(&|f| matches!(f, Activation::Sigmoid | Activation::Tanh));
        let n = self.y.nrows();
        let mut by_entry = layers(&|f| f != Activation::Softmax);
        by_entry.retain(|&layer| net.weights[layer - 2].ncols() == n);
        let soft = layers(&|f| f == Activation::Softmax);

        let mut mistakes = Vec::new();
        let mut add = |layers: &[usize], mistake: &dyn Fn(Vec<usize>) -> Mistake| {
            mistakes.extend(groups(layers, last).into_iter().map(mistake));
        };
        add(&sloped, &|layers| Mistake::SlopeMissing { layers });
        add(&curved, &|layers| Mistake::SlopeAtActivation { layers });
        add(&curved, &|layers| Mistake::SlopeFormulaOfZ { layers });
        add(&by_entry, &|layers| Mistake::MatrixProductWithSlope { layers });
        add(&soft, &|layers| Mistake::SoftmaxDiagonal { layers });
        let square: Vec<usize> = (2..last).filter(|&layer| net.weights[layer - 1].is_square()).collect();
        add(&square, &|layers| Mistake::WeightNotTransposed { layers });
        if !squared {
            mistakes.push(Mistake::SquaredErrorDelta);
        }
        if self.previous.is_some() {
            // without a hidden layer and a penalty the two are the same
            if net.weights.len() > 1 || net.cost.lambda() > 0.0 {
                mistakes.push(Mistake::StaleForwardPass);
            }
            mistakes.push(Mistake::StaleGradient);
        }
        mistakes
    }

    /// The arrays that are looked at.
    pub fn parts(&self, with_biases: bool) -> Vec<Part> {
        let n = self.net.weights.len();
        let biases = if with_biases { 1..n + 1 } else { 1..1 };
        (1..=n).map(Part::DjDw).chain(biases.map(Part::DjDb)).collect()
    }

    /// The slopes of each part by a backward pass with these mistakes.
    pub fn backward(&self, mistakes: &[&Mistake], parts: &[Part]) -> Option<Vec<Slopes>> {
        let has = |mistake: &Mistake| mistakes.contains(&mistake);
        let (net, pass) = match &self.previous {
            Some((previous, pass)) if has(&Mistake::StaleGradient) => (*previous, pass),
            Some((_, pass)) if has(&Mistake::StaleForwardPass) => (self.net, pass),
            _ => (self.net, &self.pass),
        };
        let last = net.weights.len() + 1;
        let mut delta = vec![self.output_delta(mistakes, net, pass)?];
        for layer in (2..last).rev() {
            let (w, after) = (&net.weights[layer - 1], &delta[delta.len() - 1]);
            let turned = !is_in(mistakes, layer, |m| matches!(m, Mistake::WeightNotTransposed { .. }));
            let dj_da = if turned { after.dot(&w.t()) } else { after.dot(w) };
            delta.push(through_slope(mistakes, net.hidden_activation, layer, pass, dj_da)?);
        }
        delta.reverse();
        let slopes = |part: &Part| {
            let (is_weight, i) = match *part {
                Part::DjDw(layer) => (true, layer - 1),
                Part::DjDb(layer) => (false, layer - 1),
                _ => return None,
            };
            let (a, delta) = (&pass.a[i], &delta[i]);
            let lambda = net.cost.lambda();
            Some(if is_weight {
                Slopes {
                    a: a.clone(),
                    z: i.checked_sub(1).map(|i| pass.z[i].clone()),
                    delta: delta.clone(),
                    data: a.t().dot(delta),
                    penalty: lambda * &net.weights[i],
                    wrong_penalty: None,
                }
            } else {
                let data = delta.sum_axis(Axis(0)).insert_axis(Axis(0));
                Slopes {
                    a: a.clone(),
                    z: None,
                    delta: delta.clone(),
                    penalty: Array2::zeros(data.dim()),
                    wrong_penalty: Some(lambda * &net.biases[i].clone().insert_axis(Axis(0))),
                    data,
                }
            })
        };
        parts.iter().map(slopes).collect()
    }

    fn output_delta(&self, mistakes: &[&Mistake], net: &Network, pass: &ForwardPass) -> Option<Array2<f64>> {
        let last = net.weights.len() + 1;
        let y_hat = &pass.a[last - 1];
        match net.cost {
            Cost::CrossEntropy { .. } if mistakes.contains(&&Mistake::SquaredErrorDelta) => {
                let error = (y_hat - self.y) / self.n();
                Some(net.output_activation.dj_dz(&pass.z[last - 2], y_hat, error))
            }
            Cost::CrossEntropy { .. } => Some(net.output_delta(pass, self.y)),
            Cost::MeanSquares { .. } => {
                let error = (y_hat - self.y) / self.n();
                through_slope(mistakes, net.output_activation, last, pass, error)
            }
            Cost::SumOfSquares => through_slope(mistakes, net.output_activation, last, pass, y_hat - self.y),
        }
    }

    /// By how much the machine's rounding may change the slopes of each part: what they would be if nothing cancelled, no slope
    /// f′ made them smaller, and every addition lost its last digits.
    pub fn rounding(&self, parts: &[Part]) -> Result<Vec<f64>> {
        const LAST_DIGITS: f64 = 1e-14;
        let size = |array: &Array2<f64>| array.mapv(f64::abs);
        let last = self.net.weights.len();
        let mut delta = vec![size(&self.pass.a[last]) + size(self.y)];
        if self.net.cost != Cost::SumOfSquares {
            delta[0] /= self.n();
        }
        for w in self.net.weights[1..].iter().rev() {
            delta.push(delta[delta.len() - 1].dot(&size(w).t()));
        }
        delta.reverse();
        let lambda = self.net.cost.lambda();
        let largest = |array: Array2<f64>| array.fold(0.0, |m: f64, &v| m.max(v));
        let of_part = |part: &Part| match *part {
            Part::DjDw(layer) => {
                let (a, w) = (size(&self.pass.a[layer - 1]), size(&self.net.weights[layer - 1]));
                largest(a.t().dot(&delta[layer - 1]) + lambda * w)
            }
            Part::DjDb(layer) => delta[layer - 1].sum_axis(Axis(0)).fold(0.0, |m: f64, &v| m.max(v)),
            _ => 0.0,
        };
        Ok(parts.iter().map(|part| LAST_DIGITS * of_part(part)).collect())
    }
}

/// Each layer by itself; all hidden ones; all.
fn groups(layers: &[usize], last: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = layers.iter().map(|&layer| vec![layer]).collect();
    let hidden: Vec<usize> = layers.iter().copied().filter(|&layer| layer < last).collect();
    for group in [hidden, layers.to_vec()] {
        if group.len() > 1 && !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}

/// Whether one of the mistakes is of this kind and in this layer.
fn is_in(mistakes: &[&Mistake], layer: usize, kind: fn(&Mistake) -> bool) -> bool {
    mistakes.iter().any(|m| kind(m) && m.layers().contains(&layer))
}

/// dJ/dz of a layer from its dJ/da, with the mistakes of this layer, which must be ones that it can have.
fn through_slope(
    mistakes: &[&Mistake],
    f: Activation,
    layer: usize,
    pass: &ForwardPass,
    dj_da: Array2<f64>,
) -> Option<Array2<f64>> {
    let (z, a) = (&pass.z[layer - 2], &pass.a[layer - 1]);
    let has = |kind| is_in(mistakes, layer, kind);
    // a second mistake in the same place cannot be made
    if has(|m| matches!(m, Mistake::SlopeMissing { .. })) {
        Some(dj_da)
    } else if has(|m| matches!(m, Mistake::SlopeAtActivation { .. })) {
        Some(dj_da * f.derivative(a).ok()?)
    } else if has(|m| matches!(m, Mistake::SlopeFormulaOfZ { .. })) {
        let slope = match f {
            Activation::Sigmoid => z.mapv(|z| z * (1.0 - z)),
            Activation::Tanh => z.mapv(|z| 1.0 - z * z),
            _ => return None,
        };
        Some(dj_da * slope)
    } else if has(|m| matches!(m, Mistake::SoftmaxDiagonal { .. })) {
        Some(dj_da * a * (1.0 - a))
    } else if has(|m| matches!(m, Mistake::MatrixProductWithSlope { .. })) {
        Some(dj_da.dot(&f.derivative(z).ok()?))
    } else {
        Some(f.dj_dz(z, a, dj_da))
    }
}
