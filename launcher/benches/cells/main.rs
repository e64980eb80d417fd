//! `cargo bench --bench cells`: how long the cells of a notebook take on the real kernel. The work is done by `cells.py`.

use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    let mut set_up = Command::new(env!("CARGO_BIN_EXE_demystified"));
    set_up.arg("setup");
    let mut measure = Command::new(python);
    measure.arg(root.join("launcher/benches/cells/cells.py")).args(std::env::args_os().skip(1));
    // What cargo tells this program is not for the cargo that the kernels start.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
            measure.env_remove(name);
        }
    }
    for mut command in [set_up, measure] {
        match command.status() {
            Ok(status) if status.success() => {}
            Ok(_) => return ExitCode::FAILURE,
            Err(error) => {
                eprintln!("{:?} could not be started: {error}", command.get_program());
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
