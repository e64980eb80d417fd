//! What the notebooks compute is the same on every machine, bit for bit.
//!
//! `cargo test` computes it here and compares it with tests/reference/bits.json, which holds a fingerprint of every result. `.ci/run`
//! has the same program run under qemu as processors that this machine is not, and as WebAssembly in Node.

mod compute;
#[path = "../../launcher/src/book/wasm.rs"]
mod wasm;

use compute::{Fingerprint, compute};
use demystified::ndarray::{Array1, Array2, ArrayView1, array};
use demystified::{Dataset, Network};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const REFERENCE: &str = include_str!("../reference/bits.json");

/// As qemu names them: one without AVX, and one with AVX2 and fused multiplication and addition.
const PROCESSORS: [&str; 2] = ["Nehalem", "Haswell"];

/// The names of the tests that run under qemu.
const HERE: &str = "what_the_notebooks_compute_has_the_same_bits_here";
const LARGE: &str = "large_products_are_right";

#[test]
fn what_the_notebooks_compute_has_the_same_bits_here() {
    compare(&compute().expect("the computations"));
}

/// With the reference.
fn compare(found: &BTreeMap<String, String>) {
    let expected: BTreeMap<String, String> =
        serde_json::from_str(REFERENCE).expect("a table of fingerprints");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bits.json");
    let differ: Vec<&str> = found
        .iter()
        .filter(|(name, fingerprint)| expected.get(*name) != Some(fingerprint))
        .map(|(name, _)| name.as_str())
        .chain(expected.keys().filter(|name| !found.contains_key(*name)).map(String::as_str))
        .collect();
    if !differ.is_empty() {
        std::fs::write(&file, serde_json::to_string_pretty(&found).expect("JSON") + "\n").expect("a file");
    }
    assert!(
        differ.is_empty(),
        "{} of {} results differ from tests/reference/bits.json; if the crate was meant to compute something else, and on all \
         machines alike, copy {} there:\n{}",
        differ.len(),
        found.len(),
        file.display(),
        differ.join("\n")
    );
}

/// Layers of more than 64 wires are multiplied by ndarray's product, which uses what the processor has: the same but for the last
/// bits. The line it prints shows that the processors of the next test are really different ones.
#[test]
fn large_products_are_right() {
    let numbers = Array2::from_shape_fn((30, 9), |(i, j)| ((i * 31 + j * 17) % 101) as f64 / 101.0);
    let data = Dataset { x: numbers, y: Array2::from_elem((30, 9), 0.5) };
    let net = Network::random(&[9, 9, 9], 1).expect("a network");
    let gradient = net.cost_and_gradient(&data.x, &data.y).expect("data that fit").1;
    let w = [net.w(1), net.w(2)];
    // row by row, in plain sums
    let weigh = |a: ArrayView1<f64>, w: &Array2<f64>| {
        Array1::from_iter(w.columns().into_iter().map(|c| a.iter().zip(c).map(|(a, w)| a * w).sum::<f64>()))
    };
    let mut expected = Array2::zeros((9, 9));
    for (x, y) in data.x.rows().into_iter().zip(data.y.rows()) {
        let a = weigh(x, &w[0]).mapv(demystified::sigmoid);
        let y_hat = weigh(a.view(), &w[1]).mapv(demystified::sigmoid);
        let delta = (&y_hat - &y) * y_hat.mapv(|p| p * (1.0 - p));
        for (i, a) in a.iter().enumerate() {
            expected.row_mut(i).scaled_add(*a, &delta);
        }
    }
    let off = gradient.iter().skip(81).zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(off < 1e-13, "{off}");
    println!("large product: {}", Fingerprint::of(&gradient).text());
}

#[test]
#[ignore = "needs qemu-x86_64 (Debian: qemu-user): run by .ci/run"]
fn what_the_notebooks_compute_has_the_same_bits_on_other_processors() {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        panic!("qemu's user mode runs a program of Linux on x86-64; this is another machine");
    }
    let mut large = BTreeMap::new();
    for processor in PROCESSORS {
        let output = Command::new("qemu-x86_64")
            .args(["-cpu", processor])
            .arg(std::env::current_exe().expect("this program"))
            .args(["--exact", "--nocapture", HERE, LARGE])
            .output()
            .expect("qemu-x86_64 runs; Debian has it in qemu-user");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{processor}:\n{printed}\n{errors}");
        assert!(printed.contains("2 passed"), "{processor}:\n{printed}");
        let line = printed.lines().find_map(|line| line.split_once("large product: "));
        large.insert(processor, line.expect("the large product").1.to_string());
    }
    // otherwise this test would see nothing
    assert_ne!(
        large["Nehalem"], large["Haswell"],
        "a processor with fused operations rounds a large product differently"
    );
}

/// Compiled as it is for the book, where there is no clock but the page's, and no threads.
#[test]
#[ignore = "needs Node, and WebAssembly in the toolchain: run by .ci/run"]
fn what_the_notebooks_compute_has_the_same_bits_as_webassembly() {
    let Some(library) = wasm::StandardLibrary::find() else {
        println!("Left out: {}", wasm::StandardLibrary::MISSING);
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bits");
    let program = wasm::Program { checkout: root, folder: &folder, name: "bits" };
    let compute = root.join("tests/machines/compute.rs");
    let source = format!("#[path = {compute:?}]\nmod compute;\n{}", include_str!("page.rs.in"));
    program.write(&source).expect("the program's files");
    let file = program.compile(&library).unwrap_or_else(|said| panic!("{said}"));
    let output = Command::new("node")
        .arg(root.join("tests/machines/run.mjs"))
        .arg(file)
        .output()
        .expect("node runs; Debian has it in nodejs");
    let [said, errors] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{said}\n{errors}");
    compare(&serde_json::from_str(&said).expect("a table of fingerprints"));
}

#[test]
fn one_bit_changes_a_fingerprint() {
    let values: Array1<f64> = array![0.1, -2.0, 0.0];
    let mut other = values.clone();
    for i in 0..3 {
        other[i] = f64::from_bits(values[i].to_bits() ^ 1);
        assert_ne!(Fingerprint::of(&values).text(), Fingerprint::of(&other).text());
        other[i] = values[i];
    }
    assert_eq!(Fingerprint::of(&values).text(), Fingerprint::of(&other).text());
    assert_ne!(Fingerprint::of(&[0.0]).text(), Fingerprint::of(&[-0.0]).text());
}
