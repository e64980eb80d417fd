//! Which classic mistake a reader's cost shows.

use super::factor::{Counts, Penalty, other_costs, other_own_cost, penalty_mistake};
use super::mistake::{Kind, Mistake, mistake};
use super::part::Part;
use super::precision::{self, Precision};
use super::{Deviation, Diagnosis, upright_examples};
use crate::error::{Error, Result};
use crate::model::Activation;
use crate::model::Cost;
use crate::model::ForwardPass;
use crate::model::Network;
use ndarray::{Array2, Axis, array};

/// [`diagnose`](crate::diagnose) for a cost: tells which classic mistake gives your number J, or that it is right.
///
/// One number says little: rounded to a few digits, it may agree with a mistake by chance.
///
/// # Errors
///
/// Those of [`Network::cost`]; and when `j` is NaN or infinite.
///
/// # Examples
///
/// A y with one axis, which NumPy stretches to a square:
///
/// ```
/// use demystified::{Network, Scaler, diagnose_cost, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let y_hat = net.predict(&data.x)?;
/// let flat = data.y.column(0).to_owned();
/// let j = 0.5 * (flat - y_hat).mapv(|e| e * e).sum();
///
/// let diagnosis = diagnose_cost(&net, &data.x, &data.y, j)?;
/// assert_eq!(diagnosis.mistakes()[0].name(), "truth broadcast");
/// assert!(diagnosis.to_string().starts_with("Not yet: each truth is compared with every prediction.\nHint: y needs two axes"));
/// assert!(diagnose_cost(&net, &data.x, &data.y, net.cost(&data.x, &data.y)?)?.is_right());
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn diagnose_cost(net: &Network, x: &Array2<f64>, y: &Array2<f64>, j: f64) -> Result<Diagnosis> {
    let (x, y, columns) = upright_examples(net, x, y);
    let pass = net.forward(&x)?;
    let right = net.cost_of(&pass, &y)?;
    if !j.is_finite() {
        return Err(Error::out_of_range("j", j, "a finite number"));
    }
    let yours = array![[j]];
    let candidates = candidates(net, &pass, &y);
    let strict = Precision::of_each(&[&yours])[0];
    let mut found: Vec<&Candidate> = Vec::new();
    let mut precision = strict;
    let mut is_doubtful = false;
    let loose = strict.loose(1e-6);
    let levels = if strict == loose { vec![strict] } else { vec![strict, loose] };
    'search: for most in 0..=2 {
        for &level in &levels {
            precision = level;
            let tried: Vec<&Candidate> = candidates.iter().filter(|one| one.mistakes() == most).collect();
            let agree = |one: &&Candidate| level.agree(&yours, &array![[one.value]], one.size);
            let matching: Vec<&Candidate> = tried.iter().copied().filter(agree).collect();
            let size = matching.iter().map(|one| one.size).fold(0.0, f64::max);
            let bits = level.bits(&yours, size);
            let chance = (tried.len() as f64).log2();
            // one number of few digits agrees with some of a hundred formulas by chance
            if !matching.is_empty() && (most == 0 || bits >= chance + if most == 1 { 2.0 } else { 6.0 }) {
                is_doubtful = most > 0 && bits < chance + 6.0;
                found = matching;
                break 'search;
            }
        }
    }
    if let Some(plain) = found.iter().find(|one| one.found.is_empty()) {
        found = vec![*plain];
    } else if found.iter().any(|one| one.mistakes() == 0) {
        // a convention, and a factor that is a mistake, may be the same number
        let is_same = |one: &&Candidate| {
            found.iter().any(|other| (one.value - other.value).abs() <= 1e-12 * one.value.abs())
        };
        let mistakes: Vec<&Candidate> = candidates
            .iter()
            .filter(|one| one.found.len() == 1 && one.mistakes() == 1 && is_same(one))
            .collect();
        found.extend(mistakes);
    }
    let mut explanations: Vec<Vec<Mistake>> = Vec::new();
    for one in &found {
        let mut mistakes = one.found.clone();
        mistakes.extend(columns.clone());
        if !explanations.contains(&mistakes) {
            explanations.push(mistakes);
        }
    }
    let few = Precision::of_few_digits(&[&yours]);
    let remark = match few {
        Some(_) if explanations.is_empty() && j != 0.0 => {
            "            One or two digits of one number say too little. Print more of them: at least four."
                .to_string()
        }
        _ if is_doubtful => {
            "One number of so few digits may agree by chance: print all digits of J to be sure.".to_string()
        }
        _ => String::new(),
    };
    let right_j = array![[right]];
    Ok(Diagnosis {
        explanations,
        largest_deviation: Deviation::largest(
            [(Part::J, &yours, &right_j, precision, right.abs())].into_iter(),
        ),
        right_parts: Vec::new(),
        subject: "your cost".into(),
        precisions: vec![precision],
        net: net.clone(),
        n_examples: y.nrows(),
        remark,
    })
}

/// What J would be, and with which mistakes and conventions.
struct Candidate {
    value: f64,
    /// What it would be if nothing cancelled: rounding errors are counted beside it.
    size: f64,
    found: Vec<Mistake>,
}

impl Candidate {
    /// The number of mistakes, without conventions.
    fn mistakes(&self) -> usize {
        self.found.iter().filter(|one| !one.is_convention()).count()
    }
}

/// What a cost is computed from.
struct Terms<'a> {
    y: &'a Array2<f64>,
    y_hat: &'a Array2<f64>,
    z: &'a Array2<f64>,
    output: Activation,
    cost: Cost,
}

impl Terms<'_> {
    fn is_cross(&self) -> bool {
        matches!(self.cost, Cost::CrossEntropy { .. })
    }

    fn sum(&self, term: impl Fn(f64, f64) -> f64) -> f64 {
        self.y.iter().zip(self.y_hat).map(|(&y, &y_hat)| term(y, y_hat)).sum()
    }

    /// The sum over every truth with every prediction.
    fn all_pairs(&self, term: impl Fn(f64, f64) -> f64) -> f64 {
        self.y.iter().map(|&y| self.y_hat.iter().map(|&y_hat| term(y, y_hat)).sum::<f64>()).sum()
    }
}

/// A mistake in what the errors add up to. `compute` gives the sum over the examples, with the ½ of squares.
struct DataSlip {
    kind: Kind,
    compute: fn(&Terms) -> Option<f64>,
}

const fn slip(
    name: &'static str,
    clause: &'static str,
    hint: &'static str,
    compute: fn(&Terms) -> Option<f64>,
) -> DataSlip {
    DataSlip { kind: mistake(name, clause, hint), compute }
}

const WHICH_COST: &str = "`net.cost_function()` says which cost belongs to this network";
const BOTH_TERMS: &str =
    "the cross-entropy of one output is −(y ln ŷ + (1 − y) ln(1 − ŷ)): one minus before both terms";

fn entropy(y: f64, p: f64) -> f64 {
    -(y * p.ln() + (1.0 - y) * (1.0 - p).ln())
}

static DATA_SLIPS: &[DataSlip] = &[
    slip(
        "truth broadcast",
        "each truth is compared with every prediction",
        "y needs two axes, examples × 1. With one axis, y − ŷ becomes a square of all differences, in NumPy without a word",
        |t| {
            let fits =
                t.y.ncols() == 1 && t.y.nrows() > 1 && !(t.is_cross() && t.output == Activation::Softmax);
            fits.then(|| match t.is_cross() {
                true => t.all_pairs(entropy),
                false => 0.5 * t.all_pairs(|y, p| (y - p) * (y - p)),
            })
        },
    ),
    slip(
        "errors not squared",
        "the errors are added up without a square",
        "square each error before the sum, or those above cancel those below",
        |t| (!t.is_cross()).then(|| 0.5 * t.sum(|y, p| y - p)),
    ),
    slip(
        "absolute errors",
        "the errors are taken without their sign instead of squared",
        "square each error",
        |t| (!t.is_cross()).then(|| 0.5 * t.sum(|y, p| (y - p).abs())),
    ),
    slip(
        "errors added before the square",
        "the errors are added up first, and the sum is squared",
        "square each error before the sum, or those above cancel those below",
        |t| (!t.is_cross() && t.y.len() > 1).then(|| 0.5 * t.sum(|y, p| y - p).powi(2)),
    ),
    slip(
        "root of the squares",
        "the root of the sum of squares stands where the sum belongs: a norm, not a squared norm",
        "J is the sum itself: `norm(e)**2`, or `sum(e**2)`",
        |t| (!t.is_cross()).then(|| 0.5 * t.sum(|y, p| (y - p) * (y - p)).sqrt()),
    ),
    slip(
        "brackets lost",
        "the square is on ŷ alone: y − ŷ²",
        "(y − ŷ)²: the brackets come first",
        |t| (!t.is_cross()).then(|| 0.5 * t.sum(|y, p| y - p * p)),
    ),
    slip(
        "squares subtracted",
        "y² − ŷ² stands where (y − ŷ)² belongs",
        "(y − ŷ)²: first the difference, then the square",
        |t| (!t.is_cross()).then(|| 0.5 * t.sum(|y, p| y * y - p * p)),
    ),
    slip(
        "sum for difference",
        "(y + ŷ)² stands where (y − ŷ)² belongs",
        "the error is the difference y − ŷ",
        |t| (!t.is_cross()).then(|| 0.5 * t.sum(|y, p| (y + p) * (y + p))),
    ),
    slip(
        "z for prediction",
        "the error is taken of z instead of ŷ",
        "ŷ = f(z): the last layer has an activation function too",
        |t| (!t.is_cross()).then(|| 0.5 * (t.y - t.z).mapv(|e| e * e).sum()),
    ),
    slip(
        "rounded prediction",
        "the prediction is rounded to 0 or 1 before the error is taken",
        "take ŷ as it is: a share of right answers is no cost, it has no slope",
        |t| (!t.is_cross()).then(|| 0.5 * t.sum(|y, p| (y - p.round()).powi(2))),
    ),
    slip(
        "squared error for cross-entropy",
        "this is the squared error, and the cost is the cross-entropy",
        WHICH_COST,
        |t| t.is_cross().then(|| 0.5 * t.sum(|y, p| (y - p) * (y - p))),
    ),
    slip(
        "cross-entropy for squared error",
        "this is the cross-entropy, and the cost is the squared error",
        WHICH_COST,
        |t| {
            let cost = Cost::CrossEntropy { lambda: 0.0 };
            let fits = !t.is_cross() && cost.check(t.output, t.y).is_ok();
            fits.then(|| match t.output {
                Activation::Softmax => -t.sum(|y, p| y * p.ln()),
                _ => t.sum(entropy),
            })
        },
    ),
    slip(
        "second term forgotten",
        "the term (1 − y) ln(1 − ŷ) is missing",
        "where y is not 1, the second term counts",
        |t| (t.is_cross() && t.output == Activation::Sigmoid).then(|| -t.sum(|y, p| y * p.ln())),
    ),
    slip(
        "first term forgotten",
        "the term y ln ŷ is missing",
        "where y is not 0, the first term counts",
        |t| {
            (t.is_cross() && t.output == Activation::Sigmoid)
                .then(|| -t.sum(|y, p| (1.0 - y) * (1.0 - p).ln()))
        },
    ),
    slip("second term's sign", "the sign of the term (1 − y) ln(1 − ŷ) is wrong", BOTH_TERMS, |t| {
        (t.is_cross() && t.output == Activation::Sigmoid)
            .then(|| t.sum(|y, p| -y * p.ln() + (1.0 - y) * (1.0 - p).ln()))
    }),
    slip("second term's y", "y stands where 1 − y belongs in the second term", BOTH_TERMS, |t| {
        (t.is_cross() && t.output == Activation::Sigmoid)
            .then(|| -t.sum(|y, p| y * p.ln() + y * (1.0 - p).ln()))
    }),
    slip("second term's ŷ", "ln ŷ stands where ln(1 − ŷ) belongs in the second term", BOTH_TERMS, |t| {
        (t.is_cross() && t.output == Activation::Sigmoid)
            .then(|| -t.sum(|y, p| y * p.ln() + (1.0 - y) * p.ln()))
    }),
    slip(
        "truth and prediction exchanged",
        "y and ŷ are exchanged: the logarithm of the truth is taken",
        "the logarithm is that of the prediction: y ln ŷ",
        |t| {
            t.is_cross().then(|| match t.output {
                Activation::Softmax => -t.sum(|y, p| p * y.ln()),
                _ => -t.sum(|y, p| p * y.ln() + (1.0 - p) * (1.0 - y).ln()),
            })
        },
    ),
    slip(
        "two terms with softmax",
        "the second term (1 − y) ln(1 − ŷ) is there, and after softmax it does not belong there",
        "with softmax the cross-entropy is −Σ y ln ŷ",
        |t| (t.is_cross() && t.output == Activation::Softmax).then(|| t.sum(entropy)),
    ),
    slip("logarithm to base 2", "the logarithm is to base 2", "ln is the natural logarithm", |t| {
        base(t, 2.0)
    }),
    slip("logarithm to base 10", "the logarithm is to base 10", "ln is the natural logarithm", |t| {
        base(t, 10.0)
    }),
    slip(
        "logarithm missing",
        "the logarithm is missing",
        "J = −Σ (y ln ŷ + …): the logarithm of ŷ",
        |t| {
            t.is_cross().then(|| match t.output {
                Activation::Softmax => -t.sum(|y, p| y * p),
                _ => -t.sum(|y, p| y * p + (1.0 - y) * (1.0 - p)),
            })
        },
    ),
];

fn base(t: &Terms, base: f64) -> Option<f64> {
    let right = match t.output {
        Activation::Softmax => -t.sum(|y, p| y * p.ln()),
        _ => t.sum(entropy),
    };
    t.is_cross().then(|| right / base.ln())
}

/// A mistake in what is added for large weights: with λ, the weights and the biases.
struct PenaltySlip {
    kind: Kind,
    compute: fn(f64, &Network) -> Option<f64>,
}

fn squares(w: &Array2<f64>) -> f64 {
    w.iter().map(|w| w * w).sum()
}

fn weights(net: &Network, term: impl Fn(&Array2<f64>) -> f64) -> f64 {
    net.weights.iter().map(term).sum()
}

fn bias_squares(net: &Network) -> f64 {
    net.biases.iter().flatten().map(|b| b * b).sum()
}

const PENALTY: &str = "the penalty is λ/2 Σ w², over all weights of all layers";

static PENALTY_SLIPS: &[PenaltySlip] = &[
    PenaltySlip {
        kind: mistake(
            "biases penalised",
            "the biases are penalised too",
            "the penalty is on the weights only",
        ),
        compute: |lambda, net| {
            net.has_bias().then(|| 0.5 * lambda * (weights(net, squares) + bias_squares(net)))
        },
    },
    PenaltySlip {
        kind: mistake(
            "biases penalised, without ½",
            "the biases are penalised too, and the ½ of λ/2 is missing",
            "the penalty is λ/2 Σ w², on the weights only",
        ),
        compute: |lambda, net| net.has_bias().then(|| lambda * (weights(net, squares) + bias_squares(net))),
    },
    PenaltySlip {
        kind: mistake(
            "bracket of the penalty lost",
            "λ/2 multiplies the squares of W⁽¹⁾ alone, and those of the other layers are added as they are: a bracket is lost",
            "λ/2 (Σ w1² + Σ w2²): λ/2 multiplies both sums",
        ),
        compute: |lambda, net| {
            let rest: f64 = net.weights[1..].iter().map(squares).sum();
            (net.weights.len() > 1).then(|| 0.5 * lambda * squares(&net.weights[0]) + rest)
        },
    },
    PenaltySlip {
        kind: mistake("only W1 penalised", "only W⁽¹⁾ is in the penalty", PENALTY),
        compute: |lambda, net| (net.weights.len() > 1).then(|| 0.5 * lambda * squares(&net.weights[0])),
    },
    PenaltySlip {
        kind: mistake("W1 not penalised", "W⁽¹⁾ is left out of the penalty", PENALTY),
        compute: |lambda, net| {
            (net.weights.len() > 1).then(|| 0.5 * lambda * net.weights[1..].iter().map(squares).sum::<f64>())
        },
    },
    PenaltySlip {
        kind: mistake(
            "norm in the penalty",
            "the norm of each W stands in the penalty where the squared norm belongs",
            "λ/2 Σ w² is λ/2 ‖W‖²: `norm(W)**2`, or `sum(W**2)`",
        ),
        compute: |lambda, net| Some(0.5 * lambda * weights(net, |w| squares(w).sqrt())),
    },
    PenaltySlip {
        kind: mistake(
            "norm of all in the penalty",
            "the norm of all weights stands in the penalty where the squared norm belongs",
            "λ/2 Σ w² is the squared norm: no root",
        ),
        compute: |lambda, net| Some(0.5 * lambda * weights(net, squares).sqrt()),
    },
    PenaltySlip {
        kind: mistake(
            "norm without ½ in the penalty",
            "λ times the norm of each W stands where λ/2 Σ w² belongs",
            PENALTY,
        ),
        compute: |lambda, net| Some(lambda * weights(net, |w| squares(w).sqrt())),
    },
    PenaltySlip {
        kind: mistake("absolute weights", "|w| stands in the penalty where w² belongs", PENALTY),
        compute: |lambda, net| Some(0.5 * lambda * weights(net, |w| w.iter().map(|w| w.abs()).sum())),
    },
    PenaltySlip {
        kind: mistake("absolute weights, without ½", "λ Σ |w| stands where λ/2 Σ w² belongs", PENALTY),
        compute: |lambda, net| Some(lambda * weights(net, |w| w.iter().map(|w| w.abs()).sum())),
    },
    PenaltySlip {
        kind: mistake("weights not squared", "the weights are not squared in the penalty", PENALTY),
        compute: |lambda, net| Some(0.5 * lambda * weights(net, |w| w.sum())),
    },
    PenaltySlip {
        kind: mistake(
            "squared sum of weights",
            "the weights are added first, and the sum is squared, in the penalty",
            PENALTY,
        ),
        compute: |lambda, net| Some(0.5 * lambda * weights(net, |w| w.sum().powi(2))),
    },
    PenaltySlip {
        kind: mistake("λ squared", "λ is squared in the penalty", PENALTY),
        compute: |lambda, net| Some(0.5 * lambda * lambda * weights(net, squares)),
    },
    PenaltySlip {
        kind: mistake("λ missing", "λ is missing in the penalty", PENALTY),
        compute: |_, net| Some(0.5 * weights(net, squares)),
    },
    PenaltySlip {
        kind: mistake(
            "mean of the weights' squares",
            "the mean of each W's squares stands in the penalty where the sum belongs",
            PENALTY,
        ),
        compute: |lambda, net| Some(0.5 * lambda * weights(net, |w| squares(w) / w.len() as f64)),
    },
];

static OWN_SUM: Kind = mistake(
    "a language's own sum",
    "the penalty adds up the rows of each W only: J is a row of numbers, and this is number {detail}",
    "Python's own `sum` adds rows; `np.sum`, `.sum()` add all entries, in MATLAB `sum(W(:))`",
);
static SIGN: Kind = mistake(
    "sign flipped",
    "the sign of J is flipped",
    "J is the smaller, the better the predictions are: is a minus missing, or one too many?",
);
static MINUS_FORGOTTEN: Kind = mistake(
    "minus forgotten",
    "the sign of the errors' part is flipped, and that of the penalty is not",
    "the penalty is added as it is",
);
static HALVED: Kind = mistake("halved", "{at} is ½ of the right number", "the ½ of the cost is there once");
static AGAIN: Kind = mistake(
    "divided by N again",
    "J is divided by the number of examples once more",
    "this cost is a mean already: divide once",
);
static TIMES_N: Kind = mistake(
    "times N",
    "J is N times the right number (N examples)",
    "nothing is to be multiplied by the number of examples",
);

/// Every J that is known: factor · errors + penalty.
fn candidates(net: &Network, pass: &ForwardPass, y: &Array2<f64>) -> Vec<Candidate> {
    let last = pass.a.len() - 1;
    let terms = Terms {
        y,
        y_hat: &pass.a[last],
        z: &pass.z[last - 1],
        output: net.output_activation,
        cost: net.cost,
    };
    let (n, outputs) = (y.nrows() as f64, y.ncols() as f64);
    let counts = Counts { examples: n, outputs, inputs: pass.a[0].ncols() as f64 };
    let own = if net.cost.is_mean() { n } else { 1.0 };
    let of = || vec![Part::J];
    let right = net.cost.data_term(net.output_activation, pass, y);

    let mut data: Vec<(f64, Vec<Mistake>)> = vec![(right, vec![])];
    for slip in DATA_SLIPS {
        let Some(sum) = (slip.compute)(&terms).filter(|sum| sum.is_finite()) else { continue };
        let found = || vec![Mistake::new(&slip.kind, of())];
        data.push((sum / own, found()));
        let is_stretched = slip.kind.name == "truth broadcast";
        if is_stretched {
            // a mean over all N × N differences
            data.push((sum / (n * n), found()));
            data.push((2.0 * sum / (n * n), found()));
        }
        // sums without a square have no ½ that could be forgotten, and either sign
        if slip.kind.name == "errors not squared" {
            data.extend([2.0 * sum, 2.0 * sum / n].map(|sum| (sum, found())));
            data.extend([-sum / own, -2.0 * sum, -2.0 * sum / n].map(|sum| (sum, found())));
        }
        if matches!(slip.kind.name, "absolute errors" | "root of the squares") {
            data.extend([2.0 * sum, 2.0 * sum / n].map(|sum| (sum, found())));
        }
        if slip.kind.name == "root of the squares" {
            // the root of the mean of the squares
            data.push((2.0 * sum / n.sqrt(), found()));
        }
    }
    let mut factors: Vec<(f64, Vec<Mistake>)> = vec![
        (1.0, vec![]),
        (-1.0, vec![Mistake::new(if net.cost.lambda() > 0.0 { &MINUS_FORGOTTEN } else { &SIGN }, of())]),
        (0.5, vec![Mistake::new(&HALVED, of())]),
    ];
    if n > 1.0 {
        let kind = if net.cost.is_mean() { &AGAIN } else { &TIMES_N };
        factors.push((if net.cost.is_mean() { 1.0 / n } else { n }, vec![Mistake::new(kind, of())]));
    }
    let penalised = net.cost.lambda() > 0.0;
    let others = other_costs(net, &counts);
    for (factor, formula) in &others {
        let rest = if penalised { ", with the penalty λ/2 Σ w² as it is" } else { "" };
        let found = match other_own_cost(*factor, Penalty::Right, net, &counts) {
            Some(kind) => Mistake::new(kind, of()),
            None => super::factor::other_cost(*factor, formula, rest),
        };
        factors.push((*factor, vec![found]));
    }
    let penalties = penalties(net, n);
    let mut candidates: Vec<Candidate> = Vec::new();
    for (data, wrong_data) in &data {
        for (factor, wrong_factor) in &factors {
            for (penalty, wrong_penalty) in &penalties {
                let found = [&wrong_data[..], wrong_factor, wrong_penalty].concat();
                let size = (factor * data).abs() + penalty.abs();
                candidates.push(Candidate { value: factor * data + penalty, size, found });
            }
        }
        if penalised {
            // the whole, penalty included
            let whole = data + net.penalty();
            let mut add = |factor: f64, found: Mistake| {
                let size = (factor * data).abs() + (factor * net.penalty()).abs();
                candidates.push(Candidate {
                    value: factor * whole,
                    size,
                    found: [&wrong_data[..], &[found]].concat(),
                });
            };
            add(-1.0, Mistake::new(&SIGN, of()));
            add(0.5, Mistake::new(&HALVED, of()));
            for (factor, formula) in &others {
                add(
                    *factor,
                    super::factor::other_cost(*factor, formula, ", with the penalty times the same"),
                );
            }
        }
    }
    candidates.retain(|one| one.value.is_finite() && one.mistakes() <= 2);
    // a mistake that changes nothing is none
    let whole = right + net.penalty();
    let precision = Precision::exact();
    let is_right = |value: f64| {
        precision.agree(&array![[whole]], &array![[value]], precision::largest(&array![[whole]]))
    };
    candidates.retain(|one| one.found.is_empty() || !is_right(one.value));
    candidates
}

/// What may be added for large weights.
fn penalties(net: &Network, n: f64) -> Vec<(f64, Vec<Mistake>)> {
    let (penalty, lambda) = (net.penalty(), net.cost.lambda());
    let of = || vec![Part::J];
    let mut penalties = vec![(penalty, vec![])];
    if lambda == 0.0 {
        return penalties;
    }
    for factor in [0.0, 2.0, 0.5, -1.0] {
        penalties.push((factor * penalty, vec![Mistake::new(penalty_mistake(factor, n), of())]));
    }
    if n > 2.0 {
        penalties.push((penalty / n, vec![Mistake::new(penalty_mistake(1.0 / n, n), of())]));
        penalties.push((penalty * n, vec![Mistake::new(penalty_mistake(n, n), of())]));
    }
    for slip in PENALTY_SLIPS {
        if let Some(value) = (slip.compute)(lambda, net) {
            penalties.push((value, vec![Mistake::new(&slip.kind, of())]));
        }
    }
    let columns = net.weights.iter().map(Array2::ncols).max().unwrap_or(1);
    for column in (0..columns).filter(|_| columns > 1) {
        let sums = net.weights.iter().map(|w| {
            let sums = w.mapv(|w| w * w).sum_axis(Axis(0));
            if sums.len() == 1 { Some(sums[0]) } else { sums.get(column).copied() }
        });
        if let Some(sum) = sums.sum::<Option<f64>>() {
            let detail = (column + 1).to_string();
            penalties.push((0.5 * lambda * sum, vec![Mistake::new(&OWN_SUM, of()).with_detail(detail)]));
        }
    }
    penalties
}
