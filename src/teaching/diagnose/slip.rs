//! Mistakes in the last step, from δ to the slopes, which can be made in each array by itself.

use super::backward::Slopes;
use super::mistake::{Factor, Mistake, Part};
use crate::model::{Cost, Network};
use ndarray::Array2;

/// Every mistake of the last step that this network can have, with n examples; in no array yet.
pub(super) fn slips(net: &Network, n: usize) -> Vec<Mistake> {
    let of = Vec::new;
    let is_mean = net.cost != Cost::SumOfSquares;
    let mut slips = vec![
        Mistake::SignFlipped { of: of() },
        Mistake::FactorOff { factor: Factor::Two, of: of() },
        Mistake::FactorOff { factor: Factor::Half, of: of() },
        Mistake::Transposed { of: of() },
        Mistake::ActivationNotTransposed { of: of() },
        Mistake::WeightedInputForActivation { of: of() },
    ];
    let penalised = net.cost.lambda() > 0.0;
    if penalised {
        slips.extend([
            Mistake::MinusForgotten { of: of() },
            Mistake::DataFactorOff { factor: Factor::Two, of: of() },
            Mistake::DataFactorOff { factor: Factor::Half, of: of() },
            Mistake::PenaltyForgotten { of: of() },
            Mistake::PenaltyTwice { of: of() },
            Mistake::PenaltySubtracted { of: of() },
            Mistake::BiasPenalised { of: of() },
        ]);
    }
    if n > 1 {
        // with a penalty the data may be off alone; without, that is the whole
        slips.push(match is_mean {
            true => Mistake::SumInsteadOfMean { of: of() },
            false => Mistake::FactorOff { factor: Factor::N, of: of() },
        });
        slips.push(match is_mean {
            true => Mistake::FactorOff { factor: Factor::OneOverN, of: of() },
            false => Mistake::MeanInsteadOfSum { of: of() },
        });
        if penalised {
            slips.push(Mistake::FactorOff { factor: Factor::N, of: of() });
            slips.push(Mistake::DataFactorOff { factor: Factor::OneOverN, of: of() });
            slips.push(Mistake::PenaltyOverN { of: of() });
        }
    }
    slips
}

/// Whether the mistake differs from another in the penalty only, so that it says nothing new about biases.
pub(super) fn concerns_penalty(slip: &Mistake) -> bool {
    matches!(
        slip,
        Mistake::MinusForgotten { .. }
            | Mistake::DataFactorOff { .. }
            | Mistake::PenaltyForgotten { .. }
            | Mistake::PenaltyTwice { .. }
            | Mistake::PenaltySubtracted { .. }
            | Mistake::PenaltyOverN { .. }
    )
}

/// The slopes without a mistake of the last step.
pub(super) fn without_slip(slopes: &Slopes) -> Array2<f64> {
    &slopes.data + &slopes.penalty
}

/// The slopes with this mistake; none where it cannot be made.
pub(super) fn with_slip(slip: &Mistake, slopes: &Slopes, part: Part, n: f64) -> Option<Array2<f64>> {
    let Slopes { a, z, delta, data, penalty, wrong_penalty } = slopes;
    let is_weight = matches!(part, Part::DjDw(_));
    match slip {
        Mistake::SignFlipped { .. } => Some(-(data + penalty)),
        Mistake::MinusForgotten { .. } => Some(penalty - data),
        Mistake::FactorOff { factor, .. } => Some(factor.value(n) * (data + penalty)),
        Mistake::DataFactorOff { factor, .. } => Some(factor.value(n) * data + penalty),
        Mistake::SumInsteadOfMean { .. } => Some(n * data + penalty),
        Mistake::MeanInsteadOfSum { .. } => Some(data / n + penalty),
        Mistake::Transposed { .. } => {
            (is_weight && data.is_square() && data.len() > 1).then(|| (data + penalty).reversed_axes())
        }
        Mistake::ActivationNotTransposed { .. } => {
            (is_weight && a.is_square()).then(|| a.dot(delta) + penalty)
        }
        Mistake::WeightedInputForActivation { .. } if is_weight => {
            z.as_ref().map(|z| z.t().dot(delta) + penalty)
        }
        Mistake::PenaltyForgotten { .. } if is_weight => Some(data.clone()),
        Mistake::PenaltyTwice { .. } if is_weight => Some(data + 2.0 * penalty),
        Mistake::PenaltySubtracted { .. } if is_weight => Some(data - penalty),
        Mistake::PenaltyOverN { .. } if is_weight => Some(data + &(penalty / n)),
        Mistake::BiasPenalised { .. } => wrong_penalty.as_ref().map(|penalty| data + penalty),
        _ => None,
    }
}
