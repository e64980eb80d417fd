//! `cargo run`: sets up JupyterLab with the Rust kernel and opens the series.

mod launcher;

use std::process::ExitCode;

use launcher::arguments::{self, Command};
use launcher::{Environment, Outcome, check, edited, execute, keeper, kernel, lab, setup, tool_shim};

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    let words: Vec<_> = words.collect();
    if let Some(tool) = tool_shim::tool_named_by(&program) {
        return launcher::report(tool_shim::run(tool, program.as_ref(), &words));
    }
    launcher::report(arguments::parse(words).and_then(run))
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
        Command::Edited { notebook, edits } => {
            let environment = Environment::find()?;
            setup::run(&environment, setup::Extent::Reader)?;
            edited::run(&environment, &notebook, &edits)
        }
    }
}
