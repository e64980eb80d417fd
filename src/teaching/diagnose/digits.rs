//! How exactly a reader's numbers are known, and when two numbers count as the same.

use ndarray::Array2;

/// With more digits than this, numbers are not visibly rounded: NumPy and MATLAB print 8 at most unless told otherwise.
const MAX_ROUNDED: usize = 9;
/// With fewer digits than this, numbers agree with too much.
const MIN_ROUNDED: usize = 3;

/// How close two numbers must be to count as the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Precision {
    /// To within this part of the largest entry of the array.
    Relative(f64),
    /// To within half a unit of the last digit that is shown: numbers of so many significant digits and decimals.
    Rounded { digits: usize, decimals: i32 },
}

/// What two computations of the same numbers may differ by, beside the largest entry.
pub(super) const EXACT: Precision = Precision::Relative(1e-9);

impl Precision {
    /// Numbers that were visibly rounded, as when they are copied from a screen; none when they were not.
    ///
    /// Neither digits nor decimals alone will do: 0.5678 beside 0.0003 was cut after the fourth decimal, 0.5678 beside 1.234e-5
    /// after the fourth digit.
    pub(super) fn of_rounded(arrays: &[&Array2<f64>]) -> Option<Precision> {
        let (mut digits, mut decimals) = (0, i32::MIN);
        for &value in arrays.iter().copied().flatten().filter(|v| **v != 0.0) {
            // 13 digits: a number of few digits times a power of ten may differ from its neighbour in the last of the 17
            let text = format!("{:.12e}", value.abs());
            let (mantissa, exponent) = text.split_once('e')?;
            let n = mantissa.trim_end_matches('0').trim_end_matches('.').replace('.', "").len();
            digits = digits.max(n);
            decimals = decimals.max(n as i32 - 1 - exponent.parse::<i32>().ok()?);
        }
        (MIN_ROUNDED..=MAX_ROUNDED).contains(&digits).then_some(Precision::Rounded { digits, decimals })
    }

    /// Whether the handed numbers may be these. `rounding` is what the machine's own rounding may add to either.
    pub(super) fn agree(&self, handed: &Array2<f64>, computed: &Array2<f64>, rounding: f64) -> bool {
        if handed.dim() != computed.dim() {
            return false;
        }
        let largest = |array: &Array2<f64>| array.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let scale = largest(handed).max(largest(computed));
        let pairs = || handed.iter().zip(computed);
        match *self {
            // written so that NaN disagrees
            Precision::Relative(tolerance) => {
                pairs().all(|(h, c)| (h - c).abs() <= tolerance * scale + rounding)
            }
            Precision::Rounded { digits, decimals } => pairs().all(|(h, c)| {
                let unit = unit(h.abs().max(c.abs()), digits, decimals);
                (h - c).abs() <= 0.5001 * unit + 1e-12 * scale + rounding
            }),
        }
    }

    /// What the largest of these numbers may have lost when it was rounded; 0 if they were not.
    pub(super) fn half_unit(&self, array: &Array2<f64>) -> f64 {
        let largest = array.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        match *self {
            Precision::Rounded { digits, decimals } => 0.5001 * unit(largest, digits, decimals),
            Precision::Relative(_) => 0.0,
        }
    }

    /// "to all digits", "as far as 4 digits show".
    pub(super) fn words(&self) -> String {
        match self {
            Precision::Relative(tolerance) => {
                format!("to within {tolerance:e} of the largest number of each array")
            }
            Precision::Rounded { digits, .. } => format!("as far as {digits} digits show"),
        }
    }
}

/// What the last digit of a number of this size counts.
fn unit(size: f64, digits: usize, decimals: i32) -> f64 {
    let last_digit =
        if size == 0.0 { -decimals } else { libm::log10(size).floor() as i32 + 1 - digits as i32 };
    10f64.powi(last_digit.max(-decimals))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn rounded_numbers_are_known_by_their_digits() {
        let rounded = |array: Array2<f64>| Precision::of_rounded(&[&array]);
        assert_eq!(rounded(array![[0.5678, 0.0003]]), Some(Precision::Rounded { digits: 4, decimals: 4 }));
        assert_eq!(rounded(array![[0.5678, 1.234e-5]]), Some(Precision::Rounded { digits: 4, decimals: 8 }));
        assert_eq!(
            rounded(array![[1234.0, 0.1234 * 1e-3]]),
            Some(Precision::Rounded { digits: 4, decimals: 7 })
        );
        assert_eq!(rounded(array![[0.5678, 1.0 / 3.0]]), None);
        assert_eq!(rounded(array![[0.1f32 as f64]]), None);
        assert_eq!(rounded(array![[0.0, 1.0]]), None);
    }

    #[test]
    fn half_a_unit_of_the_last_digit_is_allowed_and_no_more() {
        let fixed = Precision::Rounded { digits: 4, decimals: 4 };
        assert!(fixed.agree(&array![[0.5678, 0.0003]], &array![[0.56784, 0.00034]], 0.0));
        assert!(!fixed.agree(&array![[0.5678, 0.0003]], &array![[0.56784, 0.00036]], 0.0));
        let floating = Precision::Rounded { digits: 4, decimals: 8 };
        assert!(floating.agree(&array![[0.5678, 1.234e-5]], &array![[0.56784, 1.2344e-5]], 0.0));
        assert!(!floating.agree(&array![[0.5678, 1.234e-5]], &array![[0.56784, 1.236e-5]], 0.0));
        assert!(!fixed.agree(&array![[0.5678]], &array![[f64::NAN]], 0.0));
        assert!(!EXACT.agree(&array![[0.5678]], &array![[f64::NAN]], 0.0));
    }
}
