//! NumPy, SciPy and JAX, in an environment of their own.

use crate::works::Seconds;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const REQUIREMENTS: &str = include_str!("requirements.txt");

/// A Python that has them.
pub struct Peers {
    python: PathBuf,
}

impl Peers {
    /// Makes `target/peers`, unless it is there with these versions.
    pub fn set_up() -> Result<Peers, Box<dyn Error>> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers");
        let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
        let done = folder.join("requirements.txt");
        if std::fs::read_to_string(&done).is_ok_and(|installed| installed == REQUIREMENTS) {
            return Ok(Peers { python });
        }
        eprintln!("installing NumPy, SciPy and JAX into {}", folder.display());
        let system = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
        succeed(Command::new(system).args(["-m", "venv", "--clear"]).arg(&folder))?;
        let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/computing/requirements.txt");
        succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(requirements))?;
        std::fs::write(done, REQUIREMENTS)?;
        Ok(Peers { python })
    }

    /// All their works, the trainings from these starts.
    pub fn measure(&self, starts: &[Vec<f64>]) -> Result<Seconds, Box<dyn Error>> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/computing/peers.py");
        let mut child =
            Command::new(&self.python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        child.stdin.take().expect("piped").write_all(serde_json::to_string(starts)?.as_bytes())?;
        let output = child.wait_with_output()?;
        if !output.status.success() {
            return Err("the peers could not be measured".into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

fn succeed(command: &mut Command) -> Result<(), Box<dyn Error>> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}").into()),
        Err(error) => Err(format!("{command:?}: {error}").into()),
    }
}
