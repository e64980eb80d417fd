//! `cargo run`: sets up JupyterLab with the Rust kernel and opens the series.

mod launcher;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let environment = launcher::Environment { root: PathBuf::from(env!("CARGO_MANIFEST_DIR")) };
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let paths: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    let outcome = match command.as_str() {
        "execute" => launcher::execute::run(&environment, &paths),
        "check" => launcher::check::run(&environment, &paths),
        "lab" => {
            let mut lab = environment.python();
            lab.args(["-m", "jupyterlab", "--allow-root", "--ServerApp.answer_yes=True"]).args(paths);
            lab.arg(format!("--ServerApp.root_dir={}", environment.notebooks().display()));
            use std::os::unix::process::CommandExt;
            let _ = lab.exec();
            Ok(())
        }
        _ => Ok(()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
