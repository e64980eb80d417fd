//! `cargo run` on machines that lack something, and what becomes of the kernels' build folders. No network is needed:
//! Pythons and kernels are small scripts here.
#![cfg(unix)]

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

const PROGRAM: &str = env!("CARGO_BIN_EXE_demystified");

/// A user who is not us.
const NOBODY: u32 = 65534;

/// A checkout in the temporary folder, with a folder of programs that stands for the machine.
struct Checkout {
    folder: PathBuf,
    _alone: MutexGuard<'static, ()>,
}

/// One test at a time: a program cannot be started while another thread's new process still has it open for writing.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

impl Checkout {
    fn new() -> Checkout {
        Checkout::named("checkout")
    }

    fn named(name: &str) -> Checkout {
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let top = std::env::temp_dir().join(format!("demystified-test-{}", std::process::id()));
        let checkout = Checkout { folder: top.join(name), _alone: alone };
        checkout.write("Cargo.toml", "[package]\n");
        checkout.write("Cargo.lock", "[[package]]\nname = \"demystified\"\n");
        checkout.write("notebooks/requirements.txt", "jupyterlab==1.2.3\n");
        checkout.write("src/lib.rs", "");
        fs::create_dir_all(checkout.folder.join("machine")).unwrap();
        checkout
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, contents: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    fn script(&self, name: &str, body: &str) -> PathBuf {
        self.write(name, &format!("#!/bin/sh\n{body}\n"));
        let path = self.path(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// `cargo run -- …`, with nothing on the machine but our scripts.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(words).env_clear().env("DEMYSTIFIED_ROOT", &self.folder);
        command.env("PATH", self.path("machine")).env("HOME", self.path("home"));
        command
    }

    fn setup(&self) -> Output {
        self.command(&["setup"]).output().unwrap()
    }

    /// A Python that answers the probe as version 3.11, makes environments, and runs `pip` as told.
    fn python_whose_pip_does(&self, pip: &str) {
        let body = format!(
            r#"case "$*" in
*find_spec*) echo "3 11 1 $0" ;;
*"-m venv"*) /bin/mkdir -p "$3/bin"; /bin/cp "$0" "$3/bin/python" ;;
*sys.version*) echo "3.11.0 (a script)" ;;
*"-m pip"*) echo "$*" >> '{calls}'
{pip} ;;
*compileall*) echo "$*" >> '{compiled}' ;;
esac"#,
            calls = self.path("pip-calls").display(),
            compiled = self.path("compile-calls").display()
        );
        self.script("machine/python3", &body);
    }

    fn run_folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path(".venv/kernels")).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.is_dir() && path.file_name().unwrap().to_string_lossy().starts_with("run-"));
        paths
    }

    /// The kernel's program in place, with a warm folder to copy.
    fn with_kernel(self) -> Checkout {
        fs::create_dir_all(self.path(".venv/bin")).unwrap();
        fs::copy(PROGRAM, self.path(".venv/bin/demystified-kernel")).unwrap();
        self.script("machine/cargo", "exit 0");
        self.script("machine/rustc", "exit 0");
        self.write(".venv/kernels/warm/target/library", "built");
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let library =
            File::options().write(true).open(self.path(".venv/kernels/warm/target/library")).unwrap();
        library.set_times(FileTimes::new().set_modified(long_ago)).unwrap();
        self
    }

    /// Starts a kernel as Jupyter does, with a script in evcxr's place, and waits for its build folder.
    fn start_kernel(&self, name: &str, evcxr: &str) -> Kernel {
        self.start_kernel_of(std::process::id(), name, evcxr)
    }

    fn start_kernel_of(&self, jupyter: u32, name: &str, evcxr: &str) -> Kernel {
        self.start_kernel_with(name, evcxr, &[("JPY_PARENT_PID", Path::new(&jupyter.to_string()))])
    }

    fn start_kernel_with(&self, name: &str, evcxr: &str, variables: &[(&str, &Path)]) -> Kernel {
        let body = format!("echo \"$EVCXR_TMPDIR\" > $2.new; /bin/mv $2.new $2\n{evcxr}");
        let evcxr = self.script(&format!("evcxr-{name}"), &body);
        let file = self.path(name);
        let mut command = Command::new(self.path(".venv/bin/demystified-kernel"));
        command
            .arg("kernel")
            .arg(evcxr)
            .arg(self.path("Cargo.lock"))
            .arg(name)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command.envs(variables.iter().copied());
        command.env("PATH", format!("{}:/usr/bin:/bin", self.path("machine").display()));
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let process = command.spawn().unwrap();
        wait_until("the kernel says where it builds", || file.exists());
        let folder = PathBuf::from(fs::read_to_string(&file).unwrap().trim());
        Kernel { process, folder }
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.folder.parent().unwrap());
    }
}

struct Kernel {
    process: Child,
    folder: PathBuf,
}

impl Kernel {
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn wait_until_folder_is_gone(&self) {
        wait_until("the build folder is gone", || {
            !self.folder.exists() && !self.folder.with_extension("lock").exists()
        });
    }
}

/// A test that fails leaves nothing running.
impl Drop for Kernel {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stamps(checkout: &Checkout) -> Vec<PathBuf> {
    let entries = fs::read_dir(checkout.path(".venv")).unwrap();
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "stamp"))
        .collect()
}

fn assert_fails_with(output: &Output, parts: &[&str]) {
    assert!(!output.status.success());
    let said = stderr(output);
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn where_nobody_reads_what_is_printed_the_program_ends_without_a_word() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ended = Command::new(PROGRAM).arg("help").stdout(writer).output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
}

#[test]
fn help_names_every_command_and_says_how_arguments_reach_jupyterlab() {
    let output = Checkout::new().command(&["--help"]).output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    for part in [
        "cargo run ",
        "-- fresh",
        "my-notebooks",
        "-- setup",
        "-- book",
        "-- execute",
        "-- check",
        "-- hub",
        "goes on to JupyterLab",
        "-- -- --help",
        ".venv",
    ] {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

#[test]
fn a_word_that_means_nothing_is_named() {
    let checkout = Checkout::new();
    for words in [&["sutep"][..], &["setup", "--all"], &["book", "--all"], &["execute", "01.txt"]] {
        let output = checkout.command(words).output().unwrap();
        assert_fails_with(&output, &[&format!("`{}`", words[words.len() - 1]), "--help"]);
        assert!(!checkout.path(".venv").exists());
    }
}

#[test]
fn without_python_the_message_says_what_to_install() {
    let checkout = Checkout::new();
    assert_fails_with(&checkout.setup(), &["No Python was found", "apt install python3"]);
    assert_eq!(stamps(&checkout), Vec::<PathBuf>::new());
}

#[test]
fn a_python_that_is_too_old_is_named_with_its_version_and_place() {
    let checkout = Checkout::new();
    checkout.script("machine/python3", "echo 3 8 1 /opt/old/python3");
    assert_fails_with(&checkout.setup(), &["Python 3.8 (/opt/old/python3) is too old", "3.10 or newer"]);
}

#[test]
fn a_python_without_venv_leads_to_the_package_that_has_it() {
    let checkout = Checkout::new();
    checkout.script("machine/python3", "echo 3 11 0 /usr/bin/python3");
    assert_fails_with(&checkout.setup(), &["Python 3.11 (/usr/bin/python3)", "ensurepip", "python3.11-venv"]);
}

#[test]
fn a_newer_python_beside_one_that_is_too_old_is_taken() {
    let checkout = Checkout::new();
    checkout.python_whose_pip_does("echo pip was reached >&2; exit 1");
    fs::rename(checkout.path("machine/python3"), checkout.path("machine/python3.12")).unwrap();
    checkout.script("machine/python3", "echo 3 9 1 /usr/bin/python3");
    assert_fails_with(&checkout.setup(), &["pip was reached"]);
}

#[test]
fn a_chosen_python_that_is_none_is_named() {
    let checkout = Checkout::new();
    checkout.python_whose_pip_does("");
    let output = checkout.command(&["setup"]).env("PYTHON", "pithon").output().unwrap();
    assert_fails_with(&output, &["PYTHON is set to `pithon`"]);
}

#[test]
fn an_installation_that_failed_is_explained_and_done_again_from_the_start() {
    let checkout = Checkout::new();
    checkout.python_whose_pip_does("echo 'Temporary failure in name resolution' >&2; exit 1");
    assert_fails_with(&checkout.setup(), &["No network", "run the same command again"]);
    checkout.python_whose_pip_does("echo 'OSError: [Errno 28] No space left on device' >&2; exit 1");
    // The environment was made by the first run, so the second one still uses its Python.
    fs::copy(checkout.path("machine/python3"), checkout.path(".venv/bin/python")).unwrap();
    assert_fails_with(&checkout.setup(), &["The disk is full", "Free about"]);
    let calls = fs::read_to_string(checkout.path("pip-calls")).unwrap();
    let repaired: Vec<bool> = calls.lines().map(|call| call.contains("--force-reinstall")).collect();
    assert_eq!(repaired, [false, true], "{calls}");
    assert_eq!(stamps(&checkout), [checkout.path(".venv/python.stamp")]);
}

#[test]
fn a_changed_list_of_packages_is_installed_and_an_unchanged_one_is_not() {
    let checkout = Checkout::new();
    checkout.python_whose_pip_does("");
    // The set-up ends at the next step, where it finds no cargo.
    let calls = || fs::read_to_string(checkout.path("pip-calls")).unwrap().lines().count();
    checkout.setup();
    assert_eq!(calls(), 1);
    checkout.setup();
    assert_eq!(calls(), 1);
    checkout.write("notebooks/requirements.txt", "jupyterlab==1.2.4\n");
    checkout.setup();
    assert_eq!(calls(), 2);
}

#[test]
fn an_environment_whose_python_vanished_is_made_anew() {
    let checkout = Checkout::new();
    checkout.python_whose_pip_does("");
    checkout.setup();
    fs::remove_file(checkout.path(".venv/bin/python")).unwrap();
    checkout.write(".venv/lib/left", "from the old one");
    checkout.setup();
    assert!(checkout.path(".venv/bin/python").exists());
    assert!(!checkout.path(".venv/lib/left").exists());
    assert_eq!(fs::read_to_string(checkout.path("pip-calls")).unwrap().lines().count(), 2);
}

#[test]
fn a_second_setup_waits_for_the_first_and_says_so() {
    let checkout = Checkout::new();
    checkout.write(".venv/setup.lock", "");
    let lock = File::options().write(true).open(checkout.path(".venv/setup.lock")).unwrap();
    lock.lock().unwrap();
    let said = checkout.path("said");
    let mut second = checkout.command(&["setup"]);
    let mut second = second.stdout(File::create(&said).unwrap()).stderr(Stdio::null()).spawn().unwrap();
    wait_until("it says that it waits", || fs::read_to_string(&said).unwrap().contains("waiting"));
    assert!(second.try_wait().unwrap().is_none());
    drop(lock);
    second.wait().unwrap();
}

#[test]
fn set_ups_that_begin_at_once_all_end_well() {
    let checkout = Checkout::new();
    checkout.python_whose_pip_does("");
    checkout.script(".venv/evcxr/bin/evcxr_jupyter", "exit 0");
    checkout.write(".venv/evcxr/.crates.toml", "\"evcxr_jupyter 0.22.0 (registry)\" = [\"evcxr_jupyter\"]");
    for _ in 0..5 {
        // all have the same files to write
        let _ = fs::remove_file(checkout.path(".venv/bin/demystified-kernel"));
        for folder in ["etc", "share", "kernels"] {
            let _ = fs::remove_dir_all(checkout.path(".venv").join(folder));
        }
        let mut command = checkout.command(&["--plain-kernel", "setup"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let all: Vec<Child> = (0..8).map(|_| command.spawn().unwrap()).collect();
        for one in all {
            let output = one.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", stderr(&output));
        }
    }
}

#[test]
fn a_killed_setup_holds_nothing_up_whichever_way_it_was_killed() {
    for signal in ["KILL", "INT", "HUP", "TERM"] {
        let checkout = Checkout::new();
        let pid = checkout.path("pid-of-what-pip-started");
        // pip, and what it has started, would go on for ten minutes, and hold the lock
        checkout.python_whose_pip_does(&format!("/bin/sleep 600 & echo $! > {}\nwait", pid.display()));
        let mut command = checkout.command(&["setup"]);
        let mut killed = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        wait_until("pip is at work", || fs::read_to_string(&pid).is_ok_and(|text| text.ends_with('\n')));
        let started = fs::read_to_string(&pid).unwrap().trim().to_owned();
        Command::new("sh").args(["-c", &format!("kill -{signal} {}", killed.id())]).status().unwrap();
        assert!(!killed.wait().unwrap().success());

        checkout.python_whose_pip_does("echo pip was reached >&2; exit 1");
        fs::copy(checkout.path("machine/python3"), checkout.path(".venv/bin/python")).unwrap();
        let (again, said) = (Instant::now(), checkout.path("said"));
        let mut next = checkout.command(&["setup"]);
        let mut next = next.stdout(Stdio::null()).stderr(File::create(&said).unwrap()).spawn().unwrap();
        while next.try_wait().unwrap().is_none() {
            if again.elapsed() > Duration::from_secs(10) {
                next.kill().unwrap();
                panic!("after {signal}, the next set-up still waits");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(fs::read_to_string(&said).unwrap().contains("pip was reached"));
        let is_alive = || Command::new("sh").args(["-c", &format!("kill -0 {started} 2>/dev/null")]).status();
        wait_until("what pip started has ended", || !is_alive().unwrap().success());
    }
}

#[test]
fn a_kernel_that_its_authors_have_built_is_taken_if_it_starts() {
    for (starts, is_compiled) in [("exit 0", false), ("exit 1", true)] {
        let checkout = Checkout::new();
        checkout.python_whose_pip_does("");
        let (asked, compiled) = (checkout.path("asked"), checkout.path("compiled"));
        checkout.script("machine/cargo", &format!("echo \"$*\" > {}; exit 1", compiled.display()));
        let fetch = format!(
            "echo \"$*\" > {}; /bin/mkdir -p $CARGO_INSTALL_ROOT/bin
(echo '#!/bin/sh'; echo {starts}) > $CARGO_INSTALL_ROOT/bin/evcxr_jupyter; /bin/chmod +x $CARGO_INSTALL_ROOT/bin/evcxr_jupyter
echo '\"evcxr_jupyter 0.22.0 (registry)\" = [\"evcxr_jupyter\"]' > $CARGO_INSTALL_ROOT/.crates.toml",
            asked.display()
        );
        checkout.script("machine/cargo-binstall", &fetch);
        let output = checkout.command(&["--plain-kernel", "setup"]).output().unwrap();
        assert_eq!(compiled.exists(), is_compiled, "{}", stderr(&output));
        assert_eq!(checkout.path(".venv/evcxr/bin/evcxr_jupyter").exists(), !is_compiled);
        assert_eq!(output.status.success(), !is_compiled, "{}", stderr(&output));
        // pip compiles no Python, so that JupyterLab opens sooner; that is done in the end, once
        if output.status.success() {
            assert!(checkout.command(&["--plain-kernel", "setup"]).output().unwrap().status.success());
        }
        let python_compiled = fs::read_to_string(checkout.path("compile-calls")).unwrap_or_default();
        assert_eq!(python_compiled.lines().count(), usize::from(!is_compiled), "{python_compiled}");
        assert!(fs::read_to_string(&asked).unwrap().contains("evcxr_jupyter@0.22.0"));
    }
}

#[test]
fn two_kernels_have_a_copy_of_the_warm_folder_each() {
    let checkout = Checkout::new().with_kernel();
    let mut one = checkout.start_kernel("one", "exec sleep 600");
    let mut two = checkout.start_kernel("two", "exec sleep 600");
    assert_ne!(one.folder, two.folder);
    let warm = checkout.path(".venv/kernels/warm/target/library");
    let modified = |file: &Path| fs::metadata(file).unwrap().modified().unwrap();
    for kernel in [&one, &two] {
        let copy = kernel.folder.join("target/library");
        assert_eq!(fs::read_to_string(&copy).unwrap(), "built");
        assert_eq!(modified(&copy), modified(&warm));
    }
    fs::write(one.folder.join("target/library"), "changed").unwrap();
    assert_eq!(fs::read_to_string(two.folder.join("target/library")).unwrap(), "built");
    assert_eq!(fs::read_to_string(&warm).unwrap(), "built");
    one.kill();
    one.wait_until_folder_is_gone();
    assert!(two.folder.exists());
    two.kill();
    two.wait_until_folder_is_gone();
}

#[test]
fn what_was_compiled_for_the_warm_folder_is_found_by_the_next_one_and_by_no_other_kernel() {
    let checkout = Checkout::new().with_kernel();
    let warming = |name: &str| {
        checkout.start_kernel_with(name, "exec sleep 600", &[("QUICK_CELLS_WARMING", Path::new("1"))])
    };
    let mut first = warming("first");
    let compiled = first.folder.join("target/compiled");
    fs::write(&compiled, "compiled").unwrap();
    // what only cargo could say of whether it is whole
    fs::write(first.folder.join("half-written"), "half").unwrap();
    first.kill();
    let folders = checkout.path(".venv/kernels");
    let lock = File::open(folders.join("warming.lock")).unwrap();
    wait_until("the first one's keeper has ended", || lock.try_lock().is_ok());
    lock.unlock().unwrap();

    let mut other = checkout.start_kernel("other", "exec sleep 600");
    assert!(!other.folder.join("target/compiled").exists());
    other.kill();
    other.wait_until_folder_is_gone();
    let mut second = warming("second");
    assert_eq!(second.folder, first.folder);
    assert_eq!(fs::read_to_string(&compiled).unwrap(), "compiled");
    assert!(!second.folder.join("half-written").exists());
    assert_eq!(fs::read_to_string(second.folder.join("target/library")).unwrap(), "built");
    // two do not meet in it
    assert!(lock.try_lock().is_err());
    second.kill();
}

#[test]
fn the_build_folder_is_gone_when_a_kernel_ends_by_itself() {
    let checkout = Checkout::new().with_kernel();
    let mut kernel = checkout.start_kernel("short", "exit 0");
    assert!(kernel.process.wait().unwrap().success());
    kernel.wait_until_folder_is_gone();
}

#[test]
fn what_a_killed_kernel_had_started_ends_with_it() {
    let checkout = Checkout::new().with_kernel();
    let pid = checkout.path("pid-of-the-cell");
    let cell = format!("sleep 600 & echo $! > {}\nwait", pid.display());
    let mut kernel = checkout.start_kernel("busy", &cell);
    wait_until("the cell runs", || fs::read_to_string(&pid).is_ok_and(|text| text.ends_with('\n')));
    kernel.kill();
    kernel.wait_until_folder_is_gone();
    let cell = fs::read_to_string(&pid).unwrap();
    let ask = format!("kill -0 {} 2>/dev/null", cell.trim());
    let is_alive = || Command::new("sh").args(["-c", &ask]).status().unwrap();
    wait_until("the cell has ended", || !is_alive().success());
}

#[test]
fn the_next_kernel_removes_what_killed_ones_left_and_nothing_else() {
    let checkout = Checkout::new().with_kernel();
    let mut alive = checkout.start_kernel("alive", "exec sleep 600");
    checkout.write(".venv/kernels/run-1-0/target/library", "left");
    checkout.write(".venv/kernels/run-1-0.lock", "");
    checkout.write(".venv/kernels/run-2-0/target/library", "left without a lock");
    let mut next = checkout.start_kernel("next", "exec sleep 600");
    let mut expected = vec![alive.folder.clone(), next.folder.clone()];
    let mut found = checkout.run_folders();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    assert!(checkout.path(".venv/kernels/warm").exists());
    alive.kill();
    next.kill();
    alive.wait_until_folder_is_gone();
    next.wait_until_folder_is_gone();
}

#[test]
#[cfg(target_os = "linux")]
fn a_kernel_whose_jupyter_is_gone_is_ended() {
    let checkout = Checkout::new().with_kernel();
    let mut jupyter = Command::new("sleep").arg("600").spawn().unwrap();
    let mut kernel = checkout.start_kernel_of(jupyter.id(), "orphan", "exec sleep 600");
    // Long enough for the keeper to look: a Jupyter that is there is left in peace.
    std::thread::sleep(Duration::from_secs(1));
    assert!(kernel.process.try_wait().unwrap().is_none());
    // Not collected yet: a Jupyter that has ended counts as gone all the same.
    jupyter.kill().unwrap();
    assert!(!kernel.process.wait().unwrap().success());
    kernel.wait_until_folder_is_gone();
    jupyter.wait().unwrap();
}

#[test]
fn a_checkout_with_spaces_and_accents_builds_where_there_are_no_spaces() {
    let checkout = Checkout::named("réseaux de neurones").with_kernel();
    let mut kernel = checkout.start_kernel("one", "exec sleep 600");
    let path = kernel.folder.to_str().unwrap();
    assert!(!path.contains(' '), "{path}");
    assert_eq!(fs::read_to_string(kernel.folder.join("target/library")).unwrap(), "built");
    kernel.kill();
    kernel.wait_until_folder_is_gone();
    wait_until("nothing is left there", || !kernel.folder.parent().unwrap().exists());
}

#[test]
fn a_checkout_whose_path_the_linker_would_take_apart_builds_elsewhere() {
    let checkout = Checkout::named("100%$ORIGIN").with_kernel();
    let mut kernel = checkout.start_kernel("one", "exec sleep 600");
    assert!(!kernel.folder.starts_with(&checkout.folder), "{}", kernel.folder.display());
    kernel.kill();
    kernel.wait_until_folder_is_gone();
}

#[test]
fn nobody_else_can_write_where_kernels_load_from_whatever_the_umask() {
    let checkout = Checkout::new().with_kernel();
    let mode = |name: &str| fs::metadata(checkout.path(name)).unwrap().permissions().mode() & 0o777;
    for folder in [".venv", ".venv/kernels"] {
        fs::set_permissions(checkout.path(folder), fs::Permissions::from_mode(0o775)).unwrap();
    }
    let mut kernel = checkout.start_kernel("one", "exec sleep 600");
    assert_eq!(mode(".venv/kernels"), 0o700);
    kernel.kill();
    kernel.wait_until_folder_is_gone();
    checkout.setup();
    assert_eq!(mode(".venv"), 0o700);
}

#[test]
fn a_kernel_without_a_toolchain_says_so() {
    let checkout = Checkout::new().with_kernel();
    let start = || {
        let mut command = Command::new(checkout.path(".venv/bin/demystified-kernel"));
        command.args(["kernel", "/bin/true", "lock", "connection"]).env("PATH", checkout.path("machine"));
        command.output().unwrap()
    };
    fs::remove_file(checkout.path("machine/cargo")).unwrap();
    assert_fails_with(&start(), &["without cargo", "neither `cargo` nor `rustup`"]);
    // rustup's own cargo does not start either then
    checkout.script("machine/cargo", "exit 1");
    checkout.script("machine/rustup", "echo 'toolchain 1.2.3 is not installed' >&2; exit 1");
    assert_fails_with(&start(), &["without cargo", "toolchain 1.2.3 is not installed", "RUSTUP_HOME"]);
    // cargo alone compiles nothing
    checkout.script("machine/cargo", "exit 0");
    fs::remove_file(checkout.path("machine/rustc")).unwrap();
    assert_fails_with(&start(), &["without rustc", "neither beside", "RUSTUP_HOME"]);
}

#[test]
fn a_kernel_that_cannot_start_says_so_in_the_notebook() {
    let checkout = Checkout::new().with_kernel();
    let said = checkout.path("said");
    // its last words are what Jupyter is to start in the place of the kernel
    checkout.script(".venv/bin/python", &format!("for word; do echo \"$word\"; done > '{}'", said.display()));
    let script = ".venv/share/jupyter/placeholder_kernel.py";
    checkout.write(script, "");
    let start = |warming: &str| {
        let _ = fs::remove_file(&said);
        let mut command = Command::new(checkout.path(".venv/bin/demystified-kernel"));
        command.args(["kernel", "/no/evcxr", "lock", "connection"]).env("PATH", checkout.path("machine"));
        command.envs((!warming.is_empty()).then_some(("QUICK_CELLS_WARMING", warming)));
        (command.output().unwrap(), fs::read_to_string(&said).unwrap_or_default())
    };
    let (output, words) = start("");
    assert!(output.status.success(), "{}", stderr(&output));
    let expected = format!(
        "{}\n--cannot-start\nThe Rust kernel cannot start without its program /no/evcxr, which is not there.\n\
         Run the set-up again: it installs what is missing.\nconnection\n",
        checkout.path(script).display()
    );
    assert_eq!(words, expected);
    // the set-up itself waits for a kernel, and is to be told on the terminal
    let (output, words) = start("1");
    assert_fails_with(&output, &["without its program /no/evcxr"]);
    assert_eq!(words, "");
}

#[test]
fn what_another_user_has_set_up_is_only_read() {
    let checkout = Checkout::new().with_kernel();
    let home = checkout.path(".venv/kernels");
    checkout.write(".venv/kernels/warm.lock", "");
    fs::create_dir_all(home.join("no-settings")).unwrap();
    if std::os::unix::fs::chown(&home, Some(NOBODY), None).is_err() {
        println!("left out: only root can give a folder to somebody else");
        return;
    }
    let names = || {
        let mut names: Vec<_> =
            fs::read_dir(&home).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let cache = checkout.path("cache");
    let mut kernel = checkout.start_kernel_with("one", "exec sleep 600", &[("XDG_CACHE_HOME", &cache)]);
    assert!(kernel.folder.starts_with(&cache), "{}", kernel.folder.display());
    assert_eq!(fs::read_to_string(kernel.folder.join("target/library")).unwrap(), "built");
    let mode = |folder: &Path| fs::metadata(folder).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(&kernel.folder), mode(kernel.folder.parent().unwrap())], [0o700; 2]);
    assert_eq!(names(), before);
    kernel.kill();
    kernel.wait_until_folder_is_gone();

    // without what it is to be copied from, every notebook would compile the crate
    fs::remove_dir_all(home.join("warm")).unwrap();
    let mut command = Command::new(checkout.path(".venv/bin/demystified-kernel"));
    command.args(["kernel", "/bin/true", "lock", "connection"]).env("PATH", checkout.path("machine"));
    assert_fails_with(
        &command.output().unwrap(),
        &["without the warm build folder", "chmod -R go+rX,go-w .venv"],
    );
    // and where nothing can be written, it says where
    fs::create_dir_all(home.join("warm")).unwrap();
    command.env("XDG_CACHE_HOME", checkout.path("Cargo.toml"));
    assert_fails_with(&command.output().unwrap(), &["make a build folder for the kernel in", "Cargo.toml"]);
}

#[test]
fn a_set_up_that_is_shared_stays_so_and_kernels_stay_private() {
    let checkout = Checkout::new().with_kernel();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for folder in [".venv", ".venv/kernels"] {
        fs::set_permissions(checkout.path(folder), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut kernel = checkout.start_kernel("one", "exec sleep 600");
    assert_eq!([mode(&checkout.path(".venv/kernels")), mode(&kernel.folder)], [0o755, 0o700]);
    kernel.kill();
    kernel.wait_until_folder_is_gone();
    checkout.setup();
    assert_eq!(mode(&checkout.path(".venv")), 0o755);
}

#[test]
fn what_jupyterlab_keeps_is_closed_again_where_the_set_up_is_shared() {
    let checkout = Checkout::new();
    checkout.python_whose_pip_does("");
    checkout.script(".venv/evcxr/bin/evcxr_jupyter", "exit 0");
    checkout.write(".venv/evcxr/.crates.toml", "\"evcxr_jupyter 0.22.0 (registry)\" = [\"evcxr_jupyter\"]");
    let lab = || {
        let output = checkout.command(&["--plain-kernel", "lab"]).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    };
    lab();
    checkout.write(".venv/jupyter/runtime/jpserver-1-open.html", "the token");
    checkout.write(".venv/jupyter/data/notebook_secret", "secret");
    let opened = ["", "/jupyter", "/jupyter/runtime", "/jupyter/data"].map(|name| format!(".venv{name}"));
    for folder in &opened {
        fs::set_permissions(checkout.path(folder), fs::Permissions::from_mode(0o755)).unwrap();
    }
    lab();
    let modes =
        opened.map(|folder| fs::metadata(checkout.path(&folder)).unwrap().permissions().mode() & 0o777);
    assert_eq!(modes, [0o755, 0o700, 0o700, 0o700]);
}

#[test]
fn each_user_of_a_hub_has_notebooks_of_their_own() {
    let checkout = Checkout::new();
    checkout.write("notebooks/01-data-and-architecture.ipynb", "{}");
    let hub = |user: &str| {
        let mut command = checkout.command(&["hub", "--one-option"]);
        command.env("JUPYTERHUB_USER", user).output().unwrap()
    };
    assert_fails_with(&hub("ada"), &["no jupyterhub-singleuser", "pip install jupyterhub=="]);
    checkout.script(".venv/bin/jupyterhub-singleuser", "pwd; echo \"$*\"; echo $JUPYTERHUB_ROOT_DIR; echo $JUPYTERHUB_DEFAULT_URL; echo $JUPYTER_RUNTIME_DIR");
    for user in ["ada", "grace"] {
        let output = hub(user);
        let said = String::from_utf8_lossy(&output.stdout);
        let folder = checkout.path(&format!("my-notebooks-{user}"));
        assert!(folder.join("01-data-and-architecture.ipynb").is_file());
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        let options =
            if fs::metadata("/proc/self").is_ok_and(|us| std::os::unix::fs::MetadataExt::uid(&us) == 0) {
                "--allow-root --one-option"
            } else {
                "--one-option"
            };
        let expected =
            format!("{0}\n{options}\n{0}\n/lab/tree/01-data-and-architecture.ipynb\n\n", folder.display());
        assert!(said.ends_with(&expected), "{said}{}", stderr(&output));
    }
}

#[test]
fn with_the_switch_off_evcxr_starts_as_it_is() {
    let checkout = Checkout::new().with_kernel();
    let said = checkout.path("said");
    let evcxr = checkout.script("evcxr", &format!("echo \"$* $EVCXR_TMPDIR $PATH\" > {}", said.display()));
    let mut command = Command::new(checkout.path(".venv/bin/demystified-kernel"));
    command.arg("kernel").arg(evcxr).args(["lock", "connection"]);
    command.env("PATH", checkout.path("machine")).env("QUICK_CELLS", "off").env_remove("EVCXR_TMPDIR");
    assert!(command.status().unwrap().success());
    let expected = format!("--control_file connection  {}\n", checkout.path("machine").display());
    assert_eq!(fs::read_to_string(said).unwrap(), expected);
    assert_eq!(checkout.run_folders(), Vec::<PathBuf>::new());
}

#[test]
fn the_status_says_what_is_missing_and_why_the_speed_up_is_off() {
    let checkout = Checkout::new();
    let said = |words: &[&str], switch: &str| {
        let output = checkout.command(words).env("QUICK_CELLS", switch).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let status = said(&["status"], "");
    assert!(
        status.contains("not set up yet") && status.contains(checkout.folder.to_str().unwrap()),
        "{status}"
    );
    assert!(said(&["status"], "off").contains("speed-up is off: QUICK_CELLS is set to `off`"));
    assert!(
        said(&["--plain-kernel", "status"], "").contains("speed-up is off: --plain-kernel was asked for")
    );
    assert!(!checkout.path(".venv").exists());
}

#[test]
fn a_kernels_cargo_starts_from_the_lock_file_of_the_checkout() {
    let checkout = Checkout::new().with_kernel();
    checkout.script("machine/cargo", "echo \"$*\" >> called");
    let tools = checkout.path(".venv/kernels/tools");
    fs::create_dir_all(&tools).unwrap();
    std::os::unix::fs::symlink(checkout.path(".venv/bin/demystified-kernel"), tools.join("cargo")).unwrap();
    let cells = "cd \"$EVCXR_TMPDIR\"
echo '[dependencies]' > Cargo.toml; echo 'name = \"ctx\"' > Cargo.lock
cargo build --first; /bin/cp Cargo.lock first.lock
echo 'demystified = { path = \"/somewhere\" }' >> Cargo.toml
cargo metadata --second; /bin/cp Cargo.lock second.lock
echo 'name = \"more\"' >> Cargo.lock
cargo build --third; /bin/cp Cargo.lock third.lock
exec sleep 600";
    let mut kernel = checkout.start_kernel("one", cells);
    wait_until("the cells have run", || kernel.folder.join("third.lock").exists());
    let read = |name: &str| fs::read_to_string(kernel.folder.join(name)).unwrap();
    let ours = fs::read_to_string(checkout.path("Cargo.lock")).unwrap();
    assert_eq!(read("first.lock"), "name = \"ctx\"\n");
    assert_eq!(read("second.lock"), ours);
    assert_eq!(read("third.lock"), ours + "name = \"more\"\n");
    assert_eq!(read("called"), "build --first\nmetadata --second\nbuild --third\n");
    kernel.kill();
    kernel.wait_until_folder_is_gone();
}
