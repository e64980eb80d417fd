//! What may leave the output instead of dJ/dŷ.

use super::mistake::{Kind, mistake};
use crate::model::Activation;
use crate::model::Cost;
use ndarray::{Array2, Axis, Zip};

/// The output's numbers, examples × outputs.
pub(super) struct Output<'a> {
    pub y: &'a Array2<f64>,
    pub y_hat: &'a Array2<f64>,
    pub z: &'a Array2<f64>,
    pub activation: Activation,
    pub cost: Cost,
}

/// A mistake in the error; the 1/N of a mean comes afterwards.
pub(super) struct OutputError {
    pub kind: Kind,
    pub is_possible: fn(&Output) -> bool,
    pub compute: fn(&Output) -> Array2<f64>,
    /// Whether it is dJ/dŷ, with f′ still to come, also where the cross-entropy's ŷ − y is δ at once.
    pub is_before_slope: bool,
}

const fn of_any(kind: Kind, compute: fn(&Output) -> Array2<f64>) -> OutputError {
    OutputError { kind, is_possible: |_| true, compute, is_before_slope: false }
}

fn is_cross_entropy(output: &Output) -> bool {
    matches!(output.cost, Cost::CrossEntropy { .. })
}

fn by_entry(output: &Output, f: impl Fn(f64, f64) -> f64) -> Array2<f64> {
    Zip::from(output.y).and(output.y_hat).map_collect(|&y, &y_hat| f(y, y_hat))
}

/// With the cross-entropy, those that stand for ŷ − y are δ at once, as ŷ − y is.
pub(super) static OUTPUT_ERRORS: &[OutputError] = &[
    of_any(
        mistake(
            "brackets lost",
            "−y − ŷ stands where −(y − ŷ) belongs",
            "the minus belongs to the whole bracket: −(y − ŷ) = ŷ − y",
        ),
        |o| by_entry(o, |y, y_hat| -y - y_hat),
    ),
    of_any(
        mistake(
            "prediction for error",
            "the prediction ŷ goes back instead of the error ŷ − y",
            "what goes back is how J changes with ŷ, so the truth must be in it: −(y − ŷ)",
        ),
        |o| o.y_hat.clone(),
    ),
    of_any(
        mistake(
            "truth for error",
            "the truth y goes back instead of the error ŷ − y",
            "what goes back is how J changes with ŷ, so the prediction must be in it: −(y − ŷ)",
        ),
        |o| o.y.clone(),
    ),
    of_any(
        mistake(
            "z for prediction",
            "the error is taken of z instead of ŷ: z − y",
            "the prediction is f(z): −(y − ŷ) with ŷ = f(z) of the last layer",
        ),
        |o| o.z - o.y,
    ),
    of_any(
        mistake(
            "output differentiated",
            "the output was differentiated, not the cost: no error is in it",
            "the chain begins at J: dJ/dŷ = −(y − ŷ), and everything else is multiplied by it",
        ),
        |o| Array2::ones(o.y.dim()),
    ),
    of_any(
        mistake(
            "squared error sent back",
            "the squared error goes back instead of its slope",
            "the slope of ½ (y − ŷ)² is −(y − ŷ): the square is gone",
        ),
        |o| by_entry(o, |y, y_hat| (y - y_hat) * (y - y_hat)),
    ),
    of_any(
        mistake(
            "absolute error sent back",
            "the error lost its sign: |y − ŷ| goes back",
            "the slope of ½ (y − ŷ)² is −(y − ŷ), with its sign",
        ),
        |o| by_entry(o, |y, y_hat| (y - y_hat).abs()),
    ),
    of_any(
        mistake(
            "sign of error sent back",
            "only the sign of the error goes back: the slope of |y − ŷ|, not of ½ (y − ŷ)²",
            "the slope of ½ (y − ŷ)² is −(y − ŷ)",
        ),
        |o| by_entry(o, |y, y_hat| f64::from(y_hat > y) - f64::from(y_hat < y)),
    ),
    OutputError {
        kind: mistake(
            "truth broadcast",
            "each truth is compared with every prediction",
            "y needs two axes, examples × 1. With one axis, y − ŷ becomes a square of all differences, in NumPy without a word",
        ),
        is_possible: |o| o.y.ncols() == 1 && o.y.nrows() > 1,
        compute: |o| {
            let (n, sum) = (o.y.nrows() as f64, o.y.sum());
            o.y_hat.mapv(|y_hat| n * y_hat - sum)
        },
        is_before_slope: false,
    },
    OutputError {
        kind: mistake(
            "mean error sent back",
            "the mean of the errors goes back for every example",
            "each example has an error of its own; the mean, if any, is taken of the slopes",
        ),
        is_possible: |o| o.y.nrows() > 1,
        compute: |o| {
            let error = o.y_hat - o.y;
            let mean = error.sum_axis(Axis(0)) / error.nrows() as f64;
            Array2::zeros(error.dim()) + mean
        },
        is_before_slope: false,
    },
    OutputError {
        kind: mistake(
            "errors summed over outputs",
            "the errors are summed over the outputs, and each output gets the sum",
            "each output has an error of its own",
        ),
        is_possible: |o| o.y.ncols() > 1,
        compute: |o| {
            let error = o.y_hat - o.y;
            Array2::zeros(error.dim()) + error.sum_axis(Axis(1)).insert_axis(Axis(1))
        },
        is_before_slope: false,
    },
    of_any(
        mistake(
            "activation twice in error",
            "the output goes through its activation function once more before it is compared with y",
            "ŷ = f(z) is what is compared with y",
        ),
        |o| o.activation.apply(o.y_hat) - o.y,
    ),
    of_any(
        mistake(
            "rounded prediction",
            "the prediction is rounded to 0 or 1 before the error is taken",
            "a rounded ŷ has no slope: take ŷ as it is",
        ),
        |o| by_entry(o, |y, y_hat| y_hat.round() - y),
    ),
    of_any(
        mistake(
            "truth 100 times as large",
            "ŷ is compared with 100 y: the truth is not scaled",
            "ŷ lies between 0 and 1, so y must be divided by its maximum as well",
        ),
        |o| by_entry(o, |y, y_hat| y_hat - 100.0 * y),
    ),
    of_any(
        mistake(
            "error cubed",
            "the error's cube goes back instead of the error",
            "the slope of ½ (y − ŷ)² is −(y − ŷ), to the first power",
        ),
        |o| by_entry(o, |y, y_hat| (y_hat - y).powi(3)),
    ),
    OutputError {
        kind: mistake(
            "two terms with softmax",
            "the slope of the second term (1 − y) ln(1 − ŷ) is there, and after softmax it does not belong there",
            "with softmax the cross-entropy is −Σ y ln ŷ: dJ/dŷ = −y / ŷ",
        ),
        is_possible: |o| is_cross_entropy(o) && o.activation == Activation::Softmax,
        compute: |o| by_entry(o, |y, y_hat| (y_hat - y) / (y_hat * (1.0 - y_hat))),
        is_before_slope: true,
    },
    OutputError {
        kind: mistake(
            "squared error's delta",
            "the error is multiplied by f′ of the output, as for a squared error, but the cost is the cross-entropy",
            "the slope of the cross-entropy has f′ below the line, and it cancels: leave it out",
        ),
        is_possible: is_cross_entropy,
        compute: |o| o.y_hat - o.y,
        is_before_slope: true,
    },
    OutputError {
        kind: mistake(
            "second term forgotten",
            "the slope of the term (1 − y) ln(1 − ŷ) is missing",
            "dJ/dŷ = −y / ŷ + (1 − y) / (1 − ŷ); where y is not 1, the second term counts",
        ),
        is_possible: |o| is_cross_entropy(o) && o.activation == Activation::Sigmoid,
        compute: |o| by_entry(o, |y, y_hat| -y / y_hat),
        is_before_slope: true,
    },
    OutputError {
        kind: mistake(
            "second term's sign",
            "the slope of the term (1 − y) ln(1 − ŷ) has the wrong sign",
            "dJ/dŷ = −y / ŷ + (1 − y) / (1 − ŷ): the inner slope of 1 − ŷ is −1, which turns the sign of the second term",
        ),
        is_possible: |o| is_cross_entropy(o) && o.activation == Activation::Sigmoid,
        compute: |o| by_entry(o, |y, y_hat| -y / y_hat - (1.0 - y) / (1.0 - y_hat)),
        is_before_slope: true,
    },
    OutputError {
        kind: mistake(
            "first term forgotten",
            "the slope of the term y ln ŷ is missing",
            "dJ/dŷ = −y / ŷ + (1 − y) / (1 − ŷ)",
        ),
        is_possible: |o| is_cross_entropy(o) && o.activation == Activation::Sigmoid,
        compute: |o| by_entry(o, |y, y_hat| (1.0 - y) / (1.0 - y_hat)),
        is_before_slope: true,
    },
];
