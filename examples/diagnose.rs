//! `cargo run -- diagnose numbers.json`: what is right and what is wrong in the numbers of another program.

use demystified::diagnose_file;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("error: name the file with your numbers: cargo run -- diagnose numbers.json");
        return ExitCode::FAILURE;
    };
    match diagnose_file(&path) {
        Ok(found) => {
            let texts: Vec<String> = found.iter().map(|diagnosis| diagnosis.to_string()).collect();
            println!("{}", texts.join("\n\n"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
