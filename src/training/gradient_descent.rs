//! Steps along gradients, of all examples or of a batch of them at a time.

use super::course::Course;
use super::objective::{Interruption, Objective};
use super::step::Step;
use super::training_run::Termination;
use crate::data::{Dataset, shuffle};
use ndarray::Array1;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Steps by the gradient of all examples.
pub(super) fn descend(
    objective: &Objective<'_>,
    mut params: Array1<f64>,
    step: &mut Step,
    course: &mut Course<'_>,
) -> Result<Termination, Interruption> {
    loop {
        let here = objective.at(&params)?;
        step.take(&mut params, &here.gradient);
        if let Some(reason) = course.record(&here) {
            return Ok(reason);
        }
    }
}

/// Steps by the gradients of batches; an iteration is an epoch, in which every example takes part once, in random order.
pub(super) fn descend_in_batches(
    objective: &Objective<'_>,
    mut params: Array1<f64>,
    step: &mut Step,
    batches: &mut Batches<'_>,
    course: &mut Course<'_>,
) -> Result<Termination, Interruption> {
    loop {
        if let Some(reason) = course.record(&*objective.at(&params)?) {
            return Ok(reason);
        }
        for batch in batches.of_an_epoch() {
            let gradient = objective.gradient_on(&batch, &params)?;
            step.take(&mut params, &gradient);
        }
    }
}

/// Deals out a dataset in batches, in another order each epoch.
pub(super) struct Batches<'a> {
    data: &'a Dataset,
    size: usize,
    order: Vec<usize>,
    generator: ChaCha8Rng,
}

impl<'a> Batches<'a> {
    pub fn new(data: &'a Dataset, size: usize, seed: u64) -> Batches<'a> {
        let generator = ChaCha8Rng::seed_from_u64(seed);
        Batches { data, size, order: (0..data.len()).collect(), generator }
    }

    fn of_an_epoch(&mut self) -> impl Iterator<Item = Dataset> {
        shuffle(&mut self.order, &mut self.generator);
        self.order.chunks(self.size).map(|rows| self.data.rows(rows))
    }
}
