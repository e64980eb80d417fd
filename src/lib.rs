//! *Neural Networks Demystified* in Rust: the crate behind the seven notebooks.
#![deny(missing_docs)]

mod error;

pub use error::{Error, Result};
/// The array library, so that notebooks and programs use the version this crate was built with.
pub use ndarray;
