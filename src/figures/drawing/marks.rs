//! Marks of data as elements of plotters: markers, dots, rings and lines. They serve on the axes of a chart, in its units, and on a
//! sheet, in pixels.

use plotters::element::{
    Circle, DashedPathElement, DynElement, EmptyElement, IntoDynElement, PathElement, Polygon, Rectangle,
};

use super::backend::{Backend, UNITS, fill, stroke, units};
use super::canvas::Canvas;
use super::shape::{Color, Point};
use super::style::{BLACK, Look, WHITE};

/// An element at a place C: a pair of values on axes, or of plotters' pixels on a sheet.
pub(crate) type Mark<C> = DynElement<'static, Backend, C>;

/// A marker is this large in pixels, with a white edge around it, so that markers that overlap stay apart.
const MARKER: f64 = 5.25;
const MARKER_WITH_EDGE: f64 = 6.5;

/// How many pixels a sheet may reach in either direction.
const SHEET: f64 = 10_000.0;

/// The marker of a series.
pub(crate) fn marker<C: Clone + 'static>(look: Look, at: C) -> Mark<C> {
    scaled_marker(look, at, 1.0)
}

/// The marker of a series, smaller where there are many.
pub(crate) fn scaled_marker<C: Clone + 'static>(look: Look, at: C, by: f64) -> Mark<C> {
    let sizes = [(by * MARKER_WITH_EDGE, WHITE), (by * MARKER, look.color())];
    let polygon = |corners: &[Point]| {
        let [edge, inner] = sizes.map(|(r, color)| {
            let corner = |&(x, y): &Point| (units(x * r), units(y * r));
            Polygon::new(corners.iter().map(corner).collect::<Vec<_>>(), fill(color))
        });
        (EmptyElement::<C, Backend>::at(at.clone()) + edge + inner).into_dyn()
    };
    match look.number() % 4 {
        0 => {
            let [edge, inner] = sizes.map(|(r, color)| Circle::new((0, 0), units(r), fill(color)));
            (EmptyElement::<C, Backend>::at(at) + edge + inner).into_dyn()
        }
        1 => {
            let [edge, inner] = sizes.map(|(r, color)| {
                let half = units(0.9 * r);
                Rectangle::new([(-half, -half), (half, half)], fill(color))
            });
            (EmptyElement::<C, Backend>::at(at) + edge + inner).into_dyn()
        }
        2 => polygon(&[(0.0, -1.25), (1.1, 0.75), (-1.1, 0.75)]),
        _ => polygon(&[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]),
    }
}

/// A filled circle.
pub(crate) fn dot<C: Clone + 'static>(at: C, radius: f64, color: Color) -> Mark<C> {
    Circle::new(at, units(radius), fill(color)).into_dyn()
}

/// A filled circle with a line around it.
pub(crate) fn ring<C: Clone + 'static>(at: C, radius: f64, edge: Color, width: f64, inner: Color) -> Mark<C> {
    let circle = |radius, color| Circle::new((0, 0), units(radius), fill(color));
    (EmptyElement::<C, Backend>::at(at) + circle(radius, edge) + circle(radius - width, inner)).into_dyn()
}

/// An example in a plane of scores: a dot in the colour of its own score.
pub(crate) fn example<C: Clone + 'static>(at: C, radius: f64, score: Color) -> Mark<C> {
    let circle = |radius, color| Circle::new((0, 0), units(radius), fill(color));
    let (outer, edge, inner) =
        (circle(radius + 1.0, WHITE), circle(radius, BLACK), circle(0.72 * radius, score));
    (EmptyElement::<C, Backend>::at(at) + outer + edge + inner).into_dyn()
}

/// A line, with dashes and gaps of two lengths in pixels or, without them, solid.
pub(crate) fn line<C: Clone + 'static>(points: Vec<C>, dash: &[f64], color: Color, width: f64) -> Mark<C> {
    match dash {
        &[dash, gap] => {
            DashedPathElement::new(points, units(dash), units(gap), stroke(color, width)).into_dyn()
        }
        _ => PathElement::new(points, stroke(color, width)).into_dyn(),
    }
}

/// A place on a sheet, in plotters' pixels.
pub(crate) fn on_sheet((x, y): Point) -> (i32, i32) {
    (units(x), units(y))
}

impl Canvas {
    /// Draws a mark on the sheet.
    pub(crate) fn mark(&mut self, mark: &Mark<(i32, i32)>) {
        self.with_plotters((SHEET, SHEET), UNITS, |area| area.draw(mark))
            .expect("recording shapes cannot fail");
    }

    /// Draws a line in pixels, with dashes where there are any.
    pub(crate) fn dashed(&mut self, points: &[Point], dash: &[f64], color: Color, width: f64) {
        self.mark(&line(points.iter().map(|&at| on_sheet(at)).collect(), dash, color, width));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::drawing::shape::Shape;

    fn length(points: &[Point]) -> f64 {
        points.windows(2).map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1)).sum()
    }

    #[test]
    fn the_pieces_of_a_dashed_line_have_the_lengths_of_the_pattern_even_around_corners() {
        let mut canvas = Canvas::default();
        canvas.dashed(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)], &[6.0, 2.0], Color(0, 0, 0), 1.0);
        let lengths: Vec<f64> = canvas
            .shapes
            .iter()
            .map(|shape| match shape {
                Shape::Line { points, .. } => length(points),
                other => panic!("{other:?}"),
            })
            .collect();
        // 20 = 6 + 2 + 6 + 2 + 4
        assert_eq!(lengths.len(), 3);
        for (found, expected) in lengths.iter().zip([6.0, 6.0, 4.0]) {
            assert!((found - expected).abs() < 1e-9, "{lengths:?}");
        }
    }
}
