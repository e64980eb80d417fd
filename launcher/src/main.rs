//! `cargo run`: sets up JupyterLab with the Rust kernel and opens the series.

mod arguments;
mod author;
mod book;
mod closed_pipe;
mod diagnose;
mod environment;
mod evcxr;
mod kernelspec;
mod lab;
mod last_word;
mod lock;
mod my_notebooks;
mod python;
mod quick_series;
mod setup;
mod status;
mod venv;

use std::process::ExitCode;

use quick_cells::{Outcome, install};

use arguments::{Command, Notebooks};
use author::{check, edited, execute, length};
use environment::{Environment, Kernel};
use quick_series::SERIES;
use venv::Extent;

fn main() -> ExitCode {
    if let Some(outcome) = install::serve(&SERIES) {
        return report(outcome.inspect_err(kernelspec::say_in_the_notebook));
    }
    closed_pipe::end_quietly();
    let words = std::env::args_os().skip(1).collect();
    let (words, kernel) = arguments::kernel_chosen(words);
    report(arguments::parse(words).and_then(|command| run(command, kernel)))
}

fn run(command: Command, kernel: Kernel) -> Outcome<()> {
    match command {
        Command::Help => {
            print!("{}", arguments::HELP);
            Ok(())
        }
        Command::Status => {
            status::show(&Environment::find(kernel)?);
            Ok(())
        }
        Command::Lab { notebooks, arguments } => {
            let environment = Environment::find(kernel)?;
            let folder = match notebooks {
                Notebooks::Mine => my_notebooks::bring_up_to_date(&environment)?,
                Notebooks::Originals => environment.notebooks(),
            };
            setup::run_for_lab(&environment)?;
            lab::run(&environment, &folder, &arguments)
        }
        Command::Hub { arguments } => {
            let environment = Environment::find(kernel)?;
            let folder = my_notebooks::bring_up_to_date(&environment)?;
            lab::run_for_hub(&environment, &folder, &arguments)
        }
        Command::Fresh { notebook } => my_notebooks::start_over(&Environment::find(kernel)?, &notebook),
        Command::Setup { tests } => {
            let extent = if tests { Extent::Tests } else { Extent::Reader };
            setup::run(&Environment::find(kernel)?, extent)
        }
        Command::SetupBeside { jupyterlab } => {
            setup::beside_jupyterlab(&Environment::find(kernel)?, jupyterlab)
        }
        Command::Book { folder } => {
            let environment = Environment::find(kernel)?;
            setup::jupyterlab(&environment, Extent::Reader)?;
            book::make(&environment, folder.as_deref())
        }
        Command::Execute { notebooks } => {
            let environment = Environment::find(kernel)?;
            setup::run(&environment, Extent::Reader)?;
            execute::run(&environment, &notebooks)
        }
        Command::Check { notebooks } => {
            let environment = Environment::find(kernel)?;
            setup::run(&environment, Extent::Reader)?;
            check::run(&environment, &notebooks)
        }
        Command::Diagnose { file } => diagnose::run(&Environment::find(kernel)?, &file),
        Command::Length { notebooks } => length::run(&Environment::find(kernel)?, &notebooks),
        Command::Edited { notebook, edits } => {
            let environment = Environment::find(kernel)?;
            setup::run(&environment, Extent::Reader)?;
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
