//! A table of which class is taken for which.

use ndarray::Array2;

use super::frame::draw_title;
use crate::error::{Error, Result};
use crate::figures::drawing::canvas::Canvas;
use crate::figures::drawing::font::{LINE_HEIGHT, shortened, wrapped};
use crate::figures::drawing::shape::{Align, Color};
use crate::figures::drawing::style::{AXIS, GRID, HAIRLINE, PALE_BLUE, Sizes, TEXT};
use crate::figures::ensure;
use crate::figures::figure::{Drawing, Figure};
use crate::text::number;

const MOST_CLASSES: usize = 12;
/// Behind what is wrong, from rare to frequent.
const WRONG: [Color; 3] = [Color(0xfd, 0xec, 0xdf), Color(0xfa, 0xcd, 0xa8), Color(0xf5, 0xa8, 0x6c)];

/// How often each class is taken for each, as counted by [`confusion`](crate::confusion): a row for each true class, a column for each
/// answer. What is right stands on the diagonal, on blue; what is wrong on orange, darker where it is frequent.
///
/// # Shapes
///
/// `counts` is classes × classes; `names` has a text for each class.
///
/// # Errors
///
/// When there are fewer than 2 or more than 12 classes, `counts` is not square, or a number is negative or not finite.
///
/// # Examples
///
/// ```
/// use demystified::{ndarray::array, plot};
///
/// let counts = array![[9.0, 1.0], [3.0, 7.0]];
/// let names = ["cat", "dog"].map(String::from);
/// let figure = plot::confusion_table("Cats and dogs", &counts, &names)?;
/// assert!(figure.alt.ends_with("16 of 20 are right; dog taken for cat: 3; cat taken for dog: 1."));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn confusion_table(title: &str, counts: &Array2<f64>, names: &[String]) -> Result<Figure> {
    ensure::matrix("counts", counts)?;
    let n = counts.nrows();
    if counts.ncols() != n {
        return Err(Error::mismatch("counts", (counts.ncols(), "column"), "counts", (n, "row")));
    }
    if !(2..=MOST_CLASSES).contains(&n) {
        return Err(Error::count_out_of_range("the number of classes", n, "2 to 12"));
    }
    ensure::same_length("names", names.len(), "counts", n)?;
    if let Some(value) = counts.iter().find(|value| **value < 0.0) {
        return Err(Error::out_of_range("counts", *value, "no negative number"));
    }
    let mut wrong: Vec<(f64, String)> = counts
        .indexed_iter()
        .filter(|((truth, answer), value)| truth != answer && **value > 0.0)
        .map(|((truth, answer), value)| {
            (*value, format!("{} taken for {}: {}", names[truth], names[answer], number(*value)))
        })
        .collect();
    wrong.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mistakes: Vec<String> = wrong.into_iter().take(12).map(|(_, text)| text).collect();
    let lead = if title.is_empty() { String::new() } else { format!("{title}: ") };
    let alt = format!(
        "{lead}table of {n} true classes by {n} answers; {} of {} are right{}{}.",
        number(counts.diag().sum()),
        number(counts.sum()),
        if mistakes.is_empty() { "" } else { "; " },
        mistakes.join("; ")
    );
    let table = Table { title: title.to_string(), counts: counts.clone(), names: names.to_vec() };
    Figure::draw(alt, move |width| Ok(table.draw(width)))
}

struct Table {
    title: String,
    counts: Array2<f64>,
    names: Vec<String>,
}

impl Table {
    fn draw(&self, width: f64) -> Drawing {
        let (sizes, n) = (Sizes::for_width(width), self.names.len() as f64);
        let mut canvas = Canvas::default();
        let title = wrapped(&self.title, sizes.title, width - 24.0, 3);
        draw_title(&mut canvas, &title, sizes.title, 8.0, width);
        let head = canvas.shapes.len();
        let line = LINE_HEIGHT * sizes.label;
        // beside the rows: the label, turned, and the names
        let (label, names) = (line + 6.0, if width >= 450.0 { 56.0 } else { 34.0 });
        let cell = ((width - label - names - 16.0) / n).min(46.0);
        let tall = cell.min(32.0);
        let left = label + names;
        let top = 10.0 + title.len() as f64 * LINE_HEIGHT * sizes.title + 2.0 * line;
        let end = (left + n * cell, top + n * tall);
        canvas.text((left + n * cell / 2.0, top - 1.45 * line), "answer", sizes.label, TEXT, Align::Middle);
        canvas.text_upward((label / 2.0, top + n * tall / 2.0), "truth", sizes.label, TEXT);
        let most = self.most_wrong().max(WRONG.len() as f64);
        for (k, name) in self.names.iter().enumerate() {
            let along = left + (k as f64 + 0.5) * cell;
            let name_there = shortened(name, sizes.tick, cell - 4.0);
            canvas.text((along, top - 0.4 * line), &name_there, sizes.tick, TEXT, Align::Middle);
            let down = top + (k as f64 + 0.5) * tall;
            let name_here = shortened(name, sizes.tick, names - 8.0);
            canvas.text_centred((left - 7.0, down), &name_here, sizes.tick, TEXT, Align::End);
        }
        for ((truth, answer), &value) in self.counts.indexed_iter() {
            let (x, y) = (left + answer as f64 * cell, top + truth as f64 * tall);
            let ground = match value {
                _ if truth == answer => Some(PALE_BLUE),
                0.0 => None,
                _ => Some(WRONG[((value / most * 3.0).ceil() as usize).clamp(1, 3) - 1]),
            };
            if let Some(color) = ground {
                canvas.rectangle(x, y, x + cell, y + tall, color);
            }
            if value > 0.0 {
                let text = shortened(&number(value), sizes.tick, cell - 2.0);
                canvas.text_centred((x + cell / 2.0, y + tall / 2.0), &text, sizes.tick, TEXT, Align::Middle);
            }
        }
        for k in 0..=self.names.len() {
            let color = if k == 0 || k == self.names.len() { AXIS } else { GRID };
            let (x, y) = (left + k as f64 * cell, top + k as f64 * tall);
            canvas.line(&[(x, top), (x, end.1)], color, HAIRLINE);
            canvas.line(&[(left, y), (end.0, y)], color, HAIRLINE);
        }
        Drawing { height: end.1 + 10.0, canvas, head }
    }

    /// The most frequent mistake.
    fn most_wrong(&self) -> f64 {
        let wrong = self.counts.indexed_iter().filter(|((truth, answer), _)| truth != answer);
        wrong.fold(0.0, |most, (_, value)| value.max(most))
    }
}
