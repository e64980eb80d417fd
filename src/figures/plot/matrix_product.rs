//! A matrix product: rows that meet columns.

use ndarray::Array2;

use crate::error::{Error, Result};
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::font::{LINE_HEIGHT, text_width, wrapped};
use crate::figures::drawing::shape::{Align, Color};
use crate::figures::drawing::style::{BLACK, CURVE, GRID, HAIRLINE, PALE_BLUE, Sizes, TEXT};
use crate::figures::ensure;
use crate::figures::figure::{Drawing, Figure};
use crate::text::{number, with_minus};

const MOST: usize = 8;
/// The band of the row and of the column.
const ROW: Color = PALE_BLUE;
const COLUMN: Color = Color(0xfb, 0xdd, 0xc5);

/// The product of two matrices, so laid out that every entry stands where its row meets its column: the first factor on the left, the
/// second above, the product between them. One row and one column are marked, and below stands the sum that they make.
///
/// The factors come with their names, such as `("X", &x)`. `row` and `column` are counted from 0.
///
/// # Shapes
///
/// As for the product: the first factor has as many columns as the second has rows. At most eight of each.
///
/// # Errors
///
/// When the shapes do not fit, a matrix is empty or too large, a number is not finite, or there is no such row or column.
///
/// # Examples
///
/// ```
/// use demystified::{ndarray::array, plot};
///
/// let x = array![[0.3, 1.0], [0.5, 0.2]];
/// let w = array![[2.0, 0.5, -1.0], [-1.0, 1.0, 0.5]];
/// let figure = plot::matrix_product(("X", &x), ("W", &w), 1, 0)?;
/// assert!(figure.alt.contains("row 2 of X meets column 1 of W: 0.5 × 2 + 0.2 × (−1) = 0.8"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn matrix_product(
    left: (&str, &Array2<f64>),
    right: (&str, &Array2<f64>),
    row: usize,
    column: usize,
) -> Result<Figure> {
    for (name, matrix) in [left, right] {
        ensure::matrix(name, matrix)?;
        if matrix.nrows().max(matrix.ncols()) > MOST {
            let size = matrix.nrows().max(matrix.ncols()) as f64;
            return Err(Error::out_of_range(
                format!("the size of {name}"),
                size,
                "at most 8 rows and columns",
            ));
        }
    }
    let ((left_name, a), (right_name, b)) = (left, right);
    if a.ncols() != b.nrows() {
        return Err(Error::mismatch(left_name, (a.ncols(), "column"), right_name, (b.nrows(), "row")));
    }
    for (name, index, n) in [("row", row, a.nrows()), ("column", column, b.ncols())] {
        if index >= n {
            return Err(Error::out_of_range(name, index as f64, format!("a number below {n}")));
        }
    }
    let factor = |v: f64| if v < 0.0 { format!("({})", number(v)) } else { number(v) };
    let terms: Vec<String> = a
        .row(row)
        .iter()
        .zip(b.column(column))
        .map(|(x, w)| format!("{} × {}", factor(*x), factor(*w)))
        .collect();
    let product = a.dot(b);
    let sum = format!(
        "row {} of {left_name} meets column {} of {right_name}: {} = {}",
        row + 1,
        column + 1,
        terms.join(" + "),
        number(product[[row, column]])
    );
    let alt = format!(
        "A matrix product, {left_name} {} × {} times {right_name} {} × {}: {sum}.",
        a.nrows(),
        a.ncols(),
        b.nrows(),
        b.ncols()
    );
    let names = [left_name.to_string(), right_name.to_string(), format!("{left_name} {right_name}")];
    let tables = Tables { a: a.clone(), b: b.clone(), product, names, row, column, sum };
    Figure::draw(alt, move |width| Ok(tables.draw(width)))
}

struct Tables {
    a: Array2<f64>,
    b: Array2<f64>,
    product: Array2<f64>,
    /// Of the two factors and the product.
    names: [String; 3],
    row: usize,
    column: usize,
    sum: String,
}

impl Tables {
    fn draw(&self, width: f64) -> Drawing {
        let sizes = Sizes::for_width(width);
        let columns = (self.a.ncols() + self.b.ncols()) as f64;
        let (gap, title) = (34.0, 26.0);
        let cell = ((width - gap - 24.0) / columns).min(78.0);
        let tall = 30.0;
        let left = (width - columns * cell - gap) / 2.0;
        let right = left + self.a.ncols() as f64 * cell + gap;
        let top = title;
        let below = top + self.b.nrows() as f64 * tall + gap;
        let mut canvas = Canvas::default();

        // the two bands cross at the entry that they make
        let at_row = below + self.row as f64 * tall;
        let at_column = right + self.column as f64 * cell;
        let end = (right + self.b.ncols() as f64 * cell, below + self.a.nrows() as f64 * tall);
        canvas.rectangle(left, at_row, at_column, at_row + tall, ROW);
        canvas.rectangle(at_column, top, at_column + cell, at_row, COLUMN);
        let around = [
            (at_column, at_row),
            (at_column + cell, at_row),
            (at_column + cell, at_row + tall),
            (at_column, at_row + tall),
            (at_column, at_row),
        ];

        let places = [(left, below, &self.a), (right, top, &self.b), (right, below, &self.product)];
        for ((x, y, matrix), name) in places.into_iter().zip(&self.names) {
            let (w, h) = (matrix.ncols() as f64 * cell, matrix.nrows() as f64 * tall);
            grid(&mut canvas, (x, y), (matrix.nrows(), matrix.ncols()), (cell, tall));
            for ((i, j), value) in matrix.indexed_iter() {
                let middle = (x + (j as f64 + 0.5) * cell, y + (i as f64 + 0.5) * tall);
                canvas.text_centred(
                    middle,
                    &entry(*value, cell - 6.0, sizes.tick),
                    sizes.tick,
                    TEXT,
                    Align::Middle,
                );
            }
            bracket(&mut canvas, (x, y), (w, h));
            let name = format!("{name}  ({} × {})", matrix.nrows(), matrix.ncols());
            // the product's name has no room above it
            let at = if y == below && x == right { end.1 + 18.0 } else { y - 9.0 };
            canvas.text((x + w / 2.0, at), &name, sizes.label, TEXT, Align::Middle);
        }
        canvas.line(&around, BLACK, CURVE);

        let mut y = end.1 + 46.0;
        for line in wrapped(&self.sum, sizes.label, width - 24.0, 3) {
            canvas.text((width / 2.0, y), &line, sizes.label, TEXT, Align::Middle);
            y += LINE_HEIGHT * sizes.label;
        }
        Drawing { height: y, canvas, head: 0 }
    }
}

/// A number with as many decimals as there is room for, four at most.
fn entry(value: f64, room: f64, size: f64) -> String {
    let with = |decimals: usize| {
        let text = format!("{value:.decimals$}");
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        with_minus(if text == "-0" { "0" } else { text })
    };
    (0..=4).rev().map(with).find(|text| text_width(text, size) <= room).unwrap_or_else(|| "…".to_string())
}

/// Hairlines between the entries.
fn grid(canvas: &mut Canvas, (x, y): (f64, f64), (rows, columns): (usize, usize), (cell, tall): (f64, f64)) {
    let (w, h) = (columns as f64 * cell, rows as f64 * tall);
    for i in 1..rows {
        let at = y + i as f64 * tall;
        canvas.line(&[(x, at), (x + w, at)], GRID, HAIRLINE);
    }
    for j in 1..columns {
        let at = x + j as f64 * cell;
        canvas.line(&[(at, y), (at, y + h)], GRID, HAIRLINE);
    }
}

/// The brackets of a matrix.
fn bracket(canvas: &mut Canvas, (x, y): (f64, f64), (w, h): (f64, f64)) {
    const HOOK: f64 = 6.0;
    for (side, into) in [(x, HOOK), (x + w, -HOOK)] {
        canvas.line(&[(side + into, y), (side, y), (side, y + h), (side + into, y + h)], BLACK, 1.5);
    }
}
