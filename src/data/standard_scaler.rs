//! Standardising: inputs around 0, as far from it on average as 1; scores to 0…1, and back.

use super::dataset::Dataset;
use super::scaler::{check_like_fitted, check_max_score};
use crate::error::{Error, Result};
use crate::text::exact;
use ndarray::{Array1, Array2, Axis};

/// Standardising: brings every input to mean 0 and standard deviation 1, and scores to 0…1, and back. [`Scaler`](super::Scaler)
/// is what the series does instead.
///
/// Means and deviations come from one dataset, the training data, and the same scaler then serves all others. A network without
/// biases can say something else of inputs that have been moved.
///
/// # Formula
///
/// ```text
/// x_scaled = (x − mean) / std_dev      of that column in the fitted data
/// std_dev  = √(Σ (x − mean)² / N)
/// y_scaled = y / (largest possible score)
/// ```
///
/// # Examples
///
/// ```
/// use demystified::{StandardScaler, sleep_study};
///
/// let scaler = StandardScaler::fit(&sleep_study(), 100.0)?;
/// assert_eq!(scaler.mean[0], 6.0); // of 3, 5 and 10 hours asleep
/// assert!((scaler.std_dev[0] - (26.0f64 / 3.0).sqrt()).abs() < 1e-15);
/// let scaled = scaler.transform(&sleep_study())?;
/// assert!(scaled.x.sum().abs() < 1e-15);
/// assert_eq!(scaled.y[[0, 0]], 0.75);
/// assert_eq!(scaler.inverse_transform_y(&scaled.y)[[0, 0]], 75.0);
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StandardScaler {
    /// The mean of each column of x in the fitted data, in the units of x.
    pub mean: Array1<f64>,
    /// The standard deviation of each column of x in the fitted data, in the units of x.
    pub std_dev: Array1<f64>,
    /// The score that becomes 1, in the units of y.
    pub y_max: f64,
}

impl StandardScaler {
    /// Learns each input's mean and standard deviation from `dataset`; scores are divided by `max_score`.
    ///
    /// # Errors
    ///
    /// When the dataset is empty or holds NaN or an infinity; when a column of x is the same in every row, or so large that its
    /// deviation is no finite number; when `max_score` is not a finite number above 0.
    pub fn fit(dataset: &Dataset, max_score: f64) -> Result<StandardScaler> {
        dataset.check()?;
        check_max_score(max_score)?;
        let n = dataset.len() as f64;
        let mean = dataset.x.sum_axis(Axis(0)) / n;
        let std_dev = ((&dataset.x - &mean).mapv(|d| d * d).sum_axis(Axis(0)) / n).sqrt();
        for (column, values) in dataset.x.columns().into_iter().enumerate() {
            let problem = if values.iter().all(|&v| v == values[0]) {
                format!("is {} in every row, so it has no spread", exact(values[0]))
            } else if !(std_dev[column].is_finite() && std_dev[column] > 0.0) {
                format!("has the standard deviation {}", exact(std_dev[column]))
            } else {
                continue;
            };
            return Err(Error::column("x", column, problem, "different values with a finite spread above 0"));
        }
        Ok(StandardScaler { mean, std_dev, y_max: max_score })
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
        check_like_fitted(x, self.mean.len())?;
        Ok((x - &self.mean) / &self.std_dev)
    }

    /// Predictions back in points: examples × outputs, times the largest score.
    pub fn inverse_transform_y(&self, y_hat: &Array2<f64>) -> Array2<f64> {
        y_hat * self.y_max
    }
}
