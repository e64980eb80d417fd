//! What tells a reader whether something is right, and how values show in a notebook.

mod claim;
// what is compared here may differ in its last bits, so the system's exp and ln will do
#[allow(clippy::disallowed_methods)]
mod diagnose;
mod gradient_check;
mod show;

pub use claim::{Claim, Stated, between, claim};
pub use diagnose::{
    Deviation, DiagnoseOptions, Diagnosis, Mistake, Part, diagnose, diagnose_cost, diagnose_file,
    diagnose_forward, diagnose_step, diagnose_with, pasted,
};
pub use gradient_check::{GradientCheck, numerical_gradient, numerical_slope, relative_error};
pub use show::ShowArray;
