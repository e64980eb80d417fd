//! `cargo run`: sets up JupyterLab with the Rust kernel and opens the series.

mod arguments;
mod author;
mod diagnose;
mod environment;
mod evcxr;
mod kernelspec;
mod lab;
mod python;
mod series;
mod setup;
mod venv;

use std::process::ExitCode;

use quick_cells::{Outcome, keeper, kernel, tool_shim};

use arguments::Command;
use author::{check, edited, execute, length};
use environment::Environment;
use series::SERIES;

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    let words: Vec<_> = words.collect();
    if let Some(tool) = tool_shim::tool_named_by(&program) {
        return report(tool_shim::run(&SERIES, tool, program.as_ref(), &words));
    }
    report(arguments::parse(words).and_then(run))
}

fn run(command: Command) -> Outcome<()> {
    match command {
        Command::Help => {
            print!("{}", arguments::HELP);
            Ok(())
        }
        Command::Kernel { evcxr, connection_file } => kernel::run(&evcxr, &connection_file),
        Command::Keeper { folder, kernel } => keeper::run(&folder, &kernel),
        Command::Lab { arguments } => {
            let environment = Environment::find()?;
            setup::run(&environment, setup::Extent::Reader)?;
            lab::run(&environment, &arguments)
        }
        Command::Setup { tests } => {
            let extent = if tests { setup::Extent::Tests } else { setup::Extent::Reader };
            setup::run(&Environment::find()?, extent)
        }
        Command::Execute { notebooks } => {
            let environment = Environment::find()?;
            setup::run(&environment, setup::Extent::Reader)?;
            execute::run(&environment, &notebooks)
        }
        Command::Check { notebooks } => {
            let environment = Environment::find()?;
            setup::run(&environment, setup::Extent::Reader)?;
            check::run(&environment, &notebooks)
        }
        Command::Diagnose { file } => diagnose::run(&Environment::find()?, &file),
        Command::Length { notebooks } => length::run(&Environment::find()?, &notebooks),
        Command::Edited { notebook, edits } => {
            let environment = Environment::find()?;
            setup::run(&environment, setup::Extent::Reader)?;
            edited::run(&environment, &notebook, &edits)
        }
    }
}

/// Says what failed, and turns it into the program's answer.
fn report(outcome: Outcome<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}
