//! The legend: in rows above the plot, where it never covers data.

use super::canvas::Canvas;
use super::font::{shortened, text_width};
use super::shape::{Align, Color, Point};
use super::style::{CURVE, Look, Sizes, TEXT};

/// What stands before a name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sample {
    /// A point of the series.
    Marker(Look),
    /// A piece of its line.
    Line(Look),
    /// Both.
    LineAndMarker(Look),
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

/// Draws the entries in rows from the corner to the right edge; returns where they end below.
pub(super) fn draw(canvas: &mut Canvas, entries: &[Entry], corner: Point, right: f64, sizes: &Sizes) -> f64 {
    if entries.is_empty() {
        return corner.1;
    }
    let (mut x, mut y) = (corner.0, corner.1 + ROW / 2.0);
    for entry in entries {
        let name = shortened(&entry.name, sizes.tick, right - corner.0 - SAMPLE_WIDTH - 6.0);
        let width = SAMPLE_WIDTH + 6.0 + text_width(&name, sizes.tick);
        if x > corner.0 && x + width > right {
            (x, y) = (corner.0, y + ROW);
        }
        draw_sample(canvas, entry.sample, x, y);
        canvas.text_centred((x + SAMPLE_WIDTH + 6.0, y), &name, sizes.tick, TEXT, Align::Start);
        x += width + 18.0;
    }
    y + ROW / 2.0
}

fn draw_sample(canvas: &mut Canvas, sample: Sample, x: f64, y: f64) {
    let stroke = [(x, y), (x + SAMPLE_WIDTH, y)];
    let middle = (x + SAMPLE_WIDTH / 2.0, y);
    match sample {
        Sample::Marker(look) => look.marker(canvas, (x + SAMPLE_WIDTH - 8.0, y)),
        Sample::Line(look) => canvas.dashed(&stroke, look.dash(), look.color(), CURVE),
        Sample::LineAndMarker(look) => {
            canvas.dashed(&stroke, look.dash(), look.color(), CURVE);
            look.marker(canvas, middle);
        }
        Sample::Fill(color) => {
            canvas.rectangle(x + SAMPLE_WIDTH - 14.0, y - 7.0, x + SAMPLE_WIDTH, y + 7.0, color)
        }
        Sample::Stroke(color, dash, width) => canvas.dashed(&stroke, dash, color, width),
    }
}
