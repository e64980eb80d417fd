//! The one error type of the crate.

use crate::text::{count, exact};
use std::fmt;

/// What this crate's functions return when they can fail.
///
/// `Result<f64>` is a number or this crate's [`Error`]; with a second type it is the standard library's `Result`, so that both
/// can be written after `use demystified::*`.
///
/// # Examples
///
/// ```
/// use demystified::*;
///
/// fn cost() -> Result<f64> {
///     let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
///     Network::random(&[2, 3, 1], 1)?.cost(&data.x, &data.y)
/// }
/// fn half(text: &str) -> Result<f64, String> {
///     text.parse().map(|x: f64| x / 2.0).map_err(|_| format!("{text} is not a number"))
/// }
/// assert!(cost()? > 0.0);
/// assert_eq!(half("5"), Ok(2.5));
/// assert_eq!(half("five"), Err("five is not a number".to_string()));
/// # Ok::<(), demystified::Error>(())
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

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
    #[error("{name} holds {} {}; expected finite numbers only", exact(*.value), place(.index))]
    NotFinite {
        /// The argument.
        name: String,
        /// Where it stands, counted from 0: row and column, or the place in a list.
        index: Vec<usize>,
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
    /// A number outside the range that makes sense.
    #[error("{name} is {value}; expected {expected}")]
    OutOfRange {
        /// The argument.
        name: String,
        /// The value that came, as text.
        value: String,
        /// The range that was expected.
        expected: String,
    },
    /// Something that is no single number, or that no range describes, and that cannot be used here: a list, a choice, a combination.
    #[error("{name} is {value}; expected {expected}")]
    Unsuitable {
        /// The argument.
        name: String,
        /// What came, as text.
        value: String,
        /// What would do.
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

/// How the crate makes its errors.
impl Error {
    pub(crate) fn empty(name: impl Into<String>, expected: impl Into<String>) -> Error {
        Error::Empty { name: name.into(), expected: expected.into() }
    }

    /// Two counts with their units, in the singular: `(3, "column")`.
    pub(crate) fn mismatch(
        name: impl Into<String>,
        (found, found_unit): (usize, &'static str),
        other: impl Into<String>,
        (expected, expected_unit): (usize, &'static str),
    ) -> Error {
        Error::Mismatch { name: name.into(), found, found_unit, other: other.into(), expected, expected_unit }
    }

    /// `index` is a row and a column, or a place in a list.
    pub(crate) fn not_finite(name: impl Into<String>, index: &[usize], value: f64) -> Error {
        Error::NotFinite { name: name.into(), index: index.to_vec(), value }
    }

    pub(crate) fn column(
        name: impl Into<String>,
        column: usize,
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) -> Error {
        Error::Column { name: name.into(), column, problem: problem.into(), expected: expected.into() }
    }

    pub(crate) fn out_of_range(name: impl Into<String>, value: f64, expected: impl Into<String>) -> Error {
        Error::OutOfRange { name: name.into(), value: exact(value), expected: expected.into() }
    }

    pub(crate) fn count_out_of_range(
        name: impl Into<String>,
        count: usize,
        expected: impl Into<String>,
    ) -> Error {
        Error::OutOfRange { name: name.into(), value: count.to_string(), expected: expected.into() }
    }

    pub(crate) fn unsuitable(
        name: impl Into<String>,
        value: impl Into<String>,
        expected: impl Into<String>,
    ) -> Error {
        Error::Unsuitable { name: name.into(), value: value.into(), expected: expected.into() }
    }

    pub(crate) fn draw(reason: impl fmt::Display) -> Error {
        Error::Draw { reason: reason.to_string() }
    }

    pub(crate) fn file(path: &str, reason: impl fmt::Display) -> Error {
        Error::File { path: path.to_string(), reason: reason.to_string() }
    }

    pub(crate) fn pasted(reason: impl Into<String>) -> Error {
        Error::Pasted { reason: reason.into() }
    }

    pub(crate) fn in_file(path: &str, (line, column): (usize, usize), reason: impl Into<String>) -> Error {
        Error::InFile { path: path.to_string(), line, column, reason: reason.into() }
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
            Error::Empty { name, .. }
            | Error::NotFinite { name, .. }
            | Error::Column { name, .. }
            | Error::OutOfRange { name, .. }
            | Error::Unsuitable { name, .. } => theirs(name),
            Error::Draw { .. } | Error::File { .. } | Error::Pasted { .. } | Error::InFile { .. } => {}
        }
        self
    }
}

/// "in row 4, column 0", or "at index 4" of a list.
fn place(index: &[usize]) -> String {
    match index {
        [row, column] => format!("in row {row}, column {column}"),
        _ => format!("at index {index:?}").replace(['[', ']'], ""),
    }
}

/// `Debug` prints the message too: the notebook kernel shows a failed `?` with `{:?}`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
