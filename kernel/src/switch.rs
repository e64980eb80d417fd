//! Whether cells are made quick here, and if not, why.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::build_folder::BuildFolders;
use crate::{cell_build, process};

/// The variable that switches it off for a kernel: `QUICK_CELLS=off` leaves evcxr as it is.
pub const SWITCH: &str = "QUICK_CELLS";
/// What the variable is set to.
pub const OFF: &str = "off";

/// Why evcxr is left as it is; None where it is made quick.
pub fn off() -> Option<String> {
    if std::env::var(SWITCH).is_ok_and(|value| value.eq_ignore_ascii_case(OFF)) {
        return Some(format!("{SWITCH} is set to `{OFF}`"));
    }
    let is_tested = cfg!(all(target_os = "linux", target_arch = "x86_64"));
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    (!is_tested).then(|| format!("nobody has tested it on {system} ({processor})"))
}

/// In a kernel's build folder: what was said in the terminal last.
const SAID: &str = "why_cargo.said";

/// Says in the terminal, once for each kernel, why cargo compiles each of its cells: what nobody could know before the kernel ran, such
/// as `:cache`, or a crate with a build script. It is asked by our `cargo`, whose own stderr evcxr reads.
pub fn say_why_cargo(words: &[OsString]) -> io::Result<()> {
    let folder = std::env::current_dir()?;
    let Some(why) = cell_build::why_each(words, &folder).filter(|_| !cell_build::is_warming()) else {
        return Ok(());
    };
    if fs::read_to_string(SAID).is_ok_and(|said| said == why) {
        return Ok(());
    }
    let terminal = process::stderr_of_parent().ok_or(io::ErrorKind::Unsupported)?;
    let line = format!("The kernel's speed-up is on, but {}.\n", cargo_compiles(&why));
    File::options().append(true).open(terminal)?.write_all(line.as_bytes())?;
    fs::write(Path::new(SAID), why)
}

fn cargo_compiles(why: &str) -> String {
    format!("cargo compiles each cell, since {why}")
}

/// What is done without where the rest is on, and why.
pub fn less(folders: &BuildFolders) -> Option<String> {
    if let Some(why) = cell_build::wrapper(folders.runs()) {
        return Some(cargo_compiles(&why));
    }
    let refused = cell_build::is_refused(&folders.warm());
    refused.then(|| "cells share no code, since the linker here does not take it".to_owned())
}
