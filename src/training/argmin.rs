//! The place of the smallest number.

use crate::error::{Error, Result};

/// Where the smallest of some numbers stands, counted from 0; the first such place if there are several. NaN is never the smallest.
///
/// It is how a hyperparameter is chosen: the place of the lowest validation cost in a list of costs.
///
/// # Errors
///
/// When there is no number, or none but NaN.
///
/// # Examples
///
/// ```
/// use demystified::argmin;
///
/// let lambdas = [1e-4, 1e-3, 1e-2];
/// let validation_costs = [0.067, 0.0065, 0.0071];
/// assert_eq!(lambdas[argmin(&validation_costs)?], 1e-3);
/// assert_eq!(argmin(&[]).unwrap_err().to_string(), "values is empty; expected at least one number that is not NaN");
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn argmin(values: &[f64]) -> Result<usize> {
    let numbers = values.iter().enumerate().filter(|(_, value)| !value.is_nan());
    let smallest = numbers.min_by(|(_, a), (_, b)| a.partial_cmp(b).expect("NaN is left out"));
    smallest
        .map(|(place, _)| place)
        .ok_or_else(|| Error::empty("values", "at least one number that is not NaN"))
}

#[cfg(test)]
mod tests {
    use super::argmin;

    #[test]
    fn the_first_of_equal_numbers_counts_and_nan_never() {
        assert_eq!(argmin(&[2.0, f64::NAN, 1.0, 1.0]).unwrap(), 2);
        assert_eq!(argmin(&[0.0, -0.0, f64::INFINITY]).unwrap(), 0);
        assert!(argmin(&[f64::NAN]).is_err());
    }
}
