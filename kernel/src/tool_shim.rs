//! The kernel's `cargo`: our own program under that name, which first puts the Cargo.lock of the crate in use back.
//!
//! A kernel starts with a crate that has no dependencies, so cargo empties the Cargo.lock of its build folder; the `:dep` line
//! would then choose versions anew, which needs the network and makes the warm folder useless when a new version is out.
//!
//! When it is asked to compile a cell, it does without cargo if it can: see `cell_build.rs`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{
    Configuration, Failure, Outcome, analyzer, cell_build, dependency_check, files, process, switch,
};

const CARGO: &str = "QUICK_CELLS_CARGO";
const LOCK: &str = "QUICK_CELLS_LOCK";
const TOOLS: &str = "QUICK_CELLS_TOOLS";
/// The process that we stand in for. What a cell starts itself is a reader's own affair.
const KERNEL: &str = "QUICK_CELLS_KERNEL";
/// Decides which toolchain rustup's programs start, before a `rust-toolchain.toml` does.
const TOOLCHAIN: &str = "RUSTUP_TOOLCHAIN";

/// A program that we stand in for.
#[derive(Debug, Clone, Copy)]
pub enum Tool {
    /// What builds a cell.
    Cargo,
    /// What knows where cargo is.
    Rustup,
    /// Not a tool of the kernel's: cargo starts it in the place of rustc.
    Recorder,
}

fn is_asked_by_the_kernel() -> bool {
    std::env::var(KERNEL).is_ok_and(|kernel| process::is_parent(&kernel))
}

/// The tool that we were started as.
pub fn tool_named_by(program: &OsStr) -> Option<Tool> {
    match Path::new(program).file_name()?.to_str()? {
        "cargo" => Some(Tool::Cargo),
        "rustup" => Some(Tool::Rustup),
        cell_build::RECORDER => Some(Tool::Recorder),
        _ => None,
    }
}

/// Puts our program into a folder under the names of tools.
pub fn install(program: &Path, names: &[&str], tools: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        fs::create_dir_all(tools)?;
        for name in names {
            let link = tools.join(name);
            if fs::read_link(&link).is_ok_and(|target| target == program) {
                continue;
            }
            files::replace_with(&link, |new| std::os::unix::fs::symlink(program, new))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (program, names, tools, fs::read_link);
    Ok(())
}

/// Lets a kernel find our tools before the real ones. The command becomes the kernel, in this process.
pub fn put_first(kernel: &mut Command, cargo: &Path, tools: &Path, lock: &Path) {
    kernel.env(KERNEL, std::process::id().to_string());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(tools.to_owned()).chain(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(folders) {
        kernel.env("PATH", path).env(CARGO, cargo).env(LOCK, lock).env(TOOLS, tools);
    }
}

/// The cargo of the toolchain in use where the crate is. evcxr asks rustup too, since rustup's own `cargo` takes longer to start.
pub fn real_cargo(tools: &Path, crates: &Path) -> Outcome<PathBuf> {
    let in_path = process::find_in_path("cargo", Some(tools));
    let said = match process::find_in_path("rustup", Some(tools)) {
        Some(rustup) => {
            let output = Command::new(rustup).args(["which", "cargo"]).current_dir(crates).output();
            let output = output.map_err(|e| Failure::io("ask rustup for cargo", &e))?;
            if output.status.success() {
                return Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
            }
            // What is in $PATH may be rustup's, which does not start then.
            if let Some(cargo) = in_path.filter(|cargo| process::answer(cargo, &["--version"]).is_some()) {
                return Ok(cargo);
            }
            String::from_utf8_lossy(&output.stderr).trim().to_owned()
        }
        None => match in_path {
            Some(cargo) => return Ok(cargo),
            None => "there is neither `cargo` nor `rustup` in $PATH".to_owned(),
        },
    };
    Err(Failure::new(
        format!("The Rust kernel cannot start without cargo, which compiles its cells: {said}."),
        GET_RUST,
    ))
}

/// Keeps the kernel to this toolchain. A `rust-toolchain.toml` beside a notebook may name any program as the compiler, and would have it run as soon as the
/// notebook is opened.
pub fn keep_toolchain(kernel: &mut Command, cargo: &Path) {
    let Some(folder) = cargo.parent().and_then(Path::parent) else { return };
    let is_rustups = folder.parent().is_some_and(|all| all.ends_with("toolchains"));
    if is_rustups && std::env::var_os(TOOLCHAIN).is_none() {
        kernel.env(TOOLCHAIN, folder.file_name().unwrap_or_default());
    }
}

const GET_RUST: &str = "Install Rust (https://rustup.rs), or let the kernel find it: PATH, RUSTUP_HOME and CARGO_HOME are those of the program that starts it.";

/// evcxr looks for it as we look for cargo; where it finds none, it does not say what is missing.
pub fn must_have_rustc(cargo: &Path, tools: &Path) -> Outcome<()> {
    let beside = cargo.with_file_name(format!("rustc{}", std::env::consts::EXE_SUFFIX));
    if beside.is_file() || process::find_in_path("rustc", Some(tools)).is_some() {
        return Ok(());
    }
    let problem = format!(
        "The Rust kernel cannot start without rustc: it is neither beside {} nor in $PATH.",
        cargo.display()
    );
    Err(Failure::new(problem, GET_RUST))
}

/// Does what the tool does. Returns only if that fails.
pub fn run(configuration: &Configuration, tool: Tool, called_as: &Path, words: &[OsString]) -> Outcome<()> {
    let tools = std::env::var_os(TOOLS).map(PathBuf::from);
    let name = called_as.file_name().and_then(OsStr::to_str);
    if let Some(name) = name.filter(|_| !matches!(tool, Tool::Recorder) && !is_asked_by_the_kernel()) {
        let Some(program) = process::find_in_path(name, tools.as_deref()) else { std::process::exit(127) };
        let mut command = Command::new(&program);
        analyzer::restore_cargo_home(command.args(words));
        return Err(Failure::io(
            &format!("start {}", program.display()),
            &process::become_program(&mut command),
        ));
    }
    let mut words = words.to_vec();
    let asks_for_dependency = matches!(tool, Tool::Cargo) && dependency_check::is_asked(&words);
    let program = match tool {
        Tool::Recorder => return record(configuration, &words),
        Tool::Cargo => {
            restore_lock(configuration.name).map_err(|e| Failure::io("put Cargo.lock back", &e))?;
            if asks_for_dependency {
                dependency_check::repeat(&words);
            }
            cell_build::repeat(&words);
            // A line less said is no reason for a cell to fail.
            let _ = switch::say_why_cargo(&words);
            words = cell_build::as_built(&words);
            std::env::var_os(CARGO).map(PathBuf::from)
        }
        // evcxr asks rustup for cargo first; without an answer it takes the one in $PATH, which is us.
        Tool::Rustup if words == ["which", "cargo"] => std::process::exit(1),
        Tool::Rustup => process::find_in_path("rustup", tools.as_deref()),
    };
    let Some(program) = program else { std::process::exit(127) };
    let mut command = Command::new(&program);
    analyzer::restore_cargo_home(command.args(&words));
    if let (Tool::Cargo, Some(tools)) = (tool, &tools) {
        keep_caching_sound(&mut command);
        optimise_as_asked(&mut command);
        cell_build::have_recorded(&mut command, &words, tools)
            .map_err(|e| Failure::io("have the compilation of a cell recorded", &e))?;
    }
    let error = if analyzer::is_asked(called_as) {
        analyzer::answer(configuration, &mut command, &words)
    } else if asks_for_dependency {
        dependency_check::ask(&mut command, &words)
    } else {
        process::become_program(&mut command)
    };
    Err(Failure::io(&format!("start {}", program.display()), &error))
}

/// evcxr's `:cache` keeps what is compiled by its command line alone, except for crates that are compiled incrementally: those are
/// the ones that change. Our profile compiles none incrementally.
fn keep_caching_sound(cargo: &mut Command) {
    if std::env::var_os(cell_build::CACHES).is_some() {
        cargo.env("CARGO_PROFILE_DEV_INCREMENTAL", "true").env_remove("CARGO_INCREMENTAL");
    }
}

/// Our profile does not optimise cells, whatever evcxr's manifest says; but who has asked for a level by `:opt` gets it.
fn optimise_as_asked(cargo: &mut Command) {
    let manifest = fs::read_to_string("Cargo.toml").unwrap_or_default();
    let level = manifest.lines().find_map(|line| line.strip_prefix("opt-level = "));
    if let Some(level) = level.filter(|level| *level != EVCXRS_LEVEL) {
        cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", level.trim_matches('"'));
    }
}

/// Without `:opt`.
const EVCXRS_LEVEL: &str = "2";

/// Becomes the rustc that cargo wanted.
fn record(configuration: &Configuration, words: &[OsString]) -> Outcome<()> {
    let Some(mut rustc) = cell_build::record(configuration, words) else { std::process::exit(127) };
    let error = process::become_program(&mut rustc);
    Err(Failure::io(&format!("start {}", rustc.get_program().display()), &error))
}

/// If the crate in this folder wants ours, but its Cargo.lock knows nothing of it: start from the Cargo.lock beside its sources.
fn restore_lock(name: &str) -> io::Result<()> {
    let Some(lock) = std::env::var_os(LOCK) else { return Ok(()) };
    let manifest = fs::read_to_string("Cargo.toml").unwrap_or_default();
    let present = fs::read_to_string("Cargo.lock").unwrap_or_default();
    let wanted = manifest.lines().any(|line| line.trim_start().starts_with(name));
    if wanted && !present.contains(&format!("name = {name:?}")) && Path::new(&lock).is_file() {
        fs::copy(lock, "Cargo.lock")?;
    }
    Ok(())
}
