//! The kernel from other programs than JupyterLab: `jupyter execute`, `jupyter console`, Jupyter Notebook 7, a remote client. The work is done by
//! `front_ends.py`.

mod outside_cargo;

use std::path::Path;
use std::process::Command;

#[test]
fn other_programs_find_the_kernel_and_run_cells_on_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    outside_cargo::printed_by(Command::new(env!("CARGO_BIN_EXE_demystified")).args(["setup", "--tests"]));
    let script = root.join("launcher/tests/front_ends.py");
    let report =
        outside_cargo::printed_by(Command::new(outside_cargo::python()).arg(script).arg(root.join("target")));
    println!("{report}");
}
