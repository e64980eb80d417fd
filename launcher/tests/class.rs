//! A class of six on a real JupyterHub, whose proxy needs Node: `cargo test` leaves it out, `.ci/run` installs Node and runs it. The work is done by
//! `class.py`.
#![cfg(target_os = "linux")]

mod outside_cargo;

use std::path::Path;
use std::process::Command;

/// Where .ci/run installs it.
const PROXY: &str = "target/node/node_modules/.bin/configurable-http-proxy";

#[test]
#[ignore = "needs Node, and configurable-http-proxy in target/node: .ci/run runs it"]
fn six_users_of_a_hub_at_once_are_in_nobodys_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let proxy = root.join(PROXY);
    assert!(
        proxy.exists(),
        "{} is missing: npm install --prefix target/node configurable-http-proxy@5.3.0",
        proxy.display()
    );
    outside_cargo::printed_by(Command::new(env!("CARGO_BIN_EXE_demystified")).args(["setup", "--tests"]));
    let report = outside_cargo::printed_by(
        Command::new(outside_cargo::python()).arg(root.join("launcher/tests/class.py")).arg(proxy),
    );
    println!("{report}");
}
