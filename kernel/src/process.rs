//! Starting other programs.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Takes away what `cargo run` and `cargo test` set for their own child: a kernel's builds would see it.
pub fn forget_cargo(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        let of_this_crate =
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|p| text.starts_with(p));
        let of_this_build = matches!(
            text,
            "CARGO" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "CARGO_TARGET_TMPDIR" | "OUT_DIR"
        );
        if of_this_crate || of_this_build || text == "RUST_RECURSION_COUNT" {
            command.env_remove(&name);
        }
    }
}

/// Becomes another program. Returns only when that fails.
#[cfg(unix)]
pub fn become_program(command: &mut Command) -> io::Error {
    use std::os::unix::process::CommandExt;
    command.exec()
}

/// Runs another program to its end, then ends as it did. Returns only when it cannot be started.
#[cfg(not(unix))]
pub fn become_program(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// Says what another program has said, and ends as it did. Returns only when that cannot be said.
pub fn end_as(said: &[u8], complained: &[u8], code: i32) -> io::Error {
    match io::stdout().write_all(said).and_then(|()| io::stderr().write_all(complained)) {
        Ok(()) => std::process::exit(code),
        Err(error) => error,
    }
}

/// Takes a command out of our process group, so that it outlives a Ctrl-C or a kill of the group.
pub fn detach(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Lets this process end when the one that has started it ends.
pub fn end_with_parent(parent: u32) {
    #[cfg(unix)]
    std::thread::spawn(move || {
        while std::os::unix::process::parent_id() == parent {
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        std::process::exit(1);
    });
    #[cfg(not(unix))]
    let _ = parent;
}

/// Where the program that has started us says what goes wrong.
pub fn stderr_of_parent() -> Option<PathBuf> {
    #[cfg(target_os = "linux")]
    return Some(PathBuf::from(format!("/proc/{}/fd/2", std::os::unix::process::parent_id())));
    #[cfg(not(target_os = "linux"))]
    None
}

/// The environment with which the program that has started us was started itself.
pub fn environment_of_parent() -> Option<Vec<(OsString, OsString)>> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::ffi::OsStringExt;
        let all = fs::read(format!("/proc/{}/environ", std::os::unix::process::parent_id())).ok()?;
        let pair = |entry: &[u8]| {
            let end = entry.iter().position(|byte| *byte == b'=')?;
            let [name, value] =
                [&entry[..end], &entry[end + 1..]].map(|bytes| OsString::from_vec(bytes.to_vec()));
            Some((name, value))
        };
        Some(all.split(|byte| *byte == 0).filter_map(pair).collect())
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// Whether this process has started us.
pub fn is_parent(process: &str) -> bool {
    #[cfg(unix)]
    return process == std::os::unix::process::parent_id().to_string();
    #[cfg(not(unix))]
    {
        let _ = process;
        true
    }
}

/// Whether a process runs, and is not merely waiting to be collected.
pub fn is_alive(pid: &str) -> bool {
    let Ok(status) = fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    // pid (name) state …
    status.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with(['Z', 'X']))
}

/// The first program of this name in the folders of $PATH, leaving out one folder.
pub fn find_in_path(name: &str, except: Option<&Path>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .filter(|folder| Some(folder.as_path()) != except)
        .map(|folder| folder.join(&name))
        .find(|candidate| candidate.is_file())
}

/// What a program answers on stdout, trimmed, if it succeeds.
pub fn answer<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: &[S]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
