//! The charts with sliders, as a reader sees them in JupyterLab. `cargo test --test explore` also leaves them in `target/explore` to look at.
//! The browser's part is done by `explore.py`.

#[path = "../../tests/explore/cases.rs"]
mod cases;

use std::path::Path;
use std::process::Command;

use base64::Engine;
use cases::{Case, cases};
use serde_json::{Value, json};

#[test]
fn in_jupyterlab_every_slider_moves_the_drawing_and_the_numbers_are_the_crates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = root.join("target/explore");
    std::fs::create_dir_all(&folder).unwrap();
    let (mut cells, mut steps) = (Vec::new(), Vec::new());
    for Case { name, chart, steps: its_steps } in cases() {
        let png = chart.figure.png().unwrap();
        let data = json!({
            "text/plain": chart.alt,
            "image/png": base64::engine::general_purpose::STANDARD.encode(&png),
            "application/vnd.vega.v5+json": serde_json::from_str::<Value>(chart.spec()).unwrap(),
        });
        let output = json!({"output_type": "display_data", "metadata": {}, "data": data});
        let source = format!("explore::{name}(…)?");
        cells.push(
            json!({"cell_type": "code", "id": name, "metadata": {}, "source": source, "execution_count": null,
            "outputs": [output]}),
        );
        steps.push(json!({"name": name, "steps": its_steps}));
        std::fs::write(folder.join(format!("{name}.json")), chart.spec()).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }
    let kernel = json!({"kernelspec": {"name": "none", "display_name": "no kernel"}});
    let notebook = json!({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5});
    std::fs::write(folder.join("explore.ipynb"), notebook.to_string()).unwrap();
    std::fs::write(folder.join("steps.json"), json!(steps).to_string()).unwrap();

    printed_by(Command::new(env!("CARGO_BIN_EXE_demystified")).args(["setup", "--tests"]));
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    println!("{}", printed_by(Command::new(python).arg(root.join("launcher/tests/explore.py")).arg(&folder)));
}

fn printed_by(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = texts.concat();
    assert!(output.status.success(), "{text}");
    text
}
