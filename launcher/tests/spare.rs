//! JupyterLab's spare kernel, on the real server and the real kernel. The work is done by `spare.py`.

use std::path::Path;
use std::process::Command;

#[test]
fn a_notebook_gets_a_kernel_that_was_started_ahead() {
    let launcher = env!("CARGO_BIN_EXE_demystified");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    succeeds(Command::new(launcher).args(["setup", "--tests"]));
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    succeeds(Command::new(python).arg(root.join("launcher/tests/spare.py")).arg(launcher));
}

fn succeeds(command: &mut Command) {
    let output = command.output().unwrap();
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{}", texts.concat());
}
