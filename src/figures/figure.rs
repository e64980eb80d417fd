//! A drawn figure, and several composed into one.

use std::fmt;
use std::sync::Arc;

use base64::Engine;

use super::drawing::canvas::Canvas;
use super::drawing::shape::Shape;
use super::drawing::{raster, svg};
use crate::error::{Error, Result};
use crate::machine;

/// How wide a figure is, in pixels: a notebook's output in JupyterLab.
pub(super) const WIDTH: f64 = 700.0;
/// Between figures side by side or stacked.
const GAP: f64 = 10.0;
/// Beyond this many bytes of SVG a notebook keeps the PNG alone.
const MAX_SVG_IN_NOTEBOOK: usize = 100_000;

/// What was drawn, and how high it became.
pub(super) struct Drawing {
    pub(super) height: f64,
    pub(super) canvas: Canvas,
    /// How many of the shapes, the first ones, are the title and the legend.
    pub(super) head: usize,
}

/// Draws a figure anew at a width in pixels: texts keep their size in a narrow panel.
type Recipe = Arc<dyn Fn(f64) -> Result<Drawing> + Send + Sync>;

/// A drawn figure: it shows as SVG and as PNG, and its alternative text says what is seen.
///
/// The functions of [`plot`](crate::plot) make figures. They are 700 pixels wide, but for those of your own, and on white; side by
/// side, each is drawn anew in its share of that width.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, scatter};
///
/// let (x, y) = (array![3.0, 5.0, 10.0], array![75.0, 82.0, 93.0]);
/// let figure = scatter(&Axes::new("Sleep and score", "hours asleep [h]", "score [points]"), &[("students", &x, &y)])?;
/// assert_eq!(figure.width(), 700);
/// assert!(figure.svg().starts_with("<svg"));
/// assert_eq!(figure.png()?[1..4], *b"PNG");
/// assert!(figure.alt.contains("3 points, x from 3 to 10, y from 75 to 93"));
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone)]
pub struct Figure {
    /// What is seen, in words and numbers.
    pub alt: String,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) shapes: Vec<Shape>,
    recipe: Recipe,
}

impl Figure {
    /// Draws a figure by a recipe, at the usual width.
    pub(super) fn draw<F>(alt: String, recipe: F) -> Result<Figure>
    where
        F: Fn(f64) -> Result<Drawing> + Send + Sync + 'static,
    {
        let drawing = recipe(WIDTH)?;
        let (width, height) = (WIDTH as u32, drawing.height.ceil() as u32);
        Ok(Figure { alt, width, height, shapes: drawing.canvas.shapes, recipe: Arc::new(recipe) })
    }

    /// A figure of shapes that cannot be drawn anew: where there is less room, it is made smaller.
    pub(super) fn drawn(alt: &str, (width, height): (u32, u32), shapes: Vec<Shape>) -> Figure {
        let original = shapes.clone();
        let recipe = move |room: f64| {
            let by = (room / f64::from(width)).min(1.0);
            let shapes = original.iter().map(|shape| shape.clone().scaled(by)).collect();
            Ok(Drawing { height: by * f64::from(height), canvas: Canvas { shapes }, head: 0 })
        };
        Figure { alt: alt.to_string(), width, height, shapes, recipe: Arc::new(recipe) }
    }

    /// The figure drawn anew at a width in pixels, to be composed with more.
    pub(super) fn redrawn(&self, width: f64) -> Result<Drawing> {
        (self.recipe)(width)
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The figure with another alternative text.
    pub fn with_alt(&self, alt: &str) -> Figure {
        Figure { alt: alt.to_string(), ..self.clone() }
    }

    /// The figure as an SVG document.
    pub fn svg(&self) -> String {
        svg::document((self.width, self.height), &self.alt, &self.shapes)
    }

    /// The figure as the bytes of a PNG file, with smooth edges and the crate's own font.
    ///
    /// # Errors
    ///
    /// [`Error::Draw`] when it cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>> {
        raster::png((self.width, self.height), &self.shapes)
    }

    /// Writes the figure to a file whose name ends in `.svg` or `.png`.
    ///
    /// # Errors
    ///
    /// [`Error::File`] for another ending or when the file cannot be written.
    pub fn save(&self, path: &str) -> Result<()> {
        let failed = |reason: String| Error::file(path, reason);
        let bytes = match path.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).as_deref() {
            Some("svg") => self.svg().into_bytes(),
            Some("png") => self.png()?,
            _ => return Err(failed("a figure is saved as .svg or .png".to_string())),
        };
        std::fs::write(path, bytes).map_err(|error| failed(error.to_string()))
    }

    /// Shows the figure in a notebook: as SVG and PNG, with the alternative text. A heat map, or a figure of thousands
    /// of shapes, goes as PNG alone.
    pub fn evcxr_display(&self) {
        machine::print(&self.notebook_output());
    }

    /// The blocks that the kernel turns into one output.
    pub(crate) fn notebook_output(&self) -> String {
        let block =
            |mime: &str, body: &str| format!("EVCXR_BEGIN_CONTENT {mime}\n{body}\nEVCXR_END_CONTENT\n");
        let mut output = block("text/plain", &self.alt);
        // A picture in an SVG would be stored twice.
        let has_picture = self.shapes.iter().any(|shape| matches!(shape, Shape::Image { .. }));
        let svg = if has_picture { String::new() } else { self.svg() };
        if (1..=MAX_SVG_IN_NOTEBOOK).contains(&svg.len()) {
            output.push_str(&block("image/svg+xml", svg.trim_end()));
        }
        // Beside an SVG it is for viewers that show none.
        if !svg.is_empty() && machine::output_is_read() {
            return output;
        }
        match self.png() {
            Ok(png) => {
                let encoded = base64::engine::general_purpose::STANDARD.encode(png);
                output.push_str(&block("image/png", &encoded));
            }
            Err(error) => eprintln!("{error}"),
        }
        output
    }
}

impl fmt::Debug for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Figure {} × {} pixels: {}", self.width, self.height, self.alt)
    }
}

/// Figures next to each other, as one figure of the usual width. Their titles are in line, and their lower edges.
///
/// # Errors
///
/// [`Error::Empty`] without figures; [`Error::OutOfRange`] for more than three, which would be too small to read.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, scatter, side_by_side};
///
/// let y = array![75.0, 82.0, 93.0];
/// let slept = scatter(&Axes::new("Sleep", "asleep [h]", "score"), &[("", &array![3.0, 5.0, 10.0], &y)])?;
/// let studied = scatter(&Axes::new("Study", "studying [h]", "score"), &[("", &array![5.0, 1.0, 2.0], &y)])?;
/// assert_eq!(side_by_side(&[&slept, &studied])?.width(), 700);
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn side_by_side(figures: &[&Figure]) -> Result<Figure> {
    at_least_one(figures)?;
    if figures.len() > 3 {
        return Err(Error::count_out_of_range(
            "the number of figures",
            figures.len(),
            "at most 3 side by side",
        ));
    }
    let recipes: Vec<Recipe> = figures.iter().map(|figure| figure.recipe.clone()).collect();
    Figure::draw(alt_of_all(figures, "Left to right"), move |width| {
        let n = recipes.len() as f64;
        let share = ((width - (n - 1.0) * GAP) / n).floor();
        let drawings = recipes.iter().map(|recipe| recipe(share)).collect::<Result<Vec<Drawing>>>()?;
        let height = drawings.iter().map(|d| d.height).fold(0.0, f64::max);
        let mut canvas = Canvas::default();
        for (i, drawing) in drawings.into_iter().enumerate() {
            let (dx, dy) = (i as f64 * (share + GAP), height - drawing.height);
            let shapes = drawing.canvas.shapes.into_iter().enumerate();
            // A legend with fewer rows than the others' leaves room below it.
            let down = |number: usize| if number < drawing.head { 0.0 } else { dy };
            canvas.shapes.extend(shapes.map(|(number, shape)| shape.moved(dx, down(number))));
        }
        Ok(Drawing { height, canvas, head: 0 })
    })
}

/// [`side_by_side`] for figures that have one scale of colours, and say so.
pub(super) fn side_by_side_on_one_scale(figures: &[Figure]) -> Result<Figure> {
    let mut figure = side_by_side(&figures.iter().collect::<Vec<_>>())?;
    figure.alt = figure.alt.replacen("Left to right:", "Left to right, with one scale of colours:", 1);
    Ok(figure)
}

/// Figures below each other, as one figure.
///
/// # Errors
///
/// [`Error::Empty`] without figures.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, line, stacked};
///
/// let x = array![0.0, 1.0, 2.0];
/// let square = line(&Axes::new("Square", "x", "x²"), &[("", &x, &(&x * &x))])?;
/// let both = stacked(&[&square, &square])?;
/// assert!(both.height() >= 2 * square.height());
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn stacked(figures: &[&Figure]) -> Result<Figure> {
    at_least_one(figures)?;
    let recipes: Vec<Recipe> = figures.iter().map(|figure| figure.recipe.clone()).collect();
    Figure::draw(alt_of_all(figures, "From top to bottom"), move |width| {
        let (mut height, mut canvas) = (0.0, Canvas::default());
        for (i, recipe) in recipes.iter().enumerate() {
            let drawing = recipe(width)?;
            let top = if i == 0 { 0.0 } else { height + GAP };
            canvas.shapes.extend(drawing.canvas.shapes.into_iter().map(|shape| shape.moved(0.0, top)));
            height = top + drawing.height.ceil();
        }
        Ok(Drawing { height, canvas, head: 0 })
    })
}

fn at_least_one(figures: &[&Figure]) -> Result<()> {
    if figures.is_empty() {
        return Err(Error::empty("figures", "at least one figure"));
    }
    Ok(())
}

fn alt_of_all(figures: &[&Figure], order: &str) -> String {
    if let [only] = figures {
        return only.alt.clone();
    }
    let parts: Vec<&str> = figures.iter().map(|figure| figure.alt.as_str()).collect();
    format!("{order}: {}", parts.join(" "))
}
