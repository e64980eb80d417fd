//! Whether cells are made quick here, and if not, why.

use crate::build_folder::BuildFolders;
use crate::cell_build;

/// The variable that switches it off for a kernel: `QUICK_CELLS=off` leaves evcxr as it is.
pub const SWITCH: &str = "QUICK_CELLS";
/// What the variable is set to.
pub const OFF: &str = "off";

/// Why evcxr is left as it is; None where it is made quick.
pub fn off() -> Option<String> {
    if std::env::var(SWITCH).is_ok_and(|value| value == OFF) {
        return Some(format!("{SWITCH} is set to `{OFF}`"));
    }
    let is_tested = cfg!(all(target_os = "linux", target_arch = "x86_64"));
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    (!is_tested).then(|| format!("nobody has tested it on {system} ({processor})"))
}

/// What is done without where the rest is on, and why.
pub fn less(folders: &BuildFolders) -> Option<String> {
    if let Some(why) = cell_build::wrapper(folders.runs()) {
        return Some(format!("cargo compiles each cell, since {why}"));
    }
    let refused = cell_build::is_refused(&folders.warm());
    refused.then(|| "cells share no code, since the linker here does not take it".to_owned())
}
