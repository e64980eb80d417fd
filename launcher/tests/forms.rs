//! The program behind the forms of the book, in Node: with the notebooks' own values it gives what is stored in them; with those of
//! `tests/edited/` what the kernel gave, which `notebooks.rs` left in target/notebook-runs; what is no value is refused. Then the forms
//! themselves, in Chromium: `forms.py`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

mod outside_cargo;

/// A half of the limit of time that notebooks set where a cell may take long.
const LONG_SECONDS: f64 = 5.0;

/// For each cell what it printed, and the forms of what it showed.
type Outputs = BTreeMap<String, (String, Map<String, Value>)>;

#[test]
#[ignore = "needs Node, and WebAssembly in the toolchain: run by .ci/run"]
fn with_the_notebooks_values_the_program_gives_what_is_stored_and_with_others_what_the_kernel_gives() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let book = root.join("target/book-with-forms");
    let launcher = || Command::new(env!("CARGO_BIN_EXE_demystified"));
    outside_cargo::printed_by(launcher().args(["setup", "--tests"]));
    let said = outside_cargo::printed_by(launcher().arg("book").arg(&book));
    if let Some(left_out) = said.lines().find(|line| line.contains("without forms")) {
        println!("Left out: {left_out}");
        return;
    }
    let forms = json_of(&root.join("target/wasm/book/forms.json"));
    let forms = forms.as_object().unwrap();
    assert_eq!(forms.len(), 8, "a form for each part and the epilogue");

    let mut requests = Vec::new();
    let mut expected = Vec::new();
    for stem in forms.keys() {
        requests.push(json!({ "part": stem, "values": {} }));
        expected.push(Expected::Stored);
        let fields = forms[stem]["fields"].as_array().unwrap();
        let field = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap();
        for result in kernel_results(root, stem) {
            let values = result["set"].as_object().unwrap();
            let values: Map<String, Value> = values
                .iter()
                .map(|(name, value)| (name.clone(), typed(value.as_str().unwrap(), field(name)).into()))
                .collect();
            requests.push(json!({ "part": stem, "values": values }));
            expected.push(Expected::Kernel(result));
        }
        for field in fields {
            let name = field["name"].as_str().unwrap();
            for (value, words) in no_values(field) {
                requests.push(json!({ "part": stem, "values": { name: value } }));
                expected.push(Expected::Refusal(format!("{name} is {value:?}; expected {words}")));
            }
        }
    }
    let answers = answers(root, &requests);
    let mut problems = Vec::new();
    for ((request, answer), expected) in requests.iter().zip(&answers).zip(&expected) {
        let stem = request["part"].as_str().unwrap();
        let (outputs, refused) = outputs(answer);
        let notebook = json_of(&root.join(format!("notebooks/{stem}.ipynb")));
        let cells: Vec<&Value> =
            forms[stem]["follow"].as_array().unwrap().iter().map(|id| cell(&notebook, id)).collect();
        let mut found = Vec::new();
        let (mut kernel_seconds, mut kernel_refused) = (0.0, None);
        match expected {
            Expected::Stored => {
                found.extend(cells.iter().flat_map(|cell| differences(cell, &cell["outputs"], &outputs)));
            }
            Expected::Kernel(result) => {
                let mut is_up_to_the_clock = false;
                for cell in cells {
                    let Some(ran) = result["cells"].get(cell["id"].as_str().unwrap()) else {
                        found.push(format!("the kernel did not run the cell {}", cell["id"]));
                        continue;
                    };
                    let seconds = ran["seconds"].as_f64().unwrap();
                    kernel_seconds += seconds;
                    kernel_refused = error(&ran["outputs"]);
                    if kernel_refused.is_some() {
                        break;
                    }
                    // a cell with a limit of time shows what it has by then, and so do those that rest on it
                    is_up_to_the_clock |=
                        [".within(", " timed("].iter().any(|limit| text(&cell["source"]).contains(limit))
                            && seconds.max(answer["seconds"].as_f64().unwrap()) > LONG_SECONDS;
                    match is_up_to_the_clock {
                        true => println!("  left out, for the clock decides what it shows: {}", cell["id"]),
                        false => found.extend(differences(cell, &ran["outputs"], &outputs)),
                    }
                }
            }
            Expected::Refusal(words) => kernel_refused = Some(words.clone()),
        }
        if refused != kernel_refused {
            found.push(format!("refused: {refused:?}, but expected is {kernel_refused:?}"));
        }
        let seconds = |name: &str| answer[name].as_f64().unwrap_or_default();
        let (first, all, values) = (seconds("first"), seconds("seconds"), &request["values"]);
        println!("{stem} {values}: first result {first:.2} s, all {all:.2} s; kernel {kernel_seconds:.2} s");
        problems.extend(found.into_iter().map(|problem| format!("{stem} with {values}: {problem}")));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let mut python = Command::new(outside_cargo::python());
    println!("{}", outside_cargo::printed_by(python.arg(root.join("launcher/tests/forms.py")).arg(&book)));
}

/// What the program should give.
enum Expected {
    /// What is stored in the notebook.
    Stored,
    /// What the kernel gave: an entry of `kernel_results`.
    Kernel(Value),
    /// Nothing, and these words.
    Refusal(String),
}

/// The entries of `tests/edited/`, each with what the kernel gave; it is run if `notebooks.rs` has not done so with these entries.
fn kernel_results(root: &Path, stem: &str) -> Vec<Value> {
    let edits_file = root.join(format!("launcher/tests/edited/{stem}.json"));
    let results_file = root.join(format!("target/notebook-runs/{stem}.edits.json"));
    let results = || {
        let text = std::fs::read_to_string(&results_file).ok()?;
        let results: Vec<Value> = serde_json::from_str(&text).unwrap();
        let mut edits = results.clone();
        edits.iter_mut().for_each(|edit| drop(edit.as_object_mut().unwrap().remove("cells")));
        (Value::from(edits) == json_of(&edits_file)).then_some(results)
    };
    results().unwrap_or_else(|| {
        let mut launcher = Command::new(env!("CARGO_BIN_EXE_demystified"));
        let notebook = root.join(format!("notebooks/{stem}.ipynb"));
        outside_cargo::printed_by(launcher.arg("edited").arg(notebook).arg(&edits_file));
        results().expect("the kernel's results")
    })
}

/// What may stand in a field, but is no value for it; and what is expected there.
fn no_values(field: &Value) -> Vec<(&str, String)> {
    if let Some(choices) = field["choices"].as_array() {
        let offered: Vec<&str> = choices.iter().map(|choice| choice.as_str().unwrap()).collect();
        return ["", "abc"].map(|value| (value, format!("one of {}", offered.join(", ")))).to_vec();
    }
    if field["whole"] == false {
        return ["", "abc", "1,5", "1e", "0x10"].map(|value| (value, "a number".to_owned())).to_vec();
    }
    // the numbers of places in memory are shorter here than in the kernel
    let largest = if field["name"] == "seed" { u64::MAX } else { u32::MAX.into() };
    ["", "abc", "-1", "0.5", "1e3", "18446744073709551616"]
        .map(|value| (value, format!("a whole number, 0 to {largest}")))
        .to_vec()
}

fn cell<'a>(notebook: &'a Value, id: &Value) -> &'a Value {
    notebook["cells"].as_array().unwrap().iter().find(|cell| cell["id"] == *id).unwrap()
}

/// What a cell that ended early said.
fn error(outputs: &Value) -> Option<String> {
    let stderr = outputs.as_array().unwrap().iter().find(|output| output["name"] == "stderr")?;
    Some(text(&stderr["text"]).trim_end().to_owned())
}

/// As somebody would type it into the form; of a method, what can be chosen.
fn typed(value: &str, field: &Value) -> String {
    if let Some(choices) = field["choices"].as_array() {
        assert!(choices.contains(&value.into()), "{value} is none of {choices:?}");
        return value.to_owned();
    }
    match value {
        "f64::NAN" => "NaN".into(),
        "f64::INFINITY" => "inf".into(),
        "-f64::INFINITY" => "-inf".into(),
        "u64::MAX" => u64::MAX.to_string(),
        other => other.replace('_', ""),
    }
}

fn answers(root: &Path, requests: &[Value]) -> Vec<Value> {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("requests.json");
    std::fs::write(&file, json!(requests).to_string()).unwrap();
    let mut node = Command::new("node");
    node.arg(root.join("launcher/tests/forms.mjs")).arg(root.join("target/wasm/book/program.wasm")).arg(file);
    serde_json::from_str(&outside_cargo::printed_by(&mut node)).unwrap()
}

/// What the cells gave, and why the program ended early, if it did.
fn outputs(answer: &Value) -> (Outputs, Option<String>) {
    let (mut outputs, mut refused) = (Outputs::new(), None);
    let mut cell = String::new();
    for said in answer["said"].as_array().unwrap() {
        for (kind, content) in said.as_object().unwrap() {
            match kind.as_str() {
                "cell" => {
                    cell = content.as_str().unwrap().to_owned();
                    outputs.entry(cell.clone()).or_default();
                }
                "printed" => outputs.get_mut(&cell).unwrap().0.push_str(content.as_str().unwrap()),
                "shown" => outputs.get_mut(&cell).unwrap().1 = content.as_object().unwrap().clone(),
                // a panic also ends the program: what it said comes first
                _ => refused = refused.or(content.as_str().map(str::to_owned)),
            }
        }
    }
    (outputs, refused)
}

/// Between what a cell should show and what was computed.
fn differences(cell: &Value, expected: &Value, outputs: &Outputs) -> Vec<String> {
    if cell["metadata"]["tags"].as_array().is_some_and(|tags| tags.contains(&json!("volatile"))) {
        return Vec::new();
    }
    let id = cell["id"].as_str().unwrap();
    let Some((printed, shown)) = outputs.get(id) else {
        return vec![format!("the cell {id} gives nothing")];
    };
    let mut found = Vec::new();
    let (mut expected_print, mut expected_shown) = (String::new(), Map::new());
    for output in expected.as_array().unwrap() {
        match output["output_type"].as_str() {
            Some("stream") => expected_print.push_str(&text(&output["text"])),
            _ => expected_shown = output["data"].as_object().unwrap().clone(),
        }
    }
    let [printed, expected_print] = [printed, &expected_print]
        .map(|text| text.split_inclusive('\n').filter(|line| !is_progress(line)).collect::<String>());
    if printed != expected_print {
        found.push(format!("the cell {id} prints {printed:?}, but expected is {expected_print:?}"));
    }
    // beside an SVG no PNG is made
    if expected_shown.contains_key("image/svg+xml") {
        expected_shown.remove("image/png");
    }
    let more = shown.keys().filter(|mime| !expected_shown.contains_key(*mime));
    for mime in expected_shown.keys().chain(more) {
        let [old, new] =
            [&expected_shown, shown].map(|forms| forms.get(mime).map(|form| comparable(mime, form)));
        if old != new {
            let [old, new] = [old, new].map(|form| form.map_or("nothing".into(), |form| excerpt(&form)));
            found.push(format!("the cell {id} shows, as {mime},\n  {new}\n  but expected is\n  {old}"));
        }
    }
    found
}

/// A sign of life of a long training, which depends on how fast the machine is.
fn is_progress(line: &str) -> bool {
    line.contains(", at most ") && line.trim_end().ends_with(" s left")
}

/// A form of an output as text: JSON with its numbers as numbers, since JupyterLab saves 1.0 as 1.
fn comparable(mime: &str, form: &Value) -> String {
    if !mime.contains("json") {
        return text(form).trim_end().to_owned();
    }
    let read: Value = match form {
        Value::String(text) => serde_json::from_str(text).unwrap(),
        other => other.clone(),
    };
    numbers(&read).to_string()
}

fn numbers(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().into(),
        Value::Array(list) => list.iter().map(numbers).collect(),
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), numbers(value))).collect(),
        other => other.clone(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        lines => lines.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(300).collect()
}

fn json_of(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}
