//! The median.

/// The middle of some numbers: half of them lie below, half above; halfway between the two in the middle of an even number.
///
/// It is what to report of many trainings: a few that end badly do not move it, as they would the mean. NaN for no numbers at
/// all; a NaN among them counts as the largest.
///
/// # Examples
///
/// ```
/// use demystified::median;
///
/// assert_eq!(median(&[0.02, 0.01, 7.5]), 0.02);
/// assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
/// assert!(median(&[]).is_nan());
/// ```
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_or_halfway_between_the_two_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
        assert!(median(&[]).is_nan());
    }
}
