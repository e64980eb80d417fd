//! Whether what cargo would look at is as it was when it was last asked.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::analyzer;

/// In a kernel's build folder, as evcxr writes it.
pub const MANIFEST: &str = "Cargo.toml";
/// In a kernel's build folder, as cargo writes it.
pub const LOCK: &str = "Cargo.lock";

/// What evcxr sets for its own wrapper around rustc when it has a cell compiled, and not when it has one checked.
const ONLY_FOR_BUILDS: &str = "EVCXR_EXECUTION_SO_PATH";

/// All that cargo was told, as one word: its arguments and the environment.
pub fn asked(words: &[OsString]) -> String {
    let mut variables: Vec<_> = std::env::vars_os().filter(|(name, _)| name != ONLY_FOR_BUILDS).collect();
    variables.sort();
    let mut hasher = DefaultHasher::new();
    (words, variables).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Where cargo looks for settings when it builds in a folder.
pub fn settings(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let homes = folder.ancestors().map(|folder| folder.join(".cargo")).chain(analyzer::real_cargo_home());
    homes.flat_map(|home| [home.join("config.toml"), home.join("config")]).collect::<Vec<_>>().into_iter()
}

/// Whether a file was last written before cargo was started, in nanoseconds; one that is gone was not.
pub fn is_older(path: &Path, started: u64) -> bool {
    modified(path).is_ok_and(|time| nanoseconds(time) < started)
}

/// Whether that is so of all settings for builds in a folder. They may be there or not.
pub fn settings_are_older(folder: &Path, started: u64) -> bool {
    settings(folder).all(|path| is_older(&path, started) || !path.exists())
}

/// The manifests of the packages that sources belong to, and of their workspaces.
pub fn manifests_above(sources: &[&Path]) -> BTreeSet<PathBuf> {
    let folders: BTreeSet<&Path> = sources.iter().flat_map(|source| source.ancestors().skip(1)).collect();
    folders.iter().map(|folder| folder.join(MANIFEST)).filter(|manifest| manifest.is_file()).collect()
}

/// A build script may depend on anything.
pub fn has_build_script(manifest: &Path) -> bool {
    let names_one = |text: String| text.lines().any(|line| line.trim_start().starts_with("build ="));
    manifest.with_file_name("build.rs").exists() || fs::read_to_string(manifest).is_ok_and(names_one)
}

/// A time as a number that can be kept.
pub fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

/// When a file was last written.
pub fn modified(path: &Path) -> io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}
