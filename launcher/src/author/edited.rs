//! `cargo run -- edited NOTEBOOK EDITS`: all that `check` does, and then, in the same kernel, what a reader does, changing the
//! hyperparameters and running all below, again and again.
//!
//! EDITS is a list of `{"set": {"hidden_units": "50"}}`. Values that are impossible also have `"says"`: what the error must
//! say. What comes after them shows that the kernel is still usable, so the last entry must be a sensible one.
//!
//! What came out stays in target/notebook-runs, for `launcher/tests/forms.rs`: the EDITS, each with `"cells"`, what the runner saw.

use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::{Map, Value};

use quick_cells::{Failure, Outcome};

use super::judge::{Against, edited_problems, problems};
use super::run::{Cells, file_failure, notebooks, read_json, run as run_notebook};
use crate::environment::Environment;

/// Checks the notebook, then runs it with all edits, in one kernel.
pub fn run(environment: &Environment, notebook: &Path, file: &Path) -> Outcome<()> {
    let edits = read_json(file)?;
    let edits = edits.as_array().filter(|edits| edits.last().is_some_and(|last| last["says"].is_null()));
    let edits = edits.ok_or_else(|| {
        let problem = format!("{}: the last entry must be there, and be without `says`.", file.display());
        Failure::new(problem, "End the list with sensible values: they show that the kernel is still usable.")
    })?;
    let start = Instant::now();
    let notebook = &notebooks(environment, &[notebook.to_owned()])?[0];
    let run = run_notebook(environment, notebook, Cells::Edited(file))?;
    let stem = notebook.file_stem().unwrap_or_default().to_string_lossy();
    let results = environment.root.join(format!("target/notebook-runs/{stem}.edits.json"));
    fs::write(&results, with_results(edits, &run.facts["edits"], &run.executed).to_string())
        .map_err(|error| file_failure(&results, &error))?;
    let as_it_stands = problems(&run, Against::StoredAndSecondRun);
    as_it_stands.iter().for_each(|problem| println!("{problem}"));
    let mut failed = 0;
    for (index, edit) in edits.iter().enumerate() {
        let problems = edited_problems(&run, &run.facts["edits"][index], edit["says"].as_str());
        if !problems.is_empty() {
            failed += 1;
            println!("with {}:", values(edit));
            problems.iter().for_each(|problem| println!("{problem}"));
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let (name, found) = (run.notebook.display(), as_it_stands.len());
    println!("{name}: {found} problems; {} edits, {failed} with problems ({seconds:.0} s)", edits.len());
    match (found, failed) {
        (0, 0) => Ok(()),
        (0, _) => Err(Failure::new(
            format!("{failed} of the edits failed."),
            "Mend the cells above: from the cell tagged `parameters` on, all must follow from its values.",
        )),
        _ => Err(Failure::new(
            "The notebook failed the check.",
            "Mend the cells above; where only stored outputs differ, `cargo run -- execute` stores the new ones.",
        )),
    }
}

/// The edits, each with what its cells gave: by their names, since places change.
fn with_results(edits: &[Value], facts: &Value, notebook: &Value) -> Value {
    let of_cell = |(place, fact): (&String, &Value)| {
        let cell = &notebook["cells"][place.parse::<usize>().ok()?];
        Some((cell["id"].as_str()?.to_owned(), fact.clone()))
    };
    let with_result = |(edit, facts): (&Value, &Value)| {
        let cells: Map<String, Value> = facts.as_object().into_iter().flatten().filter_map(of_cell).collect();
        let mut edit = edit.clone();
        edit["cells"] = Value::Object(cells);
        edit
    };
    edits.iter().zip(facts.as_array().into_iter().flatten()).map(with_result).collect()
}

/// "seed = 3, hidden_units = 50"
fn values(edit: &Value) -> String {
    let pairs = edit["set"].as_object().into_iter().flatten();
    pairs
        .map(|(name, value)| format!("{name} = {}", value.as_str().unwrap_or("?")))
        .collect::<Vec<_>>()
        .join(", ")
}
