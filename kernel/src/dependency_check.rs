//! Whether what a `:dep` line asks for can be had, answered from memory.
//!
//! evcxr asks cargo, by `cargo metadata` for a manifest with this one dependency. It would not ask again, but it keeps a relative path as an
//! absolute one, and so does not know `{ path = ".." }` again. cargo takes a tenth of a second for the answer, and as long again for the next cell,
//! since the question gives Cargo.lock another package. So what it said is kept, and said again while it would say the same.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::unchanged::{MANIFEST, asked, is_older, manifests_above, nanoseconds, settings_are_older};
use crate::{files, process};

/// In a kernel's build folder.
const SAID: &str = "dependency.json";
/// The package in the manifest with which evcxr asks.
const PACKAGE: &str = "name = \"evcxr_dummy_validate_dep\"";

/// Whether evcxr asks that now.
pub fn is_asked(words: &[OsString]) -> bool {
    words == ["metadata", "--format-version=1"]
        && fs::read_to_string(MANIFEST).is_ok_and(|text| text.contains(PACKAGE))
}

/// Says what cargo said, and ends as it did. Returns if cargo has to be asked.
pub fn repeat(words: &[OsString]) {
    if let Some([said, complained]) = said_before(words) {
        // where it cannot be said, neither can what cargo says
        let _ = process::end_as(said.as_bytes(), complained.as_bytes(), 0);
    }
}

/// Asks cargo, keeps what it says if that is good news, and ends as cargo did. Returns if cargo cannot be started.
pub fn ask(cargo: &mut Command, words: &[OsString]) -> io::Error {
    let started = SystemTime::now();
    let output = match cargo.output() {
        Ok(output) => output,
        Err(error) => return error,
    };
    if output.status.success() {
        // without it, cargo is asked again
        let _ = keep(&output, words, started);
    }
    process::end_as(&output.stdout, &output.stderr, output.status.code().unwrap_or(1))
}

fn keep(output: &Output, words: &[OsString], started: SystemTime) -> io::Result<()> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(io::Error::other);
    let kept = json!({
        "asked": asked(words), "manifest": fs::read_to_string(MANIFEST)?, "started": nanoseconds(started),
        "said": text(&output.stdout)?, "complained": text(&output.stderr)?,
    });
    files::write(Path::new(SAID), kept.to_string().as_bytes())
}

fn said_before(words: &[OsString]) -> Option<[String; 2]> {
    let kept: Value = serde_json::from_slice(&fs::read(SAID).ok()?).ok()?;
    let said = kept["said"].as_str()?;
    let manifest = fs::read_to_string(MANIFEST).ok()?;
    let is_same = kept["asked"] == asked(words) && kept["manifest"] == manifest;
    let started = kept["started"].as_u64()?;
    let own = local_manifests(&serde_json::from_str(said).ok()?);
    let above = manifests_above(&own.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let nothing_is_newer = own.iter().chain(&above).all(|manifest| is_older(manifest, started))
        && settings_are_older(&std::env::current_dir().ok()?, started);
    (is_same && nothing_is_newer)
        .then(|| [said.to_owned(), kept["complained"].as_str().unwrap_or_default().to_owned()])
}

/// The manifests of the packages that are not from a registry, but for the one with which evcxr asks.
fn local_manifests(metadata: &Value) -> Vec<PathBuf> {
    let asking = &metadata["workspace_members"];
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let local = packages.filter(|package| package["source"].is_null() && asking[0] != package["id"]);
    local.filter_map(|package| package["manifest_path"].as_str()).map(PathBuf::from).collect()
}
