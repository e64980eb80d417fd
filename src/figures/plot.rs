//! The figures: functions that draw one, each a call.
//!
//! Every function checks what it is given and returns a [`Figure`], which a notebook shows as SVG and PNG with an
//! alternative text. Several become one with [`side_by_side`] and [`stacked`]. [`draw`] is for charts of your own.
//!
//! The library [plotters](https://docs.rs/plotters) draws the charts on axes: grid, ticks, lines and dashes, markers, dots, bars and
//! boxes, and the samples in the legend. What is ours, and why; `tests/plotters.rs` measures the first, second and fourth:
//!
//! - *Where a legend stands.* plotters puts it into the plot, one name below the other. In Part 3's chart of four walks it hides 24 % of
//!   the length of the lines where plotters puts it by itself, 50 % at half the width; which of its nine places is free depends on
//!   the data. Ours stands above the plot and hides nothing.
//! - *Where a line leaves the plot.* plotters moves a point outside to the nearest edge, and bends the line: one that leaves through the
//!   top a third of the way across is drawn two thirds of the height too low there. Ours is cut.
//! - *Titles and labels* are wrapped to the room there is, and labels at points stand where they cover nothing; plotters does neither.
//! - *Heat maps* are one picture. plotters' bitmaps come with another backend and its fonts; of its rectangles, one for each of
//!   300 × 150 values, the SVG has 2.5 MB, 44 times as much.
//! - *Networks, graphs and surfaces in space* have no axes, or none that plotters could name.
//!
//! # Examples
//!
//! ```
//! use demystified::ndarray::Array1;
//! use demystified::plot::{Axes, line};
//! use demystified::sigmoid;
//!
//! let z = Array1::linspace(-6.0, 6.0, 100);
//! let figure = line(&Axes::new("The sigmoid", "z", "f(z)"), &[("", &z, &z.mapv(sigmoid))])?;
//! assert!(figure.alt.starts_with("Line plot: The sigmoid: f(z) against z; 100 points, x from −6 to 6"));
//! # Ok::<(), demystified::Error>(())
//! ```

mod axes;
mod band;
mod bars;
mod computation_graph;
mod confusion_table;
mod cost_curves;
mod curves;
mod frame;
mod heat;
mod hidden_units;
mod images;
mod label;
mod legend;
mod matrix_product;
mod network_diagram;
mod neuron_diagram;
mod own_chart;
mod prediction;
mod prediction_surface;
mod scale;
mod series;
mod strip;
#[cfg(test)]
mod tests;
mod wires;

pub use crate::figures::drawing::backend::Backend;
pub use crate::figures::figure::{Figure, side_by_side, stacked};
pub use axes::Axes;
pub use band::band;
pub use bars::{grouped_bars, histogram, histogram_marked};
pub use computation_graph::{GraphNode, computation_graph};
pub use confusion_table::confusion_table;
pub use cost_curves::{cost_curves, cost_curves_linear};
pub use curves::{line_and_points_log, log_log, semi_log, tangent};
pub use heat::{heat_map, path_over_contours};
pub use hidden_units::hidden_units;
pub use images::images;
pub use matrix_product::matrix_product;
pub use network_diagram::network;
pub use neuron_diagram::neuron;
pub use own_chart::{Area, OwnDrawing, draw};
pub use prediction::{prediction_contour, prediction_contours};
pub use prediction_surface::{prediction_surface, prediction_surface_from, prediction_surfaces};
pub use series::{line, line_and_points, scatter};
pub use strip::{strip, strip_log};
