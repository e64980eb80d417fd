//! The kernel, cell by cell. The work is done by Python programs beside this file. They are tests of one program, so that two run at
//! a time; a long one has the name that comes first.

mod outside_cargo;

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use outside_cargo::{printed_by, python};

const LAUNCHER: &str = env!("CARGO_BIN_EXE_demystified");
const OWN_FOLDER: &str = env!("CARGO_TARGET_TMPDIR");

/// At least 200 cells; `same.py` also lists what may differ.
#[test]
fn a_cell_gives_the_same_on_the_quick_kernel_and_on_evcxr_as_it_is() {
    let cells = root().join("launcher/tests/same.cells");
    let separators = std::fs::read_to_string(&cells).unwrap().lines().filter(|line| *line == "---").count();
    assert!(separators >= 200, "only {separators} cells");
    runs("same.py", [cells]);
}

/// What once made cells of the quick kernel give a wrong result, or wait for nothing.
#[test]
fn all_that_was_mended_stays_mended() {
    runs("sound.py", [OWN_FOLDER, LAUNCHER]);
}

/// The speed-up for another crate than that of the series.
#[test]
fn another_crate_gets_the_same_speed_up() {
    let mut build = Command::new(env!("CARGO"));
    printed_by(build.args(["build", "-p", "quick_cells", "--example", "quick_points"]).current_dir(root()));
    let example = Path::new(LAUNCHER).with_file_name("examples").join("quick_points");
    runs("example.py", [example.as_os_str(), OWN_FOLDER.as_ref()]);
}

/// What a reader is told when a cell goes wrong.
#[test]
fn errors_come_at_once_and_name_their_cause() {
    runs("wrong.py", [""; 0]);
}

/// A session as a reader might have it.
#[test]
fn every_cell_does_what_it_does_on_evcxr_itself() {
    runs("session.py", [OWN_FOLDER]);
}

/// `jupyter execute`, `jupyter console`, Jupyter Notebook 7, a remote client.
#[test]
fn other_programs_find_the_kernel_and_run_cells_on_it() {
    runs("front_ends.py", [root().join("target")]);
}

/// Sets up what is missing, then runs the program, which has to succeed.
fn runs<A: AsRef<OsStr>, const N: usize>(program: &str, arguments: [A; N]) {
    printed_by(Command::new(LAUNCHER).args(["setup", "--tests"]));
    let program = root().join("launcher/tests").join(program);
    println!("{}", printed_by(Command::new(python()).arg(program).args(arguments)));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
