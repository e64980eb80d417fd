//! One neuron with its numbers.

use ndarray::{Array1, Array2};

use super::legend::{self, Entry, Sample};
use super::wires::{self, NEGATIVE_DASH, Wire};
use crate::error::{Error, Result};
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::contour::Area;
use crate::figures::drawing::font::{LINE_HEIGHT, wrapped};
use crate::figures::drawing::shape::{Align, Point};
use crate::figures::drawing::style::{BLACK, BLUE, CURVE, Sizes, TEXT, VERMILION, WHITE};
use crate::figures::ensure;
use crate::figures::figure::{Drawing, Figure};
use crate::model::Activation;
use crate::text::{count, number, subscript};

const MOST_INPUTS: usize = 8;

/// One neuron with its numbers: inputs, weights, their weighted sum z, and the activation a = f(z) that it sends on.
///
/// # Shapes
///
/// As many weights as inputs, at most eight.
///
/// # Errors
///
/// When the lengths differ, there are no inputs or more than eight, or a number is not finite.
///
/// # Examples
///
/// ```
/// use demystified::{Activation, plot, ndarray::array};
///
/// let figure = plot::neuron(&array![0.3, 1.0], &array![2.0, -0.6], Activation::Sigmoid)?;
/// assert_eq!(
///     figure.alt,
///     "A neuron with 2 inputs: z = 0.3 × 2 + 1 × (−0.6) = 0, and a = sigmoid(z) = 0.5."
/// );
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn neuron(inputs: &Array1<f64>, weights: &Array1<f64>, activation: Activation) -> Result<Figure> {
    ensure::values("inputs", inputs)?;
    ensure::values("weights", weights)?;
    ensure::same_length("weights", weights.len(), "inputs", inputs.len())?;
    if inputs.len() > MOST_INPUTS {
        return Err(Error::count_out_of_range("the number of inputs", inputs.len(), "at most 8"));
    }
    let z = inputs.dot(weights);
    let a = activation.apply(&Array2::from_elem((1, 1), z))[[0, 0]];
    let numbers =
        Numbers { inputs: inputs.to_vec(), weights: weights.to_vec(), z, a, name: activation.name() };
    let sum = numbers.sum_in_words();
    let n = count(inputs.len(), "input");
    let alt = format!("A neuron with {n}: {sum}, and {}.", numbers.activation_in_words());
    Figure::draw(alt, move |width| Ok(numbers.draw(width)))
}

struct Numbers {
    inputs: Vec<f64>,
    weights: Vec<f64>,
    z: f64,
    a: f64,
    name: &'static str,
}

impl Numbers {
    /// `z = 0.3 × 2 + 1 × (−0.6) = 0`
    fn sum_in_words(&self) -> String {
        let factor = |v: f64| if v < 0.0 { format!("({})", number(v)) } else { number(v) };
        let terms: Vec<String> = self
            .inputs
            .iter()
            .zip(&self.weights)
            .map(|(x, w)| format!("{} × {}", factor(*x), factor(*w)))
            .collect();
        format!("z = {} = {}", terms.join(" + "), number(self.z))
    }

    fn activation_in_words(&self) -> String {
        format!("a = {}(z) = {}", self.name, number(self.a))
    }

    fn draw(&self, width: f64) -> Drawing {
        let sizes = Sizes::for_width(width);
        let wide = width >= 450.0;
        let mut canvas = Canvas::default();
        let stroke = |name: &str, color, dash| Entry {
            name: name.to_string(),
            sample: Sample::Stroke(color, dash, 3.0),
        };
        let entries =
            [stroke("positive weight", BLUE, &[]), stroke("negative weight", VERMILION, NEGATIVE_DASH)];
        let left = if wide { 20.0 } else { 8.0 };
        let top = legend::draw(&mut canvas, &entries, (left, 8.0), width - 8.0, &sizes) + 12.0;

        let step = if wide { 62.0 } else { 48.0 };
        let radius = if wide { 25.0 } else { 19.0 };
        let tall = (self.inputs.len() as f64 * step).max(3.2 * radius);
        let middle = top + tall / 2.0;
        // in a narrow figure too there is room for the names of the inputs, and a wire is seen on both sides of its label
        let [first, sum, active] =
            if wide { [0.14, 0.48, 0.7] } else { [0.18, 0.56, 0.8] }.map(|share| share * width);
        let input = |i: usize| (first, middle + (i as f64 - (self.inputs.len() - 1) as f64 / 2.0) * step);

        let all: Vec<Wire> = self
            .weights
            .iter()
            .enumerate()
            .map(|(i, w)| Wire { from: input(i), to: (sum, middle), weight: *w })
            .collect();
        wires::draw(&mut canvas, &all, 5.0);
        canvas.line(&[(sum, middle), (active, middle)], BLACK, CURVE);
        canvas.line(&[(active, middle), (active + radius + 28.0, middle)], BLACK, CURVE);
        arrow_head(&mut canvas, (active - radius, middle));
        arrow_head(&mut canvas, (active + radius + 34.0, middle));
        let around = |p: Point| -> Area { (p.0 - radius, p.1 - radius, p.0 + radius, p.1 + radius) };
        let mut nodes: Vec<Area> = (0..all.len()).map(|i| around(input(i))).collect();
        nodes.push(around((sum, middle)));
        wires::label(&mut canvas, &all, sizes.tick.min(12.5), &nodes);

        for (i, value) in self.inputs.iter().enumerate() {
            let at = input(i);
            canvas.ring(at, radius, BLACK, 1.75, WHITE);
            canvas.text_centred(at, &number(*value), sizes.tick, TEXT, Align::Middle);
            let name = format!("x{} =", subscript(i + 1));
            canvas.text_centred((at.0 - radius - 8.0, at.1), &name, sizes.tick, TEXT, Align::End);
        }
        for (at, symbol, below) in [((sum, middle), "Σ", "weighted sum"), ((active, middle), "f", self.name)]
        {
            canvas.ring(at, radius, BLACK, 1.75, WHITE);
            canvas.text_centred(at, symbol, 17.0, TEXT, Align::Middle);
            canvas.text((at.0, at.1 + radius + 16.0), below, sizes.tick, TEXT, Align::Middle);
        }
        let gap = (sum + active) / 2.0;
        let value =
            |name: &str, v: f64| if wide { format!("{name} = {}", number(v)) } else { name.to_string() };
        let above = middle - 9.0;
        canvas.text((gap, above), &value("z", self.z), sizes.tick, TEXT, Align::Middle);
        let end = active + radius + 40.0;
        canvas.text_centred((end, middle), &value("a", self.a), sizes.tick, TEXT, Align::Start);

        let mut y = top + tall + 20.0;
        for text in [self.sum_in_words(), self.activation_in_words()] {
            for line in wrapped(&text, sizes.label, width - 24.0, 3) {
                canvas.text((width / 2.0, y), &line, sizes.label, TEXT, Align::Middle);
                y += LINE_HEIGHT * sizes.label;
            }
        }
        Drawing { height: y, canvas, head: 0 }
    }
}

/// A tip at the given point that points to the right.
pub(super) fn arrow_head(canvas: &mut Canvas, tip: Point) {
    canvas.polygon(&[tip, (tip.0 - 9.0, tip.1 - 5.0), (tip.0 - 9.0, tip.1 + 5.0)], BLACK);
}
