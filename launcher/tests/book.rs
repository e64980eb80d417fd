//! The book, as a reader meets it: in Chromium, from the disk and from a server, wide and narrow, light and dark. The work is done by
//! `book.py`; the book is left in `target/book`, pictures of it in `target/book-pictures`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[test]
fn every_page_can_be_read_from_the_disk_and_from_a_server() {
    let root = root();
    let folder = root.join("target/book");
    run(launcher().args(["setup", "--tests"]));
    println!("{}", run(launcher().arg("book").arg(&folder)));
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    println!(
        "{}",
        run(Command::new(python).arg(root.join("launcher/tests/book.py")).arg(&folder).arg(&root))
    );
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let folder = root().join("target/not-a-book");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("letter.txt"), "dear reader").unwrap();
    let output = launcher().arg("book").arg(&folder).output().unwrap();
    assert!(!output.status.success());
    assert!(text(&output).contains("holds something that is not a book"), "{}", text(&output));
    assert_eq!(std::fs::read_to_string(folder.join("letter.txt")).unwrap(), "dear reader");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn launcher() -> Command {
    Command::new(env!("CARGO_BIN_EXE_demystified"))
}

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    text(&output)
}
