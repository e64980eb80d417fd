//! How a training is set up: the method, and when to stop.

use super::budget::Budget;
use super::progress_lines::ProgressLines;
use crate::error::{Error, Result};
use crate::machine::Instant;
use crate::model::Network;
use std::time::Duration;

/// BFGS keeps a square matrix with a row for every parameter: 200 MB for this many.
const MAX_BFGS_PARAMS: usize = 5000;

/// How the next weights are found. p stands for all weights and biases, dJ/dp for the gradient.
///
/// # Formula
///
/// ```text
/// GradientDescent             p ← p − η dJ/dp                    η is the learning rate
/// StochasticGradientDescent   the same with dJ/dp of a batch, for one batch after the other
/// Momentum                    v ← β v − η dJ/dp                  dJ/dp of a batch; v is 0 at first, β is the momentum
///                             p ← p + v
/// Adam                        m ← 0.9 m + 0.1 dJ/dp              dJ/dp of a batch; m and s are 0 at first, t counts the steps from 1
///                             s ← 0.999 s + 0.001 (dJ/dp)²
///                             p ← p − η m̂ / (√ŝ + 10⁻⁸)          m̂ = m / (1 − 0.9ᵗ), ŝ = s / (1 − 0.999ᵗ)
/// Bfgs                        p ← p − α H dJ/dp                  H approximates the inverse of the matrix of second derivatives,
///                                                                α comes from a line search
/// ```
///
/// Squares, roots and quotients of Adam are those of the single entries. It is by Kingma and Ba,
/// [*Adam: A Method for Stochastic Optimization*](https://arxiv.org/abs/1412.6980) (2015), with the constants that they suggest.
///
/// BFGS is that of the library [basin](https://docs.rs/basin), with a line search that meets the strong Wolfe conditions; after
/// Nocedal and Wright, *Numerical Optimization*, 2nd edition, chapters 3 and 6.
///
/// # Examples
///
/// ```
/// use demystified::{Method, Trainer};
///
/// let method = Method::StochasticGradientDescent { learning_rate: 0.5, batch_size: 16, seed: 1 };
/// assert_ne!(Trainer { method: method.clone(), ..Trainer::default() }.method, Method::Bfgs);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// The quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno; for up to 5000 parameters.
    Bfgs,
    /// Steps against the gradient of all examples.
    GradientDescent {
        /// η, how far a step goes for a given slope.
        learning_rate: f64,
    },
    /// Steps against the gradient of a batch of examples. An iteration is an epoch: every example takes part once, in an order
    /// that is drawn anew each time.
    StochasticGradientDescent {
        /// η, how far a step goes for a given slope.
        learning_rate: f64,
        /// How many examples make a batch; the last one of an epoch may be smaller. With as many as there are, or more, this is
        /// gradient descent.
        batch_size: usize,
        /// For the order of the examples.
        seed: u64,
    },
    /// Steps that keep part of the one before, as a rolling ball keeps part of its speed. An iteration is an epoch, as above.
    Momentum {
        /// η, how far a step goes for a given slope.
        learning_rate: f64,
        /// β, how much of the last step is kept: from 0 to below 1, often 0.9. With 0 this is stochastic gradient descent.
        momentum: f64,
        /// How many examples make a batch, as above; with as many as there are, or more, each step has the gradient of all.
        batch_size: usize,
        /// For the order of the examples.
        seed: u64,
    },
    /// Momentum, and a step for each weight that does not depend on how large its slopes usually are. An iteration is an epoch, as above.
    Adam {
        /// η, how far a weight goes in a step at most, about, whatever its slope.
        learning_rate: f64,
        /// How many examples make a batch, as above; with as many as there are, or more, each step has the gradient of all.
        batch_size: usize,
        /// For the order of the examples.
        seed: u64,
    },
}

impl Method {
    fn learning_rate(&self) -> Option<f64> {
        match *self {
            Method::Bfgs => None,
            Method::GradientDescent { learning_rate }
            | Method::StochasticGradientDescent { learning_rate, .. }
            | Method::Momentum { learning_rate, .. }
            | Method::Adam { learning_rate, .. } => Some(learning_rate),
        }
    }

    /// How many examples make a batch, and the seed of their order; none for a method that always takes all.
    pub(super) fn batches(&self) -> Option<(usize, u64)> {
        match *self {
            Method::Bfgs | Method::GradientDescent { .. } => None,
            Method::StochasticGradientDescent { batch_size, seed, .. }
            | Method::Momentum { batch_size, seed, .. }
            | Method::Adam { batch_size, seed, .. } => Some((batch_size, seed)),
        }
    }
}

/// Trains networks: the method, and when to stop.
///
/// It minimises the network's own cost ([`Network::cost_function`]), penalty included. The first of the three limits that is
/// reached ends the training, which then returns what it has. Nothing is printed unless `report_progress` asks for it.
///
/// # Examples
///
/// ```
/// use demystified::{Method, Network, Scaler, Termination, Trainer, sleep_study};
///
/// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
/// let net = Network::random(&[2, 3, 1], 1)?;
/// let run = Trainer::default().train(&net, &data, None)?;
/// assert!(run.final_cost() < 1e-6);
/// assert_eq!(run.termination, Termination::GradientTolerance);
///
/// // plain descent is nowhere near after as many steps
/// let method = Method::GradientDescent { learning_rate: 3.0 };
/// let trainer = Trainer { method, max_iterations: run.iterations(), ..Trainer::default() };
/// let plain = trainer.train(&net, &data, None)?;
/// assert!(plain.final_cost() > 1e-4);
/// assert_eq!(plain.termination, Termination::MaxIterations);
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Trainer {
    /// How the next weights are found: BFGS unless told otherwise.
    pub method: Method,
    /// The most iterations: 200 unless told otherwise. With 0 the network is returned as it is.
    pub max_iterations: usize,
    /// Training ends when no entry of the gradient is larger in size: 1e-5 unless told otherwise.
    pub gradient_tolerance: f64,
    /// The longest time: 60 s unless told otherwise, or `None`. In a notebook the kernel's interrupt would lose all variables.
    pub time_limit: Option<Duration>,
    /// Whether a training of more than a second prints a line each second: not unless told otherwise.
    pub report_progress: bool,
    /// A time that several trainings have together: none unless it comes from [`Trainer::within`].
    pub budget: Option<Budget>,
}

impl Default for Trainer {
    fn default() -> Trainer {
        Trainer {
            method: Method::Bfgs,
            max_iterations: 200,
            gradient_tolerance: 1e-5,
            time_limit: Some(Duration::from_secs(60)),
            report_progress: false,
            budget: None,
        }
    }
}

impl Trainer {
    /// The same trainer for what is to take at most so many seconds, from now on: one training or many, cross-validations and learning
    /// curves. What has not begun by then comes back untrained, its termination the [time limit](crate::Termination::TimeLimit). What takes
    /// more than a second says each second how far it is, and how long it will take at most.
    ///
    /// # Errors
    ///
    /// When `seconds` is not a finite number above 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Method, Network, Scaler, Termination, Trainer, sleep_study};
    ///
    /// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
    /// let net = Network::random(&[2, 3, 1], 1)?;
    /// let patient = Trainer {
    ///     method: Method::GradientDescent { learning_rate: 1e-3 },
    ///     max_iterations: usize::MAX,
    ///     ..Trainer::default()
    /// };
    /// let timed = patient.within(0.1)?;
    /// let first = timed.train(&net, &data, None)?;
    /// assert_eq!(first.termination, Termination::TimeLimit);
    /// assert!(first.final_cost() < first.cost_history[0]);
    ///
    /// // the time is up for the second one, too
    /// let second = timed.train(&net, &data, None)?;
    /// assert_eq!((second.termination, second.iterations()), (Termination::TimeLimit, 0));
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn within(&self, seconds: f64) -> Result<Trainer> {
        let budget = Budget::of_seconds(seconds)?;
        Ok(Trainer { budget: Some(budget), report_progress: true, ..self.clone() })
    }

    /// When the time will be up; never, if it is so far off that the clock has no name for it.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let own = self.time_limit.and_then(|limit| Instant::now().checked_add(limit));
        let shared = self.budget.as_ref().and_then(Budget::until);
        own.into_iter().chain(shared).min()
    }

    /// What reports the progress of what begins now, if that is wanted.
    pub(super) fn progress(&self) -> Option<ProgressLines> {
        let lines = || self.budget.clone().unwrap_or_else(|| Budget::new(None));
        self.report_progress.then(|| ProgressLines::new(lines()))
    }

    pub(super) fn check(&self, net: &Network) -> Result<()> {
        let refuse = |name: &str, value: f64, expected: &str| Err(Error::out_of_range(name, value, expected));
        if let Some(learning_rate) = self.method.learning_rate()
            && !(learning_rate.is_finite() && learning_rate > 0.0)
        {
            return refuse("learning_rate", learning_rate, "a finite number above 0");
        }
        if let Method::Momentum { momentum, .. } = self.method
            && !(0.0..1.0).contains(&momentum)
        {
            return refuse("momentum", momentum, "a number from 0 to below 1");
        }
        if let Some((0, _)) = self.method.batches() {
            return Err(Error::count_out_of_range("batch_size", 0, "at least 1"));
        }
        if !(self.gradient_tolerance.is_finite() && self.gradient_tolerance >= 0.0) {
            return refuse("gradient_tolerance", self.gradient_tolerance, "a finite number, 0 or above");
        }
        if self.time_limit == Some(Duration::ZERO) {
            return Err(Error::unsuitable("time_limit", "0 s", "more than 0 s, or None"));
        }
        if self.method == Method::Bfgs && net.n_params() > MAX_BFGS_PARAMS {
            let expected = "at most 5000 for Method::Bfgs; gradient descent takes any number";
            return Err(Error::count_out_of_range("the number of parameters", net.n_params(), expected));
        }
        Ok(())
    }
}
