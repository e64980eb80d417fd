//! Data: examples with their truth.

use crate::error::{Error, Result};
use ndarray::{Array1, Array2, Axis};

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

/// At least one row and one column, and finite numbers only.
#[inline]
pub(crate) fn check_array(name: &str, array: &Array2<f64>) -> Result<()> {
    if array.is_empty() {
        return Err(Error::empty(name, "at least one row and one column"));
    }
    if array.as_slice().is_some_and(|values| values.iter().fold(true, |finite, v| finite & v.is_finite())) {
        return Ok(()); // without the indices, which cost more than the test
    }
    match array.indexed_iter().find(|(_, v)| !v.is_finite()) {
        Some(((row, column), &value)) => Err(Error::not_finite(name, &[row, column], value)),
        None => Ok(()),
    }
}

/// Finite numbers only.
pub(crate) fn check_list(name: &str, list: &Array1<f64>) -> Result<()> {
    match list.iter().enumerate().find(|(_, v)| !v.is_finite()) {
        Some((place, &value)) => Err(Error::not_finite(name, &[place], value)),
        None => Ok(()),
    }
}

/// As many rows in y as in x.
#[inline]
pub(crate) fn check_rows(x: &Array2<f64>, y: &Array2<f64>) -> Result<()> {
    if x.nrows() == y.nrows() {
        return Ok(());
    }
    Err(Error::mismatch("y", (y.nrows(), "row"), "x", (x.nrows(), "row")))
}
