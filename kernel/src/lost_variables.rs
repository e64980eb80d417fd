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
        let cause = format!(
            "the cell that was to make it {failed}: {said}{at}\nMend that cell and run it, then run this one again."
        );
        self.causes.extend(self.last.made.drain(..).map(|name| (name, cause.clone())));
    }

    fn the_process_ended(&mut self) {
        let cause = "the kernel was interrupted, or a cell ended its process: no variable is left.\n\
                     To run the cells above again, choose Run > Run All Above Selected Cell in the menu.";
        self.ended = true;
        let all = self.last.made.drain(..).chain(self.last.taken.drain(..));
        self.causes.extend(all.map(|name| (name, cause.to_owned())));
    }

    /// A cell has been compiled, and is going to be run.
    pub fn compiled(&mut self, cell: Variables) {
        for name in &cell.taken {
            self.causes.remove(name);
        }
        self.last = cell;
    }

    /// A cell was not compiled, for the reason that rustc gave. What it was to make is missing, unless an earlier cell has made it.
    pub fn not_compiled(&mut self, mut cell: Variables, reason: &str) {
        let made = std::mem::take(&mut cell.made);
        self.compiled(cell);
        let cause = format!(
            "the cell that was to make it did not compile: {reason}\nMend that cell and run it, then run this one again."
        );
        let missing = made.into_iter().filter(|name| !self.last.taken.contains(name));
        self.causes.extend(missing.map(|name| (name, cause.clone())));
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
            last: Variables { taken: names(&kept["taken"]), made: names(&kept["made"]) },
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
    if message["code"]["code"] != "E0425" {
        return None;
    }
    let said = message["message"].as_str()?;
    let name = said.strip_prefix("cannot find value `")?.split('`').next()?;
    let cause = causes.remove(name)?;
    let explained = format!("{said}\n`{name}` is missing because {cause}");
    // evcxr would put the message at a place that has no label of its own, too
    for span in message["spans"].as_array_mut().into_iter().flatten().filter(|span| span["label"].is_null()) {
        span["label"] = "not found in this scope".into();
    }
    message["message"] = explained.into();
    Some(message.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(taken: &[&str], made: &[&str]) -> Variables {
        let [taken, made] = [taken, made].map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        Variables { taken, made }
    }

    fn explained_error(lost: &Lost, name: &str) -> String {
        let error = json!({
            "code": { "code": "E0425" }, "message": format!("cannot find value `{name}` in this scope"), "spans": [{ "label": null }],
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
        lost.not_compiled(cell(&["x"], &["x", "mine"]), "mismatched types");
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
