//! Numbers of another program in a file, and what is said of them.

use super::{DiagnoseOptions, Diagnosis, diagnose_cost, diagnose_forward, diagnose_step, diagnose_with};
use crate::error::{Error, Result};
use crate::model::Activation;
use crate::model::Cost;
use crate::model::Network;
use crate::text::excerpt;
use ndarray::{Array1, Array2};
use serde_json::{Map, Value};

/// Reads the numbers of another program from a JSON file, and tells of each kind that is there whether it is right: the
/// predictions or all steps of the forward pass, the cost, the slopes, the step.
///
/// The fields are named as on these pages. Always there: `w1`, `w2`, …, `x`, `y`. If there are some: `b1`, `b2`, …. Settings, when
/// they differ from the series' network: `hidden` and `output` (`"sigmoid"`, `"tanh"`, `"relu"`, `"identity"`, `"softmax"`), `cost`
/// (`"sum"`, `"mean"`, `"cross-entropy"`), `lambda`. What is to be judged, as much of it as there is: `y_hat`, or `z2`, `a2`, `z3`, …
/// and `y_hat`; `j`; `dj_dw1`, `dj_dw2`, … and `dj_db1`, …; `w1_after`, …, `b1_after`, … with `learning_rate`.
///
/// Tables are lists of rows. A list of numbers counts as one column where one is expected, so that arrays with one axis, and MATLAB's
/// column vectors, fit.
///
/// # Errors
///
/// [`Error::File`] when the file cannot be read, lacks a field, or has one that is unknown or of the wrong kind; [`Error::InFile`] when
/// it is not JSON; and those of [`diagnose_with`], [`diagnose_forward`], [`diagnose_cost`] and [`diagnose_step`].
///
/// # Examples
///
/// ```
/// use demystified::diagnose_file;
///
/// # let folder = std::env::temp_dir();
/// # let path = folder.join(format!("demystified-numbers-{}.json", std::process::id()));
/// # let path = path.to_str().expect("a path in Unicode");
/// let numbers = r#"{"w1": [[1, -1, 2], [0.5, 0.3, -1]], "w2": [[1], [-2], [-1]],
///     "x": [[0.3, 1]], "y": [[0.75]], "y_hat": [[-0.7113378587599355]]}"#;
/// std::fs::write(path, numbers).expect("a file");
/// let found = diagnose_file(path)?;
/// assert_eq!(found[0].mistakes()[0].name(), "activation missing");
/// # std::fs::remove_file(path).expect("the file is there");
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn diagnose_file(path: &str) -> Result<Vec<Diagnosis>> {
    let text = std::fs::read(path).map_err(|error| Error::file(path, error))?;
    if text.trim_ascii().is_empty() {
        return Err(Error::file(path, "the file is empty"));
    }
    let document: Value = serde_json::from_slice(&text).map_err(|error| not_json(path, &error))?;
    let Value::Object(fields) = document else {
        return Err(Error::file(path, "expected an object with the fields w1, w2, …, x, y and your numbers"));
    };
    let refuse = |reason: String| Error::file(path, reason);
    let numbers = Numbers { fields: &fields };
    numbers.check_names().map_err(refuse)?;
    let net = numbers.network("").map_err(refuse)?;
    let (x, y) = numbers.data(&net).map_err(refuse)?;
    let mut found = Vec::new();
    if let Some(values) = numbers.forward(&net).map_err(refuse)? {
        found.push(diagnose_forward(&net, &x, &values)?);
    }
    if let Some(j) = fields.get("j") {
        let j = j.as_f64().ok_or_else(|| refuse(format!("j is {}; expected one number", shown(j))))?;
        found.push(diagnose_cost(&net, &x, &y, j)?);
    }
    if let Some((dj_dw, dj_db)) = numbers.slopes(&net).map_err(refuse)? {
        let options = DiagnoseOptions { dj_db, ..DiagnoseOptions::default() };
        found.push(diagnose_with(&net, &x, &y, &dj_dw, &options)?);
    }
    if fields.contains_key("w1_after") {
        let rate = fields.get("learning_rate").and_then(Value::as_f64);
        let rate = rate.ok_or_else(|| refuse("learning_rate is missing; a step needs it".into()))?;
        let after = numbers.network("_after").map_err(refuse)?;
        found.push(diagnose_step(&net, &after, &x, &y, rate)?);
    }
    if found.is_empty() {
        return Err(refuse(
            "there is nothing to judge; expected y_hat, j, dj_dw1, dj_dw2, … or w1_after, w2_after, …".into(),
        ));
    }
    Ok(found)
}

fn not_json(path: &str, error: &serde_json::Error) -> Error {
    let message = error.to_string();
    let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
    let not_finite = ". JSON knows no NaN and no infinity";
    let hint = if reason.contains("expected value") { not_finite } else { "" };
    let column = error.column().max(1);
    Error::in_file(path, (error.line(), column), format!("not JSON: {reason}{hint}"))
}

/// What is the matter with a field, in words; the path is added where it is known.
type Checked<T> = std::result::Result<T, String>;

struct Numbers<'a> {
    fields: &'a Map<String, Value>,
}

impl Numbers<'_> {
    /// Every name must be one that is read: a misspelt one is an error, and not silently left out.
    fn check_names(&self) -> Checked<()> {
        const PLAIN: [&str; 9] =
            ["x", "y", "y_hat", "j", "hidden", "output", "cost", "lambda", "learning_rate"];
        for name in self.fields.keys() {
            let stem = name.strip_suffix("_after").unwrap_or(name);
            let letters = stem.trim_end_matches(|c: char| c.is_ascii_digit());
            let is_numbered = letters.len() < stem.len();
            let fits = match letters {
                "w" | "b" => is_numbered,
                "z" | "a" | "dj_dw" | "dj_db" => is_numbered && stem == name,
                _ => PLAIN.contains(&name.as_str()),
            };
            if !fits {
                return Err(format!(
                    "{} is unknown; expected w1, b1, x, y, y_hat, z2, a2, j, dj_dw1, dj_db1, w1_after, b1_after, learning_rate, \
                     hidden, output, cost or lambda",
                    excerpt(name)
                ));
            }
        }
        Ok(())
    }

    fn network(&self, after: &str) -> Checked<Network> {
        let mut weights: Vec<Array2<f64>> = Vec::new();
        while let Some(value) = self.fields.get(&format!("w{}{after}", weights.len() + 1)) {
            let name = format!("w{}{after}", weights.len() + 1);
            let before = weights.last().map(Array2::ncols);
            // of a list of numbers the layer before tells whether it is a row or a column
            let is_row = before == Some(1) && matches!(value, Value::Array(list) if list.len() > 1);
            weights.push(table(value, &name, is_row)?);
        }
        if weights.is_empty() {
            return Err(format!("w1{after} is missing"));
        }
        let n = weights.len();
        let last = self
            .fields
            .keys()
            .filter_map(|name| name.strip_prefix('w')?.strip_suffix(after)?.parse().ok())
            .max();
        if let Some(last) = last.filter(|&last: &usize| last != n) {
            return Err(format!("w{}{after} is missing, and there is a w{last}{after}", n + 1));
        }
        let units: Vec<usize> = weights.iter().map(Array2::ncols).collect();
        let net = Network::from_weights(weights).map_err(|error| error.to_string())?;
        let net = net
            .with_activations(self.activation("hidden")?, self.activation("output")?)
            .with_cost(self.cost()?);
        if !self.fields.contains_key(&format!("b1{after}")) {
            return Ok(net);
        }
        let mut params = net.params().to_vec();
        for (i, units) in units.into_iter().enumerate() {
            let name = format!("b{}{after}", i + 1);
            let b = list(self.fields.get(&name).ok_or(format!("{name} is missing"))?, &name)?;
            if b.len() != units {
                return Err(format!("{name} has {} numbers, but the layer has {units} units", b.len()));
            }
            params.extend(b);
        }
        net.with_bias().with_params(&Array1::from(params)).map_err(|error| error.to_string())
    }

    fn data(&self, net: &Network) -> Checked<(Array2<f64>, Array2<f64>)> {
        let of = |name: &str, width: usize| {
            let value = self.fields.get(name).ok_or(format!("{name} is missing"))?;
            table(value, name, width > 1)
        };
        let sizes = net.layer_sizes();
        Ok((of("x", sizes[0])?, of("y", sizes[sizes.len() - 1])?))
    }

    fn forward(&self, net: &Network) -> Checked<Option<Vec<Array2<f64>>>> {
        let sizes = net.layer_sizes();
        let last = sizes.len();
        if !["y_hat", "z2"].iter().any(|name| self.fields.contains_key(*name)) {
            return Ok(None);
        }
        let name = |layer: usize, kind: &str| match (kind, layer == last) {
            ("a", true) => "y_hat".to_string(),
            _ => format!("{kind}{layer}"),
        };
        let all: Vec<(String, usize)> = (2..=last)
            .flat_map(|layer| ["z", "a"].map(|kind| (name(layer, kind), sizes[layer - 1])))
            .collect();
        let names = if self.fields.contains_key("z2") { &all[..] } else { &all[all.len() - 1..] };
        let of = |(name, width): &(String, usize)| {
            let value = self.fields.get(name).ok_or(format!("{name} is missing, and z2 is there"))?;
            table(value, name, *width > 1)
        };
        names.iter().map(of).collect::<Checked<_>>().map(Some)
    }

    #[allow(clippy::type_complexity)]
    fn slopes(&self, net: &Network) -> Checked<Option<(Vec<Array2<f64>>, Vec<Array1<f64>>)>> {
        if !self.fields.contains_key("dj_dw1") {
            return Ok(None);
        }
        let sizes = net.layer_sizes();
        let weights = sizes.windows(2).enumerate().map(|(i, pair)| {
            let name = format!("dj_dw{}", i + 1);
            let value = self.fields.get(&name).ok_or(format!("{name} is missing"))?;
            table(value, &name, pair[1] > 1)
        });
        let weights = weights.collect::<Checked<_>>()?;
        if !self.fields.contains_key("dj_db1") {
            return Ok(Some((weights, Vec::new())));
        }
        let biases = (1..sizes.len()).map(|layer| {
            let name = format!("dj_db{layer}");
            let value = self.fields.get(&name).ok_or(format!("{name} is missing"))?;
            list(value, &name).map(Array1::from)
        });
        Ok(Some((weights, biases.collect::<Checked<_>>()?)))
    }

    fn activation(&self, name: &str) -> Checked<Activation> {
        let Some(value) = self.fields.get(name) else { return Ok(Activation::Sigmoid) };
        let all = Activation::ALL;
        all.into_iter().find(|activation| value == activation.name()).ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(Activation::name).collect();
            format!("{name} is {}; expected one of {}", shown(value), known.join(", "))
        })
    }

    fn cost(&self) -> Checked<Cost> {
        let lambda = match self.fields.get("lambda") {
            None => 0.0,
            Some(value) => value.as_f64().ok_or(format!("lambda is {}; expected a number", shown(value)))?,
        };
        match self.fields.get("cost").map(|value| value.as_str().unwrap_or_default()) {
            None | Some("sum") if lambda == 0.0 => Ok(Cost::SumOfSquares),
            None | Some("sum") => Err("lambda belongs to the cost \"mean\" or \"cross-entropy\"".into()),
            Some("mean") => Ok(Cost::MeanSquares { lambda }),
            Some("cross-entropy") => Ok(Cost::CrossEntropy { lambda }),
            Some(_) => Err(format!(
                "cost is {}; expected \"sum\", \"mean\" or \"cross-entropy\"",
                shown(&self.fields["cost"])
            )),
        }
    }
}

fn shown(value: &Value) -> String {
    excerpt(&value.to_string())
}

fn one(value: &Value, name: &str) -> Checked<f64> {
    value.as_f64().ok_or_else(|| format!("{name} holds {}; expected numbers only", shown(value)))
}

/// Numbers in a row: of a list, or of a table with one row or column.
fn list(value: &Value, name: &str) -> Checked<Vec<f64>> {
    match value {
        Value::Array(_) => {
            let table = table(value, name, true)?;
            match table.nrows() == 1 || table.ncols() == 1 {
                true => Ok(table.iter().copied().collect()),
                false => Err(format!(
                    "{name} has {} rows and {} columns; expected one list",
                    table.nrows(),
                    table.ncols()
                )),
            }
        }
        value => Ok(vec![one(value, name)?]),
    }
}

/// A list of rows; a list of numbers is one row or one column, as it is expected.
fn table(value: &Value, name: &str, is_row: bool) -> Checked<Array2<f64>> {
    let Value::Array(rows) = value else { return Ok(Array2::from_elem((1, 1), one(value, name)?)) };
    if rows.is_empty() {
        return Err(format!("{name} is empty; expected a table of numbers"));
    }
    if !rows.iter().any(Value::is_array) {
        let numbers: Vec<f64> = rows.iter().map(|value| one(value, name)).collect::<Checked<_>>()?;
        let shape = if is_row { (1, numbers.len()) } else { (numbers.len(), 1) };
        return Array2::from_shape_vec(shape, numbers).map_err(|error| error.to_string());
    }
    let mut numbers = Vec::new();
    let mut n_columns = None;
    for (k, row) in rows.iter().enumerate() {
        let row = row
            .as_array()
            .ok_or_else(|| format!("row {} of {name} is {}; expected a list", k + 1, shown(row)))?;
        if *n_columns.get_or_insert(row.len()) != row.len() || row.is_empty() {
            return Err(format!(
                "row {} of {name} has {} numbers; expected as many in each",
                k + 1,
                row.len()
            ));
        }
        for value in row {
            numbers.push(one(value, name)?);
        }
    }
    Array2::from_shape_vec((rows.len(), n_columns.unwrap_or(0)), numbers).map_err(|error| error.to_string())
}
