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

mod backpropagation;
mod descent;
mod explorable;
mod formula;
mod network;
mod neuron;
mod plane;
mod regularisation;
mod secant;
mod surface;
mod training;
mod vega;

pub use backpropagation::backpropagation;
pub use descent::descent;
pub use explorable::Explorable;
pub use network::network;
pub use neuron::neuron;
pub use regularisation::regularisation;
pub use secant::secant;
pub use surface::surface;
pub use training::training;
