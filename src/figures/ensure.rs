//! What is drawn is checked first: sizes agree, numbers are finite and of a size that can be drawn.

use ndarray::{Array1, Array2};

use crate::error::{Error, Result};

/// Beyond this, differences and scales would overflow.
pub(crate) const LIMIT: f64 = 1e150;
const DRAWABLE: &str = "numbers between −10¹⁵⁰ and 10¹⁵⁰";

/// The name of a part of a series for error messages: `y of "trained"`.
pub(crate) fn part(axis: &str, series: &str) -> String {
    if series.is_empty() { axis.to_string() } else { format!("{axis} of \"{series}\"") }
}

/// At least one value, each finite and not huge.
pub(crate) fn values(name: &str, values: &Array1<f64>) -> Result<()> {
    if values.is_empty() {
        return Err(Error::empty(name, "at least one number"));
    }
    for (i, &value) in values.iter().enumerate() {
        finite(name, &[i], value)?;
    }
    Ok(())
}

/// The same for a single number.
pub(crate) fn number(name: &str, value: f64) -> Result<()> {
    if value.is_finite() && value.abs() <= LIMIT {
        return Ok(());
    }
    Err(Error::out_of_range(name, value, DRAWABLE))
}

/// The same for a matrix.
pub(crate) fn matrix(name: &str, values: &Array2<f64>) -> Result<()> {
    if values.is_empty() {
        return Err(Error::empty(name, "at least one number"));
    }
    values.indexed_iter().try_for_each(|((row, column), &value)| finite(name, &[row, column], value))
}

/// A finite number, and not a huge one.
pub(crate) fn finite(name: &str, index: &[usize], value: f64) -> Result<()> {
    if !value.is_finite() {
        return Err(Error::not_finite(name, index, value));
    }
    if value.abs() > LIMIT {
        return Err(Error::out_of_range(name, value, DRAWABLE));
    }
    Ok(())
}

/// As many in one as in the other.
pub(crate) fn same_length(name: &str, found: usize, other: &str, expected: usize) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(Error::mismatch(name, (found, "value"), other, (expected, "value")))
}

/// All above zero, as a logarithmic axis needs.
pub(crate) fn positive(name: &str, values: &Array1<f64>) -> Result<()> {
    match values.iter().find(|value| **value <= 0.0) {
        Some(value) => Err(Error::out_of_range(name, *value, "numbers above 0 for a logarithmic axis")),
        None => Ok(()),
    }
}

/// A list with at least one entry.
pub(crate) fn not_empty(name: &str, count: usize, expected: &str) -> Result<()> {
    if count == 0 {
        return Err(Error::empty(name, expected));
    }
    Ok(())
}
