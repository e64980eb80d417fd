//! What once made cells of the quick kernel give a wrong result, or wait for nothing. The work is done by `sound.py`.

use std::path::Path;
use std::process::Command;

#[test]
fn what_was_mended_stays_mended() {
    let launcher = env!("CARGO_BIN_EXE_demystified");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    printed_by(Command::new(launcher).args(["setup", "--tests"]));
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    let mut test = Command::new(python);
    test.arg(root.join("launcher/tests/sound.py")).args([env!("CARGO_TARGET_TMPDIR"), launcher]);
    println!("{}", printed_by(&mut test));
}

fn printed_by(command: &mut Command) -> String {
    // What cargo tells a test is not for the cargo that the kernels start.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
            command.env_remove(name);
        }
    }
    let output = command.output().unwrap();
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{}", texts.concat());
    texts.concat()
}
