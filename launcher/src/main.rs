//! `cargo run`: sets up JupyterLab with the Rust kernel and opens the series.

mod arguments;
mod author;
mod environment;
mod evcxr;
mod kernelspec;
mod lab;
mod python;
mod series;
mod setup;
mod status;
mod venv;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use quick_cells::build_folder::BuildFolders;
use quick_cells::{Failure, Outcome, keeper, kernel, tool_shim};

use arguments::{Command, Kernel};
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
    let (words, kernel) = arguments::kernel_chosen(words);
    report(arguments::parse(words).and_then(|command| run(command, kernel)))
}

fn run(command: Command, kernel: Kernel) -> Outcome<()> {
    match command {
        Command::Help => {
            print!("{}", arguments::HELP);
            Ok(())
        }
        Command::Kernel { evcxr, connection_file } => {
            let venv = own_venv()?;
            let folders = BuildFolders::of(&venv);
            kernel::run(&folders, &venv.with_file_name("Cargo.lock"), &evcxr, &connection_file)
        }
        Command::Keeper { folder, kernel } => keeper::run(&BuildFolders::of(&own_venv()?), &folder, &kernel),
        Command::Status => {
            status::show(&Environment::find(kernel)?);
            Ok(())
        }
        Command::Lab { arguments } => {
            let environment = Environment::find(kernel)?;
            setup::run(&environment, setup::Extent::Reader)?;
            lab::run(&environment, &arguments)
        }
        Command::Setup { tests } => {
            let extent = if tests { setup::Extent::Tests } else { setup::Extent::Reader };
            setup::run(&Environment::find(kernel)?, extent)
        }
        Command::Execute { notebooks } => {
            let environment = Environment::find(kernel)?;
            setup::run(&environment, setup::Extent::Reader)?;
            execute::run(&environment, &notebooks)
        }
        Command::Check { notebooks } => {
            let environment = Environment::find(kernel)?;
            setup::run(&environment, setup::Extent::Reader)?;
            check::run(&environment, &notebooks)
        }
        Command::Length { notebooks } => length::run(&Environment::find(kernel)?, &notebooks),
        Command::Edited { notebook, edits } => {
            let environment = Environment::find(kernel)?;
            setup::run(&environment, setup::Extent::Reader)?;
            edited::run(&environment, &notebook, &edits)
        }
    }
}

/// The environment that this program was installed into, as a kernel's.
fn own_venv() -> Outcome<PathBuf> {
    let us = std::env::current_exe().map_err(|e| Failure::io("find this program", &e))?;
    Ok(us.ancestors().nth(2).unwrap_or(Path::new("/")).to_owned())
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
