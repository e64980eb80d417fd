//! What the user may type after `cargo run --`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use quick_cells::{Failure, Outcome};

use crate::environment::{Kernel, is_notebook};

/// Asks for evcxr as it is.
pub const PLAIN: &str = "--plain-kernel";
/// What we start ourselves beside JupyterLab with, and its process number.
pub const BESIDE: &str = "--beside-jupyterlab";

pub const HELP: &str = "\
Neural Networks Demystified, in Rust: seven notebooks on a Rust kernel.

  cargo run                           set up what is missing, then open your copy of the first notebook in JupyterLab
  cargo run -- [options] [notebook]   the same; what stands here goes on to JupyterLab,
                                      e.g. cargo run -- --port 9000 --no-browser 03-gradient-descent.ipynb
  cargo run -- fresh PART             start a notebook over, e.g. cargo run -- fresh 3; what you had is kept beside it
  cargo run -- setup                  only set up: .venv with JupyterLab, the Rust kernel, its warm build folder
  cargo run -- book [folder]          the notebooks as a book to read in any browser, in target/book or the folder
  cargo run -- hub [options]          what JupyterHub starts for each of its users: see docs/class.md
  cargo run -- status                 what is set up, which kernel, and whether its speed-up is on
  cargo run -- originals [options]    for authors: the same as cargo run, on the notebooks themselves
  cargo run -- execute [notebook…]    run the notebooks from a clean kernel and store their outputs
  cargo run -- check [notebook…]      run them, store nothing, and compare with what is stored
  cargo run -- diagnose NUMBERS.json  what is right and wrong in the numbers of your own program: see check-your-own.ipynb
  cargo run -- edited NOTEBOOK EDITS  check it, then run it from its hyperparameters on with each entry of a list of others
  cargo run -- length [notebook…]     how long the parts are, on the path and in asides; fails where one is too long
  cargo run -- --help                 this text

With --plain-kernel before all else, notebooks run on evcxr as it is, without our speed-up: cargo run -- --plain-kernel check.
For a kernel that something else starts, set QUICK_CELLS=off.

Cargo keeps the first `--` for itself; what follows it comes here. Everything that is not one of the words above
goes on to JupyterLab; for JupyterLab's own help, say so with a second `--`: cargo run -- -- --help

Your copy is in my-notebooks: what you change there stays, whatever becomes of the originals in notebooks.

Python 3.10 or newer is looked for as $PYTHON, or else python3, python3.14 … python3.10, python.
Everything is kept in .venv, save the kernel's program evcxr_jupyter, which `cargo install` puts where it puts programs.
To set all that up afresh, delete .venv; your notebooks are not in it.
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Help,
    Lab { notebooks: Notebooks, arguments: Vec<OsString> },
    Fresh { notebook: OsString },
    Setup { tests: bool },
    SetupBeside { jupyterlab: u32 },
    Status,
    Hub { arguments: Vec<OsString> },
    Book { folder: Option<PathBuf> },
    Execute { notebooks: Vec<PathBuf> },
    Check { notebooks: Vec<PathBuf> },
    Length { notebooks: Vec<PathBuf> },
    Diagnose { file: PathBuf },
    Edited { notebook: PathBuf, edits: PathBuf },
}

/// Which notebooks are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notebooks {
    /// The reader's copy.
    Mine,
    Originals,
}

/// Takes the choice of a kernel out of the words; those behind a second `--` are JupyterLab's.
pub fn kernel_chosen(mut words: Vec<OsString>) -> (Vec<OsString>, Kernel) {
    let ours = words.iter().position(|word| word == "--").unwrap_or(words.len());
    match words[..ours].iter().position(|word| word == PLAIN) {
        Some(place) => {
            words.remove(place);
            (words, Kernel::Plain)
        }
        None => (words, Kernel::Quick),
    }
}

/// Reads the words after the program's name.
pub fn parse(words: Vec<OsString>) -> Outcome<Command> {
    let Some(first) = words.first() else {
        return Ok(lab(Notebooks::Mine, &[]));
    };
    let rest = &words[1..];
    match (first.to_str().unwrap_or_default(), rest) {
        ("--help" | "-h" | "help", _) => Ok(Command::Help),
        ("--", _) => Ok(lab(Notebooks::Mine, rest)),
        ("lab", _) => Ok(lab(Notebooks::Mine, behind_dashes(rest))),
        ("originals", _) => Ok(lab(Notebooks::Originals, behind_dashes(rest))),
        ("fresh", [notebook]) => Ok(Command::Fresh { notebook: notebook.clone() }),
        ("fresh", _) => Err(Failure::new(
            "`fresh` needs the one notebook that is to start over.",
            "Its number or its name, for example: cargo run -- fresh 3, or cargo run -- fresh formulas.",
        )),
        ("setup", []) => Ok(Command::Setup { tests: false }),
        ("setup", [option]) if option == "--tests" => Ok(Command::Setup { tests: true }),
        ("setup", [option, process]) if option == BESIDE => {
            let number = process.to_str().and_then(|text| text.parse().ok());
            Ok(Command::SetupBeside { jupyterlab: number.ok_or_else(|| unknown(process))? })
        }
        ("setup", [word, ..]) => Err(unknown(word)),
        ("hub", _) => Ok(Command::Hub { arguments: behind_dashes(rest).to_vec() }),
        ("status", []) => Ok(Command::Status),
        ("status", [word, ..]) => Err(unknown(word)),
        ("book", []) => Ok(Command::Book { folder: None }),
        ("book", [folder]) if !folder.as_encoded_bytes().starts_with(b"-") => {
            Ok(Command::Book { folder: Some(folder.into()) })
        }
        ("book", [folder]) => Err(unknown(folder)),
        ("book", [_, word, ..]) => Err(unknown(word)),
        ("execute", _) => Ok(Command::Execute { notebooks: notebooks(rest)? }),
        ("check", _) => Ok(Command::Check { notebooks: notebooks(rest)? }),
        ("length", _) => Ok(Command::Length { notebooks: notebooks(rest)? }),
        ("diagnose", [file]) => Ok(Command::Diagnose { file: file.into() }),
        ("diagnose", _) => Err(Failure::new(
            "`diagnose` needs one file with your numbers.",
            "For example: cargo run -- diagnose numbers.json. The page notebooks/check-your-own.ipynb says what is in it.",
        )),
        ("edited", [notebook, edits]) if is_notebook(Path::new(notebook)) => {
            Ok(Command::Edited { notebook: notebook.into(), edits: edits.into() })
        }
        ("edited", _) => Err(Failure::new(
            "`edited` needs a notebook and a file of edits.",
            "For example: cargo run -- edited notebooks/02-forward-propagation.ipynb launcher/tests/edited/02-forward-propagation.json",
        )),
        (word, _) if word.starts_with('-') || is_notebook(Path::new(first)) => {
            Ok(lab(Notebooks::Mine, &words))
        }
        _ => Err(unknown(first)),
    }
}

fn lab(notebooks: Notebooks, arguments: &[OsString]) -> Command {
    Command::Lab { notebooks, arguments: arguments.to_vec() }
}

fn behind_dashes(words: &[OsString]) -> &[OsString] {
    let skip = usize::from(words.first().is_some_and(|word| word == "--"));
    &words[skip..]
}

fn notebooks(words: &[OsString]) -> Outcome<Vec<PathBuf>> {
    match words.iter().find(|word| !is_notebook(Path::new(word))) {
        Some(word) => Err(unknown(word)),
        None => Ok(words.iter().map(PathBuf::from).collect()),
    }
}

fn unknown(word: &OsStr) -> Failure {
    Failure::new(
        format!("`{}` is not understood here.", word.display()),
        "`cargo run -- --help` lists what is.",
    )
}
