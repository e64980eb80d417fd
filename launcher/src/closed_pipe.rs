//! Who reads what we print may stop reading, as `head` does. That is no failure, and nothing to say a word about.

use std::panic;

/// Ends the program without a word where it prints and nobody reads; `println!` would panic there.
pub fn end_quietly() {
    let say = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let words = panic.payload().downcast_ref::<String>().map_or("", |words| words);
        if words.starts_with("failed printing to stdout") && words.contains("Broken pipe") {
            std::process::exit(0);
        }
        say(panic);
    }));
}
