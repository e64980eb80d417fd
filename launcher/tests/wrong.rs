//! What a reader is told when a cell goes wrong, on the kernel itself. The work is done by `wrong.py`.

use std::path::Path;
use std::process::Command;

#[test]
fn errors_come_at_once_and_name_their_cause() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    succeeds(Command::new(env!("CARGO_BIN_EXE_demystified")).args(["setup", "--tests"]));
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    succeeds(Command::new(python).arg(root.join("launcher/tests/wrong.py")));
}

fn succeeds(command: &mut Command) {
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
