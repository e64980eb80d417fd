//! `cargo bench --bench computing`: how fast the crate computes, beside NumPy, SciPy and JAX in the same run.
//!
//! The peers live in `target/peers`, which the first run makes; they and the crate take turns for several rounds. A ratio is
//! formed in each round; shown are the median and the range. `-- --rounds 5` changes how many, `-- --growth` measures the
//! growth with the data and the network instead, `-- --bare` the one row beside the bare arithmetic, without the peers.

#![allow(missing_docs)] // a program, not a library

mod bare;
mod growth;
mod peers;
mod table;
mod works;

use std::error::Error;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words[..] {
        [] => compare(3),
        ["--rounds", rounds] => rounds.parse().map_err(Into::into).and_then(compare),
        ["--growth"] => growth::print(),
        ["--bare"] => works::print_small_and_bare(),
        // this program starts itself with what follows, on one core, or to see how much memory one call takes
        [works::TRAININGS] => works::print_seconds_of_trainings(),
        [growth::MEMORY, examples, hidden] => growth::print_memory(examples, hidden),
        _ => Err(format!("unknown arguments: {words:?}").into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(rounds: usize) -> Result<(), Box<dyn Error>> {
    let peers = peers::Peers::set_up()?;
    let mut seconds = table::Seconds::default();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        seconds.add(works::measure()?);
        seconds.add(peers.measure(&works::starts()?)?);
    }
    table::print(&seconds);
    Ok(())
}
