//! A slim copy of the standard library's sources, for the kernel.
//!
//! evcxr asks rust-analyzer for the types of variables, and rust-analyzer reads the standard library first, at every start of a
//! kernel. It needs the items, not what is said of them: comments, tests and the processors' intrinsics are left out. (The latter are more
//! text than all else; a variable that one of them gives must be given its type.)

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build_folder::BuildFolders;
use crate::work::Work;
use crate::{Failure, Outcome, files, process};

/// The crates that rust-analyzer looks for and whose items cells may name.
const CRATES: [&str; 4] = ["core", "alloc", "std", "proc_macro"];
/// And that of `is_x86_feature_detected!`: where toolchains keep it since 1.90, and where rust-analyzer looks for it.
const STD_DETECT: [&str; 2] = ["std_detect", "stdarch/crates/std_detect"];
const STAMP: &str = "made-from.stamp";
/// In the stamp where there are no sources, so that not every run asks for them again.
const NONE: &str = "none\n";
/// Changes when the copy is made in another way.
const MANNER: &str = "3: without comments and tests, the hash collections' fields as tuples, with std_detect";

/// Makes the copy, or brings it up to date after a change of toolchain. Without sources there is none: kernels then work too,
/// but start more slowly.
pub fn ensure(folders: &BuildFolders, work: &mut Work) -> Outcome<()> {
    let failed = |e| Failure::io("copy the standard library's sources", &e);
    if is_current(folders) {
        return Ok(());
    }
    let (copy, made_from) = (folders.std_sources(), made_from());
    work.begin("The standard library's sources, without comments, so that kernels start sooner", 0.0);
    let new = copy.with_extension("new");
    files::remove_tree(&new).map_err(failed)?;
    fs::create_dir_all(&new).map_err(failed)?;
    let stamp = match toolchains_sources().or_else(|| fetched_sources(work)) {
        Some(sources) => {
            let copied =
                |from: &str, to: &str| copy_slim(&sources.join(from).join("src"), &new.join(to).join("src"));
            for name in CRATES {
                copied(name, name).map_err(failed)?;
            }
            if let Some(place) = STD_DETECT.iter().find(|place| sources.join(place).is_dir()) {
                copied(place, STD_DETECT[1]).map_err(failed)?;
            }
            made_from
        }
        None => {
            println!(
                "  rustup did not bring them (`rustup component add rust-src`): kernels take two seconds longer to start"
            );
            made_from + NONE
        }
    };
    fs::write(new.join(STAMP), stamp).map_err(failed)?;
    files::remove_tree(&copy).map_err(failed)?;
    fs::rename(&new, &copy).map_err(failed)?;
    work.done();
    Ok(())
}

/// Whether the copy is that of the toolchain in use.
pub fn is_current(folders: &BuildFolders) -> bool {
    let (stamp, made_from) =
        (fs::read_to_string(folders.std_sources().join(STAMP)).unwrap_or_default(), made_from());
    stamp == made_from || (stamp == made_from + NONE && toolchains_sources().is_none())
}

fn made_from() -> String {
    format!("{MANNER}\n{}\n", process::answer("rustc", &["-vV"]).unwrap_or_default())
}

/// Where the toolchain keeps them, if it has them.
fn toolchains_sources() -> Option<PathBuf> {
    let sysroot = process::answer("rustc", &["--print", "sysroot"])?;
    let library = Path::new(&sysroot).join("lib/rustlib/src/rust/library");
    CRATES.iter().all(|name| library.join(name).join("src/lib.rs").is_file()).then_some(library)
}

/// A minimal toolchain has none until rustup is asked; evcxr would ask at a kernel's first start.
fn fetched_sources(work: &mut Work) -> Option<PathBuf> {
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "add", "rust-src"]);
    work.run(rustup, "fetch the standard library's sources", &mut |_| None).ok()?;
    toolchains_sources()
}

fn copy_slim(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        let name = entry.file_name();
        if kind.is_dir() && name != "tests" && name != "benches" {
            copy_slim(&path, &target)?;
        } else if path.extension().is_some_and(|e| e == "rs") && name != "tests.rs" {
            fs::write(&target, slim(&fs::read_to_string(&path)?))?;
        }
    }
    Ok(())
}

/// Without the lines that are a comment and nothing else. (In a string of several lines such a line is lost as well; no type
/// depends on that.) And with all fields known.
fn slim(source: &str) -> String {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| [as_tuple(line).map_or(line.into(), Cow::from), "\n".into()]).collect()
}

/// A field whose type is hashbrown's, such as that of `HashMap<K, V>`, as a tuple of what this type is made of. Neither the copy nor the
/// toolchain has hashbrown's sources, and if all fields are unknown, rust-analyzer takes `K` and `V` for unused: they may then be
/// anything, and what `get` gives has no type.
fn as_tuple(field: &str) -> Option<String> {
    let (name, parts) = field.strip_suffix(">,")?.split_once(": base::")?;
    let (_, parts) = parts.split_once('<')?;
    let parts = parts
        .split(", ")
        .map(|part| if part.starts_with('\'') { format!("&{part} ()") } else { part.into() });
    Some(format!("{name}: ({}),", parts.collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_only_a_comment_go() {
        let source = "//! Module.\n/// Doc.\npub fn f() {\n    // why\n    g(); // stays\n}\n";
        assert_eq!(slim(source), "pub fn f() {\n    g(); // stays\n}\n");
    }

    #[test]
    fn what_the_hash_collections_hold_is_known_without_hashbrown() {
        let source = "pub struct Drain<'a, K, A> {\n    base: base::Drain<'a, K, A>,\n}\n";
        assert_eq!(slim(source), "pub struct Drain<'a, K, A> {\n    base: (&'a (), K, A),\n}\n");
        let other =
            "fn from(entry: base::Entry<'a, K>) -> Entry<'a, K> {\n    let base = base::HashMap::new();\n";
        assert_eq!(slim(other), other);
    }
}
