//! What is code in a text, and what stands in a literal or a comment.

/// For each line whether it begins outside of all literals and comments.
pub fn lines_of_code(text: &str) -> Vec<bool> {
    let bytes = text.as_bytes();
    let mut is_code = vec![true];
    let mut at = 0;
    while at < bytes.len() {
        let end = end_of_literal(text, at);
        let newlines = bytes[at..end].iter().filter(|byte| **byte == b'\n').count();
        // A line break that is not in a literal ends one line of code and begins another.
        let is_one = end > at + 1;
        is_code.extend(std::iter::repeat_n(!is_one, newlines));
        at = end;
    }
    is_code
}

/// Where a literal or comment ends that begins here; the next place, if none does.
pub fn end_of_literal(text: &str, at: usize) -> usize {
    let (bytes, rest) = (text.as_bytes(), &text[at..]);
    let is_in_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    let next = at + rest.chars().next().map_or(1, char::len_utf8);
    let until =
        |end: &str, from: usize| text[from..].find(end).map_or(text.len(), |found| from + found + end.len());
    match rest.as_bytes() {
        [b'/', b'/', ..] => at + rest.find('\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => {
            let (mut depth, mut place) = (1, at + 2);
            while depth > 0 && place < bytes.len() {
                let step = match &bytes[place..] {
                    [b'/', b'*', ..] => 1,
                    [b'*', b'/', ..] => -1,
                    _ => 0,
                };
                depth += step;
                place += if step == 0 { 1 } else { 2 };
            }
            place
        }
        [b'"', ..] => end_of_quotes(bytes, at + 1, b'"'),
        [b'r', ..] if !is_in_word || ends_with_prefix(&text[..at]) => {
            let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
            match rest.as_bytes().get(1 + hashes) {
                Some(b'"') => until(&format!("\"{}", "#".repeat(hashes)), at + 2 + hashes),
                _ => next,
            }
        }
        [b'\'', b'\\', ..] => end_of_quotes(bytes, at + 1, b'\''),
        // A character, or the name of a lifetime.
        [b'\'', ..] => {
            let mut characters = rest.char_indices().skip(2);
            match characters.next() {
                Some((place, '\'')) => at + place + 1,
                _ => next,
            }
        }
        _ => next,
    }
}

/// `br"…"` and `cr"…"` are raw as well.
fn ends_with_prefix(before: &str) -> bool {
    let mut last = before.bytes().rev();
    matches!(last.next(), Some(b'b' | b'c'))
        && last.next().is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != b'_')
}

fn end_of_quotes(bytes: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_or_comment_ends_where_rust_ends_it() {
        for literal in [
            "\"a \\\" b\"",
            "r\"a \\\"",
            "r##\"a \"# b\"##",
            "'\"'",
            "'\\''",
            "'é'",
            "/* a /* b */ c */",
            "// a \" b",
        ] {
            let text = format!("{literal}\nc");
            assert_eq!(end_of_literal(&text, 0), literal.len(), "{literal}");
        }
        assert_eq!(end_of_literal("br\"a\\\" b", 1), "br\"a\\\"".len());
        // the name of a lifetime and an ordinary word are none
        assert_eq!(end_of_literal("'a str", 0), 1);
        assert_eq!(end_of_literal("for x", 2), 3);
    }

    #[test]
    fn a_line_within_a_literal_is_no_line_of_code() {
        assert_eq!(
            lines_of_code("let a = \"\nb\n\";\n/* c\nd */\ne"),
            [true, false, false, true, false, true]
        );
    }
}
