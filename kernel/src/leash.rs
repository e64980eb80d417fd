//! A leash: what it holds ends with us, however we end.
//!
//! The leash is a process that leads a group. It waits for the end of its input, which nobody but us holds open, and then kills its group. So a
//! program in that group, with all that it has started, survives neither Ctrl-C nor a `kill -9` of ours.

use std::io;
use std::process::Command;

/// Starts a process group that ends with us.
#[cfg(unix)]
#[derive(Debug)]
pub struct Leash(std::process::Child);

#[cfg(unix)]
impl Leash {
    /// A new group, empty but for the leash itself.
    pub fn new() -> io::Result<Leash> {
        use std::process::Stdio;
        let mut wait = Command::new("/bin/sh");
        // Hangups and interrupts mean us first.
        wait.args(["-c", "trap '' HUP INT TERM; while read -r line; do :; done; kill -KILL 0"]);
        crate::process::detach(&mut wait);
        wait.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        wait.spawn().map(Leash)
    }

    /// Lets a command start in the group.
    pub fn put_on(&self, command: &mut Command) {
        std::os::unix::process::CommandExt::process_group(command, self.0.id() as i32);
    }
}

/// What was on it has ended by itself.
#[cfg(unix)]
impl Drop for Leash {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// There are no process groups here: what was started goes on.
#[cfg(not(unix))]
#[derive(Debug)]
pub struct Leash;

#[cfg(not(unix))]
impl Leash {
    /// None.
    pub fn new() -> io::Result<Leash> {
        Ok(Leash)
    }

    /// Does nothing.
    pub fn put_on(&self, _command: &mut Command) {}
}
