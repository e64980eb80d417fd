//! Training, iteration by iteration, of one network or two side by side.

use ndarray::Array1;
use serde_json::{Value, json};

use super::explorable::Explorable;
use super::plane::{self, Plane, View};
use super::vega::{self, Chart, Panel, Scale, Text, dot, line, shown, signal};
use crate::data::{Dataset, Scaler};
use crate::error::{Error, Result};
use crate::figures::drawing::style::{BLACK, CURVE, Look, TEXT, WHITE};
use crate::figures::ensure;
use crate::figures::plot::{self, Axes};
use crate::model::Network;
use crate::text::{count, number, short};
use crate::training::Trainer;

/// The slider has so many positions at most; longer runs are shown every few iterations.
const MOST_POSITIONS: usize = 150;
const MOST_PARAMS: usize = 40;
const MOST_EXAMPLES: usize = 8;

/// One run, seen every few iterations.
struct Run {
    name: String,
    networks: Vec<Network>,
    costs: Vec<f64>,
}

/// One training or two side by side, with a slider for the iteration: what the network predicts all over the plane, where the
/// run is on the curve of its cost, and its predictions of the examples.
///
/// Each run has a name, the network it starts from, and how it is trained; the trainings are done here. `dataset` is in hours and
/// points; `scaler` leads to the network's units. `axes` has the title and the labels of the two inputs. A run of more than 150
/// iterations is shown every few of them. The slider stands at iteration `shown` first, and so does the still picture; a run that
/// has ended before is seen at its end.
///
/// # Errors
///
/// Those of [`Trainer::train`]; without runs or with more than two; for networks with other than 2 inputs and 1 output, with more
/// than 40 weights, or softmax; for more than 8 examples.
///
/// # Examples
///
/// ```
/// use demystified::plot::Axes;
/// use demystified::{Method, Network, Scaler, Trainer, explore, sleep_study};
///
/// let data = sleep_study();
/// let scaler = Scaler::fit(&data, 100.0)?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let bfgs = Trainer { max_iterations: 30, ..Trainer::default() };
/// let plain = Trainer { method: Method::GradientDescent { learning_rate: 3.0 }, ..bfgs.clone() };
/// let axes = Axes::new("", "hours asleep [h]", "hours studying [h]");
/// let chart = explore::training(&axes, &scaler, &data, &[("BFGS", &net, &bfgs), ("plain", &net, &plain)], 12)?;
/// assert!(chart.alt.contains("\"plain\": cost from 0.02809"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn training(
    axes: &Axes,
    scaler: &Scaler,
    dataset: &Dataset,
    runs: &[(&str, &Network, &Trainer)],
    shown: usize,
) -> Result<Explorable> {
    ensure::not_empty("runs", runs.len(), "one run or two")?;
    if runs.len() > 2 {
        return Err(Error::count_out_of_range("the number of runs", runs.len(), "1 or 2"));
    }
    if dataset.len() > MOST_EXAMPLES {
        let name = "the number of examples";
        return Err(Error::count_out_of_range(name, dataset.len(), "at most 8, a line for each"));
    }
    for (name, net, _) in runs {
        plane::check_plane(&format!("\"{name}\""), net, MOST_PARAMS, dataset)?;
    }
    let data = scaler.transform(dataset)?;
    let whole =
        runs.iter().map(|(_, net, trainer)| trainer.train(net, &data, None)).collect::<Result<Vec<_>>>()?;
    let last = whole.iter().map(|run| run.iterations()).max().unwrap_or(0);
    if last == 0 {
        return Err(Error::unsuitable(
            "the number of iterations",
            "0 in every run",
            "at least 1, to see the network change",
        ));
    }
    let step = last.div_ceil(MOST_POSITIONS);
    let position = shown.min(last) / step;
    let mut seen = Vec::new();
    for ((name, net, trainer), run) in runs.iter().zip(&whole) {
        // A run is the same each time, so its first iterations are the networks on its way.
        let until = |k: usize| Trainer { max_iterations: k, ..(*trainer).clone() }.train(net, &data, None);
        let positions = run.iterations().div_ceil(step);
        let networks = (0..=positions)
            .map(|i| {
                if i * step >= run.iterations() {
                    Ok(run.network.clone())
                } else {
                    Ok(until(i * step)?.network)
                }
            })
            .collect::<Result<Vec<Network>>>()?;
        let costs = (0..=positions).map(|i| run.cost_history[(i * step).min(run.iterations())]).collect();
        seen.push(Run { name: name.to_string(), networks, costs });
    }

    let planes: Vec<plot::Figure> = seen
        .iter()
        .zip(&whole)
        .map(|(run, whole)| {
            let position = position.min(run.networks.len() - 1);
            let iterations = count((position * step).min(whole.iterations()), "iteration");
            let axes = Axes { title: format!("{}, {iterations}", run.name), ..axes.clone() };
            plot::prediction_contour(&axes, &run.networks[position], scaler, dataset)
        })
        .collect::<Result<Vec<_>>>()?;
    let curves: Vec<(&str, &[f64])> = whole
        .iter()
        .zip(&seen)
        .map(|(run, seen)| (seen.name.as_str(), run.cost_history.as_slice()))
        .collect();
    let cost = plot::cost_curves(&Axes::new("The cost in training", "iteration", "cost J"), &curves)?;
    let panels = plot::side_by_side(&planes.iter().collect::<Vec<_>>())?;
    let figure = plot::stacked(&[&panels, &cost])?;
    let sentences: Vec<String> = seen
        .iter()
        .zip(&whole)
        .map(|(seen, run)| {
            let (start, end) = (run.cost_history[0], run.final_cost());
            let y_hat = scaler.inverse_transform_y(&run.network.predict(&data.x)?);
            let examples: Vec<String> = y_hat
                .iter()
                .zip(&dataset.y)
                .map(|(y_hat, y)| format!("{} for the truth {}", short(*y_hat), number(*y)))
                .collect();
            Ok(format!(
                "\"{}\": cost from {} to {} in {}; at its end it predicts {}.",
                seen.name,
                number(start),
                number(end),
                count(run.iterations(), "iteration"),
                examples.join(", ")
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    let alt = format!(
        "{}Training with a slider for the iteration, from 0 to {last}: the predictions over {} and {}, the cost, the examples. {}",
        if axes.title.is_empty() { String::new() } else { format!("{}. ", axes.title) },
        axes.x_label,
        axes.y_label,
        sentences.join(" ")
    );
    let networks: Vec<Network> = seen.iter().flat_map(|run| run.networks.clone()).collect();
    let plane = Plane::new(axes, scaler, &[dataset], &networks)?;
    let spec = chart(axes, &plane, dataset, &seen, step, position)?;
    Ok(Explorable::new(alt.clone(), &figure, &spec(&alt)))
}

fn chart(
    axes: &Axes,
    plane: &Plane,
    dataset: &Dataset,
    runs: &[Run],
    step: usize,
    position: usize,
) -> Result<impl FnOnce(&str) -> Value> {
    let mut chart = Chart::new(560.0);
    let longest = runs.iter().map(|run| run.networks.len() - 1).max().unwrap_or(0);
    let end = (longest * step) as f64;
    chart.plain_slider("iteration", "iteration", (position * step) as f64, (0.0, end), step as f64);
    chart.derive("position", &format!("round(iteration/{step})"));
    chart.text(Text { size: 14.0, bold: true, ..Text::new(12.0, 16.0, &json!(axes.title).to_string()) });
    chart.text(Text {
        size: 14.0,
        align: "right",
        bold: true,
        ..Text::new(688.0, 16.0, "'iteration '+iteration")
    });
    for (r, run) in runs.iter().enumerate() {
        let param = |k: usize| format!("p{r}[{k}]");
        let net = &run.networks[0];
        chart.signals.push(json!({"name": format!("all{r}"), "value": plane::table(&run.networks)}));
        chart.derive(&format!("at{r}"), &format!("min(position,{})", run.networks.len() - 1));
        chart.derive(&format!("p{r}"), &format!("all{r}[at{r}]"));
        let examples = format!("examples{r}");
        chart.data.push(plane.examples(&examples, dataset, net, &param)?);
        chart.data.push(json!({"name": format!("history{r}"), "values": run.costs.iter().enumerate()
            .map(|(i, j)| json!({"i": i * step, "j": j})).collect::<Vec<_>>()}));
        chart.derive(&format!("j{r}"), &format!("data('history{r}')[at{r}].j"));
        let area = match (runs.len(), r) {
            (1, _) => (54.0, 66.0, 560.0, 220.0),
            (_, 0) => (54.0, 66.0, 252.0, 220.0),
            _ => (366.0, 66.0, 252.0, 220.0),
        };
        let (id, examples) = (r.to_string(), [(examples.as_str(), false)]);
        let view = View { id: &id, area, title: &run.name, net, examples: &examples };
        plane.panel(&mut chart, view, &param);
        let cost = format!("'J = '+{}", shown(&format!("j{r}")));
        let color = Look::of(r).color();
        chart.text(Text { align: "right", bold: true, color, ..Text::new(area.0 + area.2, 54.0, &cost) });
    }
    let (scale, legend) = plane.legend((640.0, 82.0), 196.0);

    let costs = || runs.iter().flat_map(|run| &run.costs).filter(|j| **j > 0.0);
    let (low, high) = costs().fold((f64::MAX, f64::MIN), |(l, h), j| (l.min(*j), h.max(*j)));
    let positive = |j: &str| format!("max({j},{low:?})");
    let mut marks = Vec::new();
    for r in 0..runs.len() {
        let look = Look::of(r);
        marks.push(line(
            &format!("history{r}"),
            ("datum.i", &positive("datum.j")),
            look.color(),
            CURVE,
            look.dash(),
        ));
    }
    for (r, run) in runs.iter().enumerate() {
        let tooltip =
            |i: &str, j: &str| format!("{{title:{},'iteration':{i},'cost J':{}}}", json!(run.name), shown(j));
        marks.push(vega::hover(
            &format!("history{r}"),
            ("datum.i", &positive("datum.j")),
            &tooltip("datum.i", "datum.j"),
        ));
        let (i, j) = (format!("at{r}*{step}"), format!("j{r}"));
        marks.push(dot((&i, &positive(&j)), Look::of(r).color(), &tooltip(&i, &j)));
    }
    let room = libm::pow((high / low).max(1.01), 0.04);
    chart.marks.push(
        Panel {
            area: (64.0, 366.0, 290.0, 146.0),
            title: "The cost".to_string(),
            x: Scale::linear("iteration", 0.0, end),
            y: Scale::log("cost J", low / room, high * room),
            marks,
        }
        .mark(),
    );
    draw_examples(&mut chart, plane, dataset, runs);
    Ok(move |alt: &str| {
        let mut spec = chart.finish(alt);
        spec["scales"] = json!([scale]);
        spec["legends"] = json!([legend]);
        spec
    })
}

/// A row for each example: the truth as a ring, each run's prediction as a dot.
fn draw_examples(chart: &mut Chart, plane: &Plane, dataset: &Dataset, runs: &[Run]) {
    let predicted = runs.iter().flat_map(|run| &run.networks).filter_map(|net| {
        let x = plane.scaler.transform_x(&dataset.x).ok()?;
        Some(plane.scaler.inverse_transform_y(&net.predict(&x).ok()?))
    });
    let mut all: Vec<f64> = dataset.y.iter().copied().collect();
    predicted.for_each(|y_hat| all.extend(y_hat.iter()));
    let all = Array1::from(all);
    let (low, high) = all.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    let room = 0.06 * (high - low).max(1e-9);
    let n = dataset.len();
    let row = |share: f64| signal(&format!("scale('y',datum.n-{share:?})"));
    let mut marks = vec![json!({"type": "symbol", "from": {"data": "examples0"}, "encode": {"update": {
        "x": signal("scale('x',datum.truth)"), "y": row(0.32), "size": {"value": 150}, "fill": vega::css(WHITE),
        "stroke": vega::css(BLACK), "strokeWidth": {"value": 2},
        "tooltip": signal(&format!("{{title:'example '+datum.n,'truth':{}}}", shown("datum.truth")))}}})];
    for (r, run) in runs.iter().enumerate() {
        let look = Look::of(r);
        let shape = if r == 0 { "circle" } else { "square" };
        let tooltip = format!(
            "{{title:{}+', example '+datum.n,'prediction':{},'truth':{}}}",
            json!(run.name),
            shown("datum.s"),
            shown("datum.truth")
        );
        marks.push(json!({"type": "symbol", "from": {"data": format!("examples{r}")}, "encode": {"update": {
            "x": signal("scale('x',datum.s)"), "y": row(0.32), "size": {"value": 70}, "shape": {"value": shape},
            "fill": vega::css(look.color()), "stroke": vega::css(WHITE), "tooltip": signal(&tooltip)}}}));
    }
    let says: Vec<String> =
        (0..runs.len()).map(|r| format!("format(data('examples{r}')[datum.n-1].s,'.1f')")).collect();
    let text = format!(
        "'('+datum.u+', '+datum.v+'): truth '+{}+', predicted '+{}",
        shown("datum.truth"),
        says.join("+' and '+")
    );
    marks.push(
        json!({"type": "text", "from": {"data": "examples0"}, "interactive": false, "encode": {"update": {
        "x": {"value": 6}, "y": row(0.75), "baseline": {"value": "middle"}, "fontSize": {"value": 11.5},
        "fill": vega::css(TEXT), "text": signal(&text)}}}),
    );
    let mut mark = Panel {
        area: (404.0, 366.0, 284.0, 146.0),
        title: "Truth (ring) and predictions".to_string(),
        x: Scale::linear("score", low - room, high + room),
        y: Scale { label: String::new(), domain: vega::list(&[n as f64, 0.0]), log: false },
        marks,
    }
    .mark();
    mark["axes"][1] =
        json!({"scale": "y", "orient": "left", "labels": false, "ticks": false, "tickCount": 0});
    chart.marks.push(mark);
}
