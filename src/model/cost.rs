//! The cost: one number for how wrong the predictions are.

use super::activation::Activation;
use super::forward_pass::ForwardPass;
use super::product::row_by_row;
use crate::error::{Error, Result};
use ndarray::Array2;

/// How wrong the predictions are, as one number J, and whether large weights are punished as well.
///
/// N is the number of examples; the sums run over all examples and outputs, or over all weights. Biases are never penalised.
///
/// # Formula
///
/// ```text
/// SumOfSquares          J = ½ Σ (y − ŷ)²
/// MeanSquares { λ }     J = ½ Σ (y − ŷ)² / N + λ/2 Σ w²
/// CrossEntropy { λ }    J = −Σ (y ln ŷ + (1 − y) ln(1 − ŷ)) / N + λ/2 Σ w²
///                       after softmax: −Σ y ln ŷ / N + λ/2 Σ w²
/// ```
///
/// J has no unit when y has none, as after scaling. `CrossEntropy` takes y from 0 to 1 and needs predictions between 0 and 1,
/// that is, a sigmoid or softmax output. It is computed from the weighted inputs z of the output instead of from ŷ, so that it
/// stays right and finite where ŷ has been rounded to 0 or 1.
///
/// # Examples
///
/// ```
/// use demystified::{Cost, Network, ndarray::array};
///
/// // one weight, no bias: ŷ = sigmoid(0) = 0.5 for both examples
/// let net = Network::from_weights(vec![array![[0.0]]])?;
/// let (x, y) = (array![[1.0], [2.0]], array![[0.0], [1.0]]);
/// assert_eq!(net.cost(&x, &y)?, 0.25);
/// assert_eq!(net.with_cost(Cost::mean_squares(0.0)?).cost(&x, &y)?, 0.125);
/// let j = net.with_cost(Cost::cross_entropy(0.0)?).cost(&x, &y)?;
/// assert!((j - 2f64.ln()).abs() < 1e-15);
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cost {
    /// Half the sum of the squared errors: Parts 3 to 6 of the series.
    SumOfSquares,
    /// Half the mean of the squared errors, and a penalty on large weights: Part 7.
    MeanSquares {
        /// λ, how much large weights are punished; 0 for not at all. A field takes any number: a network whose λ is negative, NaN or
        /// infinite refuses to compute, to be trained and to be saved. [`Cost::mean_squares`] refuses it at once.
        lambda: f64,
    },
    /// For truths between 0 and 1 that mean probabilities, and a penalty on large weights.
    CrossEntropy {
        /// λ, how much large weights are punished; 0 for not at all. A field takes any number: a network whose λ is negative, NaN or
        /// infinite refuses to compute, to be trained and to be saved. [`Cost::cross_entropy`] refuses it at once.
        lambda: f64,
    },
}

impl Cost {
    /// [`Cost::MeanSquares`] with a λ that makes sense.
    ///
    /// # Errors
    ///
    /// When λ is negative, NaN or infinite.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::Cost;
    ///
    /// assert_eq!(Cost::mean_squares(1e-4)?, Cost::MeanSquares { lambda: 1e-4 });
    /// let error = Cost::mean_squares(-1.0).unwrap_err();
    /// assert_eq!(error.to_string(), "lambda is −1; expected a finite number, 0 or above");
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn mean_squares(lambda: f64) -> Result<Cost> {
        Cost::MeanSquares { lambda }.with_good_lambda()
    }

    /// [`Cost::CrossEntropy`] with a λ that makes sense.
    ///
    /// # Errors
    ///
    /// When λ is negative, NaN or infinite.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::Cost;
    ///
    /// assert_eq!(Cost::cross_entropy(0.0)?, Cost::CrossEntropy { lambda: 0.0 });
    /// let error = Cost::cross_entropy(f64::NAN).unwrap_err();
    /// assert_eq!(error.to_string(), "lambda is NaN; expected a finite number, 0 or above");
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn cross_entropy(lambda: f64) -> Result<Cost> {
        Cost::CrossEntropy { lambda }.with_good_lambda()
    }

    /// λ, which is 0 for a cost without a penalty.
    pub(crate) fn lambda(&self) -> f64 {
        match *self {
            Cost::SumOfSquares => 0.0,
            Cost::MeanSquares { lambda } | Cost::CrossEntropy { lambda } => lambda,
        }
    }

    /// Whether the sum over the examples is divided by their number.
    pub(crate) fn is_mean(&self) -> bool {
        !matches!(self, Cost::SumOfSquares)
    }

    /// J without the penalty. `output` is the activation that made ŷ of the last z.
    pub(crate) fn data_term(&self, output: Activation, pass: &ForwardPass, y: &Array2<f64>) -> f64 {
        let (z, y_hat) = (&pass.z[pass.z.len() - 1], &pass.a[pass.a.len() - 1]);
        let from = if matches!(self, Cost::CrossEntropy { .. }) { z } else { y_hat };
        let sum = self.sum(output, &row_by_row(y), &row_by_row(from), y.ncols());
        if self.is_mean() { sum / y.nrows() as f64 } else { sum }
    }

    /// The sum over the examples; rows of y and of ŷ, or of the last z for the cross-entropy, one after the other.
    #[inline]
    pub(crate) fn sum(&self, output: Activation, y: &[f64], from: &[f64], n_outputs: usize) -> f64 {
        match self {
            Cost::SumOfSquares | Cost::MeanSquares { .. } => half_squares(y, from),
            Cost::CrossEntropy { .. } if output == Activation::Softmax => {
                let rows = y.chunks(n_outputs).zip(from.chunks(n_outputs));
                rows.map(|(y, z)| softmax_cross_entropy(y, z)).sum()
            }
            Cost::CrossEntropy { .. } => sigmoid_cross_entropy(y, from),
        }
    }

    /// δ of the output layer, from its a and f′(z), for rows out of `n` examples.
    #[inline]
    pub(crate) fn output_delta(
        &self,
        output: Activation,
        (y, n): (&[f64], f64),
        (a, slope): (&[f64], &[f64]),
        delta: &mut [f64],
        n_outputs: usize,
    ) {
        let n = if self.is_mean() { n } else { 1.0 };
        if let (Cost::CrossEntropy { .. }, Activation::Softmax) = (self, output) {
            let rows = delta.chunks_mut(n_outputs).zip(y.chunks(n_outputs)).zip(a.chunks(n_outputs));
            for ((delta, y), a) in rows {
                let y_sum: f64 = y.iter().sum();
                delta.iter_mut().zip(y).zip(a).for_each(|((delta, y), a)| *delta = (a * y_sum - y) / n);
            }
            return;
        }
        delta.iter_mut().zip(y).zip(a).for_each(|((delta, y), a)| *delta = (a - y) / n);
        // the cross-entropy's dJ/dŷ would divide by ŷ (1 − ŷ), which may be 0, and f′ would multiply by it again
        if !matches!(self, Cost::CrossEntropy { .. }) {
            output.pass_back(a, slope, delta, n_outputs);
        }
    }

    /// λ/2 Σ w².
    pub(crate) fn penalty<'a>(&self, weights: impl Iterator<Item = &'a f64>) -> f64 {
        match self.lambda() {
            0.0 => 0.0,
            lambda => 0.5 * lambda * weights.map(|w| w * w).sum::<f64>(),
        }
    }

    fn with_good_lambda(self) -> Result<Cost> {
        self.check_lambda()?;
        Ok(self)
    }

    /// Whether λ makes sense: it may have been written into the cost by hand.
    pub(crate) fn check_lambda(&self) -> Result<()> {
        let lambda = self.lambda();
        if lambda.is_finite() && lambda >= 0.0 {
            return Ok(());
        }
        Err(Error::out_of_range("lambda", lambda, "a finite number, 0 or above"))
    }

    /// Whether λ, the output and y make sense for this cost.
    pub(crate) fn check(&self, output: Activation, y: &Array2<f64>) -> Result<()> {
        self.check_lambda()?;
        match self {
            Cost::SumOfSquares | Cost::MeanSquares { .. } => Ok(()),
            Cost::CrossEntropy { .. } => check_probabilities(output, y),
        }
    }
}

/// Whether the cross-entropy has a meaning for this output and y.
fn check_probabilities(output: Activation, y: &Array2<f64>) -> Result<()> {
    if !matches!(output, Activation::Sigmoid | Activation::Softmax) {
        let expected = "sigmoid or softmax, whose values lie between 0 and 1, for Cost::CrossEntropy";
        return Err(Error::unsuitable("the output activation", output.name(), expected));
    }
    match y.indexed_iter().find(|(_, v)| !(0.0..=1.0).contains(*v)) {
        Some(((row, column), v)) => {
            let expected = "a number from 0 to 1 for Cost::CrossEntropy";
            Err(Error::out_of_range(format!("y[{row}, {column}]"), *v, expected))
        }
        None => Ok(()),
    }
}

/// ½ Σ (y − ŷ)².
fn half_squares(y: &[f64], y_hat: &[f64]) -> f64 {
    0.5 * y.iter().zip(y_hat).fold(0.0, |sum, (y, y_hat)| sum + (y - y_hat) * (y - y_hat))
}

/// −Σ (y ln ŷ + (1 − y) ln(1 − ŷ)) with ŷ = sigmoid(z): −ln ŷ is ln(1 + e^−z), and −ln(1 − ŷ) is ln(1 + e^z).
fn sigmoid_cross_entropy(y: &[f64], z: &[f64]) -> f64 {
    y.iter().zip(z).fold(0.0, |sum, (&y, &z)| sum + y * softplus(-z) + (1.0 - y) * softplus(z))
}

/// ln(1 + e^z), without taking the exponential of a positive number.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + libm::log1p(libm::exp(-z.abs()))
}

/// −Σ y ln ŷ with ŷ = softmax(z), for one example: −ln ŷ_k is ln Σ_j e^z_j − z_k.
fn softmax_cross_entropy(y: &[f64], z: &[f64]) -> f64 {
    let max = z.iter().fold(f64::NEG_INFINITY, |max, &z| max.max(z));
    let log_sum = libm::log(z.iter().fold(0.0, |sum, z| sum + libm::exp(z - max)));
    // max − z before the rest: both may be huge, and log_sum is not
    y.iter().zip(z).fold(0.0, |sum, (y, z)| sum + y * ((max - z) + log_sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn softplus_is_exact_where_the_exponential_would_overflow_or_vanish() {
        assert_eq!(softplus(1e6), 1e6);
        assert_eq!(softplus(-1e6), 0.0);
        assert_eq!(softplus(0.0), 2f64.ln());
        assert_eq!(softplus(-40.0), (-40f64).exp());
    }

    #[test]
    fn the_cross_entropy_is_right_where_y_hat_is_rounded_to_one() {
        // ŷ = sigmoid(50) is 1.0 in f64, and y = 0 would make ln(1 − ŷ) infinite
        assert_eq!(sigmoid_cross_entropy(&[0.0], &[50.0]), 50.0);
        let z = [1e6, -1e6, 0.0];
        assert_eq!(softmax_cross_entropy(&[1.0, 0.0, 0.0], &z), 0.0);
        assert_eq!(softmax_cross_entropy(&[0.0, 1.0, 0.0], &z), 2e6);
    }
}
