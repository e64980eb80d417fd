//! `kernel EVCXR CONNECTION_FILE`: what Jupyter starts. It becomes evcxr_jupyter, in a build folder of
//! its own, with a keeper beside it that removes the folder afterwards.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::build_folder::BuildFolders;
use crate::{Failure, Outcome, analyzer, keeper, process, tool_shim};

/// Whether the kernel is to load the crate before it answers, because nobody waits for it yet.
fn is_to_load() -> bool {
    std::env::var_os("QUICK_CELLS_LOAD").is_some_and(|value| !value.is_empty())
}

/// Starts the kernel. Returns only if that fails.
pub fn run(evcxr: &Path, connection_file: &Path) -> Outcome<()> {
    let failed = |e| Failure::io("start the Rust kernel", &e);
    let us = std::env::current_exe().map_err(failed)?;
    let venv = us.ancestors().nth(2).unwrap_or(Path::new("/"));
    let folders = BuildFolders::of(venv);
    let folder = folders.create().map_err(|e| Failure::io("make a build folder for the kernel", &e))?;
    std::fs::create_dir_all(folders.no_settings()).map_err(failed)?;
    keeper::start(&us, &folder.path).map_err(failed)?;

    let settings = if is_to_load() { folders.loading_settings() } else { folders.no_settings() };
    let mut command = Command::new(evcxr);
    process::forget_cargo(&mut command);
    command
        .arg("--control_file")
        .arg(connection_file)
        .env("EVCXR_TMPDIR", &folder.path)
        // Settings of the user's own evcxr, such as a fixed build folder, would be shared by all kernels.
        .env("EVCXR_CONFIG_DIR", settings)
        // evcxr would update a kernel of its own that it finds among the user's.
        .env("JUPYTER_PATH", folders.no_settings());
    tool_shim::put_first(&mut command, &folders.tools(), &venv.with_file_name("Cargo.lock"));
    analyzer::put_on_diet(&mut command, &folders);
    let lock = folder.lock.try_clone().map_err(failed)?;
    // On stdout it says which settings it found.
    Err(failed(process::become_program(command.stdin(Stdio::from(lock)).stdout(Stdio::null()))))
}
