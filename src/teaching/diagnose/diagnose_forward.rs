//! Which classic mistake a reader's forward pass shows.

use super::mistake::Mistake;
use super::mistake::{Kind, mistake};
use super::part::{Part, listed};
use super::precision::{self, Precision};
use super::unit_slip::{
    SUM_SLIPS, Sum, SumSlip, UNIT_SLIPS, UnitSlip, bias_of_other_layer, other_activation,
};
use super::{Deviation, Diagnosis, EXAMPLES_AS_COLUMNS, ONE_AXIS, TRANSPOSED, mismatch};
use crate::data::check_array;
use crate::error::Result;
use crate::model::Activation;
use crate::model::ForwardPass;
use crate::model::Network;
use crate::text::number;
use ndarray::{Array2, Axis};

static INPUT_SCALED: Kind = mistake(
    "input scaled",
    "z⁽²⁾ is that of another x, with its columns multiplied by {detail}",
    "was x scaled by the same scaler in both places?",
);

/// [`diagnose`](crate::diagnose) for a forward pass: tells which classic mistake is in your z^(2), a^(2), z^(3), …, ŷ, or that
/// they are right.
///
/// Each array is judged by the one before it as you computed it, so that the first mistake does not hide a second. ŷ may also be
/// handed over by itself; then one mistake is looked for, or two in numbers of many digits. `x` and the arrays may also have
/// examples as columns.
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
/// use demystified::{Network, Part, Scaler, diagnose_forward, sleep_study, sigmoid};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let z2 = data.x.dot(&net.w(1));
/// let a2 = z2.mapv(sigmoid);
/// let z3 = z2.dot(&net.w(2));   // should be a2
/// let y_hat = z3.mapv(sigmoid);
///
/// let diagnosis = diagnose_forward(&net, &data.x, &[z2, a2, z3, y_hat])?;
/// assert_eq!(diagnosis.mistakes()[0].name(), "z passed on");
/// assert_eq!(diagnosis.mistakes()[0].at(), [Part::Z(3)]);
/// assert!(diagnose_forward(&net, &data.x, &[net.predict(&data.x)?])?.is_right());
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn diagnose_forward(net: &Network, x: &Array2<f64>, values: &[Array2<f64>]) -> Result<Diagnosis> {
    let n_inputs = net.layer_sizes()[0];
    let columns = x.ncols() != n_inputs
        && x.nrows() == n_inputs
        && values.iter().all(|v| v.ncols() == x.ncols() || v.nrows() == x.ncols());
    let x = if columns { &x.t().to_owned() } else { x };
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
    let strict = Precision::of_each(&arrays);
    let loose: Vec<Precision> = strict.iter().map(|precision| precision.loose(1e-6)).collect();

    let mut explanations = Vec::new();
    let mut precisions = strict.clone();
    let levels = if strict == loose { vec![strict] } else { vec![strict, loose] };
    'search: for most in 0..=2 {
        for at in &levels {
            steps.iter_mut().zip(at).for_each(|(step, &precision)| step.precision = precision);
            precisions.clone_from(at);
            let search = Search { net, pass: &pass };
            explanations = match steps.as_slice() {
                [y_hat] => search.of_prediction(y_hat, most),
                _ if most > 0 => Vec::new(),
                steps => search.of_steps(steps),
            };
            if !explanations.is_empty() {
                break 'search;
            }
        }
    }
    explanations.iter_mut().for_each(|found| name_shapes(found, &steps, columns));
    let size = size(&pass);
    let is_right = |step: &Step| step.precision.agree(&step.yours, &step.right, size);
    let first_wrong = steps.iter().find(|step| !is_right(step)).or(steps.last());
    let compared = first_wrong.map(|step| (step.part, &step.yours, &step.right, step.precision, size));
    let right_parts: Vec<Part> = match explanations.is_empty() {
        true => steps.iter().filter(|step| is_right(step)).map(|step| step.part).collect(),
        false => Vec::new(),
    };
    let few = Precision::of_few_digits(&steps.iter().map(|step| &step.yours).collect::<Vec<_>>());
    let remark = match few {
        Some(few) if explanations.is_empty() => {
            let all = steps.iter().zip(few).all(|(step, p)| p.agree(&step.yours, &step.right, size));
            let what = if all { "agree with the right ones as far as they go" } else { "are not right" };
            let right = listed(right_parts.iter().map(Part::to_string));
            let right = if right.is_empty() { String::new() } else { format!(" ({right} right as it is)") };
            format!(
                "Not yet: these numbers {what}{right}, but one or two digits say too little. Print more of them: at least four."
            )
        }
        _ => String::new(),
    };
    Ok(Diagnosis {
        explanations,
        largest_deviation: Deviation::largest(compared.into_iter()),
        right_parts,
        subject: if steps.len() == 1 { "your ŷ".into() } else { "your forward pass".into() },
        precisions,
        net: net.clone(),
        n_examples: x.nrows(),
        remark,
    })
}

/// What it means that arrays are turned over: all of them, those with one axis, or some.
fn name_shapes(found: &mut Vec<Mistake>, steps: &[Step], columns: bool) {
    let seen: Vec<Part> =
        found.iter().filter(|one| one.name() == TRANSPOSED.name).flat_map(|one| one.at().to_vec()).collect();
    found.retain(|one| one.name() != TRANSPOSED.name);
    let turned: Vec<&Step> = steps.iter().filter(|step| step.turned || seen.contains(&step.part)).collect();
    if turned.is_empty() && !columns {
        return;
    }
    let of: Vec<Part> = turned.iter().map(|step| step.part).collect();
    let is_vector = |step: &&Step| step.right.nrows() == 1 || step.right.ncols() == 1;
    if turned.len() == steps.len() && !turned.iter().all(is_vector) || columns {
        found.push(Mistake::new(&EXAMPLES_AS_COLUMNS, Vec::new()));
    } else if turned.iter().all(is_vector) {
        found.push(Mistake::new(&ONE_AXIS, of));
    } else {
        found.push(Mistake::new(&TRANSPOSED, of));
    }
}

/// One array of the forward pass, turned upright, beside the right one.
struct Step {
    part: Part,
    yours: Array2<f64>,
    right: Array2<f64>,
    precision: Precision,
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
        Ok(Step { part, yours, right, precision: Precision::exact(), turned })
    }
}

/// A mistake that is tried in one layer.
#[derive(Clone, Copy)]
struct Tried {
    slip: Slip,
    layer: usize,
}

#[derive(Clone, Copy)]
enum Slip {
    Sum(&'static SumSlip),
    BiasOf(usize),
    Unit(&'static UnitSlip),
    Other(Activation),
}

impl Tried {
    /// Whether the mistake is made on the way to z, not to a.
    fn is_of_z(&self) -> bool {
        matches!(self.slip, Slip::Sum(_) | Slip::BiasOf(_))
    }

    fn mistake(&self) -> Mistake {
        let at = vec![if self.is_of_z() { Part::Z(self.layer) } else { Part::A(self.layer) }];
        match self.slip {
            Slip::Sum(slip) => Mistake::new(&slip.kind, at),
            Slip::BiasOf(found) => bias_of_other_layer(found, at),
            Slip::Unit(slip) => Mistake::new(&slip.kind, at),
            Slip::Other(found) => other_activation(found, at),
        }
    }

    fn is_same_slip(&self, other: &Tried) -> bool {
        self.mistake().is_same_kind(&other.mistake())
    }
}

/// What the way forward of one layer may suffer from, in a network of so many.
fn tried_in(layer: usize, last: usize) -> Vec<Tried> {
    let mut slips: Vec<Slip> = SUM_SLIPS.iter().map(Slip::Sum).collect();
    slips.extend(UNIT_SLIPS.iter().map(Slip::Unit));
    // the identity is none at all, which has its own name
    let others = Activation::ALL.into_iter().filter(|&found| found != Activation::Identity);
    slips.extend(others.map(Slip::Other));
    slips.extend((1..last).filter(|&found| found != layer - 1).map(Slip::BiasOf));
    slips.into_iter().map(|slip| Tried { slip, layer }).collect()
}

struct Search<'a> {
    net: &'a Network,
    pass: &'a ForwardPass,
}

impl Search<'_> {
    /// ŷ alone: no mistake, one in one layer or the same one in all layers that can have it, or two.
    fn of_prediction(&self, step: &Step, most: usize) -> Vec<Vec<Mistake>> {
        const MAX_PAIRS: usize = 40_000;
        let last = self.pass.n_layers();
        let size = size(self.pass);
        let agrees = |y_hat: &Array2<f64>| step.precision.agree(&step.yours, y_hat, size);
        if most == 0 {
            return if agrees(&step.right) { vec![Vec::new()] } else { Vec::new() };
        }
        let all: Vec<Tried> = (2..=last).flat_map(|layer| tried_in(layer, last)).collect();
        let mut tried: Vec<Vec<Tried>> = all.iter().map(|&one| vec![one]).collect();
        for one in tried_in(2, last) {
            let fits = |other: &&Tried| one.is_same_slip(other) && self.forward(&[**other]).is_some();
            let everywhere: Vec<Tried> = all.iter().filter(fits).copied().collect();
            if everywhere.len() > 1 {
                tried.push(everywhere);
            }
        }
        if most == 2 {
            let singles = tried.clone();
            tried.clear();
            for (k, one) in singles.iter().enumerate() {
                for other in &singles[k + 1..] {
                    let clash = one
                        .iter()
                        .any(|a| other.iter().any(|b| a.layer == b.layer && a.is_of_z() == b.is_of_z()));
                    if !clash && tried.len() < MAX_PAIRS {
                        tried.push([&one[..], &other[..]].concat());
                    }
                }
            }
        }
        // a few numbers of few digits agree with some of so many formulas by chance
        let bits = step.precision.bits(&step.yours, size) * step.yours.len() as f64;
        if bits < (tried.len() as f64).log2() + 5.0 {
            return Vec::new();
        }
        let mut found: Vec<Vec<Mistake>> = Vec::new();
        for slips in tried {
            if self.forward(&slips).is_some_and(|y_hat| agrees(&y_hat)) {
                let mut mistakes = Vec::new();
                slips.iter().for_each(|one| one.mistake().join_into(&mut mistakes));
                found.push(mistakes);
            }
        }
        // the same mistake in one more layer, where it has no effect, says nothing
        let all = found.clone();
        let is_within = |one: &[Mistake], other: &[Mistake]| {
            one.len() == other.len()
                && one != other
                && one.iter().zip(other).all(|(one, other)| {
                    one.is_same_kind(other) && one.at().iter().all(|part| other.at().contains(part))
                })
        };
        found.retain(|other| !all.iter().any(|one| is_within(one, other)));
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
                .flat_map(|before| {
                    found.iter().map(|now| {
                        let mut all = before.clone();
                        now.iter().cloned().for_each(|one| one.join_into(&mut all));
                        all
                    })
                })
                .collect();
            let turned_square = found.iter().flatten().any(|m| m.name() == TRANSPOSED.name);
            let mut value = if is_right { step.right.clone() } else { step.yours.clone() };
            if turned_square {
                value = value.reversed_axes();
            }
            if !is_right {
                slack = step.precision.half_unit(&step.yours).max(1e-14 * size(self.pass));
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
        let size = size(self.pass);
        let own = |computed: &Array2<f64>, slack: f64| {
            let scale = precision::largest(&step.yours).max(precision::largest(computed));
            scale.is_finite()
                && step.yours.dim() == computed.dim()
                && step
                    .yours
                    .iter()
                    .zip(computed)
                    .all(|(&h, &c)| (h - c).abs() <= step.precision.allowed(h, c, scale, size) + slack)
        };
        let (layer, slack) = match step.part {
            Part::Z(layer) => {
                let sums = self.net.weights[layer - 2].mapv(f64::abs).sum_axis(Axis(0));
                (layer, slack * sums.fold(1.0, |m: f64, &v| m.max(v)))
            }
            Part::A(layer) => (layer, slack),
            _ => return Vec::new(),
        };
        let compute = |slips: &[Tried]| match step.part {
            Part::Z(_) => self.z(slips, layer, z, a),
            _ => self.a(slips, layer, z?),
        };
        if own(&step.right, 0.0) || compute(&[]).is_some_and(|computed| own(&computed, slack)) {
            return vec![vec![]];
        }
        let mut found: Vec<Vec<Mistake>> = Vec::new();
        for one in tried_in(layer, self.pass.n_layers()) {
            // a mistake of z is seen in z, and one of a in a
            if one.is_of_z() != matches!(step.part, Part::Z(_)) {
                continue;
            }
            if compute(&[one]).is_some_and(|computed| own(&computed, slack)) {
                found.push(vec![one.mistake()]);
            }
        }
        if step.right.is_square()
            && compute(&[]).is_some_and(|computed| own(&computed.reversed_axes(), slack))
        {
            found.push(vec![Mistake::new(&TRANSPOSED, vec![step.part])]);
        }
        if found.is_empty() && step.part == Part::Z(2) {
            let factors = self.input_factors(&step.yours);
            let fits = |factors: &Vec<f64>| {
                let scaled = a * &ndarray::Array1::from_vec(factors.clone());
                self.z(&[], 2, None, &scaled).is_some_and(|computed| own(&computed, 0.0))
            };
            found.extend(factors.filter(fits).map(|factors| {
                let detail = listed(factors.iter().map(|&factor| number(factor)));
                vec![Mistake::new(&INPUT_SCALED, vec![step.part]).with_detail(detail)]
            }));
        }
        found
    }

    /// ŷ with these mistakes; none when one of them cannot be made here.
    fn forward(&self, slips: &[Tried]) -> Option<Array2<f64>> {
        let (mut z, mut a) = (None, self.pass.a[0].clone());
        for layer in 2..=self.pass.n_layers() {
            let sum = self.z(slips, layer, z.as_ref(), &a)?;
            a = self.a(slips, layer, &sum)?;
            z = Some(sum);
        }
        a.iter().all(|v| v.is_finite()).then_some(a)
    }

    fn z(
        &self,
        slips: &[Tried],
        layer: usize,
        z: Option<&Array2<f64>>,
        a: &Array2<f64>,
    ) -> Option<Array2<f64>> {
        let sum = Sum { net: self.net, layer, x: &self.pass.a[0], z, a };
        match slips.iter().find(|one| one.layer == layer && one.is_of_z()).map(|one| one.slip) {
            Some(Slip::Sum(slip)) => (slip.compute)(&sum),
            Some(Slip::BiasOf(found)) => sum.with_bias_of(found),
            _ => Some(sum.right()),
        }
    }

    fn a(&self, slips: &[Tried], layer: usize, z: &Array2<f64>) -> Option<Array2<f64>> {
        let is_last = layer == self.pass.n_layers();
        let f = if is_last { self.net.output_activation } else { self.net.hidden_activation };
        match slips.iter().find(|one| one.layer == layer && !one.is_of_z()).map(|one| one.slip) {
            Some(Slip::Unit(slip)) => slip.compute(f, z),
            Some(Slip::Other(found)) => (f != found).then(|| found.apply(z)),
            _ => Some(f.apply(z)),
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

/// The largest of all numbers: rounding errors are counted beside it.
fn size(pass: &ForwardPass) -> f64 {
    pass.a.iter().chain(&pass.z).flatten().fold(0.0, |m: f64, v| m.max(v.abs()))
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
