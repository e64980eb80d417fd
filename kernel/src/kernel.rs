//! `kernel EVCXR LOCK CONNECTION_FILE`: what Jupyter starts. It becomes evcxr_jupyter, in a build folder of
//! its own, with a keeper beside it that removes the folder afterwards.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::build_folder::BuildFolders;
use crate::{
    Configuration, Failure, Outcome, analyzer, cell_build, failed_cell, keeper, process, switch, tool_shim,
};

/// Whether evcxr's allocator, mimalloc, takes memory in huge pages. They hold a fifth more for what rust-analyzer knows, take longer to
/// fill, and make no cell quicker (docs/waiting.md); the compiler and a reader's arrays have another allocator.
const HUGE_PAGES: &str = "MIMALLOC_ALLOW_THP";

/// Whether the kernel is to load the crate before it answers, because nobody waits for it yet.
fn is_to_load() -> bool {
    std::env::var_os("QUICK_CELLS_LOAD").is_some_and(|value| !value.is_empty())
}

/// What the user has written for every session of evcxr's.
fn settings_of_evcxr() -> Option<PathBuf> {
    let usual = || {
        let set = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        Some(set.or_else(|| Some(std::env::home_dir()?.join(".config")))?.join("evcxr"))
    };
    let folder = std::env::var_os("EVCXR_CONFIG_DIR").map(PathBuf::from).or_else(usual)?;
    ["init.evcxr", "prelude.rs"].map(|name| folder.join(name)).into_iter().find(|path| path.is_file())
}

/// Starts the kernel. Returns only if that fails.
///
/// `lock` is the Cargo.lock of the crate that is made quick.
pub fn run(
    configuration: &Configuration,
    folders: &BuildFolders,
    evcxr: &Path,
    lock: &Path,
    connection_file: &Path,
) -> Outcome<()> {
    let failed = |e| Failure::io("start the Rust kernel", &e);
    let us = std::env::current_exe().map_err(failed)?;
    if !evcxr.is_file() {
        let problem = format!(
            "The Rust kernel cannot start without its program {}, which is not there.",
            evcxr.display()
        );
        return Err(Failure::new(problem, "Run the set-up again: it installs what is missing."));
    }
    if !folders.are_ours() && !folders.warm().is_dir() {
        return Err(Failure::new(
            format!(
                "The Rust kernel cannot start without the warm build folder {}, which is not there, or closed to you.",
                folders.warm().display()
            ),
            "Who has set up the kernel runs the set-up again, and lets others read all that it has made: `chmod -R go+rX,go-w .venv`, then `chmod -R go= .venv/jupyter`.",
        ));
    }
    std::fs::create_dir_all(folders.no_settings()).map_err(failed)?;
    let crates = lock.parent().filter(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let cargo = tool_shim::real_cargo(&folders.tools(), crates)?;
    tool_shim::must_have_rustc(&cargo, &folders.tools())?;
    let mut command = Command::new(evcxr);
    process::forget_cargo(&mut command);
    command
        .arg("--control_file")
        .arg(connection_file)
        // evcxr would update a kernel of its own that it finds among the user's.
        .env("JUPYTER_PATH", folders.no_settings())
        // On stdout it says which settings it found.
        .stdout(Stdio::null());
    if switch::off().is_some() {
        return Err(failed(process::become_program(&mut command)));
    }

    let folder = folders.create(configuration).map_err(|e| {
        Failure::io(&format!("make a build folder for the kernel in {}", folders.runs().display()), &e)
    })?;
    cell_build::forget_refusal(&folder.path).map_err(failed)?;
    keeper::start(&us, &folder.path).map_err(failed)?;

    if let Some(theirs) = settings_of_evcxr() {
        eprintln!(
            "The kernel's speed-up is on, so {} is not read: cells run on evcxr's own settings. {}={} leaves it in force.",
            theirs.display(),
            switch::SWITCH,
            switch::OFF
        );
    }
    let settings = if is_to_load() { folders.loading_settings() } else { folders.no_settings() };
    command
        .env("EVCXR_TMPDIR", &folder.path)
        // Settings of the user's own evcxr, such as a fixed build folder, would be shared by all kernels.
        .env("EVCXR_CONFIG_DIR", settings)
        // It would have all built anew that is in the warm folder.
        .env_remove("CARGO_INCREMENTAL");
    if std::env::var_os(HUGE_PAGES).is_none() {
        command.env(HUGE_PAGES, "0");
    }
    // evcxr sets it for cells, always; here it is still the user's
    if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
        command.env(failed_cell::BACKTRACE, "1");
    }
    tool_shim::put_first(&mut command, &cargo, &folders.tools(), lock);
    tool_shim::keep_toolchain(&mut command, &cargo);
    analyzer::put_on_diet(&mut command, folders);
    let lock = folder.lock.try_clone().map_err(failed)?;
    Err(failed(process::become_program(command.stdin(Stdio::from(lock)))))
}
