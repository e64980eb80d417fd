//! A whole network under the reader's fingers.

use ndarray::Array1;
use serde_json::{Value, json};

use super::explorable::Explorable;
use super::formula;
use super::vega::{self, Chart, Panel, Scale, Text, shown, signal};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::figures::drawing::style::{AXIS, BLACK, BLUE, DARK_VERMILION, PLUM, TEXT, VERMILION, WHITE};
use crate::figures::drawing::svg::hex;
use crate::figures::ensure;
use crate::figures::plot::{self, Axes};
use crate::model::Network;
use crate::text::{count, number, subscript};

/// A slider each: more would be a wall.
pub(super) const MOST_PARAMS: usize = 16;
const MOST_EXAMPLES: usize = 8;
const MOST_UNITS: usize = 5;
const STEP: f64 = 0.01;

/// A network with a slider for each weight and each input: all z, all a, ŷ, and the cost J of the examples follow as they
/// move. It starts with the weights of `net` and the first example; those of `trained` are a click away.
///
/// # Shapes
///
/// `net` and `trained` have the same layers, with one hidden layer, 1 output, at most 16 weights and no biases; `data`, scaled
/// as the network needs it, has at most 8 examples.
///
/// # Errors
///
/// When a network or the data has another shape, the networks differ in more than their weights, or a number is not finite.
///
/// # Examples
///
/// ```
/// use demystified::{Network, Scaler, Trainer, explore, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let trained = Trainer::default().train(&net, &data, None)?.network;
/// let chart = explore::network(&net, &trained, &data)?;
/// assert!(chart.alt.contains("With the given weights J = 0.02809"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn network(net: &Network, trained: &Network, data: &Dataset) -> Result<Explorable> {
    formula::check_network("net", net, MOST_PARAMS)?;
    formula::check_network("trained", trained, MOST_PARAMS)?;
    formula::check_alike("trained", trained, "net", net)?;
    check_drawn(net)?;
    let sizes = net.layer_sizes();
    check_data("data", data, net)?;
    if data.len() > MOST_EXAMPLES {
        let name = "the number of examples";
        return Err(Error::count_out_of_range(name, data.len(), "at most 8, a line for each"));
    }

    let j = [net.cost(&data.x, &data.y)?, trained.cost(&data.x, &data.y)?];
    let y_hat = net.predict(&data.x)?;
    let mut predictions = Vec::new();
    for n in 0..data.len() {
        let x = vega::tuple(&data.x.row(n).to_vec());
        predictions.push(format!(
            "for x = {x}, y = {}, ŷ = {}",
            number(data.y[[n, 0]]),
            number(y_hat[[n, 0]])
        ));
    }
    let picture = plot::network(net)?;
    let alt = format!(
        "{} With the given weights J = {}, with the trained ones J = {}. {}. With sliders for {} and {}.",
        picture.alt,
        number(j[0]),
        number(j[1]),
        capitalised(&predictions.join("; ")),
        count(net.n_params(), "weight"),
        count(sizes[0], "input"),
    );
    let names: Vec<String> = (0..data.len()).map(|n| vega::tuple(&data.x.row(n).to_vec())).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let title = format!("The examples: J = {}", number(j[0]));
    let truth: Array1<f64> = data.y.column(0).to_owned();
    let bars = plot::grouped_bars(
        &Axes::new(&title, "inputs x", "y and ŷ"),
        &names,
        &[("truth y", &truth), ("prediction ŷ", &y_hat.column(0).to_owned())],
    )?;
    let figure = plot::side_by_side(&[&picture, &bars])?;
    let spec = chart(net, trained, data, j).finish(&alt);
    Ok(Explorable::new(alt, &figure, &spec))
}

/// A network whose graph has room in a chart: one hidden layer, few units, no biases.
pub(super) fn check_drawn(net: &Network) -> Result<()> {
    let sizes = net.layer_sizes();
    let drawn = sizes.len() == 3 && sizes[0] <= MOST_UNITS && sizes[1] <= MOST_UNITS && !net.has_bias();
    if !drawn {
        let bias = if net.has_bias() { " with biases" } else { "" };
        return Err(Error::unsuitable(
            "net",
            format!("a network of layers {sizes:?}{bias}"),
            "one hidden layer, at most 5 units in a layer, no biases",
        ));
    }
    Ok(())
}

/// Data that a network with one output can be judged by.
pub(super) fn check_data(name: &str, data: &Dataset, net: &Network) -> Result<()> {
    net.cost(&data.x, &data.y).map_err(|error| error.of(&format!("{name}'s")))?;
    ensure::matrix(&format!("{name}'s x"), &data.x)?;
    ensure::matrix(&format!("{name}'s y"), &data.y)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The name of a weight of a network with one hidden layer, by its number in the order of `params`.
pub(super) fn weight_name(sizes: &[usize], k: usize) -> String {
    let first = sizes[0] * sizes[1];
    if k < first {
        format!("W⁽¹⁾: x{} → a{}", subscript(k / sizes[1] + 1), subscript(k % sizes[1] + 1))
    } else {
        format!("W⁽²⁾: a{} → ŷ", subscript(k - first + 1))
    }
}

fn chart(net: &Network, trained: &Network, data: &Dataset, j: [f64; 2]) -> Chart {
    let sizes = net.layer_sizes();
    let inputs = sizes[0];
    let height = 370.0;
    let mut chart = Chart::new(height);

    // Which weights: the sliders jump there, and can then be moved.
    chart.signals.push(json!({"name": "start", "value": "given", "bind":
        {"input": "radio", "options": ["given", "trained"], "labels": ["given ", "trained "], "name": "weights "}}));
    let all = [net.params().to_vec(), trained.params().to_vec()];
    let on_steps = all.each_ref().map(|ws| ws.iter().map(|w| vega::on_step(*w, STEP)).collect::<Vec<f64>>());
    let choose = |lists: &[Vec<f64>; 2]| {
        format!("start==='trained'?{}:{}", vega::list(&lists[1]), vega::list(&lists[0]))
    };
    let range = vega::symmetric(all.iter().flatten().copied(), 3.0);
    for (i, &x) in data.x.row(0).iter().enumerate() {
        let largest = data.x.column(i).iter().fold(1.0_f64, |most, v| most.max(v.abs()));
        let lowest = if data.x.column(i).iter().any(|v| *v < 0.0) { -largest } else { 0.0 };
        chart.slider(
            &format!("x{}", i + 1),
            &format!("input x{}", subscript(i + 1)),
            x,
            (lowest, largest),
            STEP,
        );
    }
    chart.derive("exact", &choose(&all));
    chart.derive("on_steps", &choose(&on_steps));
    for (k, &position) in on_steps[0].iter().enumerate() {
        chart.signals.push(json!({
            "name": format!("w{k}"), "value": position,
            "on": [{"events": signal("on_steps"), "update": format!("on_steps[{k}]")}],
            "bind": {"input": "range", "min": range.0, "max": range.1, "step": STEP,
                "name": format!("{} ", weight_name(&sizes, k))},
        }));
    }
    // A slider stands on its steps; what it leaves out of the exact weight is added.
    let sum = |k: usize| format!("w{k}+(exact[{k}]-on_steps[{k}])");
    chart.derive("p", &format!("[{}]", (0..net.n_params()).map(sum).collect::<Vec<_>>().join(",")));

    let param = |k: usize| format!("p[{k}]");
    let mut here: Vec<Value> = (1..=inputs)
        .map(|i| json!({"type": "formula", "as": format!("x{i}"), "expr": format!("x{i}")}))
        .collect();
    here.extend(formula::forward(net, &param));
    chart.data.push(json!({"name": "here", "values": [{}], "transform": here}));
    chart.data.push(json!({"name": "examples", "values": formula::rows(data), "transform": formula::forward(net, &param)}));
    chart.data.push(formula::data_cost(net, "examples", "cost"));
    chart.derive("j", &format!("data('cost')[0].j+{}", formula::penalty(net, &param)));

    draw_network(&mut chart, net, range.1);
    draw_examples(&mut chart, data, j, height);
    chart
}

fn draw_network(chart: &mut Chart, net: &Network, most: f64) {
    let sizes = net.layer_sizes();
    let (columns, middle, radius) = ([48.0, 232.0, 402.0], 190.0, 23.0);
    let step = |units: usize| if units <= 3 { 104.0 } else { 300.0 / units as f64 };
    let place = |layer: usize, unit: usize| {
        let units = sizes[layer];
        (columns[layer], middle + (unit as f64 - (units as f64 - 1.0) / 2.0) * step(units))
    };

    for (layer, text) in ["input layer", "hidden layer", "output"].iter().enumerate() {
        chart.text(Text {
            align: "center",
            bold: true,
            ..Text::new(columns[layer], 18.0, &format!("'{text}'"))
        });
    }
    let mut wires = Vec::new();
    let (mut k, mut from_layer) = (0, 0);
    while from_layer < 2 {
        for from in 0..sizes[from_layer] {
            for to in 0..sizes[from_layer + 1] {
                let (a, b) = (place(from_layer, from), place(from_layer + 1, to));
                // Where the wires keep apart: before a third of the way, where the first ones cross.
                let t = if from_layer == 0 { 0.26 } else { 0.42 };
                wires.push(
                    json!({"k": k, "name": weight_name(&sizes, k), "x": a.0, "y": a.1, "x2": b.0, "y2": b.1,
                    "lx": a.0 + t * (b.0 - a.0), "ly": a.1 + t * (b.1 - a.1)}),
                );
                k += 1;
            }
        }
        from_layer += 1;
    }
    chart.data.push(json!({"name": "wires", "values": wires,
        "transform": [{"type": "formula", "as": "w", "expr": "p[datum.k]"}]}));
    let field = |name: &str| json!({"field": name});
    let tooltip = signal(&format!("{{title:datum.name,'weight':{}}}", shown("datum.w")));
    chart.marks.push(json!({"type": "rule", "from": {"data": "wires"}, "encode": {"update": {
        "x": field("x"), "y": field("y"), "x2": field("x2"), "y2": field("y2"),
        "stroke": signal(&format!("datum.w<0?'{}':'{}'", hex(VERMILION), hex(BLUE))),
        "strokeDash": signal("datum.w<0?[7,3]:[1,0]"),
        "strokeWidth": signal(&format!("0.75+5*min(1,abs(datum.w)/{most:?})")),
        "tooltip": tooltip}}}));
    chart.marks.push(
        json!({"type": "rect", "from": {"data": "wires"}, "interactive": false, "encode": {"update": {
        "xc": field("lx"), "yc": field("ly"), "width": {"value": 42}, "height": {"value": 15},
        "cornerRadius": {"value": 3}, "fill": vega::css(WHITE), "fillOpacity": {"value": 0.92}}}}),
    );
    chart.marks.push(
        json!({"type": "text", "from": {"data": "wires"}, "interactive": false, "encode": {"update": {
        "x": field("lx"), "y": field("ly"), "text": signal("format(datum.w,'.2f')"),
        "fontSize": {"value": 12}, "align": {"value": "center"}, "baseline": {"value": "middle"},
        "fill": signal(&format!("datum.w<0?'{}':'{}'", hex(DARK_VERMILION), hex(BLUE)))}}}),
    );

    let mut units = Vec::new();
    for (layer, n) in sizes.iter().enumerate() {
        for unit in 0..*n {
            let (x, y) = place(layer, unit);
            let index = subscript(unit + 1);
            let (name, a, z) = match layer {
                0 => (format!("x{index}"), format!("x{}", unit + 1), None),
                1 => (
                    format!("a{index}"),
                    format!("a2_{}", unit + 1),
                    Some((format!("z⁽²⁾{index}"), format!("z2_{}", unit + 1))),
                ),
                _ => ("ŷ".to_string(), "a3_1".to_string(), Some(("z⁽³⁾".to_string(), "z3_1".to_string()))),
            };
            let (z_name, z) = z.unzip();
            units.push(json!({"x": x, "y": y, "name": name, "a": a, "zname": z_name, "z": z}));
        }
    }
    chart.data.push(json!({"name": "units", "values": units, "transform": [
        {"type": "formula", "as": "av", "expr": "data('here')[0][datum.a]"},
        {"type": "formula", "as": "zv", "expr": "datum.z?data('here')[0][datum.z]:null"}]}));
    let tooltip = format!(
        "datum.z?{{title:datum.name,'weighted input z':{},'value':{}}}:{{title:datum.name,'value':{}}}",
        shown("datum.zv"),
        shown("datum.av"),
        shown("datum.av")
    );
    chart.marks.push(json!({"type": "symbol", "from": {"data": "units"}, "encode": {"update": {
        "x": field("x"), "y": field("y"), "size": {"value": 4.0 * radius * radius}, "fill": vega::css(WHITE),
        "stroke": vega::css(BLACK), "strokeWidth": {"value": 1.75}, "tooltip": signal(&tooltip)}}}));
    let text = |dy: f64, text: &str, size: f64, color, bold: bool| {
        json!({"type": "text", "from": {"data": "units"}, "interactive": false, "encode": {"update": {
            "x": field("x"), "y": {"field": "y", "offset": dy}, "text": signal(text), "fontSize": {"value": size},
            "fill": vega::css(color), "align": {"value": "center"}, "baseline": {"value": "middle"},
            "fontWeight": {"value": if bold { "bold" } else { "normal" }}}}})
    };
    chart.marks.push(text(-7.0, "datum.name", 12.0, AXIS, false));
    chart.marks.push(text(8.0, "format(datum.av,'.3f')", 12.0, BLUE, true));
    // The wires do not run through the sums.
    chart.marks.push(json!({"type": "rect", "from": {"data": "units"}, "interactive": false, "encode": {"update": {
        "xc": field("x"), "yc": {"field": "y", "offset": radius + 10.0}, "width": {"value": 88}, "height": {"value": 15},
        "fill": vega::css(WHITE), "fillOpacity": signal("datum.z?0.92:0")}}}));
    chart.marks.push(text(
        radius + 10.0,
        "datum.z?datum.zname+' = '+format(datum.zv,'.3f'):''",
        12.0,
        TEXT,
        false,
    ));
    chart.text(Text {
        color: AXIS,
        ..Text::new(18.0, 356.0, "'blue, solid: positive weight   ·   vermilion, dashed: negative'")
    });
}

fn draw_examples(chart: &mut Chart, data: &Dataset, j: [f64; 2], height: f64) {
    let left = 470.0;
    let mut write = |y: f64, text: &str, size: f64, color, bold| {
        chart.text(Text { size, color, bold, ..Text::new(left, y, text) });
    };
    write(18.0, "'The examples'", 14.0, TEXT, true);
    write(44.0, &format!("'cost J = '+{}", shown("j")), 16.0, PLUM, true);
    let before = format!("'given: {}   trained: {}'", number(j[0]), number(j[1]));
    write(66.0, &before, 12.0, AXIS, false);

    let (low, high) = data.y.iter().fold((0.0_f64, 1.0_f64), |(l, h), v| (l.min(*v), h.max(*v)));
    let top = 104.0;
    let tall = height - top - 48.0;
    let n = data.len() as f64;
    let at = |share: f64| format!("datum.n-{share:?}");
    // Two lines of text above each pair of marks when there is room.
    let names: Vec<String> = (0..data.len()).map(|n| vega::tuple(&data.x.row(n).to_vec())).collect();
    let name = format!("{}[datum.n-1]", json!(names));
    let scaled = |x: &str| signal(&format!("scale('x',clamp({x},{low:?},{high:?}))"));
    let on_row = |share: f64| signal(&format!("scale('y',{})", at(share)));
    let tooltip = signal(&format!(
        "{{title:'example '+datum.n+', x = '+{name},'truth y':{},'prediction ŷ':{},'error y − ŷ':{}}}",
        shown("datum.y"),
        shown("datum.a3_1"),
        shown("datum.y-datum.a3_1")
    ));
    let symbol = |x: &str, fill: Value, stroke: Value, size: f64| {
        json!({"type": "symbol", "from": {"data": "examples"}, "encode": {"update": {
            "x": scaled(x), "y": on_row(0.3), "size": {"value": size}, "fill": fill, "stroke": stroke,
            "strokeWidth": {"value": 2}, "tooltip": tooltip}}})
    };
    let panel = Panel {
        area: (left, top, 212.0, tall),
        title: String::new(),
        x: Scale::linear("truth y (ring) and prediction ŷ (dot)", low, high),
        y: Scale { label: String::new(), domain: vega::list(&[n, 0.0]), log: false },
        marks: vec![
            json!({"type": "rule", "from": {"data": "examples"}, "encode": {"update": {
                "x": scaled("datum.y"), "x2": scaled("datum.a3_1"), "y": on_row(0.3),
                "stroke": vega::css(VERMILION), "strokeWidth": {"value": 3}, "tooltip": tooltip}}}),
            symbol("datum.y", vega::css(WHITE), vega::css(BLACK), 150.0),
            symbol("datum.a3_1", vega::css(BLUE), vega::css(WHITE), 110.0),
            json!({"type": "text", "from": {"data": "examples"}, "interactive": false, "encode": {"update": {
                "x": {"value": 6}, "y": on_row(0.7), "baseline": {"value": "middle"}, "fontSize": {"value": 12},
                "text": signal(&format!("{name}+': y '+{}+', ŷ '+{}", shown("datum.y"), shown("datum.a3_1")))}}}),
        ],
    };
    let mut mark = panel.mark();
    // Rows are named by their texts.
    mark["axes"][1] =
        json!({"scale": "y", "orient": "left", "labels": false, "ticks": false, "tickCount": 0});
    chart.marks.push(mark);
}
