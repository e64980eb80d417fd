//! Points and lines: scatter plots, curves, and curves with points.

use ndarray::Array1;

use super::axes::Axes;
use super::frame::{Frame, Setup};
use super::legend::{Entry, Sample};
use super::scale::Span;
use crate::error::Result;
use crate::figures::drawing::marks;
use crate::figures::drawing::shape::Point;
use crate::figures::drawing::style::{CURVE, Look};
use crate::figures::ensure;
use crate::figures::figure::Figure;
use crate::text::{count, number};

/// Named data of a figure, owned so that it can be drawn again.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) points: Vec<Point>,
    pub(super) line: bool,
    pub(super) markers: bool,
}

/// Markers of more points than these would cover each other: they become dots.
const MOST_MARKERS: usize = 200;
const CROWD_DOT: f64 = 1.75;
/// A series with fewer pixels of the axis for each point has smaller markers, but not below a share of their size.
const MARKER_ROOM: f64 = 14.0;
const SMALLEST_MARKER: f64 = 0.5;

impl Series {
    fn is_crowd(&self) -> bool {
        !self.line && self.points.len() > MOST_MARKERS
    }
}

/// A scatter plot: a point for each pair of x and y, in one or more named series.
///
/// The series differ in colour and in marker; a legend appears when there are two or more.
///
/// # Errors
///
/// Without series, or when a series has no points, different numbers of x and y, or numbers that are not finite.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, scatter};
///
/// let (x, y) = (array![3.0, 5.0, 10.0], array![75.0, 82.0, 93.0]);
/// let figure = scatter(&Axes::new("", "hours asleep [h]", "score [points]"), &[("", &x, &y)])?;
/// assert_eq!(
///     figure.alt,
///     "Scatter plot: score [points] against hours asleep [h]; 3 points, x from 3 to 10, y from 75 to 93."
/// );
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn scatter(axes: &Axes, series: &[(&str, &Array1<f64>, &Array1<f64>)]) -> Result<Figure> {
    draw(axes, "Scatter plot", owned(series, false, true)?)
}

/// A line plot: each series is a line through its points in the order given.
///
/// The series differ in colour and in dashes; a legend appears when there are two or more.
///
/// # Errors
///
/// As for [`scatter`].
///
/// # Examples
///
/// ```
/// use demystified::ndarray::Array1;
/// use demystified::{plot::{Axes, line}, sigmoid, sigmoid_prime};
///
/// let z = Array1::linspace(-6.0, 6.0, 201);
/// let (f, slope) = (z.mapv(sigmoid), z.mapv(sigmoid_prime));
/// let figure = line(&Axes::new("", "z", "f(z)"), &[("sigmoid", &z, &f), ("its slope", &z, &slope)])?;
/// assert!(figure.alt.contains("\"its slope\": 201 points, x from −6 to 6, y from 0.002467 to 0.25"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn line(axes: &Axes, series: &[(&str, &Array1<f64>, &Array1<f64>)]) -> Result<Figure> {
    draw(axes, "Line plot", owned(series, true, false)?)
}

/// Curves and points in one plot, such as a fitted curve and the examples it was fitted to.
///
/// # Errors
///
/// As for [`scatter`]; either list may be empty, but not both.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::{Array1, array};
/// use demystified::plot::{Axes, line_and_points};
///
/// let x = Array1::linspace(0.0, 3.0, 50);
/// let square = &x * &x;
/// let axes = Axes::new("A parabola and three points on it", "x", "x²");
/// let figure = line_and_points(&axes, &[("x²", &x, &square)], &[("points", &array![1.0, 2.0, 3.0], &array![1.0, 4.0, 9.0])])?;
/// assert!(figure.alt.contains("\"points\": 3 points, x from 1 to 3, y from 1 to 9"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn line_and_points(
    axes: &Axes,
    lines: &[(&str, &Array1<f64>, &Array1<f64>)],
    points: &[(&str, &Array1<f64>, &Array1<f64>)],
) -> Result<Figure> {
    draw(axes, "Lines and points", lines_and_points(lines, points)?)
}

/// Both as owned data, checked; at least one series.
pub(super) fn lines_and_points(
    lines: &[(&str, &Array1<f64>, &Array1<f64>)],
    points: &[(&str, &Array1<f64>, &Array1<f64>)],
) -> Result<Vec<Series>> {
    let mut all = if lines.is_empty() { Vec::new() } else { owned(lines, true, false)? };
    if !points.is_empty() || all.is_empty() {
        all.extend(owned(points, false, true)?);
    }
    Ok(all)
}

/// The series as owned data, checked.
pub(super) fn owned(
    series: &[(&str, &Array1<f64>, &Array1<f64>)],
    line: bool,
    markers: bool,
) -> Result<Vec<Series>> {
    ensure::not_empty("series", series.len(), "at least one series")?;
    series
        .iter()
        .map(|(name, x, y)| {
            let (x_name, y_name) = (ensure::part("x", name), ensure::part("y", name));
            ensure::values(&x_name, x)?;
            ensure::values(&y_name, y)?;
            ensure::same_length(&y_name, y.len(), &x_name, x.len())?;
            let points = x.iter().copied().zip(y.iter().copied()).collect();
            Ok(Series { name: name.to_string(), points, line, markers })
        })
        .collect()
}

/// The ranges of all points, with some room, or those that the axes ask for.
pub(super) fn spans(axes: &Axes, series: &[Series]) -> (Span, Span) {
    let points = || series.iter().flat_map(|s| &s.points);
    // A curve may touch the frame on the left and right, a marker should not.
    let room = if series.iter().any(|s| s.markers) { 0.06 } else { 0.0 };
    let x =
        axes.x_range.map_or_else(|| Span::around(points().map(|p| &p.0), room), |(a, b)| Span::exactly(a, b));
    let y =
        axes.y_range.map_or_else(|| Span::around(points().map(|p| &p.1), 0.06), |(a, b)| Span::exactly(a, b));
    (x, y)
}

fn draw(axes: &Axes, kind: &str, series: Vec<Series>) -> Result<Figure> {
    axes.check()?;
    let alt = format!("{kind}: {}{}.", lead(axes), in_words(&series));
    let spans = spans(axes, &series);
    draw_in(axes, alt, series, spans)
}

/// The series in these ranges, in units of the axes.
pub(super) fn draw_in(axes: &Axes, alt: String, series: Vec<Series>, (x, y): (Span, Span)) -> Result<Figure> {
    let axes = axes.clone();
    Figure::draw(alt, move |width| {
        let setup = Setup { legend: legend(&series), ..Setup::new(&axes, x, y) };
        let mut frame = Frame::new(setup, width)?;
        draw_series(&mut frame, &series)?;
        Ok(frame.finish())
    })
}

/// "title: y against x; ", or nothing.
pub(super) fn lead(axes: &Axes) -> String {
    match axes.in_words().as_str() {
        "" => String::new(),
        words => format!("{words}; "),
    }
}

/// The look of each series.
pub(super) fn looks(series: &[Series]) -> Vec<Look> {
    Look::of_names(series.iter().map(|one| one.name.as_str()))
}

/// All lines, then all points, so that no point hides under a line.
pub(super) fn draw_series(frame: &mut Frame, series: &[Series]) -> Result<()> {
    let looks = looks(series);
    for (look, one) in looks.iter().zip(series).filter(|(_, s)| s.line) {
        frame.curve(&one.points, look.dash(), look.color(), CURVE)?;
    }
    for (look, one) in looks.iter().zip(series).filter(|(_, s)| s.markers) {
        let inside: Vec<Point> = one.points.iter().copied().filter(|p| frame.contains(p.0, p.1)).collect();
        let (left, _, right, _) = frame.plot;
        let by = ((right - left) / inside.len().max(1) as f64 / MARKER_ROOM).clamp(SMALLEST_MARKER, 1.0);
        frame.marks(inside.into_iter().map(|at| match one.is_crowd() {
            true => marks::dot(at, CROWD_DOT, look.color()),
            false => marks::scaled_marker(*look, at, by),
        }))?;
    }
    Ok(())
}

/// Entries for two or more series.
pub(super) fn legend(series: &[Series]) -> Vec<Entry> {
    if series.len() < 2 {
        return Vec::new();
    }
    looks(series)
        .into_iter()
        .zip(series)
        .map(|(look, one)| {
            let sample = match (one.line, one.markers) {
                (true, true) => Sample::LineAndMarker(look),
                (true, false) => Sample::Line(look),
                _ if one.is_crowd() => Sample::Dot(look.color()),
                _ => Sample::Marker(look),
            };
            Entry { name: one.name.clone(), sample }
        })
        .collect()
}

/// What each series holds: "3 points, x from 3 to 10, y from 75 to 93".
pub(super) fn in_words(series: &[Series]) -> String {
    let range = |values: Vec<f64>| {
        let (low, high) =
            values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        if low == high {
            format!("always {}", number(low))
        } else {
            format!("from {} to {}", number(low), number(high))
        }
    };
    let parts: Vec<String> = series
        .iter()
        .map(|one| {
            let name = if one.name.is_empty() { String::new() } else { format!("\"{}\": ", one.name) };
            let x = range(one.points.iter().map(|p| p.0).collect());
            let y = range(one.points.iter().map(|p| p.1).collect());
            format!("{name}{}, x {x}, y {y}", count(one.points.len(), "point"))
        })
        .collect();
    parts.join("; ")
}
