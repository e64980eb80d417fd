//! *Neural Networks Demystified* in Rust: the crate behind the seven notebooks.
//!
//! | part of the series | modules |
//! |---|---|
//! | 1 data and architecture | [`Dataset`], [`Scaler`] |
//! | 2 forward propagation | [`Network`], [`ForwardPass`], [`Activation`] |
//! | 3 gradient descent | [`Cost`] |
//! | 4 backpropagation | [`Gradients`], [`Network::cost_and_gradient`] |
//! | 5 gradient checking | [`numerical_gradient`], [`relative_error`], [`GradientCheck`] |
//! | 6 training | [`Trainer`], [`Method`], [`TrainingRun`], [`Termination`] |
//! | 7 overfitting | [`k_fold`], [`leave_one_out`], [`CrossValidation`], [`learning_curve`], [`synthetic_study`], [`median`] |
//! | checking your own formulas | [`diagnose`], [`diagnose_with`], [`diagnose_forward`], [`diagnose_cost`], [`Diagnosis`], [`Mistake`] |
//! | your own data and networks | [`Dataset::from_csv`], [`Network::save`], [`Network::load`], [`Scaler::save`], [`Scaler::load`] |
//!
//! # Notation
//!
//! | code | symbol | meaning | shape |
//! |---|---|---|---|
//! | `x` | X | inputs, a row for each example | examples × inputs |
//! | `y` | y | the truth | examples × outputs |
//! | `w1`, `w2` | W⁽¹⁾, W⁽²⁾ | weights from layer 1 to 2, from 2 to 3 | units before × units after |
//! | `z2`, `z3` | z⁽²⁾, z⁽³⁾ | weighted inputs of a layer | examples × units |
//! | `a2` | a⁽²⁾ | activations of a layer | examples × units |
//! | `y_hat` | ŷ | predictions, the activations of the last layer | examples × outputs |
//! | `j` | J | the cost | a number |
//! | `delta3`, `delta2` | δ⁽³⁾, δ⁽²⁾ | dJ/dz⁽³⁾, dJ/dz⁽²⁾ | examples × units |
//! | `dj_dw1`, `dj_dw2` | ∂J/∂W⁽¹⁾, ∂J/∂W⁽²⁾ | how J changes with each weight | as `w1`, `w2` |
//! | `lambda` | λ | how much large weights are punished | a number |
//!
//! # Examples
//!
//! ```
//! use demystified::{Network, Scaler, sleep_study};
//!
//! let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
//! let net = Network::random(&[2, 3, 1], 1)?;
//! let y_hat = net.predict(&data.x)?;
//! assert_eq!(y_hat.dim(), (3, 1));
//! assert!(y_hat.iter().all(|&p| 0.0 < p && p < 1.0));
//! # Ok::<(), demystified::Error>(())
//! ```
#![deny(missing_docs)]

// Tests in here that are also used from outside name the crate.
#[cfg(test)]
extern crate self as demystified;

mod activation;
mod claim;
mod cost;
mod csv;
mod data;
mod diagnose;
mod display;
mod engine;
mod error;
pub mod explore;
mod forward;
mod gradient_check;
mod gradients;
mod learning_curve;
mod median;
mod network;
pub mod plot;
mod shuffle;
mod storage;
mod synthetic;
mod train;
mod validation;

pub use activation::{Activation, sigmoid, sigmoid_prime};
pub use claim::{Claim, claim};
pub use cost::Cost;
pub use data::{Dataset, Scaler, sleep_study, sleep_study_test, sleep_study_train};
pub use diagnose::{
    Deviation, DiagnoseOptions, Diagnosis, Mistake, Part, diagnose, diagnose_cost, diagnose_file,
    diagnose_forward, diagnose_step, diagnose_with, pasted,
};
pub use display::ShowArray;
pub use error::{Error, Result};
pub use explore::Explorable;
pub use forward::ForwardPass;
pub use gradient_check::{GradientCheck, numerical_gradient, relative_error};
pub use gradients::Gradients;
pub use learning_curve::{LearningCurve, learning_curve};
pub use median::median;
/// The array library, so that notebooks and programs use the version this crate was built with.
pub use ndarray;
pub use network::Network;
pub use plot::{Axes, Figure};
pub use synthetic::{synthetic_study, true_score};
pub use train::{Method, Termination, Trainer, TrainingRun};
pub use validation::{CrossValidation, Fold, k_fold, leave_one_out};

/// The README's program runs with the other examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
