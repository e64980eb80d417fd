//! The computation graph of one example, forward and backward, under the reader's fingers.

use ndarray::Axis;
use serde_json::{Value, json};

use super::explorable::Explorable;
use super::formula;
use super::network_sliders::{check_data, check_drawn, weight_name};
use super::vega::{self, Chart, Text, shown, shown_briefly, signal};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::figures::drawing::style::{AXIS, BLUE, DARK_VERMILION, TEXT, WHITE};
use crate::figures::plot::{self, GraphNode};
use crate::model::{Cost, Network};
use crate::text::{number, subscript};

/// The columns of the graph: inputs, z, a, z, ŷ, J.
const COLUMNS: usize = 6;

/// A quantity of the graph: its symbol, the fields of its value and gradient, its column, and its row of so many.
struct Node {
    name: String,
    value: String,
    gradient: Option<String>,
    column: usize,
    row: usize,
    rows: usize,
}

/// The computation graph of one example with a slider for each weight: the value of every quantity, and how the cost changes
/// with it, follow as the weights move.
///
/// `example` is the row of `data`, counted from 0; the cost is that of this example alone.
///
/// # Errors
///
/// When there is no such example; for a network other than in [`network`](super::network()); when a number is not finite.
///
/// # Examples
///
/// ```
/// use demystified::{Network, Scaler, explore, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let chart = explore::backpropagation(&net, &data, 0)?;
/// assert!(chart.alt.contains("ŷ: value 0.7358, gradient −0.0142"));
/// assert!(chart.alt.contains("W⁽²⁾₃₁: value") && chart.alt.contains("ŷ → J: −0.0142"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn backpropagation(net: &Network, data: &Dataset, example: usize) -> Result<Explorable> {
    formula::check_network("net", net, super::network_sliders::MOST_PARAMS)?;
    check_drawn(net)?;
    check_data("data", data, net)?;
    if example >= data.len() {
        let expected = format!("a number below {}, for that many examples are there", data.len());
        return Err(Error::count_out_of_range("example", example, expected));
    }
    let one = Dataset::new(data.x.select(Axis(0), &[example]), data.y.select(Axis(0), &[example]))?;
    let sizes = net.layer_sizes();
    let nodes = nodes(&sizes);

    let pass = net.forward(&one.x)?;
    let gradients = net.gradients(&one.x, &one.y)?;
    let (y, y_hat, delta3) = (one.y[[0, 0]], pass.y_hat()[[0, 0]], gradients.delta(3)[[0, 0]]);
    let (w2, j) = (net.w(2), net.cost(&one.x, &one.y)?);
    let dj_dy_hat = match net.cost_function() {
        Cost::CrossEntropy { .. } => (y_hat - y) / (y_hat * (1.0 - y_hat)),
        _ => y_hat - y,
    };
    let mut drawn: Vec<GraphNode> = nodes
        .iter()
        .map(|node| {
            let (value, gradient) = match node.column {
                0 => (one.x[[0, node.row]], None),
                1 => (pass.z(2)[[0, node.row]], Some(gradients.delta(2)[[0, node.row]])),
                2 => (pass.a(2)[[0, node.row]], Some(delta3 * w2[[node.row, 0]])),
                3 => (pass.z(3)[[0, 0]], Some(delta3)),
                4 => (y_hat, Some(dj_dy_hat)),
                _ => (j, Some(1.0)),
            };
            let middle = (sizes[1].max(sizes[0]) as f64 - 1.0) / 2.0;
            let row = middle + node.row as f64 - (node.rows as f64 - 1.0) / 2.0;
            GraphNode::new(&node.name, value, gradient, node.column, row)
        })
        .collect();
    let (hidden_f, output_f) = net.activations();
    let with_slopes: Vec<(usize, usize, Option<f64>)> = edges(&nodes)
        .into_iter()
        .map(|(from, to)| {
            let slope = match nodes[from].column {
                0 => None, // a weight: it has a box of its own below
                1 => Some(hidden_f.derivative(&pass.z(2))?[[0, nodes[from].row]]),
                2 => Some(w2[[nodes[from].row, 0]]),
                3 => Some(output_f.derivative(&pass.z(3))?[[0, 0]]),
                _ => Some(dj_dy_hat),
            };
            Ok((from, to, slope))
        })
        .collect::<Result<_>>()?;
    // the weights, in rows below
    let (slopes, rows) = (gradients.to_vector(), sizes[1].max(sizes[0]) as f64);
    drawn.extend((0..net.n_params()).map(|k| {
        let row = rows + 0.3 + (k / COLUMNS) as f64;
        GraphNode::new(&entry_name(&sizes, k), net.params()[k], Some(slopes[k]), k % COLUMNS, row)
    }));
    let figure = plot::computation_graph(&drawn, &with_slopes)?;
    let alt = format!("{} With a slider for each weight.", figure.alt);
    let spec = chart(net, &one, &nodes).finish(&alt);
    Ok(Explorable::new(alt, &figure, &spec))
}

/// A weight by its place in its matrix: `W⁽¹⁾₁₃`.
fn entry_name(sizes: &[usize], k: usize) -> String {
    let first = sizes[0] * sizes[1];
    let (layer, row, column) =
        if k < first { ("⁽¹⁾", k / sizes[1], k % sizes[1]) } else { ("⁽²⁾", k - first, 0) };
    format!("W{layer}{}{}", subscript(row + 1), subscript(column + 1))
}

fn nodes(sizes: &[usize]) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut add = |name: String, value: String, gradient: Option<String>, column, row, rows| {
        nodes.push(Node { name, value, gradient, column, row, rows });
    };
    for i in 0..sizes[0] {
        add(format!("x{}", subscript(i + 1)), format!("x{}", i + 1), None, 0, i, sizes[0]);
    }
    for (column, letter) in [(1, "z"), (2, "a")] {
        for i in 0..sizes[1] {
            let n = i + 1;
            let (value, gradient) = (format!("{letter}2_{n}"), format!("g{letter}2_{n}"));
            add(format!("{letter}⁽²⁾{}", subscript(n)), value, Some(gradient), column, i, sizes[1]);
        }
    }
    add("z⁽³⁾".to_string(), "z3_1".to_string(), Some("gz3".to_string()), 3, 0, 1);
    add("ŷ".to_string(), "a3_1".to_string(), Some("ga3".to_string()), 4, 0, 1);
    add("J".to_string(), "j".to_string(), Some("gj".to_string()), 5, 0, 1);
    nodes
}

/// Between neighbouring columns; z to a is one to one.
fn edges(nodes: &[Node]) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    for (i, from) in nodes.iter().enumerate() {
        for (k, to) in nodes.iter().enumerate() {
            let meets = to.column == from.column + 1 && (from.column != 1 || from.row == to.row);
            if meets {
                edges.push((i, k));
            }
        }
    }
    edges
}

fn chart(net: &Network, one: &Dataset, nodes: &[Node]) -> Chart {
    let sizes = net.layer_sizes();
    let (hidden_f, output_f) = net.activations();
    let first = sizes[0] * sizes[1];
    let rows_of_weights = net.n_params().div_ceil(9);
    let mut chart = Chart::new(346.0 + 66.0 * rows_of_weights as f64);
    let range = vega::symmetric(net.params().iter().copied(), 3.0);
    for (k, &w) in net.params().iter().enumerate() {
        chart.slider(&format!("w{k}"), &weight_name(&sizes, k), w, range, 0.01);
    }
    let all: Vec<String> = (0..net.n_params()).map(|k| format!("w{k}")).collect();
    chart.derive("p", &format!("[{}]", all.join(",")));
    let param = |k: usize| format!("p[{k}]");

    // Forward, then backward: each gradient from the one to its right.
    let mut transforms = formula::forward(net, &param);
    let mut add = |name: String, expression: String| {
        transforms.push(json!({"type": "formula", "as": name, "expr": expression}));
    };
    let slope = |f, z: &str, a: &str| formula::slope(f, &format!("datum.{z}"), &format!("datum.{a}"));
    let error = "(datum.a3_1-datum.y)";
    add("gj".to_string(), "1".to_string());
    match net.cost_function() {
        Cost::CrossEntropy { .. } => {
            add("ga3".to_string(), format!("{error}/(datum.a3_1*(1-datum.a3_1))"));
            add("gz3".to_string(), error.to_string());
        }
        _ => {
            add("ga3".to_string(), error.to_string());
            add("gz3".to_string(), format!("datum.ga3*{}", slope(output_f, "z3_1", "a3_1")));
        }
    }
    for i in 0..sizes[1] {
        let n = i + 1;
        add(format!("ga2_{n}"), format!("datum.gz3*{}", param(first + i)));
        let through = slope(hidden_f, &format!("z2_{n}"), &format!("a2_{n}"));
        add(format!("gz2_{n}"), format!("datum.ga2_{n}*{through}"));
    }
    let lambda = net.cost_function().lambda();
    for k in 0..net.n_params() {
        let product = if k < first {
            format!("datum.x{}*datum.gz2_{}", k / sizes[1] + 1, k % sizes[1] + 1)
        } else {
            format!("datum.a2_{}*datum.gz3", k - first + 1)
        };
        add(format!("gw{k}"), format!("{product}+{lambda:?}*{}", param(k)));
    }
    chart.data.push(json!({"name": "pass", "values": formula::rows(one), "transform": transforms}));
    chart.data.push(formula::data_cost(net, "pass", "cost"));
    chart.derive("j", &format!("data('cost')[0].j+{}", formula::penalty(net, &param)));

    let x = |column: usize| 58.0 + 117.0 * column as f64;
    let pitch = if sizes[0].max(sizes[1]) <= 3 { 84.0 } else { 252.0 / sizes[0].max(sizes[1]) as f64 };
    let y = |row: usize, rows: usize| 176.0 + pitch * (row as f64 - (rows as f64 - 1.0) / 2.0);
    let (wide, high) = (94.0, if pitch < 60.0 { pitch - 4.0 } else { 58.0 });

    let headings = ["inputs", "sums", "activations", "sum", "prediction", "cost"];
    for (column, heading) in headings.iter().enumerate() {
        chart.text(Text {
            align: "center",
            bold: true,
            ..Text::new(x(column), 40.0, &format!("'{heading}'"))
        });
    }
    chart.text(Text { color: BLUE, bold: true, ..Text::new(11.0, 16.0, "'value, computed forward →'") });
    chart.text(Text {
        color: DARK_VERMILION,
        bold: true,
        ..Text::new(230.0, 16.0, "'gradient dJ/d…, computed backward ←'")
    });
    let truth = format!("'truth y = {}'", number(one.y[[0, 0]]));
    chart.text(Text { align: "right", ..Text::new(690.0, 16.0, &truth) });
    let wires: Vec<Value> = edges(nodes)
        .iter()
        .map(|(from, to)| {
            let (a, b) = (&nodes[*from], &nodes[*to]);
            json!({"x": x(a.column) + wide / 2.0, "y": y(a.row, a.rows), "x2": x(b.column) - wide / 2.0, "y2": y(b.row, b.rows)})
        })
        .collect();
    chart.data.push(json!({"name": "edges", "values": wires}));
    let field = |name: &str| json!({"field": name});
    chart.marks.push(
        json!({"type": "rule", "from": {"data": "edges"}, "interactive": false, "encode": {"update": {
        "x": field("x"), "y": field("y"), "x2": field("x2"), "y2": field("y2"), "stroke": vega::css(AXIS),
        "strokeWidth": {"value": 1.5}}}}),
    );

    let boxes: Vec<Value> = nodes
        .iter()
        .map(|n| json!({"x": x(n.column), "y": y(n.row, n.rows), "name": n.name, "field": n.value, "slope": n.gradient}))
        .collect();
    let pass = "data('pass')[0]";
    chart.data.push(json!({"name": "boxes", "values": boxes, "transform": [
        {"type": "formula", "as": "v", "expr": format!("datum.field==='j'?j:{pass}[datum.field]")},
        {"type": "formula", "as": "g", "expr": format!("datum.slope?{pass}[datum.slope]:null")}]}));
    let table: Vec<Value> = (0..net.n_params())
        .map(|k| {
            let (row, column) = (k / 9, k % 9);
            let name = weight_name(&sizes, k).replace(": ", " ");
            json!({"k": k, "x": 11.0 + 76.0 * column as f64 + 35.0, "y": 356.0 + 66.0 * row as f64, "name": name})
        })
        .collect();
    chart.data.push(json!({"name": "weights", "values": table, "transform": [
        {"type": "formula", "as": "v", "expr": "p[datum.k]"},
        {"type": "formula", "as": "g", "expr": format!("{pass}['gw'+datum.k]")}]}));
    chart.text(Text {
        bold: true,
        ..Text::new(
            11.0,
            312.0,
            "'The weights: each gradient is the value before it times the gradient after it'",
        )
    });
    for (data, width, height) in [("boxes", wide, high), ("weights", 72.0, 58.0)] {
        let tooltip = format!(
            "datum.g==null?{{title:datum.name,'value':{}}}:{{title:datum.name,'value':{},'gradient':{}}}",
            shown("datum.v"),
            shown("datum.v"),
            shown("datum.g")
        );
        chart.marks.push(json!({"type": "rect", "from": {"data": data}, "encode": {"update": {
            "xc": field("x"), "yc": field("y"), "width": {"value": width}, "height": {"value": height},
            "fill": vega::css(WHITE), "stroke": vega::css(AXIS), "tooltip": signal(&tooltip)}}}));
        let line = (height - 6.0) / 3.0;
        let mut write = |dy: f64, text: &str, color, size: f64| {
            chart.marks.push(json!({"type": "text", "from": {"data": data}, "interactive": false, "encode": {"update": {
                "x": field("x"), "y": {"field": "y", "offset": dy}, "text": signal(text), "fill": vega::css(color),
                "align": {"value": "center"}, "baseline": {"value": "middle"}, "fontSize": {"value": size}}}}));
        };
        let name_size = if data == "boxes" { 12.5 } else { 11.0 };
        write(-line, "datum.name", TEXT, name_size);
        let number = |value: &str| if data == "boxes" { shown(value) } else { shown_briefly(value) };
        write(0.0, &number("datum.v"), BLUE, 12.0);
        write(line, &format!("datum.g==null?'–':{}", number("datum.g")), DARK_VERMILION, 12.0);
    }
    chart
}
