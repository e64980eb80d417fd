//! Who writes what a set-up makes holds the lock of its folder: two go one after the other.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use quick_cells::{Failure, Outcome};

/// The file that is locked, in the folder of what is made.
pub const LOCK: &str = "setup.lock";

/// Waits until nobody else is at work on what is in a folder, and keeps others from it as long as the file is open.
pub fn locked(folder: &Path) -> Outcome<File> {
    let failed = |e| Failure::io("lock the set-up", &e);
    let lock = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(folder.join(LOCK))
        .map_err(failed)?;
    // A placeholder holds it for a moment, to see whether a set-up does.
    for _ in 0..10 {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
    }
    println!("Another set-up of this checkout is at work; waiting for it to end …");
    lock.lock().map_err(failed)?;
    Ok(lock)
}
