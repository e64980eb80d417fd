//! Training: finding weights that make the cost small, and telling whether they are any good.

mod argmin;
mod baseline;
mod bfgs;
mod budget;
mod course;
mod gradient_descent;
mod learning_curve;
mod median;
mod objective;
mod progress_lines;
mod step;
mod timed;
mod train;
mod train_many;
mod trainer;
mod training_run;
mod validation;

pub use argmin::argmin;
pub use baseline::mean_baseline;
pub use budget::Budget;
pub use learning_curve::{LearningCurve, learning_curve};
pub use median::median;
pub(crate) use progress_lines::ProgressLines;
pub use timed::{Timed, timed};
pub use trainer::{Method, Trainer};
pub use training_run::{Termination, TrainingRun};
pub use validation::{CrossValidation, Fold, k_fold, leave_one_out};
