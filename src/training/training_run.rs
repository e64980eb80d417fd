//! What a training leaves behind.

use crate::model::Network;
use crate::text::{count, number};
use std::fmt;
use std::time::Duration;

/// Why a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Termination {
    /// No slope of the cost is steeper than the tolerance: a minimum, or a plain so flat that it looks like one.
    GradientTolerance,
    /// The iterations that were allowed are used up.
    MaxIterations,
    /// The time that was allowed is used up.
    TimeLimit,
    /// The line search found no lower point along its direction, for want of precision.
    Stalled,
    /// The steps led upwards for good: to numbers that are not finite, to a cost a million times that before training, or to a
    /// plain higher than the start. The last network with a finite cost is kept.
    Diverged,
}

impl Termination {
    pub(crate) const ALL: [Termination; 5] = [
        Termination::GradientTolerance,
        Termination::MaxIterations,
        Termination::TimeLimit,
        Termination::Stalled,
        Termination::Diverged,
    ];
}

impl fmt::Display for Termination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Termination::GradientTolerance => "the gradient is within the tolerance",
            Termination::MaxIterations => "the iterations allowed are used up",
            Termination::TimeLimit => "the time allowed is used up",
            Termination::Stalled => "the line search finds nothing lower",
            Termination::Diverged => "the steps were too large and led upwards for good",
        })
    }
}

/// A training: the network it ended with, and how it came there.
///
/// An entry `i` of a history belongs to the network after `i` iterations, so entry 0 to the network before training.
///
/// # Examples
///
/// ```
/// use demystified::{Network, Scaler, Trainer, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let run = Trainer::default().train(&net, &data, None)?;
/// assert_eq!(run.cost_history[0], net.cost(&data.x, &data.y)?);
/// assert_eq!(run.final_cost(), run.network.cost(&data.x, &data.y)?);
/// assert_eq!(run.iterations(), run.cost_history.len() - 1);
/// assert!(run.test_cost_history.is_empty());
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TrainingRun {
    /// The trained network.
    pub network: Network,
    /// The cost of the training data, penalty included: what was minimised.
    pub cost_history: Vec<f64>,
    /// The cost of the training data without the penalty, to be set beside that of the test data.
    pub train_data_cost_history: Vec<f64>,
    /// The cost of the test data, never with the penalty; empty when there was no test data.
    pub test_cost_history: Vec<f64>,
    /// How many times cost and gradient were computed together, by one forward and one backward pass, over all the data or a
    /// batch.
    pub evaluations: usize,
    /// Why the training ended.
    pub termination: Termination,
    /// How long it took.
    pub elapsed: Duration,
}

impl TrainingRun {
    /// The number of iterations: steps, or epochs of stochastic descent.
    pub fn iterations(&self) -> usize {
        self.cost_history.len() - 1
    }

    /// The cost of the training data at the end, penalty included: the last entry of `cost_history`.
    pub fn final_cost(&self) -> f64 {
        self.cost_history[self.cost_history.len() - 1]
    }

    /// The cost of the training data at the end without the penalty: the last entry of `train_data_cost_history`.
    pub fn final_train_data_cost(&self) -> f64 {
        self.train_data_cost_history[self.train_data_cost_history.len() - 1]
    }

    /// The cost of the test data at the end, never with the penalty: the last entry of `test_cost_history`; NaN without test data.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Network, Scaler, Trainer, sleep_study_test, sleep_study_train};
    ///
    /// let scaler = Scaler::fit(&sleep_study_train(), 100.0)?;
    /// let (train, test) = (scaler.transform(&sleep_study_train())?, scaler.transform(&sleep_study_test())?);
    /// let net = Network::random(&[2, 3, 1], 1)?;
    /// let run = Trainer::default().train(&net, &train, Some(&test))?;
    /// assert_eq!(run.final_test_cost(), run.network.data_cost(&test.x, &test.y)?);
    /// assert!(Trainer::default().train(&net, &train, None)?.final_test_cost().is_nan());
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn final_test_cost(&self) -> f64 {
        self.test_cost_history.last().copied().unwrap_or(f64::NAN)
    }
}

/// The run in a sentence. The time is left out, for it is another each time.
impl fmt::Display for TrainingRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (number(self.cost_history[0]), number(self.final_cost()));
        let iterations = count(self.iterations(), "iteration");
        let evaluations = count(self.evaluations, "evaluation");
        write!(
            f,
            "The cost went from {before} to {after} in {iterations} ({evaluations} of cost and gradient)"
        )?;
        if let (Some(&before), Some(&after)) = (self.test_cost_history.first(), self.test_cost_history.last())
        {
            write!(f, ", that of the test data from {} to {}", number(before), number(after))?;
        }
        write!(f, "; it ended because {}.", self.termination)
    }
}
