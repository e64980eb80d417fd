//! Why a variable is missing that a cell names.
//!
//! evcxr drops what a cell was to make, if its `?` fails or it panics, and everything, if its process ends; and a cell that does not compile makes
//! nothing. rustc then knows of no such name. So we keep, in the kernel's build folder, which variables there were and how the cell failed (`failed_cell.rs`), and rustc's
//! error gets the cause.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::cell_text::Variables;
use crate::failed_cell::{FAILED, PANICKED, PROCESS};
use crate::{files, process};

const KEPT: &str = "variables.json";
const MEND: &str = "\nMend that cell and run it, then run this one again.";
const MEND_ALL: &str = "\nMend that cell and run it, then all from there to this one.";
const MOVED: &str = "an earlier cell has moved it, and what is moved is gone.\n\
                     Run the cell that made it again; to keep it, lend it by a `&`, or give a `.clone()`.";
/// How the cause begins for what a cell was to make that misses something itself.
const NEEDS: &str = "the cell that was to make it needs ";

/// What is known of the variables of a kernel.
#[derive(Debug, Default, PartialEq)]
pub struct Lost {
    /// Those of the last cell that was compiled.
    last: Variables,
    /// Why variables are missing, by their names.
    causes: BTreeMap<String, String>,
    /// Whether the process that held them has ended, and evcxr may not have noticed.
    ended: bool,
}

impl Lost {
    /// What is known of the kernel with this build folder, with what has happened since the last cell was compiled.
    pub fn read(folder: &Path) -> Lost {
        let kept = fs::read(folder.join(KEPT)).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let mut lost = kept.map_or_else(Lost::default, |kept| Lost::from_json(&kept));
        if let Ok(text) = fs::read_to_string(folder.join(FAILED)) {
            lost.a_cell_failed(&text);
        }
        let process = fs::read_to_string(folder.join(PROCESS));
        if process.is_ok_and(|number| !process::is_alive(&number)) {
            lost.the_process_ended();
        }
        lost
    }

    fn a_cell_failed(&mut self, how: &str) {
        let mut parts = how.splitn(3, '\n');
        let [how, line, said] = std::array::from_fn(|_| parts.next().unwrap_or_default());
        let failed = if how == PANICKED { "panicked" } else { "was refused" };
        let at = if line.is_empty() { String::new() } else { format!("\n    {line}") };
        let cause = format!("the cell that was to make it {failed}: {said}{at}{MEND}");
        self.causes.extend(self.last.made.drain(..).map(|name| (name, cause.clone())));
    }

    fn the_process_ended(&mut self) {
        let cause = "the kernel was interrupted or cleared, or a cell ended its process: no variable is left.\n\
                     To run the cells above again, choose Run > Run All Above Selected Cell in the menu.";
        self.ended = true;
        let all = self.last.made.drain(..).chain(self.last.taken.drain(..));
        self.causes.extend(all.map(|name| (name, cause.to_owned())));
    }

    /// A cell has been compiled, and is going to be run.
    pub fn compiled(&mut self, cell: Variables) {
        self.are_there(&cell);
        self.causes.extend(cell.moved.iter().map(|name| (name.clone(), MOVED.to_owned())));
        self.last = cell;
    }

    fn are_there(&mut self, cell: &Variables) {
        for name in &cell.taken {
            self.causes.remove(name);
        }
    }

    /// A cell was not compiled, because of this error of rustc's. What it was to make is missing, unless an earlier cell has made it.
    pub fn not_compiled(&mut self, mut cell: Variables, error: &Value) {
        let made = std::mem::take(&mut cell.made);
        self.are_there(&cell);
        let missed = missing_name(error, &self.causes).map(|name| (name.to_owned(), &self.causes[name]));
        let cause = match missed {
            // the cause of that one's is its too
            Some((_, cause)) if cause.starts_with(NEEDS) => cause.clone(),
            Some((name, cause)) => {
                let its = cause.strip_suffix(MEND).map_or(cause.clone(), |its| format!("{its}{MEND_ALL}"));
                format!("{NEEDS}`{name}`, which is missing because {its}")
            }
            None => {
                let said = error["message"].as_str().unwrap_or_default().lines().next().unwrap_or_default();
                format!("the cell that was to make it did not compile: {said}{MEND}")
            }
        };
        self.last = cell;
        let missing = made.into_iter().filter(|name| !self.last.taken.contains(name));
        self.causes.extend(missing.map(|name| (name, cause.clone())));
        if let Some(name) = moved_before_it_is_put_back(error) {
            self.causes.insert(name.to_owned(), MOVED.to_owned());
        }
    }

    /// Keeps what is known for the next cell, and forgets what led to it.
    pub fn keep(&self, folder: &Path) -> io::Result<()> {
        files::write(&folder.join(KEPT), self.to_json().to_string().as_bytes())?;
        files::remove_file(&folder.join(FAILED))?;
        // As long as evcxr lets cells take variables, it has not noticed.
        if self.ended && self.last.taken.is_empty() {
            files::remove_file(&folder.join(PROCESS))?;
        }
        Ok(())
    }

    /// Adds the cause to the first error about each variable that is missing. `said` is what rustc said, a message on each line; what the cell
    /// is to make itself, its `own`, is not missing because of an earlier cell. That may have been this one: evcxr tries some twice.
    pub fn explain(&self, said: &mut Vec<u8>, own: &[String]) {
        let mut causes = self.causes.clone();
        causes.retain(|name, _| !own.contains(name));
        if causes.is_empty() {
            return;
        }
        let lines = String::from_utf8_lossy(said).into_owned();
        let explained: Vec<String> = lines
            .lines()
            .map(|line| explained(line, &mut causes).unwrap_or_else(|| line.to_owned()))
            .collect();
        *said = (explained.join("\n") + "\n").into_bytes();
    }

    fn from_json(kept: &Value) -> Lost {
        let names = |list: &Value| {
            list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let causes = kept["causes"].as_object().into_iter().flatten();
        Lost {
            last: Variables { taken: names(&kept["taken"]), made: names(&kept["made"]), moved: Vec::new() },
            causes: causes
                .filter_map(|(name, cause)| Some((name.clone(), cause.as_str()?.to_owned())))
                .collect(),
            ended: false,
        }
    }

    fn to_json(&self) -> Value {
        json!({ "taken": self.last.taken, "made": self.last.made, "causes": self.causes })
    }
}

fn explained(line: &str, causes: &mut BTreeMap<String, String>) -> Option<String> {
    let mut message: Value = serde_json::from_str(line).ok()?;
    let name = missing_name(&message, causes)?.to_owned();
    let cause = causes.remove(&name)?;
    let said = message["message"].as_str()?.to_owned();
    let is_not_found = message["code"]["code"] == "E0425";
    let explained = format!("{said}\n`{name}` is missing because {cause}");
    // evcxr would put the message at a place that has no label of its own, too
    for span in message["spans"].as_array_mut().into_iter().flatten().filter(|span| span["label"].is_null()) {
        span["label"] = if is_not_found { "not found in this scope".into() } else { said.as_str().into() };
    }
    message["message"] = explained.into();
    Some(message.to_string())
}

/// The missing variable that an error is about. Where there is a macro or a function of its name, rustc takes it for that.
fn missing_name<'a>(error: &Value, causes: &'a BTreeMap<String, String>) -> Option<&'a str> {
    let said = error["message"].as_str().filter(|_| error["level"] != "warning")?;
    let quoted = |text: &str| text.split('`').nth(1).map(str::to_owned);
    let name = match error["code"]["code"].as_str()? {
        "E0425" => quoted(said.strip_prefix("cannot find value ")?)?,
        "E0423" => quoted(said.split_once(", found ")?.1)?,
        // the type of a function ends in its name: `fn(f64) -> f64 {crate::sigmoid}`
        _ => {
            let labels =
                error["spans"].as_array().into_iter().flatten().filter_map(|span| span["label"].as_str());
            let texts: Vec<&str> = labels.chain([said]).collect();
            let is_named = |name: &&String| {
                let ends = [format!(" {{{name}}}"), format!("::{name}}}")];
                let is_in = |text: &&str| ends.iter().any(|end| text.contains(end));
                !["float", "integer"].contains(&name.as_str()) && texts.iter().any(is_in)
            };
            causes.keys().find(is_named)?.clone()
        }
    };
    causes.get_key_value(&name).map(|(name, _)| name.as_str())
}

/// What a cell makes and moves. evcxr finds that out by having it put into the store, and then compiles the cell without that.
fn moved_before_it_is_put_back(error: &Value) -> Option<&str> {
    let puts = |span: &Value| {
        let mut lines =
            span["text"].as_array().into_iter().flatten().filter_map(|line| line["text"].as_str());
        span["is_primary"] == true && lines.any(|line| line.contains("evcxr_variable_store.put_variable::<"))
    };
    let is_moved = error["code"]["code"] == "E0382" && error["spans"].as_array()?.iter().any(puts);
    error["message"].as_str().filter(|_| is_moved)?.split('`').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(taken: &[&str], made: &[&str]) -> Variables {
        let [taken, made] = [taken, made].map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        Variables { taken, made, moved: Vec::new() }
    }

    fn error(message: &str) -> Value {
        json!({ "level": "error", "code": { "code": "E0308" }, "message": message, "spans": [{ "label": null }] })
    }

    fn explained_error(lost: &Lost, name: &str) -> String {
        let error = json!({
            "level": "error", "code": { "code": "E0425" }, "message": format!("cannot find value `{name}` in this scope"), "spans": [{ "label": null }],
        });
        let mut said = format!("{error}\n{error}\nnot json\n").into_bytes();
        lost.explain(&mut said, &["own".to_owned()]);
        let said = String::from_utf8(said).unwrap();
        assert!(said.ends_with("not json\n"), "{said}");
        let messages: Vec<Value> =
            said.lines().take(2).map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(messages[1], error, "the cause is named twice");
        let is_explained = messages[0]["message"] != error["message"];
        assert_eq!(messages[0]["spans"][0]["label"].is_string(), is_explained);
        messages[0]["message"].as_str().unwrap().to_owned()
    }

    #[test]
    fn what_a_failed_cell_was_to_make_is_missing_because_of_it() {
        let mut lost = Lost::default();
        lost.compiled(cell(&["x"], &["mine"]));
        lost.a_cell_failed("refused\nlet mine = f(x)?;\nx is 0, expected more");
        assert_eq!(
            explained_error(&lost, "mine"),
            "cannot find value `mine` in this scope\n`mine` is missing because the cell that was to make it was refused: \
             x is 0, expected more\n    let mine = f(x)?;\nMend that cell and run it, then run this one again."
        );
        for other in ["x", "mine2"] {
            assert_eq!(explained_error(&lost, other), format!("cannot find value `{other}` in this scope"));
        }
        // it is there again, and then goes for a reason of which nothing is known
        lost.compiled(cell(&["mine"], &[]));
        lost.compiled(cell(&[], &[]));
        assert_eq!(explained_error(&lost, "mine"), "cannot find value `mine` in this scope");
    }

    #[test]
    fn what_a_cell_was_to_make_that_did_not_compile_is_missing_because_of_it() {
        let mut lost = Lost::default();
        lost.not_compiled(cell(&["x"], &["x", "mine"]), &error("mismatched types"));
        // that is no failure of a cell that ran
        lost.a_cell_failed("panicked\n\nno");
        assert_eq!(
            explained_error(&lost, "mine"),
            "cannot find value `mine` in this scope\n`mine` is missing because the cell that was to make it did not compile: \
             mismatched types\nMend that cell and run it, then run this one again."
        );
        lost.causes.insert("own".into(), "of itself".into());
        assert_eq!(explained_error(&lost, "own"), "cannot find value `own` in this scope");
        lost.causes.remove("own");
        // made by an earlier cell, it is there
        assert_eq!(explained_error(&lost, "x"), "cannot find value `x` in this scope");
        lost.compiled(cell(&["x"], &["mine"]));
        lost.compiled(cell(&["x", "mine"], &[]));
        assert_eq!(lost.causes, BTreeMap::new());
    }

    #[test]
    fn what_needs_a_missing_one_is_missing_for_its_cause() {
        let mut lost = Lost::default();
        lost.compiled(cell(&[], &["mine"]));
        lost.a_cell_failed("refused\nlet mine = f(x)?;\nno");
        let misses = |name: &str| json!({ "level": "error", "code": { "code": "E0425" }, "message": format!("cannot find value `{name}` in this scope") });
        lost.not_compiled(cell(&[], &["run"]), &misses("mine"));
        lost.not_compiled(cell(&[], &["guess"]), &misses("run"));
        for name in ["run", "guess"] {
            assert_eq!(
                explained_error(&lost, name),
                format!(
                    "cannot find value `{name}` in this scope\n`{name}` is missing because the cell that was to make it needs `mine`, which is \
                     missing because the cell that was to make it was refused: no\n    let mine = f(x)?;\n\
                     Mend that cell and run it, then all from there to this one."
                )
            );
        }
    }

    #[test]
    fn what_a_cell_has_moved_is_missing_because_of_that() {
        let mut lost = Lost::default();
        lost.compiled(Variables { moved: vec!["v".into()], ..cell(&["v"], &["w"]) });
        assert!(explained_error(&lost, "v").contains("`v` is missing because an earlier cell has moved it"));
        // what it made itself, too
        let mut moved = error("use of moved value: `own_one`");
        moved["code"]["code"] = "E0382".into();
        moved["spans"] = json!([{ "is_primary": true, "text": [{ "text": "let other = own_one;" }] }]);
        lost.not_compiled(cell(&[], &["own_one"]), &moved);
        assert!(explained_error(&lost, "own_one").contains("did not compile: use of moved value"));
        moved["spans"][0]["text"][0]["text"] =
            "evcxr_variable_store.put_variable::<Vec<f64>>(stringify!(own_one), own_one);".into();
        lost.not_compiled(cell(&[], &["own_one"]), &moved);
        lost.compiled(cell(&[], &["other"]));
        assert!(
            explained_error(&lost, "own_one")
                .contains("`own_one` is missing because an earlier cell has moved it")
        );
        lost.compiled(cell(&["own_one"], &[]));
        lost.compiled(cell(&[], &["v"]));
        lost.compiled(cell(&["v"], &[]));
        assert_eq!(lost.causes, BTreeMap::new());
    }

    #[test]
    fn a_missing_one_is_found_under_the_name_of_a_macro_or_function() {
        let causes =
            BTreeMap::from(["s", "sigmoid", "float"].map(|name| (name.to_owned(), "of this".to_owned())));
        let named = |code: &str, message: &str, label: &str| {
            let error = json!({ "level": "error", "code": { "code": code }, "message": message, "spans": [{ "label": label }] });
            missing_name(&error, &causes).map(str::to_owned)
        };
        assert_eq!(named("E0423", "expected value, found macro `s`", "not a value").as_deref(), Some("s"));
        for function in ["fn(f64) -> f64 {sigmoid}", "fn(f64) -> f64 {demystified::sigmoid}"] {
            assert_eq!(named("E0369", "cannot add", function).as_deref(), Some("sigmoid"));
        }
        assert_eq!(named("E0308", "mismatched types", "expected `f64`, found fn item"), None);
        assert_eq!(named("E0369", "cannot add `&str` to `{float}`", "{float}"), None);
        assert_eq!(named("E0425", "cannot find function `s` in this scope", ""), None);
    }

    #[test]
    fn with_the_process_all_variables_are_gone_until_they_are_made_again() {
        let mut lost = Lost::default();
        lost.compiled(cell(&["x", "y"], &["z"]));
        lost.the_process_ended();
        // evcxr may find out later
        lost.compiled(cell(&["x", "y"], &[]));
        assert_eq!(lost.causes.keys().collect::<Vec<_>>(), ["z"]);
        lost.the_process_ended();
        lost.compiled(cell(&[], &["x"]));
        lost.compiled(cell(&["x"], &[]));
        assert_eq!(lost.causes.keys().collect::<Vec<_>>(), ["y", "z"]);
    }

    #[test]
    fn what_is_known_is_kept_for_the_next_cell() {
        let folder = std::env::temp_dir().join(format!("lost-variables-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut lost = Lost::read(&folder);
        lost.compiled(cell(&[], &["x", "y"]));
        lost.keep(&folder).unwrap();
        fs::write(folder.join(FAILED), "panicked\nf(1)\nno\nmore").unwrap();
        let lost = Lost::read(&folder);
        assert!(
            lost.causes["x"].starts_with("the cell that was to make it panicked: no\nmore\n    f(1)\n"),
            "{lost:?}"
        );
        lost.keep(&folder).unwrap();
        assert_eq!(Lost::read(&folder), lost);
        fs::write(folder.join(PROCESS), "0").unwrap();
        Lost::read(&folder).keep(&folder).unwrap();
        assert!(!folder.join(PROCESS).exists() && !folder.join(FAILED).exists());
        files::remove_tree(&folder).unwrap();
    }
}
