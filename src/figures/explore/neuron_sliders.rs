//! One neuron on the curve of its activation.

use ndarray::{Array1, Array2};
use serde_json::json;

use super::explorable::Explorable;
use super::formula;
use super::vega::{self, Chart, Panel, Scale, Text, shown};
use crate::error::{Error, Result};
use crate::figures::drawing::style::{BLUE, CURVE, DARK_VERMILION, TEXT, VERMILION};
use crate::figures::plot::{self, Axes};
use crate::model::Activation;
use crate::text::{count, number, subscript};

/// One neuron with a slider for each input and each weight: its sum z, and where z stands on the curve of the activation.
///
/// # Formula
///
/// z = Σ x w, a = f(z)
///
/// # Shapes
///
/// As many weights as inputs, at most four.
///
/// # Errors
///
/// When the lengths differ, there are no inputs or more than four, a number is not finite, or the activation is softmax.
///
/// # Examples
///
/// ```
/// use demystified::{Activation, explore, ndarray::array};
///
/// let chart = explore::neuron(&array![0.3, 1.0], &array![2.0, -1.0], Activation::Sigmoid)?;
/// assert!(chart.alt.contains("a = sigmoid(z) = 0.4013"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn neuron(inputs: &Array1<f64>, weights: &Array1<f64>, activation: Activation) -> Result<Explorable> {
    let picture = plot::neuron(inputs, weights, activation)?;
    if inputs.len() > 4 {
        return Err(Error::count_out_of_range("the number of inputs", inputs.len(), "at most 4"));
    }
    if activation == Activation::Softmax {
        return Err(Error::unsuitable(
            "activation",
            "softmax",
            "an activation of one unit: sigmoid, tanh, relu or identity",
        ));
    }
    let z = inputs.dot(weights);
    let at_z = Array2::from_elem((1, 1), z);
    let (a, slope) = (activation.apply(&at_z)[[0, 0]], activation.derivative(&at_z)?[[0, 0]]);
    let end = (1.25 * z.abs()).max(8.0).ceil();
    let zs = Array1::linspace(-end, end, 161);
    let curve = activation.apply(&zs.clone().insert_axis(ndarray::Axis(1))).column(0).to_owned();

    let f = format!("f(z) = {}(z)", activation.name());
    let axes = Axes::new("The neuron on its curve", "weighted input z", &f);
    let around = Array1::from(vec![-0.15 * end, 0.15 * end]);
    let tangent = format!("slope {}", number(slope));
    let on_curve = plot::line_and_points(
        &axes,
        &[(f.as_str(), &zs, &curve), (tangent.as_str(), &(&around + z), &(&around * slope + a))],
        &[("the neuron", &Array1::from_elem(1, z), &Array1::from_elem(1, a))],
    )?;
    let alt = format!(
        "{} With sliders for {} and {}.",
        picture.alt,
        count(inputs.len(), "input"),
        count(weights.len(), "weight"),
    );

    let mut chart = Chart::new(312.0);
    let input_range = vega::symmetric(inputs.iter().copied(), 1.0);
    for (i, &x) in inputs.iter().enumerate() {
        chart.slider(&format!("x{i}"), &format!("input x{}", subscript(i + 1)), x, input_range, 0.01);
    }
    let weight_range = vega::symmetric(weights.iter().copied(), 5.0);
    for (i, &w) in weights.iter().enumerate() {
        chart.slider(&format!("w{i}"), &format!("weight w{}", subscript(i + 1)), w, weight_range, 0.01);
    }
    let products: Vec<String> = (0..inputs.len()).map(|i| format!("x{i}*w{i}")).collect();
    chart.derive("z", &products.join("+"));
    chart.derive("a", &formula::activation(activation, "z"));
    chart.derive("slope", &formula::slope(activation, "z", "a"));
    // The curve reaches as far as the neuron.
    chart.derive("end", "max(8,ceil(1.25*abs(z)))");
    let step = json!({"type": "sequence", "start": -80, "stop": 81, "step": 1, "as": "i"});
    chart.data.push(json!({"name": "curve", "transform": [step,
        {"type": "formula", "as": "z", "expr": "datum.i/80*end"},
        {"type": "formula", "as": "f", "expr": formula::activation(activation, "datum.z")}]}));

    let mut y = 34.0;
    let mut write = |text: &str, size: f64, color, bold| {
        // The second product stands below the first.
        let x = if text.starts_with("'+") { 34.0 } else { 18.0 };
        chart.text(Text { size, color, bold, ..Text::new(x, y, text) });
        y += 26.0;
    };
    let text_color = TEXT;
    write("'The weighted sum'", 14.0, text_color, true);
    for i in 0..inputs.len() {
        let (number, sign) = (subscript(i + 1), if i == 0 { "z =" } else { "+" });
        let text = format!(
            "'{sign} x{number} w{number} = '+{}+' × '+{}+' = '+{}",
            shown(&format!("x{i}")),
            in_brackets(&format!("w{i}")),
            shown(&format!("x{i}*w{i}"))
        );
        write(&text, 13.0, text_color, false);
    }
    write(&format!("'z = '+{}", shown("z")), 15.0, BLUE, true);
    write("''", 12.0, text_color, false);
    write("'The activation'", 14.0, text_color, true);
    write(&format!("'a = {}(z) = '+{}", activation.name(), shown("a")), 15.0, BLUE, true);
    write(&format!("'slope f′(z) = '+{}", shown("slope")), 13.0, DARK_VERMILION, false);

    let domain = match activation {
        Activation::Sigmoid => "[-0.05,1.05]",
        Activation::Tanh => "[-1.1,1.1]",
        _ => "[-end,end]",
    };
    let tooltip = format!("{{'z':{},'f(z)':{}}}", shown("datum.z"), shown("datum.f"));
    let here = format!("{{'z':{},'a = f(z)':{},'slope':{}}}", shown("z"), shown("a"), shown("slope"));
    let panel = Panel {
        area: (360.0, 40.0, 322.0, 230.0),
        title: format!("The neuron on its curve ({})", activation.name()),
        x: Scale { label: "weighted input z".to_string(), domain: "[-end,end]".to_string(), log: false },
        y: Scale { label: "activation a = f(z)".to_string(), domain: domain.to_string(), log: false },
        marks: vec![
            vega::rule(("z", "domain('y')[0]"), ("z", "a"), VERMILION, 1.5, &[4.0, 3.0]),
            vega::rule(("-end", "a"), ("z", "a"), VERMILION, 1.5, &[4.0, 3.0]),
            vega::line("curve", ("datum.z", "datum.f"), BLUE, CURVE, &[]),
            vega::rule(
                ("z-0.12*end", "a-0.12*end*slope"),
                ("z+0.12*end", "a+0.12*end*slope"),
                DARK_VERMILION,
                CURVE,
                &[],
            ),
            vega::hover("curve", ("datum.z", "datum.f"), &tooltip),
            vega::dot(("z", "a"), VERMILION, &here),
        ],
    };
    chart.marks.push(panel.mark());
    let figure = plot::side_by_side(&[&picture, &on_curve])?;
    Ok(Explorable::new(alt.clone(), &figure, &chart.finish(&alt)))
}

/// A negative factor stands in brackets.
fn in_brackets(number: &str) -> String {
    format!("({number}<0?'('+{}+')':{})", shown(number), shown(number))
}
