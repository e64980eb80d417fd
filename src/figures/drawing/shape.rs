//! What a figure is made of: a few primitive shapes, in logical pixels.

use super::font::{ASCENT, DESCENT, text_width};

/// A position in logical pixels; y points down.
pub(crate) type Point = (f64, f64);

/// An opaque colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Color(pub u8, pub u8, pub u8);

/// Where a text stands relative to its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Start,
    Middle,
    End,
}

/// One primitive. Later shapes cover earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// An open line through the points, with round joins and flat ends.
    Line { points: Vec<Point>, color: Color, width: f64 },
    /// A filled polygon.
    Polygon { points: Vec<Point>, color: Color },
    /// A filled circle.
    Circle { center: Point, radius: f64, color: Color },
    /// A text on its baseline; `upward` is turned by 90° so that it reads from below to above.
    Text { at: Point, text: String, size: f64, color: Color, align: Align, upward: bool },
    /// A picture, `columns` pixels wide, stretched over a rectangle.
    Image { corner: Point, size: Point, columns: usize, pixels: Vec<Color> },
    /// A shape that lets what is behind it shine through: hardly seen at 0, as without this at 1.
    Faint { shape: Box<Shape>, opacity: f64 },
}

impl Shape {
    /// The shape, moved.
    pub(crate) fn moved(mut self, dx: f64, dy: f64) -> Shape {
        let shift = |p: &mut Point| *p = (p.0 + dx, p.1 + dy);
        match &mut self {
            Shape::Line { points, .. } | Shape::Polygon { points, .. } => points.iter_mut().for_each(shift),
            Shape::Circle { center: at, .. } | Shape::Text { at, .. } | Shape::Image { corner: at, .. } => {
                shift(at)
            }
            Shape::Faint { shape, .. } => **shape = shape.clone().moved(dx, dy),
        }
        self
    }

    /// The shape, with everything so many times as large.
    pub(crate) fn scaled(mut self, by: f64) -> Shape {
        let grow = |p: &mut Point| *p = (p.0 * by, p.1 * by);
        match &mut self {
            Shape::Line { points, width, .. } => {
                points.iter_mut().for_each(grow);
                *width *= by;
            }
            Shape::Polygon { points, .. } => points.iter_mut().for_each(grow),
            Shape::Circle { center, radius, .. } => {
                grow(center);
                *radius *= by;
            }
            Shape::Text { at, size, .. } => {
                grow(at);
                *size *= by;
            }
            Shape::Image { corner, size, .. } => {
                grow(corner);
                grow(size);
            }
            Shape::Faint { shape, .. } => **shape = shape.clone().scaled(by),
        }
        self
    }

    /// The smallest upright rectangle around the shape: left, top, right, bottom.
    pub(crate) fn bounds(&self) -> (f64, f64, f64, f64) {
        match self {
            Shape::Line { points, width, .. } => around(points, width / 2.0),
            Shape::Polygon { points, .. } => around(points, 0.0),
            Shape::Circle { center, radius, .. } => around(&[*center], *radius),
            Shape::Image { corner, size, .. } => (corner.0, corner.1, corner.0 + size.0, corner.1 + size.1),
            Shape::Text { at, text, size, align, upward, .. } => text_box(*at, text, *size, *align, *upward),
            Shape::Faint { shape, .. } => shape.bounds(),
        }
    }
}

fn around(points: &[Point], by: f64) -> (f64, f64, f64, f64) {
    let nothing = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
    points
        .iter()
        .fold(nothing, |(l, t, r, b), p| (l.min(p.0 - by), t.min(p.1 - by), r.max(p.0 + by), b.max(p.1 + by)))
}

/// The rectangle that a text fills: left, top, right, bottom.
fn text_box(at: Point, text: &str, size: f64, align: Align, upward: bool) -> (f64, f64, f64, f64) {
    let width = text_width(text, size);
    let start = match align {
        Align::Start => 0.0,
        Align::Middle => -width / 2.0,
        Align::End => -width,
    };
    let (above, below) = (ASCENT * size, DESCENT * size);
    if upward {
        (at.0 - above, at.1 - start - width, at.0 + below, at.1 - start)
    } else {
        (at.0 + start, at.1 - above, at.0 + start + width, at.1 + below)
    }
}
