//! How far the set-up is, and how long it will go on: measured, shown in the terminal, and kept in a file for whoever waits elsewhere.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Failure, files};

/// What is measured from: after this time, what was there already has been counted.
const SETTLED: Duration = Duration::from_secs(3);
/// What must have been done since then before it is said how long the rest will take.
const ENOUGH: f64 = 0.02;
/// What it has taken at least: a few small things that are done at once say little of how long the large ones take.
const LEAST: Duration = Duration::from_secs(5);

/// How far it is.
#[derive(Debug)]
pub struct Progress {
    file: PathBuf,
    step: String,
    started: Instant,
    /// Reference seconds: of all steps, of those that are done, and of the one at work.
    whole: f64,
    done: f64,
    part: f64,
    /// How much of the step at work is done, if it can tell.
    within: Option<f64>,
    measured_from: Option<(Instant, f64)>,
    /// What was said last: to a terminal every change, to others every twentieth part.
    said: String,
    twentieths: u32,
}

impl Progress {
    /// Of nothing yet.
    pub fn new(file: PathBuf) -> Progress {
        Progress {
            file,
            step: String::new(),
            started: Instant::now(),
            whole: 0.0,
            done: 0.0,
            part: 0.0,
            within: None,
            measured_from: None,
            said: String::new(),
            twentieths: 0,
        }
    }

    /// A step is to come that takes so many seconds where it was measured. How fast this machine is shows when it runs.
    pub fn expect(&mut self, seconds: f64) {
        self.whole += seconds;
    }

    /// A step begins that was expected to take so long. One that was not finished counts for nothing.
    pub fn begin(&mut self, step: &str, seconds: f64) {
        (self.step, self.part, self.within) = (step.to_owned(), seconds, None);
        self.keep();
    }

    /// The step at work is done.
    pub fn finish(&mut self) {
        self.done += self.part;
        (self.part, self.within) = (0.0, None);
    }

    /// So much of the step at work is done.
    pub fn reach(&mut self, within: f64) {
        self.within = Some(within.clamp(0.0, 1.0));
    }

    /// Shows it. `line` is what the program at work says, which is shown if it cannot be measured.
    pub fn show(&mut self, line: &str) {
        if self.measured_from.is_none() && self.started.elapsed() >= SETTLED && self.within.is_some() {
            self.measured_from = Some((Instant::now(), self.fraction()));
        }
        self.keep();
        let text = match self.within {
            Some(_) => format!("{} {}", bar(self.fraction()), self.words()),
            None => line.chars().filter(|c| !c.is_control()).take(76).collect(),
        };
        if io::stderr().is_terminal() {
            if text != self.said {
                let _ = write!(io::stderr(), "\r\x1b[K  {text}");
                self.said = text;
            }
        } else if self.within.is_some() {
            let twentieths = (self.fraction() * 20.0) as u32;
            if twentieths > self.twentieths {
                self.twentieths = twentieths;
                let _ = writeln!(io::stderr(), "  {}", self.words());
            }
        }
    }

    /// Takes the bar away.
    pub fn clear(&mut self) {
        if io::stderr().is_terminal() && !self.said.is_empty() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
        self.said.clear();
    }

    /// Keeps how far it is, for who waits elsewhere. If it cannot be kept, they wait without.
    pub fn keep(&self) {
        let _ = files::write(&self.file, self.state().to_string().as_bytes());
    }

    /// Keeps why it went no further.
    pub fn fail(&self, failure: &Failure) {
        let mut state = self.state();
        state["failure"] = failure.to_string().into();
        let state = state.to_string();
        // On a full disk there is room for it where the last state was.
        let _ = files::write(&self.file, state.as_bytes()).or_else(|_| fs::write(&self.file, &state));
    }

    fn state(&self) -> Value {
        json!({ "step": self.step, "words": self.words(), "fraction": self.fraction() })
    }

    fn fraction(&self) -> f64 {
        match self.whole > 0.0 {
            true => ((self.done + self.part * self.within.unwrap_or(0.0)) / self.whole).min(1.0),
            false => 0.0,
        }
    }

    /// For example “41 % done, about 3 minutes to go”.
    fn words(&self) -> String {
        let percent = (self.fraction() * 100.0).floor();
        match self.left() {
            Some(left) => format!("{percent} % done, {} to go", about(left)),
            None => format!("{percent} % done"),
        }
    }

    fn left(&self) -> Option<Duration> {
        let (since, from) = self.measured_from?;
        let gained = self.fraction() - from;
        let speed = gained / since.elapsed().max(LEAST).as_secs_f64();
        (gained >= ENOUGH).then(|| Duration::from_secs_f64((1.0 - self.fraction()) / speed))
    }
}

fn about(left: Duration) -> String {
    match (left.as_secs_f64() / 60.0).round() as u64 {
        0 => "less than a minute".to_owned(),
        1 => "about a minute".to_owned(),
        minutes => format!("about {minutes} minutes"),
    }
}

fn bar(fraction: f64) -> String {
    const WIDTH: usize = 30;
    let full = ((fraction * WIDTH as f64) as usize).min(WIDTH);
    format!("[{}{}]", "█".repeat(full), "·".repeat(WIDTH - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds_ago: u64, from: f64, within: f64) -> Progress {
        let mut progress = Progress::new(PathBuf::new());
        progress.expect(300.0);
        progress.expect(100.0);
        (progress.part, progress.within) = (300.0, Some(within));
        progress.measured_from = Some((Instant::now() - Duration::from_secs(seconds_ago), from));
        progress
    }

    #[test]
    fn the_time_left_follows_from_what_was_done_since_it_was_measured() {
        // Half of 300 of 400 seconds in 150 seconds: the rest, 250, takes 250.
        assert_eq!(at(150, 0.0, 0.5).words(), "37 % done, about 4 minutes to go");
        // The same on a machine half as fast.
        assert_eq!(at(300, 0.0, 0.5).words(), "37 % done, about 8 minutes to go");
        // What was there before says nothing of the speed.
        assert_eq!(at(30, 0.3, 0.5).words(), "37 % done, about 4 minutes to go");
        assert_eq!(at(30, 0.37, 0.5).words(), "37 % done");
        // Nor do the first moments say much.
        assert_eq!(at(0, 0.0, 0.05).words(), "3 % done, about 2 minutes to go");
    }

    #[test]
    fn a_step_that_was_given_up_counts_for_nothing() {
        let mut progress = at(100, 0.0, 0.5);
        progress.begin("the same in another way", 300.0);
        assert_eq!(progress.fraction(), 0.0);
        progress.reach(0.5);
        progress.finish();
        assert_eq!(progress.fraction(), 0.75);
    }

    #[test]
    fn steps_add_up_to_the_whole() {
        let mut progress = at(100, 0.0, 0.5);
        progress.finish();
        assert_eq!(progress.fraction(), 0.75);
        progress.part = 100.0;
        progress.reach(0.5);
        assert_eq!(progress.fraction(), 0.875);
        progress.finish();
        assert_eq!(progress.words(), "100 % done, less than a minute to go");
    }
}
