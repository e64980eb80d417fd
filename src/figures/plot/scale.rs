//! The range of an axis and where its ticks are.

use crate::text::{number, power_of_ten, superscript, with_minus};

/// How an axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Evenly.
    Linear,
    /// Evenly, with ticks at whole numbers only.
    Whole,
    /// In powers of ten; positions are decimal logarithms.
    Log,
    /// Without ticks: names stand below.
    Names,
}

/// A stretch of an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) kind: Kind,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Span {
    /// A range given by the caller.
    pub(super) fn exactly(low: f64, high: f64) -> Span {
        let (low, high) = padded(low, high, 0.0);
        Span { kind: Kind::Linear, low, high }
    }

    /// The range of the values, with some room on both sides.
    pub(super) fn around<'a>(values: impl Iterator<Item = &'a f64>, room: f64) -> Span {
        let (low, high) =
            values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
        let (low, high) = padded(low, high, room);
        Span { kind: Kind::Linear, low, high }
    }

    /// Positions along the axis, counted in logarithms.
    pub(super) fn logarithmic(self) -> Span {
        Span { kind: Kind::Log, ..self }
    }

    /// Positions along the axis, counted in whole numbers.
    pub(super) fn whole(self) -> Span {
        Span { kind: Kind::Whole, ..self }
    }

    pub(super) fn names(count: usize) -> Span {
        Span { kind: Kind::Names, low: 0.0, high: count as f64 }
    }

    /// How far along the axis a value lies, from 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    /// The value at a share of the way along the axis.
    pub(super) fn at(&self, share: f64) -> f64 {
        self.low + share * (self.high - self.low)
    }

    pub(super) fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Ticks with their labels, about as many as asked for.
    pub(super) fn ticks(&self, about: usize) -> Vec<(f64, String)> {
        match self.kind {
            Kind::Linear => linear_ticks(self.low, self.high, about.max(2)),
            Kind::Whole => ticks_at(self.low, self.high, whole_step((self.high - self.low) / about as f64)),
            Kind::Log => log_ticks(self.low, self.high, about.max(2)),
            Kind::Names => Vec::new(),
        }
    }
}

/// A range that is wide enough to be divided, wider by `room` (a share) on both sides.
fn padded(low: f64, high: f64, room: f64) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    if high - low <= 1e-9 * size || high - low < 1e-200 {
        let half = if size < 1e-190 { 1.0 } else { 0.5 * size };
        return (low - half, high + half);
    }
    let by = room * (high - low);
    (low - by, high + by)
}

fn linear_ticks(low: f64, high: f64, about: usize) -> Vec<(f64, String)> {
    ticks_at(low, high, nice_step((high - low) / about as f64))
}

/// The multiples of `step`.
fn ticks_at(low: f64, high: f64, step: f64) -> Vec<(f64, String)> {
    // Counted from zero in whole steps, so that 0 is 0 and not 1e-17.
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    let count = (last - first).max(0.0) as usize;
    let values: Vec<f64> = (0..=count.min(50)).map(|i| (first + i as f64) * step).collect();
    let largest = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    let exponent = if largest > 0.0 { largest.log10().floor() as i32 } else { 0 };
    let scientific = largest >= 1e6 || (largest > 0.0 && largest < 1e-3);
    let unit = if scientific { 10_f64.powi(exponent) } else { 1.0 };
    let decimals = decimals_of(step / unit);
    values
        .into_iter()
        .map(|value| {
            let text = with_minus(&format!("{:.decimals$}", value / unit));
            match scientific && value != 0.0 {
                true => (value, format!("{text}×10{}", superscript(exponent))),
                false => (value, if value == 0.0 { "0".to_string() } else { text }),
            }
        })
        .collect()
}

/// 1, 2, 2.5 or 5 times a power of ten, not below `step`.
pub(super) fn nice_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let rest = step / power;
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|f| rest <= f * (1.0 + 1e-9)).unwrap_or(10.0);
    factor * power
}

/// 1, 2 or 5 times a power of ten, not below `step` nor 1.
fn whole_step(step: f64) -> f64 {
    match nice_step(step.max(1.0)) {
        2.5 => 5.0,
        step => step,
    }
}

/// How many decimals a number needs.
pub(super) fn decimals_of(step: f64) -> usize {
    (0..12)
        .find(|&d| {
            let scaled = step * 10_f64.powi(d);
            (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1e-300) && scaled.round() >= 1.0
        })
        .unwrap_or(12) as usize
}

fn log_ticks(low: f64, high: f64, about: usize) -> Vec<(f64, String)> {
    let (first, last) = ((low - 1e-9).ceil() as i32, (high + 1e-9).floor() as i32);
    let decades = last - first;
    if decades < 2 {
        return small_log_ticks(low, high);
    }
    let step = (1..).find(|s| decades / s <= about as i32).unwrap_or(1);
    (first..=last).filter(|e| e.rem_euclid(step) == 0).map(|e| (f64::from(e), power_of_ten(e))).collect()
}

/// Within less than two decades, 1, 2 and 5 times the powers of ten are marked; if these are fewer than three, what is evenly spread; and if
/// that, too, is less than three, more multiples.
fn small_log_ticks(low: f64, high: f64) -> Vec<(f64, String)> {
    let marks = |factors: &[f64]| -> Vec<(f64, String)> {
        let powers = low.floor() as i32 - 1..=high.ceil() as i32;
        powers
            .flat_map(|e| factors.iter().map(move |f| f * 10_f64.powi(e)))
            .filter(|v| (low - 1e-9..=high + 1e-9).contains(&v.log10()))
            .map(|v| (v.log10(), number(v)))
            .collect()
    };
    let few = marks(&[1.0, 2.0, 5.0]);
    if few.len() >= 3 {
        return few;
    }
    let even = linear_ticks(10_f64.powf(low), 10_f64.powf(high), 4).into_iter();
    let even: Vec<_> = even.filter(|(v, _)| *v > 0.0).map(|(v, label)| (v.log10(), label)).collect();
    let many = marks(&[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
    if even.len() >= 3 || many.len() < 3 { even } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(span: Span, about: usize) -> Vec<String> {
        span.ticks(about).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_and_labelled_without_needless_digits() {
        assert_eq!(labels(Span::exactly(0.0, 10.0), 5), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(labels(Span::exactly(-1.0, 1.0), 4), ["−1.0", "−0.5", "0", "0.5", "1.0"]);
        assert_eq!(labels(Span::exactly(0.0, 4e6), 4), ["0", "1×10⁶", "2×10⁶", "3×10⁶", "4×10⁶"]);
        assert_eq!(labels(Span::exactly(0.0, 3e-9), 3), ["0", "1×10⁻⁹", "2×10⁻⁹", "3×10⁻⁹"]);
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten_and_skip_some_in_a_wide_range() {
        let span = Span::exactly(-3.0, 1.0).logarithmic();
        assert_eq!(labels(span, 6), ["10⁻³", "10⁻²", "10⁻¹", "1", "10"]);
        let wide = Span::exactly(-16.0, 0.0).logarithmic();
        assert_eq!(labels(wide, 5), ["10⁻¹⁵", "10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "1"]);
        let narrow = Span { kind: Kind::Log, low: 1.1_f64.log10(), high: 6.0_f64.log10() };
        assert_eq!(labels(narrow, 5), ["2", "4", "6"]);
        // by two marks, evenly spread, one could not see that the axis counts in powers of ten
        let about_a_power = Span { kind: Kind::Log, low: 0.077_f64.log10(), high: 0.19_f64.log10() };
        assert_eq!(labels(about_a_power, 5), ["0.08", "0.09", "0.1", "0.15"]);
    }

    #[test]
    fn whole_ticks_have_no_decimals_even_in_a_short_range() {
        assert_eq!(labels(Span::exactly(0.0, 3.0).whole(), 10), ["0", "1", "2", "3"]);
        assert_eq!(labels(Span::exactly(0.0, 10.0).whole(), 4), ["0", "5", "10"]);
        assert_eq!(labels(Span::exactly(0.0, 100.0).whole(), 4), ["0", "25", "50", "75", "100"]);
    }

    #[test]
    fn degenerate_and_extreme_ranges_still_have_a_few_ticks_inside() {
        let ranges = [
            (0.0, 0.0),
            (7.0, 7.0),
            (1.0, 1.0 + f64::EPSILON),
            (-1e150, 1e150),
            (0.0, 5e-324),
            (1e-160, 3e-160),
            (1e9, 1e9 + 1.0),
            (-0.1, 0.2),
        ];
        for (low, high) in ranges {
            let span = Span::around([low, high].iter(), 0.05);
            assert!(span.low < span.high, "{low} {high}");
            let ticks = span.ticks(5);
            assert!((2..=12).contains(&ticks.len()), "{low}..{high}: {ticks:?}");
            let slack = 1e-6 * (span.high - span.low);
            assert!(ticks.iter().all(|(v, _)| *v >= span.low - slack && *v <= span.high + slack));
            let mut texts: Vec<&String> = ticks.iter().map(|(_, text)| text).collect();
            texts.dedup();
            assert_eq!(texts.len(), ticks.len(), "labels differ: {ticks:?}");
        }
    }
}
