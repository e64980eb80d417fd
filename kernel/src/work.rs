//! The set-up at work: its steps, one after the other, each said, timed, measured, and explained when it fails.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::failure::{Failure, Outcome};
use crate::files;
use crate::leash::Leash;
use crate::progress::Progress;

/// The work on a set-up, alone: it holds its lock.
#[derive(Debug)]
pub struct Work {
    lock: File,
    folder: PathBuf,
    progress: Progress,
    began: Instant,
}

impl Work {
    /// Begins the work on what is in a folder, which gets a log, and a file that tells how far the work is.
    pub fn new(lock: File, folder: &Path) -> Work {
        let progress = Progress::new(folder.join(PROGRESS));
        // What an earlier one has left there does not count any more.
        progress.keep();
        // What cannot be removed is in nobody's way.
        let _ = files::remove_tree(&folder.join(TEMPORARY));
        Work { lock, folder: folder.to_owned(), progress, began: Instant::now() }
    }

    /// A step is to come that takes so many seconds where it was measured.
    pub fn expect(&mut self, seconds: f64) {
        self.progress.expect(seconds);
    }

    /// Says what is being done now. The seconds are those that were expected, or 0.
    pub fn begin(&mut self, what: &str, seconds: f64) {
        say(&format!("\n▸ {what}"));
        self.began = Instant::now();
        self.progress.begin(what, seconds);
    }

    /// Says how long it took.
    pub fn done(&mut self) {
        self.progress.finish();
        let seconds = self.began.elapsed().as_secs_f64();
        say(&match seconds as u64 {
            0..10 => format!("  done in {seconds:.1} s"),
            10..120 => format!("  done in {seconds:.0} s"),
            whole => format!("  done in {} min {} s", whole / 60, whole % 60),
        });
    }

    /// Keeps what made it end, for those who wait elsewhere.
    pub fn fail(&self, failure: &Failure) {
        self.progress.fail(failure);
    }

    /// Runs a program to its end. `doing` completes "could not …"; `measure` reads how much is done out of a line that the program writes;
    /// while it is silent, it is asked each second with an empty one.
    ///
    /// Its temporary folder is one of ours, which the next work removes if it is killed; unless the command has a TMPDIR of its own.
    /// cargo shows its bar, unless the command says otherwise.
    ///
    /// The program and what it starts end with us. Its stdin is the lock of the set-up, which so is held until the last of them has ended.
    pub fn run(
        &mut self,
        mut command: Command,
        doing: &str,
        measure: &mut dyn FnMut(&str) -> Option<f64>,
    ) -> Outcome<()> {
        let failed = |e| Failure::io(doing, &e);
        let (output, write_end) = io::pipe().map_err(failed)?;
        let leash = Leash::new().map_err(failed)?;
        leash.put_on(&mut command);
        let has_own = |command: &Command, wanted: &str| command.get_envs().any(|(name, _)| name == wanted);
        // cargo hides its progress when its stderr is a pipe.
        if !has_own(&command, PROGRESS_WHEN) {
            command.env(PROGRESS_WHEN, "always").env("CARGO_TERM_PROGRESS_WIDTH", "80");
        }
        let temporary = self.folder.join(TEMPORARY);
        if !has_own(&command, "TMPDIR") {
            fs::create_dir_all(&temporary).map_err(failed)?;
            command.env("TMPDIR", &temporary);
        }
        command.stdin(Stdio::from(self.lock.try_clone().map_err(failed)?));
        command.stdout(write_end.try_clone().map_err(failed)?).stderr(write_end);
        let program = command.get_program().display().to_string();
        let mut child = command.spawn().map_err(|e| Failure::io(&format!("start {program}"), &e))?;
        // It holds the other end of the pipe.
        drop(command);
        let said = self.follow(output, measure);
        let status = child.wait().map_err(failed)?;
        drop(leash);
        let _ = files::remove_tree(&temporary);
        self.progress.clear();
        if status.success() {
            return Ok(());
        }
        let mut lines: Vec<&str> = said.split(['\n', '\r']).filter(|line| is_worth_reading(line)).collect();
        let _ = writeln!(io::stderr(), "{}", lines.split_off(lines.len().saturating_sub(30)).join("\n"));
        Err(explain(&said, status, doing, &self.folder))
    }

    /// Passes on how far a program is, into the log what it writes; returns the end of that.
    fn follow(
        &mut self,
        mut output: impl Read + Send + 'static,
        measure: &mut dyn FnMut(&str) -> Option<f64>,
    ) -> String {
        const KEPT: usize = 64 * 1024;
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = output.read(&mut buffer) {
                if send.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let mut log = File::options().create(true).append(true).open(self.folder.join(LOG)).ok();
        let (mut kept, mut line, mut last) = (Vec::new(), Vec::new(), String::new());
        loop {
            match receive.recv_timeout(Duration::from_secs(1)) {
                Ok(bytes) => {
                    if let Some(log) = &mut log {
                        let _ = log.write_all(&bytes);
                    }
                    for &byte in &bytes {
                        if !matches!(byte, b'\n' | b'\r') {
                            line.push(byte);
                            continue;
                        }
                        let text = String::from_utf8_lossy(&line).into_owned();
                        if let Some(within) = measure(&text) {
                            self.progress.reach(within);
                        }
                        if !text.trim().is_empty() {
                            last = text;
                        }
                        line.clear();
                    }
                    kept.extend_from_slice(&bytes);
                    if kept.len() > 2 * KEPT {
                        kept.drain(..kept.len() - KEPT);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(within) = measure("") {
                        self.progress.reach(within);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return String::from_utf8_lossy(&kept).into_owned(),
            }
            self.progress.show(&last);
        }
    }
}

/// Nobody may be there to read it: the work goes on.
fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// How far the work is.
pub const PROGRESS: &str = "progress.json";
/// When cargo shows its bar.
pub const PROGRESS_WHEN: &str = "CARGO_TERM_PROGRESS_WHEN";
const LOG: &str = "setup.log";
const TEMPORARY: &str = "temporary";

/// Of what a program has written before it failed.
fn is_worth_reading(line: &str) -> bool {
    !line.trim().is_empty() && done_of_cargo(line).is_none()
}

/// How much is done, as cargo says in `Building [==>  ] 12/60: …`.
pub fn done_of_cargo(line: &str) -> Option<f64> {
    let (_, counts) = line.split_once("Building [")?.1.split_once("] ")?;
    let (done, all) = counts.split_once(':').map_or(counts, |(counts, _)| counts).split_once('/')?;
    Some(done.trim().parse::<f64>().ok()? / all.trim().parse::<f64>().ok()?)
}

fn explain(said: &str, status: ExitStatus, doing: &str, folder: &Path) -> Failure {
    const NO_LINKER: [&str; 3] = ["linker `cc` not found", "linker `link.exe` not found", "error: linker `"];
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
    } else if any(&NO_LINKER) {
        Failure::new(
            format!("There is no linker: could not {doing}."),
            "Install a C compiler, which brings one (Debian, Ubuntu: `sudo apt install build-essential`; Fedora: `sudo dnf install gcc`; \
             macOS: `xcode-select --install`), then run the same command again.",
        )
    } else if status.code().is_none() {
        Failure::new(
            format!("Could not {doing}: it was killed."),
            "If it was not you, the machine may have run out of memory: 2 GB should be free. Close what you can, then run the \
             same command again.",
        )
    } else {
        // For who reads this elsewhere than in the terminal, where the last messages are.
        let lines = || said.split(['\n', '\r']).rev().filter(|line| is_worth_reading(line));
        let is_error = |line: &&str| line.trim_start().to_lowercase().starts_with("error");
        let reason = lines().find(is_error).or(lines().next()).map_or("it gave no reason", str::trim);
        Failure::new(
            format!("Could not {doing}: {reason}"),
            format!(
                "All that was said is at the end of {}. When the reason is removed, run the same command again: what is done already is not \
                 repeated.",
                folder.join(LOG).display()
            ),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(said: &str) -> String {
        let failed = Command::new("false").status().unwrap();
        explain(said, failed, "install it", &std::env::temp_dir()).to_string()
    }

    #[test]
    fn a_failure_is_named_with_what_to_do() {
        let said = explained(
            "   Compiling libc v0.2\nerror: linker `cc` not found\n  |\n  = note: No such file or directory",
        );
        assert!(said.contains("no linker") && said.contains("apt install build-essential"), "{said}");
        let said = explained("warning: spurious network error (3 tries remaining)\nerror: failed to fetch");
        assert!(said.contains("No network"), "{said}");
        let said = explained("error: No space left on device (os error 28)");
        assert!(said.contains("disk is full"), "{said}");
    }

    #[test]
    fn the_reason_of_any_other_failure_is_its_last_error() {
        let said =
            explained("error: first\n  Compiling more\nerror: could not compile `more`\nnote: see above\n");
        assert!(said.contains("Could not install it: error: could not compile `more`\n"), "{said}");
        assert!(said.contains("setup.log"), "{said}");
        let said = explained("Traceback:\nValueError: odd\n    Building [=>  ] 1/2: a\r\n");
        assert!(said.contains("Could not install it: ValueError: odd\n"), "{said}");
        assert!(explained("").contains("it gave no reason"));
    }

    #[test]
    fn what_a_killed_program_leaves_in_its_temporary_folder_goes() {
        let folder = std::env::temp_dir().join(format!("work of {}", std::process::id()));
        let left = folder.join(TEMPORARY).join("left");
        fs::create_dir_all(left.parent().unwrap()).unwrap();
        fs::write(&left, "").unwrap();
        let lock = || File::create(folder.join("lock")).unwrap();
        let mut work = Work::new(lock(), &folder);
        assert!(!left.exists());
        let mut run = |script: &str, own: Option<&Path>| {
            let mut command = Command::new("sh");
            command.args(["-c", script, "sh"]).arg(&left).envs(own.map(|own| ("TMPDIR", own)));
            work.run(command, "try it", &mut |_| None)
        };
        run("touch \"$TMPDIR/left\" && test -e \"$1\"", None).unwrap();
        assert!(!left.exists());
        run("touch \"$TMPDIR/mine\"", Some(&folder)).unwrap();
        assert!(folder.join("mine").exists());
        files::remove_tree(&folder).unwrap();
    }

    #[test]
    fn a_silent_program_is_measured_each_second_and_cargo_shows_its_bar_unless_told() {
        let folder = std::env::temp_dir().join(format!("silent work of {}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut work = Work::new(File::create(folder.join("lock")).unwrap(), &folder);
        for own in [None, Some("never")] {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("echo ${PROGRESS_WHEN}; sleep 2.5")]);
            command.envs(own.map(|own| (PROGRESS_WHEN, own)));
            let mut heard = Vec::new();
            let mut measure = |line: &str| {
                heard.push(line.to_owned());
                None
            };
            work.run(command, "try it", &mut measure).unwrap();
            assert_eq!([&heard[0], &heard[1]], [own.unwrap_or("always"), ""]);
        }
        files::remove_tree(&folder).unwrap();
    }

    #[test]
    fn cargo_says_how_much_is_done() {
        assert_eq!(done_of_cargo("    Building [=====>          ] 12/60: serde, syn"), Some(0.2));
        assert_eq!(done_of_cargo("    Building [=====>          ] 12/60"), Some(0.2));
        assert_eq!(done_of_cargo("   Compiling serde v1.0.0"), None);
    }
}
