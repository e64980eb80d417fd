//! The author's tools: notebooks are run, judged, and stored.

mod cell_source;
pub mod check;
pub mod edited;
pub mod execute;
mod judge;
pub mod length;
mod outputs;
mod run;
mod solutions;
mod store;

pub use cell_source::statements;
