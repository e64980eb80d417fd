//! A slope measured with a step: the secant against the tangent, and how wrong it is.

use ndarray::Array1;
use serde_json::{Value, json};

use super::explorable::Explorable;
use super::vega::{self, Chart, Panel, Scale, Text, dot, line, rule, shown};
use crate::error::{Error, Result};
use crate::figures::drawing::style::{BLACK, BLUE, CURVE, DARK_VERMILION, PLUM, TEXT, VERMILION};
use crate::figures::ensure;
use crate::figures::plot::{self, Axes};
use crate::text::{exact, number};

/// Powers of ten of the step ε, from large to small, and how many lie between two of them.
const FIRST_POWER: f64 = -0.5;
const LAST_POWER: f64 = -15.0;
const STEP: f64 = 0.25;
/// The curve under the magnifying glass has so many points.
const MAGNIFIED: usize = 49;
/// It reaches so many ε to both sides.
const REACH: f64 = 1.6;

/// What a step gives.
struct Measured {
    power: f64,
    epsilon: f64,
    /// Forward and central.
    slopes: [f64; 2],
    errors: [f64; 2],
    /// (f(x + ε) − f(x)) / ε and (f(x − ε) − f(x)) / ε.
    ends: [f64; 2],
    curve: Vec<(f64, f64)>,
}

/// The slope of `f` at `x`, measured with a step ε, with a slider for ε: on the left the curve through a magnifying glass ε
/// wide, with the secants and the tangent; on the right how wrong they are for every ε. For tiny ε the curve itself breaks into
/// the steps of the computer's numbers.
///
/// `slope` is the right slope, from a formula; `label` names the function.
///
/// # Formula
///
/// ```text
/// forward   (f(x + ε) − f(x)) / ε
/// central   (f(x + ε) − f(x − ε)) / 2ε
/// ```
///
/// # Errors
///
/// When a number or a value of `f` near x is not finite, `x` is larger than 1000 in size, or every error is 0.
///
/// # Examples
///
/// ```
/// use demystified::explore;
///
/// let chart = explore::secant("sin x", &f64::sin, 1.0, 1_f64.cos())?;
/// assert!(chart.alt.contains("with ε = 0.3162"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn secant(label: &str, f: &dyn Fn(f64) -> f64, x: f64, slope: f64) -> Result<Explorable> {
    for (name, value) in [("x", x), ("slope", slope)] {
        ensure::number(name, value)?;
    }
    if x.abs() > 1000.0 {
        return Err(Error::out_of_range("x", x, "a number from −1000 to 1000"));
    }
    let count = ((FIRST_POWER - LAST_POWER) / STEP).round() as usize + 1;
    let measured = (0..count)
        .map(|i| measure(label, f, x, slope, FIRST_POWER - STEP * i as f64))
        .collect::<Result<Vec<Measured>>>()?;
    if measured.iter().all(|m| m.errors.iter().all(|e| *e == 0.0)) {
        return Err(Error::unsuitable("the errors of f", "0 for every ε", "a curve that is not straight"));
    }

    let first = &measured[0];
    let names = ["forward", "central"];
    // An error of 0 has no place on a logarithmic axis.
    let of = |i: usize, value: fn(&Measured, usize) -> f64| -> Array1<f64> {
        measured.iter().filter(|m| m.errors[i] > 0.0).map(|m| value(m, i)).collect()
    };
    let curves = [0, 1].map(|i| (names[i], of(i, |m, _| m.epsilon), of(i, |m, i| m.errors[i])));
    let drawn = curves.iter().filter(|(_, epsilons, _)| !epsilons.is_empty());
    let curves: Vec<_> = drawn.map(|(name, epsilons, errors)| (*name, epsilons, errors)).collect();
    let now: Array1<f64> = first.errors.into_iter().filter(|e| *e > 0.0).collect();
    let (at, name) =
        (Array1::from_elem(now.len(), first.epsilon), format!("with ε = {}", number(first.epsilon)));
    let marked = [(name.as_str(), &at, &now)];
    let marked = if now.is_empty() { &[] } else { &marked[..] };
    let right =
        plot::line_and_points_log(&Axes::new("How wrong each is", "step ε", "error"), &curves, marked)?;
    let ts: Array1<f64> = first.curve.iter().map(|p| x + p.0 * first.epsilon).collect();
    let fs: Array1<f64> = ts.mapv(f);
    let through = |from: f64, slope: f64| ts.mapv(|t| f(from) + slope * (t - from));
    let forward = through(x, first.slopes[0]);
    let central = through(x - first.epsilon, first.slopes[1]);
    let title = format!("{label}, measured with ε = {}", number(first.epsilon));
    let [by_forward, by_central] = [0, 1].map(|i| format!("{}: {}", names[i], number(first.slopes[i])));
    let (tangent, by_formula) = (through(x, slope), format!("tangent: {}", number(slope)));
    // in this order, so that they have the colours that they have on the right
    let lines = [
        (by_forward.as_str(), &ts, &forward),
        (by_central.as_str(), &ts, &central),
        (label, &ts, &fs),
        (by_formula.as_str(), &ts, &tangent),
    ];
    let left = plot::line(&Axes::new(&title, "x", label), &lines)?;
    let figure = plot::side_by_side(&[&left, &right])?;
    let lowest = |i: usize| {
        let best =
            measured.iter().filter(|m| m.errors[i] > 0.0).min_by(|a, b| a.errors[i].total_cmp(&b.errors[i]));
        best.map_or("0".to_string(), |m| format!("{} at ε = {}", number(m.errors[i]), number(m.epsilon)))
    };
    let alt = format!(
        "The slope of {label} at x = {}, which is {}, measured with ε = {}: forward {}, central {}. The lowest error is {} for \
         forward and {} for central differences. With a slider for ε from {} to {}.",
        number(x),
        number(slope),
        number(first.epsilon),
        number(first.slopes[0]),
        number(first.slopes[1]),
        lowest(0),
        lowest(1),
        number(first.epsilon),
        number(measured[count - 1].epsilon),
    );
    let spec = chart(label, x, slope, &measured).finish(&alt);
    Ok(Explorable::new(alt, &figure, &spec))
}

fn measure(label: &str, f: &dyn Fn(f64) -> f64, x: f64, slope: f64, power: f64) -> Result<Measured> {
    let epsilon = libm::pow(10.0, power);
    let value = |at: f64| -> Result<f64> {
        let value = f(at);
        if value.is_finite() && value.abs() < 1e100 {
            return Ok(value);
        }
        Err(Error::out_of_range(format!("{label} at {}", exact(at)), value, "a finite number"))
    };
    let (here, above, below) = (value(x)?, value(x + epsilon)?, value(x - epsilon)?);
    // As in the formulas, with the rounding that this brings.
    let slopes = [(above - here) / epsilon, (above - below) / (2.0 * epsilon)];
    let curve = (0..MAGNIFIED)
        .map(|i| {
            let at = x + epsilon * REACH * (2.0 * i as f64 / (MAGNIFIED - 1) as f64 - 1.0);
            Ok(((at - x) / epsilon, (value(at)? - here) / epsilon))
        })
        .collect::<Result<Vec<(f64, f64)>>>()?;
    Ok(Measured {
        power,
        epsilon,
        slopes,
        errors: slopes.map(|measured| (measured - slope).abs()),
        ends: [(above - here) / epsilon, (below - here) / epsilon],
        curve,
    })
}

fn chart(label: &str, x: f64, slope: f64, measured: &[Measured]) -> Chart {
    let mut chart = Chart::new(420.0);
    chart.plain_slider("power", "step ε: 10 to the power", FIRST_POWER, (LAST_POWER, FIRST_POWER), STEP);
    let rows: Vec<Value> = measured
        .iter()
        .map(|m| {
            let error = |i: usize| if m.errors[i] > 0.0 { json!(m.errors[i]) } else { Value::Null };
            json!({"p": m.power, "eps": m.epsilon, "f": m.slopes[0], "c": m.slopes[1], "ef": error(0), "ec": error(1),
                "up": m.ends[0], "down": m.ends[1]})
        })
        .collect();
    chart.data.push(json!({"name": "steps", "values": rows}));
    let short = |v: f64| words_as_number(v);
    let curves: Vec<Value> = measured
        .iter()
        .map(|m| {
            json!({"t": m.curve.iter().map(|p| short(p.0)).collect::<Vec<_>>(),
            "y": m.curve.iter().map(|p| short(p.1)).collect::<Vec<_>>()})
        })
        .collect();
    // One row holds a whole curve; the chosen one is spread out.
    chart.data.push(json!({"name": "curves", "values": curves}));
    chart.derive("i", &format!("round(({FIRST_POWER:?}-power)/{STEP:?})"));
    chart.data.push(json!({"name": "magnified", "transform": [
        {"type": "sequence", "start": 0, "stop": MAGNIFIED, "step": 1, "as": "k"},
        {"type": "formula", "as": "t", "expr": "data('curves')[i].t[datum.k]"},
        {"type": "formula", "as": "y", "expr": "data('curves')[i].y[datum.k]"}]}));
    chart.derive("here", "data('steps')[i]");

    let mut write = |x: f64, y: f64, text: String, color, bold| {
        chart.text(Text { size: 13.0, color, bold, ..Text::new(x, y, &text) });
    };
    let quoted = json!(format!("The slope of {label} at x = {}: {} by the formula", number(x), ten(slope)));
    write(14.0, 18.0, quoted.to_string(), TEXT, true);
    write(14.0, 42.0, format!("'ε = '+{}", shown("here.eps")), TEXT, true);
    let says = |slope: &str, error: &str| {
        format!(
            "format(here.{slope},'.10~f')+', error '+(here.{error}==null?'0':{})",
            shown(&format!("here.{error}"))
        )
    };
    write(190.0, 42.0, format!("'forward: '+{}", says("f", "ef")), BLUE, true);
    write(190.0, 64.0, format!("'central: '+{}", says("c", "ec")), DARK_VERMILION, true);

    // As high as the tangent needs, so that the secants are seen beside it.
    let high = 1.25 * REACH * slope.abs().max(0.2);
    let tooltip =
        format!("{{'(x′ − x) / ε':{},'(f(x′) − f(x)) / ε':{}}}", shown("datum.t"), shown("datum.y"));
    let at = |name: &str, t: &str, y: &str| {
        format!("{{title:'{name}','(x′ − x) / ε':'{t}','(f(x′) − f(x)) / ε':{}}}", shown(y))
    };
    let end = format!("{REACH:?}");
    let glass = Panel {
        area: (54.0, 112.0, 270.0, 250.0),
        title: "Through a glass ε wide".to_string(),
        x: Scale::linear("(x′ − x) / ε", -REACH, REACH),
        y: Scale::linear("(f(x′) − f(x)) / ε", -high, high),
        marks: vec![
            line("magnified", ("datum.t", "datum.y"), PLUM, CURVE, &[]),
            rule(
                (&format!("-{end}"), &format!("-{end}*({slope:?})")),
                (&end, &format!("{end}*({slope:?})")),
                BLACK,
                1.5,
                &[3.0, 3.0],
            ),
            rule(
                (&format!("-{end}"), &format!("-{end}*here.f")),
                (&end, &format!("{end}*here.f")),
                BLUE,
                2.0,
                &[],
            ),
            // The central one leads through both neighbours.
            rule(
                (&format!("-{end}"), &format!("here.down+(1-{end})*here.c")),
                (&end, &format!("here.up+({end}-1)*here.c")),
                VERMILION,
                2.0,
                &[9.0, 4.0],
            ),
            vega::hover("magnified", ("datum.t", "datum.y"), &tooltip),
            dot(("1", "here.up"), VERMILION, &at("x + ε", "1", "here.up")),
            dot(("-1", "here.down"), VERMILION, &at("x − ε", "−1", "here.down")),
            dot(("0", "0"), PLUM, "'x itself'"),
        ],
    };
    chart.marks.push(glass.mark());
    let errors = measured.iter().flat_map(|m| m.errors).filter(|e| *e > 0.0);
    let (low, high) = errors.fold((f64::MAX, f64::MIN), |(l, h), e| (l.min(e), h.max(e)));
    let tooltip = |name: &str, slope: &str, error: &str| {
        format!(
            "{{title:'{name}','ε':{},'slope':format(datum.{slope},'.10~f'),'error':{}}}",
            shown("datum.eps"),
            shown(&format!("datum.{error}"))
        )
    };
    let known = |field: &str| format!("here.{field}==null?{low:?}:here.{field}");
    let errors = Panel {
        area: (410.0, 112.0, 274.0, 250.0),
        title: "The error for every ε".to_string(),
        x: Scale::log("step ε", measured[measured.len() - 1].epsilon / 2.0, measured[0].epsilon * 3.0),
        y: Scale::log("error of the slope", low / 2.0, high * 2.0),
        marks: vec![
            series("ef", BLUE, &[]),
            series("ec", VERMILION, &[9.0, 4.0]),
            vega::hover(
                "steps",
                ("datum.eps", &format!("(datum.ef==null?{low:?}:datum.ef)")),
                &tooltip("forward", "f", "ef"),
            ),
            vega::hover(
                "steps",
                ("datum.eps", &format!("(datum.ec==null?{low:?}:datum.ec)")),
                &tooltip("central", "c", "ec"),
            ),
            dot(("here.eps", &known("ef")), BLUE, &tooltip("forward", "f", "ef").replace("datum.", "here.")),
            dot(
                ("here.eps", &known("ec")),
                VERMILION,
                &tooltip("central", "c", "ec").replace("datum.", "here."),
            ),
        ],
    };
    chart.marks.push(errors.mark());
    let legend =
        "'plum: the curve · dotted: tangent · blue: forward secant · orange, dashed: central secant'";
    chart.text(Text::new(14.0, 410.0, legend));
    chart
}

/// An error over ε, without the places where it is 0.
fn series(field: &str, color: crate::figures::drawing::shape::Color, dash: &[f64]) -> Value {
    let mut mark = line("steps", ("datum.eps", &format!("datum.{field}")), color, CURVE, dash);
    mark["encode"]["update"]["defined"] = json!({"signal": format!("datum.{field}!=null")});
    mark
}

/// Ten decimals, without zeros at the end.
fn ten(value: f64) -> String {
    let text = format!("{value:.10}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.replace('-', "−")
}

/// Five digits are enough to draw.
fn words_as_number(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}
