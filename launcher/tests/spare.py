"""JupyterLab's spare kernels: who opens a notebook or restarts its kernel gets one that was started ahead; a new build, little memory.

    python spare.py LAUNCHER

LAUNCHER is the program `demystified`. Ends with status 1 and says what is wrong.
"""

import json
import os
import socket
import sys
import tempfile
import threading
import time
import uuid
from contextlib import ExitStack
from pathlib import Path

import psutil
import websocket
from jupyterlab import Failed, Server, readers_copy

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / ".venv" / "jupyter" / "runtime"
STAMP = ROOT / ".venv" / "kernels" / "warm" / "made-from.stamp"
SECONDS = 120
RUN_SECONDS = 300  # a cell


def options(**others):
    soon = {"spare_delay": 0.5, "spare_memory": 0, "scarce_memory": 0, "spare_kernels": 1}
    return [f"--SpareKernelManager.{name}={value}" for name, value in {**soon, **others}.items()]


def must(holds, problem):
    if not holds:
        raise Failed(problem)


def wait_until(what, condition):
    end = time.monotonic() + SECONDS
    while not condition():
        must(time.monotonic() < end, f"after {SECONDS} s there is still not {what}")
        time.sleep(0.1)


def kernels_of(server):
    """The processes of all kernels, the spare ones included."""
    found = set()
    for child in psutil.Process(server.process.pid).children():
        try:
            if child.name().startswith("evcxr") and child.status() != psutil.STATUS_ZOMBIE:
                found.add(child.pid)
        except psutil.NoSuchProcess:
            pass
    return found


def the_spare(server, *notebooks):
    """The process of the kernel that nobody uses yet."""
    used = {notebook.process() for notebook in notebooks}
    wait_until("a spare kernel", lambda: len(kernels_of(server) - used) == 1)
    return (kernels_of(server) - used).pop()


class Notebook:
    """A notebook that is opened, and its kernel, connected as JupyterLab connects them."""

    def __init__(self, server, name):
        self.server, self.session = server, uuid.uuid4().hex
        session = {"path": name, "name": name, "type": "notebook", "kernel": {"name": "rust"}}
        self.id = json.loads(server.request("sessions", "POST", session))["kernel"]["id"]
        self.connect()

    def connect(self):
        address = f"{self.server.address.replace('http', 'ws', 1)}/api/kernels/{self.id}/channels?session_id={self.session}"
        self._process = None
        self.socket = websocket.create_connection(address, header=[f"Authorization: token {self.server.token}"], timeout=SECONDS)
        self.wait_for_answer()

    def wait_for_answer(self):
        """Until the kernel tells what it is, as JupyterLab does: what is sent to one that still starts may be lost."""
        end = time.monotonic() + SECONDS
        self.socket.settimeout(3)
        while time.monotonic() < end:
            request = self.send("kernel_info_request", {})
            try:
                while self.next_message()["parent_header"].get("msg_id") != request:
                    pass
                self.socket.settimeout(SECONDS)
                return
            except websocket.WebSocketTimeoutException:
                pass
        raise Failed(f"a kernel did not answer in {SECONDS} s")

    def restart(self):
        self.server.request(f"kernels/{self.id}/restart", "POST")
        self.socket.close()
        self.connect()

    def send(self, kind, content):
        """The id by which answers name the message."""
        id = uuid.uuid4().hex
        header = {"msg_id": id, "msg_type": kind, "session": self.session, "username": "", "version": "5.3", "date": ""}
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}
        self.socket.send(json.dumps(message))
        return id

    def send_cell(self, code):
        options = {"silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
        return self.send("execute_request", {"code": code, **options})

    def next_message(self):
        return json.loads(self.socket.recv())

    def run(self, code):
        """What a cell says, and its number."""
        request = self.send_cell(code)
        # the server's pings keep a connection alive on which nothing else comes
        limit = threading.Timer(RUN_SECONDS, lambda: self.socket.sock.shutdown(socket.SHUT_RDWR))
        limit.start()
        try:
            return self.answer_to(request)
        finally:
            limit.cancel()

    def answer_to(self, request):
        said, number, is_idle = [], None, False
        while number is None or not is_idle:
            message = self.next_message()
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            if message["msg_type"] == "execute_reply":
                number = content["execution_count"]
            elif message["msg_type"] == "status":
                is_idle = content["execution_state"] == "idle"
            else:
                said.extend([content.get("text", ""), content.get("evalue", ""), content.get("data", {}).get("text/plain", "")])
        return "".join(said), number

    def process(self):
        """The kernel's, whose child runs the cells."""
        if self._process is None:
            self._process = psutil.Process(int(self.run("std::process::id()")[0])).parent().pid
        return self._process

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


LOADED = f'demystified = {{ path = "{ROOT}" }}\n'


def notebooks_get_spare_kernels(server):
    spare = the_spare(server)
    must(shown(server) == set(), "JupyterLab shows the spare kernel")
    one = Notebook(server, "01-data-and-architecture.ipynb")
    must(shown(server) == {one.id}, "JupyterLab does not show the first notebook's kernel alone")
    # it has loaded the crate, and left no name behind
    one.must_give(":show_deps", LOADED)
    one.must_fail("first", "cannot find value `first`")
    one.must_fail("sleep_study()", "cannot find function `sleep_study`")
    one.must_compute(5)
    must(one.process() == spare, "the first notebook did not get the spare kernel")

    spare = the_spare(server, one)
    must(shown(server) == {one.id}, "JupyterLab shows the next spare kernel")
    two = Notebook(server, "02-forward-propagation.ipynb")
    two.must_fail("net.n_params()", "cannot find value `net`")
    two.must_compute(3)
    must(two.process() == spare, "the second notebook did not get the next spare kernel")
    one.must_give("net.n_params()", "9")
    return one, two


def a_restart_gets_a_spare_kernel(server, one, two):
    spare, before = the_spare(server, one, two), one.process()
    one.restart()
    one.must_fail("net.n_params()", "cannot find value `net`")
    one.must_give(":show_deps", LOADED)
    one.must_compute(4)
    must(one.process() == spare, "a restart did not get the spare kernel")
    must(shown(server) == {one.id, two.id}, "after a restart, JupyterLab shows other kernels than those of the two notebooks")
    wait_until("an end of the kernel from before a restart", lambda: before not in kernels_of(server))
    two.must_give("net.n_params()", "9")


def a_restart_begins_anew(server, one):
    """Also without a spare kernel, and of a kernel that was one."""
    wait_until("no spare kernel", lambda: len(kernels_of(server)) == 1)
    before = one.process()
    one.restart()
    one.must_fail("net.n_params()", "cannot find value `net`")
    one.must_compute(3)
    must(one.process() != before, "a kernel that was restarted is the same process")


def an_outdated_one_is_thrown_away(server, *notebooks):
    spare = the_spare(server, *notebooks)
    os.utime(STAMP)  # as after a new build of the crate
    three = Notebook(server, "03-gradient-descent.ipynb")
    three.must_give(":show_deps", "")
    wait_until("an end of the outdated kernel", lambda: spare not in kernels_of(server))
    three.must_compute(3)
    the_spare(server, three, *notebooks)


def all_end_with_jupyterlab(server):
    """On its own: `Server.stop` would end those that are left."""
    kernels = [psutil.Process(process) for process in kernels_of(server)]
    must(len(kernels) == 4, f"three notebooks and a spare kernel are {len(kernels)} kernels")
    server.request("shutdown", "POST")
    server.process.wait(SECONDS)
    wait_until("an end of all kernels", lambda: not any(kernel.is_running() for kernel in kernels))


def one_that_ended_is_not_used(server):
    spare = the_spare(server)
    psutil.Process(spare).kill()
    wait_until("an end of the spare kernel", lambda: not kernels_of(server))
    one = Notebook(server, "01-data-and-architecture.ipynb")
    one.must_compute(2)


def none_where_memory_is_short(server):
    one = Notebook(server, "01-data-and-architecture.ipynb")
    one.must_compute(2)
    time.sleep(2)
    must(kernels_of(server) == {one.process()}, "there is a spare kernel although memory is short")
    a_restart_begins_anew(server, one)


def it_ends_when_memory_becomes_short(server):
    # it may have ended before its process can be seen
    wait_until("a spare kernel that ends", lambda: "Memory is short: a spare kernel ends" in server.printed())
    wait_until("an end of the spare kernel", lambda: not kernels_of(server))


def two_notebooks_at_once(server):
    wait_until("two spare kernels", lambda: len(kernels_of(server)) == 2)
    must(shown(server) == set(), "JupyterLab shows the spare kernels")
    spares = kernels_of(server)
    names = ["01-data-and-architecture.ipynb", "02-forward-propagation.ipynb"]
    used = {notebook.process() for notebook in [Notebook(server, name) for name in names]}
    must(used == spares, "two notebooks that were opened at once did not get the two spare kernels")


def shell_connections(server, notebook):
    """How many connections the server has to a kernel's shell."""
    port = json.loads((RUNTIME / f"kernel-{notebook.id}.json").read_text())["shell_port"]
    connections = psutil.Process(server.process.pid).net_connections("tcp")
    return sum(bool(connection.raddr) and connection.raddr.port == port and connection.status == "ESTABLISHED" for connection in connections)


def shell_connections_end_late(server, notebook):
    """The server asks a kernel what it is on connections of their own, whose ends must not meet the beginning of others."""
    notebook.socket.close()
    notebook.session = uuid.uuid4().hex
    notebook.connect()
    many = shell_connections(server, notebook)
    must(many > 1, f"right after a page was connected, the server has {many} connections to its kernel's shell, and was to have more than one")
    wait_until("one connection alone to a kernel's shell", lambda: shell_connections(server, notebook) == 1)


def none_for_other_notebooks(server):
    server.folder.joinpath("own.ipynb").touch()
    one = Notebook(server, "own.ipynb")
    one.must_give("1 + 1", "2")
    time.sleep(2)
    must(kernels_of(server) == {one.process()}, "there is a spare kernel in a folder that is not that of the series")


def main():
    launcher = Path(sys.argv[1]).resolve()

    def lab(**others):
        own = stack.enter_context(tempfile.TemporaryDirectory())
        return stack.enter_context(Server([launcher, "lab", *options(**others)], Path(own)))

    with ExitStack() as stack:
        server = lab()
        one, two = notebooks_get_spare_kernels(server)
        a_restart_gets_a_spare_kernel(server, one, two)
        shell_connections_end_late(server, two)
        an_outdated_one_is_thrown_away(server, one, two)
        all_end_with_jupyterlab(server)
    with ExitStack() as stack:
        none_where_memory_is_short(lab(spare_memory=10**15))
    with ExitStack() as stack:
        it_ends_when_memory_becomes_short(lab(scarce_memory=10**15))
    with ExitStack() as stack:
        two_notebooks_at_once(lab(spare_kernels=2))
    # the same server for two folders: only in the first one does it have a spare kernel
    os.environ["JUPYTER_RUNTIME_DIR"] = str(RUNTIME)
    jupyterlab = [sys.executable, "-m", "jupyterlab", "--allow-root", *options()]
    with tempfile.TemporaryDirectory() as own, Server([*jupyterlab, f"--ServerApp.root_dir={ROOT / 'notebooks'}"], Path(own)) as server:
        one_that_ended_is_not_used(server)
    with tempfile.TemporaryDirectory() as own, Server([*jupyterlab, f"--ServerApp.root_dir={own}"], Path(own)) as server:
        none_for_other_notebooks(server)


if __name__ == "__main__":
    try:
        with readers_copy(ROOT, "spare"):
            main()
    except Failed as failure:
        sys.exit(f"{failure}")
