//! What a cell showed, in a form that can be compared, and the first difference in words.

use serde_json::Value;

/// One thing that a cell showed: a stream, one form of a result, or an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// `stdout`, `stderr`, `error` or a mime type.
    pub kind: String,
    pub content: String,
}

/// The parts of a cell's outputs; what changes from run to run by itself (counts, colours) is left out.
pub fn parts(outputs: &[Value]) -> Vec<Part> {
    let mut parts = Vec::new();
    for output in outputs {
        match output["output_type"].as_str() {
            Some("stream") => {
                let kind = output["name"].as_str().unwrap_or("stdout").to_string();
                parts.push(Part { kind, content: text(&output["text"]) });
            }
            Some("error") => parts.push(Part { kind: "error".into(), content: error_text(output) }),
            _ => {
                let forms = output["data"].as_object().into_iter().flatten();
                parts.extend(forms.map(|(mime, value)| Part { kind: mime.clone(), content: text(value) }));
            }
        }
    }
    parts
}

/// nbformat stores long text as a list of lines; anything but text is compared as JSON.
fn text(value: &Value) -> String {
    let lines = value.as_array().map(|list| list.iter().map(Value::as_str).collect::<Option<String>>());
    match (value.as_str(), lines) {
        (Some(text), _) => text.trim_end().to_string(),
        (_, Some(Some(text))) => text.trim_end().to_string(),
        _ => json(value).to_string(),
    }
}

/// JupyterLab saves 1.0 as 1.
fn json(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(list) => list.iter().map(json).collect(),
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), json(value))).collect(),
        _ => value.clone(),
    }
}

fn error_text(output: &Value) -> String {
    let message = output["evalue"].as_str().unwrap_or_default();
    let lines = output["traceback"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let traceback: Vec<String> = lines.map(|line| uncounted(&uncoloured(line))).collect();
    format!("{message}\n{}", traceback.join("\n"))
}

/// Without the ANSI codes for colours.
fn uncoloured(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

/// The kernel names a cell by the count of its run, `command_12`, which says nothing about the error.
fn uncounted(line: &str) -> String {
    let mut pieces = line.split("command_");
    let first = pieces.next().unwrap_or_default().to_string();
    pieces
        .fold(first, |text, piece| text + "command" + piece.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// What differs, in words, or nothing. With `kinds_only` the contents may differ.
pub fn difference(expected: &[Part], found: &[Part], kinds_only: bool) -> Option<String> {
    if !expected.iter().map(|part| &part.kind).eq(found.iter().map(|part| &part.kind)) {
        return Some(format!("expected: {}\nfound:    {}", summary(expected), summary(found)));
    }
    if kinds_only {
        return None;
    }
    let pairs = expected.iter().zip(found).filter(|(expected, found)| expected != found);
    let changes: Vec<String> = pairs.map(|(expected, found)| change(expected, found)).collect();
    (!changes.is_empty()).then(|| changes.join("\n"))
}

fn change(expected: &Part, found: &Part) -> String {
    let kind = &expected.kind;
    if kind == "image/png" {
        let bytes = |part: &Part| part.content.len() * 3 / 4;
        return format!("{kind} differs: expected {} bytes, found {} others", bytes(expected), bytes(found));
    }
    let same = expected.content.chars().zip(found.content.chars()).take_while(|(a, b)| a == b).count();
    let line = expected.content.chars().take(same).filter(|&c| c == '\n').count() + 1;
    format!(
        "{kind} differs in line {line}\nexpected: {}\nfound:    {}",
        excerpt(&expected.content, same),
        excerpt(&found.content, same)
    )
}

/// The line around a place, at most about 120 characters of it.
fn excerpt(text: &str, place: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let place = place.min(chars.len());
    let line_start = chars[..place].iter().rposition(|&c| c == '\n').map_or(0, |at| at + 1);
    let line_end = chars[place..].iter().position(|&c| c == '\n').map_or(chars.len(), |at| place + at);
    let (start, end) = (line_start.max(place.saturating_sub(60)), line_end.min(place + 60));
    let dots = |cut| if cut { "…" } else { "" };
    let middle: String = chars[start..end].iter().collect();
    format!("{}{middle}{}", dots(start > line_start), dots(end < line_end))
}

/// "stdout `3 rows…`, image/png"
fn summary(parts: &[Part]) -> String {
    if parts.is_empty() {
        return "no output".into();
    }
    let readable = |kind: &str| matches!(kind, "stdout" | "stderr" | "error" | "text/plain");
    let texts = parts.iter().map(|part| match readable(&part.kind) {
        true => format!("{} `{}`", part.kind, excerpt(part.content.trim_start(), 0)),
        false => part.kind.clone(),
    });
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(data: Value) -> Vec<Part> {
        parts(&[json!({ "output_type": "execute_result", "execution_count": 3, "data": data })])
    }

    fn error(line: &str) -> Vec<Part> {
        parts(&[json!({ "output_type": "error", "evalue": "mismatched types", "traceback": [line] })])
    }

    #[test]
    fn counts_colours_and_the_way_of_storing_lines_make_no_difference() {
        let stored = shown(json!({ "text/plain": ["a\n", "b"], "application/x+json": { "n": 1 } }));
        let found = shown(json!({ "text/plain": "a\nb\n", "application/x+json": { "n": 1.0 } }));
        assert_eq!(difference(&stored, &found, false), None);
        let (stored, found) = (error("\u{1b}[31mat\u{1b}[0m command_12:1:1"), error("at command_9:1:1"));
        assert_eq!(difference(&stored, &found, false), None);
    }

    #[test]
    fn a_changed_number_is_shown_with_its_line() {
        let found = difference(
            &shown(json!({ "text/plain": "shape\n0.25" })),
            &shown(json!({ "text/plain": "shape\n0.26" })),
            false,
        );
        assert_eq!(found.unwrap(), "text/plain differs in line 2\nexpected: 0.25\nfound:    0.26");
    }

    #[test]
    fn a_changed_error_is_found() {
        assert!(difference(&error("at command_9:1:1"), &error("at command_9:2:1"), false).is_some());
    }

    #[test]
    fn a_missing_form_differs_even_where_contents_may_change() {
        let both = shown(json!({ "image/png": "AAAA", "image/svg+xml": "<svg/>" }));
        let png = shown(json!({ "image/png": "BBBB" }));
        let found = difference(&both, &png, true).unwrap();
        assert_eq!(found, "expected: image/png, image/svg+xml\nfound:    image/png");
        assert_eq!(difference(&shown(json!({ "image/png": "AAAA" })), &png, true), None);
    }

    #[test]
    fn a_long_line_is_cut_around_the_change() {
        let long =
            |c: char| shown(json!({ "image/svg+xml": format!("{}{c}{}", "a".repeat(500), "b".repeat(500)) }));
        let found = difference(&long('1'), &long('2'), false).unwrap();
        assert!(found.len() < 400, "{found}");
        assert!(found.contains("aaa1bbb") && found.contains("aaa2bbb"), "{found}");
    }
}
