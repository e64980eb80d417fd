//! Examples to learn from: where they come from, and how they are scaled.

mod csv;
mod dataset;
mod digits;
mod normal;
mod scaler;
mod shuffle;
mod sleep_study;
mod standard_scaler;
mod synthetic;

pub use dataset::Dataset;
pub(crate) use dataset::{check_array, check_list, check_rows};
pub use digits::{Digits, digits, digits_split};
pub(crate) use normal::standard_normal;
pub use scaler::Scaler;
pub(crate) use shuffle::shuffle;
pub use sleep_study::{sleep_study, sleep_study_test, sleep_study_train};
pub use standard_scaler::StandardScaler;
pub use synthetic::{synthetic_study, true_score};
