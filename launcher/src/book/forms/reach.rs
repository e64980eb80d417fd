//! How far the hyperparameters of a notebook reach: the cells that give something else with other values, and those they need.

use syn::Stmt;

use super::cell::Cell;
use super::names::{CellNames, Names};

/// What a cell is to the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It gives the same whatever the values are, and nobody needs it.
    Left,
    /// Some of its statements make what others need; what it shows does not change.
    Needed,
    /// It holds the values.
    Values,
    /// It names a value, or what was computed with one.
    Follows,
}

/// A cell's role, and which of its statements are part of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    pub role: Role,
    pub kept: Vec<bool>,
}

/// The reach of each cell, in order; None if no cell holds values.
pub fn reach(cells: &[Cell]) -> Option<Vec<Reach>> {
    let values = cells.iter().position(|cell| cell.holds_values)?;
    let follows = followers(cells, values);
    let mut mutable = mutable_before(cells.iter().flat_map(|cell| &cell.of_statements));
    let mut wanted = Names::new();
    let mut reaches = Vec::new();
    for (place, cell) in cells.iter().enumerate().rev() {
        let mutable = mutable.split_off(mutable.len() - cell.statements.len());
        // what is changed through a reference is not named: there, all statements go together
        let is_one = |before: &Names| cell.borrows_mutably && is_wanted(&cell.names, before, &wanted);
        let is_whole = place == values || follows[place] || mutable.first().is_some_and(is_one);
        let kept = kept_statements(cell, is_whole, &mutable, &mut wanted);
        let role = match () {
            () if place == values => Role::Values,
            () if follows[place] => Role::Follows,
            () if kept.contains(&true) => Role::Needed,
            () => Role::Left,
        };
        reaches.push(Reach { role, kept });
    }
    reaches.reverse();
    Some(reaches)
}

/// Which statements of a cell are wanted; `wanted` then has what they want in turn.
fn kept_statements(cell: &Cell, is_whole: bool, mutable: &[Names], wanted: &mut Names) -> Vec<bool> {
    let mut kept = vec![false; cell.statements.len()];
    let (items, others): (Vec<usize>, Vec<usize>) =
        (0..kept.len()).partition(|at| matches!(cell.statements[*at], Stmt::Item(_)));
    for at in others.into_iter().rev() {
        let names = &cell.of_statements[at];
        kept[at] = is_whole || is_wanted(names, &mutable[at], wanted);
        if kept[at] {
            want(names, wanted);
        }
    }
    // items see each other whatever their order, and cost nothing
    let names_of = |at: usize| &cell.of_statements[at];
    if is_whole || items.iter().any(|at| is_wanted(names_of(*at), &Names::new(), wanted)) {
        for at in items {
            kept[at] = true;
            want(names_of(at), wanted);
        }
    }
    kept
}

/// Whether code with these names makes something that is wanted, or could change it.
fn is_wanted(names: &CellNames, mutable: &Names, wanted: &Names) -> bool {
    let makes = names.variables.iter().chain(&names.items).any(|name| wanted.contains(name));
    makes || names.taken.iter().any(|name| wanted.contains(name) && mutable.contains(name))
}

fn want(names: &CellNames, wanted: &mut Names) {
    wanted.retain(|name| !names.variables.contains(name) && !names.items.contains(name));
    wanted.extend(names.taken.iter().cloned());
}
/// For each piece of code, with such names, the variables from above that it could change.
fn mutable_before<'a>(pieces: impl Iterator<Item = &'a CellNames>) -> Vec<Names> {
    let mut mutable = Names::new();
    let before = pieces.map(|names| {
        let before = mutable.clone();
        mutable.retain(|name| !names.variables.contains(name));
        mutable.extend(names.mutable.iter().cloned());
        before
    });
    before.collect()
}

fn followers(cells: &[Cell], values: usize) -> Vec<bool> {
    let mutable = mutable_before(cells.iter().map(|cell| &cell.names));
    let mut changed = Names::new();
    let followers = cells.iter().enumerate().map(|(place, cell)| {
        let (follows, names) = (!changed.is_disjoint(&cell.names.taken), &cell.names);
        if follows || place == values {
            changed.extend(names.variables.iter().cloned());
            changed.extend(names.taken.intersection(&mutable[place]).cloned());
        } else {
            changed.retain(|name| !names.variables.contains(name));
        }
        follows
    });
    followers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles_of(sources: &[&str]) -> String {
        let cells: Vec<Cell> = sources
            .iter()
            .map(|source| Cell::new("id", source, source.starts_with("let seed: u64")).expect("Rust"))
            .collect();
        let letter = |role: Role| match role {
            Role::Left => '-',
            Role::Needed => 'n',
            Role::Values => 'v',
            Role::Follows => 'f',
        };
        reach(&cells).expect("values").into_iter().map(|reach| letter(reach.role)).collect()
    }

    #[test]
    fn cells_that_name_a_value_follow_and_those_they_need_are_needed() {
        let values = "let seed: u64 = 1;";
        for (sources, expected) in [
            (
                vec!["let x: f64 = 1.0;", "let y: f64 = 2.0;", values, "let z: f64 = x + seed;", "z", "y"],
                "n-vff-",
            ),
            // bound anew, it is another variable
            (vec![values, "let seed: f64 = 2.0;", "seed"], "v--"),
            (vec![values, "for seed in 0..3 { go(seed); };"], "v-"),
            // what a needed cell needs
            (vec!["let a: f64 = 1.0;", "let b: f64 = a;", values, "b + seed"], "nnvf"),
            // any cell between that names it may have changed it
            (vec!["let mut a: f64 = 1.0;", "a += 1.0;", "let b: f64 = 2.0;", values, "a + seed"], "nn-vf"),
            // a variable from above that is changed by a value
            (vec!["let mut a: f64 = 1.0;", values, "a += seed;", "a", "let a: f64 = 2.0;", "a"], "nvff--"),
            // functions
            (
                vec![
                    "fn f(x: f64) -> f64 { x }",
                    "fn go(x: f64) -> f64 { f(x) }",
                    "fn h() {}",
                    values,
                    "go(seed)",
                ],
                "nn-vf",
            ),
        ] {
            assert_eq!(roles_of(&sources), expected, "{sources:?}");
        }
    }

    /// The statements of the cell before the values that are in the program.
    fn kept_of(source: &str) -> Vec<String> {
        let cells = [source, "let seed: u64 = 1;", "a + seed"]
            .map(|source| Cell::new("id", source, source.starts_with("let seed")).expect("Rust"));
        let reach = reach(&cells).expect("values");
        let statements = cells[0].statements.iter().zip(&reach[0].kept);
        statements.filter(|(_, kept)| **kept).map(|(each, _)| cells[0].text_of(each).to_owned()).collect()
    }

    #[test]
    fn of_a_cell_that_others_need_the_program_has_what_they_need() {
        for (source, kept) in [
            ("let x: f64 = 1.0; let a: f64 = 2.0; long(x);", vec!["let a: f64 = 2.0;"]),
            (
                "let mut a: f64 = 1.0; let x: f64 = 2.0; a += x;",
                vec!["let mut a: f64 = 1.0;", "let x: f64 = 2.0;", "a += x;"],
            ),
            // the one that comes last is meant
            ("let a: f64 = 1.0; let a: f64 = 2.0;", vec!["let a: f64 = 2.0;"]),
            (
                "let a: f64 = f(); fn g() {} fn f() { g() }",
                vec!["let a: f64 = f();", "fn g() {}", "fn f() { g() }"],
            ),
            // changed through another name
            (
                "let mut a: f64 = 1.0; let b = &mut a; *b += 1.0;",
                vec!["let mut a: f64 = 1.0;", "let b = &mut a;", "*b += 1.0;"],
            ),
        ] {
            assert_eq!(kept_of(source), kept, "{source}");
        }
    }
}
