//! The folders that kernels build in: each kernel has its own, which is gone when the kernel is.
//!
//! A folder `run-…` belongs to whoever holds the lock on the file `run-….lock` beside it. The kernel holds it as its
//! stdin, so the lock lives exactly as long as the kernel, however that ends.

use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::files;

/// How cells are compiled; cargo finds it above every build folder. Cells are small and run once, so that optimising them costs more
/// than it gains (measured: a quarter to a third of each cell's time); what they call is in the crates, built once, optimised.
/// Nothing of a cell is worth keeping for the next one, and two cores are not worth sixteen parts (measured: 6 %).
pub const PROFILE: &str = "\
[profile.dev]
opt-level = 0
incremental = false
codegen-units = 2

[profile.dev.package.\"*\"]
opt-level = 3
codegen-units = 16
debug-assertions = false
overflow-checks = false
";

/// Where the build folders of one checkout are.
#[derive(Debug, Clone)]
pub struct BuildFolders {
    home: PathBuf,
    runs: PathBuf,
}

impl BuildFolders {
    /// The build folders that belong to a `.venv`.
    pub fn of(venv: &Path) -> BuildFolders {
        let home = venv.join("kernels");
        // evcxr cannot load a library from a path with a space in it.
        let spaced = home.to_string_lossy().contains(char::is_whitespace);
        let runs = if spaced { std::env::temp_dir().join(name_for(&home)) } else { home.clone() };
        BuildFolders { home, runs }
    }

    /// Where all that belongs to them is.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The folder that each kernel gets a copy of: everything built that a notebook's `:dep` line asks for.
    pub fn warm(&self) -> PathBuf {
        self.home.join("warm")
    }

    /// The folder of programs that come first in a kernel's $PATH.
    pub fn tools(&self) -> PathBuf {
        self.home.join("tools")
    }

    /// The slim copy of the standard library's sources.
    pub fn std_sources(&self) -> PathBuf {
        self.home.join("std")
    }

    /// What a kernel gets as CARGO_HOME: our stand-in for cargo, and nothing else.
    pub fn cargo_home(&self) -> PathBuf {
        self.home.join("cargo-home")
    }

    /// An empty folder, where the kernel finds no settings.
    pub fn no_settings(&self) -> PathBuf {
        self.home.join("no-settings")
    }

    /// Settings that let a kernel load the crate when it starts.
    pub fn loading_settings(&self) -> PathBuf {
        self.home.join("loading-settings")
    }

    /// A new private folder, filled from the warm one, if there is one. What killed kernels left is removed.
    pub fn create(&self) -> io::Result<BuildFolder> {
        let folder = {
            let _alone = self.lock("folders.lock")?;
            self.remove_leftovers();
            files::write_if_different(&self.runs.join(".cargo").join("config.toml"), PROFILE.as_bytes())?;
            self.claim()?
        };
        match self.fill(&folder) {
            Ok(()) => Ok(folder),
            Err(error) => {
                folder.remove()?;
                Err(error)
            }
        }
    }

    /// Puts a finished folder in the place of the warm one, while no kernel copies it.
    pub fn replace_warm(&self, finished: &Path) -> io::Result<()> {
        let _alone = self.lock("warm.lock")?;
        files::remove_tree(&self.warm())?;
        fs::rename(finished, self.warm())
    }

    fn fill(&self, folder: &BuildFolder) -> io::Result<()> {
        let shared = open_lock(&self.home.join("warm.lock"))?;
        shared.lock_shared()?;
        if self.warm().is_dir() {
            files::copy_tree(&self.warm(), &folder.path)
        } else {
            fs::create_dir_all(&folder.path)
        }
    }

    fn lock(&self, name: &str) -> io::Result<File> {
        make_private(&self.runs)?;
        fs::create_dir_all(&self.home)?;
        let lock = open_lock(&self.home.join(name))?;
        lock.lock()?;
        Ok(lock)
    }

    fn claim(&self) -> io::Result<BuildFolder> {
        for n in 0.. {
            let path = self.runs.join(format!("run-{}-{n}", std::process::id()));
            match File::options().create_new(true).write(true).open(lock_of(&path)) {
                Ok(lock) => {
                    lock.lock()?;
                    return Ok(BuildFolder { path, lock });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        unreachable!("one of 2^31 names is free")
    }

    /// Removes the folders whose kernel is gone. What cannot be removed now is tried again by the next kernel.
    fn remove_leftovers(&self) {
        let Ok(entries) = fs::read_dir(&self.runs) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if !name.starts_with("run-") {
                continue;
            }
            let folder = path.with_extension("");
            match BuildFolder::take_over(&folder) {
                Ok(Some(left)) => drop(left.remove()),
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => drop(files::remove_tree(&folder)),
                Err(_) => {}
            }
        }
    }
}

/// A build folder that we hold the lock of.
#[derive(Debug)]
pub struct BuildFolder {
    /// Where it is.
    pub path: PathBuf,
    /// Held as long as the folder is used.
    pub lock: File,
}

impl BuildFolder {
    /// Takes a folder whose owner is gone; None while the owner lives.
    pub fn take_over(path: &Path) -> io::Result<Option<BuildFolder>> {
        let lock = File::options().write(true).open(lock_of(path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(BuildFolder { path: path.to_owned(), lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Removes the folder, then its lock. Processes that the kernel left may still be writing, for a moment.
    pub fn remove(self) -> io::Result<()> {
        let mut attempts = 0;
        while let Err(error) = files::remove_tree(&self.path) {
            attempts += 1;
            if attempts == 20 {
                return Err(error);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        files::remove_file(&lock_of(&self.path))
    }
}

fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

fn open_lock(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path)
}

fn name_for(home: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    home.hash(&mut hasher);
    format!("quick-cells-{:016x}", hasher.finish())
}

/// Makes a folder that only we can write to: it may be in the folder for everybody's temporary files.
#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let found = fs::symlink_metadata(folder)?;
    let ours = fs::metadata("/proc/self").map_or(found.uid(), |us| us.uid());
    if found.is_dir() && found.uid() == ours {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("{} belongs to someone else", folder.display()),
    ))
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}
