//! What the optimiser asks for: cost and gradient at a point, from one forward pass.

use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::machine::Instant;
use crate::model::Network;
use crate::model::engine::Engine;
use crate::model::product::contiguous;
use ndarray::Array1;
use std::cell::{Cell, Ref, RefCell};

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
    net: &'a Network,
    deadline: Option<Instant>,
    threads: usize,
    engine: RefCell<Engine<'a>>,
    /// Line searches ask for cost and gradient one after the other, and again once the step is accepted.
    latest: RefCell<Evaluation>,
    evaluations: Cell<usize>,
}

impl<'a> Objective<'a> {
    /// The objective, evaluated at the network's own parameters, for data that fit the network ([`Network::check_data`]).
    pub fn new(
        net: &'a Network,
        data: &'a Dataset,
        deadline: Option<Instant>,
        threads: usize,
    ) -> Result<Objective<'a>> {
        let mut engine = Engine::new(net, &data.x, &data.y, threads);
        let params = net.params();
        let gradient = Array1::zeros(params.len());
        let mut latest = Evaluation { params, cost: 0.0, data_cost: 0.0, gradient };
        latest.evaluate(&mut engine);
        let (engine, latest) = (RefCell::new(engine), RefCell::new(latest));
        Ok(Objective { net, deadline, threads, engine, latest, evaluations: Cell::new(1) })
    }

    /// Cost and gradient at `params`; the point that was asked for last costs nothing.
    pub fn at(&self, params: &Array1<f64>) -> std::result::Result<Ref<'_, Evaluation>, Interruption> {
        if self.latest.borrow().params != params {
            if self.is_out_of_time() {
                return Err(Interruption::OutOfTime);
            }
            let mut latest = self.latest.borrow_mut();
            latest.params.assign(params);
            latest.evaluate(&mut self.engine.borrow_mut());
            self.count_evaluation();
        }
        Ok(self.latest.borrow())
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
        let mut gradient = vec![0.0; params.len()];
        let mut engine = Engine::new(self.net, &batch.x, &batch.y, self.threads);
        engine.data_cost_and_gradient(contiguous(params), &mut gradient);
        self.count_evaluation();
        Ok(gradient.into())
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

impl Evaluation {
    /// Cost and gradient at `params`.
    fn evaluate(&mut self, engine: &mut Engine<'_>) {
        let params = contiguous(&self.params);
        let gradient = self.gradient.as_slice_mut().expect("a gradient is contiguous");
        self.data_cost = engine.data_cost_and_gradient(params, gradient);
        let cost = self.data_cost + engine.penalty(params);
        // NaN compares with nothing, and would pass through a line search unnoticed; infinity is higher than everything
        let is_finite = cost.is_finite() && gradient.iter().all(|slope| slope.is_finite());
        self.cost = if is_finite { cost } else { f64::INFINITY };
    }
}
