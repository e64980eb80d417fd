//! A step: what becomes of the parameters when their gradient is known.

use super::trainer::Method;
use ndarray::{Array1, Zip};

/// How much of the mean of the slopes, and of that of their squares, Adam keeps at each step: its authors' choice.
const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
/// Keeps Adam from dividing by 0.
const EPSILON: f64 = 1e-8;

/// The rule for a step, and what it remembers of the steps before.
pub(super) enum Step {
    Plain { learning_rate: f64 },
    Momentum { learning_rate: f64, momentum: f64, velocity: Array1<f64> },
    Adam { learning_rate: f64, memory: AdamMemory },
}

/// Running means of the slopes and of their squares, and how much of the start, 0, is still in them.
pub(super) struct AdamMemory {
    mean: Array1<f64>,
    mean_square: Array1<f64>,
    start_in_mean: f64,
    start_in_mean_square: f64,
}

impl Step {
    /// The first step of a method, for so many parameters; none for BFGS, whose steps are not made of a gradient alone.
    pub fn first(method: &Method, n_params: usize) -> Option<Step> {
        match *method {
            Method::Bfgs => None,
            Method::GradientDescent { learning_rate }
            | Method::StochasticGradientDescent { learning_rate, .. } => Some(Step::Plain { learning_rate }),
            Method::Momentum { learning_rate, momentum, .. } => {
                Some(Step::Momentum { learning_rate, momentum, velocity: Array1::zeros(n_params) })
            }
            Method::Adam { learning_rate, .. } => {
                let (mean, mean_square) = (Array1::zeros(n_params), Array1::zeros(n_params));
                let memory = AdamMemory { mean, mean_square, start_in_mean: 1.0, start_in_mean_square: 1.0 };
                Some(Step::Adam { learning_rate, memory })
            }
        }
    }

    /// Takes the step.
    pub fn take(&mut self, params: &mut Array1<f64>, gradient: &Array1<f64>) {
        match self {
            Step::Plain { learning_rate } => params.scaled_add(-*learning_rate, gradient),
            Step::Momentum { learning_rate, momentum, velocity } => {
                // as values: behind references they would be read anew for each parameter
                let (learning_rate, momentum) = (*learning_rate, *momentum);
                Zip::from(params).and(velocity).and(gradient).for_each(|p, v, &g| {
                    *v = momentum * *v - learning_rate * g;
                    *p += *v;
                });
            }
            Step::Adam { learning_rate, memory } => memory.take(params, gradient, *learning_rate),
        }
    }
}

impl AdamMemory {
    fn take(&mut self, params: &mut Array1<f64>, gradient: &Array1<f64>, learning_rate: f64) {
        self.start_in_mean *= BETA1;
        self.start_in_mean_square *= BETA2;
        let (known, known_square) = (1.0 - self.start_in_mean, 1.0 - self.start_in_mean_square);
        Zip::from(params).and(&mut self.mean).and(&mut self.mean_square).and(gradient).for_each(
            |p, mean, mean_square, &g| {
                *mean = BETA1 * *mean + (1.0 - BETA1) * g;
                *mean_square = BETA2 * *mean_square + (1.0 - BETA2) * g * g;
                *p -= learning_rate * (*mean / known) / ((*mean_square / known_square).sqrt() + EPSILON);
            },
        );
    }
}
