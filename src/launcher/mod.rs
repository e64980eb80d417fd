//! What `cargo run` does: set up the environment, then open, execute or check the notebooks.

pub mod check;
pub mod execute;

mod cell_source;
mod judge;
mod outputs;
mod run;

use std::fmt;
use std::path::{Path, PathBuf};

/// The outcome of a launcher step.
pub type Outcome<T> = Result<T, Failure>;

/// Why a step could not be done, and what the user can do about it.
#[derive(Debug)]
pub struct Failure {
    /// One sentence: what went wrong.
    pub problem: String,
    /// What to do now.
    pub advice: String,
}

impl Failure {
    pub fn new(problem: impl Into<String>, advice: impl Into<String>) -> Self {
        Failure { problem: problem.into(), advice: advice.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.problem, self.advice)
    }
}

/// The checkout and the Python environment inside it.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The folder that holds Cargo.toml.
    pub root: PathBuf,
}

impl Environment {
    /// The virtual environment with JupyterLab and the kernel.
    pub fn venv(&self) -> PathBuf {
        self.root.join(".venv")
    }

    /// A program of the virtual environment.
    pub fn program(&self, name: &str) -> PathBuf {
        if cfg!(windows) {
            self.venv().join("Scripts").join(name).with_extension("exe")
        } else {
            self.venv().join("bin").join(name)
        }
    }

    /// The virtual environment's Python.
    pub fn python(&self) -> std::process::Command {
        std::process::Command::new(self.program("python"))
    }

    /// The folder of the seven notebooks.
    pub fn notebooks(&self) -> PathBuf {
        self.root.join("notebooks")
    }
}

/// Whether a path stands for a notebook.
pub fn is_notebook(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "ipynb")
}
