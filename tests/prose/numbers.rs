//! The numbers that a text states as results: digits, formulas that hold a number, and words such as "twice" or "six of the nine".

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// A number of the prose.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    /// As the text has it.
    pub text: String,
    pub meaning: Meaning,
    /// What stands around it.
    pub sentence: String,
    /// Where the links of its paragraph lead.
    pub links: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Digits: the value, and half a unit of the last one. A minus counts, a missing one does not: "fell by 0.2" may be −0.2.
    Digits { value: f64, half_unit: f64, negative: bool, percent: bool },
    /// So many times: "twice", "three times".
    Times(f64),
    /// A share: "half", "a third".
    Share(f64),
    /// "six of the nine".
    Count { part: f64, whole: f64 },
    /// "eleven".
    Word(f64),
}

/// One paragraph, list item or table cell: its text without code, headings and links' targets, formulas reduced to their numbers.
struct Passage {
    text: String,
    links: Vec<String>,
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

/// All numbers that this Markdown states.
pub fn stated(markdown: &str) -> Vec<Stated> {
    passages(markdown).iter().flat_map(numbers_of).collect()
}

fn passages(markdown: &str) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut text = String::new();
    let mut links = Vec::new();
    let mut skipped = 0; // how deep in code, headings, images or tables of notation
    let mut header = String::new();
    let mut in_header = false;
    let mut notation = false;
    let options = Options::ENABLE_TABLES | Options::ENABLE_MATH;
    let mut flush = |text: &mut String, links: &mut Vec<String>| {
        let passage = Passage { text: std::mem::take(text), links: std::mem::take(links) };
        if !passage.text.trim().is_empty() {
            passages.push(passage);
        }
    };
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Heading { .. } | Tag::Image { .. }) => skipped += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Heading(_) | TagEnd::Image) => skipped -= 1,
            Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url.to_string()),
            Event::Start(Tag::TableHead) => {
                in_header = true;
                header.clear();
            }
            Event::End(TagEnd::TableHead) => {
                in_header = false;
                // what stands there are names and shapes
                notation = header.contains("shape") || header.contains("meaning");
                text.clear();
            }
            Event::End(TagEnd::Table) => notation = false,
            Event::Text(piece) if in_header => header += &piece,
            Event::Text(piece) if skipped == 0 && !notation => text += &piece,
            Event::InlineMath(formula) | Event::DisplayMath(formula)
                if skipped == 0 && !notation && !in_header =>
            {
                text += &reduced(&formula);
            }
            // a placeholder, so that what stands left and right of it is not joined
            Event::Code(_) => text.push('`'),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell) => flush(&mut text, &mut links),
            Event::Start(Tag::Item | Tag::Paragraph) => flush(&mut text, &mut links),
            _ => {}
        }
    }
    flush(&mut text, &mut links);
    passages
}

/// A formula reduced to the numbers that it states: those that stand alone, or behind =, ≈, <, > and the like. Indices, exponents,
/// fractions and factors belong to what the formula defines.
fn reduced(formula: &str) -> String {
    static REPLACED: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        [
            (r"\\(?:text|mathrm|operatorname|mathbf)\s*\{([^{}]*)\}", " $1 "),
            (r"\{,\}|\\,|\\;|\\!|\\ |~", " "),
            (r"\\%", "%"),
            (r"\\cdot|\\times", "·"),
            (r"\\approx|\\simeq|\\sim", "≈"),
            (r"\\leq?\b|\\ll\b", "<"),
            (r"\\geq?\b|\\gg\b", ">"),
            (r"-", "−"),
            // 10^{−5}, before other exponents go
            (r"\b10\s*\^\s*\{\s*([−+]?\d+)\s*\}", "10↑$1"),
            (r"\b10\s*\^\s*(\d)", "10↑$1"),
            (r"_\s*(?:\{[^{}]*\}|\\[a-zA-Z]+|[^\s\\])", ""),
            (r"\\[dt]?frac\s*(?:\{[^{}]*\}|\d)\s*(?:\{[^{}]*\}|\d)", " f "),
            (r"\d+(?:\.\d+)?\s*\^\s*(?:\{[^{}]*\}|\\[a-zA-Z]+|[^\s\\])", " f "),
            (r"\^\s*(?:\{[^{}]*\}|\\[a-zA-Z]+|[^\s\\])", ""),
            (r"\\[dt]?frac\s*\{[^{}]*\}\s*\{[^{}]*\}", " f "),
            (r"\\[a-zA-Z]+", " f "),
        ]
        .map(|(from, to)| (pattern(from), to))
        .into()
    });
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"−?\s*\d+(?:[  ]\d{3})*(?:\.\d+)?(?:\s*·\s*10↑[−+]?\d+|↑[−+]?\d+)?\s*%?"));
    let mut text = formula.to_string();
    for (from, to) in &*REPLACED {
        text = from.replace_all(&text, *to).into_owned();
    }
    let mut kept = Vec::new();
    for found in NUMBER.find_iter(&text) {
        let before = text[..found.start()].trim_end().chars().next_back();
        let after = text[found.end()..].trim_start().chars().next();
        let states =
            before.is_none_or(|c| "=≈<>,;:([".contains(c)) && after.is_none_or(|c| "=≈<>,;:.)]".contains(c));
        if states {
            kept.push(raised(found.as_str().trim()));
        }
    }
    // quoted like code: the words around it are not joined
    if kept.is_empty() { "`".into() } else { kept.join("; ") }
}

/// 10↑−5 as 10⁻⁵.
fn raised(number: &str) -> String {
    let Some((mantissa, power)) = number.split_once('↑') else { return number.to_string() };
    let raise = |c: char| match c {
        '−' => '⁻',
        digit => "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit.to_digit(10).unwrap_or(0) as usize).unwrap_or(digit),
    };
    let percent = if power.ends_with('%') { "%" } else { "" };
    let power: String = power.trim_end_matches(['%', ' ']).chars().filter(|c| *c != '+').map(raise).collect();
    format!("{mantissa}{power}{percent}")
}

/// What only looks like a result: names, references, years, shapes.
fn without_names(text: &str) -> String {
    static NAMES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        [
            // Part 7, layers 2 and 3, seeds 0 to 999
            r"(?i)\b(?:parts?|cells?|sections?|chapters?|layers?|seeds?|questions?|errat(?:um|a)|figures?|exercises?|versions?|pages?|formulas?|episodes?|lines?)\s+\d+(?:(?:,|,? and| to| or|–|-)\s*\d+)*\b",
            r"\b\d+(?:[-–]\d+){2,}\b",      // 2-3-1
            r"^\s*\d+(?:\.|\s·)\s",           // 4. Derive; 38 · a question
            r"\b\d+(?:st|nd|rd|th)\b",      // 2nd
            r"\b(?:1[89]|20)\d\d\b",        // a year
            r"\b\d{1,3}(?:\s×\s\d{1,3})+\b", // a shape
            r"\b\p{L}+[\p{L}\d₀-₉_]*\d[\p{L}\d]*\b", // W1, ChaCha8
            r"\b\d+\p{L}+\b",               // 3D
            r"\b\d+-(?:bit|dimensional)\b",
        ]
        .map(pattern)
        .into()
    });
    let blank = |found: &Captures<'_>| " ".repeat(found[0].len());
    NAMES.iter().fold(text.to_string(), |text, names| names.replace_all(&text, blank).into_owned())
}

const WORDS: [(&str, f64); 29] = [
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("sixteen", 16.0),
    ("seventeen", 17.0),
    ("eighteen", 18.0),
    ("nineteen", 19.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
    ("hundred", 100.0),
    ("thousand", 1000.0),
    ("million", 1e6),
];

const PARTS: [(&str, f64); 11] = [
    ("half", 2.0),
    ("third", 3.0),
    ("quarter", 4.0),
    ("fifth", 5.0),
    ("sixth", 6.0),
    ("seventh", 7.0),
    ("eighth", 8.0),
    ("ninth", 9.0),
    ("tenth", 10.0),
    ("twentieth", 20.0),
    ("hundredth", 100.0),
];

/// "seven", "twenty-one", "four thousand", "a hundred", "12 500".
fn word(text: &str) -> Option<f64> {
    let text = text.to_lowercase();
    if let Ok(number) = text.replace([' ', '\u{202f}', '\u{a0}'], "").parse() {
        return Some(number);
    }
    let plain = |text: &str| match text {
        "none" => Some(0.0),
        "one" | "a" => Some(1.0),
        _ => WORDS.iter().find(|(word, _)| *word == text).map(|(_, value)| *value),
    };
    let joined = |text: &str| match text.split_once('-') {
        Some((tens, ones)) => Some(plain(tens)? + plain(ones)?),
        None => plain(text),
    };
    text.split_whitespace().try_fold(1.0, |product, factor| Some(product * joined(factor)?))
}

fn numbers_of(passage: &Passage) -> Vec<Stated> {
    static NUMBER_WORD: LazyLock<String> = LazyLock::new(|| {
        let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
        let small = words[..26].join("|");
        let tens = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety";
        format!(r"(?:(?:(?:a|{small}) )?(?:hundred|thousand|million)|(?:{tens})-(?:one|{small})|{small})")
    });
    static TIMES: LazyLock<Regex> =
        LazyLock::new(|| pattern(&format!(r"(?i)\b(?:(twice|thrice)|({}) times)\b", *NUMBER_WORD)));
    static SHARE: LazyLock<Regex> = LazyLock::new(|| {
        let parts: Vec<&str> = PARTS[1..].iter().map(|(word, _)| *word).collect();
        pattern(&format!(
            r"(?i)\b(?:(half)(?P<defines>-way| way| the (?:sum|mean|squared)| a\b)?|(a|one) ({0})(?: of| as| less| more| the|[.,;:!?)]|$)|({1}) ({0})s)\b?",
            parts.join("|"),
            *NUMBER_WORD
        ))
    });
    static COUNT: LazyLock<Regex> = LazyLock::new(|| {
        let number = format!(r"(?:one|none|{}|\d+(?:[  ]\d{{3}})*)", *NUMBER_WORD);
        pattern(&format!(r"(?i)\b({number}) (?:out )?of (?:the |these |those |its |our |all )?({number})\b"))
    });
    static LARGE_WORD: LazyLock<Regex> = LazyLock::new(|| {
        let large: Vec<&str> =
            WORDS.iter().filter(|(_, v)| (11.0..100.0).contains(v)).map(|(w, _)| *w).collect();
        let ones: Vec<&str> = WORDS.iter().filter(|(_, v)| *v < 10.0).map(|(w, _)| *w).collect();
        pattern(&format!(r"(?i)\b(?:{})(?:-(?:one|{}))?\b", large.join("|"), ones.join("|")))
    });
    static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:(?P<sign>[−-])\s?)?(?P<int>\d{1,3}(?:[    ]\d{3})+|\d+)(?P<decimals>\.\d+)?(?:(?P<power>\s?[·×]\s?10(?:⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))|(?P<e>e[-−+]?\d+)|(?P<alone>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?P<percent>\s?%)?",
        )
    });
    let mut text = without_names(&passage.text);
    let mut found = Vec::new();
    let mut take = |text: &mut String, pattern: &Regex, read: &dyn Fn(&Captures<'_>) -> Option<Meaning>| {
        let mut taken = Vec::new();
        for captures in pattern.captures_iter(text) {
            let whole = captures.get(0).expect("the match");
            if let Some(meaning) = read(&captures) {
                taken.push(whole.range());
                found.push((whole.start(), whole.as_str().trim().to_string(), meaning));
            }
        }
        // the next patterns do not see it
        for range in taken.into_iter().rev() {
            let blank = " ".repeat(range.len());
            text.replace_range(range, &blank);
        }
    };
    take(&mut text, &COUNT, &|c| {
        let (part, whole) = (word(&c[1])?, word(&c[2])?);
        // "one of two", and "two of one", is how one speaks; "one of the 300" may be a result
        (part <= whole && (part, whole) != (1.0, 2.0) && part != 1.0)
            .then_some(Meaning::Count { part, whole })
    });
    take(&mut text, &TIMES, &|c| match c.get(1) {
        Some(adverb) => {
            Some(Meaning::Times(if adverb.as_str().eq_ignore_ascii_case("twice") { 2.0 } else { 3.0 }))
        }
        None => word(&c[2]).map(Meaning::Times),
    });
    take(&mut text, &SHARE, &|c| {
        let part = |name: &str| PARTS.iter().find(|(word, _)| *word == name.to_lowercase()).map(|(_, n)| *n);
        // half a second, half-way, and half the sum of squares, are no results
        if c.get(1).is_some() {
            return c.name("defines").is_none().then_some(Meaning::Share(0.5));
        }
        match c.get(4) {
            Some(name) => Some(Meaning::Share(1.0 / part(name.as_str())?)),
            None => Some(Meaning::Share(word(&c[5])? / part(&c[6])?)),
        }
    });
    take(&mut text, &LARGE_WORD, &|c| word(&c[0]).map(Meaning::Word));
    let before_names = text.clone();
    for captures in DIGITS.captures_iter(&before_names) {
        let whole = captures.get(0).expect("the match");
        let left = before_names[..whole.start()].chars().next_back();
        let right = before_names[whole.end()..].chars().next();
        let is_joined = left.is_some_and(|c| c.is_alphanumeric() || ".·×/^'".contains(c))
            || right.is_some_and(|c| c.is_alphabetic() || "/^₀₁₂₃₄₅₆₇₈₉".contains(c));
        if is_joined {
            continue;
        }
        if let Some(meaning) = digits(&captures, left) {
            let shown = whole.as_str().trim_start_matches('-').trim().to_string();
            found.push((whole.start(), shown, meaning));
        }
    }
    found.sort_by_key(|(at, ..)| *at);
    let stated = |(at, text, meaning): (usize, String, Meaning)| Stated {
        text,
        meaning,
        sentence: around(&passage.text, at),
        links: passage.links.clone(),
    };
    found.into_iter().map(stated).collect()
}

fn digits(captures: &Captures<'_>, left: Option<char>) -> Option<Meaning> {
    let int: String = captures["int"].chars().filter(char::is_ascii_digit).collect();
    let decimals = captures.name("decimals").map_or("", |d| d.as_str());
    let mut power = 0;
    let mut mantissa = format!("{int}{decimals}");
    let lowered = |text: &str| -> Option<i32> {
        let plain: String = text
            .chars()
            .map(|c| match c {
                '⁻' | '−' => '-',
                c => "⁰¹²³⁴⁵⁶⁷⁸⁹"
                    .chars()
                    .position(|raised| raised == c)
                    .map_or(c, |d| (b'0' + d as u8) as char),
            })
            .collect();
        plain.trim_start_matches('+').parse().ok()
    };
    if let Some(text) = captures.name("power") {
        power = lowered(text.as_str().split("10").nth(1)?)?;
    } else if let Some(text) = captures.name("e") {
        power = lowered(&text.as_str()[1..])?;
    } else if let Some(text) = captures.name("alone") {
        // 10⁻⁵ is a number, and 2⁵² or 3² a formula
        if mantissa != "10" {
            return None;
        }
        mantissa = "1".into();
        power = lowered(text.as_str())?;
    }
    let percent = captures.name("percent").is_some();
    let is_whole = decimals.is_empty() && power == 0 && !percent;
    // bounds, and how one counts
    if is_whole && (mantissa == "0" || mantissa == "1") {
        return None;
    }
    let value: f64 = format!("{mantissa}e{power}").parse().ok()?;
    let n_decimals = decimals.len().saturating_sub(1) as i32;
    let half_unit: f64 = format!("5e{}", power - n_decimals - 1).parse().ok()?;
    // a hyphen is a minus behind a space only, and a dash of a range is none
    let negative = match captures.name("sign").map(|sign| sign.as_str()) {
        Some("−") => true,
        Some(_) => left.is_none_or(|c| c.is_whitespace() || c == '('),
        None => false,
    };
    let value = if negative { -value } else { value };
    Some(Meaning::Digits { value, half_unit, negative, percent })
}

/// The sentence, or what of it fits.
fn around(text: &str, at: usize) -> String {
    let start = text[..at].rfind(['.', '?', '!', ':']).filter(|&dot| text[dot..].chars().nth(1) == Some(' '));
    let start = start.map_or(0, |dot| dot + 1).max(at.saturating_sub(90));
    let start = (start..=at).find(|&i| text.is_char_boundary(i)).unwrap_or(at);
    text[start..].chars().take(150).collect::<String>().trim().to_string()
}
