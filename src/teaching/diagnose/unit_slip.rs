//! What may stand for z = a W + b and for a = f(z) on the way forward.

use super::mistake::{Kind, Mistake, mistake};
use super::part::{Part, raised};
use crate::model::Activation;
use crate::model::Network;
use ndarray::{Array1, Array2, Axis};

/// What z of a layer is computed from.
pub(super) struct Sum<'a> {
    pub net: &'a Network,
    pub layer: usize,
    pub x: &'a Array2<f64>,
    /// Of the layer before, if it has one.
    pub z: Option<&'a Array2<f64>>,
    pub a: &'a Array2<f64>,
}

impl Sum<'_> {
    fn w(&self) -> &Array2<f64> {
        &self.net.weights[self.layer - 2]
    }

    fn b(&self) -> Option<&Array1<f64>> {
        self.net.biases.get(self.layer - 2)
    }

    fn of(&self, a: &Array2<f64>, b: Option<&Array1<f64>>) -> Array2<f64> {
        let sum = a.dot(self.w());
        match b {
            Some(b) => sum + b,
            None => sum,
        }
    }

    pub fn right(&self) -> Array2<f64> {
        self.of(self.a, self.b())
    }

    /// With the biases of another layer, which must be as many, or one for all.
    pub fn with_bias_of(&self, found: usize) -> Option<Array2<f64>> {
        let b = self.net.biases.get(found - 1)?;
        (b.len() == self.w().ncols() || b.len() == 1).then(|| self.of(self.a, Some(b)))
    }

    /// With one number as bias of all units.
    fn with_one_bias(&self, pick: fn(&Array1<f64>) -> f64) -> Option<Array2<f64>> {
        let b = self.b().filter(|b| b.len() > 1)?;
        Some(self.of(self.a, Some(&Array1::from_elem(b.len(), pick(b)))))
    }
}

/// A mistake on the way to z.
pub(super) struct SumSlip {
    pub kind: Kind,
    pub compute: fn(&Sum) -> Option<Array2<f64>>,
}

static BIAS_OF_OTHER_LAYER: Kind = mistake(
    "bias of another layer",
    "b{detail} is added in {at}, and belongs to another layer",
    "each layer has biases of its own, one for each unit that they are added to",
);

pub(super) fn bias_of_other_layer(found: usize, at: Vec<Part>) -> Mistake {
    Mistake::new(&BIAS_OF_OTHER_LAYER, at).with_detail(raised(found)).with_value(found as f64)
}

const ONE_BIAS_HINT: &str = "each unit has a bias of its own: b has as many entries as the layer has units, and the whole row is added";

pub(super) static SUM_SLIPS: &[SumSlip] = &[
    SumSlip {
        kind: mistake(
            "biases forgotten",
            "the biases are missing in {at}",
            "this network has biases: b is added to every row of a W",
        ),
        compute: |s| s.b().map(|_| s.of(s.a, None)),
    },
    SumSlip {
        kind: mistake(
            "W transposed",
            "W is transposed in {at}",
            "rows of a are examples and rows of W belong to the units before: no ᵀ is needed on the way forward",
        ),
        compute: |s| {
            let sum = s.w().is_square().then(|| s.a.dot(&s.w().t()))?;
            Some(match s.b() {
                Some(b) => sum + b,
                None => sum,
            })
        },
    },
    SumSlip {
        kind: mistake(
            "z passed on",
            "z of the layer before stands where its a belongs in {at}",
            "what goes on to the next layer is a = f(z), not z",
        ),
        compute: |s| s.z.map(|z| s.of(z, s.b())),
    },
    SumSlip {
        kind: mistake(
            "first bias for all",
            "the first bias is added for the whole layer in {at}",
            ONE_BIAS_HINT,
        ),
        compute: |s| s.with_one_bias(|b| b[0]),
    },
    SumSlip {
        kind: mistake(
            "last bias for all",
            "the last bias is added for the whole layer in {at}",
            ONE_BIAS_HINT,
        ),
        compute: |s| s.with_one_bias(|b| b[b.len() - 1]),
    },
    SumSlip {
        kind: mistake(
            "sum of biases for all",
            "the sum of the biases is added for the whole layer in {at}",
            ONE_BIAS_HINT,
        ),
        compute: |s| s.with_one_bias(|b| b.sum()),
    },
    SumSlip {
        kind: mistake(
            "mean of biases for all",
            "the mean of the biases is added for the whole layer in {at}",
            ONE_BIAS_HINT,
        ),
        compute: |s| s.with_one_bias(|b| b.sum() / b.len() as f64),
    },
    SumSlip {
        kind: mistake(
            "biases subtracted",
            "the biases are subtracted in {at}",
            "z = a W + b: they are added",
        ),
        compute: |s| s.b().map(|b| s.of(s.a, Some(&-b))),
    },
    SumSlip {
        kind: mistake(
            "biases twice",
            "the biases are added twice in {at}",
            "z = a W + b: once for each layer",
        ),
        compute: |s| s.b().map(|b| s.of(s.a, Some(&(2.0 * b)))),
    },
    SumSlip {
        kind: mistake(
            "biases 1",
            "1 stands for each bias in {at}",
            "a column of ones needs weights of its own: the biases",
        ),
        compute: |s| s.b().map(|b| s.of(s.a, Some(&Array1::ones(b.len())))),
    },
    SumSlip {
        kind: mistake(
            "x for a",
            "x stands where the a of the layer before belongs in {at}",
            "each layer takes what the one before gives",
        ),
        compute: |s| (s.layer > 2 && s.x.ncols() == s.w().nrows()).then(|| s.of(s.x, s.b())),
    },
    SumSlip {
        kind: mistake(
            "W of another layer",
            "the W of another layer stands in {at}",
            "each layer has weights of its own: z⁽³⁾ = a⁽²⁾ W⁽²⁾",
        ),
        compute: |s| {
            let fits = |(k, w): &(usize, &Array2<f64>)| *k != s.layer - 2 && w.dim() == s.w().dim();
            let (_, w) = s.net.weights.iter().enumerate().find(fits)?;
            let sum = s.a.dot(w);
            Some(match s.b() {
                Some(b) => sum + b,
                None => sum,
            })
        },
    },
    SumSlip {
        kind: mistake(
            "a entry by entry with W",
            "only the weights of each unit to its own successor count in {at}: a product entry by entry",
            "a W is a matrix product: `dot`, `@`, `%*%`",
        ),
        compute: |s| {
            let sum = s.w().is_square().then(|| s.a * &s.w().diag())?;
            Some(match s.b() {
                Some(b) => sum + b,
                None => sum,
            })
        },
    },
];

static OTHER_ACTIVATION: Kind = mistake(
    "another activation",
    "another activation function is used in {at}: {detail}",
    "`net.activations()` says which function belongs where",
);

pub(super) fn other_activation(found: Activation, at: Vec<Part>) -> Mistake {
    Mistake::new(&OTHER_ACTIVATION, at).with_detail(found.name())
}

/// A mistake on the way from z to a.
pub(super) struct UnitSlip {
    pub kind: Kind,
    formula: Formula,
}

use Activation::{Identity, Relu, Sigmoid, Softmax, Tanh};

/// How a wrong activation is computed.
enum Formula {
    /// From the activation function and z.
    Whole(fn(Activation, &Array2<f64>) -> Option<Array2<f64>>),
    /// Entry by entry, for these functions.
    Entry(&'static [Activation], fn(f64) -> f64),
}

impl UnitSlip {
    /// a with this mistake; none where it cannot be made.
    pub fn compute(&self, f: Activation, z: &Array2<f64>) -> Option<Array2<f64>> {
        match self.formula {
            Formula::Whole(compute) => compute(f, z),
            Formula::Entry(of, compute) => of.contains(&f).then(|| z.mapv(compute)),
        }
    }
}

/// A function that was typed wrongly.
const fn mistyped(
    of: &'static [Activation],
    name: &'static str,
    clause: &'static str,
    hint: &'static str,
    compute: fn(f64) -> f64,
) -> UnitSlip {
    UnitSlip { kind: mistake(name, clause, hint), formula: Formula::Entry(of, compute) }
}

const SIGMOID_HINT: &str = "the sigmoid is 1 / (1 + e^−z): ½ at z = 0, and between 0 and 1 everywhere";
const TANH_HINT: &str = "tanh z = (e^z − e^−z) / (e^z + e^−z): 0 at z = 0, and between −1 and 1 everywhere";
const RELU_HINT: &str = "ReLU is z where z > 0, and 0 elsewhere";
const SOFTMAX_HINT: &str = "each row of softmax is e^z, divided by the row's sum of e^z: it sums to 1";

pub(super) static UNIT_SLIPS: &[UnitSlip] = &[
    UnitSlip {
        kind: mistake(
            "activation missing",
            "the activation function is missing in {at}",
            "the weighted inputs still have to go through f",
        ),
        formula: Formula::Whole(|f, z| (f != Identity).then(|| z.clone())),
    },
    UnitSlip {
        kind: mistake(
            "exponent's sign flipped",
            "f(−z) stands where f(z) belongs in {at}",
            "the sigmoid has a minus in its exponent: 1 / (1 + e^−z)",
        ),
        formula: Formula::Whole(|f, z| Some(f.apply(&-z))),
    },
    UnitSlip {
        kind: mistake(
            "activation twice",
            "the activation function is applied twice in {at}",
            "f is applied once to each layer",
        ),
        formula: Formula::Whole(|f, z| Some(f.apply(&f.apply(z)))),
    },
    UnitSlip {
        kind: mistake(
            "slope for activation",
            "f′(z) stands where f(z) belongs in {at}",
            "f′ belongs to the way back; the way forward takes f",
        ),
        formula: Formula::Whole(|f, z| f.derivative(z).ok()),
    },
    UnitSlip {
        kind: mistake(
            "softmax over columns",
            "softmax runs over the examples instead of the units in {at}",
            "a row is an example, and its outputs are the shares of a whole: each row sums to 1",
        ),
        formula: Formula::Whole(|f, z| (f == Softmax).then(|| f.apply(&z.t().to_owned()).reversed_axes())),
    },
    mistyped(
        &[Sigmoid],
        "z / (1 + e^−z)",
        "z / (1 + e^−z) stands where the sigmoid belongs in {at}",
        SIGMOID_HINT,
        |z| z / (1.0 + (-z).exp()),
    ),
    mistyped(
        &[Sigmoid],
        "1 / (1 + z^−1)",
        "1 / (1 + z⁻¹) stands where the sigmoid belongs in {at}: a power of z, not of e",
        SIGMOID_HINT,
        |z| 1.0 / (1.0 + 1.0 / z),
    ),
    mistyped(
        &[Sigmoid],
        "1 + e^−z",
        "1 / 1 + e^−z stands where the sigmoid belongs in {at}, without the brackets",
        SIGMOID_HINT,
        |z| 1.0 + (-z).exp(),
    ),
    mistyped(
        &[Sigmoid],
        "1 / (1 − e^−z)",
        "1 / (1 − e^−z) stands where the sigmoid belongs in {at}",
        SIGMOID_HINT,
        |z| 1.0 / (1.0 - (-z).exp()),
    ),
    mistyped(
        &[Sigmoid],
        "1 / e^−z",
        "1 / e^−z stands where the sigmoid belongs in {at}",
        SIGMOID_HINT,
        f64::exp,
    ),
    mistyped(&[Sigmoid], "e^−z", "e^−z stands where the sigmoid belongs in {at}", SIGMOID_HINT, |z| {
        (-z).exp()
    }),
    mistyped(
        &[Sigmoid],
        "1 / (1 + e^−z²)",
        "1 / (1 + e^−z²) stands where the sigmoid belongs in {at}",
        SIGMOID_HINT,
        |z| 1.0 / (1.0 + (-z * z).exp()),
    ),
    mistyped(
        &[Sigmoid],
        "1 / (1 + e^−z)²",
        "1 / (1 + e^−z)² stands where the sigmoid belongs in {at}",
        SIGMOID_HINT,
        |z| 1.0 / (1.0 + (-z).exp()).powi(2),
    ),
    mistyped(
        &[Sigmoid],
        "1 / (1 + e^−2z)",
        "1 / (1 + e^−2z) stands where the sigmoid belongs in {at}",
        SIGMOID_HINT,
        |z| 1.0 / (1.0 + (-2.0 * z).exp()),
    ),
    mistyped(
        &[Sigmoid],
        "1 / (1 + 2^−z)",
        "1 / (1 + 2^−z) stands where the sigmoid belongs in {at}",
        SIGMOID_HINT,
        |z| 1.0 / (1.0 + (-z).exp2()),
    ),
    mistyped(
        &[Sigmoid],
        "1 / (1 + 10^−z)",
        "1 / (1 + 10^−z) stands where the sigmoid belongs in {at}",
        SIGMOID_HINT,
        |z| 1.0 / (1.0 + 10f64.powf(-z)),
    ),
    mistyped(
        &[Sigmoid],
        "e^z / (1 + e^−z)",
        "e^z / (1 + e^−z) stands where the sigmoid belongs in {at}",
        SIGMOID_HINT,
        |z| z.exp() / (1.0 + (-z).exp()),
    ),
    mistyped(
        &[Sigmoid],
        "−1 / (1 + e^−z)",
        "the sigmoid has the wrong sign in {at}",
        SIGMOID_HINT,
        |z| -1.0 / (1.0 + (-z).exp()),
    ),
    mistyped(
        &[Sigmoid, Tanh, Relu],
        "step for activation",
        "a step, 0 or 1, stands where f belongs in {at}: was the output rounded?",
        "f(z) itself goes on; rounding comes after all computing",
        |z| f64::from(z > 0.0),
    ),
    mistyped(
        &[Tanh],
        "tanh z/2",
        "tanh(z/2) stands where tanh(z) belongs in {at}: 2 sigmoid(z) − 1",
        TANH_HINT,
        |z| (0.5 * z).tanh(),
    ),
    mistyped(&[Tanh], "sigmoid 2z", "the sigmoid of 2z stands where tanh belongs in {at}", TANH_HINT, |z| {
        1.0 / (1.0 + (-2.0 * z).exp())
    }),
    mistyped(&[Tanh], "sinh", "(e^z − e^−z) / 2 stands where tanh belongs in {at}", TANH_HINT, f64::sinh),
    mistyped(
        &[Tanh],
        "e^z − e^−z",
        "e^z − e^−z stands where tanh belongs in {at}, without its denominator",
        TANH_HINT,
        |z| 2.0 * z.sinh(),
    ),
    mistyped(
        &[Tanh],
        "coth",
        "(e^z + e^−z) / (e^z − e^−z) stands where tanh belongs in {at}",
        TANH_HINT,
        |z| 1.0 / z.tanh(),
    ),
    mistyped(&[Tanh], "arctan", "arctan stands where tanh belongs in {at}", TANH_HINT, f64::atan),
    mistyped(&[Tanh], "tan", "tan stands where tanh belongs in {at}", TANH_HINT, f64::tan),
    mistyped(&[Relu], "absolute value", "|z| stands where ReLU belongs in {at}", RELU_HINT, f64::abs),
    mistyped(&[Relu], "minimum", "min(0, z) stands where ReLU belongs in {at}", RELU_HINT, |z| z.min(0.0)),
    mistyped(
        &[Relu],
        "leaky ReLU",
        "a leaky ReLU (0.01) stands where ReLU belongs in {at}",
        RELU_HINT,
        |z| if z > 0.0 { z } else { 0.01 * z },
    ),
    mistyped(
        &[Relu],
        "leaky ReLU 0.1",
        "a leaky ReLU (0.1) stands where ReLU belongs in {at}",
        RELU_HINT,
        |z| if z > 0.0 { z } else { 0.1 * z },
    ),
    mistyped(&[Relu], "softplus", "ln(1 + e^z) stands where ReLU belongs in {at}", RELU_HINT, |z| {
        z.max(0.0) + (-z.abs()).exp().ln_1p()
    }),
    mistyped(&[Softmax], "e^z alone", "e^z is not divided by its sum in {at}", SOFTMAX_HINT, f64::exp),
    UnitSlip {
        kind: mistake("softmax over all", "softmax runs over the whole array in {at}", SOFTMAX_HINT),
        formula: Formula::Whole(|f, z| {
            let e = z.mapv(f64::exp);
            let sum = e.sum();
            (f == Softmax).then(|| e / sum)
        }),
    },
    UnitSlip {
        kind: mistake(
            "z divided by its sum",
            "z is divided by its row's sum in {at}, without e^z",
            SOFTMAX_HINT,
        ),
        formula: Formula::Whole(|f, z| (f == Softmax).then(|| z / &z.sum_axis(Axis(1)).insert_axis(Axis(1)))),
    },
    UnitSlip {
        kind: mistake("logarithm of softmax", "the logarithm of softmax stands in {at}", SOFTMAX_HINT),
        formula: Formula::Whole(|f, z| (f == Softmax).then(|| f.apply(z).mapv(f64::ln))),
    },
    UnitSlip {
        kind: mistake(
            "e^z divided by its largest",
            "e^z is divided by its row's largest in {at}",
            SOFTMAX_HINT,
        ),
        formula: Formula::Whole(|f, z| {
            let largest = z.map_axis(Axis(1), |row| row.fold(f64::NEG_INFINITY, |m, &v| m.max(v)));
            (f == Softmax).then(|| (z - &largest.insert_axis(Axis(1))).mapv(f64::exp))
        }),
    },
];
