//! Finding a Python that can make the environment.

use std::path::PathBuf;

use quick_cells::process::answer;
use quick_cells::{Failure, Outcome};

const OLDEST: (u32, u32) = (3, 10);
const PROBE: &str = "import sys, importlib.util as i
print(sys.version_info[0], sys.version_info[1], int(bool(i.find_spec('venv') and i.find_spec('ensurepip'))), sys.executable)";

const TIME: &str = "import time; print(time.strftime('%Y-%m-%d-%H%M%S'))";

/// A Python on this machine.
#[derive(Debug)]
pub struct Python {
    pub executable: PathBuf,
    version: (u32, u32),
    can_make_environments: bool,
}

/// The first usable Python: `$PYTHON` if set, or else one by its usual names.
pub fn find() -> Outcome<Python> {
    let chosen = std::env::var("PYTHON").ok().filter(|name| !name.is_empty());
    let names = match &chosen {
        Some(name) => vec![name.clone()],
        None => {
            let versioned = (OLDEST.1..=14).rev().map(|minor| format!("python3.{minor}"));
            ["python3".into()].into_iter().chain(versioned).chain(["python".into()]).collect()
        }
    };
    let mut found = Vec::new();
    for name in &names {
        if let Some(python) = ask(name) {
            if python.version >= OLDEST && python.can_make_environments {
                return Ok(python);
            }
            found.push(python);
        }
    }
    Err(complain(&found, chosen.as_deref()))
}

/// The time here, as it can stand in a file's name: Rust's standard library knows no time zones.
pub fn local_time() -> Outcome<String> {
    let python = find()?.executable;
    answer(&python, &["-I", "-c", TIME]).ok_or_else(|| {
        Failure::new(
            format!("{} does not tell the time.", python.display()),
            "Set PYTHON to another Python 3.",
        )
    })
}

fn ask(name: &str) -> Option<Python> {
    let said = answer(name, &["-c", PROBE])?;
    let mut words = said.splitn(4, ' ');
    let version = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let can_make_environments = words.next()? == "1";
    Some(Python { executable: words.next()?.into(), version, can_make_environments })
}

/// Says what is wrong with the best Python there is.
fn complain(found: &[Python], chosen: Option<&str>) -> Failure {
    let place = |python: &Python| {
        format!("Python {}.{} ({})", python.version.0, python.version.1, python.executable.display())
    };
    const INSTALL: &str = "Install Python 3.10 or newer (Debian, Ubuntu: `sudo apt install python3 python3-venv`; Fedora: `sudo dnf \
                           install python3`; macOS: `brew install python`), or set PYTHON to one that you have. Then run the same \
                           command again.";
    match found.iter().max_by_key(|python| python.version) {
        None => match chosen {
            Some(name) => {
                Failure::new(format!("PYTHON is set to `{name}`, which is not a Python 3."), INSTALL)
            }
            None => Failure::new("No Python was found.", INSTALL),
        },
        Some(best) if best.version < OLDEST => {
            Failure::new(format!("{} is too old: JupyterLab needs 3.10 or newer.", place(best)), INSTALL)
        }
        Some(best) => Failure::new(
            format!("{} comes without the modules `venv` and `ensurepip`.", place(best)),
            format!(
                "Install them (Debian, Ubuntu: `sudo apt install python{}.{}-venv`), or set PYTHON to another Python. Then run \
                 the same command again.",
                best.version.0, best.version.1
            ),
        ),
    }
}
