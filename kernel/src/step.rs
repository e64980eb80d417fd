//! One step of the set-up: said, timed, and explained when it fails.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use crate::failure::{Failure, Outcome};

/// A step under way.
pub struct Step {
    started: Instant,
}

impl Step {
    /// Says what is being done.
    pub fn begin(what: &str) -> Step {
        println!("\n▸ {what}");
        Step { started: Instant::now() }
    }

    /// Says how long it took.
    pub fn done(self) {
        let seconds = self.started.elapsed().as_secs_f64();
        match seconds as u64 {
            0..10 => println!("  done in {seconds:.1} s"),
            10..120 => println!("  done in {seconds:.0} s"),
            whole => println!("  done in {} min {} s", whole / 60, whole % 60),
        }
    }
}

/// Runs a program that shows its own progress. `doing` completes "could not …".
///
/// Its stdin is the lock of the set-up: if we are killed, the lock is held until it ends too.
pub fn run(command: &mut Command, doing: &str, folder: &Path, lock: &File) -> Outcome<()> {
    if io::stderr().is_terminal() {
        // cargo hides its progress when its stderr is a pipe.
        let width = std::env::var("COLUMNS").unwrap_or_else(|_| "80".into());
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", width);
        command.env("CARGO_TERM_COLOR", "always");
    }
    let stdin = lock.try_clone().map_err(|e| Failure::io(doing, &e))?;
    let mut child = command
        .stdin(Stdio::from(stdin))
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| Failure::io(&format!("start {}", command.get_program().display()), &e))?;
    let said = child.stderr.take().map(show).unwrap_or_default();
    let status = child.wait().map_err(|e| Failure::io(doing, &e))?;
    if status.success() { Ok(()) } else { Err(explain(&said, status, doing, folder)) }
}

/// Passes on what a program writes, and keeps the end of it.
fn show(mut from: impl Read) -> String {
    const KEPT: usize = 64 * 1024;
    let mut kept = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        let _ = io::stderr().write_all(&buffer[..n]);
        kept.extend_from_slice(&buffer[..n]);
        if kept.len() > 2 * KEPT {
            kept.drain(..kept.len() - KEPT);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

fn explain(said: &str, status: ExitStatus, doing: &str, folder: &Path) -> Failure {
    const FULL: [&str; 3] = ["No space left on device", "os error 28", "Disk quota exceeded"];
    const OFFLINE: [&str; 11] = [
        "resolve host",
        "name resolution",
        "getaddrinfo failed",
        "establish a new connection",
        "Network is unreachable",
        "Connection refused",
        "Could not connect",
        "failed to connect",
        "network failure",
        "spurious network error",
        "timed out",
    ];
    let any = |signs: &[&str]| signs.iter().any(|sign| said.contains(sign));
    if any(&FULL) || is_full(folder) {
        Failure::disk_full(doing)
    } else if any(&OFFLINE) {
        Failure::new(
            format!("No network: could not {doing}."),
            "The first set-up downloads packages; connect to the internet (mind a proxy), then run the same command again.",
        )
    } else if status.code().is_none() {
        Failure::new(
            format!("Could not {doing}: it was killed."),
            "If it was not you, the machine may have run out of memory: 2 GB should be free. Close what you can, then run the \
             same command again.",
        )
    } else {
        Failure::new(
            format!("Could not {doing}: the reason is in the messages above."),
            "When it is removed, run the same command again: what is done already is not repeated.",
        )
    }
}

/// Not every program says that the disk is full, so try it.
fn is_full(folder: &Path) -> bool {
    let probe = folder.join("disk-full.probe");
    let written = fs::write(&probe, vec![1; 4 << 20]);
    let _ = fs::remove_file(&probe);
    written.is_err_and(|e| matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded))
}
