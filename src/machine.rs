//! What a machine may have or not: a clock, several cores, a place to print. In a browser, as WebAssembly, they are others.

use crate::error::{Error, Result};
use std::num::NonZero;
use std::sync::OnceLock;

/// The clock. WebAssembly's standard library has none.
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub(crate) use std::time::Instant;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub(crate) use web_time::Instant;

/// Whether there can be other threads than this one.
pub(crate) const HAS_THREADS: bool = !cfg!(all(target_family = "wasm", target_os = "unknown"));

/// As many threads as there are cores for us, 1 where there are none; asked for once, because Linux takes 50 µs to answer.
pub(crate) fn available_threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| std::thread::available_parallelism().map_or(1, NonZero::get))
}

static READER: OnceLock<fn(&str)> = OnceLock::new();

/// Hands all that the crate would print to `reader`, from now on.
///
/// It is for programs without a standard output, as in a page of a browser. Figures then come in one form alone: as SVG, unless that
/// would be too large. In a notebook it would hold for the cell alone, each of which has its own copy of the crate.
///
/// # Errors
///
/// [`Error::Unsuitable`](crate::Error::Unsuitable) if there is a reader already.
pub fn read_output(reader: fn(&str)) -> Result<()> {
    READER.set(reader).map_err(|_| Error::unsuitable("reader", "a second one", "one for the whole program"))
}

/// Whether what is printed goes to a program, not to a notebook.
pub(crate) fn output_is_read() -> bool {
    READER.get().is_some()
}

/// Prints a text, which ends in a line break or is the end of a block for the kernel.
pub(crate) fn print(text: &str) {
    match READER.get() {
        Some(read) => read(text),
        None => print!("{text}"),
    }
}
