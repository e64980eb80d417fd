//! At least 200 cells give the same on the quick kernel and on evcxr as it is. The work is done by `same.py`, which also lists what may differ.

mod outside_cargo;

use std::path::Path;
use std::process::Command;

use outside_cargo::{printed_by, python};

#[test]
fn cells_give_the_same_on_the_quick_kernel_and_on_evcxr_as_it_is() {
    let launcher = env!("CARGO_BIN_EXE_demystified");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let cells = root.join("launcher/tests/same.cells");
    let separators = std::fs::read_to_string(&cells).unwrap().lines().filter(|line| *line == "---").count();
    assert!(separators >= 200, "only {separators} cells");
    printed_by(Command::new(launcher).args(["setup", "--tests"]));
    println!("{}", printed_by(Command::new(python()).arg(root.join("launcher/tests/same.py")).arg(cells)));
}
