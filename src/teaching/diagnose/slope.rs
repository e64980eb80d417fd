//! What may stand for f′(z), and how it may be put together with what comes back.

use super::mistake::{Kind, mistake};
use crate::model::{Activation, sigmoid_prime};
use ndarray::{Array2, Axis, Zip};

/// One layer's numbers, examples × units, and those of the others for who takes them from there.
pub(super) struct Units<'a> {
    pub f: Activation,
    pub z: &'a Array2<f64>,
    pub a: &'a Array2<f64>,
    /// Counted as in the series: 2 is the first hidden one.
    pub layer: usize,
    pub y: &'a Array2<f64>,
    pub hidden: Activation,
    pub output: Activation,
    /// z^(2), …
    pub all_z: &'a [Array2<f64>],
}

impl Units<'_> {
    fn is_last(&self) -> bool {
        self.layer == self.all_z.len() + 1
    }

    /// f′ of another layer, where its shape fits or is stretched: one column to many.
    fn slope_of(&self, layer: usize) -> Option<Array2<f64>> {
        let z = self.all_z.get(layer.checked_sub(2)?)?;
        let f = if layer == self.all_z.len() + 1 { self.output } else { self.hidden };
        let fits = f != Softmax && (z.dim() == self.z.dim() || z.ncols() == 1 && z.nrows() == self.z.nrows());
        fits.then(|| Array2::zeros(self.z.dim()) + z.mapv(|z| f.slope(z)))
    }
}

/// A mistake in f′, entry by entry.
pub(super) struct Slope {
    pub kind: Kind,
    /// The activation functions whose slope is mistaken like this.
    pub of: &'static [Activation],
    pub by_entry: fn(Activation, f64, f64) -> f64,
}

impl Slope {
    pub fn compute(&self, units: &Units) -> Array2<f64> {
        Zip::from(units.z).and(units.a).map_collect(|&z, &a| (self.by_entry)(units.f, z, a))
    }
}

use Activation::{Identity, Relu, Sigmoid, Softmax, Tanh};

const CURVED: &[Activation] = &[Sigmoid, Tanh];
const SLOPED: &[Activation] = &[Sigmoid, Tanh, Relu, Softmax];
const EACH_BY_ITSELF: &[Activation] = &[Sigmoid, Tanh, Relu, Identity];
const ANY: &[Activation] = &[Sigmoid, Tanh, Relu, Identity, Softmax];

const fn slope(
    name: &'static str,
    clause: &'static str,
    hint: &'static str,
    of: &'static [Activation],
    by_entry: fn(Activation, f64, f64) -> f64,
) -> Slope {
    Slope { kind: mistake(name, clause, hint), of, by_entry }
}

/// A slope function that was typed wrongly, or derived wrongly.
const fn mistyped(
    name: &'static str,
    clause: &'static str,
    of: &'static [Activation],
    by_entry: fn(Activation, f64, f64) -> f64,
) -> Slope {
    const HINT: &str = "compare the slope function with f′: the sigmoid's is e^−z / (1 + e^−z)² = a (1 − a), tanh's 1 − a², \
                        ReLU's 1 where z > 0 and 0 elsewhere. Try it at z = 0, where the sigmoid's is ¼ and tanh's 1";
    slope(name, clause, HINT, of, by_entry)
}

/// f′ for one entry; softmax's as if it had its own z only.
fn derivative(f: Activation, z: f64, a: f64) -> f64 {
    if f == Softmax { a * (1.0 - a) } else { f.slope(z) }
}

pub(super) static SLOPES: &[Slope] = &[
    slope(
        "slope missing",
        "{at} {is} missing",
        "the slope passes through the activation function, so the chain rule needs its f′",
        SLOPED,
        |_, _, _| 1.0,
    ),
    slope(
        "softmax's diagonal",
        "softmax is treated as if each output had its own z only: {at}",
        "each output of softmax depends on all z of its row: with s = Σ_k dJ/da_k a_k, δ = a ∘ (dJ/da − s)",
        &[Softmax],
        |_, _, a| a * (1.0 - a),
    ),
    slope(
        "slope at a",
        "f′ is taken at a instead of at z: {at}",
        "f′ takes z. If your function wants a, it must compute a (1 − a) and not apply the sigmoid again",
        CURVED,
        |f, _, a| f.slope(a),
    ),
    slope(
        "slope's formula of z",
        "f′ is computed by its formula for a, but from z: {at}",
        "that formula takes a, the activations; give it a = f(z), or use f′(z)",
        CURVED,
        |f, z, _| if f == Sigmoid { z * (1.0 - z) } else { 1.0 - z * z },
    ),
    slope(
        "activation for slope",
        "f stands where f′ belongs: {at}",
        "on the way back the factor is the slope f′(z), not the activation f(z)",
        EACH_BY_ITSELF,
        |_, _, a| a,
    ),
    slope(
        "softmax's a for slope",
        "a stands where softmax's slope belongs: {at}",
        "each output of softmax depends on all z of its row: with s = Σ_k dJ/da_k a_k, δ = a ∘ (dJ/da − s)",
        &[Softmax],
        |_, _, a| a,
    ),
    mistyped(
        "slope 1 − a",
        "1 − a, for the sigmoid e^−z / (1 + e^−z), stands where f′ belongs: {at}",
        ANY,
        |_, _, a| 1.0 - a,
    ),
    mistyped("slope a²", "a² stands where f′ belongs: {at}", CURVED, |_, _, a| a * a),
    mistyped("slope 1 + a", "1 + a stands where f′ belongs: {at}", CURVED, |_, _, a| 1.0 + a),
    mistyped("slope a (1 + a)", "a (1 + a) stands where f′ belongs: {at}", CURVED, |_, _, a| a * (1.0 + a)),
    mistyped(
        "slope a² (1 − a)",
        "a² (1 − a) stands where f′ belongs: {at}",
        &[Sigmoid],
        |_, _, a| a * a * (1.0 - a),
    ),
    mistyped(
        "slope a (1 − a)²",
        "a (1 − a)² stands where f′ belongs: {at}",
        &[Sigmoid],
        |_, _, a| a * (1.0 - a) * (1.0 - a),
    ),
    mistyped("slope (1 − a)²", "(1 − a)² stands where f′ belongs: {at}", CURVED, |_, _, a| {
        (1.0 - a) * (1.0 - a)
    }),
    mistyped("slope a − a³", "a (1 − a²) stands where f′ belongs: {at}", CURVED, |_, _, a| {
        a * (1.0 - a * a)
    }),
    mistyped("slope 1 + a²", "1 + a² stands where f′ belongs: {at}", CURVED, |_, _, a| 1.0 + a * a),
    mistyped("slope a (1 − z)", "a (1 − z) stands where f′ belongs: {at}", CURVED, |_, z, a| {
        a * (1.0 - z)
    }),
    mistyped("slope z (1 − a)", "z (1 − a) stands where f′ belongs: {at}", CURVED, |_, z, a| {
        z * (1.0 - a)
    }),
    mistyped("slope 1 − z", "1 − z stands where f′ belongs: {at}", CURVED, |_, z, _| 1.0 - z),
    mistyped("slope z", "z stands where f′ belongs: {at}", SLOPED, |_, z, _| z),
    mistyped(
        "slope e^z / (1 + e^−z)²",
        "e^z / (1 + e^−z)² stands where f′ belongs, with a minus missing above the line: {at}",
        &[Sigmoid],
        |_, z, _| z.exp() / (1.0 + (-z).exp()).powi(2),
    ),
    mistyped(
        "slope e^−z / (1 + e^z)²",
        "e^−z / (1 + e^z)² stands where f′ belongs, with a minus missing below the line: {at}",
        &[Sigmoid],
        |_, z, _| (-z).exp() / (1.0 + z.exp()).powi(2),
    ),
    mistyped(
        "slope e^−z / (1 + e^−2z)",
        "e^−z / (1 + (e^−z)²) stands where f′ belongs, the square on the exponential alone: {at}",
        &[Sigmoid],
        |_, z, _| (-z).exp() / (1.0 + (-2.0 * z).exp()),
    ),
    mistyped(
        "slope e^z / (1 + e^2z)",
        "e^z / (1 + e^−2z) stands where f′ belongs: {at}",
        &[Sigmoid],
        |_, z, _| z.exp() / (1.0 + (-2.0 * z).exp()),
    ),
    mistyped(
        "slope e^−z / (1 + e^2z)",
        "e^−z / (1 + e^2z) stands where f′ belongs: {at}",
        &[Sigmoid],
        |_, z, _| (-z).exp() / (1.0 + (2.0 * z).exp()),
    ),
    mistyped(
        "slope e^z / (1 + e^−z)",
        "e^z / (1 + e^−z) stands where f′ belongs: {at}",
        &[Sigmoid],
        |_, z, _| z.exp() / (1.0 + (-z).exp()),
    ),
    mistyped(
        "slope e^−z / (1 + e^z)",
        "e^−z / (1 + e^z) stands where f′ belongs: {at}",
        &[Sigmoid],
        |_, z, _| (-z).exp() / (1.0 + z.exp()),
    ),
    mistyped(
        "slope e^−z / (1 + e^−z²)",
        "e^−z / (1 + e^−z²) stands where f′ belongs, the square on z alone: {at}",
        &[Sigmoid],
        |_, z, _| (-z).exp() / (1.0 + (-z * z).exp()),
    ),
    mistyped(
        "slope e^−z / (1 − e^−z)²",
        "e^−z / (1 − e^−z)² stands where f′ belongs: {at}",
        &[Sigmoid],
        |_, z, _| (-z).exp() / (1.0 - (-z).exp()).powi(2),
    ),
    mistyped(
        "slope 1 + e^−z brackets lost",
        "e^−z / 1 + e^−z² stands where f′ belongs, without the brackets of (1 + e^−z)²: {at}",
        &[Sigmoid],
        |_, z, _| (-z).exp() + (-2.0 * z).exp(),
    ),
    mistyped("slope e^−z", "e^−z stands where f′ belongs: {at}", CURVED, |_, z, _| (-z).exp()),
    mistyped("slope e^z", "e^z stands where f′ belongs: {at}", CURVED, |_, z, _| z.exp()),
    mistyped(
        "slope 2 / (e^z + e^−z)",
        "2 / (e^z + e^−z) stands where tanh's slope belongs, without its square: {at}",
        &[Tanh],
        |_, z, _| 1.0 / z.cosh(),
    ),
    mistyped(
        "slope 1 / (e^z + e^−z)²",
        "1 / (e^z + e^−z)² stands where tanh's slope 4 / (e^z + e^−z)² belongs: {at}",
        &[Tanh],
        |_, z, _| 0.25 / z.cosh().powi(2),
    ),
    mistyped(
        "slope 1 − tanh z²",
        "1 − tanh(z²) stands where tanh's slope belongs, the square on z: {at}",
        &[Tanh],
        |_, z, _| 1.0 - (z * z).tanh(),
    ),
    mistyped(
        "slope 1 / (1 + z²)",
        "1 / (1 + z²), arctan's slope, stands where f′ belongs: {at}",
        CURVED,
        |_, z, _| 1.0 / (1.0 + z * z),
    ),
    slope(
        "sigmoid's slope",
        "the sigmoid's slope a (1 − a) stands where another function's f′ belongs: {at}",
        "each activation function has a slope of its own: a (1 − a) belongs to the sigmoid alone. Tanh has 1 − a², ReLU 1 where \
         z > 0, and the identity 1",
        &[Tanh, Relu, Identity],
        |_, _, a| a * (1.0 - a),
    ),
    slope(
        "sigmoid's slope of z",
        "the sigmoid's slope of z stands where another function's f′ belongs: {at}",
        "each activation function has a slope of its own: tanh has 1 − a², ReLU 1 where z > 0, and the identity 1",
        &[Tanh, Relu, Identity, Softmax],
        |_, z, _| sigmoid_prime(z),
    ),
    slope(
        "tanh's slope",
        "tanh's slope 1 − a² stands where another function's f′ belongs: {at}",
        "each activation function has a slope of its own: the sigmoid has a (1 − a), ReLU 1 where z > 0, and the identity 1",
        &[Sigmoid, Relu, Identity, Softmax],
        |_, _, a| 1.0 - a * a,
    ),
    slope(
        "tanh's slope of z",
        "tanh's slope of z stands where another function's f′ belongs: {at}",
        "each activation function has a slope of its own: the sigmoid has a (1 − a), ReLU 1 where z > 0, and the identity 1",
        &[Sigmoid, Relu, Identity],
        |_, z, _| Tanh.slope(z),
    ),
    slope(
        "ReLU's slope",
        "ReLU's slope, 1 where z > 0, stands where another function's f′ belongs: {at}",
        "each activation function has a slope of its own: the sigmoid has a (1 − a), tanh 1 − a², and the identity 1",
        &[Sigmoid, Tanh, Identity, Softmax],
        |_, z, _| f64::from(z > 0.0),
    ),
    slope(
        "ReLU's slope turned round",
        "ReLU's slope is 1 where z < 0 and 0 where z > 0, the wrong way round: {at}",
        "ReLU lets z through where it is positive: its slope is 1 where z > 0, and 0 elsewhere",
        &[Relu],
        |_, z, _| f64::from(z <= 0.0),
    ),
    slope(
        "ReLU's slope −1",
        "ReLU's slope is −1 where z < 0, and belongs to |z|: {at}",
        "ReLU is 0 where z < 0, so its slope is 0 there",
        &[Relu],
        |_, z, _| if z > 0.0 { 1.0 } else { -1.0 },
    ),
    slope(
        "leaky ReLU's slope",
        "a leaky ReLU's slope, 0.01 where z < 0, stands where ReLU's belongs: {at}",
        "ReLU is 0 where z < 0, so its slope is 0 there; or make the way forward leaky too",
        &[Relu],
        |_, z, _| if z > 0.0 { 1.0 } else { 0.01 },
    ),
    slope(
        "leaky ReLU's slope 0.1",
        "a leaky ReLU's slope, 0.1 where z < 0, stands where ReLU's belongs: {at}",
        "ReLU is 0 where z < 0, so its slope is 0 there; or make the way forward leaky too",
        &[Relu],
        |_, z, _| if z > 0.0 { 1.0 } else { 0.1 },
    ),
    slope(
        "factor z",
        "a factor z too many is beside f′: {at}",
        "δ = dJ/da ∘ f′(z), and nothing else",
        EACH_BY_ITSELF,
        |f, z, a| z * derivative(f, z, a),
    ),
    slope(
        "factor a",
        "a factor a too many is beside f′: {at}",
        "δ = dJ/da ∘ f′(z), and nothing else",
        &[Tanh],
        |f, z, a| a * derivative(f, z, a),
    ),
    slope(
        "slope twice",
        "f′ is multiplied in twice: {at}",
        "each layer has one factor f′(z)",
        CURVED,
        |f, z, a| derivative(f, z, a).powi(2),
    ),
    slope(
        "slope of the slope",
        "f′ is applied to f′(z): {at}",
        "each layer has one factor f′(z)",
        CURVED,
        |f, z, a| f.slope(derivative(f, z, a)),
    ),
    slope(
        "divided by the slope",
        "the numbers are divided by f′ instead of multiplied: {at}",
        "the chain rule multiplies the slopes",
        CURVED,
        |f, z, a| 1.0 / derivative(f, z, a),
    ),
];

type Combine = fn(&Units, &Array2<f64>, &Array2<f64>) -> Option<Array2<f64>>;

/// A mistake in putting together what comes back and f′.
pub(super) struct Combination {
    pub kind: Kind,
    /// Whether it takes f′(z), which may have a mistake of its own; else it has a slope in itself.
    pub takes_slope: bool,
    /// From dJ/da and f′(z); none when the shapes do not fit.
    pub compute: Combine,
}

const fn with_slope(
    name: &'static str,
    clause: &'static str,
    hint: &'static str,
    compute: Combine,
) -> Combination {
    Combination { kind: mistake(name, clause, hint), takes_slope: true, compute }
}

const fn whole(
    name: &'static str,
    clause: &'static str,
    hint: &'static str,
    compute: Combine,
) -> Combination {
    Combination { kind: mistake(name, clause, hint), takes_slope: false, compute }
}

const OWN_LAYER: &str = "the slope belongs to the layer that the error arrives at: δ⁽²⁾ takes f′(z⁽²⁾)";

const MATRIX_HINT: &str = "each z acts on its own a only, so this product is entry by entry: `*` for arrays, in Rust and in NumPy. \
                           The matrix product fits only by chance; try it with another number of examples";

pub(super) static COMBINATIONS: &[Combination] = &[
    with_slope(
        "matrix product with slope",
        "a matrix product stands where ∘ belongs, before {at}",
        MATRIX_HINT,
        |units, dj_da, slope| {
            (units.f != Identity && dj_da.ncols() == slope.nrows()).then(|| dj_da.dot(slope))
        },
    ),
    with_slope(
        "slope first in matrix product",
        "a matrix product stands where ∘ belongs, behind {at}",
        MATRIX_HINT,
        |units, dj_da, slope| {
            (units.f != Identity && slope.ncols() == dj_da.nrows()).then(|| slope.dot(dj_da))
        },
    ),
    whole(
        "matrix products in slope",
        "matrix products stand for both the square and the product with {at}",
        MATRIX_HINT,
        |units, dj_da, _| {
            let slope = 1.0 - &units.a.dot(&units.a.t());
            (units.f == Tanh).then(|| slope.dot(dj_da))
        },
    ),
    whole(
        "matrix products in slope of units",
        "matrix products stand for both the square (aᵀ a) and the product with {at}",
        MATRIX_HINT,
        |units, dj_da, _| {
            let slope = 1.0 - &units.a.t().dot(units.a);
            (units.f == Tanh).then(|| dj_da.dot(&slope))
        },
    ),
    whole(
        "matrix product in slope",
        "a matrix product a (1 − a) stands inside {at}",
        MATRIX_HINT,
        |units, dj_da, _| {
            let (a, rest) = (units.a, 1.0 - units.a);
            (units.f == Sigmoid && a.is_square()).then(|| dj_da * &a.dot(&rest))
        },
    ),
    with_slope(
        "slope replaces",
        "{at} replaces what comes back instead of being multiplied by it",
        "δ = dJ/da ∘ f′(z): without dJ/da nothing of the error is left. For ReLU, set δ to 0 where z ≤ 0, and leave it elsewhere",
        |_, _, slope| Some(slope.clone()),
    ),
    with_slope(
        "slope added",
        "{at} is added to what comes back instead of being multiplied by it",
        "the chain rule multiplies the slopes",
        |_, dj_da, slope| Some(dj_da + slope),
    ),
    whole(
        "mask by what comes back",
        "what comes back is set to 0 where it is negative itself, not where z is: {at}",
        "ReLU's slope is 1 where z > 0, whatever comes back",
        |units, dj_da, _| (units.f == Relu).then(|| dj_da.mapv(|d| d.max(0.0))),
    ),
    whole(
        "slope of the next layer",
        "f′ is taken of the z of the layer behind: {at}",
        OWN_LAYER,
        |units, dj_da, _| units.slope_of(units.layer + 1).map(|slope| dj_da * &slope),
    ),
    whole(
        "slope of the layer before",
        "f′ is taken of the z of the layer before: {at}",
        OWN_LAYER,
        |units, dj_da, _| units.slope_of(units.layer - 1).map(|slope| dj_da * &slope),
    ),
    with_slope(
        "hidden units compared with the truth",
        "the hidden units are compared with y, as if they were outputs, before {at}",
        "a hidden unit has no truth of its own: what comes back to it is the δ of the layer behind, over the weights: δ Wᵀ",
        |units, _, slope| {
            let fits = !units.is_last() && (units.y.dim() == units.a.dim() || units.y.ncols() == 1);
            fits.then(|| (units.a - units.y) * slope)
        },
    ),
    with_slope(
        "one product for all examples",
        "errors and slopes of all examples are summed to one number, which every example gets: a scalar product with {at}",
        "each example has a δ of its own; the product is entry by entry, and `dot` of two columns is one number",
        |units, dj_da, slope| {
            let fits = units.z.ncols() == 1 && units.z.nrows() > 1;
            fits.then(|| Array2::from_elem(units.z.dim(), (dj_da * slope).sum()))
        },
    ),
    whole(
        "softmax's sum over the examples",
        "the sum in softmax's slope runs over the examples instead of the outputs: {at}",
        "with s = Σ_k dJ/da_k a_k over the outputs of the same example, δ = a ∘ (dJ/da − s)",
        |units, dj_da, _| {
            (units.f == Softmax).then(|| units.a * &(dj_da - &(dj_da * units.a).sum_axis(Axis(0))))
        },
    ),
];
