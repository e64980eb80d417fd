//! How the cost falls while a network is trained.

use ndarray::Array1;

use super::axes::Axes;
use super::curves::{is_flat, keep_drawable, with_logarithmic_ranges};
use super::frame::{Frame, Setup};
use super::label::{self, Label, Obstacles};
use super::legend::{Entry, Sample};
use super::scale::Span;
use super::series::{self, Series, lead};
use crate::error::Result;
use crate::figures::drawing::contour::Area;
use crate::figures::drawing::marks;
use crate::figures::drawing::shape::Point;
use crate::figures::drawing::style::{Look, WHITE};
use crate::figures::ensure;
use crate::figures::figure::{Drawing, Figure};
use crate::text::{count, number, short};

/// Costs against the iteration, the first of each curve at iteration 0, on an axis that counts in powers of ten.
///
/// The lowest point of each curve carries a dot with its cost and its iteration: the last point of a training cost that only
/// falls, but perhaps an early one of a test cost. A cost of exactly 0 has no place on a logarithmic axis: it is left out,
/// and the legend and the alternative text say so. [`cost_curves_linear`] draws it.
///
/// # Errors
///
/// Without curves; when a curve is empty, or holds a negative number or one that is not finite; when a curve is 0 everywhere.
///
/// # Examples
///
/// ```
/// use demystified::plot::{Axes, cost_curves};
///
/// let training = [0.05, 0.01, 1e-4, 1e-7];
/// let test = [0.06, 0.02, 0.03, 0.04];
/// let figure = cost_curves(&Axes::new("Training", "iteration", "cost J"), &[("training", &training), ("test", &test)])?;
/// assert!(figure.alt.contains("\"test\": 0.06 at iteration 0, 0.04 at iteration 3, lowest 0.02 at iteration 1"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn cost_curves(axes: &Axes, curves: &[(&str, &[f64])]) -> Result<Figure> {
    let kind = "Cost curves with logarithmic cost axis";
    let mut costs = owned(axes, curves)?;
    let logged = with_logarithmic_ranges(axes, false)?;
    for cost in &mut costs {
        let lowest = keep_drawable(&ensure::part("cost", &cost.series.name), &mut cost.series)?;
        cost.left_out = lowest.left_out;
        cost.lowest = (lowest.x, lowest.y);
    }
    let alt = alternative_text(kind, axes, &costs);
    for cost in &mut costs {
        cost.series.points.iter_mut().for_each(|point| point.1 = point.1.log10());
        cost.mark = (cost.lowest.0, cost.lowest.1.log10());
    }
    let all: Vec<Series> = costs.iter().map(|cost| cost.series.clone()).collect();
    let y = series::spans(&logged, &all).1.logarithmic();
    draw(axes, alt, costs, y)
}

/// As [`cost_curves`], on an axis that counts evenly, from 0 upward unless a cost is negative.
///
/// # Errors
///
/// Without curves; when a curve is empty or holds a number that is not finite.
///
/// # Examples
///
/// ```
/// use demystified::plot::{Axes, cost_curves_linear};
///
/// let figure = cost_curves_linear(&Axes::new("", "iteration", "cost J"), &[("BFGS", &[0.05, 0.01, 0.0])])?;
/// assert!(figure.alt.contains("\"BFGS\": 0.05 at iteration 0, 0 at iteration 2, lowest 0 at iteration 2"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn cost_curves_linear(axes: &Axes, curves: &[(&str, &[f64])]) -> Result<Figure> {
    let costs = owned(axes, curves)?;
    let alt = alternative_text("Cost curves", axes, &costs);
    let values = || costs.iter().flat_map(|cost| cost.series.points.iter().map(|point| point.1));
    let (low, high) = values().fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    let room = 0.06 * (high - low);
    let low = if low < 0.0 { low - room } else { 0.0 };
    let (low, high) = axes.y_range.unwrap_or((low, high + room));
    draw(axes, alt, costs, Span::exactly(low, high))
}

/// One curve, and what is said about it.
#[derive(Clone)]
struct Cost {
    series: Series,
    /// The first and the last cost, and the number of the last iteration.
    first: f64,
    last: f64,
    iterations: usize,
    /// Iteration and cost of the lowest point that is drawn.
    lowest: (f64, f64),
    /// Where that is in units of the axes.
    mark: (f64, f64),
    /// How many costs of 0 cannot be drawn.
    left_out: usize,
}

impl Cost {
    /// Where the lowest point is marked.
    fn mark_in(&self, frame: &Frame) -> Option<(f64, f64)> {
        let (x, y) = self.mark;
        (!is_flat(&self.series) && frame.contains(x, y)).then(|| frame.at(x, y))
    }
}

fn owned(axes: &Axes, curves: &[(&str, &[f64])]) -> Result<Vec<Cost>> {
    axes.check()?;
    ensure::not_empty("curves", curves.len(), "at least one curve")?;
    curves
        .iter()
        .map(|(name, values)| {
            ensure::values(&ensure::part("cost", name), &Array1::from(values.to_vec()))?;
            let points: Vec<(f64, f64)> = values.iter().enumerate().map(|(i, v)| (i as f64, *v)).collect();
            let lowest = points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or(points[0]);
            let (first, last, iterations) = (values[0], values[values.len() - 1], values.len() - 1);
            let series = Series { name: name.to_string(), points, line: true, markers: false };
            Ok(Cost { series, first, last, iterations, lowest, mark: lowest, left_out: 0 })
        })
        .collect()
}

fn alternative_text(kind: &str, axes: &Axes, costs: &[Cost]) -> String {
    let parts: Vec<String> = costs
        .iter()
        .map(|cost| {
            let name = &cost.series.name;
            let name = if name.is_empty() { String::new() } else { format!("\"{name}\": ") };
            if is_flat(&cost.series) {
                return format!("{name}{} throughout", number(cost.first));
            }
            let left_out = match cost.left_out {
                0 => String::new(),
                n => format!(" of those above 0, {} at 0 left out", count(n, "point")),
            };
            format!(
                "{name}{} at iteration 0, {} at iteration {}, lowest {} at iteration {}{left_out}",
                number(cost.first),
                number(cost.last),
                cost.iterations,
                number(cost.lowest.1),
                cost.lowest.0
            )
        })
        .collect();
    format!("{kind}: {}{}.", lead(axes), parts.join("; "))
}

fn draw(axes: &Axes, alt: String, costs: Vec<Cost>, y: Span) -> Result<Figure> {
    let last = costs.iter().map(|cost| cost.iterations).max().unwrap_or(0).max(1) as f64;
    let (from, to) = axes.x_range.unwrap_or((0.0, last));
    let x = Span::exactly(from, to).whole();
    let axes = axes.clone();
    Figure::draw(alt, move |width| {
        let with_legend = |in_legend: &[bool]| -> Result<(Frame, Vec<Option<Label>>)> {
            let legend = legend(&costs, in_legend);
            let frame = Frame::new(Setup { legend, ..Setup::new(&axes, x, y) }, width)?;
            let labels = place_labels(&frame, &costs);
            Ok((frame, labels))
        };
        let (mut frame, mut labels) = with_legend(&vec![false; costs.len()])?;
        let missing: Vec<bool> = labels
            .iter()
            .zip(&costs)
            .map(|(label, cost)| label.is_none() && !is_flat(&cost.series))
            .collect();
        if missing.contains(&true) {
            (frame, labels) = with_legend(&missing)?;
        }
        drawn(frame, &costs, &missing, &labels)
    })
}

fn drawn(mut frame: Frame, costs: &[Cost], missing: &[bool], labels: &[Option<Label>]) -> Result<Drawing> {
    let all: Vec<Series> = costs.iter().map(|cost| cost.series.clone()).collect();
    series::draw_series(&mut frame, &all)?;
    for (look, cost) in series::looks(&all).iter().zip(costs) {
        if cost.mark_in(&frame).is_some() {
            frame.marks([marks::dot(cost.mark, 6.5, WHITE), marks::dot(cost.mark, 5.0, look.color())])?;
        }
    }
    for (label, missing) in labels.iter().zip(missing) {
        if let (Some(label), false) = (label, missing) {
            label.draw(&mut frame.canvas, false);
        }
    }
    Ok(frame.finish())
}

fn best(cost: &Cost) -> String {
    let above = if cost.left_out > 0 { "lowest above 0:" } else { "lowest" };
    format!("{above} {} at {}", short(cost.lowest.1), cost.lowest.0)
}

/// The names of several curves, costs of 0 that are not drawn, and lowest points for which the plot has no room.
fn legend(costs: &[Cost], in_legend: &[bool]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let looks = Look::of_names(costs.iter().map(|cost| cost.series.name.as_str()));
    for (look, (cost, best_too)) in looks.into_iter().zip(costs.iter().zip(in_legend)) {
        let mut notes = Vec::new();
        if cost.left_out > 0 {
            notes.push(format!("{} of 0 not drawn", count(cost.left_out, "cost")));
        }
        if *best_too {
            notes.push(best(cost));
        }
        let name = cost.series.name.as_str();
        let name = match (name, notes.join(", ").as_str()) {
            (name, "") => name.to_string(),
            ("", notes) => notes.to_string(),
            (name, notes) => format!("{name} ({notes})"),
        };
        if costs.len() > 1 || !notes.is_empty() {
            entries.push(Entry { name, sample: Sample::Line(look) });
        }
    }
    entries
}

/// A label for each lowest point, clear of all curves, dots and other labels, and with no other curve between, where there is room.
fn place_labels(frame: &Frame, costs: &[Cost]) -> Vec<Option<Label>> {
    let (left, top, right, bottom) = frame.plot;
    let within: Area = (left + 4.0, top + 4.0, right - 4.0, bottom - 4.0);
    let drawn: Vec<Vec<Vec<Point>>> = costs.iter().map(|cost| frame.inside(&cost.series.points)).collect();
    let lines = drawn.iter().flatten().cloned().collect();
    let around = |p: (f64, f64)| (p.0 - 7.0, p.1 - 7.0, p.0 + 7.0, p.1 + 7.0);
    let areas = costs.iter().filter_map(|cost| cost.mark_in(frame)).map(around).collect();
    let mut obstacles = Obstacles { areas, lines, fences: Vec::new() };
    let mut labels = Vec::new();
    for (i, cost) in costs.iter().enumerate() {
        let others = drawn.iter().enumerate().filter(|(other, _)| *other != i);
        obstacles.fences = others.flat_map(|(_, pieces)| pieces.iter().cloned()).collect();
        let beside = |at| label::beside(at, &best(cost), frame.sizes.tick, within, &obstacles);
        let label = cost.mark_in(frame).and_then(beside);
        obstacles.areas.extend(label.as_ref().map(|label| label.area));
        let leader = label.as_ref().and_then(Label::leader);
        obstacles.lines.extend(leader.map(|(from, to)| vec![from, to]));
        labels.push(label);
    }
    labels
}
