//! A last word: said in the terminal when this process is killed, which then cannot say it itself.

use std::io::Write;
use std::process::{Child, Command, Stdio};

/// Waits for the end of its input, which nobody but us holds open. Signals to the whole group mean us.
const WAIT: &str = r#"trap '' HUP INT TERM; read -r taken_back || printf '\n%s\n' "$1""#;

/// What is said when this process ends, unless it is taken back.
#[derive(Debug)]
pub struct LastWord(Option<Child>);

impl LastWord {
    /// Leaves it with a process that outlives us. Where there is no shell to be that, nothing will be said.
    pub fn leave(word: &str) -> LastWord {
        let mut wait = Command::new("/bin/sh");
        LastWord(wait.args(["-c", WAIT, "sh", word]).stdin(Stdio::piped()).spawn().ok())
    }

    /// We have said ourselves what there is to say.
    pub fn take_back(self) {
        let Some(mut wait) = self.0 else { return };
        if let Some(mut input) = wait.stdin.take() {
            let _ = writeln!(input);
        }
        let _ = wait.wait();
    }
}
