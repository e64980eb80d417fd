//! What once made cells of the quick kernel give a wrong result, or wait for nothing. The work is done by `sound.py`.

mod outside_cargo;

use std::path::Path;
use std::process::Command;

use outside_cargo::{printed_by, python};

#[test]
fn what_was_mended_stays_mended() {
    let launcher = env!("CARGO_BIN_EXE_demystified");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    printed_by(Command::new(launcher).args(["setup", "--tests"]));
    let mut test = Command::new(python());
    test.arg(root.join("launcher/tests/sound.py")).args([env!("CARGO_TARGET_TMPDIR"), launcher]);
    println!("{}", printed_by(&mut test));
}
