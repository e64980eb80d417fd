//! Programs that a page of a browser can run: how cargo makes WebAssembly of one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

const TARGET: &str = "wasm32-unknown-unknown";

/// Where the standard library for WebAssembly comes from.
pub enum StandardLibrary {
    /// rustup has it: `rustup target add wasm32-unknown-unknown`.
    Installed,
    /// It is compiled with the program, from what `rustup component add rust-src` brings.
    Sources,
}

impl StandardLibrary {
    /// What this toolchain has; None if it can make no WebAssembly.
    pub fn find() -> Option<StandardLibrary> {
        let output = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
        let rustlib = Path::new(String::from_utf8(output.stdout).ok()?.trim()).join("lib/rustlib");
        if rustlib.join(TARGET).join("lib").is_dir() {
            Some(StandardLibrary::Installed)
        } else if rustlib.join("src/rust/library/std/Cargo.toml").is_file() {
            Some(StandardLibrary::Sources)
        } else {
            None
        }
    }

    /// What there is to do where there is none.
    pub const MISSING: &str =
        "Rust has no WebAssembly here: `rustup target add wasm32-unknown-unknown` brings it";
}

/// A program that uses the crate of the checkout: a folder with its manifest and its source.
pub struct Program<'a> {
    pub checkout: &'a Path,
    pub folder: &'a Path,
    /// Of the package and of its library.
    pub name: &'a str,
}

impl Program<'_> {
    /// Writes the program; files that are as they were keep their age, so that cargo need not compile them again.
    pub fn write(&self, source: &str) -> io::Result<()> {
        fs::create_dir_all(self.folder.join("src"))?;
        write_if_different(&self.folder.join("Cargo.toml"), &self.manifest())?;
        write_if_different(&self.folder.join("src/lib.rs"), source)?;
        // the versions that the notebooks are tested with
        fs::copy(self.checkout.join("Cargo.lock"), self.folder.join("Cargo.lock")).map(drop)
    }

    fn manifest(&self) -> String {
        let path = |place: &str| toml_text(&self.checkout.join(place));
        let (name, checkout) = (self.name, path(""));
        let [clock, bindgen, web] =
            ["clock", "bindgen", "web"].map(|name| path(&format!("launcher/src/book/program/{name}")));
        format!(
            r#"[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[lib]
crate-type = ["cdylib", "rlib"]

[dependencies]
demystified = {{ path = {checkout} }}
serde_json = "=1.0.154"

[patch.crates-io]
web-time = {{ path = {clock} }}
wasm-bindgen = {{ path = {bindgen} }}
web-sys = {{ path = {web} }}

[profile.release]
opt-level = 3
lto = "fat"
codegen-units = 1
panic = "abort"
strip = true

[workspace]
"#
        )
    }

    /// Compiles it for a page; what cargo said, if it cannot be compiled.
    pub fn compile(&self, library: &StandardLibrary) -> Result<PathBuf, String> {
        let artefacts = self.checkout.join("target/wasm");
        let mut cargo = Command::new("cargo");
        cargo
            .args(["build", "--release", "--quiet", "--lib", "--target", TARGET])
            .current_dir(self.folder)
            .env("CARGO_TARGET_DIR", &artefacts)
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            // no randomness but that of seeds is asked for
            .env("RUSTFLAGS", r#"--cfg getrandom_backend="unsupported""#);
        if let StandardLibrary::Sources = library {
            // a feature of nightly toolchains; this variable has it in the one that is installed
            cargo.args(["-Z", "build-std=std,panic_abort"]).env("RUSTC_BOOTSTRAP", "1");
        }
        let output = cargo.output().map_err(|error| format!("cargo does not start: {error}"))?;
        match output.status.success() {
            true => Ok(artefacts.join(TARGET).join("release").join(format!("{}.wasm", self.name))),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }
}

/// A path as TOML writes it: without escapes, for Windows.
fn toml_text(path: &Path) -> String {
    format!("'{}'", path.display())
}

fn write_if_different(path: &Path, text: &str) -> io::Result<()> {
    match fs::read_to_string(path) {
        Ok(old) if old == text => Ok(()),
        _ => fs::write(path, text),
    }
}
