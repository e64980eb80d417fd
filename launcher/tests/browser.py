"""Opens a reader's copy of a notebook in JupyterLab in Chromium, as in a new clone, runs it, and edits it as a reader does.

    python browser.py LAUNCHER NOTEBOOK SCREENSHOTS [EDITS]

LAUNCHER is the program `demystified`; NOTEBOOK is the original of the one that is opened; EDITS is a list of other hyperparameters, as in
launcher/tests/edited, of which one is tried. Ends with status 1 and says what is wrong: asides that are not folded, or that a click
does not unfold; figures, tables, formulas or folded texts that are not to be seen, in the light theme or the dark one; figures that
are too wide for the page; sliders that move nothing; links to what is not there; errors that the notebook does not announce; cells
that were not run; figures that do not follow an edit.
"""

import json
import re
import signal
import sys
import tempfile
import time
from pathlib import Path

from jupyterlab import CELL_SECONDS, CELLS, Failed, Server, choose, launch_browser, open_notebook, readers_copy, run_cells
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import sync_playwright

sys.path.append(str(Path(__file__).resolve().parents[1] / "src" / "author"))
from run_notebook import with_values  # noqa: E402

ALL_SECONDS = 1500
WIDE = {"width": 1280, "height": 900}
# Leaves an output 700 pixels, beside the prompts and the folders.
NARROW = {"width": 700, "height": 900}

# What is to be seen of each cell. Invisible elements and icons do not count; wide and flat is a figure, too.
SEEN = """() => [...document.querySelectorAll(CELLS)].map(cell => {
    const all = selector => [...cell.querySelectorAll(selector)];
    const larger = (element, long, short) => {
        const { width, height } = element.getBoundingClientRect();
        return Math.max(width, height) > long && Math.min(width, height) > short && element.checkVisibility();
    };
    const folded = all('details');
    folded.forEach(details => details.open = true);
    const unfolded = details => [...details.children].some(child => child.tagName !== 'SUMMARY' && larger(child, 20, 5));
    const drawn = element => element.tagName !== 'IMG' || (element.complete && element.naturalWidth > 200);
    const output = '.jp-OutputArea-output ';
    return {
        figures: all(`${output} img, ${output} svg, ${output} canvas`).filter(e => larger(e, 200, 100) && drawn(e)).length,
        tables: all(`${output} table`).filter(e => larger(e, 20, 10)).length,
        formulas: all('mjx-container').filter(e => larger(e, 2, 2)).length,
        folded: folded.length,
        unfolded: folded.filter(unfolded).length,
        sliders: all(`${output} .vega-bindings input[type=range]`).filter(e => larger(e, 20, 2)).length,
        // A command that MathJax does not know stands there in red.
        bad_formulas: all('mjx-merror, [data-mjx-error], mjx-mtext[style*="red"]').length,
        // JupyterLab draws an error as it draws stderr.
        errors: all('[data-mime-type$=".error"], [data-mime-type$=".stderr"]').map(e => e.textContent),
    };
})""".replace("CELLS", json.dumps(CELLS))
ENOUGH = f"""least => {{
    const seen = ({SEEN})();
    return least.every((cell, index) => Object.entries(cell).every(([what, count]) => seen[index][what] >= count));
}}"""


def text(value):
    return "".join(value) if isinstance(value, list) else value


def expected(cell):
    """What must be visible of a cell, from the notebook as it is stored; of charts, one slider at least."""
    source = text(cell["source"])
    if cell["cell_type"] == "markdown":
        folded = source.count("<details>")
        return {"formulas": formulas_in(source), "folded": folded, "unfolded": folded}
    forms = [output.get("data", {}) for output in cell.get("outputs", [])]
    figures = [form for form in forms if any(mime.startswith("image/") or "vega" in mime for mime in form)]
    tables = [form for form in forms if "<table" in text(form.get("text/html", ""))]
    charts = [form for form in forms if any("vega" in mime for mime in form)]
    return {"figures": len(figures), "tables": len(tables), "sliders": len(charts)}


def formulas_in(source):
    prose = re.sub(r"(`+).*?\1", "", source, flags=re.DOTALL).replace(r"\$", "")
    return len(re.findall(r"\$\$.+?\$\$|\$[^$]+?\$", prose, flags=re.DOTALL))


def keep_picture(shown, path):
    """For people to look at. On a busy machine Chromium may miss the moment, so it gets a second one."""
    try:
        shown.screenshot(path=path, timeout=10_000)
    except TooLate:
        print(f"A second try for {path}")
        shown.screenshot(path=path)


def is_announced(cell):
    return "raises-exception" in cell["metadata"].get("tags", [])


def survey(page, cells, moment):
    """Waits until all that is expected is to be seen; returns what is seen of each cell, and what is missing or wrong."""
    least = [expected(cell) for cell in cells]
    try:
        page.wait_for_function(ENOUGH, arg=least, timeout=CELL_SECONDS * 1000, polling=200)
    except TooLate:
        pass  # what is missing is found below
    problems = []
    seen = page.evaluate(SEEN)
    for index, (cell, wanted, facts) in enumerate(zip(cells, least, seen), 1):
        missing = {what: count for what, count in wanted.items() if facts[what] < count}
        if missing:
            problems.append(f"{moment}, cell {index}: expected at least {missing}, seen {facts}")
        if facts["errors"] and not is_announced(cell):
            problems.append(f"{moment}, cell {index} shows an error: {facts['errors']}")
        if facts["bad_formulas"]:
            problems.append(f"{moment}, cell {index} holds a formula that MathJax cannot read")
    return seen, problems


def trusted_cells(server, notebook):
    """A new clone is not trusted: what the notebook shows must do without. Jupyter trusts text and PNG alone in any case."""
    cells = server.answer(f"contents/{notebook.name}")["content"]["cells"]
    active = [cell for cell in cells if any(set(output.get("data", {})) - {"text/plain", "image/png"} for output in cell.get("outputs", []))]
    trusted = [cell["id"] for cell in active if cell["metadata"].get("trusted")]
    return [f"JupyterLab trusts the cells {trusted}, which a new clone does not"] if trusted else []


ASIDE = "jp-MarkdownHeadingCollapsed"
# The cells that take no room in the page.
HIDDEN = """() => [...document.querySelectorAll(CELLS)].flatMap((cell, index) => cell.checkVisibility() ? [] : [index])""".replace("CELLS", json.dumps(CELLS))


def in_asides(cells):
    """The cells below folded headings, up to the next heading of the same level or above."""
    hidden, folded = [], 0
    for index, cell in enumerate(cells):
        heading = re.match(r"(#+) ", text(cell["source"])) if cell["cell_type"] == "markdown" else None
        if heading and folded and len(heading[1]) <= folded:
            folded = 0
        if folded:
            hidden.append(index)
        elif heading and cell["metadata"].get(ASIDE):
            folded = len(heading[1])
    return hidden


CLICK = """indices => {
    const cells = document.querySelectorAll(CELLS);
    indices.forEach(index => cells[index].querySelector('.jp-showHiddenCellsButton').click());
}""".replace("CELLS", json.dumps(CELLS))


def unfold_asides(page, cells):
    """Asides are folded when a notebook is opened; a click on what stands below their headings shows them. Then sources, too."""
    wanted = in_asides(cells)
    try:
        page.wait_for_function(f"count => ({HIDDEN})().length === count", arg=len(wanted), timeout=CELL_SECONDS * 1000)
    except TooLate:
        pass  # what is wrong is said below
    hidden = page.evaluate(HIDDEN)
    problems = [] if hidden == wanted else [f"right after opening, the cells {hidden} are folded, which should be {wanted}"]
    headings = [index for index, cell in enumerate(cells) if cell["metadata"].get(ASIDE)]
    # One as a reader's mouse does it; the page lays everything out anew for each, so that the others are clicked without a mouse.
    for index in headings[:1]:
        page.locator(CELLS).nth(index).locator(".jp-showHiddenCellsButton").click()
    page.evaluate(CLICK, headings[1:])
    # Folded sources, those of the cells of claims, have no numbers to tell that they were run.
    choose(page, "View", "Expand All Code")
    still = page.evaluate(HIDDEN)
    return problems + ([f"a click does not unfold the cells {still}"] if still else [])


def unfold_one(page, cells):
    """One folded text, opened by a click as a reader does."""
    for index in (index for index, cell in enumerate(cells) if expected(cell).get("folded")):
        details = page.locator(CELLS).nth(index).locator("details").first
        details.scroll_into_view_if_needed()
        details.locator("summary").click()
        return [] if details.get_attribute("open") is not None else [f"cell {index + 1}: a click does not unfold the text"]
    return []


# Moves each slider of a cell; tells which changed nothing that is drawn.
STILL = """async index => {
    // Kept where the browser's garbage collector does not take it for done.
    return window.trying = (async () => {
    const cell = document.querySelectorAll(CELLS)[index];
    const drawn = () => [...cell.querySelectorAll('.vega-embed svg')].map(e => e.outerHTML).join()
        + [...cell.querySelectorAll('.vega-embed canvas')].map(e => e.toDataURL()).join();
    const wait = () => new Promise(done => setTimeout(done, 30));
    // What an earlier slider has set off must not count for the next one.
    const settled = async () => { 
        for (let last = ''; drawn() !== last; await wait()) last = drawn();
        return drawn();
    };
    const still = [];
    for (const slider of cell.querySelectorAll('.vega-bindings input[type=range]')) {
        const [start, before] = [slider.value, await settled()];
        const [low, high] = [+slider.min, +slider.max];
        slider.value = +start > (low + high) / 2 ? low + 0.3 * (high - low) : low + 0.7 * (high - low);
        slider.dispatchEvent(new Event('input'));
        for (let waits = 0; waits < 30 && drawn() === before; waits++) await wait();
        if (drawn() === before) still.push(slider.closest('.vega-bind').textContent);
        slider.value = start;
        slider.dispatchEvent(new Event('input'));
    }
    return still;
    })();
}""".replace("CELLS", json.dumps(CELLS))


def try_sliders(page, cells, screenshots):
    """Moves the sliders of all charts; keeps a picture of each chart."""
    problems = []
    for index, cell in enumerate(cells):
        if expected(cell).get("sliders"):
            shown = page.locator(CELLS).nth(index)
            shown.scroll_into_view_if_needed()
            problems += [f"cell {index + 1}: moving the slider {label!r} changes nothing" for label in page.evaluate(STILL, index)]  # fmt: skip
            keep_picture(shown.locator(".vega-embed").first, f"{screenshots}-chart-{index + 1}.png")
    return problems


LINKS = """() => [...document.querySelectorAll(CELLS)].map(cell =>
    [...cell.querySelectorAll('.jp-RenderedMarkdown a[href]')].map(link => link.href))""".replace("CELLS", json.dumps(CELLS))


def follow_links(page, server):
    """Each link in the page, as JupyterLab has made it, must lead to a file that its server has. Others are not visited."""
    problems, known = [], {}

    def leads_nowhere(path):
        try:
            server.request(f"contents/{path}?content=0")
        except OSError as error:
            return str(error)

    for index, links in enumerate(page.evaluate(LINKS), 1):
        for link in links:
            found = re.match(rf"{server.address}/(?:lab/tree|files|lab)/?([^?#]*)", link)
            if found and found[1]:
                known[found[1]] = reason = known[found[1]] if found[1] in known else leads_nowhere(found[1])
                if reason:
                    problems.append(f"cell {index}: the link to {link} leads nowhere ({reason})")
            elif link.startswith(server.address) and "#" not in link:
                problems.append(f"cell {index}: the link to {link} leads nowhere")
    return problems


# Figures that reach beyond what their cell shows, with their cells.
TOO_WIDE = """() => [...document.querySelectorAll(CELLS)].flatMap((cell, index) => {
    const area = cell.querySelector('.jp-OutputArea-output')?.getBoundingClientRect();
    return [...cell.querySelectorAll('.jp-OutputArea-output img')].map(e => e.getBoundingClientRect())
        .filter(box => box.right > area.right + 1 || box.left < area.left - 1)
        .map(box => `cell ${index + 1}: a figure is ${Math.round(box.width)} pixels wide in ${Math.round(area.width)}`);
})""".replace("CELLS", json.dumps(CELLS))


def look_narrow(page, seen, screenshots):
    """A window of 700 pixels, without the list of folders."""
    page.set_viewport_size(NARROW)
    page.keyboard.press("Control+B")
    show_first_figure(page, seen)
    keep_picture(page, f"{screenshots}-narrow.png")
    problems = [f"700 pixels wide, {problem}" for problem in page.evaluate(TOO_WIDE)]
    page.keyboard.press("Control+B")
    page.set_viewport_size(WIDE)
    return problems


# Figures and charts whose background, in their corner, is not the light one that their dark lines and letters need.
DARK_FIGURES = """async () => {
    const corner = image => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
        const context = canvas.getContext('2d');
        context.drawImage(image, 1, 1, 1, 1, 0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data];
    };
    // A chart's own markup, as a picture of its own: the page's colours do not come in.
    const picture = chart => new Promise((done, failed) => {
        const image = Object.assign(new Image(), { onload: () => done(image), onerror: failed });
        image.src = 'data:image/svg+xml,' + encodeURIComponent(new XMLSerializer().serializeToString(chart));
    });
    const output = '.jp-OutputArea-output';
    const images = [...document.querySelectorAll(`${output} img`)].filter(e => e.complete && e.naturalWidth > 200);
    const canvases = [...document.querySelectorAll(`${output} .vega-embed canvas`)];
    const charts = await Promise.all([...document.querySelectorAll(`${output} svg`)].filter(e => e.clientWidth > 200).map(picture));
    const dark = ([r, g, b, a]) => a < 255 || Math.min(r, g, b) < 200;
    const all = [...images, ...canvases, ...charts];
    return { figures: all.length, dark: all.map(corner).filter(dark).length };
}"""


def look_in_the_dark(page, cells, seen, moment, screenshots):
    choose(page, "Settings", "Theme", "JupyterLab Dark")
    page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
    _, problems = survey(page, cells, f"{moment}, in the dark theme")
    show_first_figure(page, seen)
    keep_picture(page, f"{screenshots}-dark.png")
    facts, figures = page.evaluate(DARK_FIGURES), sum(facts["figures"] for facts in seen)
    if facts["dark"]:
        problems.append(f"{moment}, in the dark theme {facts['dark']} of {facts['figures']} figures have no light background")
    if facts["figures"] < figures:
        problems.append(f"{moment}, in the dark theme only {facts['figures']} of {figures} figures could be looked at")
    choose(page, "Settings", "Theme", "JupyterLab Light")
    page.wait_for_selector("body[data-jp-theme-light=true]", state="attached")
    return problems


# All that is drawn in each cell; the sources of images, the markup of the rest.
DRAWN = """() => [...document.querySelectorAll(CELLS)].map(cell =>
    [...cell.querySelectorAll('.jp-OutputArea-output')].flatMap(output =>
        [...output.querySelectorAll('img, svg')].map(e => e.tagName === 'IMG' ? e.src : e.outerHTML)))""".replace(
    "CELLS", json.dumps(CELLS))  # fmt: skip


def figures_of_section(cells, start):
    """The cells from here to the next heading of the second level that show figures."""
    for index in range(start, len(cells)):
        if cells[index]["cell_type"] == "markdown" and re.search(r"^## ", text(cells[index]["source"]), re.MULTILINE):
            return
        if expected(cells[index]).get("figures"):
            yield index


def most_different(edits, source):
    """The edit that changes most of what *Change me* says."""
    return max(edits, key=lambda values: sum(with_values(source, {name: value}) != source for name, value in values.items()))


def edit(page, server, cells, edits):
    """Other hyperparameters in *Change me*, then Run Selected Cell and All Below: every figure of its section must change."""
    index = next(i for i, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", []))
    source = text(cells[index]["source"])
    values = most_different(edits, source)
    editor = page.locator(CELLS).nth(index).locator(".cm-content")
    editor.scroll_into_view_if_needed()
    before = page.evaluate(DRAWN)
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(with_values(source, values))
    below = [i for i, cell in enumerate(cells) if i >= index and cell["cell_type"] == "code" and text(cell["source"]).strip()]
    problems = run_cells(page, server, "Run Selected Cell and All Below", below, f"after setting {values}")
    page.wait_for_timeout(500)
    after, seen = page.evaluate(DRAWN), page.evaluate(SEEN)
    followed = [i for i in range(index, len(cells)) if before[i] and after[i] != before[i]]
    print(f"with {values}, the figures of the cells {[i + 1 for i in followed]} changed")
    problems += [f"the figure of cell {i + 1} does not follow {values}"
                 for i in figures_of_section(cells, index) if i not in followed]  # fmt: skip
    problems += [f"with {values}, cell {i + 1} shows an error: {seen[i]['errors']}"
                 for i in below if seen[i]["errors"] and not is_announced(cells[i])]  # fmt: skip
    return problems


def show_first_figure(page, seen):
    first = next((index for index, facts in enumerate(seen) if facts["figures"]), 0)
    page.locator(CELLS).nth(first).scroll_into_view_if_needed()
    page.wait_for_timeout(300)


def look(page, server, notebook, screenshots, edits):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [index for index, cell in enumerate(cells) if cell["cell_type"] == "code" and text(cell["source"]).strip()]
    start, times = time.monotonic(), []

    def took(what):
        times.append(f"{what} {time.monotonic() - start - sum(float(t.split()[-1]) for t in times):.1f}")

    open_notebook(page, server, notebook.name, cells)
    keep_picture(page, f"{screenshots}-opened.png")
    problems = trusted_cells(server, notebook) + unfold_asides(page, cells) + unfold_one(page, cells)
    took("opening")
    seen, missing = survey(page, cells, "right after opening")
    show_first_figure(page, seen)
    keep_picture(page, f"{screenshots}-stored-figure.png")
    problems += missing + try_sliders(page, cells, screenshots) + follow_links(page, server)
    problems += look_narrow(page, seen, screenshots) + look_in_the_dark(page, cells, seen, "as stored", screenshots)
    took("looking")
    if code:
        problems += run_cells(page, server, "Run All Cells", code, "after Run All")
        took("running")
        seen, missing = survey(page, cells, "after Run All")
        show_first_figure(page, seen)
        keep_picture(page, f"{screenshots}-run.png")
        problems += missing + look_in_the_dark(page, cells, seen, "after Run All", screenshots)
        took("looking again")
    if edits:
        problems += edit(page, server, cells, edits)
        took("editing")
    figures, tables, formulas, sliders = (sum(facts[what] for facts in seen) for what in ("figures", "tables", "formulas", "sliders"))
    print(f"{notebook.name}: {len(cells)} cells, {figures} figures, {tables} tables, {formulas} formulas, {sliders} sliders; "
          f"see {screenshots}-*.png; seconds: {', '.join(times)}")  # fmt: skip
    return problems


def last_picture(page, screenshots):
    """Of a page that may no longer answer."""
    try:
        page.screenshot(path=f"{screenshots}-failed.png", timeout=5000)
    except BrowserError as error:
        return f"No picture of the page could be taken: {error}"
    return f"See {screenshots}-failed.png."


def main():
    launcher, notebook, folder, *edited = (Path(argument).resolve() for argument in sys.argv[1:])
    edits = [edit["set"] for path in edited for edit in json.loads(path.read_text(encoding="utf-8")) if "says" not in edit]

    def too_long(*_):
        raise Failed(f"The browser test took more than {ALL_SECONDS} seconds.")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(ALL_SECONDS)
    folder.mkdir(parents=True, exist_ok=True)
    screenshots = folder / notebook.stem
    stored = notebook.read_bytes()
    with (readers_copy(notebook.parents[1], notebook.stem) as mine, tempfile.TemporaryDirectory() as own,
          Server([launcher, "lab"], Path(own)) as server, sync_playwright() as playwright):  # fmt: skip
        browser = launch_browser(playwright, sys.executable)
        page = browser.new_page(viewport=WIDE)
        page.on("dialog", lambda dialog: dialog.accept())
        try:
            problems = look(page, server, notebook, screenshots, edits)
        except (BrowserError, Failed) as failure:
            raise Failed(f"{failure}\n{last_picture(page, screenshots)} {server.printed()}") from None
        browser.close()
        if notebook.read_bytes() != stored or (mine / notebook.name).read_bytes() != stored:
            problems.append("JupyterLab has changed the notebook's file")
    signal.alarm(0)
    if problems:
        raise Failed("\n".join(problems))


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"{failure}")
