//! What the page check-your-own promises to who has no notebook: its NumPy program writes a file, and `diagnose` judges it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_pages_numpy_program_is_judged_and_a_wrong_file_gets_a_sentence() {
    let launcher = env!("CARGO_BIN_EXE_demystified");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (is_set_up, text) = answer(Command::new(launcher).args(["setup", "--tests"]));
    assert!(is_set_up, "{text}");
    let python = root.join(if cfg!(windows) { ".venv/Scripts/python.exe" } else { ".venv/bin/python" });
    let folder = Folder(std::env::temp_dir().join(format!("demystified-page-{}", std::process::id())));
    fs::create_dir_all(&folder.0).unwrap();

    let program = program(root, "import json, numpy");
    let (is_run, text) = answer(Command::new(&python).args(["-c", &program]).current_dir(&folder.0));
    assert!(is_run, "{text}");
    let file = folder.0.join("numbers.json");
    let (is_judged, text) = answer(Command::new(launcher).arg("diagnose").arg(&file));
    assert!(is_judged && text.matches("✓").count() == 3, "{text}");

    // f′ of the output forgotten, in the file that is there
    let wrong = program.replace("* y_hat * (1 - y_hat)", "");
    assert_ne!(wrong, program);
    assert!(answer(Command::new(&python).args(["-c", &wrong]).current_dir(&folder.0)).0);
    let (is_judged, text) = answer(Command::new(launcher).arg("diagnose").arg(&file));
    assert!(is_judged && text.contains("Not yet: f′(z⁽³⁾) is missing."), "{text}");

    fs::write(&file, "{\"w1\": [[1, 2]]").unwrap();
    let (is_judged, text) = answer(Command::new(launcher).arg("diagnose").arg(&file));
    assert!(!is_judged && text.contains("not JSON"), "{text}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "{\"w1\": [[1, 2]]");
}

/// The page's program that begins like this.
fn program(root: &Path, beginning: &str) -> String {
    let page = fs::read_to_string(root.join("notebooks/check-your-own.ipynb")).unwrap();
    let page: serde_json::Value = serde_json::from_str(&page).unwrap();
    let texts = page["cells"].as_array().unwrap().iter().map(|cell| {
        let lines = cell["source"].as_array().unwrap().iter();
        lines.map(|line| line.as_str().unwrap()).collect::<String>()
    });
    let texts: Vec<String> = texts.collect();
    let fences = texts.iter().flat_map(|text| text.split("```python\n").skip(1));
    let found = fences.filter_map(|fence| fence.split("```").next()).find(|code| code.starts_with(beginning));
    found.unwrap_or_else(|| panic!("the page shows no program that begins with `{beginning}`")).to_owned()
}

/// A folder that is gone afterwards.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn answer(command: &mut Command) -> (bool, String) {
    // What cargo tells a test is not for the cargo that is started.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" {
            command.env_remove(name);
        }
    }
    let output = command.output().unwrap();
    let texts = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (output.status.success(), texts.concat())
}
