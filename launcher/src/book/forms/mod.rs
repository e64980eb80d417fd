//! The forms of the book: where a notebook says *Change me*, its page can change the values and compute what follows, by itself.
//!
//! The program behind them is made of the notebooks' own cells, and compiled to WebAssembly.

mod cell;
mod names;
mod parameter;
mod program;
mod reach;

use std::fs;
use std::path::{Path, PathBuf};

use quick_cells::{Failure, Outcome};
use serde_json::{Value, json};

use self::cell::{Cell, cells};
use self::parameter::parameters;
use self::program::{Part, faulty_cell, source};
use self::reach::{Role, reach};
use super::wasm::{Program, StandardLibrary};
use crate::environment::{Environment, is_notebook};

/// Makes the program and what the forms consist of. Returns the folder that holds `program.wasm` and `forms.json`; None, and says
/// why, where Rust can make no WebAssembly.
pub fn make(environment: &Environment) -> Outcome<Option<PathBuf>> {
    let Some(library) = StandardLibrary::find() else {
        println!(
            "The book is made without forms for the values of the cells Change me. {}.",
            StandardLibrary::MISSING
        );
        return Ok(None);
    };
    let parts = parts(&environment.notebooks())?;
    let source = source(&parts);
    let folder = environment.root.join("target/wasm/book");
    let program = Program { checkout: &environment.root, folder: &folder, name: "book" };
    let failed = |error| Failure::io("write the program of the book's forms", &error);
    program.write(&source).map_err(failed)?;
    println!("Compiling what follows from the cells Change me, for the browser: minutes, the first time");
    let compiled = program.compile(&library).map_err(|said| match faulty_cell(&source, &said) {
        Some(cell) => Failure::new(
            format!("This cell cannot be part of the book's program: {cell}.\n{said}"),
            "Write it so that it compiles outside of the kernel too, after the cells above it.",
        ),
        None => Failure::new(
            format!("The program of the book's forms was not compiled.\n{said}"),
            "The lines above say why; mend it, then run the same command again.",
        ),
    })?;
    fs::copy(compiled, folder.join("program.wasm")).map_err(failed)?;
    fs::write(folder.join("forms.json"), forms(&parts).to_string()).map_err(failed)?;
    Ok(Some(folder))
}

/// The notebooks that have values to be changed.
fn parts(folder: &Path) -> Outcome<Vec<Part>> {
    let failed = |error| Failure::io("read the notebooks", &error);
    let files = fs::read_dir(folder).map_err(failed)?.flatten().map(|entry| entry.path());
    let mut notebooks: Vec<PathBuf> = files.filter(|path| is_notebook(path)).collect();
    notebooks.sort();
    let mut parts = Vec::new();
    for path in notebooks {
        let wrong = |why: String| Failure::new(format!("{}: {why}.", path.display()), "Mend the notebook.");
        let text = fs::read_to_string(&path).map_err(failed)?;
        let notebook = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        parts.extend(part(&stem, cells(&notebook)).map_err(wrong)?);
    }
    Ok(parts)
}

/// None if the notebook has no values to be changed.
fn part(stem: &str, cells: Vec<Cell>) -> Result<Option<Part>, String> {
    let Some(values) = cells.iter().find(|cell| cell.holds_values) else { return Ok(None) };
    let parameters = parameters(values)?;
    let Some(reaches) = reach(&cells) else { return Ok(None) };
    Ok(Some(Part { stem: stem.to_owned(), cells, reaches, parameters }))
}

/// For each notebook the fields of its form, where it stands, and the cells that follow from it.
fn forms(parts: &[Part]) -> Value {
    let form = |part: &Part| {
        let with = |role: Role| {
            let cells = part.cells.iter().zip(&part.reaches).filter(move |(_, own)| own.role == role);
            cells.map(|(cell, _)| cell.id.clone()).collect::<Vec<String>>()
        };
        let fields: Vec<Value> = part.parameters.iter().map(parameter::Parameter::field).collect();
        let form = json!({ "cell": with(Role::Values)[0], "fields": fields, "follow": with(Role::Follows) });
        (part.stem.clone(), form)
    };
    Value::Object(parts.iter().map(form).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series() -> Vec<Part> {
        parts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../notebooks")).expect("notebooks")
    }

    #[test]
    fn every_part_has_a_form_with_a_field_for_each_value_and_cells_that_follow() {
        let parts = series();
        assert_eq!(parts.len(), 8);
        for part in &parts {
            let form = &forms(std::slice::from_ref(part))[&part.stem];
            let follow = form["follow"].as_array().expect("a list");
            println!(
                "{}: {} fields, {} cells follow: {follow:?}",
                part.stem,
                part.parameters.len(),
                follow.len()
            );
            assert!(part.parameters.len() >= 2 && !follow.is_empty(), "{}", part.stem);
            let needed = part.reaches.iter().filter(|reach| reach.role == Role::Needed).count();
            println!("  {needed} needed");
            assert!(needed < 30, "{} needs most of what stands above: {needed} cells", part.stem);
        }
    }

    #[test]
    fn what_the_text_offers_for_a_network_of_ones_own_can_be_chosen() {
        let parts = series();
        let choices: Vec<String> =
            parts.iter().flat_map(|part| &part.parameters).map(|p| p.field().to_string()).collect();
        for offered in ["Activation::Relu", "Activation::Tanh", "Method::GradientDescent { learning_rate }"] {
            assert!(choices.iter().any(|field| field.contains(offered)), "{offered}");
        }
    }
}
