//! The notebooks in JupyterLab in a real browser: seen as they are stored, run, edited, seen in the dark. The work is done by `browser.py`.

use std::path::Path;
use std::process::Command;

/// A notebook as a reader meets it in a new clone.
fn shows_runs_and_follows_an_edit(stem: &str) {
    let launcher = env!("CARGO_BIN_EXE_demystified");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    printed_by(Command::new(launcher).args(["setup", "--tests"]));
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    let edits = root.join(format!("launcher/tests/edited/{stem}.json"));
    let report = printed_by(
        Command::new(python)
            .arg(root.join("launcher/tests/browser.py"))
            .arg(launcher)
            .arg(root.join(format!("notebooks/{stem}.ipynb")))
            .arg(root.join("target/screenshots"))
            .args(edits.is_file().then_some(edits)),
    );
    println!("{report}");
}

#[test]
fn part_1() {
    shows_runs_and_follows_an_edit("01-data-and-architecture");
}

#[test]
fn part_2() {
    shows_runs_and_follows_an_edit("02-forward-propagation");
}

#[test]
fn part_3() {
    shows_runs_and_follows_an_edit("03-gradient-descent");
}

#[test]
fn part_4() {
    shows_runs_and_follows_an_edit("04-backpropagation");
}

#[test]
fn part_5() {
    shows_runs_and_follows_an_edit("05-gradient-checking");
}

#[test]
fn part_6() {
    shows_runs_and_follows_an_edit("06-training");
}

#[test]
fn part_7() {
    shows_runs_and_follows_an_edit("07-overfitting-and-regularisation");
}

#[test]
fn handwritten_digits() {
    shows_runs_and_follows_an_edit("08-handwritten-digits");
}

#[test]
fn the_questions() {
    shows_runs_and_follows_an_edit("00-questions");
}

#[test]
fn the_formulas() {
    shows_runs_and_follows_an_edit("formulas");
}

#[test]
fn check_your_own() {
    shows_runs_and_follows_an_edit("check-your-own");
}

fn printed_by(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = texts.concat();
    assert!(output.status.success(), "{text}");
    text
}
