//! `cargo run -- check [notebook…]`: runs notebooks, every cell twice, and changes nothing.

use std::path::PathBuf;
use std::time::Instant;

use quick_cells::{Failure, Outcome};

use super::judge::{Against, problems};
use super::run::{Cells, notebooks, run as run_notebook};
use crate::environment::Environment;

/// Applies all rules to the notebooks named, or to all.
pub fn run(environment: &Environment, named: &[PathBuf]) -> Outcome<()> {
    let mut failed = 0;
    for notebook in notebooks(environment, named)? {
        let start = Instant::now();
        let run = run_notebook(environment, &notebook, Cells::Twice)?;
        let problems = problems(&run, Against::StoredAndSecondRun);
        let verdict = match problems.len() {
            0 => "ok".to_string(),
            1 => "1 problem".to_string(),
            n => format!("{n} problems"),
        };
        println!("{}: {verdict} ({:.0} s)", run.notebook.display(), start.elapsed().as_secs_f64());
        problems.iter().for_each(|problem| println!("{problem}"));
        failed += usize::from(!problems.is_empty());
    }
    match failed {
        0 => Ok(()),
        _ => Err(Failure::new(
            format!("{failed} of the notebooks failed the check."),
            "Mend the cells above; where only stored outputs differ, `cargo run -- execute` stores the new ones.",
        )),
    }
}
