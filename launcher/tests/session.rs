//! A session on the kernel as a reader might have it, cell by cell. The work is done by `session.py`.

use std::path::Path;
use std::process::Command;

#[test]
fn every_cell_does_what_it_does_on_evcxr_itself() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    run(Command::new(env!("CARGO_BIN_EXE_demystified")).args(["setup", "--tests"]));
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    run(Command::new(python).arg(root.join("launcher/tests/session.py")).arg(env!("CARGO_TARGET_TMPDIR")));
}

fn run(command: &mut Command) {
    // What cargo tells a test is not for the cargo that the kernel starts.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
            command.env_remove(name);
        }
    }
    let output = command.output().unwrap();
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{}", texts.concat());
}
