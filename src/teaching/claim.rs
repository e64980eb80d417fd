//! A number that the text states, checked where it is stated.

use crate::text::{self, superscript};
use std::fmt;

/// A number of a notebook's text, beside the number that the code has just computed.
///
/// As text it is one line: it begins with ✓ when the two agree, and with ≠ and both numbers when they do not, which is what
/// happens, and should, after a change of the code above.
///
/// # Examples
///
/// ```
/// use demystified::{between, claim};
///
/// let same = claim("the mean score", (75.0 + 82.0 + 93.0) / 3.0, "83.33");
/// assert!(same.holds());
/// assert_eq!(same.to_string(), "✓ the mean score: 83.33");
///
/// let other = claim("the mean score", 80.0, "83.33");
/// assert_eq!(other.to_string(), "≠ the mean score: 80.00 here, where the text says 83.33");
///
/// let hedged = between("seconds", 0.31, 0.1, 0.5);
/// assert_eq!(hedged.to_string(), "✓ seconds: 0.31, between 0.1 and 0.5");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What the number is.
    pub what: String,
    /// The number that was computed.
    pub value: f64,
    /// What the text says of it.
    pub stated: Stated,
}

/// What a text says of a number.
#[derive(Clone, Debug, PartialEq)]
pub enum Stated {
    /// The number itself, as the text writes it: `0.0498`, `4·10⁻³⁰⁹`, `95 %`, `286 of 300`.
    Number(String),
    /// Only that it lies between these two, both included.
    Between(f64, f64),
}

/// Compares a computed `value` with the number that the text states, written as the text writes it.
///
/// The digits of `stated` are the tolerance: the two agree when the value, rounded as the text rounds it, is the number of the text,
/// that is, when they lie at most half a unit of its last digit apart. NaN agrees with nothing.
///
/// # Formula
///
/// ```text
/// stated                        value                 agrees when
/// "0.0498"   "−1.5"   "+0.2"    the number            |value − 0.0498| ≤ 0.00005
/// "286"   "286 of 300"          the first number      |value − 286| ≤ 0.5; a count has to be 286
/// "12 500"                      the number            |value − 12500| ≤ 0.5
/// "4·10⁻³⁰⁹"   "1.6e-11"        the number            half a unit of the 4, of the 6
/// "10⁻⁹"                        the number            |value − 10⁻⁹| ≤ 0.5·10⁻⁹
/// "95 %"                        the share             |value − 0.95| ≤ 0.005
/// "83.33 points"                the number            a unit may follow
/// ```
///
/// A text that does not begin with a number agrees with nothing, and the line says so.
///
/// # Examples
///
/// ```
/// use demystified::claim;
///
/// assert_eq!(claim("starts", 286.0, "286 of 300").to_string(), "✓ starts: 286 of 300");
/// assert_eq!(claim("starts", 287.0, "286 of 300").to_string(), "≠ starts: 287 of 300 here, where the text says 286 of 300");
/// assert_eq!(claim("share", 0.953, "95 %").to_string(), "✓ share: 95 %");
/// assert_eq!(claim("error", 1.63e-11, "1.6·10⁻¹¹").to_string(), "✓ error: 1.6·10⁻¹¹");
/// ```
pub fn claim(what: &str, value: f64, stated: &str) -> Claim {
    Claim { what: what.to_string(), value, stated: Stated::Number(stated.to_string()) }
}

/// Compares a computed `value` with the two numbers between which a text places it.
///
/// For what the text hedges ("about a quarter", "a few seconds") and for rounding errors ("less than 10⁻¹²": from 0 to 1e-12). Both ends
/// count as between. NaN agrees with nothing.
///
/// # Examples
///
/// ```
/// use demystified::between;
///
/// assert!(between("times as fast", 23.8, 20.0, 30.0).holds());
/// assert!(!between("times as fast", 12.0, 20.0, 30.0).holds());
/// // the digits of a rounding error say nothing
/// assert_eq!(between("by hand minus by the crate", 7.4e-17, 0.0, 1e-12).to_string(), "✓ by hand minus by the crate: below 10⁻¹²");
/// ```
pub fn between(what: &str, value: f64, low: f64, high: f64) -> Claim {
    Claim { what: what.to_string(), value, stated: Stated::Between(low, high) }
}

impl Claim {
    /// Whether the computed number and the text agree.
    pub fn holds(&self) -> bool {
        match &self.stated {
            Stated::Number(text) => {
                Written::read(text).is_some_and(|written| written.agrees_with(self.value))
            }
            Stated::Between(low, high) => (*low..=*high).contains(&self.value),
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Claim { what, value, stated } = self;
        match stated {
            // the text's number is the value rounded as the text rounds
            Stated::Number(text) if self.holds() => write!(f, "✓ {what}: {text}"),
            Stated::Number(text) => match Written::read(text) {
                Some(written) => {
                    write!(f, "≠ {what}: {} here, where the text says {text}", written.round(*value))
                }
                None => write!(
                    f,
                    "≠ {what}: {} here, where the text says \"{text}\", which is no number",
                    short(*value)
                ),
            },
            Stated::Between(low, high) if self.holds() && *low == 0.0 && *value <= high / 100.0 => {
                write!(f, "✓ {what}: below {}", short(*high))
            }
            Stated::Between(low, high) if self.holds() => {
                write!(f, "✓ {what}: {}, between {} and {}", short(*value), short(*low), short(*high))
            }
            Stated::Between(low, high) => {
                let (value, low, high) = (short(*value), short(*low), short(*high));
                write!(f, "≠ {what}: {value} here, where the text says between {low} and {high}")
            }
        }
    }
}

/// A number as a text writes it: its digits, its power of ten, and what stands behind.
#[derive(Debug, PartialEq)]
struct Written<'a> {
    /// As the text has them, with the sign: `−0.0498`, `12 500`; empty where a power of ten stands alone.
    digits: &'a str,
    /// How many of them are decimals.
    decimals: i32,
    exponent: Option<Exponent<'a>>,
    /// A percent sign, a unit, "of 300".
    rest: &'a str,
}

#[derive(Debug, PartialEq)]
struct Exponent<'a> {
    /// `·10` with its spaces, `e`, `\cdot 10^{`, …
    sign: &'a str,
    power: i32,
    /// `}`, or nothing.
    closing: &'a str,
}

impl Written<'_> {
    /// The number at the beginning of `text`, if there is one.
    fn read(text: &str) -> Option<Written<'_>> {
        let (digits, rest) = text.split_at(mantissa_length(text));
        let decimals = digits.split_once('.').map_or(0, |(_, after)| after.len() as i32);
        let stands_alone =
            digits == "10" && rest.starts_with(['⁻', '⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹', '^']);
        let (digits, rest) = if stands_alone { text.split_at(0) } else { (digits, rest) };
        let (exponent, rest) = match Exponent::read(rest, digits.is_empty()) {
            Some((exponent, rest)) => (Some(exponent), rest),
            None => (None, rest),
        };
        let is_number = digits.ends_with(|c: char| c.is_ascii_digit()) || stands_alone && exponent.is_some();
        // 12.3.4, or 1 234 567 with a group too short, is no number
        let goes_on = rest.starts_with(|c: char| c.is_ascii_digit() || c == '.' && rest.len() > 1);
        (is_number && !goes_on).then_some(Written { digits, decimals, exponent, rest })
    }

    /// The number times 10^`shift`, exactly as the digits say.
    fn times_power(&self, digits: &str, shift: i32) -> f64 {
        let power = self.exponent.as_ref().map_or(0, |exponent| exponent.power)
            - if self.is_percent() { 2 } else { 0 };
        format!("{digits}e{}", power + shift).parse().unwrap_or(f64::NAN)
    }

    fn is_percent(&self) -> bool {
        self.rest.trim_start().starts_with('%') || self.rest.trim_start().starts_with("\\%")
    }

    fn agrees_with(&self, value: f64) -> bool {
        let plain: String = self.digits.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        let plain = if plain.is_empty() { "1" } else { &plain };
        let size = self.times_power(plain, 0);
        let stated = if self.digits.starts_with(['−', '-']) { -size } else { size };
        let half_a_unit = self.times_power("5", -self.decimals - 1);
        // the difference may be rounded, by a part in 10¹⁶ of the numbers
        (value - stated).abs() <= half_a_unit + 2.0 * f64::EPSILON * size
    }

    /// Another number, written like this one; with a power of ten of its own where these digits would say nothing.
    fn round(&self, value: f64) -> String {
        let mut scaled = if self.is_percent() { 100.0 * value } else { value };
        let mut tail = String::new();
        if let Some(Exponent { sign, power, closing }) = &self.exponent {
            let text = format!("{value:.*e}", self.decimals as usize);
            let (mantissa, own) = text.split_once('e').unwrap_or((&text, "0"));
            let own: i32 = own.parse().unwrap_or(*power);
            scaled = mantissa.parse().unwrap_or(value);
            let sign = if self.digits.is_empty() { "·10" } else { sign };
            let raised = sign.ends_with('0');
            if scaled != 0.0 {
                tail = format!("{sign}{}{closing}", if raised { superscript(own) } else { own.to_string() });
            }
        }
        let rounded = format!("{scaled:.*}", self.decimals as usize);
        let says_nothing = scaled != 0.0 && rounded.chars().all(|c| !('1'..='9').contains(&c));
        if !scaled.is_finite() || says_nothing || scaled.abs() >= 1e15 {
            let rest = self.rest;
            return format!("{}{rest}", short(scaled));
        }
        let minus = if self.digits.starts_with('-') { "-" } else { "−" };
        format!("{}{tail}{}", rounded.replace('-', minus), self.rest)
    }
}

impl<'a> Exponent<'a> {
    /// `·10⁻³⁰⁹`, ` × 10^{-3}`, `e-11`, or alone `10⁻³`: the power of ten at the beginning of `text`, and what follows it.
    fn read(text: &'a str, alone: bool) -> Option<(Exponent<'a>, &'a str)> {
        let spaces = text.len() - text.trim_start().len();
        let after = &text[spaces..];
        let times = ["·", "×", "\\cdot", "\\times"].into_iter().find(|times| after.starts_with(times));
        let (sign_length, power_text) = if let Some(after_e) = text.strip_prefix(['e', 'E']) {
            (1, after_e)
        } else {
            let after = if alone { after } else { after[times?.len()..].trim_start() };
            let power = after.strip_prefix("10")?;
            let power = power.strip_prefix("^{").or(power.strip_prefix('^')).unwrap_or(power);
            (text.len() - power.len(), power)
        };
        let end = power_text.find(|c: char| power_digit(c).is_none()).unwrap_or(power_text.len());
        let power: String = power_text[..end].chars().filter_map(power_digit).collect();
        let sign = &text[..sign_length];
        let mut rest = &power_text[end..];
        let closing = if sign.ends_with('{') { rest.strip_prefix('}').map_or("", |_| "}") } else { "" };
        rest = &rest[closing.len()..];
        Some((Exponent { sign, power: power.parse().ok()?, closing }, rest))
    }
}

/// A digit of a power, raised or not; a sign too.
fn power_digit(c: char) -> Option<char> {
    match c {
        '⁻' | '−' | '-' => Some('-'),
        '0'..='9' => Some(c),
        '¹' => Some('1'),
        '²' => Some('2'),
        '³' => Some('3'),
        '⁰' | '⁴'..='⁹' => char::from_digit(c as u32 - '⁰' as u32, 10),
        _ => None,
    }
}

/// How many bytes at the beginning of `text` are a number with sign, digits in groups, and decimals.
fn mantissa_length(text: &str) -> usize {
    let mut end = 0;
    let mut seen_point = false;
    let signs = text.strip_prefix(['−', '-', '+']).map_or(0, |rest| text.len() - rest.len());
    end += signs;
    while let Some(c) = text[end..].chars().next() {
        let after = &text[end + c.len_utf8()..];
        let digits_after = after.bytes().take_while(u8::is_ascii_digit).count();
        let is_group = matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
            && digits_after == 3
            && !seen_point
            && end > signs;
        match c {
            '0'..='9' => {}
            '.' if !seen_point && digits_after > 0 => seen_point = true,
            _ if is_group => {}
            _ => break,
        }
        end += c.len_utf8();
    }
    end
}

/// A number with about three significant digits.
fn short(value: f64) -> String {
    let text = text::short(value).replace('×', "·");
    text.strip_prefix("1·10").map_or(text.clone(), |power| format!("10{power}"))
}

#[cfg(test)]
mod tests {
    use super::{between, claim};

    #[test]
    fn a_claim_about_nan_never_holds() {
        assert!(!claim("nothing", f64::NAN, "0").holds());
        assert!(!claim("nothing", f64::NAN, "NaN").holds());
        assert!(!between("nothing", f64::NAN, f64::NEG_INFINITY, f64::INFINITY).holds());
        assert_eq!(claim("it", f64::NAN, "0.5").to_string(), "≠ it: NaN here, where the text says 0.5");
    }

    #[test]
    fn the_digits_of_the_text_are_the_tolerance() {
        for (stated, inside, outside) in [
            ("0.0498", vec![0.0498, 0.049751, 0.049849], vec![0.049749, 0.049851, -0.0498]),
            ("4.60", vec![4.595, 4.6049], vec![4.5949, 4.6051]),
            ("−1.5", vec![-1.5, -1.46, -1.54], vec![1.5, -1.44]),
            ("-1.5", vec![-1.5], vec![1.5]),
            ("+0.2", vec![0.2], vec![-0.2]),
            ("286", vec![286.0], vec![285.0, 287.0]),
            ("286 of 300", vec![286.0], vec![285.0, 300.0]),
            ("12 500", vec![12_500.0], vec![12.0, 12_501.0]),
            ("1 234 567.8", vec![1_234_567.8], vec![1.0, 1_234_567.9]),
            ("95 %", vec![0.95, 0.953], vec![95.0, 0.956]),
            ("95%", vec![0.95, 0.953], vec![95.0, 0.956]),
            ("0.5 %", vec![0.005], vec![0.5]),
            ("4·10⁻³⁰⁹", vec![4e-309, 3.6e-309], vec![0.0, 3e-309, 4.6e-309]),
            ("1.6 · 10⁻¹¹", vec![1.64e-11], vec![1.5e-11, 1.6]),
            ("1.6 × 10^{-11}", vec![1.64e-11], vec![1.5e-11]),
            ("1.6 \\cdot 10^{-11}", vec![1.64e-11], vec![1.5e-11]),
            ("1.6e-11", vec![1.64e-11], vec![1.5e-11]),
            ("10⁻⁹", vec![1e-9, 1.4e-9], vec![0.0, 1.6e-9, 9.0]),
            ("10^{-9}", vec![1e-9], vec![10.0]),
            ("10", vec![10.0], vec![1.0, 9.4]),
            ("83.33 points", vec![83.334], vec![83.34]),
            ("0", vec![0.0, 0.3, -0.3], vec![0.6]),
        ] {
            for value in inside {
                let claim = claim("it", value, stated);
                assert!(claim.holds(), "{claim}");
                assert_eq!(claim.to_string(), format!("✓ it: {stated}"));
            }
            for value in outside {
                let claim = claim("it", value, stated);
                assert!(!claim.holds(), "{claim}");
                let line = claim.to_string();
                let shown = line
                    .strip_prefix("≠ it: ")
                    .and_then(|line| line.split_once(" here, where the text says "));
                let (shown, said) = shown.expect("both numbers are shown");
                assert_eq!(said, stated);
                assert_ne!(shown, stated, "{line}");
            }
        }
    }

    #[test]
    fn another_number_is_shown_as_the_text_writes_its_own() {
        for (value, stated, shown) in [
            (0.05123, "0.0498", "0.0512"),
            (-0.05123, "0.0498", "−0.0512"),
            (-2.0, "-1.5", "-2.0"),
            (287.0, "286 of 300", "287 of 300"),
            (0.913, "95 %", "91 %"),
            (4.5e-17, "1.6·10⁻¹¹", "4.5·10⁻¹⁷"),
            (4.5e-17, "1.6e-11", "4.5e-17"),
            (3e-9, "0.0498", "3·10⁻⁹"),
            (f64::INFINITY, "0.0498", "inf"),
            (2.5e20, "3", "2.5·10²⁰"),
        ] {
            let line = claim("it", value, stated).to_string();
            assert_eq!(line, format!("≠ it: {shown} here, where the text says {stated}"));
        }
    }

    #[test]
    fn a_text_without_a_number_holds_for_nothing() {
        for stated in ["", "about 5", "−", "%", "1.2.3", "1e", "⁻⁹"] {
            let claim = claim("it", 5.0, stated);
            let is_read = stated == "1e";
            assert!(!claim.holds(), "{claim}");
            assert_eq!(claim.to_string().ends_with("which is no number"), !is_read, "{claim}");
        }
    }

    #[test]
    fn a_rounding_error_is_shown_by_its_bound() {
        assert_eq!(between("difference", 7.4e-17, 0.0, 1e-12).to_string(), "✓ difference: below 10⁻¹²");
        assert_eq!(
            between("difference", 7.4e-7, 0.0, 1e-12).to_string(),
            "≠ difference: 7.4·10⁻⁷ here, where the text says between 0 and 10⁻¹²"
        );
    }

    #[test]
    fn both_ends_are_between() {
        assert!(between("it", 2.0, 2.0, 3.0).holds() && between("it", 3.0, 2.0, 3.0).holds());
        assert!(!between("it", 3.0, 3.0, 2.0).holds());
    }
}
