//! The cells of a notebook that have Rust in them.

use serde_json::Value;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{ExprReference, Stmt};

use super::names::{CellNames, names};
use crate::author::statements;

/// A code cell.
pub struct Cell {
    pub id: String,
    pub source: String,
    pub statements: Vec<Stmt>,
    pub names: CellNames,
    /// Those in each statement.
    pub of_statements: Vec<CellNames>,
    /// Whether a variable of it is a `&mut` of another.
    pub borrows_mutably: bool,
    /// Whether it is the cell to be changed: it has the tag `parameters`.
    pub holds_values: bool,
    /// The Markdown cell before it.
    pub text_before: String,
}

impl Cell {
    /// None if it is not Rust.
    pub fn new(id: &str, source: &str, holds_values: bool) -> Option<Cell> {
        let statements = statements(source)?;
        let borrows_mutably = |statement: &Stmt| {
            let mut found = MutableBorrow(false);
            if let Stmt::Local(local) = statement {
                found.visit_local(local);
            }
            found.0
        };
        Some(Cell {
            id: id.to_owned(),
            source: source.to_owned(),
            names: names(&statements),
            of_statements: statements.iter().map(|each| names(std::slice::from_ref(each))).collect(),
            borrows_mutably: statements.iter().any(borrows_mutably),
            statements,
            holds_values,
            text_before: String::new(),
        })
    }

    /// A statement as it is written, without the comments around it.
    pub fn text_of(&self, piece: &impl Spanned) -> &str {
        &self.source[piece.span().byte_range()]
    }
}

/// Whether there is a `&mut` in what is read.
struct MutableBorrow(bool);

impl<'a> Visit<'a> for MutableBorrow {
    fn visit_expr_reference(&mut self, reference: &'a ExprReference) {
        self.0 |= reference.mutability.is_some();
        visit::visit_expr_reference(self, reference);
    }
}

/// The code cells of a notebook, in order; those that must not compile are no part of a program.
pub fn cells(notebook: &Value) -> Vec<Cell> {
    let mut text_before = String::new();
    let mut found = Vec::new();
    for cell in notebook["cells"].as_array().into_iter().flatten() {
        let source = text(&cell["source"]);
        if cell["cell_type"] != "code" {
            text_before = source;
            continue;
        }
        let has_tag =
            |tag: &str| cell["metadata"]["tags"].as_array().is_some_and(|tags| tags.iter().any(|t| t == tag));
        if !has_tag("raises-exception") {
            let id = cell["id"].as_str().unwrap_or_default();
            let read = Cell::new(id, &source, has_tag("parameters"));
            found.extend(read.map(|read| Cell { text_before: text_before.clone(), ..read }));
        }
    }
    found
}

/// nbformat stores long text as a list of lines.
fn text(source: &Value) -> String {
    match source {
        Value::String(text) => text.clone(),
        lines => lines.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    }
}
