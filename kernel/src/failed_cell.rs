//! What a cell says and leaves behind when it fails while it runs: by a panic, or by a `?`.
//!
//! This is compiled into the crate of the store (`cell_build.rs`) and runs where cells run. A panic would print a backtrace of twenty
//! lines there, none of which is the reader's. And why a cell has failed is kept, for cells that then miss what it was to make
//! (`lost_variables.rs`).

use std::fs;
use std::panic::{self, Location, PanicHookInfo};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::ThreadId;

/// In a kernel's build folder: how the last cell that failed did. Its lines: one of the two words below, the line of the cell, what was said.
pub const FAILED: &str = "cell.failed";
/// In a kernel's build folder: the number of the process that runs the cells.
pub const PROCESS: &str = "cells.process";
/// A cell's text, as rustc was told of it.
const TEXT: &str = "src/lib.rs";
/// The cell's `?` has failed.
pub const REFUSED: &str = "refused";
/// The cell has panicked.
pub const PANICKED: &str = "panicked";

/// Set in a kernel that was started with `RUST_BACKTRACE`; evcxr sets that itself, always.
pub const BACKTRACE: &str = "QUICK_CELLS_BACKTRACE";

/// The line of the statement that runs, in the text of the cell, from 0.
static LINE: AtomicUsize = AtomicUsize::new(usize::MAX);
/// The one that runs the cells.
static THREAD: OnceLock<ThreadId> = OnceLock::new();

/// Every cell begins with this. The first one of a process decides how panics are shown; a hook that a reader sets stays.
pub fn watch() {
    at_line(usize::MAX);
    THREAD.get_or_init(|| {
        write(PROCESS, &std::process::id().to_string());
        let with_backtrace = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            show(panic);
            if std::env::var_os(BACKTRACE).is_some() {
                with_backtrace(panic);
            }
        }));
        std::thread::current().id()
    });
}

/// A statement begins, at this line of the text (`statement_marks.rs`).
pub fn at_line(line: usize) {
    LINE.store(line, Ordering::Relaxed);
}

/// Shows the error that a `?` met, as evcxr does, and keeps it.
pub fn refused(said: &str, at: &Location<'_>) {
    eprintln!("{said}");
    keep(REFUSED, line_at(at).as_deref(), said);
}

fn show(panic: &PanicHookInfo<'_>) {
    let said = message(panic);
    let line = panic.location().and_then(line_at);
    let is_cell = THREAD.get() == Some(&std::thread::current().id());
    let who = if is_cell { "The cell" } else { "A thread of the cell" };
    let statement = if line.is_none() && is_cell { statement_that_runs() } else { None };
    let from = statement.as_ref().map_or(String::new(), |statement| format!("\n    {}", statement.trim()));
    let place = match (&line, panic.location()) {
        (Some(line), Some(at)) => {
            let indent = line.len() - line.trim_start().len();
            let column = (at.column() as usize).saturating_sub(1 + indent);
            format!("\n    {}\n    {}^", line.trim(), " ".repeat(column))
        }
        (None, Some(at)) if at.file() == TEXT => format!("{from}\n    in what an earlier cell has made"),
        (None, Some(at)) => format!("{from}\n    in a library, at {at}"),
        _ => from,
    };
    eprintln!("{who} panicked: {said}{place}");
    keep(PANICKED, line.or(statement).as_deref(), &said);
}

fn message(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
        .to_owned()
}

fn keep(how: &str, line: Option<&str>, said: &str) {
    write(FAILED, &format!("{how}\n{}\n{said}", line.unwrap_or_default().trim()));
}

/// The reader's line at a place, if that is in the cell that runs.
fn line_at(place: &Location<'_>) -> Option<String> {
    if place.file() != TEXT || !is_in_newest_cell(std::ptr::from_ref(place).addr()) {
        return None;
    }
    line_of_cell(place.line() as usize - 1)
}

/// The reader's first line of it; evcxr writes one before the value of a cell.
fn statement_that_runs() -> Option<String> {
    let number = LINE.load(Ordering::Relaxed);
    let line = line_of_cell(number)?;
    let is_evcxrs = line == "(" || line.starts_with("evcxr_");
    if is_evcxrs { line_of_cell(number + 1) } else { Some(line) }
}

fn line_of_cell(number: usize) -> Option<String> {
    let text = fs::read_to_string(folder()?.join(TEXT)).ok()?;
    // The kernel writes there what it looks into for types and completions, too.
    let is_a_cell = text.contains("extern \"C\" fn run_user_code_");
    text.lines().nth(number).filter(|_| is_a_cell).map(str::to_owned)
}

/// Whether something is in the library of the newest cell; libraries of earlier ones stay, and so may what they have made, such as a
/// boxed closure.
fn is_in_newest_cell(address: usize) -> bool {
    let Ok(maps) = fs::read_to_string("/proc/self/maps") else { return false };
    let parts: Vec<(usize, usize, u64)> = maps.lines().filter_map(part_of_a_cell).collect();
    let newest = parts.iter().map(|(_, _, number)| *number).max();
    parts.iter().any(|(from, to, number)| (*from..*to).contains(&address) && Some(*number) == newest)
}

/// `FROM-TO … /path/libcode_NUMBER.so`, the line of a part of a cell's library.
fn part_of_a_cell(line: &str) -> Option<(usize, usize, u64)> {
    let number = line.rsplit_once("/libcode_")?.1.strip_suffix(".so")?.parse().ok()?;
    let (from, to) = line.split_once(' ')?.0.split_once('-')?;
    Some((usize::from_str_radix(from, 16).ok()?, usize::from_str_radix(to, 16).ok()?, number))
}

fn folder() -> Option<PathBuf> {
    std::env::var_os("EVCXR_TMPDIR").map(PathBuf::from)
}

/// Without it, the reader is told less.
fn write(name: &str, text: &str) {
    if let Some(folder) = folder() {
        let _ = fs::write(folder.join(name), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_the_libraries_of_cells_are_found_among_all() {
        let line = "7f8e8a600000-7f8e8a601000 r--p 00000000 00:2a 1 /tmp/run-1-0/target/debug/libcode_12.so";
        assert_eq!(part_of_a_cell(line), Some((0x7f8e8a600000, 0x7f8e8a601000, 12)));
        for other in [
            "7f8e-7f8f r--p 00000000 00:2a 1 /usr/lib/libc.so.6",
            "7ffd-7ffe rw-p 00000000 00:00 0 [stack]",
            "",
        ] {
            assert_eq!(part_of_a_cell(other), None, "{other}");
        }
    }

    #[test]
    fn a_place_in_another_crate_is_no_line_of_the_cell() {
        assert_eq!(line_at(Location::caller()), None);
    }
}
