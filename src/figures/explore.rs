//! Charts to play with: each is a call, made from the reader's own network, and has sliders.
//!
//! Every function checks what it is given and returns an [`Explorable`]. JupyterLab shows it as a live chart, before the
//! first run and without a kernel too: the chart itself computes the forward pass. Other viewers show a picture of it with the
//! sliders where they start.
//!
//! # Examples
//!
//! ```
//! use demystified::{Activation, explore, ndarray::array};
//!
//! let chart = explore::neuron(&array![0.3, 1.0], &array![2.0, -0.6], Activation::Sigmoid)?;
//! assert!(chart.alt.contains("z = 0.3 × 2 + 1 × (−0.6) = 0, and a = sigmoid(z) = 0.5"));
//! # Ok::<(), demystified::Error>(())
//! ```

mod backpropagation_sliders;
mod class_sliders;
mod descent_sliders;
mod explorable;
mod formula;
mod network_sliders;
mod neuron_sliders;
mod plane;
mod regularisation_sliders;
mod secant_sliders;
mod surface_sliders;
mod training_sliders;
mod vega;

pub use backpropagation_sliders::backpropagation;
pub use class_sliders::classes;
pub use descent_sliders::descent;
pub use explorable::Explorable;
pub use network_sliders::network;
pub use neuron_sliders::neuron;
pub use regularisation_sliders::regularisation;
pub use secant_sliders::secant;
pub use surface_sliders::{surface, surface_from};
pub use training_sliders::training;
