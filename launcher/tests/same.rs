//! At least 200 cells give the same on the quick kernel and on evcxr as it is. The work is done by `same.py`, which also lists what may differ.

use std::path::Path;
use std::process::Command;

#[test]
fn cells_give_the_same_on_the_quick_kernel_and_on_evcxr_as_it_is() {
    let launcher = env!("CARGO_BIN_EXE_demystified");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let cells = root.join("launcher/tests/same.cells");
    let separators = std::fs::read_to_string(&cells).unwrap().lines().filter(|line| *line == "---").count();
    assert!(separators >= 200, "only {separators} cells");
    printed_by(Command::new(launcher).args(["setup", "--tests"]));
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    println!("{}", printed_by(Command::new(python).arg(root.join("launcher/tests/same.py")).arg(cells)));
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
