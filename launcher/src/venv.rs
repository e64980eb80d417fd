//! `.venv`: a Python of our own with JupyterLab at exact versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use quick_cells::process::answer;
use quick_cells::work::Work;
use quick_cells::{Failure, Outcome, files};

use crate::environment::Environment;
use crate::lock::LOCK;
use crate::python;

/// How much is to be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What a reader needs.
    Reader,
    /// And what the tests need beside it: a browser's remote control.
    Tests,
}

/// Of something that is not there.
pub const MISSING: &str = "not set up yet; `cargo run` does it";

/// What stays when `.venv` is made anew: our lock, and what has its own stamp.
const KEPT: [&str; 4] = [LOCK, "kernels", "evcxr", "evcxr-build"];

/// Makes or updates `.venv`. A stamp is written only after the last file of a part; without it the part is not trusted.
pub fn ensure(environment: &Environment, extent: Extent, work: &mut Work) -> Outcome<()> {
    let stamps = Stamps::of(environment);
    if !stamps.python_is_good(environment) {
        create(environment, &stamps, work)?;
    }
    let jupyter = environment.notebooks().join("requirements.txt");
    install(environment, &jupyter, &stamps.jupyter, "JupyterLab and what it needs, into .venv (pip)", work)?;
    let tests = environment.root.join("launcher").join("tests").join("requirements.txt");
    if extent == Extent::Tests || stamps.tests.exists() {
        install(environment, &tests, &stamps.tests, "What the tests need, into .venv (pip)", work)?;
    }
    Ok(())
}

/// Compiles the modules that pip has installed. Before JupyterLab is open there is no time for it (docs/waiting.md), and Python
/// compiles what it needs as it goes; but not where others use a folder that they may only read.
pub fn compile(environment: &Environment) {
    let stamps = Stamps::of(environment);
    let installed: Vec<u8> = [&stamps.jupyter, &stamps.tests]
        .iter()
        .flat_map(|stamp| fs::read(stamp).unwrap_or_default())
        .collect();
    if fs::read(&stamps.compiled).is_ok_and(|compiled| compiled == installed) {
        return;
    }
    let mut command = environment.python();
    command.args(["-m", "compileall", "-q"]).arg(environment.venv().join("lib"));
    // It ends with 1 where something was not written for this version; nothing uses that. Ended by a signal it has no status.
    if command.stdin(Stdio::null()).output().is_ok_and(|compiled| compiled.status.code().is_some()) {
        let _ = files::write(&stamps.compiled, &installed);
    }
}

/// What is there, in words.
pub fn states(environment: &Environment) -> [(&'static str, String); 2] {
    let stamps = Stamps::of(environment);
    if !stamps.python_is_good(environment) {
        // JupyterLab's programs name that Python by its place
        let state = match stamps.python.exists() {
            true => "was made at another place, or of another Python; `cargo run` makes it anew",
            false => MISSING,
        };
        return [("Python", state.to_owned()), ("JupyterLab", state.to_owned())];
    }
    let python = environment.program("python").display().to_string();
    let list = fs::read(environment.notebooks().join("requirements.txt")).unwrap_or_default();
    let jupyter = match fs::read(&stamps.jupyter) {
        Ok(installed) if installed == list => "as notebooks/requirements.txt lists".to_owned(),
        Ok(_) => {
            "of another list than notebooks/requirements.txt; `cargo run` brings it up to date".to_owned()
        }
        Err(_) => MISSING.to_owned(),
    };
    [("Python", python), ("JupyterLab", jupyter)]
}

/// What was finished, each with what it was made from.
struct Stamps {
    python: PathBuf,
    jupyter: PathBuf,
    tests: PathBuf,
    compiled: PathBuf,
}

impl Stamps {
    fn of(environment: &Environment) -> Stamps {
        let file = |name: &str| environment.venv().join(format!("{name}.stamp"));
        let [python, jupyter, tests, compiled] = ["python", "jupyter", "tests", "compiled"].map(file);
        Stamps { python, jupyter, tests, compiled }
    }

    /// Whether the Python in `.venv` is the one that was put there, at this place, and still starts.
    fn python_is_good(&self, environment: &Environment) -> bool {
        fs::read_to_string(&self.python).is_ok_and(|stamp| identity(environment) == Some(stamp))
    }
}

/// Place and version of the environment's Python; None if it does not start.
fn identity(environment: &Environment) -> Option<String> {
    let program = environment.program("python");
    let version = answer(&program, &["-I", "-c", "import sys, encodings; print(sys.version)"])?;
    Some(format!("{}\n{version}\n", program.display()))
}

fn create(environment: &Environment, stamps: &Stamps, work: &mut Work) -> Outcome<()> {
    let venv = environment.venv();
    let base = python::find()?;
    work.begin(&format!("A Python environment in .venv, made by {}", base.executable.display()), 0.0);
    let cleared = |e| Failure::io("clear .venv", &e);
    // Stamps first: from here on nothing in the folder counts.
    for stamp in [&stamps.python, &stamps.jupyter, &stamps.tests, &stamps.compiled] {
        files::remove_file(stamp).map_err(cleared)?;
    }
    for entry in fs::read_dir(&venv).map_err(cleared)? {
        let entry = entry.map_err(cleared)?;
        if !KEPT.iter().any(|name| entry.file_name() == *name) {
            let is_folder = entry.file_type().map_err(cleared)?.is_dir();
            let remove = if is_folder { files::remove_tree } else { files::remove_file };
            remove(&entry.path()).map_err(cleared)?;
        }
    }
    let mut command = std::process::Command::new(&base.executable);
    command.args(["-m", "venv"]).arg(&venv);
    work.run(command, "make a Python environment", &mut |_| None)?;
    let identity = identity(environment).ok_or_else(|| {
        Failure::new(
            format!("The environment that {} made in .venv does not start.", base.executable.display()),
            "Set PYTHON to another Python 3.10 or newer, then run the same command again.",
        )
    })?;
    files::write(&stamps.python, identity.as_bytes()).map_err(|e| Failure::io("write to .venv", &e))?;
    work.done();
    Ok(())
}

/// Installs a list of packages unless exactly this list was installed.
fn install(environment: &Environment, list: &Path, stamp: &Path, what: &str, work: &mut Work) -> Outcome<()> {
    let wanted = fs::read(list).map_err(|e| Failure::io(&format!("read {}", list.display()), &e))?;
    if fs::read(stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    work.begin(what, 0.0);
    let write = |e| Failure::io("write to .venv", &e);
    let interrupted = stamp.with_extension("unfinished");
    let mut command = environment.python();
    command.args([
        "-m",
        "pip",
        "install",
        "--no-input",
        "--disable-pip-version-check",
        "--no-warn-script-location",
        "--no-compile", // see `compile`
    ]);
    // pip can take a package that it was killed in for a whole one.
    if interrupted.exists() {
        command.arg("--force-reinstall");
    }
    files::remove_file(stamp).map_err(write)?;
    files::write(&interrupted, b"").map_err(write)?;
    command.arg("--requirement").arg(list);
    work.run(command, &format!("install {}", list.display()), &mut |_| None)?;
    files::write(stamp, &wanted).map_err(write)?;
    files::remove_file(&interrupted).map_err(write)?;
    work.done();
    Ok(())
}
