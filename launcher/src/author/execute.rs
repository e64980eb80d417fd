//! `cargo run -- execute [notebook…]`: runs notebooks from a clean kernel and stores their outputs.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use quick_cells::{Failure, Outcome};

use super::judge::{Against, problems};
use super::run::{Cells, file_failure, notebooks, run as run_notebook};
use super::store::store;
use crate::environment::Environment;

/// Runs and stores the notebooks named, or all. A notebook with a problem, or that was changed meanwhile, is left as it was.
pub fn run(environment: &Environment, named: &[PathBuf]) -> Outcome<()> {
    let mut left = 0;
    for notebook in notebooks(environment, named)? {
        let start = Instant::now();
        let failed = |error| file_failure(&notebook, &error);
        let before = fs::read(&notebook).map_err(failed)?;
        let run = run_notebook(environment, &notebook, Cells::Once)?;
        let problems = problems(&run, Against::Nothing);
        let seconds = start.elapsed().as_secs_f64();
        if problems.is_empty() && store(&notebook, &before, &run.executed_text).map_err(failed)? {
            println!("{}: stored ({seconds:.0} s)", run.notebook.display());
            continue;
        }
        left += 1;
        println!("{}: left as it was ({seconds:.0} s)", run.notebook.display());
        if problems.is_empty() {
            println!("  It was changed while it was run: what is in it now was not run.");
        }
        problems.iter().for_each(|problem| println!("{problem}"));
    }
    match left {
        0 => Ok(()),
        _ => Err(Failure::new(
            format!("{left} of the notebooks could not be stored."),
            "Mend what is named above, then run `cargo run -- execute` again.",
        )),
    }
}
