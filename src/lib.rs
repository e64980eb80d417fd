//! *Neural Networks Demystified* in Rust: the crate behind the seven notebooks.
//!
//! # Where things are
//!
//! Each folder uses only those below it. What is public is re-exported here, flat; [`plot`] and [`explore`] stay modules.
//!
//! | folder | what is in it |
//! |---|---|
//! | `figures/` | pictures (`plot/`) and charts with sliders (`explore/`), both made of `drawing/` |
//! | `teaching/` | what tells whether something is right: claims, the gradient check, `diagnose/`; how values show in a notebook |
//! | `training/` | the trainer and its methods, many trainings at once, validation, learning curves |
//! | `model/` | the network: what it is (`network`), what it computes (`evaluate`), as a file (`storage`); activations, cost, classes, and the fast way (`engine`) |
//! | `data/` | examples, their scaling, CSV, the series' data, invented data, and handwritten digits |
//! | `error`, `text`, `machine` | the one error type; numbers and counts as text; the clock, the cores and where text goes |
//!
//! # By part of the series
//!
//! | part | names |
//! |---|---|
//! | 1 data and architecture | [`Dataset`], [`Scaler`], [`StandardScaler`] |
//! | 2 forward propagation | [`Network`], [`ForwardPass`], [`Activation`] |
//! | 3 gradient descent | [`Cost`], [`timed`] |
//! | 4 backpropagation | [`Gradients`], [`Network::cost_and_gradient`] |
//! | 5 gradient checking | [`numerical_gradient`], [`numerical_slope`], [`relative_error`], [`GradientCheck`] |
//! | 6 training | [`Trainer`], [`Method`], [`TrainingRun`], [`Termination`] |
//! | 7 overfitting | [`k_fold`], [`leave_one_out`], [`CrossValidation`], [`learning_curve`], [`synthetic_study`], [`median`] |
//! | digits, after Part 7 | [`digits`], [`Digits`], [`classes`], [`accuracy`], [`confusion`], [`Method::Momentum`], [`Method::Adam`] |
//! | checking your own formulas | [`diagnose`], [`diagnose_with`], [`diagnose_forward`], [`diagnose_cost`], [`diagnose_step`], [`diagnose_file`], [`pasted`], [`Diagnosis`], [`Mistake`] |
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
//! # Conventions
//!
//! - *`x, y` or a [`Dataset`]?* What stands for a formula takes `x` and `y`, as the formula is written: [`Network::cost`],
//!   [`Network::gradients`], [`GradientCheck`], [`diagnose`]. What scales, divides, trains on or draws examples takes a [`Dataset`].
//! - `with_…` returns a changed copy; the method without `with_` tells what it is: [`Network::with_params`] and
//!   [`Network::params`], [`Network::with_activations`] and [`Network::activations`], [`Network::with_cost_function`] and
//!   [`Network::cost_function`]. [`Network::with_cost`] is short for it, for [`Network::cost`] is the number J.
//! - A slope is called after what it belongs to: [`Gradients::dj_dw`] after [`Network::w`], [`Gradients::dj_db`] after
//!   [`Network::b`], [`Gradients::dj_dparams`] after [`Network::params`]. Slopes of your own are a list, `&[dj_dw1, dj_dw2]`.
//! - A value that makes no sense is refused where it is set: [`Cost::mean_squares`], [`Scaler::fit`], [`Network::with_params`]. Where
//!   it is a public field, such as a trainer's learning rate, it is refused at the first use.
//! - Nothing is printed unless it is asked for ([`Trainer`]'s `report_progress`, [`Trainer::within`], [`GradientCheck::run_within`], [`timed`]).
//!
//! # The same on every machine
//!
//! For a seed, random weights, invented data, predictions, costs, gradients, training and validation have the same bits on every
//! machine and for any number of cores, as long as two neighbouring layers are joined by at most 64 weights, or one of them has at
//! most 2 units: that holds for every network of the seven parts, and not for that of the handwritten digits. `exp`, `ln`, `tanh` and
//! the like come from the crate libm, not from the system. `tests/machines/` has the same program run as processors with and without
//! fused multiplication and addition, and as WebAssembly.
//!
//! Larger layers are multiplied by ndarray's product, which uses what the processor has. There, and where a program multiplies two
//! matrices by `dot` or calls the standard library's `exp`, `ln`, `tanh`, the last bits differ from machine to machine.
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
// the system's exp, ln … (clippy.toml): the same bits on every machine
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

// Tests in here that are also used from outside name the crate.
#[cfg(test)]
extern crate self as demystified;

mod data;
mod error;
mod figures;
mod machine;
mod model;
mod teaching;
mod text;
mod training;

pub use data::{
    Dataset, Digits, Scaler, StandardScaler, digits, digits_split, sleep_study, sleep_study_test,
    sleep_study_train, synthetic_study, true_score,
};
pub use error::{Error, Result};
pub use figures::explore::{self, Explorable};
pub use figures::plot::{self, Axes, Figure};
pub use machine::read_output;
pub use model::{
    Activation, Cost, ForwardPass, Gradients, Network, accuracy, classes, confusion, sigmoid, sigmoid_prime,
};
/// The array library, so that notebooks and programs use the version this crate was built with.
pub use ndarray;
/// The plotting library, for [`plot::draw`].
pub use plotters;
pub use teaching::{
    Claim, Deviation, DiagnoseOptions, Diagnosis, GradientCheck, Mistake, Part, ShowArray, Stated, between,
    claim, diagnose, diagnose_cost, diagnose_file, diagnose_forward, diagnose_step, diagnose_with,
    numerical_gradient, numerical_slope, pasted, relative_error,
};
pub use training::{
    Budget, CrossValidation, Fold, LearningCurve, Method, Termination, Timed, Trainer, TrainingRun, argmin,
    k_fold, learning_curve, leave_one_out, mean_baseline, median, timed,
};

/// The README's program runs with the other examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
