//! Curves with something to point out: a tangent, the best point on logarithmic axes, costs over many powers of ten.

use ndarray::Array1;

use super::axes::Axes;
use super::frame::{Frame, Setup};
use super::legend::{Entry, Sample};
use super::series::{self, Series, lead};
use crate::error::{Error, Result};
use crate::figures::drawing::marks;
use crate::figures::drawing::style::{BLACK, CURVE, Look, VERMILION, WHITE};
use crate::figures::ensure;
use crate::figures::figure::Figure;
use crate::text::{count, number, with_digits};

/// A curve with its tangent at a point; the legend gives the point and the slope.
///
/// # Errors
///
/// When `xs` and `ys` differ in length or are empty, or when a number is not finite.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::Array1;
/// use demystified::plot::{Axes, tangent};
///
/// let x = Array1::linspace(-2.0, 2.0, 100);
/// let figure = tangent(&Axes::new("", "x", "x²"), &x, &(&x * &x), (1.0, 1.0), 2.0)?;
/// assert!(figure.alt.contains("the tangent at (1, 1) has slope 2"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn tangent(
    axes: &Axes,
    xs: &Array1<f64>,
    ys: &Array1<f64>,
    (at_x, at_y): (f64, f64),
    slope: f64,
) -> Result<Figure> {
    axes.check()?;
    let mut series = series::owned(&[("", xs, ys)], true, false)?;
    let numbers = [("x of the point", at_x), ("y of the point", at_y), ("slope", slope)];
    numbers.iter().try_for_each(|(name, value)| ensure::number(name, *value))?;
    let alt = format!(
        "Curve with tangent: {}{}; the tangent at ({}, {}) has slope {}.",
        lead(axes),
        series::in_words(&series),
        number(at_x),
        number(at_y),
        number(slope)
    );
    series[0].points.push((at_x, at_y));
    let (x, y) = series::spans(axes, &series);
    series[0].points.pop();
    let axes = axes.clone();
    let curve_name = if axes.y_label.is_empty() { "curve".to_string() } else { axes.y_label.clone() };
    Figure::draw(alt, move |width| {
        let stroke = |name: String, color, dash| Entry { name, sample: Sample::Stroke(color, dash, CURVE) };
        let legend = vec![
            Entry { name: curve_name.clone(), sample: Sample::Line(Look::of(0)) },
            stroke(format!("tangent, slope {}", number(slope)), VERMILION, Look::of(1).dash()),
            Entry { name: format!("({}, {})", number(at_x), number(at_y)), sample: Sample::Ring },
        ];
        let mut frame = Frame::new(Setup { legend, ..Setup::new(&axes, x, y) }, width)?;
        series::draw_series(&mut frame, &series)?;
        let on_line = |x: f64| (x, at_y + slope * (x - at_x));
        frame.curve(&[on_line(x.low), on_line(x.high)], Look::of(1).dash(), VERMILION, CURVE)?;
        if frame.contains(at_x, at_y) {
            frame.marks([marks::ring((at_x, at_y), 6.5, BLACK, 2.0, WHITE)])?;
        }
        Ok(frame.finish())
    })
}

/// Lines with points on axes that both count in powers of ten; the lowest point of each series is ringed, and the legend
/// says where it is.
///
/// A y of exactly 0 has no place on a logarithmic axis: it is left out, and the alternative text says so.
///
/// # Errors
///
/// As for [`scatter`](super::scatter), and when an x is not above 0, a y is negative, or all y are 0.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, log_log};
///
/// let (epsilon, error) = (array![1e-2, 1e-5, 1e-8], array![1e-4, 1e-10, 1e-8]);
/// let figure = log_log(&Axes::new("", "step ε", "error"), &[("central", &epsilon, &error)])?;
/// assert!(figure.alt.contains("\"central\": 3 points, lowest 1×10⁻¹⁰ at 1×10⁻⁵"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn log_log(axes: &Axes, series: &[(&str, &Array1<f64>, &Array1<f64>)]) -> Result<Figure> {
    for (name, x, _) in series {
        ensure::positive(&ensure::part("x", name), x)?;
    }
    logarithmic(axes, "Plot with logarithmic axes", series, true)
}

/// Lines and points, as [`line_and_points`](super::line_and_points), on axes that both count in powers of ten.
///
/// # Errors
///
/// As for [`scatter`](super::scatter), and when an x or a y is not above 0; either list may be empty, but not both.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, line_and_points_log};
///
/// let (training, test) = (array![1e-9, 2e-3], array![0.01, 0.002]);
/// let axes = Axes::new("Two networks", "training cost", "test cost");
/// let baseline = ("baseline", &array![1e-9, 1e-2], &array![0.003, 0.003]);
/// let figure = line_and_points_log(&axes, &[baseline], &[("networks", &training, &test)])?;
/// assert!(figure.alt.contains("\"networks\": 2 points, x from 1×10⁻⁹ to 0.002, y from 0.002 to 0.01"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn line_and_points_log(
    axes: &Axes,
    lines: &[(&str, &Array1<f64>, &Array1<f64>)],
    points: &[(&str, &Array1<f64>, &Array1<f64>)],
) -> Result<Figure> {
    axes.check()?;
    for (name, x, y) in lines.iter().chain(points) {
        ensure::positive(&ensure::part("x", name), x)?;
        ensure::positive(&ensure::part("y", name), y)?;
    }
    let mut all = series::lines_and_points(lines, points)?;
    let alt = format!("Lines and points on logarithmic axes: {}{}.", lead(axes), series::in_words(&all));
    for point in all.iter_mut().flat_map(|one| &mut one.points) {
        *point = (point.0.log10(), point.1.log10());
    }
    let (x, y) = series::spans(&with_logarithmic_ranges(axes, true)?, &all);
    series::draw_in(axes, alt, all, (x.logarithmic(), y.logarithmic()))
}

/// Lines on an upright axis that counts in powers of ten, for costs that fall by many of them.
///
/// A y of exactly 0 has no place on a logarithmic axis: it is left out, and the alternative text says so.
///
/// # Errors
///
/// As for [`scatter`](super::scatter), and when a y is negative or all y are 0.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, semi_log};
///
/// let (iteration, cost) = (array![0.0, 1.0, 2.0, 3.0], array![0.05, 0.01, 1e-4, 1e-7]);
/// let figure = semi_log(&Axes::new("", "iteration", "cost J"), &[("training", &iteration, &cost)])?;
/// assert!(figure.alt.contains("\"training\": 4 points, lowest 1×10⁻⁷ at 3"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn semi_log(axes: &Axes, series: &[(&str, &Array1<f64>, &Array1<f64>)]) -> Result<Figure> {
    logarithmic(axes, "Line plot with logarithmic y axis", series, false)
}

/// The lowest point of a series, and how many points at 0 are left out.
pub(super) struct Lowest {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) left_out: usize,
}

fn logarithmic(
    axes: &Axes,
    kind: &str,
    series: &[(&str, &Array1<f64>, &Array1<f64>)],
    both: bool,
) -> Result<Figure> {
    axes.check()?;
    let mut owned = series::owned(series, true, both)?;
    let drawable = |one: &mut Series| keep_drawable(&ensure::part("y", &one.name), one);
    let lowest = owned.iter_mut().map(drawable).collect::<Result<Vec<Lowest>>>()?;
    // A constant, such as a baseline, is a plain line.
    owned.iter_mut().for_each(|one| one.markers &= !is_flat(one));
    let parts: Vec<String> = owned.iter().zip(&lowest).map(|(one, low)| in_words(one, low)).collect();
    let alt = format!("{kind}: {}{}.", lead(axes), parts.join("; "));

    for one in &mut owned {
        for point in &mut one.points {
            point.1 = point.1.log10();
            if both {
                point.0 = point.0.log10();
            }
        }
    }
    let logged = with_logarithmic_ranges(axes, both)?;
    let (x, y) = series::spans(&logged, &owned);
    let (x, y) = (if both { x.logarithmic() } else { x }, y.logarithmic());
    let axes = axes.clone();
    Figure::draw(alt, move |width| {
        let mut legend = series::legend(&owned);
        if both {
            // The best points are worth a legend even for a single series.
            legend = (owned.iter().zip(&lowest))
                .zip(series::looks(&owned))
                .map(|((one, low), look)| {
                    let best = format!("lowest {} at {}", with_digits(3, low.y), with_digits(2, low.x));
                    let name = match one.name.as_str() {
                        name if is_flat(one) => name.to_string(),
                        "" => best,
                        name => format!("{name}: {best}"),
                    };
                    let sample = if one.markers { Sample::LineAndMarker(look) } else { Sample::Line(look) };
                    Entry { name, sample }
                })
                .collect();
        }
        let mut frame = Frame::new(Setup { legend, ..Setup::new(&axes, x, y) }, width)?;
        series::draw_series(&mut frame, &owned)?;
        if both {
            for ((one, low), look) in owned.iter().zip(&lowest).zip(series::looks(&owned)) {
                let (x, y) = (low.x.log10(), low.y.log10());
                if !is_flat(one) && frame.contains(x, y) {
                    let ring = marks::ring((x, y), 11.0, look.color(), 2.0, WHITE);
                    frame.marks([ring, marks::marker(look, (x, y))])?;
                }
            }
        }
        Ok(frame.finish())
    })
}

/// A constant, such as a baseline, has no lowest point worth a mark.
pub(super) fn is_flat(one: &Series) -> bool {
    one.points.len() > 1 && one.points.iter().all(|point| point.1 == one.points[0].1)
}

/// The axes with the logarithms of their y range, and of their x range when `both` are logarithmic.
pub(super) fn with_logarithmic_ranges(axes: &Axes, both: bool) -> Result<Axes> {
    let mut logged = axes.clone();
    for (range, name, is_log) in
        [(&mut logged.x_range, "x_range", both), (&mut logged.y_range, "y_range", true)]
    {
        if let (Some((from, to)), true) = (*range, is_log) {
            if from <= 0.0 {
                return Err(Error::out_of_range(name, from, "a start above 0 for a logarithmic axis"));
            }
            *range = Some((from.log10(), to.log10()));
        }
    }
    Ok(logged)
}

/// Removes points at 0 and finds the lowest of the others; `name` is for messages.
pub(super) fn keep_drawable(name: &str, one: &mut Series) -> Result<Lowest> {
    if let Some((_, y)) = one.points.iter().find(|(_, y)| *y < 0.0) {
        return Err(Error::out_of_range(name, *y, "no negative number on a logarithmic axis"));
    }
    let before = one.points.len();
    one.points.retain(|(_, y)| *y > 0.0);
    let lowest = one.points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1));
    let Some((x, y)) = lowest else {
        let expected = "at least one number above 0 for a logarithmic axis";
        return Err(Error::unsuitable(name, "0 everywhere", expected));
    };
    Ok(Lowest { x, y, left_out: before - one.points.len() })
}

fn in_words(one: &Series, low: &Lowest) -> String {
    let name = if one.name.is_empty() { String::new() } else { format!("\"{}\": ", one.name) };
    let (first, last) = (one.points[0], one.points[one.points.len() - 1]);
    let left_out = match low.left_out {
        0 => String::new(),
        n => format!(", {} at 0 left out", count(n, "point")),
    };
    format!(
        "{name}{}, lowest {} at {}, first {}, last {}{left_out}",
        count(one.points.len(), "point"),
        number(low.y),
        number(low.x),
        number(first.1),
        number(last.1)
    )
}
