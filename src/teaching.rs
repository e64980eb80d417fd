//! What tells a reader whether something is right, and how values show in a notebook.

mod claim;
mod diagnose;
mod gradient_check;
mod show;

pub use claim::{Claim, Stated, between, claim};
pub use diagnose::{
    Deviation, DiagnoseOptions, Diagnosis, Factor, Mistake, Part, diagnose, diagnose_cost, diagnose_forward,
    diagnose_with,
};
pub use gradient_check::{GradientCheck, numerical_gradient, relative_error};
pub use show::ShowArray;
