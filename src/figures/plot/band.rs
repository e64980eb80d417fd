//! Many curves as one: where the middle of them runs, and how far they spread.

use ndarray::{Array1, Array2, ArrayView1};
use plotters::element::Polygon;

use super::axes::Axes;
use super::frame::{Frame, Setup};
use super::legend::{Entry, Sample};
use super::series::{self, Series, lead};
use crate::error::{Error, Result};
use crate::figures::drawing::backend::fill;
use crate::figures::drawing::shape::Point;
use crate::figures::drawing::style::{HAIRLINE, PALE_BLUE, THIN_BLUE};
use crate::figures::ensure;
use crate::figures::figure::Figure;
use crate::text::{count, number};

/// The share of the curves that runs below the band, and above it.
const OUTSIDE: f64 = 0.1;
/// More curves than these are not drawn one by one.
const MOST_THIN: usize = 60;
/// Points are left out of a thin curve where that moves it by no more than this share of the axis, less than a pixel.
const THIN_TOLERANCE: f64 = 0.002;

/// A band in which the middle four fifths of many curves run, at each x, with their median as a line; and other lines, such as the
/// truth that all of them are meant to meet. Up to sixty curves are drawn as thin lines, too: a single one may run far outside.
///
/// # Shapes
///
/// `curves` has a row for each curve and a column for each of `xs`, which goes upward.
///
/// # Errors
///
/// When sizes do not agree, there are no curves, `xs` does not increase, or numbers are not finite.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::{Array1, Array2};
/// use demystified::plot::{Axes, band};
///
/// let x = Array1::linspace(0.0, 1.0, 50);
/// let slopes = Array2::from_shape_fn((11, 50), |(curve, i)| curve as f64 * x[i]);
/// let figure = band(&Axes::new("Eleven slopes", "x", "y"), "lines", &x, &slopes, &[("five", &x, &(5.0 * &x))])?;
/// assert!(figure.alt.contains("\"lines\": 11 curves, the middle four fifths at most 8 apart, at x = 1"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn band(
    axes: &Axes,
    name: &str,
    xs: &Array1<f64>,
    curves: &Array2<f64>,
    lines: &[(&str, &Array1<f64>, &Array1<f64>)],
) -> Result<Figure> {
    axes.check()?;
    ensure::values("xs", xs)?;
    ensure::matrix("curves", curves)?;
    ensure::same_length("curves", curves.ncols(), "xs", xs.len())?;
    if let Some(i) = (1..xs.len()).find(|&i| xs[i] <= xs[i - 1]) {
        return Err(Error::out_of_range(
            format!("xs[{i}]"),
            xs[i],
            format!("more than the {} before it", xs[i - 1]),
        ));
    }
    let at = |share: f64| -> Array1<f64> {
        curves.columns().into_iter().map(|values| quantile(values.to_vec(), share)).collect()
    };
    let (low, middle, high) = (at(OUTSIDE), at(0.5), at(1.0 - OUTSIDE));
    let widest = (0..xs.len()).fold(0, |a, b| if high[b] - low[b] > high[a] - low[a] { b } else { a });
    let mut all = series::owned(&[("median", xs, &middle)], true, false)?;
    if !lines.is_empty() {
        all.extend(series::owned(lines, true, false)?);
    }
    let alt = format!(
        "Band of curves: {}\"{name}\": {}, the middle four fifths at most {} apart, at x = {}; {}.",
        lead(axes),
        count(curves.nrows(), "curve"),
        number(high[widest] - low[widest]),
        number(xs[widest]),
        series::in_words(&all)
    );
    // the band takes part in the ranges
    let edges = series::owned(&[("", xs, &low), ("", xs, &high)], true, false)?;
    let each: Vec<Series> = match curves.nrows() {
        1..=MOST_THIN => curves.rows().into_iter().map(|curve| of_curve(xs, curve)).collect(),
        _ => Vec::new(),
    };
    let (x, y) = series::spans(axes, &[all.clone(), edges.clone(), each.clone()].concat());
    let tolerance = THIN_TOLERANCE * (y.high - y.low);
    let thin: Vec<Vec<Point>> = each.iter().map(|one| thinned(&one.points, tolerance)).collect();
    let (axes, name) = (axes.clone(), name.to_string());
    Figure::draw(alt, move |width| {
        let mut legend = series::legend(&all);
        let band = format!("{name}: the middle four fifths");
        legend.insert(0, Entry { name: band, sample: Sample::Fill(PALE_BLUE) });
        if !thin.is_empty() {
            let sample = Sample::Stroke(THIN_BLUE, &[], HAIRLINE);
            legend.insert(1, Entry { name: "each".to_string(), sample });
        }
        let mut frame = Frame::new(Setup { legend, ..Setup::new(&axes, x, y) }, width)?;
        let within = |point: &Point| (point.0, point.1.clamp(y.low, y.high));
        let inside = |point: &&Point| x.contains(point.0);
        let (below, above) = (&edges[0].points, &edges[1].points);
        let around: Vec<Point> =
            (below.iter().filter(inside)).chain(above.iter().rev().filter(inside)).map(within).collect();
        let area = Polygon::new(around, fill(PALE_BLUE));
        frame.plot(|chart| chart.draw_series([area]).map(|_| ()))?;
        for curve in &thin {
            frame.curve(curve, &[], THIN_BLUE, HAIRLINE)?;
        }
        series::draw_series(&mut frame, &all)?;
        Ok(frame.finish())
    })
}

fn of_curve(xs: &Array1<f64>, curve: ArrayView1<f64>) -> Series {
    let points = xs.iter().copied().zip(curve.iter().copied()).collect();
    Series { name: String::new(), points, line: true, markers: false }
}

/// A curve's points, without those that lie on a straight way between others.
fn thinned(points: &[Point], tolerance: f64) -> Vec<Point> {
    let last = points.len() - 1;
    let (mut kept, mut from) = (vec![points[0]], 0);
    for to in 1..=last {
        let (x, y) = points[from];
        let strays = |i: usize| {
            let slope = (points[to + 1].1 - y) / (points[to + 1].0 - x);
            (y + slope * (points[i].0 - x) - points[i].1).abs() > tolerance
        };
        if to == last || (from + 1..=to).any(strays) {
            kept.push(points[to]);
            from = to;
        }
    }
    kept
}

/// The value below which a share of the values lies, between two of them as it comes.
fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    super::strip::quantile(&values, share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thinned_curve_is_the_curve_but_for_the_tolerance() {
        let xs = Array1::linspace(0.0, 10.0, 301);
        let curve = xs.mapv(|x: f64| if x < 5.0 { x.sin() } else { 5f64.sin() });
        let kept = thinned(&of_curve(&xs, curve.view()).points, 0.002);
        assert!((10..60).contains(&kept.len()), "{} points", kept.len());
        let at = |x: f64| {
            let after = kept.iter().position(|point| point.0 >= x).expect("the last is kept");
            let (right, left) = (kept[after], kept[after.saturating_sub(1)]);
            if right.0 == x {
                right.1
            } else {
                left.1 + (right.1 - left.1) * (x - left.0) / (right.0 - left.0)
            }
        };
        assert!(xs.iter().zip(&curve).all(|(&x, &y)| (at(x) - y).abs() <= 0.002 + 1e-12));
        let line = Array1::linspace(0.0, 1.0, 301);
        assert_eq!(thinned(&of_curve(&xs, line.view()).points, 0.002), [(0.0, 0.0), (10.0, 1.0)]);
        assert_eq!(thinned(&[(2.0, 3.0)], 0.1), [(2.0, 3.0)]);
    }
}
