//! What tells Jupyter of the kernel, and keeps everything else out of the reader's way.

use std::fs;
use std::path::Path;

use serde_json::json;

use quick_cells::install::{self, Kernel};
use quick_cells::{Failure, Outcome, files};

use crate::environment::Environment;
use crate::series::SERIES;

const SPARE_KERNEL: &str = include_str!("spare_kernel.py");
/// Installs the kernel `rust` and Jupyter's settings into `.venv`.
pub fn ensure(environment: &Environment, evcxr: &Path) -> Outcome<()> {
    write_settings(environment, evcxr).map_err(|e| Failure::io("install the kernel `rust` into .venv", &e))
}

fn write_settings(environment: &Environment, evcxr: &Path) -> std::io::Result<()> {
    let lock = environment.root.join("Cargo.lock");
    let rust = Kernel { name: "rust", display_name: "Rust", evcxr, lock: &lock };
    install::install(&environment.venv(), &SERIES, &rust)?;

    // Jupyter makes what it needs in here, but complains if the folder itself is not there.
    fs::create_dir_all(environment.jupyter())?;
    let jupyter = environment.venv().join("share").join("jupyter");
    // JupyterLab brings a Python kernel along; only Rust is to be offered.
    let server = json!({
        "KernelSpecManager": { "allowed_kernelspecs": ["rust"], "ensure_native_kernel": false },
        "MultiKernelManager": { "default_kernel_name": "rust" },
        // Neither is used here; the one looks for programs, the other for the network.
        "LanguageServerManager": { "autodetect": false },
        "LabApp": { "extension_manager": "readonly" },
    });
    let settings = environment.venv().join("etc").join("jupyter").join("jupyter_server_config.json");
    write_json(&settings, &server)?;
    files::write_if_different(&settings.with_extension("py"), SPARE_KERNEL.as_bytes())?;
    // No questions about news and updates: the versions are pinned.
    let lab = json!({
        "@jupyterlab/apputils-extension:notification": { "fetchNews": "false", "checkForUpdates": false },
    });
    write_json(&jupyter.join("lab").join("settings").join("overrides.json"), &lab)
}

fn write_json(path: &Path, value: &serde_json::Value) -> std::io::Result<()> {
    files::write_if_different(path, format!("{value:#}\n").as_bytes())
}
