//! `my-notebooks/`: a reader's own copy of the notebooks and their data. Nothing that a reader wrote is ever lost or overwritten.
//!
//! What was put into the folder is kept in a hidden one in it, `.originals`, too. A copy that is still the same to the last byte is unchanged, and an
//! update replaces it. Any other one stays, and the new original is put beside it. One that was only run and saved is such a one: its
//! outputs are the reader's.

mod as_committed;
mod copied_file;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use quick_cells::build_folder::make_private;
use quick_cells::{Failure, Outcome};

use crate::environment::Environment;
use crate::lock::locked;
use crate::python;
use as_committed::AsCommitted;
use copied_file::{CopiedFile, Present, move_to_free, numbered, with_suffix};

/// Of the folder `notebooks`, what is for the set-up.
const NOT_COPIED: &str = "requirements.txt";

/// Makes the copy, or brings it up to date, and says in a line what it did. Returns the folder.
pub fn bring_up_to_date(environment: &Environment) -> Outcome<PathBuf> {
    let folder = environment.my_notebooks();
    let is_first = !folder.exists();
    if is_first {
        // what a reader writes is nobody else's
        make_private(&folder).map_err(|e| failed(&folder, &e))?;
    }
    let copy = Copy::of(environment)?;
    let _lock = locked(&copy.records)?;
    let mut news = Vec::new();
    for name in &copy.names {
        news.push((name.clone(), copy.bring(name).map_err(|e| failed(&folder.join(name), &e))?));
    }
    for name in files_in(&copy.records.join(HERE)).map_err(|e| failed(&copy.records, &e))? {
        if !copy.names.contains(&name) {
            let news_of_it = copy.part_with(&name).map_err(|e| failed(&folder.join(&name), &e))?;
            news.push((name, news_of_it));
        }
    }
    tell(&folder, is_first, &news);
    Ok(folder)
}

/// Puts an original there again, and keeps what there was beside it.
pub fn start_over(environment: &Environment, what: &OsStr) -> Outcome<()> {
    let folder = environment.my_notebooks();
    let copy = Copy::of(environment)?;
    let name = named(&copy.names, what)?;
    let _lock = locked(&copy.records)?;
    let time = python::local_time()?;
    match copy.start_over(name, &time).map_err(|e| failed(&folder.join(name), &e))? {
        Some(kept) => {
            println!(
                "{} is the original again. What you had is kept beside it: {}.",
                name.display(),
                file_name(&kept)
            )
        }
        None => println!("{} is the original, unchanged: there is nothing to start over.", name.display()),
    }
    Ok(())
}

/// What became of a file.
enum News {
    Nothing,
    Put,
    Updated,
    Beside(PathBuf),
    Removed,
    NoLongerOurs,
}

const HERE: &str = "here";
const BESIDE: &str = "beside";
const NEW: &str = "new";

struct Copy {
    originals: PathBuf,
    /// Of all originals, from their folder on.
    names: Vec<PathBuf>,
    committed: AsCommitted,
    folder: PathBuf,
    /// Holds the folder `here`, what was put there under its own name, and `beside`, what was put there beside a changed copy.
    records: PathBuf,
}

impl Copy {
    fn of(environment: &Environment) -> Outcome<Copy> {
        let (originals, folder) = (environment.notebooks(), environment.my_notebooks());
        let records = folder.join(".originals");
        fs::create_dir_all(records.join(HERE)).map_err(|e| failed(&folder, &e))?;
        let mut names = files_in(&originals).map_err(|e| Failure::io("read the folder notebooks", &e))?;
        names.retain(|name| name != Path::new(NOT_COPIED));
        Ok(Copy { names, committed: AsCommitted::of(&originals), originals, folder, records })
    }

    /// A file under its own name.
    fn here(&self, name: &Path) -> io::Result<CopiedFile> {
        CopiedFile::new(self.folder.join(name), self.records.join(HERE).join(name))
    }

    /// A new original beside a changed copy.
    fn beside(&self, name: &Path, count: usize) -> io::Result<CopiedFile> {
        let name = with_suffix(name, &numbered(NEW, count));
        CopiedFile::new(self.folder.join(&name), self.records.join(BESIDE).join(&name))
    }

    fn bring(&self, name: &Path) -> io::Result<News> {
        let original = fs::read(self.originals.join(name))?;
        let is_original = self.committed.has(name);
        let here = self.here(name)?;
        let news = match here.present() {
            Present::Nothing if here.place(&original)? => News::Put,
            Present::Contents(present) if present == original => News::Nothing,
            // a copy that is what somebody has made of an original is theirs
            _ if !is_original || here.has_put(&original) => return Ok(News::Nothing),
            Present::Contents(present) if here.has_put(&present) && here.replace(&original)? => News::Updated,
            _ => News::Beside(self.put_beside(name, &original)?),
        };
        if is_original {
            here.remember(&original)?;
            if !matches!(news, News::Beside(_)) {
                self.tidy(name)?;
            }
        }
        Ok(news)
    }

    /// The first name beside it under which nothing is, or an original that is older and unchanged.
    fn put_beside(&self, name: &Path, original: &[u8]) -> io::Result<PathBuf> {
        let mut count = 1;
        loop {
            let beside = self.beside(name, count)?;
            let is_put = match beside.present() {
                Present::Nothing => beside.place(original)?,
                Present::Contents(present) if present == original => true,
                Present::Contents(present) if beside.has_put(&present) => beside.replace(original)?,
                _ => false,
            };
            if is_put {
                beside.remember(original)?;
                return Ok(beside.path().to_owned());
            }
            count += 1;
        }
    }

    /// Where a copy is the original, one beside it is too many.
    fn tidy(&self, name: &Path) -> io::Result<()> {
        let mut count = 1;
        loop {
            let beside = self.beside(name, count)?;
            if !beside.is_recorded() {
                return Ok(());
            }
            if let Present::Contents(present) = beside.present()
                && beside.has_put(&present)
            {
                beside.remove()?;
            }
            beside.forget()?;
            count += 1;
        }
    }

    /// An original that an update has removed or renamed.
    fn part_with(&self, name: &Path) -> io::Result<News> {
        if !self.committed.is_gone(name) {
            return Ok(News::Nothing);
        }
        let here = self.here(name)?;
        let news = match here.present() {
            Present::Nothing => News::Nothing,
            Present::Contents(present) if here.has_put(&present) && here.remove()? => News::Removed,
            _ => News::NoLongerOurs,
        };
        here.forget()?;
        Ok(news)
    }

    /// Where the reader's is kept; None if there was only the original.
    fn start_over(&self, name: &Path, time: &str) -> io::Result<Option<PathBuf>> {
        let original = fs::read(self.originals.join(name))?;
        let here = self.here(name)?;
        let kept = match here.present() {
            Present::Nothing if here.place(&original)? => None,
            Present::Contents(present) if present == original => None,
            // a link that leads nowhere, too
            _ => {
                let kept = here.set_aside(time, &original)?;
                move_to_free(&checkpoint(here.path()), &checkpoint(&kept)).or_else(if_missing)?;
                Some(kept)
            }
        };
        if self.committed.has(name) {
            here.remember(&original)?;
            self.tidy(name)?;
        }
        Ok(kept)
    }
}

/// The files in a folder and its folders, from that folder on, but for hidden ones.
fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = PathBuf::from(entry.file_name());
        let kind = entry.file_type()?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        } else if kind.is_dir() {
            found.extend(files_in(&entry.path())?.into_iter().map(|inner| name.join(inner)));
        } else if kind.is_file() {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

/// The original that is meant by the number of a part or the name of a file.
fn named<'a>(names: &'a [PathBuf], what: &OsStr) -> Outcome<&'a PathBuf> {
    let part =
        what.to_str().and_then(|text| text.parse::<usize>().ok()).map(|number| format!("{number:02}-"));
    let is_meant = |name: &&PathBuf| match &part {
        Some(part) => file_name(name).starts_with(part),
        None => name.file_name() == Path::new(what).file_name() || name.file_stem() == Some(what),
    };
    names.iter().find(is_meant).ok_or_else(|| {
        let all: Vec<String> = names.iter().map(|name| name.display().to_string()).collect();
        Failure::new(
            format!("There is no part `{}` in notebooks.", what.display()),
            format!("Say the number of a part or the name of a file: {}.", all.join(", ")),
        )
    })
}

/// Where JupyterLab keeps what was saved by hand.
fn checkpoint(notebook: &Path) -> PathBuf {
    let folder = notebook.with_file_name(".ipynb_checkpoints");
    folder.join(file_name(&with_suffix(notebook, "checkpoint")))
}

fn if_missing(error: io::Error) -> io::Result<bool> {
    if error.kind() == io::ErrorKind::NotFound { Ok(false) } else { Err(error) }
}

/// A line for each kind of news.
fn tell(folder: &Path, is_first: bool, news: &[(PathBuf, News)]) {
    let folder = file_name(folder);
    if is_first {
        println!(
            "\nYour own copy of the notebooks is in {folder}: change what you like. `cargo run -- fresh 3` starts Part 3 over.\n"
        );
        return;
    }
    let list = |is_it: fn(&News) -> bool| {
        let names: Vec<_> =
            news.iter().filter(|(_, news)| is_it(news)).map(|(name, _)| name.display().to_string()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    if let Some(names) = list(|news| matches!(news, News::Updated)) {
        println!("Brought up to date in {folder}, where you had not changed it: {names}.");
    }
    if let Some(names) = list(|news| matches!(news, News::Put)) {
        println!("Put into {folder}, where it was missing: {names}.");
    }
    if let Some(names) = list(|news| matches!(news, News::Removed)) {
        println!(
            "No longer part of the series, and removed from {folder}, where you had not changed it: {names}."
        );
    }
    if let Some(names) = list(|news| matches!(news, News::NoLongerOurs)) {
        println!("No longer part of the series; yours stays in {folder}: {names}.");
    }
    for (name, news) in news {
        if let News::Beside(new) = news {
            let (name, new) = (name.display(), file_name(new));
            println!(
                "There is a new version of {name}. Yours stays as you left it; the new one is beside it in {folder}: {new}."
            );
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    let mut failure = Failure::io(&format!("bring {} up to date", path.display()), error);
    failure.advice = format!("Nothing that you wrote is lost. {}", failure.advice);
    failure
}
