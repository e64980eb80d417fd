//! The folders that kernels build in: each kernel has its own, which is gone when the kernel is.
//!
//! A folder `run-…` belongs to whoever holds the lock on the file `run-….lock` beside it. The kernel holds it as its
//! stdin, so the lock lives exactly as long as the kernel, however that ends. The kernel that makes the warm folder has `warming` in its place,
//! which stays if it is cut off: the next one finds there what is compiled.
//!
//! What one user has set up, others may start kernels from, if they may read it: theirs build in a folder of their own.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{Configuration, cell_build, files, process};

/// How cells are compiled; cargo finds it above every build folder. Cells are small and run once, so that optimising them costs more
/// than it gains (measured: a quarter to a third of each cell's time); what they call is in the crates, built once, optimised.
/// Nothing of a cell is worth keeping for the next one, and two cores are not worth sixteen parts (measured: 6 %).
///
/// Cells and crates check for overflow and assert, as evcxr has it, but for those that the configuration names.
pub fn profile(configuration: &Configuration) -> String {
    let unchecked = configuration.unchecked.iter().map(|name| {
        format!("\n[profile.dev.package.{name}]\ndebug-assertions = false\noverflow-checks = false\n")
    });
    CELLS_AND_CRATES.to_owned() + &unchecked.collect::<String>()
}

const CELLS_AND_CRATES: &str = "\
[profile.dev]
opt-level = 0
incremental = false
codegen-units = 2

[profile.dev.package.\"*\"]
opt-level = 3
codegen-units = 16
";

/// The build folder of the kernel that makes the warm one, and what cargo keeps in it.
const WARMING: &str = "warming";
const CARGOS: &str = "target";

/// Where the build folders of one checkout are.
#[derive(Debug, Clone)]
pub struct BuildFolders {
    home: PathBuf,
    runs: PathBuf,
    /// Whether the home is that of the user who runs this; else it is only read.
    is_ours: bool,
}

impl BuildFolders {
    /// The build folders that belong to a `.venv`.
    pub fn of(venv: &Path) -> BuildFolders {
        let home = venv.join("kernels");
        let is_ours = is_ours(&home);
        // evcxr cannot load a library from a path with a space in it; the linker reads more into the others.
        let is_odd = |c: char| c.is_whitespace() || "%$\"'".contains(c);
        let runs =
            if is_ours { Some(home.clone()) } else { cache().map(|cache| cache.join(name_for(&home))) };
        let runs = runs.filter(|runs| !runs.to_string_lossy().contains(is_odd));
        let runs = runs.unwrap_or_else(|| std::env::temp_dir().join(name_for(&home)));
        BuildFolders { home, runs, is_ours }
    }

    /// Whether the set-up is that of the user who runs this.
    pub fn are_ours(&self) -> bool {
        self.is_ours
    }

    /// Where all that belongs to them is.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Where the kernels' own folders are.
    pub fn runs(&self) -> &Path {
        &self.runs
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
    ///
    /// The kernel that makes the warm folder goes on with what an earlier one has compiled that was cut off.
    pub fn create(&self, configuration: &Configuration) -> io::Result<BuildFolder> {
        let alone = self.lock("folders.lock")?;
        self.remove_leftovers();
        let settings = self.runs.join(".cargo").join("config.toml");
        files::write_if_different(&settings, profile(configuration).as_bytes())?;
        if cell_build::is_warming() {
            // The earlier one may take its time to end: other kernels do not wait for that.
            drop(alone);
            return self.go_on_warming();
        }
        let folder = self.claim()?;
        drop(alone);
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

    /// Removes what the kernel that makes the warm folder has built in. It is left behind if it is still in use after a while.
    pub fn forget_warming(&self) -> io::Result<()> {
        let path = self.runs.join(WARMING);
        for _ in 0..50 {
            match BuildFolder::take_over(&path) {
                // Its lock stays: the next one may wait for it already.
                Ok(Some(left)) => return left.remove_contents().and_then(|()| self.tidy()),
                Ok(None) => std::thread::sleep(Duration::from_millis(100)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The folder in which the warm one is made. It stays where that is cut off, and is never taken for the warm one.
    fn go_on_warming(&self) -> io::Result<BuildFolder> {
        let path = self.runs.join(WARMING);
        let lock = open_lock(&lock_of(&path))?;
        lock.lock()?;
        let folder = BuildFolder { path, lock };
        make_private(&folder.path)?;
        // Of what is in cargo's own folder, cargo knows what is whole. Nobody knows it of the rest.
        for entry in fs::read_dir(&folder.path)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true if entry.file_name() == CARGOS => {}
                true => files::remove_tree(&entry.path())?,
                false => files::remove_file(&entry.path())?,
            }
        }
        // Nor of a copy that was cut off, until it is moved.
        let copy = folder.path.join("copy");
        self.copy_warm(&copy)?;
        for entry in fs::read_dir(&copy).into_iter().flatten() {
            let entry = entry?;
            let place = folder.path.join(entry.file_name());
            if !place.exists() {
                fs::rename(entry.path(), place)?;
            }
        }
        files::remove_tree(&copy)?;
        Ok(folder)
    }

    fn fill(&self, folder: &BuildFolder) -> io::Result<()> {
        // what a reader computes is nobody else's
        make_private(&folder.path)?;
        self.copy_warm(&folder.path)
    }

    fn copy_warm(&self, to: &Path) -> io::Result<()> {
        if !self.warm().is_dir() {
            return Ok(());
        }
        let lock = self.home.join("warm.lock");
        let shared = if self.is_ours { open_lock(&lock)? } else { File::open(&lock)? };
        shared.lock_shared()?;
        files::copy_tree(&self.warm(), to)
    }

    /// Removes what was made in the folder for everybody's temporary files, if no kernel is there any more.
    pub fn tidy(&self) -> io::Result<()> {
        if self.runs == self.home || !self.is_ours {
            return Ok(());
        }
        // Where all is deleted, nothing is made again.
        let _alone = self.home.is_dir().then(|| self.lock("folders.lock")).transpose()?;
        let entries = fs::read_dir(&self.runs)?.flatten();
        let is_kernels = |name: OsString| name.to_string_lossy().starts_with("run-") || name == WARMING;
        match entries.map(|entry| entry.file_name()).any(is_kernels) {
            true => Ok(()),
            false => files::remove_tree(&self.runs),
        }
    }

    fn lock(&self, name: &str) -> io::Result<File> {
        if self.is_ours {
            make_own(&self.home)?;
        }
        if self.runs != self.home {
            make_private(&self.runs)?;
        }
        let folder = if self.is_ours { &self.home } else { &self.runs };
        let lock = open_lock(&folder.join(name))?;
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

    /// Removes what its owner has left, unless the next one goes on with it.
    pub fn part_with(self) -> io::Result<()> {
        if self.path.ends_with(WARMING) { Ok(()) } else { self.remove() }
    }

    /// Removes the folder, then its lock.
    pub fn remove(self) -> io::Result<()> {
        self.remove_contents()?;
        files::remove_file(&lock_of(&self.path))
    }

    /// Processes that the kernel left may still be writing, for a moment.
    fn remove_contents(&self) -> io::Result<()> {
        let mut attempts = 0;
        while let Err(error) = files::remove_tree(&self.path) {
            attempts += 1;
            if attempts == 20 {
                return Err(error);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

fn lock_of(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

fn open_lock(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path)
}

/// Each user has their own.
fn name_for(home: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    (home, user()).hash(&mut hasher);
    format!("quick-cells-{:016x}", hasher.finish())
}

/// Where programs keep what can be made again.
fn cache() -> Option<PathBuf> {
    let set = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|cache| cache.is_absolute());
    set.or_else(|| Some(std::env::home_dir()?.join(".cache")))
}

/// Makes a folder that only we can look into, whatever the umask: a kernel loads programs and libraries from it.
pub fn make_private(folder: &Path) -> io::Result<()> {
    make(folder, 0o077)
}

/// Makes such a folder as well. But where we have let others look into it, they may; write they may not.
pub fn make_own(folder: &Path) -> io::Result<()> {
    make(folder, 0o022)
}

/// Makes a folder that is ours, and closes one on which others have these rights.
#[cfg(unix)]
fn make(folder: &Path, rights: u32) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let found = fs::symlink_metadata(folder)?;
    if !found.is_dir() || user().is_some_and(|us| us != found.uid()) {
        let problem = format!("{} belongs to someone else, or is no folder", folder.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, problem));
    }
    if found.mode() & rights == 0 && found.mode() & 0o700 == 0o700 {
        return Ok(());
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// Makes a folder.
#[cfg(not(unix))]
fn make(folder: &Path, _: u32) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Whether the user who runs this has made a folder, or would make it.
#[cfg(unix)]
fn is_ours(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = fs::metadata(folder).map(|found| found.uid());
    owner.ok().zip(user()).is_none_or(|(owner, us)| owner == us)
}

/// Owners are not known here.
#[cfg(not(unix))]
fn is_ours(_: &Path) -> bool {
    true
}

/// The number of the user who runs this; 0 is root.
#[cfg(unix)]
pub fn user() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    match fs::metadata("/proc/self") {
        Ok(us) => Some(us.uid()),
        Err(_) => process::answer("id", &["-u"])?.parse().ok(),
    }
}

/// Such numbers are not known here.
#[cfg(not(unix))]
pub fn user() -> Option<u32> {
    None
}
