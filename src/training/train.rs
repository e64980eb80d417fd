//! A training: from the network before it to the run that it leaves behind.

use super::bfgs;
use super::course::Course;
use super::gradient_descent::{self, Batches};
use super::objective::{Interruption, Objective};
use super::progress_lines::ProgressLines;
use super::step::Step;
use super::trainer::Trainer;
use super::training_run::{Termination, TrainingRun};
use crate::data::Dataset;
use crate::error::Result;
use crate::machine::{Instant, available_threads};
use crate::model::Network;

impl Trainer {
    /// Trains a network on `train`, and follows its cost on `test` as well if there is test data. `net` itself stays as it is.
    ///
    /// # Shapes
    ///
    /// x of both datasets is examples × inputs of the network, y is examples × outputs; the numbers of examples may differ.
    ///
    /// # Errors
    ///
    /// Those of [`Network::cost`] for either dataset; when the learning rate or the time limit is not above 0, the batch size is
    /// 0, the momentum is not from 0 to below 1, the tolerance is negative, or one of them is NaN or infinite; when BFGS is to train
    /// more than 5000 parameters.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Cost, Network, Scaler, Trainer, sleep_study_test, sleep_study_train};
    ///
    /// let scaler = Scaler::fit(&sleep_study_train(), 100.0)?;
    /// let (train, test) = (scaler.transform(&sleep_study_train())?, scaler.transform(&sleep_study_test())?);
    /// let net = Network::random(&[2, 3, 1], 1)?.with_cost(Cost::mean_squares(1e-4)?);
    /// let run = Trainer::default().train(&net, &train, Some(&test))?;
    /// assert_eq!(run.test_cost_history.len(), run.cost_history.len());
    /// assert_eq!(run.test_cost_history.last(), Some(&run.network.data_cost(&test.x, &test.y)?));
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn train(&self, net: &Network, train: &Dataset, test: Option<&Dataset>) -> Result<TrainingRun> {
        self.run(net, train, test, self.deadline(), self.progress(), available_threads())
    }

    /// [`Trainer::train`] with a deadline in place of the time limit.
    pub(super) fn run(
        &self,
        net: &Network,
        train: &Dataset,
        test: Option<&Dataset>,
        deadline: Option<Instant>,
        progress: Option<ProgressLines>,
        threads: usize,
    ) -> Result<TrainingRun> {
        self.check(net)?;
        // the training data first, so that what is wrong with the network is not said of the test data
        net.check_data(&train.x, &train.y)?;
        if let Some(test) = test {
            net.check_data(&test.x, &test.y).map_err(|error| error.of("the test data's"))?;
        }
        let mut course = Course::new(self, net, test, deadline, progress, threads);
        let objective = Objective::new(net, train, deadline, threads)?;
        let outcome = match Step::first(&self.method, net.n_params()) {
            None => bfgs::descend(&objective, net.params(), &mut course),
            Some(mut step) => match self.method.batches() {
                Some((size, seed)) if size < train.len() => {
                    let mut batches = Batches::new(train, size, seed);
                    gradient_descent::descend_in_batches(
                        &objective,
                        net.params(),
                        &mut step,
                        &mut batches,
                        &mut course,
                    )
                }
                _ => gradient_descent::descend(&objective, net.params(), &mut step, &mut course),
            },
        };
        let termination = match outcome {
            Ok(termination) => termination,
            Err(Interruption::OutOfTime) => Termination::TimeLimit,
            Err(Interruption::Failed(error)) => return Err(error),
        };
        Ok(TrainingRun {
            evaluations: objective.evaluations(),
            termination,
            elapsed: course.elapsed(),
            network: course.net,
            cost_history: course.cost_history,
            train_data_cost_history: course.train_data_cost_history,
            test_cost_history: course.test_cost_history,
        })
    }
}
