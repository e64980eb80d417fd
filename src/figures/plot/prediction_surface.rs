//! Predictions as a surface in space. plotters' 3-D charts name no axes, shade nothing and paint a surface in the order of
//! its grid, not from back to front; so the projection here is our own.

use super::axes::Axes;
use super::frame::draw_title;
use super::heat::{ColorBar, Paint};
use super::label::{self, Obstacles};
use super::legend::{self, Entry, Sample};
use super::prediction::{Example, Prediction, around, on_one_scale};
use super::scale::Span;
use crate::data::{Dataset, Scaler};
use crate::error::Result;
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::colormap;
use crate::figures::drawing::contour::{Area, overlap};
use crate::figures::drawing::font::{self, LINE_HEIGHT, shortened, text_width, wrapped};
use crate::figures::drawing::projection::{Place, View, dot, normal};
use crate::figures::drawing::shape::{Align, Color, Point};
use crate::figures::drawing::style::{self, AXIS, BLACK, GRID, HAIRLINE, PANEL, Sizes, TEXT, WHITE};
use crate::figures::figure::{Drawing, Figure, side_by_side_on_one_scale};
use crate::model::Network;
use crate::text::number;

/// How many points the surface has in each direction.
const MESH: usize = 33;
/// Every so many of its lines are drawn.
const LINES: usize = 4;
/// Half the height of a scene that reaches from −1 to 1 in x and y.
const HALF_HEIGHT: f64 = 0.7;

/// The score that a network predicts for every pair of inputs, as a surface in space with the examples, seen from where
/// both inputs are small and from above: azimuth −125°, elevation 28°.
///
/// The surface is coloured by its height and shaded. An example is a dot at the height of its true score in the colour of
/// that score, with a line to the surface: as long as the prediction is wrong. A hollow dot lies behind the surface.
/// [`prediction_surface_from`] turns the scene.
///
/// `axes` has the title and the labels of the two inputs, `z_label` is that of the score. Shapes and units are as for
/// [`prediction_contour`](super::prediction_contour). A notebook stores the figure as PNG alone.
///
/// # Errors
///
/// As for [`prediction_contour`](super::prediction_contour).
///
/// # Examples
///
/// ```
/// use demystified::plot::{Axes, prediction_surface};
/// use demystified::{Network, Scaler, sleep_study};
///
/// let data = sleep_study();
/// let scaler = Scaler::fit(&data, 100.0)?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let axes = Axes::new("Before training", "hours asleep [h]", "hours studying [h]");
/// let figure = prediction_surface(&axes, "score [points]", &net, &scaler, &data)?;
/// assert!(figure.alt.contains("example at (10, 2): true 93, predicted 74.1"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn prediction_surface(
    axes: &Axes,
    z_label: &str,
    net: &Network,
    scaler: &Scaler,
    dataset: &Dataset,
) -> Result<Figure> {
    prediction_surface_from(axes, z_label, net, scaler, dataset, -125.0, 28.0)
}

/// As [`prediction_surface`], seen from another side.
///
/// From azimuth −90°, x goes to the right; from 0°, y does. Elevation 5° is nearly level with the floor, 80° nearly from
/// straight above.
///
/// # Errors
///
/// As for [`prediction_surface`], and when the azimuth is not within −360 to 360 or the elevation not within 5 to 80.
///
/// # Examples
///
/// ```
/// use demystified::plot::{Axes, prediction_surface_from};
/// use demystified::{Network, Scaler, sleep_study};
///
/// let data = sleep_study();
/// let scaler = Scaler::fit(&data, 100.0)?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let axes = Axes::new("", "hours asleep [h]", "hours studying [h]");
/// let figure = prediction_surface_from(&axes, "score [points]", &net, &scaler, &data, 30.0, 40.0)?;
/// assert!(figure.alt.contains("seen from azimuth 30° and elevation 40°"));
///
/// let error = prediction_surface_from(&axes, "score", &net, &scaler, &data, 30.0, 95.0).unwrap_err();
/// assert_eq!(error.to_string(), "elevation_degrees is 95; expected 5 to 80");
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn prediction_surface_from(
    axes: &Axes,
    z_label: &str,
    net: &Network,
    scaler: &Scaler,
    dataset: &Dataset,
    azimuth_degrees: f64,
    elevation_degrees: f64,
) -> Result<Figure> {
    let prediction = Prediction::new(axes, net, scaler, dataset, (MESH, MESH))?;
    surface(axes, z_label, prediction, azimuth_degrees, elevation_degrees)
}

/// Two or three networks beside each other, as [`prediction_surface_from`], with one height and colour for each score. Each has its
/// name as title, in the place of the axes' own.
///
/// # Errors
///
/// As for [`prediction_surface_from`], and for more than three networks, or none.
///
/// # Examples
///
/// ```
/// use demystified::plot::{Axes, prediction_surfaces};
/// use demystified::{Network, Scaler, sleep_study};
///
/// let data = sleep_study();
/// let scaler = Scaler::fit(&data, 100.0)?;
/// let (one, other) = (Network::random(&[2, 3, 1], 1)?, Network::random(&[2, 3, 1], 2)?);
/// let axes = Axes::new("", "hours asleep [h]", "hours studying [h]");
/// let nets = [("seed 1", &one), ("seed 2", &other)];
/// let figure = prediction_surfaces(&axes, "score [points]", &nets, &scaler, &data, 30.0, 40.0)?;
/// assert!(figure.alt.contains("\"seed 2\", seen from azimuth 30° and elevation 40°"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn prediction_surfaces(
    axes: &Axes,
    z_label: &str,
    nets: &[(&str, &Network)],
    scaler: &Scaler,
    dataset: &Dataset,
    azimuth_degrees: f64,
    elevation_degrees: f64,
) -> Result<Figure> {
    let surfaces: Vec<Figure> = on_one_scale(axes, nets, scaler, dataset, (MESH, MESH))?
        .into_iter()
        .map(|(axes, prediction)| surface(&axes, z_label, prediction, azimuth_degrees, elevation_degrees))
        .collect::<Result<_>>()?;
    side_by_side_on_one_scale(&surfaces)
}

fn surface(
    axes: &Axes,
    z_label: &str,
    prediction: Prediction,
    azimuth_degrees: f64,
    elevation_degrees: f64,
) -> Result<Figure> {
    let view = View::new(azimuth_degrees, elevation_degrees)?;
    let heights = Span::around(prediction.z.iter(), 0.0);
    let named = if z_label.is_empty() { String::new() } else { format!("{z_label} over ") };
    let alt = format!(
        "Surface of predictions, seen from azimuth {}° and elevation {}°: {named}{} from {} to {} and {} from {} to {}, \
         predictions from {} to {}; {}.",
        number(azimuth_degrees),
        number(elevation_degrees),
        or(&axes.x_label, "x"),
        number(prediction.xs[0]),
        number(prediction.xs[MESH - 1]),
        or(&axes.y_label, "y"),
        number(prediction.ys[0]),
        number(prediction.ys[MESH - 1]),
        number(heights.low),
        number(heights.high),
        prediction.examples_in_words
    );
    let alt = match axes.title.as_str() {
        "" => alt,
        title => alt.replacen("Surface of predictions", &format!("Surface of predictions, \"{title}\""), 1),
    };
    let labels = [axes.x_label.clone(), axes.y_label.clone(), z_label.to_string()];
    let scene = Scene::new(prediction, labels, view);
    let title = axes.title.clone();
    Figure::draw(alt, move |width| Ok(scene.draw(&title, width)))
}

fn or<'a>(label: &'a str, name: &'a str) -> &'a str {
    if label.is_empty() { name } else { label }
}

/// What is drawn, and from where.
struct Scene {
    prediction: Prediction,
    /// Of x, y and z.
    labels: [String; 3],
    spans: [Span; 3],
    view: View,
}

/// Text around the scene, relative to its centre.
struct Text {
    middle: Point,
    text: String,
    size: f64,
    upward: bool,
}

impl Text {
    fn area(&self) -> Area {
        let half = half_of(&self.text, self.size, self.upward);
        let (x, y) = self.middle;
        (x - half.0, y - half.1, x + half.0, y + half.1)
    }
}

/// Half the width and height of a text.
fn half_of(text: &str, size: f64, upward: bool) -> Point {
    let (long, high) = (text_width(text, size) / 2.0, 0.5 * size);
    if upward { (high, long) } else { (long, high) }
}

/// An edge of the box that carries an axis.
struct Edge {
    from: Place,
    to: Place,
    /// Away from the box, on the sheet, of length 1.
    outward: Point,
}

/// Everything around the surface, for one size of the scene.
struct Surroundings {
    /// For x, y and z.
    ticks: [Vec<(f64, String)>; 3],
    texts: Vec<Text>,
    bounds: Area,
}

impl Scene {
    fn new(prediction: Prediction, labels: [String; 3], view: View) -> Scene {
        let (xs, ys) = (&prediction.xs, &prediction.ys);
        let z = &prediction.scores;
        let room = 0.03 * (z.high - z.low);
        let spans = [
            Span::exactly(xs[0], xs[xs.len() - 1]),
            Span::exactly(ys[0], ys[ys.len() - 1]),
            Span::exactly(z.low - room, z.high + room),
        ];
        Scene { prediction, labels, spans, view }
    }

    /// Where values lie in a box from −1 to 1.
    fn place(&self, x: f64, y: f64, z: f64) -> Place {
        let along = |span: &Span, value: f64| 2.0 * span.share(value) - 1.0;
        [along(&self.spans[0], x), along(&self.spans[1], y), HALF_HEIGHT * along(&self.spans[2], z)]
    }

    /// The surface's point of the given column and row.
    fn mesh(&self, column: usize, row: usize) -> Place {
        let p = &self.prediction;
        self.place(p.xs[column], p.ys[row], p.z[[row, column]])
    }

    /// The height of the surface above a place, if there is any.
    fn height(&self, x: f64, y: f64) -> Option<f64> {
        if x.abs() > 1.0 || y.abs() > 1.0 {
            return None;
        }
        // The index of the point before, and how far it is to the next one.
        let before = |share: f64| {
            let position = (share + 1.0) / 2.0 * (MESH - 1) as f64;
            let index = (position as usize).min(MESH - 2);
            (index, position - index as f64)
        };
        let ((column, right), (row, up)) = (before(x), before(y));
        let z = |dr: usize, dc: usize| self.prediction.z[[row + dr, column + dc]];
        let lower = z(0, 0) * (1.0 - right) + z(0, 1) * right;
        let upper = z(1, 0) * (1.0 - right) + z(1, 1) * right;
        Some(HALF_HEIGHT * (2.0 * self.spans[2].share(lower * (1.0 - up) + upper * up) - 1.0))
    }

    /// Whether the surface stands between a place and the eye.
    fn hides(&self, place: Place) -> bool {
        const TOUCH: f64 = 0.02;
        let above = |step: f64| {
            let [x, y, z] = [0, 1, 2].map(|i| place[i] + step * self.view.toward[i]);
            self.height(x, y).map(|height| z - height)
        };
        let below = above(0.0).is_some_and(|above| above < -TOUCH);
        (1..200)
            .map_while(|i| above(0.02 * f64::from(i)))
            .any(|above| if below { above > TOUCH / 4.0 } else { above < -TOUCH / 4.0 })
    }

    fn edges(&self) -> [Edge; 3] {
        let ((near_x, near_y), h) = (self.view.near_sides(), HALF_HEIGHT);
        let outward = |to: Place| {
            let (x, y) = self.view.project(to);
            let long = x.hypot(y).max(1e-9);
            (x / long, y / long)
        };
        // Of the two upright edges at the sides, the left one.
        let sides = [(near_x, -near_y), (-near_x, near_y)];
        let across = sides.map(|(x, y)| self.view.project([x, y, 0.0]).0);
        let (x, y) = if across[0] < across[1] { sides[0] } else { sides[1] };
        [
            Edge { from: [-1.0, near_y, -h], to: [1.0, near_y, -h], outward: outward([0.0, near_y, 0.0]) },
            Edge { from: [near_x, -1.0, -h], to: [near_x, 1.0, -h], outward: outward([near_x, 0.0, 0.0]) },
            Edge { from: [x, y, -h], to: [x, y, h], outward: (-1.0, 0.0) },
        ]
    }

    /// The ticks and texts around a scene of `scale` pixels to a unit.
    fn surroundings(&self, scale: f64, sizes: &Sizes, labels: &[String; 3]) -> Surroundings {
        let pixel = |place: Place| {
            let (x, y) = self.view.project(place);
            (scale * x, scale * y)
        };
        let mut texts: Vec<Text> = Vec::new();
        let mut ticks: [Vec<(f64, String)>; 3] = Default::default();
        let edges = self.edges();
        for (axis, edge) in edges.iter().enumerate() {
            let span = &self.spans[axis];
            let tick_text = |(value, text): &(f64, String)| {
                let at = pixel(along(edge, span.share(*value)));
                Text {
                    middle: beyond(at, edge.outward, 10.0, text, sizes.tick),
                    text: text.clone(),
                    size: sizes.tick,
                    upward: false,
                }
            };
            // As many ticks as have room beside each other.
            for about in (1..=6).rev() {
                ticks[axis] = span.ticks(about);
                let labels: Vec<Text> = ticks[axis].iter().map(tick_text).collect();
                if labels.windows(2).all(|pair| !overlap(grown(pair[0].area(), 3.0), pair[1].area())) {
                    break;
                }
            }
            for text in ticks[axis].iter().map(tick_text) {
                if !texts.iter().any(|other| overlap(grown(other.area(), 2.0), text.area())) {
                    texts.push(text);
                }
            }
        }
        for (axis, edge) in edges.iter().enumerate() {
            // Where one axis has a very long label, the scene must not vanish beside it.
            let label = shortened(&labels[axis], sizes.label, if axis == 2 { 300.0 } else { 240.0 });
            if label.is_empty() {
                continue;
            }
            let (middle, upward) = (pixel(along(edge, 0.5)), axis == 2);
            let candidate = |far: f64| {
                let half = half_of(&label, sizes.label, upward);
                let (dx, dy) = edge.outward;
                let reach = far + dx.abs() * half.0 + dy.abs() * half.1;
                let middle = (middle.0 + reach * dx, middle.1 + reach * dy);
                Text { middle, text: label.clone(), size: sizes.label, upward }
            };
            let free =
                |text: &Text| !texts.iter().any(|other| overlap(grown(other.area(), 4.0), text.area()));
            let placed = (0..200).map(|i| candidate(14.0 + 2.0 * f64::from(i))).find(free);
            texts.push(placed.unwrap_or_else(|| candidate(414.0)));
        }
        let mut bounds = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        let corners = (0..8).map(|i| {
            let side = |bit: usize| if i & bit == 0 { -1.0 } else { 1.0 };
            let (x, y) = pixel([side(1), side(2), HALF_HEIGHT * side(4)]);
            (x, y, x, y)
        });
        for area in texts.iter().map(|text| grown(text.area(), 2.0)).chain(corners) {
            bounds = (bounds.0.min(area.0), bounds.1.min(area.1), bounds.2.max(area.2), bounds.3.max(area.3));
        }
        Surroundings { ticks, texts, bounds }
    }

    fn draw(&self, title: &str, width: f64) -> Drawing {
        let sizes = Sizes::for_width(width);
        let mut canvas = Canvas::default();
        let lines = wrapped(title, sizes.title, width - 16.0, 3);
        draw_title(&mut canvas, &lines, sizes.title, 8.0, width);
        let top = 8.0 + lines.len() as f64 * LINE_HEIGHT * sizes.title;
        let hidden: Vec<bool> =
            self.prediction.examples.iter().map(|e| self.hides(self.example(e))).collect();
        let top =
            legend::draw(&mut canvas, &self.legend(&hidden, width), (8.0, top + 4.0), width - 8.0, &sizes)
                + 8.0;
        let head = canvas.shapes.len();

        let paint = Paint { colors: self.prediction.scores, white: 0.0, banded: false, bar: true };
        let bar = ColorBar::new(paint, width);
        let room = (width - bar.width() - 20.0, if width >= 450.0 { 0.66 * width } else { 0.9 * width });
        // In a narrow panel letters stand at the axes, and what they mean below.
        let full = width >= 450.0;
        let labels = if full { self.labels.clone() } else { ["x", "y", "z"].map(str::to_string) };
        // The largest scene that fits with all that stands around it.
        let mut scale = width;
        let around = loop {
            let around = self.surroundings(scale, &sizes, &labels);
            let (left, top, right, bottom) = around.bounds;
            if (right - left <= room.0 && bottom - top <= room.1) || scale < 10.0 {
                break around;
            }
            scale *= 0.97;
        };
        let (left, upper, right, lower) = around.bounds;
        let centre = (8.0 + (room.0 - (right - left)) / 2.0 - left, top - upper);
        let bottom = top + lower - upper;
        let sheet = Sheet { scene: self, scale, centre };
        sheet.draw_box(&mut canvas, &around.ticks);
        sheet.draw_surface(&mut canvas);
        for text in &around.texts {
            let at = (centre.0 + text.middle.0, centre.1 + text.middle.1);
            match text.upward {
                true => canvas.text_upward(at, &text.text, text.size, TEXT),
                false => canvas.text_centred(at, &text.text, text.size, TEXT, Align::Middle),
            }
        }
        let texts = around.texts.iter().map(|text| {
            let (l, t, r, b) = text.area();
            (l + centre.0, t + centre.1, r + centre.0, b + centre.1)
        });
        let within = (8.0, top, width - bar.width() - 8.0, bottom);
        sheet.draw_examples(&mut canvas, &hidden, texts.collect(), within, width);
        let middle = (top + bottom) / 2.0;
        let half = 0.36 * (bottom - top);
        let left_of_bar = width - bar.width() + 6.0;
        bar.draw(&mut canvas, (left_of_bar, middle - half, middle + half));
        if full {
            let name = wrapped(&self.labels[2], sizes.tick, bar.width() - 6.0, 3);
            for (row, text) in name.iter().rev().enumerate() {
                let baseline = middle - half - 8.0 - row as f64 * LINE_HEIGHT * sizes.tick;
                canvas.text((left_of_bar, baseline), text, sizes.tick, TEXT, Align::Start);
            }
        }
        let mut height = bottom + 10.0;
        if !full {
            for (letter, label) in labels.iter().zip(&self.labels).filter(|(_, label)| !label.is_empty()) {
                for line in wrapped(&format!("{letter}: {label}"), sizes.label, width - 16.0, 2) {
                    let baseline = height + font::ASCENT * sizes.label;
                    canvas.text((8.0, baseline), &line, sizes.label, TEXT, Align::Start);
                    height += LINE_HEIGHT * sizes.label;
                }
            }
            height += 6.0;
        }
        Drawing { height, canvas, head }
    }

    /// Where an example lies: at the height of its true score.
    fn example(&self, example: &Example) -> Place {
        self.place(example.x, example.y, example.truth)
    }

    fn legend(&self, hidden: &[bool], width: f64) -> Vec<Entry> {
        let mut entries = vec![self.prediction.legend_entry(width)];
        if hidden.contains(&true) {
            entries.push(Entry { name: "behind the surface".to_string(), sample: Sample::Hidden });
        }
        let wrong =
            |e: &Example| (e.truth - e.predicted).abs() > 0.015 * (self.spans[2].high - self.spans[2].low);
        if self.prediction.examples.iter().any(wrong) {
            let name = "error of the prediction".to_string();
            entries.push(Entry { name, sample: Sample::Stroke(BLACK, &[], 1.75) });
        }
        entries
    }
}

fn along(edge: &Edge, share: f64) -> Place {
    [0, 1, 2].map(|i| edge.from[i] + share * (edge.to[i] - edge.from[i]))
}

/// The middle of a text that begins `far` from a point.
fn beyond(from: Point, outward: Point, far: f64, text: &str, size: f64) -> Point {
    let half = half_of(text, size, false);
    let reach = far + outward.0.abs() * half.0 + outward.1.abs() * half.1;
    (from.0 + reach * outward.0, from.1 + reach * outward.1)
}

fn grown(area: Area, by: f64) -> Area {
    (area.0 - by, area.1 - by, area.2 + by, area.3 + by)
}

/// A scene at its place on the sheet.
struct Sheet<'a> {
    scene: &'a Scene,
    /// Pixels to a unit.
    scale: f64,
    centre: Point,
}

impl Sheet<'_> {
    fn pixel(&self, place: Place) -> Point {
        let (x, y) = self.scene.view.project(place);
        (self.centre.0 + self.scale * x, self.centre.1 + self.scale * y)
    }

    /// Floor and rear walls with grid lines, and the three axes with ticks.
    fn draw_box(&self, canvas: &mut Canvas, ticks: &[Vec<(f64, String)>; 3]) {
        let ((near_x, near_y), h) = (self.scene.view.near_sides(), HALF_HEIGHT);
        let line = |canvas: &mut Canvas, a: Place, b: Place, color: Color| {
            canvas.line(&[self.pixel(a), self.pixel(b)], color, HAIRLINE);
        };
        let panels = [
            [[-1.0, -1.0, -h], [1.0, -1.0, -h], [1.0, 1.0, -h], [-1.0, 1.0, -h]],
            [[-near_x, -1.0, -h], [-near_x, 1.0, -h], [-near_x, 1.0, h], [-near_x, -1.0, h]],
            [[-1.0, -near_y, -h], [1.0, -near_y, -h], [1.0, -near_y, h], [-1.0, -near_y, h]],
        ];
        for panel in &panels {
            canvas.polygon(&panel.map(|corner| self.pixel(corner)), PANEL);
        }
        let position = |axis: usize, value: f64| 2.0 * self.scene.spans[axis].share(value) - 1.0;
        for (value, _) in &ticks[0] {
            let x = position(0, *value);
            line(canvas, [x, -1.0, -h], [x, 1.0, -h], GRID);
            line(canvas, [x, -near_y, -h], [x, -near_y, h], GRID);
        }
        for (value, _) in &ticks[1] {
            let y = position(1, *value);
            line(canvas, [-1.0, y, -h], [1.0, y, -h], GRID);
            line(canvas, [-near_x, y, -h], [-near_x, y, h], GRID);
        }
        for (value, _) in &ticks[2] {
            let z = h * position(2, *value);
            line(canvas, [-near_x, -1.0, z], [-near_x, 1.0, z], GRID);
            line(canvas, [-1.0, -near_y, z], [1.0, -near_y, z], GRID);
        }
        for (axis, edge) in self.scene.edges().iter().enumerate() {
            line(canvas, edge.from, edge.to, AXIS);
            for (value, _) in &ticks[axis] {
                let at = self.pixel(along(edge, self.scene.spans[axis].share(*value)));
                let end = (at.0 + 5.0 * edge.outward.0, at.1 + 5.0 * edge.outward.1);
                canvas.line(&[at, end], AXIS, HAIRLINE);
            }
        }
    }

    /// The cells of the surface from back to front, so that near ones cover what lies behind them.
    fn draw_surface(&self, canvas: &mut Canvas) {
        let (near_x, near_y) = self.scene.view.near_sides();
        let order = |near: f64| -> Vec<usize> {
            if near > 0.0 { (0..MESH - 1).collect() } else { (0..MESH - 1).rev().collect() }
        };
        for &row in &order(near_y) {
            for &column in &order(near_x) {
                self.draw_cell(canvas, column, row);
            }
        }
    }

    fn draw_cell(&self, canvas: &mut Canvas, column: usize, row: usize) {
        let scene = self.scene;
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(dc, dr)| scene.mesh(column + dc, row + dr));
        let z = &scene.prediction.z;
        let score =
            (z[[row, column]] + z[[row, column + 1]] + z[[row + 1, column]] + z[[row + 1, column + 1]]) / 4.0;
        let color = colormap::color(scene.prediction.scores.share(score), 0.0);
        let difference = |a: Place, b: Place| [0, 1, 2].map(|i| a[i] - b[i]);
        let upright = normal(difference(corners[2], corners[0]), difference(corners[3], corners[1]));
        let light = shade(upright, scene.view);
        let points = corners.map(|corner| self.pixel(corner));
        let middle =
            (points.iter().map(|p| p.0).sum::<f64>() / 4.0, points.iter().map(|p| p.1).sum::<f64>() / 4.0);
        // A little larger, so that no crack shows between neighbours.
        let larger = points.map(|p| {
            let (dx, dy) = (p.0 - middle.0, p.1 - middle.1);
            let by = 1.0 + 0.3 / dx.hypot(dy).max(0.3);
            (middle.0 + by * dx, middle.1 + by * dy)
        });
        canvas.polygon(&larger, darkened(color, light));
        // The two sides at the lower ends, and at the last cells the others too.
        let sides = [
            (row.is_multiple_of(LINES), 0, 1),
            (column.is_multiple_of(LINES), 0, 3),
            (row + 2 == MESH, 3, 2),
            (column + 2 == MESH, 1, 2),
        ];
        for (drawn, from, to) in sides {
            if drawn {
                canvas.line(&[points[from], points[to]], darkened(color, 0.62 * light), 0.75);
            }
        }
    }

    /// Each example with the way to its prediction, and labels where there are few.
    fn draw_examples(
        &self,
        canvas: &mut Canvas,
        hidden: &[bool],
        texts: Vec<Area>,
        within: Area,
        width: f64,
    ) {
        const PIECES: usize = 30;
        let (scene, prediction) = (self.scene, &self.scene.prediction);
        let dots: Vec<Point> = prediction.examples.iter().map(|e| self.pixel(scene.example(e))).collect();
        let mut obstacles = Obstacles { areas: texts, ..Obstacles::default() };
        obstacles.areas.extend(dots.iter().map(|dot| around(*dot)));
        for example in &prediction.examples {
            let place = |i: usize| {
                let share = i as f64 / PIECES as f64;
                scene.place(
                    example.x,
                    example.y,
                    example.predicted + share * (example.truth - example.predicted),
                )
            };
            let (foot, dot) = (self.pixel(place(0)), self.pixel(place(PIECES)));
            if (foot.1 - dot.1).abs() < 2.0 {
                continue;
            }
            obstacles.lines.push(vec![foot, dot]);
            let hidden: Vec<bool> = (0..=PIECES).map(|i| scene.hides(place(i))).collect();
            // Many lines behind the surface would be a thicket.
            if hidden[PIECES] && !prediction.has_few() {
                continue;
            }
            for i in 0..PIECES {
                // Dotted where the surface is in the way.
                let in_the_way = hidden[i] && hidden[i + 1];
                if !in_the_way || i % 2 == 0 {
                    let (a, b) = (self.pixel(place(i)), self.pixel(place(i + 1)));
                    canvas.line(&[a, b], BLACK, if prediction.has_few() { 1.75 } else { 1.0 });
                }
            }
        }
        for ((example, dot), hidden) in prediction.examples.iter().zip(&dots).zip(hidden) {
            match hidden {
                true => style::hidden_example(canvas, *dot, prediction.radius()),
                false => {
                    let color = prediction.color(example.truth);
                    canvas.circle(*dot, prediction.radius() + 1.0, WHITE);
                    canvas.ring(*dot, prediction.radius(), BLACK, 0.28 * prediction.radius(), color);
                }
            }
        }
        if !prediction.has_labels(width) {
            return;
        }
        let size = Sizes::for_width(width).tick;
        for (example, dot) in prediction.examples.iter().zip(&dots) {
            if let Some(label) = label::beside(*dot, &example.label(), size, within, &obstacles) {
                label.draw(canvas, true);
                obstacles.areas.push(label.area);
            }
        }
    }
}

/// How bright a piece of surface is whose upper side looks in the direction `upright`: the light comes from above, from the
/// left of the eye.
fn shade(upright: Place, view: View) -> f64 {
    let [x, y, z] = view.toward;
    // The eye's direction, turned by 50° about the upright axis and lifted.
    let (sin, cos) = 50.0_f64.to_radians().sin_cos();
    let light = [x * cos + y * sin, y * cos - x * sin, z + 0.7];
    let length = dot(light, light).sqrt();
    if dot(upright, view.toward) < 0.0 {
        return 0.7;
    }
    // In steps that nobody sees, so that neighbours share a colour and a PNG stays small.
    0.78 + 0.22 * (8.0 * (dot(upright, light) / length).clamp(0.0, 1.0)).round() / 8.0
}

fn darkened(color: Color, by: f64) -> Color {
    let part = |c: u8| (f64::from(c) * by).round() as u8;
    Color(part(color.0), part(color.1), part(color.2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::drawing::shape::Shape;
    use ndarray::{Array1, Array2, array};

    /// A high ridge along the front, y below 0.5, and low land behind it, with an example on each.
    fn ridge(azimuth: f64, elevation: f64) -> Scene {
        let line = Array1::linspace(0.0, 1.0, MESH);
        let z = Array2::from_shape_fn((MESH, MESH), |(row, _)| if line[row] < 0.5 { 100.0 } else { 0.0 });
        let example = |y: f64, truth: f64| Example { x: 0.5, y, truth, predicted: truth };
        let examples = vec![example(0.25, 100.0), example(0.75, 0.0)];
        let scores = Span::exactly(0.0, 100.0);
        let prediction = Prediction {
            xs: line.clone(),
            ys: line,
            z,
            examples,
            examples_in_words: String::new(),
            questions: Vec::new(),
            scores,
        };
        Scene::new(prediction, Default::default(), View::new(azimuth, elevation).unwrap())
    }

    fn inside(points: &[Point], at: Point) -> bool {
        let crossed = (0..points.len()).filter(|&i| {
            let (a, b) = (points[i], points[(i + 1) % points.len()]);
            (a.1 > at.1) != (b.1 > at.1) && at.0 < a.0 + (b.0 - a.0) * (at.1 - a.1) / (b.1 - a.1)
        });
        crossed.count() % 2 == 1
    }

    /// The colour that is seen of the surface at a place: that of the last polygon painted over it.
    fn seen(scene: &Scene, place: Place) -> Color {
        let sheet = Sheet { scene, scale: 200.0, centre: (300.0, 300.0) };
        let mut canvas = Canvas::default();
        sheet.draw_surface(&mut canvas);
        let at = sheet.pixel(place);
        let on_top = canvas.shapes.iter().rev().find_map(|shape| match shape {
            Shape::Polygon { points, color } if inside(points, at) => Some(*color),
            _ => None,
        });
        on_top.expect("the surface is there")
    }

    #[test]
    fn what_lies_behind_a_ridge_is_hidden_and_seen_from_the_other_side() {
        // Low land is violet, high land yellow: their red tells them apart.
        for azimuth in [-90.0, -60.0, -120.0] {
            let front = ridge(azimuth, 20.0);
            let low = front.place(0.52, 0.76, 0.0);
            assert!(seen(&front, low).1 > 90, "{azimuth}: {:?}", seen(&front, low));
            assert!(front.hides(low) && front.hides(front.example(&front.prediction.examples[1])));
            assert!(!front.hides(front.place(0.52, 0.26, 100.0)));
        }
        for azimuth in [90.0, 60.0, 120.0] {
            let back = ridge(azimuth, 20.0);
            let low = back.place(0.52, 0.76, 0.0);
            assert!(seen(&back, low).1 < 30, "{azimuth}: {:?}", seen(&back, low));
            assert!(!back.hides(low));
        }
    }

    #[test]
    fn an_example_below_the_surface_is_hidden_and_one_above_it_is_not() {
        let scene = ridge(-90.0, 60.0);
        assert!(scene.hides(scene.place(0.5, 0.25, 50.0)));
        assert!(!scene.hides(scene.place(0.5, 0.25, 102.0)));
        // From the front one looks in below the edge of the surface.
        let level = ridge(-90.0, 5.0);
        assert!(!level.hides(level.place(0.5, 0.02, 50.0)));
    }

    #[test]
    fn dots_lie_where_x_y_and_the_true_score_lead() {
        let net = Network::random(&[2, 3, 1], 1).unwrap();
        let data =
            Dataset::new(array![[10.0, 0.0], [0.0, 5.0], [5.0, 2.5]], array![[100.0], [100.0], [100.0]]);
        let data = data.unwrap();
        let scaler = Scaler::fit(&data, 100.0).unwrap();
        let axes = Axes::new("", "x", "y");
        let figure = prediction_surface_from(&axes, "z", &net, &scaler, &data, -90.0, 30.0).unwrap();
        let dots: Vec<Point> = figure
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Circle { center, radius, color } if *color == BLACK && *radius == 6.0 => Some(*center),
                _ => None,
            })
            .collect();
        // The first is the legend's. From the front, the third lies halfway between the others.
        assert_eq!(dots.len(), 4, "{dots:?}");
        let (right, left, middle) = (dots[1], dots[2], dots[3]);
        assert!(right.0 > left.0 + 100.0 && right.1 > left.1 + 50.0, "{dots:?}");
        let halfway = ((left.0 + right.0) / 2.0, (left.1 + right.1) / 2.0);
        assert!((middle.0 - halfway.0).hypot(middle.1 - halfway.1) < 1e-6, "{dots:?}");
    }
}
