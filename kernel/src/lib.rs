//! Makes the cells of [evcxr](https://github.com/evcxr/evcxr) notebooks quick, for one crate that they are about.
//!
//! A program that uses this becomes the kernel that Jupyter starts. It becomes evcxr_jupyter in turn, in a build folder of its own, a copy of a
//! warm one, with stand-ins for `cargo` and `rustup` before the real ones. Cells are compiled as evcxr asks, but without cargo, with less text, and with
//! generic code that was compiled before. In doubt, cargo does it.

mod analyzer;
pub mod build_folder;
mod cell_build;
mod cell_text;
mod dependency_check;
pub mod failed_cell;
mod failure;
pub mod files;
pub mod install;
mod keeper;
mod kernel;
mod leash;
mod literals;
mod lost_variables;
pub mod process;
mod progress;
mod statement_marks;
pub mod std_sources;
pub mod switch;
mod tool_shim;
mod unchanged;
pub mod variable_store;
pub mod warm;
mod warm_progress;
pub mod work;

pub use failure::{Failure, Outcome};

/// The version of evcxr_jupyter whose cells are understood.
pub const EVCXR_VERSION: &str = "0.22.0";

/// What is made quick: the crate that the notebooks are about.
#[derive(Debug, Clone, Copy)]
pub struct Configuration {
    /// The crate's name, as in the notebooks' `:dep` line.
    pub name: &'static str,
    /// Of what the crate is built with: the crates whose types cells name.
    pub types_from: &'static [&'static str],
    /// The crates that compute, tested elsewhere: in them, overflow is not checked and nothing asserted.
    pub unchecked: &'static [&'static str],
    /// The source of a module: generic code that cells use over and over. It may use the crate, and `super::VariableStore`.
    pub shared_generics: &'static str,
    /// What a notebook's first cells do: all that they need is built, and copied for each kernel.
    pub first_cells: &'static [&'static str],
    /// What a kernel that is started ahead does, so that its first cells are quick: a command of evcxr's, such as `:dep`, and code, which
    /// may leave no variable behind. Empty if there are no such kernels.
    pub loading: [&'static str; 2],
}
