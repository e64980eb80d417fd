//! plotters draws on a [`Canvas`] through this.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::style::{RGBColor, ShapeStyle};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontTransform,
};

use super::canvas::Canvas;
use super::font::{self, CAP_HEIGHT, text_width};
use super::shape::{Align, Color, Point, Shape};
use crate::error::{Error, Result};

/// plotters counts in whole pixels; the charts on axes give it four to a logical pixel, and curves are smooth.
pub(crate) const UNITS: f64 = 4.0;

/// What plotters says when drawing fails; ours never does.
pub(crate) type Drawn = std::result::Result<(), DrawingAreaErrorKind<Infallible>>;

/// A backend for plotters that records shapes: they become SVG and PNG with the crate's own font.
#[derive(Clone, Debug)]
pub struct Backend {
    canvas: Rc<RefCell<Canvas>>,
    /// Width and height in plotters' pixels.
    size: (u32, u32),
    /// How many of them make a logical one.
    units: f64,
}

impl Canvas {
    /// Lets plotters draw on this canvas, of the given size in logical pixels, with `units` of its pixels to each of them.
    pub(crate) fn with_plotters<E: std::fmt::Display>(
        &mut self,
        (width, height): Point,
        units: f64,
        draw: impl FnOnce(&DrawingArea<Backend, Shift>) -> std::result::Result<(), E>,
    ) -> Result<()> {
        let canvas = Rc::new(RefCell::new(std::mem::take(self)));
        let size = ((width * units) as u32, (height * units) as u32);
        let area = Backend { canvas: canvas.clone(), size, units }.into_drawing_area();
        let drawn = draw(&area);
        *self = canvas.take();
        drawn.map_err(Error::draw)
    }
}

/// The style of a line, its width in logical pixels, for plotters counting in [`UNITS`].
pub(crate) fn stroke(color: Color, width: f64) -> ShapeStyle {
    ShapeStyle { color: color.into(), filled: false, stroke_width: (width * UNITS).round() as u32 }
}

/// The style of an area.
pub(crate) fn fill(color: Color) -> ShapeStyle {
    ShapeStyle { color: color.into(), filled: true, stroke_width: 0 }
}

/// A length in logical pixels, in plotters' [`UNITS`].
pub(crate) fn units(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}

impl From<Color> for plotters::style::RGBAColor {
    fn from(color: Color) -> Self {
        RGBColor(color.0, color.1, color.2).into()
    }
}

type Recorded = std::result::Result<(), DrawingErrorKind<Infallible>>;

impl Backend {
    fn logical(&self, point: BackendCoord) -> Point {
        (f64::from(point.0) / self.units, f64::from(point.1) / self.units)
    }

    fn stroke<S: BackendStyle>(&self, style: &S) -> f64 {
        f64::from(style.stroke_width()) / self.units
    }

    /// Adds a shape, which lets what is behind it shine through where its colour does.
    fn add(&self, shape: Shape, color: BackendColor) -> Recorded {
        let shape = match color.alpha {
            none if none <= 0.0 => return Ok(()),
            all if all >= 1.0 => shape,
            opacity => Shape::Faint { shape: Box::new(shape), opacity },
        };
        self.canvas.borrow_mut().shapes.push(shape);
        Ok(())
    }
}

impl DrawingBackend for Backend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Recorded {
        Ok(())
    }

    fn present(&mut self) -> Recorded {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Recorded {
        let corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
        self.fill_polygon(corners, &color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Recorded {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Recorded {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        if fill { self.fill_polygon(corners[..4].to_vec(), style) } else { self.draw_path(corners, style) }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Recorded {
        let points = path.into_iter().map(|point| self.logical(point)).collect();
        let (color, width) = (rgb(style.color()), self.stroke(style));
        self.add(Shape::Line { points, color, width }, style.color())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Recorded {
        let (center, radius) = (self.logical(center), f64::from(radius) / self.units);
        let color = rgb(style.color());
        if fill {
            return self.add(Shape::Circle { center, radius, color }, style.color());
        }
        // a point more than a full turn, so that the ends of the line do not show
        let around = |i: usize| {
            let (sin, cos) = (i as f64 * std::f64::consts::TAU / 48.0).sin_cos();
            (center.0 + radius * cos, center.1 + radius * sin)
        };
        let (points, width) = ((0..=49).map(around).collect(), self.stroke(style));
        self.add(Shape::Line { points, color, width }, style.color())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Recorded {
        let points = vert.into_iter().map(|point| self.logical(point)).collect();
        self.add(Shape::Polygon { points, color: rgb(style.color()) }, style.color())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Recorded {
        let size = style.size() / self.units;
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
        let (x, y) = self.logical(at);
        // a shape's text reads to the right or upward; what should read downward or upside down is turned to one of these
        let (at, upward) = match style.transform() {
            FontTransform::None | FontTransform::Rotate180 => ((x, y + down), false),
            FontTransform::Rotate270 => ((x + down, y), true),
            FontTransform::Rotate90 => ((x - down, y), true),
        };
        let (text, color) = (text.to_string(), rgb(style.color()));
        self.add(Shape::Text { at, text, size, color, align, upward }, style.color())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> std::result::Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let height = (font::ASCENT + font::DESCENT) * style.size();
        Ok((text_width(text, style.size()).ceil() as u32, height.ceil() as u32))
    }
}

fn rgb(color: BackendColor) -> Color {
    let (r, g, b) = color.rgb;
    Color(r, g, b)
}
