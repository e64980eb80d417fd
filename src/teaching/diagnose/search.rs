//! The search: which mistakes, made in a backward pass of our own, give the reader's slopes.

use super::backward::{Setting, Slopes};
use super::digits::{EXACT, Precision};
use super::mistake::{Mistake, Part};
use super::slip::{concerns_penalty, slips, with_slip, without_slip};
use crate::error::Result;
use ndarray::Array2;

/// The reader's slopes, each in the shape that it should have.
pub(super) struct Handed<'a> {
    pub parts: Vec<Part>,
    pub values: Vec<Array2<f64>>,
    pub setting: &'a Setting<'a>,
}

/// Sets of mistakes that each give the reader's slopes, and how exactly they do. The empty set is the right gradient; no set at
/// all means that nothing fits.
pub(super) struct Found {
    pub explanations: Vec<Vec<Mistake>>,
    pub precision: Precision,
}

impl Handed<'_> {
    /// Fewest mistakes first, and the strictest comparison first: what agrees in all digits is not there by chance.
    pub fn search(&self, tolerance: f64) -> Result<Found> {
        let rounding = self.setting.rounding(&self.parts)?;
        let rounded = Precision::of_rounded(&self.values.iter().collect::<Vec<_>>());
        let mut stages = vec![(EXACT, 1)];
        match rounded {
            // so few digits agree with two mistakes at once by chance
            Some(shown @ Precision::Rounded { digits, .. }) => {
                stages.extend((1..=if digits < 6 { 1 } else { 2 }).map(|n_mistakes| (shown, n_mistakes)));
            }
            _ => stages.push((EXACT, 2)),
        }
        let loose = Precision::Relative(tolerance);
        stages.push((loose, 1));
        if rounded.is_none() {
            stages.push((loose, 2));
        }
        for (precision, n_mistakes) in stages {
            let comparison = Comparison::new(self, precision, &rounding);
            let mut explanations = if n_mistakes == 1 { comparison.none_or_one() } else { comparison.two() };
            prune(&mut explanations);
            if !explanations.is_empty() {
                return Ok(Found { explanations, precision });
            }
        }
        Ok(Found { explanations: Vec::new(), precision: loose })
    }
}

/// The reader's slopes and the right ones, at one precision.
struct Comparison<'a> {
    handed: &'a Handed<'a>,
    precision: Precision,
    rounding: &'a [f64],
    right: Vec<Slopes>,
    mistakes: Vec<Mistake>,
    slips: Vec<Mistake>,
}

impl<'a> Comparison<'a> {
    fn new(handed: &'a Handed<'a>, precision: Precision, rounding: &'a [f64]) -> Comparison<'a> {
        let setting = handed.setting;
        Comparison {
            handed,
            precision,
            rounding,
            right: setting.backward(&[], &handed.parts).unwrap_or_default(),
            mistakes: setting.mistakes(),
            slips: slips(setting.net, setting.y.nrows()),
        }
    }

    fn agrees(&self, i: usize, computed: &Array2<f64>) -> bool {
        self.precision.agree(&self.handed.values[i], computed, self.rounding[i])
    }

    /// Which parts are not what these slopes say.
    fn wrong_parts(&self, slopes: &[Slopes]) -> Vec<usize> {
        (0..slopes.len()).filter(|&i| !self.agrees(i, &without_slip(&slopes[i]))).collect()
    }

    /// Whether all parts are what these slopes say; stops at the first that is not.
    fn all_agree(&self, slopes: &[Slopes]) -> bool {
        (0..slopes.len()).all(|i| self.agrees(i, &without_slip(&slopes[i])))
    }

    fn backward(&self, mistakes: &[&Mistake]) -> Option<Vec<Slopes>> {
        self.handed.setting.backward(mistakes, &self.handed.parts)
    }

    fn slip_agrees(&self, slip: &Mistake, slopes: &[Slopes], i: usize) -> bool {
        let n = self.handed.setting.n();
        with_slip(slip, &slopes[i], self.handed.parts[i], n).is_some_and(|computed| self.agrees(i, &computed))
    }

    /// The right gradient, and every single mistake.
    fn none_or_one(&self) -> Vec<Vec<Mistake>> {
        let wrong = self.wrong_parts(&self.right);
        let is_right = wrong.is_empty();
        let mut explanations = Vec::new();
        if is_right {
            explanations.push(Vec::new());
            // what cannot be told from the right gradient by all its digits is not a mistake
            if !matches!(self.precision, Precision::Rounded { .. }) {
                return explanations;
            }
        }
        for slip in &self.slips {
            let parts = if is_right { self.parts_that_may_have(slip) } else { wrong.clone() };
            if !parts.is_empty() && parts.iter().all(|&i| self.slip_agrees(slip, &self.right, i)) {
                explanations.extend(self.in_parts(slip, &parts).map(|slip| vec![slip]));
            }
        }
        for mistake in &self.mistakes {
            let Some(slopes) = self.backward(&[mistake]) else { continue };
            if self.all_agree(&slopes) && !(is_right && self.is_the_right_one(&slopes)) {
                explanations.push(vec![mistake.clone()]);
            }
        }
        explanations
    }

    /// Every pair of mistakes.
    fn two(&self) -> Vec<Vec<Mistake>> {
        let mut explanations = Vec::new();
        let wrong = self.wrong_parts(&self.right);
        for (k, first) in self.slips.iter().enumerate() {
            for second in &self.slips[k + 1..] {
                let (of_first, others): (Vec<usize>, Vec<usize>) =
                    wrong.iter().partition(|&&i| self.slip_agrees(first, &self.right, i));
                if of_first.is_empty() {
                    break;
                }
                if !others.is_empty() && others.iter().all(|&i| self.slip_agrees(second, &self.right, i)) {
                    let pair = [self.in_parts(first, &of_first), self.in_parts(second, &others)];
                    explanations.extend(pair.into_iter().collect::<Option<Vec<_>>>());
                }
            }
        }
        for (k, first) in self.mistakes.iter().enumerate() {
            let Some(slopes) = self.backward(&[first]) else { continue };
            let wrong = self.wrong_parts(&slopes);
            for slip in &self.slips {
                if wrong.iter().all(|&i| self.slip_agrees(slip, &slopes, i)) {
                    explanations.extend(self.in_parts(slip, &wrong).map(|slip| vec![first.clone(), slip]));
                }
            }
            for second in &self.mistakes[k + 1..] {
                if self.backward(&[first, second]).is_some_and(|slopes| self.all_agree(&slopes)) {
                    explanations.push(vec![first.clone(), second.clone()]);
                }
            }
        }
        explanations
    }

    /// The mistake in these parts; none when another one says the same of them.
    fn in_parts(&self, slip: &Mistake, parts: &[usize]) -> Option<Mistake> {
        let of: Vec<Part> = parts.iter().map(|&i| self.handed.parts[i]).collect();
        let only_biases = of.iter().all(|part| matches!(part, Part::DjDb(_)));
        (!(only_biases && concerns_penalty(slip))).then(|| slip.clone().in_parts(of))
    }

    /// The parts that this mistake would change.
    fn parts_that_may_have(&self, slip: &Mistake) -> Vec<usize> {
        let n = self.handed.setting.n();
        let changes = |&i: &usize| {
            with_slip(slip, &self.right[i], self.handed.parts[i], n)
                .is_some_and(|wrong| !EXACT.agree(&without_slip(&self.right[i]), &wrong, self.rounding[i]))
        };
        (0..self.right.len()).filter(changes).collect()
    }

    fn is_the_right_one(&self, slopes: &[Slopes]) -> bool {
        let same = |i: usize| {
            EXACT.agree(&without_slip(&self.right[i]), &without_slip(&slopes[i]), self.rounding[i])
        };
        (0..slopes.len()).all(same)
    }
}

/// Drops what is only another explanation with more layers in it, where they have no effect.
fn prune(explanations: &mut Vec<Vec<Mistake>>) {
    let all = explanations.clone();
    let is_smaller = |one: &Vec<Mistake>, other: &Vec<Mistake>| {
        one.len() == other.len()
            && one != other
            && one.iter().zip(other).all(|(one, other)| one == other || one.is_within(other))
    };
    explanations.retain(|other| !all.iter().any(|one| is_smaller(one, other)));
}
