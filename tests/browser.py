"""Opens a notebook in JupyterLab in Chromium, as a new clone would, runs it, and edits it as a reader does.

    python browser.py LAUNCHER NOTEBOOK SCREENSHOTS [EDITS]

LAUNCHER is the program `demystified`; NOTEBOOK lies in the folder that it serves; EDITS is a list of other hyperparameters, as in
tests/edited, of which the first are tried. Ends with status 1 and says what is wrong: figures or tables that are not visible, in
the light theme or the dark one; sliders that move nothing; folded texts that do not open; links to what is not there; mathematics
that is not typeset; errors that the notebook does not announce; cells that were not run; figures that do not follow an edit.
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

sys.path.append(str(Path(__file__).resolve().parents[1] / "src" / "launcher"))
from run_notebook import with_values  # noqa: E402

START_SECONDS = 120  # JupyterLab's server, and then its page
KERNEL_SECONDS = 60  # a kernel's start
CELL_SECONDS = 20  # one cell that scrolls into view
RUN_SECONDS = 900  # all cells, with a cold build on a slow machine
ALL_SECONDS = 1500
EDITS = 1  # all of them are tried on the kernel by tests/notebooks.rs

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"]
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
NO_BROWSER = """No browser to test with: none of {} is on the PATH, and Playwright could not fetch its own ({}).
Install Chromium (Debian, Ubuntu: apt install chromium) or Google Chrome, then run `cargo test` again."""

CELLS = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell"
STATUS = ".jp-Notebook-ExecutionIndicator"
# What is to be seen of one cell. Invisible elements and icons do not count.
SEEN = """index => {
    const cell = document.querySelectorAll(CELLS)[index];
    const all = selector => [...cell.querySelectorAll(selector)];
    const folded = all('details');
    folded.forEach(details => details.open = true);
    const unfolded = details => [...details.children].some(child => child.tagName !== 'SUMMARY' && wide(child, 20));
    const wide = (element, least) => element.getBoundingClientRect().width > least && element.checkVisibility();
    const drawn = element => element.tagName !== 'IMG' || (element.complete && element.naturalWidth > 200);
    const output = '.jp-OutputArea-output ';
    return {
        figures: all(`${output} img, ${output} svg, ${output} canvas`).filter(e => wide(e, 200) && drawn(e)).length,
        tables: all(`${output} table`).filter(e => wide(e, 20)).length,
        formulas: all('mjx-container').filter(e => wide(e, 2)).length,
        folded: folded.length,
        unfolded: folded.filter(unfolded).length,
        sliders: all(`${output} .vega-bindings input[type=range]`).filter(e => wide(e, 20)).length,
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
        folded = source.count("<details>")
        return {"formulas": 1 if re.search(r"\$[^$]+\$", prose) else 0, "folded": folded, "unfolded": folded}
    forms = [output.get("data", {}) for output in cell.get("outputs", [])]
    figures = [form for form in forms if any(mime.startswith("image/") or "vega" in mime for mime in form)]
    tables = [form for form in forms if "<table" in text(form.get("text/html", ""))]
    charts = [form for form in forms if any("vega" in mime for mime in form)]
    return {"figures": len(figures), "tables": len(tables), "sliders": len(charts)}


def start_server(command, folder):
    """JupyterLab as the command starts it, with nothing remembered from earlier sessions."""
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
        [*command, "--no-browser", f"--port={port}", "--ServerApp.port_retries=0",
         f"--IdentityProvider.token={token}", f"--LabApp.user_settings_dir={folder / 'settings'}",
         f"--LabApp.workspaces_dir={folder / 'workspaces'}", f"--NotebookNotary.db_file={folder / 'trusted.db'}"],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)  # fmt: skip
    return server, f"http://127.0.0.1:{port}", token


def request(base, token, path, method="GET"):
    headers = {"Authorization": f"token {token}"}
    call = urllib.request.Request(f"{base}/api/{path}", method=method, headers=headers)
    return urllib.request.urlopen(call, timeout=60).read()


def wait_for_server(server, base, token, folder):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            return request(base, token, "status")
        except OSError:
            time.sleep(0.3)
    raise Failed(f"JupyterLab's server did not start. {printed(folder)}")


def printed(folder):
    return "JupyterLab printed:\n" + (folder / "server.log").read_text(encoding="utf-8", errors="replace")[-3000:]


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


def wait_for_kernel(page, base, token):
    """Until the kernel is ready. One that is not after a minute is started again, as a reader would; only once."""

    def seen():
        # a toolbar without room hides the indicator; then the server is asked
        shown = page.evaluate(f"[...document.querySelectorAll('{STATUS}')].map(e => e.dataset.status)")
        return shown, [(kernel["id"], kernel["execution_state"]) for kernel in json.loads(request(base, token, "kernels"))]

    def is_ready(seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shown, kernels = seen()
            if kernels and all(state == "idle" for state in shown or [state for _, state in kernels]):
                return True
            page.wait_for_timeout(200)
        return False

    if is_ready(KERNEL_SECONDS):
        return
    shown, kernels = seen()
    print(f"The kernel was not ready after {KERNEL_SECONDS} s and was started again; JupyterLab showed {shown}, its server {kernels}.")
    for kernel, _ in kernels:
        request(base, token, f"kernels/{kernel}/restart", "POST")
    if not is_ready(START_SECONDS):
        raise Failed("The kernel, started again, was not ready after {} s; JupyterLab showed {}, its server {}.".format(
            START_SECONDS, *seen()))  # fmt: skip


def run_cells(page, base, token, entry, code, moment):
    """An entry of the menu Run, until nothing waits and the kernel is idle."""
    wait_for_kernel(page, base, token)
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{entry}$")).click()
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


# All that is drawn in the cells from this one on; the sources of images, the markup of the rest.
DRAWN = """from => [...document.querySelectorAll(CELLS)].slice(from).flatMap(cell =>
    [...cell.querySelectorAll('.jp-OutputArea-output')].flatMap(output =>
        [...output.querySelectorAll('img, svg')].map(e => e.tagName === 'IMG' ? e.src : e.outerHTML)))""".replace(
    "CELLS", json.dumps(CELLS))  # fmt: skip
# Moves each slider of a cell; tells which changed nothing that is drawn.
STILL = """async index => {
    // Kept where the browser's garbage collector does not take it for done.
    return window.trying = (async () => {
    const cell = document.querySelectorAll(CELLS)[index];
    const drawn = () => [...cell.querySelectorAll('.vega-embed svg')].map(e => e.outerHTML).join()
        + [...cell.querySelectorAll('.vega-embed canvas')].map(e => e.toDataURL()).join();
    const still = [];
    for (const slider of cell.querySelectorAll('.vega-bindings input[type=range]')) {
        const [start, before] = [slider.value, drawn()];
        const [low, high] = [+slider.min, +slider.max];
        slider.value = +start > (low + high) / 2 ? low + 0.3 * (high - low) : low + 0.7 * (high - low);
        slider.dispatchEvent(new Event('input'));
        await new Promise(done => setTimeout(done, 200));
        if (drawn() === before) still.push(slider.closest('.vega-bind').textContent);
        slider.value = start;
        slider.dispatchEvent(new Event('input'));
    }
    return still;
    })();
}""".replace("CELLS", json.dumps(CELLS))
LINKS = """index => [...document.querySelectorAll(CELLS)[index].querySelectorAll('.jp-RenderedMarkdown a[href]')]
    .map(link => link.href)""".replace("CELLS", json.dumps(CELLS))


def try_sliders(page, cells):
    problems = []
    for index, cell in enumerate(cells):
        if expected(cell).get("sliders"):
            page.locator(CELLS).nth(index).scroll_into_view_if_needed()
            problems += [f"cell {index + 1}: moving the slider {label!r} changes nothing" for label in page.evaluate(STILL, index)]  # fmt: skip
    return problems


def follow_links(page, base, token, cells):
    """Each link in the page, as JupyterLab has made it, must lead to a file that its server has. Others are not visited."""
    problems = []
    for index, cell in enumerate(cells):
        for link in page.evaluate(LINKS, index) if cell["cell_type"] == "markdown" else []:
            found = re.match(rf"{base}/(?:lab/tree|files|lab)/?([^?#]*)", link)
            if found and found[1]:
                try:
                    request(base, token, f"contents/{found[1]}?content=0")
                except OSError as error:
                    problems.append(f"cell {index + 1}: the link to {link} leads nowhere ({error})")
            elif link.startswith(base) and "#" not in link:
                problems.append(f"cell {index + 1}: the link to {link} leads nowhere")
    return problems


def edit(page, base, token, cells, values):
    """Other hyperparameters in *Change me*, then Run Selected Cell and All Below: what is drawn must change."""
    index = next(i for i, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", []))
    source = with_values(text(cells[index]["source"]), values)
    editor = page.locator(CELLS).nth(index).locator(".cm-content")
    editor.scroll_into_view_if_needed()
    before = page.evaluate(DRAWN, index)
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)
    below = [i for i, cell in enumerate(cells) if i >= index and cell["cell_type"] == "code" and text(cell["source"]).strip()]
    problems = run_cells(page, base, token, "Run Selected Cell and All Below", below, f"after setting {values}")
    page.wait_for_timeout(500)
    if before and page.evaluate(DRAWN, index) == before:
        problems.append(f"no figure below *Change me* follows {values}")
    for i in below:
        errors = page.evaluate(SEEN, i)["errors"]
        if errors and "raises-exception" not in cells[i]["metadata"].get("tags", []):
            problems.append(f"with {values}, cell {i + 1} shows an error: {errors}")
    return problems


def use_dark_theme(base, token):
    settings = json.dumps({"raw": json.dumps({"theme": "JupyterLab Dark"})}).encode()
    call = urllib.request.Request(
        f"{base}/lab/api/settings/@jupyterlab/apputils-extension:themes", data=settings, method="PUT",
        headers={"Authorization": f"token {token}", "Content-Type": "application/json"})  # fmt: skip
    urllib.request.urlopen(call, timeout=10).read()


# Figures whose background, in their corner, is not the light one that their dark lines and letters need.
DARK_FIGURES = """() => {
    const corner = image => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
        const context = canvas.getContext('2d');
        context.drawImage(image, 1, 1, 1, 1, 0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data];
    };
    const images = [...document.querySelectorAll('.jp-OutputArea-output img')].filter(e => e.complete && e.naturalWidth > 200);
    const corners = images.map(corner);
    return { figures: images.length, dark: corners.filter(([r, g, b, a]) => a < 255 || Math.min(r, g, b) < 200).length,
             page: getComputedStyle(document.querySelector('.jp-Notebook')).backgroundColor };
}"""


def look_in_the_dark(page, base, token, notebook, cells, screenshots):
    use_dark_theme(base, token)
    page.goto("about:blank")
    open_notebook(page, base, token, notebook, cells)
    page.wait_for_selector("body[data-jp-theme-light=false]", state="attached", timeout=START_SECONDS * 1000)
    seen, problems = survey(page, cells, "in the dark theme")
    show_first_figure(page, seen)
    page.screenshot(path=screenshots / f"{notebook.stem}-dark.png")
    facts = page.evaluate(DARK_FIGURES)
    if facts["dark"]:
        problems.append(f"in the dark theme {facts['dark']} of {facts['figures']} figures have no light background")
    return problems


def show_first_figure(page, seen):
    first = next((index for index, facts in enumerate(seen) if facts["figures"]), 0)
    page.locator(CELLS).nth(first).scroll_into_view_if_needed()
    page.wait_for_timeout(500)


def look(page, base, token, notebook, screenshots, edits):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [index for index, cell in enumerate(cells) if cell["cell_type"] == "code" and text(cell["source"]).strip()]
    open_notebook(page, base, token, notebook, cells)
    page.screenshot(path=screenshots / f"{notebook.stem}-opened.png")
    seen, problems = survey(page, cells, "right after opening")
    show_first_figure(page, seen)
    page.screenshot(path=screenshots / f"{notebook.stem}-stored-figure.png")
    problems += try_sliders(page, cells) + follow_links(page, base, token, cells)
    start = time.monotonic()
    if code:
        problems += run_cells(page, base, token, "Run All Cells", code, "after Run All")
        print(f"Run All took {time.monotonic() - start:.0f} s")
        seen, more = survey(page, cells, "after Run All")
        show_first_figure(page, seen)
        page.screenshot(path=screenshots / f"{notebook.stem}-run.png")
        problems += more + try_sliders(page, cells)
    for values in edits:
        problems += edit(page, base, token, cells, values)
    figures, tables, sliders = (sum(facts[what] for facts in seen) for what in ("figures", "tables", "sliders"))
    print(f"{notebook.name}: {len(cells)} cells, {figures} figures, {tables} tables, {sliders} sliders; see {screenshots}")
    return problems + look_in_the_dark(page, base, token, notebook, cells, screenshots)


def main():
    launcher, notebook, screenshots, *edited = (Path(argument).resolve() for argument in sys.argv[1:])
    edits = [edit["set"] for path in edited for edit in json.loads(path.read_text(encoding="utf-8"))[:EDITS]]

    def too_long(*_):
        raise Failed(f"The browser test took more than {ALL_SECONDS} seconds.")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(ALL_SECONDS)
    screenshots.mkdir(parents=True, exist_ok=True)
    stored = notebook.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        server, base, token = start_server([launcher, "lab"], Path(folder))
        try:
            wait_for_server(server, base, token, Path(folder))
            with sync_playwright() as playwright:
                browser = launch_browser(playwright, sys.executable)
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                try:
                    page.on("dialog", lambda dialog: dialog.accept())
                    problems = look(page, base, token, notebook, screenshots, edits)
                except BrowserError as error:
                    page.screenshot(path=screenshots / f"{notebook.stem}-failed.png")
                    raise Failed(f"{error}\nSee {screenshots}/{notebook.stem}-failed.png. {printed(Path(folder))}") from None
                except Failed as failure:
                    page.screenshot(path=screenshots / f"{notebook.stem}-failed.png")
                    raise Failed(f"{failure}\n{printed(Path(folder))}") from None
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
