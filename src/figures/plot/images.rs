//! Small square images, side by side on a sheet.

use ndarray::Array2;

use super::frame::draw_title;
use crate::error::{Error, Result};
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::font::{LINE_HEIGHT, shortened, wrapped};
use crate::figures::drawing::shape::{Align, Color, Shape};
use crate::figures::drawing::style::{AXIS, HAIRLINE, Sizes, TEXT};
use crate::figures::ensure;
use crate::figures::figure::{Drawing, Figure};
use crate::text::{count, number};

const MOST_IMAGES: usize = 100;
/// Narrower than this no caption can be read.
const LEAST_WIDTH: f64 = 54.0;
const MOST_WIDTH: f64 = 110.0;
const MOST_IN_A_ROW: usize = 10;
const GAP: f64 = 8.0;
const MARGIN: f64 = 12.0;
/// An image's pixel is drawn as so many by so many, so that no viewer blurs it.
const FINE: usize = 8;

/// A sheet of square images, each a row of `x`: handwritten digits, or the weights into hidden units.
///
/// The greater a value, the darker. Numbers from 0 up are shown as ink, 0 white and the largest black. Where there are negative ones,
/// 0 is grey, and black and white are the largest size with either sign. One scale holds for the whole sheet.
///
/// # Shapes
///
/// `x` is images × pixels, each image row by row: 4, 9, 16, … pixels. `captions` has a text for each image, or there are none.
///
/// # Errors
///
/// When `x` is empty, has more than 100 rows, a number of columns that is no square, or numbers that are not finite; when there are
/// captions, but not one for each image.
///
/// # Examples
///
/// ```
/// use demystified::{classes, digits, ndarray::s, plot};
///
/// let (x, y) = (digits().train.x, digits().train.y);
/// let names: Vec<String> = classes(&y)?[..20].iter().map(|digit| digit.to_string()).collect();
/// let figure = plot::images("Digits", &x.slice(s![..20, ..]).to_owned(), &names)?;
/// assert!(figure.alt.starts_with("Digits: 20 images of 8 × 8 pixels, from 0 (white) to 1 (black): 1, 3, 5, "));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn images(title: &str, x: &Array2<f64>, captions: &[String]) -> Result<Figure> {
    ensure::matrix("x", x)?;
    if x.nrows() > MOST_IMAGES {
        return Err(Error::count_out_of_range("the number of images", x.nrows(), "at most 100"));
    }
    let side = x.ncols().isqrt();
    if side * side != x.ncols() {
        let expected = "a square, such as 64 for images of 8 × 8";
        return Err(Error::count_out_of_range("the number of columns of x", x.ncols(), expected));
    }
    if !captions.is_empty() {
        ensure::same_length("captions", captions.len(), "x", x.nrows())?;
    }
    let most = x.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let low = if x.iter().any(|value| *value < 0.0) { -most } else { 0.0 };
    let lead = if title.is_empty() { String::new() } else { format!("{title}: ") };
    let names = if captions.is_empty() { String::new() } else { format!(": {}", captions.join(", ")) };
    let alt = format!(
        "{lead}{} of {side} × {side} pixels, from {} (white) to {} (black){names}.",
        count(x.nrows(), "image"),
        number(low),
        number(most)
    );
    let (title, captions) = (title.to_string(), captions.to_vec());
    let sheet = Sheet { title, x: x.clone(), side, low, most, captions };
    Figure::draw(alt, move |width| Ok(sheet.draw(width)))
}

struct Sheet {
    title: String,
    x: Array2<f64>,
    side: usize,
    low: f64,
    most: f64,
    captions: Vec<String>,
}

impl Sheet {
    fn draw(&self, width: f64) -> Drawing {
        let sizes = Sizes::for_width(width);
        let mut canvas = Canvas::default();
        let title = wrapped(&self.title, sizes.title, width - 2.0 * MARGIN, 3);
        draw_title(&mut canvas, &title, sizes.title, MARGIN, width);
        let head = canvas.shapes.len();
        let room = width - 2.0 * MARGIN + GAP;
        let fit = ((room / (LEAST_WIDTH + GAP)) as usize).clamp(1, MOST_IN_A_ROW);
        let columns = self.x.nrows().min(fit);
        let size = (room / columns as f64 - GAP).min(MOST_WIDTH);
        let line = LINE_HEIGHT * sizes.tick;
        let below = if self.captions.is_empty() { GAP } else { line + GAP };
        let mut bottom = 14.0 + title.len() as f64 * LINE_HEIGHT * sizes.title;
        for first in (0..self.x.nrows()).step_by(columns) {
            for image in first..self.x.nrows().min(first + columns) {
                let left = MARGIN + (image - first) as f64 * (size + GAP);
                self.draw_image(&mut canvas, image, (left, bottom), size);
                if let Some(caption) = self.captions.get(image) {
                    let at = (left + size / 2.0, bottom + size + 0.85 * line);
                    let text = shortened(caption, sizes.tick, size + GAP - 3.0);
                    canvas.text(at, &text, sizes.tick, TEXT, Align::Middle);
                }
            }
            bottom += size + below;
        }
        if self.low < 0.0 {
            let text = format!("black: {}, grey: 0, white: {}", number(self.most), number(self.low));
            canvas.text((MARGIN, bottom + 0.7 * line), &text, sizes.tick, TEXT, Align::Start);
            bottom += line;
        }
        Drawing { height: bottom + 4.0, canvas, head }
    }

    fn draw_image(&self, canvas: &mut Canvas, image: usize, corner: (f64, f64), size: f64) {
        let columns = FINE * self.side;
        let pixel = |i: usize| {
            let (row, column) = (i / columns / FINE, i % columns / FINE);
            self.color(self.x[[image, row * self.side + column]])
        };
        let pixels = (0..columns * columns).map(pixel).collect();
        canvas.shapes.push(Shape::Image { corner, size: (size, size), columns, pixels });
        let ((left, top), (right, bottom)) = (corner, (corner.0 + size, corner.1 + size));
        let around = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        canvas.line(&around, AXIS, HAIRLINE);
    }

    fn color(&self, value: f64) -> Color {
        let share = if self.most > 0.0 { (value - self.low) / (self.most - self.low) } else { 0.0 };
        let grey = (255.0 * (1.0 - share)).round() as u8;
        Color(grey, grey, grey)
    }
}
