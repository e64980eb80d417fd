//! One file that was put into a reader's folder. It is replaced or removed only as long as it is what was put there, even if somebody
//! saves it at that very moment; what else stands there is moved aside at most. Nothing half-written is ever seen under its name.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use quick_cells::files;

/// A file in the reader's folder, and the record of what was put there last. Only one process at a time may hold it.
pub struct CopiedFile {
    path: PathBuf,
    record: PathBuf,
}

/// What stands at a file's place.
pub enum Present {
    Nothing,
    Contents(Vec<u8>),
    /// A folder, or a file that must not be read.
    Unreadable,
}

impl CopiedFile {
    /// Mends first what a process that was killed has left.
    pub fn new(path: PathBuf, record: PathBuf) -> io::Result<CopiedFile> {
        let file = CopiedFile { path, record };
        // It may have a second name by now: it must be removed, and never be written to.
        files::remove_file(&file.staged())?;
        file.settle()?;
        Ok(file)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn present(&self) -> Present {
        match fs::read(&self.path) {
            Ok(contents) => Present::Contents(contents),
            Err(error) if error.kind() == ErrorKind::NotFound => Present::Nothing,
            Err(_) => Present::Unreadable,
        }
    }

    /// Whether this is what was put there last.
    pub fn has_put(&self, contents: &[u8]) -> bool {
        fs::read(&self.record).is_ok_and(|recorded| recorded == contents)
    }

    /// Whether something was put there, and not forgotten.
    pub fn is_recorded(&self) -> bool {
        self.record.exists()
    }

    /// Records what was put there; to be called when it is there.
    pub fn remember(&self, contents: &[u8]) -> io::Result<()> {
        files::write_if_different(&self.record, contents)
    }

    /// Forgets what was put there: from now on the file is the reader's.
    pub fn forget(&self) -> io::Result<()> {
        files::remove_file(&self.record)
    }

    /// Puts it where nothing is; false if something is there by now, which stays.
    pub fn place(&self, contents: &[u8]) -> io::Result<bool> {
        self.stage(contents)?;
        self.unstage()
    }

    /// Replaces what was put there; false if it is that no longer, and stays.
    pub fn replace(&self, contents: &[u8]) -> io::Result<bool> {
        self.stage(contents)?;
        let replaced = self.take().and_then(|taken| Ok(taken && self.unstage()?));
        self.settle()?;
        files::remove_file(&self.staged())?;
        replaced
    }

    /// Removes what was put there; false if it is that no longer, and stays.
    pub fn remove(&self) -> io::Result<bool> {
        let taken = self.take()?;
        match taken {
            true => files::remove_file(&self.taken())?,
            false => self.settle()?,
        }
        Ok(taken)
    }

    /// Puts it there, and keeps what there was beside it, under a name with this in it.
    pub fn set_aside(&self, suffix: &str, contents: &[u8]) -> io::Result<PathBuf> {
        self.stage(contents)?;
        let kept = move_beside(&self.path, &self.path, suffix)?;
        // What is saved meanwhile is kept as well.
        while !move_to_free(&self.staged(), &self.path)? {
            move_beside(&self.path, &self.path, suffix)?;
        }
        Ok(kept)
    }

    /// Takes the file away if it is what was put there. Who saves from then on writes a new file; who was about to has emptied this one.
    fn take(&self) -> io::Result<bool> {
        fs::rename(&self.path, self.taken())?;
        Ok(self.is_taken_unchanged())
    }

    /// Gives back what was taken away. If something new is there by now, it is kept beside that, unless it is what was put there.
    fn settle(&self) -> io::Result<()> {
        let taken = self.taken();
        if !is_there(&taken) || move_to_free(&taken, &self.path)? {
            Ok(())
        } else if self.is_taken_unchanged() {
            files::remove_file(&taken)
        } else {
            move_beside(&taken, &self.path, "saved").map(drop)
        }
    }

    fn is_taken_unchanged(&self) -> bool {
        fs::read(self.taken()).is_ok_and(|contents| self.has_put(&contents))
    }

    /// Writes what is to be put there, so that afterwards nothing can fail for want of room.
    fn stage(&self, contents: &[u8]) -> io::Result<()> {
        let staged = self.staged();
        fs::create_dir_all(staged.parent().unwrap_or(Path::new("")))?;
        let written = File::create_new(&staged).and_then(|mut file| {
            file.write_all(contents)?;
            file.sync_all()
        });
        written.inspect_err(|_| drop(files::remove_file(&staged)))
    }

    fn unstage(&self) -> io::Result<bool> {
        let placed = move_to_free(&self.staged(), &self.path);
        files::remove_file(&self.staged())?;
        placed
    }

    fn staged(&self) -> PathBuf {
        self.hidden("new")
    }

    fn taken(&self) -> PathBuf {
        self.hidden("old")
    }

    fn hidden(&self, extension: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(".");
        name.push(extension);
        self.path.with_file_name(name)
    }
}

/// `03-descent.ipynb` with `new` is `03-descent-new.ipynb`.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push("-");
    name.push(suffix);
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// The suffix, the first time; then with a number.
pub fn numbered(suffix: &str, count: usize) -> String {
    if count == 1 { suffix.to_owned() } else { format!("{suffix}-{count}") }
}

/// Moves a file to the first free name beside another one; tells where it is.
fn move_beside(from: &Path, near: &Path, suffix: &str) -> io::Result<PathBuf> {
    let mut count = 1;
    loop {
        let to = with_suffix(near, &numbered(suffix, count));
        if move_to_free(from, &to)? {
            return Ok(to);
        }
        count += 1;
    }
}

/// Moves a file where nothing is; false if something is there.
pub fn move_to_free(from: &Path, to: &Path) -> io::Result<bool> {
    // Not `rename`, which replaces what is there.
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        // Folders, and file systems, that cannot have two names.
        Err(_) if is_there(from) && !is_there(to) => fs::rename(from, to).map(|()| true),
        Err(error) => Err(error),
    }
}

fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader saves after an update has looked at the file, and before it takes it away.
    #[test]
    fn what_is_saved_just_before_it_would_be_taken_away_stays() {
        let folder = std::env::temp_dir().join(format!("a copied file of {}", std::process::id()));
        let path = folder.join("03-descent.ipynb");
        let file = CopiedFile::new(path.clone(), folder.join("record")).unwrap();
        assert!(file.place(b"original").unwrap());
        file.remember(b"original").unwrap();
        assert!(file.has_put(b"original"));
        fs::write(&path, "saved").unwrap();
        assert!(!file.remove().unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"saved");
        assert!(!file.replace(b"update").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"saved");
        // and what was not saved goes
        fs::write(&path, "original").unwrap();
        assert!(file.replace(b"update").unwrap());
        file.remember(b"update").unwrap();
        assert!(file.remove().unwrap());
        assert!(!is_there(&path));
        files::remove_tree(&folder).unwrap();
    }
}
