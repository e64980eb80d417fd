//! Scaling: inputs and scores to a common size, and back.

use super::dataset::{Dataset, check_array};
use crate::error::{Error, Result};
use crate::text::exact;
use ndarray::{Array1, Array2, Axis};

/// Max-scaling: brings every input to at most 1, and scores to 0…1, and back.
///
/// The maxima come from one dataset, the training data, and the same scaler then serves all others.
///
/// # Formula
///
/// ```text
/// x_scaled = x / (largest x of that column in the fitted data)
/// y_scaled = y / (largest possible score)
/// ```
///
/// # Examples
///
/// ```
/// use demystified::{Scaler, sleep_study, sleep_study_test};
///
/// let scaler = Scaler::fit(&sleep_study(), 100.0)?;
/// assert_eq!(scaler.x_max.to_vec(), [10.0, 5.0]);
/// let scaled = scaler.transform(&sleep_study())?;
/// assert_eq!(scaled.x.row(0).to_vec(), [0.3, 1.0]);
/// assert_eq!(scaled.y[[0, 0]], 0.75);
/// assert_eq!(scaler.inverse_transform_y(&scaled.y)[[0, 0]], 75.0);
///
/// // test data goes through the scaler of the training data: 5.5 hours lie outside its range
/// assert_eq!(scaler.transform(&sleep_study_test())?.x[[0, 1]], 1.1);
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scaler {
    /// The largest value of each column of x in the fitted data, in the units of x.
    pub x_max: Array1<f64>,
    /// The score that becomes 1, in the units of y.
    pub y_max: f64,
}

impl Scaler {
    /// Learns each input's maximum from `dataset`; scores are divided by `max_score`.
    ///
    /// # Errors
    ///
    /// When the dataset is empty or holds NaN or an infinity; when a column of x is zero in every row, the same in every one of
    /// several rows, or has no positive value; when `max_score` is not a finite number above 0.
    pub fn fit(dataset: &Dataset, max_score: f64) -> Result<Scaler> {
        dataset.check()?;
        check_max_score(max_score)?;
        for (column, values) in dataset.x.columns().into_iter().enumerate() {
            let max = values.fold(f64::NEG_INFINITY, |m, &v| m.max(v));
            let constant = values.iter().all(|&v| v == values[0]);
            let problem = if constant && max == 0.0 {
                "is 0 in every row".to_string()
            } else if constant && values.len() > 1 {
                format!("is {} in every row, so it cannot tell the examples apart", exact(max))
            } else if max <= 0.0 {
                format!("has no value above {}", exact(max))
            } else {
                continue;
            };
            return Err(Error::column("x", column, problem, "different values, the largest above 0"));
        }
        let x_max = dataset.x.fold_axis(Axis(0), f64::NEG_INFINITY, |m, &v| m.max(v));
        Ok(Scaler { x_max, y_max: max_score })
    }

    /// Both x and y of a dataset, scaled.
    ///
    /// # Errors
    ///
    /// When x has another number of columns than the fitted data, or when an array is empty or holds NaN or an infinity.
    pub fn transform(&self, dataset: &Dataset) -> Result<Dataset> {
        Dataset::new(self.transform_x(&dataset.x)?, &dataset.y / self.y_max)
    }

    /// Inputs, scaled: examples × inputs, with any number of examples.
    ///
    /// # Errors
    ///
    /// When x has another number of columns than the fitted data, is empty, or holds NaN or an infinity.
    pub fn transform_x(&self, x: &Array2<f64>) -> Result<Array2<f64>> {
        check_like_fitted(x, self.x_max.len())?;
        Ok(x / &self.x_max)
    }

    /// Predictions back in points: examples × outputs, times the largest score.
    pub fn inverse_transform_y(&self, y_hat: &Array2<f64>) -> Array2<f64> {
        y_hat * self.y_max
    }

    /// The typical error of a forecast in points, from its cost: the root of the mean squared error.
    ///
    /// # Formula
    ///
    /// ```text
    /// y_max · √(2 cost)       cost = ½ Σ (y − ŷ)² / N, without a penalty, of scaled scores and one output
    /// ```
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Scaler, sleep_study};
    ///
    /// let scaler = Scaler::fit(&sleep_study(), 100.0)?;
    /// assert!((scaler.typical_error(0.5 * 0.07 * 0.07) - 7.0).abs() < 1e-12); // each forecast off by 7 points
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn typical_error(&self, cost: f64) -> f64 {
        self.y_max * (2.0 * cost).sqrt()
    }
}

/// Whether scores can be divided by this.
pub(super) fn check_max_score(max_score: f64) -> Result<()> {
    if max_score.is_finite() && max_score > 0.0 {
        return Ok(());
    }
    Err(Error::out_of_range("max_score", max_score, "a finite number above 0"))
}

/// Whether x has as many columns as the data that a scaler was fitted to.
pub(super) fn check_like_fitted(x: &Array2<f64>, columns: usize) -> Result<()> {
    check_array("x", x)?;
    if x.ncols() == columns {
        return Ok(());
    }
    Err(Error::mismatch("x", (x.ncols(), "column"), "the fitted data", (columns, "column")))
}
