//! Which classic mistake a reader's forward pass shows.

use super::digits::{EXACT, Precision};
use super::mistake::{Mistake, Part};
use super::{Diagnosis, largest_deviation, mismatch};
use crate::data::check_array;
use crate::error::Result;
use crate::model::{Activation, ForwardPass, Network};
use ndarray::{Array2, Axis};

/// [`diagnose`](crate::diagnose) for a forward pass: tells which classic mistake is in your z^(2), a^(2), z^(3), …, ŷ, or that
/// they are right.
///
/// Each array is judged by the one before it as you computed it, so that the first mistake does not hide a second. ŷ may also be
/// handed over by itself; then one mistake is looked for.
///
/// # Shapes
///
/// `values` holds z^(2), a^(2), z^(3), …, ŷ, each examples × units, or ŷ alone.
///
/// # Errors
///
/// Those of [`Network::forward`]; and when an array is missing, holds NaN or an infinity, or has a shape that is neither the right
/// one nor that turned over.
///
/// # Examples
///
/// ```
/// use demystified::{Mistake, Network, Scaler, diagnose_forward, sleep_study, sigmoid};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let z2 = data.x.dot(&net.w(1));
/// let a2 = z2.mapv(sigmoid);
/// let z3 = z2.dot(&net.w(2));   // should be a2
/// let y_hat = z3.mapv(sigmoid);
///
/// let diagnosis = diagnose_forward(&net, &data.x, &[z2, a2, z3, y_hat])?;
/// assert_eq!(diagnosis.mistakes(), [Mistake::WeightedInputPassedOn { layers: vec![3] }]);
/// assert!(diagnose_forward(&net, &data.x, &[net.predict(&data.x)?])?.is_right());
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn diagnose_forward(net: &Network, x: &Array2<f64>, values: &[Array2<f64>]) -> Result<Diagnosis> {
    let pass = net.forward(x)?;
    let last = pass.n_layers();
    let all: Vec<Part> = (2..=last).flat_map(|layer| [Part::Z(layer), Part::A(layer)]).collect();
    let parts = match values.len() {
        1 => vec![Part::A(last)],
        n if n == all.len() => all,
        n => return Err(mismatch("values", n, "the forward pass", all.len(), "array")),
    };
    let mut steps = Vec::new();
    for (&part, value) in parts.iter().zip(values) {
        let right = match part {
            Part::Z(layer) => pass.z(layer),
            Part::A(layer) => pass.a(layer),
            _ => continue,
        };
        steps.push(Step::new(part, value, right, last)?);
    }
    let arrays: Vec<&Array2<f64>> = steps.iter().map(|step| &step.yours).collect();
    let mut precisions = vec![EXACT];
    precisions.push(Precision::of_rounded(&arrays).unwrap_or(Precision::Relative(1e-6)));

    let mut explanations = Vec::new();
    let mut precision = EXACT;
    for at in precisions {
        precision = at;
        let search = Search { net, pass: &pass, precision };
        explanations = match steps.as_slice() {
            [y_hat] => search.of_prediction(y_hat),
            steps => search.of_steps(steps),
        };
        if !explanations.is_empty() {
            break;
        }
    }
    let is_right = |step: &Step| precision.agree(&step.yours, &step.right, rounding(&pass));
    let first_wrong = steps.iter().find(|step| !is_right(step)).or(steps.last());
    let compared = first_wrong.map(|step| (step.part, step.yours.clone(), step.right.clone()));
    let right_parts = match explanations.is_empty() {
        true => steps.iter().filter(|step| is_right(step)).map(|step| step.part).collect(),
        false => Vec::new(),
    };
    Ok(Diagnosis {
        explanations,
        largest_deviation: largest_deviation(compared.as_slice()),
        right_parts,
        subject: if steps.len() == 1 { "your ŷ".into() } else { "your forward pass".into() },
        precision,
        net: net.clone(),
        n_examples: x.nrows(),
    })
}

/// One array of the forward pass, turned upright, beside the right one.
struct Step {
    part: Part,
    yours: Array2<f64>,
    right: Array2<f64>,
    /// Whether the shape told that rows and columns are exchanged.
    turned: bool,
}

impl Step {
    fn new(part: Part, value: &Array2<f64>, right: Array2<f64>, last: usize) -> Result<Step> {
        let name = match part {
            Part::Z(layer) => format!("z{layer}"),
            Part::A(layer) if layer == last => "y_hat".into(),
            other => format!("a{}", if let Part::A(layer) = other { layer } else { last }),
        };
        check_array(&name, value)?;
        let turned = value.dim() != right.dim() && value.t().dim() == right.dim();
        let yours = if turned { value.t().to_owned() } else { value.clone() };
        let other = format!("the right {name}");
        if yours.nrows() != right.nrows() {
            return Err(mismatch(&name, yours.nrows(), &other, right.nrows(), "row"));
        }
        if yours.ncols() != right.ncols() {
            return Err(mismatch(&name, yours.ncols(), &other, right.ncols(), "column"));
        }
        Ok(Step { part, yours, right, turned })
    }
}

struct Search<'a> {
    net: &'a Network,
    pass: &'a ForwardPass,
    precision: Precision,
}

impl Search<'_> {
    /// ŷ alone: no mistake, one in one layer, or the same one in all layers that can have it.
    fn of_prediction(&self, step: &Step) -> Vec<Vec<Mistake>> {
        let last = self.pass.n_layers();
        let shape = step.turned.then(|| Mistake::Transposed { of: vec![step.part] });
        let agrees = |y_hat: &Array2<f64>| self.precision.agree(&step.yours, y_hat, rounding(self.pass));
        let all = || (2..=last).flat_map(|layer| Mistake::of_forward(layer, last));
        let mut found: Vec<Vec<Mistake>> = Vec::new();
        if agrees(&step.right) {
            found.push(Vec::new());
        } else {
            let mut tried: Vec<Vec<Mistake>> = all().map(|mistake| vec![mistake]).collect();
            for mistake in Mistake::of_forward(2, last) {
                let everywhere = all();
                let same: Vec<Mistake> = everywhere.filter(|other| mistake.joined(other).is_some()).collect();
                let fitting: Vec<Mistake> = same
                    .into_iter()
                    .filter(|one| self.forward(std::slice::from_ref(one)).is_some())
                    .collect();
                if fitting.len() > 1 {
                    tried.push(fitting);
                }
            }
            for mistakes in tried {
                if self.forward(&mistakes).is_some_and(|y_hat| agrees(&y_hat)) {
                    found.push(mistakes.into_iter().fold(Vec::new(), with));
                }
            }
            // the same mistake in one more layer, where it has no effect, says nothing
            let all = found.clone();
            found.retain(|other| !all.iter().any(|one| one[0].is_within(&other[0])));
        }
        found.iter_mut().for_each(|mistakes| mistakes.extend(shape.clone()));
        found
    }

    /// Each array from the one before.
    fn of_steps(&self, steps: &[Step]) -> Vec<Vec<Mistake>> {
        let mut explanations: Vec<Vec<Mistake>> = vec![Vec::new()];
        // what the next array is to be computed from: the right one as long as yours is
        let (mut z, mut a) = (None, self.pass.a[0].clone());
        let mut slack = 0.0;
        for step in steps {
            let found = self.of_step(step, z.as_ref(), &a, slack);
            let is_right = found.iter().any(Vec::is_empty) && slack == 0.0;
            explanations = explanations
                .iter()
                .flat_map(|before| found.iter().map(|now| now.iter().cloned().fold(before.clone(), with)))
                .collect();
            let turned_square =
                found.iter().flatten().any(|m| matches!(m, Mistake::Transposed { .. })) && !step.turned;
            let mut value = if is_right { step.right.clone() } else { step.yours.clone() };
            if turned_square {
                value = value.reversed_axes();
            }
            if !is_right {
                slack = self.precision.half_unit(&step.yours).max(rounding(self.pass));
            }
            match step.part {
                Part::Z(_) => z = Some(value),
                _ => a = value,
            }
        }
        explanations
    }

    /// What this array shows; the empty set when it is right, no set when it is unknown.
    fn of_step(
        &self,
        step: &Step,
        z: Option<&Array2<f64>>,
        a: &Array2<f64>,
        slack: f64,
    ) -> Vec<Vec<Mistake>> {
        let base = rounding(self.pass);
        let own =
            |computed: &Array2<f64>, slack: f64| self.precision.agree(&step.yours, computed, base + slack);
        let shape: Vec<Mistake> =
            step.turned.then(|| Mistake::Transposed { of: vec![step.part] }).into_iter().collect();
        let (layer, slack) = match step.part {
            Part::Z(layer) => {
                let sums = self.net.weights[layer - 2].mapv(f64::abs).sum_axis(Axis(0));
                (layer, slack * sums.fold(1.0, |m: f64, &v| m.max(v)))
            }
            Part::A(layer) => (layer, slack),
            _ => return Vec::new(),
        };
        let compute = |mistakes: &[Mistake]| match step.part {
            Part::Z(_) => self.z(mistakes, layer, z, a),
            _ => self.a(mistakes, layer, z?),
        };
        if own(&step.right, 0.0) || compute(&[]).is_some_and(|computed| own(&computed, slack)) {
            return vec![shape];
        }
        let mut found: Vec<Vec<Mistake>> = Vec::new();
        for mistake in Mistake::of_forward(layer, self.pass.n_layers()) {
            // a mistake of z is seen in z, and one of a in a
            if is_of_z(&mistake) != matches!(step.part, Part::Z(_)) {
                continue;
            }
            if compute(std::slice::from_ref(&mistake)).is_some_and(|computed| own(&computed, slack)) {
                found.push(vec![mistake]);
            }
        }
        if step.right.is_square()
            && compute(&[]).is_some_and(|computed| own(&computed.reversed_axes(), slack))
        {
            found.push(vec![Mistake::Transposed { of: vec![step.part] }]);
        }
        if found.is_empty() && step.part == Part::Z(2) {
            let factors = self.input_factors(&step.yours);
            let fits = |factors: &Vec<f64>| {
                let scaled = a * &ndarray::Array1::from_vec(factors.clone());
                self.z(&[], 2, None, &scaled).is_some_and(|computed| own(&computed, 0.0))
            };
            found.extend(factors.filter(fits).map(|factors| vec![Mistake::InputScaled { factors }]));
        }
        found.iter_mut().for_each(|mistakes| mistakes.extend(shape.clone()));
        found
    }

    /// ŷ with these mistakes; none when one of them cannot be made here.
    fn forward(&self, mistakes: &[Mistake]) -> Option<Array2<f64>> {
        let (mut z, mut a) = (None, self.pass.a[0].clone());
        for layer in 2..=self.pass.n_layers() {
            let sum = self.z(mistakes, layer, z.as_ref(), &a)?;
            a = self.a(mistakes, layer, &sum)?;
            z = Some(sum);
        }
        Some(a)
    }

    fn z(
        &self,
        mistakes: &[Mistake],
        layer: usize,
        z: Option<&Array2<f64>>,
        a: &Array2<f64>,
    ) -> Option<Array2<f64>> {
        let w = &self.net.weights[layer - 2];
        let has =
            |kind: fn(&Mistake) -> bool| mistakes.iter().any(|m| kind(m) && m.layers().contains(&layer));
        let source = if has(|m| matches!(m, Mistake::WeightedInputPassedOn { .. })) { z? } else { a };
        let mut sum = if has(|m| matches!(m, Mistake::WeightTransposed { .. })) {
            if !w.is_square() {
                return None;
            }
            source.dot(&w.t())
        } else {
            source.dot(w)
        };
        let forgotten = has(|m| matches!(m, Mistake::BiasForgotten { .. }));
        let other = mistakes.iter().find_map(|m| match m {
            Mistake::BiasOfOtherLayer { found, layers } if layers.contains(&layer) => Some(*found),
            _ => None,
        });
        match (self.net.biases.get(other.unwrap_or(layer - 1) - 1), forgotten) {
            // one bias alone is added to any number of units
            (Some(b), false) if b.len() == w.ncols() || b.len() == 1 => sum += b,
            (None, false) if other.is_none() => {}
            (Some(_), true) => {}
            _ => return None,
        }
        Some(sum)
    }

    fn a(&self, mistakes: &[Mistake], layer: usize, z: &Array2<f64>) -> Option<Array2<f64>> {
        let is_last = layer == self.pass.n_layers();
        let f = if is_last { self.net.output_activation } else { self.net.hidden_activation };
        let here = mistakes.iter().find(|m| !is_of_z(m) && m.layers().contains(&layer));
        match here {
            None => Some(f.apply(z)),
            Some(Mistake::ActivationMissing { .. }) => (f != Activation::Identity).then(|| z.clone()),
            Some(Mistake::OtherActivation { found, .. }) => (f != *found).then(|| found.apply(z)),
            Some(Mistake::ExponentSignFlipped { .. }) => Some(f.apply(&-z)),
            Some(Mistake::ActivationTwice { .. }) => Some(f.apply(&f.apply(z))),
            Some(Mistake::SlopeForActivation { .. }) => f.derivative(z).ok(),
            Some(Mistake::SoftmaxOverColumns { .. }) => {
                (f == Activation::Softmax).then(|| f.apply(&z.t().to_owned()).reversed_axes())
            }
            Some(_) => None,
        }
    }

    /// By what the columns of x must be multiplied to give this z^(2): the least squares of more numbers than columns.
    fn input_factors(&self, z: &Array2<f64>) -> std::option::IntoIter<Vec<f64>> {
        const MAX_INPUTS: usize = 50;
        let (x, w) = (&self.pass.a[0], &self.net.weights[0]);
        let n_inputs = x.ncols();
        if n_inputs > MAX_INPUTS || z.len() <= n_inputs {
            return None.into_iter();
        }
        let z = match self.net.biases.first() {
            Some(b) => z - b,
            None => z.clone(),
        };
        // z[n, h] = Σ_i s_i x[n, i] w[i, h]: the equations for s are (XᵀX ∘ WWᵀ) s = the diagonal of Xᵀ z Wᵀ
        let matrix = x.t().dot(x) * w.dot(&w.t());
        let right = x.t().dot(&z).dot(&w.t()).diag().to_vec();
        solve(matrix, right).into_iter()
    }
}

/// Whether the mistake is made on the way to z, not to a.
fn is_of_z(mistake: &Mistake) -> bool {
    matches!(
        mistake,
        Mistake::BiasForgotten { .. }
            | Mistake::BiasOfOtherLayer { .. }
            | Mistake::WeightTransposed { .. }
            | Mistake::WeightedInputPassedOn { .. }
    )
}

/// Adds a mistake to others, joined with the same one of another layer.
fn with(mut mistakes: Vec<Mistake>, new: Mistake) -> Vec<Mistake> {
    for mistake in mistakes.iter_mut() {
        if let Some(joined) = mistake.joined(&new) {
            *mistake = joined;
            return mistakes;
        }
    }
    mistakes.push(new);
    mistakes
}

/// By how much the machine's rounding may change any of the numbers.
fn rounding(pass: &ForwardPass) -> f64 {
    let all = pass.a.iter().chain(&pass.z).flatten();
    1e-14 * all.fold(0.0, |m: f64, v| m.max(v.abs()))
}

/// Gauss's elimination, with the largest number of each column as pivot; none when there is no single solution.
fn solve(mut matrix: Array2<f64>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let n = right.len();
    let largest = matrix.fold(0.0, |m: f64, v| m.max(v.abs()));
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| matrix[[i, k]].abs().total_cmp(&matrix[[j, k]].abs()))?;
        if matrix[[pivot, k]].abs() <= 1e-12 * largest {
            return None;
        }
        for column in 0..n {
            matrix.swap([k, column], [pivot, column]);
        }
        right.swap(k, pivot);
        for row in k + 1..n {
            let factor = matrix[[row, k]] / matrix[[k, k]];
            for column in k..n {
                matrix[[row, column]] -= factor * matrix[[k, column]];
            }
            right[row] -= factor * right[k];
        }
    }
    for k in (0..n).rev() {
        let known: f64 = (k + 1..n).map(|column| matrix[[k, column]] * right[column]).sum();
        right[k] = (right[k] - known) / matrix[[k, k]];
    }
    Some(right)
}
