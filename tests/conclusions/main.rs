//! The notebooks' general statements, each tried where its notebook did not try it: on other seeds, other draws of the invented data,
//! with training to the end, on other sizes.
//!
//! A statement that fails here is changed in the notebook; its bounds here are what the sentence says, with the luck of a draw of
//! that size, and are not widened to pass.

mod after_part_7;
mod part_6;
mod part_7;
mod parts_1_and_2;
mod parts_3_to_5;
mod setting;

use std::collections::HashMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// A sentence of a notebook, how it was tried elsewhere, and how often it must hold there.
pub(crate) struct Conclusion {
    /// The beginning of the notebook's file name.
    pub(crate) notebook: &'static str,
    /// As it stands in the notebook, line breaks apart.
    pub(crate) sentence: &'static str,
    /// Where it is tried.
    pub(crate) tried: &'static str,
    /// Tries it.
    pub(crate) trial: fn() -> Tally,
    /// The share of the cases in which it must hold: at least, and at most.
    pub(crate) share: (f64, f64),
}

/// In how many cases a sentence held, of how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tally {
    pub(crate) held: usize,
    pub(crate) of: usize,
}

impl Tally {
    pub(crate) fn count(cases: impl IntoIterator<Item = bool>) -> Tally {
        let mut tally = Tally { held: 0, of: 0 };
        for holds in cases {
            tally.held += usize::from(holds);
            tally.of += 1;
        }
        tally
    }

    pub(crate) fn one(holds: bool) -> Tally {
        Tally::count([holds])
    }

    fn is_within(self, (least, most): (f64, f64)) -> bool {
        let share = self.held as f64 / self.of as f64;
        self.of > 0 && least <= share && share <= most
    }
}

/// A share for which the sentence says "all" or "every".
pub(crate) const ALWAYS: (f64, f64) = (1.0, 1.0);
/// "Most": more than half.
pub(crate) const MOSTLY: (f64, f64) = (0.5 + f64::EPSILON, 1.0);

fn table() -> Vec<Conclusion> {
    [parts_1_and_2::table(), parts_3_to_5::table(), part_6::table(), part_7::table(), after_part_7::table()]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn every_conclusion_holds_where_it_was_not_found() {
    let table = table();
    let next = AtomicUsize::new(0);
    let report = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(row) = table.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let begun = Instant::now();
                    let tally = (row.trial)();
                    let verdict = if tally.is_within(row.share) { "holds" } else { "FAILS" };
                    let line = format!(
                        "{verdict}: {} of {} ({:?}), {:.1} s, Part {}: {} [{}]",
                        tally.held,
                        tally.of,
                        row.share,
                        begun.elapsed().as_secs_f64(),
                        row.notebook,
                        row.sentence,
                        row.tried
                    );
                    println!("{line}");
                    report.lock().unwrap().push(line);
                }
            });
        }
    });
    let failed: Vec<String> =
        report.into_inner().unwrap().into_iter().filter(|line| line.starts_with("FAILS")).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_sentence_stands_in_its_notebook_once() {
    let mut texts: HashMap<&str, String> = HashMap::new();
    for row in table() {
        let text = texts.entry(row.notebook).or_insert_with(|| text_of(row.notebook));
        // a word that stands in many places names no sentence
        let places = text.matches(row.sentence).count();
        assert_eq!(places, 1, "in {} so many times: {}", row.notebook, row.sentence);
    }
}

#[test]
fn a_share_outside_its_bounds_fails() {
    assert!(!Tally { held: 9, of: 10 }.is_within(ALWAYS));
    assert!(!Tally { held: 5, of: 10 }.is_within(MOSTLY));
    assert!(!Tally { held: 0, of: 0 }.is_within((0.0, 1.0)));
    assert!(Tally { held: 6, of: 10 }.is_within(MOSTLY) && Tally { held: 7, of: 7 }.is_within(ALWAYS));
}

/// All text cells of a notebook, each run of blanks and line breaks as one blank.
fn text_of(notebook: &str) -> String {
    let folder = fs::read_dir("notebooks").expect("tests run in the package's folder");
    let path = folder
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with(notebook))
        .unwrap_or_else(|| panic!("no notebook {notebook}"));
    let notebook: serde_json::Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let cells = notebook["cells"].as_array().unwrap();
    let texts = cells.iter().filter(|cell| cell["cell_type"] == "markdown").map(|cell| {
        let lines = cell["source"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
        lines.collect::<String>()
    });
    texts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}
