//! Slopes that are off by a factor: which ones are conventions, and which ones mistakes.

use super::mistake::{Kind, Mistake, convention, mistake};
use super::part::Part;
use crate::model::Activation;
use crate::model::Cost;
use crate::model::Network;
use ndarray::Array2;

/// What a factor may depend on.
pub(super) struct Counts {
    pub examples: f64,
    pub outputs: f64,
    pub inputs: f64,
}

static OTHER_COST: Kind = convention(
    "another cost",
    "these are the numbers of {detail}",
    "nothing is wrong with that cost. Divide by this factor to compare with this page's",
);
pub(super) static STEP: Kind = convention(
    "times the rate",
    "they are {value} times the slopes, as a step with the learning rate {value} is",
    "divide by the rate to compare the slopes; or check what else multiplies all of them: momentum, a factor in δ of the output",
);
static FACTOR: Kind = mistake(
    "factor",
    "{at} {is} {detail}",
    "look for what multiplies all of these, in the δ of the output first",
);
static TWICE: Kind = mistake(
    "twice",
    "{at} {is} 2 times the right numbers",
    "the ½ of the cost cancels the 2 that comes from the square; or the sum was added up twice, from an array that was not set back \
     to 0 (δ of the output comes first)",
);
static HALVED: Kind = mistake(
    "halved",
    "{at} {is} ½ of the right numbers",
    "the ½ of the cost cancels the 2 that comes from the square; it must not be there a second time (in the δ of the output)",
);
static TIMES_N: Kind = mistake(
    "times N",
    "{at} {is} N times the right numbers (N examples)",
    "nothing is to be multiplied by the number of examples",
);
static DIVIDED_AGAIN: Kind = mistake(
    "divided by N again",
    "{at} {is} 1/N of the right numbers (N examples)",
    "divide by the number of examples once: in the δ of the output. Everything behind it has it from there",
);
static N_SQUARED: Kind = mistake(
    "divided by N twice",
    "{at} {is} divided by N twice (N examples)",
    "divide by the number of examples once, or not at all: in the δ of the output. Everything behind it has it from there",
);
const SUMMED: &str = "{at} {is} summed over the examples, where the mean belongs";
const AVERAGED: &str = "{at} {is} a mean over the examples, where the sum belongs";
static SUM_FOR_MEAN: Kind = mistake(
    "sum for mean",
    SUMMED,
    "this cost is a mean: divide the δ of the output by the number of examples",
);
static MEAN_FOR_SUM: Kind = mistake(
    "mean for sum",
    AVERAGED,
    "this cost is a sum over the examples; the matrix product aᵀ δ adds them up, and nothing is divided",
);
static OWN_SUM: Kind = mistake(
    "sum for mean",
    SUMMED,
    "this cost is a mean: divide the δ of the output by the number of examples. If a sum was meant, choose that cost for the network, \
     `Cost::SumOfSquares`: for it these numbers are right",
);
static OWN_MEAN: Kind = mistake(
    "mean for sum",
    AVERAGED,
    "this cost is a sum over the examples; the matrix product aᵀ δ adds them up, and nothing is divided. If a mean was meant, choose \
     that cost for the network, `Cost::MeanSquares`: for it these numbers are right",
);
static SUM_BESIDE_PENALTY: Kind = mistake(
    "sum for mean",
    SUMMED,
    "this cost is a mean: divide the δ of the output by the number of examples. With a sum the same λ counts less, so that other weights \
     are the best",
);
static ALL_ENTRIES: Kind = mistake(
    "divided by all entries of x",
    "{at} {is} divided by the number of all entries of x instead of that of the examples",
    "the number of examples is that of x's rows: `x.nrows()`, `len(x)`, `x.shape[0]`, not `x.size`",
);
static COLUMNS: Kind = mistake(
    "divided by the columns of x",
    "{at} {is} divided by the number of inputs, the columns of x, instead of that of the examples",
    "the number of examples is that of x's rows where rows are examples: `x.nrows()`, `len(x)`, `x.shape[0]`, not `x.shape[1]`",
);
static UNITS_BEFORE: Kind = mistake(
    "divided by the units before",
    "{at} {is} divided by the number of units before, the columns of a, instead of by that of the examples",
    "the number of examples is that of a's rows where rows are examples: `a.nrows()`, `len(a)`, `a.shape[0]`, not `a.shape[1]`",
);
static BASE_2: Kind = mistake(
    "logarithm to base 2",
    "{at} {is} that of the logarithm to base 2",
    "ln is the natural logarithm",
);
static BASE_10: Kind = mistake(
    "logarithm to base 10",
    "{at} {is} that of the logarithm to base 10",
    "ln is the natural logarithm",
);
pub(super) static SIGN: Kind = mistake(
    "sign flipped",
    "the sign of {at} is flipped",
    "the error counts as ŷ − y. Either the minus before (y − ŷ) is missing, or there is one too many. Adding these numbers to the weights \
     lowers the cost (steps that are added, with the error y − ŷ, are right like this); subtracting them raises it",
);
static MINUS_FORGOTTEN: Kind = mistake(
    "minus forgotten",
    "the sign of the error is flipped in {at}, and that of the penalty is not",
    "put the minus before (y − ŷ); λ W is added as it is",
);
static PENALTY_FORGOTTEN: Kind = mistake(
    "penalty forgotten",
    "the penalty λ is forgotten in {at}",
    "the slope of λ/2 Σ w² is λ w: add λ W",
);
static PENALTY_TWICE: Kind = mistake(
    "penalty twice",
    "the penalty λ is counted twice in {at}",
    "the slope of λ/2 Σ w² is λ w, because the ½ cancels the 2; and it is added once",
);
static PENALTY_HALVED: Kind = mistake(
    "penalty halved",
    "the penalty λ is halved in {at}",
    "the slope of λ/2 Σ w² is λ w: the 2 of the square cancels the ½",
);
static PENALTY_SUBTRACTED: Kind = mistake(
    "penalty subtracted",
    "the penalty λ is subtracted in {at}",
    "the penalty raises the cost: add λ W",
);
static PENALTY_OVER_N: Kind = mistake(
    "penalty over N",
    "the penalty λ is divided by N in {at}",
    "in this course the mean is taken of the errors only, and λ W is added as it is; others divide both",
);
static PENALTY_TIMES_N: Kind = mistake(
    "penalty times N",
    "the penalty λ is added once for each example in {at}",
    "in this course the mean is taken of the errors only, and λ W is added once",
);
pub(super) static BIAS_PENALISED: Kind =
    mistake("biases penalised", "the biases are penalised in {at}", "the penalty is on the weights only");

/// How the penalty stands beside the errors' part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Penalty {
    /// As it should.
    Right,
    /// Off by the same factor as the rest.
    AsTheRest,
    Times(f64),
    /// Something else stands for λ W.
    Instead(&'static PenaltySlip),
}

/// What may stand for λ W.
#[derive(Debug)]
pub(super) struct PenaltySlip {
    pub kind: Kind,
    /// From λ W of the layer, and λ.
    pub compute: fn(&Array2<f64>, f64) -> Array2<f64>,
}

impl PartialEq for PenaltySlip {
    fn eq(&self, other: &PenaltySlip) -> bool {
        self.kind.name == other.kind.name
    }
}

const SLOPE_OF_PENALTY: &str = "the slope of λ/2 Σ w² is λ w for each weight: add λ W";

static PENALTY_SLIPS: &[PenaltySlip] = &[
    PenaltySlip {
        kind: mistake(
            "penalty's sign alone",
            "λ times the sign of each weight is added in {at}: the slope of λ Σ |w|",
            SLOPE_OF_PENALTY,
        ),
        compute: |penalty, lambda| penalty.mapv(|w| lambda * w.signum()),
    },
    PenaltySlip {
        kind: mistake(
            "penalty itself added",
            "the penalty λ/2 Σ w² itself, one number, is added to every slope in {at}",
            SLOPE_OF_PENALTY,
        ),
        compute: |penalty, lambda| {
            Array2::from_elem(penalty.dim(), 0.5 * penalty.iter().map(|w| w * w).sum::<f64>() / lambda)
        },
    },
    PenaltySlip {
        kind: mistake(
            "penalty with the squares",
            "λ/2 w² is added in {at}, and not its slope",
            SLOPE_OF_PENALTY,
        ),
        compute: |penalty, lambda| penalty.mapv(|w| 0.5 * w * w / lambda),
    },
    PenaltySlip {
        kind: mistake("penalty with λ²", "λ is multiplied in twice in the penalty of {at}", SLOPE_OF_PENALTY),
        compute: |penalty, lambda| lambda * penalty,
    },
    PenaltySlip {
        kind: mistake("penalty without λ", "W is added without λ in {at}", SLOPE_OF_PENALTY),
        compute: |penalty, lambda| penalty / lambda,
    },
];

/// What may be beside the errors' part, of weights with a penalty.
pub(super) fn penalties(counts: &Counts) -> Vec<Penalty> {
    let mut all = vec![Penalty::Right, Penalty::AsTheRest];
    all.extend([0.0, 2.0, 0.5, -1.0].map(Penalty::Times));
    if counts.examples > 2.0 {
        all.extend([1.0 / counts.examples, counts.examples].map(Penalty::Times));
    }
    all.extend(PENALTY_SLIPS.iter().map(Penalty::Instead));
    all
}

/// The mistake in the penalty, if there is one.
pub(super) fn mistake_in(penalty: Penalty, n: f64) -> Option<&'static Kind> {
    match penalty {
        Penalty::Right | Penalty::AsTheRest => None,
        Penalty::Times(factor) => Some(penalty_mistake(factor, n)),
        Penalty::Instead(slip) => Some(&slip.kind),
    }
}

/// The mistake that gives the penalty this factor.
pub(super) fn penalty_mistake(factor: f64, n: f64) -> &'static Kind {
    match factor {
        0.0 => &PENALTY_FORGOTTEN,
        2.0 => &PENALTY_TWICE,
        0.5 => &PENALTY_HALVED,
        f if f < 0.0 => &PENALTY_SUBTRACTED,
        f if f == n => &PENALTY_TIMES_N,
        _ => &PENALTY_OVER_N,
    }
}

/// A sum where this network's cost is a mean, or a mean where it is a sum: then these are the numbers of another cost of this page, which
/// can be chosen there. The numbers cannot tell whether the choice or the program is wrong.
///
/// A sum of cross-entropies beside a penalty that is as it should be is a mistake too: the two are out of balance. Without a penalty it
/// only makes the steps longer.
pub(super) fn other_own_cost(
    factor: f64,
    penalty: Penalty,
    net: &Network,
    counts: &Counts,
) -> Option<&'static Kind> {
    let same = |other: f64| counts.examples > 1.0 && (factor - other).abs() <= 1e-7 * factor;
    match net.cost {
        // of two outputs, that is the mean of all squares too
        Cost::SumOfSquares if counts.outputs != 2.0 => same(1.0 / counts.examples).then_some(&OWN_MEAN),
        Cost::MeanSquares { lambda: 0.0 } => same(counts.examples).then_some(&OWN_SUM),
        Cost::CrossEntropy { lambda } if lambda > 0.0 && penalty == Penalty::Right => {
            same(counts.examples).then_some(&SUM_BESIDE_PENALTY)
        }
        _ => None,
    }
}

/// The factors between costs of the same kind, each with the cost's formula. The factor is beside this network's own slopes.
pub(super) fn other_costs(net: &Network, counts: &Counts) -> Vec<(f64, String)> {
    let (n, k) = (counts.examples, counts.outputs);
    let own = if net.cost == Cost::SumOfSquares { 1.0 } else { n };
    let mut costs: Vec<(f64, String)> = Vec::new();
    let mut add = |factor: f64, formula: String| match costs.iter_mut().find(|(other, _)| *other == factor) {
        _ if factor == 1.0 => {}
        Some((_, known)) => *known = format!("{known} or {formula}"),
        None => costs.push((factor, formula)),
    };
    let means = [(1.0, ""), (n, " / N"), (n * k, " / (N K)"), (k, " / K")];
    // of one output the last two are known
    let n_means = if k == 1.0 { 2 } else { means.len() };
    for (over, mean) in means.into_iter().take(n_means) {
        if let Cost::CrossEntropy { .. } = net.cost {
            let terms = match net.output_activation {
                Activation::Softmax => "Σ y ln ŷ",
                _ => "Σ (y ln ŷ + (1 − y) ln(1 − ŷ))",
            };
            add(own / over, format!("J = −{terms}{mean}"));
            continue;
        }
        for (factor, half) in [(1.0, "½ "), (2.0, "")] {
            let used_by = match (half, mean) {
                ("", " / N") if k == 1.0 => " (the mean of the squares: MSELoss, np.mean)",
                ("", " / (N K)") => " (the mean of the squares over all entries: MSELoss, np.mean)",
                _ => "",
            };
            add(factor * own / over, format!("J = {half}Σ (y − ŷ)²{mean}{used_by}"));
        }
    }
    costs
}

/// What the other cost's formula is, if it was not meant.
fn what_is_wrong(factor: f64, formula: &str) -> String {
    let is_sum = !formula.contains(" / N") && !formula.contains(" / (N K)");
    let mut wrong = Vec::new();
    if formula.contains("J = Σ (y − ŷ)²") {
        wrong.push("the ½ before the sum is missing");
    }
    if is_sum && factor > 1.0 && factor != 2.0 {
        wrong.push("they are summed over the examples, where the mean belongs");
    }
    if !is_sum && factor < 1.0 {
        wrong.push("they are a mean over the examples, where the sum belongs");
    }
    if formula.contains('K') {
        wrong.push("they are divided by the number of outputs as well");
    }
    if wrong.is_empty() { "the factor is what is wrong".into() } else { wrong.join(", and ") }
}

/// Right numbers, of another cost.
pub(super) fn other_cost(factor: f64, formula: &str, penalty: &str) -> Mistake {
    let text = format!(
        "{formula}{penalty}, which are {} times this page's. If this page's cost was meant, {}",
        crate::text::number(factor),
        what_is_wrong(factor, formula)
    );
    Mistake::new(&OTHER_COST, Vec::new()).with_value(factor).with_detail(text)
}

/// The mistakes that multiply slopes by something, each with its factor.
pub(super) fn factor_mistakes(net: &Network, counts: &Counts) -> Vec<(f64, &'static Kind)> {
    let n = counts.examples;
    let mut all = vec![(2.0, &TWICE), (0.5, &HALVED)];
    if n > 1.0 {
        match net.cost {
            Cost::SumOfSquares => {
                all.extend([(1.0 / n, &MEAN_FOR_SUM), (n, &TIMES_N), (1.0 / (n * n), &N_SQUARED)]);
            }
            _ => all.extend([(n, &SUM_FOR_MEAN), (1.0 / n, &DIVIDED_AGAIN)]),
        }
    }
    if counts.inputs > 1.0 {
        let own = if net.cost == Cost::SumOfSquares { 1.0 } else { n };
        all.push((own / (n * counts.inputs), &ALL_ENTRIES));
        all.push((own / counts.inputs, &COLUMNS));
    }
    if let Cost::CrossEntropy { .. } = net.cost {
        all.extend([(std::f64::consts::LOG2_E, &BASE_2), (std::f64::consts::LOG10_E, &BASE_10)]);
    }
    // a factor that is 1 here is no mistake
    all.retain(|(factor, _)| *factor != 1.0);
    all
}

/// Every factor that has a name.
pub(super) fn named_factors(net: &Network, counts: &Counts) -> Vec<f64> {
    let mut factors: Vec<f64> = factor_mistakes(net, counts).iter().map(|(factor, _)| *factor).collect();
    factors.extend(other_costs(net, counts).iter().map(|(factor, _)| *factor));
    factors.extend((1..=net.weights.len()).filter_map(|layer| by_units(layer, net, counts)));
    factors
}

/// Whether a number is one that people choose for a learning rate: one digit, or 0.15, 0.25, 0.75.
pub(super) fn is_rate(factor: f64) -> bool {
    if !(1e-6..1.0).contains(&factor) {
        return false;
    }
    let decade = 10f64.powi(factor.log10().floor() as i32);
    let digits = factor / decade;
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 1.5, 2.5, 7.5].iter().any(|d| (digits - d).abs() < 1e-7 * d)
}

/// What a factor in all slopes may come from, as an explanation for each; and whether it is only a number without a reason.
pub(super) fn explain_all(
    factor: f64,
    penalty: Penalty,
    of: &[Part],
    net: &Network,
    counts: &Counts,
) -> Vec<(Vec<Mistake>, f64)> {
    let same = |other: f64| (factor - other).abs() <= 1e-7 * factor;
    let mut all: Vec<(Vec<Mistake>, f64)> = Vec::new();
    let own = other_own_cost(factor, penalty, net, counts);
    all.extend(own.map(|kind| (vec![Mistake::new(kind, of.to_vec())], 1.0)));
    let other_costs = other_costs(net, counts).into_iter().filter(|(other, _)| own.is_none() && same(*other));
    for (other, formula) in other_costs {
        let rest = match (net.cost.lambda() > 0.0, penalty) {
            (false, _) => String::new(),
            (true, Penalty::Right) => ", with the penalty λ/2 Σ w² as it is".into(),
            (true, _) => ", with the penalty times the same".into(),
        };
        all.push((vec![other_cost(other, &formula, &rest)], 0.0));
    }
    for (_, kind) in factor_mistakes(net, counts).into_iter().filter(|(other, _)| same(*other)) {
        let is_same_cost = std::ptr::eq(kind, &MEAN_FOR_SUM) || std::ptr::eq(kind, &SUM_FOR_MEAN);
        // that is the convention, said already
        if !(is_same_cost || (std::ptr::eq(kind, &TWICE) && own.is_none() && !all.is_empty())) {
            all.push((vec![Mistake::new(kind, of.to_vec())], 1.0));
        }
    }
    if all.is_empty() && is_rate(factor) {
        all.push((vec![Mistake::new(&STEP, of.to_vec()).with_value(factor)], 1.0));
    }
    if all.is_empty() {
        all.push((vec![unnamed(factor, of)], 1.5));
    }
    all
}

/// The mistake behind a factor in some of the slopes.
pub(super) fn explain_some(factor: f64, of: Part, net: &Network, counts: &Counts) -> Vec<&'static Kind> {
    let same = |other: f64| (factor - other).abs() <= 1e-7 * factor;
    let mut all = factor_mistakes(net, counts);
    if let Part::DjDw(layer) = of {
        all.extend(by_units(layer, net, counts).map(|factor| (factor, &UNITS_BEFORE)));
    }
    all.into_iter().filter(|(other, _)| same(*other)).map(|(_, kind)| kind).collect()
}

/// The factor of slopes that are divided by the number of units before them instead of by that of the examples.
fn by_units(layer: usize, net: &Network, counts: &Counts) -> Option<f64> {
    let own = if net.cost == Cost::SumOfSquares { 1.0 } else { counts.examples };
    let factor = own / net.weights[layer - 1].nrows() as f64;
    (factor != 1.0 && layer > 1).then_some(factor)
}

/// A factor that only has its number, with what is worth a look.
fn unnamed(factor: f64, of: &[Part]) -> Mistake {
    let times = crate::text::number(factor);
    let near = |other: f64| (factor - other).abs() <= 1e-6 * factor;
    let reason = match factor {
        _ if near(1.0 / (1.0 - 0.9)) => ", as after many steps with a momentum of 0.9: 1 / (1 − 0.9)".into(),
        f if near(1.9) || near(2.71) => format!(", as after steps with a momentum of 0.9 ({f} = 1 + 0.9 …)"),
        f if f > 1.0 && f < 1000.0 && near(f.round()) => {
            format!(", as if {times} gradients had been added up: is it set back to 0 before each call?")
        }
        _ => String::new(),
    };
    Mistake::new(&FACTOR, of.to_vec())
        .with_value(factor)
        .with_detail(format!("{times} times the right numbers, all of them{reason}"))
}

/// The sign, of slopes whose penalty has it or has not.
pub(super) fn sign_mistake(penalty: Penalty, net: &Network, of: Vec<Part>) -> Mistake {
    let penalised = net.cost.lambda() > 0.0 && penalty != Penalty::AsTheRest;
    let has_weights = of.iter().any(|part| matches!(part, Part::DjDw(_)));
    Mistake::new(if penalised && has_weights { &MINUS_FORGOTTEN } else { &SIGN }, of)
}
