//! What the notebooks have in common: their data, scaled, and their trainings.

use demystified::{
    Cost, Dataset, Network, Scaler, Trainer, TrainingRun, sleep_study, sleep_study_test, sleep_study_train,
    synthetic_study, true_score,
};
use ndarray::Array2;

/// A cost below this is a fit.
pub(crate) const FIT: f64 = 1e-6;

/// The three nights of Parts 1 to 6.
pub(crate) fn three() -> Dataset {
    let study = sleep_study();
    Scaler::fit(&study, 100.0).and_then(|scaler| scaler.transform(&study)).unwrap()
}

/// The four nights of Part 7, and its test nights on their scale.
pub(crate) fn four_and_test() -> (Dataset, Dataset) {
    let scaler = Scaler::fit(&sleep_study_train(), 100.0).unwrap();
    (scaler.transform(&sleep_study_train()).unwrap(), scaler.transform(&sleep_study_test()).unwrap())
}

/// The series' network, from the weights of a seed.
pub(crate) fn series(seed: u64) -> Network {
    Network::random(&[2, 3, 1], seed).unwrap()
}

pub(crate) fn means(lambda: f64) -> Cost {
    Cost::MeanSquares { lambda }
}

/// The default trainer without its limit of time: a conclusion must not depend on how busy the machine is.
pub(crate) fn unhurried() -> Trainer {
    Trainer { time_limit: None, ..Trainer::default() }
}

/// Training to the end: a fine tolerance, and as many steps as it takes.
pub(crate) fn to_the_end() -> Trainer {
    Trainer { max_iterations: 3000, gradient_tolerance: 1e-7, ..unhurried() }
}

pub(crate) fn train(trainer: &Trainer, net: &Network, data: &Dataset) -> TrainingRun {
    trainer.train(net, data, None).unwrap()
}

pub(crate) fn train_many(
    trainer: &Trainer,
    net: &Network,
    seeds: std::ops::Range<u64>,
    data: &Dataset,
) -> Vec<TrainingRun> {
    trainer.train_many(net, seeds, data, None).unwrap()
}

/// Invented students to learn from and to judge by, on the scale of the first; and what the true scores cost with these judges.
pub(crate) struct Class {
    pub(crate) students: Dataset,
    pub(crate) judges: Dataset,
    pub(crate) truth: f64,
}

/// A new draw for every seed.
pub(crate) fn class(students: usize, seed: u64) -> Class {
    let drawn = synthetic_study(students, 5.0, seed).unwrap();
    let scaler = Scaler::fit(&drawn, 100.0).unwrap();
    let others = synthetic_study(500, 5.0, seed + 1_000_000).unwrap();
    let judges = scaler.transform(&others).unwrap();
    let luckless =
        Array2::from_shape_fn((500, 1), |(i, _)| true_score(others.x[[i, 0]], others.x[[i, 1]]) / 100.0);
    let truth = 0.5 * (&judges.y - &luckless).pow2().sum() / 500.0;
    Class { students: scaler.transform(&drawn).unwrap(), judges, truth }
}
