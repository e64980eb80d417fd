//! The first minutes: JupyterLab is open while the kernel is set up, and cells that are run too early are answered. The work is done by `first.py`.

use std::path::Path;
use std::process::Command;

#[test]
fn cells_that_are_run_too_early_are_answered_and_then_run() {
    let launcher = env!("CARGO_BIN_EXE_demystified");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    succeeds(Command::new(launcher).args(["setup", "--tests"]));
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    succeeds(Command::new(python).arg(root.join("launcher/tests/first.py")).arg(launcher));
    // Jupyter is told of the real kernel again.
    succeeds(Command::new(launcher).arg("setup"));
}

fn succeeds(command: &mut Command) {
    let output = command.output().unwrap();
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{}", texts.concat());
}
