//! A network that learns to tell classes apart: its cost, its mistakes and what it looks for, epoch by epoch.

use ndarray::{Array2, Axis};
use serde_json::{Value, json};

use super::explorable::Explorable;
use super::vega::{self, Chart, Panel, Scale, Text, dot, line, shown, signal};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::figures::drawing::style::{BLUE, CURVE, GREEN, Look};
use crate::figures::plot::{self, Axes};
use crate::model::{Network, accuracy, confusion};
use crate::text::{count, number};
use crate::training::{Trainer, TrainingRun};

/// The slider has so many positions at most, and so many units are drawn.
const MOST_POSITIONS: usize = 16;
const MOST_UNITS: usize = 16;
const MOST_CLASSES: usize = 12;
/// Weights are stored as whole numbers, this for the largest.
const FINENESS: f64 = 99.0;
const UNIT: f64 = 66.0;
const BELOW_UNIT: f64 = 22.0;

/// A training of a network that reads square images and tells classes apart, with a slider for the epoch: the cost of training and
/// validation data, the confusion table of the validation data, and the weights into units of layer 2 as images: the 16 units with the
/// largest sum of squares at the end. If layer 3 is the output, under each unit stands the class of its largest weight there: the one
/// it speaks for. The training is done here; the slider begins at its end.
///
/// # Shapes
///
/// x of both datasets is images × pixels, y images × classes, as in [`Digits`](crate::Digits).
///
/// # Errors
///
/// Those of [`Trainer::train`]; for fewer than 2 or more than 12 classes, images that are not square, and a training without an epoch.
///
/// # Examples
///
/// ```
/// use demystified::{Activation, Cost, Method, Network, Trainer, digits, explore};
///
/// let data = digits();
/// let net = Network::random(&[64, 10], 1)?.with_activations(Activation::Sigmoid, Activation::Softmax);
/// let net = net.with_cost(Cost::cross_entropy(0.0)?);
/// let method = Method::Momentum { learning_rate: 0.1, momentum: 0.9, batch_size: 32, seed: 1 };
/// let trainer = Trainer { method, max_iterations: 2, ..Trainer::default() };
/// let chart = explore::classes("Digits", &net, &trainer, &data.train, &data.validation)?;
/// assert!(chart.alt.contains("slider for the epoch, from 0 to 2"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn classes(
    title: &str,
    net: &Network,
    trainer: &Trainer,
    train: &Dataset,
    validation: &Dataset,
) -> Result<Explorable> {
    let (sizes, n_classes) = (net.layer_sizes(), validation.y.ncols());
    if !(2..=MOST_CLASSES).contains(&n_classes) {
        return Err(Error::count_out_of_range("the number of classes", n_classes, "2 to 12"));
    }
    let side = sizes[0].isqrt();
    if side * side != sizes[0] {
        let expected = "a square, such as 64 for images of 8 × 8";
        return Err(Error::count_out_of_range("the number of inputs of net", sizes[0], expected));
    }
    let whole = trainer.train(net, train, Some(validation))?;
    if whole.iterations() == 0 {
        let expected = "at least 1, to see the network change";
        return Err(Error::count_out_of_range("the number of epochs", 0, expected));
    }
    let step = whole.iterations().div_ceil(MOST_POSITIONS - 1);
    let epochs: Vec<usize> = (0..whole.iterations()).step_by(step).chain([whole.iterations()]).collect();
    // A run is the same each time, so its first iterations are the networks on its way.
    let units = units_of_largest_weights(&whole.network);
    let at = |&epoch: &usize| -> Result<Position> {
        let until = Trainer { max_iterations: epoch, ..trainer.clone() };
        let network = if epoch == whole.iterations() {
            whole.network.clone()
        } else {
            until.train(net, train, None)?.network
        };
        let y_hat = network.predict(&validation.x)?;
        Ok(Position {
            epoch,
            counts: confusion(&y_hat, &validation.y)?,
            right: accuracy(&y_hat, &validation.y)?,
            right_in_training: accuracy(&network.predict(&train.x)?, &train.y)?,
            weights: network.w(1).reversed_axes().select(Axis(0), &units),
        })
    };
    let positions = epochs.iter().map(at).collect::<Result<Vec<Position>>>()?;
    let last = &positions[positions.len() - 1];

    let names: Vec<String> = (0..n_classes).map(|k| k.to_string()).collect();
    let curves = plot::cost_curves(
        &Axes::new(title, "epoch", "cost without the penalty"),
        &[("training", &whole.train_data_cost_history), ("validation", &whole.test_cost_history)],
    )?;
    let table = plot::confusion_table("Validation", &last.counts, &names)?;
    let speaks_for = classes_of(&units, &whole.network);
    let captions: Vec<String> = speaks_for.iter().map(|class| format!("for {class}")).collect();
    let features = plot::images("Weights into the units of layer 2", &last.weights, &captions)?;
    let figure = plot::stacked(&[&plot::side_by_side(&[&curves, &table])?, &features])?;
    let said = |p: &Position| {
        let (training, validation) = (number_of_percent(p.right_in_training), number_of_percent(p.right));
        format!(
            "after {}: {training} % right in training, {validation} % in validation",
            count(p.epoch, "epoch")
        )
    };
    let alt = format!(
        "{}Training of a network {} with a slider for the epoch, from 0 to {}: the cost, the confusion table of the validation data, \
         the weights into {} as images. {}. The cost of the validation data is {} at first and {} at the end.",
        if title.is_empty() { String::new() } else { format!("{title}. ") },
        sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("-"),
        whole.iterations(),
        count(last.weights.nrows(), "unit"),
        [&positions[0], &positions[positions.len() / 2], last].map(said).join("; "),
        number(whole.test_cost_history[0]),
        number(whole.final_test_cost())
    );
    let spec = chart(title, &whole, &positions, &captions, &alt);
    Ok(Explorable::new(alt, &figure, &spec))
}

/// The units of layer 2 to draw, in order.
fn units_of_largest_weights(net: &Network) -> Vec<usize> {
    let sums = net.w(1).mapv(|w| w * w).sum_axis(Axis(0));
    let mut units: Vec<usize> = (0..sums.len()).collect();
    units.sort_by(|&a, &b| sums[b].total_cmp(&sums[a]));
    units.truncate(MOST_UNITS);
    units.sort_unstable();
    units
}

/// For each unit of layer 2 the class that it speaks for: of its largest weight into the output. Nothing where layer 3 is not the output.
fn classes_of(units: &[usize], net: &Network) -> Vec<usize> {
    match net.layer_sizes().len() {
        2 => units.to_vec(),
        3 => {
            let w2 = net.w(2);
            let class =
                |&unit: &usize| (0..w2.ncols()).max_by(|&a, &b| w2[[unit, a]].total_cmp(&w2[[unit, b]]));
            units.iter().filter_map(class).collect()
        }
        _ => Vec::new(),
    }
}

/// The network after some epochs.
struct Position {
    epoch: usize,
    counts: Array2<f64>,
    /// Shares of the examples: of the validation and of the training data.
    right: f64,
    right_in_training: f64,
    /// Units × pixels.
    weights: Array2<f64>,
}

fn number_of_percent(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

fn chart(title: &str, run: &TrainingRun, positions: &[Position], captions: &[String], alt: &str) -> Value {
    let (end, n_classes) = (run.iterations(), positions[0].counts.nrows());
    let n_units = positions[0].weights.nrows();
    let (in_a_row, side) = (8, positions[0].weights.ncols().isqrt());
    let mut chart = Chart::new(410.0 + n_units.div_ceil(in_a_row) as f64 * (UNIT + BELOW_UNIT));
    let last = positions.len() - 1;
    chart.plain_slider("position", "from the start to the end", last as f64, (0.0, last as f64), 1.0);
    let list_of = |f: &dyn Fn(&Position) -> Value| Value::Array(positions.iter().map(f).collect());
    for (name, values) in [
        ("epochs", list_of(&|p| json!(p.epoch))),
        ("right", list_of(&|p| json!(number_of_percent(p.right)))),
        ("right_in_training", list_of(&|p| json!(number_of_percent(p.right_in_training)))),
        ("counts", list_of(&|p| p.counts.iter().map(|c| *c as usize).collect())),
        ("weights", list_of(&|p| whole_numbers(&p.weights))),
        ("largest", list_of(&|p| json!(largest(&p.weights)))),
    ] {
        chart.signals.push(json!({"name": name, "value": values}));
    }
    chart.derive("epoch", "epochs[position]");
    let history: Vec<Value> = (0..=end)
        .map(|e| json!({"e": e, "training": run.train_data_cost_history[e], "validation": run.test_cost_history[e]}))
        .collect();
    chart.data.push(json!({"name": "history", "values": history}));
    chart.derive("here", "data('history')[epoch]");
    let cells = json!({"type": "sequence", "start": 0, "stop": n_classes * n_classes, "as": "k"});
    chart.data.push(json!({"name": "cells", "transform": [cells,
        {"type": "formula", "as": "n", "expr": "counts[position][datum.k]"},
        {"type": "formula", "as": "truth", "expr": format!("floor(datum.k/{n_classes})")},
        {"type": "formula", "as": "answer", "expr": format!("datum.k%{n_classes}")}]}));
    let pixels = json!({"type": "sequence", "start": 0, "stop": n_units * side * side, "as": "k"});
    chart.data.push(json!({"name": "pixels", "transform": [pixels,
        {"type": "formula", "as": "w", "expr": "weights[position][datum.k]"}]}));

    chart.text(Text { size: 14.0, bold: true, ..Text::new(12.0, 16.0, &json!(title).to_string()) });
    chart.text(Text { size: 14.0, align: "right", bold: true, ..Text::new(688.0, 16.0, "'epoch '+epoch") });
    draw_costs(&mut chart, run);
    draw_table(&mut chart, n_classes);
    draw_units(&mut chart, side, in_a_row, captions);
    chart.finish(alt)
}

fn draw_costs(chart: &mut Chart, run: &TrainingRun) {
    let costs = || run.train_data_cost_history.iter().chain(&run.test_cost_history).filter(|j| **j > 0.0);
    let (low, high) = costs().fold((f64::MAX, f64::MIN), |(l, h), j| (l.min(*j), h.max(*j)));
    // A cost of exactly 0 stands at the foot of a logarithmic axis.
    let y = |row: &str, field: &str| format!("max({row}.{field},{low:?})");
    let mut marks = Vec::new();
    let fields = ["training", "validation"];
    for (field, look) in fields.into_iter().zip(Look::of_names(fields.into_iter())) {
        let tooltip = |row: &str| {
            format!("{{title:'{field}','epoch':{row}.e,'cost':{}}}", shown(&format!("{row}.{field}")))
        };
        marks.push(line("history", ("datum.e", &y("datum", field)), look.color(), CURVE, look.dash()));
        marks.push(vega::hover("history", ("datum.e", &y("datum", field)), &tooltip("datum")));
        marks.push(dot(("epoch", &y("here", field)), look.color(), &tooltip("here")));
    }
    let panel = Panel {
        area: (64.0, 86.0, 262.0, 224.0),
        title: String::new(),
        x: Scale::linear("epoch", 0.0, run.iterations() as f64),
        y: Scale::log("cost without the penalty", low / 1.2, high * 1.2),
        marks,
    };
    chart.marks.push(panel.mark());
    let mut write = |y: f64, text: String, color| {
        chart.text(Text { size: 12.5, color, bold: true, ..Text::new(64.0, y, &text) });
    };
    let right = |name: &str| format!("', '+{name}[position]+' % right'");
    write(
        46.0,
        format!("'training (solid): '+{}+{}", shown("here.training"), right("right_in_training")),
        BLUE,
    );
    write(66.0, format!("'validation (dashed): '+{}+{}", shown("here.validation"), right("right")), GREEN);
}

fn draw_table(chart: &mut Chart, n_classes: usize) {
    let (left, top, size) = (404.0, 86.0, 284.0);
    let (wide, tall) = (size / n_classes as f64, 224.0 / n_classes as f64);
    let across = |column: &str, by: f64| signal(&format!("{left}+({column}+{by:?})*{wide:?}"));
    let down = |row: &str, by: f64| signal(&format!("{top}+({row}+{by:?})*{tall:?}"));
    let ground = "datum.truth==datum.answer?'#cfe1f2':datum.n==0?'#ffffff':datum.n<2?'#fdecdf':datum.n<4?'#facda8':'#f5a86c'";
    let tooltip = "{'truth':datum.truth,'answer':datum.answer,'images':datum.n}";
    chart.marks.push(json!({"type": "rect", "from": {"data": "cells"}, "encode": {"update": {
        "x": across("datum.answer", 0.0), "y": down("datum.truth", 0.0),
        "width": {"value": wide}, "height": {"value": tall}, "fill": signal(ground),
        "stroke": {"value": "#e4e4e4"}, "tooltip": signal(tooltip)}}}));
    let text = |x: Value, y: Value, text: &str| {
        json!({"type": "text", "from": {"data": "cells"}, "interactive": false, "encode": {"update": {
            "x": x, "y": y, "align": {"value": "center"}, "baseline": {"value": "middle"},
            "fontSize": {"value": 11.5}, "text": signal(text)}}})
    };
    chart.marks.push(text(across("datum.answer", 0.5), down("datum.truth", 0.5), "datum.n>0?datum.n:''"));
    let beside = |n: usize| (left - 10.0, top + (n as f64 + 0.5) * tall);
    for n in 0..n_classes {
        let (x, y) = beside(n);
        chart.text(Text { size: 11.5, align: "center", ..Text::new(x, y, &format!("'{n}'")) });
        let x = left + (n as f64 + 0.5) * wide;
        chart.text(Text { size: 11.5, align: "center", ..Text::new(x, top - 9.0, &format!("'{n}'")) });
    }
    let title = "'Validation: truth down, answer across'";
    chart.text(Text { size: 12.5, bold: true, ..Text::new(left - 16.0, 56.0, title) });
}

fn draw_units(chart: &mut Chart, side: usize, in_a_row: usize, captions: &[String]) {
    let top = 396.0;
    let text = format!(
        "'Weights into the units of layer 2: black is '+{}+', grey 0, white the same below 0'",
        shown("largest[position]")
    );
    chart.text(Text { size: 12.5, bold: true, ..Text::new(12.0, top - 18.0, &text) });
    let (pixel, per_unit, apart) = (UNIT / side as f64, side * side, UNIT + 16.0);
    let unit = format!("floor(datum.k/{per_unit})");
    let x = format!("22+({unit}%{in_a_row})*{apart:?}+(datum.k%{side})*{pixel:?}");
    let y = format!(
        "{top}+floor({unit}/{in_a_row})*{:?}+floor((datum.k%{per_unit})/{side})*{pixel:?}",
        UNIT + BELOW_UNIT
    );
    for (k, caption) in captions.iter().enumerate() {
        let x = 22.0 + (k % in_a_row) as f64 * apart + UNIT / 2.0;
        let y = top + (k / in_a_row) as f64 * (UNIT + BELOW_UNIT) + UNIT + 14.0;
        chart.text(Text { size: 11.5, align: "center", ..Text::new(x, y, &format!("'{caption}'")) });
    }
    let grey = format!("round(127.5-datum.w*{:?})", 127.5 / FINENESS);
    chart.marks.push(
        json!({"type": "rect", "interactive": false, "from": {"data": "pixels"}, "encode": {"update": {
        "x": signal(&x), "y": signal(&y), "width": {"value": pixel + 0.3}, "height": {"value": pixel + 0.3},
        "fill": signal(&format!("rgb({grey},{grey},{grey})"))}}}),
    );
}

fn largest(weights: &Array2<f64>) -> f64 {
    weights.iter().fold(0.0, |most: f64, w| most.max(w.abs()))
}

/// In parts of the largest.
fn whole_numbers(weights: &Array2<f64>) -> Value {
    let most = largest(weights).max(f64::MIN_POSITIVE);
    weights.iter().map(|w| (w / most * FINENESS).round() as i64).collect()
}
