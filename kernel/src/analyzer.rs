//! Less work for rust-analyzer, which the kernel asks for the type of each variable.
//!
//! It reads and resolves every crate below a notebook's `:dep` line, at each start of a kernel: that is most of what a reader
//! waits for. But the types that cells name are those of the crate in use, of a few that it names, and of the standard library. So it gets a slim
//! copy of the latter (`std_sources.rs`), and a `cargo metadata` that leaves out what else the crate is built with.
//!
//! rust-analyzer starts the `cargo` in `$CARGO_HOME/bin` before that in $PATH: kernels have a CARGO_HOME with nothing but our
//! stand-in, which gives the user's own back to the real cargo.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::build_folder::BuildFolders;
use crate::{Configuration, process};

const CARGO_HOME: &str = "CARGO_HOME";
const REAL_CARGO_HOME: &str = "QUICK_CELLS_CARGO_HOME";

/// Puts a kernel on the diet.
pub fn put_on_diet(kernel: &mut Command, folders: &BuildFolders) {
    let (home, sources) = (folders.cargo_home(), folders.std_sources());
    if home.join("bin").is_dir() {
        if let Some(real) = std::env::var_os(CARGO_HOME) {
            kernel.env(REAL_CARGO_HOME, real);
        }
        kernel.env(CARGO_HOME, home);
    }
    if sources.join("core").is_dir() {
        kernel.env("RUST_SRC_PATH", sources);
    }
}

/// Gives a tool that the kernel starts the user's own CARGO_HOME back.
pub fn restore_cargo_home(command: &mut Command) {
    match std::env::var_os(REAL_CARGO_HOME) {
        Some(real) => command.env(CARGO_HOME, real),
        None => command.env_remove(CARGO_HOME),
    };
}

/// Where the user's own settings for cargo are.
pub fn real_cargo_home() -> Option<PathBuf> {
    let set = std::env::var_os(REAL_CARGO_HOME).map(PathBuf::from);
    set.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
}

/// Whether we were started as the `cargo` of the kernel's CARGO_HOME, which only rust-analyzer does.
pub fn is_asked(program: &Path) -> bool {
    let home = program.parent().and_then(Path::parent);
    home.is_some_and(|home| std::env::var_os(CARGO_HOME).is_some_and(|set| home == Path::new(&set)))
}

/// Runs cargo; in its metadata, if it was asked for that, the crate in use has fewer dependencies. Then ends as cargo did.
pub fn answer(configuration: &Configuration, cargo: &mut Command, words: &[OsString]) -> io::Error {
    if words.first().is_none_or(|word| word != "metadata") {
        return process::become_program(cargo);
    }
    let output = match cargo.output() {
        Ok(output) => output,
        Err(error) => return error,
    };
    let slim =
        serde_json::from_slice(&output.stdout).map(|metadata| slimmed(configuration, metadata).to_string());
    let said = slim.map_or(output.stdout, String::into_bytes);
    process::end_as(&said, &output.stderr, output.status.code().unwrap_or(1))
}

/// Cuts the crate's other dependencies, then all packages that nothing needs any more.
fn slimmed(configuration: &Configuration, mut metadata: Value) -> Value {
    let Some(ours) = id_of(&metadata, configuration.name) else { return metadata };
    let kept: BTreeSet<String> =
        configuration.types_from.iter().filter_map(|name| id_of(&metadata, name)).collect();
    let Some(nodes) = metadata["resolve"]["nodes"].as_array_mut() else { return metadata };
    for node in nodes.iter_mut().filter(|node| node["id"] == *ours) {
        retain(&mut node["deps"], |dep| dep["pkg"].as_str().is_some_and(|id| kept.contains(id)));
        retain(&mut node["dependencies"], |id| id.as_str().is_some_and(|id| kept.contains(id)));
    }
    let needed = needed(&metadata);
    let is_needed = |id: &Value| id.as_str().is_some_and(|id| needed.contains(id));
    retain(&mut metadata["resolve"]["nodes"], |node| is_needed(&node["id"]));
    retain(&mut metadata["packages"], |package| is_needed(&package["id"]));
    // It would look for sources in the whole checkout, .venv included: let the folder of the package be `src`.
    for package in metadata["packages"].as_array_mut().into_iter().flatten() {
        if package["id"] == *ours {
            let manifest = package["manifest_path"].as_str().map(Path::new);
            let moved = manifest.and_then(Path::parent).map(|root| root.join("src").join("Cargo.toml"));
            package["manifest_path"] = moved.map_or(Value::Null, |path| path.to_string_lossy().into());
            retain(&mut package["targets"], |target| target["kind"][0] == "lib");
        }
    }
    metadata
}

fn id_of(metadata: &Value, name: &str) -> Option<String> {
    let package = metadata["packages"].as_array()?.iter().find(|package| package["name"] == name)?;
    package["id"].as_str().map(str::to_owned)
}

/// The packages that the workspace's members lead to.
fn needed(metadata: &Value) -> BTreeSet<String> {
    let ids = |list: &Value| {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut open = ids(&metadata["workspace_members"]);
    let mut needed = BTreeSet::new();
    while let Some(id) = open.pop() {
        let node = metadata["resolve"]["nodes"]
            .as_array()
            .and_then(|nodes| nodes.iter().find(|node| node["id"] == *id));
        if needed.insert(id)
            && let Some(node) = node
        {
            open.extend(ids(&node["dependencies"]));
        }
    }
    needed
}

fn retain(list: &mut Value, wanted: impl Fn(&Value) -> bool) {
    if let Some(list) = list.as_array_mut() {
        list.retain(wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SHAPES: Configuration = Configuration {
        name: "shapes",
        types_from: &["numbers"],
        unchecked: &[],
        shared_generics: "",
        first_cells: &[],
        loading: [""; 2],
    };

    fn package(id: &str) -> Value {
        json!({ "id": id, "name": id, "manifest_path": format!("/{id}/Cargo.toml"), "targets": [{ "kind": ["lib"] }] })
    }

    fn node(id: &str, dependencies: &[&str]) -> Value {
        let deps: Vec<Value> = dependencies.iter().map(|id| json!({ "name": id, "pkg": id })).collect();
        json!({ "id": id, "dependencies": dependencies, "deps": deps })
    }

    fn ids(list: &Value) -> Vec<&str> {
        list.as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect()
    }

    #[test]
    fn only_what_cells_name_is_left_of_our_dependencies_and_all_of_the_readers() {
        let names = ["ctx", "shapes", "numbers", "num", "drawing", "time", "mine"];
        let metadata = json!({
            "packages": names.map(package),
            "workspace_members": ["ctx"],
            "resolve": { "nodes": [
                node("ctx", &["shapes", "mine"]), node("shapes", &["numbers", "drawing"]),
                node("numbers", &["num"]), node("num", &[]), node("drawing", &["time"]), node("time", &[]),
                node("mine", &["num"]),
            ] },
        });
        let slim = slimmed(&SHAPES, metadata);
        let left = ["ctx", "shapes", "numbers", "num", "mine"];
        assert_eq!(ids(&slim["packages"]), left);
        assert_eq!(ids(&slim["resolve"]["nodes"]), left);
        assert_eq!(slim["resolve"]["nodes"][1], node("shapes", &["numbers"]));
        assert_eq!(slim["packages"][1]["manifest_path"], "/shapes/src/Cargo.toml");
    }

    #[test]
    fn a_notebook_without_this_crate_is_left_alone() {
        let metadata = json!({ "packages": [package("ctx")], "workspace_members": ["ctx"], "resolve": { "nodes": [node("ctx", &[])] } });
        assert_eq!(slimmed(&SHAPES, metadata.clone()), metadata);
    }
}
