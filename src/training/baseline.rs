//! The baseline: the forecast that any other has to beat.

use crate::data::Dataset;
use crate::error::{Error, Result};
use ndarray::Axis;

/// The cost on `test` of the simplest forecast there is: for every example, the mean of the truths of `train`.
///
/// A network that does not get below it has learnt nothing from the inputs.
///
/// # Formula
///
/// ```text
/// ½ Σ (y − ȳ)² / N        over the N examples of test and all outputs; ȳ, of each output, is the mean over train
/// ```
///
/// That is the data cost of [`Cost::MeanSquares`](crate::Cost::MeanSquares), in the units of y squared.
///
/// # Errors
///
/// When either dataset is not valid, or their numbers of outputs differ.
///
/// # Examples
///
/// ```
/// use demystified::{Scaler, mean_baseline, sleep_study_test, sleep_study_train};
///
/// let scaler = Scaler::fit(&sleep_study_train(), 100.0)?;
/// let (train, test) = (scaler.transform(&sleep_study_train())?, scaler.transform(&sleep_study_test())?);
/// let baseline = mean_baseline(&train, &test)?;
/// assert_eq!(format!("{baseline:.6}"), "0.002888");
/// assert_eq!(format!("{:.1}", scaler.typical_error(baseline)), "7.6"); // points
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn mean_baseline(train: &Dataset, test: &Dataset) -> Result<f64> {
    train.check().map_err(|error| error.of("the training data's"))?;
    test.check().map_err(|error| error.of("the test data's"))?;
    if train.y.ncols() != test.y.ncols() {
        return Err(Error::mismatch(
            "the test data's y",
            (test.y.ncols(), "column"),
            "the training data's y",
            (train.y.ncols(), "column"),
        ));
    }
    let mean = train.y.mean_axis(Axis(0)).expect("there is an example");
    Ok(0.5 * (&test.y - &mean).pow2().sum() / test.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::mean_baseline;
    use crate::data::Dataset;
    use ndarray::array;

    #[test]
    fn each_output_has_a_mean_of_its_own() {
        let train = Dataset::new(array![[1.0], [2.0]], array![[0.0, 10.0], [2.0, 30.0]]).unwrap();
        let test = Dataset::new(array![[3.0]], array![[4.0, 21.0]]).unwrap();
        assert_eq!(mean_baseline(&train, &test).unwrap(), 0.5 * (9.0 + 1.0));
        let other = Dataset::new(array![[3.0]], array![[4.0]]).unwrap();
        let error = mean_baseline(&train, &other).unwrap_err().to_string();
        assert_eq!(error, "the test data's y has 1 column, but the training data's y has 2 columns");
    }
}
