//! What may stand for δ Wᵀ on the way back, for aᵀ δ in the slopes of the weights, and for the sum of δ's rows in those of the
//! biases.

use super::mistake::{Kind, mistake};
use crate::model::Activation;
use ndarray::{Array2, Axis};

/// All z, a and W, as [`ForwardPass`](crate::ForwardPass) and [`Network`](crate::Network) hold them: z\[0\] is z^(2), a\[0\] is x.
pub(super) struct Numbers<'a> {
    pub z: &'a [Array2<f64>],
    pub a: &'a [Array2<f64>],
    pub w: &'a [Array2<f64>],
    pub hidden: Activation,
}

/// A mistake on the way from δ^(l + 1) to dJ/da^(l). `i` counts W from 0.
pub(super) struct WayBack {
    pub kind: Kind,
    pub compute: fn(&Numbers, &Array2<f64>, usize) -> Option<Array2<f64>>,
}

pub(super) static WAYS_BACK: &[WayBack] = &[
    WayBack {
        kind: mistake(
            "W not transposed",
            "{at} {is} not transposed on the way back",
            "the error goes back over the same wires: row j of W holds those that leave unit j, and the sum goes over where they \
             lead. Without ᵀ the shapes fit only by chance; try it with another number of units",
        ),
        compute: |n, delta, i| n.w[i].is_square().then(|| delta.dot(&n.w[i])),
    },
    WayBack {
        kind: mistake(
            "W missing on the way back",
            "{at} {is} missing on the way back: δ is only summed",
            "the error goes back over the same wires, each times its weight: δ Wᵀ",
        ),
        compute: |n, delta, i| {
            let sums = delta.sum_axis(Axis(1)).insert_axis(Axis(1));
            Some(sums.dot(&Array2::ones((1, n.w[i].nrows()))))
        },
    },
    WayBack {
        kind: mistake(
            "W of another layer on the way back",
            "the W of another layer stands where {at} belongs on the way back",
            "the error goes back over the wires that it came by: δ⁽³⁾ over W⁽²⁾, δ⁽⁴⁾ over W⁽³⁾",
        ),
        compute: |n, delta, i| {
            let other = (0..n.w.len()).filter(|&k| k != i).find(|&k| n.w[k].dim() == n.w[i].dim())?;
            Some(delta.dot(&n.w[other].t()))
        },
    },
    WayBack {
        kind: mistake(
            "W before turned round",
            "the W before the layer stands where {at} belongs on the way back",
            "the error goes back over the wires that it came by: δ⁽³⁾ over W⁽²⁾, δ⁽⁴⁾ over W⁽³⁾",
        ),
        compute: |n, delta, i| {
            let before = &n.w[i.checked_sub(1)?];
            (before.nrows() == delta.ncols() && before.ncols() == n.w[i].nrows()).then(|| delta.dot(before))
        },
    },
    WayBack {
        kind: mistake(
            "first unit left out on the way back",
            "the first unit behind {at} is left out on the way back",
            "the sum goes over all units of the layer behind; does a loop begin at 1?",
        ),
        compute: |n, delta, i| without_unit(n, delta, i, 0),
    },
    WayBack {
        kind: mistake(
            "last unit left out on the way back",
            "the last unit behind {at} is left out on the way back",
            "the sum goes over all units of the layer behind; does a loop end one too early?",
        ),
        compute: |n, delta, i| without_unit(n, delta, i, delta.ncols() - 1),
    },
    WayBack {
        kind: mistake(
            "only the first unit on the way back",
            "only the first unit behind {at} sends anything back",
            "the sum goes over all units of the layer behind",
        ),
        compute: |n, delta, i| only_unit(n, delta, i, 0),
    },
    WayBack {
        kind: mistake(
            "only the last unit on the way back",
            "only the last unit behind {at} sends anything back",
            "the sum goes over all units of the layer behind: add up (+=) and do not overwrite (=)",
        ),
        compute: |n, delta, i| only_unit(n, delta, i, delta.ncols() - 1),
    },
    WayBack {
        kind: mistake(
            "W as shares on the way back",
            "{at} {is} divided by the sum of its units' weights on the way back, as shares of the error",
            "the chain rule multiplies by the weights as they are: δ Wᵀ",
        ),
        compute: |n, delta, i| Some(delta.dot(&(&n.w[i] / &n.w[i].sum_axis(Axis(0))).t())),
    },
    WayBack {
        kind: mistake(
            "|W| on the way back",
            "|W| stands where {at} belongs on the way back",
            "each wire takes its weight with its sign: δ Wᵀ",
        ),
        compute: |n, delta, i| Some(delta.dot(&n.w[i].mapv(f64::abs).t())),
    },
    WayBack {
        kind: mistake(
            "W squared on the way back",
            "W² stands where {at} belongs on the way back",
            "each wire takes its weight once: δ Wᵀ",
        ),
        compute: |n, delta, i| Some(delta.dot(&n.w[i].mapv(|w| w * w).t())),
    },
];

fn without_unit(n: &Numbers, delta: &Array2<f64>, i: usize, unit: usize) -> Option<Array2<f64>> {
    (delta.ncols() > 1).then(|| {
        let mut delta = delta.clone();
        delta.column_mut(unit).fill(0.0);
        delta.dot(&n.w[i].t())
    })
}

fn only_unit(n: &Numbers, delta: &Array2<f64>, i: usize, unit: usize) -> Option<Array2<f64>> {
    (delta.ncols() > 1).then(|| {
        let mut only = Array2::zeros(delta.dim());
        only.column_mut(unit).assign(&delta.column(unit));
        only.dot(&n.w[i].t())
    })
}

/// A mistake in what δ is multiplied by for dJ/dW. `i` counts W from 0.
pub(super) struct Source {
    pub kind: Kind,
    /// What stands for a: examples × units before.
    pub compute: fn(&Numbers, usize) -> Option<Array2<f64>>,
}

pub(super) static SOURCES: &[Source] = &[
    Source {
        kind: mistake(
            "z for a",
            "z stands where a belongs in {at}",
            "what the weights multiply on the way forward is a, not z",
        ),
        compute: |n, i| Some(n.z[i.checked_sub(1)?].clone()),
    },
    Source {
        kind: mistake(
            "a not transposed",
            "a is not transposed in {at}",
            "the sum goes over the examples, which are the rows of both a and δ: turn a over. Without ᵀ the shapes fit only by \
             chance; try it with another number of examples",
        ),
        compute: |n, i| n.a[i].is_square().then(|| n.a[i].t().to_owned()),
    },
    Source {
        kind: mistake(
            "own output for input",
            "the layer's own output stands where its input belongs in {at}",
            "the weights multiply what comes from the layer before: dJ/dW⁽ˡ⁾ has a⁽ˡ⁾ in it, and not a⁽ˡ⁺¹⁾",
        ),
        compute: |n, i| (n.a[i + 1].dim() == n.a[i].dim()).then(|| n.a[i + 1].clone()),
    },
    Source {
        kind: mistake(
            "another layer's a",
            "the a of another layer stands where its own belongs in {at}",
            "the weights multiply what comes from the layer before: dJ/dW⁽ˡ⁾ has a⁽ˡ⁾ in it",
        ),
        compute: |n, i| {
            let fits = |&k: &usize| k != i && k != i + 1 && n.a[k].dim() == n.a[i].dim();
            (0..n.a.len() - 1).find(fits).map(|k| n.a[k].clone())
        },
    },
    Source {
        kind: mistake(
            "a missing",
            "a is missing in {at}: δ is only summed",
            "each weight multiplies its own a, so its slope has that a as a factor: aᵀ δ",
        ),
        compute: |n, i| Some(Array2::ones(n.a[i].dim())),
    },
    Source {
        kind: mistake(
            "mean of a",
            "the mean of a over the examples stands where each example's own belongs in {at}",
            "the mean of a product is not the product of the means: aᵀ δ first",
        ),
        compute: |n, i| {
            let mean = n.a[i].sum_axis(Axis(0)) / n.a[i].nrows() as f64;
            (n.a[i].nrows() > 1).then(|| Array2::zeros(n.a[i].dim()) + mean)
        },
    },
    Source {
        kind: mistake(
            "only the first example in the sum",
            "only the first example is in {at}",
            "the sum goes over all examples",
        ),
        compute: |n, i| only_example(n, i, 0),
    },
    Source {
        kind: mistake(
            "only the last example in the sum",
            "only the last example is in {at}",
            "the sum goes over all examples: add up (+=) and do not overwrite (=)",
        ),
        compute: |n, i| only_example(n, i, n.a[i].nrows() - 1),
    },
    Source {
        kind: mistake("absolute a", "|a| stands where a belongs in {at}", "a keeps its sign: aᵀ δ"),
        compute: |n, i| n.a[i].iter().any(|&a| a < 0.0).then(|| n.a[i].mapv(f64::abs)),
    },
    Source {
        kind: mistake("a squared", "a² stands where a belongs in {at}", "the slope of w a is a: aᵀ δ"),
        compute: |n, i| Some(&n.a[i] * &n.a[i]),
    },
    Source {
        kind: mistake(
            "f of a for a",
            "the layer before went through its activation function once more in {at}",
            "what the weights multiply is a itself: aᵀ δ",
        ),
        compute: |n, i| (i > 0).then(|| n.a[i].mapv(crate::model::sigmoid)),
    },
    Source {
        kind: mistake(
            "slope for a",
            "f′(z) stands where a belongs in {at}",
            "what the weights multiply on the way forward is a: aᵀ δ",
        ),
        compute: |n, i| {
            let z = &n.z[i.checked_sub(1)?];
            (n.hidden != Activation::Softmax).then(|| z.mapv(|z| n.hidden.slope(z)))
        },
    },
];

fn only_example(n: &Numbers, i: usize, example: usize) -> Option<Array2<f64>> {
    (n.a[i].nrows() > 1).then(|| {
        let mut only = Array2::zeros(n.a[i].dim());
        only.row_mut(example).assign(&n.a[i].row(example));
        only
    })
}

/// A mistake in dJ/db, from δ and dJ/dW of the same layer.
pub(super) struct BiasSum {
    pub kind: Kind,
    pub compute: fn(&Array2<f64>, &Array2<f64>) -> Option<Array2<f64>>,
}

pub(super) static BIAS_SUMS: &[BiasSum] = &[
    BiasSum {
        kind: mistake(
            "bias slopes summed over the units",
            "{at} {is} summed over the units too, so that the layer has one number",
            "each unit has a bias of its own: sum over the examples only (axis 0 where rows are examples)",
        ),
        compute: |delta, _| (delta.ncols() > 1).then(|| Array2::from_elem((1, delta.ncols()), delta.sum())),
    },
    BiasSum {
        kind: mistake(
            "bias slopes over the units",
            "{at} {is} summed over the units instead of over the examples",
            "each unit has a bias of its own: sum over the examples (axis 0 where rows are examples)",
        ),
        compute: |delta, _| {
            (delta.is_square() && delta.len() > 1).then(|| delta.sum_axis(Axis(1)).insert_axis(Axis(0)))
        },
    },
    BiasSum {
        kind: mistake(
            "first example's bias slopes",
            "{at} {is} that of the first example, not summed over the examples",
            "the bias acts on every example: sum the rows of δ",
        ),
        compute: |delta, _| (delta.nrows() > 1).then(|| delta.row(0).to_owned().insert_axis(Axis(0))),
    },
    BiasSum {
        kind: mistake(
            "last example's bias slopes",
            "{at} {is} that of the last example, not summed over the examples",
            "the bias acts on every example: sum the rows of δ",
        ),
        compute: |delta, _| {
            (delta.nrows() > 1).then(|| delta.row(delta.nrows() - 1).to_owned().insert_axis(Axis(0)))
        },
    },
    BiasSum {
        kind: mistake(
            "bias slopes from the weights'",
            "{at} {is} the sum of the weights' slopes over the inputs",
            "a bias has the input 1, not the inputs' sum: sum the rows of δ, without a",
        ),
        compute: |_, dj_dw| Some(dj_dw.sum_axis(Axis(0)).insert_axis(Axis(0))),
    },
    BiasSum {
        kind: mistake(
            "bias slopes averaged from the weights'",
            "{at} {is} the mean of the weights' slopes over the inputs",
            "a bias has the input 1, not the inputs' mean: sum the rows of δ, without a",
        ),
        compute: |_, dj_dw| Some(dj_dw.sum_axis(Axis(0)).insert_axis(Axis(0)) / dj_dw.nrows() as f64),
    },
    BiasSum {
        kind: mistake(
            "bias slopes averaged over the units",
            "{at} {is} averaged over examples and units, so that the layer has one number",
            "each unit has a bias of its own: sum over the examples only (axis 0 where rows are examples)",
        ),
        compute: |delta, _| {
            (delta.ncols() > 1)
                .then(|| Array2::from_elem((1, delta.ncols()), delta.sum() / delta.len() as f64))
        },
    },
    BiasSum {
        kind: mistake("absolute bias slopes", "|δ| is summed for {at}", "δ keeps its sign in the sum"),
        compute: |delta, _| Some(delta.mapv(f64::abs).sum_axis(Axis(0)).insert_axis(Axis(0))),
    },
];
