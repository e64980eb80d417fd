//! Numbers, counts and excerpts as a reader likes them: short, with a true minus sign and powers of ten.

/// So many characters of a text that is refused are shown.
const MAX_EXCERPT: usize = 40;

/// A table's entry: four decimals, so that they stand below each other; a power of ten where those would say nothing.
pub(crate) fn entry(value: f64) -> String {
    let size = value.abs();
    if value.is_finite() && value != 0.0 && !(1e-3..1e6).contains(&size) {
        let text = format!("{value:.3e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        format!("{}×10{}", with_minus(mantissa), superscript(exponent.parse().unwrap_or(0)))
    } else if value == 0.0 {
        "0".to_string()
    } else {
        with_minus(&format!("{value:.4}"))
    }
}

/// A number with about four significant digits: `75`, `0.0498`, `−1.25`, `3.2×10⁻⁷`. What is a little below 1 is not written as 1.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        with_minus(&value.to_string())
    } else if value == 0.0 {
        "0".to_string()
    } else if (0.99995..1.0 - 1e-9).contains(&size) {
        let decimals = libm::ceil(-libm::log10(1.0 - size)) as usize;
        with_minus(&format!("{:.decimals$}", value.signum() * floored(size, decimals)))
    } else if (1e-4..1e7).contains(&size) {
        let decimals =
            if size >= 1000.0 { 0 } else { (3 - libm::log10(size).floor() as i32).clamp(0, 7) as usize };
        with_minus(&trimmed(&format!("{value:.decimals$}")))
    } else {
        scientific(&format!("{value:.3e}"))
    }
}

/// The number with so many decimals that is not above `value`.
fn floored(value: f64, decimals: usize) -> f64 {
    let unit = 10_f64.powi(decimals as i32);
    (value * unit).floor() / unit
}

/// A number with every digit it has, as messages need it: `0.99999999`, `−1×10⁻⁹`.
pub(crate) fn exact(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() || value == 0.0 || (1e-5..1e16).contains(&size) {
        with_minus(&value.to_string())
    } else {
        scientific(&format!("{value:e}"))
    }
}

/// `−1.5e-7` as `−1.5×10⁻⁷`.
fn scientific(text: &str) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    format!("{}×10{}", with_minus(&trimmed(mantissa)), superscript(exponent.parse().unwrap_or(0)))
}

/// A number with about so many significant digits, for legends.
pub(crate) fn with_digits(digits: usize, value: f64) -> String {
    number(format!("{value:.*e}", digits - 1).parse().unwrap_or(value))
}

/// A power of ten: `10⁻³`.
pub(crate) fn power_of_ten(exponent: i32) -> String {
    match exponent {
        0 => "1".to_string(),
        1 => "10".to_string(),
        _ => format!("10{}", superscript(exponent)),
    }
}

/// `n` in small raised digits.
pub(crate) fn superscript(n: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    replaced(&n.to_string(), &DIGITS, '⁻')
}

/// `n` in small lowered digits.
pub(crate) fn subscript(n: usize) -> String {
    const DIGITS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    replaced(&n.to_string(), &DIGITS, '₋')
}

fn replaced(number: &str, digits: &[char; 10], minus: char) -> String {
    number.chars().map(|c| c.to_digit(10).map_or(minus, |d| digits[d as usize])).collect()
}

/// A number with about three significant digits, for labels in a plot.
pub(crate) fn short(value: f64) -> String {
    if (0.995..1.0).contains(&value.abs()) {
        return number(value);
    }
    number(format!("{value:.2e}").parse().unwrap_or(value))
}

/// "1 point", "3 points".
pub(crate) fn count(n: usize, unit: &str) -> String {
    if n == 1 { format!("1 {unit}") } else { format!("{n} {unit}s") }
}

/// Without zeros at the end of the decimals.
fn trimmed(number: &str) -> String {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        number.to_string()
    }
}

/// With the sign that is as wide as a plus; zero has none.
pub(crate) fn with_minus(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.to_string(),
        Some(rest) => format!("−{rest}"),
        None => number.to_string(),
    }
}

/// The beginning of what somebody else wrote, short enough for a message.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(MAX_EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_keep_four_significant_digits() {
        let found = [75.0, 0.0498, -1.25, 3.2e-7, 123456.0, 0.333333, 2.0, -1e-9, 1.0e9, -0.0].map(number);
        let expected =
            ["75", "0.0498", "−1.25", "3.2×10⁻⁷", "123456", "0.3333", "2", "−1×10⁻⁹", "1×10⁹", "0"];
        assert_eq!(found, expected);
        assert_eq!([f64::NAN, f64::NEG_INFINITY].map(number), ["NaN", "−inf"]);
    }

    #[test]
    fn what_is_a_little_below_one_is_not_written_as_one() {
        let found = [0.99996, -0.99996, 0.9999546, 0.999999998, 1.0 - 1e-12, 1.0, 1.00001].map(number);
        assert_eq!(found, ["0.99996", "−0.99996", "0.99995", "0.999999998", "1", "1", "1"]);
        assert_eq!([0.9996, 0.996, 0.9944, 1.0, 1.004].map(short), ["0.9996", "0.996", "0.994", "1", "1"]);
    }

    #[test]
    fn powers_and_indices_use_small_digits() {
        assert_eq!([power_of_ten(-12), power_of_ten(0), power_of_ten(1)], ["10⁻¹²", "1", "10"]);
        assert_eq!(subscript(12), "₁₂");
    }
}
