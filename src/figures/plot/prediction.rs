//! What a network predicts all over the plane of its two inputs.

use ndarray::{Array1, Array2, array};

use super::axes::Axes;
use super::frame::Frame;
use super::heat::{self, Paint, Surface};
use super::label::{self, Label, Obstacles};
use super::legend::{Entry, Sample};
use super::scale::{Span, nice_step};
use super::series::lead;
use crate::data::{Dataset, Scaler, check_rows};
use crate::error::{Error, Result};
use crate::figures::drawing::contour::Area;
use crate::figures::drawing::{colormap, marks, style};
use crate::figures::ensure;
use crate::figures::figure::Figure;
use crate::model::Network;
use crate::text::{count, number, short};

/// The points at which a plane of contours is computed.
const CONTOUR_GRID: (usize, usize) = (161, 101);
/// More examples than this have no labels.
const MOST_LABELS: usize = 12;
/// How many dots are drawn at most: of more, most lie under others, and millions take long.
const MOST_DOTS: usize = 5000;

/// The score that a network predicts for every pair of inputs, as filled contours with labelled lines, and the examples as
/// dots in the colour of their own score, labelled with it when there are few.
///
/// Places that are asked about ([`Axes::with_question`]) have a white diamond and the predicted score.
///
/// The plane goes from 0 to a little beyond the data, unless `axes` asks for ranges. Its units are those of `dataset`: hours
/// and points, not scaled; `scaler` leads from them to the network's and back. A dot whose colour is that of the plane around
/// it is predicted well. Of more than 5000 examples, 5000 are drawn.
///
/// # Shapes
///
/// `net` has 2 inputs and 1 output; `dataset` has 2 columns of x, drawn to the right and upward, and 1 of y.
///
/// # Errors
///
/// When the network, the scaler or the dataset has another shape, or a number or a prediction is not finite.
///
/// # Examples
///
/// ```
/// use demystified::plot::{Axes, prediction_contour};
/// use demystified::{Network, Scaler, sleep_study};
///
/// let data = sleep_study();
/// let scaler = Scaler::fit(&data, 100.0)?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let axes = Axes::new("Predicted score [points]", "hours asleep [h]", "hours studying [h]");
/// let figure = prediction_contour(&axes, &net, &scaler, &data)?;
/// assert!(figure.alt.contains("example at (3, 5): true 75, predicted 73.6"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn prediction_contour(axes: &Axes, net: &Network, scaler: &Scaler, dataset: &Dataset) -> Result<Figure> {
    contour(axes, Prediction::new(axes, net, scaler, dataset, CONTOUR_GRID)?, true)
}

/// Two or three networks beside each other, as [`prediction_contour`], with one scale of colours and one bar for all: what has the same
/// colour has the same score. Each has its name as title, in the place of the axes' own.
///
/// # Errors
///
/// As for [`prediction_contour`], and for more than three networks, or none.
///
/// # Examples
///
/// ```
/// use demystified::plot::{Axes, prediction_contours};
/// use demystified::{Network, Scaler, sleep_study};
///
/// let data = sleep_study();
/// let scaler = Scaler::fit(&data, 100.0)?;
/// let (one, other) = (Network::random(&[2, 3, 1], 1)?, Network::random(&[2, 3, 1], 2)?);
/// let axes = Axes::new("", "hours asleep [h]", "hours studying [h]");
/// let figure = prediction_contours(&axes, &[("seed 1", &one), ("seed 2", &other)], &scaler, &data)?;
/// assert!(figure.alt.starts_with("Left to right, with one scale of colours: Filled contours of predictions: seed 1"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn prediction_contours(
    axes: &Axes,
    nets: &[(&str, &Network)],
    scaler: &Scaler,
    dataset: &Dataset,
) -> Result<Figure> {
    let predictions = on_one_scale(axes, nets, scaler, dataset, CONTOUR_GRID)?;
    let colors = predictions[0].1.scores;
    let maps: Vec<Figure> = predictions
        .into_iter()
        .map(|(axes, prediction)| contour(&axes, prediction, false))
        .collect::<Result<_>>()?;
    heat::with_one_bar(&maps, Paint { colors, white: 0.0, banded: true, bar: true })
}

/// What each network predicts, under its name, the scores in the range of all.
pub(super) fn on_one_scale(
    axes: &Axes,
    nets: &[(&str, &Network)],
    scaler: &Scaler,
    dataset: &Dataset,
    grid: (usize, usize),
) -> Result<Vec<(Axes, Prediction)>> {
    ensure::not_empty("nets", nets.len(), "at least one network")?;
    let predictions: Vec<Prediction> = nets
        .iter()
        .map(|(_, net)| Prediction::new(axes, net, scaler, dataset, grid))
        .collect::<Result<_>>()?;
    let ends: Vec<f64> = predictions.iter().flat_map(|p| [p.scores.low, p.scores.high]).collect();
    let scores = Span::around(ends.iter(), 0.0);
    Ok(nets
        .iter()
        .zip(predictions)
        .map(|((name, _), prediction)| {
            (Axes { title: name.to_string(), ..axes.clone() }, Prediction { scores, ..prediction })
        })
        .collect())
}

fn contour(axes: &Axes, prediction: Prediction, bar: bool) -> Result<Figure> {
    let surface = Surface::new(&prediction.xs, &prediction.ys, &prediction.z)?;
    let (between, examples) = (surface.in_words(), prediction.examples_in_words.clone());
    let answers: String = prediction.questions.iter().map(Question::in_words).collect();
    let alt = format!("Filled contours of predictions: {}{between}; {examples}{answers}.", lead(axes));
    let paint = Paint { colors: prediction.scores, white: 0.0, banded: true, bar };
    let axes = axes.clone();
    Figure::draw(alt, move |width| {
        let mut legend = vec![prediction.legend_entry(width)];
        if !prediction.questions.is_empty() {
            legend.push(Entry { name: "asked about".to_string(), sample: Sample::Asked });
        }
        let mut frame = surface.frame(&axes, width, paint, legend)?;
        let inside: Vec<&Example> =
            prediction.examples.iter().filter(|example| frame.contains(example.x, example.y)).collect();
        let asked: Vec<&Question> =
            prediction.questions.iter().filter(|asked| frame.contains(asked.x, asked.y)).collect();
        let diamonds: Vec<(f64, f64)> = asked.iter().map(|asked| frame.at(asked.x, asked.y)).collect();
        let mut dots: Vec<(f64, f64)> = inside.iter().map(|e| frame.at(e.x, e.y)).collect();
        dots.extend(&diamonds);
        let names: Vec<String> = (inside.iter().map(|example| example.label()))
            .chain(asked.iter().map(|asked| short(asked.predicted)))
            .collect();
        let labels = if prediction.has_labels(width) { labels(&frame, &names, &dots) } else { Vec::new() };
        let taken = labels.iter().map(|label| label.area).chain(dots.iter().map(|dot| around(*dot)));
        surface.draw_contours(&mut frame, &axes, paint, &dots, taken.collect())?;
        heat::enclose(&mut frame, paint, width);
        frame.marks(inside.iter().map(|example| {
            marks::example((example.x, example.y), prediction.radius(), prediction.color(example.truth))
        }))?;
        for diamond in diamonds {
            style::asked(&mut frame.canvas, diamond);
        }
        for label in labels {
            label.draw(&mut frame.canvas, true);
        }
        Ok(frame.finish())
    })
}

/// The texts beside their dots, where there is room.
fn labels(frame: &Frame, names: &[String], dots: &[(f64, f64)]) -> Vec<Label> {
    let (left, top, right, bottom) = frame.plot;
    let within = (left + 3.0, top + 3.0, right - 3.0, bottom - 3.0);
    let mut obstacles =
        Obstacles { areas: dots.iter().map(|dot| around(*dot)).collect(), ..Obstacles::default() };
    let mut labels = Vec::new();
    for (name, dot) in names.iter().zip(dots) {
        let label = label::beside(*dot, name, frame.sizes.tick, within, &obstacles);
        obstacles.areas.extend(label.as_ref().map(|label| label.area));
        labels.extend(label);
    }
    labels
}

/// The square that an example's dot fills.
pub(super) fn around(dot: (f64, f64)) -> Area {
    (dot.0 - 7.5, dot.1 - 7.5, dot.0 + 7.5, dot.1 + 7.5)
}

/// An example in its own units, and what the network says about it.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) truth: f64,
    pub(super) predicted: f64,
}

impl Example {
    pub(super) fn label(&self) -> String {
        format!("true {}", short(self.truth))
    }
}

/// A place that is asked about, and what the network says.
pub(super) struct Question {
    x: f64,
    y: f64,
    predicted: f64,
}

impl Question {
    fn in_words(&self) -> String {
        format!("; asked about ({}, {}): predicted {}", number(self.x), number(self.y), short(self.predicted))
    }
}

/// Predictions on a grid, and the examples.
pub(super) struct Prediction {
    pub(super) xs: Array1<f64>,
    pub(super) ys: Array1<f64>,
    /// A row for each y, a column for each x.
    pub(super) z: Array2<f64>,
    /// Those that are drawn.
    pub(super) examples: Vec<Example>,
    /// What is said of all examples.
    pub(super) examples_in_words: String,
    pub(super) questions: Vec<Question>,
    /// All predicted and all true scores.
    pub(super) scores: Span,
}

impl Prediction {
    /// The predictions at `columns` × `rows` points of the plane.
    pub(super) fn new(
        axes: &Axes,
        net: &Network,
        scaler: &Scaler,
        dataset: &Dataset,
        (columns, rows): (usize, usize),
    ) -> Result<Prediction> {
        axes.check()?;
        check_shapes(net, dataset)?;
        let predict = |x: &Array2<f64>| -> Result<Array2<f64>> {
            let scores = scaler.inverse_transform_y(&net.predict(&scaler.transform_x(x)?)?);
            ensure::matrix("the prediction", &scores)?;
            Ok(scores)
        };
        let grid = |range: Option<(f64, f64)>, column: usize, n: usize| {
            let values = dataset.x.column(column);
            let (from, to) = range.unwrap_or_else(|| a_little_beyond(values.iter().copied()));
            Array1::linspace(from, to, n)
        };
        let (xs, ys) = (grid(axes.x_range, 0, columns), grid(axes.y_range, 1, rows));
        let plane = Array2::from_shape_fn((rows * columns, 2), |(i, input)| match input {
            0 => xs[i % columns],
            _ => ys[i / columns],
        });
        let on_grid = predict(&plane)?;
        let z = Array2::from_shape_fn((rows, columns), |(row, column)| on_grid[[row * columns + column, 0]]);
        let for_examples = predict(&dataset.x)?;
        let example = |i: usize| Example {
            x: dataset.x[[i, 0]],
            y: dataset.x[[i, 1]],
            truth: dataset.y[[i, 0]],
            predicted: for_examples[[i, 0]],
        };
        let questions = (axes.questions.iter())
            .map(|&(x, y)| Ok(Question { x, y, predicted: predict(&array![[x, y]])?[[0, 0]] }))
            .collect::<Result<_>>()?;
        let scores = Span::around(z.iter().chain(&dataset.y), 0.0);
        let all: Vec<Example> = (0..dataset.len()).map(example).collect();
        let (examples_in_words, examples) = (in_words(&all), drawn(all));
        Ok(Prediction { xs, ys, z, examples, examples_in_words, questions, scores })
    }

    /// Whether the examples are few enough to be told one by one.
    pub(super) fn has_few(&self) -> bool {
        are_few(&self.examples)
    }

    /// Whether a figure of the given width has room for their labels.
    pub(super) fn has_labels(&self, width: f64) -> bool {
        self.has_few() && width >= 300.0
    }

    /// How large an example's dot is.
    pub(super) fn radius(&self) -> f64 {
        if self.has_few() { 6.0 } else { 3.75 }
    }

    /// The colour of a score.
    pub(super) fn color(&self, score: f64) -> crate::figures::drawing::shape::Color {
        colormap::color(self.scores.share(score), 0.0)
    }

    pub(super) fn legend_entry(&self, width: f64) -> Entry {
        let name =
            if self.has_labels(width) { "example with its true score" } else { "example: its true score" };
        Entry { name: name.to_string(), sample: Sample::Example(self.color(self.examples[0].truth)) }
    }
}

fn are_few(examples: &[Example]) -> bool {
    examples.len() <= MOST_LABELS
}

fn in_words(examples: &[Example]) -> String {
    if are_few(examples) {
        let one = |e: &Example| {
            let (x, y, truth) = (number(e.x), number(e.y), number(e.truth));
            format!("example at ({x}, {y}): true {truth}, predicted {}", short(e.predicted))
        };
        return examples.iter().map(one).collect::<Vec<_>>().join("; ");
    }
    let n = examples.len();
    let square = examples.iter().map(|e| (e.truth - e.predicted).powi(2)).sum::<f64>() / n as f64;
    let truths = || examples.iter().map(|e| e.truth);
    let drawn = if n > MOST_DOTS { format!(", {MOST_DOTS} of them drawn") } else { String::new() };
    format!(
        "{} with scores from {} to {}, predicted with a root mean square error of {}{drawn}",
        count(n, "example"),
        number(truths().fold(f64::MAX, f64::min)),
        number(truths().fold(f64::MIN, f64::max)),
        short(square.sqrt())
    )
}

/// Some of them from all over, if they are many.
fn drawn(examples: Vec<Example>) -> Vec<Example> {
    let n = examples.len();
    if n <= MOST_DOTS {
        return examples;
    }
    (0..MOST_DOTS).map(|dot| examples[dot * n / MOST_DOTS].clone()).collect()
}

fn check_shapes(net: &Network, dataset: &Dataset) -> Result<()> {
    let sizes = net.layer_sizes();
    if sizes[0] != 2 || sizes[sizes.len() - 1] != 1 {
        return Err(Error::unsuitable(
            "layer_sizes of net",
            format!("{sizes:?}"),
            "2 inputs and 1 output for a figure of the predictions",
        ));
    }
    ensure::matrix("x of dataset", &dataset.x)?;
    ensure::matrix("y of dataset", &dataset.y)?;
    check_rows(&dataset.x, &dataset.y)?;
    let columns = |name: &str, found: usize, expected: usize, unit: &'static str| match found == expected {
        true => Ok(()),
        false => Err(Error::mismatch(
            format!("{name} of dataset"),
            (found, "column"),
            "the network",
            (expected, unit),
        )),
    };
    columns("x", dataset.x.ncols(), 2, "input")?;
    columns("y", dataset.y.ncols(), 1, "output")
}

/// From 0 to a round number somewhat above the values; below 0 too when they are.
fn a_little_beyond(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    let round = |size: f64| {
        let step = nice_step(size / 10.0);
        (1.15 * size / step).ceil() * step
    };
    let (low, high) =
        (if low < 0.0 { -round(-low) } else { 0.0 }, if high > 0.0 { round(high) } else { 0.0 });
    if low < high { (low, high) } else { (0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plane_reaches_a_round_number_beyond_the_data() {
        let beyond = |values: &[f64]| a_little_beyond(values.iter().copied());
        assert_eq!(beyond(&[3.0, 5.0, 10.0]), (0.0, 12.0));
        assert_eq!(beyond(&[5.0, 1.0, 2.0]), (0.0, 6.0));
        assert_eq!(beyond(&[-10.0, 10.0]), (-12.0, 12.0));
        assert_eq!(beyond(&[0.0, 0.0]), (0.0, 1.0));
    }

    #[test]
    fn of_very_many_examples_some_from_all_over_are_drawn_and_all_are_in_the_words() {
        let many = |n: usize| -> Vec<Example> {
            (0..n)
                .map(|i| Example { x: i as f64, y: 0.0, truth: i as f64, predicted: i as f64 + 2.0 })
                .collect()
        };
        let some = drawn(many(3 * MOST_DOTS));
        assert_eq!(
            (some.len(), some[1].x, some[MOST_DOTS - 1].x),
            (MOST_DOTS, 3.0, 3.0 * MOST_DOTS as f64 - 3.0)
        );
        assert_eq!(
            in_words(&many(3 * MOST_DOTS)),
            "15000 examples with scores from 0 to 14999, predicted with a root mean square error of 2, 5000 of them drawn"
        );
        assert_eq!(drawn(many(MOST_DOTS)).len(), MOST_DOTS);
        assert!(!in_words(&many(MOST_DOTS)).contains("drawn"));
    }
}
