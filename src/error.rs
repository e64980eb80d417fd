//! The one error type of the crate.

use crate::text::count;
use std::fmt;

/// What this crate's functions return when they can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong: which argument, what was expected, and what came.
///
/// Every message is one line that a reader of a notebook can act on.
///
/// # Examples
///
/// ```
/// use demystified::{Network, ndarray::array};
///
/// let net = Network::random(&[2, 3, 1], 0)?;
/// let error = net.forward(&array![[3.0, 5.0, 1.0]]).unwrap_err();
/// assert_eq!(error.to_string(), "x has 3 columns, but the network has 2 inputs");
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An array or a list without a single element, where at least one is needed.
    #[error("{name} is empty; expected {expected}")]
    Empty {
        /// The argument.
        name: String,
        /// What it should hold.
        expected: String,
    },
    /// Two sizes that must agree and do not.
    #[error("{name} has {}, but {other} has {}", count(*.found, .found_unit), count(*.expected, .expected_unit))]
    Mismatch {
        /// The argument.
        name: String,
        /// How many of `found_unit` it has.
        found: usize,
        /// What is counted in the argument, in the singular: `column`.
        found_unit: &'static str,
        /// What the argument must agree with.
        other: String,
        /// How many of `expected_unit` that has.
        expected: usize,
        /// What is counted there, in the singular: `input`.
        expected_unit: &'static str,
    },
    /// A NaN or an infinity in an array.
    #[error("{name} holds {value} in row {row}, column {column}; expected finite numbers only")]
    NotFinite {
        /// The argument.
        name: String,
        /// The row, counted from 0.
        row: usize,
        /// The column, counted from 0.
        column: usize,
        /// What stands there.
        value: f64,
    },
    /// A column of data that cannot be scaled or tells the examples apart by nothing.
    #[error("column {column} of {name} {problem}; expected {expected}")]
    Column {
        /// The argument.
        name: String,
        /// The column, counted from 0.
        column: usize,
        /// What is the matter with it.
        problem: String,
        /// What it should look like.
        expected: String,
    },
    /// A single value outside the range that makes sense.
    #[error("{name} is {value}; expected {expected}")]
    OutOfRange {
        /// The argument.
        name: String,
        /// The value that came, as text.
        value: String,
        /// The range that was expected.
        expected: String,
    },
    /// A figure that could not be drawn or stored.
    #[error("the figure could not be drawn: {reason}")]
    Draw {
        /// What the drawing library said.
        reason: String,
    },
    /// A file that could not be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The file's path.
        path: String,
        /// What the system said, or what is the matter with the whole file.
        reason: String,
    },
    /// A pasted text that is no table of numbers, or not surely one.
    #[error("the pasted text cannot be read: {reason}")]
    Pasted {
        /// What is the matter with it.
        reason: String,
    },
    /// Something in a file that makes no sense there.
    #[error("{path}, line {line}, column {column}: {reason}")]
    InFile {
        /// The file's path.
        path: String,
        /// The line, counted from 1 as in an editor.
        line: usize,
        /// The character in that line, counted from 1 as in an editor.
        column: usize,
        /// What is the matter there.
        reason: String,
    },
}

impl Error {
    pub(crate) fn file(path: &str, reason: impl fmt::Display) -> Error {
        Error::File { path: path.to_string(), reason: reason.to_string() }
    }

    /// The same error about somebody's argument: "x has …" becomes "the test data's x has …".
    pub(crate) fn of(mut self, owner: &str) -> Error {
        let theirs = |name: &mut String| *name = format!("{owner} {name}");
        match &mut self {
            Error::Mismatch { name, other, .. } => {
                theirs(name);
                if other == "x" {
                    theirs(other);
                }
            }
            Error::Empty { name, .. } | Error::NotFinite { name, .. } => theirs(name),
            _ => {}
        }
        self
    }
}

/// `Debug` prints the message too: the notebook kernel shows a failed `?` with `{:?}`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
