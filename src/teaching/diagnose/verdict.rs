//! What is said of a reader's numbers.

use super::mistake::{Mistake, delta_formula};
use super::part::{Part, listed};
use super::precision::{self, Precision};
use crate::model::Network;
use ndarray::Array2;
use std::fmt;

/// What a reader's own numbers show: right, right in another convention, a classic mistake, or something unknown.
///
/// # What counts as the same
///
/// Your numbers are compared with those of every known mistake, and a mistake is named when all of them agree: to 1e-9 of
/// the largest number of each array; or, if they are visibly rounded (as when they are copied from a screen), to
/// half a unit of their last digit, each array by its own digits; or else to the tolerance, 1e-6, which is what 32-bit numbers need.
/// The fewest mistakes that explain the numbers are named, and only where the digits say more than chance could: a few numbers of
/// four digits agree with some of a thousand formulas whatever they are.
///
/// When several mistakes give the same numbers, all are named: with one example a sum and a mean are the same. A mistake that
/// changes nothing, as a forgotten f′ where f′ = 1, is none. Steps that are added, with the error y − ŷ, have the opposite sign;
/// that is said in a line of its own, and what else is wrong is found beside it.
///
/// # Examples
///
/// Copied from a screen with four decimals, and the sign flipped:
///
/// ```
/// use demystified::{Network, Part, Scaler, diagnose, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let right = net.gradients(&data.x, &data.y)?;
/// let copied = |dj_dw: ndarray::Array2<f64>| dj_dw.mapv(|v| (-v * 1e4).round() / 1e4);
/// let diagnosis = diagnose(&net, &data.x, &data.y, &[copied(right.dj_dw(1)), copied(right.dj_dw(2))])?;
/// assert_eq!(diagnosis.mistakes()[0].name(), "sign flipped");
/// assert_eq!(diagnosis.mistakes()[0].at(), [Part::DjDw(1), Part::DjDw(2)]);
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// Sets of mistakes and conventions that each give these numbers; they cannot be told apart here if there are several. The
    /// empty set says that the numbers are right; no set at all, that nothing known gives them.
    pub explanations: Vec<Vec<Mistake>>,
    /// Where your numbers lie farthest from the right ones.
    pub largest_deviation: Option<Deviation>,
    /// The arrays that are right, when the rest is not known.
    pub right_parts: Vec<Part>,
    pub(super) subject: String,
    pub(super) precisions: Vec<Precision>,
    pub(super) net: Network,
    pub(super) n_examples: usize,
    /// What else there is to say of numbers that are unknown.
    pub(super) remark: String,
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

impl Deviation {
    /// Where an array lies farthest from the right one, among the entries that differ visibly.
    pub(super) fn largest<'a>(
        compared: impl Iterator<Item = (Part, &'a Array2<f64>, &'a Array2<f64>, Precision, f64)>,
    ) -> Option<Deviation> {
        let mut farthest: Option<(bool, f64, Deviation)> = None;
        for (part, yours, right, precision, size) in compared {
            let scale = precision::largest(yours).max(precision::largest(right));
            for (((row, column), &yours), &right) in yours.indexed_iter().zip(right) {
                let off = (yours - right).abs();
                let is_visible = off > precision.allowed(yours, right, scale, size);
                let is_farther = match &farthest {
                    None => true,
                    Some((visible, most, _)) => (is_visible, off) > (*visible, *most),
                };
                if is_farther {
                    farthest = Some((is_visible, off, Deviation { part, row, column, yours, right }));
                }
            }
        }
        farthest.map(|(_, _, deviation)| deviation)
    }

    /// The two numbers, with as many digits as it takes to see that they differ.
    fn shown(&self) -> (String, String) {
        let plain = (crate::text::number(self.yours), crate::text::number(self.right));
        if plain.0 != plain.1 {
            return plain;
        }
        let at = |digits: usize| (format!("{:.digits$e}", self.yours), format!("{:.digits$e}", self.right));
        (4..17).map(at).find(|(yours, right)| yours != right).unwrap_or(plain)
    }
}

impl Diagnosis {
    /// Whether the numbers are right, as far as their digits show: as they are, or in another convention that
    /// [`Diagnosis::mistakes`] then names.
    pub fn is_right(&self) -> bool {
        self.explanations.iter().any(|found| is_convention(found))
    }

    /// Whether no known mistake gives these numbers.
    pub fn is_unknown(&self) -> bool {
        self.explanations.is_empty()
    }

    /// Every mistake that the numbers may show, and every convention; none when they are right as they are, or unknown.
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
        let digits = self.precisions.iter().filter_map(Precision::digits).max();
        match (self.n_examples, digits) {
            (1, _) => "with one example".into(),
            (2, _) => "with two examples".into(),
            (_, Some(digits)) => format!("from {digits} digits"),
            _ => "with this network and these examples".into(),
        }
    }

    fn write_right(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (right, wrong): (Vec<_>, Vec<_>) =
            self.explanations.iter().partition(|found| is_convention(found));
        write!(f, "✓ {} is right", self.subject)?;
        let conventions: Vec<&&Vec<Mistake>> = right.iter().filter(|found| !found.is_empty()).collect();
        let plain = conventions.len() < right.len();
        if !plain {
            write!(f, ", in another convention")?;
        }
        write!(f, ", {}", precision::words(&self.precisions))?;
        if plain {
            return Ok(());
        }
        for (k, found) in conventions.iter().enumerate() {
            let or = if k == 0 { "" } else { "Or " };
            for convention in found.iter() {
                write!(f, "\n{}.", capital(&format!("{or}{convention}")))?;
                write!(f, "\n{}.", capital(convention.hint()))?;
            }
        }
        for found in wrong {
            write!(
                f,
                "\nThe same numbers also come from a mistake, which cannot be told apart {}: ",
                self.why_ambiguous()
            )?;
            write!(f, "{}.", clauses(found))?;
        }
        Ok(())
    }

    fn write_unknown(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.remark.is_empty() {
            return write!(f, "{}", self.remark);
        }
        write!(f, "Not yet: {} is not right, and it is none of the mistakes known here.", self.subject)?;
        if !self.right_parts.is_empty() {
            write!(f, "\nRight: {}.", listed(self.right_parts.iter().map(Part::to_string)))?;
        }
        if let Some(at) = &self.largest_deviation {
            let (yours, right) = at.shown();
            let Deviation { part, row, column, .. } = at;
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
        write!(f, "\nHint: check each step by itself.")?;
        // the last layer's slopes rest on the fewest steps
        let last = self.net.weights.len();
        let is_right = |layer: usize| self.right_parts.contains(&Part::DjDw(layer));
        let lowest = (1..=last).rev().take_while(|&layer| is_right(layer)).last();
        match lowest {
            Some(layer) if layer > 1 => {
                let formula = delta_formula(&self.net, layer);
                write!(
                    f,
                    " From the output to {} all is right; what comes next is {formula}.",
                    Part::DjDw(layer)
                )
            }
            _ => Ok(()),
        }
    }
}

fn is_convention(found: &[Mistake]) -> bool {
    found.iter().all(Mistake::is_convention)
}

fn clauses(mistakes: &[Mistake]) -> String {
    let clauses: Vec<String> = mistakes.iter().map(Mistake::to_string).collect();
    clauses.join(", and ")
}

/// As a sentence begins; a symbol, such as dJ, stays as it is.
fn capital(text: &str) -> String {
    if text.chars().nth(1).is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// The finding in plain words, with a hint and a formula for each mistake on lines of their own.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_right() {
            return self.write_right(f);
        }
        match self.explanations.as_slice() {
            [] => self.write_unknown(f),
            [mistakes] => {
                write_finding(f, mistakes, "")?;
                write_advice(f, mistakes, &self.net, "")?;
                if self.remark.is_empty() { Ok(()) } else { write!(f, "\n{}", self.remark) }
            }
            several => {
                let (n, why) = (several.len(), self.why_ambiguous());
                write!(f, "Not yet: one of {n} mistakes, which cannot be told apart {why}.")?;
                for mistakes in several {
                    write!(f, "\n• {}.", clauses(mistakes))?;
                    write_advice(f, mistakes, &self.net, "  ")?;
                }
                let remark = if self.remark.is_empty() {
                    "Another number of examples, or another network, may tell."
                } else {
                    &self.remark
                };
                write!(f, "\n{remark}")
            }
        }
    }
}

/// What is wrong; the sign of steps that are added in a line of its own.
fn write_finding(f: &mut fmt::Formatter<'_>, mistakes: &[Mistake], indent: &str) -> fmt::Result {
    let (wrong, rest): (Vec<Mistake>, Vec<Mistake>) =
        mistakes.iter().cloned().partition(|one| !one.is_convention());
    match wrong.as_slice() {
        [sign, others @ ..] if sign.name() == "sign flipped" && !others.is_empty() => {
            write!(f, "{indent}Not yet: {}.", clauses(others))?;
            write!(f, "\n{indent}And {sign}.")?;
        }
        _ => write!(f, "{indent}Not yet: {}.", clauses(&wrong))?,
    }
    for convention in rest {
        write!(f, "\n{indent}{}. That is another convention, and right.", capital(&convention.to_string()))?;
    }
    Ok(())
}

fn write_advice(
    f: &mut fmt::Formatter<'_>,
    mistakes: &[Mistake],
    net: &Network,
    indent: &str,
) -> fmt::Result {
    for mistake in mistakes.iter().filter(|one| !one.is_convention()) {
        write!(f, "\n{indent}Hint: {}.", mistake.hint())?;
        let formula = mistake.formula(net);
        if !formula.is_empty() {
            write!(f, "\n{indent}Formula: {formula}")?;
        }
    }
    Ok(())
}
