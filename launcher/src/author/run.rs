//! Runs a notebook on a clean kernel.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use quick_cells::{Failure, Outcome};
use serde_json::Value;

use super::judge::Run;
use super::solutions::solved_cells;
use crate::environment::{Environment, is_notebook};

/// How often each cell is run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cells<'a> {
    Once,
    /// Twice in a row, to see that the second run gives the same result.
    Twice,
    /// Twice in a row, then again from the hyperparameters on, for each entry of this file.
    Edited(&'a Path),
}

/// The notebooks to run: those named, or all of the series.
pub fn notebooks(environment: &Environment, named: &[PathBuf]) -> Outcome<Vec<PathBuf>> {
    if let Some(missing) = named.iter().find(|path| !is_notebook(path) || !path.is_file()) {
        let problem = format!("{} is not a notebook.", missing.display());
        return Err(Failure::new(
            problem,
            "Name files that end in .ipynb, or none to take all of notebooks/.",
        ));
    }
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    let folder = environment.notebooks();
    let entries = fs::read_dir(&folder).map_err(|error| file_failure(&folder, &error))?;
    let mut all: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|p| is_notebook(p)).collect();
    all.sort();
    Ok(all)
}

/// Runs one notebook; nothing is judged and nothing is stored.
pub fn run(environment: &Environment, notebook: &Path, cells: Cells<'_>) -> Outcome<Run> {
    let stem = notebook.file_stem().unwrap_or_default().to_string_lossy();
    let folder = environment.root.join(format!("target/notebook-runs/{stem}-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| file_failure(&folder, &error))?;
    let outcome = run_into(environment, notebook, cells, &folder);
    // What is left of it hinders nobody.
    let _ = fs::remove_dir_all(&folder);
    outcome
}

fn run_into(environment: &Environment, notebook: &Path, cells: Cells<'_>, folder: &Path) -> Outcome<Run> {
    let stored = read_json(notebook)?;
    let mut command = environment.python();
    command.arg(environment.root.join("launcher/src/author/run_notebook.py")).args([notebook, folder]);
    if cells != Cells::Once {
        let file = folder.join("solutions.json");
        let solutions = solved_cells(&stored).to_string();
        fs::write(&file, solutions).map_err(|error| file_failure(&file, &error))?;
        command.args(["--twice", "--solutions"]).arg(file);
    }
    if let Cells::Edited(edits) = cells {
        command.arg("--edits").arg(edits);
    }
    let output = command
        .env("JUPYTER_PLATFORM_DIRS", "1")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| file_failure(&environment.venv(), &error))?;
    if !output.status.success() {
        let problem = format!("{} could not be run.", notebook.display());
        return Err(Failure::new(problem, String::from_utf8_lossy(&output.stderr)));
    }
    let executed_path = folder.join("executed.ipynb");
    let executed_text = read(&executed_path)?;
    let executed = parse(&executed_path, &executed_text)?;
    let facts = read_json(&folder.join("facts.json"))?;
    let notebook = notebook.strip_prefix(&environment.root).unwrap_or(notebook).to_path_buf();
    Ok(Run { notebook, stored, executed, executed_text, facts })
}

pub fn read_json(path: &Path) -> Outcome<Value> {
    parse(path, &read(path)?)
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| file_failure(path, &error))
}

fn parse(path: &Path, text: &str) -> Outcome<Value> {
    serde_json::from_str(text).map_err(|error| file_failure(path, &error))
}

/// A file or program that could not be used.
pub fn file_failure(path: &Path, reason: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("{}: {reason}", path.display()), "Look at this path, then run the command again.")
}
