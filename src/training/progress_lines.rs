//! Signs of life of a long training, on stdout.

use super::budget::Budget;
use crate::machine::{self, Instant};
use std::time::Duration;

/// No two lines come closer together than this, and none comes before.
const PAUSE: Duration = Duration::from_secs(1);

/// Prints a line now and then. A notebook cannot redraw a line, so there must be few.
#[derive(Debug)]
pub(crate) struct ProgressLines {
    started: Instant,
    lines: Budget,
}

impl ProgressLines {
    /// Of what begins now, and shares its lines with what else has this budget.
    pub fn new(lines: Budget) -> ProgressLines {
        ProgressLines { started: Instant::now(), lines }
    }

    /// Prints what `line` says and the time that is left, if the last line is long enough ago.
    pub fn report(&self, done: usize, total: usize, deadline: Option<Instant>, line: impl Fn() -> String) {
        if !self.lines.allows_line(PAUSE) {
            return;
        }
        let now = Instant::now();
        let left =
            time_left(now - self.started, done, total, deadline.map(|at| at.saturating_duration_since(now)));
        machine::print(&format!("{}, at most {:.0} s left\n", line(), left.as_secs_f64().ceil()));
    }
}

/// What the rest will take at the pace so far, or until the time limit if that is less.
fn time_left(elapsed: Duration, done: usize, total: usize, until_limit: Option<Duration>) -> Duration {
    let seconds = elapsed.as_secs_f64() * total.saturating_sub(done) as f64 / done.max(1) as f64;
    let at_this_pace = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    until_limit.map_or(at_this_pace, |limit| limit.min(at_this_pace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_that_of_the_pace_so_far_or_of_the_limit() {
        let seconds = Duration::from_secs;
        assert_eq!(time_left(seconds(10), 20, 100, None), seconds(40));
        assert_eq!(time_left(seconds(10), 20, 100, Some(seconds(50))), seconds(40));
        assert_eq!(time_left(seconds(10), 20, 100, Some(seconds(5))), seconds(5));
        assert_eq!(time_left(seconds(10), 100, 100, None), seconds(0));
        assert_eq!(time_left(seconds(1), 0, usize::MAX, Some(seconds(5))), seconds(5));
    }
}
