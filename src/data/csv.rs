//! Rows of numbers from a CSV file.

use super::dataset::Dataset;
use crate::error::{Error, Result};
use crate::text::{count, excerpt};
use ndarray::{Array2, Axis};
use std::borrow::Cow;
use std::fs;

impl Dataset {
    /// Reads examples from a file of comma-separated values (CSV): a line for each example, the last `n_outputs` columns are y.
    ///
    /// # Format
    ///
    /// - UTF-8, with or without a byte-order mark; lines end as on Linux, macOS or Windows. Blank lines are skipped.
    /// - Fields are separated by commas, and decimals are written with a point: `7.5`, `-2`, `1e-3`. Spaces around a field do
    ///   not matter, nor do double quotes; inside quotes a comma or a line break is text, and `""` is a quote.
    /// - The first line is a header, and is skipped, when none of its fields is a number. A first line that holds numbers and
    ///   something else is refused: it may be a damaged example.
    ///
    /// # Shapes
    ///
    /// x is examples × (columns − `n_outputs`), y is examples × `n_outputs`.
    ///
    /// # Errors
    ///
    /// [`Error::InFile`], with line and column as an editor counts them, for a field that is empty, no number, NaN or infinite;
    /// a line with more or fewer fields than the first; a single column; a quote that does not match; text that is not UTF-8.
    /// [`Error::File`] when the file cannot be read or holds no examples. [`Error::OutOfRange`] when `n_outputs` is 0, or leaves
    /// no column for x.
    ///
    /// # Examples
    ///
    /// From a file to a prediction in points:
    ///
    /// ```
    /// use demystified::{Dataset, Network, Scaler, Trainer, ndarray::array};
    ///
    /// let nights = Dataset::from_csv("notebooks/data/my-nights.csv", 1)?;   // hours asleep, hours studying, score
    /// assert_eq!((nights.x.dim(), nights.y.dim()), ((30, 2), (30, 1)));
    /// assert_eq!(nights.x.row(0).to_vec(), [5.0, 1.0]);
    /// assert_eq!(nights.y[[0, 0]], 57.0);
    ///
    /// let scaler = Scaler::fit(&nights, 100.0)?;
    /// let data = scaler.transform(&nights)?;
    /// let net = Network::random(&[2, 3, 1], 1)?.with_bias();
    /// let trained = Trainer::default().train(&net, &data, None)?.network;
    /// let points = scaler.inverse_transform_y(&trained.predict(&scaler.transform_x(&array![[7.0, 2.0]])?)?);
    /// assert!((points[[0, 0]] - 73.0).abs() < 3.0);   // 35 + 4 · 7 + 5 · 2, as notebooks/data/README.md says
    ///
    /// let error = Dataset::from_csv("notebooks/data/my-nights.csv", 3).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "n_outputs is 3; expected 1 to 2, as notebooks/data/my-nights.csv has 3 columns and x needs one"
    /// );
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn from_csv(path: &str, n_outputs: usize) -> Result<Dataset> {
        let bytes = fs::read(path).map_err(|error| Error::file(path, error))?;
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.valid_up_to();
                let reason =
                    format!("the byte 0x{:02X} is no UTF-8 text; expected a file saved as UTF-8", bytes[at]);
                return Err(Slip { at, reason }.in_file(path, bytes));
            }
        };
        let table = Table::read(text).map_err(|slip| slip.in_file(path, bytes))?;
        table.into_dataset(path, n_outputs)
    }
}

/// What reading gives, or the slip that stopped it.
type Read<T> = std::result::Result<T, Slip>;

/// The numbers of a file, row by row.
struct Table {
    numbers: Vec<f64>,
    n_columns: usize,
}

impl Table {
    fn read(text: &str) -> Read<Table> {
        let mut reader = Reader { text, at: 0 };
        let mut table = Table { numbers: Vec::new(), n_columns: 0 };
        let mut row = Vec::new();
        while reader.next_row(&mut row)? {
            if table.n_columns == 0 {
                table.n_columns = row.len();
                check_first(&row)?;
                if is_header(&row) {
                    continue;
                }
            } else if row.len() != table.n_columns {
                let at = row[table.n_columns.min(row.len() - 1)].at;
                let (found, expected) = (count(row.len(), "field"), table.n_columns);
                return Err(Slip {
                    at,
                    reason: format!("the line has {found}, but the first one has {expected}"),
                });
            }
            for field in &row {
                table.numbers.push(field.number()?);
            }
        }
        Ok(table)
    }

    fn into_dataset(self, path: &str, n_outputs: usize) -> Result<Dataset> {
        let n_columns = self.n_columns;
        if n_columns == 0 {
            return Err(Error::file(path, "the file is empty; expected lines of numbers"));
        }
        if !(1..n_columns).contains(&n_outputs) {
            return Err(Error::count_out_of_range(
                "n_outputs",
                n_outputs,
                format!("1 to {}, as {path} has {n_columns} columns and x needs one", n_columns - 1),
            ));
        }
        if self.numbers.is_empty() {
            return Err(Error::file(path, "there is only a header; expected lines of numbers below it"));
        }
        let n_rows = self.numbers.len() / n_columns;
        let table = Array2::from_shape_vec((n_rows, n_columns), self.numbers)
            .map_err(|error| Error::file(path, error))?;
        let (x, y) = table.view().split_at(Axis(1), n_columns - n_outputs);
        Dataset::new(x.to_owned(), y.to_owned())
    }
}

/// Whether the first row can be one of this format: several fields, and not numbers mixed with words.
fn check_first(row: &[Field]) -> Read<()> {
    if let [field] = row {
        let found = excerpt(&format!("{:?}", field.text));
        let reason = format!("the line is a single field, {found}; expected several, separated by commas");
        return Err(Slip { at: field.at, reason });
    }
    match row.iter().find(|field| !field.is_number() && !field.text.is_empty()) {
        Some(word) if !is_header(row) => {
            let reason = format!("{word} is not a number; expected numbers only, or a header without any");
            Err(Slip { at: word.at, reason })
        }
        _ => Ok(()),
    }
}

/// Whether a first row names the columns: there are words, and no numbers. A column without a name is no obstacle.
fn is_header(row: &[Field]) -> bool {
    row.iter().any(|field| !field.text.is_empty()) && !row.iter().any(Field::is_number)
}

/// What a field says, without its quotes and the spaces around it, and the byte at which it begins.
struct Field<'a> {
    text: Cow<'a, str>,
    at: usize,
}

impl Field<'_> {
    fn is_number(&self) -> bool {
        self.text.parse::<f64>().is_ok()
    }

    fn number(&self) -> Read<f64> {
        let reason = match self.text.parse::<f64>() {
            Ok(number) if number.is_finite() => return Ok(number),
            Ok(_) => format!("{self} is not a finite number"),
            Err(_) if self.text.is_empty() => "the field is empty; expected a number".to_string(),
            Err(_) => format!("{self} is not a number"),
        };
        Err(Slip { at: self.at, reason })
    }
}

impl std::fmt::Display for Field<'_> {
    /// In quotes, on one line, and not too long.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", excerpt(&self.text))
    }
}

/// Cuts a text into rows of fields.
struct Reader<'a> {
    text: &'a str,
    /// The byte to be read next.
    at: usize,
}

impl<'a> Reader<'a> {
    /// Puts the fields of the next row that is not blank into `row`; false at the end of the text.
    fn next_row(&mut self, row: &mut Vec<Field<'a>>) -> Read<bool> {
        while self.at < self.text.len() {
            row.clear();
            loop {
                row.push(self.next_field()?);
                // what ends a field is a comma, the end of the line, or that of the text; CR LF leaves a blank line behind
                let end = self.rest().bytes().next();
                self.at += usize::from(end.is_some());
                if end != Some(b',') {
                    break;
                }
            }
            if row.len() > 1 || !row[0].text.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The next field, up to what ends it.
    fn next_field(&mut self) -> Read<Field<'a>> {
        self.skip_blanks();
        let at = self.at;
        let rest = self.rest();
        let text = if rest.starts_with('"') {
            self.quoted_text()?
        } else {
            let length = rest.bytes().position(ends_field).unwrap_or(rest.len());
            self.at += length;
            Cow::Borrowed(rest[..length].trim())
        };
        Ok(Field { text, at })
    }

    /// The text between double quotes, in which two quotes stand for one.
    fn quoted_text(&mut self) -> Read<Cow<'a, str>> {
        let (start, rest) = (self.at, self.rest());
        let mut end = 1;
        loop {
            let Some(distance) = rest[end..].find('"') else {
                return Err(Slip { at: start, reason: "the quote that begins here is never closed".into() });
            };
            end += distance;
            if !rest[end + 1..].starts_with('"') {
                break;
            }
            end += 2;
        }
        self.at += end + 1;
        self.skip_blanks();
        if self.rest().bytes().next().is_some_and(|byte| !ends_field(byte)) {
            return Err(Slip {
                at: self.at,
                reason: "there is text after a closing quote; expected a comma".into(),
            });
        }
        let text = rest[1..end].trim();
        Ok(if text.contains('"') { text.replace("\"\"", "\"").into() } else { text.into() })
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
}

fn ends_field(byte: u8) -> bool {
    matches!(byte, b',' | b'\n' | b'\r')
}

/// Something that makes no sense, and the byte at which it begins.
struct Slip {
    at: usize,
    reason: String,
}

impl Slip {
    /// The place is worked out here, once, so that reading need not count lines.
    fn in_file(self, path: &str, bytes: &[u8]) -> Error {
        let before = String::from_utf8_lossy(&bytes[..self.at]).replace("\r\n", "\n").replace('\r', "\n");
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        Error::in_file(path, (line, column), self.reason)
    }
}
