//! Makes notebooks about the small crate `points` quick:
//!
//!     quick_points CRATE HOME PYTHON EVCXR
//!
//! sets up the kernel `points` in the folder HOME, for the crate in the folder CRATE, with a Python that has jupyter_client, and
//! evcxr_jupyter. Then Jupyter finds the kernel with `JUPYTER_PATH=HOME/share/jupyter`.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use quick_cells::build_folder::{BuildFolders, make_own};
use quick_cells::install::{self, Kernel};
use quick_cells::work::Work;
use quick_cells::{Configuration, Failure, Outcome, std_sources, warm};

const POINTS: Configuration = Configuration {
    name: "points",
    types_from: &[],
    unchecked: &[],
    shared_generics: include_str!("shared_generics.rs"),
    first_cells: &[
        ":dep points = { path = \".\" }",
        "use points::*;",
        "let p: Point = point(3.0, 4.0);",
        "p",
    ],
    loading: [":dep points = { path = \".\" }\n", ""],
};

fn main() -> ExitCode {
    match install::serve(&POINTS).unwrap_or_else(set_up) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn set_up() -> Outcome<()> {
    let failed = |e| Failure::io("set up the kernel `points`", &e);
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [root, home, python, evcxr] = folders.as_slice() else {
        return Err(Failure::new("Four folders and programs are needed.", "See the top of this example."));
    };
    make_own(home).map_err(failed)?;
    let lock = File::create(home.join("setup.lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    let points = Kernel { display_name: "Points", evcxr, lock: &root.join("Cargo.lock") };
    let specification = install::specification(home, &POINTS, &points);
    install::install(home, &POINTS).map_err(failed)?;
    let mut work = Work::new(lock, home);
    let folders = BuildFolders::of(home);
    std_sources::ensure(&folders, &mut work)?;
    let mut command = Command::new(python);
    // The first cells name the crate's folder as `.`.
    command.current_dir(root);
    let recipe = warm::Recipe {
        configuration: &POINTS,
        root,
        evcxr,
        python: command,
        specification: specification.clone(),
    };
    warm::ensure(&folders, recipe, &mut work)?;
    install::tell_jupyter(home, "points", &specification).map_err(failed)
}
