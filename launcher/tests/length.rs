//! The main path of every part stays short enough to be walked in half an hour.

use std::process::Command;

#[test]
fn no_part_is_too_long() {
    let output = Command::new(env!("CARGO_BIN_EXE_demystified")).arg("length").output().unwrap();
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{text}");
    assert!((1..=8).all(|part| text.contains(&format!("\n0{part}-"))), "{text}");
}
