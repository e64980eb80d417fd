//! Which classic mistake a reader's own numbers show.

mod backward;
mod chain;
mod diagnose_cost;
mod diagnose_forward;
mod diagnose_step;
mod factor;
mod mistake;
mod numbers_file;
mod output_error;
mod part;
mod pasted;
mod precision;
mod slope;
mod sums;
mod unit_slip;
mod verdict;

use crate::data::check_array;
use crate::error::{Error, Result};
use crate::model::{Cost, Network};
use crate::text::exact;
use backward::Basis;
use chain::{Handed, Others, Search};
pub use diagnose_cost::diagnose_cost;
pub use diagnose_forward::diagnose_forward;
pub use diagnose_step::diagnose_step;
pub use mistake::Mistake;
use mistake::{Kind, convention, mistake};
use ndarray::{Array1, Array2, Axis};
pub use numbers_file::diagnose_file;
pub use part::Part;
use part::listed;
pub use pasted::pasted;
use precision::Precision;
use std::cell::LazyCell;
pub use verdict::{Deviation, Diagnosis};

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
/// use demystified::{Network, Part, Scaler, diagnose, sleep_study_train};
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
/// assert_eq!(diagnosis.mistakes()[0].name(), "slope missing");
/// assert_eq!(diagnosis.mistakes()[0].at(), [Part::Slope(2)]);
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
/// use demystified::{DiagnoseOptions, Network, Scaler, diagnose_with, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let before = Network::random(&[2, 3, 1], 1)?;
/// let old = before.gradients(&data.x, &data.y)?;
/// let net = before.with_params(&(before.params() - 3.0 * old.to_vector()))?;
///
/// let options = DiagnoseOptions { previous: Some(before), ..DiagnoseOptions::default() };
/// let diagnosis = diagnose_with(&net, &data.x, &data.y, &[old.dj_dw(1), old.dj_dw(2)], &options)?;
/// assert_eq!(diagnosis.mistakes()[0].name(), "stale gradient");
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn diagnose_with(
    net: &Network,
    x: &Array2<f64>,
    y: &Array2<f64>,
    dj_dw: &[Array2<f64>],
    options: &DiagnoseOptions,
) -> Result<Diagnosis> {
    let (x, y, columns) = upright_examples(net, x, y);
    net.forward(&x)?;
    net.check_truth(&x, &y)?;
    check_tolerance(options.tolerance)?;
    if let Some(previous) = &options.previous {
        check_layers(previous, net)?;
    }
    check_count("dj_dw", dj_dw.len(), "weight array", net.weights.len())?;
    if !options.dj_db.is_empty() {
        check_count("dj_db", options.dj_db.len(), "bias array", net.biases.len())?;
    }
    if let Some(mut found) = stretched_truth(net, &x, &y, dj_dw)? {
        found.explanations.iter_mut().for_each(|one| one.extend(columns.clone()));
        return Ok(found);
    }
    let mut views = views(net, dj_dw, &options.dj_db)?;
    for view in &mut views {
        view.conventions.extend(columns.clone());
    }
    Ok(compare(net, &x, &y, &views, options))
}

/// The reader's slopes in one reading of their shapes.
struct View {
    dj_dw: Vec<Array2<f64>>,
    dj_db: Vec<Array2<f64>>,
    /// What the shapes have shown: conventions, and mistakes.
    conventions: Vec<Mistake>,
}

static UNITS_BY_INPUTS: Kind = convention(
    "units × inputs",
    "{at} {is} turned over, units × inputs, as in PyTorch and where examples are columns",
    "turn them over (`.T`) to compare with this page's inputs × units",
);
static ONE_AXIS: Kind = convention("one axis", "{at} has one axis", "this page's has two, inputs × units");
static EXAMPLES_AS_COLUMNS: Kind = convention(
    "examples as columns",
    "the examples of x and y are columns",
    "this page's are rows: turn x and y over (`.T`)",
);
static BIAS_ROW_FIRST: Kind = convention(
    "bias as first row",
    "the bias is the first row of each table of slopes, as with a column of ones in front of the inputs",
    "on this page the biases have arrays of their own",
);
static BIAS_ROW_LAST: Kind = convention(
    "bias as last row",
    "the bias is the last row of each table of slopes, as with a column of ones behind the inputs",
    "on this page the biases have arrays of their own",
);
static TRANSPOSED: Kind = mistake(
    "transposed",
    "{at} {is} transposed",
    "the slopes have the shape of the weights: an entry for each weight, in its place",
);
static STRETCHED: Kind = mistake(
    "truth broadcast",
    "each truth is compared with every prediction, so that {at} has a column for each example",
    "y needs two axes, examples × 1. With one axis, y − ŷ becomes a square of all differences, in NumPy without a word",
);
static ALL_ZERO: Kind = mistake(
    "all zero",
    "all your numbers are 0",
    "is there a gap that is still to be filled? Begin at the output, with this",
);
static FORWARD_DIFFERENCES: Kind = convention(
    "forward differences",
    "they are measured by forward differences, (J(w + ε) − J(w)) / ε with ε = {value}",
    "the formulas give the slope itself; with central differences the deviation would be a thousandth of this",
);
static CLIPPED: Kind = mistake(
    "clipped",
    "the largest slopes are cut to {value}, and the others are right",
    "clipping belongs to the step, if anywhere; compare the slopes before it",
);
static PER_EXAMPLE: Kind = convention(
    "per-example updates",
    "they are the change of the weights after an update for each example, divided by the learning rate {value}",
    "that is stochastic gradient descent; add up the slopes of all examples with the same weights to compare",
);

/// x and y with rows for the examples.
fn upright_examples(
    net: &Network,
    x: &Array2<f64>,
    y: &Array2<f64>,
) -> (Array2<f64>, Array2<f64>, Option<Mistake>) {
    let sizes = net.layer_sizes();
    let (n_inputs, n_outputs) = (sizes[0], sizes[sizes.len() - 1]);
    let fits = x.ncols() == n_inputs && y.ncols() == n_outputs && x.nrows() == y.nrows();
    let turned = x.nrows() == n_inputs && y.nrows() == n_outputs && x.ncols() == y.ncols();
    if turned && !fits && x.ncols() > 0 {
        let found = Mistake::new(&EXAMPLES_AS_COLUMNS, Vec::new());
        return (x.t().to_owned(), y.t().to_owned(), Some(found));
    }
    (x.clone(), y.clone(), None)
}

/// Every reading of the shapes that makes sense.
fn views(net: &Network, dj_dw: &[Array2<f64>], dj_db: &[Array1<f64>]) -> Result<Vec<View>> {
    let has_ones = |slopes: &Array2<f64>, w: &Array2<f64>| {
        slopes.dim() == (w.nrows() + 1, w.ncols()) || slopes.dim() == (w.ncols(), w.nrows() + 1)
    };
    if net.has_bias() && dj_db.is_empty() && dj_dw.iter().zip(&net.weights).all(|(s, w)| has_ones(s, w)) {
        let of = |is_first: bool| -> Result<Vec<View>> {
            let (mut weights, mut biases) = (Vec::new(), Vec::new());
            for (slopes, w) in dj_dw.iter().zip(&net.weights) {
                let is_upright = slopes.dim() == (w.nrows() + 1, w.ncols());
                let slopes = if is_upright { slopes.clone() } else { slopes.t().to_owned() };
                let (bias, rest) = if is_first { (0, 1..w.nrows() + 1) } else { (w.nrows(), 0..w.nrows()) };
                let part = slopes.select(Axis(0), &rest.collect::<Vec<_>>());
                weights.push(if is_upright { part } else { part.reversed_axes() });
                biases.push(slopes.row(bias).to_owned());
            }
            let mut views = views(net, &weights, &biases)?;
            let kind = if is_first { &BIAS_ROW_FIRST } else { &BIAS_ROW_LAST };
            views.iter_mut().for_each(|view| view.conventions.push(Mistake::new(kind, Vec::new())));
            Ok(views)
        };
        let mut all = of(true)?;
        all.extend(of(false)?);
        return Ok(all);
    }
    let (mut upright, mut turned) = (Vec::new(), Vec::new());
    for (i, (slopes, w)) in dj_dw.iter().zip(&net.weights).enumerate() {
        let is_turned = slopes.dim() != w.dim() && slopes.t().dim() == w.dim();
        let values = if is_turned { slopes.t().to_owned() } else { slopes.clone() };
        check_slopes(&format!("dj_dw{}", i + 1), &values, &format!("w{}", i + 1), w)?;
        turned.push(is_turned);
        upright.push(values);
    }
    let mut biases = Vec::new();
    for (i, (slopes, b)) in dj_db.iter().zip(&net.biases).enumerate() {
        let name = format!("dj_db{}", i + 1);
        let slopes = slopes.clone().insert_axis(Axis(0));
        if slopes.len() != b.len() && slopes.len() != 1 {
            return Err(mismatch(&name, slopes.len(), &format!("b{}", i + 1), b.len(), "value"));
        }
        check_array(&name, &slopes)?;
        // one number for the layer counts for each of its units
        biases.push(Array2::zeros((1, b.len())) + slopes);
    }
    let is_square = |w: &Array2<f64>| w.is_square();
    let others_turned = turned.iter().zip(&net.weights).all(|(turned, w)| *turned || w.is_square());
    let any_square = net.weights.iter().any(|w| w.is_square() && w.len() > 1);
    let view = |dj_dw: Vec<Array2<f64>>, turned: &[bool]| View {
        dj_dw,
        dj_db: biases.clone(),
        conventions: shape_findings(net, turned),
    };
    let mut all = vec![view(upright.clone(), &turned)];
    if others_turned && any_square {
        let flip = |(slopes, w): (&Array2<f64>, &Array2<f64>)| match is_square(w) {
            true => slopes.t().to_owned(),
            false => slopes.clone(),
        };
        let dj_dw = upright.iter().zip(&net.weights).map(flip).collect();
        // those that are units × inputs throughout first, where a shape has shown it
        let other = view(dj_dw, &vec![true; turned.len()]);
        all.insert(if turned.iter().any(|&turned| turned) { 0 } else { 1 }, other);
    }
    Ok(all)
}

/// What it means that these arrays are turned over.
fn shape_findings(net: &Network, turned: &[bool]) -> Vec<Mistake> {
    let parts = |keep: &dyn Fn(usize) -> bool| -> Vec<Part> {
        (0..turned.len()).filter(|&i| keep(i)).map(|i| Part::DjDw(i + 1)).collect()
    };
    let is_vector = |i: usize| net.weights[i].nrows() == 1 || net.weights[i].ncols() == 1;
    let of = parts(&|i| turned[i]);
    let tables = parts(&|i| turned[i] && !is_vector(i));
    if of.is_empty() {
        vec![]
    } else if (0..turned.len()).all(|i| turned[i] || net.weights[i].len() == 1) && !tables.is_empty() {
        vec![Mistake::new(&UNITS_BY_INPUTS, of)]
    } else if tables.is_empty() {
        vec![Mistake::new(&ONE_AXIS, of)]
    } else {
        vec![Mistake::new(&TRANSPOSED, of)]
    }
}

/// A y with one axis makes N columns of the last δ, and of the last slopes.
fn stretched_truth(
    net: &Network,
    x: &Array2<f64>,
    y: &Array2<f64>,
    dj_dw: &[Array2<f64>],
) -> Result<Option<Diagnosis>> {
    let (n, last) = (y.nrows(), net.weights.len());
    let (Some(slopes), w) = (dj_dw.last(), &net.weights[last - 1]) else { return Ok(None) };
    if n < 2 || w.ncols() != 1 || n == w.nrows() && last == 1 || slopes.dim() != (w.nrows(), n) {
        return Ok(None);
    }
    check_array(&format!("dj_dw{last}"), slopes)?;
    let pass = net.forward(x)?;
    let error = &pass.a[last] - &y.t();
    let through = match net.cost {
        Cost::CrossEntropy { .. } => error,
        _ => {
            error
                * Array2::from_shape_vec((n, 1), net.output_activation.slopes(&pass.z[last - 1]))
                    .unwrap_or(Array2::ones((n, 1)))
        }
    };
    let computed = pass.a[last - 1].t().dot(&through);
    let precision = Precision::of_each(&[slopes])[0].loose(1e-6);
    let (mut above, mut below) = (0.0, 0.0);
    for (h, c) in slopes.iter().zip(&computed) {
        above += h * c;
        below += c * c;
    }
    let scaled = (above / below) * &computed;
    let exactly = precision.agree(slopes, &scaled, precision::largest(&computed));
    let found = Mistake::new(&STRETCHED, vec![Part::DjDw(last)]);
    let remark = if exactly { "your gradient" } else { "your gradient (by its shape)" };
    Ok(Some(Diagnosis {
        explanations: vec![vec![found]],
        largest_deviation: None,
        right_parts: Vec::new(),
        subject: remark.into(),
        precisions: vec![precision],
        net: net.clone(),
        n_examples: n,
        remark: String::new(),
    }))
}

/// The search through all readings, from the strict to the loose and from few mistakes to more.
fn compare(
    net: &Network,
    x: &Array2<f64>,
    y: &Array2<f64>,
    views: &[View],
    options: &DiagnoseOptions,
) -> Diagnosis {
    let right = Basis::of(net, x, y).expect("checked before");
    let others: Others = LazyCell::new(Box::new(|| Basis::mistaken(net, x, y, options.previous.as_ref())));
    let strict: Vec<Handed> = views.iter().map(Handed::of).collect();
    let loose: Vec<Handed> = strict.iter().map(|handed| handed.loose(options.tolerance)).collect();
    let searches: Vec<Search> = strict
        .iter()
        .zip(&loose)
        .map(|(strict, loose)| Search::new(strict, loose, &right, &others, views.len()))
        .collect();
    let diagnosis = |explanations: Vec<Vec<Mistake>>, is_strict: bool, k: usize| {
        let handed = if is_strict { &strict[k] } else { &loose[k] };
        verdict(net, y, explanations, handed, &searches[k])
    };
    let explained = |limit: usize| -> Vec<Found> {
        let mut found = Vec::new();
        for (k, (search, view)) in searches.iter().zip(views).enumerate() {
            if limit > 2 && search.is_exhausted() {
                continue;
            }
            let shape_cost = view.conventions.iter().filter(|one| !one.is_convention()).count() as f64;
            found.extend(search.at_limit(limit).into_iter().map(|one| Found {
                rank: one.rank + shape_cost,
                view: k,
                is_strict: one.is_strict,
                mistakes: with_shape(one.mistakes, view),
            }));
        }
        found
    };
    let precisions = strict[0].precisions();
    let is_full = precisions.iter().any(|precision| precision.digits().is_none());
    let is_zero = strict[0].arrays().iter().all(|array| array.iter().all(|&v| v == 0.0));
    // by the number of mistakes
    let mut found: Vec<Vec<Found>> = Vec::new();
    for limits in [0..=2, 3..=4] {
        // all digits of 64 bits are looked at as such first; others may have come from 32 bits at any time
        let mut order: Vec<(bool, usize)> = Vec::new();
        match is_full {
            true => [true, false]
                .iter()
                .for_each(|&level| order.extend(limits.clone().map(|limit| (level, limit)))),
            false => limits.clone().for_each(|limit| order.extend([(true, limit), (false, limit)])),
        }
        for (is_strict, limit) in order {
            while found.len() <= limit {
                found.push(explained(found.len()));
            }
            // right but for the last digits of 64 bits: measured, perhaps
            if !is_strict
                && limit == 0
                && precisions.iter().all(Precision::is_double)
                && let Some(measured) = forward_differences(net, x, y, &strict[0])
            {
                return diagnosis(vec![with_shape(vec![measured], &views[0])], true, 0);
            }
            if limit > 0 && is_zero {
                return diagnosis(vec![vec![Mistake::new(&ALL_ZERO, Vec::new())]], false, 0);
            }
            let at_hand: Vec<&Found> =
                found[limit].iter().filter(|one| one.is_strict || !is_strict).collect();
            if let Some((explanations, k)) = best_of(&at_hand, limit) {
                return diagnosis(explanations, is_strict, k);
            }
        }
        if *limits.start() == 0
            && searches[0].can_prove_a_fit()
            && let Some(found) = forward_differences(net, x, y, &loose[0])
                .or_else(|| clipped(&loose[0], &searches[0]))
                .or_else(|| steps_by_example(net, x, y, &loose[0]))
        {
            return diagnosis(vec![with_shape(vec![found], &views[0])], false, 0);
        }
    }
    diagnosis(Vec::new(), false, 0)
}

/// An explanation, in one of the readings of the shapes.
struct Found {
    rank: f64,
    view: usize,
    is_strict: bool,
    mistakes: Vec<Mistake>,
}

/// The least far-fetched of these explanations, and the reading of the first; none when all need more mistakes than `limit`.
fn best_of(found: &[&Found], limit: usize) -> Option<(Vec<Vec<Mistake>>, usize)> {
    let best = found.iter().map(|one| one.rank).fold(f64::INFINITY, f64::min);
    if !best.is_finite() || best > limit as f64 + 0.5 {
        return None;
    }
    let view = found.iter().find(|one| one.rank == best).map_or(0, |one| one.view);
    // a convention and a mistake may give the same numbers
    let is_plain = found.iter().any(|one| one.rank == 0.0 && one.mistakes.is_empty());
    let most = if best == 0.0 && !is_plain { 1.0 } else { best };
    let mut kept: Vec<&Found> = found.iter().copied().filter(|one| one.rank <= most).collect();
    // a rate is supposed only where nothing that is wrong gives the same numbers
    let is_step = |one: &&Found| one.mistakes.iter().any(|found| found.name() == factor::STEP.name);
    if !kept.iter().all(is_step) && best > 0.0 {
        kept.retain(|one| !is_step(one));
    }
    kept.sort_by(|one, other| one.rank.total_cmp(&other.rank));
    let mut explanations: Vec<Vec<Mistake>> = Vec::new();
    for one in kept {
        if !explanations.contains(&one.mistakes) {
            explanations.push(one.mistakes.clone());
        }
    }
    if explanations.iter().any(Vec::is_empty) {
        explanations.retain(Vec::is_empty);
    }
    Some((explanations, view))
}

fn with_shape(mut mistakes: Vec<Mistake>, view: &View) -> Vec<Mistake> {
    for found in &view.conventions {
        found.clone().join_into(&mut mistakes);
    }
    mistakes
}

impl Handed {
    fn of(view: &View) -> Handed {
        let all: Vec<&Array2<f64>> = view.dj_dw.iter().chain(&view.dj_db).collect();
        let mut precisions = Precision::of_each(&all);
        let precision_b = precisions.split_off(view.dj_dw.len());
        Handed { dj_dw: view.dj_dw.clone(), dj_db: view.dj_db.clone(), precision_w: precisions, precision_b }
    }

    fn loose(&self, tolerance: f64) -> Handed {
        let loose = |precisions: &[Precision]| precisions.iter().map(|p| p.loose(tolerance)).collect();
        Handed {
            dj_dw: self.dj_dw.clone(),
            dj_db: self.dj_db.clone(),
            precision_w: loose(&self.precision_w),
            precision_b: loose(&self.precision_b),
        }
    }

    fn arrays(&self) -> Vec<&Array2<f64>> {
        self.dj_dw.iter().chain(&self.dj_db).collect()
    }

    fn precisions(&self) -> Vec<Precision> {
        self.precision_w.iter().chain(&self.precision_b).copied().collect()
    }

    /// Whether all numbers may be these, each by its array's digits; `computed` is asked for one after the other, as long as they agree.
    fn agrees(&self, computed: &dyn Fn(usize) -> Option<f64>, slack: f64) -> bool {
        let mut place = 0..;
        self.arrays().iter().zip(self.precisions()).all(|(array, precision)| {
            let scale = precision::largest(array);
            array.iter().zip(&mut place).all(|(&h, place)| {
                computed(place)
                    .is_some_and(|c| (h - c).abs() <= precision.allowed(h, c, scale, scale) + slack)
            })
        })
    }

    fn values(&self) -> Vec<f64> {
        self.arrays().into_iter().flatten().copied().collect()
    }
}

fn verdict(
    net: &Network,
    y: &Array2<f64>,
    explanations: Vec<Vec<Mistake>>,
    handed: &Handed,
    search: &Search,
) -> Diagnosis {
    let is_unknown = explanations.is_empty();
    let slopes = search.right_slopes();
    let (size_w, size_b) = search.sizes();
    let n = handed.dj_dw.len();
    let weights =
        (0..n).map(|i| (Part::DjDw(i + 1), &handed.dj_dw[i], &slopes[i].0, handed.precision_w[i], size_w[i]));
    let biases = (0..handed.dj_db.len())
        .map(|i| (Part::DjDb(i + 1), &handed.dj_db[i], &slopes[i].1, handed.precision_b[i], size_b[i]));
    let compared: Vec<_> = weights.chain(biases).collect();
    let right = compared.iter().filter(|(_, h, r, precision, size)| precision.agree(h, r, *size));
    let right_parts = if is_unknown { right.map(|one| one.0).collect() } else { Vec::new() };
    let few = Precision::of_few_digits(&handed.arrays());
    let remark = match &few {
        Some(few) if is_unknown && compared.iter().zip(few).all(|((_, h, r, _, size), p)| p.agree(h, r, *size)) => {
            "These numbers agree with the right ones as far as they go, but one or two digits say too little. Print more of them: \
             at least four."
                .to_string()
        }
        Some(_) if is_unknown => {
            let which = if right_parts.is_empty() { String::new() } else { format!(" ({} right as it is)", listed(right_parts.iter().map(Part::to_string))) };
            format!("Not yet: these numbers are not right{which}, and one or two digits say too little to find out why. Print more of them: at least four.")
        }
        _ => String::new(),
    };
    Diagnosis {
        largest_deviation: Deviation::largest(compared.iter().copied()),
        explanations,
        right_parts,
        subject: if handed.dj_db.is_empty() && net.has_bias() {
            "your dJ/dW (dJ/db was not looked at)".into()
        } else {
            "your gradient".into()
        },
        precisions: handed.precisions(),
        net: net.clone(),
        n_examples: y.nrows(),
        remark,
    }
}

/// Larger networks are not measured, and not trained by examples: it would take too long.
const MAX_PARAMS: usize = 200;
const MAX_EXAMPLES: usize = 200;

/// Whether the numbers are so far from the right ones that they are neither measured nor the way of a few steps.
fn is_far(net: &Network, x: &Array2<f64>, y: &Array2<f64>, handed: &[f64]) -> bool {
    if net.n_params() > MAX_PARAMS || y.nrows() > MAX_EXAMPLES {
        return true;
    }
    let Ok(right) = net.gradients(x, y) else { return true };
    let right = right.to_vector();
    let off = handed.iter().zip(&right).map(|(h, r)| (h - r).powi(2)).sum::<f64>().sqrt();
    off > 0.5 * right.iter().map(|r| r * r).sum::<f64>().sqrt()
}

/// Right numbers that were measured, by steps in one direction only.
fn forward_differences(net: &Network, x: &Array2<f64>, y: &Array2<f64>, handed: &Handed) -> Option<Mistake> {
    if is_far(net, x, y, &handed.values()) {
        return None;
    }
    let (params, j) = (net.params(), net.cost(x, y).ok()?);
    let right = net.gradients(x, y).ok()?.to_vector();
    let epsilons =
        (2..=9).flat_map(|k| [1, 5, 2].map(|digit| format!("{digit}e-{k}").parse().unwrap_or(1e-4)));
    for epsilon in epsilons {
        let measure = |i: usize| -> Option<f64> {
            let mut moved = params.clone();
            moved[i] += epsilon;
            Some((net.with_params(&moved).ok()?.cost(x, y).ok()? - j) / epsilon)
        };
        // what J loses to rounding counts as much more
        let slack = 4e-16 * j.abs() / epsilon;
        // where that is as much as what is measured too much, nothing is to be seen
        if !handed.agrees(&|i| right.get(i).copied(), 3.0 * slack) && handed.agrees(&measure, slack) {
            return Some(Mistake::new(&FORWARD_DIFFERENCES, Vec::new()).with_value(epsilon));
        }
    }
    None
}

/// Right numbers, but for the largest, which were all cut to one size.
fn clipped(handed: &Handed, search: &Search) -> Option<Mistake> {
    let most = handed.values().iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let slopes = search.right_slopes();
    let n = handed.dj_dw.len();
    let weights = slopes.iter().map(|(w, _)| w);
    let right: Vec<f64> = weights
        .chain(slopes.iter().map(|(_, b)| b))
        .take(n + handed.dj_db.len())
        .flatten()
        .copied()
        .collect();
    let cut = right.iter().filter(|r| r.abs() > most).count();
    let is_cut = handed.agrees(&|i| Some(right[i].clamp(-most, most)), 0.0);
    // one that is wrong might be any number
    (most > 0.0 && cut > 1 && cut < right.len() && is_cut)
        .then(|| Mistake::new(&CLIPPED, Vec::new()).with_value(most))
}

/// The change of the weights after an update for each example, divided by the rate.
fn steps_by_example(net: &Network, x: &Array2<f64>, y: &Array2<f64>, handed: &Handed) -> Option<Mistake> {
    let values = handed.values();
    if y.nrows() < 2 || is_far(net, x, y, &values) {
        return None;
    }
    let params = net.params();
    let steps = |rate: f64| -> Option<Vec<f64>> {
        let mut moving = net.clone();
        for n in 0..y.nrows() {
            let (x, y) = (x.select(Axis(0), &[n]), y.select(Axis(0), &[n]));
            let step = moving.gradients(&x, &y).ok()?.to_vector();
            moving = moving.with_params(&(moving.params() - rate * step)).ok()?;
        }
        Some(((params.clone() - moving.params()) / rate).to_vec())
    };
    let rate = fit_rate(&steps, &values)?;
    let computed = steps(rate)?;
    let agrees = handed.agrees(&|i| computed.get(i).copied(), 0.0);
    agrees.then(|| Mistake::new(&PER_EXAMPLE, Vec::new()).with_value(rate))
}

/// The rate at which a function of it comes closest to these numbers, by steps of Gauss and Newton.
fn fit_rate(steps: &dyn Fn(f64) -> Option<Vec<f64>>, handed: &[f64]) -> Option<f64> {
    let off = |computed: &[f64]| -> f64 { computed.iter().zip(handed).map(|(c, h)| (c - h).powi(2)).sum() };
    let mut best: Option<(f64, f64)> = None;
    for start in [0.01, 0.3, 3.0] {
        let mut rate = start;
        for _ in 0..30 {
            let small = 1e-6 * rate;
            let (here, there) = (steps(rate)?, steps(rate + small)?);
            let (mut above, mut below) = (0.0, 0.0);
            for ((a, b), h) in here.iter().zip(&there).zip(handed) {
                let slope = (b - a) / small;
                above += (h - a) * slope;
                below += slope * slope;
            }
            let change = above / below;
            if !change.is_finite() || rate + change <= 0.0 {
                break;
            }
            rate += change;
            if change.abs() < 1e-14 * rate {
                break;
            }
        }
        let error = off(&steps(rate)?);
        if best.is_none_or(|(_, least)| error < least) {
            best = Some((rate, error));
        }
    }
    best.map(|(rate, _)| rate)
}

fn check_tolerance(tolerance: f64) -> Result<()> {
    if (precision::EXACT..=0.1).contains(&tolerance) {
        return Ok(());
    }
    Err(Error::out_of_range(
        "tolerance",
        tolerance,
        format!("a number from {} to 0.1", exact(precision::EXACT)),
    ))
}

fn check_count(name: &str, found: usize, unit: &'static str, expected: usize) -> Result<()> {
    if found == expected { Ok(()) } else { Err(mismatch(name, found, "the network", expected, unit)) }
}

fn mismatch(name: &str, found: usize, other: &str, expected: usize, unit: &'static str) -> Error {
    Error::mismatch(name, (found, unit), other, (expected, unit))
}

/// Whether the previous network has the layers of this one.
fn check_layers(previous: &Network, net: &Network) -> Result<()> {
    if previous.layer_sizes() == net.layer_sizes() {
        return Ok(());
    }
    Err(Error::unsuitable(
        "the previous network's layer_sizes",
        format!("{:?}", previous.layer_sizes()),
        format!("those of the network, {:?}", net.layer_sizes()),
    ))
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
