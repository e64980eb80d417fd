//! Whether the files of a folder are as git has them. What is not is somebody's work, and no original.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use quick_cells::process::answer;

/// What git knows of a folder.
pub struct AsCommitted {
    /// None where there is no git, or the folder is none of its.
    tracked: Option<HashSet<PathBuf>>,
    changed: HashSet<PathBuf>,
}

impl AsCommitted {
    pub fn of(folder: &Path) -> AsCommitted {
        let ask = |words: &[&str]| {
            let words =
                [OsStr::new("-C"), folder.as_os_str()].into_iter().chain(words.iter().map(OsStr::new));
            let answer = answer("git", &words.collect::<Vec<_>>())?;
            Some(answer.split_terminator('\0').map(PathBuf::from).collect::<HashSet<_>>())
        };
        let changed = ask(&["diff", "--no-ext-diff", "--name-only", "--relative", "-z", "HEAD", "--", "."]);
        let tracked = changed.as_ref().and_then(|_| ask(&["ls-files", "-z"]));
        AsCommitted {
            tracked: tracked.filter(|tracked| !tracked.is_empty()),
            changed: changed.unwrap_or_default(),
        }
    }

    /// Whether a file is an original.
    pub fn has(&self, name: &Path) -> bool {
        self.tracked.as_ref().is_none_or(|tracked| tracked.contains(name)) && !self.changed.contains(name)
    }

    /// Whether a file that is missing was removed by an update, and not by somebody here.
    pub fn is_gone(&self, name: &Path) -> bool {
        !self.changed.contains(name)
    }
}
