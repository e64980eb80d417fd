//! Puts the solution of an exercise into the cell with the gap.
//!
//! A solution is the first ```` ```rust ```` block of a Markdown cell with `<summary>Solution`; the exercise is the code cells right above
//! it. Each statement of the solution takes the place of the one that binds the same name; what binds a new name goes along with
//! its neighbours.

use std::ops::Range;

use serde_json::{Value, json};
use syn::spanned::Spanned;
use syn::{Expr, Item, Pat, Stmt};

use super::cell_source::statements;

/// For each cell with a solution, by its place: the code cells above it with the solution in one of them, and whether it fits one.
pub fn solved_cells(notebook: &Value) -> Value {
    let cells: Vec<(bool, String)> = notebook["cells"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|cell| (cell["cell_type"] == "code", text(&cell["source"])))
        .collect();
    let mut solved = serde_json::Map::new();
    for (place, (is_code, source)) in cells.iter().enumerate() {
        let Some(solution) = solution(source).filter(|_| !is_code) else { continue };
        let above = cells[..place].iter().rev().take_while(|(is_code, _)| *is_code).count();
        let mut fits = false;
        let mut filled = serde_json::Map::new();
        for (place, (_, code)) in cells.iter().enumerate().take(place).skip(place - above) {
            let with_it = if fits { None } else { with_solution(code, &solution) };
            fits |= with_it.is_some();
            filled.insert(place.to_string(), with_it.unwrap_or_else(|| code.clone()).into());
        }
        solved.insert(place.to_string(), json!({ "fits": fits, "cells": filled }));
    }
    solved.into()
}

/// nbformat stores long text as a list of lines.
fn text(source: &Value) -> String {
    match source {
        Value::String(text) => text.clone(),
        lines => lines.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    }
}

fn solution(markdown: &str) -> Option<String> {
    let (_, rest) = markdown.split_once("<summary>Solution")?;
    let (_, code) = rest.split_once("\n```rust\n")?;
    Some(code.split_once("\n```")?.0.to_owned())
}

/// The code with the solution in it; None if nothing of it fits.
fn with_solution(code: &str, solution: &str) -> Option<String> {
    let gaps: Vec<(Option<String>, Range<usize>)> =
        statements(code)?.iter().map(|gap| (bound_by(gap), place_of(gap))).collect();
    let mut filled = String::new();
    let (mut taken, mut waiting, mut begins) = (0, String::new(), 0);
    for statement in &statements(solution)? {
        // With the comments before it.
        let ends = place_of(statement).end;
        let new = solution[begins..ends].trim_matches('\n');
        begins = ends;
        let name = bound_by(statement);
        let gap = gaps.iter().find(|(gap, place)| name.is_some() && *gap == name && place.start >= taken);
        waiting = [waiting.as_str(), new].join(if waiting.is_empty() { "" } else { "\n" });
        if let Some((_, place)) = gap {
            filled += &code[taken..place.start];
            filled += &std::mem::take(&mut waiting);
            taken = place.end;
        }
    }
    if taken == 0 {
        return None;
    }
    if !waiting.is_empty() {
        filled += "\n";
        filled += &waiting;
    }
    Some(filled + &code[taken..])
}

fn place_of(statement: &Stmt) -> Range<usize> {
    statement.span().byte_range()
}

/// The name that a statement gives a value to.
fn bound_by(statement: &Stmt) -> Option<String> {
    match statement {
        Stmt::Local(local) => name_in(&local.pat),
        Stmt::Item(Item::Fn(function)) => Some(function.sig.ident.to_string()),
        Stmt::Expr(Expr::Assign(assignment), _) => match &*assignment.left {
            Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
            _ => None,
        },
        _ => None,
    }
}

fn name_in(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(name) => Some(name.ident.to_string()),
        Pat::Type(typed) => name_in(&typed.pat),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_takes_the_place_of_the_one_that_binds_its_name() {
        for (code, solution, expected) in [
            ("let ŷ: f64 = 0.0;\ncheck(ŷ)", "let ŷ: f64 = 2.0;", Some("let ŷ: f64 = 2.0;\ncheck(ŷ)")),
            (
                "let a = 0;\n// yours\nlet b = 0;",
                "// half\nlet h = 2;\nlet b = h;",
                Some("let a = 0;\n// yours\n// half\nlet h = 2;\nlet b = h;"),
            ),
            (
                "fn f(x: f64) -> f64 {\n    x\n}\nf(1.0)",
                "fn f(x: f64) -> f64 { x * x }",
                Some("fn f(x: f64) -> f64 { x * x }\nf(1.0)"),
            ),
            (
                "let mut w = 0;\nw = 1;",
                "let mut w = 3;\nw = 4;\nfor _ in 0..2 { w += 1; }",
                Some("let mut w = 3;\nw = 4;\nfor _ in 0..2 { w += 1; }"),
            ),
            ("let a = 0;", "let b = 0;", None),
            ("a + b", "a + c", None),
        ] {
            assert_eq!(with_solution(code, solution).as_deref(), expected, "{code}");
        }
    }

    #[test]
    fn the_code_cells_right_above_a_solution_are_solved_and_no_others() {
        let code = |source: &str| json!({ "cell_type": "code", "source": [source] });
        let text = "<details><summary>Solution</summary>\n\nBecause.\n\n```rust\nlet a = 5;\n```\n</details>";
        let markdown = json!({ "cell_type": "markdown", "source": text });
        let plain = json!({ "cell_type": "markdown", "source": "# Title" });
        let cells = [code("let a = 1;"), plain, code("let a = 2;"), code("let a = 3;"), markdown];
        let solved = solved_cells(&json!({ "cells": cells }));
        assert_eq!(
            solved,
            json!({ "4": { "fits": true, "cells": { "2": "let a = 5;", "3": "let a = 3;" } } })
        );
    }
}
