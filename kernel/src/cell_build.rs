//! Compiling a cell without cargo, when nothing but the cell has changed since cargo did it.
//!
//! A quarter of a cell's time went into cargo finding out that only the cell is new. So, when cargo has the cell compiled, we
//! stand between it and rustc and keep the command (`record`). The next cell repeats it (`repeat`), with less text
//! (`cell_text.rs`), as long as what cargo was told and all files that it would look at are as they were; if not, cargo does it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::lost_variables::Lost;
use crate::unchanged::{
    LOCK, MANIFEST, asked, has_build_script, is_older, manifests_above, modified, nanoseconds, settings,
    settings_are_older,
};
use crate::{Configuration, cell_text, files, process};

/// The name under which cargo starts us in the place of rustc.
pub const RECORDER: &str = "record-rustc";
const BUILD: &str = "build";
const CHECK: &str = "check";
/// What rustc makes of a cell, and what it makes if that is only to be checked.
const EMITTED: [&str; 2] = ["--emit=dep-info,link", "--emit=metadata"];
/// How cargo is told to; it would go before what a user's own settings for cargo say.
const WRAPPER: &str = "RUSTC_WRAPPER";
/// What else sets it.
const WRAPPERS: [&str; 2] = [WRAPPER, "CARGO_BUILD_RUSTC_WRAPPER"];
/// What cargo was told when it was started, for the recorder.
const ASKED: &str = "QUICK_CELLS_ASKED";

/// What evcxr sets after `:cache`.
pub const CACHES: &str = "EVCXR_CACHE_ENABLED";

/// In a kernel's build folder.
const RECORD: &str = "cell.json";
/// Its time is the one at which cargo was started: what is newer, cargo may not have read.
const STARTED: &str = "cell.started";
/// There if cells cannot be linked with the crate of the store here.
const REFUSED: &str = "variable_store.refused";
const TEXT: &str = "src/lib.rs";
/// The `use` lines of the last cell that was compiled here.
const IMPORTS: &str = "cell.imports";
const STORE: &str = "variable_store";
const STORE_TEXT: &str = "variable_store.rs";
/// The crate that takes the place of evcxr's own store of variables.
pub const STORE_SOURCES: [&str; 2] = [include_str!("variable_store.rs"), include_str!("failed_cell.rs")];
/// Set for the kernel that makes the warm folder: there is time to compile what later cells share.
const WARMING: &str = "QUICK_CELLS_WARMING";

/// How evcxr has a cell compiled, or checked: `cargo build --target TRIPLE --message-format=json`, or `cargo check …`.
fn target_of(words: &[OsString]) -> Option<&OsStr> {
    match words {
        [what, target, triple, format]
            if (what == BUILD || what == CHECK)
                && target == "--target"
                && format == "--message-format=json" =>
        {
            Some(triple)
        }
        _ => None,
    }
}

/// What is to be said to cargo in the place of what evcxr says.
///
/// evcxr has a cell checked when rust-analyzer finds no type for a variable, for example because of an error in the cell. `cargo check` would
/// then compile the crate and all that it needs once more, for checks alone: most of the 16 to 27 seconds that an error in a `let` took.
pub fn as_built(words: &[OsString]) -> Vec<OsString> {
    let mut words = words.to_vec();
    if target_of(&words).is_some() {
        words[0] = BUILD.into();
    }
    words
}

/// Lets cargo start the recorder, if it is to compile a cell.
pub fn have_recorded(cargo: &mut Command, words: &[OsString], tools: &Path) -> io::Result<()> {
    let (Some(triple), recorder) = (target_of(words), tools.join(RECORDER)) else { return Ok(()) };
    if recorder.exists() && wrapper(&std::env::current_dir()?).is_none() {
        // Cargo lists here what it has looked at, and leaves a list that is still right alone.
        files::remove_file(&list_of_sources(triple))?;
        files::remove_file(Path::new(IMPORTS))?;
        fs::write(STARTED, "")?;
        cargo.env(WRAPPER, recorder).env(ASKED, asked(words));
    }
    Ok(())
}

/// What the settings of a user may name, and we cannot stand beside: what comes between cargo and rustc, and other sources for a crate from a registry, which
/// are in no list of cargo's.
const NAMED: [(&str, &str); 4] = [
    ("rustc-wrapper", "a `rustc-wrapper`"),
    ("[patch", "a `patch`"),
    ("patch.", "a `patch`"),
    ("paths", "`paths`"),
];

/// What the user has put between cargo and rustc, or in the place of a crate, for builds in this folder: then cargo compiles each cell.
pub fn wrapper(folder: &Path) -> Option<String> {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if let Some(name) = WRAPPERS.iter().find(|name| is_set(name)) {
        return Some(format!("{name} is set"));
    }
    settings(folder).find_map(|path| {
        let text = fs::read_to_string(&path).ok()?;
        let lines = text.lines().map(|line| line.trim_start()).filter(|line| !line.starts_with('#'));
        let mut named = lines.filter_map(|line| {
            let is_there =
                |what: &str| if what == NAMED[0].0 { line.contains(what) } else { line.starts_with(what) };
            NAMED.iter().find(|(what, _)| is_there(what))
        });
        named.next().map(|(_, what)| format!("{} names {what}", path.display()))
    })
}

/// Why cargo compiles this cell, and each one after it; None where that is for once, or no cell is compiled.
pub fn why_each(words: &[OsString], folder: &Path) -> Option<String> {
    let triple = target_of(words)?;
    if std::env::var_os(CACHES).is_some() {
        return Some("`:cache` is on".to_owned());
    }
    let is_sccache =
        |program: OsString| Path::new(&program).file_stem().is_some_and(|name| name == "sccache");
    if std::env::var_os(WRAPPER).is_some_and(is_sccache) {
        return Some("sccache is on".to_owned());
    }
    wrapper(folder).or_else(|| {
        let sources = local_sources(folder, triple)?;
        let manifests = manifests_above(&sources.iter().map(PathBuf::as_path).collect::<Vec<_>>());
        let script = manifests.into_iter().find(|manifest| has_build_script(manifest))?;
        Some(format!("{} has a build script, which may depend on anything", script.parent()?.display()))
    })
}

/// Lets the kernel that makes the warm folder find out anew.
pub fn forget_refusal(folder: &Path) -> io::Result<()> {
    if is_warming() { files::remove_file(&folder.join(REFUSED)) } else { Ok(()) }
}

/// Whether the warm folder is being made.
pub fn is_warming() -> bool {
    std::env::var_os(WARMING).is_some()
}

/// Whether it was found out, in a build folder, that the linker does not take the crate of the store.
pub fn is_refused(folder: &Path) -> bool {
    folder.join(REFUSED).exists()
}

/// What we are started for as `record-rustc RUSTC …`: keeps the command if it compiles a cell, and gives it back.
pub fn record(configuration: &Configuration, words: &[OsString]) -> Option<Command> {
    let (rustc, rest) = words.split_first()?;
    let compiles_a_cell = rest.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == "ctx")
        && rest.iter().any(|word| word == EMITTED[0]);
    if compiles_a_cell && let Some(asked) = std::env::var_os(ASKED) {
        // Without a record the next cell is compiled by cargo: slower, but not wrong.
        let _ = write_record(configuration, words, &asked);
    }
    let mut command = Command::new(rustc);
    command.args(rest);
    Some(command)
}

fn write_record(configuration: &Configuration, words: &[OsString], asked: &OsStr) -> io::Result<()> {
    let text = |word: &OsStr| word.to_str().map(str::to_owned).ok_or(io::ErrorKind::InvalidData);
    let command = words.iter().map(|word| text(word)).collect::<Result<Vec<_>, _>>()?;
    // Such as those of `[env]` in the user's settings. Not how cargo shares its threads: it is gone by then.
    let cargos_own = process::environment_of_parent();
    let of_cargo = |(name, value): &(OsString, OsString)| {
        let name = name.to_str().unwrap_or_default();
        let is_usual = name == "LD_LIBRARY_PATH" || name.starts_with("CARGO");
        let is_set_by_it = cargos_own
            .as_ref()
            .is_some_and(|own| !own.iter().any(|(known, its)| known == name && its == value));
        (is_usual || is_set_by_it) && name != "CARGO_MAKEFLAGS"
    };
    let variables = std::env::vars_os().filter(of_cargo);
    let variables =
        variables.map(|(name, value)| Ok((text(&name)?, text(&value)?))).collect::<io::Result<Vec<_>>>()?;
    let store = built_store(configuration, Path::new(&words[0]), &command);
    let started = nanoseconds(modified(Path::new(STARTED))?);
    // After a `:dep` line cargo has just written it itself.
    let lock = nanoseconds(modified(Path::new(LOCK))?);
    let record = json!({
        "asked": text(asked)?, "command": command, "variables": variables, "store": store, "started": started, "lock": lock,
        "manifest": fs::read_to_string(MANIFEST)?,
    });
    files::write(Path::new(RECORD), record.to_string().as_bytes())
}

/// The library with the store of variables for this cell: with the code that cells share, if that is there and was made for the
/// same crate, else without.
fn built_store(configuration: &Configuration, rustc: &Path, command: &[String]) -> Option<PathBuf> {
    if Path::new(REFUSED).exists() {
        return None;
    }
    let ours = command
        .iter()
        .find_map(|word| word.strip_prefix(configuration.name)?.strip_prefix('='))
        .map(Path::new);
    let shared = ours.and_then(|ours| shared_store(configuration, rustc, command, ours).ok());
    shared.or_else(|| plain_store(rustc, command).ok())
}

/// How a store is compiled, its folder, of this name, and its library. Where cells can be linked with it, it is a dynamic library: then there is one
/// in the process that runs cells, however many they are. The two stores have other names there, for a process may hold both.
fn store_library(name: &str) -> (Vec<String>, PathBuf, PathBuf) {
    let (kind, ending): (&[&str], _) = match cfg!(target_os = "linux") {
        true => (&["--crate-type=dylib", "-Cprefer-dynamic"], "so"),
        false => (&["--crate-type=rlib"], "rlib"),
    };
    let own = [format!("-Cmetadata={name}"), format!("-Cextra-filename=-{name}")];
    let options = kind.iter().map(|option| (*option).to_owned()).chain(own).collect();
    let folder = Path::new(STORE).join(name);
    let library = folder.join(format!("libvariable_store-{name}.{ending}"));
    (options, folder, library)
}

fn write_store(folder: &Path, also: &str) -> io::Result<()> {
    let [store, failed_cell] = STORE_SOURCES;
    files::remove_tree(folder)?;
    files::write(&folder.join("failed_cell.rs"), failed_cell.as_bytes())?;
    files::write(&folder.join(STORE_TEXT), format!("{store}\npub mod failed_cell;\n{also}").as_bytes())
}

/// Compiled once for each rustc.
fn plain_store(rustc: &Path, command: &[String]) -> io::Result<PathBuf> {
    let (mut options, folder, library) = store_library("plain");
    let stamp = format!("{:?} {STORE_SOURCES:?}", modified(rustc)?);
    if fs::read_to_string(folder.join("stamp")).is_ok_and(|made_for| made_for == stamp) {
        return Ok(library);
    }
    write_store(&folder, "")?;
    options.push("-Copt-level=3".to_owned());
    compile_store(rustc, command, &folder, &options)?;
    files::write(&folder.join("stamp"), stamp.as_bytes())?;
    Ok(library)
}

/// Compiled for the warm folder alone: it takes seconds. With a dynamic library, cells do not have to be linked with our crate and all
/// that it needs (measured: 30 of 170 ms).
fn shared_store(
    configuration: &Configuration,
    rustc: &Path,
    command: &[String],
    ours: &Path,
) -> io::Result<PathBuf> {
    let (mut options, folder, library) = store_library("shared");
    let stamp =
        format!("{:?} {:?} {:?} {STORE_SOURCES:?}", ours.file_name(), modified(ours)?, modified(rustc)?);
    if fs::read_to_string(folder.join("stamp")).is_ok_and(|made_for| made_for == stamp) {
        return Ok(library);
    }
    if !is_warming() {
        return Err(io::ErrorKind::NotFound.into());
    }
    write_store(&folder, "pub mod shared_generics;\n")?;
    files::write(&folder.join("shared_generics.rs"), configuration.shared_generics.as_bytes())?;
    let depends = command.windows(2).filter(|pair| pair[0] == "-L").flatten().cloned();
    let ours = format!("--extern={}={}", configuration.name, ours.display());
    // From level 2 on, rustc would not let other crates share the code.
    options.extend(["-Copt-level=1".to_owned(), ours].into_iter().chain(depends));
    compile_store(rustc, command, &folder, &options)?;
    files::write(&folder.join("stamp"), stamp.as_bytes())?;
    Ok(library)
}

fn compile_store(rustc: &Path, cell: &[String], folder: &Path, options: &[String]) -> io::Result<()> {
    let target = cell.windows(2).find(|pair| pair[0] == "--target").map(|pair| pair[1].as_str());
    let mut compile = Command::new(rustc);
    compile.args(["--edition=2024", "--crate-name=variable_store", "-Cstrip=debuginfo"]).args(options);
    // As evcxr compiles cells.
    compile.args(["-Cdebug-assertions=on", "-Coverflow-checks=on"]);
    compile.args(target.map(|triple| format!("--target={triple}")));
    compile.arg("--out-dir").args([folder, &folder.join(STORE_TEXT)]);
    match compile.output()?.status.success() {
        true => Ok(()),
        false => Err(io::ErrorKind::Other.into()),
    }
}

/// Compiles or checks a cell as it was recorded, and ends as cargo would. Returns if cargo has to do it.
pub fn repeat(words: &[OsString]) {
    let Some(triple) = target_of(words) else { return };
    let Ok(text) = fs::read_to_string(TEXT) else { return };
    let here = Path::new("");
    let mut lost = Lost::read(here);
    let is_check = words[0] == CHECK;
    let mut repeated = repeated(&as_built(words), triple, &text, is_check);
    let failed = repeated.as_ref().map(|(output, _)| output).filter(|output| !output.status.success());
    let error = failed.map(|output| first_error(&output.stderr).unwrap_or_default());
    let cell = cell_text::variables(&text);
    if let Some((output, _)) = &mut repeated {
        lost.explain(&mut output.stderr, &cell_text::names_after_let(&text));
    }
    match error {
        Some(error) => lost.not_compiled(cell, &error),
        None if is_check => {}
        None => lost.compiled(cell),
    }
    // Without it, less is said of a variable that is missing.
    let _ = lost.keep(here);
    let Some((output, made)) = repeated else { return };
    if io::stderr().write_all(&output.stderr).is_ok() && output.status.success() {
        let artifact =
            json!({ "reason": "compiler-artifact", "target": { "name": "ctx" }, "filenames": [made] });
        println!("{artifact}");
    }
    std::process::exit(output.status.code().unwrap_or(1))
}

/// What rustc said, and the library that it made.
fn repeated(words: &[OsString], triple: &OsStr, full: &str, is_check: bool) -> Option<(Output, PathBuf)> {
    let record: Value = serde_json::from_slice(&fs::read(RECORD).ok()?).ok()?;
    if record["asked"] != *asked(words) || !nothing_is_newer(&record, triple)? {
        return None;
    }
    let with_store = record["store"].is_string() && !Path::new(REFUSED).exists();
    let output = match is_check {
        true => compile(&record, full, Kind::Check)?,
        false => built(&record, full, with_store)?,
    };
    (!is_not_the_cells(&output)).then_some((output, made_by(&record)?))
}

fn built(record: &Value, full: &str, with_store: bool) -> Option<Output> {
    let kind = if with_store { Kind::WithStore } else { Kind::Full };
    let imports = cell_text::imports(full).unwrap_or_default();
    let other_imports =
        !imports.is_empty() && fs::read_to_string(IMPORTS).ok().is_none_or(|last| last != imports);
    let output = compile(record, &cell_text::lessened(full, with_store, other_imports), kind)?;
    if output.status.success() {
        keep_imports(&imports);
        return Some(output);
    }
    if is_only_a_try(&output, full) {
        return Some(output);
    }
    // What the reader is told is said of all that is there: rustc suggests similar names, for example.
    let all = compile(record, full, Kind::Full)?;
    if all.status.success() {
        keep_imports(&imports);
        // Such as a linker that does not take our options: this is found out once.
        fs::write(REFUSED, &output.stderr).ok()?;
    }
    Some(all)
}

/// A cell that is nothing but imports checks no variable: the next one does.
fn keep_imports(imports: &str) {
    if !imports.is_empty() {
        // Without them, the next cell checks all variables.
        let _ = fs::write(IMPORTS, imports);
    }
}

/// How a text is compiled.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Full,
    WithStore,
    Check,
}

/// Whether nobody is told what is wrong, since evcxr compiles the cell in another way then: the last value has no display of its own, or the
/// session's first `?` stands where nothing takes its error.
fn is_only_a_try(output: &Output, text: &str) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    let errors = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut errors = errors.filter(|message| message["level"] == "error" && has_place(message)).peekable();
    let may_fail = cell_text::takes_errors(text);
    let is_a_try = |error: &Value| {
        let says = |words: &str| error["message"].as_str().is_some_and(|message| message.contains(words));
        match error["code"]["code"].as_str() {
            Some("E0599" | "E0689") => says("`evcxr_display`"),
            Some("E0277") => !may_fail && says("the `?` operator can only be used"),
            _ => false,
        }
    };
    errors.peek().is_some() && errors.all(|error| is_a_try(&error))
}

/// The first error that rustc tells of the text.
fn first_error(said: &[u8]) -> Option<Value> {
    let said = String::from_utf8_lossy(said);
    let mut messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.find(|message| message["level"] == "error" && has_place(message))
}

fn has_place(message: &Value) -> bool {
    message["spans"].as_array().is_some_and(|spans| !spans.is_empty())
}

/// A crate that is not there, or not what it was.
const NO_SUCH_CRATE: [&str; 6] = ["E0460", "E0461", "E0463", "E0464", "E0514", "E0786"];

fn has_error(output: &Output, codes: &[&str]) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    codes.iter().any(|code| said.contains(&format!("\"code\":\"{code}\"")))
}

/// Whether it failed because of something else than the cell's text: another version of a crate, or what cannot be linked. Then no
/// error, or an error about a crate, points at a place in the text.
fn is_not_the_cells(output: &Output) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let points_at_the_text =
        messages.into_iter().any(|message| message["level"] == "error" && has_place(&message));
    !output.status.success() && (!points_at_the_text || has_error(output, &NO_SUCH_CRATE))
}

fn compile(record: &Value, text: &str, kind: Kind) -> Option<Output> {
    let folder = std::env::current_dir().ok()?;
    let place = folder.join("cell");
    fs::create_dir_all(place.join("src")).ok()?;
    fs::write(place.join(TEXT), text).ok()?;
    // A cell may name it, in a path that begins at its own text.
    fs::write(place.join(MANIFEST), record["manifest"].as_str()?).ok()?;
    let mut words = strings(&record["command"]).map(|word| match kind {
        Kind::Check if word == EMITTED[0] => EMITTED[1],
        _ => word,
    });
    let mut command = Command::new(words.next()?);
    command.args(words).current_dir(&place);
    let store = record["store"].as_str().filter(|_| kind == Kind::WithStore);
    if let Some(library) = store.map(|library| folder.join(library)) {
        command.arg("--extern").arg(format!("variable_store={}", library.to_str()?));
        // evcxr loads the cell from another folder than the one that rustc puts it in
        if cfg!(target_os = "linux") {
            for word in ["-rpath", library.parent()?.to_str()?] {
                command.arg("-Clink-arg=-Xlinker").arg(format!("-Clink-arg={word}"));
            }
        }
    }
    for pair in record["variables"].as_array()? {
        command.env(pair[0].as_str()?, pair[1].as_str()?);
    }
    command.output().ok()
}

/// The library that the recorded command makes.
fn made_by(record: &Value) -> Option<PathBuf> {
    let folder = strings(&record["command"]).skip_while(|word| *word != "--out-dir").nth(1)?;
    let name = format!("{}ctx{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    Some(Path::new(folder).join(name))
}

/// Whether all that cargo would look at is older than its last start, but for the cell itself.
fn nothing_is_newer(record: &Value, triple: &OsStr) -> Option<bool> {
    let started = record["started"].as_u64()?;
    let is_older = |path: &Path| is_older(path, started);
    let folder = std::env::current_dir().ok()?;
    let sources = local_sources(&folder, triple)?;
    let sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
    let rustc = strings(&record["command"]).next().map(Path::new);
    let is_same_lock = modified(Path::new(LOCK)).is_ok_and(|time| record["lock"] == nanoseconds(time));
    // evcxr writes another one for a moment, each time that a `:dep` line runs
    let is_same_manifest = fs::read_to_string(MANIFEST).is_ok_and(|text| record["manifest"] == text);
    Some(
        is_same_lock
            && is_same_manifest
            && sources.iter().copied().all(is_older)
            // Who opens a toolchain to others touches it; a new one is a new file.
            && rustc.is_none_or(|rustc| modified(rustc).is_ok_and(|time| nanoseconds(time) < started))
            && manifests_above(&sources).iter().all(|manifest| is_older(manifest) && !has_build_script(manifest))
            // Cargo looks at all that is in a folder which a build script names.
            && !sources.iter().any(|source| source.is_dir())
            && settings_are_older(&folder, started),
    )
}

/// Where cargo lists all sources that are not from a registry, of the cell and of what it needs.
fn list_of_sources(triple: &OsStr) -> PathBuf {
    let name = format!("{}ctx.d", std::env::consts::DLL_PREFIX);
    Path::new("target").join(triple).join("debug").join(name)
}

/// What is in that list, but for the cell itself.
fn local_sources(folder: &Path, triple: &OsStr) -> Option<Vec<PathBuf>> {
    let list = fs::read_to_string(folder.join(list_of_sources(triple))).ok()?;
    let (_, sources) = list.split_once(": ")?;
    let own = folder.join(TEXT);
    Some(
        split_at_spaces(sources.trim_end())
            .into_iter()
            .map(PathBuf::from)
            .filter(|path| *path != own)
            .collect(),
    )
}

/// The paths in such a list; a space in a path is written `\ `.
fn split_at_spaces(list: &str) -> Vec<String> {
    list.replace("\\ ", "\0").split(' ').map(|path| path.replace('\0', " ")).collect()
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}
