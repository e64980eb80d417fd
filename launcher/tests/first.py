"""The first minutes: JupyterLab is open while the kernel is set up in the background.

    python first.py LAUNCHER

LAUNCHER is the program `demystified`. Everything is set up but for the kernel's program, for which a script in the place of cargo lets us wait.
Ends with status 1 and says what is wrong.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import websocket
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyterlab import Failed, Server, readers_copy
from spare import SECONDS, Notebook, must, wait_until

ROOT = Path(__file__).resolve().parents[2]
ANSWER_SECONDS = 1  # within which a cell that is run too early is answered
AGAIN_SECONDS = 10  # within which a set-up goes on after another one was killed
NOTEBOOK = "01-data-and-architecture.ipynb"
# `cargo install`: half of it is done at once; then it waits, works or fails.
CARGO = """#!/bin/sh
[ "$1" = install ] || exec {cargo} "$@"
while [ "$1" != --root ]; do shift; done
for n in 1 2 3 4 5 6 7 8 9 10; do printf '    Building [=====>     ] %s/20: serde\\r' $n >&2; sleep 0.5; done
touch {folder}/halfway
until [ -e {folder}/go ]; do
  [ ! -e {folder}/fail ] || {{ echo 'error: Could not resolve host: index.crates.io' >&2; exit 101; }}
  sleep 0.1
done
mkdir -p "$2/bin"
ln -s {evcxr} "$2/bin/evcxr_jupyter"
echo '"evcxr_jupyter 0.22.0 (registry+https://github.com/rust-lang/crates.io-index)" = ["evcxr_jupyter"]' > "$2/.crates.toml"
"""


class Machine:
    """Where everything is there but evcxr_jupyter."""

    def __init__(self, folder, evcxr):
        self.folder, self.tools = folder, folder / "tools"
        self.tools.mkdir()
        for tool in ["rustc", "rustup"]:
            if found := shutil.which(tool):
                (self.tools / tool).symlink_to(found)
        cargo = self.tools / "cargo"
        cargo.write_text(CARGO.format(cargo=shutil.which("cargo"), folder=folder, evcxr=evcxr))
        cargo.chmod(0o755)
        self.variables = {name: value for name, value in os.environ.items() if not name.startswith("CARGO") or name == "CARGO_HOME"}
        self.variables |= {"PATH": f"{self.tools}:/usr/bin:/bin", "CARGO_INSTALL_ROOT": str(folder / "installed")}

    def __enter__(self):
        self.before = dict(os.environ)
        os.environ.clear()
        os.environ.update(self.variables)
        return self

    def __exit__(self, *_):
        os.environ.clear()
        os.environ.update(self.before)

    def let(self, word):
        (self.folder / word).touch()

    def wait_until_halfway(self):
        wait_until("half of the installation", (self.folder / "halfway").exists)

    def begin_anew(self):
        for word in ["halfway", "go", "fail"]:
            (self.folder / word).unlink(missing_ok=True)
        shutil.rmtree(self.folder / "installed", ignore_errors=True)

    def installations(self):
        return [process for process in psutil.process_iter(["cmdline"]) if str(self.tools / "cargo") in (process.info["cmdline"] or [])]


class EarlyNotebook(Notebook):
    """One whose kernel is the placeholder, at first."""

    def run_early(self):
        """What is shown, after how many seconds."""
        start = time.monotonic()
        request = self.send_cell("x")
        shown = self.next_shown(request, "display_data")
        return shown, time.monotonic() - start

    def next_shown(self, request=None, kind="update_display_data", seconds=60):
        end = time.monotonic() + seconds
        while True:
            must(time.monotonic() < end, f"no {kind} in {seconds} s")
            message = self.next_message()
            if message["msg_type"] == kind and request in (None, message["parent_header"]["msg_id"]):
                return message["content"]["data"]["text/plain"]

    def wait_until_shown(self, expected, seconds=60, never="\0"):
        end = time.monotonic() + seconds
        shown = ""
        while expected not in shown:
            must(time.monotonic() < end, f"after {seconds} s the cell shows {shown!r}, not {expected!r}")
            shown = self.next_shown(seconds=seconds)
            must(never not in shown, f"the cell shows {shown!r}")
        return shown

    def wait_until_ready(self):
        wait_until("an answer of the kernel", self.answers)

    def answers(self):
        """Whether an answer comes on both channels, which the kernel opens anew."""
        request, missing = self.send("kernel_info_request", {}), {"shell", "iopub"}
        self.socket.settimeout(1)
        try:
            while missing:
                message = self.next_message()
                if message["parent_header"].get("msg_id") == request:
                    missing.discard(message["channel"])
        except websocket.WebSocketTimeoutException:
            return False
        finally:
            self.socket.settimeout(SECONDS)
        return True


def background(server):
    """The set-up that JupyterLab has beside it."""
    return next(child for child in psutil.Process(server.process.pid).children() if "--beside-jupyterlab" in child.cmdline())


def early_cells_are_answered(machine, launcher, folder):
    with Server([launcher, "lab"], folder) as server:
        notebook = EarlyNotebook(server, NOTEBOOK)
        kernel = psutil.Process(server.process.pid).children()
        shown, seconds = notebook.run_early()
        must("being set up" in shown and seconds < ANSWER_SECONDS, f"after {seconds:.2f} s a cell that was run too early showed {shown!r}")
        machine.wait_until_halfway()
        shown = notebook.wait_until_shown("to go")
        must(" % done, " in shown and "evcxr_jupyter" in shown, f"halfway, the cell showed {shown!r}")
        second, seconds = notebook.run_early()
        must("to go" in second and seconds < ANSWER_SECONDS, f"after {seconds:.2f} s a second cell showed {second!r}")
        machine.let("go")
        notebook.wait_until_shown("run this cell again now", never="was ended")
        # the same connection: nothing was restarted
        notebook.wait_until_ready()
        notebook.must_give("6 * 7", "42")
        notebook.must_give("demystified::sleep_study().len()", "3")  # it has loaded the crate
        must(any(child.is_running() for child in kernel), "the kernel is another process")
        terminal = server.printed()
        for text in ["▸ The Rust kernel evcxr_jupyter", " % done", "to go", "The Rust kernel is ready"]:
            must(text in terminal, f"{text!r} is not in the terminal: {terminal}")
        must("was ended" not in terminal, f"the terminal says that the set-up was ended: {terminal}")


def a_failure_is_shown_and_can_be_mended(machine, launcher, folder):
    with Server([launcher, "lab"], folder) as server:
        notebook = EarlyNotebook(server, NOTEBOOK)
        notebook.run_early()
        machine.let("fail")
        shown = notebook.wait_until_shown("could not be set up")
        must("No network" in shown and "run the same command again" in shown, f"without network, the cell showed {shown!r}")
        must("No network" in server.printed(), "the terminal does not say that there is no network")
        must("was ended" not in server.printed(), "the terminal says of a set-up that failed that it was ended")
        machine.begin_anew()
        machine.let("go")
        subprocess.run([launcher, "setup"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        notebook.wait_until_shown("run this cell again now")
        notebook.wait_until_ready()
        notebook.must_give("6 * 7", "42")


def one_that_was_killed_locks_nothing(machine, launcher, folder):
    with Server([launcher, "lab"], folder) as server:
        notebook = EarlyNotebook(server, NOTEBOOK)
        notebook.run_early()
        machine.wait_until_halfway()
        background(server).kill()
        notebook.wait_until_shown("was ended before it was done")
        wait_until("a word in the terminal", lambda: "was ended before it was done. `cargo run -- setup`" in server.printed())
        wait_until("an end of the installation", lambda: not machine.installations())
        goes_on(machine, launcher)
        notebook.wait_until_shown("run this cell again now")


def ctrl_c_ends_all(machine, launcher, folder):
    with Server([launcher, "lab"], folder) as server:
        EarlyNotebook(server, NOTEBOOK)
        machine.wait_until_halfway()
        os.killpg(server.process.pid, signal.SIGINT)
        server.process.wait(30)
        wait_until("an end of the installation", lambda: not machine.installations())
        must("Traceback" not in server.printed() and "panicked" not in server.printed(), server.printed())
    goes_on(machine, launcher)


def goes_on(machine, launcher):
    machine.begin_anew()
    machine.let("go")
    start = time.monotonic()
    subprocess.run([launcher, "setup"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
    seconds = time.monotonic() - start
    must(seconds < AGAIN_SECONDS, f"the next set-up took {seconds:.1f} s")


def one_that_cannot_start_says_why(_machine, _launcher, folder):
    """What Jupyter gets in the place of such a kernel."""
    place = folder / "kernels" / "stopped" / "kernel.json"
    place.parent.mkdir(parents=True)
    script = str(ROOT / "launcher" / "src" / "placeholder_kernel.py")
    words = [sys.executable, script, "--cannot-start", "No rustc.\nInstall Rust.", "{connection_file}"]
    place.write_text(json.dumps({"argv": words, "display_name": "stopped", "language": "rust", "interrupt_mode": "message"}))
    specifications = KernelSpecManager(kernel_dirs=[str(place.parents[1])], ensure_native_kernel=False)
    manager = KernelManager(kernel_name="stopped", kernel_spec_manager=specifications)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=30)
        shown = []
        reply = client.execute_interactive("1 + 1", timeout=30, output_hook=shown.append)["content"]
        must(reply["status"] == "error" and reply["evalue"] == "No rustc.\nInstall Rust.", f"a cell was answered by {reply}")
        lines = [line for message in shown if message["msg_type"] == "error" for line in message["content"]["traceback"]]
        must(lines and lines[0] == reply["evalue"] and "Restart Kernel" in lines[1], f"the cell shows {lines}")
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def main():
    # What a shell starts in the background ignores it, and so would what is started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    launcher = Path(sys.argv[1]).resolve()
    evcxr = Path(shutil.which("evcxr_jupyter") or Path.home() / ".cargo" / "bin" / "evcxr_jupyter").resolve()
    must(evcxr.exists(), "the test needs evcxr_jupyter in $PATH or in ~/.cargo/bin")
    for part in [early_cells_are_answered, a_failure_is_shown_and_can_be_mended, one_that_was_killed_locks_nothing, ctrl_c_ends_all,
                 one_that_cannot_start_says_why]:  # fmt: skip
        with tempfile.TemporaryDirectory() as own, Machine(Path(own), evcxr) as machine:
            (Path(own) / "server").mkdir()
            start = time.monotonic()
            try:
                part(machine, launcher, Path(own) / "server")
            except Failed as failure:
                raise Failed(f"{part.__name__}: {failure}") from None
            print(f"{part.__name__}: {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    try:
        with readers_copy(ROOT, "first"):
            main()
    except Failed as failure:
        sys.exit(f"{failure}")
