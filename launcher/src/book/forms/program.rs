//! The program of the book: for each notebook a function that runs the cells its values reach, and what they need.

use std::fmt::Write;

use syn::Stmt;

use super::cell::Cell;
use super::parameter::Parameter;
use super::reach::{Reach, Role};

/// A notebook of which a form is made.
pub struct Part {
    /// The name of its file, without the ending.
    pub stem: String,
    pub cells: Vec<Cell>,
    pub reaches: Vec<Reach>,
    pub parameters: Vec<Parameter>,
}

/// Before each cell stands its name; by it a compiler's message finds back to the cell.
const CELL: &str = "// cell ";

/// The whole program.
pub fn source(parts: &[Part]) -> String {
    let mut text = include_str!("../program/page.rs").to_owned();
    text.push_str("\npub const PARTS: &[(&str, fn() -> std::result::Result<(), page::Refusal>)] = &[\n");
    for (number, part) in parts.iter().enumerate() {
        writeln!(text, "    ({:?}, part_{number}),", part.stem).expect("writing to a string");
    }
    text.push_str("];\n");
    for (number, part) in parts.iter().enumerate() {
        text.push_str(&function(number, part));
    }
    text
}

fn function(number: usize, part: &Part) -> String {
    let mut text = format!(
        "\nfn part_{number}() -> std::result::Result<(), page::Refusal> {{\n    use page::ByDebug as _;\n"
    );
    // what a cell defines holds from there on, and hides what had its name
    let mut open = 0;
    for (cell, Reach { role, kept }) in part.cells.iter().zip(&part.reaches) {
        let is_item = |(statement, kept): &(&Stmt, &bool)| match statement {
            Stmt::Item(item) => **kept || matches!(item, syn::Item::Use(_)),
            _ => false,
        };
        let items: Vec<&Stmt> =
            cell.statements.iter().zip(kept).filter(is_item).map(|(item, _)| item).collect();
        let mut lines: Vec<String> = Vec::new();
        if !items.is_empty() {
            open += 1;
            lines.push("{".into());
            lines.extend(items.iter().map(|item| cell.text_of(item).to_owned()));
        }
        match role {
            Role::Left => {}
            Role::Values => lines.extend(part.parameters.iter().map(Parameter::code)),
            Role::Needed | Role::Follows => lines.extend(statements(cell, *role, kept)),
        }
        if !lines.is_empty() {
            write!(text, "{CELL}{} of {}\n{}\n", cell.id, part.stem, lines.join("\n"))
                .expect("writing to a string");
        }
    }
    text.push_str("Ok(())\n");
    text.push_str(&"}".repeat(open + 1));
    text.push('\n');
    text
}

/// What the cell does; what it shows at its end, only if it follows from the values.
fn statements(cell: &Cell, role: Role, kept: &[bool]) -> Vec<String> {
    let follows = role == Role::Follows;
    let mut lines =
        vec![if follows { format!("page::cell({:?});", cell.id) } else { "page::unseen();".into() }];
    for (statement, _) in cell.statements.iter().zip(kept).filter(|(_, kept)| **kept) {
        let text = cell.text_of(statement);
        let is_shown = match statement {
            Stmt::Item(_) => continue,
            Stmt::Expr(_, semicolon) => semicolon.is_none(),
            Stmt::Macro(call) => call.semi_token.is_none(),
            Stmt::Local(_) => false,
        };
        let is_last = std::ptr::eq(statement, cell.statements.last().expect("there is one"));
        match is_shown && is_last {
            true if follows => lines.push(format!("(&({text})).evcxr_display();")),
            true => {}
            false => lines.push(text.to_owned()),
        }
    }
    lines
}

/// In which cell the compiler has found a fault, by its message and the program: "parameters of 03-gradient-descent".
pub fn faulty_cell<'a>(program: &'a str, message: &str) -> Option<&'a str> {
    let (_, place) = message.split_once("src/lib.rs:")?;
    let line: usize = place.split(':').next()?.parse().ok()?;
    let before: Vec<&str> = program.lines().take(line).collect();
    before.iter().rev().find_map(|line| line.strip_prefix(CELL))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::forms::part;

    #[test]
    fn a_program_holds_what_the_values_reach_and_a_fault_is_found_back() {
        let cell =
            |id: &str, source: &str, holds_values: bool| Cell::new(id, source, holds_values).expect("Rust");
        let cells = vec![
            cell("first", ":dep a = \"1\"\nuse a::*;", false),
            cell("above", "let x: f64 = 2.0;\nx", false),
            cell("other", "let y: f64 = 2.0;", false),
            cell("values", "let seed: u64 = 1; // a seed", true),
            cell("below", "fn go(x: f64) -> f64 { x } // goes\nlet z: f64 = go(x);\nz + seed", false),
        ];
        let program = source(&[part("one", cells).unwrap().unwrap()]);
        let (_, function) = program.split_once("fn part_0").unwrap();
        for wanted in [
            "use a::*;",
            "page::unseen();\nlet x: f64 = 2.0;\n//",
            "let seed: u64 = page::number(\"seed\", 1)?;",
            "fn go(x: f64) -> f64 { x }\npage::cell(\"below\");\nlet z: f64 = go(x);\n(&(z + seed)).evcxr_display();",
        ] {
            assert!(function.contains(wanted), "{wanted} in {function}");
        }
        assert!(!function.contains("let y") && !function.contains(":dep"), "{function}");
        let line = 1 + program.lines().position(|line| line == "let z: f64 = go(x);").unwrap();
        let message = format!("error[E0308]: mismatched types\n  --> src/lib.rs:{line}:5\n");
        assert_eq!(faulty_cell(&program, &message), Some("below of one"));
    }
}
