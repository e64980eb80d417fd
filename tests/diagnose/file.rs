//! `diagnose_file`: numbers of other programs in a file. The programs are those that the page shows.

use crate::own_program::Table;
use demystified::ndarray::array;
use demystified::{Network, diagnose_file};
use std::path::PathBuf;
use std::process::Command;

/// A folder of its own for each test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("demystified-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    fn file(&self) -> String {
        self.0.join("numbers.json").to_str().expect("a path in Unicode").to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn rows(table: &Table) -> Vec<Vec<f64>> {
    table.outer_iter().map(|row| row.to_vec()).collect()
}

/// The page's network and data.
fn page() -> (Network, Table, Table) {
    let w1 = array![[1.0, -1.0, 2.0], [0.5, 0.3, -1.0]];
    let net = Network::from_weights(vec![w1, array![[1.0], [-2.0], [-1.0]]]).expect("a network");
    let x = array![[0.3, 1.0], [0.5, 0.2], [1.0, 0.4], [0.6, 0.3]];
    (net, x, array![[0.75], [0.82], [0.93], [0.70]])
}

#[test]
fn right_numbers_in_a_file_are_right_and_a_forgotten_slope_is_named() {
    let (net, x, y) = page();
    let folder = Folder::new("file");
    let right = net.gradients(&x, &y).expect("slopes");
    let (y_hat, j) = (net.predict(&x).expect("ŷ"), net.cost(&x, &y).expect("J"));
    let after = net.with_params(&(net.params() - 0.5 * right.to_vector())).expect("a step");
    let write = |dj_dw2: &Table| {
        // y and w2 with one axis, as MATLAB's jsonencode writes columns
        let text = format!(
            r#"{{"w1": {:?}, "w2": {:?}, "x": {:?}, "y": {:?}, "y_hat": {:?}, "j": {j:?}, "dj_dw1": {:?}, "dj_dw2": {:?},
                "w1_after": {:?}, "w2_after": {:?}, "learning_rate": 0.5}}"#,
            rows(&net.w(1)),
            net.w(2).iter().collect::<Vec<_>>(),
            rows(&x),
            y.iter().collect::<Vec<_>>(),
            rows(&y_hat),
            rows(&right.dj_dw(1)),
            rows(dj_dw2),
            rows(&after.w(1)),
            rows(&after.w(2)),
        );
        std::fs::write(folder.file(), text).expect("a file");
        diagnose_file(&folder.file()).expect("diagnoses")
    };
    let found = write(&right.dj_dw(2));
    assert_eq!(found.len(), 4);
    assert!(found.iter().all(|one| one.is_right() && one.mistakes().is_empty()), "{found:?}");
    let pass = net.forward(&x).expect("a pass");
    let found = write(&pass.a(2).t().dot(&(pass.y_hat() - &y)));
    assert_eq!(found[2].mistakes()[0].name(), "slope missing", "{}", found[2]);
}

#[test]
fn a_wrong_file_gets_a_sentence_and_stays_as_it_was() {
    let folder = Folder::new("wrong-file");
    let start = r#""w1": [[1, 2]], "w2": [[1], [2]], "x": [[0.5]], "y": [[1]]"#;
    for (text, reason) in [
        ("", "the file is empty"),
        ("[1, 2]", "expected an object"),
        ("{\"w1\": [[1, NaN]]}", "not JSON"),
        ("{\"x\": [[1]]}", "w1 is missing"),
        (&format!("{{{start}}}"), "nothing to judge"),
        (&format!("{{{start}, \"yhat\": [[0.5]]}}"), "yhat is unknown"),
        (&format!("{{{start}, \"j\": \"0.5\"}}"), "expected one number"),
        (
            &format!("{{{start}, \"j\": 0.5, \"cost\": \"max\"}}"),
            "expected \"sum\", \"mean\" or \"cross-entropy\"",
        ),
        (&format!("{{{start}, \"j\": 0.5, \"hidden\": \"sin\"}}"), "expected one of sigmoid"),
        (&format!("{{{start}, \"dj_dw1\": [[1, 2]]}}"), "dj_dw2 is missing"),
        (&format!("{{{start}, \"dj_dw1\": [[1, 2], [3]], \"dj_dw2\": [[1], [2]]}}"), "row 2 of dj_dw1 has 1"),
        (
            &format!("{{{start}, \"w1_after\": [[1, 2]], \"w2_after\": [[1], [2]]}}"),
            "learning_rate is missing",
        ),
        ("{\"w1\": [[1]], \"w3\": [[1]], \"x\": [[1]], \"y\": [[1]], \"j\": 1}", "w2 is missing"),
    ] {
        std::fs::write(folder.file(), text).expect("a file");
        let error = diagnose_file(&folder.file()).expect_err(text).to_string();
        assert!(error.contains(reason) && error.lines().count() == 1, "{text}\n{error}");
        assert_eq!(std::fs::read_to_string(folder.file()).expect("the file"), text);
    }
}

/// The page's program that begins like this.
fn program(beginning: &str) -> String {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks/check-your-own.ipynb");
    let page: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(page).expect("the page")).expect("a notebook");
    let cells = page["cells"].as_array().expect("cells").iter();
    let texts = cells.map(|cell| {
        let lines = cell["source"].as_array().expect("lines").iter();
        lines.map(|line| line.as_str().unwrap_or("")).collect::<String>()
    });
    let all: Vec<String> = texts.collect();
    let fences = all.iter().flat_map(|text| text.split("```python\n").skip(1));
    let found = fences.filter_map(|fence| fence.split("```").next()).find(|code| code.starts_with(beginning));
    found.unwrap_or_else(|| panic!("the page shows no program that begins with `{beginning}`")).to_string()
}

/// Runs a program of the page with $DEMYSTIFIED_PYTHON, or python3, and judges what it writes.
fn run(beginning: &str, name: &str) -> Vec<demystified::Diagnosis> {
    let folder = Folder::new(name);
    let python = std::env::var("DEMYSTIFIED_PYTHON").unwrap_or_else(|_| "python3".into());
    let status = Command::new(python).arg("-c").arg(program(beginning)).current_dir(&folder.0).status();
    assert!(status.expect("Python").success());
    diagnose_file(&folder.file()).expect("diagnoses")
}

#[test]
fn the_pages_programs_have_at_most_fifteen_lines() {
    for beginning in ["import json, numpy", "import json, torch"] {
        assert!(program(beginning).lines().count() <= 15);
    }
}

#[test]
#[ignore = "needs Python with NumPy, which .ci/run installs"]
fn the_pages_numpy_program_is_right() {
    let found = run("import json, numpy", "numpy");
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|one| one.is_right() && one.mistakes().is_empty()), "{found:?}");
}

#[test]
#[ignore = "needs Python with PyTorch, which .ci/run installs"]
fn the_pages_torch_program_is_right_in_its_own_convention() {
    let found = run("import json, torch", "torch");
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(demystified::Diagnosis::is_right), "{found:?}");
    assert_eq!(found[2].mistakes()[0].name(), "another cost", "{}", found[2]);
}

#[test]
fn the_digits_twin_is_right_and_each_kind_of_slope_in_it_is_looked_at() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/notebooks/data/digits-twin.json");
    let found = diagnose_file(path).expect("diagnoses");
    assert!(!found.is_empty() && found.iter().all(|one| one.is_right()), "{found:?}");
    let twin: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("the file")).expect("JSON");
    let folder = Folder::new("twin");
    for slope in ["/dj_dw1/20/3", "/dj_dw2/5/3", "/dj_db1/3", "/dj_db2/3", "/j"] {
        let mut wrong = twin.clone();
        let value = wrong.pointer_mut(slope).expect("a number");
        *value = (-value.as_f64().expect("a number")).into();
        std::fs::write(folder.file(), wrong.to_string()).expect("a file");
        let found = diagnose_file(&folder.file()).expect("diagnoses");
        assert!(found.iter().any(|one| !one.is_right()), "{slope}");
    }
}
