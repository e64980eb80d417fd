//! Placeholder: written on another branch.

use std::path::PathBuf;

use super::{Environment, Failure, Outcome};

pub fn run(_environment: &Environment, _notebooks: &[PathBuf]) -> Outcome<()> {
    Err(Failure::new("Not built yet.", ""))
}
