"""JupyterLab in Chromium, as tests drive it: its server, the browser, a page with a notebook, its kernel."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager

import psutil
from playwright.sync_api import Error as BrowserError

START_SECONDS = 120  # JupyterLab's server, and then its page
KERNEL_SECONDS = 60  # a kernel's start
CELL_SECONDS = 20  # what a cell shows
RUN_SECONDS = 900  # all cells, with a cold build on a slow machine

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"]
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
NO_BROWSER = """No browser to test with: none of {} is on the PATH, and Playwright could not fetch its own ({}).
Install Chromium (Debian, Ubuntu: apt install chromium) or Google Chrome, then run `cargo test` again."""

CELLS = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell"
STATUS = ".jp-Notebook-ExecutionIndicator"
MENU, ENTRY = ".lm-MenuBar-itemLabel", ".lm-Menu-itemLabel"


class Failed(Exception):
    """A test that failed, in words."""


@contextmanager
def readers_copy(root, name):
    """A copy of the notebooks that the launcher makes as for a reader, in another folder than my-notebooks, where a reader's own may be."""
    folder = root / f"my-notebooks-of-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    os.environ["DEMYSTIFIED_MY_NOTEBOOKS"] = folder.name
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """JupyterLab's server as a command starts it, with nothing remembered from earlier sessions. To be used with `with`."""

    def __init__(self, command, folder):
        self.folder = folder
        settings = folder / "settings" / "@jupyterlab"
        for plugin, values in {
            "docmanager-extension/plugin": {"autosave": False},
            "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        }.items():
            path = settings / f"{plugin}.jupyterlab-settings"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(values))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address, self.token = f"http://127.0.0.1:{port}", secrets.token_hex(16)
        log = open(folder / "server.log", "w")
        environment = {name: value for name, value in os.environ.items() if name != "JUPYTER_TOKEN"}
        self.process = subprocess.Popen(
            [*command, "--no-browser", f"--port={port}", "--ServerApp.port_retries=0",
             f"--IdentityProvider.token={self.token}", f"--LabApp.user_settings_dir={folder / 'settings'}",
             f"--LabApp.workspaces_dir={folder / 'workspaces'}", f"--NotebookNotary.db_file={folder / 'trusted.db'}"],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)  # fmt: skip

    def __enter__(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.request("status")
                return self
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise Failed(f"JupyterLab's server did not start. {self.printed()}")

    def __exit__(self, *_):
        self.stop()

    def request(self, path, method="GET", content=None):
        headers = {"Authorization": f"token {self.token}"}
        data = content and json.dumps(content).encode()
        call = urllib.request.Request(f"{self.address}/api/{path}", data, method=method, headers=headers)
        return urllib.request.urlopen(call, timeout=60).read()

    def answer(self, path):
        return json.loads(self.request(path))

    def printed(self):
        return "JupyterLab printed:\n" + (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def stop(self):
        """Ends the server and all that it started, kernels included."""
        try:
            family = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        try:
            self.request("shutdown", "POST")
            self.process.wait(30)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait(10)
        for process in psutil.wait_procs(family, timeout=10)[1]:
            process.kill()


def launch_browser(playwright, python):
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        print("no browser on the PATH: Playwright fetches its Chromium", flush=True)
        fetch = subprocess.run([python, "-m", "playwright", "install", "chromium"], capture_output=True, text=True)
        if fetch.returncode != 0:
            raise Failed(NO_BROWSER.format(", ".join(BROWSERS), (fetch.stderr.strip() or "no reason given")[-300:]))
    try:
        return playwright.chromium.launch(executable_path=found, args=FLAGS)
    except BrowserError as error:
        raise Failed(f"{found or 'Playwright’s Chromium'} does not start: {error}") from None


def open_notebook(page, server, name, cells):
    page.goto(f"{server.address}/lab/tree/{name}?token={server.token}", timeout=START_SECONDS * 1000)
    page.wait_for_function(
        f"document.querySelectorAll({json.dumps(CELLS)}).length === {len(cells)}", timeout=START_SECONDS * 1000)  # fmt: skip


def choose(page, menu, *entries):
    """An entry of the menu bar, through its submenus."""
    page.locator(MENU, has_text=re.compile(f"^{menu}$")).click()
    for entry in entries:
        page.locator(ENTRY, has_text=re.compile(f"^{entry}$")).click()


def wait_for_kernel(page, server):
    """Until the kernel is ready. One that is not after a minute is started again, as a reader would; only once."""

    def seen():
        # a toolbar without room hides the indicator; then the server is asked
        shown = page.evaluate(f"[...document.querySelectorAll('{STATUS}')].map(e => e.dataset.status)")
        try:
            kernels = [(kernel["id"], kernel["execution_state"]) for kernel in server.answer("kernels")]
        except OSError as error:
            raise Failed(f"JupyterLab's server does not answer: {error}. JupyterLab showed {shown}.") from None
        return shown, kernels

    def is_ready(seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shown, kernels = seen()
            if kernels and all(state == "idle" for state in shown or [state for _, state in kernels]):
                return True
            page.wait_for_timeout(100)
        return False

    if is_ready(KERNEL_SECONDS):
        return
    shown, kernels = seen()
    if not kernels:
        raise Failed(f"JupyterLab has started no kernel in {KERNEL_SECONDS} s; it showed {shown}.")
    print(f"The kernel was not ready after {KERNEL_SECONDS} s and was started again; JupyterLab showed {shown}, its server {kernels}.")
    # in the page, for only so does it connect to the new kernel, whose ports may be others
    choose(page, "Kernel", "Restart Kernel…")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    if not is_ready(START_SECONDS):
        raise Failed("The kernel, started again, was not ready after {} s; JupyterLab showed {}, its server {}.".format(
            START_SECONDS, *seen()))  # fmt: skip


def run_cells(page, server, entry, code, moment):
    """An entry of the menu Run, until nothing waits and the kernel is idle; tells which of the cells `code` were not run."""
    wait_for_kernel(page, server)
    choose(page, "Run", entry)
    prompts = f"""indices => {{
        const cells = document.querySelectorAll({json.dumps(CELLS)});
        return indices.map(index => cells[index].querySelector('.jp-InputPrompt').textContent.trim());
    }}"""
    # The last cell, until now with its stored number, waits; then nothing does.
    page.wait_for_function(f"indices => ({prompts})(indices).at(-1) === '[*]:'", arg=code, timeout=30_000)
    idle = f"[...document.querySelectorAll('{STATUS}')].every(e => e.dataset.status === 'idle')"
    page.wait_for_function(
        f"indices => {idle} && !({prompts})(indices).includes('[*]:')", arg=code, timeout=RUN_SECONDS * 1000)  # fmt: skip
    found = page.evaluate(prompts, code)
    return [f"{moment}, cell {index + 1} was not run: {prompt or 'no number'}"
            for index, prompt in zip(code, found) if not re.fullmatch(r"\[\d+\]:", prompt)]  # fmt: skip
