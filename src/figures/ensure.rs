//! What is drawn is checked first: sizes agree, numbers are finite and of a size that can be drawn.

use ndarray::{Array1, Array2};

use crate::error::{Error, Result};

/// Beyond this, differences and scales would overflow.
pub(crate) const LIMIT: f64 = 1e150;

/// The name of a part of a series for error messages: `y of "trained"`.
pub(crate) fn part(axis: &str, series: &str) -> String {
    if series.is_empty() { axis.to_string() } else { format!("{axis} of \"{series}\"") }
}

/// At least one value, each finite and not huge.
pub(crate) fn values(name: &str, values: &Array1<f64>) -> Result<()> {
    if values.is_empty() {
        return Err(Error::Empty { name: name.to_string(), expected: "at least one number".to_string() });
    }
    for (i, &value) in values.iter().enumerate() {
        finite(name, i, 0, value)?;
    }
    Ok(())
}

/// The same for a matrix.
pub(crate) fn matrix(name: &str, values: &Array2<f64>) -> Result<()> {
    if values.is_empty() {
        return Err(Error::Empty { name: name.to_string(), expected: "at least one number".to_string() });
    }
    values.indexed_iter().try_for_each(|((row, column), &value)| finite(name, row, column, value))
}

/// A finite number, and not a huge one.
pub(crate) fn finite(name: &str, row: usize, column: usize, value: f64) -> Result<()> {
    if !value.is_finite() {
        return Err(Error::NotFinite { name: name.to_string(), row, column, value });
    }
    if value.abs() > LIMIT {
        return Err(out_of_range(name, value, "numbers between −1e150 and 1e150"));
    }
    Ok(())
}

/// As many in one as in the other.
pub(crate) fn same_length(name: &str, found: usize, other: &str, expected: usize) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(Error::Mismatch {
        name: name.to_string(),
        found,
        found_unit: "value",
        other: other.to_string(),
        expected,
        expected_unit: "value",
    })
}

/// All above zero, as a logarithmic axis needs.
pub(crate) fn positive(name: &str, values: &Array1<f64>) -> Result<()> {
    match values.iter().find(|value| **value <= 0.0) {
        Some(value) => Err(out_of_range(name, *value, "numbers above 0 for a logarithmic axis")),
        None => Ok(()),
    }
}

pub(crate) fn out_of_range(name: &str, value: f64, expected: &str) -> Error {
    Error::OutOfRange {
        name: name.to_string(),
        value: crate::text::words(value),
        expected: expected.to_string(),
    }
}

/// A list with at least one entry.
pub(crate) fn not_empty(name: &str, count: usize, expected: &str) -> Result<()> {
    if count == 0 {
        return Err(Error::Empty { name: name.to_string(), expected: expected.to_string() });
    }
    Ok(())
}
