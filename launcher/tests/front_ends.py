"""The kernel `rust` from other programs than the JupyterLab that `cargo run` opens: each finds it and runs cells on it.

    python front_ends.py FOLDER

FOLDER gets what the programs write. They are started as their users start them: from .venv, without anything that the launcher would set. Ends with
status 1 and says what is wrong.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pexpect
from jupyterlab import START_SECONDS, Failed, Server, launch_browser, wait_for_kernel
from playwright.sync_api import sync_playwright
from spare import Notebook, must

ROOT = Path(__file__).resolve().parents[2]
PART_1 = ROOT / "notebooks" / "01-data-and-architecture.ipynb"
KERNEL_SECONDS = 120
LOAD = ':dep demystified = { path = ".." }'
COMPUTE = "demystified::sleep_study().len() * 14"


def program(name):
    return str(Path(sys.executable).with_name(name))


def in_kernel_lists():
    """What VS Code and others ask for."""
    found = json.loads(subprocess.run([program("jupyter"), "kernelspec", "list", "--json"], capture_output=True, check=True).stdout)
    must("rust" in found["kernelspecs"], f"jupyter kernelspec list names {list(found['kernelspecs'])}")


def jupyter_execute(folder):
    """nbclient, and so papermill: the first cells of Part 1, and one that says what it computes."""
    notebook = json.loads(PART_1.read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][:3]
    notebook["cells"] = [*code, {**code[0], "id": "last", "source": "data.len() * 14", "outputs": []}]
    # beside the others: `path = ".."` is the crate there
    copy = folder / "executed.ipynb"
    copy.write_text(json.dumps(notebook))
    subprocess.run([program("jupyter"), "execute", "--inplace", copy], capture_output=True, check=True, timeout=KERNEL_SECONDS)
    last = json.loads(copy.read_text())["cells"][-1]["outputs"]
    must(last and "".join(last[0]["data"]["text/plain"]) == "42", f"jupyter execute stored {last}")


def jupyter_console(folder):
    console = pexpect.spawn(program("jupyter"), ["console", "--kernel=rust", "--simple-prompt"], cwd=folder, timeout=KERNEL_SECONDS, encoding="utf-8")
    try:
        console.expect(r"In \[\d+\]:")
        for line, answer in [(LOAD, r"In \[\d+\]:"), (COMPUTE, r"\b42\b")]:
            console.sendline(line)
            console.expect(answer)
        console.sendeof()
        console.expect("really want to exit")
        console.sendline("y")
        console.expect(pexpect.EOF)
    except pexpect.ExceptionPexpect as error:
        raise Failed(f"jupyter console: {error}") from None
    finally:
        console.close(force=True)


def jupyter_server(module, folder, own):
    """Jupyter's server without our settings in the command line, as a remote client (VS Code, PyCharm) talks to it: REST and a websocket."""
    return Server([sys.executable, "-m", module, "--allow-root", f"--ServerApp.root_dir={folder}"], own)


def remote_client(folder, own):
    with jupyter_server("jupyter_server", folder, own) as server:
        must("rust" in server.answer("kernelspecs")["kernelspecs"], "the server offers a remote client no kernel `rust`")
        notebook = Notebook(server, "remote.ipynb")
        notebook.must_give(LOAD, "")
        notebook.must_give(COMPUTE, "42")


def run_cell(page, k):
    """Runs the code cell until it has a number. A page that is still connecting to its kernel drops the key without a word: press it again."""
    cell = page.locator(".jp-CodeCell").nth(k)
    prompt = cell.locator(".jp-InputPrompt")
    end = time.monotonic() + KERNEL_SECONDS
    while not re.fullmatch(r"\[\d+\]:", said := prompt.inner_text().strip()):
        must(time.monotonic() < end, f"the prompt of cell {k} says {said!r} after {KERNEL_SECONDS} s")
        if said == "[ ]:":
            cell.locator(".cm-content").click()
            page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(500)


def notebook_7(folder, own):
    notebook = json.loads(PART_1.read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(execution_count=None, outputs=[])
    (folder / PART_1.name).write_text(json.dumps(notebook))
    with jupyter_server("notebook", folder, own) as server, sync_playwright() as playwright:
        browser = launch_browser(playwright, sys.executable)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{server.address}/notebooks/{PART_1.name}?token={server.token}", timeout=START_SECONDS * 1000)
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=START_SECONDS * 1000)
        wait_for_kernel(page, server)
        run_cell(page, 0)
        page.locator(".jp-CodeCell").nth(1).locator(".cm-content").click()
        page.keyboard.press("Control+A")
        page.keyboard.type(COMPUTE)
        run_cell(page, 1)
        shown = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea").inner_text()
        must("42" in shown, f"notebook 7 shows {shown!r}")
        page.screenshot(path=own / "notebook-7.png")
        browser.close()


def main():
    own = Path(sys.argv[1]).resolve() / "front-ends"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    # beside notebooks/, so that `path = ".."` is the crate
    folder = ROOT / "my-notebooks-of-front-ends"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith(("JUPYTER", "IPYTHON"))]:
        del os.environ[name]
    for name in ["CONFIG", "DATA", "RUNTIME"]:
        os.environ[f"JUPYTER_{name}_DIR"] = str(own / name.lower())
    try:
        for name, front_end in {
            "kernelspec list": in_kernel_lists,
            "jupyter execute": lambda: jupyter_execute(folder),
            "jupyter console": lambda: jupyter_console(folder),
            "remote client": lambda: remote_client(folder, new(own / "remote")),
            "notebook 7": lambda: notebook_7(folder, new(own / "notebook")),
        }.items():
            start = time.monotonic()
            front_end()
            print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new(folder):
    folder.mkdir()
    return folder


if __name__ == "__main__":
    try:
        main()
    except (Failed, subprocess.SubprocessError) as failure:
        sys.exit(f"{failure}\n{getattr(failure, 'stderr', None) or ''}")
