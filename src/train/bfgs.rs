//! BFGS, by the library basin.

use super::course::Course;
use super::objective::{Interruption, Objective};
use super::run::Termination;
use basin::{Bfgs, CostFunction, Executor, FirstOrderState, Gradient, StepOutcome};
use ndarray::Array1;

impl CostFunction for &Objective<'_> {
    type Param = Array1<f64>;
    type Output = f64;
    type Error = Interruption;

    fn cost(&self, params: &Array1<f64>) -> Result<f64, Interruption> {
        Ok(self.at(params)?.cost)
    }
}

impl Gradient for &Objective<'_> {
    type Gradient = Array1<f64>;

    fn gradient(&self, params: &Array1<f64>) -> Result<Array1<f64>, Interruption> {
        Ok(self.at(params)?.gradient)
    }

    fn cost_and_gradient(&self, params: &Array1<f64>) -> Result<(f64, Array1<f64>), Interruption> {
        let evaluation = self.at(params)?;
        Ok((evaluation.cost, evaluation.gradient))
    }
}

/// Steps until the course says why to stop, or the line search finds no lower point.
pub(super) fn descend(
    objective: &Objective<'_>,
    start: Array1<f64>,
    course: &mut Course<'_>,
) -> Result<Termination, Interruption> {
    if let Some(reason) = course.record(objective.at(&start)?)? {
        return Ok(reason);
    }
    // the course counts the iterations, and measures the gradient by its largest entry, which basin does not offer
    let executor = Executor::new(objective, Bfgs::new(), FirstOrderState::new(start)).max_iter(u64::MAX);
    let mut stepper = executor.into_stepper()?;
    loop {
        if let StepOutcome::Stopped(_) = stepper.step()? {
            return Ok(Termination::Stalled);
        }
        let (params, ..) = stepper.state().current().expect("basin evaluates every point it moves to");
        if let Some(reason) = course.record(objective.at(params)?)? {
            return Ok(reason);
        }
    }
}
