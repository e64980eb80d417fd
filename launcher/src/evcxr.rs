//! The kernel's program, evcxr_jupyter, at exactly one version.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use quick_cells::work::{Work, done_of_cargo};
use quick_cells::{EVCXR_VERSION as VERSION, Failure, Outcome, files, process};

use crate::environment::Environment;

/// How long it takes where it and the warm build folder were measured (docs/waiting.md). Readers are told how long it takes on theirs.
pub const SECONDS: f64 = 492.0;

/// How cargo compiles it (docs/waiting.md): optimised as its authors have it, but in two parts without optimisation across them; and what the
/// kernel hardly runs, not at all. It takes a fifth less of the time, and the kernel is as quick.
const PROFILE: [&str; 2] = ["profile.release.codegen-units=2", "profile.release.lto=\"off\""];
const HARDLY_RUN: [&str; 5] =
    ["ra_ap_ide", "ra_ap_ide_assists", "ra_ap_ide_completion", "ra_ap_ide_diagnostics", "ra_ap_ide_ssr"];

/// Finds evcxr_jupyter, or lets cargo install it.
pub fn ensure(environment: &Environment, work: &mut Work) -> Outcome<PathBuf> {
    if let Some(program) = find(environment).or_else(|| fetch(environment, work)) {
        return Ok(program);
    }
    let root = new_root(environment);
    install(environment, &root, work)?;
    installed(&root).ok_or_else(|| {
        Failure::new(
            format!("cargo installed evcxr_jupyter, but it is not in {}.", root.join("bin").display()),
            format!("Try `cargo install --locked evcxr_jupyter --version {VERSION}` by hand, then run the same command again."),
        )
    })
}

/// Where it is put if it is not there. Another version that the user has is the user's: ours goes beside it.
fn new_root(environment: &Environment) -> PathBuf {
    let own = own_root(environment);
    let usual = usual_root(&own);
    if program_in(&usual).exists() { own } else { usual }
}

/// The program in our version, if it is there.
pub fn find(environment: &Environment) -> Option<PathBuf> {
    let own = own_root(environment);
    let in_path = process::find_in_path("evcxr_jupyter", None);
    let in_path = in_path.and_then(|program| Some(program.parent()?.parent()?.to_owned()));
    [usual_root(&own), own].into_iter().chain(in_path).find_map(|root| installed(&root))
}

fn own_root(environment: &Environment) -> PathBuf {
    environment.venv().join("evcxr")
}

/// Where `cargo install` puts programs.
fn usual_root(otherwise: &Path) -> PathBuf {
    let set = ["CARGO_INSTALL_ROOT", "CARGO_HOME"].iter().find_map(std::env::var_os).map(PathBuf::from);
    set.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).unwrap_or_else(|| otherwise.to_owned())
}

fn program_in(root: &Path) -> PathBuf {
    root.join("bin").join(format!("evcxr_jupyter{}", std::env::consts::EXE_SUFFIX))
}

/// The program, if cargo's record in this folder says that it is there in our version. (It has no `--version`.)
fn installed(root: &Path) -> Option<PathBuf> {
    let record = fs::read_to_string(root.join(".crates.toml")).ok()?;
    let program = program_in(root);
    (record.contains(&format!("\"evcxr_jupyter {VERSION} (")) && program.is_file()).then_some(program)
}

/// The program as its authors have built it, where the user has cargo-binstall, which fetches such programs; into `.venv`.
fn fetch(environment: &Environment, work: &mut Work) -> Option<PathBuf> {
    let binstall = process::find_in_path("cargo-binstall", None)?;
    work.begin(
        &format!("The Rust kernel evcxr_jupyter {VERSION}, as its authors have built it (cargo binstall)"),
        SECONDS,
    );
    let new = own_root(environment).with_extension("new");
    files::remove_tree(&new).ok()?;
    let mut command = Command::new(binstall);
    command
        .args(["--no-confirm", "--strategies", "crate-meta-data"])
        .arg(format!("evcxr_jupyter@{VERSION}"))
        .env("CARGO_INSTALL_ROOT", &new)
        .env("BINSTALL_DISABLE_TELEMETRY", "true");
    work.run(command, "fetch the Rust kernel evcxr_jupyter", &mut |_| None).ok()?;
    // One that was built for a newer system does not start.
    process::answer(installed(&new)?, &["--help"])?;
    let own = own_root(environment);
    files::remove_tree(&own).and_then(|()| fs::rename(&new, &own)).ok()?;
    work.done();
    installed(&own)
}

fn install(environment: &Environment, root: &Path, work: &mut Work) -> Outcome<()> {
    work.begin(
        &format!(
            "The Rust kernel evcxr_jupyter {VERSION}, compiled into {} (cargo install)",
            root.join("bin").display()
        ),
        SECONDS,
    );
    // A build folder that stays lets a killed installation go on where it was.
    let build = environment.venv().join("evcxr-build");
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    process::forget_cargo(&mut command);
    command
        .args(["install", "--locked", "evcxr_jupyter", "--version", VERSION, "--root"])
        .arg(root)
        .arg("--target-dir")
        .arg(&build);
    for setting in PROFILE {
        command.args(["--config", setting]);
    }
    for name in HARDLY_RUN {
        command.args(["--config", &format!("profile.release.package.{name}.opt-level=0")]);
    }
    work.run(command, "install the Rust kernel evcxr_jupyter", &mut |line| done_of_cargo(line).map(time_of))?;
    files::remove_tree(&build).map_err(|e| Failure::io("remove the build folder of evcxr_jupyter", &e))?;
    work.done();
    Ok(())
}

/// The part of the time after which a part of the crates was compiled, as measured (docs/waiting.md): rust-analyzer's last ones are the large ones.
const CRATES_AND_TIME: [(f64, f64); 9] = [
    (0.0, 0.0),
    (0.25, 0.065),
    (0.4, 0.15),
    (0.5, 0.23),
    (0.55, 0.48),
    (0.8, 0.63),
    (0.9, 0.87),
    (0.95, 0.96),
    (1.0, 1.0),
];

/// The part of the time that has passed when this part of the crates is compiled.
fn time_of(crates: f64) -> f64 {
    let between = CRATES_AND_TIME.windows(2).find(|pair| crates <= pair[1].0);
    between.map_or(1.0, |pair| {
        let [(from, start), (to, end)] = [pair[0], pair[1]];
        start + (end - start) * (crates - from) / (to - from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_crates_take_less_than_half_of_the_time() {
        assert_eq!([0.0, 0.5, 1.0].map(time_of), [0.0, 0.23, 1.0]);
        let times: Vec<f64> = (0..=100).map(|percent| time_of(f64::from(percent) / 100.0)).collect();
        assert!(times.is_sorted_by(|a, b| a < b), "{times:?}");
    }
}
