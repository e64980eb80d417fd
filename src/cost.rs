//! The cost: one number for how wrong the predictions are.

/// How wrong the predictions are, as one number J, and whether large weights are punished as well.
///
/// N is the number of examples; the sums run over all examples and outputs, or over all weights. Biases are never penalised.
///
/// # Formula
///
/// ```text
/// SumOfSquares          J = ½ Σ (y − ŷ)²
/// MeanSquares { λ }     J = ½ Σ (y − ŷ)² / N + λ/2 Σ w²
/// CrossEntropy { λ }    J = −Σ (y ln ŷ + (1 − y) ln(1 − ŷ)) / N + λ/2 Σ w²
///                       after softmax: −Σ y ln ŷ / N + λ/2 Σ w²
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cost {
    /// Half the sum of the squared errors: Parts 3 to 6 of the series.
    SumOfSquares,
    /// Half the mean of the squared errors, and a penalty on large weights: Part 7.
    MeanSquares {
        /// λ, how much large weights are punished; 0 for not at all.
        lambda: f64,
    },
    /// For truths between 0 and 1 that mean probabilities, and a penalty on large weights.
    CrossEntropy {
        /// λ, how much large weights are punished; 0 for not at all.
        lambda: f64,
    },
}
