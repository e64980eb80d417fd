//! The speed-up for another crate than that of the series. The work is done by `example.py`.

mod outside_cargo;

use std::path::Path;
use std::process::Command;

use outside_cargo::{printed_by, python};

#[test]
fn another_crate_gets_the_same_speed_up() {
    let launcher = env!("CARGO_BIN_EXE_demystified");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    printed_by(Command::new(launcher).args(["setup", "--tests"]));
    printed_by(
        Command::new(env!("CARGO"))
            .args(["build", "-p", "quick_cells", "--example", "quick_points"])
            .current_dir(root),
    );
    let example = Path::new(launcher).with_file_name("examples").join("quick_points");
    let mut test = Command::new(python());
    test.arg(root.join("launcher/tests/example.py")).arg(example).arg(env!("CARGO_TARGET_TMPDIR"));
    println!("{}", printed_by(&mut test));
}
