//! The image of `Dockerfile`: what it does is what README.md tells a reader to do, on a machine that has what README.md asks for.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// What stands behind a word at the beginning of a line of the Dockerfile.
fn lines_of<'a>(dockerfile: &'a str, word: &str) -> Vec<&'a str> {
    dockerfile.lines().filter_map(|line| line.strip_prefix(word)).map(str::trim).collect()
}

/// `1.95` of `…1.95…`, behind a text.
fn version_behind(text: &str, before: &str) -> Vec<u32> {
    let (_, version) = text.split_once(before).unwrap_or_else(|| panic!("{before:?} is not in {text:?}"));
    let end = version.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(version.len());
    version[..end].split('.').map(|number| number.parse().unwrap()).collect()
}

#[test]
fn its_steps_are_the_commands_that_the_readme_says_to_type() {
    let steps = Command::new("bash").arg(root().join(".ci/image")).arg("steps").output().unwrap();
    assert!(steps.status.success(), "{}", String::from_utf8_lossy(&steps.stderr));
    let steps = String::from_utf8(steps.stdout).unwrap();
    assert_eq!(steps.lines().collect::<Vec<_>>(), ["cargo run -- setup"]);

    let (readme, dockerfile) = (read("README.md"), read("Dockerfile"));
    let (_, start) = readme.split_once("## Start\n").unwrap();
    let (start, _) = start.split_once("\n## ").unwrap();
    // in an image there is nobody yet to open JupyterLab for
    let set_up = steps.trim_end();
    assert!(start.contains(&format!("`{set_up}`")), "`{set_up}` is not in README.md, Start");
    let (_, typed) = start.split_once("```sh\n").unwrap();
    let first = typed.lines().next().unwrap().split('#').next().unwrap().trim();
    let command: Vec<String> = serde_json::from_str(lines_of(&dockerfile, "CMD ")[0]).unwrap();
    let (command, options) =
        command.join(" ").split_once(" -- ").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(command, first);
    // whoever opens the page is not in the container
    assert_eq!(options, "--ip=0.0.0.0 --no-browser");
}

#[test]
fn its_machine_has_what_the_readme_asks_for() {
    let (readme, dockerfile) = (read("README.md"), read("Dockerfile"));
    let oldest = version_behind(&readme, "[Rust](https://www.rust-lang.org/tools/install) ");
    assert_eq!(oldest, version_behind(&read("launcher/Cargo.toml"), "rust-version = \""));
    let [base] = lines_of(&dockerfile, "FROM ")[..] else { panic!("more than one FROM") };
    assert!(version_behind(base, "rust:") >= oldest, "{base}");
    assert!(
        readme.contains("Python 3.10 or newer with its `venv` module")
            && dockerfile.contains(" python3 python3-venv ")
    );
    let [user] = lines_of(&dockerfile, "USER ")[..] else { panic!("more than one USER") };
    assert_eq!(user, "${NB_USER}");
    // where there is one of these folders, Binder looks nowhere else (repo2docker, `binder_dir`)
    for folder in ["binder", ".binder"] {
        assert!(!root().join(folder).exists(), "{folder} hides the Dockerfile from Binder");
    }
}

#[test]
fn codespaces_builds_it_and_sets_up_the_checkout_that_is_opened_in_it() {
    let text = read(".devcontainer/devcontainer.json");
    let json: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let settings: serde_json::Value = serde_json::from_str(&json).unwrap();
    let dockerfile = settings["build"]["dockerfile"].as_str().unwrap();
    assert!(root().join(".devcontainer").join(dockerfile).is_file());
    assert_eq!(settings["postCreateCommand"], "cargo run -- setup");
}
