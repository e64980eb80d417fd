//! The author's tools: notebooks are run, judged, and stored.

mod cell_source;
pub mod check;
pub mod edited;
pub mod execute;
mod judge;
mod outputs;
mod run;
