//! Every number that the notebooks' prose states as a result is shown by its section: by a claim, an output or a figure's text.
//!
//! A section reaches from one heading of the first or second level to the next; asides below it belong to it. What code sets is given,
//! not found, and counts as well. A paragraph that links to a cell may have its numbers from the section of that cell. The rest is in
//! `prose-exceptions.json`, each with the reason why no cell of the section shows it. When the test fails it writes the list that would
//! do to `target/tmp/prose-exceptions.json`; what still lacks a reason has "? " and its sentence in that place.

mod numbers;
mod support;

use numbers::{Stated, stated};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use support::Support;

/// A number that no cell of its section shows, and why. A notebook or cell of `*` is any.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
struct Exception {
    notebook: String,
    cell: String,
    number: String,
    /// One of [`REASONS`], and more where one wants; or `shown: CELL` or `shown: NOTEBOOK#CELL`: the section of that cell shows it,
    /// which is checked.
    reason: String,
}

/// How a reason begins: the number was given, or chosen by us, or follows in the text itself from others, or is somebody else's, or
/// is a way to speak.
const REASONS: [&str; 5] = ["given", "chosen", "derived", "theirs", "speech"];

impl Exception {
    fn is_for(&self, (notebook, cell, number): &(String, String, Stated)) -> bool {
        let fits = |mine: &str, other: &str| mine == "*" || mine == other;
        fits(&self.notebook, notebook) && fits(&self.cell, cell) && self.number == number.text
    }

    /// What is wrong with its reason, given a number that it excuses.
    fn problem_of_reason(
        &self,
        notebooks: &BTreeMap<String, Notebook>,
        (notebook, _, number): &(String, String, Stated),
    ) -> Option<String> {
        let Some(place) = self.reason.strip_prefix("shown: ") else {
            let known = REASONS.iter().any(|word| self.reason.starts_with(word));
            return (!known).then(|| {
                format!("the reason {:?} begins with none of {REASONS:?} or \"shown: \"", self.reason)
            });
        };
        let (notebook, cell) = place.split_once('#').unwrap_or((notebook.as_str(), place));
        let shows = |there: &Notebook| {
            there.section_of.get(cell).is_some_and(|section| there.sections[*section].has(&number.meaning))
        };
        (!notebooks.get(notebook).is_some_and(shows))
            .then(|| format!("the section of {place} does not show it"))
    }
}

/// What one Markdown cell has to say within one section.
struct Prose {
    cell: String,
    markdown: String,
    /// Which of the notebook's sections it stands in.
    section: usize,
}

#[derive(Default)]
struct Notebook {
    prose: Vec<Prose>,
    sections: Vec<Support>,
    /// The id of the cell that each section begins with.
    first_cell: Vec<String>,
    /// The section of each cell, by its id: the one in which it begins, or which it begins.
    section_of: BTreeMap<String, usize>,
}

impl Notebook {
    fn read(json: &Value) -> Notebook {
        let mut notebook = Notebook {
            sections: vec![Support::default()],
            first_cell: vec![String::new()],
            ..Notebook::default()
        };
        for cell in json["cells"].as_array().expect("cells") {
            let id = cell["id"].as_str().unwrap_or_default().to_string();
            let source = text_of(&cell["source"]);
            if cell["cell_type"] == "markdown" {
                for (i, (begins, markdown)) in by_headings(&source).into_iter().enumerate() {
                    if begins {
                        notebook.sections.push(Support::default());
                        notebook.first_cell.push(id.clone());
                    }
                    let section = notebook.sections.len() - 1;
                    if i == 0 {
                        notebook.section_of.insert(id.clone(), section);
                    }
                    notebook.prose.push(Prose { cell: id.clone(), markdown, section });
                }
                continue;
            }
            let section = notebook.sections.len() - 1;
            notebook.section_of.insert(id, section);
            let support = notebook.sections.last_mut().expect("a section");
            support.add_code(&source);
            for output in cell["outputs"].as_array().into_iter().flatten() {
                support.add_output(&text_of(&output["text"]));
                support.add_output(&text_of(&output["data"]["text/plain"]));
            }
        }
        notebook
    }
}

/// The text of a field of a notebook: one string or several.
fn text_of(field: &Value) -> String {
    match field {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

/// Markdown cut at its headings of the first two levels; whether a piece begins with one.
fn by_headings(markdown: &str) -> Vec<(bool, String)> {
    let mut pieces = vec![(false, String::new())];
    let mut in_code = false;
    for line in markdown.split_inclusive('\n') {
        in_code ^= line.trim_start().starts_with("```");
        if !in_code && (line.starts_with("# ") || line.starts_with("## ")) {
            pieces.push((true, String::new()));
        }
        pieces.last_mut().expect("a piece").1 += line;
    }
    pieces.retain(|(begins, text)| *begins || !text.trim().is_empty());
    pieces
}

/// The numbers that nothing shows: notebook, cell, number.
fn unsupported(notebooks: &BTreeMap<String, Notebook>) -> Vec<(String, String, Stated)> {
    let mut found = Vec::new();
    for (name, notebook) in notebooks {
        for prose in &notebook.prose {
            for number in stated(&prose.markdown) {
                let linked = number.links.iter().filter_map(|link| {
                    let (file, id) = link.split_once("#cell-id=")?;
                    let there = if file.is_empty() {
                        notebook
                    } else {
                        notebooks.get(file.strip_suffix(".ipynb")?)?
                    };
                    there.sections.get(*there.section_of.get(id)?)
                });
                let mut sections = std::iter::once(&notebook.sections[prose.section]).chain(linked);
                if !sections.any(|section| section.has(&number.meaning)) {
                    found.push((name.clone(), prose.cell.clone(), number));
                }
            }
        }
    }
    found
}

/// What is wrong: numbers without support or exception, and exceptions that nothing needs or whose reason is none.
fn problems(notebooks: &BTreeMap<String, Notebook>, exceptions: &[Exception]) -> Vec<String> {
    let missing = unsupported(notebooks);
    let mut problems = Vec::new();
    for missing in &missing {
        let (notebook, cell, number) = missing;
        let wrong = match exceptions.iter().find(|exception| exception.is_for(missing)) {
            Some(exception) => exception.problem_of_reason(notebooks, missing),
            None => Some(format!("no cell of its section shows it; … {} …", number.sentence)),
        };
        problems.extend(wrong.map(|wrong| format!("{notebook} [{cell}] \"{}\": {wrong}", number.text)));
    }
    for exception in exceptions {
        if !missing.iter().any(|missing| exception.is_for(missing)) {
            let Exception { notebook, cell, number, .. } = exception;
            problems.push(format!(
                "{notebook} [{cell}] \"{number}\": an exception that nothing needs; remove it"
            ));
        }
    }
    problems
}

/// The exceptions that are needed: those that are there, and new ones. Where an earlier section of the notebook shows a number with
/// many digits, that is the reason; else the sentence stands in place of one.
fn suggestion(notebooks: &BTreeMap<String, Notebook>, exceptions: &[Exception]) -> Vec<Exception> {
    let missing = unsupported(notebooks);
    let used = exceptions.iter().filter(|exception| missing.iter().any(|missing| exception.is_for(missing)));
    let mut needed: Vec<Exception> = used.cloned().collect();
    for missing in missing {
        if needed.iter().any(|exception| exception.is_for(&missing)) {
            continue;
        }
        let (name, cell, number) = missing;
        let notebook = &notebooks[&name];
        let earlier = 0..notebook.section_of[&cell];
        let place = earlier.rev().find(|&section| notebook.sections[section].has(&number.meaning));
        let reason = match place.and_then(|section| notebook.first_cell.get(section)) {
            Some(place) if has_many_digits(&number.text) => format!("shown: {place}"),
            _ => format!("? {}", number.sentence),
        };
        needed.push(Exception { notebook: name, cell, number: number.text, reason });
    }
    needed.sort();
    needed
}

/// Three or more that count, or three decimals: not there by chance, as 1000 may be.
fn has_many_digits(number: &str) -> bool {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let whole = decimals == 0;
    let counting = if whole { digits.trim_end_matches('0') } else { &digits };
    counting.trim_start_matches('0').len() >= 3 || decimals >= 3
}

#[test]
fn round_and_short_numbers_have_few_digits() {
    for (number, many) in [
        ("937", true),
        ("0.0029", true),
        ("13.7", true),
        ("1000", false),
        ("25", false),
        ("0.5", false),
        ("half", false),
    ] {
        assert_eq!(has_many_digits(number), many, "{number}");
    }
}

/// The notebooks of the series, by name without `.ipynb`.
fn all() -> BTreeMap<String, Notebook> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks");
    let mut notebooks = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the notebooks") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "ipynb") {
            let json =
                serde_json::from_str(&std::fs::read_to_string(&path).expect("a notebook")).expect("JSON");
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            notebooks.insert(name, Notebook::read(&json));
        }
    }
    assert!(notebooks.len() > 9, "notebooks are missing");
    notebooks
}

#[test]
fn every_number_of_the_prose_is_shown_by_its_section() {
    let exceptions: Vec<Exception> =
        serde_json::from_str(include_str!("../prose-exceptions.json")).expect("a list of exceptions");
    let notebooks = all();
    let n_numbers: usize =
        notebooks.values().flat_map(|n| &n.prose).map(|prose| stated(&prose.markdown).len()).sum();
    println!("{n_numbers} numbers in the prose");
    assert!(n_numbers > 500, "{n_numbers} numbers: are they still read?");
    let problems = problems(&notebooks, &exceptions);
    if problems.is_empty() {
        return;
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prose-exceptions.json");
    let text = serde_json::to_string_pretty(&suggestion(&notebooks, &exceptions)).expect("JSON");
    std::fs::write(&file, text + "\n").expect("a file");
    panic!(
        "{} problems. Add a claim, correct the number, or, if no cell can show it, take the exceptions that are needed from {} and put \
         a reason in the place of each \"? …\".\n{}",
        problems.len(),
        file.display(),
        problems.join("\n")
    );
}

/// A notebook of one section: its prose, a cell's code, and what it shows.
fn small(markdown: &str, code: &str, shown: &str) -> BTreeMap<String, Notebook> {
    let json = serde_json::json!({ "cells": [
        { "cell_type": "markdown", "id": "text", "source": format!("# Part 1\n\n## A section\n\n{markdown}") },
        { "cell_type": "code", "id": "code", "source": code, "outputs": [{ "output_type": "execute_result", "data": { "text/plain": shown } }] },
        { "cell_type": "markdown", "id": "next", "source": "## Another one\n\nNothing here." },
        { "cell_type": "code", "id": "far", "source": "", "outputs": [{ "output_type": "stream", "text": ["0.777\n"] }] },
    ] });
    BTreeMap::from([("small".to_string(), Notebook::read(&json))])
}

/// The numbers that nothing shows.
fn missing(markdown: &str, code: &str, shown: &str) -> Vec<String> {
    unsupported(&small(markdown, code, shown)).into_iter().map(|(.., number)| number.text).collect()
}

#[test]
fn a_wrong_number_is_found_in_each_way_that_a_text_writes_one() {
    // the prose when it is right, when it is wrong, what is then reported, and what the cell shows
    for (right, wrong, reported, shown) in [
        // decimals, rounded as the text rounds
        ("The cost is 0.0498.", "The cost is 0.0497.", "0.0497", "✓ cost: 0.04982"),
        ("It fell by −0.58.", "It fell by −0.85.", "−0.85", "[ -0.583  4 ]"),
        // a count
        (
            "It solves 286 of 300 starts.",
            "It solves 287 of 300 starts.",
            "287 of 300",
            "✓ solved: 286 of 300",
        ),
        ("That are 95 %.", "That are 96 %.", "96 %", "✓ solved: 286 of 300"),
        ("All 12 500 students.", "All 12 600 students.", "12 600", "students: 12500"),
        // a formula
        ("It is $4 \\cdot 10^{-309}$.", "It is $4 \\cdot 10^{-308}$.", "4 · 10⁻³⁰⁸", "4e-309"),
        ("At $\\eta = 25$.", "At $\\eta = 26$.", "26", "25 steps"),
        // a number in words
        ("It takes twice as long.", "It takes three times as long.", "three times", "✓ times as long: 2.04"),
        ("About a third of them.", "About a quarter of them.", "a quarter of", "✓ share: 0.329"),
        ("More than half.", "More than two thirds.", "two thirds", "✓ share: 0.53"),
        (
            "More than four thousand times.",
            "More than five thousand times.",
            "five thousand times",
            "✓ times: 4377",
        ),
        ("After eleven steps.", "After twelve steps.", "twelve", "✓ steps: 11"),
        // so many of so many, in words
        (
            "It helps in six of the nine cases.",
            "It helps in seven of the nine cases.",
            "seven of the nine",
            "✓ helped: 6 of 9",
        ),
        // what only a figure says
        (
            "The curve ends at 0.31.",
            "The curve ends at 0.32.",
            "0.32",
            "Line plot: J against step; 5 points, lowest 0.3102",
        ),
    ] {
        assert_eq!(missing(right, "", shown), [""; 0], "{right}");
        assert_eq!(missing(wrong, "", shown), [reported], "{wrong}");
    }
}

#[test]
fn only_its_own_section_and_those_it_links_to_support_a_number() {
    assert_eq!(missing("The cost is 0.777.", "", ""), ["0.777"]);
    assert_eq!(missing("The cost is 0.777, [there](#cell-id=far).", "", ""), [""; 0]);
    assert_eq!(missing("The cost is 0.777, [there](small.ipynb#cell-id=next).", "", ""), [""; 0]);
    assert_eq!(missing("The cost is 0.777, [there](other.ipynb#cell-id=far).", "", ""), ["0.777"]);
}

#[test]
fn a_failed_claim_a_label_and_a_text_in_code_support_nothing() {
    assert_eq!(missing("It is 0.25.", "", "≠ it: 0.25 here, where the text says 0.26"), ["0.25"]);
    assert_eq!(missing("It is 0.25.", "", "✓ at 0.25: 3"), ["0.25"]);
    assert_eq!(missing("It is 0.25.", "claim(\"it\", j, \"0.25\") // 0.25", ""), ["0.25"]);
    assert_eq!(missing("With 0.25 and 20 000.", "let rate = 0.25; let n = 20_000;", ""), [""; 0]);
}

#[test]
fn names_references_and_definitions_state_nothing() {
    for text in [
        "Part 7, layers 2 and 3, seeds 0 to 999, in 1986, the 2nd, a 2-3-1 network, 3 × 2.",
        "`0.25` and W2, $W^{(2)}$, $\\frac12 \\sum (y - \\hat y)^2$, $z_3$, $2 w$, $1 - f$, $2^{10}$.",
        "| code | symbol | meaning | shape |\n|---|---|---|---|\n| x | X | 17 inputs | 3 × 2 |",
        "```\n0.25\n```",
        "Between 0 and 1.",
        "[twelve](07-x.ipynb) ![13](a.png)",
        "### 14 things",
    ] {
        let expected: &[&str] = if text.starts_with("[twelve]") { &["twelve"] } else { &[] };
        assert_eq!(missing(text, "", ""), expected, "{text}");
    }
}

#[test]
fn an_exception_needs_a_reason_and_a_use() {
    let exception = |number: &str, reason: &str| Exception {
        notebook: "small".into(),
        cell: "text".into(),
        number: number.into(),
        reason: reason.into(),
    };
    let notebooks = small("It is 0.25.", "", "");
    assert_eq!(problems(&notebooks, &[]).len(), 1);
    assert_eq!(problems(&notebooks, &[exception("0.25", "given: the rate")]), [""; 0]);
    assert_eq!(problems(&notebooks, &[exception("0.25", "? It is 0.25.")]).len(), 1);
    assert_eq!(problems(&notebooks, &[exception("0.25", "given"), exception("0.26", "given")]).len(), 1);
    let anywhere = Exception { notebook: "*".into(), cell: "*".into(), ..exception("0.25", "given") };
    assert_eq!(problems(&notebooks, &[anywhere]), [""; 0]);
    let kept = suggestion(&notebooks, &[exception("0.25", "given: the rate"), exception("0.26", "given")]);
    assert_eq!(kept, [exception("0.25", "given: the rate")]);
    assert_eq!(suggestion(&notebooks, &[]), [exception("0.25", "? It is 0.25.")]);
}

#[test]
fn where_an_exception_says_that_a_number_is_shown_it_must_be() {
    let exception = |reason: &str| Exception {
        notebook: "small".into(),
        cell: "text".into(),
        number: "0.777".into(),
        reason: reason.into(),
    };
    let notebooks = small("It is 0.777.", "", "");
    assert_eq!(problems(&notebooks, &[exception("shown: far")]), [""; 0]);
    assert_eq!(problems(&notebooks, &[exception("shown: small#next")]), [""; 0]);
    for wrong in ["shown: code", "shown: nowhere", "shown: other#far", "shown"] {
        assert_eq!(problems(&notebooks, &[exception(wrong)]).len(), 1, "{wrong}");
    }
}
