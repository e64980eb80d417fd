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

/// Whether a file was last written, and put where it is, before cargo was started, in nanoseconds; one that is gone was not.
pub fn is_older(path: &Path, started: u64) -> bool {
    fs::metadata(path).is_ok_and(|about| last_change(&about) < started)
}

/// `mv` and `cp -p` bring another text with the time at which that was written: the system knows when it came.
#[cfg(unix)]
fn last_change(about: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let came = about.ctime() * 1_000_000_000 + about.ctime_nsec();
    about.modified().map_or(u64::MAX, |written| nanoseconds(written).max(came.unsigned_abs()))
}

#[cfg(not(unix))]
fn last_change(about: &fs::Metadata) -> u64 {
    about.modified().map_or(u64::MAX, nanoseconds)
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

/// A build script may depend on anything. One too many is found where another table has a key `build`.
pub fn has_build_script(manifest: &Path) -> bool {
    manifest.with_file_name("build.rs").exists()
        || fs::read_to_string(manifest).is_ok_and(|text| names_build_script(&text))
}

/// Whether there is a key `build`, however it is written: `build="make.rs"`, `package.build = …`, `package = { build = … }`.
fn names_build_script(manifest: &str) -> bool {
    let text: String = manifest.chars().filter(|c| !matches!(c, ' ' | '\t' | '"' | '\'')).collect();
    let ends_a_word =
        |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'));
    text.match_indices("build=").any(|(place, _)| ends_a_word(&text[..place]))
}

/// A time as a number that can be kept.
pub fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

/// When a file was last written.
pub fn modified(path: &Path) -> io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_script_is_found_however_it_is_named() {
        for manifest in [
            "[package]\nbuild = \"make.rs\"",
            "[package]\nname = \"a\"\n  build=\"make.rs\"",
            "package.build = 'make.rs'",
            "package = { name = \"a\", \"build\" = \"make.rs\" }",
        ] {
            assert!(names_build_script(manifest), "{manifest}");
        }
        let without = "[build-dependencies]\ncc = \"1\"\n[features]\nrebuild = []\nno-build = []";
        assert!(!names_build_script(without));
    }

    #[test]
    fn a_text_of_yesterday_that_comes_today_is_new() {
        let file = std::env::temp_dir().join(format!("came-today-{}", std::process::id()));
        // the system's clock for files may be some milliseconds behind
        let started = nanoseconds(SystemTime::now()) - 1_000_000_000;
        fs::write(&file, "fn f() {}").unwrap();
        let yesterday = SystemTime::now() - std::time::Duration::from_secs(86_400);
        fs::File::options().write(true).open(&file).unwrap().set_modified(yesterday).unwrap();
        assert!(nanoseconds(modified(&file).unwrap()) < started);
        assert_eq!(is_older(&file, started), !cfg!(unix));
        assert!(is_older(&file, u64::MAX));
        fs::remove_file(&file).unwrap();
    }
}
