//! A value that a reader may change: what the form asks for, and how the program takes it.

use serde_json::{Value, json};
use syn::{Expr, ExprLit, ExprUnary, Lit, Pat, Stmt, Type};

use super::cell::Cell;

/// A line `let name: type = value; // comment` of the cell with the values.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub of: String,
    /// As it is written.
    pub value: String,
    pub comment: String,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Any number of its type.
    Number { is_whole: bool, slider: Slider },
    /// One of these expressions.
    Choice(Vec<String>),
}

/// What a slider goes through; more may be typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Slider {
    pub low: f64,
    pub high: f64,
    /// Each step multiplies: it goes through powers of ten.
    pub is_logarithmic: bool,
}

/// The parameters of a cell; else what is wrong with it.
pub fn parameters(cell: &Cell) -> Result<Vec<Parameter>, String> {
    cell.statements.iter().map(|statement| parameter(cell, statement)).collect()
}

fn parameter(cell: &Cell, statement: &Stmt) -> Result<Parameter, String> {
    let wrong = || format!("{} is not of the form `let name: type = value;`", cell.text_of(statement));
    let Stmt::Local(local) = statement else { return Err(wrong()) };
    let (Pat::Type(pattern), Some(init)) = (&local.pat, &local.init) else { return Err(wrong()) };
    let (Pat::Ident(name), Type::Path(_)) = (&*pattern.pat, &*pattern.ty) else { return Err(wrong()) };
    let (of, value) = (cell.text_of(&pattern.ty).to_owned(), cell.text_of(&init.expr).to_owned());
    let after = syn::spanned::Spanned::span(statement).byte_range().end;
    let line = cell.source[after..].lines().next().unwrap_or_default();
    let comment = line.split_once("//").map_or("", |(_, comment)| comment.trim()).to_owned();
    let number = number(&init.expr);
    let kind = match (of.as_str(), number) {
        ("f64" | "usize" | "u64", Some(number)) => {
            let is_whole = of != "f64";
            Kind::Number { is_whole, slider: slider(number, is_whole, &comment) }
        }
        (of, None) if of.starts_with(|c: char| c.is_uppercase()) => {
            Kind::Choice(choices(of, &value, &cell.text_before))
        }
        _ => return Err(format!("the form has no field for {name}, a {of}", name = name.ident)),
    };
    Ok(Parameter { name: name.ident.to_string(), of, value, comment, kind })
}

fn number(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: syn::UnOp::Neg(_), expr, .. }) => Some(-number(expr)?),
        _ => None,
    }
}

/// From the numbers that the comment names, or else around the value; far for what is a matter of powers of ten.
fn slider(value: f64, is_whole: bool, comment: &str) -> Slider {
    let words = comment.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'));
    let named: Vec<f64> = words
        .filter_map(|word| word.trim_end_matches('.').parse().ok())
        .filter(|n: &f64| n.is_finite())
        .collect();
    let far = if is_whole { 10.0 } else { 100.0 };
    let (mut low, mut high) =
        if is_whole { (value.min(1.0), value * far) } else { (value / far, value * far) };
    if named.len() > 1 {
        (low, high) = (value, value);
    }
    for number in named.into_iter().filter(|number| *number >= 0.0) {
        (low, high) = (low.min(number), high.max(number));
    }
    if value <= 0.0 {
        (low, high) = (low.min(0.0), high.max(10.0));
    }
    Slider { low, high, is_logarithmic: low > 0.0 && high / low > 50.0 }
}

/// The value, and what the text before the cell offers in its place: `Type::A`, and then `B` or `C` alone.
fn choices(of: &str, value: &str, text: &str) -> Vec<String> {
    let mut found = vec![value.to_owned()];
    let mut is_offered = false;
    for code in text.split('`').skip(1).step_by(2) {
        let is_word = code.starts_with(|c: char| c.is_uppercase()) && code.chars().all(char::is_alphanumeric);
        let choice = match () {
            () if code.starts_with(&format!("{of}::")) => code.to_owned(),
            () if is_offered && is_word => format!("{of}::{code}"),
            () => {
                is_offered = false;
                continue;
            }
        };
        is_offered = true;
        if !found.contains(&choice) {
            found.push(choice);
        }
    }
    found
}

impl Parameter {
    /// How the program takes it.
    pub fn code(&self) -> String {
        let Parameter { name, of, value, .. } = self;
        match &self.kind {
            Kind::Number { .. } => format!("let {name}: {of} = page::number({name:?}, {value})?;"),
            Kind::Choice(choices) => {
                let arms: String = choices.iter().map(|choice| format!("{choice:?} => {choice}, ")).collect();
                let offered = choices.join(", ");
                format!(
                    "let {name}: {of} = match page::choice({name:?}, {value:?}).as_str() {{ {arms}\
                     other => return Err(page::refusal({name:?}, other, {:?})) }};",
                    format!("one of {offered}")
                )
            }
        }
    }

    /// What the form is made of.
    pub fn field(&self) -> Value {
        let mut field = json!({ "name": self.name, "value": self.value, "comment": self.comment });
        match &self.kind {
            Kind::Number { is_whole, slider } => {
                field["whole"] = (*is_whole).into();
                field["slider"] = json!({
                    "low": slider.low, "high": slider.high, "logarithmic": slider.is_logarithmic,
                });
            }
            Kind::Choice(choices) => field["choices"] = json!(choices),
        }
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str, text: &str) -> Result<Vec<Parameter>, String> {
        let cell = Cell::new("id", source, true).expect("Rust");
        parameters(&Cell { text_before: text.to_owned(), ..cell })
    }

    #[test]
    fn a_number_has_a_slider_through_what_its_comment_names() {
        let found = of(
            "let n: usize = 3; // units: 1, 3, 10, 100\nlet rate: f64 = 3.0;\nlet seed: u64 = 1; // any",
            "",
        )
        .unwrap();
        let sliders: Vec<(f64, f64, bool)> = found
            .iter()
            .map(|parameter| match &parameter.kind {
                Kind::Number { slider, .. } => (slider.low, slider.high, slider.is_logarithmic),
                Kind::Choice(_) => panic!("{parameter:?}"),
            })
            .collect();
        assert_eq!(sliders, [(1.0, 100.0, true), (0.03, 300.0, true), (1.0, 10.0, false)]);
        assert_eq!(found[0].comment, "units: 1, 3, 10, 100");
    }

    #[test]
    fn a_choice_is_between_what_the_text_offers() {
        let text =
            "`rate` counts. Try `Kind::B`, `C` or `D`; `Method::X { rate }`, `Method::Y { rate, n: 1 }`.";
        let found = of("let kind: Kind = Kind::A;\nlet method: Method = Method::X { rate };", text).unwrap();
        let Kind::Choice(kinds) = &found[0].kind else { panic!("{found:?}") };
        assert_eq!(kinds[..], ["Kind::A", "Kind::B", "Kind::C", "Kind::D"]);
        let Kind::Choice(methods) = &found[1].kind else { panic!("{found:?}") };
        assert_eq!(methods[..], ["Method::X { rate }", "Method::Y { rate, n: 1 }"]);
    }

    #[test]
    fn what_the_form_has_no_field_for_is_named() {
        for (source, said) in [
            ("let n = 3;", "let n = 3; is not of the form"),
            ("go();", "go(); is not of the form"),
            ("let n: bool = true;", "no field for n, a bool"),
        ] {
            let found = of(source, "").unwrap_err();
            assert!(found.contains(said), "{found}");
        }
    }
}
