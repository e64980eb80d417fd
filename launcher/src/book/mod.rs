//! `cargo run -- book [folder]`: the notebooks as a book, a folder of pages for any browser. The work is done by `make.py`.

mod forms;
mod wasm;

use std::path::Path;

use quick_cells::{Failure, Outcome};

use crate::environment::Environment;

/// Makes the book in the folder, or in `target/book`.
pub fn make(environment: &Environment, folder: Option<&Path>) -> Outcome<()> {
    let own = environment.root.join("target").join("book");
    let folder = folder.unwrap_or(&own);
    let forms = forms::make(environment)?;
    let status = environment
        .python()
        .arg(environment.root.join("launcher/src/book/make.py"))
        .args([&environment.root, folder])
        .args(forms)
        .status()
        .map_err(|error| Failure::io("start Python", &error))?;
    match status.success() {
        true => Ok(()),
        false => Err(Failure::new(
            "The book was not made.",
            "The lines above say why; mend it, then run the same command again.",
        )),
    }
}
