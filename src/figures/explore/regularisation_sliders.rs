//! From under- to overfitting: what λ does.

use ndarray::Array1;
use serde_json::{Value, json};

use super::explorable::Explorable;
use super::plane::{self, Plane, View};
use super::vega::{self, Chart, Panel, Scale, Text, dot, line, rule, shown, signal};
use crate::data::{Dataset, Scaler};
use crate::error::{Error, Result};
use crate::figures::drawing::style::{AXIS, BLUE, CURVE, Look, PLUM, VERMILION};
use crate::figures::plot::{self, Axes};
use crate::model::{Cost, Network};
use crate::text::number;
use crate::training::Trainer;

/// Powers of ten of λ, and how many lie between two of them.
const FIRST_POWER: f64 = -7.0;
const LAST_POWER: f64 = 0.0;
const STEP: f64 = 0.25;
/// Where the slider begins: hardly any penalty.
const START: f64 = -7.0;
/// The powers that stand still in a picture: too little, what the series takes, too much.
const STILL: [f64; 3] = [FIRST_POWER, -4.0, -1.0];
const MOST_PARAMS: usize = 60;
const MOST_EXAMPLES: usize = 500;

/// Networks trained with 29 strengths λ of the penalty, with a slider for λ: what each predicts all over the plane, the costs of
/// training and test data, and the weights. All start from the weights of `net`; the trainings are done here.
///
/// The cost is the mean of the squares, or the cross-entropy when that is the cost of `net`. The datasets are in hours and
/// points; `scaler`, fitted to the training data, leads to the network's units. `axes` has the title and the labels of the inputs.
///
/// # Errors
///
/// Those of [`Trainer::train`]; for networks with other than 2 inputs and 1 output, with more than 60 weights, or softmax; for more
/// than 500 examples.
///
/// # Examples
///
/// ```
/// use demystified::plot::Axes;
/// use demystified::{Network, Scaler, Trainer, explore, sleep_study_test, sleep_study_train};
///
/// let (train, test) = (sleep_study_train(), sleep_study_test());
/// let scaler = Scaler::fit(&train, 100.0)?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let axes = Axes::new("", "hours asleep [h]", "hours studying [h]");
/// let chart = explore::regularisation(&axes, &scaler, &train, &test, &net, &Trainer::default())?;
/// assert!(chart.alt.contains("29 networks"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn regularisation(
    axes: &Axes,
    scaler: &Scaler,
    train: &Dataset,
    test: &Dataset,
    net: &Network,
    trainer: &Trainer,
) -> Result<Explorable> {
    for (name, data) in [("train", train), ("test", test)] {
        plane::check_plane("net", net, MOST_PARAMS, data)?;
        if data.len() > MOST_EXAMPLES {
            return Err(Error::count_out_of_range(
                format!("the number of examples of {name}"),
                data.len(),
                "at most 500, a dot each",
            ));
        }
    }
    let (scaled, scaled_test) = (scaler.transform(train)?, scaler.transform(test)?);
    let count = ((LAST_POWER - FIRST_POWER) / STEP).round() as usize + 1;
    let mut points = Vec::new();
    for i in 0..count {
        let lambda = libm::pow(10.0, FIRST_POWER + STEP * i as f64);
        let cost = match net.cost_function() {
            Cost::CrossEntropy { .. } => Cost::CrossEntropy { lambda },
            _ => Cost::MeanSquares { lambda },
        };
        let network = trainer.train(&net.with_cost(cost), &scaled, None)?.network;
        let n_weights: usize = net.layer_sizes().windows(2).map(|pair| pair[0] * pair[1]).sum();
        points.push(Point {
            lambda,
            train: network.data_cost(&scaled.x, &scaled.y)?,
            test: network.data_cost(&scaled_test.x, &scaled_test.y)?,
            size: network.params().iter().take(n_weights).map(|w| w * w).sum(),
            network,
        });
    }
    let best = points.iter().min_by(|a, b| a.test.total_cmp(&b.test)).map_or(0.0, |point| point.lambda);

    let lambdas: Array1<f64> = points.iter().map(|p| p.lambda).collect();
    let of = |f: fn(&Point) -> f64| -> Array1<f64> { points.iter().map(|p| f(p).max(1e-300)).collect() };
    let (in_training, in_test) = (of(|p| p.train), of(|p| p.test));
    let start = &points[0];
    let shown = STILL.map(|power| &points[((power - FIRST_POWER) / STEP).round() as usize]);
    let names = shown.map(|point| format!("λ = {}", number(point.lambda)));
    let maps: Vec<(&str, &Network)> =
        names.iter().map(String::as_str).zip(shown.map(|p| &p.network)).collect();
    let contours = plot::prediction_contours(axes, &maps, scaler, train)?;
    let curves = plot::log_log(
        &Axes::new("The cost without the penalty", "λ", "½ mean squared error"),
        &[("training", &lambdas, &in_training), ("test", &lambdas, &in_test)],
    )?;
    let figure = plot::stacked(&[&contours, &curves])?;
    let said = |p: &Point| {
        format!(
            "λ = {}: training {}, test {}, Σ w² {}",
            number(p.lambda),
            number(p.train),
            number(p.test),
            number(p.size)
        )
    };
    let some: Vec<String> = points.iter().step_by(4).map(said).collect();
    let alt = format!(
        "{}{count} networks trained with λ from {} to {}, with a slider for λ: their predictions over {} and {}, their weights, \
         their costs without the penalty. {}. The test cost is lowest at λ = {}.",
        if axes.title.is_empty() { String::new() } else { format!("{}. ", axes.title) },
        number(start.lambda),
        number(points[count - 1].lambda),
        axes.x_label,
        axes.y_label,
        some.join("; "),
        number(best)
    );
    let networks: Vec<Network> = points.iter().map(|p| p.network.clone()).collect();
    let plane = Plane::new(axes, scaler, &[train, test], &networks)?;
    let spec = chart(axes, &plane, (train, test), &points, &networks, &alt)?;
    Ok(Explorable::new(alt, &figure, &spec))
}

/// A network trained with one λ.
struct Point {
    lambda: f64,
    network: Network,
    train: f64,
    test: f64,
    /// Σ w², without the biases.
    size: f64,
}

fn chart(
    axes: &Axes,
    plane: &Plane,
    (train, test): (&Dataset, &Dataset),
    points: &[Point],
    networks: &[Network],
    alt: &str,
) -> Result<Value> {
    let mut chart = Chart::new(560.0);
    chart.plain_slider("power", "λ: 10 to the power", START, (FIRST_POWER, LAST_POWER), STEP);
    chart.derive("i", &format!("round((power-({FIRST_POWER:?}))/{STEP:?})"));
    chart.signals.push(json!({"name": "all", "value": plane::table(networks)}));
    chart.derive("p", "all[i]");
    let rows: Vec<Value> = points
        .iter()
        .map(|p| json!({"l": p.lambda, "train": p.train, "test": p.test, "size": p.size}))
        .collect();
    chart.data.push(json!({"name": "lambdas", "values": rows}));
    chart.derive("here", "data('lambdas')[i]");
    let param = |k: usize| format!("p[{k}]");
    let net = &networks[0];
    chart.data.push(plane.examples("train", train, net, &param)?);
    chart.data.push(plane.examples("test", test, net, &param)?);
    chart.text(Text { size: 14.0, bold: true, ..Text::new(12.0, 16.0, &json!(axes.title).to_string()) });
    let lambda = format!("'λ = '+{}", shown("here.l"));
    chart.text(Text { size: 14.0, align: "right", bold: true, ..Text::new(688.0, 16.0, &lambda) });

    let shown_examples = [("train", false), ("test", true)];
    let area = (54.0, 66.0, 270.0, 220.0);
    let view = View { id: "", area, title: "Predictions", net, examples: &shown_examples };
    plane.panel(&mut chart, view, &param);
    let (scale, legend) = plane.legend((338.0, 70.0), 200.0);
    chart.text(Text {
        size: 11.5,
        color: AXIS,
        align: "right",
        ..Text::new(324.0, 54.0, "'circle: training, square: test'")
    });

    let (low, high) = (points[0].lambda, points[points.len() - 1].lambda);
    let x = || Scale::log("λ", low / 1.6, high * 1.6);
    // A cost of exactly 0 stands at the foot of a logarithmic axis.
    let span = |f: &dyn Fn(&Point) -> Vec<f64>| {
        let all = || points.iter().flat_map(f).filter(|v| *v > 0.0);
        let (low, high) = all().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        if low > high { (1e-12, 1.0) } else { (low / 1.5, high * 1.5) }
    };
    let curve = |mut marks: Vec<Value>, field: &str, name: &str, look: Look, foot: f64| {
        let tooltip = |row: &str| {
            format!(
                "{{title:'{name}','λ':{},'value':{}}}",
                shown(&format!("{row}.l")),
                shown(&format!("{row}.{field}"))
            )
        };
        let y = |row: &str| format!("max({row}.{field},{foot:?})");
        marks.push(line("lambdas", ("datum.l", &y("datum")), look.color(), CURVE, look.dash()));
        marks.push(vega::hover("lambdas", ("datum.l", &y("datum")), &tooltip("datum")));
        marks.push(dot(("here.l", &y("here")), look.color(), &tooltip("here")));
        marks
    };
    let (foot, top) = span(&|p| vec![p.train, p.test]);
    let marks = curve(Vec::new(), "train", "training cost", Look::of(0), foot);
    let marks = curve(marks, "test", "test cost", Look::of(1), foot);
    let costs = Panel {
        area: (446.0, 66.0, 242.0, 220.0),
        title: String::new(),
        x: x(),
        y: Scale::log("cost without the penalty", foot, top),
        marks,
    };
    chart.marks.push(costs.mark());
    let mut write = |y: f64, text: String, color| {
        chart.text(Text { size: 13.0, color, bold: true, ..Text::new(446.0, y, &text) });
    };
    write(38.0, format!("'training (solid): '+{}", shown("here.train")), BLUE);
    write(56.0, format!("'test (dashed): '+{}", shown("here.test")), VERMILION);

    let largest = networks.iter().flat_map(|net| net.params().to_vec()).fold(0.0_f64, |m, w| m.max(w.abs()));
    let n = net.n_params();
    let numbers: Vec<Value> = (0..n).map(|k| json!({"k": k})).collect();
    chart.data.push(json!({"name": "weights", "values": numbers,
        "transform": [{"type": "formula", "as": "w", "expr": "p[datum.k]"}]}));
    let tooltip = format!("{{title:'weight number '+datum.k,'value':{}}}", shown("datum.w"));
    let bars = json!({"type": "rect", "from": {"data": "weights"}, "encode": {"update": {
        "x": signal("scale('x',datum.k-0.35)"), "x2": signal("scale('x',datum.k+0.35)"),
        "y": signal("scale('y',0)"), "y2": signal("scale('y',datum.w)"), "fill": vega::css(PLUM),
        "tooltip": signal(&tooltip)}}});
    let zero = rule(("-0.6", "0"), (&format!("{n}-0.4"), "0"), AXIS, 1.0, &[]);
    chart.marks.push(
        Panel {
            area: (54.0, 366.0, 270.0, 140.0),
            title: "The weights".to_string(),
            x: Scale::linear("number of the weight", -0.6, n as f64 - 0.4),
            y: Scale::linear("weight", -1.05 * largest, 1.05 * largest),
            marks: vec![bars, zero],
        }
        .mark(),
    );
    let (foot, top) = span(&|p| vec![p.size]);
    let size = Panel {
        area: (446.0, 366.0, 242.0, 140.0),
        title: String::new(),
        x: x(),
        y: Scale::log("size of the weights", foot, top),
        marks: curve(Vec::new(), "size", "size of the weights, Σ w²", Look::of(2), foot),
    };
    chart.marks.push(size.mark());
    let text = format!("'size of the weights, Σ w² = '+{}", shown("here.size"));
    chart.text(Text { size: 13.0, color: PLUM, bold: true, ..Text::new(446.0, 350.0, &text) });
    let mut spec = chart.finish(alt);
    spec["scales"] = json!([scale]);
    spec["legends"] = json!([legend]);
    Ok(spec)
}
