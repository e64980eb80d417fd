//! What the source of a cell is made of, as syn reads it.

use syn::parse::Parser;
use syn::{Block, Stmt};

/// The statements of a cell, without the kernel's commands (`:dep …`); None if it is not Rust, as a lesson's cell may be.
pub fn statements(source: &str) -> Option<Vec<Stmt>> {
    let is_command = |line: &str| line.starts_with(':') && !line.starts_with("::");
    // A command becomes as many spaces: what follows keeps its place.
    let lines = source.split('\n').map(|line| match is_command(line.trim_start()) {
        true => " ".repeat(line.len()),
        false => line.to_owned(),
    });
    let code: Vec<String> = lines.collect();
    Block::parse_within.parse_str(&code.join("\n")).ok()
}

/// Whether the cell ends in an expression: the last statement is not closed by `;` and is no item.
pub fn ends_in_an_expression(source: &str) -> bool {
    let statements = statements(source).unwrap_or_default();
    match statements.last() {
        Some(Stmt::Expr(_, semicolon)) => semicolon.is_none(),
        Some(Stmt::Macro(call)) => call.semi_token.is_none(),
        Some(Stmt::Local(_) | Stmt::Item(_)) | None => false,
    }
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
            "f(x)?",
            "array![1.0]",
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
            "macro_rules! twice { ($e:expr) => { 2.0 * $e } }",
            "if a { go() }\nlet b = 1;",
            "let r#type = '\\'';",
            "no rust at all",
        ] {
            assert!(!ends_in_an_expression(source), "{source}");
        }
    }
}
