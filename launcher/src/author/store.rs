//! Stores a notebook that was run: whole or not at all, and never over what somebody has saved meanwhile.

use std::fs;
use std::io;
use std::path::Path;

use quick_cells::files;

/// Replaces the notebook as it was before it was run; false if it is that no longer, and stays.
pub fn store(notebook: &Path, before: &[u8], executed: &str) -> io::Result<bool> {
    // A link stays one.
    let notebook = fs::canonicalize(notebook)?;
    let permissions = fs::metadata(&notebook)?.permissions();
    let mut is_changed = false;
    let stored = files::replace_with(&notebook, |new| {
        fs::write(new, executed)?;
        fs::set_permissions(new, permissions)?;
        // As late as can be.
        is_changed = fs::read(&notebook)? != before;
        if is_changed { Err(io::Error::other("it was changed")) } else { Ok(()) }
    });
    if is_changed { Ok(false) } else { stored.map(|()| true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_meanwhile_stays_and_nothing_is_written_over() {
        let folder = std::env::temp_dir().join(format!("a notebook of {}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let [notebook, other] = ["a.ipynb", "other"].map(|name| folder.join(name));
        fs::write(&notebook, "before").unwrap();
        // who has the old file open never sees half of the new one
        fs::hard_link(&notebook, &other).unwrap();
        assert!(store(&notebook, b"before", "executed").unwrap());
        assert_eq!([&notebook, &other].map(|file| fs::read_to_string(file).unwrap()), ["executed", "before"]);
        fs::write(&notebook, "saved").unwrap();
        assert!(!store(&notebook, b"executed", "executed again").unwrap());
        assert_eq!(fs::read_to_string(&notebook).unwrap(), "saved");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
        files::remove_tree(&folder).unwrap();
    }
}
