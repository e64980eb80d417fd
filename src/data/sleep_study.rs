//! The examples of the series.

use super::dataset::Dataset;
use ndarray::array;

/// Part 1's data: hours asleep and hours studying (h), and the score that followed (points out of 100).
///
/// # Examples
///
/// ```
/// let data = demystified::sleep_study();
/// assert_eq!(data.x.row(0).to_vec(), [3.0, 5.0]);
/// assert_eq!(data.y.column(0).to_vec(), [75.0, 82.0, 93.0]);
/// ```
pub fn sleep_study() -> Dataset {
    Dataset { x: array![[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]], y: array![[75.0], [82.0], [93.0]] }
}

/// Part 7's training data: [`sleep_study`] and a fourth example, (6 h, 1.5 h) → 70 points.
///
/// # Examples
///
/// ```
/// assert_eq!(demystified::sleep_study_train().y.column(0).to_vec(), [75.0, 82.0, 93.0, 70.0]);
/// ```
pub fn sleep_study_train() -> Dataset {
    Dataset {
        x: array![[3.0, 5.0], [5.0, 1.0], [10.0, 2.0], [6.0, 1.5]],
        y: array![[75.0], [82.0], [93.0], [70.0]],
    }
}

/// Part 7's test data: four examples that training never sees.
///
/// # Examples
///
/// ```
/// assert_eq!(demystified::sleep_study_test().x.row(0).to_vec(), [4.0, 5.5]);
/// ```
pub fn sleep_study_test() -> Dataset {
    Dataset {
        x: array![[4.0, 5.5], [4.5, 1.0], [9.0, 2.5], [6.0, 2.0]],
        y: array![[70.0], [89.0], [85.0], [75.0]],
    }
}
