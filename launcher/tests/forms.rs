//! The program behind the forms of the book, in Node: with the notebooks' own values it gives what is stored in them; with those of
//! `tests/edited/` it gives something, or the notebook's refusal. Then the forms themselves, in Chromium: `forms.py`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

mod outside_cargo;

/// For each cell what it printed, and the forms of what it showed.
type Outputs = BTreeMap<String, (String, Map<String, Value>)>;

#[test]
#[ignore = "needs Node, and WebAssembly in the toolchain: run by .ci/run"]
fn with_the_notebooks_values_the_program_gives_what_is_stored_and_with_others_what_it_should() {
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
        expected.push(None);
        let fields = forms[stem]["fields"].as_array().unwrap();
        let field = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap();
        let edits = json_of(&root.join(format!("launcher/tests/edited/{stem}.json")));
        for edit in edits.as_array().unwrap() {
            let values = edit["set"].as_object().unwrap();
            let values: Map<String, Value> = values
                .iter()
                .map(|(name, value)| (name.clone(), typed(value.as_str().unwrap(), field(name)).into()))
                .collect();
            requests.push(json!({ "part": stem, "values": values }));
            expected.push(Some(edit["says"].as_str().map(str::to_owned)));
        }
    }
    let answers = answers(root, &requests);
    let mut problems = Vec::new();
    for ((request, answer), expected) in requests.iter().zip(&answers).zip(&expected) {
        let stem = request["part"].as_str().unwrap();
        let (outputs, refused) = outputs(answer);
        println!("{stem} {}: {:.2} s", request["values"], answer["seconds"].as_f64().unwrap());
        let mut found = Vec::new();
        match expected {
            None => {
                found.extend(refused.clone());
                let notebook = json_of(&root.join(format!("notebooks/{stem}.ipynb")));
                found.extend(differences(&notebook, &forms[stem]["follow"], &outputs));
            }
            Some(Some(says)) if refused.as_ref().is_some_and(|why| why.contains(says)) => {}
            Some(Some(says)) => {
                found.push(format!("it should be refused with {says:?}, but there is {refused:?}"))
            }
            Some(None) => found.extend(refused.clone()),
        }
        problems
            .extend(found.into_iter().map(|problem| format!("{stem} with {}: {problem}", request["values"])));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let mut python = Command::new(outside_cargo::python());
    println!("{}", outside_cargo::printed_by(python.arg(root.join("launcher/tests/forms.py")).arg(&book)));
}

/// As somebody would type it into the form; of a method, what can be chosen.
fn typed(value: &str, field: &Value) -> String {
    if let Some(choices) = field["choices"].as_array() {
        let variant = |text: &str| text.split([' ', '{']).next().map(str::to_owned);
        let mut offered = choices.iter().map(|choice| choice.as_str().unwrap());
        return offered.find(|choice| variant(choice) == variant(value)).unwrap_or(value).to_owned();
    }
    match value {
        "f64::NAN" => "NaN".into(),
        "f64::INFINITY" => "inf".into(),
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

/// Between what is stored and what was computed, of each cell that follows from the values.
fn differences(notebook: &Value, follow: &Value, outputs: &Outputs) -> Vec<String> {
    let mut found = Vec::new();
    for id in follow.as_array().unwrap() {
        let cell = notebook["cells"].as_array().unwrap().iter().find(|cell| cell["id"] == *id).unwrap();
        if cell["metadata"]["tags"].as_array().is_some_and(|tags| tags.contains(&json!("volatile"))) {
            continue;
        }
        let Some((printed, shown)) = outputs.get(id.as_str().unwrap()) else {
            found.push(format!("the cell {id} gives nothing"));
            continue;
        };
        let (mut stored_print, mut stored) = (String::new(), Map::new());
        for output in cell["outputs"].as_array().unwrap() {
            match output["output_type"].as_str() {
                Some("stream") => stored_print.push_str(&text(&output["text"])),
                _ => stored = output["data"].as_object().unwrap().clone(),
            }
        }
        let printed: String = printed.split_inclusive('\n').filter(|line| !is_progress(line)).collect();
        if printed != stored_print {
            found.push(format!("the cell {id} prints {printed:?}, but stored is {stored_print:?}"));
        }
        // beside an SVG no PNG is made
        if stored.contains_key("image/svg+xml") {
            stored.remove("image/png");
        }
        for mime in stored.keys().chain(shown.keys().filter(|mime| !stored.contains_key(*mime))) {
            let [old, new] = [&stored, shown].map(|forms| forms.get(mime).map(|form| comparable(mime, form)));
            if old != new {
                let [old, new] = [old, new].map(|form| form.map_or("nothing".into(), |form| excerpt(&form)));
                found.push(format!("the cell {id} shows, as {mime},\n  {new}\n  but stored is\n  {old}"));
            }
        }
    }
    found
}

/// A sign of life of a long training, which depends on how fast the machine is.
fn is_progress(line: &str) -> bool {
    line.contains(" done, at most ") && line.trim_end().ends_with(" s left")
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
