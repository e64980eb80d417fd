//! How exactly a reader's numbers are known, and when two numbers count as the same.

use crate::text::exact;
use ndarray::Array2;

/// With more digits than this, numbers are not visibly rounded: `f32` prints 9 at most, NumPy and MATLAB 8 unless told otherwise.
const MAX_ROUNDED: usize = 9;
/// With fewer digits than this in every array, numbers agree with too much.
pub(super) const MIN_DIGITS: usize = 3;
/// Of a 0 that is cut after a decimal: no digit before it was lost.
const ALL_DIGITS: usize = 17;
/// What two computations of the same numbers may differ by, beside the largest entry.
pub(super) const EXACT: f64 = 1e-9;
/// What remains of a number whose last digits are lost, in 64 and in 32 bits, with some additions.
const LAST_DIGITS: f64 = 1e-14;
const LAST_DIGITS_OF_SINGLE: f64 = 2e-7;

/// How the numbers of an array were written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Writing {
    /// To so many significant digits and decimals, as on a screen.
    Rounded { digits: usize, decimals: i32 },
    /// All digits of 32-bit numbers.
    Single,
    /// All digits of 64-bit numbers.
    Double,
}

/// How close two numbers of an array must be to count as the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Precision {
    writing: Writing,
    /// Beside the largest number of the array.
    tolerance: f64,
    /// What the machine may have lost, beside what would be there if nothing cancelled.
    lost: f64,
}

impl Precision {
    /// The precision of each array, at first as strict as its digits are.
    ///
    /// Neither digits nor decimals alone will do: 0.5678 beside 0.0003 was cut after the fourth decimal, 0.5678 beside 1.234e-5
    /// after the fourth digit.
    pub fn of_each(arrays: &[&Array2<f64>]) -> Vec<Precision> {
        let written: Vec<Option<(usize, i32)>> = arrays.iter().map(|array| digits_of(array)).collect();
        let is_full = |digits: usize| digits > MAX_ROUNDED;
        let any_full = written.iter().flatten().any(|&(digits, _)| is_full(digits));
        let most = written.iter().flatten().map(|&(digits, _)| digits).max();
        // so few digits are those of 0.5 and 1 more often than those of a screen
        if most.is_some_and(|digits| digits < MIN_DIGITS) {
            return arrays.iter().map(|_| Precision::exact()).collect();
        }
        let all_single = arrays.iter().copied().flatten().all(|&v| f64::from(v as f32) == v);
        // an array of zeros, of 1 or of 0.5 was cut where the others were
        let telling = written.iter().flatten().filter(|(digits, _)| *digits >= MIN_DIGITS);
        let fewest = telling.map(|&(_, decimals)| decimals).min();
        let of = |(array, written): (&&Array2<f64>, &Option<(usize, i32)>)| match *written {
            Some((digits, _)) if is_full(digits) || (any_full && digits < MIN_DIGITS) => {
                if all_single {
                    Writing::Single
                } else {
                    Writing::Double
                }
            }
            Some((digits, decimals)) if digits < MIN_DIGITS => {
                let decimals = decimals.max(fewest.unwrap_or(decimals));
                let before_point = largest(array).log10().floor() as i32 + 1;
                Writing::Rounded { digits: (before_point + decimals).max(1) as usize, decimals }
            }
            Some((digits, decimals)) => Writing::Rounded { digits, decimals },
            None => match fewest {
                Some(decimals) if !any_full => Writing::Rounded { digits: ALL_DIGITS, decimals },
                _ => Writing::Double,
            },
        };
        arrays.iter().zip(&written).map(|one| Precision::strict(of(one))).collect()
    }

    /// The precisions, if all numbers were cut to one or two digits.
    pub fn of_few_digits(arrays: &[&Array2<f64>]) -> Option<Vec<Precision>> {
        let written: Vec<(usize, i32)> = arrays.iter().filter_map(|array| digits_of(array)).collect();
        let (digits, decimals) = (written.iter().map(|w| w.0).max()?, written.iter().map(|w| w.1).max()?);
        let precision = Precision::strict(Writing::Rounded { digits: 1, decimals });
        (digits < MIN_DIGITS).then(|| arrays.iter().map(|_| precision).collect())
    }

    fn strict(writing: Writing) -> Precision {
        match writing {
            // what 32 bits lose may turn the last of a few digits
            Writing::Rounded { digits, .. } if digits < 7 => {
                Precision { writing, tolerance: 1e-12, lost: LAST_DIGITS_OF_SINGLE }
            }
            Writing::Rounded { .. } => Precision { writing, tolerance: 1e-12, lost: LAST_DIGITS },
            Writing::Single => Precision { writing, tolerance: EXACT, lost: LAST_DIGITS_OF_SINGLE },
            Writing::Double => Precision { writing, tolerance: EXACT, lost: LAST_DIGITS },
        }
    }

    /// The same, for numbers that may have been computed with 32 bits.
    pub fn loose(self, tolerance: f64) -> Precision {
        match self.writing {
            Writing::Rounded { digits, .. } if digits < 7 => self,
            _ => Precision { tolerance, lost: LAST_DIGITS_OF_SINGLE, ..self },
        }
    }

    /// For numbers of one's own, in all their digits.
    pub fn exact() -> Precision {
        Precision::strict(Writing::Double)
    }

    /// So many significant digits, where they were visibly rounded.
    pub fn digits(&self) -> Option<usize> {
        match self.writing {
            Writing::Rounded { digits: ALL_DIGITS, decimals } => Some(decimals.max(1) as usize),
            Writing::Rounded { digits, .. } => Some(digits),
            _ => None,
        }
    }

    /// Whether these are all digits of 64-bit numbers.
    pub fn is_double(&self) -> bool {
        self.writing == Writing::Double
    }

    /// By how much a handed number may differ from a computed one. `size` is what the array's entries would be if nothing
    /// cancelled.
    pub fn allowed(&self, handed: f64, computed: f64, scale: f64, size: f64) -> f64 {
        let machine = self.tolerance * scale + self.lost * size;
        match self.writing {
            Writing::Rounded { digits, decimals } => {
                0.5001 * unit(handed.abs().max(computed.abs()), digits, decimals) + machine
            }
            _ => machine,
        }
    }

    /// Whether the handed numbers may be these.
    pub fn agree(&self, handed: &Array2<f64>, computed: &Array2<f64>, size: f64) -> bool {
        if handed.dim() != computed.dim() {
            return false;
        }
        let scale = largest(handed).max(largest(computed));
        // written so that NaN and infinities disagree
        scale.is_finite()
            && handed.iter().zip(computed).all(|(&h, &c)| (h - c).abs() <= self.allowed(h, c, scale, size))
    }

    /// What the largest of these numbers may have lost when it was rounded; 0 if they were not.
    pub fn half_unit(&self, array: &Array2<f64>) -> f64 {
        match self.writing {
            Writing::Rounded { digits, decimals } => 0.5001 * unit(largest(array), digits, decimals),
            _ => 0.0,
        }
    }

    /// How many bits an entry of this array says: the more, the less likely it agrees with a number by chance.
    pub fn bits(&self, array: &Array2<f64>, size: f64) -> f64 {
        const MOST: f64 = 40.0;
        let scale = largest(array);
        if scale == 0.0 || array.is_empty() {
            return 0.0;
        }
        let of_entry = |&v: &f64| {
            let spread = v.abs().max(0.1 * scale);
            (spread / (2.0 * self.allowed(v, v, scale, size))).log2().clamp(0.0, MOST)
        };
        array.iter().map(of_entry).sum::<f64>() / array.len() as f64
    }
}

/// Whether the two differ by rounding errors alone. Most differ in their first entry.
pub(super) fn is_same(one: &Array2<f64>, other: &Array2<f64>) -> bool {
    is_same_beside(one, other, largest(other))
}

/// The same, where the largest number of the other is known.
pub(super) fn is_same_beside(one: &Array2<f64>, other: &Array2<f64>, scale: f64) -> bool {
    one.dim() == other.dim()
        && one.iter().zip(other).all(|(one, other)| (one - other).abs() <= 1e-12 * scale.max(one.abs()))
}

pub(super) fn largest(array: &Array2<f64>) -> f64 {
    array.iter().fold(0.0, |m: f64, v| m.max(v.abs()))
}

/// "to all digits", "as far as 4 digits show".
pub(super) fn words(precisions: &[Precision]) -> String {
    let digits: Vec<usize> = precisions.iter().filter_map(Precision::digits).collect();
    match (digits.iter().min(), digits.iter().max()) {
        (Some(1), Some(1)) => "as far as 1 digit shows".into(),
        (Some(least), Some(most)) if least == most => format!("as far as {most} digits show"),
        (Some(least), Some(most)) => format!("as far as {least} to {most} digits show"),
        _ => {
            let tolerance = precisions.iter().map(|p| p.tolerance.max(p.lost)).fold(0.0, f64::max);
            format!("to within {} of the largest number of each array", exact(tolerance))
        }
    }
}

/// The most significant digits and the most decimals in an array; none when all is 0.
fn digits_of(array: &Array2<f64>) -> Option<(usize, i32)> {
    let (mut digits, mut decimals) = (0, i32::MIN);
    for &value in array.iter().filter(|v| **v != 0.0) {
        // 13 digits: a number of few digits times a power of ten may differ from its neighbour in the last of the 17
        let text = format!("{:.12e}", value.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let n = mantissa.trim_end_matches('0').trim_end_matches('.').replace('.', "").len();
        digits = digits.max(n);
        decimals = decimals.max(n as i32 - 1 - exponent.parse::<i32>().ok()?);
    }
    (digits > 0).then_some((digits, decimals))
}

/// What the last digit of a number of this size counts.
fn unit(size: f64, digits: usize, decimals: i32) -> f64 {
    if !size.is_finite() {
        return 0.0;
    }
    let last_digit = if size == 0.0 { -decimals } else { size.log10().floor() as i32 + 1 - digits as i32 };
    10f64.powi(last_digit.max(-decimals))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn writing(array: Array2<f64>) -> Writing {
        Precision::of_each(&[&array])[0].writing
    }

    #[test]
    fn rounded_numbers_are_known_by_their_digits() {
        assert_eq!(writing(array![[0.5678, 0.0003]]), Writing::Rounded { digits: 4, decimals: 4 });
        assert_eq!(writing(array![[0.5678, 1.234e-5]]), Writing::Rounded { digits: 4, decimals: 8 });
        assert_eq!(writing(array![[1234.0, 0.1234 * 1e-3]]), Writing::Rounded { digits: 4, decimals: 7 });
        assert_eq!(writing(array![[0.5678, 1.0 / 3.0]]), Writing::Double);
        assert_eq!(writing(array![[f64::from(0.1f32)]]), Writing::Single);
    }

    #[test]
    fn each_array_has_its_own_precision() {
        let (four, two, full) = (array![[0.5678, 0.0003]], array![[0.12, 0.3]], array![[1.0 / 3.0, 0.5]]);
        let zeros = array![[0.0]];
        let writings = |arrays: &[&Array2<f64>]| -> Vec<Writing> {
            Precision::of_each(arrays).iter().map(|p| p.writing).collect()
        };
        let rounded = |digits, decimals| Writing::Rounded { digits, decimals };
        assert_eq!(writings(&[&four, &two, &zeros]), [rounded(4, 4), rounded(4, 4), rounded(ALL_DIGITS, 4)]);
        assert_eq!(writings(&[&four, &full, &two]), [rounded(4, 4), Writing::Double, Writing::Double]);
    }

    #[test]
    fn what_is_said_is_what_is_allowed() {
        let said = |array: Array2<f64>| words(&Precision::of_each(&[&array]));
        assert_eq!(said(array![[0.5678, 0.0003]]), "as far as 4 digits show");
        assert_eq!(said(array![[1.0 / 3.0]]), "to within 1×10⁻⁹ of the largest number of each array");
        assert_eq!(said(array![[f64::from(0.1f32)]]), "to within 2×10⁻⁷ of the largest number of each array");
    }

    #[test]
    fn half_a_unit_of_the_last_digit_is_allowed_and_no_more() {
        let fixed = Precision::of_each(&[&array![[0.5678, 0.0003]]])[0];
        assert!(fixed.agree(&array![[0.5678, 0.0003]], &array![[0.56784, 0.00034]], 0.0));
        assert!(!fixed.agree(&array![[0.5678, 0.0003]], &array![[0.56784, 0.00036]], 0.0));
        let floating = Precision::of_each(&[&array![[0.5678, 1.234e-5]]])[0];
        assert!(floating.agree(&array![[0.5678, 1.234e-5]], &array![[0.56784, 1.2344e-5]], 0.0));
        assert!(!floating.agree(&array![[0.5678, 1.234e-5]], &array![[0.56784, 1.236e-5]], 0.0));
        assert!(!fixed.agree(&array![[0.5678]], &array![[f64::NAN]], 0.0));
        assert!(!Precision::exact().agree(&array![[0.5678]], &array![[f64::NAN]], 0.0));
    }
}
