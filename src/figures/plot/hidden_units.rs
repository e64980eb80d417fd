//! What each hidden unit responds to, all over the plane of the inputs.

use ndarray::Axis;

use super::axes::Axes;
use super::heat::{self, Paint, Surface};
use super::legend::{Entry, Sample};
use super::prediction::{Example, Prediction, around};
use super::scale::Span;
use super::series::lead;
use crate::data::{Dataset, Scaler};
use crate::error::{Error, Result};
use crate::figures::drawing::{marks, style};
use crate::figures::figure::Figure;
use crate::model::{Activation, Network};
use crate::text::{count, number, short};

/// More panels than this, next to each other, are too small to read.
const MOST_UNITS: usize = 3;

/// The activations of the first hidden layer for every pair of inputs, a panel for each unit, the examples as dots.
///
/// All panels have the same colours, from 0 to 1 with a sigmoid. Where a unit's lines are close together its activation changes
/// fast; along a line it does not change at all. Of more than three units the first three are drawn. `axes` has the labels of the
/// inputs; the panels are called *hidden unit 1* and so on.
///
/// # Shapes
///
/// `net` has 2 inputs and at least one hidden layer; `dataset` has 2 columns of x, in units of the data, and 1 of y.
///
/// # Errors
///
/// When the network, the scaler or the dataset has another shape, its hidden layers are softmax, whose units do not stand alone, or a
/// number or an activation is not finite.
///
/// # Examples
///
/// ```
/// use demystified::plot::{Axes, hidden_units};
/// use demystified::{Network, Scaler, sleep_study};
///
/// let data = sleep_study();
/// let scaler = Scaler::fit(&data, 100.0)?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let figure = hidden_units(&Axes::new("", "sleep [h]", "study [h]"), &net, &scaler, &data)?;
/// assert!(figure.alt.contains("hidden unit 2"));
/// let a2 = net.forward(&scaler.transform_x(&data.x)?)?.a(2);
/// assert!((a2[[0, 1]] - 0.319).abs() < 5e-4 && figure.alt.contains("0.319 at (3, 5)"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn hidden_units(axes: &Axes, net: &Network, scaler: &Scaler, dataset: &Dataset) -> Result<Figure> {
    let (sizes, (hidden, _)) = (net.layer_sizes(), net.activations());
    if sizes.len() < 3 || hidden == Activation::Softmax {
        let value = format!("{sizes:?} with {} in the hidden layers", hidden.name());
        let expected = "a hidden layer, of units that stand alone".to_string();
        return Err(Error::unsuitable("layer_sizes of net", value, expected));
    }
    let unscaled = Scaler { y_max: 1.0, ..scaler.clone() };
    let mut units = Vec::new();
    for unit in 0..sizes[1].min(MOST_UNITS) {
        let name = format!("hidden unit {}", unit + 1);
        let axes = Axes { title: name, ..axes.clone() };
        let responses = Prediction::new(&axes, &alone(net, unit)?, &unscaled, dataset, (161, 101))?;
        units.push((axes, responses));
    }
    let values = units.iter().flat_map(|(_, responses)| responses.z.iter());
    let (low, high) = values.fold((0.0_f64, 1.0_f64), |(low, high), v| (low.min(*v), high.max(*v)));
    let paint = Paint { colors: Span::exactly(low, high), white: 0.0, banded: true, bar: false };
    let panels: Vec<Figure> =
        units.into_iter().map(|(axes, responses)| panel(axes, responses, paint)).collect::<Result<_>>()?;
    heat::with_one_bar(&panels, Paint { bar: true, ..paint })
}

/// A hidden unit as a network of its own: without a hidden layer, what it predicts is the unit's activation.
fn alone(net: &Network, unit: usize) -> Result<Network> {
    let weights = net.w(1).select(Axis(1), &[unit]);
    let (hidden, _) = net.activations();
    let mut alone = Network::from_weights(vec![weights])?.with_activations(hidden, hidden);
    if net.has_bias() {
        alone = alone.with_bias();
        let mut params = alone.params();
        params[2] = net.b(1)[unit];
        alone = alone.with_params(&params)?;
    }
    Ok(alone)
}

fn panel(axes: Axes, responses: Prediction, paint: Paint) -> Result<Figure> {
    let surface = Surface::new(&responses.xs, &responses.ys, &responses.z)?;
    let at = |e: &Example| format!("{} at ({}, {})", short(e.predicted), number(e.x), number(e.y));
    let examples = match responses.has_few() {
        true => responses.examples.iter().map(at).collect::<Vec<_>>().join(", "),
        false => count(responses.examples.len(), "example"),
    };
    let alt = format!("Filled contours of activations: {}{}; {examples}.", lead(&axes), surface.in_words());
    Figure::draw(alt, move |width| {
        let legend = vec![Entry { name: "example".to_string(), sample: Sample::Example(style::WHITE) }];
        let mut frame = surface.frame(&axes, width, paint, legend)?;
        let inside = responses.examples.iter().filter(|example| frame.contains(example.x, example.y));
        let places: Vec<(f64, f64)> = inside.map(|example| (example.x, example.y)).collect();
        let dots: Vec<(f64, f64)> = places.iter().map(|(x, y)| frame.at(*x, *y)).collect();
        surface.draw_contours(
            &mut frame,
            &axes,
            paint,
            &dots,
            dots.iter().map(|dot| around(*dot)).collect(),
        )?;
        heat::enclose(&mut frame, paint, width);
        frame.marks(places.into_iter().map(|at| marks::example(at, responses.radius(), style::WHITE)))?;
        Ok(frame.finish())
    })
}
