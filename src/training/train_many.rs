//! The same training from many random starts, on all cores.

use super::progress_lines::ProgressLines;
use super::trainer::Trainer;
use super::training_run::TrainingRun;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::machine::{HAS_THREADS, available_threads};
use crate::model::Network;
use crate::text::count;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// More seeds than this are taken for a slip of the keyboard.
const MAX_SEEDS: u64 = 1_000_000;

/// How often it is looked whether a line is to be printed.
const TICK: Duration = Duration::from_millis(100);

/// One training: where it starts, and its data.
pub(crate) struct Job<'a> {
    pub start: Network,
    pub train: &'a Dataset,
    pub test: Option<&'a Dataset>,
}

impl Trainer {
    /// Trains from many random starts, on all cores: a run for each seed, in the order of the seeds.
    ///
    /// The start for a seed is [`Network::with_random_params`] of `net`. The results are the same for any number of cores,
    /// unless the time limit is hit; it holds for the whole call here, and what has not begun by then is returned untrained.
    ///
    /// # Errors
    ///
    /// As [`Trainer::train`], and when `seeds` is empty or holds more than 1 000 000.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Network, Scaler, Trainer, sleep_study};
    ///
    /// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
    /// let net = Network::random(&[2, 3, 1], 0)?;
    /// let runs = Trainer::default().train_many(&net, 0..20, &data, None)?;
    /// assert_eq!(runs.len(), 20);
    /// let solved = runs.iter().filter(|run| run.final_cost() < 1e-6).count();
    /// assert!(solved >= 15);
    ///
    /// let alone = Trainer::default().train(&net.with_random_params(7), &data, None)?;
    /// assert_eq!(runs[7].network, alone.network);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn train_many(
        &self,
        net: &Network,
        seeds: Range<u64>,
        train: &Dataset,
        test: Option<&Dataset>,
    ) -> Result<Vec<TrainingRun>> {
        check_seeds(&seeds)?;
        let jobs = seeds.map(|seed| Job { start: net.with_random_params(seed), train, test }).collect();
        self.run_all(jobs, available_threads())
    }

    /// Trains each of these networks as it is, on all cores: a run for each, in their order. Otherwise as [`Trainer::train_many`].
    ///
    /// For starts of your own, such as those of [`Network::random_scaled`]; the networks may also differ in their layers and their cost.
    ///
    /// # Errors
    ///
    /// As [`Trainer::train`], and when there is no network.
    ///
    /// # Examples
    ///
    /// ```
    /// use demystified::{Network, Scaler, Trainer, sleep_study};
    ///
    /// let data = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;
    /// let starts = [Network::random_scaled(&[2, 3, 1], 1)?, Network::random_scaled(&[2, 9, 1], 1)?];
    /// let runs = Trainer::default().train_each(&starts, &data, None)?;
    /// assert_eq!(runs.len(), 2);
    /// assert_eq!(runs[1].network, Trainer::default().train(&starts[1], &data, None)?.network);
    /// # Ok::<(), demystified::Error>(())
    /// ```
    pub fn train_each(
        &self,
        starts: &[Network],
        train: &Dataset,
        test: Option<&Dataset>,
    ) -> Result<Vec<TrainingRun>> {
        if starts.is_empty() {
            return Err(Error::empty("starts", "at least one network"));
        }
        let jobs = starts.iter().map(|start| Job { start: start.clone(), train, test }).collect();
        self.run_all(jobs, available_threads())
    }

    /// Does all jobs, in parallel, and returns their runs in the same order.
    pub(crate) fn run_all(&self, jobs: Vec<Job<'_>>, threads: usize) -> Result<Vec<TrainingRun>> {
        let deadline = self.deadline();
        let threads_each = threads.div_ceil(jobs.len().max(1));
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let (progress, is_over) = (self.progress(), AtomicBool::new(false));
        let report = |progress: &ProgressLines| {
            let (done, total) = (done.load(Ordering::Relaxed), jobs.len());
            if done < total {
                let line = || format!("{done} of {} done", count(total, "training"));
                progress.report(done, total, deadline, line);
            }
        };
        let work = || {
            let mut runs = Vec::new();
            while let Some((i, job)) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, jobs.get(i)?)))
            {
                runs.push((i, self.run(&job.start, job.train, job.test, deadline, None, threads_each)));
                done.fetch_add(1, Ordering::Relaxed);
                if let (false, Some(progress)) = (HAS_THREADS, &progress) {
                    report(progress);
                }
            }
            runs
        };
        // beside the work, since the first training alone may take long
        let keep_reporting = |progress: &ProgressLines| {
            while !is_over.load(Ordering::Relaxed) {
                std::thread::park_timeout(TICK);
                report(progress);
            }
        };
        let in_threads = || {
            std::thread::scope(|scope| {
                let reporter = progress.as_ref().map(|progress| scope.spawn(|| keep_reporting(progress)));
                let workers: Vec<_> = (0..threads.clamp(1, jobs.len())).map(|_| scope.spawn(work)).collect();
                let worked = workers.into_iter().map(|worker| worker.join()).collect();
                is_over.store(true, Ordering::Relaxed);
                if let Some(reporter) = reporter {
                    reporter.thread().unpark();
                }
                worked
            })
        };
        let worked: Vec<_> = if HAS_THREADS { in_threads() } else { vec![Ok(work())] };
        let mut runs: Vec<(usize, Result<TrainingRun>)> = worked
            .into_iter()
            .flat_map(|runs| runs.unwrap_or_else(|p| std::panic::resume_unwind(p)))
            .collect();
        runs.sort_by_key(|(i, _)| *i);
        runs.into_iter().map(|(_, run)| run).collect()
    }
}

pub(crate) fn check_seeds(seeds: &Range<u64>) -> Result<()> {
    if seeds.is_empty() {
        return Err(Error::empty("seeds", "at least one seed, as in 0..100"));
    }
    if seeds.end - seeds.start > MAX_SEEDS {
        return Err(Error::unsuitable("seeds", format!("{seeds:?}"), "at most 1 000 000 seeds"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Scaler, sleep_study};

    #[test]
    fn the_runs_are_the_same_for_any_number_of_threads() {
        let data = Scaler::fit(&sleep_study(), 100.0)
            .and_then(|scaler| scaler.transform(&sleep_study()))
            .expect("data that can be scaled");
        let net = Network::random(&[2, 3, 1], 0).expect("the series' network");
        let with = |threads| {
            let job = |seed| Job { start: net.with_random_params(seed), train: &data, test: Some(&data) };
            Trainer::default().run_all((0..40).map(job).collect(), threads).expect("trainings")
        };
        let alone = with(1);
        assert_eq!(alone.len(), 40);
        for threads in [2, 5, 100] {
            for (seed, (a, b)) in alone.iter().zip(&with(threads)).enumerate() {
                assert_eq!(a.network, b.network, "seed {seed}");
                assert_eq!(a.cost_history, b.cost_history, "seed {seed}");
                assert_eq!(a.test_cost_history, b.test_cost_history, "seed {seed}");
                assert_eq!((a.evaluations, a.termination), (b.evaluations, b.termination), "seed {seed}");
            }
        }
    }
}
