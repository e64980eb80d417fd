"""JupyterLab's spare kernel: who opens a notebook gets one that was started ahead; the next one, a restart, a new build, little memory.

    python spare.py LAUNCHER

LAUNCHER is the program `demystified`. Ends with status 1 and says what is wrong.
"""

import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import psutil
from jupyter_client import BlockingKernelClient
from jupyterlab import Failed, Server

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / ".venv" / "jupyter" / "runtime"
STAMP = ROOT / ".venv" / "kernels" / "warm" / "made-from.stamp"
SECONDS = 120
SOON = ["--SpareKernelManager.spare_delay=0.5", "--SpareKernelManager.spare_memory=0"]
NEVER = [SOON[0], "--SpareKernelManager.spare_memory=1000000000000000"]


def must(holds, problem):
    if not holds:
        raise Failed(problem)


def wait_until(what, condition):
    end = time.monotonic() + SECONDS
    while not condition():
        must(time.monotonic() < end, f"after {SECONDS} s there is still not {what}")
        time.sleep(0.1)


def kernels_of(server):
    """The processes of all kernels by their ids, the spare one included."""
    found = {}
    for child in psutil.Process(server.process.pid).children():
        try:
            connection = re.search(r"kernel-([-0-9a-f]+)\.json", " ".join(child.cmdline()))
            if connection and child.name().startswith("evcxr"):
                found[connection[1]] = child.pid
        except psutil.NoSuchProcess:
            pass
    return found


def the_spare(server, *notebooks):
    """The id of the kernel that nobody uses yet."""
    used = {notebook.id for notebook in notebooks}
    wait_until("a spare kernel", lambda: len(kernels_of(server).keys() - used) == 1)
    return (kernels_of(server).keys() - used).pop()


class Notebook:
    """A notebook that is opened, and its kernel."""

    def __init__(self, server, name):
        self.server = server
        session = {"path": name, "name": name, "type": "notebook", "kernel": {"name": "rust"}}
        self.id = json.loads(server.request("sessions", "POST", session))["kernel"]["id"]
        self.connect()

    def connect(self):
        self.client = BlockingKernelClient(connection_file=str(RUNTIME / f"kernel-{self.id}.json"))
        self.client.load_connection_file()
        self.client.start_channels()
        # first, since `wait_for_ready` takes a kernel that is slow to start for a dead one
        self.client.kernel_info(reply=True, timeout=SECONDS)
        self.client.wait_for_ready(timeout=SECONDS)

    def restart(self):
        self.client.stop_channels()
        self.server.request(f"kernels/{self.id}/restart", "POST")
        self.connect()

    def run(self, code):
        """What a cell says, and its number."""
        said = []

        def listen(message):
            content = message["content"]
            said.extend([content.get("text", ""), content.get("evalue", ""), content.get("data", {}).get("text/plain", "")])

        reply = self.client.execute_interactive(code, timeout=SECONDS, output_hook=listen)
        return "".join(said), reply["content"]["execution_count"]

    def must_fail(self, code, expected):
        said, _ = self.run(code)
        must(expected in said, f"{code!r} was to say {expected!r}, and said {said!r}")

    def must_give(self, code, expected):
        said, number = self.run(code)
        must(said == expected, f"{code!r} was to give {expected!r}, and gave {said!r}")
        return number

    def must_compute(self, first_number):
        number = self.must_give(':dep demystified = { path = ".." }\nuse demystified::*;', "")
        must(number == first_number, f"the first cell of the series has the number {number}, not {first_number}")
        self.must_give("let net: Network = Network::random(&[2, 3, 1], 0)?;", "")
        self.must_give("net.n_params()", "9")


def shown(server):
    return {kernel["id"] for kernel in server.answer("kernels")}


def notebooks_get_spare_kernels(server):
    spare = the_spare(server)
    must(shown(server) == set(), "JupyterLab shows the spare kernel")
    one = Notebook(server, "01-data-and-architecture.ipynb")
    must(one.id == spare and shown(server) == {spare}, "the first notebook did not get the spare kernel")
    # it has loaded the crate, and left no name behind
    one.must_give(":show_deps", f'demystified = {{ path = "{ROOT}" }}\n')
    one.must_fail("first", "cannot find value `first`")
    one.must_fail("sleep_study()", "cannot find function `sleep_study`")
    one.must_compute(5)

    spare = the_spare(server, one)
    must(shown(server) == {one.id}, "JupyterLab shows the next spare kernel")
    two = Notebook(server, "02-forward-propagation.ipynb")
    must(two.id == spare, "the second notebook did not get the next spare kernel")
    two.must_fail("net.n_params()", "cannot find value `net`")
    two.must_compute(3)
    one.must_give("net.n_params()", "9")
    return one, two


def a_restart_begins_anew(server, one, two):
    process = kernels_of(server)[one.id]
    one.restart()
    must(kernels_of(server)[one.id] != process, "a kernel that was restarted is the same process")
    one.must_fail("net.n_params()", "cannot find value `net`")
    one.must_compute(3)
    two.must_give("net.n_params()", "9")


def an_outdated_one_is_thrown_away(server, *notebooks):
    spare = the_spare(server, *notebooks)
    os.utime(STAMP)  # as after a new build of the crate
    three = Notebook(server, "03-gradient-descent.ipynb")
    must(three.id != spare, "a notebook got a spare kernel from before the crate was built anew")
    three.must_give(":show_deps", "")
    wait_until("an end of the outdated kernel", lambda: spare not in kernels_of(server))
    three.must_compute(3)
    the_spare(server, three, *notebooks)


def all_end_with_jupyterlab(server):
    """On its own: `Server.stop` would end those that are left."""
    kernels = [psutil.Process(process) for process in kernels_of(server).values()]
    must(len(kernels) == 4, f"three notebooks and a spare kernel are {len(kernels)} kernels")
    server.request("shutdown", "POST")
    server.process.wait(SECONDS)
    wait_until("an end of all kernels", lambda: not any(kernel.is_running() for kernel in kernels))


def one_that_ended_is_not_used(server):
    spare = the_spare(server)
    psutil.Process(kernels_of(server)[spare]).kill()
    wait_until("an end of the spare kernel", lambda: not kernels_of(server))
    one = Notebook(server, "01-data-and-architecture.ipynb")
    must(one.id != spare, "a notebook got a kernel that had ended")
    one.must_compute(2)


def none_where_memory_is_short(server):
    one = Notebook(server, "01-data-and-architecture.ipynb")
    one.must_compute(2)
    time.sleep(2)
    must(kernels_of(server).keys() == {one.id}, "there is a spare kernel although memory is short")


def none_for_other_notebooks(server):
    server.folder.joinpath("own.ipynb").touch()
    one = Notebook(server, "own.ipynb")
    one.must_give("1 + 1", "2")
    time.sleep(2)
    must(kernels_of(server).keys() == {one.id}, "there is a spare kernel in a folder that is not that of the series")


def main():
    launcher = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as own, Server([launcher, "lab", *SOON], Path(own)) as server:
        one, two = notebooks_get_spare_kernels(server)
        a_restart_begins_anew(server, one, two)
        an_outdated_one_is_thrown_away(server, one, two)
        all_end_with_jupyterlab(server)
    with tempfile.TemporaryDirectory() as own, Server([launcher, "lab", *NEVER], Path(own)) as server:
        none_where_memory_is_short(server)
    # the same server for two folders: only in the first one does it have a spare kernel
    os.environ["JUPYTER_RUNTIME_DIR"] = str(RUNTIME)
    jupyterlab = [sys.executable, "-m", "jupyterlab", "--allow-root", *SOON]
    with tempfile.TemporaryDirectory() as own, Server([*jupyterlab, f"--ServerApp.root_dir={ROOT / 'notebooks'}"], Path(own)) as server:
        one_that_ended_is_not_used(server)
    with tempfile.TemporaryDirectory() as own, Server([*jupyterlab, f"--ServerApp.root_dir={own}"], Path(own)) as server:
        none_for_other_notebooks(server)


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"{failure}")
