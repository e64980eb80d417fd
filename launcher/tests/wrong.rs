//! What a reader is told when a cell goes wrong, on the kernel itself. The work is done by `wrong.py`.

mod outside_cargo;

use std::path::Path;
use std::process::Command;

use outside_cargo::{printed_by, python};

#[test]
fn errors_come_at_once_and_name_their_cause() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    printed_by(Command::new(env!("CARGO_BIN_EXE_demystified")).args(["setup", "--tests"]));
    printed_by(Command::new(python()).arg(root.join("launcher/tests/wrong.py")));
}
