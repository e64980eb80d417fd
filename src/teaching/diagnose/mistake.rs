//! What the tables of mistakes hold beside their formulas, and what is found with them.

use super::part::{Part, listed, raised};
use crate::model::Activation;
use crate::model::Cost;
use crate::model::Network;
use crate::text::number;
use std::fmt;

/// The words for a mistake, the same wherever it is made.
///
/// In `clause`, `{at}` stands for the places, `{is}` for "is" or "are", and `{detail}` for what differs from case to case.
#[derive(Debug)]
pub(super) struct Kind {
    /// By which programs and tests know it.
    pub name: &'static str,
    /// What is wrong.
    pub clause: &'static str,
    /// What to try.
    pub hint: &'static str,
    /// Whether it is right elsewhere, only not the form that this course has.
    pub is_convention: bool,
    /// Whether it is made with the slopes, in the update of the weights, and not on the way to them.
    pub is_in_the_update: bool,
}

/// An entry for a mistake.
pub(super) const fn mistake(name: &'static str, clause: &'static str, hint: &'static str) -> Kind {
    Kind { name, clause, hint, is_convention: false, is_in_the_update: false }
}

/// An entry for a mistake in the update.
pub(super) const fn update_mistake(name: &'static str, clause: &'static str, hint: &'static str) -> Kind {
    Kind { is_in_the_update: true, ..mistake(name, clause, hint) }
}

/// An entry for what is right, in another convention.
pub(super) const fn convention(name: &'static str, clause: &'static str, hint: &'static str) -> Kind {
    Kind { is_convention: true, ..mistake(name, clause, hint) }
}

/// A mistake that a reader's numbers show, or a convention that differs from this course's.
///
/// As text it is one clause; [`Diagnosis`](crate::Diagnosis) adds a hint and the formula.
#[derive(Clone)]
pub struct Mistake {
    kind: &'static Kind,
    at: Vec<Part>,
    only_in: Vec<Part>,
    value: Option<f64>,
    detail: String,
}

impl Mistake {
    /// What it is called, in one or a few words that stay the same: `slope missing`.
    pub fn name(&self) -> &'static str {
        self.kind.name
    }

    /// Where it is: the arrays, or f′(z^(l)), W^(l), δ^(l) of the layers.
    pub fn at(&self) -> &[Part] {
        &self.at
    }

    /// Where its effect is seen, when it is not everywhere behind the place where it was made.
    pub fn only_in(&self) -> &[Part] {
        &self.only_in
    }

    /// The number that belongs to it, if there is one: a factor, a learning rate.
    pub fn value(&self) -> Option<f64> {
        self.value
    }

    /// Whether the numbers are right with it: another convention, and no mistake.
    pub fn is_convention(&self) -> bool {
        self.kind.is_convention
    }

    pub(super) fn new(kind: &'static Kind, at: Vec<Part>) -> Mistake {
        Mistake { kind, at, only_in: Vec::new(), value: None, detail: String::new() }
    }

    pub(super) fn with_value(self, value: f64) -> Mistake {
        Mistake { value: Some(value), ..self }
    }

    pub(super) fn with_detail(self, detail: impl Into<String>) -> Mistake {
        Mistake { detail: detail.into(), ..self }
    }

    pub(super) fn seen_only_in(self, only_in: Vec<Part>) -> Mistake {
        Mistake { only_in, ..self }
    }

    pub(super) fn hint(&self) -> &'static str {
        self.kind.hint
    }

    /// Whether the two are the same but for the place.
    pub(super) fn is_same_kind(&self, other: &Mistake) -> bool {
        let close = |one: f64, other: f64| (one - other).abs() <= 1e-3 * one.abs().max(other.abs());
        let same_value = match (self.value, other.value) {
            (Some(one), Some(other)) => close(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        self.kind.name == other.kind.name && self.detail == other.detail && same_value
    }

    /// Adds a mistake to others, joined with the same one of another place.
    pub(super) fn join_into(self, mistakes: &mut Vec<Mistake>) {
        match mistakes.iter_mut().find(|one| one.is_same_kind(&self) && one.only_in == self.only_in) {
            Some(one) => {
                one.at.extend(self.at);
                one.at.sort();
                one.at.dedup();
            }
            None => mistakes.push(self),
        }
    }

    /// The formula to look at, for this network; empty where there is none.
    pub(super) fn formula(&self, net: &Network) -> String {
        let last = net.weights.len() + 1;
        // many slopes that are off by the same show in the δ that all of them come from
        let slopes = self.at.iter().filter(|part| matches!(part, Part::DjDw(_) | Part::DjDb(_))).count();
        match self.at.last() {
            _ if self.kind.is_convention => String::new(),
            _ if self.kind.is_in_the_update => "W ← W − rate · dJ/dW".to_string(),
            _ if slopes > 1 && self.only_in.is_empty() => match self.at[0] {
                Part::DjDb(_) => part_formula(net, &self.at[0]),
                _ if self.kind.hint.contains("δ of the output") || self.kind.hint.contains("(y − ŷ)") => {
                    delta_formula(net, last)
                }
                _ => part_formula(net, &self.at[0]),
            },
            Some(part) => part_formula(net, part),
            None => delta_formula(net, last),
        }
    }
}

/// What is wrong, in a clause.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = listed(self.at.iter().map(Part::to_string));
        let is = if self.at.len() == 1 { "is" } else { "are" };
        let value = self.value.map(number).unwrap_or_default();
        let clause = self.kind.clause.replace("{at}", &at).replace("{is}", is);
        write!(f, "{}", clause.replace("{detail}", &self.detail).replace("{value}", &value))?;
        if !self.only_in.is_empty() {
            write!(f, ", but only in {}", listed(self.only_in.iter().map(Part::to_string)))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}: {self}]", self.kind.name)
    }
}

impl PartialEq for Mistake {
    fn eq(&self, other: &Mistake) -> bool {
        self.is_same_kind(other) && self.at == other.at && self.only_in == other.only_in
    }
}

/// How an array is computed.
fn part_formula(net: &Network, part: &Part) -> String {
    let last = net.weights.len() + 1;
    let penalty = |layer: usize| match net.cost.lambda() > 0.0 {
        true => format!(" + λ W{}", raised(layer)),
        false => String::new(),
    };
    match *part {
        Part::DjDw(l) => format!("dJ/dW{0} = a{0}ᵀ δ{1}{2}", raised(l), raised(l + 1), penalty(l)),
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
        Part::Slope(l) | Part::Delta(l) | Part::W(l) | Part::Back(l) => delta_formula(net, l),
        Part::B(l) => part_formula(net, &Part::Z(l + 1)),
    }
}

/// δ of a layer, for this network's cost and activations.
pub(super) fn delta_formula(net: &Network, layer: usize) -> String {
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

pub(super) fn cost_formula(net: &Network) -> &'static str {
    match (net.cost, net.output_activation) {
        (Cost::SumOfSquares, _) => "J = ½ Σ (y − ŷ)²",
        (Cost::MeanSquares { .. }, _) => "J = ½ Σ (y − ŷ)² / N + λ/2 Σ w²",
        (Cost::CrossEntropy { .. }, Activation::Softmax) => "J = −Σ y ln ŷ / N + λ/2 Σ w²",
        (Cost::CrossEntropy { .. }, _) => "J = −Σ (y ln ŷ + (1 − y) ln(1 − ŷ)) / N + λ/2 Σ w²",
    }
}
