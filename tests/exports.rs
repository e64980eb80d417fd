//! The notebooks where there is no JupyterLab: on GitHub, and as HTML by nbconvert. And how large they are.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LARGEST_NOTEBOOK: usize = 1_500_000;
const LARGEST_CHART: usize = 300_000;

/// An output that shows a figure or a chart.
struct Shown {
    place: String,
    forms: Value,
}

fn is_picture(mime: &str) -> bool {
    mime.starts_with("image/") || mime.contains("vega")
}

fn pictures(notebook: &Path) -> Vec<Shown> {
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
    shown
}

fn notebooks() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("notebooks")).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "ipynb")).collect();
    all.sort();
    assert!(all.len() >= 7, "{all:?}");
    all
}

/// nbformat stores long text as a list of lines.
fn text(value: &Value) -> String {
    match value {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => value.as_str().unwrap_or_default().to_owned(),
    }
}

/// GitHub shows the PNG of an output, and neither runs scripts nor knows Vega.
#[test]
fn every_picture_has_a_png_that_can_be_seen_and_a_text_that_says_what_it_shows() {
    for shown in notebooks().iter().flat_map(|notebook| pictures(notebook)) {
        let png = text(&shown.forms["image/png"]).replace('\n', "");
        let bytes = BASE64.decode(png).unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info();
        let info = reader.unwrap_or_else(|error| panic!("{}: {error}", shown.place));
        let (width, height) = (info.info().width, info.info().height);
        assert!(width >= 300 && height >= 100, "{}: the PNG has {width} × {height} pixels", shown.place);
        let alt = text(&shown.forms["text/plain"]);
        let says_numbers = alt.len() > 40 && alt.contains(|c: char| c.is_ascii_digit());
        assert!(says_numbers, "{}: the text beside the picture is {alt:?}", shown.place);
    }
}

#[test]
fn notebooks_and_charts_stay_small() {
    for notebook in notebooks() {
        let size = fs::metadata(&notebook).unwrap().len() as usize;
        assert!(size < LARGEST_NOTEBOOK, "{}: {size} bytes", notebook.display());
        for shown in pictures(&notebook) {
            for (mime, chart) in
                shown.forms.as_object().unwrap().iter().filter(|(mime, _)| mime.contains("vega"))
            {
                let size = chart.to_string().len();
                assert!(size < LARGEST_CHART, "{}: {size} bytes of {mime}", shown.place);
            }
        }
    }
}

#[test]
fn nbconvert_shows_every_picture_in_html() {
    let set_up = Command::new(env!("CARGO_BIN_EXE_demystified")).args(["setup", "--tests"]).output().unwrap();
    assert!(set_up.status.success(), "{}", String::from_utf8_lossy(&set_up.stderr));
    let python = root().join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html");
    let _ = fs::remove_dir_all(&folder);
    let output = Command::new(python)
        .args(["-m", "nbconvert", "--to", "html", "--log-level=WARN", "--output-dir"])
        .arg(&folder)
        .args(notebooks())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for notebook in notebooks() {
        let stem = notebook.file_stem().unwrap().to_string_lossy().into_owned();
        let html = fs::read_to_string(folder.join(format!("{stem}.html"))).unwrap().replace('\n', "");
        let pictures = pictures(&notebook);
        let lost = pictures.iter().filter(|shown| {
            // It puts the SVG, where there is one, into an image of its own, in base64.
            let svg = BASE64.encode(text(&shown.forms["image/svg+xml"]));
            let forms = [text(&shown.forms["image/png"]).replace('\n', ""), svg];
            !forms.iter().any(|form| !form.is_empty() && html.contains(form))
        });
        let lost: Vec<&str> = lost.map(|shown| shown.place.as_str()).collect();
        assert!(lost.is_empty(), "not in the HTML: {lost:?}");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
