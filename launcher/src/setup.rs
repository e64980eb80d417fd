//! The set-up: each step does only what is missing, and is trusted only when it was finished.

use std::fs::{File, TryLockError};
use std::path::Path;

use quick_cells::build_folder::{BuildFolders, make_private};
use quick_cells::{Failure, Outcome, std_sources, warm};

use crate::environment::Environment;
use crate::series::SERIES;
use crate::{evcxr, kernelspec, venv};

/// How much is to be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What a reader needs.
    Reader,
    /// And what the tests need beside it: a browser's remote control.
    Tests,
}

/// Makes `.venv`, the kernel and its warm build folder, as far as they are missing or out of date.
pub fn run(environment: &Environment, extent: Extent) -> Outcome<()> {
    let lock = lock(environment)?;
    venv::ensure(environment, extent, &lock)?;
    let evcxr = evcxr::ensure(environment, &lock)?;
    kernelspec::ensure(environment, &evcxr)?;
    if environment.why_plain().is_some() {
        // What is made below would not be used.
        return Ok(());
    }
    let folders = BuildFolders::of(&environment.venv());
    std_sources::ensure(&folders, &lock)?;
    warm::ensure(&folders, recipe(environment, &evcxr), &lock)
}

/// Makes `.venv` with JupyterLab alone: enough where no cell is run.
pub fn jupyter(environment: &Environment) -> Outcome<()> {
    let lock = lock(environment)?;
    venv::ensure(environment, Extent::Reader, &lock)
}

/// What the warm build folder is made of.
pub fn recipe<'a>(environment: &'a Environment, evcxr: &'a Path) -> warm::Recipe<'a> {
    let mut python = environment.python();
    python.current_dir(environment.notebooks());
    warm::Recipe { configuration: &SERIES, root: &environment.root, evcxr, python, kernel: "rust" }
}

/// Two set-ups of one checkout go one after the other.
fn lock(environment: &Environment) -> Outcome<File> {
    let doing = "lock the set-up";
    make_private(&environment.venv()).map_err(|e| Failure::io("make the folder .venv", &e))?;
    let lock = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(environment.venv().join("setup.lock"))
        .map_err(|e| Failure::io(doing, &e))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("Another set-up of this checkout is at work; waiting for it to end …");
            lock.lock().map_err(|e| Failure::io(doing, &e))?;
        }
        Err(TryLockError::Error(e)) => return Err(Failure::io(doing, &e)),
    }
    Ok(lock)
}
