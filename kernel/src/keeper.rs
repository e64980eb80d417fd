//! `keeper FOLDER KERNEL`: stays beside a kernel. When the kernel has ended, however it ended, its build
//! folder is removed. When the Jupyter that started the kernel is gone, so that nobody could end it, the kernel is ended.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::build_folder::{BuildFolder, BuildFolders};
use crate::{Failure, Outcome, process};

/// What the program is started as, to be one.
pub const NAME: &str = "keeper";

const POLL: Duration = Duration::from_millis(200);
const GRACE: Duration = Duration::from_secs(5);

/// Starts a keeper for the kernel that this process is about to become.
pub fn start(program: &Path, folder: &Path) -> io::Result<()> {
    let mut command = Command::new(program);
    // Detached and silent: a kill of the kernel's group must not hit it, and nobody must wait for its output.
    process::detach(&mut command);
    command
        .arg(NAME)
        .arg(folder)
        .arg(std::process::id().to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(|_| ())
}

/// Waits for the kernel's end, then removes its folder.
pub fn run(folders: &BuildFolders, folder: &Path, kernel: &OsStr) -> Outcome<()> {
    // Jupyter tells its kernels who it is.
    let jupyter = std::env::var("JPY_PARENT_PID").ok();
    let mut orphaned: Option<Instant> = None;
    loop {
        match BuildFolder::take_over(folder) {
            Ok(Some(left)) => {
                // A cell that never ends outlives a kernel that was killed alone.
                signal("KILL", kernel);
                let removed = left.part_with().and_then(|()| folders.tidy());
                return removed.map_err(|e| Failure::io("remove a build folder", &e));
            }
            Ok(None) => {}
            // Somebody else has removed it.
            Err(_) => return Ok(()),
        }
        if cfg!(target_os = "linux") && jupyter.as_deref().is_some_and(|pid| !process::is_alive(pid)) {
            let since = *orphaned.get_or_insert_with(Instant::now);
            signal(if since.elapsed() < GRACE { "TERM" } else { "KILL" }, kernel);
            std::thread::sleep(POLL * 4);
        }
        std::thread::sleep(POLL);
    }
}

/// Signals the kernel's process group, which holds the programs it started.
fn signal(name: &str, kernel: &OsStr) {
    let _ = Command::new("sh").args(["-c", "kill -$1 -$2 2>/dev/null", "sh", name]).arg(kernel).status();
}
