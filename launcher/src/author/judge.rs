//! The rules: when a run of a notebook counts as failed.
//!
//! Tags that change them: `raises-exception` (the cell must end in an error; its metadata `"expects"` says
//! what the message must contain), `volatile` (contents may change, kinds of outputs may not), `silent` (may
//! show nothing although it ends in an expression).

use std::fmt;
use std::path::PathBuf;

use serde_json::Value;

use super::cell_source::ends_in_an_expression;
use super::outputs::{Part, difference, parts};

/// A notebook that was run: as it is stored, as it came out, and what the runner saw.
#[derive(Debug, Clone)]
pub struct Run {
    pub notebook: PathBuf,
    pub stored: Value,
    pub executed: Value,
    /// The same, as nbformat wrote it.
    pub executed_text: String,
    pub facts: Value,
}

/// One finding: where, which rule, and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub notebook: PathBuf,
    /// The cell's place among all cells, from 1.
    pub cell: usize,
    pub first_line: String,
    pub rule: &'static str,
    pub details: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { notebook, cell, first_line, rule, details } = self;
        write!(f, "{}, cell {cell}: {rule}\n    in: {first_line}", notebook.display())?;
        details.lines().try_for_each(|line| write!(f, "\n    {line}"))
    }
}

/// What is held against what: the run alone, or also with the stored outputs and with each cell's second run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Against {
    Nothing,
    StoredAndSecondRun,
}

/// What is wrong with the run. A cell that is wrong by itself (an error, a panic, a failed claim, a result that
/// does not show) is not compared.
pub fn problems(run: &Run, against: Against) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, cell) in code_cells(run) {
        let fact = &run.facts["cells"][index.to_string()];
        if fact.is_null() {
            let why = run.facts["died"].as_str().unwrap_or("the runner skipped it").to_string();
            problems.push(problem(run, index, ("the run ended here", why)));
            break;
        }
        let mut findings = cell_findings(cell, fact);
        if findings.is_empty() && against == Against::StoredAndSecondRun {
            findings = differences(cell, &run.stored["cells"][index], &fact["again"]);
        }
        problems.extend(findings.into_iter().map(|finding| problem(run, index, finding)));
    }
    for (index, fact) in run.facts["solutions"].as_object().into_iter().flatten() {
        let index = index.parse().unwrap_or_default();
        problems.extend(solution_finding(run, index, fact).map(|finding| problem(run, index, finding)));
    }
    problems
}

/// An exercise says "not yet" as it stands, and "right" with its solution.
fn solution_finding(run: &Run, index: usize, fact: &Value) -> Option<Finding> {
    let cells = run.executed["cells"].as_array()?;
    let above = cells[..index].iter().rev().take_while(|cell| cell["cell_type"] == "code");
    let unsolved: String = above
        .map(|cell| of_kind(&output_parts(&cell["outputs"]), "stdout").collect::<String>().to_lowercase())
        .collect();
    let shown = output_parts(&fact["outputs"]);
    let said = of_kind(&shown, "stdout").collect::<String>().to_lowercase();
    let failed: Vec<&str> = shown
        .iter()
        .filter(|p| p.kind == "error" || p.kind == "stderr")
        .map(|p| p.content.as_str())
        .collect();
    if fact["fits"] != true {
        Some(("the solution fits nothing in the cells above it", "it must bind a name that they bind".into()))
    } else if !failed.is_empty() {
        Some(("the solution fails", failed.join("\n")))
    } else if !said.contains("right") || said.contains("not yet") {
        Some(("the check does not take the solution for right", said))
    } else if !unsolved.contains("not yet") {
        Some(("the check does not say `not yet` before the exercise is solved", unsolved))
    } else {
        None
    }
}

/// What is wrong with the cells of a notebook after its hyperparameters were edited. Where the values are sensible, every cell must
/// run and show what it promises; claims are about the stored values and may fail. Where they are impossible, an error must say
/// `says` in one line; later cells may then miss what the failed one would have bound.
pub fn edited_problems(run: &Run, cells: &Value, says: Option<&str>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut errors = Vec::new();
    let first = code_cells(run).position(|(_, cell)| has_tag(cell, "parameters")).unwrap_or_default();
    for (index, cell) in code_cells(run).skip(first) {
        let fact = &cells[index.to_string()];
        if let (true, Some(why)) = (fact.is_null(), run.facts["died"].as_str()) {
            problems.push(problem(run, index, ("the run ended here", why.to_string())));
            return problems;
        }
        // What does not follow from the hyperparameters is not run for each list of values.
        let shown = output_parts(&fact["outputs"]);
        let findings = match says {
            _ if fact.is_null() => Vec::new(),
            None => unclaimed_findings(cell, fact, &shown),
            Some(_) => {
                errors.extend(of_kind(&shown, "stderr").map(str::to_owned));
                fatal_findings(&shown)
            }
        };
        problems.extend(findings.into_iter().map(|finding| problem(run, index, finding)));
    }
    let is_said = |says: &str| errors.iter().any(|error| error.lines().count() == 1 && error.contains(says));
    if let Some(says) = says.filter(|says| !is_said(says)) {
        let index = code_cells(run).nth(first).map_or(0, |(index, _)| index);
        let details = format!("expected in one line: … {says} …\nfound: {}", errors.join("\n"));
        problems.push(problem(run, index, ("no error says what is wrong with the values", details)));
    }
    problems
}

fn fatal_findings(shown: &[Part]) -> Vec<Finding> {
    let died = of_kind(shown, "error").find(|message| message.contains("Subprocess terminated"));
    let died = died.map(|message| ("the kernel's process died: every variable is lost", message.to_owned()));
    let panicked = of_kind(shown, "stderr").find(|message| message.contains("panicked"));
    let panicked = panicked.map(|message| ("a panic", message.to_owned()));
    died.into_iter().chain(panicked).collect()
}

fn differences(cell: &Value, stored: &Value, again: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    let volatile = has_tag(cell, "volatile");
    let found = output_parts(&cell["outputs"]);
    if stored["execution_count"].is_null() {
        findings.push(("the stored cell was never run", "store it with `cargo run -- execute`".into()));
    } else if let Some(change) = difference(&output_parts(&stored["outputs"]), &found, volatile) {
        findings.push(("the outputs differ from the stored ones", change));
    }
    if let Some(change) = difference(&found, &output_parts(&again["outputs"]), volatile) {
        findings.push(("run twice in a row, it gives another result", change));
    }
    findings
}

type Finding = (&'static str, String);

fn cell_findings(cell: &Value, fact: &Value) -> Vec<Finding> {
    let shown = output_parts(&cell["outputs"]);
    let mut findings = unclaimed_findings(cell, fact, &shown);
    findings.extend(failed_claims(&shown));
    findings
}

/// All that can be wrong with one run of a cell, but for claims that do not hold.
fn unclaimed_findings(cell: &Value, fact: &Value, shown: &[Part]) -> Vec<Finding> {
    let mut findings = error_findings(cell, fact, shown);
    if findings.is_empty() {
        findings.extend(missing_output(cell, shown));
        findings.extend(debug_text(shown));
    }
    findings
}

fn error_findings(cell: &Value, fact: &Value, shown: &[Part]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let errors: Vec<&str> = of_kind(shown, "error").collect();
    let message = errors.join("\n");
    let wanted = cell["metadata"]["expects"].as_str();
    if message.contains("Subprocess terminated") {
        findings.push(("the kernel's process died: every variable is lost", message));
    } else if fact["reply"] != "error" {
        if has_tag(cell, "raises-exception") {
            let details = "the cell is tagged `raises-exception`, but it ran".into();
            findings.push(("the expected error did not come", details));
        }
    } else if !has_tag(cell, "raises-exception") {
        findings.push(("an error", message));
    } else if let Some(wanted) = wanted.filter(|wanted| !message.contains(wanted)) {
        let details = format!("expected: … {wanted} …\nfound:    {message}");
        findings.push(("the error's message lacks the expected text", details));
    }
    let stderr: String = of_kind(shown, "stderr").collect();
    if !stderr.is_empty() {
        findings.push(("a message on stderr: a panic, a failed `?` or a warning", stderr));
    }
    findings
}

fn failed_claims(shown: &[Part]) -> Vec<Finding> {
    let texts = shown.iter().filter(|part| part.kind == "text/plain" || part.kind == "stdout");
    let lines = texts.flat_map(|part| part.content.lines());
    let failed = lines.filter(|line| line.trim_start().starts_with('≠'));
    failed.map(|line| ("a claim does not hold", line.trim().to_string())).collect()
}

/// A cell whose last statement is an expression shows its value.
fn missing_output(cell: &Value, shown: &[Part]) -> Option<Finding> {
    if of_kind(shown, "text/plain").any(|text| text == "()") {
        return Some(("it shows `()`", "end the cell's last line with `;`".into()));
    }
    let promised = ends_in_an_expression(&source(cell)) && !has_tag(cell, "silent");
    let visible = shown.iter().any(|part| !part.content.trim().is_empty());
    (promised && !visible).then(|| {
        let advice = "its last line is an expression; end it with `;` or tag the cell `silent`";
        ("nothing is shown", advice.into())
    })
}

/// The kernel falls back to a value's `Debug` text when it cannot compile its rich form, which happens for one when the first `?`
/// of a session stands in the cell's last expression.
fn debug_text(shown: &[Part]) -> Option<Finding> {
    const MARKS: [&str; 8] = [
        "Diagnosis {",
        "strides=[",
        "Claim {",
        "Dataset {",
        "Network {",
        "Scaler {",
        "ForwardPass {",
        "Gradients {",
    ];
    let rich = shown.iter().any(|part| part.kind == "text/html" || part.kind.starts_with("image/"));
    let is_debug = |text: &str| {
        MARKS.iter().any(|mark| text.contains(mark))
            || (text.starts_with("Figure ") && text.contains(" pixels: "))
    };
    let text = of_kind(shown, "text/plain").find(|text| !rich && is_debug(text))?;
    Some(("it shows as `Debug` text", format!("{text}\nhave an earlier cell use `?` in a statement")))
}

fn problem(run: &Run, index: usize, (rule, details): Finding) -> Problem {
    let source = source(&run.executed["cells"][index]);
    let first_line = source.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let first_line = first_line.chars().take(100).collect();
    Problem {
        notebook: run.notebook.clone(),
        cell: index + 1,
        first_line,
        rule,
        details: shortened(&details),
    }
}

/// What a person reads of a long message; of a panic, what comes before the backtrace.
fn shortened(details: &str) -> String {
    const LINES: usize = 20;
    let lines = details.lines().filter(|line| !line.trim().is_empty());
    let mut lines: Vec<&str> = lines.take_while(|line| !line.starts_with("stack backtrace")).collect();
    if lines.len() > LINES {
        lines.truncate(LINES);
        lines.push("…");
    }
    lines.join("\n")
}

fn code_cells(run: &Run) -> impl Iterator<Item = (usize, &Value)> {
    let cells = run.executed["cells"].as_array().into_iter().flatten().enumerate();
    cells.filter(|(_, cell)| cell["cell_type"] == "code" && !source(cell).trim().is_empty())
}

fn source(cell: &Value) -> String {
    match &cell["source"] {
        Value::String(text) => text.clone(),
        lines => lines.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    }
}

fn has_tag(cell: &Value, tag: &str) -> bool {
    cell["metadata"]["tags"].as_array().is_some_and(|tags| tags.iter().any(|t| t == tag))
}

fn output_parts(outputs: &Value) -> Vec<Part> {
    parts(outputs.as_array().map_or(&[], Vec::as_slice))
}

fn of_kind<'a>(shown: &'a [Part], kind: &'a str) -> impl Iterator<Item = &'a str> {
    shown.iter().filter(move |part| part.kind == kind).map(|part| part.content.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A run of one cell that was stored, run, and run again with the same outputs.
    fn run_of(source: &str, tags: &[&str], reply: &str, outputs: Value) -> Run {
        let cell = json!({
            "cell_type": "code", "execution_count": 2, "source": source,
            "metadata": { "tags": tags }, "outputs": outputs,
        });
        let notebook = json!({ "cells": [{ "cell_type": "markdown", "source": "# Title" }, cell] });
        let fact = json!({ "reply": reply, "again": { "reply": reply, "outputs": outputs } });
        Run {
            notebook: "a.ipynb".into(),
            stored: notebook.clone(),
            executed: notebook,
            executed_text: String::new(),
            facts: json!({ "died": null, "cells": { "1": fact } }),
        }
    }

    #[test]
    fn a_solution_must_fit_and_be_taken_for_right_and_a_gap_must_not() {
        let rules_of = |unsolved: &str, fits: bool, outputs: Value| {
            let mut run = run_of("x", &[], "ok", stream("stdout", unsolved));
            run.facts["solutions"] = json!({ "2": { "fits": fits, "outputs": outputs } });
            run.executed["cells"]
                .as_array_mut()
                .unwrap()
                .push(json!({ "cell_type": "markdown", "source": "" }));
            rules(&run)
        };
        assert!(rules_of("not yet", true, stream("stdout", "right: 3")).is_empty());
        let diagnosed = stream("stdout", "✓ your gradient is right, to 9 digits");
        assert!(rules_of("Not yet: the sign is flipped.", true, diagnosed).is_empty());
        let fits_nothing = ["the solution fits nothing in the cells above it"];
        assert_eq!(rules_of("not yet", false, stream("stdout", "right: 3")), fits_nothing);
        assert_eq!(rules_of("not yet", true, stream("stderr", "no")), ["the solution fails"]);
        let not_right = ["the check does not take the solution for right"];
        assert_eq!(rules_of("not yet", true, stream("stdout", "not yet: is it right?")), not_right);
        assert_eq!(rules_of("not yet", true, json!([])), not_right);
        let too_kind = ["the check does not say `not yet` before the exercise is solved"];
        assert_eq!(rules_of("right", true, stream("stdout", "right")), too_kind);
    }

    fn rules_of_edits(outputs: Value, says: Option<&str>) -> Vec<&'static str> {
        let run = run_of("let seed: u64 = 1; seed", &["parameters"], "ok", result("1"));
        let cells = json!({ "1": { "reply": "ok", "outputs": outputs } });
        edited_problems(&run, &cells, says).into_iter().map(|problem| problem.rule).collect()
    }

    #[test]
    fn after_an_edit_every_cell_runs_and_shows_and_claims_may_fail() {
        let failed = demystified::claim("cost", 0.6, "0.50").to_string();
        assert!(rules_of_edits(result(&failed), None).is_empty());
        assert_eq!(rules_of_edits(json!([]), None), ["nothing is shown"]);
        let error = rules_of_edits(stream("stderr", "0 units\n"), None);
        assert_eq!(error, ["a message on stderr: a panic, a failed `?` or a warning"]);
    }

    #[test]
    fn after_an_impossible_edit_one_line_says_what_is_wrong_and_nothing_panics() {
        assert!(rules_of_edits(stream("stderr", "seed: 0 units\n"), Some("0 units")).is_empty());
        let silent = ["no error says what is wrong with the values"];
        assert_eq!(rules_of_edits(result("1"), Some("0 units")), silent);
        assert_eq!(rules_of_edits(stream("stderr", "0 units\nand more\n"), Some("0 units")), silent);
        let panic = stream("stderr", "thread panicked at 0 units");
        assert_eq!(rules_of_edits(panic, Some("0 units")), ["a panic"]);
    }

    fn result(text: &str) -> Value {
        json!([{ "output_type": "execute_result", "data": { "text/plain": text } }])
    }

    fn stream(name: &str, text: &str) -> Value {
        json!([{ "output_type": "stream", "name": name, "text": text }])
    }

    fn error(message: &str) -> Value {
        json!([{ "output_type": "error", "evalue": message, "traceback": [message] }])
    }

    fn rules(run: &Run) -> Vec<&'static str> {
        problems(run, Against::StoredAndSecondRun).into_iter().map(|problem| problem.rule).collect()
    }

    #[test]
    fn a_good_cell_has_no_problem() {
        assert!(rules(&run_of("x", &[], "ok", result("✓ cost: 0.5"))).is_empty());
        assert!(rules(&run_of("let x = 1.0;", &[], "ok", json!([]))).is_empty());
        assert!(rules(&run_of("x", &["silent"], "ok", json!([]))).is_empty());
        assert!(rules(&run_of("x", &["raises-exception"], "error", error("no x"))).is_empty());
    }

    #[test]
    fn an_error_counts_unless_it_is_expected_and_then_it_must_come() {
        assert_eq!(rules(&run_of("x", &[], "error", error("no x"))), ["an error"]);
        let run = run_of("x", &["raises-exception"], "ok", result("1"));
        assert_eq!(rules(&run), ["the expected error did not come"]);
    }

    #[test]
    fn an_expected_error_must_say_the_expected_text() {
        let mut run = run_of("x", &["raises-exception"], "error", error("size of 1"));
        run.executed["cells"][1]["metadata"]["expects"] = "size of 1".into();
        assert!(rules(&run).is_empty());
        run.executed["cells"][1]["metadata"]["expects"] = "size of 2".into();
        assert_eq!(rules(&run), ["the error's message lacks the expected text"]);
    }

    #[test]
    fn anything_on_stderr_counts() {
        let run = run_of(
            "f()?",
            &[],
            "ok",
            stream("stderr", "invalid float literal\n\nstack backtrace:\n 0: main\n"),
        );
        let problems = problems(&run, Against::Nothing);
        assert_eq!(problems.len(), 1);
        assert_eq!(
            problems[0].to_string(),
            "a.ipynb, cell 2: a message on stderr: a panic, a failed `?` or a warning\n    in: f()?\n    \
             invalid float literal"
        );
    }

    #[test]
    fn a_dead_process_counts_even_where_an_error_is_expected() {
        let message = "Subprocess terminated with status: exit status: 3";
        let run = run_of("exit(3)", &["raises-exception"], "error", error(message));
        assert_eq!(rules(&run), ["the kernel's process died: every variable is lost"]);
    }

    #[test]
    fn a_failed_claim_counts_shown_or_printed() {
        let failed = demystified::claim("cost", 0.6, "0.50").to_string();
        assert_eq!(rules(&run_of("c", &[], "ok", result(&failed))), ["a claim does not hold"]);
        let printed = stream("stdout", &format!("✓ a: 1\n{failed}\n"));
        assert_eq!(rules(&run_of("print();", &[], "ok", printed)), ["a claim does not hold"]);
    }

    #[test]
    fn a_figure_or_an_array_must_show_in_its_rich_form() {
        let figure =
            demystified::plot::network(&demystified::Network::random(&[2, 3, 1], 1).unwrap()).unwrap();
        let array = ndarray::array![[1.0, 2.0]];
        for text in [format!("{figure:?}"), format!("{array:?}"), format!("{:?}", demystified::sleep_study())]
        {
            assert_eq!(rules(&run_of("x", &[], "ok", result(&text))), ["it shows as `Debug` text"], "{text}");
        }
        assert!(rules(&run_of("x", &[], "ok", result("Figure 3 shows"))).is_empty());
    }

    #[test]
    fn an_expression_must_show_its_value() {
        assert_eq!(rules(&run_of("x", &[], "ok", json!([]))), ["nothing is shown"]);
        assert_eq!(rules(&run_of("for i in a {}", &[], "ok", result("()"))), ["it shows `()`"]);
    }

    #[test]
    fn a_change_counts_but_not_in_a_volatile_cell() {
        for (tags, expected) in [(vec![], 2), (vec!["volatile"], 0)] {
            let mut run = run_of("x", &tags, "ok", result("1"));
            run.stored["cells"][1]["outputs"] = result("2");
            assert!(problems(&run, Against::Nothing).is_empty());
            run.facts["cells"]["1"]["again"]["outputs"] = result("3");
            assert_eq!(rules(&run).len(), expected);
        }
    }

    #[test]
    fn a_volatile_cell_must_show_the_same_kinds() {
        let mut run = run_of("x", &["volatile"], "ok", result("1"));
        run.stored["cells"][1]["outputs"] = json!([]);
        assert_eq!(rules(&run), ["the outputs differ from the stored ones"]);
    }

    #[test]
    fn a_cell_that_was_never_run_counts() {
        let mut run = run_of("let x = 1;", &[], "ok", json!([]));
        run.stored["cells"][1]["execution_count"] = Value::Null;
        assert_eq!(rules(&run), ["the stored cell was never run"]);
    }

    #[test]
    fn a_run_that_ended_early_says_why() {
        let mut run = run_of("x", &[], "ok", result("1"));
        run.facts = json!({ "died": "the kernel process ended", "cells": {} });
        let problems = problems(&run, Against::Nothing);
        assert_eq!(rules(&run), ["the run ended here"]);
        assert_eq!(problems[0].details, "the kernel process ended");
    }
}
