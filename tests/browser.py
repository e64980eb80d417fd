"""Opens a notebook in JupyterLab in Chromium, as a new clone would, and then runs it.

    python browser.py LAUNCHER NOTEBOOK SCREENSHOTS

LAUNCHER is the program `demystified`; NOTEBOOK lies in the folder that it serves.
Ends with status 1 and says what is wrong: figures or tables that are not visible, mathematics that is not
typeset, errors that the notebook does not announce, cells that were not run.
"""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import sync_playwright

START_SECONDS = 120  # JupyterLab's server, and then its page
CELL_SECONDS = 20  # one cell that scrolls into view
RUN_SECONDS = 900  # all cells, with a cold build on a slow machine
ALL_SECONDS = 1500

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"]
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
NO_BROWSER = """No browser to test with: none of {} is on the PATH, and Playwright could not fetch its own ({}).
Install Chromium (Debian, Ubuntu: apt install chromium) or Google Chrome, then run `cargo test` again."""

CELLS = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell"
# What is to be seen of one cell. Invisible elements and icons do not count.
SEEN = """index => {
    const cell = document.querySelectorAll(CELLS)[index];
    const all = selector => [...cell.querySelectorAll(selector)];
    all('details').forEach(folded => folded.open = true);
    const wide = (element, least) => element.getBoundingClientRect().width > least && element.checkVisibility();
    const drawn = element => element.tagName !== 'IMG' || (element.complete && element.naturalWidth > 200);
    const output = '.jp-OutputArea-output ';
    return {
        figures: all(`${output} img, ${output} svg, ${output} canvas`).filter(e => wide(e, 200) && drawn(e)).length,
        tables: all(`${output} table`).filter(e => wide(e, 20)).length,
        formulas: all('mjx-container').filter(e => wide(e, 2)).length,
        bad_formulas: all('mjx-merror, [data-mjx-error]').length,
        // JupyterLab draws an error as it draws stderr.
        errors: all('[data-mime-type$=".error"], [data-mime-type$=".stderr"]').map(e => e.textContent),
    };
}""".replace("CELLS", json.dumps(CELLS))
DECODED = """async index => {
    const images = document.querySelectorAll(CELLS)[index].querySelectorAll('.jp-OutputArea-output img');
    await Promise.all([...images].map(image => image.decode()));
}""".replace("CELLS", json.dumps(CELLS))
ENOUGH = f"""([index, least]) => {{
    const seen = ({SEEN})(index);
    return Object.entries(least).every(([what, count]) => seen[what] >= count);
}}"""


class Failed(Exception):
    """A test that failed, in words."""


def text(value):
    return "".join(value) if isinstance(value, list) else value


def expected(cell):
    """What must be visible of a cell, from the notebook as it is stored."""
    source = text(cell["source"])
    if cell["cell_type"] == "markdown":
        prose = re.sub(r"(`+).*?\1", "", source, flags=re.DOTALL)
        prose = re.sub(r"<details>.*?</details>", "", prose, flags=re.DOTALL)  # folded: not visible yet
        return {"formulas": 1 if re.search(r"\$[^$]+\$", prose) else 0}
    forms = [output.get("data", {}) for output in cell.get("outputs", [])]
    figures = [form for form in forms if any(mime.startswith("image/") or "vega" in mime for mime in form)]
    tables = [form for form in forms if "<table" in text(form.get("text/html", ""))]
    return {"figures": len(figures), "tables": len(tables)}


def start_server(launcher, folder):
    """JupyterLab as the launcher starts it, with nothing remembered from earlier sessions."""
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
    token = secrets.token_hex(16)
    log = open(folder / "server.log", "w")
    server = subprocess.Popen(
        [launcher, "lab", "--no-browser", f"--port={port}", "--ServerApp.port_retries=0",
         f"--IdentityProvider.token={token}", f"--LabApp.user_settings_dir={folder / 'settings'}",
         f"--LabApp.workspaces_dir={folder / 'workspaces'}", f"--NotebookNotary.db_file={folder / 'trusted.db'}"],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)  # fmt: skip
    return server, f"http://127.0.0.1:{port}", token


def request(base, token, path, method="GET"):
    headers = {"Authorization": f"token {token}"}
    call = urllib.request.Request(f"{base}/api/{path}", method=method, headers=headers)
    return urllib.request.urlopen(call, timeout=10).read()


def wait_for_server(server, base, token, folder):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            return request(base, token, "status")
        except OSError:
            time.sleep(0.3)
    raise Failed("JupyterLab's server did not start. It printed:\n" + (folder / "server.log").read_text()[-3000:])


def stop_server(server, base, token):
    """Ends the server and all that it started, kernels included."""
    try:
        family = psutil.Process(server.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    try:
        request(base, token, "shutdown", "POST")
        server.wait(30)
    except (OSError, subprocess.TimeoutExpired):
        server.kill()
        server.wait(10)
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


def survey(page, cells, moment):
    """Scrolls through the notebook; returns what is seen of each cell, and what is missing."""
    seen, problems = [], []
    for index, cell in enumerate(cells):
        page.locator(CELLS).nth(index).scroll_into_view_if_needed()
        least = expected(cell)
        try:
            page.wait_for_function(ENOUGH, arg=[index, least], timeout=CELL_SECONDS * 1000)
            page.evaluate(DECODED, index)
        except (TooLate, BrowserError) as error:
            why = "" if isinstance(error, TooLate) else f" ({error})"
            problems.append(f"{moment}, cell {index + 1}: expected at least {least}, seen "
                            f"{page.evaluate(SEEN, index)}{why}")  # fmt: skip
        facts = page.evaluate(SEEN, index)
        seen.append(facts)
        announced = "raises-exception" in cell["metadata"].get("tags", [])
        if facts["errors"] and not announced:
            problems.append(f"{moment}, cell {index + 1} shows an error: {facts['errors']}")
        if facts["bad_formulas"]:
            problems.append(f"{moment}, cell {index + 1} holds a formula that MathJax cannot read")
    return seen, problems


def open_notebook(page, base, token, notebook, cells):
    page.goto(f"{base}/lab/tree/{notebook.name}?token={token}", timeout=START_SECONDS * 1000)
    page.wait_for_function(
        f"document.querySelectorAll({json.dumps(CELLS)}).length === {len(cells)}", timeout=START_SECONDS * 1000)  # fmt: skip


def run_all(page, cells):
    """Run → Run All Cells, until nothing waits and the kernel is idle."""
    status = ".jp-Notebook-ExecutionIndicator"
    page.wait_for_selector(f"{status}[data-status=idle]", timeout=START_SECONDS * 1000)
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
    code = [index for index, cell in enumerate(cells) if cell["cell_type"] == "code" and text(cell["source"]).strip()]
    prompts = f"""indices => {{
        const cells = document.querySelectorAll({json.dumps(CELLS)});
        return indices.map(index => cells[index].querySelector('.jp-InputPrompt').textContent.trim());
    }}"""
    # The last cell, until now with its stored number, waits; then nothing does.
    page.wait_for_function(f"indices => ({prompts})(indices).at(-1) === '[*]:'", arg=code, timeout=30_000)
    idle = f"document.querySelector('{status}').dataset.status === 'idle'"
    page.wait_for_function(
        f"indices => {idle} && !({prompts})(indices).includes('[*]:')", arg=code, timeout=RUN_SECONDS * 1000)  # fmt: skip
    found = page.evaluate(prompts, code)
    return [f"after Run All, cell {index + 1} was not run: {prompt or 'no number'}"
            for index, prompt in zip(code, found) if not re.fullmatch(r"\[\d+\]:", prompt)]  # fmt: skip


def show_first_figure(page, seen):
    first = next((index for index, facts in enumerate(seen) if facts["figures"]), 0)
    page.locator(CELLS).nth(first).scroll_into_view_if_needed()
    page.wait_for_timeout(500)


def look(page, base, token, notebook, screenshots):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    open_notebook(page, base, token, notebook, cells)
    page.screenshot(path=screenshots / f"{notebook.stem}-opened.png")
    seen, problems = survey(page, cells, "right after opening")
    show_first_figure(page, seen)
    page.screenshot(path=screenshots / f"{notebook.stem}-stored-figure.png")
    start = time.monotonic()
    problems += run_all(page, cells)
    print(f"Run All took {time.monotonic() - start:.0f} s")
    seen, more = survey(page, cells, "after Run All")
    show_first_figure(page, seen)
    page.screenshot(path=screenshots / f"{notebook.stem}-run.png")
    figures, tables = (sum(facts[what] for facts in seen) for what in ("figures", "tables"))
    print(f"{notebook.name}: {len(cells)} cells, {figures} figures, {tables} tables; see {screenshots}")
    return problems + more


def main():
    launcher, notebook, screenshots = (Path(argument).resolve() for argument in sys.argv[1:])

    def too_long(*_):
        raise Failed(f"The browser test took more than {ALL_SECONDS} seconds.")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(ALL_SECONDS)
    screenshots.mkdir(parents=True, exist_ok=True)
    stored = notebook.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        server, base, token = start_server(launcher, Path(folder))
        try:
            wait_for_server(server, base, token, Path(folder))
            with sync_playwright() as playwright:
                browser = launch_browser(playwright, sys.executable)
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                try:
                    problems = look(page, base, token, notebook, screenshots)
                except BrowserError as error:
                    page.screenshot(path=screenshots / f"{notebook.stem}-failed.png")
                    raise Failed(f"{error}\nSee {screenshots}/{notebook.stem}-failed.png") from None
                browser.close()
        finally:
            signal.alarm(0)
            stop_server(server, base, token)
    if notebook.read_bytes() != stored:
        problems.append("JupyterLab has changed the notebook's file")
    if problems:
        raise Failed("\n".join(problems))


if __name__ == "__main__":
    os.environ.pop("JUPYTER_TOKEN", None)
    try:
        main()
    except Failed as failure:
        sys.exit(f"{failure}")
