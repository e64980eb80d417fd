//! The course of a training: what is noted at every iteration, and when it ends.

use super::objective::Evaluation;
use super::progress_lines::ProgressLines;
use super::trainer::Trainer;
use super::training_run::Termination;
use crate::data::Dataset;
use crate::machine::Instant;
use crate::model::Network;
use crate::model::engine::Engine;
use crate::model::product::contiguous;
use crate::text::number;
use std::time::Duration;

/// A cost this many times that before training will not come down again.
const HOPELESS: f64 = 1e6;

/// Keeps the histories and the last good parameters, and decides when to stop.
pub(super) struct Course<'a> {
    trainer: &'a Trainer,
    /// For the test cost; carries the parameters noted last.
    pub net: Network,
    test: Option<Engine<'a>>,
    started: Instant,
    deadline: Option<Instant>,
    progress: Option<ProgressLines>,
    pub cost_history: Vec<f64>,
    pub train_data_cost_history: Vec<f64>,
    pub test_cost_history: Vec<f64>,
}

impl<'a> Course<'a> {
    pub fn new(
        trainer: &'a Trainer,
        net: &'a Network,
        test: Option<&'a Dataset>,
        deadline: Option<Instant>,
        progress: Option<ProgressLines>,
        threads: usize,
    ) -> Course<'a> {
        let test = test.map(|test| Engine::new(net, &test.x, &test.y, threads));
        Course {
            trainer,
            net: net.clone(),
            test,
            started: Instant::now(),
            deadline,
            progress,
            cost_history: Vec::new(),
            train_data_cost_history: Vec::new(),
            test_cost_history: Vec::new(),
        }
    }

    /// Notes where the training has come to, the start included, and says why it must end here, if it must.
    ///
    /// A point that is no good is not noted: the last good one stays.
    pub fn record(&mut self, here: &Evaluation) -> Option<Termination> {
        let start_cost = self.cost_history.first().copied().unwrap_or(here.cost);
        if !here.cost.is_finite() || here.cost > HOPELESS * start_cost {
            return self.diverged(here);
        }
        self.note(here);
        let iterations = self.cost_history.len() - 1;
        let norm = here.gradient_norm();
        let out_of_time = self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        let reason = if norm <= self.trainer.gradient_tolerance {
            // large steps can end where every sigmoid is saturated: flat, and no lower than the start
            let is_lower = here.cost <= start_cost;
            Some(if is_lower { Termination::GradientTolerance } else { Termination::Diverged })
        } else if iterations >= self.trainer.max_iterations {
            Some(Termination::MaxIterations)
        } else if out_of_time {
            Some(Termination::TimeLimit)
        } else {
            None
        };
        if reason.is_none() {
            self.report(iterations, here.cost, norm);
        }
        reason
    }

    /// The very first point must be noted even when it is no good, for there is no other.
    fn diverged(&mut self, here: &Evaluation) -> Option<Termination> {
        if self.cost_history.is_empty() {
            self.note(here);
        }
        Some(Termination::Diverged)
    }

    fn note(&mut self, here: &Evaluation) {
        self.net.set_params(&here.params);
        self.cost_history.push(here.cost);
        self.train_data_cost_history.push(here.data_cost);
        if let Some(test) = &mut self.test {
            self.test_cost_history.push(test.data_cost(contiguous(&here.params)));
        }
    }

    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn report(&mut self, iterations: usize, cost: f64, norm: f64) {
        let (total, deadline) = (self.trainer.max_iterations, self.deadline);
        if let Some(progress) = &self.progress {
            progress.report(iterations, total, deadline, || {
                let (cost, norm) = (number(cost), number(norm));
                format!("iteration {iterations} of {total}: cost {cost}, gradient {norm}")
            });
        }
    }
}
