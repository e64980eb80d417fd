//! The classic mistakes, each with what it is, a hint, and the formula to look at.

use crate::model::{Activation, Cost, Network};
use crate::text::number;
use std::fmt;

/// One of the numbers or arrays that a reader computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// dJ/dW^(l).
    DjDw(usize),
    /// dJ/db^(l).
    DjDb(usize),
    /// z^(l), the weighted inputs of layer l.
    Z(usize),
    /// a^(l), the activations of layer l; those of the last one are ŷ.
    A(usize),
    /// J, the cost.
    J,
}

/// As the series writes it: dJ/dW⁽²⁾.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Part::DjDw(layer) => write!(f, "dJ/dW{}", raised(layer)),
            Part::DjDb(layer) => write!(f, "dJ/db{}", raised(layer)),
            Part::Z(layer) => write!(f, "z{}", raised(layer)),
            Part::A(layer) => write!(f, "a{}", raised(layer)),
            Part::J => write!(f, "J"),
        }
    }
}

/// By what the numbers are too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// Twice the right numbers.
    Two,
    /// Half the right numbers.
    Half,
    /// N times the right numbers, N being the number of examples.
    N,
    /// The right numbers divided by N.
    OneOverN,
}

impl Factor {
    pub(super) fn value(self, n: f64) -> f64 {
        match self {
            Factor::Two => 2.0,
            Factor::Half => 0.5,
            Factor::N => n,
            Factor::OneOverN => 1.0 / n,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Factor::Two => "2 times",
            Factor::Half => "½ of",
            Factor::N => "N times (N examples)",
            Factor::OneOverN => "1/N of (N examples)",
        }
    }
}

/// A mistake that a reader's numbers show.
///
/// `of` says in which arrays, `layers` in which layers, numbered as in the series: f′(z^(3)) is that of layer 3.
/// As text it is one clause; [`Diagnosis`](crate::Diagnosis) adds a hint and the formula.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Mistake {
    /// The numbers have the opposite sign.
    SignFlipped {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// The error's sign is flipped and the penalty's is not: y − ŷ without its minus, and + λ W.
    MinusForgotten {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// The numbers are too large or too small by a factor.
    FactorOff {
        /// Which factor.
        factor: Factor,
        /// In which arrays.
        of: Vec<Part>,
    },
    /// What comes from the errors is off by a factor, and the penalty is right.
    DataFactorOff {
        /// Which factor.
        factor: Factor,
        /// In which arrays.
        of: Vec<Part>,
    },
    /// Summed over the examples, where this cost is a mean.
    SumInsteadOfMean {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// The mean over the examples, where this cost is a sum.
    MeanInsteadOfSum {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// Rows and columns are exchanged.
    Transposed {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// a δ instead of aᵀ δ, which fits when there are as many examples as units.
    ActivationNotTransposed {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// zᵀ δ instead of aᵀ δ.
    WeightedInputForActivation {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// The penalty on large weights is missing.
    PenaltyForgotten {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// The penalty is there twice: 2 λ W, as without the ½ of λ/2 Σ w².
    PenaltyTwice {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// The penalty is subtracted.
    PenaltySubtracted {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// The penalty is divided by the number of examples, as in other courses.
    PenaltyOverN {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// The biases are penalised too.
    BiasPenalised {
        /// In which arrays.
        of: Vec<Part>,
    },
    /// f′(z) is missing. At a sigmoid or softmax output this leaves δ = ŷ − y, which belongs to the cross-entropy.
    SlopeMissing {
        /// Of which layers' f′.
        layers: Vec<usize>,
    },
    /// f′(a) instead of f′(z): the function f′ was given what had gone through f already.
    SlopeAtActivation {
        /// Of which layers' f′.
        layers: Vec<usize>,
    },
    /// z (1 − z) instead of a (1 − a), or 1 − z² instead of 1 − a²: f′ as a formula of a, applied to z.
    SlopeFormulaOfZ {
        /// Of which layers' f′.
        layers: Vec<usize>,
    },
    /// A matrix product with f′(z) instead of ∘, which fits when there are as many examples as units.
    MatrixProductWithSlope {
        /// Of which layers' f′.
        layers: Vec<usize>,
    },
    /// Softmax treated as if each output depended on its own z only: a (1 − a) instead of the Jacobian matrix.
    SoftmaxDiagonal {
        /// Of which layers.
        layers: Vec<usize>,
    },
    /// δ W instead of δ Wᵀ on the way back, which fits when W is square.
    WeightNotTransposed {
        /// Of which W: 2 is W^(2).
        layers: Vec<usize>,
    },
    /// The squared error's δ, with f′, where the cost is the cross-entropy.
    SquaredErrorDelta,
    /// Forward pass with the previous weights, backward pass with the present ones.
    StaleForwardPass,
    /// Everything is of the previous weights.
    StaleGradient,
    /// The biases are not added.
    BiasForgotten {
        /// Where: 2 is z^(2).
        layers: Vec<usize>,
    },
    /// The biases of another layer are added, which fits when it has as many units.
    BiasOfOtherLayer {
        /// Which ones: 1 is b^(1).
        found: usize,
        /// Where: 2 is z^(2).
        layers: Vec<usize>,
    },
    /// a Wᵀ instead of a W, which fits when W is square.
    WeightTransposed {
        /// Where: 2 is z^(2).
        layers: Vec<usize>,
    },
    /// z W instead of a W: the layer before is passed on without its activation function.
    WeightedInputPassedOn {
        /// Where: 3 is z^(3).
        layers: Vec<usize>,
    },
    /// The inputs were multiplied: x was not scaled, or is not what was used.
    InputScaled {
        /// By how much, for each column of x.
        factors: Vec<f64>,
    },
    /// a = z: no activation function.
    ActivationMissing {
        /// Where: 2 is a^(2).
        layers: Vec<usize>,
    },
    /// Another activation function than the network's.
    OtherActivation {
        /// Which one it is.
        found: Activation,
        /// Where: 2 is a^(2).
        layers: Vec<usize>,
    },
    /// f(−z) instead of f(z), as when the minus of e^−z is forgotten.
    ExponentSignFlipped {
        /// Where: 2 is a^(2).
        layers: Vec<usize>,
    },
    /// f(f(z)) instead of f(z).
    ActivationTwice {
        /// Where: 2 is a^(2).
        layers: Vec<usize>,
    },
    /// f′(z) instead of f(z).
    SlopeForActivation {
        /// Where: 2 is a^(2).
        layers: Vec<usize>,
    },
    /// Softmax over the examples instead of over the units.
    SoftmaxOverColumns {
        /// Where: 2 is a^(2).
        layers: Vec<usize>,
    },
    /// All numbers are 0, as before a gap is filled.
    AllZero,
    /// The ½ before the sum is missing.
    HalfForgotten,
    /// A mean over the outputs too, as a mean over all entries of an array is.
    MeanOverOutputs,
    /// Each truth is compared with every prediction: a y with one axis was stretched to a square.
    TruthBroadcast,
    /// The errors are added up without a square, so that they cancel.
    ErrorsNotSquared,
    /// Absolute errors instead of squared ones.
    AbsoluteErrors,
    /// The squared error, where the cost is the cross-entropy.
    SquaredInsteadOfCrossEntropy,
    /// The cross-entropy, where the cost is the squared error.
    CrossEntropyInsteadOfSquared,
    /// (1 − y) ln(1 − ŷ) is missing.
    SecondTermForgotten,
}

impl Mistake {
    /// The same mistake in other arrays; as it is when it has none.
    pub(super) fn in_parts(mut self, parts: Vec<Part>) -> Mistake {
        if let Some(of) = self.parts_mut() {
            *of = parts;
        }
        self
    }

    pub(super) fn parts_mut(&mut self) -> Option<&mut Vec<Part>> {
        match self {
            Mistake::SignFlipped { of }
            | Mistake::MinusForgotten { of }
            | Mistake::FactorOff { of, .. }
            | Mistake::DataFactorOff { of, .. }
            | Mistake::SumInsteadOfMean { of }
            | Mistake::MeanInsteadOfSum { of }
            | Mistake::Transposed { of }
            | Mistake::ActivationNotTransposed { of }
            | Mistake::WeightedInputForActivation { of }
            | Mistake::PenaltyForgotten { of }
            | Mistake::PenaltyTwice { of }
            | Mistake::PenaltySubtracted { of }
            | Mistake::PenaltyOverN { of }
            | Mistake::BiasPenalised { of } => Some(of),
            _ => None,
        }
    }

    pub(super) fn layers(&self) -> &[usize] {
        match self {
            Mistake::SlopeMissing { layers }
            | Mistake::SlopeAtActivation { layers }
            | Mistake::SlopeFormulaOfZ { layers }
            | Mistake::MatrixProductWithSlope { layers }
            | Mistake::SoftmaxDiagonal { layers }
            | Mistake::WeightNotTransposed { layers }
            | Mistake::BiasForgotten { layers }
            | Mistake::BiasOfOtherLayer { layers, .. }
            | Mistake::WeightTransposed { layers }
            | Mistake::WeightedInputPassedOn { layers }
            | Mistake::ActivationMissing { layers }
            | Mistake::OtherActivation { layers, .. }
            | Mistake::ExponentSignFlipped { layers }
            | Mistake::ActivationTwice { layers }
            | Mistake::SlopeForActivation { layers }
            | Mistake::SoftmaxOverColumns { layers } => layers,
            _ => &[],
        }
    }

    /// What the way forward of one layer may suffer from, in a network of so many.
    pub(super) fn of_forward(layer: usize, last: usize) -> Vec<Mistake> {
        let layers = || vec![layer];
        let mut all = vec![
            Mistake::BiasForgotten { layers: layers() },
            Mistake::WeightTransposed { layers: layers() },
            Mistake::WeightedInputPassedOn { layers: layers() },
            Mistake::ActivationMissing { layers: layers() },
            Mistake::ExponentSignFlipped { layers: layers() },
            Mistake::ActivationTwice { layers: layers() },
            Mistake::SlopeForActivation { layers: layers() },
            Mistake::SoftmaxOverColumns { layers: layers() },
        ];
        // the identity is none at all, which has its own name
        let others = Activation::ALL.into_iter().filter(|&found| found != Activation::Identity);
        all.extend(others.map(|found| Mistake::OtherActivation { found, layers: layers() }));
        let biases = (1..last).filter(|&found| found != layer - 1);
        all.extend(biases.map(|found| Mistake::BiasOfOtherLayer { found, layers: layers() }));
        all
    }

    /// The same mistake in more layers; none when the two are not the same.
    pub(super) fn joined(&self, other: &Mistake) -> Option<Mistake> {
        if let (Mistake::Transposed { of }, Mistake::Transposed { of: others }) = (self, other) {
            return Some(Mistake::Transposed { of: of.iter().chain(others).copied().collect() });
        }
        let layers = [self.layers(), other.layers()].concat();
        let is_same =
            !layers.is_empty() && self.clone().in_layers(Vec::new()) == other.clone().in_layers(Vec::new());
        is_same.then(|| self.clone().in_layers(layers))
    }

    fn in_layers(mut self, new: Vec<usize>) -> Mistake {
        if let Mistake::BiasForgotten { layers }
        | Mistake::BiasOfOtherLayer { layers, .. }
        | Mistake::WeightTransposed { layers }
        | Mistake::WeightedInputPassedOn { layers }
        | Mistake::ActivationMissing { layers }
        | Mistake::OtherActivation { layers, .. }
        | Mistake::ExponentSignFlipped { layers }
        | Mistake::ActivationTwice { layers }
        | Mistake::SlopeForActivation { layers }
        | Mistake::SoftmaxOverColumns { layers } = &mut self
        {
            *layers = new;
        }
        self
    }

    /// Whether this is the other mistake in some of its layers only, so that the rest of it has no effect.
    pub(super) fn is_within(&self, other: &Mistake) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
            && self.layers().len() < other.layers().len()
            && self.layers().iter().all(|layer| other.layers().contains(layer))
    }

    /// What to try.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Mistake::SignFlipped { .. } => {
                "the error counts as ŷ − y. Either the minus before (y − ŷ) is missing, or there is one too many. Adding these \
                 numbers to the weights would lower the cost, subtracting them raises it"
            }
            Mistake::MinusForgotten { .. } => "put the minus before (y − ŷ); λ W is added as it is",
            Mistake::FactorOff { factor: Factor::Two, .. } => {
                "the ½ of the cost cancels the 2 that comes from the square; or the sum was added up twice, from an array that was \
                 not set back to 0"
            }
            Mistake::FactorOff { factor: Factor::Half, .. } => {
                "the ½ of the cost cancels the 2 that comes from the square; it must not be there a second time"
            }
            Mistake::DataFactorOff { factor: Factor::Two | Factor::Half, .. } => {
                "the ½ of the cost cancels the 2 that comes from the square; the penalty is right"
            }
            Mistake::FactorOff { factor: Factor::N, .. } => {
                "nothing is to be multiplied by the number of examples"
            }
            Mistake::FactorOff { factor: Factor::OneOverN, .. }
            | Mistake::DataFactorOff { factor: Factor::N | Factor::OneOverN, .. } => {
                "divide by the number of examples once: in the δ of the output. Everything behind it has it from there"
            }
            Mistake::SumInsteadOfMean { .. } => {
                "this cost is a mean: divide the δ of the output by the number of examples"
            }
            Mistake::MeanInsteadOfSum { .. } => {
                "this cost is a sum over the examples; the matrix product aᵀ δ adds them up, and nothing is divided"
            }
            Mistake::Transposed { .. } => {
                "the slopes have the shape of the weights: an entry for each weight, in its place"
            }
            Mistake::ActivationNotTransposed { .. } => {
                "the sum goes over the examples, which are the rows of both a and δ: turn a over. Without ᵀ the shapes fit only \
                 by chance; try it with another number of examples"
            }
            Mistake::WeightedInputForActivation { .. } => {
                "what the weights multiply on the way forward is a, not z"
            }
            Mistake::PenaltyForgotten { .. } => "the slope of λ/2 Σ w² is λ w: add λ W",
            Mistake::PenaltyTwice { .. } => {
                "the slope of λ/2 Σ w² is λ w, because the ½ cancels the 2; and it is added once"
            }
            Mistake::PenaltySubtracted { .. } => "the penalty raises the cost: add λ W",
            Mistake::PenaltyOverN { .. } => {
                "in this course the mean is taken of the errors only, and λ W is added as it is; others divide both"
            }
            Mistake::BiasPenalised { .. } => "the penalty is on the weights only",
            Mistake::SlopeMissing { .. } => {
                "the slope passes through the activation function, so the chain rule needs its f′"
            }
            Mistake::SlopeAtActivation { .. } => {
                "f′ takes z. If your function wants a, it must compute a (1 − a) and not apply the sigmoid again"
            }
            Mistake::SlopeFormulaOfZ { .. } => {
                "that formula takes a, the activations; give it a = f(z), or use f′(z)"
            }
            Mistake::MatrixProductWithSlope { .. } => {
                "each z acts on its own a only, so this product is entry by entry: `*` for arrays, in Rust and in NumPy. The matrix \
                 product fits only by chance; try it with another number of examples"
            }
            Mistake::SoftmaxDiagonal { .. } => {
                "each output of softmax depends on all z of its row: with s = Σ_k dJ/da_k a_k, δ = a ∘ (dJ/da − s)"
            }
            Mistake::WeightNotTransposed { .. } => {
                "the error goes back over the same wires: row j of W holds those that leave unit j, and the sum goes over \
                 where they lead. Without ᵀ the shapes fit only by chance; try it with another number of units"
            }
            Mistake::SquaredErrorDelta => {
                "the slope of the cross-entropy has f′ below the line, and it cancels: leave it out"
            }
            Mistake::StaleForwardPass => {
                "compute z and a anew after every change of the weights, before the backward pass"
            }
            Mistake::StaleGradient => "compute the gradient anew after every change of the weights",
            Mistake::BiasForgotten { .. } => "this network has biases: b is added to every row of a W",
            Mistake::BiasOfOtherLayer { .. } => {
                "each layer has biases of its own, one for each unit that they are added to"
            }
            Mistake::WeightTransposed { .. } => {
                "rows of a are examples and rows of W belong to the units before: no ᵀ is needed on the way forward"
            }
            Mistake::WeightedInputPassedOn { .. } => "what goes on to the next layer is a = f(z), not z",
            Mistake::InputScaled { .. } => "was x scaled by the same scaler in both places?",
            Mistake::ActivationMissing { .. } => "the weighted inputs still have to go through f",
            Mistake::OtherActivation { .. } => "`net.activations()` says which function belongs where",
            Mistake::ExponentSignFlipped { .. } => "the sigmoid has a minus in its exponent: 1 / (1 + e^−z)",
            Mistake::ActivationTwice { .. } => "f is applied once to each layer",
            Mistake::SlopeForActivation { .. } => "f′ belongs to the way back; the way forward takes f",
            Mistake::SoftmaxOverColumns { .. } => {
                "a row is an example, and its outputs are the shares of a whole: each row sums to 1"
            }
            Mistake::AllZero => "is there a gap that is still to be filled? Begin at the output, with this",
            Mistake::HalfForgotten => {
                "the ½ is a convention of this course: it cancels the 2 of the derivative"
            }
            Mistake::MeanOverOutputs => "divide by the number of examples only, not by that of all entries",
            Mistake::TruthBroadcast => {
                "y needs two axes, examples × 1. With one axis, y − ŷ becomes a square of all differences, in NumPy without a word"
            }
            Mistake::ErrorsNotSquared => {
                "square each error before the sum, or those above cancel those below"
            }
            Mistake::AbsoluteErrors => "square each error",
            Mistake::SquaredInsteadOfCrossEntropy | Mistake::CrossEntropyInsteadOfSquared => {
                "`net.cost_function()` says which cost belongs to this network"
            }
            Mistake::SecondTermForgotten => "where y is not 1, the second term counts",
        }
    }

    /// The formula to look at, for this network.
    pub(super) fn formula(&self, net: &Network) -> String {
        let last = net.weights.len() + 1;
        let lambda = net.cost.lambda() > 0.0;
        let penalty = |layer: usize| if lambda { format!(" + λ W{}", raised(layer)) } else { String::new() };
        let of_part = |part: &Part| match *part {
            Part::DjDw(l) => {
                format!("dJ/dW{0} = a{0}ᵀ δ{1}{2}", raised(l), raised(l + 1), penalty(l))
            }
            Part::DjDb(l) => format!("dJ/db{} = the sum of the rows of δ{}", raised(l), raised(l + 1)),
            Part::Z(l) => {
                let a = if l == 2 { "x".to_string() } else { format!("a{}", raised(l - 1)) };
                let bias = if net.has_bias() { format!(" + b{}", raised(l - 1)) } else { String::new() };
                format!("z{} = {a} W{}{bias}", raised(l), raised(l - 1))
            }
            Part::A(l) => {
                let f = if l == last { net.output_activation } else { net.hidden_activation };
                let name = if l == last { "ŷ".to_string() } else { format!("a{}", raised(l)) };
                format!("{name} = f(z{}), f = {}", raised(l), f.name())
            }
            Part::J => cost_formula(net).to_string(),
        };
        match self {
            Mistake::SignFlipped { of }
            | Mistake::MinusForgotten { of }
            | Mistake::FactorOff { of, .. }
            | Mistake::DataFactorOff { of, .. }
            | Mistake::SumInsteadOfMean { of }
            | Mistake::MeanInsteadOfSum { of }
                if of.len() > 1 =>
            {
                delta_formula(net, last)
            }
            Mistake::SignFlipped { of }
            | Mistake::MinusForgotten { of }
            | Mistake::FactorOff { of, .. }
            | Mistake::DataFactorOff { of, .. }
            | Mistake::SumInsteadOfMean { of }
            | Mistake::MeanInsteadOfSum { of }
            | Mistake::Transposed { of }
            | Mistake::ActivationNotTransposed { of }
            | Mistake::WeightedInputForActivation { of }
            | Mistake::PenaltyForgotten { of }
            | Mistake::PenaltyTwice { of }
            | Mistake::PenaltySubtracted { of }
            | Mistake::PenaltyOverN { of }
            | Mistake::BiasPenalised { of } => of.first().map(of_part).unwrap_or_default(),
            Mistake::SlopeMissing { layers }
            | Mistake::SlopeAtActivation { layers }
            | Mistake::SlopeFormulaOfZ { layers }
            | Mistake::MatrixProductWithSlope { layers }
            | Mistake::SoftmaxDiagonal { layers } => {
                delta_formula(net, layers.last().copied().unwrap_or(last))
            }
            Mistake::WeightNotTransposed { layers } => {
                delta_formula(net, layers.last().copied().unwrap_or(2))
            }
            Mistake::SquaredErrorDelta => delta_formula(net, last),
            Mistake::BiasForgotten { layers }
            | Mistake::BiasOfOtherLayer { layers, .. }
            | Mistake::WeightTransposed { layers }
            | Mistake::WeightedInputPassedOn { layers } => {
                of_part(&Part::Z(layers.first().copied().unwrap_or(2)))
            }
            Mistake::InputScaled { .. } => of_part(&Part::Z(2)),
            Mistake::ActivationMissing { layers }
            | Mistake::OtherActivation { layers, .. }
            | Mistake::ExponentSignFlipped { layers }
            | Mistake::ActivationTwice { layers }
            | Mistake::SlopeForActivation { layers }
            | Mistake::SoftmaxOverColumns { layers } => {
                of_part(&Part::A(layers.first().copied().unwrap_or(2)))
            }
            Mistake::AllZero => delta_formula(net, last),
            Mistake::HalfForgotten
            | Mistake::MeanOverOutputs
            | Mistake::TruthBroadcast
            | Mistake::ErrorsNotSquared
            | Mistake::AbsoluteErrors
            | Mistake::SquaredInsteadOfCrossEntropy
            | Mistake::CrossEntropyInsteadOfSquared
            | Mistake::SecondTermForgotten => cost_formula(net).to_string(),
            Mistake::StaleForwardPass | Mistake::StaleGradient => {
                "a⁽²⁾ = f(z⁽²⁾), z⁽²⁾ = x W⁽¹⁾ with the present W".into()
            }
        }
    }
}

/// What is wrong, in a clause.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slopes = |layers: &[usize]| listed(layers.iter().map(|&l| format!("f′(z{})", raised(l))));
        let zs = |layers: &[usize]| listed(layers.iter().map(|&l| Part::Z(l).to_string()));
        let activations = |layers: &[usize]| listed(layers.iter().map(|&l| Part::A(l).to_string()));
        match self {
            Mistake::SignFlipped { of } => write!(f, "the sign of {} is flipped", parts(of)),
            Mistake::MinusForgotten { of } => {
                write!(f, "the sign of the error is flipped in {}, and that of the penalty is not", parts(of))
            }
            Mistake::FactorOff { factor, of } => {
                write!(f, "{} {} {} the right {}", parts(of), is(of), factor.words(), numbers(of))
            }
            Mistake::DataFactorOff { factor, of } => {
                write!(
                    f,
                    "{} {} {} the right {}, but for the penalty",
                    parts(of),
                    is(of),
                    factor.words(),
                    numbers(of)
                )
            }
            Mistake::SumInsteadOfMean { of } => {
                write!(f, "{} {} summed over the examples, where the mean belongs", parts(of), is(of))
            }
            Mistake::MeanInsteadOfSum { of } => {
                write!(f, "{} {} a mean over the examples, where the sum belongs", parts(of), is(of))
            }
            Mistake::Transposed { of } => write!(f, "{} {} transposed", parts(of), is(of)),
            Mistake::ActivationNotTransposed { of } => write!(f, "a is not transposed in {}", parts(of)),
            Mistake::WeightedInputForActivation { of } => {
                write!(f, "z stands where a belongs in {}", parts(of))
            }
            Mistake::PenaltyForgotten { of } => write!(f, "the penalty λ is forgotten in {}", parts(of)),
            Mistake::PenaltyTwice { of } => write!(f, "the penalty λ is counted twice in {}", parts(of)),
            Mistake::PenaltySubtracted { of } => write!(f, "the penalty λ is subtracted in {}", parts(of)),
            Mistake::PenaltyOverN { of } => write!(f, "the penalty λ is divided by N in {}", parts(of)),
            Mistake::BiasPenalised { of } => write!(f, "the biases are penalised in {}", parts(of)),
            Mistake::SlopeMissing { layers } => write!(f, "{} is missing", slopes(layers)),
            Mistake::SlopeAtActivation { layers } => {
                write!(f, "f′ is taken at a instead of at z: {}", slopes(layers))
            }
            Mistake::SlopeFormulaOfZ { layers } => {
                write!(f, "f′ is computed by its formula for a, but from z: {}", slopes(layers))
            }
            Mistake::MatrixProductWithSlope { layers } => {
                write!(f, "a matrix product stands where ∘ belongs, before {}", slopes(layers))
            }
            Mistake::SoftmaxDiagonal { layers } => {
                write!(
                    f,
                    "softmax of {} is treated as if each output had its own z only",
                    listed(layers.iter().map(|l| format!("layer {l}")),)
                )
            }
            Mistake::WeightNotTransposed { layers } => write!(
                f,
                "{} is not transposed on the way back",
                listed(layers.iter().map(|&l| format!("W{}", raised(l))))
            ),
            Mistake::SquaredErrorDelta => {
                write!(
                    f,
                    "the error is multiplied by f′ of the output, as for a squared error, but the cost is the cross-entropy"
                )
            }
            Mistake::StaleForwardPass => write!(f, "the forward pass is that of the previous weights"),
            Mistake::StaleGradient => write!(f, "the gradient is that of the previous weights"),
            Mistake::BiasForgotten { layers } => write!(f, "the biases are missing in {}", zs(layers)),
            Mistake::BiasOfOtherLayer { found, layers } => {
                write!(f, "b{} is added in {}, and belongs to another layer", raised(*found), zs(layers))
            }
            Mistake::WeightTransposed { layers } => write!(f, "W is transposed in {}", zs(layers)),
            Mistake::WeightedInputPassedOn { layers } => {
                write!(f, "z of the layer before stands where its a belongs in {}", zs(layers))
            }
            Mistake::InputScaled { factors } => {
                let factors = listed(factors.iter().map(|&factor| number(factor)));
                write!(f, "z⁽²⁾ is that of another x, with its columns multiplied by {factors}")
            }
            Mistake::ActivationMissing { layers } => {
                write!(f, "the activation function is missing in {}", activations(layers))
            }
            Mistake::OtherActivation { found, layers } => {
                write!(f, "another activation function is used in {}: {}", activations(layers), found.name())
            }
            Mistake::ExponentSignFlipped { layers } => {
                write!(f, "f(−z) stands where f(z) belongs in {}", activations(layers))
            }
            Mistake::ActivationTwice { layers } => {
                write!(f, "the activation function is applied twice in {}", activations(layers))
            }
            Mistake::SlopeForActivation { layers } => {
                write!(f, "f′(z) stands where f(z) belongs in {}", activations(layers))
            }
            Mistake::SoftmaxOverColumns { layers } => {
                write!(f, "softmax runs over the examples instead of the units in {}", activations(layers))
            }
            Mistake::AllZero => write!(f, "all your numbers are 0"),
            Mistake::HalfForgotten => write!(f, "the ½ before the sum is missing"),
            Mistake::MeanOverOutputs => write!(f, "J is divided by the number of outputs as well"),
            Mistake::TruthBroadcast => write!(f, "each truth is compared with every prediction"),
            Mistake::ErrorsNotSquared => write!(f, "the errors are added up without a square"),
            Mistake::AbsoluteErrors => {
                write!(f, "the errors are taken without their sign instead of squared")
            }
            Mistake::SquaredInsteadOfCrossEntropy => {
                write!(f, "this is the squared error, and the cost is the cross-entropy")
            }
            Mistake::CrossEntropyInsteadOfSquared => {
                write!(f, "this is the cross-entropy, and the cost is the squared error")
            }
            Mistake::SecondTermForgotten => write!(f, "the term (1 − y) ln(1 − ŷ) is missing"),
        }
    }
}

/// "dJ/dW⁽¹⁾ and dJ/dW⁽²⁾".
fn parts(of: &[Part]) -> String {
    listed(of.iter().map(Part::to_string))
}

fn is(of: &[Part]) -> &'static str {
    if of.len() == 1 { "is" } else { "are" }
}

fn numbers(of: &[Part]) -> &'static str {
    if of == [Part::J] { "one" } else { "numbers" }
}

/// "a", "a and b", "a, b and c".
pub(super) fn listed(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// δ of a layer, for this network's cost and activations.
fn delta_formula(net: &Network, layer: usize) -> String {
    let at = raised(layer);
    let last = net.weights.len() + 1;
    if layer < last {
        let through = if net.hidden_activation == Activation::Softmax {
            "then through softmax's Jacobian".to_string()
        } else {
            format!("∘ f′(z{at})")
        };
        return format!("δ{at} = (δ{} W{at}ᵀ) {through}", raised(layer + 1));
    }
    match (net.cost, net.output_activation) {
        (Cost::CrossEntropy { .. }, _) => format!("δ{at} = (ŷ − y) / N"),
        (Cost::SumOfSquares, Activation::Softmax) => format!("δ{at} = −(y − ŷ) through softmax's Jacobian"),
        (Cost::MeanSquares { .. }, Activation::Softmax) => {
            format!("δ{at} = −(y − ŷ) / N through softmax's Jacobian")
        }
        (Cost::SumOfSquares, _) => format!("δ{at} = −(y − ŷ) ∘ f′(z{at})"),
        (Cost::MeanSquares { .. }, _) => format!("δ{at} = −(y − ŷ) ∘ f′(z{at}) / N"),
    }
}

fn cost_formula(net: &Network) -> &'static str {
    match (net.cost, net.output_activation) {
        (Cost::SumOfSquares, _) => "J = ½ Σ (y − ŷ)²",
        (Cost::MeanSquares { .. }, _) => "J = ½ Σ (y − ŷ)² / N + λ/2 Σ w²",
        (Cost::CrossEntropy { .. }, Activation::Softmax) => "J = −Σ y ln ŷ / N + λ/2 Σ w²",
        (Cost::CrossEntropy { .. }, _) => "J = −Σ (y ln ŷ + (1 − y) ln(1 − ŷ)) / N + λ/2 Σ w²",
    }
}

/// The layer as the series writes it: ⁽²⁾.
pub(super) fn raised(layer: usize) -> String {
    let digits = layer.to_string();
    let raised =
        digits.chars().map(|c| ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][c as usize - '0' as usize]);
    format!("⁽{}⁾", raised.collect::<String>())
}
