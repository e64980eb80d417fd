//! Which statement of a cell is running: the cell itself notes it, for panics that come out of a library.
//!
//! A panic says where it was raised. If that is in a library, such as in ndarray's `dot`, the reader's line is known only to a backtrace of
//! a cell with debug information, and with that each cell took a sixth longer to compile. So between the statements of a cell, wherever one
//! begins on a new line, that line is noted. The note stands at the end of the line before, so that nothing moves.

use crate::literals::end_of_literal;

/// The text with `note(LINE);` before each statement that begins on a line of its own, in the block that begins at `from`, up to `until`. Lines are counted from 0.
/// Where it is not certain whether a statement begins, the block gets no notes at all.
pub fn marked(text: &str, from: usize, until: usize, note: &str) -> String {
    let mut result = String::new();
    let mut at = 0;
    for begin in begins(&text[..until], from).unwrap_or_default() {
        result.push_str(&text[at..begin.after]);
        result.push_str(&format!(" {note}({});", begin.line));
        at = begin.after;
    }
    result + &text[at..]
}

/// Where a statement begins.
#[derive(Debug, PartialEq)]
struct Begin {
    line: usize,
    /// The end of what is before it, comments apart.
    after: usize,
}

/// What came last in the block itself, not in a bracket in it.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// The beginning of the block, or a `;`.
    End,
    /// A `}`, which ends a statement or a part of one.
    Brace,
    Other,
}

fn begins(text: &str, from: usize) -> Option<Vec<Begin>> {
    let mut found = Vec::new();
    // Counted along: to count from the beginning at each place would take seconds in a long cell.
    let (mut at, mut line) = (from, lines_in(&text[..from]));
    let (mut depth, mut last, mut last_end, mut last_line) = (0, Last::End, from, line);
    while at < text.len() {
        let end = end_of_literal(text, at);
        let line_at_end = line + lines_in(&text[at..end]);
        let is_space = text[at..].starts_with(char::is_whitespace) || is_comment(text, at);
        if !is_space {
            let closes = text[at..].starts_with([')', ']', '}']);
            if depth == 0 && !closes && begins_statement(&text[at..], last)? && line > last_line {
                found.push(Begin { line, after: last_end });
            }
            let byte = text.as_bytes()[at];
            depth += match byte {
                b'(' | b'[' | b'{' => 1,
                b')' | b']' | b'}' => -1,
                _ => 0,
            };
            if depth < 0 {
                break;
            }
            last = match byte {
                b';' if depth == 0 => Last::End,
                b'}' if depth == 0 => Last::Brace,
                _ => Last::Other,
            };
            (last_end, last_line) = (end, line_at_end);
        }
        (at, line) = (end, line_at_end);
    }
    Some(found)
}

/// Whether a statement begins here; nothing where that depends on what is before.
fn begins_statement(here: &str, last: Last) -> Option<bool> {
    let word: &str = here.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    match last {
        Last::End => Some(true),
        Last::Other => Some(false),
        Last::Brace if !word.is_empty() => Some(!["else", "as"].contains(&word)),
        // a call, an operator with two sides: they go on
        Last::Brace
            if here.starts_with(['.', '?', ';', ',', ')', ']', '}', '+', '/', '%', '=', '>', '^']) =>
        {
            Some(false)
        }
        Last::Brace if here.starts_with(['#', '"', '\'']) => Some(true),
        Last::Brace => None,
    }
}

fn is_comment(text: &str, at: usize) -> bool {
    text[at..].starts_with("//") || text[at..].starts_with("/*")
}

fn lines_in(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines before which there is a note, in a block.
    fn noted(code: &str) -> Vec<usize> {
        let text = format!("fn f() {{\n{code}\n}} g();\nh();");
        let marked = marked(&text, "fn f() {".len(), text.len(), "note");
        let lines: Vec<&str> = marked.lines().collect();
        assert_eq!(lines.len(), text.lines().count(), "{marked}");
        let found = (0..lines.len()).filter_map(|place| {
            let (before, rest) = lines[place].split_once(" note(")?;
            assert!(text.lines().nth(place).is_some_and(|line| line.starts_with(before)), "{marked}");
            rest.split_once(");")?.0.parse().ok()
        });
        found.collect()
    }

    #[test]
    fn a_note_comes_before_each_statement_on_a_line_of_its_own() {
        for (code, expected) in [
            ("a();", vec![1]),
            ("let a = 1; let b = 2;\n\n// c\nlet c = a;", vec![1, 4]),
            ("let a = f(\n    1,\n); // ;\ng(a)", vec![1, 4]),
            ("for i in 0..3 { a(i);\nb(i); }\nlet d = \";\n\";\ne", vec![1, 3, 5]),
            ("if a { 1 } else {\n 2\n}\nlet b = if a { 1 }\nelse { 2 };", vec![1, 4]),
            ("let s = S { x: 1 }\n    .y()\n    .z();\n#[allow(unused)]\nlet t = s;", vec![1, 4]),
            ("let r = r#\"}\n;\"#; let c = '}';\nlet d = '\\'';", vec![1, 3]),
            ("/* ;\n { */ let a = 1;\nb", vec![2, 3]),
        ] {
            assert_eq!(noted(code), expected, "{code}");
        }
    }

    #[test]
    fn where_it_is_not_certain_there_is_none() {
        for code in ["a();\nif b { 1 } else { 2 }\n-3", "{ a }\n(b)", "match a { _ => b }\n*c = 1;"] {
            assert_eq!(noted(code), Vec::<usize>::new(), "{code}");
        }
    }
}
