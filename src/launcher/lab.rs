//! Opens JupyterLab on the first notebook.

use std::ffi::OsString;
use std::path::Path;

use super::{Environment, Failure, Outcome, is_notebook, process};

const FIRST: &str = "01-data-and-architecture.ipynb";

/// Becomes JupyterLab. Returns only if that fails.
pub fn run(environment: &Environment, arguments: &[OsString]) -> Outcome<()> {
    let notebooks = environment.notebooks();
    let mut command = environment.python();
    command
        .args(["-m", "jupyterlab"])
        // Warnings and worse: that leaves the address, which would drown in the rest.
        .args(["--ServerApp.log_level=WARN", "--ServerApp.answer_yes=True", "--allow-root"])
        .arg(format!("--ServerApp.root_dir={}", notebooks.display()))
        .current_dir(&notebooks);
    let has_browser = has_browser();
    if !has_browser {
        command.arg("--no-browser");
    }
    let here = std::env::current_dir().unwrap_or_default();
    let mut names_a_notebook = false;
    for argument in arguments {
        let given = Path::new(argument);
        let from_here = here.join(given);
        if is_notebook(given) && from_here.is_file() {
            command.arg(from_here);
        } else {
            command.arg(argument);
        }
        names_a_notebook |= is_notebook(given);
    }
    if !names_a_notebook && notebooks.join(FIRST).is_file() {
        command.arg(notebooks.join(FIRST));
    }
    if has_browser {
        println!(
            "JupyterLab opens in your browser. If it does not, open the address below. Ctrl-C here ends it.\n"
        );
    } else {
        println!("JupyterLab starts. Open the address below in a browser. Ctrl-C here ends it.\n");
    }
    Err(Failure::io("start JupyterLab", &process::become_program(&mut command)))
}

/// Whether a browser started here would be seen by the user.
fn has_browser() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("SSH_CONNECTION") || set("SSH_TTY") {
        return false;
    }
    !cfg!(all(unix, not(target_os = "macos"))) || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("BROWSER")
}
