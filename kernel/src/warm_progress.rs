//! How far the warm build folder is. evcxr passes on the names of the crates, as cargo begins with them. The crate of the notebooks comes last,
//! takes as long as half of the others together, and says nothing meanwhile; so from there on it is a matter of the time that it took here before.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The part of the time that the other crates take, where nothing was compiled before (docs/waiting.md).
const OTHERS: f64 = 0.64;
/// The part of them whose compilation says how fast this machine is.
const ENOUGH: f64 = 0.25;

/// What is heard of one kernel that makes the folder.
#[derive(Debug)]
pub struct WarmProgress {
    own: String,
    /// How many other crates there are, and of how many we have heard.
    others: f64,
    heard_of: f64,
    first: Option<Instant>,
    /// How long it took from the own crate on: the last time, or on the reference machine.
    known: Option<Duration>,
    reference: Duration,
    last_part: Option<LastPart>,
}

/// From the own crate on.
#[derive(Debug)]
struct LastPart {
    began: Instant,
    from: f64,
    /// None where nothing was measured here yet.
    expected: Option<Duration>,
}

impl WarmProgress {
    /// Of nothing yet. `tree` is what `cargo tree --prefix=none --format={p}` says, `reference` how long all of it takes where it was measured.
    pub fn new(own: &str, tree: &str, known: Option<Duration>, reference: Duration) -> WarmProgress {
        let crates: BTreeSet<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        let is_other = |line: &&&str| {
            let name = line.split(' ').next().unwrap_or_default();
            name != own && is_passed_on(name)
        };
        let others = crates.iter().filter(is_other).count() as f64;
        let reference = reference.mul_f64(1.0 - OTHERS);
        let own = own.to_owned();
        WarmProgress { own, others, heard_of: 0.0, first: None, known, reference, last_part: None }
    }

    /// A line that is said now, or an empty one where nothing is. How much is done, if that is known.
    pub fn hear(&mut self, line: &str, now: Instant) -> Option<f64> {
        if let Some(name) =
            line.trim_start().strip_prefix("Compiling ").and_then(|rest| rest.split(' ').next())
        {
            let first = *self.first.get_or_insert(now);
            if name != self.own {
                self.heard_of += 1.0;
            } else if self.last_part.is_none() {
                let expected = self.known.or(self.by_the_others(now - first));
                self.last_part = Some(LastPart { began: now, from: self.done_of_others(), expected });
            }
        }
        self.first?;
        Some(match &self.last_part {
            None => self.done_of_others(),
            Some(LastPart { began, from, expected }) => {
                let expected = expected.unwrap_or(self.reference).as_secs_f64().max(1.0);
                from + (1.0 - from) * by_time((now - *began).as_secs_f64() / expected)
            }
        })
    }

    /// How long it will take from the own crate on, for the next one to know if this one is cut off. None as long as nothing was measured.
    pub fn expected(&self) -> Option<Duration> {
        self.last_part.as_ref()?.expected
    }

    /// How long it has taken from the own crate on.
    pub fn taken(&self, now: Instant) -> Option<Duration> {
        self.last_part.as_ref().map(|last| now - last.began)
    }

    fn done_of_others(&self) -> f64 {
        OTHERS * (self.heard_of / self.others.max(1.0)).min(1.0)
    }

    /// How long the own crate takes on a machine that has taken so long for the others.
    fn by_the_others(&self, taken: Duration) -> Option<Duration> {
        let done = self.done_of_others();
        (done >= ENOUGH * OTHERS).then(|| taken.mul_f64((1.0 - OTHERS) / done))
    }
}

/// evcxr's pattern for what it passes on has no hyphen.
fn is_passed_on(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// How much is done after a part of the expected time: never all, and never less than before, however long it takes.
fn by_time(part: f64) -> f64 {
    const SURE: f64 = 0.9;
    if part <= SURE { part } else { 1.0 - (1.0 - SURE) * (-(part - SURE) / (1.0 - SURE)).exp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "points v0.1.0 (/a)\nsyn v3.0.0\nrand v0.9.0\nnum-traits v0.2.0\nrand v0.10.0\nlibc v0.2.0\nsyn v3.0.0 (*)\n";

    fn heard(known: Option<u64>, said: &[(u64, &str)]) -> (Vec<Option<f64>>, WarmProgress) {
        let start = Instant::now();
        let mut progress =
            WarmProgress::new("points", TREE, known.map(Duration::from_secs), Duration::from_secs(200));
        let at = |&(seconds, line): &(u64, &str)| progress.hear(line, start + Duration::from_secs(seconds));
        (said.iter().map(at).collect(), progress)
    }

    fn percent(parts: &[Option<f64>]) -> Vec<i32> {
        parts.iter().map(|part| part.map_or(-1, |part| (part * 100.0).round() as i32)).collect()
    }

    #[test]
    fn the_own_crate_takes_as_long_as_the_others_say() {
        // They have taken 64 seconds, so the rest takes 36.
        let (parts, progress) = heard(
            None,
            &[
                (5, ""),
                (10, "   Compiling syn v3.0.0"),
                (20, "   Compiling rand v0.9.0"),
                (30, ""),
                (40, "   Compiling rand v0.10.0"),
                (50, "   Compiling libc v0.2.0"),
                (74, "   Compiling points v0.1.0 (/a)"),
                (92, ""),
                (110, ""),
                (1000, ""),
            ],
        );
        assert_eq!(percent(&parts), [-1, 16, 32, 32, 48, 64, 64, 82, 99, 100]);
        assert_eq!(progress.expected(), Some(Duration::from_secs(36)));
    }

    #[test]
    fn the_own_crate_alone_takes_as_long_as_the_last_time() {
        let own = (5, "   Compiling points v0.1.0 (/a)");
        let (parts, _) = heard(Some(50), &[own, (30, ""), (45, ""), (55, ""), (60, "")]);
        assert_eq!(percent(&parts), [0, 50, 80, 96, 99]);
        // Where nothing is known, as long as elsewhere; which the next one is not told.
        let (parts, progress) = heard(None, &[own, (41, ""), (50, "")]);
        assert_eq!(percent(&parts), [0, 50, 63]);
        assert_eq!(progress.expected(), None);
    }
}
