//! Whether a cell's source promises to show something.

/// What begins an item: it defines something and shows nothing.
const ITEMS: [&str; 13] = [
    "fn",
    "struct",
    "enum",
    "impl",
    "trait",
    "mod",
    "use",
    "const",
    "static",
    "type",
    "pub",
    "extern",
    "macro_rules",
];
/// What begins an expression that ends with its block when another statement follows.
const BLOCKS: [&str; 6] = ["for", "while", "loop", "if", "match", "unsafe"];

/// Whether the cell ends in an expression: the last statement is not closed by `;` and is no item.
/// Comments and the kernel's commands (`:dep …`) do not count.
pub fn ends_in_an_expression(source: &str) -> bool {
    let code = code_only(source);
    let mut statement = String::new();
    let mut depth = 0_usize;
    for (position, c) in code.char_indices() {
        statement.push(c);
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ended = match c {
            ';' => true,
            '}' => ends_with_its_block(&statement, &code[position + 1..]),
            _ => false,
        };
        if depth == 0 && ended {
            statement.clear();
        }
    }
    !statement.trim().is_empty()
}

fn ends_with_its_block(statement: &str, rest: &str) -> bool {
    let mut start = statement.trim_start();
    while start.starts_with("#[") {
        start = start.split_once(']').map_or("", |(_, after)| after).trim_start();
    }
    let word = start.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    if ITEMS.contains(&word) {
        return true;
    }
    let rest = rest.trim_start();
    let another_statement = rest.starts_with(|c: char| c.is_alphabetic() || "_:#{".contains(c));
    (BLOCKS.contains(&word) || start.starts_with('{')) && another_statement && !rest.starts_with("else")
}

/// The source without comments and the kernel's commands, with empty literals.
fn code_only(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with(':'));
    let source: Vec<char> = lines.flat_map(|line| line.chars().chain(['\n'])).collect();
    let mut code = String::new();
    let mut at = 0;
    while at < source.len() {
        let after_word = at > 0 && (source[at - 1].is_alphanumeric() || source[at - 1] == '_');
        let end = match source[at..] {
            ['/', '/', ..] => find(&source, at, &['\n']),
            ['/', '*', ..] => find(&source, at + 2, &['*', '/']) + 2,
            ['r', '"' | '#', ..] if !after_word => raw_string_end(&source, at),
            ['"', ..] => quoted_end(&source, at, '"'),
            ['\'', '\\', ..] | ['\'', _, '\'', ..] => quoted_end(&source, at, '\''),
            _ => at,
        };
        if end == at {
            code.push(source[at]);
            at += 1;
        } else {
            if source[at] != '/' {
                code.push_str("\"\"");
            }
            at = end;
        }
    }
    code
}

fn find(source: &[char], from: usize, wanted: &[char]) -> usize {
    (from..source.len()).find(|&at| source[at..].starts_with(wanted)).unwrap_or(source.len())
}

fn quoted_end(source: &[char], start: usize, quote: char) -> usize {
    let mut at = start + 1;
    while at < source.len() && source[at] != quote {
        at += if source[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The end of `r"…"` or `r#"…"#`; `start` itself for a raw identifier.
fn raw_string_end(source: &[char], start: usize) -> usize {
    let hashes = source[start + 1..].iter().take_while(|&&c| c == '#').count();
    let open = start + 1 + hashes;
    if source.get(open) != Some(&'"') {
        return start;
    }
    let close: Vec<char> = ['"'].into_iter().chain(std::iter::repeat_n('#', hashes)).collect();
    find(source, open + 1, &close) + close.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_expression_is_found() {
        for source in [
            "x",
            "let x: f64 = 2.0;\nx + 1.0  // a comment; with a semicolon",
            "fn f(a: f64) -> f64 {\n    a\n}\nf(2.0)",
            "for i in 0..2 {\n    go(i);\n}\nx",
            "for i in 0..2 { go(i) }",
            "if a { 1 } else { 2 }",
            "if a { go() }\nx",
            "match a { _ => 1 }.abs()",
            ":dep demystified = { path = \"..\" }\nx",
            "plot(\"a; b\", ';')",
            "r#\"a \"; b\"#",
            "{ let y = 1; y }",
            "Point { x: 1.0 }",
        ] {
            assert!(ends_in_an_expression(source), "{source}");
        }
    }

    #[test]
    fn a_closed_statement_an_item_and_a_command_show_nothing() {
        for source in [
            "",
            "// only a comment",
            "let x = 2.0;",
            "let x = 2.0; /* x */",
            "use demystified::*;",
            "fn f<'a>(a: &'a str) -> &'a str {\n    a\n}",
            "#[derive(Clone)]\nstruct A {\n    x: f64,\n}",
            "pub fn f() -> String { \"}\".into() }",
            ":dep demystified = { path = \"..\" }",
            "for i in 0..2 { go(i) };",
            "println!(\"{x}\");",
            "if a { go() }\nlet b = 1;",
            "let r#type = '\\'';",
        ] {
            assert!(!ends_in_an_expression(source), "{source}");
        }
    }
}
