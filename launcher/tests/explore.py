"""Opens charts with sliders in JupyterLab in Chromium, as a new clone would, and moves the sliders.

    python explore.py FOLDER

FOLDER holds `explore.ipynb`, whose cells hold a chart each, not trusted and without a kernel, and `steps.json`: for each cell
its name and steps, each with sliders to move, a text to click on, texts that must then stand in the chart, and the ends of all
lines that are not axes. Screenshots go to FOLDER as well.
Also checks the charts against the schema of JupyterLab's version of Vega. Ends with status 1 and says what is wrong.
"""

import json
import re
import sys
import tempfile
from pathlib import Path

import jsonschema
from jupyterlab import CELL_SECONDS, CELLS, Failed, Server, launch_browser, open_notebook
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

SCHEMA = Path(__file__).with_name("vega-5.33.0.schema.json")
VEGA = "application/vnd.vega.v5+json"
DRAWING = ".vega-embed svg.marks"
# All that can be read in the drawing, and its whole markup.
READ = "drawing => [[...drawing.querySelectorAll('text')].map(e => e.textContent).join('\\n'), drawing.outerHTML]"
MOVE = """(form, [label, value]) => {
    const bound = [...form.querySelectorAll('.vega-bind')].find(
        bind => bind.querySelector('.vega-bind-name').textContent.trim() === label);
    if (!bound) throw new Error(`no slider "${label}" in: ${form.textContent}`);
    const choice = bound.querySelector(`input[type=radio][value="${value}"]`);
    if (choice) { choice.click(); return; }
    const slider = bound.querySelector('input');
    slider.value = value;
    slider.dispatchEvent(new Event('input'));
}"""
SMALLEST_TEXT = """drawing => Math.min(...[...drawing.querySelectorAll('text')].filter(e => e.textContent.trim())
    .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
# From where to where the lines go that the data are marked with.
LINES = """drawing => [...drawing.querySelectorAll('.mark-rule.role-mark line')].map(line => {
    const {e, f} = line.transform.baseVal.consolidate().matrix;
    return [[e, f], [e + (+line.getAttribute('x2')), f + (+line.getAttribute('y2'))]];
})"""
# Texts that reach beyond the drawing.
CUT_OFF = """drawing => {
    const frame = drawing.getBoundingClientRect();
    return [...drawing.querySelectorAll('text')].filter(e => e.textContent.trim() && +e.getAttribute('opacity') !== 0)
        .filter(e => {
            const box = e.getBoundingClientRect();
            return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
                || box.bottom > frame.bottom + 1;
        }).map(e => e.textContent);
}"""


def invalid(name, chart):
    errors = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).iter_errors(chart)
    return [f"{name} is not valid: {error.json_path}: {error.message[:200]}" for error in errors]


def bundled_vega(python):
    """The version of Vega in the installed JupyterLab."""
    for script in (Path(python).parents[1] / "share/jupyter/lab/static").glob("*.js"):
        found = re.search(r'name:"vega",version:"([^"]+)"', script.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found[1]
    return None


def play(cell, name, steps, folder):
    """Moves the sliders of one chart; returns what is wrong."""
    problems = []
    drawing, form = cell.locator(DRAWING), cell.locator(".vega-bindings")
    drawing.wait_for(timeout=CELL_SECONDS * 1000)
    _, before = drawing.evaluate(READ)
    if drawing.bounding_box()["width"] != 700:
        problems.append(f"{name} is {drawing.bounding_box()['width']} pixels wide, not 700")
    for number, step in enumerate(steps):
        for label, value in step["move"]:
            form.evaluate(MOVE, [label, value])
        if "click" in step:
            drawing.get_by_text(step["click"], exact=True).dispatch_event("click")
        cell.page.wait_for_timeout(150)
        text, after = drawing.evaluate(READ)
        missing = [wanted for wanted in step["shows"] if wanted not in text]
        if missing:
            problems.append(f"{name}, after {step['move']}: {missing} not in\n{text}")
        if number and after == before:
            problems.append(f"{name}: {step['move']} changed nothing")
        before = after
        if "lines" in step:
            lines = drawing.evaluate(LINES)
            off = [abs(a - b) for line, wanted in zip(lines, step["lines"]) for one, other in zip(line, wanted)
                   for a, b in zip(one, other)]  # fmt: skip
            if len(lines) != len(step["lines"]) or max(off) > 0.01:
                problems.append(f"{name}, after {step['move']}: lines at {lines}, not at {step['lines']}")
        if (size := drawing.evaluate(SMALLEST_TEXT)) < 11:
            problems.append(f"{name} has text of {size} pixels")
        if cut_off := drawing.evaluate(CUT_OFF):
            problems.append(f"{name}, after {step['move']}: cut off: {cut_off}")
        cell.locator(".jp-OutputArea-output .vega-embed").screenshot(path=folder / f"{name}-{number}.png")
    # Every slider does something, one after the other.
    labels = form.evaluate("form => [...form.querySelectorAll('.vega-bind')].filter(b => b.querySelector('[type=range]'))"
                           ".map(b => [b.querySelector('.vega-bind-name').textContent.trim(), ...['min', 'max', 'step']"
                           ".map(what => +b.querySelector('input')[what]), +b.querySelector('input').value])")  # fmt: skip
    if not labels:
        problems.append(f"{name} has no slider")
    for label, low, high, step, value in labels:
        other = low + step * round(0.3 * (high - low) / step)
        other = other if abs(other - value) > step / 2 else low + step * round(0.6 * (high - low) / step)
        before = drawing.evaluate(READ)[1]
        form.evaluate(MOVE, [label, other])
        cell.page.wait_for_timeout(100)
        if drawing.evaluate(READ)[1] == before:
            problems.append(f"{name}: the slider \"{label}\" moved from {value} to {other} and changed nothing")
        for end in [low, high]:
            form.evaluate(MOVE, [label, end])
            cell.page.wait_for_timeout(60)
            if bad := re.search(r"NaN|undefined|Infinity|null", drawing.evaluate(READ)[0]):
                problems.append(f"{name}: {bad[0]} is shown when \"{label}\" is {end}")
            if "NaN" in drawing.evaluate(READ)[1]:
                problems.append(f"{name}: something is drawn at NaN when \"{label}\" is {end}")
        form.evaluate(MOVE, [label, value])
    return problems


def main():
    folder = Path(sys.argv[1]).resolve()
    notebook = folder / "explore.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    plans = json.loads((folder / "steps.json").read_text(encoding="utf-8"))
    problems = []
    if bundled_vega(sys.executable) not in SCHEMA.name:
        problems.append(f"JupyterLab holds Vega {bundled_vega(sys.executable)}; the schema here is {SCHEMA.name}")
    for plan, cell in zip(plans, cells):
        problems += invalid(plan["name"], cell["outputs"][0]["data"][VEGA])
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", "--allow-root"]
    with (tempfile.TemporaryDirectory() as own, Server(command, Path(own)) as server, sync_playwright() as playwright):  # fmt: skip
        chromium = launch_browser(playwright, sys.executable)
        page = chromium.new_page(viewport={"width": 1280, "height": 1000})
        said = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda m: said.append(m.text) if m.type == "error" and "vega" in m.text else None)
        # Nothing comes from the internet.
        page.route(lambda url: not url.startswith(server.address),
                   lambda route: (said.append(route.request.url), route.abort()))  # fmt: skip
        open_notebook(page, server, notebook.name, cells)
        page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click()
        for index, plan in enumerate(plans):
            cell = page.locator(CELLS).nth(index)
            cell.scroll_into_view_if_needed()
            try:
                problems += play(cell, plan["name"], plan["steps"], folder)
            except BrowserError as error:
                problems.append(f"{plan['name']}: {error}")
        problems += [f"the browser says: {text}" for text in said]
        chromium.close()
    if problems:
        raise Failed("\n".join(problems))
    print(f"{len(plans)} charts with Vega {bundled_vega(sys.executable)}; see {folder}")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"{failure}")
