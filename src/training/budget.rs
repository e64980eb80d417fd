//! A time that several trainings share.

use crate::error::{Error, Result};
use crate::machine::Instant;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The time that [`Trainer::within`](crate::Trainer::within) gives to several trainings together, and when they have printed a line last.
#[derive(Clone, Debug)]
pub struct Budget {
    begun: Instant,
    until: Option<Instant>,
    /// In milliseconds after `begun`.
    last_line: Arc<AtomicU64>,
}

impl Budget {
    /// From now on; without an end, if that is so far off that the clock has no name for it.
    pub(super) fn new(time: Option<Duration>) -> Budget {
        let begun = Instant::now();
        let until = time.and_then(|time| begun.checked_add(time));
        Budget { begun, until, last_line: Arc::default() }
    }

    /// So many seconds from now on.
    ///
    /// # Errors
    ///
    /// When `seconds` is not a finite number above 0.
    pub(crate) fn of_seconds(seconds: f64) -> Result<Budget> {
        if !(seconds.is_finite() && seconds > 0.0) {
            return Err(Error::out_of_range("seconds", seconds, "a finite number above 0"));
        }
        Ok(Budget::new(Duration::try_from_secs_f64(seconds).ok()))
    }

    pub(crate) fn until(&self) -> Option<Instant> {
        self.until
    }

    pub(crate) fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// Whether a line may be printed, if none was in the time before: only the first who asks may.
    pub(super) fn allows_line(&self, pause: Duration) -> bool {
        let now = self.begun.elapsed().as_millis() as u64;
        let last = self.last_line.load(Ordering::Relaxed);
        let is_time = now.saturating_sub(last) >= pause.as_millis() as u64;
        is_time && self.last_line.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// The same time; not what has been printed in it.
impl PartialEq for Budget {
    fn eq(&self, other: &Budget) -> bool {
        (self.begun, self.until) == (other.begun, other.until)
    }
}
