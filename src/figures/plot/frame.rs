//! The frame of a plot: title, legend, axes with ticks and grid, and the way from values to pixels.

use std::ops::Range;

use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::prelude::*;

use super::axes::Axes;
use super::legend::{self, Entry};
use super::scale::{Kind, Span};
use crate::error::Result;
use crate::figures::drawing::backend::{Backend, Drawn, UNITS, stroke, units};
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::font::{self, LINE_HEIGHT, text_width, wrapped};
use crate::figures::drawing::marks::Mark;
use crate::figures::drawing::shape::{Align, Color, Point};
use crate::figures::drawing::style::{AXIS, GRID, HAIRLINE, Sizes, TEXT};
use crate::figures::figure::Drawing;

/// What a frame is made from.
pub(super) struct Setup<'a> {
    pub(super) axes: &'a Axes,
    pub(super) x: Span,
    pub(super) y: Span,
    pub(super) legend: Vec<Entry>,
    /// Names below the x axis in place of ticks.
    pub(super) names: &'a [String],
    /// Room kept free on the right, for a colour bar.
    pub(super) right: f64,
    /// Height of the plot for a width of 1; the usual one when `None`.
    pub(super) aspect: Option<f64>,
    /// Whether one unit is as long on both axes: then the plot is narrower or lower.
    pub(super) equal_units: bool,
}

impl<'a> Setup<'a> {
    pub(super) fn new(axes: &'a Axes, x: Span, y: Span) -> Setup<'a> {
        Setup { axes, x, y, legend: Vec::new(), names: &[], right: 0.0, aspect: None, equal_units: false }
    }
}

/// A plot that waits for its data.
pub(super) struct Frame {
    pub(super) canvas: Canvas,
    pub(super) sizes: Sizes,
    /// The plot's rectangle: left, top, right, bottom.
    pub(super) plot: (f64, f64, f64, f64),
    width: f64,
    height: f64,
    head: usize,
    x: Span,
    y: Span,
}

impl Frame {
    /// Draws everything but the data.
    pub(super) fn new(setup: Setup, width: f64) -> Result<Frame> {
        let sizes = Sizes::for_width(width);
        let mut canvas = Canvas::default();
        let axes = setup.axes;

        let line = |size: f64| LINE_HEIGHT * size;
        let plot_height = match setup.aspect {
            Some(aspect) => aspect * width,
            None if width >= 450.0 => 0.45 * width,
            None => 0.62 * width,
        };
        let title = wrapped(&axes.title, sizes.title, width - 16.0, 3);
        let mut top = 8.0 + title.len() as f64 * line(sizes.title);

        // Left of the plot: the label, then the numbers.
        let (y_ticks, y_power) = with_one_power(setup.y.ticks((plot_height / 32.0) as usize));
        let widest = y_ticks.iter().map(|(_, text)| text_width(text, sizes.tick)).fold(0.0, f64::max);
        let y_label = wrapped(&in_units(&axes.y_label, &y_power), sizes.label, plot_height + 30.0, 2);
        let left = 6.0 + y_label.len() as f64 * line(sizes.label) + widest + 14.0;

        // Above it: title and legend.
        draw_title(&mut canvas, &title, sizes.title, if width >= 450.0 { left } else { 8.0 }, width);
        let legend_left = if width >= 450.0 { left } else { 8.0 };
        top = legend::draw(&mut canvas, &setup.legend, (legend_left, top + 4.0), width - 8.0, &sizes);
        top += 8.0;
        let head = canvas.shapes.len();

        // Right of it: room for half of the last number.
        let (x_ticks, x_power, last_half) =
            fitting_ticks(&setup.x, width - left - setup.right - 16.0, sizes.tick);
        let right = (width - setup.right - (last_half + 4.0).max(14.0)).floor();
        let (left, top) = (left.ceil(), top.ceil());
        let (right, plot_height) = if setup.equal_units {
            let high_for_wide = (setup.y.high - setup.y.low) / (setup.x.high - setup.x.low);
            let wide = (right - left).min(plot_height / high_for_wide);
            (left + wide, wide * high_for_wide)
        } else {
            (right, plot_height)
        };
        let bottom = (top + plot_height).floor();

        // Below it: numbers or names, then the label.
        let slot = (right - left) / setup.names.len().max(1) as f64;
        let names: Vec<Vec<String>> =
            setup.names.iter().map(|name| wrapped(name, sizes.tick, slot - 6.0, 4)).collect();
        let name_lines = names.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let x_label = wrapped(&in_units(&axes.x_label, &x_power), sizes.label, width - 16.0, 2);
        let labels_top = bottom + 10.0 + name_lines as f64 * line(sizes.tick);
        let height = labels_top + x_label.len() as f64 * line(sizes.label) + 8.0;

        let mut frame = Frame {
            canvas,
            sizes,
            plot: (left, top, right, bottom),
            width,
            height,
            head,
            x: setup.x,
            y: setup.y,
        };
        frame.draw_mesh(x_ticks, y_ticks)?;
        let sizes = &frame.sizes;
        for (i, name) in names.iter().enumerate() {
            for (row, text) in name.iter().enumerate() {
                let baseline = bottom + 8.0 + row as f64 * line(sizes.tick) + font::ASCENT * sizes.tick;
                let x = left + (i as f64 + 0.5) * slot;
                frame.canvas.text((x, baseline), text, sizes.tick, TEXT, Align::Middle);
            }
        }
        for (row, text) in x_label.iter().enumerate() {
            let baseline = labels_top + row as f64 * line(sizes.label) + font::ASCENT * sizes.label;
            let half = text_width(text, sizes.label) / 2.0;
            let x = ((left + right) / 2.0).min(width - 8.0 - half).max(8.0 + half);
            frame.canvas.text((x, baseline), text, sizes.label, TEXT, Align::Middle);
        }
        for (row, text) in y_label.iter().enumerate() {
            let x = 6.0 + (row as f64 + 0.5) * line(sizes.label);
            let half = text_width(text, sizes.label) / 2.0;
            let y = ((top + bottom) / 2.0).max(half + 4.0).min(height - half - 4.0);
            frame.canvas.text_upward((x, y), text, sizes.label, TEXT);
        }
        Ok(frame)
    }

    /// Grid, axes, ticks and their labels.
    fn draw_mesh(&mut self, x_ticks: Vec<(f64, String)>, y_ticks: Vec<(f64, String)>) -> Result<()> {
        let label = |ticks: &[(f64, String)], value: f64| {
            ticks.iter().find(|(at, _)| *at == value).map_or(String::new(), |(_, text)| text.clone())
        };
        let at = |ticks: &[(f64, String)]| ticks.iter().map(|tick| tick.0).collect();
        let style = ("sans-serif", self.sizes.tick * UNITS).into_font().color(&RGBAColor::from(TEXT));
        self.chart((at(&x_ticks), at(&y_ticks)), |chart| {
            chart
                .configure_mesh()
                .bold_line_style(stroke(GRID, HAIRLINE))
                .light_line_style(TRANSPARENT)
                .axis_style(stroke(AXIS, HAIRLINE))
                .set_all_tick_mark_size(units(4.0))
                .label_style(style)
                .x_label_formatter(&|value| label(&x_ticks, *value))
                .y_label_formatter(&|value| label(&y_ticks, *value))
                .draw()
        })
    }

    /// Lets plotters draw data on the axes.
    pub(super) fn plot(&mut self, data: impl FnOnce(&mut Chart<'_>) -> Drawn) -> Result<()> {
        self.chart((Vec::new(), Vec::new()), data)
    }

    /// The chart of plotters that fills the plot, with ticks at these places.
    fn chart(
        &mut self,
        (x_ticks, y_ticks): (Vec<f64>, Vec<f64>),
        draw: impl FnOnce(&mut Chart<'_>) -> Drawn,
    ) -> Result<()> {
        let (left, top, right, bottom) = self.plot;
        let (width, height) = (self.width, self.height);
        let (x, y) = (Ticked { span: self.x, at: x_ticks }, Ticked { span: self.y, at: y_ticks });
        self.canvas.with_plotters((width, height), UNITS, |area| {
            let mut chart = ChartBuilder::on(area)
                .margin_top(units(top))
                .margin_right(units(width - right))
                .set_label_area_size(LabelAreaPosition::Left, units(left))
                .set_label_area_size(LabelAreaPosition::Bottom, units(height - bottom))
                .build_cartesian_2d(x, y)?;
            draw(&mut chart)
        })
    }

    /// The pixel of a position on the axes.
    pub(super) fn at(&self, x: f64, y: f64) -> Point {
        let (left, top, right, bottom) = self.plot;
        (left + (right - left) * self.x.share(x), bottom - (bottom - top) * self.y.share(y))
    }

    /// The position on the axes of a pixel.
    pub(super) fn value_at(&self, (across, down): Point) -> Point {
        let (left, top, right, bottom) = self.plot;
        (self.x.at((across - left) / (right - left)), self.y.at((bottom - down) / (bottom - top)))
    }

    pub(super) fn contains(&self, x: f64, y: f64) -> bool {
        self.x.contains(x) && self.y.contains(y)
    }

    /// A line through positions, cut where it leaves the plot: plotters would bend it along the edge.
    pub(super) fn curve(&mut self, points: &[Point], dash: &[f64], color: Color, width: f64) -> Result<()> {
        let style = stroke(color, width);
        let pieces = self.inside(points);
        let pieces: Vec<Vec<Point>> =
            pieces.iter().map(|piece| piece.iter().map(|&at| self.value_at(at)).collect()).collect();
        self.plot(|chart| {
            for piece in pieces {
                match dash {
                    &[dash, gap] => {
                        chart.draw_series(DashedLineSeries::new(piece, units(dash), units(gap), style))?
                    }
                    _ => chart.draw_series(LineSeries::new(piece, style))?,
                };
            }
            Ok(())
        })
    }

    /// Elements at positions, such as markers.
    pub(super) fn marks(&mut self, marks: impl IntoIterator<Item = Mark<Point>>) -> Result<()> {
        self.plot(|chart| chart.draw_series(marks).map(|_| ()))
    }

    /// The pieces of a line that lie in the plot, in pixels, without points too close to be told apart.
    pub(super) fn inside(&self, points: &[Point]) -> Vec<Vec<Point>> {
        let mut pieces: Vec<Vec<Point>> = Vec::new();
        for pair in points.windows(2) {
            let share = |p: Point| (self.x.share(p.0), self.y.share(p.1));
            let Some((from, to)) = clipped(share(pair[0]), share(pair[1])) else { continue };
            let (left, top, right, bottom) = self.plot;
            let pixel = |s: Point| (left + (right - left) * s.0, bottom - (bottom - top) * s.1);
            let (from, to) = (pixel(from), pixel(to));
            let far = |a: Point, b: Point| (a.0 - b.0).hypot(a.1 - b.1);
            match pieces.last_mut() {
                Some(piece) if piece.last().is_some_and(|last| far(*last, from) < 0.3) => {
                    if piece.last().is_some_and(|last| far(*last, to) >= 0.3) {
                        piece.push(to);
                    }
                }
                _ => pieces.push(vec![from, to]),
            }
        }
        pieces
    }

    pub(super) fn finish(self) -> Drawing {
        Drawing { height: self.height, canvas: self.canvas, head: self.head }
    }
}

/// The lines of a title at the top of a sheet of the given width, from `left` or, where they are too long, further left.
pub(super) fn draw_title(canvas: &mut Canvas, lines: &[String], size: f64, left: f64, width: f64) {
    for (i, text) in lines.iter().enumerate() {
        let x = left.min(width - 8.0 - text_width(text, size)).max(8.0);
        let baseline = 8.0 + i as f64 * LINE_HEIGHT * size + font::ASCENT * size;
        canvas.text((x, baseline), text, size, TEXT, Align::Start);
    }
}

/// A chart of plotters on our axes.
pub(super) type Chart<'a> = ChartContext<'a, Backend, Cartesian2d<Ticked, Ticked>>;

/// An axis for plotters whose ticks we chose ourselves.
pub(super) struct Ticked {
    span: Span,
    at: Vec<f64>,
}

impl Ranged for Ticked {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let (from, to) = (f64::from(limit.0), f64::from(limit.1));
        (from + (to - from) * self.span.share(*value)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.at.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.span.low..self.span.high
    }
}

/// The label of an axis whose numbers are to be multiplied by a power of ten.
fn in_units(label: &str, power: &str) -> String {
    match (label, power) {
        (label, "") => label.to_string(),
        ("", power) => format!("in units of {power}"),
        (label, power) => format!("{label}, in units of {power}"),
    }
}

/// Ticks without the power of ten that all of them have, and that power: `5×10⁻⁹` and `10×10⁻⁹` become 5 and 10.
fn with_one_power(ticks: Vec<(f64, String)>) -> (Vec<(f64, String)>, String) {
    let powers = || ticks.iter().filter(|(at, _)| *at != 0.0).map(|(_, text)| Some(text.split_once('×')?.1));
    let Some(Some(power)) = powers().next() else { return (ticks, String::new()) };
    if !powers().all(|other| other == Some(power)) {
        return (ticks, String::new());
    }
    let power = power.to_string();
    let short = |text: String| text.split('×').next().unwrap_or_default().to_string();
    (ticks.into_iter().map(|(at, text)| (at, short(text))).collect(), power)
}

/// The most ticks of an axis whose labels do not touch, their common power of ten, and half the width of the last label.
fn fitting_ticks(span: &Span, width: f64, size: f64) -> (Vec<(f64, String)>, String, f64) {
    if span.kind == Kind::Names {
        return (Vec::new(), String::new(), 0.0);
    }
    let most = (width / 55.0).clamp(2.0, 10.0) as usize;
    let (mut ticks, mut power) = (Vec::new(), String::new());
    for about in (1..=most).rev() {
        (ticks, power) = with_one_power(span.ticks(about));
        let widest = ticks.iter().map(|(_, text)| text_width(text, size)).fold(0.0, f64::max);
        let apart = ticks
            .windows(2)
            .map(|pair| width * (span.share(pair[1].0) - span.share(pair[0].0)))
            .fold(f64::MAX, f64::min);
        if widest + 12.0 <= apart {
            break;
        }
    }
    let last_half = ticks.last().map_or(0.0, |(at, text)| {
        let beyond = text_width(text, size) / 2.0 - width * (1.0 - span.share(*at));
        beyond.max(0.0)
    });
    (ticks, power, last_half)
}

/// The part of a segment inside the unit square (Liang and Barsky's method).
pub(super) fn clipped(from: Point, to: Point) -> Option<(Point, Point)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (direction, room) in [(-dx, from.0), (dx, 1.0 - from.0), (-dy, from.1), (dy, 1.0 - from.1)] {
        if direction == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if direction < 0.0 {
            enter = enter.max(room / direction);
        } else {
            leave = leave.min(room / direction);
        }
    }
    let at = |t: f64| (from.0 + t * dx, from.1 + t * dy);
    (enter <= leave).then(|| (at(enter), at(leave)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::drawing::shape::Shape;
    use crate::figures::drawing::style::Look;

    #[test]
    fn title_legend_and_labels_never_stand_in_the_plot_however_long_they_are() {
        let long = "A name that goes on and on, with units [points per hour of sleep], and further still";
        let axes = Axes::new(long, long, long);
        let legend: Vec<Entry> = (0..5)
            .map(|i| Entry {
                name: long[..12 * (i + 1)].to_string(),
                sample: legend::Sample::Line(Look::of(i)),
            })
            .collect();
        for width in [700.0, 345.0, 226.0] {
            let (x, y) = (Span::exactly(0.0, 1e5), Span::exactly(-1e-7, 1e-7));
            let setup = Setup { legend: legend.clone(), ..Setup::new(&axes, x, y) };
            let frame = Frame::new(setup, width).unwrap();
            let plot = frame.plot;
            assert!(plot.2 - plot.0 > 0.4 * width && plot.3 - plot.1 > 0.4 * width, "{plot:?}");
            for shape in frame.canvas.shapes.iter().filter(|s| matches!(s, Shape::Text { .. })) {
                let area = shape.bounds();
                assert!(!crate::figures::drawing::contour::overlap(area, plot), "{shape:?} {plot:?}");
                assert!(area.0 >= 0.0 && area.2 <= width && area.3 <= frame.height, "{shape:?}");
            }
        }
    }

    #[test]
    fn a_power_of_ten_that_all_ticks_have_stands_once_in_the_label() {
        let ticks = |span: Span| with_one_power(span.ticks(4));
        let texts = |ticks: Vec<(f64, String)>| ticks.into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        let (small, power) = ticks(Span::exactly(-1.75e-10, 0.0));
        assert_eq!(
            (texts(small), power.as_str()),
            (["−1.5", "−1.0", "−0.5", "0"].map(String::from).to_vec(), "10⁻¹⁰")
        );
        assert_eq!(in_units("a − n", &power), "a − n, in units of 10⁻¹⁰");
        let (usual, power) = ticks(Span::exactly(0.0, 10.0));
        assert_eq!((usual[0].1.as_str(), power.as_str()), ("0", ""));
        let (logarithmic, power) = ticks(Span::exactly(-8.0, -2.0).logarithmic());
        assert_eq!((logarithmic[0].1.as_str(), power.as_str()), ("10⁻⁸", ""));
    }

    #[test]
    fn with_equal_units_a_square_of_values_is_a_square_of_pixels() {
        let axes = Axes::new("", "w", "b");
        for (height, width) in [(3.5, 700.0), (2.0, 700.0), (6.0, 345.0)] {
            let (x, y) = (Span::exactly(1.5, 5.0), Span::exactly(-1.5, -1.5 + height));
            let frame = Frame::new(Setup { equal_units: true, ..Setup::new(&axes, x, y) }, width).unwrap();
            let (from, to) = (frame.at(2.0, -1.0), frame.at(3.0, 0.0));
            assert!((to.0 - from.0 - (from.1 - to.1)).abs() < 1.0, "{from:?} {to:?}");
        }
    }

    #[test]
    fn a_line_is_cut_at_the_edges_of_the_plot() {
        assert_eq!(clipped((-1.0, 0.5), (2.0, 0.5)), Some(((0.0, 0.5), (1.0, 0.5))));
        assert_eq!(clipped((0.25, 0.5), (0.5, 2.5)), Some(((0.25, 0.5), (0.3125, 1.0))));
        assert_eq!(clipped((-1.0, 0.5), (-0.5, 3.0)), None);
    }
}
