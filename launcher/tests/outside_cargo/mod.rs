//! Programs that a test starts as somebody would who has not typed `cargo test`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Python with all that the tests need, once `setup --tests` has been run.
pub fn python() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" })
}

/// What a program has printed that has to succeed.
pub fn printed_by(command: &mut Command) -> String {
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
