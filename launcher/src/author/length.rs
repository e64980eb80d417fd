//! How long the parts are: on the main path, which everybody reads, and in the asides, which are folded when a notebook is opened.

use std::fs;
use std::path::{Path, PathBuf};

use quick_cells::{Failure, Outcome};
use serde_json::Value;

use crate::environment::Environment;

/// The most words of a part's path.
const MOST_WORDS: usize = 1800;
/// The most code cells of a part's path.
const MOST_CODE_CELLS: usize = 36;

/// What a stretch of a notebook holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Length {
    words: usize,
    code_cells: usize,
    /// Cells that hold computed numbers against the text.
    claims: usize,
    /// Of these the ones that show their code when the notebook is opened.
    open_claims: usize,
    pictures: usize,
}

/// Prints the lengths of the notebooks, of the seven parts if none is named, and refuses a part that is too long.
pub fn run(environment: &Environment, notebooks: &[PathBuf]) -> Outcome<()> {
    let mut paths = notebooks.to_vec();
    if paths.is_empty() {
        paths = parts(&environment.root.join("notebooks"))?;
    }
    println!("{:36} {:>24}   {:>24}", "", "path", "asides");
    println!("{:36} words code claims pictures   words code claims pictures", "");
    let mut too_long = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (main_path, asides) = lengths(&read(&path)?);
        let columns = |Length { words, code_cells, claims, pictures, .. }| {
            format!("{words:5} {code_cells:4} {claims:6} {pictures:8}")
        };
        println!("{name:36} {}   {}", columns(main_path), columns(asides));
        too_long.extend(excess(main_path).map(|what| format!("{name}: {what}")));
    }
    match too_long.as_slice() {
        [] => Ok(()),
        _ => Err(Failure::new(
            too_long.join("\n"),
            "Move what not everybody needs into an aside, or say it in fewer words.",
        )),
    }
}

/// What is too long about a path.
fn excess(path: Length) -> Option<String> {
    if path.words > MOST_WORDS {
        Some(format!("{} words on the path; at most {MOST_WORDS}", path.words))
    } else if path.code_cells > MOST_CODE_CELLS {
        Some(format!("{} code cells on the path; at most {MOST_CODE_CELLS}", path.code_cells))
    } else if path.open_claims > 0 {
        Some(format!("{} cells of claims on the path that are not folded", path.open_claims))
    } else {
        None
    }
}

fn parts(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let unreadable =
        |error| Failure::new(format!("{} cannot be read: {error}", folder.display()), "Look at the folder.");
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut parts: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(['0']) && !name.starts_with("00") && name.ends_with(".ipynb")
        })
        .collect();
    parts.sort();
    Ok(parts)
}

fn read(path: &Path) -> Outcome<Value> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string());
    let notebook = text.and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
    notebook.map_err(|error| Failure::new(format!("{}: {error}", path.display()), "Name a notebook."))
}

/// The lengths of the path and of all asides together; the exercises count as neither.
fn lengths(notebook: &Value) -> (Length, Length) {
    let (mut path, mut asides) = (Length::default(), Length::default());
    let mut folded_at: Option<usize> = None;
    for cell in notebook["cells"].as_array().into_iter().flatten() {
        let source = source_of(cell);
        let is_text = cell["cell_type"] == "markdown";
        if let (true, Some((level, title))) = (is_text, heading(&source)) {
            if folded_at.is_some_and(|folded| level <= folded) {
                folded_at = None;
            }
            if title.starts_with("Exercises") {
                break;
            }
            if folded_at.is_none() && cell["metadata"]["jp-MarkdownHeadingCollapsed"] == true {
                folded_at = Some(level);
            }
        }
        let length = if folded_at.is_some() { &mut asides } else { &mut path };
        if is_text {
            length.words += without_formulas_and_folds(&source).split_whitespace().count();
            continue;
        }
        length.code_cells += 1;
        if source.contains("claim(") || source.contains("between(") {
            length.claims += 1;
            length.open_claims += usize::from(cell["metadata"]["jupyter"]["source_hidden"] != true);
        }
        length.pictures += usize::from(shows_a_picture(cell));
    }
    (path, asides)
}

/// The level and the text of the heading that a text cell begins with.
fn heading(source: &str) -> Option<(usize, &str)> {
    let text = source.trim_start();
    let title = text.trim_start_matches('#');
    let level = text.len() - title.len();
    (level > 0 && title.starts_with(' ')).then(|| (level, title.trim_start()))
}

/// Without displayed formulas and what stands between `<details>` and `</details>`.
fn without_formulas_and_folds(source: &str) -> String {
    let without = |text: &str, begin: &str, end: &str| {
        let mut kept = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(begin)
            && let Some((_, behind)) = after.split_once(end)
        {
            kept.push_str(before);
            rest = behind;
        }
        kept + rest
    };
    without(&without(source, "<details>", "</details>"), "$$", "$$")
}

fn source_of(cell: &Value) -> String {
    match &cell["source"] {
        Value::String(text) => text.clone(),
        lines => lines.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    }
}

fn shows_a_picture(cell: &Value) -> bool {
    let outputs = cell["outputs"].as_array().into_iter().flatten();
    let mut data = outputs.filter_map(|output| output["data"].as_object());
    data.any(|data| data.contains_key("image/png") || data.contains_key("image/svg+xml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(source: &str) -> Value {
        json!({"cell_type": "markdown", "metadata": {}, "source": [source]})
    }

    fn folded(source: &str) -> Value {
        json!({"cell_type": "markdown", "metadata": {"jp-MarkdownHeadingCollapsed": true}, "source": [source]})
    }

    fn code(source: &str, hidden: bool) -> Value {
        let outputs = json!([{"output_type": "display_data", "data": {"image/png": ""}}]);
        json!({"cell_type": "code", "metadata": {"jupyter": {"source_hidden": hidden}}, "source": source, "outputs": outputs})
    }

    #[test]
    fn an_aside_ends_at_the_next_heading_of_its_level_or_above() {
        let notebook = json!({"cells": [
            text("## A section\n\ntwo words $$and a formula$$ <details>not counted</details>"),
            code("1", false),
            folded("### An aside"),
            code("claim(1)", false),
            text("#### Still in the aside"),
            text("### On the path again"),
            code("between(1)", true),
            folded("## A long aside"),
            text("three more words"),
            text("## Exercises\n\nnot counted"),
            code("2", false),
        ]});
        let (path, asides) = lengths(&notebook);
        // ## and ### count as a word, as does each word of a heading
        assert_eq!(path, Length { words: 3 + 2 + 5, code_cells: 2, claims: 1, open_claims: 0, pictures: 2 });
        assert_eq!(
            asides,
            Length { words: 3 + 5 + 4 + 3, code_cells: 1, claims: 1, open_claims: 1, pictures: 1 }
        );
    }

    #[test]
    fn a_path_is_too_long_in_three_ways() {
        let good =
            Length { words: MOST_WORDS, code_cells: MOST_CODE_CELLS, claims: 3, open_claims: 0, pictures: 9 };
        assert_eq!(excess(good), None);
        for (bad, what) in [
            (Length { words: 1801, ..good }, "1801 words"),
            (Length { code_cells: 37, ..good }, "37 code cells"),
            (Length { open_claims: 1, ..good }, "1 cells of claims"),
        ] {
            assert!(excess(bad).is_some_and(|said| said.contains(what)));
        }
    }
}
