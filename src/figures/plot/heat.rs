//! A function of two variables as colours with contour lines, and ways across it.

use ndarray::{Array1, Array2};
use plotters::series::LineSeries;

use super::axes::Axes;
use super::frame::{Frame, Setup};
use super::legend::{Entry, Sample};
use super::scale::Span;
use super::series::lead;
use crate::error::{Error, Result};
use crate::figures::drawing::backend::stroke;
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::contour::{self, Area};
use crate::figures::drawing::font::text_width;
use crate::figures::drawing::shape::{Align, Color, Point, Shape};
use crate::figures::drawing::style::{self, AXIS, BLACK, CURVE, HAIRLINE, Look, Sizes, TEXT, WHITE};
use crate::figures::drawing::{colormap, marks};
use crate::figures::ensure;
use crate::figures::figure::{Figure, side_by_side_on_one_scale};
use crate::text::{count, number};

/// The grid on which contour lines are traced.
const CONTOUR_GRID: (usize, usize) = (161, 101);
const BAR_WIDTH: f64 = 16.0;

/// A checked function of two variables.
pub(super) struct Surface {
    xs: Vec<f64>,
    ys: Vec<f64>,
    z: Array2<f64>,
    pub(super) low: f64,
    pub(super) high: f64,
    lowest_at: Point,
}

/// How values become colours.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    /// From the darkest to the lightest value.
    pub(super) colors: Span,
    /// How much of the colours is bleached, from 0 to 1.
    pub(super) white: f64,
    /// One colour between each two contour lines.
    pub(super) banded: bool,
    /// Whether the map has a bar of its own; maps on one scale share one ([`with_one_bar`]).
    pub(super) bar: bool,
}

impl Paint {
    /// The values with a contour line, and their labels.
    pub(super) fn levels(&self) -> Vec<(f64, String)> {
        self.colors.ticks(10)
    }

    fn color(&self, levels: &[(f64, String)], value: f64) -> Color {
        let value = if self.banded {
            let above = levels.partition_point(|(level, _)| *level <= value);
            let low = if above == 0 { self.colors.low } else { levels[above - 1].0 };
            let high = levels.get(above).map_or(self.colors.high, |level| level.0);
            (low + high) / 2.0
        } else {
            value
        };
        colormap::color(self.colors.share(value), self.white)
    }
}

/// A function of two variables as a map of colours with labelled contour lines and a colour bar: dark is low, light is high.
///
/// A cross marks the lowest of the values, unless it lies at the edge, where the function may go on falling. One unit is as long on both
/// axes, unless one range is more than twice the other.
///
/// The colours are viridis: evenly spaced to the eye, readable in grey and by the colour-blind. In a notebook it is stored
/// as PNG alone.
///
/// # Shapes
///
/// `z` has a row for each of `ys` and a column for each of `xs`; both go upward. Any size: a million values are sampled.
///
/// # Errors
///
/// When sizes do not agree, there are fewer than 2 × 2 values, `xs` or `ys` do not increase, or numbers are not finite.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::{Array1, Array2};
/// use demystified::plot::{Axes, heat_map};
///
/// let w: Array1<f64> = Array1::linspace(-2.0, 2.0, 101);
/// let z = Array2::from_shape_fn((101, 101), |(row, column)| w[column].powi(2) + 2.0 * w[row].powi(2));
/// let figure = heat_map(&Axes::new("A bowl", "w₁", "w₂"), &w, &w, &z)?;
/// assert!(figure.alt.contains("101 × 101 values from 0 to 12, lowest at (0, 0)"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn heat_map(axes: &Axes, xs: &Array1<f64>, ys: &Array1<f64>, z: &Array2<f64>) -> Result<Figure> {
    axes.check()?;
    let surface = Surface::new(xs, ys, z)?;
    let alt = format!("Heat map with contour lines: {}{}.", lead(axes), surface.in_words());
    let axes = axes.clone();
    let paint =
        Paint { colors: Span::exactly(surface.low, surface.high), white: 0.0, banded: false, bar: true };
    Figure::draw(alt, move |width| {
        let lowest = surface.lowest_inside(&axes);
        let legend = lowest.map(|_| lowest_entry()).into_iter().collect();
        let mut frame = surface.frame_of_weights(&axes, width, paint, legend)?;
        let lowest = lowest.map(|(x, y)| frame.at(x, y));
        surface.draw_contours(&mut frame, &axes, paint, &around_cross(lowest), Vec::new())?;
        enclose(&mut frame, paint, width);
        if let Some(at) = lowest {
            style::cross(&mut frame.canvas, at);
        }
        Ok(frame.finish())
    })
}

/// Ways across a function of two variables, such as the steps of gradient descent, on a pale map with contour lines.
///
/// Each way starts at a ring and ends at its marker; single steps are dots when there are few, and long ones have an arrow head. A cross
/// marks the lowest of the values, unless it lies at the edge, where the function may go on falling. One unit is as long on both axes,
/// unless one range is more than twice the other: then the steepest way crosses the contour lines at a right angle.
///
/// # Shapes
///
/// As for [`heat_map`]; each path has a row for each step and two columns, x and y.
///
/// # Errors
///
/// As for [`heat_map`], and when a path is empty, has not two columns, or holds numbers that are not finite.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::{Array1, Array2, array};
/// use demystified::plot::{Axes, path_over_contours};
///
/// let w: Array1<f64> = Array1::linspace(-2.0, 2.0, 101);
/// let z = Array2::from_shape_fn((101, 101), |(row, column)| w[column].powi(2) + 2.0 * w[row].powi(2));
/// let steps = array![[1.5, 1.5], [0.9, 0.3], [0.5, 0.1], [0.0, 0.0]];
/// let figure = path_over_contours(&Axes::new("Downhill", "w₁", "w₂"), &w, &w, &z, &[("rate 0.2", &steps)])?;
/// assert!(figure.alt.contains("\"rate 0.2\": 3 steps from (1.5, 1.5) to (0, 0)"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn path_over_contours(
    axes: &Axes,
    xs: &Array1<f64>,
    ys: &Array1<f64>,
    z: &Array2<f64>,
    paths: &[(&str, &Array2<f64>)],
) -> Result<Figure> {
    axes.check()?;
    let surface = Surface::new(xs, ys, z)?;
    ensure::not_empty("paths", paths.len(), "at least one path")?;
    let paths = paths.iter().map(|(name, path)| owned_path(name, path)).collect::<Result<Vec<_>>>()?;
    let ways: Vec<String> = paths.iter().map(|(name, points)| path_in_words(name, points)).collect();
    let alt = format!("Paths over contour lines: {}{}; {}.", lead(axes), surface.in_words(), ways.join("; "));
    let axes = axes.clone();
    let paint =
        Paint { colors: Span::exactly(surface.low, surface.high), white: 0.55, banded: false, bar: true };
    Figure::draw(alt, move |width| {
        let mut legend: Vec<Entry> = paths
            .iter()
            .enumerate()
            .map(|(i, (name, _))| Entry { name: name.clone(), sample: Sample::LineAndMarker(Look::of(i)) })
            .collect();
        legend.push(Entry { name: "start".to_string(), sample: Sample::Ring });
        let lowest = surface.lowest_inside(&axes);
        legend.extend(lowest.map(|_| lowest_entry()));
        let mut frame = surface.frame_of_weights(&axes, width, paint, legend)?;
        let lowest = lowest.map(|(x, y)| frame.at(x, y));
        let mut keep_free: Vec<Point> = paths.iter().flat_map(|(_, path)| along(&frame, path)).collect();
        keep_free.extend(around_cross(lowest));
        surface.draw_contours(&mut frame, &axes, paint, &keep_free, Vec::new())?;
        enclose(&mut frame, paint, width);
        for (_, points) in &paths {
            frame.curve(points, &[], WHITE, CURVE + 2.0)?;
        }
        // Where ways coincide, the earlier one is seen on both sides of the later one.
        let wider = |i: usize| 2.5 * (paths.len() - 1 - i) as f64;
        for (i, (_, points)) in paths.iter().enumerate() {
            draw_path(&mut frame, points, Look::of(i), CURVE + wider(i).min(5.0))?;
        }
        // over the ways: one that ends there would hide it
        if let Some(at) = lowest {
            style::cross(&mut frame.canvas, at);
        }
        Ok(frame.finish())
    })
}

fn lowest_entry() -> Entry {
    Entry { name: "lowest".to_string(), sample: Sample::Cross }
}

/// The places that the cross at the lowest one covers.
fn around_cross(lowest: Option<Point>) -> Vec<Point> {
    lowest.iter().flat_map(|&(x, y)| [(x - 8.0, y), (x, y), (x + 8.0, y)]).collect()
}

/// Places on a path so close that no label fits between them, as far as they lie in the plot.
fn along(frame: &Frame, path: &[Point]) -> Vec<Point> {
    const CLOSE: f64 = 6.0;
    let inside = |p: &Point| frame.contains(p.0, p.1);
    let dots = path.iter().copied().filter(inside).map(|p| frame.at(p.0, p.1));
    let between = path.windows(2).filter(|pair| pair.iter().any(inside)).flat_map(|pair| {
        let ((x, y), (to_x, to_y)) = (frame.at(pair[0].0, pair[0].1), frame.at(pair[1].0, pair[1].1));
        let steps = ((to_x - x).hypot(to_y - y) / CLOSE).min(200.0) as usize;
        (1..=steps).map(move |i| {
            let share = i as f64 / (steps + 1) as f64;
            (x + share * (to_x - x), y + share * (to_y - y))
        })
    });
    dots.chain(between).collect()
}

type Path = (String, Vec<Point>);

fn owned_path(name: &str, path: &Array2<f64>) -> Result<Path> {
    let part = ensure::part("path", name);
    ensure::matrix(&part, path)?;
    if path.ncols() != 2 {
        return Err(Error::mismatch(part, (path.ncols(), "column"), "a point", (2, "coordinate")));
    }
    Ok((name.to_string(), path.rows().into_iter().map(|row| (row[0], row[1])).collect()))
}

fn path_in_words(name: &str, points: &[Point]) -> String {
    let name = if name.is_empty() { String::new() } else { format!("\"{name}\": ") };
    let place = |p: Point| format!("({}, {})", number(p.0), number(p.1));
    let steps = count(points.len() - 1, "step");
    format!("{name}{steps} from {} to {}", place(points[0]), place(points[points.len() - 1]))
}

/// Which way a long step leads: an arrow head in its middle, where no dot covers it.
fn arrow_head(frame: &mut Frame, from: Point, to: Point, color: Color) {
    const SHORTEST: f64 = 26.0;
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    if length < SHORTEST {
        return;
    }
    let (ux, uy) = (dx / length, dy / length);
    let tip = (from.0 + 0.5 * dx + 6.0 * ux, from.1 + 0.5 * dy + 6.0 * uy);
    let base = (tip.0 - 12.0 * ux, tip.1 - 12.0 * uy);
    frame.canvas.polygon(
        &[tip, (base.0 - 5.0 * uy, base.1 + 5.0 * ux), (base.0 + 5.0 * uy, base.1 - 5.0 * ux)],
        color,
    );
}

fn draw_path(frame: &mut Frame, points: &[Point], look: Look, width: f64) -> Result<()> {
    const MOST_DOTS: usize = 80;
    frame.curve(points, look.dash(), look.color(), width)?;
    let on_canvas: Vec<Point> = points.iter().map(|p| frame.at(p.0, p.1)).collect();
    for (pair, ends) in points.windows(2).zip(on_canvas.windows(2)) {
        if pair.iter().all(|p| frame.contains(p.0, p.1)) {
            arrow_head(frame, ends[0], ends[1], look.color());
        }
    }
    let inside: Vec<Point> = points.iter().copied().filter(|p| frame.contains(p.0, p.1)).collect();
    let mut drawn = Vec::new();
    if inside.len() <= MOST_DOTS {
        drawn.extend(inside.iter().map(|&at| marks::dot(at, 3.0, look.color())));
    }
    let (start, end) = (points[0], points[points.len() - 1]);
    if frame.contains(start.0, start.1) {
        drawn.push(marks::ring(start, 6.5, BLACK, 2.0, WHITE));
    }
    if frame.contains(end.0, end.1) {
        drawn.push(marks::marker(look, end));
    }
    frame.marks(drawn)
}

impl Surface {
    pub(super) fn new(xs: &Array1<f64>, ys: &Array1<f64>, z: &Array2<f64>) -> Result<Surface> {
        for (name, values) in [("xs", xs), ("ys", ys)] {
            ensure::values(name, values)?;
            if values.len() < 2 {
                return Err(Error::unsuitable(name, "1 value", "at least 2 values"));
            }
            if let Some(pair) = values.windows(2).into_iter().find(|pair| pair[0] >= pair[1]) {
                return Err(Error::unsuitable(
                    name,
                    format!("{} followed by {}", pair[0], pair[1]),
                    "values that increase",
                ));
            }
        }
        ensure::matrix("z", z)?;
        let mismatch = |found: usize, found_unit: &'static str, other: &str, expected: usize| {
            let (name, other) = ("z".to_string(), other.to_string());
            Error::mismatch(name, (found, found_unit), other, (expected, "value"))
        };
        if z.nrows() != ys.len() {
            return Err(mismatch(z.nrows(), "row", "ys", ys.len()));
        }
        if z.ncols() != xs.len() {
            return Err(mismatch(z.ncols(), "column", "xs", xs.len()));
        }
        let (mut low, mut high, mut at) = (f64::MAX, f64::MIN, (0, 0));
        for (place, &value) in z.indexed_iter() {
            high = high.max(value);
            if value < low {
                (low, at) = (value, place);
            }
        }
        let lowest_at = (xs[at.1], ys[at.0]);
        Ok(Surface { xs: xs.to_vec(), ys: ys.to_vec(), z: z.clone(), low, high, lowest_at })
    }

    pub(super) fn in_words(&self) -> String {
        format!(
            "{} × {} values from {} to {}, lowest at ({}, {})",
            self.ys.len(),
            self.xs.len(),
            number(self.low),
            number(self.high),
            number(self.lowest_at.0),
            number(self.lowest_at.1)
        )
    }

    /// Where the lowest value is, if it is drawn and values beyond it on every side are higher.
    fn lowest_inside(&self, axes: &Axes) -> Option<Point> {
        let (x, y) = self.spans(axes);
        let inside = |span: Span, at: f64| span.low < at && at < span.high;
        let (at, z) = (self.lowest_at, &self.z);
        let is_edge = [z.row(0), z.row(z.nrows() - 1), z.column(0), z.column(z.ncols() - 1)]
            .iter()
            .any(|edge| edge.iter().any(|value| *value <= self.low));
        (!is_edge && inside(x, at.0) && inside(y, at.1)).then_some(at)
    }

    /// The ranges of x and y that are drawn.
    fn spans(&self, axes: &Axes) -> (Span, Span) {
        let range = |given: Option<(f64, f64)>, values: &[f64]| {
            let (low, high) = given.unwrap_or((values[0], values[values.len() - 1]));
            Span::exactly(low, high)
        };
        (range(axes.x_range, &self.xs), range(axes.y_range, &self.ys))
    }

    /// The map in its frame, with room for the colour bar; [`enclose`] completes it.
    pub(super) fn frame(&self, axes: &Axes, width: f64, paint: Paint, legend: Vec<Entry>) -> Result<Frame> {
        self.framed(axes, width, paint, legend, false)
    }

    /// As [`Surface::frame`] for a plane of weights: one unit is as long on both axes, unless one range is more than twice the other. Only
    /// then does the steepest way cross the contour lines at a right angle.
    fn frame_of_weights(&self, axes: &Axes, width: f64, paint: Paint, legend: Vec<Entry>) -> Result<Frame> {
        self.framed(axes, width, paint, legend, true)
    }

    fn framed(
        &self,
        axes: &Axes,
        width: f64,
        paint: Paint,
        legend: Vec<Entry>,
        equal_units: bool,
    ) -> Result<Frame> {
        let (x, y) = self.spans(axes);
        let right = if paint.bar { ColorBar::new(paint, width).width() } else { 0.0 };
        let equal_units = equal_units && (0.5..=2.0).contains(&((y.high - y.low) / (x.high - x.low)));
        let aspect = match (width >= 450.0, equal_units) {
            (true, true) => 0.6,
            (true, false) => 0.52,
            (false, _) => 0.66,
        };
        let setup = Setup { legend, right, aspect: Some(aspect), equal_units, ..Setup::new(axes, x, y) };
        let mut frame = Frame::new(setup, width)?;
        let plot = frame.plot;

        let columns = ((plot.2 - plot.0) as usize).max(2);
        let rows = ((plot.3 - plot.1) as usize).max(2);
        let grid = self.sampled(x, y, columns, rows);
        let levels = paint.levels();
        let pixels = grid.iter().map(|value| paint.color(&levels, *value)).collect();
        let (corner, size) = ((plot.0, plot.1), (plot.2 - plot.0, plot.3 - plot.1));
        frame.canvas.shapes.push(Shape::Image { corner, size, columns, pixels });
        Ok(frame)
    }

    /// Values between those given, on a grid that fills the ranges, from the top row down.
    fn sampled(&self, x: Span, y: Span, columns: usize, rows: usize) -> Vec<f64> {
        let position = |span: Span, i: usize, n: usize| {
            span.low + (span.high - span.low) * i as f64 / (n - 1).max(1) as f64
        };
        let across: Vec<(usize, f64)> =
            (0..columns).map(|c| between(&self.xs, position(x, c, columns))).collect();
        let mut grid = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            let (r, down) = between(&self.ys, position(y, rows - 1 - row, rows));
            for &(c, right) in &across {
                let z = |dr: usize, dc: usize| self.z[[r + dr, c + dc]];
                let lower = z(0, 0) * (1.0 - right) + z(0, 1) * right;
                let upper = z(1, 0) * (1.0 - right) + z(1, 1) * right;
                grid.push(lower * (1.0 - down) + upper * down);
            }
        }
        grid
    }

    /// Contour lines, and their labels where they cover none of the points to keep free and nothing that is `taken`.
    pub(super) fn draw_contours(
        &self,
        frame: &mut Frame,
        axes: &Axes,
        paint: Paint,
        keep_free: &[Point],
        mut taken: Vec<Area>,
    ) -> Result<()> {
        let ((x, y), pale) = (self.spans(axes), paint.white > 0.3);
        if self.high <= self.low {
            return Ok(());
        }
        let (columns, rows) = CONTOUR_GRID;
        let grid = self.sampled(x, y, columns, rows);
        let plot = frame.plot;
        let pixel = |p: &Point| {
            let (right, down) = (p.0 / (columns - 1) as f64, p.1 / (rows - 1) as f64);
            (plot.0 + (plot.2 - plot.0) * right, plot.1 + (plot.3 - plot.1) * down)
        };
        let levels: Vec<(f64, String, Vec<Vec<Point>>)> = paint
            .levels()
            .into_iter()
            .filter(|(level, _)| *level > self.low && *level < self.high)
            .map(|(level, text)| {
                let lines = contour::lines(&grid, columns, level);
                (level, text, lines.iter().map(|line| line.iter().map(pixel).collect()).collect())
            })
            .collect();
        for (level, _, lines) in &levels {
            let color = match (pale, paint.colors.share(*level) > 0.6) {
                (true, _) => AXIS,
                (false, true) => BLACK,
                (false, false) => WHITE,
            };
            let values: Vec<Vec<Point>> =
                lines.iter().map(|line| line.iter().map(|&at| frame.value_at(at)).collect()).collect();
            frame.plot(|chart| {
                for line in values {
                    chart.draw_series(LineSeries::new(line, stroke(color, HAIRLINE)))?;
                }
                Ok(())
            })?;
        }
        let size = frame.sizes.tick.min(12.0);
        for (i, (_, text, lines)) in levels.iter().enumerate() {
            let others: Vec<Point> = levels
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != i)
                .flat_map(|(_, (_, _, lines))| lines.iter().flatten().copied())
                .collect();
            let half = (text_width(text, size) / 2.0 + 3.0, size / 2.0 + 2.0);
            let box_size = (2.0 * half.0, 2.0 * half.1);
            if let Some((x, y)) = contour::label_place(lines, &others, keep_free, &taken, plot, box_size) {
                let area = (x - half.0, y - half.1, x + half.0, y + half.1);
                frame.canvas.rectangle(area.0, area.1, area.2, area.3, WHITE);
                frame.canvas.text_centred((x, y), text, size, TEXT, Align::Middle);
                taken.push(area);
            }
        }
        Ok(())
    }
}

/// The border and the colour bar, over the ends of the contour lines.
pub(super) fn enclose(frame: &mut Frame, paint: Paint, width: f64) {
    let plot = frame.plot;
    let corners = [(plot.0, plot.1), (plot.2, plot.1), (plot.2, plot.3), (plot.0, plot.3), (plot.0, plot.1)];
    frame.canvas.line(&corners, AXIS, HAIRLINE);
    if paint.bar {
        ColorBar::new(paint, width).draw(&mut frame.canvas, (plot.2 + 14.0, plot.1, plot.3));
    }
}

/// Maps without bars beside each other, all with the same colours, and one bar for them on the right.
pub(super) fn with_one_bar(maps: &[Figure], paint: Paint) -> Result<Figure> {
    let maps = side_by_side_on_one_scale(maps)?;
    Figure::draw(maps.alt.clone(), move |width| {
        let bar = ColorBar::new(paint, width);
        let left = width - bar.width();
        let mut drawing = maps.redrawn(left)?;
        // the colours of a map are its only image: as high as that is the bar
        let map = drawing.canvas.shapes.iter().find_map(|shape| match shape {
            Shape::Image { corner, size, .. } => Some((corner.1, corner.1 + size.1)),
            _ => None,
        });
        if let Some((top, bottom)) = map {
            bar.draw(&mut drawing.canvas, (left, top, bottom));
        }
        Ok(drawing)
    })
}

/// The index before a position in increasing values, and how far it is on the way to the next one.
pub(super) fn between(values: &[f64], at: f64) -> (usize, f64) {
    let after = values.partition_point(|value| *value <= at).clamp(1, values.len() - 1);
    let (from, to) = (values[after - 1], values[after]);
    (after - 1, ((at - from) / (to - from)).clamp(0.0, 1.0))
}

/// The colours beside a plot, with the values they stand for.
pub(super) struct ColorBar {
    paint: Paint,
    ticks: Vec<(f64, String)>,
    size: f64,
}

impl ColorBar {
    /// The bar for a figure of the given width.
    pub(super) fn new(paint: Paint, width: f64) -> ColorBar {
        let few = paint.colors.ticks(if width >= 450.0 { 7 } else { 5 });
        let ticks = if paint.banded { paint.levels() } else { few };
        ColorBar { paint, ticks, size: Sizes::for_width(width).tick }
    }

    /// How much room it takes to the right of a plot.
    pub(super) fn width(&self) -> f64 {
        let widest = self.ticks.iter().map(|(_, text)| text_width(text, self.size)).fold(0.0, f64::max);
        BAR_WIDTH + widest + 26.0
    }

    /// Draws it from `left` between two heights.
    pub(super) fn draw(&self, canvas: &mut Canvas, (left, top, bottom): (f64, f64, f64)) {
        let (colors, levels, steps) = (self.paint.colors, self.paint.levels(), 128);
        let value = |i: usize| colors.high - (colors.high - colors.low) * i as f64 / (steps - 1) as f64;
        let pixels = (0..steps).map(|i| self.paint.color(&levels, value(i))).collect();
        let size = (BAR_WIDTH, bottom - top);
        canvas.shapes.push(Shape::Image { corner: (left, top), size, columns: 1, pixels });
        let x = left + BAR_WIDTH;
        let ys: Vec<f64> =
            self.ticks.iter().map(|(value, _)| bottom - (bottom - top) * colors.share(*value)).collect();
        let text_ys: Vec<f64> =
            ys.iter().map(|y| y.clamp(top + self.size / 2.0, bottom - self.size / 2.0)).collect();
        let apart = |stride: usize| {
            let kept: Vec<f64> = text_ys.iter().copied().step_by(stride).collect();
            kept.windows(2).all(|pair| (pair[0] - pair[1]).abs() >= 0.9 * self.size)
        };
        // on a low bar only every second value is written, or fewer
        let stride = (1..=self.ticks.len()).find(|&stride| apart(stride)).unwrap_or(1);
        for (i, (_, text)) in self.ticks.iter().enumerate() {
            canvas.line(&[(x, ys[i]), (x + 4.0, ys[i])], AXIS, HAIRLINE);
            if i % stride == 0 {
                canvas.text_centred((x + 8.0, text_ys[i]), text, self.size, TEXT, Align::Start);
            }
        }
    }
}
