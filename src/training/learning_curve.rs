//! The learning curve: what more data is worth.

use super::median::median;
use super::train_many::{Job, check_seeds};
use super::trainer::Trainer;
use super::training_run::{Termination, TrainingRun};
use crate::data::{Dataset, shuffle};
use crate::error::{Error, Result};
use crate::machine::available_threads;
use crate::model::Network;
use crate::text::count;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use std::fmt;
use std::ops::Range;

/// Cost of the training data and of the test data after training with more and more examples.
#[derive(Clone, Debug, PartialEq)]
pub struct LearningCurve {
    /// How many examples there were to train on.
    pub sizes: Vec<usize>,
    /// For each size, the cost of these examples, without the penalty: the median over the seeds.
    pub train_cost: Vec<f64>,
    /// For each size, the cost of the test data, without the penalty: the median over the seeds.
    pub test_cost: Vec<f64>,
    /// For each size, how many of the trainings were cut off by [`Trainer::max_iterations`].
    pub cut_off: Vec<usize>,
    /// How many of the trainings ended for want of time.
    pub out_of_time: usize,
}

impl fmt::Display for LearningCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes: Vec<String> = self.sizes.iter().map(usize::to_string).collect();
        write!(f, "Median cost after training with {} examples", sizes.join(", "))?;
        if self.out_of_time > 0 {
            write!(f, "; {} ended for want of time", count(self.out_of_time, "training"))?;
        }
        Ok(())
    }
}

/// Trains with some of the examples of `train_pool`, in each of the `sizes`, and judges by all of `test`.
///
/// For each seed the examples are drawn anew, a larger size containing the smaller, and the weights start from
/// [`Network::with_random_params`]. Give scaled data, and a network with [`Cost::MeanSquares`](crate::Cost::MeanSquares) or
/// `CrossEntropy`: those are means, so that different numbers of examples compare; `SumOfSquares` grows with their number. The
/// time limit holds for the whole call.
///
/// # Errors
///
/// As [`Trainer::train_many`]; when there are no sizes, or one is not from 1 to the number of examples in the pool.
///
/// # Examples
///
/// ```
/// use demystified::{Cost, Network, Scaler, Trainer, learning_curve, synthetic_study};
///
/// let pool = synthetic_study(100, 4.0, 1)?;
/// let scaler = Scaler::fit(&pool, 100.0)?;
/// let (pool, test) = (scaler.transform(&pool)?, scaler.transform(&synthetic_study(100, 4.0, 2)?)?);
/// let net = Network::random(&[2, 3, 1], 0)?.with_bias().with_cost(Cost::mean_squares(0.0)?);
/// let curve = learning_curve(&Trainer::default(), &net, &pool, &test, &[5, 100], 0..10)?;
/// assert!(curve.test_cost[1] < curve.test_cost[0]);     // more data helps
/// assert!(curve.train_cost[1] > curve.train_cost[0]);   // few examples are easy to fit
/// let brief = Trainer { max_iterations: 3, ..Trainer::default() };
/// assert_eq!(learning_curve(&brief, &net, &pool, &test, &[5, 100], 0..10)?.cut_off, [10, 10]);
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn learning_curve(
    trainer: &Trainer,
    net: &Network,
    train_pool: &Dataset,
    test: &Dataset,
    sizes: &[usize],
    seeds: Range<u64>,
) -> Result<LearningCurve> {
    check_seeds(&seeds)?;
    train_pool.check().map_err(|error| error.of("the pool's"))?;
    check_sizes(sizes, train_pool.len())?;
    let n_seeds = (seeds.end - seeds.start) as usize;
    // the smallest first: if time runs out, the large sizes are the ones that lack
    let subsets: Vec<(u64, Dataset)> = sizes
        .iter()
        .flat_map(|&size| seeds.clone().map(move |seed| (seed, draw(train_pool, size, seed))))
        .collect();
    let jobs = subsets
        .iter()
        .map(|(seed, train)| Job { start: net.with_random_params(*seed), train, test: Some(test) })
        .collect();
    let runs = trainer.run_all(jobs, available_threads())?;
    let medians = |cost: fn(&TrainingRun) -> f64| {
        runs.chunks(n_seeds).map(|runs| median(&runs.iter().map(cost).collect::<Vec<_>>())).collect()
    };
    Ok(LearningCurve {
        sizes: sizes.to_vec(),
        train_cost: medians(|run| run.final_train_data_cost()),
        test_cost: medians(|run| run.final_test_cost()),
        cut_off: runs.chunks(n_seeds).map(|runs| ended(runs, Termination::MaxIterations)).collect(),
        out_of_time: ended(&runs, Termination::TimeLimit),
    })
}

fn ended(runs: &[TrainingRun], termination: Termination) -> usize {
    runs.iter().filter(|run| run.termination == termination).count()
}

/// The first `size` examples in the random order of this seed.
fn draw(pool: &Dataset, size: usize, seed: u64) -> Dataset {
    let mut order: Vec<usize> = (0..pool.len()).collect();
    shuffle(&mut order, &mut ChaCha8Rng::seed_from_u64(seed));
    pool.rows(&order[..size])
}

fn check_sizes(sizes: &[usize], n_examples: usize) -> Result<()> {
    if sizes.is_empty() {
        return Err(Error::empty("sizes", "at least one number of examples"));
    }
    match sizes.iter().position(|size| !(1..=n_examples).contains(size)) {
        Some(i) => Err(Error::count_out_of_range(
            format!("sizes[{i}]"),
            sizes[i],
            format!("1 to {n_examples}, the number of examples in the pool"),
        )),
        None => Ok(()),
    }
}
