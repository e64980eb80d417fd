//! A sheet to draw on: it records shapes, from our own calls and from plotters.

use super::font::CAP_HEIGHT;
use super::shape::{Align, Color, Point, Shape};

/// The shapes drawn so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Canvas {
    pub(crate) shapes: Vec<Shape>,
}

impl Canvas {
    pub(crate) fn line(&mut self, points: &[Point], color: Color, width: f64) {
        self.shapes.push(Shape::Line { points: points.to_vec(), color, width });
    }

    pub(crate) fn polygon(&mut self, points: &[Point], color: Color) {
        self.shapes.push(Shape::Polygon { points: points.to_vec(), color });
    }

    pub(crate) fn rectangle(&mut self, left: f64, top: f64, right: f64, bottom: f64, color: Color) {
        self.polygon(&[(left, top), (right, top), (right, bottom), (left, bottom)], color);
    }

    pub(crate) fn circle(&mut self, center: Point, radius: f64, color: Color) {
        self.shapes.push(Shape::Circle { center, radius, color });
    }

    /// A filled circle with a line around it.
    pub(crate) fn ring(&mut self, center: Point, radius: f64, edge: Color, edge_width: f64, fill: Color) {
        self.circle(center, radius, edge);
        self.circle(center, radius - edge_width, fill);
    }

    /// A text on its baseline.
    pub(crate) fn text(&mut self, at: Point, text: &str, size: f64, color: Color, align: Align) {
        self.shapes.push(Shape::Text { at, text: text.to_string(), size, color, align, upward: false });
    }

    /// A text whose capitals are centred on the given height.
    pub(crate) fn text_centred(&mut self, at: Point, text: &str, size: f64, color: Color, align: Align) {
        self.text((at.0, at.1 + CAP_HEIGHT / 2.0 * size), text, size, color, align);
    }

    /// A text that reads upward, its capitals centred on the given x.
    pub(crate) fn text_upward(&mut self, at: Point, text: &str, size: f64, color: Color) {
        let at = (at.0 + CAP_HEIGHT / 2.0 * size, at.1);
        let text = text.to_string();
        self.shapes.push(Shape::Text { at, text, size, color, align: Align::Middle, upward: true });
    }
}
