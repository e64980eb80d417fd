//! `cargo run`: sets up JupyterLab with the Rust kernel and opens the series.

mod launcher;

fn main() {}
