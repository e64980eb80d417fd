//! Why a step could not be done, and what the user can do about it.

use std::fmt;
use std::io;

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
    /// Both sentences.
    pub fn new(problem: impl Into<String>, advice: impl Into<String>) -> Self {
        Failure { problem: problem.into(), advice: advice.into() }
    }

    /// The disk has no room left; `doing` completes "could not …".
    pub fn disk_full(doing: &str) -> Self {
        Failure::new(
            format!("The disk is full: could not {doing}."),
            "Free about 3 GB on the disks of this checkout, of cargo's folder and of the temporary folder. Then run the \
             same command again: it goes on from where it stopped.",
        )
    }

    /// A file operation that failed; `doing` completes "could not …".
    pub fn io(doing: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Failure::disk_full(doing),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Failure::new(
                format!("Could not {doing}: {error}."),
                "Give yourself the right to write there, or move the checkout to a folder of your own.",
            ),
            _ => Failure::new(
                format!("Could not {doing}: {error}."),
                "Run the same command again. If that does not help, delete .venv and run it once more.",
            ),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.problem, self.advice)
    }
}
