//! What tells Jupyter of the kernel, and keeps everything else out of the reader's way.

use std::fs;
use std::path::Path;

use serde_json::json;

use quick_cells::build_folder::BuildFolders;
use quick_cells::{Failure, Outcome, cell_build, files, tool_shim};

use crate::environment::Environment;

const SPARE_KERNEL: &str = include_str!("spare_kernel.py");
/// What a notebook's first cells do, but for what they leave behind: the crate is linked, and rust-analyzer has read it for the type
/// of a variable, which then moves on and is gone.
const LOADING: [(&str, &str); 2] = [
    ("init.evcxr", ":dep demystified = { path = \"..\" }\n"),
    ("prelude.rs", "let first: demystified::Dataset = demystified::sleep_study();\ndrop(first);\n"),
];

/// Installs the kernel `rust` and Jupyter's settings into `.venv`.
pub fn ensure(environment: &Environment, evcxr: &Path) -> Outcome<()> {
    install(environment, evcxr).map_err(|e| Failure::io("install the kernel `rust` into .venv", &e))
}

fn install(environment: &Environment, evcxr: &Path) -> std::io::Result<()> {
    // The kernel runs a copy of this program, so that `cargo clean` and a build at work do not break it.
    let program = environment.program("demystified-kernel");
    copy_if_different(&std::env::current_exe()?, &program)?;
    let folders = BuildFolders::of(&environment.venv());
    tool_shim::install(&program, &["cargo", "rustup", cell_build::RECORDER], &folders.tools())?;
    tool_shim::install(&program, &["cargo"], &folders.cargo_home().join("bin"))?;

    // Jupyter makes what it needs in here, but complains if the folder itself is not there.
    fs::create_dir_all(environment.jupyter())?;
    let jupyter = environment.venv().join("share").join("jupyter");
    let kernel = json!({
        "argv": [program, "kernel", evcxr, "{connection_file}"],
        "display_name": "Rust",
        "language": "rust",
        "interrupt_mode": "message",
    });
    write_json(&jupyter.join("kernels").join("rust").join("kernel.json"), &kernel)?;
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
    for (name, text) in LOADING {
        files::write_if_different(&folders.loading_settings().join(name), text.as_bytes())?;
    }
    // No questions about news and updates: the versions are pinned.
    let lab = json!({
        "@jupyterlab/apputils-extension:notification": { "fetchNews": "false", "checkForUpdates": false },
    });
    write_json(&jupyter.join("lab").join("settings").join("overrides.json"), &lab)
}

fn write_json(path: &Path, value: &serde_json::Value) -> std::io::Result<()> {
    files::write_if_different(path, format!("{value:#}\n").as_bytes())
}

fn copy_if_different(from: &Path, to: &Path) -> std::io::Result<()> {
    let wanted = fs::read(from)?;
    if from == to || fs::read(to).is_ok_and(|present| present == wanted) {
        return Ok(());
    }
    files::replace_with(to, |new| fs::copy(from, new).map(|_| ()))
}
