//! What the optimiser asks for: cost and gradient at a point, from one forward pass.

use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::network::Network;
use ndarray::Array1;
use std::cell::{Cell, RefCell};
use std::time::Instant;

/// Cost and gradient at one point of the space of parameters.
#[derive(Clone, Debug)]
pub(super) struct Evaluation {
    pub params: Array1<f64>,
    /// J, penalty included. Infinite where J or a slope is not a finite number.
    pub cost: f64,
    /// J without the penalty.
    pub data_cost: f64,
    /// dJ/dparams.
    pub gradient: Array1<f64>,
}

impl Evaluation {
    /// The largest slope in size.
    pub fn gradient_norm(&self) -> f64 {
        self.gradient.iter().fold(0.0, |max, slope| slope.abs().max(max))
    }
}

/// Why there is no evaluation.
#[derive(Debug)]
pub(super) enum Interruption {
    /// The time limit has passed.
    OutOfTime,
    /// The network and the data do not fit.
    Failed(Error),
}

impl From<Error> for Interruption {
    fn from(error: Error) -> Interruption {
        Interruption::Failed(error)
    }
}

/// The cost of a network on some data, as a function of its parameters.
pub(super) struct Objective<'a> {
    data: &'a Dataset,
    deadline: Option<Instant>,
    /// Its parameters are overwritten by every evaluation.
    net: RefCell<Network>,
    /// Line searches ask for cost and gradient one after the other, and again once the step is accepted.
    latest: RefCell<Evaluation>,
    evaluations: Cell<usize>,
}

impl<'a> Objective<'a> {
    /// The objective, evaluated at the network's own parameters.
    pub fn new(net: &Network, data: &'a Dataset, deadline: Option<Instant>) -> Result<Objective<'a>> {
        let latest = RefCell::new(evaluate(net, data, net.params())?);
        Ok(Objective { data, deadline, net: RefCell::new(net.clone()), latest, evaluations: Cell::new(1) })
    }

    /// Cost and gradient at `params`; the point that was asked for last costs nothing.
    pub fn at(&self, params: &Array1<f64>) -> std::result::Result<Evaluation, Interruption> {
        if self.latest.borrow().params != params {
            if self.is_out_of_time() {
                return Err(Interruption::OutOfTime);
            }
            let mut net = self.net.borrow_mut();
            net.set_params(params);
            *self.latest.borrow_mut() = evaluate(&net, self.data, params.clone())?;
            self.count_evaluation();
        }
        Ok(self.latest.borrow().clone())
    }

    /// The gradient of the same cost on other data, such as a batch.
    pub fn gradient_on(
        &self,
        batch: &Dataset,
        params: &Array1<f64>,
    ) -> std::result::Result<Array1<f64>, Interruption> {
        if self.is_out_of_time() {
            return Err(Interruption::OutOfTime);
        }
        let mut net = self.net.borrow_mut();
        net.set_params(params);
        self.count_evaluation();
        Ok(net.gradients(&batch.x, &batch.y)?.to_vector())
    }

    /// How many pairs of a forward and a backward pass there have been, of all the data or a batch.
    pub fn evaluations(&self) -> usize {
        self.evaluations.get()
    }

    pub fn is_out_of_time(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    fn count_evaluation(&self) {
        self.evaluations.set(self.evaluations.get() + 1);
    }
}

fn evaluate(net: &Network, data: &Dataset, params: Array1<f64>) -> Result<Evaluation> {
    let pass = net.forward(&data.x)?;
    let data_cost = net.data_cost_of(&pass, &data.y)?;
    let gradient = net.gradients_of(&pass, &data.y)?.to_vector();
    let cost = data_cost + net.penalty();
    // NaN compares with nothing, and would pass through a line search unnoticed; infinity is higher than everything
    let is_finite = cost.is_finite() && gradient.iter().all(|slope| slope.is_finite());
    Ok(Evaluation { params, cost: if is_finite { cost } else { f64::INFINITY }, data_cost, gradient })
}
