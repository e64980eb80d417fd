//! Gradient checking: backpropagation against slopes measured by numbers.

use crate::data::check_list;
use crate::error::{Error, Result};
use crate::machine::available_threads;
use crate::model::Network;
use crate::model::engine::Engine;
use crate::model::product::contiguous;
use crate::text::{exact, number};
use crate::training::{Budget, ProgressLines};
use ndarray::{Array1, Array2, Axis};
use std::convert::Infallible;
use std::fmt;
use std::mem;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The slope of any function, measured by central differences: one step up and one step down for each parameter.
///
/// # Formula
///
/// ```text
/// g_i = (f(params + ε e_i) − f(params − ε e_i)) / 2ε
/// ```
///
/// where e_i is 1 in entry i and 0 elsewhere. 2ε is taken as the computer rounds it: the distance between the two points.
///
/// # Errors
///
/// When ε is not a finite number above 0, or so small beside a parameter that adding it changes nothing; when a parameter is
/// NaN or infinite; and whatever error `f` returns.
///
/// # Examples
///
/// ```
/// use demystified::{Network, numerical_gradient, ndarray::{Array1, array}};
///
/// // f(p) = p0³ + 2 p1, with slopes 3 p0² and 2
/// let f = |p: &Array1<f64>| Ok(p[0].powi(3) + 2.0 * p[1]);
/// let slopes = numerical_gradient(&f, &array![2.0, 7.0], 1e-5)?;
/// assert!((slopes[0] - 12.0).abs() < 1e-8);
/// assert!((slopes[1] - 2.0).abs() < 1e-8);
///
/// // the cost of a network as a function of its weights
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let (x, y) = (array![[0.3, 1.0]], array![[0.75]]);
/// let numerical = numerical_gradient(&|p| net.with_params(p)?.cost(&x, &y), &net.params(), 1e-5)?;
/// let analytic = net.gradients(&x, &y)?.to_vector();
/// assert!((numerical - analytic).iter().all(|d| d.abs() < 1e-9));
///
/// let error = numerical_gradient(&f, &array![2.0, 7.0], 0.0).unwrap_err();
/// assert_eq!(error.to_string(), "epsilon is 0; expected a finite number above 0");
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn numerical_gradient(
    f: &dyn Fn(&Array1<f64>) -> Result<f64>,
    params: &Array1<f64>,
    epsilon: f64,
) -> Result<Array1<f64>> {
    check_step(params, epsilon)?;
    let mut gradient = Array1::zeros(params.len());
    let mut moved = params.clone();
    for (i, slope) in gradient.iter_mut().enumerate() {
        *slope = slope_along(i, &mut moved, epsilon, f)?;
    }
    Ok(gradient)
}

/// The slope of any function along one of its parameters, measured as in [`numerical_gradient`]: for a loop over some of them.
///
/// # Errors
///
/// As [`numerical_gradient`]; and when there is no parameter `i`.
///
/// # Examples
///
/// ```
/// use demystified::{numerical_slope, ndarray::{Array1, array}};
///
/// // f(p) = p0³ + 2 p1, with slopes 3 p0² and 2
/// let f = |p: &Array1<f64>| Ok(p[0].powi(3) + 2.0 * p[1]);
/// assert!((numerical_slope(&f, &array![2.0, 7.0], 0, 1e-5)? - 12.0).abs() < 1e-8);
///
/// let error = numerical_slope(&f, &array![2.0, 7.0], 2, 1e-5).unwrap_err();
/// assert_eq!(error.to_string(), "i is 2; expected a number below 2, the number of parameters");
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn numerical_slope(
    f: &dyn Fn(&Array1<f64>) -> Result<f64>,
    params: &Array1<f64>,
    i: usize,
    epsilon: f64,
) -> Result<f64> {
    let n = params.len();
    if i >= n {
        return Err(Error::count_out_of_range(
            "i",
            i,
            format!("a number below {n}, the number of parameters"),
        ));
    }
    check_step(params, epsilon)?;
    slope_along(i, &mut params.clone(), epsilon, f)
}

/// The slope along one parameter, which is in its place again afterwards.
fn slope_along<E>(
    i: usize,
    params: &mut Array1<f64>,
    epsilon: f64,
    mut f: impl FnMut(&Array1<f64>) -> std::result::Result<f64, E>,
) -> std::result::Result<f64, E> {
    let p = params[i];
    let (up, down) = (p + epsilon, p - epsilon);
    params[i] = up;
    let above = f(params)?;
    params[i] = down;
    let below = f(params)?;
    params[i] = p;
    Ok((above - below) / (up - down))
}

/// Whether ε is a step, and changes every parameter.
fn check_step(params: &Array1<f64>, epsilon: f64) -> Result<()> {
    let refuse = |expected: String| Err(Error::out_of_range("epsilon", epsilon, expected));
    if !(epsilon.is_finite() && epsilon > 0.0) {
        return refuse("a finite number above 0".into());
    }
    check_list("params", params)?;
    match params.iter().enumerate().find(|&(_, &p)| p + epsilon == p || p - epsilon == p) {
        Some((i, p)) => refuse(format!("a step that changes params[{i}] = {}", exact(*p))),
        None => Ok(()),
    }
}

/// Slopes by [`numerical_gradient`] of the cost of a network that fits the data, measured on all cores: of all its parameters, or of as
/// many as there is time for. Which ones they are, in order, and their slopes.
fn measured_slopes(
    net: &Network,
    x: &Array2<f64>,
    y: &Array2<f64>,
    epsilon: f64,
    budget: Option<&Budget>,
) -> Result<(Vec<usize>, Array1<f64>)> {
    let params = net.params();
    check_step(&params, epsilon)?;
    let n = params.len();
    let stride = if budget.is_some() { spread(n) } else { 1 };
    let lines = budget.map(|budget| ProgressLines::new(budget.clone()));
    let next = AtomicUsize::new(0);
    let measure = || {
        let mut engine = Engine::new(net, x, y, 1);
        let mut cost = |params: &Array1<f64>| {
            let params = contiguous(params);
            Ok::<f64, Infallible>(engine.data_cost(params) + engine.penalty(params))
        };
        let mut moved = params.clone();
        let mut slopes = Vec::new();
        loop {
            let done = next.fetch_add(1, Ordering::Relaxed);
            // one slope at least, however short the time
            if done >= n || (done > 0 && budget.is_some_and(Budget::is_over)) {
                return slopes;
            }
            if let (Some(lines), Some(budget)) = (&lines, budget) {
                lines.report(done, n, budget.until(), || format!("slope {done} of {n}"));
            }
            let i = (done as u128 * stride as u128 % n as u128) as usize;
            let Ok(slope) = slope_along(i, &mut moved, epsilon, &mut cost);
            slopes.push((i, slope));
        }
    };
    // starting a thread takes as long as measuring a few small slopes
    let threads = if n * x.nrows() < FEW_SLOPES { 1 } else { available_threads().min(n) };
    let mut slopes = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(measure)).collect();
        let mut slopes = measure();
        for other in others {
            slopes.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        slopes
    });
    slopes.sort_unstable_by_key(|&(i, _)| i);
    let (which, slopes): (Vec<usize>, Vec<f64>) = slopes.into_iter().unzip();
    Ok((which, slopes.into()))
}

/// A stride that meets each of `n` places once, and after any number of steps has met all regions of them about equally often: that
/// next to n divided by the golden ratio which has no divisor in common with n.
fn spread(n: usize) -> usize {
    let near = ((n as f64 * 0.618_033_988_749_894_9) as usize).max(1);
    (near..).find(|&stride| greatest_common_divisor(stride, n) <= 1).unwrap_or(1)
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// How far two gradients lie apart, beside how long they are: about 0 when they agree, 1 when one of them is 0, and without
/// bound when they point in opposite directions.
///
/// # Formula
///
/// ```text
/// ‖analytic − numerical‖ / ‖analytic + numerical‖        ‖v‖ = √(Σ v²);  0 when the two are equal
/// ```
///
/// # Errors
///
/// When the two differ in length.
///
/// # Examples
///
/// ```
/// use demystified::{numerical_gradient, relative_error, ndarray::array};
///
/// assert_eq!(relative_error(&array![3.0, 4.0], &array![0.0, 0.0])?, 1.0);
///
/// // a gradient of your own: f(p) = p0² p1, with slopes 2 p0 p1 and p0²
/// let at = array![0.7, -1.3];
/// let measured = numerical_gradient(&|p| Ok(p[0] * p[0] * p[1]), &at, 1e-5)?;
/// let by_formula = array![2.0 * at[0] * at[1], at[0] * at[0]];
/// assert!(relative_error(&by_formula, &measured)? < 1e-9);
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn relative_error(analytic: &Array1<f64>, numerical: &Array1<f64>) -> Result<f64> {
    if analytic.len() != numerical.len() {
        return Err(Error::mismatch(
            "analytic",
            (analytic.len(), "value"),
            "numerical",
            (numerical.len(), "value"),
        ));
    }
    let difference = norm(&(analytic - numerical));
    Ok(if difference == 0.0 { 0.0 } else { difference / norm(&(analytic + numerical)) })
}

/// The step of the check. Of the steps from 1e-3 to 1e-8, 1e-5 had the smallest errors at random weights.
const EPSILON: f64 = 1e-5;
/// With fewer parameters times examples than this, one core measures all slopes.
const FEW_SLOPES: usize = 1000;
const RELATIVE_TOLERANCE: f64 = 1e-7;
/// For a cost of at most 1; for a larger one, times the cost.
const ABSOLUTE_TOLERANCE: f64 = 1e-9;

/// A gradient, compared with the slopes that central differences measure.
///
/// # Formula
///
/// ```text
/// relative error = ‖analytic − numerical‖ / ‖analytic + numerical‖        ‖v‖ = √(Σ v²), over all parameters together
/// passed         = relative error ≤ 1e-7,  or  ‖analytic − numerical‖ ≤ 1e-9 · max(1, J)
/// ```
///
/// The relative error is the series' ratio, about half of what is usually called so; a gradient with the wrong sign makes it
/// huge. At a minimum, say, it means nothing, because there both gradients are about 0 and what is left of them is the
/// error of the measurement; that is what the second condition is for.
///
/// The numbers were chosen by measuring, with the right gradient. ε is 1e-5: for 1000 random starts of the 2-3-1 network on the
/// sleep study the relative error was at most 1.8e-10, against 9.5e-9 with ε = 1e-4 (there the third power counts) and
/// 1.3e-9 with 1e-6 (there the rounding of J counts, of about 1e-16 · J / ε in each slope). 1e-7 leaves room for deep networks
/// and is far below the classic mistakes: with the mean of the squares and λ = 1e-4, a forgotten λ gives 6.6e-4 to 0.14, a forgotten
/// f′ of the output in dJ/dW^(2) 0.56 to 0.97, and a flipped sign more than 1e9. After 8000 steps of descent at the rate 3, from 20
/// starts, the relative error was up to 5.0e-7, with a difference of at most 1.3e-12, far below 1e-9. (`tests/gradients.rs` measures
/// all of these.)
///
/// The check can fail a right gradient where a `Relu` unit lies within ε of its corner, where J has no slope. That is so for a
/// unit behind a layer that is 0 throughout, as long as its bias is 0.
///
/// # Examples
///
/// ```
/// use demystified::{GradientCheck, Network, Scaler, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let check = GradientCheck::run(&net, &data.x, &data.y)?;
/// assert!(check.passed());
/// assert!(check.relative_error < 1e-9);
/// assert!(check.to_string().starts_with("✓ the gradient agrees with the measured slopes"));
///
/// // a flipped sign
/// let wrong = -net.gradients(&data.x, &data.y)?.to_vector();
/// let check = GradientCheck::compare(&net, &data.x, &data.y, &wrong)?;
/// assert!(!check.passed());
/// assert!(check.relative_error > 1e6);
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GradientCheck {
    /// The gradient that is checked, in the order of [`Network::params`]; of it, what was measured.
    pub analytic: Array1<f64>,
    /// The measured slopes, in the same order.
    pub numerical: Array1<f64>,
    /// What each entry is: `dj_dw1[0, 2]`.
    pub names: Vec<String>,
    /// ‖analytic − numerical‖ / ‖analytic + numerical‖, and 0 when both are 0.
    pub relative_error: f64,
    /// ‖analytic − numerical‖.
    pub difference: f64,
    /// How large a difference is still taken for an error of the measurement: 1e-9 · max(1, J).
    pub absolute_tolerance: f64,
    /// How many parameters the network has. [`GradientCheck::run_within`] may have measured fewer slopes.
    pub n_params: usize,
}

impl GradientCheck {
    /// Checks [`Network::gradients`], that is, the backpropagation of this crate.
    ///
    /// It costs two forward passes for each parameter; where that may take long, see [`GradientCheck::run_within`].
    ///
    /// # Shapes
    ///
    /// `x` is examples × inputs, `y` is examples × outputs.
    ///
    /// # Errors
    ///
    /// As [`Network::cost`]; and when a weight is so large, beyond 10¹¹, that ε does not change it.
    pub fn run(net: &Network, x: &Array2<f64>, y: &Array2<f64>) -> Result<GradientCheck> {
        GradientCheck::compare(net, x, y, &net.gradients(x, y)?.to_vector())
    }

    /// Like [`GradientCheck::run`], for at most so many seconds.
    ///
    /// A slope that has been begun is finished. What takes more than a second says each second how far it is, and how long it will
    /// take at most. Where there is no time for all slopes, those that are measured lie evenly over all parameters; they alone are
    /// compared, and the verdict says how many they are.
    ///
    /// # Errors
    ///
    /// As [`GradientCheck::run`]; and when `seconds` is not a finite number above 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{GradientCheck, Network, ndarray::array};
    ///
    /// let (x, y) = (array![[0.3, 1.0]], array![[0.75]]);
    /// let net = Network::random(&[2, 3, 1], 1)?;
    /// assert_eq!(GradientCheck::run_within(&net, &x, &y, 60.0)?, GradientCheck::run(&net, &x, &y)?);
    ///
    /// // a limit that is over at once, or nearly
    /// let large = Network::random(&[2, 3000, 1], 1)?;
    /// let check = GradientCheck::run_within(&large, &x, &y, 1e-4)?;
    /// assert!(check.passed() && check.numerical.len() < 9000);
    /// assert_eq!(check.n_params, 9000);
    /// assert!(check.to_string().ends_with("of 9000 slopes were measured: the time was up"));
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn run_within(
        net: &Network,
        x: &Array2<f64>,
        y: &Array2<f64>,
        seconds: f64,
    ) -> Result<GradientCheck> {
        let budget = Budget::of_seconds(seconds)?;
        GradientCheck::of(net, x, y, &net.gradients(x, y)?.to_vector(), Some(&budget))
    }

    /// Checks a gradient of your own for this network's cost, in the order of [`Network::params`].
    ///
    /// # Errors
    ///
    /// As [`GradientCheck::run`]; and when `gradient` has another number of values than the network has parameters. A NaN in it
    /// is no error: it fails the check.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{GradientCheck, Network, ndarray::array};
    ///
    /// let net = Network::from_weights(vec![array![[0.0]]])?;
    /// let (x, y) = (array![[3.0]], array![[0.9]]);
    /// // the slope of the sigmoid was forgotten: it should be −0.3
    /// let check = GradientCheck::compare(&net, &x, &y, &array![3.0 * (0.5 - 0.9)])?;
    /// assert!((check.relative_error - 0.6).abs() < 1e-9);
    /// assert_eq!(
    ///     check.to_string(),
    ///     "≠ the gradient disagrees with the measured slopes: relative error 0.6, where at most 1×10⁻⁷ is allowed; the largest \
    ///      deviation is 0.9, at dj_dw1[0, 0] (−1.2, measured −0.3)"
    /// );
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn compare(
        net: &Network,
        x: &Array2<f64>,
        y: &Array2<f64>,
        gradient: &Array1<f64>,
    ) -> Result<GradientCheck> {
        if gradient.len() != net.n_params() {
            return Err(Error::mismatch(
                "gradient",
                (gradient.len(), "value"),
                "the network",
                (net.n_params(), "parameter"),
            ));
        }
        GradientCheck::of(net, x, y, gradient, None)
    }

    /// The check of a gradient as long as the network's parameters.
    fn of(
        net: &Network,
        x: &Array2<f64>,
        y: &Array2<f64>,
        gradient: &Array1<f64>,
        budget: Option<&Budget>,
    ) -> Result<GradientCheck> {
        let j = net.cost(x, y)?;
        let (which, numerical) = measured_slopes(net, x, y, EPSILON, budget)?;
        let analytic = gradient.select(Axis(0), &which);
        let mut names = names(net);
        Ok(GradientCheck {
            names: which.into_iter().map(|i| mem::take(&mut names[i])).collect(),
            relative_error: relative_error(&analytic, &numerical)?,
            difference: norm(&(&analytic - &numerical)),
            absolute_tolerance: ABSOLUTE_TOLERANCE * j.max(1.0),
            n_params: gradient.len(),
            analytic,
            numerical,
        })
    }

    /// Checks slopes of the weights of your own, a matrix for each layer as [`Gradients::dj_dw`](crate::Gradients::dj_dw)
    /// gives them. The slopes of the biases, if there are any, are the crate's.
    ///
    /// # Errors
    ///
    /// As [`GradientCheck::run`]; and when a matrix is missing or has not the shape of its weights.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{GradientCheck, Network, ndarray::array};
    ///
    /// let net = Network::from_weights(vec![array![[0.0], [0.0]]])?;
    /// let (x, y) = (array![[3.0, 1.0]], array![[0.9]]);
    /// let delta2 = array![[-(0.9 - 0.5) * 0.25]];
    /// assert!(GradientCheck::compare_dj_dw(&net, &x, &y, &[x.t().dot(&delta2)])?.passed());
    ///
    /// let error = GradientCheck::compare_dj_dw(&net, &x, &y, &[delta2]).unwrap_err();
    /// assert_eq!(error.to_string(), "dj_dw1 has 1 row, but w1 has 2 rows");
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn compare_dj_dw(
        net: &Network,
        x: &Array2<f64>,
        y: &Array2<f64>,
        dj_dw: &[Array2<f64>],
    ) -> Result<GradientCheck> {
        let mismatch = |name: String, found, other: String, expected, unit| {
            Err(Error::mismatch(name, (found, unit), other, (expected, unit)))
        };
        if dj_dw.len() != net.weights.len() {
            return mismatch(
                "dj_dw".into(),
                dj_dw.len(),
                "the network".into(),
                net.weights.len(),
                "weight array",
            );
        }
        for (i, (slopes, w)) in dj_dw.iter().zip(&net.weights).enumerate() {
            let (name, other) = (format!("dj_dw{}", i + 1), format!("w{}", i + 1));
            if slopes.nrows() != w.nrows() {
                return mismatch(name, slopes.nrows(), other, w.nrows(), "row");
            }
            if slopes.ncols() != w.ncols() {
                return mismatch(name, slopes.ncols(), other, w.ncols(), "column");
            }
        }
        let dj_db = net.gradients(x, y)?.dj_db;
        let weights = dj_dw.iter().flat_map(|slopes| slopes.iter());
        let gradient: Array1<f64> = weights.chain(dj_db.iter().flatten()).copied().collect();
        GradientCheck::compare(net, x, y, &gradient)
    }

    /// Whether the gradient agrees with the measured slopes, as the formula above says.
    pub fn passed(&self) -> bool {
        self.relative_error <= RELATIVE_TOLERANCE || self.is_about_zero()
    }

    /// Whether what the two differ by is no more than an error of the measurement.
    fn is_about_zero(&self) -> bool {
        self.difference <= self.absolute_tolerance
    }

    /// The entry in which the two differ most, one that is NaN before all others: its name, analytic and numerical.
    fn largest_deviation(&self) -> Option<(&String, f64, f64)> {
        let entries = self.names.iter().zip(&self.analytic).zip(&self.numerical);
        entries
            .map(|((name, &analytic), &numerical)| (name, analytic, numerical))
            .max_by(|(_, a, n), (_, b, m)| (a - n).abs().total_cmp(&(b - m).abs()))
    }
}

/// The verdict in plain words, on one line.
impl fmt::Display for GradientCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = number(self.relative_error);
        let allowed = number(RELATIVE_TOLERANCE);
        if self.relative_error <= RELATIVE_TOLERANCE {
            write!(f, "✓ the gradient agrees with the measured slopes: ")?;
            write!(f, "relative error {error}, where at most {allowed} is allowed")?;
        } else if self.passed() {
            let (difference, allowed) = (number(self.difference), number(self.absolute_tolerance));
            write!(f, "✓ the gradient agrees with the measured slopes: ")?;
            write!(f, "they differ by {difference}, where at most {allowed} is allowed ")?;
            write!(f, "(so close to 0 the relative error, {error}, says nothing)")?;
        } else {
            write!(f, "≠ the gradient disagrees with the measured slopes: ")?;
            write!(f, "relative error {error}, where at most {allowed} is allowed")?;
        }
        if let Some((name, analytic, numerical)) = self.largest_deviation() {
            let deviation = number((analytic - numerical).abs());
            write!(f, "; the largest deviation is {deviation}, ")?;
            write!(f, "at {name} ({}, measured {})", number(analytic), number(numerical))?;
        }
        let measured = self.numerical.len();
        if measured < self.n_params {
            write!(f, "; {measured} of {} slopes were measured: the time was up", self.n_params)?;
        }
        Ok(())
    }
}

/// What each entry of the gradient is, in the order of [`Network::params`].
fn names(net: &Network) -> Vec<String> {
    let mut names = Vec::with_capacity(net.n_params());
    for (i, w) in net.weights.iter().enumerate() {
        names.extend(w.indexed_iter().map(|((row, column), _)| format!("dj_dw{}[{row}, {column}]", i + 1)));
    }
    for (i, b) in net.biases.iter().enumerate() {
        names.extend((0..b.len()).map(|unit| format!("dj_db{}[{unit}]", i + 1)));
    }
    names
}

fn norm(v: &Array1<f64>) -> f64 {
    v.dot(v).sqrt()
}
