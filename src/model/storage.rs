//! Networks and scalers in files: JSON, exact to the last bit.
//!
//! ```json
//! {
//!   "format": "demystified network",
//!   "version": 1,
//!   "layer_sizes": [2, 3, 1],
//!   "hidden_activation": "sigmoid",
//!   "output_activation": "sigmoid",
//!   "cost": {"name": "mean_squares", "lambda": 0.0001},
//!   "weights": [
//!     [
//!       [0.5, -1.25, 2.0],
//!       …
//! ```

use super::activation::Activation;
use super::cost::Cost;
use super::network::Network;
use crate::data::Scaler;
use crate::error::{Error, Result};
use crate::text::{count, excerpt};
use ndarray::{Array1, Array2};
use serde_json::{Map, Value};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

/// The version that is written, and the newest one that can be read.
const VERSION: u64 = 1;

const NETWORK: &str = "demystified network";
const NETWORK_FIELDS: [&str; 6] =
    ["layer_sizes", "hidden_activation", "output_activation", "cost", "weights", "biases"];

const SCALER: &str = "demystified scaler";
const SCALER_FIELDS: [&str; 2] = ["x_max", "y_max"];

impl Network {
    /// Writes the whole network to a file: layers, activations, cost, weights and biases, to be read by [`Network::load`].
    ///
    /// The file is JSON, readable by a person and by any language, and each number is written with the digits that give the
    /// same number again, to the last bit. It appears under its name only when it is complete: what was there before stays if
    /// something goes wrong.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when the file cannot be written; [`Error::OutOfRange`] when the cost's λ is negative, NaN or infinite.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Activation, Cost, Network};
    ///
    /// # let folder = std::env::temp_dir();
    /// # let path = folder.join(format!("demystified-network-{}.json", std::process::id()));
    /// # let path = path.to_str().expect("a path in Unicode");
    /// let net = Network::random(&[2, 3, 1], 1)?
    ///     .with_bias()
    ///     .with_activations(Activation::Tanh, Activation::Sigmoid)
    ///     .with_cost(Cost::mean_squares(1e-4)?);
    /// net.save(path)?;
    /// assert_eq!(Network::load(path)?, net);
    /// # std::fs::remove_file(path).expect("the file is there");
    ///
    /// let error = Network::load("no/such/network.json").unwrap_err();
    /// assert!(error.to_string().starts_with("no/such/network.json: "));
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn save(&self, path: &str) -> Result<()> {
        self.cost.check_lambda()?;
        let rows = |w: &Array2<f64>| block(w.rows().into_iter().map(|row| list(row.iter())).collect(), 2);
        let biases: Vec<String> = self.biases.iter().map(|b| list(b.iter())).collect();
        let values = [
            list(self.layer_sizes().iter()),
            text(self.hidden_activation.name()),
            text(self.output_activation.name()),
            cost_document(self.cost),
            block(self.weights.iter().map(rows).collect(), 1),
            block(biases, 1),
        ];
        write_whole(path, &document(NETWORK, &NETWORK_FIELDS, &values))
    }

    /// Reads a network that [`Network::save`] has written: the same one, to the last bit.
    ///
    /// Every field must be there and no other: a misspelt one is an error, and not silently left out.
    ///
    /// # Errors
    ///
    /// [`Error::InFile`] when the file is not JSON, or a number in it is too large. [`Error::File`] when it cannot be read, is
    /// not a network, comes from a newer version, or is damaged: a field missing, unknown or of the wrong kind, an unknown
    /// activation or cost, or numbers that do not fit `layer_sizes`.
    pub fn load(path: &str) -> Result<Network> {
        let fields = read_document(path, NETWORK, &NETWORK_FIELDS)?;
        network_from(&fields).map_err(|reason| Error::file(path, reason))
    }
}

impl Scaler {
    /// Writes the scaler to a file, in the same way as [`Network::save`]: a network that is to be used later needs it too.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when the file cannot be written; [`Error::OutOfRange`] when a maximum is not a finite number above 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Scaler, sleep_study};
    ///
    /// # let folder = std::env::temp_dir();
    /// # let path = folder.join(format!("demystified-scaler-{}.json", std::process::id()));
    /// # let path = path.to_str().expect("a path in Unicode");
    /// Scaler::fit(&sleep_study(), 100.0)?.save(path)?;
    /// assert_eq!(Scaler::load(path)?.x_max.to_vec(), [10.0, 5.0]);
    /// # std::fs::remove_file(path).expect("the file is there");
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn save(&self, path: &str) -> Result<()> {
        check_maxima(self)?;
        let values = [list(self.x_max.iter()), number(self.y_max)];
        write_whole(path, &document(SCALER, &SCALER_FIELDS, &values))
    }

    /// Reads a scaler that [`Scaler::save`] has written.
    ///
    /// # Errors
    ///
    /// As [`Network::load`].
    pub fn load(path: &str) -> Result<Scaler> {
        let fields = read_document(path, SCALER, &SCALER_FIELDS)?;
        scaler_from(&fields).map_err(|reason| Error::file(path, reason))
    }
}

/// What is the matter with a document, in words; the path is added where it is known.
type Checked<T> = std::result::Result<T, String>;

// Writing

fn document(format: &str, names: &[&str], values: &[String]) -> String {
    let mut document = format!("{{\n  \"format\": {},\n  \"version\": {VERSION}", text(format));
    for (name, value) in names.iter().zip(values) {
        document += &format!(",\n  \"{name}\": {value}");
    }
    document + "\n}\n"
}

fn cost_document(cost: Cost) -> String {
    match cost {
        Cost::SumOfSquares => r#"{"name": "sum_of_squares"}"#.to_string(),
        Cost::MeanSquares { lambda } => {
            format!(r#"{{"name": "mean_squares", "lambda": {}}}"#, number(lambda))
        }
        Cost::CrossEntropy { lambda } => {
            format!(r#"{{"name": "cross_entropy", "lambda": {}}}"#, number(lambda))
        }
    }
}

fn text(value: &str) -> String {
    Value::from(value).to_string()
}

/// The shortest digits that give the same number again.
fn number(value: f64) -> String {
    Value::from(value).to_string()
}

/// Values on one line.
fn list<'a, T: Copy + Into<Value> + 'a>(values: impl Iterator<Item = &'a T>) -> String {
    let values: Vec<String> = values.map(|&value| value.into().to_string()).collect();
    format!("[{}]", values.join(", "))
}

/// Values on a line each, inside something that is indented by `depth` levels.
fn block(values: Vec<String>, depth: usize) -> String {
    if values.is_empty() {
        return "[]".to_string();
    }
    let indent = "  ".repeat(depth);
    format!("[\n{indent}  {}\n{indent}]", values.join(&format!(",\n{indent}  ")))
}

/// Writes a file beside the one that is meant, and renames it when it is complete.
fn write_whole(path: &str, text: &str) -> Result<()> {
    let failed = |reason: String| Error::file(path, reason);
    // where a link leads, so that the link itself stays; a new file has no such path yet
    let target = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
    if target.exists() && !target.is_file() {
        return Err(failed("there is something else of that name; expected a file, or nothing".into()));
    }
    let Some(name) = target.file_name() else {
        return Err(failed("this does not end in the name of a file".into()));
    };
    let (mut file, draft) =
        create_draft(&target, &name.to_string_lossy()).map_err(|error| failed(error.to_string()))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    drop(file);
    written.and_then(|()| fs::rename(&draft, &target)).map_err(|error| {
        // the first error is the one to report
        let _ = fs::remove_file(&draft);
        failed(error.to_string())
    })
}

/// A new file beside `target`, under a name that nobody else has.
fn create_draft(target: &std::path::Path, name: &str) -> io::Result<(File, PathBuf)> {
    let mut n = 0;
    loop {
        let draft = target.with_file_name(format!(".{name}.{n}.tmp"));
        match File::create_new(&draft) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => n += 1,
            created => return created.map(|file| (file, draft)),
        }
    }
}

// Reading

/// The fields of a document of this format: all of `names`, and nothing else.
fn read_document(path: &str, format: &str, names: &[&str]) -> Result<Map<String, Value>> {
    let bytes = fs::read(path).map_err(|error| Error::file(path, error))?;
    if bytes.trim_ascii().is_empty() {
        return Err(Error::file(path, "the file is empty"));
    }
    let document = serde_json::from_slice(&bytes).map_err(|error| not_json(path, &error))?;
    fields_of(document, format, names).map_err(|reason| Error::file(path, reason))
}

fn not_json(path: &str, error: &serde_json::Error) -> Error {
    let message = error.to_string();
    // the message repeats the place
    let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
    // an error at a line's very end has column 0 of the next
    let column = error.column().max(1);
    Error::in_file(path, (error.line(), column), format!("not JSON: {reason}"))
}

fn fields_of(document: Value, format: &str, names: &[&str]) -> Checked<Map<String, Value>> {
    let Value::Object(mut fields) = document else {
        return Err(format!("the file holds {}; expected {{\"format\": \"{format}\", …}}", shown(&document)));
    };
    let found = fields.remove("format").ok_or("format is missing")?;
    if found != format {
        return Err(format!("format is {}; expected \"{format}\"", shown(&found)));
    }
    let version = fields.remove("version").ok_or("version is missing")?;
    match version.as_u64() {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => {
            return Err(format!(
                "version is {newer}; this program reads {VERSION}, so a newer one is needed"
            ));
        }
        _ => return Err(format!("version is {}; expected {VERSION}", shown(&version))),
    }
    check_names(&fields, names)?;
    Ok(fields)
}

fn check_names(fields: &Map<String, Value>, names: &[&str]) -> Checked<()> {
    if let Some(missing) = names.iter().find(|name| !fields.contains_key(**name)) {
        return Err(format!("{missing} is missing"));
    }
    match fields.keys().find(|name| !names.contains(&name.as_str())) {
        Some(unknown) => {
            Err(format!("{} is unknown; expected {}", shown(&unknown.as_str().into()), names.join(", ")))
        }
        None => Ok(()),
    }
}

fn network_from(fields: &Map<String, Value>) -> Checked<Network> {
    let sizes = layer_sizes_from(&fields["layer_sizes"])?;
    let n = sizes.len() - 1;
    let weights = items(&fields["weights"], "weights", n, "list")?;
    let weights =
        weights.iter().enumerate().map(|(i, w)| matrix(w, &format!("w{}", i + 1), sizes[i], sizes[i + 1]));
    let weights: Vec<Array2<f64>> = weights.collect::<Checked<_>>()?;
    let biases = match &fields["biases"] {
        Value::Array(none) if none.is_empty() => &[],
        some => items(some, "biases", n, "list")?,
    };
    let biases = biases.iter().enumerate().map(|(i, b)| n_numbers(b, &format!("b{}", i + 1), sizes[i + 1]));
    let biases: Vec<Array1<f64>> = biases.map(|b| b.map(Array1::from)).collect::<Checked<_>>()?;
    Ok(Network {
        weights,
        biases,
        hidden_activation: activation_from(&fields["hidden_activation"], "hidden_activation")?,
        output_activation: activation_from(&fields["output_activation"], "output_activation")?,
        cost: cost_from(&fields["cost"])?,
    })
}

fn layer_sizes_from(value: &Value) -> Checked<Vec<usize>> {
    let size = |v: &Value| v.as_u64().and_then(|n| usize::try_from(n).ok()).filter(|&n| n > 0);
    let sizes: Option<Vec<usize>> = value.as_array().and_then(|list| list.iter().map(size).collect());
    sizes.filter(|sizes| sizes.len() >= 2).ok_or_else(|| {
        format!("layer_sizes is {}; expected at least 2 whole numbers, all above 0", shown(value))
    })
}

fn activation_from(value: &Value, name: &str) -> Checked<Activation> {
    let all = Activation::ALL;
    all.into_iter().find(|activation| value == activation.name()).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(Activation::name).collect();
        format!("{name} is {}; expected one of {}", shown(value), known.join(", "))
    })
}

fn cost_from(value: &Value) -> Checked<Cost> {
    let expected = || {
        let names = "sum_of_squares, mean_squares or cross_entropy";
        format!("cost is {}; expected {{\"name\": …}} with {names}", shown(value))
    };
    let fields = value.as_object().ok_or_else(expected)?;
    let lambda = || {
        check_names(fields, &["name", "lambda"]).map_err(|reason| format!("cost: {reason}"))?;
        fields["lambda"]
            .as_f64()
            .ok_or_else(|| format!("lambda is {}; expected a number", shown(&fields["lambda"])))
    };
    let cost = match fields.get("name").and_then(Value::as_str) {
        Some("sum_of_squares") => {
            check_names(fields, &["name"]).map_err(|reason| format!("cost: {reason}"))?;
            Cost::SumOfSquares
        }
        Some("mean_squares") => Cost::MeanSquares { lambda: lambda()? },
        Some("cross_entropy") => Cost::CrossEntropy { lambda: lambda()? },
        _ => return Err(expected()),
    };
    cost.check_lambda().map_err(|error| error.to_string())?;
    Ok(cost)
}

fn scaler_from(fields: &Map<String, Value>) -> Checked<Scaler> {
    let y_max = fields["y_max"].as_f64();
    let y_max = y_max.ok_or_else(|| format!("y_max is {}; expected a number", shown(&fields["y_max"])))?;
    let scaler = Scaler { x_max: numbers(&fields["x_max"], "x_max")?.into(), y_max };
    check_maxima(&scaler).map_err(|error| error.to_string())?;
    Ok(scaler)
}

/// What [`Scaler::fit`] makes sure of; the fields are public.
fn check_maxima(scaler: &Scaler) -> Result<()> {
    if scaler.x_max.is_empty() {
        return Err(Error::empty("x_max", "a number for each input"));
    }
    let x_max = scaler.x_max.iter().enumerate().map(|(i, &max)| (format!("x_max[{i}]"), max));
    for (name, max) in x_max.chain([("y_max".to_string(), scaler.y_max)]) {
        if !(max.is_finite() && max > 0.0) {
            return Err(Error::out_of_range(name, max, "a finite number above 0"));
        }
    }
    Ok(())
}

fn matrix(value: &Value, name: &str, n_rows: usize, n_columns: usize) -> Checked<Array2<f64>> {
    let rows = items(value, name, n_rows, "row")?.iter().enumerate();
    let rows = rows.map(|(i, row)| n_numbers(row, &format!("{name}, row {i}"), n_columns));
    let entries: Vec<f64> = rows.collect::<Checked<Vec<_>>>()?.concat();
    Array2::from_shape_vec((n_rows, n_columns), entries).map_err(|error| format!("{name}: {error}"))
}

fn n_numbers(value: &Value, name: &str, n: usize) -> Checked<Vec<f64>> {
    items(value, name, n, "number")?;
    numbers(value, name)
}

fn numbers(value: &Value, name: &str) -> Checked<Vec<f64>> {
    let entry = |(i, entry): (usize, &Value)| {
        entry.as_f64().ok_or_else(|| format!("{name} has {} in column {i}; expected a number", shown(entry)))
    };
    list_in(value, name)?.iter().enumerate().map(entry).collect()
}

/// The entries of a list, of which `layer_sizes` asks for `n`.
fn items<'a>(value: &'a Value, name: &str, n: usize, unit: &str) -> Checked<&'a [Value]> {
    let items = list_in(value, name)?;
    if items.len() != n {
        return Err(format!("{name} has {}, but layer_sizes asks for {n}", count(items.len(), unit)));
    }
    Ok(items)
}

fn list_in<'a>(value: &'a Value, name: &str) -> Checked<&'a [Value]> {
    let list = value.as_array().ok_or_else(|| format!("{name} is {}; expected a list", shown(value)))?;
    Ok(list)
}

/// A part of a document, on one line and not too long.
fn shown(value: &Value) -> String {
    excerpt(&value.to_string())
}
