//! Invented data: as much as one likes, from a truth that is known.

use super::dataset::Dataset;
use super::normal::standard_normal;
use crate::error::{Error, Result};
use ndarray::Array2;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::ops::Range;

/// The hours of sleep that [`synthetic_study`] draws from.
const HOURS_ASLEEP: Range<f64> = 3.0..11.0;
/// The hours of study that [`synthetic_study`] draws from.
const HOURS_STUDYING: Range<f64> = 0.0..6.0;
/// More examples than this are taken for a slip of the keyboard.
const MAX_EXAMPLES: usize = 10_000_000;

/// The score that so many hours asleep and studying would bring without any luck, in points: above 30 and below 97.
///
/// It is made up. It only looks plausible: sleep is best at 8.5 hours, more study brings less and less, and a tired head learns
/// less from it. Hours below 0 count as 0.
///
/// # Formula
///
/// ```text
/// rest  = exp(−((asleep − 8.5) / 5)²)
/// work  = 1 − exp(−studying / 2.5)
/// score = 30 + 45 rest + 22 work (0.4 + 0.6 rest)
/// ```
///
/// # Examples
///
/// ```
/// use demystified::true_score;
///
/// assert_eq!(true_score(8.5, 0.0), 75.0);
/// assert!(true_score(8.5, 2.0) > true_score(4.0, 2.0));
/// assert!(true_score(8.5, 1e9) <= 97.0);
/// ```
pub fn true_score(hours_asleep: f64, hours_studying: f64) -> f64 {
    let (asleep, studying) = (hours_asleep.max(0.0), hours_studying.max(0.0));
    let from_best = (asleep - 8.5) / 5.0;
    let rest = libm::exp(-from_best * from_best);
    let work = 1.0 - libm::exp(-studying / 2.5);
    30.0 + 45.0 * rest + 22.0 * work * (0.4 + 0.6 * rest)
}

/// Invented students: hours asleep (3 to 11) and studying (0 to 6), all equally likely, and a score that is [`true_score`] plus
/// noise.
///
/// The noise is normal, with mean 0 and standard deviation `noise_sd` in points; scores are cut off at 0 and 100. The same seed
/// gives the same hours for any noise, and the first examples of a larger dataset are those of a smaller. All are the same on every
/// machine.
///
/// # Shapes
///
/// As [`sleep_study`](crate::sleep_study): x is examples × 2 (h), y is examples × 1 (points).
///
/// # Errors
///
/// When `n_examples` is 0 or above 10 000 000, or `noise_sd` is negative, NaN or infinite.
///
/// # Examples
///
/// ```
/// use demystified::{synthetic_study, true_score};
///
/// let data = synthetic_study(300, 0.0, 1)?;
/// assert_eq!(data.x.dim(), (300, 2));
/// assert_eq!(data.y[[7, 0]], true_score(data.x[[7, 0]], data.x[[7, 1]]));
/// assert_eq!(synthetic_study(300, 5.0, 1)?.x, data.x);
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn synthetic_study(n_examples: usize, noise_sd: f64, seed: u64) -> Result<Dataset> {
    if !(1..=MAX_EXAMPLES).contains(&n_examples) {
        return Err(Error::count_out_of_range("n_examples", n_examples, "1 to 10 000 000"));
    }
    if !(noise_sd.is_finite() && noise_sd >= 0.0) {
        let expected = "a finite number of points, 0 or above";
        return Err(Error::out_of_range("noise_sd", noise_sd, expected));
    }
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let (mut x, mut y) = (Array2::zeros((n_examples, 2)), Array2::zeros((n_examples, 1)));
    for (mut hours, score) in x.rows_mut().into_iter().zip(&mut y) {
        hours[0] = uniform(HOURS_ASLEEP, &mut generator);
        hours[1] = uniform(HOURS_STUDYING, &mut generator);
        let luck = standard_normal(&mut generator);
        *score = (true_score(hours[0], hours[1]) + noise_sd * luck).clamp(0.0, 100.0);
    }
    Dataset::new(x, y)
}

/// A number from the range, all equally likely: 53 random bits, as many as the mantissa of an f64 has.
fn uniform(range: Range<f64>, generator: &mut ChaCha8Rng) -> f64 {
    let share = (generator.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    range.start + (range.end - range.start) * share
}
