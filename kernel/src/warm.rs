//! The warm build folder: what a notebook's first cells need, built once, by the kernel itself.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, UNIX_EPOCH};

use serde_json::Value;

use crate::build_folder::{BuildFolders, profile};
use crate::warm_progress::WarmProgress;
use crate::work::{PROGRESS_WHEN, Work};
use crate::{Configuration, EVCXR_VERSION, Failure, Outcome, cell_build, files, process};

const SCRIPT: &str = include_str!("warm_kernel.py");
const STAMP: &str = "made-from.stamp";
/// How many seconds it took here from the crate itself on.
const LAST_PART: &str = "warm.seconds";
/// How long it takes on the machine on which the kernel's program was measured, too (docs/waiting.md): only the two together tell how much is done.
pub const SECONDS: f64 = 147.0;

/// What the warm folder is made of.
#[derive(Debug)]
pub struct Recipe<'a> {
    /// The crate, and what notebooks do first with it.
    pub configuration: &'a Configuration,
    /// The folder with the crate's Cargo.toml.
    pub root: &'a Path,
    /// The kernel's program.
    pub evcxr: &'a Path,
    /// A Python with jupyter_client, in the folder where notebooks run; ready for arguments.
    pub python: Command,
    /// What tells Jupyter of the kernel.
    pub specification: Value,
}

/// Builds the warm folder, or brings it up to date. It is copied from a kernel that has built everything, and takes the old
/// one's place only when it is complete.
pub fn ensure(folders: &BuildFolders, recipe: Recipe<'_>, work: &mut Work) -> Outcome<()> {
    let failed = |e| Failure::io("make the warm build folder", &e);
    let wanted = fingerprint(&recipe).map_err(failed)?;
    if is_made_from(folders, &wanted) {
        return folders.forget_warming().map_err(failed);
    }
    let what = match folders.warm().exists() {
        true => "The crate has changed since the kernel's warm build folder was made: building it again",
        false => "The kernel's warm build folder: the crate and what it needs, built as notebooks build it",
    };
    work.begin(what, SECONDS);
    let new = folders.warm().with_extension("new");
    files::remove_tree(&new).map_err(failed)?;
    if let Err(failure) = build(folders, recipe, &new, &wanted, work) {
        let _ = files::remove_tree(&new);
        return Err(failure);
    }
    work.done();
    Ok(())
}

/// Whether the warm folder is there, and up to date.
pub fn is_current(folders: &BuildFolders, recipe: &Recipe<'_>) -> bool {
    fingerprint(recipe).is_ok_and(|wanted| is_made_from(folders, &wanted))
}

fn is_made_from(folders: &BuildFolders, wanted: &str) -> bool {
    fs::read_to_string(folders.warm().join(STAMP)).is_ok_and(|stamp| stamp == wanted)
}

fn build(
    folders: &BuildFolders,
    recipe: Recipe<'_>,
    new: &Path,
    stamp: &str,
    work: &mut Work,
) -> Outcome<()> {
    let mut command = recipe.python;
    command
        // Where a path with a space will not do, a kernel builds in the temporary folder, so that is to stay where it is.
        .env("TMPDIR", std::env::temp_dir())
        // evcxr passes on lines that begin with what is compiled, and a bar stands before that.
        .env(PROGRESS_WHEN, "never")
        .args(["-c", SCRIPT, &recipe.specification.to_string()])
        .arg(new)
        .args(recipe.configuration.first_cells);
    let seconds = folders.home().join(LAST_PART);
    let known = fs::read_to_string(&seconds).ok().and_then(|text| text.parse().ok());
    let reference = Duration::from_secs_f64(SECONDS);
    let tree = needed(recipe.root, recipe.configuration.name);
    let mut progress =
        WarmProgress::new(recipe.configuration.name, &tree, known.map(Duration::from_secs), reference);
    // If it cannot be kept, the next one knows less.
    let keep = |taken: Duration| drop(files::write(&seconds, taken.as_secs().to_string().as_bytes()));
    let mut is_kept = known.is_some();
    let mut measure = |line: &str| {
        let done = progress.hear(line, Instant::now());
        if let Some(expected) = progress.expected().filter(|_| !is_kept) {
            keep(expected);
            is_kept = true;
        }
        done
    };
    work.run(command, "build the crate in a kernel", &mut measure)?;
    progress.taken(Instant::now()).inspect(|taken| keep(*taken));
    let finished = fs::write(new.join(STAMP), stamp).and_then(|()| folders.replace_warm(new));
    let finished = finished.and_then(|()| folders.forget_warming());
    finished.map_err(|e| Failure::io("make the warm build folder", &e))
}

/// The crates that are compiled for the one in this folder, as cargo lists them.
fn needed(root: &Path, name: &str) -> String {
    let mut cargo = Command::new("cargo");
    cargo.args(["tree", "--package", name, "--edges=normal,build", "--prefix=none", "--format={p}"]);
    let said = cargo.current_dir(root).output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&said).into_owned()
}

/// What the warm folder is made from. Time stamps and not contents, because that is what cargo goes by.
fn fingerprint(recipe: &Recipe<'_>) -> io::Result<String> {
    let mut lines = vec![
        format!("evcxr {EVCXR_VERSION} {}", fs::canonicalize(recipe.evcxr)?.display()),
        process::answer("rustc", &["-vV"]).unwrap_or_default(),
        recipe.root.display().to_string(),
        SCRIPT.to_owned(),
        profile(recipe.configuration),
        cell_build::STORE_SOURCES.concat(),
        format!("{:?}", recipe.configuration),
    ];
    lines.push(fs::read_to_string(recipe.root.join("Cargo.toml"))?);
    // A crate without dependencies may have none yet.
    lines.push(fs::read_to_string(recipe.root.join("Cargo.lock")).unwrap_or_default());
    add_files(&recipe.root.join("src"), &mut lines)?;
    Ok(lines.join("\n"))
}

fn add_files(folder: &Path, lines: &mut Vec<String>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|entry| entry.file_name());
    for entry in entries {
        let (path, data) = (entry.path(), entry.metadata()?);
        if data.is_dir() {
            add_files(&path, lines)?;
        } else {
            let changed = data.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
            let mut line = String::new();
            let _ = write!(line, "{} {} {changed}", path.display(), data.len());
            lines.push(line);
        }
    }
    Ok(())
}
