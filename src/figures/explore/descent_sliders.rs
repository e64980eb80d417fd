//! One weight on the curve of the cost, and its next step.

use std::ops::RangeInclusive;

use ndarray::Array1;
use serde_json::{Value, json};

use super::explorable::Explorable;
use super::formula;
use super::network_sliders::{check_data, weight_name};
use super::vega::{self, Chart, Panel, Scale, Text, shown, signal};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::figures::drawing::style::{BLUE, CURVE, DARK_VERMILION, GREEN, PALE_BLUE, TEXT, VERMILION};
use crate::figures::ensure;
use crate::figures::plot::{self, Axes};
use crate::model::Network;
use crate::text::number;

/// So many points of the curve are computed.
const POINTS: usize = 241;
const MOST_PARAMS: usize = 60;

/// The cost over one weight, with sliders for the weight and the learning rate η: the point on the curve, its tangent, the
/// slope, and where the next step of gradient descent leads. A click on "take this step" takes it.
///
/// `weight` is the weight's number in [`Network::params`], counted from 0; the others stay as they are. The slider goes over
/// `range` and begins at `start`.
///
/// # Formula
///
/// next w = w − η dJ/dw
///
/// # Errors
///
/// When there is no such weight, the range is empty or `start` is not in it, a number is not finite, the network has more than
/// 60 weights, another number of outputs than 1, or softmax.
///
/// # Examples
///
/// ```
/// use demystified::{Network, Scaler, explore, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let chart = explore::descent(&net, &data, 8, -3.0, -5.0..=10.0)?;
/// assert!(chart.alt.contains("slope −0.1215"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn descent(
    net: &Network,
    data: &Dataset,
    weight: usize,
    start: f64,
    range: RangeInclusive<f64>,
) -> Result<Explorable> {
    let (low, high) = range.into_inner();
    formula::check_network("net", net, MOST_PARAMS)?;
    check_data("data", data, net)?;
    if weight >= net.n_params() {
        let expected = format!("a number below {}, for that many weights are there", net.n_params());
        return Err(Error::count_out_of_range("weight", weight, expected));
    }
    check_range(low, high)?;
    if !(low..=high).contains(&start) {
        let expected = format!("a number of the range, {} to {}", number(low), number(high));
        return Err(Error::out_of_range("start", start, expected));
    }
    let at = |w: f64| -> Result<Network> {
        let mut params: Array1<f64> = net.params();
        params[weight] = w;
        net.with_params(&params)
    };
    let ws: Array1<f64> = Array1::linspace(low, high, POINTS);
    let js: Vec<f64> = ws.iter().map(|w| at(*w)?.cost(&data.x, &data.y)).collect::<Result<Vec<f64>>>()?;
    let js = Array1::from(js);
    let j = at(start)?.cost(&data.x, &data.y)?;
    let slope = at(start)?.gradients(&data.x, &data.y)?.to_vector()[weight];
    let name = match net.layer_sizes().len() {
        3 if !net.has_bias() => weight_name(&net.layer_sizes(), weight),
        _ => format!("parameter {weight}"),
    };
    let axes = Axes::new(&format!("The cost over one weight, {name}"), "weight w", "cost J");
    let figure = plot::tangent(&axes, &ws, &js, (start, j), slope)?;
    let rate = 10.0;
    let alt = format!(
        "{} With sliders for the weight and the learning rate: from w = {} with J = {} and slope {}, a step with rate {} leads to \
         w = {}.",
        figure.alt,
        number(start),
        number(j),
        number(slope),
        number(rate),
        number(start - rate * slope),
    );
    let spec = chart(net, data, weight, &name, start, (&ws, &js), rate).finish(&alt);
    Ok(Explorable::new(alt, &figure, &spec))
}

/// A range of a slider.
pub(super) fn check_range(low: f64, high: f64) -> Result<()> {
    for (name, value) in [("the start of the range", low), ("the end of the range", high)] {
        ensure::number(name, value)?;
        if value.abs() > 1000.0 {
            return Err(Error::out_of_range(name, value, "a number from −1000 to 1000"));
        }
    }
    if high - low < 0.1 {
        let expected = format!("at least 0.1 above its start, {}", number(low));
        return Err(Error::out_of_range("the end of the range", high, expected));
    }
    Ok(())
}

fn chart(
    net: &Network,
    data: &Dataset,
    weight: usize,
    name: &str,
    start: f64,
    (ws, js): (&Array1<f64>, &Array1<f64>),
    rate: f64,
) -> Chart {
    let (low, high) = (ws[0], ws[ws.len() - 1]);
    let mut chart = Chart::new(430.0);
    chart.plain_slider("w", "weight w", vega::on_step(start, 0.001), (low, high), 0.001);
    if let Some(slider) = chart.signals.last_mut() {
        let taken = format!("clamp(round(1000*next)/1000,{low:?},{high:?})");
        slider["on"] = json!([{"events": "@step:click, @step_text:click", "update": taken}]);
    }
    chart.plain_slider("power", "learning rate η: 10 to the power", libm::log10(rate), (-1.0, 2.5), 0.05);
    chart.derive("rate", "pow(10,power)");
    chart.derive("slope", "data('cost')[0].slope+penalty_slope");
    chart.derive("j", "data('cost')[0].j+penalty");
    chart.derive("next", "w-rate*slope");
    chart.derive("next_j", "data('next_cost')[0].j+next_penalty");
    let points: Vec<Value> = ws.iter().zip(js).map(|(w, j)| json!({"w": w, "j": j})).collect();
    chart.data.push(json!({"name": "curve", "values": points}));
    let fixed = net.params();
    let with = |w: &'static str| {
        let fixed = fixed.clone();
        move |k: usize| if k == weight { w.to_string() } else { format!("({:?})", fixed[k]) }
    };
    let rows = formula::rows(data);
    chart.data.push(json!({"name": "here", "values": rows,
        "transform": formula::forward_with_slope(net, weight, &with("w"))}));
    chart.data.push(formula::data_cost_and_slope(net, "here", "cost"));
    chart
        .data
        .push(json!({"name": "there", "values": rows, "transform": formula::forward(net, &with("next"))}));
    chart.data.push(formula::data_cost(net, "there", "next_cost"));
    chart.derive("penalty", &formula::penalty(net, &with("w")));
    chart.derive("next_penalty", &formula::penalty(net, &with("next")));
    let n_weights: usize = net.layer_sizes().windows(2).map(|pair| pair[0] * pair[1]).sum();
    let lambda = if weight < n_weights { net.cost_function().lambda() } else { 0.0 };
    chart.derive("penalty_slope", &format!("{lambda:?}*w"));

    let mut write = |x: f64, y: f64, text: String, color, bold| {
        chart.text(Text { size: 13.0, color, bold, ..Text::new(x, y, &text) });
    };
    write(64.0, 18.0, format!("'The cost over one weight, {name}'"), TEXT, true);
    write(64.0, 42.0, format!("'w = '+{}", shown("w")), TEXT, false);
    write(190.0, 42.0, format!("'J = '+{}", shown("j")), BLUE, true);
    write(330.0, 42.0, format!("'slope dJ/dw = '+{}", shown("slope")), DARK_VERMILION, true);
    let sum = format!(
        "'next w = w − η · slope = '+{}+' − '+{}+' × '+(slope<0?'('+{}+')':{})+' = '+{}",
        shown("w"),
        shown("rate"),
        shown("slope"),
        shown("slope"),
        shown("next")
    );
    write(64.0, 64.0, sum, TEXT, false);
    let change = "next_j<j?'lower':next_j>j?'HIGHER: the step is too long':'the same'";
    write(64.0, 86.0, format!("'J there = '+{}+', '+({change})", shown("next_j")), GREEN, true);

    chart.marks.push(json!({"type": "rect", "name": "step", "encode": {"update": {
        "x": {"value": 556}, "y": {"value": 74}, "width": {"value": 130}, "height": {"value": 24},
        "cornerRadius": {"value": 4}, "fill": vega::css(PALE_BLUE), "stroke": vega::css(BLUE),
        "cursor": {"value": "pointer"}, "tooltip": {"value": "the weight moves to the next w"}}}}));
    let mut button =
        Text { align: "center", color: BLUE, bold: true, ..Text::new(621.0, 86.0, "'take this step'") }
            .mark();
    button["interactive"] = json!(true);
    button["name"] = json!("step_text");
    button["encode"]["update"]["cursor"] = json!({"value": "pointer"});
    chart.marks.push(button);

    let (bottom, top) = js.iter().fold((f64::MAX, f64::MIN), |(l, h), j| (l.min(*j), h.max(*j)));
    let room = (0.06 * (top - bottom)).max(1e-12 * top.abs()).max(1e-300);
    let tooltip = format!("{{'w':{},'J':{}}}", shown("datum.w"), shown("datum.j"));
    let here = format!("{{'w':{},'J':{},'slope dJ/dw':{}}}", shown("w"), shown("j"), shown("slope"));
    let there = format!("{{'next w':{},'J there':{}}}", shown("next"), shown("next_j"));
    let panel = Panel {
        area: (64.0, 112.0, 620.0, 270.0),
        title: String::new(),
        x: Scale::linear("weight w", low, high),
        y: Scale::linear("cost J", bottom - room, top + room),
        marks: vec![
            vega::line("curve", ("datum.w", "datum.j"), BLUE, CURVE, &[]),
            vega::rule(
                (&format!("{low:?}"), &format!("j+slope*({low:?}-w)")),
                (&format!("{high:?}"), &format!("j+slope*({high:?}-w)")),
                VERMILION,
                CURVE,
                &[9.0, 4.0],
            ),
            // The step: along the tangent's foot, then up or down to the curve.
            vega::rule(("w", "j"), ("next", "j"), GREEN, 2.0, &[]),
            vega::rule(("next", "j"), ("next", "next_j"), GREEN, 2.0, &[]),
            vega::hover("curve", ("datum.w", "datum.j"), &tooltip),
            vega::dot(("next", "next_j"), GREEN, &there),
            vega::dot(("w", "j"), VERMILION, &here),
        ],
    };
    chart.marks.push(panel.mark());
    // What lies beyond the axis is said.
    let outside =
        format!("next<{low:?}?'← next w is off the chart':next>{high:?}?'next w is off the chart →':''");
    let mut text =
        Text { align: "right", color: GREEN, bold: true, ..Text::new(678.0, 124.0, &outside) }.mark();
    text["encode"]["update"]["text"] = signal(&outside);
    chart.marks.push(text);
    chart
}
