//! Data: examples with their truth, scaling, and the examples of the series.

use crate::error::{Error, Result};
use ndarray::{Array1, Array2, Axis, array};

/// Examples to learn from: what goes in, and what should come out.
///
/// # Shapes
///
/// `x` is examples × inputs and `y` is examples × outputs: a row is an example. `y` has two axes even when there is one output.
///
/// # Examples
///
/// ```
/// use demystified::{Dataset, ndarray::array};
///
/// let data = Dataset::new(array![[3.0, 5.0], [5.0, 1.0]], array![[75.0], [82.0]])?;
/// assert_eq!(data.len(), 2);
///
/// let error = Dataset::new(array![[3.0, 5.0]], array![[75.0], [82.0]]).unwrap_err();
/// assert_eq!(error.to_string(), "y has 2 rows, but x has 1 row");
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The inputs, examples × inputs.
    pub x: Array2<f64>,
    /// The truth, examples × outputs.
    pub y: Array2<f64>,
}

impl Dataset {
    /// Puts inputs and truth together.
    ///
    /// # Errors
    ///
    /// When either is empty, when the rows do not match, or when a number is NaN or infinite.
    pub fn new(x: Array2<f64>, y: Array2<f64>) -> Result<Dataset> {
        let dataset = Dataset { x, y };
        dataset.check()?;
        Ok(dataset)
    }

    /// What [`Dataset::new`] demands; the fields are public, so it may have been bypassed.
    pub(crate) fn check(&self) -> Result<()> {
        check_array("x", &self.x)?;
        check_array("y", &self.y)?;
        check_rows(&self.x, &self.y)
    }

    /// Some of the examples, in this order.
    pub(crate) fn rows(&self, rows: &[usize]) -> Dataset {
        Dataset { x: self.x.select(Axis(0), rows), y: self.y.select(Axis(0), rows) }
    }

    /// The number of examples.
    pub fn len(&self) -> usize {
        self.x.nrows()
    }

    /// Whether there is no example at all; never true of a dataset made by [`Dataset::new`].
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Part 1's data: hours asleep and hours studying (h), and the score that followed (points out of 100).
///
/// # Examples
///
/// ```
/// let data = demystified::sleep_study();
/// assert_eq!(data.x.row(0).to_vec(), [3.0, 5.0]);
/// assert_eq!(data.y.column(0).to_vec(), [75.0, 82.0, 93.0]);
/// ```
pub fn sleep_study() -> Dataset {
    Dataset { x: array![[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]], y: array![[75.0], [82.0], [93.0]] }
}

/// Part 7's training data: [`sleep_study`] and a fourth example, (6 h, 1.5 h) → 70 points.
///
/// # Examples
///
/// ```
/// assert_eq!(demystified::sleep_study_train().y.column(0).to_vec(), [75.0, 82.0, 93.0, 70.0]);
/// ```
pub fn sleep_study_train() -> Dataset {
    Dataset {
        x: array![[3.0, 5.0], [5.0, 1.0], [10.0, 2.0], [6.0, 1.5]],
        y: array![[75.0], [82.0], [93.0], [70.0]],
    }
}

/// Part 7's test data: four examples that training never sees.
///
/// # Examples
///
/// ```
/// assert_eq!(demystified::sleep_study_test().x.row(0).to_vec(), [4.0, 5.5]);
/// ```
pub fn sleep_study_test() -> Dataset {
    Dataset {
        x: array![[4.0, 5.5], [4.5, 1.0], [9.0, 2.5], [6.0, 2.0]],
        y: array![[70.0], [89.0], [85.0], [75.0]],
    }
}

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
        if !(max_score.is_finite() && max_score > 0.0) {
            return Err(Error::OutOfRange {
                name: "max_score".into(),
                value: max_score.to_string(),
                expected: "a finite number above 0".into(),
            });
        }
        for (column, values) in dataset.x.columns().into_iter().enumerate() {
            let max = values.fold(f64::NEG_INFINITY, |m, &v| m.max(v));
            let constant = values.iter().all(|&v| v == values[0]);
            let problem = if constant && max == 0.0 {
                "is 0 in every row".to_string()
            } else if constant && values.len() > 1 {
                format!("is {max} in every row, so it cannot tell the examples apart")
            } else if max <= 0.0 {
                format!("has no value above {max}")
            } else {
                continue;
            };
            let expected = "different values, the largest above 0".to_string();
            return Err(Error::Column { name: "x".into(), column, problem, expected });
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
        check_array("x", x)?;
        if x.ncols() != self.x_max.len() {
            return Err(Error::Mismatch {
                name: "x".into(),
                found: x.ncols(),
                found_unit: "column",
                other: "the fitted data".into(),
                expected: self.x_max.len(),
                expected_unit: "column",
            });
        }
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

/// At least one row and one column, and finite numbers only.
#[inline]
pub(crate) fn check_array(name: &str, array: &Array2<f64>) -> Result<()> {
    if array.is_empty() {
        let expected = "at least one row and one column".to_string();
        return Err(Error::Empty { name: name.into(), expected });
    }
    if array.as_slice().is_some_and(|values| values.iter().fold(true, |finite, v| finite & v.is_finite())) {
        return Ok(()); // without the indices, which cost more than the test
    }
    match array.indexed_iter().find(|(_, v)| !v.is_finite()) {
        Some(((row, column), &value)) => Err(Error::NotFinite { name: name.into(), row, column, value }),
        None => Ok(()),
    }
}

/// As many rows in y as in x.
#[inline]
pub(crate) fn check_rows(x: &Array2<f64>, y: &Array2<f64>) -> Result<()> {
    if x.nrows() == y.nrows() {
        return Ok(());
    }
    Err(Error::Mismatch {
        name: "y".into(),
        found: y.nrows(),
        found_unit: "row",
        other: "x".into(),
        expected: x.nrows(),
        expected_unit: "row",
    })
}
