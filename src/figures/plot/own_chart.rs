//! A chart that the reader draws, with plotters.

use std::error::Error as StdError;

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;

use crate::error::{Error, Result};
use crate::figures::drawing::backend::Backend;
use crate::figures::drawing::canvas::Canvas;
use crate::figures::figure::Figure;

/// The drawing area of plotters that [`draw`] hands to the function that draws.
pub type Area = DrawingArea<Backend, Shift>;

/// What the function that draws returns: nothing, or whatever went wrong.
pub type OwnDrawing = Result<(), Box<dyn StdError>>;

/// The widest and the highest figure, in pixels.
const MOST_PIXELS: u32 = 2000;

/// A figure of your own, drawn with the library [plotters](https://docs.rs/plotters), which is re-exported as
/// [`demystified::plotters`](crate::plotters).
///
/// `text` says what is seen, for those who cannot see it. `drawing` gets an empty white area of `width` × `height` pixels; what
/// it draws there becomes a [`Figure`] like any other, with the crate's own font: nothing of the system is needed. Each font
/// name gives that font, in regular weight. plotters counts in whole pixels: twice the size makes lines smoother. Beside others
/// ([`side_by_side`](super::side_by_side)) the figure is made smaller as a whole.
///
/// # Errors
///
/// When `text` is empty, when the width or the height is 0 or more than 2000, and with whatever error `drawing` returns.
///
/// # Examples
///
/// ```
/// use demystified::plotters::prelude::*;
/// use demystified::{plot, sigmoid};
///
/// let figure = plot::draw("The sigmoid: it rises from 0 to 1 between z = −6 and 6.", 600, 300, &|area| {
///     let mut chart = ChartBuilder::on(area)
///         .margin(10)
///         .x_label_area_size(40)
///         .y_label_area_size(50)
///         .build_cartesian_2d(-6.0..6.0, 0.0..1.0)?;
///     chart.configure_mesh().x_desc("z").y_desc("f(z)").draw()?;
///     let z = (-60..=60).map(|i| f64::from(i) / 10.0);
///     chart.draw_series(LineSeries::new(z.map(|z| (z, sigmoid(z))), BLUE.stroke_width(2)))?;
///     Ok(())
/// })?;
/// assert!(figure.alt.starts_with("The sigmoid"));
/// assert_eq!((figure.width(), figure.height()), (600, 300));
/// assert!(figure.svg().contains(">f(z)</text>"));
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn draw(text: &str, width: u32, height: u32, drawing: &dyn Fn(&Area) -> OwnDrawing) -> Result<Figure> {
    if text.trim().is_empty() {
        return Err(Error::empty("text", "a sentence that says what is seen"));
    }
    for (name, pixels) in [("width", width), ("height", height)] {
        if !(1..=MOST_PIXELS).contains(&pixels) {
            return Err(Error::out_of_range(name, f64::from(pixels), "1 to 2000 pixels"));
        }
    }
    let mut canvas = Canvas::default();
    canvas.with_plotters((f64::from(width), f64::from(height)), 1.0, drawing)?;
    Ok(Figure::drawn(text, (width, height), canvas.shapes))
}
