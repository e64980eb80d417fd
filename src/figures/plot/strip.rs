//! Values of groups side by side: every value as a point, and a box for the middle half of them.

use ndarray::Array1;
use plotters::element::Rectangle;

use super::axes::Axes;
use super::curves::with_logarithmic_ranges;
use super::frame::{Frame, Setup};
use super::legend::{DOT, Entry, Sample};
use super::scale::Span;
use super::series::lead;
use crate::error::{Error, Result};
use crate::figures::drawing::backend::{fill, stroke};
use crate::figures::drawing::font::text_width;
use crate::figures::drawing::marks;
use crate::figures::drawing::shape::Align;
use crate::figures::drawing::style::{AXIS, BLUE, DARK_VERMILION, PALE_BLUE, TEXT};
use crate::figures::ensure;
use crate::figures::figure::Figure;
use crate::text::{count, number, short};

/// A column for each group: its values as points, spread sideways so that they do not cover each other, beside a box from
/// the first to the third quartile with the median, as for the results of many seeds.
///
/// Quartiles lie between values as in NumPy: position (n − 1) q among the n sorted values, interpolated.
///
/// # Errors
///
/// Without groups; when a group has no values, or one that is not finite.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, strip};
///
/// let (plain, punished) = (array![0.02, 0.05, 0.03, 0.09], array![0.01, 0.02, 0.03]);
/// let figure = strip(&Axes::new("", "", "test cost"), &[("λ = 0", &plain), ("λ = 0.001", &punished)])?;
/// assert!(figure.alt.contains("\"λ = 0\": 4 values from 0.02 to 0.09, median 0.04, quartiles 0.0275 and 0.06"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn strip(axes: &Axes, groups: &[(&str, &Array1<f64>)]) -> Result<Figure> {
    let groups = owned(axes, groups)?;
    let values = groups.iter().flat_map(|group| &group.sorted);
    let y = axes.y_range.map_or_else(|| Span::around(values, 0.06), |(low, high)| Span::exactly(low, high));
    draw("Strip plot", axes, groups, y)
}

/// As [`strip`], on an axis that counts in powers of ten.
///
/// A value of exactly 0 has no place on it: quartiles count it, but no point is drawn, and the group's name and the
/// alternative text say so.
///
/// # Errors
///
/// As [`strip`], and when a value is negative or all are 0.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, strip_log};
///
/// let figure = strip_log(&Axes::new("", "", "cost J"), &[("BFGS", &array![1e-8, 1e-7, 1e-2, 0.0])])?;
/// assert!(figure.alt.contains("\"BFGS\": 4 values from 0 to 0.01, median 5.5×10⁻⁸"));
/// assert!(figure.alt.contains("1 at 0 left out"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn strip_log(axes: &Axes, groups: &[(&str, &Array1<f64>)]) -> Result<Figure> {
    let groups = owned(axes, groups)?;
    let logged = with_logarithmic_ranges(axes, false)?;
    for group in &groups {
        if group.sorted[0] < 0.0 {
            let name = ensure::part("values", &group.name);
            return Err(Error::out_of_range(
                &name,
                group.sorted[0],
                "no negative number on a logarithmic axis",
            ));
        }
    }
    let all: Vec<f64> =
        groups.iter().flat_map(|g| &g.sorted).filter(|v| **v > 0.0).map(|v| v.log10()).collect();
    if all.is_empty() {
        return Err(Error::unsuitable(
            "values",
            "0 everywhere",
            "at least one number above 0 for a logarithmic axis",
        ));
    }
    let y = logged.y_range.map_or_else(|| Span::around(all.iter(), 0.06), |(l, h)| Span::exactly(l, h));
    draw("Strip plot with logarithmic axis", axes, groups, y.logarithmic())
}

/// The values of a group in increasing order, and their quartiles.
#[derive(Clone)]
struct Group {
    name: String,
    sorted: Vec<f64>,
    quartiles: [f64; 3],
}

impl Group {
    fn at_zero(&self) -> usize {
        self.sorted.iter().filter(|value| **value == 0.0).count()
    }
}

fn owned(axes: &Axes, groups: &[(&str, &Array1<f64>)]) -> Result<Vec<Group>> {
    axes.check()?;
    ensure::not_empty("groups", groups.len(), "at least one group")?;
    groups
        .iter()
        .map(|(name, values)| {
            ensure::values(&ensure::part("values", name), values)?;
            let mut sorted = values.to_vec();
            sorted.sort_by(f64::total_cmp);
            let quartiles = [0.25, 0.5, 0.75].map(|q| quantile(&sorted, q));
            Ok(Group { name: name.to_string(), sorted, quartiles })
        })
        .collect()
}

/// The value below which a share `q` of the sorted values lies, between two of them as it comes.
pub(super) fn quantile(sorted: &[f64], q: f64) -> f64 {
    let position = (sorted.len() - 1) as f64 * q;
    let before = position as usize;
    let after = (before + 1).min(sorted.len() - 1);
    sorted[before] + (sorted[after] - sorted[before]) * (position - before as f64)
}

fn in_words(group: &Group, logarithmic: bool) -> String {
    let name = if group.name.is_empty() { String::new() } else { format!("\"{}\": ", group.name) };
    let [first, median, third] = group.quartiles.map(number);
    let left_out = match group.at_zero() {
        n if logarithmic && n > 0 => format!(", {n} at 0 left out"),
        _ => String::new(),
    };
    format!(
        "{name}{} from {} to {}, median {median}, quartiles {first} and {third}{left_out}",
        count(group.sorted.len(), "value"),
        number(group.sorted[0]),
        number(group.sorted[group.sorted.len() - 1])
    )
}

fn draw(kind: &str, axes: &Axes, groups: Vec<Group>, y: Span) -> Result<Figure> {
    let logarithmic = y.kind == super::scale::Kind::Log;
    let parts: Vec<String> = groups.iter().map(|group| in_words(group, logarithmic)).collect();
    let alt = format!("{kind}: {}{}.", lead(axes), parts.join("; "));
    let axes = axes.clone();
    Figure::draw(alt, move |width| {
        // Where the columns are too narrow for numbers beside the boxes, they stand below, with the names.
        let size = crate::figures::drawing::style::Sizes::for_width(width).tick;
        let numbers = || groups.iter().map(|group| text_width(&short(group.quartiles[1]), size));
        let widest = numbers().fold(0.0, f64::max);
        let slot = (width - 100.0) / groups.len() as f64;
        let beside = widest + 70.0 <= slot;
        let median = |group: &Group| short(group.quartiles[1]);
        let in_full = groups.iter().all(|g| text_width(&format!("median {}", median(g)), size) + 6.0 <= slot);
        let names: Vec<String> = groups
            .iter()
            .map(|group| {
                let mut name = group.name.clone();
                if !beside {
                    name = format!("{name}\n{}{}", if in_full { "median " } else { "" }, median(group));
                }
                match group.at_zero() {
                    n if logarithmic && n > 0 => format!("{name}\n({n} at 0)"),
                    _ => name,
                }
            })
            .collect();
        let middle = if beside || in_full { "median" } else { "median, its number below" };
        let legend = vec![
            Entry { name: "one value".to_string(), sample: Sample::Dot(BLUE) },
            Entry { name: middle.to_string(), sample: Sample::Stroke(DARK_VERMILION, &[], MEDIAN) },
            Entry { name: "middle half of the values".to_string(), sample: Sample::Fill(PALE_BLUE) },
        ];
        let setup = Setup { legend, names: &names, ..Setup::new(&axes, Span::names(groups.len()), y) };
        let mut frame = Frame::new(setup, width)?;
        for (i, group) in groups.iter().enumerate() {
            draw_group(&mut frame, i, group, y, beside.then_some(widest))?;
        }
        Ok(frame.finish())
    })
}

const MEDIAN: f64 = 3.0;

/// From left to right: the median's number if there is room of the given width, the box, the points.
fn draw_group(frame: &mut Frame, number: usize, group: &Group, y: Span, room: Option<f64>) -> Result<()> {
    let position = |value: f64| match y.kind {
        super::scale::Kind::Log if value <= 0.0 => f64::NEG_INFINITY,
        super::scale::Kind::Log => value.log10(),
        _ => value,
    };
    let (from, to) = (frame.at(number as f64, y.low).0, frame.at(number as f64 + 1.0, y.low).0);
    let slot = to - from;
    let text = room.map_or(0.0, |widest| widest + 9.0);
    let box_width = (0.18 * slot).clamp(6.0, 30.0);
    let cloud = (0.88 * slot - text - box_width - 8.0).clamp(4.0, 90.0);
    let left = from + (slot - text - box_width - 8.0 - cloud) / 2.0 + text;
    // a column is 1 wide on the axis
    let across = |pixel: f64| number as f64 + (pixel - from) / slot;
    let inside = |value: f64| position(value).clamp(y.low, y.high);

    let radius = match group.sorted.len() {
        0..=40 => DOT,
        41..=150 => 2.5,
        _ => 1.5,
    };
    let shown = group.sorted.iter().enumerate().filter(|(_, value)| y.contains(position(**value)));
    frame.marks(shown.map(|(rank, &value)| {
        // Steps by the golden ratio keep values that follow each other apart.
        let aside = (0.5 + rank as f64 * 0.618_033_988_749_895).fract();
        let pixel = left + box_width + 8.0 + radius + aside * (cloud - 2.0 * radius);
        marks::dot((across(pixel), position(value)), radius, BLUE)
    }))?;

    let [first, median, third] = group.quartiles;
    let corners = [(across(left), inside(first)), (across(left + box_width), inside(third))];
    frame.plot(|chart| {
        let area = [fill(PALE_BLUE), stroke(AXIS, 1.25)].map(|style| Rectangle::new(corners, style));
        chart.draw_series(area).map(|_| ())
    })?;
    if y.contains(position(median)) {
        let (at, level) = (frame.at(0.0, position(median)).1, position(median));
        let (from, to) = (across(left - 2.0), across(left + box_width + 2.0));
        frame.curve(&[(from, level), (to, level)], &[], DARK_VERMILION, MEDIAN)?;
        if room.is_some() {
            let size = frame.sizes.tick;
            let (_, top, _, bottom) = frame.plot;
            let at = (left - 9.0, at.clamp(top + size / 2.0 + 1.0, bottom - size / 2.0 - 1.0));
            frame.canvas.text_centred(at, &short(median), size, TEXT, Align::End);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_numpy() {
        // numpy.quantile([1, 2, 4, 8, 16, 32], [0.25, 0.5, 0.75])
        let sorted = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
        assert_eq!([0.25, 0.5, 0.75].map(|q| quantile(&sorted, q)), [2.5, 6.0, 14.0]);
        assert_eq!([0.0, 1.0].map(|q| quantile(&sorted, q)), [1.0, 32.0]);
        assert_eq!(quantile(&[7.0], 0.75), 7.0);
    }
}
