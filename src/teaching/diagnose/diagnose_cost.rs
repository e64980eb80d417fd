//! Which classic mistake a reader's cost shows.

use super::digits::{EXACT, Precision};
use super::mistake::{Factor, Mistake, Part};
use super::{Deviation, Diagnosis};
use crate::error::{Error, Result};
use crate::model::{Activation, Cost, ForwardPass, Network};
use ndarray::{Array2, array};

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
/// use demystified::{Mistake, Network, Scaler, diagnose_cost, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let y_hat = net.predict(&data.x)?;
/// let flat = data.y.column(0).to_owned();
/// let j = 0.5 * (flat - y_hat).mapv(|e| e * e).sum();
///
/// let diagnosis = diagnose_cost(&net, &data.x, &data.y, j)?;
/// assert_eq!(diagnosis.mistakes(), [Mistake::TruthBroadcast]);
/// assert!(diagnosis.to_string().starts_with("Not yet: each truth is compared with every prediction.\nHint: y needs two axes"));
/// assert!(diagnose_cost(&net, &data.x, &data.y, net.cost(&data.x, &data.y)?)?.is_right());
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn diagnose_cost(net: &Network, x: &Array2<f64>, y: &Array2<f64>, j: f64) -> Result<Diagnosis> {
    let pass = net.forward(x)?;
    let right = net.cost_of(&pass, y)?;
    if !j.is_finite() {
        let expected = "a finite number".into();
        return Err(Error::OutOfRange { name: "j".into(), value: j.to_string(), expected });
    }
    let yours = array![[j]];
    let candidates = candidates(net, &pass, y);
    let rounding = 1e-14 * candidates.iter().map(|(value, _)| value.abs()).fold(0.0, f64::max);
    let mut stages = vec![(EXACT, 1)];
    match Precision::of_rounded(&[&yours]) {
        Some(shown) => stages.push((shown, 1)),
        None => stages.extend([(EXACT, 2), (Precision::Relative(1e-6), 1)]),
    }
    let mut found = (Vec::new(), EXACT);
    for (precision, n_mistakes) in stages {
        let agrees = |value: f64| precision.agree(&yours, &array![[value]], rounding);
        let matching = candidates.iter().filter(|(value, mistakes)| {
            // rounded numbers may agree with a mistake as well as with the right cost
            let differs = mistakes.is_empty() || !EXACT.agree(&array![[right]], &array![[*value]], rounding);
            mistakes.len() <= n_mistakes && differs && agrees(*value)
        });
        let mut matching: Vec<Vec<Mistake>> = matching.map(|(_, mistakes)| mistakes.clone()).collect();
        if matching.iter().any(Vec::is_empty) && !matches!(precision, Precision::Rounded { .. }) {
            matching.retain(Vec::is_empty);
        }
        if !matching.is_empty() {
            found = (matching, precision);
            break;
        }
    }
    Ok(Diagnosis {
        explanations: found.0,
        largest_deviation: Some(Deviation { part: Part::J, row: 0, column: 0, yours: j, right }),
        right_parts: Vec::new(),
        subject: "your cost".into(),
        precision: found.1,
        net: net.clone(),
        n_examples: y.nrows(),
    })
}

/// What J would be with no mistake, and with one or two: factor · errors + penalty.
fn candidates(net: &Network, pass: &ForwardPass, y: &Array2<f64>) -> Vec<(f64, Vec<Mistake>)> {
    let mut candidates = Vec::new();
    for (data, wrong_data) in data_terms(net, pass, y) {
        for (factor, wrong_factor) in factors(net, y) {
            for (penalty, wrong_penalty) in penalties(net, y) {
                let mistakes = [wrong_data.clone(), wrong_factor.clone(), wrong_penalty].concat();
                if mistakes.len() <= 2 {
                    candidates.push((factor * data + penalty, mistakes));
                }
            }
        }
    }
    if net.cost.lambda() > 0.0 {
        // the whole, penalty included, twice or half
        let (whole, of) =
            (net.cost.data_term(net.output_activation, pass, y) + net.penalty(), || vec![Part::J]);
        candidates.push((2.0 * whole, vec![Mistake::FactorOff { factor: Factor::Two, of: of() }]));
        candidates.push((0.5 * whole, vec![Mistake::FactorOff { factor: Factor::Half, of: of() }]));
        candidates.push((-whole, vec![Mistake::SignFlipped { of: of() }]));
    }
    candidates
}

type Term = (f64, Vec<Mistake>);

/// What the errors add up to.
fn data_terms(net: &Network, pass: &ForwardPass, y: &Array2<f64>) -> Vec<Term> {
    let (output, y_hat) = (net.output_activation, &pass.a[pass.a.len() - 1]);
    let n = y.nrows() as f64;
    let mut terms = vec![(net.cost.data_term(output, pass, y), vec![])];
    let mut add = |value: f64, mistake: Mistake| terms.push((value, vec![mistake]));
    let mean = if net.cost == Cost::SumOfSquares { 1.0 } else { n };
    let error = y - y_hat;
    if let Cost::CrossEntropy { .. } = net.cost {
        add(0.5 * error.mapv(|e| e * e).sum() / n, Mistake::SquaredInsteadOfCrossEntropy);
        let first = Cost::CrossEntropy { lambda: 0.0 };
        if output == Activation::Sigmoid {
            // −Σ y ln ŷ: with y = 1 throughout, the cost of z is −Σ ln ŷ
            let entropy = |z: f64| (-z).max(0.0) + libm::log1p(libm::exp(-z.abs()));
            let z = &pass.z[pass.z.len() - 1];
            add((y * &z.mapv(entropy)).sum() / n, Mistake::SecondTermForgotten);
            if y.ncols() == 1 && y.nrows() > 1 {
                // each truth with every prediction
                let sum: f64 =
                    (0..y.nrows()).map(|row| first.data_term(output, pass, &constant(y, row))).sum();
                add(sum, Mistake::TruthBroadcast);
            }
        }
        return terms;
    }
    add(0.5 * error.sum() / mean, Mistake::ErrorsNotSquared);
    add(0.5 * error.mapv(f64::abs).sum() / mean, Mistake::AbsoluteErrors);
    if y.ncols() == 1 && y.nrows() > 1 {
        let sum: f64 = (0..y.nrows()).map(|row| (constant(y, row) - y_hat).mapv(|e| e * e).sum()).sum();
        add(0.5 * sum / mean, Mistake::TruthBroadcast);
    }
    let cross_entropy = Cost::CrossEntropy { lambda: 0.0 };
    if cross_entropy.check(output, y).is_ok() {
        let value = cross_entropy.data_term(output, pass, y) * n / mean;
        add(value, Mistake::CrossEntropyInsteadOfSquared);
    }
    terms
}

/// One truth for all examples.
fn constant(y: &Array2<f64>, row: usize) -> Array2<f64> {
    Array2::from_elem(y.dim(), y[[row, 0]])
}

/// By what the errors' sum may be multiplied.
fn factors(net: &Network, y: &Array2<f64>) -> Vec<Term> {
    let (n, n_outputs) = (y.nrows() as f64, y.ncols() as f64);
    let of = || vec![Part::J];
    let penalised = net.cost.lambda() > 0.0;
    let is_mean = net.cost != Cost::SumOfSquares;
    let off = |factor: Factor| match penalised {
        true => Mistake::DataFactorOff { factor, of: of() },
        false => Mistake::FactorOff { factor, of: of() },
    };
    let sign =
        if penalised { Mistake::MinusForgotten { of: of() } } else { Mistake::SignFlipped { of: of() } };
    let squared = !matches!(net.cost, Cost::CrossEntropy { .. });
    let twice = if squared { Mistake::HalfForgotten } else { off(Factor::Two) };
    let mut factors =
        vec![(1.0, vec![]), (2.0, vec![twice.clone()]), (0.5, vec![off(Factor::Half)]), (-1.0, vec![sign])];
    if n > 1.0 {
        let (other_sum, mistake) = match is_mean {
            true => (n, Mistake::SumInsteadOfMean { of: of() }),
            false => (1.0 / n, Mistake::MeanInsteadOfSum { of: of() }),
        };
        factors.push((other_sum, vec![mistake.clone()]));
        // the plain mean, or the plain sum, of the squares
        factors.push((2.0 * other_sum, vec![twice, mistake]));
        if is_mean {
            factors.push((1.0 / n, vec![off(Factor::OneOverN)]));
        }
    }
    if n_outputs > 1.0 {
        factors.push((1.0 / n_outputs, vec![Mistake::MeanOverOutputs]));
    }
    factors
}

/// What may be added for large weights.
fn penalties(net: &Network, y: &Array2<f64>) -> Vec<Term> {
    let (penalty, n) = (net.penalty(), y.nrows() as f64);
    let of = || vec![Part::J];
    let mut penalties = vec![(penalty, vec![])];
    if net.cost.lambda() > 0.0 {
        penalties.push((0.0, vec![Mistake::PenaltyForgotten { of: of() }]));
        penalties.push((2.0 * penalty, vec![Mistake::PenaltyTwice { of: of() }]));
        penalties.push((-penalty, vec![Mistake::PenaltySubtracted { of: of() }]));
        if n > 1.0 {
            penalties.push((penalty / n, vec![Mistake::PenaltyOverN { of: of() }]));
        }
        if net.has_bias() {
            let biases = 0.5 * net.cost.lambda() * net.biases.iter().flatten().map(|b| b * b).sum::<f64>();
            penalties.push((penalty + biases, vec![Mistake::BiasPenalised { of: of() }]));
        }
    }
    penalties
}
