//! What the kernel adds to the text of a cell, made less: most of the time of a cell goes into compiling it.
//!
//! evcxr 0.22 writes into every cell the code of its store of variables, and for every variable of the session three lines that
//! check it, take it out and put it back. The store is a crate here (`variable_store.rs`), and a variable that the cell does not name
//! stays in the store. Lines are emptied, never removed: errors are found by their number.
//!
//! And a cell that fails while it runs shows and keeps more than evcxr's text would (`failed_cell.rs`).

use std::collections::HashSet;

use crate::literals::lines_of_code;
use crate::statement_marks::marked;

const IMPORT: &str = "use ";
const STORE_BEGINS: &str = "mod evcxr_internal_runtime {";
const STORE_ENDS: &str = "#[unsafe(no_mangle)]";
/// What both stores are; another evcxr may keep its variables otherwise.
const STORE_HOLDS: &str = "variables: std::collections::HashMap<String, Box<dyn std::any::Any + 'static>>";
const STORE_CRATE: &str = "use ::variable_store as evcxr_internal_runtime;";

/// Where what evcxr adds around the reader's code begins, and where the code does.
const CELL_BEGINS: &str = "pub extern \"C\" fn run_user_code_";
const CODE_BEGINS: [[&str; 2]; 2] = [
    [
        "match std::panic::catch_unwind(",
        "::variable_store::failed_cell::watch(); match std::panic::catch_unwind(",
    ],
    [
        "if std::panic::catch_unwind(||{",
        "::variable_store::failed_cell::watch(); if std::panic::catch_unwind(||{",
    ],
];
/// What may follow, before the code.
const CODE_OPENS: [&str; 2] =
    ["  std::panic::AssertUnwindSafe(||{", "let _ = (|| -> std::result::Result<(), EvcxrUserCodeError> {"];
/// What ends it where a `?` may fail, and what ends it in any case.
const CODE_CLOSES: &str = "Ok(())})();";
const CODE_ENDS: &str = "})) { ";
/// What notes which line of the cell's text is run now.
const STATEMENT: &str = "::variable_store::failed_cell::at_line";
/// What takes the error of a `?`: its head, and what shows it in each of the formats that evcxr has.
const REFUSAL: [&str; 2] = ["fn from(error: T) -> Self {", "#[track_caller] fn from(error: T) -> Self {"];
const REFUSAL_SHOWN: [[&str; 2]; 3] = [
    [
        r#"eprintln!("{}", error);"#,
        r#"::variable_store::failed_cell::refused(&format!("{}", error), std::panic::Location::caller());"#,
    ],
    [
        r#"eprintln!("{:?}", error);"#,
        r#"::variable_store::failed_cell::refused(&format!("{:?}", error), std::panic::Location::caller());"#,
    ],
    [
        r#"eprintln!("{:#?}", error);"#,
        r#"::variable_store::failed_cell::refused(&format!("{:#?}", error), std::panic::Location::caller());"#,
    ],
];

/// The text that gives the same results. `with_store` says whether the crate of the store is there, `other_imports` that the session's imports are others
/// than those of the last cell.
pub fn lessened(text: &str, with_store: bool, other_imports: bool) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    // What a reader has written between quotes stays, whatever it looks like.
    let is_code = lines_of_code(text);
    if with_store {
        watch_failures(&mut lines, &is_code);
        replace_store(&mut lines, &is_code);
    }
    empty_unused(&mut lines, &is_code, other_imports);
    let less = lines.join("\n");
    match code_of_cell(&less).filter(|_| with_store) {
        Some((begin, end)) => marked(&less, begin, end, STATEMENT),
        None => less,
    }
}

/// Whether the text has evcxr's code for the errors of `?`: it is there from the session's first `?` on.
pub fn takes_errors(text: &str) -> bool {
    text.lines().any(|line| line.trim() == REFUSAL[0])
}

/// Where the reader's code begins and ends, in a text whose failures are watched.
fn code_of_cell(text: &str) -> Option<(usize, usize)> {
    let watched = CODE_BEGINS
        .iter()
        .find_map(|[_, watched]| Some(text.find(&format!("\n{watched}\n"))? + 1 + watched.len()))?;
    let lines = text[watched..].split_inclusive('\n').skip(1);
    let begin = 1
        + watched
        + lines.clone().take_while(|line| CODE_OPENS.contains(&line.trim_end())).map(str::len).sum::<usize>();
    let is_evcxrs = |line: &str| {
        line.starts_with(CODE_CLOSES)
            || line == CODE_ENDS
            || call_of(line).is_some_and(|call| call.method == Method::Put)
    };
    let code = text[begin..].split_inclusive('\n').take_while(|line| !is_evcxrs(line.trim_end_matches('\n')));
    Some((begin - 1, begin + code.map(str::len).sum::<usize>()))
}

/// The variables of a cell.
#[derive(Debug, Default, PartialEq)]
pub struct Variables {
    /// Those of earlier cells.
    pub taken: Vec<String>,
    /// Those that are kept only if the cell does not fail.
    pub made: Vec<String>,
    /// Those of earlier cells that this one moves, and does not give back.
    pub moved: Vec<String>,
}

/// The variables in a text of evcxr's.
pub fn variables(text: &str) -> Variables {
    let lines: Vec<&str> = text.split('\n').collect();
    let is_code = lines_of_code(text);
    let end = (0..lines.len()).rfind(|&place| is_code[place] && lines[place] == CODE_ENDS).unwrap_or(0);
    let (mut found, mut given_back) = (Variables::default(), Vec::new());
    for (place, call) in lines
        .iter()
        .enumerate()
        .filter(|(place, _)| is_code[*place])
        .filter_map(|(place, line)| Some((place, call_of(line)?)))
    {
        match call.method {
            Method::Take => found.taken.push(call.variable.to_owned()),
            Method::Put if place < end => found.made.push(call.variable.to_owned()),
            Method::Put => given_back.push(call.variable),
            Method::Check => {}
        }
    }
    let is_moved = |name: &&String| !given_back.contains(&name.as_str()) && !found.made.contains(name);
    found.moved = found.taken.iter().filter(is_moved).cloned().collect();
    found
}

/// What a text's `let`s name, whether it compiles or not; patterns apart.
pub fn names_after_let(text: &str) -> Vec<String> {
    let words: Vec<&str> = words_of(text).collect();
    let lets = (0..words.len()).filter(|&place| words[place] == "let");
    lets.filter_map(|place| words[place + 1..].iter().find(|word| **word != "mut").map(ToString::to_string))
        .collect()
}

fn watch_failures(lines: &mut [&str], is_code: &[bool]) {
    let begins = |place: &usize| is_code[*place] && lines[*place].starts_with(CELL_BEGINS);
    let Some(cell) = (0..lines.len()).find(begins) else { return };
    for line in &mut lines[cell..] {
        if let Some([_, watched]) = CODE_BEGINS.iter().find(|[plain, _]| line == plain) {
            *line = watched;
            break;
        }
    }
    // evcxr writes this just before the store
    let store = (0..cell).find(|&place| is_code[place] && lines[place] == STORE_BEGINS);
    let taker = store
        .and_then(|store| (0..store).rfind(|&place| is_code[place] && lines[place].trim() == REFUSAL[0]));
    let Some(taker) = taker else { return };
    if let Some([_, kept]) = REFUSAL_SHOWN.iter().find(|[plain, _]| lines[taker + 1].trim() == *plain) {
        lines[taker] = REFUSAL[1];
        lines[taker + 1] = kept;
    }
}

fn replace_store(lines: &mut [&str], is_code: &[bool]) {
    let place_of = |wanted: &str, from: usize| {
        (from..lines.len()).find(|&place| is_code[place] && lines[place] == wanted)
    };
    let Some(begin) = place_of(STORE_BEGINS, 0) else { return };
    let Some(end) = place_of(STORE_ENDS, begin) else { return };
    let store = &mut lines[begin..end];
    if store.iter().any(|line| line.trim().trim_end_matches(',') == STORE_HOLDS) {
        store.fill("");
        store[0] = STORE_CRATE;
    }
}

fn empty_unused(lines: &mut [&str], is_code: &[bool], other_imports: bool) {
    let calls: Vec<Option<Call<'_>>> =
        lines.iter().zip(is_code).map(|(line, is_code)| call_of(line).filter(|_| *is_code)).collect();
    let written = lines.iter().zip(&calls).filter(|(_, call)| call.is_none());
    let named: HashSet<&str> = written.flat_map(|(line, _)| words_of(line)).collect();
    let defined = words_of_items(lines);
    let taken = calls.iter().flatten().filter(|call| call.method == Method::Take).map(|call| call.variable);
    // Names like `r#type`, and letters that can be written in two ways, are not looked for.
    let unused: HashSet<&str> =
        taken.filter(|name| words_of(name).eq([*name]) && name.is_ascii() && !named.contains(name)).collect();
    for (line, call) in lines.iter_mut().zip(&calls) {
        let Some(call) = call else { continue };
        // A type that the session defines or imports may be another one by now; the check says so.
        let may_be_lost = call.method == Method::Check
            && (other_imports || words_of(call.of).any(|word| defined.contains(word)));
        if unused.contains(call.variable) && !may_be_lost {
            *line = "";
        }
    }
}

/// The words of what the session has defined, which evcxr writes before the store.
fn words_of_items<'a>(lines: &[&'a str]) -> HashSet<&'a str> {
    let items = before_store(lines.iter().copied());
    items.filter(|line| !line.starts_with(IMPORT)).flat_map(words_of).collect()
}

/// What the session imports, a line each, in the text of a cell that has variables.
pub fn imports(text: &str) -> Option<String> {
    let has_store = text.split('\n').any(|line| line == STORE_BEGINS);
    let imports = before_store(text.split('\n')).filter(|line| line.starts_with(IMPORT));
    has_store.then(|| imports.flat_map(|line| [line, "\n"]).collect())
}

fn before_store<'a>(lines: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    lines.take_while(|line| *line != STORE_BEGINS && !line.starts_with(STORE_CRATE))
}

/// A line of evcxr's that checks a variable, takes it out or puts it back.
struct Call<'a> {
    method: Method,
    variable: &'a str,
    of: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    Check,
    Take,
    Put,
}

fn call_of(line: &str) -> Option<Call<'_>> {
    let (before, call) = line.split_once("evcxr_variable_store.")?;
    let (method, rest) = call.split_once("_variable::<")?;
    let (of, end) = rest.rsplit_once(">(stringify!(")?;
    let (variable, end) = end.split_once(')')?;
    let method = match method {
        "check" if before == "vars_ok &= " && end == ");" => Method::Check,
        "take" if end == ");" => {
            let pattern = before.strip_prefix("let ")?.strip_suffix(" = ")?;
            (pattern.strip_prefix("mut ").unwrap_or(pattern) == variable).then_some(Method::Take)?
        }
        "put" if before.is_empty() && *end == format!(", {variable});") => Method::Put,
        _ => return None,
    };
    Some(Call { method, variable, of })
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_after_let_are_found_wherever_they_stand() {
        let text = "let a: f64 = 8;\n  let mut b = a; let c = |outlet: f64| outlet;\nb = letter;";
        assert_eq!(names_after_let(text), ["a", "b", "c"]);
    }

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
        let names: Vec<&str> = text.split('\n').filter_map(call_of).map(|call| call.variable).collect();
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
            let less = lessened(&text, true, false);
            assert_eq!(kept(&less), expected, "{code}");
            assert_eq!(less.lines().count(), text.lines().count());
            let at = |text: &str| text.lines().position(|line| line == code);
            assert_eq!(at(&less), at(&text));
        }
    }

    #[test]
    fn the_store_becomes_a_crate_only_if_there_is_one_and_it_holds_the_same() {
        assert!(lessened(&cell("x"), true, false).contains(STORE_CRATE));
        let without = lessened(&cell("x"), false, false);
        assert!(without.contains(STORE_HOLDS) && !without.contains(STORE_CRATE));
        let other = cell("x").replace("HashMap<String", "BTreeMap<String");
        assert!(!lessened(&other, true, false).contains(STORE_CRATE));
    }

    #[test]
    fn what_the_store_itself_names_is_not_named_by_the_cell() {
        assert_eq!(kept(&lessened(&cell("1"), true, false)), Vec::<&str>::new());
        assert_eq!(kept(&lessened(&cell("1"), false, false)), ["w"]);
    }

    #[test]
    fn names_that_can_be_written_otherwise_stay() {
        for name in ["r#type", "ŷ", "y\u{302}"] {
            let text = format!("let {name} = evcxr_variable_store.take_variable::<f64>(stringify!({name}));");
            assert_eq!(lessened(&text, true, false), text);
        }
    }

    #[test]
    fn lines_of_the_reader_that_look_alike_stay() {
        for line in [
            "evcxr_variable_store.put_variable::<f64>(stringify!(x), y);",
            "let x = evcxr_variable_store.take_variable::<f64>(stringify!(y));",
            "let x = evcxr_variable_store.lazy_arc(\"x\", || 1);",
        ] {
            assert_eq!(call_of(line).map(|call| call.method), None, "{line}");
        }
    }

    #[test]
    fn what_a_reader_quotes_or_comments_is_no_line_of_evcxrs() {
        let look_alike = "let x = evcxr_variable_store.take_variable::<Array2<f64>>(stringify!(x));\n";
        for (before, after) in [
            ("let text = \"\n", "\";"),
            ("let text = r##\"\"#\n", "\"##;"),
            ("let text = br\"\n", "\\\";"),
            ("/* /* */\n", "*/"),
            ("let c = '\"'; let text = \"\\\"\n", "\"; let d = '\\'';"),
        ] {
            let code =
                format!("{before}{look_alike}{STORE_BEGINS}\n    {STORE_HOLDS}\n{STORE_ENDS}\n{after}");
            let less = lessened(&cell(&code), true, false);
            assert!(less.contains(&code), "{code}\nin\n{less}");
            assert!(!less.contains("take_variable::<f64>(stringify!(w))"), "{less}");
        }
        let lifetimes = "fn f<'a>(a: &'a str) -> &'a str { a }\nlet q = \"\";";
        assert!(
            !lessened(&cell(lifetimes), true, false).contains("take_variable"),
            "quotes are counted wrongly"
        );
    }

    #[test]
    fn a_variable_of_a_type_that_the_session_defines_is_still_checked() {
        let text = format!("struct Vec;\n{}", cell("1"));
        let less = lessened(&text, true, false);
        assert!(less.contains("check_variable::<Vec<(f64, u8)>>(stringify!(y))"), "{less}");
        assert!(!less.contains("take_variable::<Vec") && !less.contains("check_variable::<f64>"), "{less}");
        assert!(!lessened(&cell("1"), true, false).contains("check_variable"));
    }

    /// A cell as evcxr writes it when its `?` may fail: `y` and `w` are kept only if it does not.
    fn cell_that_may_fail(code: &str) -> String {
        format!(
            "use shapes::*;\n\n            struct EvcxrUserCodeError {{}}\n            impl<T: std::fmt::Display> From<T> for EvcxrUserCodeError {{\n\
             \x20               fn from(error: T) -> Self {{\n                    eprintln!(\"{{}}\", error);\n\
             \x20                   EvcxrUserCodeError {{}}\n                }}\n            }}\n        \n\
             {STORE_BEGINS}\npub struct VariableStore {{\n    {STORE_HOLDS},\n}}\n}}\n{STORE_ENDS}\n\
             {CELL_BEGINS}3(\n\
             let x = evcxr_variable_store.take_variable::<f64>(stringify!(x));\n\
             match std::panic::catch_unwind(\n  std::panic::AssertUnwindSafe(||{{\n{code}\n\
             evcxr_variable_store.put_variable::<f64>(stringify!(y), y);\n\
             evcxr_variable_store.put_variable::<f64>(stringify!(w), w);\n\
             Ok(())}})();\n{CODE_ENDS}\n  Ok(_) => {{}}\n}}\n\
             evcxr_variable_store.put_variable::<f64>(stringify!(x), x);\nevcxr_variable_store\n}}"
        )
    }

    #[test]
    fn what_a_failed_cell_loses_is_told_from_what_stays() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let found = variables(&cell_that_may_fail("let (y, w) = (x, x);"));
        assert_eq!((found.taken, found.made), (names(&["x"]), names(&["y", "w"])));
        // what a reader writes looks like the end of the cell
        let quoted = variables(&cell_that_may_fail("let text = \"\n})) { \n\";"));
        assert_eq!(quoted.made, names(&["y", "w"]));
        assert_eq!(variables("let x = 1;"), Variables::default());
        assert!(takes_errors(&cell_that_may_fail("1")) && !takes_errors(&cell("1")));
    }

    #[test]
    fn a_cell_is_watched_from_where_the_readers_code_begins() {
        let code = "let y = {\nmatch std::panic::catch_unwind(\n|| x) { _ => x } };";
        let text = cell_that_may_fail(code);
        let less = lessened(&text, true, false);
        assert_eq!(less.matches("failed_cell::watch()").count(), 1, "{less}");
        let line = text.lines().position(|line| line == "let y = {").unwrap();
        assert!(
            less.contains(&format!(
                "watch(); match std::panic::catch_unwind(\n  std::panic::AssertUnwindSafe(||{{ {STATEMENT}({line});\n{code}\nevcxr_"
            )),
            "{less}"
        );
        assert!(
            less.contains("#[track_caller] fn from(error: T)")
                && less.contains("failed_cell::refused(&format!(\"{}\", error)"),
            "{less}"
        );
        assert_eq!(less.lines().count(), text.lines().count());
        assert!(!lessened(&text, false, false).contains("failed_cell"), "there is no such crate");
        // evcxr writes less around a cell that has no variables
        let small = format!(
            "fn f() {{\nif std::panic::catch_unwind(||{{\n}}).is_err() {{}} }}\n{STORE_ENDS}\n{CELL_BEGINS}3(\nif std::panic::catch_unwind(||{{\nf()\n"
        );
        let [before, after] = [
            "\nif std::panic::catch_unwind(||{\n})",
            "watch(); if std::panic::catch_unwind(||{ ::variable_store::failed_cell::at_line(6);\nf()",
        ];
        assert!(
            lessened(&small, true, false).contains(before) && lessened(&small, true, false).contains(after)
        );
    }
}
