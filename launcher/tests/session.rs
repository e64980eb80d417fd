//! A session on the kernel as a reader might have it, cell by cell. The work is done by `session.py`.

mod outside_cargo;

use std::path::Path;
use std::process::Command;

use outside_cargo::{printed_by, python};

#[test]
fn every_cell_does_what_it_does_on_evcxr_itself() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    printed_by(Command::new(env!("CARGO_BIN_EXE_demystified")).args(["setup", "--tests"]));
    printed_by(
        Command::new(python()).arg(root.join("launcher/tests/session.py")).arg(env!("CARGO_TARGET_TMPDIR")),
    );
}
