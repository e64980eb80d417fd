//! The notebooks as HTML, by nbconvert.

#[path = "../../tests/exports/pictures.rs"]
mod pictures;

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use pictures::{notebooks, pictures, text};

#[test]
fn nbconvert_shows_every_picture_in_html() {
    let set_up = Command::new(env!("CARGO_BIN_EXE_demystified")).args(["setup", "--tests"]).output().unwrap();
    assert!(set_up.status.success(), "{}", String::from_utf8_lossy(&set_up.stderr));
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(if cfg!(windows) {
        ".venv/Scripts/python.exe"
    } else {
        ".venv/bin/python"
    });
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
