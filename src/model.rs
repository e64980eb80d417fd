//! The network: what it is made of, and what it computes.
//!
//! What a [`Network`] *is* stands in `network`, what it *computes* from data in `evaluate`, what it is as a file in `storage`.

pub(crate) mod activation;
mod block;
mod classes;
mod cost;
pub(crate) mod engine;
mod evaluate;
mod forward_pass;
mod gradients;
mod logistic;
mod network;
pub(crate) mod product;
mod storage;

pub use activation::{Activation, sigmoid, sigmoid_prime};
pub use classes::{accuracy, classes, confusion};
pub use cost::Cost;
pub use forward_pass::ForwardPass;
pub use gradients::Gradients;
pub use network::Network;
