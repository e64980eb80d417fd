//! The pictures that the notebooks hold.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// An output that shows a figure or a chart.
pub struct Shown {
    pub place: String,
    pub forms: Value,
}

fn is_picture(mime: &str) -> bool {
    mime.starts_with("image/") || mime.contains("vega")
}

pub fn pictures(notebook: &Path) -> Vec<Shown> {
    let name = notebook.file_name().unwrap().to_string_lossy();
    let content: Value = serde_json::from_str(&fs::read_to_string(notebook).unwrap()).unwrap();
    let mut shown = Vec::new();
    for (index, cell) in content["cells"].as_array().unwrap().iter().enumerate() {
        for output in cell["outputs"].as_array().into_iter().flatten() {
            let forms = &output["data"];
            if forms.as_object().is_some_and(|forms| forms.keys().any(|mime| is_picture(mime))) {
                shown.push(Shown { place: format!("{name}, cell {}", index + 1), forms: forms.clone() });
            }
        }
    }
    // the index of the questions has none
    assert!(!shown.is_empty() || !matches!(name.as_bytes(), [b'0', b'1'..=b'8', ..]), "{name} shows nothing");
    shown
}

pub fn notebooks() -> Vec<PathBuf> {
    let entries = fs::read_dir(notebooks_folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "ipynb")).collect();
    all.sort();
    assert!(all.len() >= 8, "{all:?}");
    all
}

/// nbformat stores long text as a list of lines.
pub fn text(value: &Value) -> String {
    match value {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => value.as_str().unwrap_or_default().to_owned(),
    }
}

/// Of the checkout, which is this package's folder or the one above it.
fn notebooks_folder() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = package.ancestors().take(2).map(|folder| folder.join("notebooks"));
    folders.into_iter().find(|folder| folder.is_dir()).unwrap()
}
