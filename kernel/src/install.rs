//! Puts the running program where Jupyter starts it as a kernel.
//!
//! All is below one folder, the home: `bin/` with the program, `kernels/` with what kernels build in and are built from, and
//! `share/jupyter/` with what tells Jupyter of the kernel. A Python environment is such a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::build_folder::BuildFolders;
use crate::{Configuration, Outcome, cell_build, files, keeper, kernel, tool_shim};

/// A kernel, as Jupyter is to know it.
#[derive(Debug, Clone, Copy)]
pub struct Kernel<'a> {
    /// The name that people see.
    pub display_name: &'a str,
    /// evcxr_jupyter.
    pub evcxr: &'a Path,
    /// The Cargo.lock beside the sources of the crate that is made quick.
    pub lock: &'a Path,
}

/// Installs a copy of the running program, so that a build at work does not break a kernel. Jupyter is not told yet.
pub fn install(home: &Path, configuration: &Configuration) -> io::Result<()> {
    let folders = BuildFolders::of(home);
    crate::build_folder::make_own(folders.home())?;
    let program = program(home, configuration);
    tool_shim::install(&program, &["cargo", "rustup", cell_build::RECORDER], &folders.tools())?;
    tool_shim::install(&program, &["cargo"], &folders.cargo_home().join("bin"))?;
    for (name, text) in [("init.evcxr", configuration.loading[0]), ("prelude.rs", configuration.loading[1])] {
        files::write_if_different(&folders.loading_settings().join(name), text.as_bytes())?;
    }
    copy_if_different(&std::env::current_exe()?, &program)
}

fn program(home: &Path, configuration: &Configuration) -> PathBuf {
    let scripts = home.join(if cfg!(windows) { "Scripts" } else { "bin" });
    scripts.join(format!("{}-kernel{}", configuration.name, std::env::consts::EXE_SUFFIX))
}

/// What tells Jupyter of a kernel that is installed.
pub fn specification(home: &Path, configuration: &Configuration, kernel: &Kernel<'_>) -> Value {
    json!({
        "argv": [program(home, configuration), KERNEL, kernel.evcxr, kernel.lock, "{connection_file}"],
        "display_name": kernel.display_name,
        "language": "rust",
        "interrupt_mode": "message",
    })
}

/// Tells Jupyter of a kernel by this name.
pub fn tell_jupyter(home: &Path, name: &str, specification: &Value) -> io::Result<()> {
    let folder = home.join("share").join("jupyter").join("kernels").join(name);
    files::write_if_different(&folder.join("kernel.json"), format!("{specification:#}\n").as_bytes())
}

fn copy_if_different(from: &Path, to: &Path) -> io::Result<()> {
    let wanted = fs::read(from)?;
    if from == to || fs::read(to).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    files::replace_with(to, |new| fs::copy(from, new).map(|_| ()))
}

const KERNEL: &str = "kernel";

/// Does what the installed program was started for: as a kernel, as its keeper, or in the place of a tool. None if it was started for
/// something else. A program calls this before all else.
pub fn serve(configuration: &Configuration) -> Option<Outcome<()>> {
    let mut words = std::env::args_os();
    let program = words.next().unwrap_or_default();
    let words: Vec<_> = words.collect();
    if let Some(tool) = tool_shim::tool_named_by(&program) {
        return Some(tool_shim::run(configuration, tool, program.as_ref(), &words));
    }
    let path = |place: usize| Path::new(&words[place]);
    match words.first()?.to_str()? {
        KERNEL if words.len() == 4 => {
            Some(kernel::run(configuration, &own_folders(), path(1), path(2), path(3)))
        }
        keeper::NAME if words.len() == 3 => Some(keeper::run(&own_folders(), path(1), &words[2])),
        _ => None,
    }
}

/// What Jupyter tells the kernel of its connection, if this program was started as one.
pub fn connection_file() -> Option<PathBuf> {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    let [word, _, _, connection_file] = words.as_slice() else { return None };
    (word == KERNEL).then(|| connection_file.into())
}

/// Those of the home that the running program was installed into.
fn own_folders() -> BuildFolders {
    let program = std::env::current_exe().unwrap_or_default();
    BuildFolders::of(&program.ancestors().nth(2).map_or_else(PathBuf::new, Path::to_owned))
}
