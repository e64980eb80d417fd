//! `cargo run -- diagnose numbers.json`: what is right and what is wrong in the numbers of another program.
//!
//! The library answers, as an example program of its own: the launcher is built without it, so that it begins at once.

use std::path::Path;
use std::process::Command;

use quick_cells::{Failure, Outcome};

use crate::environment::Environment;

/// Has cargo build the program (a minute, the first time) and start it in the reader's folder.
pub fn run(environment: &Environment, file: &Path) -> Outcome<()> {
    if !file.is_file() {
        return Err(Failure::new(
            format!("There is no file {}.", file.display()),
            "The page notebooks/check-your-own.ipynb shows how a program writes its numbers into one.",
        ));
    }
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--quiet", "--package", "demystified", "--example", "diagnose", "--manifest-path"])
        .arg(environment.root.join("Cargo.toml"))
        .arg("--")
        .arg(file)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure::new(
            format!("{} could not be judged.", file.display()),
            "The line above says why; the file is as it was.",
        )),
        Err(error) => Err(Failure::io("start cargo", &error)),
    }
}
