//! The font that comes with the crate, and how long a text is in it. Nothing of the system is used.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont};

use crate::error::{Error, Result};

/// A subset of DejaVu Sans; `font/subset.sh` makes it.
const DEJAVU_SANS: &[u8] = include_bytes!("font/DejaVuSans-subset.ttf");

/// How far capital letters reach above the baseline, in units of the text's size.
pub(crate) const CAP_HEIGHT: f64 = 0.73;
/// How far any letter reaches above the baseline.
pub(crate) const ASCENT: f64 = 0.93;
/// How far any letter reaches below it.
pub(crate) const DESCENT: f64 = 0.24;
/// From one line of text to the next.
pub(crate) const LINE_HEIGHT: f64 = 1.25;

/// The font, read anew each time: a cell of the kernel has no statics that last.
pub(crate) fn font() -> Result<FontRef<'static>> {
    FontRef::try_from_slice(DEJAVU_SANS).map_err(Error::draw)
}

/// What ab_glyph calls a scale (the height of a line) for a text size (the em) in pixels.
pub(crate) fn scale(font: &FontRef, size: f64) -> PxScale {
    let em = font.units_per_em().unwrap_or(2048.0);
    PxScale::from(size as f32 * font.height_unscaled() / em)
}

/// The width of a line of text, in the unit of `size`.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    match font() {
        Ok(font) => {
            let scaled = font.as_scaled(scale(&font, size));
            text.chars().map(|c| f64::from(scaled.h_advance(scaled.glyph_id(c)))).sum()
        }
        Err(_) => 0.7 * size * text.chars().count() as f64,
    }
}

/// The text in lines that are no wider than `width`, at most `max_lines` of them; what does not fit ends in "…". A line
/// break in the text stays one.
pub(crate) fn wrapped(text: &str, size: f64, width: f64, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let before = lines.len();
        for word in paragraph.split_whitespace() {
            match lines[before..].last_mut() {
                Some(line) if text_width(&format!("{line} {word}"), size) <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_string()),
            }
        }
    }
    if lines.len() > max_lines {
        let rest = lines.split_off(max_lines.max(1) - 1).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| shortened(line, size, width)).collect()
}

/// The text, cut with "…" when it is wider than `width`.
pub(crate) fn shortened(text: &str, size: f64, width: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_string();
    }
    let mut kept: String = text.to_string();
    while kept.pop().is_some() {
        let candidate = format!("{}…", kept.trim_end());
        if text_width(&candidate, size) <= width {
            return candidate;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_the_series_formulas_has_a_glyph() {
        let font = font().unwrap();
        for c in "∂J/∂W⁽¹⁾ = Xᵀδ⁽²⁾ ∘ f′(z₃) · ½Σ(y − ŷ)² ≈ 10⁻¹² × √λ ± ε ≤ η ≥ σ ∇ ✓ ✗ → ↑ … wᵢⱼ ∞".chars()
        {
            assert_ne!(font.glyph_id(c).0, 0, "no glyph for {c:?}");
        }
    }

    #[test]
    fn a_wrapped_text_keeps_every_word_and_stays_within_the_width() {
        let text = "The score against the hours of sleep in the night before the test";
        let lines = wrapped(text, 12.0, 150.0, 9);
        assert!(lines.len() > 2);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|line| text_width(line, 12.0) <= 150.0));
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_with_an_ellipsis() {
        let lines = wrapped("one two three four five six seven eight", 12.0, 60.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'));
        assert!(text_width(&lines[1], 12.0) <= 60.0);
    }

    #[test]
    fn twice_the_size_is_twice_as_wide() {
        let (small, large) = (text_width("score", 10.0), text_width("score", 20.0));
        assert!(small > 25.0 && (large - 2.0 * small).abs() < 1e-3);
    }
}
