//! Bars: values of named groups, and how often values fall into bins.

use ndarray::Array1;
use plotters::element::Rectangle;

use super::axes::Axes;
use super::frame::{Frame, Setup};
use super::legend::{Entry, Sample};
use super::scale::{Kind, Span};
use super::series::lead;
use crate::error::{Error, Result};
use crate::figures::drawing::backend::{fill, units};
use crate::figures::drawing::font::text_width;
use crate::figures::drawing::shape::Align;
use crate::figures::drawing::style::{AXIS, BLUE, CURVE, HAIRLINE, Look, SERIES, TEXT};
use crate::figures::ensure;
use crate::figures::figure::Figure;
use crate::text::{count, number};

/// Bars next to each other for each group, one for each series; few enough have their value printed at their end.
///
/// # Shapes
///
/// Each series has one value for each group.
///
/// # Errors
///
/// Without groups or series, with a series of another length, or with numbers that are not finite.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, grouped_bars};
///
/// let figure = grouped_bars(
///     &Axes::new("Untrained", "", "score [share of 1]"),
///     &["Anna", "Ben", "Cleo"],
///     &[("truth", &array![0.75, 0.82, 0.93]), ("prediction", &array![0.56, 0.55, 0.55])],
/// )?;
/// assert!(figure.alt.contains("Anna: truth 0.75, prediction 0.56"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn grouped_bars(axes: &Axes, groups: &[&str], series: &[(&str, &Array1<f64>)]) -> Result<Figure> {
    axes.check()?;
    ensure::not_empty("groups", groups.len(), "at least one group")?;
    ensure::not_empty("series", series.len(), "at least one series")?;
    for (name, values) in series {
        let name = if name.is_empty() { "values".to_string() } else { format!("\"{name}\"") };
        ensure::values(&name, values)?;
        if values.len() != groups.len() {
            return Err(Error::mismatch(name, (values.len(), "value"), "groups", (groups.len(), "name")));
        }
    }
    let axes = axes.clone();
    let groups: Vec<String> = groups.iter().map(|name| name.to_string()).collect();
    let series: Vec<(String, Vec<f64>)> =
        series.iter().map(|(name, values)| (name.to_string(), values.to_vec())).collect();
    let alt = format!("Bar chart: {}{}.", lead(&axes), bars_in_words(&groups, &series));
    let y = axes.y_range.map_or_else(
        || {
            let zero = [0.0];
            let all = series.iter().flat_map(|(_, values)| values).chain(&zero);
            room_for_values(Span::around(all, 0.0))
        },
        |(low, high)| Span::exactly(low, high),
    );
    Figure::draw(alt, move |width| {
        let legend = match series.as_slice() {
            [_] => Vec::new(),
            all => all
                .iter()
                .enumerate()
                .map(|(i, (name, _))| Entry { name: name.clone(), sample: Sample::Fill(Look::of(i).color()) })
                .collect(),
        };
        let setup = Setup { legend, names: &groups, ..Setup::new(&axes, Span::names(groups.len()), y) };
        let mut frame = Frame::new(setup, width)?;
        draw_bars(&mut frame, &series, y)?;
        Ok(frame.finish())
    })
}

/// Values above bars and below negative ones need some room.
fn room_for_values(span: Span) -> Span {
    let by = 0.1 * (span.high - span.low);
    let low = if span.low < 0.0 { span.low - by } else { 0.0 };
    let high = if span.high > 0.0 { span.high + by } else { 0.0 };
    Span { kind: Kind::Linear, low, high }
}

fn draw_bars(frame: &mut Frame, series: &[(String, Vec<f64>)], y: Span) -> Result<()> {
    let bar = 0.8 / series.len() as f64;
    let size = frame.sizes.tick;
    let base = y.low.max(0.0).min(y.high);
    let width = frame.at(bar, base).0 - frame.at(0.0, base).0;
    let widest =
        series.iter().flat_map(|(_, v)| v).map(|v| text_width(&number(*v), size)).fold(0.0, f64::max);
    let gap = units(if width > 8.0 { 1.0 } else { 0.0 }) as u32;
    for (i, (_, values)) in series.iter().enumerate() {
        for (group, &value) in values.iter().enumerate() {
            let from = group as f64 + 0.1 + i as f64 * bar;
            let end = value.clamp(y.low, y.high);
            let ((left, _), (right, tip)) = (frame.at(from, base), frame.at(from + bar, end));
            let mut area = Rectangle::new([(from, base), (from + bar, end)], fill(SERIES[i % SERIES.len()]));
            area.set_margin(0, 0, gap, gap);
            frame.plot(|chart| chart.draw_series([area]).map(|_| ()))?;
            if widest + 4.0 <= width && y.contains(value) {
                let middle = (left + right) / 2.0;
                let (_, top, _, bottom) = frame.plot;
                let at = if value < 0.0 {
                    (tip + size + 2.0).min(bottom - 3.0)
                } else {
                    (tip - 5.0).max(top + size)
                };
                frame.canvas.text((middle, at), &number(value), size, TEXT, Align::Middle);
            }
        }
    }
    let n_groups = series.first().map_or(0, |(_, values)| values.len());
    frame.curve(&[(0.0, base), (n_groups as f64, base)], &[], AXIS, HAIRLINE)
}

fn bars_in_words(groups: &[String], series: &[(String, Vec<f64>)]) -> String {
    const MOST: usize = 8;
    let of_group = |g: usize| {
        let values: Vec<String> = series
            .iter()
            .map(|(name, values)| format!("{name} {}", number(values[g])).trim().to_string())
            .collect();
        format!("{}: {}", groups[g], values.join(", "))
    };
    let mut parts: Vec<String> = (0..groups.len().min(MOST)).map(of_group).collect();
    if groups.len() > MOST {
        parts.push(format!("and {} more groups", groups.len() - MOST));
    }
    parts.join("; ")
}

/// How many of the values fall into each of `bins` equal stretches of their range (or of the axes' x range).
///
/// # Errors
///
/// Without values, with numbers that are not finite, or for a number of bins outside 1 to 500.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, histogram};
///
/// let figure = histogram(&Axes::new("", "cost", "networks"), &array![0.1, 0.1, 0.2, 0.9], 4)?;
/// assert!(figure.alt.contains("4 values from 0.1 to 0.9 in 4 bins; the fullest bin, 0.1 to 0.3, holds 3"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn histogram(axes: &Axes, values: &Array1<f64>, bins: usize) -> Result<Figure> {
    histogram_marked(axes, values, bins, &[])
}

/// A [`histogram`] with upright lines at some values of the x axis, named in a legend, such as a median or a baseline.
///
/// # Errors
///
/// Those of [`histogram`], and for a mark that is not finite.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, histogram_marked};
///
/// let costs = array![0.1, 0.1, 0.2, 0.9];
/// let figure = histogram_marked(&Axes::new("", "cost", "networks"), &costs, 4, &[("median", 0.15)])?;
/// assert!(figure.alt.ends_with("Marked: median at 0.15."));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn histogram_marked(
    axes: &Axes,
    values: &Array1<f64>,
    bins: usize,
    marks: &[(&str, f64)],
) -> Result<Figure> {
    axes.check()?;
    for (name, value) in marks {
        ensure::values(&ensure::part("mark", name), &Array1::from_elem(1, *value))?;
    }
    ensure::values("values", values)?;
    if !(1..=500).contains(&bins) {
        return Err(Error::count_out_of_range("bins", bins, "1 to 500"));
    }
    let x = axes.x_range.map_or_else(|| Span::around(values.iter(), 0.0), |(a, b)| Span::exactly(a, b));
    let mut counts = vec![0_usize; bins];
    for value in values.iter().filter(|value| x.contains(**value)) {
        counts[((x.share(*value) * bins as f64) as usize).min(bins - 1)] += 1;
    }
    let highest = counts.iter().copied().max().unwrap_or(0);
    let y = axes.y_range.unwrap_or((0.0, 1.08 * highest.max(1) as f64));
    let y = Span::exactly(y.0, y.1);
    let edge = move |bin: usize| x.low + (x.high - x.low) * bin as f64 / bins as f64;
    let fullest = counts.iter().position(|n| *n == highest).unwrap_or(0);
    let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    let alt = format!(
        "Histogram: {}{} from {} to {} in {}; the fullest bin, {} to {}, holds {highest}.",
        lead(axes),
        count(values.len(), "value"),
        number(low),
        number(high),
        count(bins, "bin"),
        number(edge(fullest)),
        number(edge(fullest + 1)),
    );
    let marks: Vec<(String, f64)> = marks.iter().map(|(name, at)| (name.to_string(), *at)).collect();
    let named: Vec<String> = marks.iter().map(|(name, at)| format!("{name} at {}", number(*at))).collect();
    let alt = if marks.is_empty() { alt } else { format!("{alt} Marked: {}.", named.join(", ")) };
    let axes = axes.clone();
    Figure::draw(alt, move |width| {
        // the bars have the first look
        let look = |mark: usize| Look::of(mark + 1);
        let legend = (0..marks.len())
            .map(|i| Entry {
                name: named[i].clone(),
                sample: Sample::Stroke(look(i).color(), look(i).dash(), CURVE),
            })
            .collect();
        // half a bar of room on both sides, so that the frame does not cut the outer bars
        let room = if axes.x_range.is_some() { 0.0 } else { 0.5 * (edge(1) - edge(0)) };
        let around = Span::exactly(x.low - room, x.high + room);
        let mut frame = Frame::new(Setup { legend, ..Setup::new(&axes, around, y) }, width)?;
        for (bin, n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            let (low, high) = (y.low.max(0.0), (*n as f64).min(y.high));
            let (left, right) = (frame.at(edge(bin), low).0, frame.at(edge(bin + 1), low).0);
            let gap = units(if right - left > 6.0 { 0.75 } else { 0.0 }) as u32;
            let mut bar = Rectangle::new([(edge(bin), low), (edge(bin + 1), high.max(low))], fill(BLUE));
            bar.set_margin(0, 0, gap, gap);
            frame.plot(|chart| chart.draw_series([bar]).map(|_| ()))?;
        }
        for (i, (_, at)) in marks.iter().enumerate() {
            frame.curve(&[(*at, y.low), (*at, y.high)], look(i).dash(), look(i).color(), CURVE)?;
        }
        Ok(frame.finish())
    })
}
