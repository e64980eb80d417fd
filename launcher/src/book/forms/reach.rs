//! How far the hyperparameters of a notebook reach: the cells that give something else with other values, and those they need.

use super::cell::Cell;
use super::names::Names;

/// What a cell is to the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It gives the same whatever the values are, and nobody needs it.
    Left,
    /// It makes what others need; what it shows does not change.
    Needed,
    /// It holds the values.
    Values,
    /// It names a value, or what was computed with one.
    Follows,
}

/// The role of each cell, in order; None if no cell holds values.
pub fn roles(cells: &[Cell]) -> Option<Vec<Role>> {
    let values = cells.iter().position(|cell| cell.holds_values)?;
    let mutable = mutable_before(cells);
    let follows = followers(cells, &mutable, values);
    let mut roles = vec![Role::Left; cells.len()];
    let mut wanted = Names::new();
    for (place, cell) in cells.iter().enumerate().rev() {
        let names = &cell.names;
        let makes = names.variables.iter().chain(&names.items).any(|name| wanted.contains(name));
        let may_change =
            names.taken.iter().any(|name| wanted.contains(name) && mutable[place].contains(name));
        roles[place] = match () {
            () if place == values => Role::Values,
            () if follows[place] => Role::Follows,
            () if makes || may_change => Role::Needed,
            () => continue,
        };
        wanted.retain(|name| !names.variables.contains(name) && !names.items.contains(name));
        wanted.extend(names.taken.iter().cloned());
    }
    Some(roles)
}

/// For each cell the variables of cells above that it could change.
fn mutable_before(cells: &[Cell]) -> Vec<Names> {
    let mut mutable = Names::new();
    let before = cells.iter().map(|cell| {
        let before = mutable.clone();
        mutable.retain(|name| !cell.names.variables.contains(name));
        mutable.extend(cell.names.mutable.iter().cloned());
        before
    });
    before.collect()
}

fn followers(cells: &[Cell], mutable: &[Names], values: usize) -> Vec<bool> {
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
        roles(&cells).expect("values").into_iter().map(letter).collect()
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
}
