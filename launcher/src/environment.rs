//! Where everything is: the checkout, and the Python environment inside it.

use std::path::{Path, PathBuf};
use std::process::Command;

use quick_cells::{Failure, Outcome, process, switch};

/// Which kernel the notebooks run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// Where it can be.
    Quick,
    /// evcxr as it is.
    Plain,
}

/// Another name for a reader's copy, so that tests meet no reader's.
const MY_NOTEBOOKS: &str = "DEMYSTIFIED_MY_NOTEBOOKS";

/// Where JupyterHub says for whom it starts us.
const HUB_USER: &str = "JUPYTERHUB_USER";

/// The checkout and the Python environment inside it.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The folder that holds Cargo.toml.
    pub root: PathBuf,
    kernel: Kernel,
}

impl Environment {
    /// The checkout this was started from: `$DEMYSTIFIED_ROOT` (for tests), what `cargo run` says, or where it was built.
    pub fn find(kernel: Kernel) -> Outcome<Environment> {
        // The launcher's own folder lies in the checkout.
        let launcher = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
        let root = match std::env::var_os("DEMYSTIFIED_ROOT") {
            Some(root) => PathBuf::from(root),
            None => Path::new(&launcher).parent().unwrap_or(Path::new("/")).to_owned(),
        };
        if root.to_str().is_none() {
            return Err(Failure::new(
                format!("The path of this checkout is not valid UTF-8: {}", root.display()),
                "Jupyter and the Rust kernel cannot work there: move the checkout to another folder.",
            ));
        }
        if !root.join("Cargo.toml").is_file() {
            return Err(Failure::new(
                format!("There is no checkout of this project at {}.", root.display()),
                "Start this with `cargo run`, in the folder that holds Cargo.toml.",
            ));
        }
        Ok(Environment { root, kernel })
    }

    /// Why notebooks run on evcxr as it is; None if they run on the quick kernel.
    pub fn why_plain(&self) -> Option<String> {
        match self.kernel {
            Kernel::Plain => Some("--plain-kernel was asked for".to_owned()),
            Kernel::Quick => switch::off(),
        }
    }

    /// Whether `--plain-kernel` was.
    pub fn is_plain_asked_for(&self) -> bool {
        self.kernel == Kernel::Plain
    }

    /// The virtual environment with JupyterLab and the kernel.
    pub fn venv(&self) -> PathBuf {
        self.root.join(".venv")
    }

    /// A program of the virtual environment.
    pub fn program(&self, name: &str) -> PathBuf {
        if cfg!(windows) {
            self.venv().join("Scripts").join(name).with_extension("exe")
        } else {
            self.venv().join("bin").join(name)
        }
    }

    /// The folder of the original notebooks.
    pub fn notebooks(&self) -> PathBuf {
        self.root.join("notebooks")
    }

    /// The folder of a reader's own copy of them, beside it, so that `path = ".."` is the crate there too. Each user of a JupyterHub has one.
    pub fn my_notebooks(&self) -> PathBuf {
        let users = || Some(format!("my-notebooks-{}", std::env::var(HUB_USER).ok()?).into());
        let name = std::env::var_os(MY_NOTEBOOKS).or_else(users).unwrap_or("my-notebooks".into());
        self.root.join(name)
    }

    /// What Jupyter would otherwise keep in the user's home.
    pub fn jupyter(&self) -> PathBuf {
        self.venv().join("jupyter")
    }

    /// The Python of the virtual environment, ready for arguments. Always start it this way: nothing of the user's own
    /// Python and Jupyter settings comes in, nothing is written outside the checkout, and kernels are rid of what
    /// `cargo run` sets for its own child.
    pub fn python(&self) -> Command {
        let mut command = self.shared("python");
        let jupyter = self.jupyter();
        command
            .env("JUPYTER_CONFIG_DIR", jupyter.join("config"))
            .env("JUPYTER_DATA_DIR", jupyter.join("data"))
            .env("JUPYTER_RUNTIME_DIR", jupyter.join("runtime"))
            .env("IPYTHONDIR", jupyter.join("ipython"));
        command
    }

    /// A program of the virtual environment that many start, who may only read it: what Jupyter keeps is in the home of each.
    pub fn shared(&self, program: &str) -> Command {
        let mut command = Command::new(self.program(program));
        process::forget_cargo(&mut command);
        command
            .env_remove("PYTHONPATH")
            .env_remove("PYTHONHOME")
            .env_remove("JUPYTER_PATH")
            .env_remove("JUPYTER_CONFIG_PATH")
            .env_remove("JUPYTERLAB_DIR")
            .env_remove("JUPYTERLAB_SETTINGS_DIR")
            .env_remove("JUPYTERLAB_WORKSPACES_DIR")
            .env("PYTHONNOUSERSITE", "1")
            .env("VIRTUAL_ENV", self.venv())
            .env("JUPYTER_PREFER_ENV_PATH", "1");
        if self.why_plain().is_some() {
            command.env(switch::SWITCH, switch::OFF);
        }
        command
    }
}

/// Whether a path stands for a notebook.
pub fn is_notebook(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "ipynb")
}
