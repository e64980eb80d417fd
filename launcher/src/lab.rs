//! Opens JupyterLab on the first notebook.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::Path;

use quick_cells::build_folder::{make_private, user};
use quick_cells::{Failure, Outcome, files, process};

use crate::environment::{Environment, is_notebook};
use crate::status;

const FIRST: &str = "01-data-and-architecture.ipynb";

/// Becomes JupyterLab in a folder of notebooks. Returns only if that fails.
pub fn run(environment: &Environment, notebooks: &Path, arguments: &[OsString]) -> Outcome<()> {
    let failed = |e| Failure::io("start JupyterLab", &e);
    close(&environment.jupyter()).map_err(failed)?;
    try_to_write(&environment.jupyter()).map_err(failed)?;
    let mut command = environment.python();
    command
        .args(["-m", "jupyterlab"])
        // Warnings and worse: that leaves the address, which would drown in the rest.
        .args(["--log-level=WARN", "--LabApp.log_level=WARN", "--ServerApp.answer_yes=True"])
        .arg(format!("--ServerApp.root_dir={}", notebooks.display()))
        .current_dir(notebooks);
    command.args(permission_for(user()));
    let has_browser = has_browser();
    if !has_browser {
        command.arg("--no-browser");
    }
    let mut opened = notebooks.join(FIRST).is_file().then(|| FIRST.to_owned());
    for argument in arguments {
        match notebook_named(notebooks, argument) {
            Some(name) => opened = Some(name),
            None => drop(command.arg(argument)),
        }
    }
    if let Some(name) = opened {
        // As the default address, it is in the address that is printed too.
        command.arg(format!("--LabApp.default_url=/lab/tree/{name}"));
    }
    if let Some(line) = status::without_speed_up(environment) {
        println!("{line}\n");
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

/// Becomes the server of one user of a JupyterHub, in the folder of their notebooks. Returns only if that fails.
pub fn run_for_hub(environment: &Environment, notebooks: &Path, arguments: &[OsString]) -> Outcome<()> {
    const SERVER: &str = "jupyterhub-singleuser";
    if !environment.program(SERVER).is_file() {
        return Err(Failure::new(
            format!("There is no {SERVER} in {}.", environment.venv().display()),
            "Install the version of the hub there: `.venv/bin/pip install jupyterhub==VERSION`. See docs/class.md.",
        ));
    }
    let mut command = environment.shared(SERVER);
    command.args(permission_for(user())).args(arguments).current_dir(notebooks);
    command.env("JUPYTERHUB_ROOT_DIR", notebooks);
    if std::env::var_os("JUPYTERHUB_DEFAULT_URL").is_none_or(|url| url.is_empty()) {
        command.env("JUPYTERHUB_DEFAULT_URL", format!("/lab/tree/{FIRST}"));
    }
    Err(Failure::io("start the server of a JupyterHub's user", &process::become_program(&mut command)))
}

/// Whoever reads the token that JupyterLab keeps in this folder can do there all that we can. Where a set-up was opened to others, this was opened
/// with it. Users of a JupyterHub need nothing in here: what Jupyter keeps for them is in their homes.
fn close(folder: &Path) -> io::Result<()> {
    make_private(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            // A second wall: what is not ours to close stands behind the first one.
            let _ = make_private(&entry.path());
        }
    }
    Ok(())
}

/// JupyterLab keeps notes on itself in this folder. Where there is no room for them, it ends with twenty lines of Python.
fn try_to_write(folder: &Path) -> io::Result<()> {
    let note = folder.join("room.txt");
    files::write(&note, &[b' '; 65_536])?;
    files::remove_file(&note)
}

/// JupyterLab refuses root, who in a container has no choice; nobody else is to be allowed it.
fn permission_for(user: Option<u32>) -> Option<&'static str> {
    (user == Some(0)).then_some("--allow-root")
}

/// The name of one of our notebooks, wherever the user gave it from.
fn notebook_named(notebooks: &Path, argument: &OsStr) -> Option<String> {
    let given = Path::new(argument);
    let name = given.file_name()?.to_str()?;
    (is_notebook(given) && notebooks.join(name).is_file()).then(|| name.to_owned())
}

/// Whether a browser started here would be seen by the user.
fn has_browser() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("SSH_CONNECTION") || set("SSH_TTY") {
        return false;
    }
    !cfg!(all(unix, not(target_os = "macos"))) || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("BROWSER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_may_be_root() {
        assert_eq!(permission_for(Some(0)), Some("--allow-root"));
        assert_eq!([permission_for(Some(1000)), permission_for(None)], [None, None]);
    }
}
