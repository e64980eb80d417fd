//! Activation functions: what a unit makes of its weighted input.

use super::logistic::smaller_share;
use super::product::row_by_row;
use crate::error::{Error, Result};
use ndarray::{Array1, Array2, Axis};

/// The function f that turns the weighted inputs z of a layer into its activations a = f(z).
///
/// # Formula
///
/// ```text
/// Sigmoid    f(z) = 1 / (1 + e^−z)             between 0 and 1
/// Tanh       f(z) = tanh z                     between −1 and 1
/// Relu       f(z) = max(0, z)                  0 and above
/// Identity   f(z) = z                          any number
/// Softmax    f(z)_k = e^z_k / Σ_j e^z_j        each row of a layer sums to 1
/// ```
///
/// All but `Softmax` work on each entry by itself; `Softmax` works on a row, that is, on all units of the layer.
///
/// # Examples
///
/// ```
/// use demystified::{Activation, ndarray::array};
///
/// let a = Activation::Sigmoid.apply(&array![[0.0, 2.0], [-2.0, 1000.0]]);
/// assert_eq!(a[[0, 0]], 0.5);
/// assert!((a[[0, 1]] - 0.880797).abs() < 1e-6);
/// assert!((a[[1, 0]] - 0.119203).abs() < 1e-6);
/// assert_eq!(a[[1, 1]], 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// The S-shaped curve of the series: [`sigmoid`].
    Sigmoid,
    /// The hyperbolic tangent: a sigmoid stretched to −1…1.
    Tanh,
    /// The rectifier: negative inputs become 0.
    Relu,
    /// No change: the usual output for values of any size.
    Identity,
    /// Shares of a whole: the usual output when one of several classes is right.
    Softmax,
}

impl Activation {
    pub(crate) const ALL: [Activation; 5] =
        [Activation::Sigmoid, Activation::Tanh, Activation::Relu, Activation::Identity, Activation::Softmax];

    /// a = f(z) for a whole layer.
    ///
    /// # Shapes
    ///
    /// `z` is examples × units, and so is the result.
    pub fn apply(&self, z: &Array2<f64>) -> Array2<f64> {
        let units = z.ncols();
        let mut a = z.as_standard_layout().into_owned();
        self.apply_in_place(a.as_slice_mut().expect("in standard layout"), units);
        a
    }

    /// z becomes a = f(z); a row of `units` after the other.
    pub(crate) fn apply_in_place(&self, z: &mut [f64], units: usize) {
        match self {
            Activation::Sigmoid => z.iter_mut().for_each(|z| *z = sigmoid(*z)),
            Activation::Tanh => z.iter_mut().for_each(|z| *z = libm::tanh(*z)),
            Activation::Relu => z.iter_mut().for_each(|z| *z = z.max(0.0)),
            Activation::Identity => {}
            Activation::Softmax => z.chunks_mut(units.max(1)).for_each(softmax),
        }
    }

    /// The same, and f′(z) in `slope`; softmax has none.
    #[inline]
    pub(crate) fn apply_with_slopes(&self, z: &mut [f64], slope: &mut [f64], units: usize) {
        if let Activation::Sigmoid = self {
            // one exponential for both
            z.iter_mut().zip(slope).for_each(|(z, slope)| (*z, *slope) = sigmoid_and_slope(*z));
            return;
        }
        if *self != Activation::Softmax {
            slope.iter_mut().zip(&*z).for_each(|(slope, &z)| *slope = self.slope(z));
        }
        self.apply_in_place(z, units);
    }

    /// dJ/da becomes dJ/dz, by the chain rule: ∘ f′(z), or for softmax the product with each row's Jacobian.
    #[inline]
    pub(crate) fn pass_back(&self, a: &[f64], slope: &[f64], dj_da: &mut [f64], units: usize) {
        if *self != Activation::Softmax {
            dj_da.iter_mut().zip(slope).for_each(|(d, slope)| *d *= slope);
            return;
        }
        for (d, a) in dj_da.chunks_mut(units.max(1)).zip(a.chunks(units.max(1))) {
            let mean: f64 = d.iter().zip(a).map(|(d, a)| d * a).sum();
            d.iter_mut().zip(a).for_each(|(d, a)| *d = (*d - mean) * a);
        }
    }

    /// f′(z) for a whole layer: how fast each activation changes with its own weighted input.
    ///
    /// # Formula
    ///
    /// ```text
    /// Sigmoid    f′(z) = f(z) (1 − f(z))
    /// Tanh       f′(z) = 1 − tanh² z
    /// Relu       f′(z) = 1 for z > 0, else 0 (at 0 itself it has no slope; 0 is the usual choice)
    /// Identity   f′(z) = 1
    /// ```
    ///
    /// # Shapes
    ///
    /// `z` is examples × units, and so is the result.
    ///
    /// # Errors
    ///
    /// For `Softmax`: there each activation depends on every z of its row, and one slope for each entry cannot say how.
    /// [`Activation::jacobian`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Activation, ndarray::array};
    ///
    /// let z = array![[0.0, 2.0], [-2.0, 1000.0]];
    /// assert_eq!(Activation::Sigmoid.derivative(&z)?[[0, 0]], 0.25);
    /// assert_eq!(Activation::Relu.derivative(&z)?, array![[0.0, 1.0], [0.0, 1.0]]);
    /// assert!(Activation::Softmax.derivative(&z).is_err());
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn derivative(&self, z: &Array2<f64>) -> Result<Array2<f64>> {
        match self {
            Activation::Softmax => Err(Error::unsuitable(
                "the activation",
                "softmax",
                "one that works on each entry by itself; softmax has a jacobian()",
            )),
            _ => Ok(z.mapv(|z| self.slope(z))),
        }
    }

    /// How every activation of a layer changes with every weighted input of it, for one example.
    ///
    /// # Formula
    ///
    /// ```text
    /// entry (k, j) = da_k / dz_j
    /// Softmax      = a_k (1 − a_k) on the diagonal, −a_k a_j elsewhere
    /// the others   = f′(z_j) on the diagonal, 0 elsewhere
    /// ```
    ///
    /// # Shapes
    ///
    /// `z` holds the weighted inputs of one example; the result is units × units.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Activation, ndarray::array};
    ///
    /// let z = array![0.0, 0.0];
    /// assert_eq!(Activation::Softmax.jacobian(&z), array![[0.25, -0.25], [-0.25, 0.25]]);
    /// assert_eq!(Activation::Sigmoid.jacobian(&z), array![[0.25, 0.0], [0.0, 0.25]]);
    /// ```
    pub fn jacobian(&self, z: &Array1<f64>) -> Array2<f64> {
        if *self != Activation::Softmax {
            return Array2::from_diag(&z.mapv(|z| self.slope(z)));
        }
        let column = self.apply(&z.clone().insert_axis(Axis(0))).reversed_axes();
        Array2::from_diag(&column.column(0)) - column.dot(&column.t())
    }

    /// f′ at one entry; for all but softmax.
    pub(crate) fn slope(&self, z: f64) -> f64 {
        match self {
            Activation::Sigmoid => sigmoid_prime(z),
            // tanh z = 2 sigmoid(2 z) − 1; unlike 1 − tanh² z this loses no digits where tanh is close to 1
            Activation::Tanh => 4.0 * sigmoid_prime(2.0 * z),
            Activation::Relu => f64::from(z > 0.0),
            Activation::Identity => 1.0,
            Activation::Softmax => unreachable!("softmax has a Jacobian matrix, not a slope"),
        }
    }

    /// dJ/dz of a layer from its dJ/da, by the chain rule.
    pub(crate) fn dj_dz(&self, z: &Array2<f64>, a: &Array2<f64>, dj_da: Array2<f64>) -> Array2<f64> {
        let mut dj_dz = dj_da.as_standard_layout().into_owned();
        let values = dj_dz.as_slice_mut().expect("in standard layout");
        self.pass_back(&row_by_row(a), &self.slopes(z), values, z.ncols());
        dj_dz
    }

    /// f′(z) for every entry, row by row; none for softmax.
    pub(crate) fn slopes(&self, z: &Array2<f64>) -> Vec<f64> {
        if *self == Activation::Softmax { Vec::new() } else { z.iter().map(|&z| self.slope(z)).collect() }
    }

    /// The name in lower case: `sigmoid`.
    pub fn name(&self) -> &'static str {
        match self {
            Activation::Sigmoid => "sigmoid",
            Activation::Tanh => "tanh",
            Activation::Relu => "relu",
            Activation::Identity => "identity",
            Activation::Softmax => "softmax",
        }
    }
}

/// The sigmoid, an S-shaped curve from 0 to 1.
///
/// It is finite for every finite `z`: the exponential is only ever taken of a number that is not positive. The relative error is
/// at most 6 · 10⁻¹⁶. Below z = −708.4, where a number of 64 bits has fewer digits, the result is within one step of the nearest
/// that there is, and 0 from z = −745.2 down.
///
/// # Formula
///
/// ```text
/// f(z) = 1 / (1 + e^−z)
/// ```
///
/// # Examples
///
/// ```
/// use demystified::sigmoid;
///
/// assert_eq!(sigmoid(0.0), 0.5);
/// assert!((sigmoid(1.0) - 0.731059).abs() < 1e-6);
/// assert_eq!(format!("{:.1e}", sigmoid(-709.0)), "1.2e-308");
/// assert_eq!(sigmoid(-1e308), 0.0);
/// assert_eq!(sigmoid(1e308), 1.0);
/// ```
pub fn sigmoid(z: f64) -> f64 {
    sigmoid_and_slope(z).0
}

/// The slope of the sigmoid at `z`: how fast f(z) rises there.
///
/// # Formula
///
/// ```text
/// f′(z) = e^−z / (1 + e^−z)² = f(z) (1 − f(z))
/// ```
///
/// It is computed from f(−|z|), so it is finite everywhere; written as the first fraction it would be NaN for z ≤ −710.
///
/// # Examples
///
/// ```
/// use demystified::sigmoid_prime;
///
/// assert_eq!(sigmoid_prime(0.0), 0.25);
/// assert!((sigmoid_prime(2.0) - 0.104994).abs() < 1e-6);
/// assert_eq!(format!("{:.0e}", sigmoid_prime(-710.0)), "4e-309");
/// assert_eq!(sigmoid_prime(-1000.0), 0.0);
/// ```
pub fn sigmoid_prime(z: f64) -> f64 {
    sigmoid_and_slope(z).1
}

/// f(z) and f′(z).
#[inline(always)]
fn sigmoid_and_slope(z: f64) -> (f64, f64) {
    let share = smaller_share(z);
    // f (1 − f) is f′ for f(z) and f(−z) alike; of the smaller one 1 − f loses no digits
    (if z < 0.0 { share } else { 1.0 - share }, share * (1.0 - share))
}

/// Softmax of a row; its maximum is subtracted first, which changes nothing but keeps e^z from overflowing.
fn softmax(row: &mut [f64]) {
    let max = row.iter().fold(f64::NEG_INFINITY, |max, &v| max.max(v));
    row.iter_mut().for_each(|v| *v = libm::exp(*v - max));
    let sum: f64 = row.iter().sum();
    row.iter_mut().for_each(|v| *v /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_sigmoid_is_finite_and_ordered_for_any_finite_input() {
        let inputs =
            [-f64::MAX, -1e6, -745.2, -710.0, -36.0, -1e-300, 0.0, 1e-300, 36.0, 710.0, 745.2, 1e6, f64::MAX];
        let outputs = inputs.map(sigmoid);
        assert!(outputs.iter().all(|a| (0.0..=1.0).contains(a)));
        assert!(outputs.is_sorted());
        assert!(inputs.map(sigmoid_prime).iter().all(|d| (0.0..=0.25).contains(d)));
    }

    #[test]
    fn the_slope_of_the_sigmoid_is_f_times_one_minus_f() {
        for z in [-5.0, -0.3, 0.0, 1.7, 9.0] {
            let f = sigmoid(z);
            assert!((sigmoid_prime(z) - f * (1.0 - f)).abs() < 1e-15);
        }
    }

    #[test]
    fn the_slope_of_the_sigmoid_is_right_to_its_last_digits_far_out() {
        for i in 0..=200_000 {
            let z = 700.0 * (f64::from(i) / 2e5).powi(2);
            let e = (-z).exp();
            let expected = e / ((1.0 + e) * (1.0 + e));
            for slope in [sigmoid_prime(z), sigmoid_prime(-z)] {
                assert!((slope - expected).abs() <= 1e-15 * expected, "{z}: {slope:e} {expected:e}");
            }
        }
    }

    #[test]
    fn every_jacobian_is_what_central_differences_give() {
        let (z, epsilon) = (array![[0.4, -1.3, 2.2, 0.1]], 1e-6);
        for activation in Activation::ALL {
            let jacobian = activation.jacobian(&z.row(0).to_owned());
            for j in 0..4 {
                let (mut up, mut down) = (z.clone(), z.clone());
                up[[0, j]] += epsilon;
                down[[0, j]] -= epsilon;
                let column = (activation.apply(&up) - activation.apply(&down)) / (2.0 * epsilon);
                let deviation = &column.row(0) - &jacobian.column(j);
                assert!(deviation.iter().all(|d| d.abs() < 1e-9), "{}: {deviation}", activation.name());
            }
        }
    }

    #[test]
    fn passing_a_slope_back_through_softmax_is_a_product_with_the_jacobian() {
        let (z, dj_da) = (array![[0.4, -1.3, 2.2]], array![[0.3, 0.1, -2.0]]);
        let a = Activation::Softmax.apply(&z);
        let expected = dj_da.dot(&Activation::Softmax.jacobian(&z.row(0).to_owned()));
        let deviation = Activation::Softmax.dj_dz(&z, &a, dj_da) - expected;
        assert!(deviation.iter().all(|d| d.abs() < 1e-15));
    }

    #[test]
    fn softmax_rows_sum_to_one_even_for_huge_inputs() {
        let a = Activation::Softmax.apply(&array![[1e6, 1e6 + 1.0, -1e6], [0.0, 0.0, 0.0]]);
        assert!(a.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-15));
        assert!((a[[0, 1]] / a[[0, 0]] - 1f64.exp()).abs() < 1e-9);
    }
}
