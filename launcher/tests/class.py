"""A class: six users of a real JupyterHub on this machine at once, each with notebooks and kernels of their own.

    python class.py PROXY

PROXY is the program configurable-http-proxy, which needs Node. The hub is that of hub/jupyterhub_config.py, but that its users are none of the
system: all run as who runs this, each with a home that holds nothing, above all no Rust. Prints what was measured; ends with status 1 and says what is
wrong.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import requests
import websocket
from first import EarlyNotebook
from jupyterlab import Failed
from spare import SECONDS, must, wait_until

ROOT = Path(__file__).resolve().parents[2]
NAMES = [f"of-class-{number}" for number in range(1, 7)]
PART_1, PART_6 = "01-data-and-architecture", "06-training"
ADDRESS_SPACE = 4_000_000_000  # of each process of a user: soon filled
AIM_MEGABYTES, AIM_RATIO = 450, 2.5
LATE_SECONDS = 10  # evcxr may print after it has said that a cell is done

CONFIGURATION = """
load_subconfig({configuration!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_port = {ports[1]}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.pre_spawn_hook = None
c.Spawner.cmd[1] = "--as={address_space}"
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Hub:
    """JupyterHub and its proxy. To be used with `with`."""

    def __init__(self, folder, proxy):
        self.folder, self.password = folder, secrets.token_hex(16)
        ports = free_ports(3)
        self.address = f"http://127.0.0.1:{ports[0]}"
        text = CONFIGURATION.format(configuration=str(ROOT / "hub" / "jupyterhub_config.py"), ports=ports, proxy=proxy, folder=folder,
            password=self.password, address_space=ADDRESS_SPACE)  # fmt: skip
        configuration = folder / "configuration.py"
        configuration.touch(mode=0o600)
        configuration.write_text(text)
        # users' homes have no toolchain
        home = Path.home()
        rust = {"CARGO_HOME": str(home / ".cargo"), "RUSTUP_HOME": str(home / ".rustup")}
        self.log = folder / "hub.log"
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "--config", configuration], cwd=folder, env={**rust, **os.environ},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)  # fmt: skip

    def __enter__(self):
        try:
            wait_until("an answer of the hub", self.answers)
        except Failed as failure:
            self.__exit__()
            raise Failed(f"{failure}: {self.printed()}") from None
        return self

    def __exit__(self, *_):
        family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True), *processes_of(*NAMES)]
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            pass
        for process in psutil.wait_procs(family, timeout=5)[1]:
            process.kill()

    def answers(self):
        must(self.process.poll() is None, f"the hub has ended: {self.printed()}")
        try:
            return requests.get(f"{self.address}/hub/api", timeout=10).ok
        except requests.ConnectionError:
            return False

    def printed(self):
        return self.log.read_text(errors="replace")[-3000:]


class User:
    """One who has logged in as a browser does. For a notebook, a server."""

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.address = f"{hub.address}/user/{name}"
        browser = requests.Session()
        login = f"{hub.address}/hub/login"
        browser.get(login, timeout=60)
        answer = browser.post(login, {"username": name, "password": hub.password, "_xsrf": browser.cookies["_xsrf"]}, timeout=120)
        must(answer.ok, f"{name} could not log in: {answer.status_code} {answer.text[:500]}")
        answer = browser.post(
            f"{hub.address}/hub/api/users/{name}/tokens", json={"note": "test"}, headers={"X-XSRFToken": browser.cookies.get("_xsrf", path="/hub/")}, timeout=60)  # fmt: skip
        must(answer.ok, f"{name} got no token: {answer.status_code} {answer.text[:500]}")
        self.token = answer.json()["token"]
        wait_until(f"a server of {name}", lambda: self.status("status") == 200)

    def call(self, path, method="GET", content=None, of=None):
        data = content and json.dumps(content).encode()
        address = of.address if of else self.address
        call = urllib.request.Request(f"{address}/api/{path}", data, method=method, headers={"Authorization": f"token {self.token}"})
        return urllib.request.urlopen(call, timeout=120)

    def request(self, path, method="GET", content=None):
        return self.call(path, method, content).read()

    def status(self, path, of=None):
        try:
            return self.call(path, of=of).status
        except urllib.error.HTTPError as error:
            return error.code

    def leave(self):
        answer = requests.delete(f"{self.hub.address}/hub/api/users/{self.name}/server", headers={"Authorization": f"token {self.token}"}, timeout=60)
        must(answer.ok, f"{self.name} cannot leave: {answer.status_code} {answer.text[:500]}")


class Whole(EarlyNotebook):
    """A notebook that is run as it is stored, from its first cell to its last."""

    def __init__(self, user, stem):
        self.start, self.first_figure = time.monotonic(), None
        self.cells = [cell for cell in json.loads((ROOT / "notebooks" / f"{stem}.ipynb").read_text())["cells"] if cell["cell_type"] == "code"]
        self.shown, self.name = {}, f"{user.name}, {stem}"
        super().__init__(user, f"{stem}.ipynb")

    def take(self, message):
        content, id = message["content"], message["parent_header"].get("msg_id")
        if "image/png" in content.get("data", {}) and self.first_figure is None:
            self.first_figure = time.monotonic() - self.start
        if message["msg_type"] in ("display_data", "execute_result", "stream"):
            self.shown.setdefault(id, []).append(content.get("text") or content["data"].get("text/plain", ""))
        return id, content

    def run_all(self):
        """Itself, when every cell has shown what is stored. One that is to fail does."""
        requests_of = []
        for cell in self.cells:
            request = self.send_cell("".join(cell["source"]))
            status, is_idle = None, False
            while status is None or not is_idle:
                message = self.next_message()
                id, content = self.take(message)
                if id == request and message["msg_type"] == "execute_reply":
                    status = content["status"]
                elif id == request and message["msg_type"] == "status":
                    is_idle = content["execution_state"] == "idle"
            is_to_fail = "raises-exception" in cell["metadata"].get("tags", [])
            must((status == "error") == is_to_fail, f"{self.name}: {''.join(cell['source'])!r} ended with {status}: {self.shown.get(request)}")
            requests_of.append((request, cell))
        self.seconds = time.monotonic() - self.start
        for request, cell in requests_of:
            if "volatile" not in cell["metadata"].get("tags", []):
                self.must_have_shown(request, cell)
        return self

    def must_have_shown(self, request, cell):
        stored = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell["outputs"] if output["output_type"] != "error"]
        expected = sorted("".join("".join(text) for text in stored).splitlines())
        end = time.monotonic() + LATE_SECONDS
        while (shown := sorted("".join(self.shown.get(request, [])).splitlines())) != expected:
            must(time.monotonic() < end, f"{self.name}: {''.join(cell['source'])!r} was to show {expected}, and showed {shown}")
            self.socket.settimeout(0.2)
            try:
                self.take(self.next_message())
            except websocket.WebSocketTimeoutException:
                pass
            finally:
                self.socket.settimeout(SECONDS)

    def end(self):
        self.socket.close()
        self.server.request(f"kernels/{self.id}", "DELETE")


def processes_of(*names):
    """All that run for these users."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("JUPYTERHUB_USER") in names and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            pass
    return found


def megabytes(name):
    """What the processes of a user hold, by their names: alone, and with their part of what several share."""
    alone, with_shared = {}, {}
    for process in processes_of(name):
        try:
            memory, kind = process.memory_full_info(), process.name()
        except psutil.Error:
            continue
        kind = "server" if kind.startswith(("python", "jupyter")) else "kernel" if kind.startswith("evcxr") else "other"
        alone[kind] = alone.get(kind, 0) + memory.rss / 1e6
        with_shared[kind] = with_shared.get(kind, 0) + memory.pss / 1e6
    return alone, with_shared


def all_at_once(work, people):
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(work, people))


def run_folders():
    return set((ROOT / ".venv" / "kernels").glob("run-*"))


def nobody_sees_anothers(users):
    for user in users:
        for other in users:
            expected = 200 if user is other else 403
            for path in ["contents/", "kernels", "sessions"]:
                status = user.status(path, of=other)
                must(status == expected, f"{user.name} asked for {path} of {other.name} and got {status}")
    for name in NAMES:
        mode = (ROOT / f"my-notebooks-{name}").stat().st_mode & 0o777
        must(mode == 0o700, f"the notebooks of {name} have the mode {mode:o}")


def no_door_but_loopback(hub):
    processes = [psutil.Process(hub.process.pid), *psutil.Process(hub.process.pid).children(recursive=True), *processes_of(*NAMES)]
    doors = set()
    for process in processes:
        try:
            doors |= {each.laddr for each in process.net_connections(kind="inet") if each.status == psutil.CONN_LISTEN}
        except psutil.NoSuchProcess:
            pass
    must(len(doors) >= 3 + len(NAMES), f"the hub and its users listen at {doors} only")
    open_doors = sorted(door for door in doors if door.ip not in ("127.0.0.1", "::1"))
    must(not open_doors, f"not only this machine can knock at {open_doors}")
    return len(doors)


def no_secret_is_readable(hub, users):
    """Files that others may read hold no token and no kernel's key."""
    keys = {json.loads(file.read_text())["key"] for file in (hub.folder / "home").rglob("kernel-*.json")}
    must(len(keys) >= len(users), f"{len(keys)} kernels have connection files")
    secret = [hub.password, *(user.token for user in users), *keys]
    places = [hub.folder, ROOT / ".venv" / "jupyter", *(ROOT / f"my-notebooks-{name}" for name in NAMES)]
    looked_at = 0
    for file in (file for place in places for file in place.rglob("*") if file.is_file()):
        looked_at += 1
        if file.stat().st_mode & 0o044:
            text = file.read_bytes()
            must(not any(each.encode() in text for each in secret), f"everybody may read {file}, and there is a secret in it")
    return looked_at


class AtWork(threading.Thread):
    """A user who goes on computing, and is to notice nothing."""

    def __init__(self, notebook, number):
        super().__init__()
        self.notebook, self.number, self.rounds, self.slowest, self.problem = notebook, number, 0, 0.0, None
        self.is_over = threading.Event()
        notebook.must_give(f"let mine: i32 = {number};", "")

    def run(self):
        try:
            while not self.is_over.is_set() or self.rounds < 3:
                self.rounds += 1
                start = time.monotonic()
                self.notebook.must_give(f"mine * 1000 + {self.rounds}", str(self.number * 1000 + self.rounds))
                self.slowest = max(self.slowest, time.monotonic() - start)
        except Exception as error:
            self.problem = error


def killed(notebook):
    psutil.Process(notebook.process()).kill()
    # Jupyter starts it again by itself, on other ports
    notebook.socket.close()
    time.sleep(1)
    notebook.connect()
    notebook.wait_until_ready()
    notebook.must_give("6 * 7", "42")


def interrupted(notebook):
    request = notebook.send_cell("loop { std::thread::sleep(std::time::Duration::from_millis(20)); }")
    time.sleep(3)
    notebook.server.request(f"kernels/{notebook.id}/interrupt", "POST")
    while True:
        message = notebook.next_message()
        if message["parent_header"].get("msg_id") == request and message["msg_type"] == "execute_reply":
            break
    notebook.must_give("6 * 7", "42")


def filled(notebook):
    notebook.must_fail("let mut all: Vec<Vec<u8>> = Vec::new();\nloop {\n    all.push(vec![1; 100_000_000]);\n}", "memory allocation of 100000000 bytes failed")
    notebook.must_give("6 * 7", "42")


def the_troubles_of_some_are_not_those_of_others(notebooks):
    workers = [AtWork(notebook, number) for number, notebook in enumerate(notebooks[3:], 4)]
    for worker in workers:
        worker.start()
    try:
        all_at_once(lambda trouble: trouble[0](trouble[1]), list(zip([killed, interrupted, filled], notebooks)))
    finally:
        for worker in workers:
            worker.is_over.set()
        for worker in workers:
            worker.join()
    for worker in workers:
        must(worker.problem is None, f"user {worker.number} noticed that others were in trouble: {worker.problem}")
    return sum(worker.rounds for worker in workers), max(worker.slowest for worker in workers)


@contextmanager
def folders_of_users():
    folders = [ROOT / f"my-notebooks-{name}" for name in NAMES]
    try:
        yield
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def judged(what, value, unit, aim):
    verdict = "met" if value <= aim else "not met"
    print(f"{what}: {value:.1f} {unit} (aim: at most {aim} {unit}, {verdict})", flush=True)


def a_class(hub):
    before = run_folders()

    def log_in(name):
        start = time.monotonic()
        return User(hub, name), time.monotonic() - start

    first, seconds = log_in(NAMES[0])
    print(f"log in until the server answers, alone: {seconds:.1f} s", flush=True)
    alone = Whole(first, PART_1).run_all()
    print(f"Part 1 alone: first figure after {alone.first_figure:.1f} s, whole in {alone.seconds:.1f} s", flush=True)
    alone.end()
    first.leave()
    wait_until("an end of all that ran for one who has left", lambda: not processes_of(first.name))

    users, seconds = zip(*all_at_once(log_in, NAMES))
    print(f"log in until the server answers, six at once: {min(seconds):.1f} to {max(seconds):.1f} s", flush=True)
    notebooks = all_at_once(lambda user: Whole(user, PART_1).run_all(), users)
    figures, wholes = [each.first_figure for each in notebooks], [each.seconds for each in notebooks]
    print(f"Part 1, six at once: first figure after {min(figures):.1f} to {max(figures):.1f} s, whole in {min(wholes):.1f} to {max(wholes):.1f} s", flush=True)
    judged("the slowest first figure of six beside one alone", max(figures) / alone.first_figure, "×", AIM_RATIO)
    memory = [megabytes(name) for name in NAMES]
    for kind in ["server", "kernel", "other"]:
        print(f"  memory, {kind}: " + ", ".join(f"{rss.get(kind, 0):.0f} ({pss.get(kind, 0):.0f})" for rss, pss in memory), flush=True)
    judged("memory of a user with one kernel, each alone", max(sum(rss.values()) for rss, _ in memory), "MB", AIM_MEGABYTES)
    judged("what a user adds (shared pages divided)", max(sum(pss.values()) for _, pss in memory), "MB", AIM_MEGABYTES)
    for notebook in notebooks:
        notebook.end()

    notebooks = all_at_once(lambda user: Whole(user, PART_6).run_all(), users)
    wholes = [each.seconds for each in notebooks]
    print(f"Part 6, six at once: whole in {min(wholes):.1f} to {max(wholes):.1f} s; all results are those that are stored", flush=True)
    nobody_sees_anothers(users)
    print(f"{no_door_but_loopback(hub)} ports, all on loopback; no secret that others may read in {no_secret_is_readable(hub, users)} files", flush=True)
    must(len(run_folders() - before) >= 2 * len(NAMES), "not every kernel has a build folder of its own")  # each with its lock
    rounds, slowest = the_troubles_of_some_are_not_those_of_others(notebooks)
    print(f"one killed, one interrupted, one out of memory; the others ran {rounds} cells meanwhile, the slowest in {slowest:.1f} s", flush=True)

    for user in users:
        user.leave()
    wait_until("an end of all that ran for users who have left", lambda: not processes_of(*NAMES))
    wait_until("an end of their build folders", lambda: not run_folders() - before)
    print("after all have left: no process, no build folder", flush=True)


def main():
    proxy = str(Path(sys.argv[1]).resolve())
    start = time.monotonic()
    with folders_of_users(), tempfile.TemporaryDirectory() as folder, Hub(Path(folder), proxy) as hub:
        try:
            a_class(hub)
        except Failed as failure:
            raise Failed(f"{failure}\nThe hub printed:\n{hub.printed()}") from None
    print(f"{time.monotonic() - start:.0f} s in all")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"{failure}")
