//! The first notebook in JupyterLab in a real browser: seen as it is stored, then run. The work is done by `browser.py`.

use std::path::Path;
use std::process::Command;

#[test]
fn the_first_notebook_shows_its_figures_when_opened_and_runs_in_jupyterlab() {
    let launcher = env!("CARGO_BIN_EXE_demystified");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    printed_by(Command::new(launcher).args(["setup", "--tests"]));
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    let report = printed_by(
        Command::new(python)
            .arg(root.join("tests/browser.py"))
            .arg(launcher)
            .arg(root.join("notebooks/01-data-and-architecture.ipynb"))
            .arg(root.join("target/screenshots")),
    );
    println!("{report}");
}

fn printed_by(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = texts.concat();
    assert!(output.status.success(), "{text}");
    text
}
