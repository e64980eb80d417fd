//! What stands around a plot: title, labels, ranges.

use crate::error::{Error, Result};
use crate::figures::ensure;

/// Title, labels (with their units) and, if wanted, the ranges of the two axes.
///
/// # Examples
///
/// ```
/// use demystified::ndarray::array;
/// use demystified::plot::{Axes, line};
///
/// let axes = Axes::new("A parabola", "x", "x²").with_x_range(0.0, 3.0).with_y_range(0.0, 9.0);
/// let x = array![0.0, 1.0, 2.0, 3.0];
/// let figure = line(&axes, &[("", &x, &(&x * &x))])?;
/// assert!(figure.alt.starts_with("Line plot: A parabola: x² against x"));
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axes {
    /// Stands above the plot; may be empty.
    pub title: String,
    /// What goes to the right, with its unit: `hours asleep [h]`.
    pub x_label: String,
    /// What goes upward, with its unit: `score [points]`.
    pub y_label: String,
    /// The first and last x; from the data when `None`.
    pub x_range: Option<(f64, f64)>,
    /// The lowest and highest y; from the data when `None`.
    pub y_range: Option<(f64, f64)>,
    /// Places that are asked about: contours of predictions show them, with the predicted score.
    pub questions: Vec<(f64, f64)>,
}

impl Axes {
    /// Axes with ranges that follow from the data.
    pub fn new(title: &str, x_label: &str, y_label: &str) -> Axes {
        Axes {
            title: title.to_string(),
            x_label: x_label.to_string(),
            y_label: y_label.to_string(),
            ..Axes::default()
        }
    }

    /// The same axes from `first` to `last` in x; what lies outside is cut off.
    pub fn with_x_range(&self, first: f64, last: f64) -> Axes {
        Axes { x_range: Some((first, last)), ..self.clone() }
    }

    /// The same axes from `lowest` to `highest` in y; what lies outside is cut off.
    pub fn with_y_range(&self, lowest: f64, highest: f64) -> Axes {
        Axes { y_range: Some((lowest, highest)), ..self.clone() }
    }

    /// The same axes with one more place that is asked about: [`prediction_contour`](super::prediction_contour) marks it with a
    /// diamond and the predicted score; other figures take no notice.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::plot::{Axes, prediction_contour};
    /// use demystified::{Network, Scaler, sleep_study};
    ///
    /// let scaler = Scaler::fit(&sleep_study(), 100.0)?;
    /// let net = Network::random(&[2, 3, 1], 1)?;
    /// let axes = Axes::new("", "hours asleep [h]", "hours studying [h]").with_question(7.0, 3.0);
    /// let figure = prediction_contour(&axes, &net, &scaler, &sleep_study())?;
    /// assert!(figure.alt.contains("asked about (7, 3): predicted 73.5"), "{}", figure.alt);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn with_question(&self, x: f64, y: f64) -> Axes {
        let mut axes = self.clone();
        axes.questions.push((x, y));
        axes
    }

    /// "title: y against x", as far as they are given; for alternative texts.
    pub(super) fn in_words(&self) -> String {
        let labels = match (self.y_label.as_str(), self.x_label.as_str()) {
            ("", "") => String::new(),
            (y, "") => y.to_string(),
            ("", x) => format!("against {x}"),
            (y, x) => format!("{y} against {x}"),
        };
        match (self.title.as_str(), labels.as_str()) {
            ("", labels) => labels.to_string(),
            (title, "") => title.to_string(),
            (title, labels) => format!("{title}: {labels}"),
        }
    }

    /// Both ranges, where given, go upward between finite numbers.
    pub(super) fn check(&self) -> Result<()> {
        for (name, range) in [("x_range", self.x_range), ("y_range", self.y_range)] {
            if let Some((from, to)) = range
                && !(from < to && from.abs() <= ensure::LIMIT && to.abs() <= ensure::LIMIT)
            {
                return Err(Error::unsuitable(
                    name,
                    format!("{from} to {to}"),
                    "two finite numbers, the first below the second",
                ));
            }
        }
        for (row, &(x, y)) in self.questions.iter().enumerate() {
            for (column, value) in [x, y].into_iter().enumerate() {
                ensure::finite("questions", &[row, column], value)?;
            }
        }
        Ok(())
    }
}
