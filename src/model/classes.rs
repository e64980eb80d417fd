//! Classes: which of several outputs is the largest, and how often that is the right one.

use crate::data::{check_array, check_rows};
use crate::error::{Error, Result};
use ndarray::Array2;

/// The class of each row: the number of its largest column, from 0; the first of them if several are equal.
///
/// # Shapes
///
/// `y` is examples × classes: predictions ŷ, or a truth with a 1 in one column.
///
/// # Errors
///
/// When `y` is empty or holds a number that is not finite.
///
/// # Examples
///
/// ```
/// use demystified::{classes, ndarray::array};
///
/// assert_eq!(classes(&array![[0.1, 0.7, 0.2], [0.9, 0.0, 0.1]])?, [1, 0]);
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn classes(y: &Array2<f64>) -> Result<Vec<usize>> {
    check_array("y", y)?;
    Ok(y.rows().into_iter().map(|row| largest(&row.to_vec())).collect())
}

/// The share of the examples whose class is predicted right.
///
/// # Formula
///
/// ```text
/// (number of rows in which ŷ and y have their largest value in the same column) / N
/// ```
///
/// # Shapes
///
/// Both are examples × classes.
///
/// # Errors
///
/// When the shapes differ, an array is empty, or a number is not finite.
///
/// # Examples
///
/// ```
/// use demystified::{accuracy, ndarray::array};
///
/// let y = array![[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
/// let y_hat = array![[0.2, 0.8], [0.6, 0.4], [0.1, 0.9], [0.3, 0.7]];
/// assert_eq!(accuracy(&y_hat, &y)?, 0.75);
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn accuracy(y_hat: &Array2<f64>, y: &Array2<f64>) -> Result<f64> {
    let table = confusion(y_hat, y)?;
    Ok(table.diag().sum() / table.sum())
}

/// How often each class is taken for each: a row for each true class, a column for each predicted one, and counts in them.
///
/// # Shapes
///
/// Both arguments are examples × classes; the result is classes × classes. What is right stands on the diagonal.
///
/// # Errors
///
/// As for [`accuracy`].
///
/// # Examples
///
/// ```
/// use demystified::{confusion, ndarray::array};
///
/// let y = array![[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
/// let y_hat = array![[0.2, 0.8], [0.6, 0.4], [0.1, 0.9], [0.3, 0.7]];
/// assert_eq!(confusion(&y_hat, &y)?, array![[1.0, 1.0], [0.0, 2.0]]); // a 0 was taken for a 1
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn confusion(y_hat: &Array2<f64>, y: &Array2<f64>) -> Result<Array2<f64>> {
    if y_hat.ncols() != y.ncols() {
        return Err(Error::mismatch("y_hat", (y_hat.ncols(), "column"), "y", (y.ncols(), "column")));
    }
    check_array("y_hat", y_hat)?;
    check_rows(y_hat, y)
        .map_err(|_| Error::mismatch("y_hat", (y_hat.nrows(), "row"), "y", (y.nrows(), "row")))?;
    let mut table = Array2::zeros((y.ncols(), y.ncols()));
    for (truth, answer) in classes(y)?.into_iter().zip(classes(y_hat)?) {
        table[[truth, answer]] += 1.0;
    }
    Ok(table)
}

/// The place of the largest value, the first of them.
fn largest(row: &[f64]) -> usize {
    (1..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn the_first_of_equal_values_counts() {
        assert_eq!(classes(&array![[0.5, 0.5], [-1.0, -1.0]]).unwrap(), [0, 0]);
    }

    #[test]
    fn what_cannot_be_counted_is_refused() {
        let y = array![[0.0, 1.0], [1.0, 0.0]];
        let of = |y_hat| accuracy(&y_hat, &y).unwrap_err().to_string();
        assert_eq!(of(array![[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]]), "y_hat has 3 columns, but y has 2 columns");
        assert_eq!(of(array![[0.1, 0.2]]), "y_hat has 1 row, but y has 2 rows");
        assert_eq!(
            of(array![[0.1, f64::NAN], [0.1, 0.2]]),
            "y_hat holds NaN in row 0, column 1; expected finite numbers only"
        );
    }
}
