//! The legend: in rows above the plot, where it never covers data.
//!
//! The samples are plotters' elements, the same as on the axes. Their places are ours: plotters puts its legend into the plot, one name
//! below the other, and there it hides data (how much: see [`plot`](super)).

use plotters::element::{IntoDynElement, Rectangle};

use crate::figures::drawing::backend::fill;
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::font::{shortened, text_width};
use crate::figures::drawing::marks::{self, on_sheet};
use crate::figures::drawing::shape::{Align, Color, Point};
use crate::figures::drawing::style::{self, BLACK, CURVE, Look, Sizes, TEXT, WHITE};

/// What stands before a name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sample {
    /// A point of the series.
    Marker(Look),
    /// A piece of its line.
    Line(Look),
    /// Both.
    LineAndMarker(Look),
    /// A white circle with a black edge.
    Ring,
    /// An example with a score of the given colour.
    Example(Color),
    /// An example behind a surface.
    Hidden,
    /// The lowest place.
    Cross,
    /// A place that is asked about.
    Asked,
    /// A small filled circle.
    Dot(Color),
    /// A filled square.
    Fill(Color),
    /// A piece of line of a given colour, dash and width.
    Stroke(Color, &'static [f64], f64),
}

/// One name in the legend.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) sample: Sample,
}

const SAMPLE_WIDTH: f64 = 34.0;
const ROW: f64 = 20.0;
/// The radius of a small circle.
pub(super) const DOT: f64 = 3.25;

/// Draws the entries in rows from the corner to the right edge; returns where they end below.
pub(super) fn draw(canvas: &mut Canvas, entries: &[Entry], corner: Point, right: f64, sizes: &Sizes) -> f64 {
    if entries.is_empty() {
        return corner.1;
    }
    let (mut x, mut y) = (corner.0, corner.1 + ROW / 2.0);
    for entry in entries {
        let before_name = 6.0
            + match entry.sample {
                Sample::Marker(_) | Sample::Fill(_) | Sample::Ring => 14.0,
                Sample::Dot(_) | Sample::Example(_) | Sample::Hidden => 14.0,
                Sample::Cross | Sample::Asked => 14.0,
                Sample::Line(_) | Sample::LineAndMarker(_) | Sample::Stroke(..) => SAMPLE_WIDTH,
            };
        let name = shortened(&entry.name, sizes.tick, right - corner.0 - before_name);
        let width = before_name + text_width(&name, sizes.tick);
        if x > corner.0 && x + width > right {
            (x, y) = (corner.0, y + ROW);
        }
        draw_sample(canvas, entry.sample, x, y);
        canvas.text_centred((x + before_name, y), &name, sizes.tick, TEXT, Align::Start);
        x += width + 18.0;
    }
    y + ROW / 2.0
}

fn draw_sample(canvas: &mut Canvas, sample: Sample, x: f64, y: f64) {
    let stroke = [(x, y), (x + SAMPLE_WIDTH, y)];
    let middle = (x + SAMPLE_WIDTH / 2.0, y);
    match sample {
        Sample::Marker(look) => canvas.mark(&marks::marker(look, on_sheet((x + 8.0, y)))),
        Sample::Line(look) => canvas.dashed(&stroke, look.dash(), look.color(), CURVE),
        Sample::LineAndMarker(look) => {
            canvas.dashed(&stroke, look.dash(), look.color(), CURVE);
            canvas.mark(&marks::marker(look, on_sheet(middle)));
        }
        Sample::Ring => canvas.mark(&marks::ring(on_sheet((x + 8.0, y)), 6.5, BLACK, 2.0, WHITE)),
        Sample::Example(color) => canvas.mark(&marks::example(on_sheet((x + 8.0, y)), 6.0, color)),
        Sample::Hidden => style::hidden_example(canvas, (x + 8.0, y), 6.0),
        Sample::Cross => style::cross(canvas, (x + 8.0, y)),
        Sample::Asked => style::asked(canvas, (x + 8.0, y)),
        Sample::Dot(color) => canvas.mark(&marks::dot(on_sheet((x + 8.0, y)), DOT, color)),
        Sample::Fill(color) => {
            let corners = [on_sheet((x, y - 7.0)), on_sheet((x + 14.0, y + 7.0))];
            canvas.mark(&Rectangle::new(corners, fill(color)).into_dyn());
        }
        Sample::Stroke(color, dash, width) => canvas.dashed(&stroke, dash, color, width),
    }
}
