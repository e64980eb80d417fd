//! A loop that is written by hand, with a limit of time.

use super::budget::Budget;
use super::progress_lines::ProgressLines;
use crate::error::Result;
use crate::machine;
use std::ops::RangeInclusive;

/// The numbers of `steps`, one after the other, for at most so many seconds: for a training written as a loop.
///
/// A step that has begun is finished. What takes more than a second says each second how far it is, and how long it will take at most;
/// where the time is up before the last step, a line says after which one.
///
/// # Errors
///
/// When `seconds` is not a finite number above 0.
///
/// # Examples
///
/// ```
/// use demystified::timed;
///
/// let mut sum = 0;
/// for step in timed(1..=100, 10.0)? {
///     sum += step;
/// }
/// assert_eq!(sum, 5050);
///
/// // a limit that is over at once, or nearly
/// let done = timed(1..=usize::MAX, 1e-3)?.count();
/// assert!(done < usize::MAX);
/// # Ok::<(), demystified::Error>(())
/// ```
pub fn timed(steps: RangeInclusive<usize>, seconds: f64) -> Result<Timed> {
    let budget = Budget::of_seconds(seconds)?;
    let lines = ProgressLines::new(budget.clone());
    Ok(Timed { first: *steps.start(), last: *steps.end(), rest: steps, budget, lines })
}

/// What [`timed`] returns: to be gone through by `for`.
#[derive(Debug)]
pub struct Timed {
    first: usize,
    last: usize,
    rest: RangeInclusive<usize>,
    budget: Budget,
    lines: ProgressLines,
}

impl Iterator for Timed {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let step = self.rest.next()?;
        let done = step - self.first;
        if done > 0 && self.budget.is_over() {
            self.rest = RangeInclusive::new(1, 0);
            machine::print(&format!("The time was up after step {} of {}.\n", step - 1, self.last));
            return None;
        }
        let of_all = (self.last - self.first).saturating_add(1);
        self.lines.report(done, of_all, self.budget.until(), || format!("step {step} of {}", self.last));
        Some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::timed;

    #[test]
    fn each_number_comes_once_and_an_empty_range_has_none() {
        assert_eq!(timed(3..=6, 1e9).unwrap().collect::<Vec<_>>(), [3, 4, 5, 6]);
        assert_eq!(timed(usize::MAX..=usize::MAX, f64::MAX).unwrap().collect::<Vec<_>>(), [usize::MAX]);
        #[expect(clippy::reversed_empty_ranges, reason = "it is what is tried")]
        let none = 1..=0;
        assert_eq!(timed(none, 1.0).unwrap().count(), 0);
    }

    #[test]
    fn when_the_time_is_up_the_first_step_is_made_and_none_comes_later() {
        let mut steps = timed(0..=usize::MAX, 1e-9).unwrap();
        assert_eq!((steps.next(), steps.next(), steps.next()), (Some(0), None, None));
    }

    #[test]
    fn no_time_is_refused() {
        for seconds in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let message = timed(0..=1, seconds).unwrap_err().to_string();
            assert!(message.starts_with("seconds is") && message.contains("above 0"), "{message}");
        }
    }
}
