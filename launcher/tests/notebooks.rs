//! Every notebook on the real kernel, and proof that a notebook that goes wrong is caught.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Condvar, Mutex, OnceLock};

/// The series must run, every cell twice, and give what is stored.
fn check(stem: &str) {
    let (passed, report) = demystified(&["check".as_ref(), &root().join(format!("notebooks/{stem}.ipynb"))]);
    assert!(passed, "{report}");
}

/// A bad notebook must fail by the rule that is meant for it, in the cell that is meant.
fn is_caught(stem: &str, finding: &str) {
    let (passed, report) =
        demystified(&["check".as_ref(), &root().join(format!("launcher/tests/bad-notebooks/{stem}.ipynb"))]);
    assert!(!passed, "it passed:\n{report}");
    assert!(report.contains(&format!("{stem}.ipynb, {finding}")), "expected {finding:?} in:\n{report}");
}

/// And all that follows from the hyperparameters must run with other values too; impossible ones must be refused in one line.
fn check_with_edits(stem: &str) {
    let edits = root().join(format!("launcher/tests/edited/{stem}.json"));
    let list: serde_json::Value = serde_json::from_str(&fs::read_to_string(&edits).unwrap()).unwrap();
    let (sensible, impossible): (Vec<_>, Vec<_>) =
        list.as_array().unwrap().iter().partition(|edit| edit["says"].is_null());
    assert!(sensible.len() >= 8 && !impossible.is_empty(), "too few edits in {}", edits.display());
    let notebook = root().join(format!("notebooks/{stem}.ipynb"));
    let (passed, report) = demystified(&["edited".as_ref(), &notebook, &edits]);
    assert!(passed, "{report}");
}

#[test]
fn part_1_runs_as_stored_and_follows_its_hyperparameters() {
    check_with_edits("01-data-and-architecture");
}

#[test]
fn part_2_runs_as_stored_and_follows_its_hyperparameters() {
    check_with_edits("02-forward-propagation");
}

#[test]
fn part_3_runs_as_stored_and_follows_its_hyperparameters() {
    check_with_edits("03-gradient-descent");
}

#[test]
fn part_4_runs_as_stored_and_follows_its_hyperparameters() {
    check_with_edits("04-backpropagation");
}

#[test]
fn part_5_runs_as_stored_and_follows_its_hyperparameters() {
    check_with_edits("05-gradient-checking");
}

#[test]
fn part_6_runs_as_stored_and_follows_its_hyperparameters() {
    check_with_edits("06-training");
}

#[test]
fn part_7_runs_as_stored_and_follows_its_hyperparameters() {
    check_with_edits("07-overfitting-and-regularisation");
}

#[test]
fn handwritten_digits_runs_as_stored_and_follows_its_hyperparameters() {
    check_with_edits("08-handwritten-digits");
}

#[test]
fn the_questions_run_as_stored() {
    check("00-questions");
}

#[test]
fn the_formulas_run_as_stored() {
    check("formulas");
}

#[test]
fn check_your_own_runs_as_stored() {
    check("check-your-own");
}

#[test]
fn every_notebook_has_its_tests() {
    for folder in ["notebooks", "launcher/tests/bad-notebooks"] {
        for stem in stems(folder) {
            let call = match folder {
                "notebooks" if has_hyperparameters(&stem) => "check_with_edits",
                "notebooks" => "check",
                _ => "is_caught",
            };
            let test = format!("{call}(\"{stem}\"");
            assert!(is_run(include_str!("notebooks.rs"), &test), "{folder}/{stem}.ipynb has no test: {test}");
        }
    }
}

/// Whether a test of this source makes the call: not in a comment, and not in a test that is left out.
fn is_run(source: &str, call: &str) -> bool {
    let mut before = ["", "", ""];
    for line in source.lines().map(str::trim) {
        if !line.starts_with("//") && line.starts_with(call) {
            // #[test], fn …() {, and the call
            return !before[0].starts_with("#[ignore")
                && before[1] == "#[test]"
                && before[2].starts_with("fn ");
        }
        before = [before[1], before[2], line];
    }
    false
}

#[test]
fn a_test_in_a_comment_or_left_out_is_no_test() {
    let call = "check(\"a\"";
    assert!(is_run("#[test]\nfn a_runs() {\n    check(\"a\");\n}", call));
    for source in [
        "//#[test]\n//fn a_runs() {\n//    check(\"a\");\n//}",
        "#[test]\nfn a_runs() {\n    // check(\"a\");\n}",
        "fn a_runs() {\n    check(\"a\");\n}",
        "#[test]\n#[ignore]\nfn a_runs() {\n    check(\"a\");\n}",
        "#[ignore]\n#[test]\nfn a_runs() {\n    check(\"a\");\n}",
        "#[test]\nfn a_runs() {\n    check(\"b\");\n}",
    ] {
        assert!(!is_run(source, call), "{source}");
    }
}

#[test]
fn a_panic_is_caught() {
    is_caught("panic", "cell 2: a message on stderr");
}

#[test]
fn a_failed_question_mark_is_caught() {
    is_caught("failed-question-mark", "cell 2: a message on stderr");
}

#[test]
fn a_compile_error_is_caught() {
    is_caught("compile-error", "cell 2: an error");
}

#[test]
fn an_expected_error_that_does_not_come_is_caught() {
    is_caught("expected-error-missing", "cell 2: the expected error did not come");
}

#[test]
fn an_error_with_another_message_than_expected_is_caught() {
    is_caught("message-lacks-text", "cell 2: the error's message lacks the expected text");
}

#[test]
fn a_claim_that_does_not_hold_is_caught() {
    is_caught("claim-fails", "cell 2: a claim does not hold");
}

#[test]
fn an_expression_that_shows_nothing_is_caught() {
    is_caught("nothing-shown", "cell 3: nothing is shown");
}

#[test]
fn a_loop_that_shows_its_unit_is_caught() {
    is_caught("unit-shown", "cell 2: it shows `()`");
}

#[test]
fn a_result_that_differs_the_second_time_is_caught() {
    is_caught("second-run-differs", "cell 3: run twice in a row, it gives another result");
}

#[test]
fn a_stored_text_that_is_no_longer_so_is_caught() {
    is_caught("changed-text", "cell 3: the outputs differ from the stored ones");
}

#[test]
fn a_stored_figure_that_is_no_longer_so_is_caught() {
    is_caught("changed-figure", "cell 2: the outputs differ from the stored ones");
}

#[test]
fn a_cell_that_was_never_run_is_caught() {
    is_caught("never-run", "cell 3: the stored cell was never run");
}

#[test]
fn a_process_that_exits_is_caught() {
    is_caught("process-exits", "cell 3: the kernel's process died");
}

#[test]
fn a_process_that_aborts_is_caught_even_where_an_error_is_expected() {
    is_caught("process-aborts", "cell 2: the kernel's process died");
}

#[test]
fn a_kernel_that_dies_is_caught() {
    is_caught("kernel-dies", "cell 2: the run ended here");
}

#[test]
fn a_good_notebook_passes_whatever_its_volatile_cell_shows() {
    let (passed, report) =
        demystified(&["check".as_ref(), &root().join("launcher/tests/good-notebooks/good.ipynb")]);
    assert!(passed, "{report}");
}

#[test]
fn executing_leaves_a_bad_notebook_as_it_was() {
    let (copy, before) = copy_of("launcher/tests/bad-notebooks/claim-fails.ipynb");
    let (passed, report) = demystified(&["execute".as_ref(), &copy]);
    assert!(!passed && report.contains("left as it was"), "{report}");
    assert_eq!(fs::read_to_string(&copy).unwrap(), before);
}

#[test]
fn executing_stores_what_the_cells_show() {
    let (copy, stale) = copy_of("launcher/tests/bad-notebooks/changed-text.ipynb");
    let (passed, report) = demystified(&["execute".as_ref(), &copy]);
    assert!(passed && report.contains("stored"), "{report}");
    assert_eq!(fs::read_to_string(&copy).unwrap(), stale.replace("\"9.0\"", "\"8.0\""));
}

/// Whether a notebook has a cell to change, tagged `parameters`; a page to look things up has none.
fn has_hyperparameters(stem: &str) -> bool {
    let text = fs::read_to_string(root().join(format!("notebooks/{stem}.ipynb"))).unwrap();
    let notebook: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut tags =
        notebook["cells"].as_array().unwrap().iter().filter_map(|cell| cell["metadata"]["tags"].as_array());
    tags.any(|tags| tags.iter().any(|tag| tag == "parameters"))
}

/// Runs a command of the launcher that starts a kernel: whether it succeeded, and all that it printed.
fn demystified(arguments: &[&Path]) -> (bool, String) {
    static SET_UP: OnceLock<()> = OnceLock::new();
    SET_UP.get_or_init(|| {
        let (done, report) = launch(&["setup", "--tests"]);
        assert!(done, "{report}");
    });
    let _turn = Turn::wait();
    let arguments: Vec<&str> = arguments.iter().map(|argument| argument.to_str().unwrap()).collect();
    launch(&arguments)
}

fn launch(arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_demystified")).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.success(), text.concat())
}

/// At most three kernels at a time: each takes 450 MB, and most of a core while it does not wait for what comes late.
struct Turn;

static FREE_TURNS: Mutex<usize> = Mutex::new(3);
static TURN_ENDED: Condvar = Condvar::new();

impl Turn {
    fn wait() -> Turn {
        let mut free = TURN_ENDED.wait_while(FREE_TURNS.lock().unwrap(), |free| *free == 0).unwrap();
        *free -= 1;
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *FREE_TURNS.lock().unwrap() += 1;
        TURN_ENDED.notify_one();
    }
}

fn copy_of(notebook: &str) -> (PathBuf, String) {
    let text = fs::read_to_string(root().join(notebook)).unwrap();
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(Path::new(notebook).file_name().unwrap());
    fs::write(&copy, &text).unwrap();
    (copy, text)
}

fn stems(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
    let notebooks =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "ipynb"));
    notebooks.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
