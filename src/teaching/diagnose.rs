//! Which classic mistake a reader's own numbers show.

mod backward;
mod diagnose_cost;
mod diagnose_forward;
mod digits;
mod mistake;
mod search;
mod slip;

use crate::data::check_array;
use crate::error::{Error, Result};
use crate::model::Network;
use crate::text::number;
use backward::Setting;
pub use diagnose_cost::diagnose_cost;
pub use diagnose_forward::diagnose_forward;
use digits::{EXACT, Precision};
pub use mistake::{Factor, Mistake, Part};
use ndarray::{Array1, Array2, Axis};
use search::Handed;
use std::fmt;

/// Tells which classic mistake is in a gradient of your own, or that it is right.
///
/// For every mistake that it knows, a backward pass with that mistake in it is computed, and the numbers are compared with yours.
/// See [`Diagnosis`] for what counts as the same, and [`Mistake`] for what is known. The slopes of the biases are not looked at;
/// [`diagnose_with`] takes them too.
///
/// # Shapes
///
/// `x` is examples × inputs, `y` is examples × outputs; `dj_dw` holds dJ/dW^(1), dJ/dW^(2), …, each in the shape of its weights.
/// One that is transposed is recognised.
///
/// # Errors
///
/// Those of [`Network::cost`]; and when an array is missing, holds NaN or an infinity, or has a shape that is neither that of its
/// weights nor that turned over.
///
/// # Examples
///
/// ```
/// use demystified::{Mistake, Network, Scaler, diagnose, sleep_study_train};
///
/// let data = Scaler::fit(&sleep_study_train(), 100.0)?.transform(&sleep_study_train())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let pass = net.forward(&data.x)?;
///
/// // a backward pass in which f′(z2) is forgotten
/// let delta3 = -(&data.y - pass.y_hat()) * net.activations().1.derivative(&pass.z(3))?;
/// let delta2 = delta3.dot(&net.w(2).t());
/// let (dj_dw1, dj_dw2) = (data.x.t().dot(&delta2), pass.a(2).t().dot(&delta3));
///
/// let diagnosis = diagnose(&net, &data.x, &data.y, &[dj_dw1, dj_dw2])?;
/// assert!(!diagnosis.is_right());
/// assert_eq!(diagnosis.mistakes(), [Mistake::SlopeMissing { layers: vec![2] }]);
/// assert_eq!(
///     diagnosis.to_string(),
///     "Not yet: f′(z⁽²⁾) is missing.\n\
///      Hint: the slope passes through the activation function, so the chain rule needs its f′.\n\
///      Formula: δ⁽²⁾ = (δ⁽³⁾ W⁽²⁾ᵀ) ∘ f′(z⁽²⁾)"
/// );
///
/// let right = net.gradients(&data.x, &data.y)?;
/// assert!(diagnose(&net, &data.x, &data.y, &[right.dj_dw(1), right.dj_dw(2)])?.is_right());
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn diagnose(net: &Network, x: &Array2<f64>, y: &Array2<f64>, dj_dw: &[Array2<f64>]) -> Result<Diagnosis> {
    diagnose_with(net, x, y, dj_dw, &DiagnoseOptions::default())
}

/// What [`diagnose_with`] may know beside the slopes of the weights.
///
/// # Examples
///
/// ```
/// use demystified::DiagnoseOptions;
///
/// let options = DiagnoseOptions { tolerance: 1e-3, ..DiagnoseOptions::default() };
/// assert!(options.dj_db.is_empty() && options.previous.is_none());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DiagnoseOptions {
    /// dJ/db^(1), dJ/db^(2), …, or none: then the biases' slopes are not looked at.
    pub dj_db: Vec<Array1<f64>>,
    /// The network before its last step, or none: then slopes that are left over from it are not recognised. One call cannot
    /// know them.
    pub previous: Option<Network>,
    /// How far slopes that are not visibly rounded may lie from the computed ones, beside the largest of the array.
    pub tolerance: f64,
}

impl Default for DiagnoseOptions {
    fn default() -> DiagnoseOptions {
        DiagnoseOptions { dj_db: Vec::new(), previous: None, tolerance: 1e-6 }
    }
}

/// [`diagnose`], knowing more: the slopes of the biases, the network before its last step, another tolerance.
///
/// # Errors
///
/// Those of [`diagnose`], for the biases' slopes too; when the previous network has other layers; when the tolerance is not
/// a number from 0 to 0.1.
///
/// # Examples
///
/// A gradient that was not computed anew after a step:
///
/// ```
/// use demystified::{DiagnoseOptions, Mistake, Network, Scaler, diagnose_with, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let before = Network::random(&[2, 3, 1], 1)?;
/// let old = before.gradients(&data.x, &data.y)?;
/// let net = before.with_params(&(before.params() - 3.0 * old.to_vector()))?;
///
/// let options = DiagnoseOptions { previous: Some(before), ..DiagnoseOptions::default() };
/// let diagnosis = diagnose_with(&net, &data.x, &data.y, &[old.dj_dw(1), old.dj_dw(2)], &options)?;
/// assert_eq!(diagnosis.mistakes(), [Mistake::StaleGradient]);
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn diagnose_with(
    net: &Network,
    x: &Array2<f64>,
    y: &Array2<f64>,
    dj_dw: &[Array2<f64>],
    options: &DiagnoseOptions,
) -> Result<Diagnosis> {
    let pass = net.forward(x)?;
    net.check_truth(x, y)?;
    check_tolerance(options.tolerance)?;
    let previous = match &options.previous {
        Some(previous) => {
            check_layers(previous, net)?;
            Some((previous, previous.forward(x)?))
        }
        None => None,
    };
    let setting = Setting { net, y, pass, previous };
    check_count("dj_dw", dj_dw.len(), "weight array", net.weights.len())?;
    if !options.dj_db.is_empty() {
        check_count("dj_db", options.dj_db.len(), "bias array", net.biases.len())?;
    }

    let parts = setting.parts(!options.dj_db.is_empty());
    let mut transposed = Vec::new();
    let mut values = Vec::new();
    for (i, (slopes, w)) in dj_dw.iter().zip(&net.weights).enumerate() {
        let turned = slopes.dim() != w.dim() && slopes.t().dim() == w.dim();
        let upright = if turned { slopes.t().to_owned() } else { slopes.clone() };
        check_slopes(&format!("dj_dw{}", i + 1), &upright, &format!("w{}", i + 1), w)?;
        transposed.extend(turned.then_some(parts[i]));
        values.push(upright);
    }
    for (i, (slopes, b)) in options.dj_db.iter().zip(&net.biases).enumerate() {
        let (name, slopes) = (format!("dj_db{}", i + 1), slopes.clone().insert_axis(Axis(0)));
        if slopes.len() != b.len() {
            return Err(mismatch(&name, slopes.len(), &format!("b{}", i + 1), b.len(), "value"));
        }
        check_array(&name, &slopes)?;
        values.push(slopes);
    }

    let handed = Handed { parts, values, setting: &setting };
    let mut found = handed.search(options.tolerance)?;
    if found.explanations.is_empty() && handed.values.iter().flatten().all(|&v| v == 0.0) {
        found.explanations.push(vec![Mistake::AllZero]);
    }
    if !transposed.is_empty() {
        found.explanations.iter_mut().for_each(|mistakes| add_transposed(mistakes, &transposed));
    }
    let is_unknown = found.explanations.is_empty();
    let right = net.gradients_of(&setting.pass, y)?;
    let right_values =
        right.dj_dw.iter().cloned().chain(right.dj_db.iter().map(|b| b.clone().insert_axis(Axis(0))));
    let compared: Vec<(Part, Array2<f64>, Array2<f64>)> = handed
        .parts
        .iter()
        .zip(handed.values.iter().zip(right_values))
        .map(|(&part, (handed, right))| (part, handed.clone(), right))
        .collect();
    let rounding = setting.rounding(&handed.parts)?;
    let loose = Precision::Relative(options.tolerance);
    let right_parts = compared
        .iter()
        .zip(&rounding)
        .filter(|((_, handed, right), rounding)| loose.agree(handed, right, **rounding));
    Ok(Diagnosis {
        right_parts: if is_unknown { right_parts.map(|((part, ..), _)| *part).collect() } else { Vec::new() },
        largest_deviation: largest_deviation(&compared),
        explanations: found.explanations,
        subject: if options.dj_db.is_empty() && net.has_bias() {
            "your dJ/dW (dJ/db was not looked at)".into()
        } else {
            "your gradient".into()
        },
        precision: found.precision,
        net: net.clone(),
        n_examples: y.nrows(),
    })
}

/// What a reader's own numbers show: right, a classic mistake, or something unknown.
///
/// # What counts as the same
///
/// Your numbers are compared with those of every known mistake, and a mistake is named when all of them agree: to 1e-9 of
/// the largest number of each array; or, if they are visibly rounded (to 3 to 9 digits, as when they are copied from a screen), to
/// half a unit of their last digit; or else to the tolerance, 1e-6, which is what 32-bit numbers need. One mistake is looked for
/// before two, and two only in numbers of at least 6 digits.
///
/// When several mistakes give the same numbers, all are named: with one example a sum and a mean are the same. A mistake that
/// changes nothing, as a forgotten f′ where f′ = 1, is none.
///
/// # Examples
///
/// Copied from a screen with four decimals, and the sign flipped:
///
/// ```
/// use demystified::{Mistake, Network, Part, Scaler, diagnose, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let right = net.gradients(&data.x, &data.y)?;
/// let copied = |dj_dw: ndarray::Array2<f64>| dj_dw.mapv(|v| (-v * 1e4).round() / 1e4);
/// let diagnosis = diagnose(&net, &data.x, &data.y, &[copied(right.dj_dw(1)), copied(right.dj_dw(2))])?;
/// assert_eq!(diagnosis.mistakes(), [Mistake::SignFlipped { of: vec![Part::DjDw(1), Part::DjDw(2)] }]);
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// Sets of mistakes that each give these numbers; they cannot be told apart here if there are several. The empty set says
    /// that the numbers are right; no set at all, that nothing known gives them.
    pub explanations: Vec<Vec<Mistake>>,
    /// Where your numbers lie farthest from the right ones.
    pub largest_deviation: Option<Deviation>,
    /// The arrays that are right, when the rest is not known.
    pub right_parts: Vec<Part>,
    subject: String,
    precision: Precision,
    net: Network,
    n_examples: usize,
}

/// One number that is not what it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Deviation {
    /// In which array.
    pub part: Part,
    /// The row, counted from 0.
    pub row: usize,
    /// The column, counted from 0.
    pub column: usize,
    /// Your number.
    pub yours: f64,
    /// The right one.
    pub right: f64,
}

impl Diagnosis {
    /// Whether the numbers are right, as far as their digits show.
    pub fn is_right(&self) -> bool {
        self.explanations.iter().any(Vec::is_empty)
    }

    /// Whether no known mistake gives these numbers.
    pub fn is_unknown(&self) -> bool {
        self.explanations.is_empty()
    }

    /// Every mistake that the numbers may show; none when they are right in all their digits, or unknown.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut mistakes: Vec<Mistake> = Vec::new();
        for mistake in self.explanations.iter().flatten() {
            if !mistakes.contains(mistake) {
                mistakes.push(mistake.clone());
            }
        }
        mistakes
    }

    /// Why several mistakes give the same numbers.
    fn why_ambiguous(&self) -> String {
        match (self.n_examples, self.precision) {
            (_, Precision::Rounded { digits, .. }) => format!("from {digits} digits"),
            (1, _) => "with one example".into(),
            (2, _) => "with two examples".into(),
            _ => "with this network and these examples".into(),
        }
    }
}

/// The finding in plain words, with a hint and a formula for each mistake on lines of their own.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clauses = |mistakes: &[Mistake]| {
            let clauses: Vec<String> = mistakes.iter().map(Mistake::to_string).collect();
            clauses.join(", and ")
        };
        let wrong: Vec<&Vec<Mistake>> =
            self.explanations.iter().filter(|mistakes| !mistakes.is_empty()).collect();
        if self.is_right() {
            write!(f, "✓ {} is right, {}", self.subject, self.precision.words())?;
            if !wrong.is_empty() {
                write!(f, "; with more digits one could exclude that ")?;
                let others: Vec<String> = wrong.iter().map(|mistakes| clauses(mistakes)).collect();
                write!(f, "{}", others.join(", or that "))?;
            }
            return Ok(());
        }
        match wrong.as_slice() {
            [] => {
                write!(
                    f,
                    "Not yet: {} is not right, and it is none of the mistakes known here.",
                    self.subject
                )?;
                if !self.right_parts.is_empty() {
                    let right = mistake::listed(self.right_parts.iter().map(Part::to_string));
                    write!(f, "\nRight: {right}.")?;
                }
                if let Some(at) = &self.largest_deviation {
                    let Deviation { part, row, column, yours, right } = at;
                    let (yours, right) = (number(*yours), number(*right));
                    if *part == Part::J {
                        return write!(
                            f,
                            "\nYours is {yours}, where {right} is right.\nHint: check each step by itself."
                        );
                    }
                    write!(
                        f,
                        "\nFarthest off: {part} in row {row}, column {column}: {yours}, where {right} is right."
                    )?;
                }
                write!(f, "\nHint: check each step by itself.")
            }
            [mistakes] => {
                write!(f, "Not yet: {}.", clauses(mistakes))?;
                write_advice(f, mistakes, &self.net, "")
            }
            several => {
                let (n, why) = (several.len(), self.why_ambiguous());
                write!(f, "Not yet: one of {n} mistakes, which cannot be told apart {why}.")?;
                for mistakes in several {
                    write!(f, "\n• {}.", clauses(mistakes))?;
                    write_advice(f, mistakes, &self.net, "  ")?;
                }
                write!(f, "\nAnother number of examples, or another network, may tell.")
            }
        }
    }
}

fn write_advice(
    f: &mut fmt::Formatter<'_>,
    mistakes: &[Mistake],
    net: &Network,
    indent: &str,
) -> fmt::Result {
    for mistake in mistakes {
        write!(f, "\n{indent}Hint: {}.", mistake.hint())?;
        write!(f, "\n{indent}Formula: {}", mistake.formula(net))?;
    }
    Ok(())
}

/// Adds what the shape has shown.
fn add_transposed(mistakes: &mut Vec<Mistake>, parts: &[Part]) {
    for mistake in mistakes.iter_mut() {
        if let Mistake::Transposed { of } = mistake {
            of.extend(parts);
            of.sort();
            return;
        }
    }
    mistakes.push(Mistake::Transposed { of: parts.to_vec() });
}

fn largest_deviation(compared: &[(Part, Array2<f64>, Array2<f64>)]) -> Option<Deviation> {
    let entries = compared.iter().flat_map(|(part, yours, right)| {
        yours.indexed_iter().zip(right).map(|(((row, column), &yours), &right)| Deviation {
            part: *part,
            row,
            column,
            yours,
            right,
        })
    });
    let size = |d: &Deviation| (d.yours - d.right).abs();
    entries.max_by(|a, b| size(a).total_cmp(&size(b)))
}

fn check_tolerance(tolerance: f64) -> Result<()> {
    let Precision::Relative(least) = EXACT else { unreachable!("a relative precision") };
    if (least..=0.1).contains(&tolerance) {
        return Ok(());
    }
    Err(Error::OutOfRange {
        name: "tolerance".into(),
        value: tolerance.to_string(),
        expected: format!("a number from {least:e} to 0.1"),
    })
}

fn check_count(name: &str, found: usize, unit: &'static str, expected: usize) -> Result<()> {
    if found == expected { Ok(()) } else { Err(mismatch(name, found, "the network", expected, unit)) }
}

fn mismatch(name: &str, found: usize, other: &str, expected: usize, unit: &'static str) -> Error {
    let (name, other) = (name.into(), other.into());
    Error::Mismatch { name, found, found_unit: unit, other, expected, expected_unit: unit }
}

/// Whether the previous network has the layers of this one.
fn check_layers(previous: &Network, net: &Network) -> Result<()> {
    if previous.layer_sizes() == net.layer_sizes() {
        return Ok(());
    }
    Err(Error::OutOfRange {
        name: "the previous network's layer_sizes".into(),
        value: format!("{:?}", previous.layer_sizes()),
        expected: format!("those of the network, {:?}", net.layer_sizes()),
    })
}

/// Whether slopes have the shape of their weights, and are numbers.
fn check_slopes(name: &str, slopes: &Array2<f64>, other: &str, w: &Array2<f64>) -> Result<()> {
    check_array(name, slopes)?;
    if slopes.nrows() != w.nrows() {
        return Err(mismatch(name, slopes.nrows(), other, w.nrows(), "row"));
    }
    if slopes.ncols() != w.ncols() {
        return Err(mismatch(name, slopes.ncols(), other, w.ncols(), "column"));
    }
    Ok(())
}
