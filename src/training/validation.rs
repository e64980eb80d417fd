//! Validation: how well a training does on examples it has not seen, without touching the test data.

use super::median::median;
use super::train_many::{Job, check_seeds};
use super::trainer::Trainer;
use super::training_run::{Termination, TrainingRun};
use crate::data::{Dataset, Scaler, shuffle};
use crate::error::{Error, Result};
use crate::model::Network;
use crate::text::{count, number};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::fmt;
use std::ops::Range;

/// One way to divide a dataset: examples to train on, and the others to validate with.
///
/// # Examples
///
/// ```
/// use demystified::{leave_one_out, sleep_study_train};
///
/// let folds = leave_one_out(&sleep_study_train())?;
/// assert_eq!(folds[2].validation.x.row(0).to_vec(), [10.0, 2.0]);
/// // the largest hours of sleep left to train on are 6
/// assert_eq!(folds[2].scaled(100.0)?.validation.x[[0, 0]], 10.0 / 6.0);
/// # Ok::<(), demystified::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    /// The examples to train on.
    pub train: Dataset,
    /// The examples left out.
    pub validation: Dataset,
}

impl Fold {
    /// Both parts, scaled by [`Scaler::fit`] of the training part: the examples left out must not have a say in the scale.
    ///
    /// # Errors
    ///
    /// Those of [`Scaler::fit`].
    pub fn scaled(&self, max_score: f64) -> Result<Fold> {
        let scaler = Scaler::fit(&self.train, max_score)?;
        Ok(Fold { train: scaler.transform(&self.train)?, validation: scaler.transform(&self.validation)? })
    }
}

/// Divides a dataset k times, so that every example is left out exactly once; which ones together is drawn at random.
///
/// The parts left out differ in size by one example at most. The folds hold the data as it is; give raw data, and scale each
/// fold by [`Fold::scaled`].
///
/// # Errors
///
/// When k is not from 2 to the number of examples, or the dataset is not valid.
///
/// # Examples
///
/// ```
/// use demystified::{k_fold, synthetic_study};
///
/// let folds = k_fold(&synthetic_study(10, 3.0, 1)?, 3, 1)?;
/// let sizes: Vec<(usize, usize)> = folds.iter().map(|fold| (fold.train.len(), fold.validation.len())).collect();
/// assert_eq!(sizes, [(6, 4), (7, 3), (7, 3)]);
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn k_fold(dataset: &Dataset, k: usize, seed: u64) -> Result<Vec<Fold>> {
    check_divisible(dataset)?;
    if !(2..=dataset.len()).contains(&k) {
        let expected = format!("2 to {}, the number of examples", dataset.len());
        return Err(Error::count_out_of_range("k", k, expected));
    }
    let mut order: Vec<usize> = (0..dataset.len()).collect();
    shuffle(&mut order, &mut ChaCha8Rng::seed_from_u64(seed));
    Ok(deal(dataset, &order, k))
}

/// Divides a dataset as many times as it has examples, each time leaving out one, in their order.
///
/// # Errors
///
/// When there are fewer than 2 examples, or the dataset is not valid.
///
/// # Examples
///
/// See [`Fold`].
pub fn leave_one_out(dataset: &Dataset) -> Result<Vec<Fold>> {
    check_divisible(dataset)?;
    let order: Vec<usize> = (0..dataset.len()).collect();
    Ok(deal(dataset, &order, dataset.len()))
}

fn check_divisible(dataset: &Dataset) -> Result<()> {
    dataset.check()?;
    if dataset.len() < 2 {
        let found = count(dataset.len(), "example");
        return Err(Error::unsuitable("dataset", found, "at least 2 examples"));
    }
    Ok(())
}

/// Deals the examples in this order to k parts in turn; each is left out once.
fn deal(dataset: &Dataset, order: &[usize], k: usize) -> Vec<Fold> {
    let part = |wanted: &dyn Fn(usize) -> bool| {
        let mut rows: Vec<usize> =
            order.iter().enumerate().filter(|(i, _)| wanted(i % k)).map(|(_, &row)| row).collect();
        rows.sort_unstable();
        dataset.rows(&rows)
    };
    (0..k)
        .map(|left_out| Fold { train: part(&|i| i != left_out), validation: part(&|i| i == left_out) })
        .collect()
}

/// What [`Trainer::cross_validate`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossValidation {
    /// The validation cost: the median of `seed_costs`. It never contains the penalty.
    pub cost: f64,
    /// For each seed, the mean over the folds of the cost of the examples left out.
    pub seed_costs: Vec<f64>,
    /// The cost of the examples that were trained on, computed in the same way: for each seed the mean over the folds, then the median.
    pub train_cost: f64,
    /// How many of the trainings ended for want of time.
    pub out_of_time: usize,
}

impl fmt::Display for CrossValidation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seeds = count(self.seed_costs.len(), "seed");
        write!(f, "The validation cost is {}, the median over {seeds}", number(self.cost))?;
        if self.out_of_time > 0 {
            write!(f, "; {} ended for want of time", count(self.out_of_time, "training"))?;
        }
        f.write_str(".")
    }
}

impl Trainer {
    /// Trains from a random start for every seed and fold, on all cores, and judges each network by the examples left out.
    ///
    /// The folds are taken as they are: scale them first ([`Fold::scaled`]). The starts and the time limit are those of
    /// [`Trainer::train_many`]. To choose λ, do this for several networks that differ in their cost, and take the λ with the
    /// lowest validation cost; the test data then still says what to expect.
    ///
    /// # Errors
    ///
    /// As [`Trainer::train_many`], and when there are no folds.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Cost, Fold, Network, Trainer, leave_one_out, sleep_study_train};
    ///
    /// let folds: Vec<Fold> =
    ///     leave_one_out(&sleep_study_train())?.iter().map(|fold| fold.scaled(100.0)).collect::<Result<_, _>>()?;
    /// let cost_with = |lambda: f64| {
    ///     let net = Network::random(&[2, 3, 1], 0)?.with_cost(Cost::mean_squares(lambda)?);
    ///     Ok(Trainer::default().cross_validate(&net, &folds, 0..10)?.cost)
    /// };
    /// assert!(cost_with(1e-3)? < cost_with(1.0)?);
    ///
    /// // what was trained on is met better than what was left out
    /// let net = Network::random(&[2, 3, 1], 0)?.with_cost(Cost::mean_squares(1e-4)?);
    /// let found = Trainer::default().cross_validate(&net, &folds, 0..10)?;
    /// assert!(found.train_cost < 0.1 * found.cost);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn cross_validate(
        &self,
        net: &Network,
        folds: &[Fold],
        seeds: Range<u64>,
    ) -> Result<CrossValidation> {
        check_seeds(&seeds)?;
        if folds.is_empty() {
            return Err(Error::empty("folds", "at least one fold"));
        }
        let jobs = seeds.flat_map(|seed| {
            folds.iter().map(move |fold| Job {
                start: net.with_random_params(seed),
                train: &fold.train,
                test: Some(&fold.validation),
            })
        });
        let runs = self.run_all(jobs.collect(), crate::machine::available_threads())?;
        let mean_of_folds = |cost: fn(&TrainingRun) -> f64| -> Vec<f64> {
            let seeds = runs.chunks(folds.len());
            seeds.map(|runs| runs.iter().map(cost).sum::<f64>() / folds.len() as f64).collect()
        };
        let seed_costs = mean_of_folds(TrainingRun::final_test_cost);
        let train_cost = median(&mean_of_folds(TrainingRun::final_train_data_cost));
        let out_of_time = runs.iter().filter(|run| run.termination == Termination::TimeLimit).count();
        Ok(CrossValidation { cost: median(&seed_costs), seed_costs, train_cost, out_of_time })
    }
}
