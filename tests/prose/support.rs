//! What a section shows: the numbers of its code cells' outputs, tables, ✓ lines and figure texts; and what its code sets.

use crate::numbers::Meaning;
use regex::Regex;
use std::sync::LazyLock;

/// The numbers that a section shows or sets.
#[derive(Clone, Debug, Default)]
pub struct Support {
    numbers: Vec<f64>,
    /// "286 of 300".
    counts: Vec<(f64, f64)>,
}

impl Support {
    /// From one output of a code cell, as text. A line with ≠ shows nothing; of one with ✓ counts what stands behind its label,
    /// which was typed.
    pub fn add_output(&mut self, text: &str) {
        for line in text.lines().filter(|line| !line.trim_start().starts_with('≠')) {
            let shown = match line.trim_start().strip_prefix('✓') {
                Some(claim) => claim.rsplit_once(": ").map_or(claim, |(_, shown)| shown),
                None => line,
            };
            self.add_text(shown);
        }
    }

    /// What the code sets: numbers outside of text and comments.
    pub fn add_code(&mut self, code: &str) {
        static TEXT: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r#""(?:[^"\\]|\\.)*"|//[^\n]*"#).expect("a pattern"));
        static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"[\p{L}_\d.]*\d[\d_]*(?:\.\d+)?(?:e-?\d+)?(?:_?[uif]\d+)?").expect("a pattern")
        });
        for found in NUMBER.find_iter(&TEXT.replace_all(code, " ")) {
            let plain = found.as_str().replace('_', "");
            let plain = ["f64", "usize", "u64", "i32", "u32"]
                .iter()
                .fold(plain.as_str(), |n, suffix| n.trim_end_matches(suffix));
            // ranges: 0..1000
            for part in plain.split("..") {
                if let Ok(set) = part.trim_end_matches('.').parse::<f64>() {
                    self.numbers.extend([set, -set]);
                }
            }
        }
    }

    fn add_text(&mut self, text: &str) {
        static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"(?P<sign>[−-])?(?P<int>\d{1,3}(?:[    ]\d{3})+|\d+)(?P<decimals>\.\d+)?(?:\s?[·×]\s?10(?P<power>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|e(?P<e>[-−+]?\d+)|(?P<alone>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?P<percent>\s?%)?",
            )
            .expect("a pattern")
        });
        static COUNT: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"(\d[\d  ]*) of (\d[\d  ]*)").expect("a pattern"));
        for found in NUMBER.captures_iter(text) {
            let int: String = found["int"].chars().filter(char::is_ascii_digit).collect();
            let power = ["power", "e", "alone"]
                .iter()
                .find_map(|name| found.name(name))
                .map(|power| lowered(power.as_str()));
            let mantissa = match found.name("alone") {
                Some(_) if int == "10" => "1".to_string(),
                _ => int + found.name("decimals").map_or("", |d| d.as_str()),
            };
            let Ok(size) = format!("{mantissa}e{}", power.unwrap_or_default()).parse::<f64>() else {
                continue;
            };
            let value = if found.name("sign").is_some() { -size } else { size };
            self.numbers.push(value);
            if found.name("percent").is_some() {
                self.numbers.push(value / 100.0);
            }
            // a table's columns may be parted by a single space
            let groups = found["int"].split([' ', ' ']).map(|group| group.parse::<f64>().ok());
            if found["int"].contains(' ') {
                self.numbers.extend(groups.flatten());
            }
        }
        for found in COUNT.captures_iter(text) {
            let number = |text: &str| text.replace([' ', ' '], "").parse::<f64>();
            if let (Ok(part), Ok(whole)) = (number(&found[1]), number(&found[2])) {
                self.counts.push((part, whole));
            }
        }
    }

    /// Whether the section shows this number, rounded as the prose rounds it.
    pub fn has(&self, meaning: &Meaning) -> bool {
        let any = |fits: &dyn Fn(f64) -> bool| self.numbers.iter().any(|&shown| fits(shown));
        match *meaning {
            Meaning::Digits { value, half_unit, negative, percent } => {
                let room = half_unit + 4.0 * f64::EPSILON * value.abs();
                let fits = |shown: f64| {
                    let shown = if negative { shown } else { shown.abs() };
                    (shown - value).abs() <= room || percent && (100.0 * shown - value).abs() <= room
                };
                any(&fits) || percent && self.counts.iter().any(|(part, whole)| fits(part / whole))
            }
            // three times as many is a third as few
            Meaning::Times(times) => {
                // "four thousand times" has one digit
                let room = if times < 100.0 { 0.5 } else { 0.5 * 10_f64.powf(times.log10().floor()) };
                any(&|shown| (shown.abs() - times).abs() <= room || (shown.abs() * times - 1.0).abs() <= 0.1)
            }
            Meaning::Share(share) => {
                let near = |shown: f64| (shown / share - 1.0).abs() <= 0.1;
                any(&|shown| {
                    near(shown.abs()) || near(shown.abs() / 100.0) || share < 1.0 && near(1.0 / shown.abs())
                }) || self.counts.iter().any(|(part, whole)| near(part / whole))
            }
            Meaning::Count { part, whole } => {
                self.counts.contains(&(part, whole))
                    || any(&|shown| shown == part) && any(&|shown| shown == whole)
            }
            Meaning::Word(value) => any(&|shown| (shown.abs() - value).abs() <= 0.5),
        }
    }
}

/// A power, raised or not.
fn lowered(power: &str) -> i32 {
    let plain = |c: char| match c {
        '⁻' | '−' => '-',
        c => "⁰¹²³⁴⁵⁶⁷⁸⁹"
            .chars()
            .position(|raised| raised == c)
            .map_or(c, |digit| (b'0' + digit as u8) as char),
    };
    power.chars().map(plain).collect::<String>().trim_start_matches('+').parse().unwrap_or(0)
}
