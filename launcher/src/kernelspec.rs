//! What Jupyter is told of the kernel `rust`: that it is the placeholder, until the real one is there. It also says why a kernel cannot start.
//! And what keeps everything else out of the reader's way.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use quick_cells::build_folder::BuildFolders;
use quick_cells::install::{self, Kernel};
use quick_cells::work::PROGRESS;
use quick_cells::{Failure, Outcome, files, process};

use crate::environment::Environment;
use crate::lock::{LOCK, locked};
use crate::quick_series::SERIES;

const NAME: &str = "rust";
const SPARE_KERNEL: &str = include_str!("spare_kernel.py");
/// What it loads.
const OTHERS: [(&str, &str); 2] = [
    ("shell_connections.py", include_str!("shell_connections.py")),
    ("first_answer.py", include_str!("first_answer.py")),
];
const PLACEHOLDER: &str = include_str!("placeholder_kernel.py");

/// The real kernel, as Jupyter starts it.
pub fn of_kernel(environment: &Environment, evcxr: &Path) -> Value {
    let lock = environment.root.join("Cargo.lock");
    let kernel = Kernel { display_name: "Rust", evcxr, lock: &lock };
    install::specification(&environment.venv(), &SERIES, &kernel)
}

/// From now on, notebooks get the real kernel, and placeholders become it.
pub fn tell_of_kernel(environment: &Environment, evcxr: &Path) -> Outcome<()> {
    tell(environment, &of_kernel(environment, evcxr))
}

/// From now on, notebooks get the placeholder.
pub fn tell_of_placeholder(environment: &Environment) -> Outcome<()> {
    let folders = BuildFolders::of(&environment.venv());
    let script = placeholder(&environment.venv());
    let [progress, lock] = [PROGRESS, LOCK].map(|name| folders.home().join(name));
    tell(
        environment,
        &json!({
            "argv": [environment.program("python"), script, progress, lock, "{connection_file}"],
            "display_name": "Rust",
            "language": "rust",
            "interrupt_mode": "message",
        }),
    )
}

/// Where the placeholder is.
fn placeholder(venv: &Path) -> PathBuf {
    venv.join("share").join("jupyter").join("placeholder_kernel.py")
}

/// Where a kernel cannot start, a reader is to see why: becomes one that answers each cell with it. Returns only if this is no kernel, or that fails.
///
/// A kernel that makes the warm build folder has no reader.
pub fn say_in_the_notebook(failure: &Failure) {
    let program = std::env::current_exe().unwrap_or_default();
    let (Some(scripts), Some(connection_file)) = (program.parent(), install::connection_file()) else {
        return;
    };
    if std::env::var_os("QUICK_CELLS_WARMING").is_some() {
        return;
    }
    let python = scripts.join("python").with_extension(std::env::consts::EXE_EXTENSION);
    let script = placeholder(scripts.parent().unwrap_or(scripts));
    if script.is_file() {
        let mut command = Command::new(python);
        process::become_program(
            command.arg(script).arg("--cannot-start").arg(failure.to_string()).arg(connection_file),
        );
    }
}

fn tell(environment: &Environment, specification: &Value) -> Outcome<()> {
    let _lock = locked(&environment.venv())?;
    install::tell_jupyter(&environment.venv(), NAME, specification).map_err(|e| failed(&e))
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::io("install the kernel `rust` into .venv", error)
}

/// Jupyter's settings, in `.venv`.
pub fn write_settings(environment: &Environment) -> Outcome<()> {
    try_to_write_settings(environment).map_err(|e| Failure::io("write Jupyter's settings into .venv", &e))
}

fn try_to_write_settings(environment: &Environment) -> std::io::Result<()> {
    // Jupyter makes what it needs in here, but complains if the folder itself is not there.
    fs::create_dir_all(environment.jupyter())?;
    let jupyter = environment.venv().join("share").join("jupyter");
    // JupyterLab brings a Python kernel along; only Rust is to be offered.
    let server = json!({
        "KernelSpecManager": { "allowed_kernelspecs": [NAME], "ensure_native_kernel": false },
        "MultiKernelManager": { "default_kernel_name": NAME },
        // Neither is used here; the one looks for programs, the other for the network.
        "LanguageServerManager": { "autodetect": false },
        "LabApp": { "extension_manager": "readonly" },
    });
    let settings = environment.venv().join("etc").join("jupyter").join("jupyter_server_config.json");
    write_json(&settings, &server)?;
    files::write_if_different(&settings.with_extension("py"), SPARE_KERNEL.as_bytes())?;
    for (name, text) in OTHERS {
        files::write_if_different(&settings.with_file_name(name), text.as_bytes())?;
    }
    files::write_if_different(&placeholder(&environment.venv()), PLACEHOLDER.as_bytes())?;
    // No questions about news and updates: the versions are pinned. And a page in Markdown is there to be read.
    let lab = json!({
        "@jupyterlab/docmanager-extension:plugin": { "defaultViewers": { "markdown": "Markdown Preview" } },
        "@jupyterlab/apputils-extension:notification": { "fetchNews": "false", "checkForUpdates": false },
    });
    write_json(&jupyter.join("lab").join("settings").join("overrides.json"), &lab)
}

fn write_json(path: &Path, value: &Value) -> std::io::Result<()> {
    files::write_if_different(path, format!("{value:#}\n").as_bytes())
}
