//! What the kernel adds to the text of a cell, made less: most of the time of a cell goes into compiling it.
//!
//! evcxr 0.22 writes into every cell the code of its store of variables, and for every variable of the session three lines that
//! check it, take it out and put it back. The store is a crate here (`variable_store.rs`), and a variable that the cell does not name
//! stays in the store. Lines are emptied, never removed: errors are found by their number.

use std::collections::HashSet;

const STORE_BEGINS: &str = "mod evcxr_internal_runtime {";
const STORE_ENDS: &str = "#[unsafe(no_mangle)]";
/// What both stores are; another evcxr may keep its variables otherwise.
const STORE_HOLDS: &str = "variables: std::collections::HashMap<String, Box<dyn std::any::Any + 'static>>";
const STORE_CRATE: &str = "use ::variable_store as evcxr_internal_runtime;";

/// The text that gives the same results. `with_store` says whether the crate of the store is there.
pub fn lessened(text: &str, with_store: bool) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    if with_store {
        replace_store(&mut lines);
    }
    empty_unused(&mut lines);
    lines.join("\n")
}

fn replace_store(lines: &mut [&str]) {
    let Some(begin) = lines.iter().position(|line| *line == STORE_BEGINS) else { return };
    let Some(length) = lines[begin..].iter().position(|line| *line == STORE_ENDS) else { return };
    let store = &mut lines[begin..begin + length];
    if store.iter().any(|line| line.trim().trim_end_matches(',') == STORE_HOLDS) {
        store.fill("");
        store[0] = STORE_CRATE;
    }
}

fn empty_unused(lines: &mut [&str]) {
    let written = lines.iter().filter(|line| variable_of(line).is_none());
    let named: HashSet<&str> = written.flat_map(|line| words_of(line)).collect();
    let loaded = lines.iter().filter(|line| line.starts_with("let ")).filter_map(|line| variable_of(line));
    // Names like `r#type`, and letters that can be written in two ways, are not looked for.
    let unused: HashSet<&str> = loaded
        .filter(|name| words_of(name).eq([*name]) && name.is_ascii() && !named.contains(name))
        .collect();
    for line in lines {
        if variable_of(line).is_some_and(|name| unused.contains(name)) {
            *line = "";
        }
    }
}

/// The variable that a line of evcxr's checks, takes out or puts back.
fn variable_of(line: &str) -> Option<&str> {
    let (before, call) = line.split_once("evcxr_variable_store.")?;
    let (method, rest) = call.split_once("_variable::<")?;
    let (_, end) = rest.rsplit_once(">(stringify!(")?;
    let (name, end) = end.split_once(')')?;
    let is_evcxrs = match method {
        "check" => before == "vars_ok &= " && end == ");",
        "take" => {
            [format!("let {name} = "), format!("let mut {name} = ")].contains(&before.to_owned())
                && end == ");"
        }
        "put" => before.is_empty() && *end == format!(", {name});"),
        _ => false,
    };
    is_evcxrs.then_some(name)
}

fn words_of(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cell as evcxr writes it, with `x`, `y` and `w` in the store; the store's code is shortened.
    fn cell(code: &str) -> String {
        let variables = [("x", "Array2<f64>"), ("mut y", "Vec<(f64, u8)>"), ("w", "f64")];
        let lines = |line: &dyn Fn(&str, &str, &str) -> String| -> String {
            variables.iter().map(|(name, of)| line(name, name.trim_start_matches("mut "), of)).collect()
        };
        let checks = lines(&|_, name, of| {
            format!("vars_ok &= evcxr_variable_store.check_variable::<{of}>(stringify!({name}));\n")
        });
        let takes = lines(&|pattern, name, of| {
            format!("let {pattern} = evcxr_variable_store.take_variable::<{of}>(stringify!({name}));\n")
        });
        let puts = lines(&|_, name, of| {
            format!("evcxr_variable_store.put_variable::<{of}>(stringify!({name}), {name});\n")
        });
        format!(
            "use shapes::*;\n{STORE_BEGINS}\npub struct VariableStore {{\n    {STORE_HOLDS},\n}}\npub fn w() {{}}\n}}\n\
             {STORE_ENDS}\n{{let mut vars_ok = true;\n{checks}if !vars_ok {{return;}}}}\n{takes}{code}\n{puts}evcxr_variable_store\n}}"
        )
    }

    /// The variables that are left of those in the store, each of which stands in three lines.
    fn kept(text: &str) -> Vec<&str> {
        let names: Vec<&str> = text.split('\n').filter_map(variable_of).collect();
        let kept: Vec<&str> = ["x", "y", "w"].into_iter().filter(|name| names.contains(name)).collect();
        assert_eq!(names.len(), 3 * kept.len(), "{text}");
        kept
    }

    #[test]
    fn a_cell_keeps_the_variables_that_it_names_and_all_its_lines() {
        for (code, expected) in [
            ("x.sum()", vec!["x"]),
            ("let z: f64 = w + xy;", vec!["w"]),
            ("println!(\"{y:?} {w}\");", vec!["y", "w"]),
            ("f(&x, &mut y, w)", vec!["x", "y", "w"]),
            ("1 + 1", vec![]),
        ] {
            let text = cell(code);
            let less = lessened(&text, true);
            assert_eq!(kept(&less), expected, "{code}");
            assert_eq!(less.lines().count(), text.lines().count());
            let at = |text: &str| text.lines().position(|line| line == code);
            assert_eq!(at(&less), at(&text));
        }
    }

    #[test]
    fn the_store_becomes_a_crate_only_if_there_is_one_and_it_holds_the_same() {
        assert!(lessened(&cell("x"), true).contains(STORE_CRATE));
        let without = lessened(&cell("x"), false);
        assert!(without.contains(STORE_HOLDS) && !without.contains(STORE_CRATE));
        let other = cell("x").replace("HashMap<String", "BTreeMap<String");
        assert!(!lessened(&other, true).contains(STORE_CRATE));
    }

    #[test]
    fn what_the_store_itself_names_is_not_named_by_the_cell() {
        assert_eq!(kept(&lessened(&cell("1"), true)), Vec::<&str>::new());
        assert_eq!(kept(&lessened(&cell("1"), false)), ["w"]);
    }

    #[test]
    fn names_that_can_be_written_otherwise_stay() {
        for name in ["r#type", "ŷ", "y\u{302}"] {
            let text = format!("let {name} = evcxr_variable_store.take_variable::<f64>(stringify!({name}));");
            assert_eq!(lessened(&text, true), text);
        }
    }

    #[test]
    fn lines_of_the_reader_that_look_alike_stay() {
        for line in [
            "evcxr_variable_store.put_variable::<f64>(stringify!(x), y);",
            "let x = evcxr_variable_store.take_variable::<f64>(stringify!(y));",
            "let x = evcxr_variable_store.lazy_arc(\"x\", || 1);",
        ] {
            assert_eq!(variable_of(line), None, "{line}");
        }
    }
}
