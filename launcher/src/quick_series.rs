//! What the kernel is to make quick: the crate of the series.

use quick_cells::Configuration;

/// The crate, and what the notebooks do with it.
pub const SERIES: Configuration = Configuration {
    name: "demystified",
    types_from: &["ndarray"],
    unchecked: &["demystified", "matrixmultiply"],
    shared_generics: include_str!("shared_generics.rs"),
    first_cells: &[
        ":dep demystified = { path = \"..\" }",
        "use demystified::*; use demystified::ndarray::*;",
        "let first: Array2<f64> = array![[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]];",
        "first",
    ],
    // The crate is linked, and rust-analyzer has read it for the type of a variable, which then moves on and is gone.
    loading: [
        ":dep demystified = { path = \"..\" }\n",
        "let first: demystified::Dataset = demystified::sleep_study();\ndrop(first);\n",
    ],
};
