//! A sheet to draw on: it records shapes, from our own calls and from plotters.

use std::convert::Infallible;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontTransform,
};

use super::font::{self, CAP_HEIGHT, text_width};
use super::shape::{Align, Color, Point, Shape};

/// plotters counts in whole pixels; at four to a logical pixel, curves are smooth.
pub(crate) const UNITS: f64 = 4.0;

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

    /// A line in pieces: `pattern` gives the lengths of stroke, gap, stroke, gap, …; empty is solid.
    pub(crate) fn dashed(&mut self, points: &[Point], pattern: &[f64], color: Color, width: f64) {
        if pattern.is_empty() {
            self.line(points, color, width);
            return;
        }
        let (mut part, mut left, mut piece) = (0, pattern[0], Vec::new());
        for pair in points.windows(2) {
            let (mut from, to) = (pair[0], pair[1]);
            if part % 2 == 0 && piece.is_empty() {
                piece.push(from);
            }
            loop {
                let rest = (to.0 - from.0).hypot(to.1 - from.1);
                if rest <= left {
                    left -= rest;
                    if part % 2 == 0 {
                        piece.push(to);
                    }
                    break;
                }
                from = (from.0 + (to.0 - from.0) * left / rest, from.1 + (to.1 - from.1) * left / rest);
                if part % 2 == 0 {
                    piece.push(from);
                    self.line(&std::mem::take(&mut piece), color, width);
                } else {
                    piece.push(from);
                }
                part = (part + 1) % pattern.len();
                left = pattern[part];
            }
        }
        if piece.len() > 1 {
            self.line(&piece, color, width);
        }
    }
}

/// Lets plotters draw on a canvas.
pub(crate) struct Recorder<'a> {
    pub(crate) canvas: &'a mut Canvas,
    /// Width and height in logical pixels.
    pub(crate) size: Point,
}

type Recorded = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Recorder<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        ((self.size.0 * UNITS) as u32, (self.size.1 * UNITS) as u32)
    }

    fn ensure_prepared(&mut self) -> Recorded {
        Ok(())
    }

    fn present(&mut self) -> Recorded {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Recorded {
        let (x, y) = logical(point);
        self.canvas.rectangle(x, y, x + 1.0 / UNITS, y + 1.0 / UNITS, rgb(color));
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Recorded {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Recorded {
        let ((left, top), (right, bottom)) = (logical(upper_left), logical(bottom_right));
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        if fill {
            self.canvas.polygon(&corners[..4], rgb(style.color()));
        } else {
            self.canvas.line(&corners, rgb(style.color()), stroke(style));
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Recorded {
        if style.color().alpha > 0.0 {
            let points: Vec<Point> = path.into_iter().map(logical).collect();
            self.canvas.line(&points, rgb(style.color()), stroke(style));
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Recorded {
        self.canvas.circle(logical(center), f64::from(radius) / UNITS, rgb(style.color()));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Recorded {
        let points: Vec<Point> = vert.into_iter().map(logical).collect();
        self.canvas.polygon(&points, rgb(style.color()));
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, pos: BackendCoord) -> Recorded {
        let size = style.size() / UNITS;
        let down = match style.anchor().v_pos {
            VPos::Top => font::ASCENT * size,
            VPos::Center => CAP_HEIGHT / 2.0 * size,
            VPos::Bottom => -font::DESCENT * size,
        };
        let align = match style.anchor().h_pos {
            HPos::Left => Align::Start,
            HPos::Center => Align::Middle,
            HPos::Right => Align::End,
        };
        let (x, y) = logical(pos);
        let upward = matches!(style.transform(), FontTransform::Rotate270);
        let at = if upward { (x + down, y) } else { (x, y + down) };
        let color = rgb(style.color());
        self.canvas.shapes.push(Shape::Text { at, text: text.to_string(), size, color, align, upward });
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let height = (font::ASCENT + font::DESCENT) * style.size();
        Ok((text_width(text, style.size()).ceil() as u32, height.ceil() as u32))
    }
}

fn logical(point: BackendCoord) -> Point {
    (f64::from(point.0) / UNITS, f64::from(point.1) / UNITS)
}

fn rgb(color: BackendColor) -> Color {
    let (r, g, b) = color.rgb;
    Color(r, g, b)
}

fn stroke<S: BackendStyle>(style: &S) -> f64 {
    f64::from(style.stroke_width()) / UNITS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(points: &[Point]) -> f64 {
        points.windows(2).map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1)).sum()
    }

    #[test]
    fn the_pieces_of_a_dashed_line_have_the_lengths_of_the_pattern_even_around_corners() {
        let mut canvas = Canvas::default();
        let path = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)];
        canvas.dashed(&path, &[6.0, 2.0], Color(0, 0, 0), 1.0);
        let lengths: Vec<f64> = canvas
            .shapes
            .iter()
            .map(|shape| match shape {
                Shape::Line { points, .. } => length(points),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(lengths.len(), 3);
        // 20 = 6 + 2 + 6 + 2 + 4
        for (found, expected) in lengths.iter().zip([6.0, 6.0, 4.0]) {
            assert!((found - expected).abs() < 1e-9, "{lengths:?}");
        }
    }
}
