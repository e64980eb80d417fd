//! Writing so that nothing half-made is ever found, and copying with time stamps.

use std::fs::{self, File, FileTimes};
use std::io;
use std::path::Path;

/// Writes a file in one go: a reader sees the old contents or the new ones.
pub fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    replace_with(path, |new| fs::write(new, contents))
}

/// Writes a file that is made by `make` in one go.
pub fn replace_with(path: &Path, make: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let made = make(&new).and_then(|()| fs::rename(&new, path));
    if made.is_err() {
        let _ = fs::remove_file(&new);
    }
    made
}

/// Writes a file only if that changes it.
pub fn write_if_different(path: &Path, contents: &[u8]) -> io::Result<()> {
    match fs::read(path) {
        Ok(present) if present == contents => Ok(()),
        _ => write(path, contents),
    }
}

/// Copies what is in a folder, time stamps included: cargo decides by them what is to be built again.
pub fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), &target)?;
            let modified = entry.metadata()?.modified()?;
            File::options().write(true).open(&target)?.set_times(FileTimes::new().set_modified(modified))?;
        }
    }
    Ok(())
}

/// Removes a folder with all that is in it; it may be gone already.
pub fn remove_tree(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes a file; it may be gone already.
pub fn remove_file(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
