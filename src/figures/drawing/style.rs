//! The one look of all figures: colours, sizes, markers, dashes. Tests compute that the colours stay apart for the
//! colour-blind and in grey.

use super::canvas::Canvas;
use super::shape::{Color, Point};

pub(crate) const TEXT: Color = Color(0x22, 0x22, 0x22);
pub(crate) const AXIS: Color = Color(0x59, 0x59, 0x59);
pub(crate) const GRID: Color = Color(0xe4, 0xe4, 0xe4);
/// The walls behind a scene in space.
pub(crate) const PANEL: Color = Color(0xf6, 0xf6, 0xf6);
pub(crate) const WHITE: Color = Color(0xff, 0xff, 0xff);

pub(crate) const BLUE: Color = Color(0x0b, 0x5f, 0xa8);
/// Blue for areas that carry points or lines.
pub(crate) const PALE_BLUE: Color = Color(0xcf, 0xe1, 0xf2);
/// Blue for many thin lines on pale blue.
pub(crate) const THIN_BLUE: Color = Color(0x7d, 0xa9, 0xd3);
pub(crate) const VERMILION: Color = Color(0xd9, 0x5f, 0x0e);
/// Vermilion for text, which needs more contrast than a line.
pub(crate) const DARK_VERMILION: Color = Color(0xb0, 0x47, 0x00);
pub(crate) const PLUM: Color = Color(0x6d, 0x1a, 0x56);
pub(crate) const GREEN: Color = Color(0x12, 0x97, 0x7f);
pub(crate) const BLACK: Color = Color(0x1a, 0x1a, 0x1a);

/// The colours of series, in order.
pub(crate) const SERIES: [Color; 5] = [BLUE, VERMILION, PLUM, GREEN, BLACK];

/// Widths of lines, in pixels.
pub(crate) const CURVE: f64 = 2.25;
pub(crate) const HAIRLINE: f64 = 1.0;

/// Sizes of texts, in pixels: smaller in a narrow panel, never below 11.
pub(crate) struct Sizes {
    pub(crate) title: f64,
    pub(crate) label: f64,
    pub(crate) tick: f64,
}

impl Sizes {
    pub(crate) fn for_width(width: f64) -> Sizes {
        if width >= 450.0 {
            Sizes { title: 16.0, label: 13.5, tick: 12.5 }
        } else if width >= 300.0 {
            Sizes { title: 14.0, label: 12.0, tick: 11.5 }
        } else {
            Sizes { title: 12.5, label: 11.5, tick: 11.0 }
        }
    }
}

/// The lowest place of a landscape: a cross.
pub(crate) fn cross(canvas: &mut Canvas, (x, y): Point) {
    for (color, arm, width) in [(WHITE, 7.0, 5.0), (BLACK, 6.0, 2.25)] {
        canvas.line(&[(x - arm, y - arm), (x + arm, y + arm)], color, width);
        canvas.line(&[(x - arm, y + arm), (x + arm, y - arm)], color, width);
    }
}

/// A question about the plane of scores, not an example: a white diamond.
pub(crate) fn asked(canvas: &mut Canvas, (x, y): Point) {
    for (size, color) in [(10.0, WHITE), (8.5, BLACK), (6.0, WHITE)] {
        canvas.polygon(&[(x, y - size), (x + size, y), (x, y + size), (x - size, y)], color);
    }
}

/// An example behind a surface: a circle that one sees through.
pub(crate) fn hidden_example(canvas: &mut Canvas, (x, y): Point, radius: f64) {
    let around = |i: usize| {
        let (sin, cos) = (i as f64 * std::f64::consts::PI / 16.0).sin_cos();
        (x + 0.86 * radius * cos, y + 0.86 * radius * sin)
    };
    let circle: Vec<Point> = (0..=32).map(around).collect();
    canvas.line(&circle, WHITE, 0.28 * radius + 1.75);
    canvas.line(&circle, BLACK, 0.28 * radius);
}

/// The look of the series with the given number: colour, dash and marker all differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    number: usize,
}

/// What has the same look in every figure.
const KNOWN: [(&str, usize); 6] =
    [("training", 0), ("test", 1), ("network", 1), ("baseline", 2), ("validation", 3), ("truth", 4)];

impl Look {
    pub(crate) fn of(number: usize) -> Look {
        Look { number }
    }

    pub(crate) fn number(self) -> usize {
        self.number
    }

    /// A look for each of the names of a figure's series: what is known by its first word is the same everywhere, the others take in turn
    /// what is free.
    pub(crate) fn of_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Look> {
        let known = |name: &str| {
            let first = name.split([' ', ',', ':']).next();
            KNOWN.iter().find(|(known, _)| Some(*known) == first).map(|(_, number)| *number)
        };
        let mut numbers: Vec<Option<usize>> = Vec::new();
        for name in names {
            let number = known(name).filter(|number| !numbers.contains(&Some(*number)));
            numbers.push(number);
        }
        let taken = numbers.clone();
        let mut free = (0..).filter(|number| !taken.contains(&Some(*number)));
        numbers.into_iter().map(|number| Look::of(number.or_else(|| free.next()).unwrap_or(0))).collect()
    }

    pub(crate) fn color(self) -> Color {
        SERIES[self.number % SERIES.len()]
    }

    /// Lengths of stroke and gap; empty for a solid line. When colours repeat, dashes differ.
    pub(crate) fn dash(self) -> &'static [f64] {
        const DASHES: [&[f64]; 4] = [&[], &[9.0, 4.0], &[3.0, 3.0], &[18.0, 5.0]];
        DASHES[self.number % DASHES.len()]
    }
}
