//! Which classic mistake a reader's update of the weights shows.

use super::factor::{Counts, factor_mistakes, other_cost, other_costs};
use super::mistake::{Kind, Mistake, mistake, update_mistake};
use super::part::{Part, listed};
use super::precision::{self, Precision};
use super::{Deviation, DiagnoseOptions, Diagnosis, check_layers, diagnose_with, upright_examples};
use crate::error::{Error, Result};
use crate::model::Network;
use ndarray::{Array1, Array2, Axis};

static UPHILL: Kind = update_mistake(
    "uphill",
    "{at} went uphill: the slopes were added instead of subtracted",
    "with an error y − ŷ the steps are added; with ŷ − y they are subtracted",
);
static OVERWRITTEN: Kind = update_mistake(
    "overwritten",
    "{at} {is} overwritten with the step itself: {detail}",
    "the step is taken from where the weights are: `-=` and not `=-`",
);
static OTHER_RATE: Kind = update_mistake(
    "another rate",
    "the step of {at} has another learning rate: {value} instead of the one that was named{detail}",
    "look for what multiplies or divides the step: the rate itself, a 1/N, a factor in the gradient",
);
static MOMENTUM: Kind = update_mistake(
    "momentum",
    "the step of {at} is {value} times as long as the slopes and the rate make it, as with momentum: {detail}",
    "momentum is no mistake, only not a plain step; compare with the first step after the velocity is set to 0",
);
static ADDED_UP: Kind = update_mistake(
    "gradients added up",
    "the step of {at} is {value} times as long as it should be, as if the gradients of {value} calls had been added up",
    "set the gradient back to 0 before each call: `zero_grad()`, or a new array",
);
static DECAY: Kind = update_mistake(
    "decay",
    "beside the step, {at} shrank by {value} of itself",
    "that is weight decay, with λ = that share / rate. If it is wanted, give the network a cost with this λ; if not, look for λ W",
);
static NOT_CHANGED: Kind = update_mistake(
    "not changed",
    "{at} {is} not changed",
    "every weight matrix takes its step: is the new value stored, or only computed?",
);
static NOTHING_CHANGED: Kind = update_mistake(
    "nothing changed",
    "no weight has changed",
    "is the new value stored, or only computed? In a function, an assignment may change a copy",
);
static PER_EXAMPLE: Kind = update_mistake(
    "update per example",
    "the weights were updated after each example, not once for all of them",
    "that is stochastic gradient descent, and learns too; for the step of this course add up the slopes of all examples first",
);
static SEVERAL: Kind = update_mistake(
    "several steps",
    "{value} steps were made, not one",
    "compare the weights before and after a single step",
);
static SIGN_STEP: Kind = update_mistake(
    "sign of the slopes",
    "each weight of {at} moved by the same amount, {value}, by the sign of its slope alone",
    "that is the first step of Adam, Adagrad, or of sign descent: no mistake, only not a plain step",
);
static TOO_EARLY: Kind = mistake(
    "W changed too early",
    "{at} {is} changed before the error goes back over it",
    "compute all slopes with the old weights, and change the weights afterwards",
);

/// [`diagnose`](crate::diagnose) for a step of gradient descent: tells from the weights before and after it, which classic mistake is in
/// the update, or that it is right.
///
/// Many programs that do not learn have right slopes and a wrong step: uphill, stored over the weights instead of taken from them, left out for
/// a matrix, or added up over calls. When the update is right for slopes that are not, they are looked at as by
/// [`diagnose_with`](crate::diagnose_with).
///
/// # Shapes
///
/// `before` and `after` are the network with its weights and biases before and after one step W ← W − `learning_rate` · dJ/dW; `x` and `y` as in
/// [`diagnose`](crate::diagnose).
///
/// # Errors
///
/// Those of [`Network::cost`]; when the two networks have other layers; when the learning rate is not a positive number.
///
/// # Examples
///
/// ```
/// use demystified::{Network, Scaler, diagnose_step, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let step = 0.5 * net.gradients(&data.x, &data.y)?.to_vector();
/// let downhill = net.with_params(&(net.params() - &step))?;
/// let uphill = net.with_params(&(net.params() + &step))?;
///
/// assert!(diagnose_step(&net, &downhill, &data.x, &data.y, 0.5)?.is_right());
/// let diagnosis = diagnose_step(&net, &uphill, &data.x, &data.y, 0.5)?;
/// assert_eq!(diagnosis.mistakes()[0].name(), "uphill");
/// assert!(diagnosis.to_string().ends_with("Formula: W ← W − rate · dJ/dW"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn diagnose_step(
    before: &Network,
    after: &Network,
    x: &Array2<f64>,
    y: &Array2<f64>,
    learning_rate: f64,
) -> Result<Diagnosis> {
    check_layers(after, before)?;
    if before.has_bias() != after.has_bias() {
        let of = |net: &Network| if net.has_bias() { "biases" } else { "no biases" };
        let (value, expected) = (format!("one with {}", of(after)), format!("{}, as before it", of(before)));
        return Err(Error::unsuitable("the network after the step", value, expected));
    }
    if !(learning_rate.is_finite() && learning_rate > 0.0) {
        return Err(Error::out_of_range("learning_rate", learning_rate, "a finite number above 0"));
    }
    let (x, y, columns) = upright_examples(before, x, y);
    before.forward(&x)?;
    before.check_truth(&x, &y)?;
    let step = Step::new(before, after, &x, &y, learning_rate)?;
    let mut explanations = step.explanations()?;
    explanations.iter_mut().for_each(|found| found.extend(columns.clone()));
    Ok(step.verdict(explanations))
}

/// One array of weights or biases, before and after.
struct Array {
    part: Part,
    before: Array2<f64>,
    after: Array2<f64>,
    slope: Array2<f64>,
    precision: Precision,
}

struct Step<'a> {
    net: &'a Network,
    after: &'a Network,
    x: &'a Array2<f64>,
    y: &'a Array2<f64>,
    rate: f64,
    arrays: Vec<Array>,
}

/// Weights and biases, each as a table.
fn tables(net: &Network) -> Vec<(Part, Array2<f64>)> {
    let weights = net.weights.iter().enumerate().map(|(i, w)| (Part::W(i + 1), w.clone()));
    let biases = net.biases.iter().enumerate();
    weights.chain(biases.map(|(i, b)| (Part::B(i + 1), b.clone().insert_axis(Axis(0))))).collect()
}

impl<'a> Step<'a> {
    fn new(
        net: &'a Network,
        after: &'a Network,
        x: &'a Array2<f64>,
        y: &'a Array2<f64>,
        rate: f64,
    ) -> Result<Step<'a>> {
        let gradient = net.with_params(&net.gradients(x, y)?.to_vector())?;
        let (old, new, slopes) = (tables(net), tables(after), tables(&gradient));
        let precisions = Precision::of_each(&new.iter().map(|(_, array)| array).collect::<Vec<_>>());
        let arrays = old
            .into_iter()
            .zip(new)
            .zip(slopes.into_iter().zip(precisions))
            .map(|(((part, before), (_, after)), ((_, slope), precision))| Array {
                part,
                before,
                after,
                slope,
                precision: precision.loose(1e-9),
            })
            .collect();
        Ok(Step { net, after, x, y, rate, arrays })
    }

    fn all(&self) -> Vec<Part> {
        self.arrays.iter().map(|array| array.part).collect()
    }

    /// Whether all weights may be these.
    fn is_at(&self, params: &Array1<f64>) -> bool {
        let Ok(net) = self.net.with_params(params) else { return false };
        self.arrays.iter().zip(tables(&net)).all(|(array, (_, computed))| array.is_at(&computed))
    }

    fn explanations(&self) -> Result<Vec<Vec<Mistake>>> {
        let right = |array: &Array| array.is_at(&array.stepped(self.rate));
        if self.arrays.iter().all(right) {
            return Ok(vec![vec![]]);
        }
        if self.arrays.iter().all(Array::is_unchanged) {
            return Ok(vec![vec![Mistake::new(&NOTHING_CHANGED, Vec::new())]]);
        }
        let mut found: Vec<Vec<Mistake>> = Vec::new();
        // each array by itself: right, or one of what can happen to it
        for slip in [Array::uphill, Array::overwritten, Array::left_alone] {
            let mut mistakes = Vec::new();
            let fits = self.arrays.iter().all(|array| {
                right(array)
                    || slip(array, self.rate).is_some_and(|found| {
                        found.join_into(&mut mistakes);
                        true
                    })
            });
            if fits {
                found.push(mistakes);
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
        found.extend(self.another_length());
        found.extend(self.decay());
        // with the rate itself, and with its share of a mean
        let n = self.y.nrows() as f64;
        let by_example =
            |rate: f64| per_example(self.net, self.x, self.y, rate).is_some_and(|w| self.is_at(&w));
        if by_example(self.rate) || n > 1.0 && by_example(self.rate / n) {
            found.push(vec![Mistake::new(&PER_EXAMPLE, Vec::new())]);
        }
        found.extend(self.several());
        found.extend(self.too_early());
        found.extend(self.signs());
        if !found.is_empty() {
            return Ok(found);
        }
        self.wrong_slopes()
    }

    /// A step in the right direction, or the opposite one, that is too long or too short.
    fn another_length(&self) -> Vec<Vec<Mistake>> {
        let (mut above, mut below) = (0.0, 0.0);
        for array in &self.arrays {
            let moved = &array.before - &array.after;
            above += (&moved * &array.slope).sum();
            below += (&array.slope * &array.slope).sum();
        }
        let factor = above / below / self.rate;
        let fits =
            |factor: f64| self.arrays.iter().all(|array| array.is_at(&array.stepped(factor * self.rate)));
        if !factor.is_finite() || factor == 0.0 || !fits(factor) {
            return Vec::new();
        }
        let all = || self.all();
        let mut sign = Vec::new();
        if factor < 0.0 {
            sign.push(Mistake::new(&UPHILL, all()));
        }
        let counts = Counts {
            examples: self.y.nrows() as f64,
            outputs: self.y.ncols() as f64,
            inputs: self.x.ncols() as f64,
        };
        let is = |named: f64| {
            (factor.abs() - named).abs() < 1e-6 * named || {
                let named = named * factor.signum();
                (named - factor).abs() < 0.02 * named.abs() && fits(named)
            }
        };
        let mut found: Vec<Vec<Mistake>> = Vec::new();
        let mut add = |one: Mistake| found.push([&sign[..], &[one]].concat());
        for (named, formula) in other_costs(self.net, &counts).into_iter().filter(|(named, _)| is(*named)) {
            add(other_cost(named, &formula, ""));
        }
        let reasons = [
            (0.1, "1 − 0.9, the first step of a mean that keeps 0.9 of its past"),
            (1.9, "1 + 0.9, as a first Nesterov step or a second step has it"),
            (10.0, "1 / (1 − 0.9), as after many steps"),
            (0.01, "1 − 0.99"),
            (1.99, "1 + 0.99"),
            (1.5, "1 + 0.5"),
            (2.71, "1 + 0.9 + 0.9², as a third step has it"),
        ];
        for (named, reason) in reasons.into_iter().filter(|(named, _)| is(*named)) {
            add(Mistake::new(&MOMENTUM, all()).with_value(named).with_detail(reason));
        }
        let calls = factor.abs().round();
        if (2.0..=1000.0).contains(&calls) && is(calls) {
            add(Mistake::new(&ADDED_UP, all()).with_value(calls));
        }
        let named = factor_mistakes(self.net, &counts);
        let reason = named.into_iter().find(|(named, _)| is(*named)).map(|(_, kind)| kind.name);
        let detail = match reason {
            Some("mean for sum") => ", a mean over the examples where the sum belongs",
            Some("sum for mean") => ", a sum over the examples where the mean belongs",
            Some("halved") => ", half of it",
            Some("divided by N again" | "divided by N twice") => {
                ", divided by the number of examples once too often"
            }
            _ if is(self.rate) => ", its square: the rate is multiplied in twice",
            _ if is(1.0 / self.rate) => ": the rate is not in the step at all",
            _ => "",
        };
        if found.is_empty() || detail.contains("rate is") {
            let rate = factor.abs() * self.rate;
            found.push(
                [&sign[..], &[Mistake::new(&OTHER_RATE, self.all()).with_value(rate).with_detail(detail)]]
                    .concat(),
            );
        }
        found
    }

    /// A right step, and a share of the weights themselves gone.
    fn decay(&self) -> Option<Vec<Mistake>> {
        let weights = || self.arrays.iter().filter(|array| matches!(array.part, Part::W(_)));
        let share = |arrays: &[&Array]| {
            let (mut above, mut below) = (0.0, 0.0);
            for array in arrays {
                let rest = array.stepped(self.rate) - &array.after;
                above += (&rest * &array.before).sum();
                below += (&array.before * &array.before).sum();
            }
            above / below
        };
        let all: Vec<&Array> = self.arrays.iter().collect();
        let only_weights: Vec<&Array> = weights().collect();
        for decayed in [only_weights, all] {
            let share = share(&decayed);
            let fits = self.arrays.iter().all(|array| {
                let is_decayed = decayed.iter().any(|other| other.part == array.part);
                let shrunk =
                    if is_decayed { share * &array.before } else { Array2::zeros(array.before.dim()) };
                array.is_at(&(array.stepped(self.rate) - shrunk))
            });
            if share.is_finite() && share != 0.0 && fits {
                let of = decayed.iter().map(|array| array.part).collect();
                return Some(vec![Mistake::new(&DECAY, of).with_value(share)]);
            }
        }
        None
    }

    /// More steps than one, as long as the weights stay finite.
    fn several(&self) -> Option<Vec<Mistake>> {
        let mut moving = self.net.clone();
        for n in 1..=10 {
            let slopes = moving.gradients(self.x, self.y).ok()?.to_vector();
            moving = moving.with_params(&(moving.params() - self.rate * slopes)).ok()?;
            if n > 1 && self.is_at(&moving.params()) {
                return Some(vec![Mistake::new(&SEVERAL, Vec::new()).with_value(f64::from(n))]);
            }
        }
        None
    }

    /// Slopes of the first layers that were computed with the last W after its step.
    fn too_early(&self) -> Option<Vec<Mistake>> {
        let n = self.net.weights.len();
        if n < 2 {
            return None;
        }
        // layer by layer, from the last: the δ that goes back takes the new W
        let pass = self.net.forward(self.x).ok()?;
        let mut delta = self.net.output_delta(&pass, self.y);
        let mut moved = self.net.clone();
        for i in (0..n).rev() {
            let mut slope = pass.a[i].t().dot(&delta);
            slope.scaled_add(self.net.cost.lambda(), &self.net.weights[i]);
            moved.weights[i] = &self.net.weights[i] - &(self.rate * slope);
            if let Some(b) = moved.biases.get_mut(i) {
                *b = &*b - &(self.rate * delta.sum_axis(Axis(0)));
            }
            if i > 0 {
                let back = delta.dot(&moved.weights[i].t());
                delta = self.net.hidden_activation.dj_dz(&pass.z[i - 1], &pass.a[i], back);
            }
        }
        let at = (2..=n).map(Part::W).collect();
        self.is_at(&moved.params()).then(|| vec![Mistake::new(&TOO_EARLY, at)])
    }

    /// Steps of one length everywhere, downhill.
    fn signs(&self) -> Option<Vec<Mistake>> {
        let moves: Vec<(f64, f64)> = self
            .arrays
            .iter()
            .flat_map(|array| {
                array.before.iter().zip(&array.after).map(|(b, a)| b - a).zip(array.slope.iter().copied())
            })
            .filter(|(_, slope)| *slope != 0.0)
            .collect();
        let length = moves.iter().map(|(moved, _)| moved.abs()).fold(0.0, f64::max);
        // Adam's ε shortens the steps along small slopes a little
        let same = |(moved, slope): &(f64, f64)| (moved / slope.signum() - length).abs() < 1e-3 * length;
        (moves.len() > 3 && length > 0.0 && moves.iter().all(same))
            .then(|| vec![Mistake::new(&SIGN_STEP, self.all()).with_value(length)])
    }

    /// A plain step along slopes that are wrong themselves.
    fn wrong_slopes(&self) -> Result<Vec<Vec<Mistake>>> {
        let slopes = |old: &Array2<f64>, new: &Array2<f64>| (old - new) / self.rate;
        let weights: Vec<Array2<f64>> =
            self.net.weights.iter().zip(&self.after.weights).map(|(old, new)| slopes(old, new)).collect();
        let biases = self
            .net
            .biases
            .iter()
            .zip(&self.after.biases)
            .map(|(old, new)| (old - new) / self.rate)
            .collect();
        // rounded weights do not tell their slopes
        if self.arrays.iter().any(|array| array.precision.digits().is_some()) {
            return Ok(Vec::new());
        }
        let options = DiagnoseOptions { dj_db: biases, ..DiagnoseOptions::default() };
        Ok(diagnose_with(self.net, self.x, self.y, &weights, &options)?.explanations)
    }

    fn verdict(&self, explanations: Vec<Vec<Mistake>>) -> Diagnosis {
        let stepped: Vec<Array2<f64>> = self.arrays.iter().map(|array| array.stepped(self.rate)).collect();
        let compared = self.arrays.iter().zip(&stepped);
        let right =
            compared.clone().filter(|(array, stepped)| array.is_at(stepped)).map(|(array, _)| array.part);
        let right_parts: Vec<Part> = if explanations.is_empty() { right.collect() } else { Vec::new() };
        // digits that end before the step begins say nothing of it
        let hidden: Vec<Part> =
            self.arrays.iter().filter(|array| array.is_hidden(self.rate)).map(|array| array.part).collect();
        let remark = if hidden.is_empty() {
            String::new()
        } else {
            let digits = "print more digits of the weights, before and after";
            format!(
                "The digits of {} are too few to show a step of this length: {digits}.",
                listed(hidden.iter().map(Part::to_string))
            )
        };
        let of = compared
            .map(|(array, stepped)| (array.part, &array.after, stepped, array.precision, array.size()));
        Diagnosis {
            largest_deviation: Deviation::largest(of),
            explanations: if hidden.is_empty() { explanations } else { Vec::new() },
            right_parts,
            subject: "your step".into(),
            precisions: self.arrays.iter().map(|array| array.precision).collect(),
            net: self.net.clone(),
            n_examples: self.y.nrows(),
            remark,
        }
    }
}

/// The weights after an update for each example, in their order.
fn per_example(net: &Network, x: &Array2<f64>, y: &Array2<f64>, rate: f64) -> Option<Array1<f64>> {
    let mut moving = net.clone();
    for n in 0..y.nrows() {
        let (x, y) = (x.select(Axis(0), &[n]), y.select(Axis(0), &[n]));
        let slopes = moving.gradients(&x, &y).ok()?.to_vector();
        moving = moving.with_params(&(moving.params() - rate * slopes)).ok()?;
    }
    Some(moving.params())
}

impl Array {
    fn size(&self) -> f64 {
        precision::largest(&self.before).max(precision::largest(&self.after))
    }

    fn stepped(&self, rate: f64) -> Array2<f64> {
        &self.before - &(rate * &self.slope)
    }

    fn is_at(&self, computed: &Array2<f64>) -> bool {
        // what matters is the step, which may be small beside the weights
        let moved = precision::largest(&(&self.after - &self.before))
            .max(precision::largest(&(computed - &self.before)));
        let size = self.size();
        self.after.iter().zip(computed).all(|(&a, &c)| {
            let digits = self.precision.allowed(a, c, 0.0, 0.0);
            (a - c).abs() <= digits + 1e-8 * moved + 1e-14 * size + self.single() * size
        })
    }

    /// What 32-bit weights have lost.
    fn single(&self) -> f64 {
        let all_single = self.after.iter().all(|&v| f64::from(v as f32) == v);
        if all_single || self.precision.digits().is_some_and(|digits| digits > 6) { 2e-7 } else { 0.0 }
    }

    fn is_hidden(&self, rate: f64) -> bool {
        let step = precision::largest(&(rate * &self.slope));
        let moved = precision::largest(&(&self.after - &self.before));
        let digits = self.precision.half_unit(&self.after) + self.single() * self.size();
        digits > 0.0 && step > 0.0 && step.max(moved) < 8.0 * digits
    }

    fn is_unchanged(&self) -> bool {
        self.before == self.after
    }

    fn uphill(&self, rate: f64) -> Option<Mistake> {
        self.is_at(&self.stepped(-rate)).then(|| Mistake::new(&UPHILL, vec![self.part]))
    }

    fn overwritten(&self, rate: f64) -> Option<Mistake> {
        let texts = [(-rate, "−rate · dJ/dW"), (rate, "rate · dJ/dW"), (1.0, "dJ/dW"), (-1.0, "−dJ/dW")];
        let found = texts.into_iter().find(|(factor, _)| self.is_at(&(*factor * &self.slope)))?;
        Some(Mistake::new(&OVERWRITTEN, vec![self.part]).with_detail(found.1))
    }

    fn left_alone(&self, _: f64) -> Option<Mistake> {
        self.is_unchanged().then(|| Mistake::new(&NOT_CHANGED, vec![self.part]))
    }
}
