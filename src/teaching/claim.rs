//! A number that the text states, checked where it is stated.

use std::fmt;

/// A number of a notebook's text, beside the number that the code has just computed.
///
/// As text it is one line: it begins with ✓ when the two agree, and with ≠ and both numbers when they do not, which is what
/// happens, and should, after a change of the code above.
///
/// # Examples
///
/// ```
/// use demystified::claim;
///
/// let same = claim("the mean score", (75.0 + 82.0 + 93.0) / 3.0, 83.33, 0.005);
/// assert!(same.holds());
/// assert_eq!(same.to_string(), "✓ the mean score: 83.333");
///
/// let other = claim("the mean score", 80.0, 83.33, 0.005);
/// assert_eq!(other.to_string(), "≠ the mean score: 80.000 here, where the text says 83.33");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What the number is.
    pub what: String,
    /// The number that was computed.
    pub value: f64,
    /// The number that the text states.
    pub stated: f64,
    /// How far the two may lie apart, in the units of the number.
    pub tolerance: f64,
}

/// Compares a computed `value` with the one that the text states.
///
/// `what` names it; `tolerance` is how far the two may lie apart, 0 for not at all. NaN agrees with nothing.
pub fn claim(what: &str, value: f64, stated: f64, tolerance: f64) -> Claim {
    Claim { what: what.to_string(), value, stated, tolerance }
}

impl Claim {
    /// Whether the computed and the stated number agree: |value − stated| ≤ tolerance.
    pub fn holds(&self) -> bool {
        (self.value - self.stated).abs() <= self.tolerance
    }

    /// As many decimals of the value as the tolerance lets one compare.
    fn shown_value(&self) -> String {
        let decimals = -self.tolerance.log10();
        if self.stated == 0.0 && self.tolerance > 0.0 && self.holds() {
            // the digits of a rounding error say nothing, and differ from machine to machine
            format!("0, to within {:e}", self.tolerance)
        } else if self.value != 0.0 && self.value.abs() < 1e-3 {
            format!("{:.3e}", self.value)
        } else if (0.0..15.0).contains(&decimals) {
            format!("{:.*}", decimals.ceil() as usize, self.value)
        } else {
            self.value.to_string()
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Claim { what, stated, .. } = self;
        let value = self.shown_value();
        if self.holds() {
            write!(f, "✓ {what}: {value}")
        } else {
            write!(f, "≠ {what}: {value} here, where the text says {stated}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::claim;

    #[test]
    fn a_claim_about_nan_never_holds() {
        assert!(!claim("nothing", f64::NAN, f64::NAN, 1.0).holds());
        assert!(!claim("nothing", 1.0, 1.0, f64::NAN).holds());
    }

    #[test]
    fn a_rounding_error_is_shown_as_zero() {
        assert_eq!(claim("difference", 7.4e-17, 0.0, 1e-12).to_string(), "✓ difference: 0, to within 1e-12");
        assert_eq!(
            claim("difference", 7.4e-7, 0.0, 1e-12).to_string(),
            "≠ difference: 7.400e-7 here, where the text says 0"
        );
    }

    #[test]
    fn a_count_is_compared_exactly_and_shown_whole() {
        assert_eq!(claim("seeds", 65.0, 65.0, 0.0).to_string(), "✓ seeds: 65");
        assert_eq!(claim("seeds", 66.0, 65.0, 0.0).to_string(), "≠ seeds: 66 here, where the text says 65");
    }
}
