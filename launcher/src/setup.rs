//! The set-up: each step does only what is missing, and is trusted only when it was finished.
//!
//! It has two halves. The first one is all that a reader needs to read: Python and JupyterLab, in seconds. The second one is the Rust kernel, in
//! minutes; JupyterLab can be open meanwhile, and a placeholder answers the cells. Each half has a lock, so that two set-ups go one after the other.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use quick_cells::build_folder::{BuildFolders, make_own};
use quick_cells::work::Work;
use quick_cells::{Failure, Outcome, install, process, std_sources, warm};

use crate::arguments::{BESIDE, PLAIN};
use crate::environment::Environment;
use crate::last_word::LastWord;
use crate::lock::locked;
use crate::quick_series::SERIES;
use crate::venv::{self, Extent};
use crate::{evcxr, kernelspec};

/// Sets up all that is missing or out of date, and returns when it is there.
pub fn run(environment: &Environment, extent: Extent) -> Outcome<()> {
    jupyterlab(environment, extent)?;
    kernel(environment)?;
    venv::compile(environment);
    Ok(())
}

/// Sets up what JupyterLab needs; what the kernel needs is set up in the background, if anything is missing.
pub fn run_for_lab(environment: &Environment) -> Outcome<()> {
    if !cfg!(unix) {
        return run(environment, Extent::Reader);
    }
    jupyterlab(environment, Extent::Reader)?;
    if let Some(evcxr) = what_is_ready(environment) {
        return kernelspec::tell_of_kernel(environment, &evcxr);
    }
    kernelspec::tell_of_placeholder(environment)?;
    start_beside_jupyterlab(environment)
}

/// The first half: enough where no cell is run.
pub fn jupyterlab(environment: &Environment, extent: Extent) -> Outcome<()> {
    make_own(&environment.venv()).map_err(|e| Failure::io("make the folder .venv", &e))?;
    // Holds the lock until the last file is written.
    let mut work = Work::new(locked(&environment.venv())?, &environment.venv());
    venv::ensure(environment, extent, &mut work)?;
    install::install(&environment.venv(), &SERIES)
        .map_err(|e| Failure::io("install the kernel `rust` into .venv", &e))?;
    kernelspec::write_settings(environment)
}

/// The second half.
fn kernel(environment: &Environment) -> Outcome<()> {
    let folders = BuildFolders::of(&environment.venv());
    let failed = |e| Failure::io("install the kernel `rust` into .venv", &e);
    make_own(folders.home()).map_err(failed)?;
    let lock = locked(folders.home())?;
    let mut work = Work::new(lock, folders.home());
    let done = kernel_of(environment, &folders, &mut work);
    if let Err(failure) = &done {
        work.fail(failure);
    }
    done
}

fn kernel_of(environment: &Environment, folders: &BuildFolders, work: &mut Work) -> Outcome<()> {
    let is_quick = environment.why_plain().is_none();
    let present = evcxr::find(environment);
    if present.is_none() {
        work.expect(evcxr::SECONDS);
    }
    let is_warm = present.is_some_and(|evcxr| warm::is_current(folders, &recipe(environment, &evcxr)));
    if is_quick && !is_warm {
        work.expect(warm::SECONDS);
    }
    let evcxr = evcxr::ensure(environment, work)?;
    // Of what is made below, evcxr as it is uses nothing.
    if is_quick {
        std_sources::ensure(folders, work)?;
        warm::ensure(folders, recipe(environment, &evcxr), work)?;
    }
    kernelspec::tell_of_kernel(environment, &evcxr)
}

/// The kernel's program, if nothing is to be set up for it.
fn what_is_ready(environment: &Environment) -> Option<PathBuf> {
    let evcxr = evcxr::find(environment)?;
    let folders = BuildFolders::of(&environment.venv());
    let is_ready = environment.why_plain().is_some()
        || (std_sources::is_current(&folders) && warm::is_current(&folders, &recipe(environment, &evcxr)));
    is_ready.then_some(evcxr)
}

/// What the warm build folder is made of.
pub fn recipe<'a>(environment: &'a Environment, evcxr: &'a Path) -> warm::Recipe<'a> {
    let mut python = environment.python();
    python.current_dir(environment.notebooks());
    let specification = kernelspec::of_kernel(environment, evcxr);
    warm::Recipe { configuration: &SERIES, root: &environment.root, evcxr, python, specification }
}

/// Starts the second half in a process of its own. This process becomes JupyterLab, and the other one ends with it.
fn start_beside_jupyterlab(environment: &Environment) -> Outcome<()> {
    let failed = |e| Failure::io("set up the Rust kernel beside JupyterLab", &e);
    let us = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(us);
    if environment.is_plain_asked_for() {
        command.arg(PLAIN);
    }
    command.args(["setup", BESIDE, &std::process::id().to_string()]).stdin(Stdio::null());
    command.spawn().map_err(failed)?;
    Ok(())
}

/// The placeholder says the same in the notebook. It holds after Ctrl-C too, which ends JupyterLab as well.
const ENDED: &str = "The set-up of the Rust kernel was ended before it was done. `cargo run -- setup`, in another terminal, goes on where it was; \
                     JupyterLab may stay open. So does the next `cargo run`.";

/// The second half, as long as JupyterLab lives, which has started this process.
pub fn beside_jupyterlab(environment: &Environment, jupyterlab: u32) -> Outcome<()> {
    let last_word = LastWord::leave(ENDED);
    process::end_with_parent(jupyterlab);
    let done = kernel(environment);
    last_word.take_back();
    done.map_err(|mut failure| {
        failure.advice +=
            "\nThat command is `cargo run -- setup`, in another terminal; JupyterLab may stay open.";
        failure
    })?;
    println!("\n✓ The Rust kernel is ready: cells run now.\n");
    venv::compile(environment);
    Ok(())
}
