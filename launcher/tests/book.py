"""Reads the book in Chromium: from the disk and from a server, 1280 and 390 pixels wide, in the light theme and the dark one.

    python book.py BOOK CHECKOUT [PAGE…]

Ends with status 1 and says what is wrong: figures that do not show or have no alternative text; sliders that move nothing; formulas
that are missing, or not typeset; links to what is not there, or within a link; requests that leave the book; scripts that fail;
pages wider than the window; what the keyboard does not reach; serious findings of axe-core; sections that the search does not find;
asides that are not folded, or that a link does not unfold. Then defects are planted, and each must be found. Pictures go to
BOOK-pictures. With names of pages only these are read, and nothing is planted.
"""

import functools
import http.server
import json
import logging
import re
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import axe_playwright_python
import nbformat.v4
from jupyterlab import Failed, launch_browser
from nbconvert import HTMLExporter
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

sys.path.append(str(Path(__file__).resolve().parents[1] / "src" / "author"))
from run_notebook import describe  # noqa: E402

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
VEGA = "application/vnd.vega.v5+json"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 568}  # where nothing may be too wide, either
MEGABYTES = 15

OPEN_ALL = """() => {
    for (const each of document.querySelectorAll('details')) each.open = true;
    for (const each of document.images) each.loading = 'eager';
}"""
FIGURES_READY = """() => [...document.images].every(each => each.complete)
    && [...document.querySelectorAll('figure.chart')].every(each => each.querySelector('svg.marks'))"""
# Of each figure what can be wrong with it.
FIGURES = """() => [...document.querySelectorAll('figure')].map(figure => {
    const [picture, drawing] = [figure.querySelector('img'), figure.querySelector('svg.marks')];
    const box = (drawing ?? picture).getBoundingClientRect();
    return {
        shown: box.width >= 300 && box.height >= 60 && (!picture || picture.naturalWidth > 0),
        alt: (picture ? picture.alt : drawing.closest('[role=img]')?.ariaLabel) ?? '',
        sliders: figure.querySelectorAll('input[type=range]').length,
    };
})"""
# Formulas that take no room, or whose letters are not those of the book; what was left as TeX; functions without the space behind
# their name; formulas whose comma begins the next line.
FORMULAS = r"""async () => {
    await document.fonts.ready;
    const all = [...document.querySelectorAll('math')];
    const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    const left = [];
    while (texts.nextNode()) {
        const { parentElement, data } = texts.currentNode;
        if (!parentElement.closest('pre, code, script') && /\$|\\[a-z]/.test(data)) left.push(data.trim().slice(0, 80));
    }
    const close = [...document.querySelectorAll('mrow > mi, math > mi')].filter(each => /^[a-z]{2,}$/.test(each.textContent)
        && each.nextElementSibling && !each.nextElementSibling.matches('mo, mspace') && !/^[([{]/.test(each.nextElementSibling.textContent));
    const parted = all.filter(each => {
        const behind = (each.closest('span.wide') ?? each).nextSibling;
        if (behind?.nodeType !== Node.TEXT_NODE || !/^\S/.test(behind.data)) return false;
        const sign = document.createRange();
        sign.setStart(behind, 0);
        sign.setEnd(behind, 1);
        return sign.getBoundingClientRect().left <= each.getBoundingClientRect().left;
    });
    return {
        count: all.length,
        close: close.map(each => each.parentElement.textContent),
        parted: parted.map(each => each.parentElement.textContent),
        flat: all.filter(each => each.getBoundingClientRect().width < 2 || each.querySelector('merror')).map(each => each.outerHTML),
        font: !all.length || [...document.fonts].some(face => face.family.includes('STIX Two Math') && face.status === 'loaded'),
        left,
    };
}"""
# Moves a slider to another place, then back; tells whether the drawing followed.
SLIDERS = """async () => {
    const still = [];
    const soon = () => new Promise(done => setTimeout(done, 40));
    for (const figure of document.querySelectorAll('figure.chart')) {
        const drawing = figure.querySelector('svg.marks');
        for (const slider of figure.querySelectorAll('input[type=range]')) {
            const [before, value] = [drawing.outerHTML, slider.value];
            const [low, high] = [+slider.min, +slider.max];
            slider.value = low + (high - low) * (Math.abs(+value - low - 0.3 * (high - low)) < 0.1 * (high - low) ? 0.7 : 0.3);
            slider.dispatchEvent(new Event('input'));
            await soon();
            if (drawing.outerHTML === before) still.push(slider.ariaLabel);
            slider.value = value;
            slider.dispatchEvent(new Event('input'));
            await soon();
        }
    }
    return still;
}"""
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll('*')].filter(each => each.getBoundingClientRect().right > width + 1
        && !each.closest('.wide, pre') && each.checkVisibility()).map(each => each.outerHTML.slice(0, 120)).slice(0, 5);
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(each => each.getAttribute('href'))"
LINK_IN_LINK = re.compile(r"<a\b(?:(?!</a>|<script).)*?<a\b[^>]*>", re.DOTALL)
ANCHORS = "() => [...document.querySelectorAll('[id]')].map(each => each.id)"
# What there is to reach: of radio buttons the keyboard reaches one of a group.
CONTROLS = """() => {
    const groups = new Set();
    window.controls = [...document.querySelectorAll('a[href], button, input, summary')].filter(each => {
        if (!each.checkVisibility() || each.type === 'radio' && groups.has(each.name)) return false;
        if (each.type === 'radio') groups.add(each.name);
        return true;
    });
    window.reached = new Set();
    addEventListener('focusin', event => window.reached.add(event.target.type === 'radio'
        ? window.controls.find(each => each.name === event.target.name) : event.target));
    return window.controls.length;
}"""
UNREACHED = "() => window.controls.filter(each => !window.reached.has(each)).map(each => each.outerHTML.slice(0, 100))"
# axe-core takes minutes for thousands of letters. Of a page's code one piece of each kind is left to it, and of its formulas the first ten.
ONCE = """() => {
    const seen = new Set();
    for (const piece of document.querySelectorAll('.highlight span')) {
        if (seen.has(piece.className)) piece.replaceWith(...piece.childNodes);
        seen.add(piece.className);
    }
    [...document.querySelectorAll('math')].slice(10).forEach(each => each.replaceWith('formula'));
    document.querySelectorAll('.highlight').forEach(each => each.normalize());
}"""
AXE_RUN = "() => axe.run(document, {resultTypes: ['violations'], preload: false}).then(found => found.violations)"
PAPER = "() => getComputedStyle(document.documentElement).backgroundColor"
IS_OPEN = "id => [...document.querySelectorAll('details')].filter(each => each.contains(document.getElementById(id))).every(each => each.open)"


def text(source):
    return source if isinstance(source, str) else "".join(source)


class Notebook:
    """What its page must hold."""

    def __init__(self, path):
        content = path.read_text(encoding="utf-8")
        alone = {"cell_type": "markdown", "id": path.stem, "metadata": {}, "source": content}
        cells = json.loads(content)["cells"] if path.suffix == ".ipynb" else [alone]
        outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
        words = "\n\n".join(text(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        words = re.sub(r"```.*?```|`[^`\n]*`", "", words, flags=re.DOTALL)
        self.formulas = len(re.findall(r"\$\$.+?\$\$|\$[^$\n]+?\$", words, flags=re.DOTALL))
        self.figures = sum("image/png" in data for data in outputs)
        self.charts = sum(VEGA in data for data in outputs)
        self.folded = {cell["id"] for cell in cells if cell["metadata"].get("jp-MarkdownHeadingCollapsed")}
        self.cells = {cell["id"] for cell in cells}
        self.outside = set(re.findall(r"\]\((https?://[^)]+)\)", words))


class Reader:
    """A page of the browser, and what went wrong in it."""

    def __init__(self, browser, start, **how):
        self.start, self.problems = start, []
        self.page = browser.new_page(**how)
        self.page.on("pageerror", lambda error: self.problems.append(f"a script fails: {error}"))
        self.page.on("console", lambda m: self.problems.append(f"the browser says: {m.text}") if m.type in ("error", "warning") else None)
        self.page.on("request", self.leaves)
        self.page.on("requestfailed", self.misses)

    def leaves(self, request):
        if not request.url.startswith((self.start, "data:")):
            self.problems.append(f"a request leaves the book: {request.url}")

    def misses(self, request):
        # one that the browser gave up itself, since another page was opened, is none that is missing
        if "ERR_ABORTED" not in (request.failure or ""):
            self.problems.append(f"not there: {request.url} {request.failure}")

    def open(self, name):
        self.page.goto(self.start + name)
        # the charts are there when their script has run
        self.page.wait_for_function("() => !document.querySelector('figure.chart') || document.querySelector('svg.marks')")

    def open_whole(self, name):
        self.open(name)
        self.page.evaluate(OPEN_ALL)
        self.page.wait_for_function(FIGURES_READY)

    def close(self):
        """What went wrong."""
        self.page.close()
        return self.problems


def look(reader, notebook):
    """At what the open page shows."""
    page, problems = reader.page, reader.problems
    figures = page.evaluate(FIGURES)
    problems += [f"a figure is not shown: {figure['alt'][:80]}" for figure in figures if not figure["shown"]]
    problems += ["a figure has no alternative text" for figure in figures if len(figure["alt"].strip()) < 20]
    problems += [f'the slider "{name}" moves nothing' for name in page.evaluate(SLIDERS)]
    formulas = page.evaluate(FORMULAS)
    problems += [f"a formula is not typeset: {formula}" for formula in formulas["flat"]]
    problems += [f"left as TeX: {words}" for words in formulas["left"]]
    problems += [f"no space behind the name of a function: {formula}" for formula in formulas["close"]]
    problems += [f"a line begins with what belongs to the formula before it: {words}" for words in formulas["parted"]]
    if not formulas["font"]:
        problems.append("the formulas' font is not used")
    counted = {"figures": len(figures), "charts": sum(figure["sliders"] > 0 for figure in figures), "formulas": formulas["count"]}
    expected = {what: getattr(notebook, what) for what in counted} if notebook else {"figures": 1, "charts": 1, "formulas": 0}
    if counted != expected:
        problems.append(f"there are {counted}, but there should be {expected}")
    return counted


def hear(reader):
    """What axe-core finds of weight, on a page of which all is open. The page is spoilt afterwards."""
    reader.page.evaluate(ONCE)
    reader.page.evaluate(AXE)
    for finding in reader.page.evaluate(AXE_RUN):
        if finding["impact"] in ("serious", "critical"):
            places = [node["html"][:160] + " " + (node["failureSummary"] or "")[:200] for node in finding["nodes"][:3]]
            reader.problems.append(f"axe-core, {finding['impact']}: {finding['help']}: {places}")


def measure(reader):
    reader.problems += [f"wider than {reader.page.viewport_size['width']} pixels: {html}" for html in reader.page.evaluate(TOO_WIDE)]


def press_through(reader):
    """The whole page by the key Tab."""
    count = reader.page.evaluate(CONTROLS)
    for _ in range(2 * count + 60):
        reader.page.keyboard.press("Tab")
        if reader.page.evaluate("() => window.reached.size > 1 && document.activeElement === document.body"):
            break
    reader.problems += [f"Tab does not reach {html}" for html in reader.page.evaluate(UNREACHED)]


def follow(folder, notebooks, hrefs, anchors):
    """Links to what is not there, and links within a link. `hrefs` and `anchors`: of each page."""
    outside = set().union(*(notebook.outside for notebook in notebooks.values()))
    problems = []
    for page, links in hrefs.items():
        # browsers end the outer link without a word, so the source is read
        for link in LINK_IN_LINK.findall((folder / page).read_text(encoding="utf-8")):
            problems.append(f"{page}: a link stands within a link: {link[:120]}")
        for link in links:
            target, anchor = urldefrag(urljoin(page, link))
            if re.match(r"[a-z]+:", link):
                if link not in outside:
                    problems.append(f"{page}: no notebook has the link to {link}")
            elif not (folder / target).is_file():
                problems.append(f"{page}: the link {link} leads to no file")
            elif anchor and unquote(anchor) not in anchors[target]:
                problems.append(f"{page}: the link {link} leads to no place")
    for stem, notebook in notebooks.items():
        if missing := notebook.cells - set(anchors[f"{stem}.html"]):
            problems.append(f"{stem}: no anchors for the cells {sorted(missing)}")
    return problems


def try_asides(reader, name, notebook):
    """They are folded, and a link into one unfolds it."""
    reader.open(name)
    is_folded = "() => [...document.querySelectorAll('details.aside')].map(each => [each.id, each.open])"
    found = dict(reader.page.evaluate(is_folded))
    if set(found) != notebook.folded or any(found.values()):
        reader.problems.append(f"the asides are {found}, but {sorted(notebook.folded)} should be folded")
    for anchor in sorted(notebook.folded)[:1]:
        reader.page.goto(f"{reader.start}{name}#{anchor}")
        if not reader.page.evaluate(IS_OPEN, anchor):
            reader.problems.append(f"a link to {anchor} does not unfold it")


def try_themes(reader):
    """The button changes the theme, and the next page keeps it."""
    reader.open("index.html")
    button = reader.page.locator("button.theme")
    papers = [reader.page.evaluate(PAPER)]
    button.click()
    papers.append(reader.page.evaluate(PAPER))
    reader.open("formulas.html")
    papers.append(reader.page.evaluate(PAPER))
    button.click()
    papers.append(reader.page.evaluate(PAPER))
    light, dark, kept, back = papers
    if light == dark or kept != dark or back != light:
        reader.problems.append(f"the button for the theme: {papers}")


def try_search(reader, names):
    """Every section is found by its heading, a letter under a hat only where it has one; Enter leads there; nonsense is not found."""
    page = reader.page
    # an address that cannot be decoded hinders nothing
    reader.open("index.html#100%")
    page.keyboard.press("/")
    field = page.locator("dialog input")
    field.fill("x")
    page.wait_for_function("() => typeof BOOK !== 'undefined'")
    sections = page.evaluate("() => BOOK.sections")
    if {f"{section[0]}.html" for section in sections} != names:
        reader.problems.append(f"the search knows the pages {sorted({section[0] for section in sections})}")
    for stem, anchor, heading, _ in sections:
        field.fill(heading)
        found = page.evaluate("() => [...document.querySelectorAll('dialog li a')].map(each => each.getAttribute('href'))")
        if f"{stem}.html#{anchor}" not in found:
            reader.problems.append(f"the search for '{heading}' does not find {stem}.html#{anchor}, but {found[:5]}")
    field.fill("ŷ")
    hats, said = sum("ŷ" in heading + words for _, _, heading, words in sections), page.locator("dialog [role=status]").text_content()
    if said != f"{hats} sections; here are the best 30" or page.locator("dialog li").count() != 30:
        reader.problems.append(f"{hats} sections have a ŷ; the search says {said}")
    field.fill("zebra crossing")
    if page.locator("dialog li").count():
        reader.problems.append("the search finds a zebra crossing")
    for stem, anchor, heading, _ in sections:
        if heading.startswith('"'):
            field.fill(heading)
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/{stem}.html#{anchor}")
            if not page.evaluate(IS_OPEN, anchor):
                reader.problems.append(f"the search leads to {anchor}, but does not unfold it")
            break
    return len(sections)


# What is done to the page of Part 1, and what must then be said.
PLANTED = [
    ("figures/01-data-and-architecture-2.svg", "figures/gone.svg", "not there"),
    ('alt="Network of', 'alt="" title="Network of', "no alternative text"),
    ('href="formulas.html#Layer"', 'href="formulas.html#Lawyer"', "leads to no place"),
    ('href="02-forward-propagation.html"', 'href="02-forward.html"', "leads to no file"),
    ("</article>", '<a href="index.html">one <a href="index.html">two</a></a></article>', "within a link"),
    ("</article>", '<img src="https://example.org/x.png" alt="A picture from far away"></article>', "leaves the book"),
    ("</article>", "<script>nothing.there()</script></article>", "a script fails"),
    ("</article>", '<p style="min-width: 2000px">wide</p></article>', "wider than"),
    ("</article>", r"<p>$\hat y$</p></article>", "left as TeX"),
    ("</article>", "<math></math></article>", "not typeset"),
    ("</article>", "<math><mi>ln</mi><mi>x</mi></math></article>", "no space behind"),
    ("</article>", '<p style="width: 1px"><math><mi>x</mi></math>, y</p></article>', "a line begins"),
    ("</article>", '<p style="color: #aaa; background: #fff">pale</p></article>', "axe-core"),
    ("</article>", '<span id="x"></span><button tabindex="-1">no key</button></article>', "Tab does not reach"),
    ('"update":', '"updated":', "moves nothing"),
    ('<details class="aside"', '<details class="aside" open', "should be folded"),
]


def find_planted(browser, whole, notebooks, hrefs, anchors, old, new, said):
    """Whether a defect is found, planted in a copy of the book."""
    name = "01-data-and-architecture.html"
    with tempfile.TemporaryDirectory() as own:
        folder = Path(own).resolve() / "book"
        shutil.copytree(whole, folder)
        page = folder / name
        content = page.read_text(encoding="utf-8")
        if old not in content:
            return [f"planted: {old} is not on the page"]
        page.write_text(content.replace(old, new), encoding="utf-8")
        reader = Reader(browser, folder.as_uri() + "/", viewport=WIDE, color_scheme="light")
        links = hrefs.get(name, set())
        try:
            if said == "Tab does not reach":
                reader.open(name)
                press_through(reader)
            elif said == "should be folded":
                try_asides(reader, name, notebooks[page.stem])
            else:
                reader.open_whole(name)
                links = reader.page.evaluate(LINKS)
                look(reader, notebooks[page.stem])
                measure(reader)
                if said == "axe-core":
                    hear(reader)
        except BrowserError as error:
            reader.problems.append(str(error))
        found = reader.close() + follow(folder, notebooks, {**hrefs, name: links}, anchors)
    return [] if any(said in problem for problem in found) else [f"planted, and not found ({said}): {new}; found: {found}"]


def try_stored_texts():
    """What `execute` stores beside a picture is what nbconvert takes for its alternative text, in the template that has one."""

    def html(prepare):
        data = {"image/png": "iVBORw0KGgo=", "text/plain": "Cost curve: from 0.5 to 0.1"}
        outputs = prepare([nbformat.v4.new_output("display_data", data)])
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("draw()", outputs=outputs)])
        return HTMLExporter(template_name="classic", log=logging.getLogger("quiet")).from_notebook_node(notebook)[0]

    logging.getLogger("quiet").setLevel(logging.ERROR)
    wanted, missing = 'alt="Cost curve: from 0.5 to 0.1"', "No description has been provided for this image"
    problems = [] if wanted in html(describe) else ["nbconvert does not find the alternative text that `execute` stores"]
    return problems if missing in html(list) else problems + ["nbconvert needs no alternative text to be stored"]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def served(folder):
    """The address of a server of files."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/"


def in_two_browsers(tasks):
    """Each task is given a browser. One browser alone leaves a core idle, so there are two, each in a thread of its own."""
    waiting = deque(tasks)

    def work(_):
        with sync_playwright() as playwright:
            browser = launch_browser(playwright, sys.executable)
            while True:
                try:
                    task = waiting.popleft()
                except IndexError:
                    break
                task(browser)
            browser.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(2)))


def read(folder, notebooks, pictures, only):
    names = sorted(path.name for path in folder.glob("*.html"))
    start = time.monotonic()
    problems, hrefs, anchors, shown = [], {}, {}, {}
    address = served(folder)

    def note(name, how, found):
        problems.extend(f"{name}, {how}: {problem}" for problem in found)
        print("\n    ".join([f"{name}, {how}, {time.monotonic() - start:.0f} s", *found]), flush=True)

    def visit(browser, name, what, how, start, size, theme):
        """A page in a window of its own; a page that does not answer is a problem like any other."""
        reader = Reader(browser, start, viewport=size, color_scheme=theme)
        try:
            what(reader)
        except BrowserError as error:
            reader.problems.append(str(error))
        note(name, f"{how}, {size['width']} pixels, {theme}", reader.close())

    disk = folder.as_uri() + "/"

    def look_at(name, browser):
        notebook = notebooks.get(name.removesuffix(".html"))

        def see(reader):
            reader.open(name)
            width = reader.page.viewport_size["width"]
            reader.page.screenshot(path=pictures / f"{name.removesuffix('.html')}-{width}.png")
            measure(reader)
            reader.page.evaluate(OPEN_ALL)
            reader.page.wait_for_function(FIGURES_READY)
            shown[name] = look(reader, notebook)
            measure(reader)
            if width == NARROW["width"]:
                reader.page.set_viewport_size(NARROWEST)
                measure(reader)
                reader.page.set_viewport_size(NARROW)
            hrefs[name], anchors[name] = reader.page.evaluate(LINKS), reader.page.evaluate(ANCHORS)
            hear(reader)

        def use(reader):
            if notebook:
                try_asides(reader, name, notebook)
            reader.open(name)
            press_through(reader)

        visit(browser, name, see, "on disk", disk, WIDE, "light")
        visit(browser, name, see, "served", address, NARROW, "dark")
        visit(browser, name, use, "by keyboard", disk, WIDE, "light")

    def ask(reader):
        try_themes(reader)
        shown["search"] = {"sections": try_search(reader, set(names) - {"index.html"})}

    pages = [functools.partial(look_at, name) for name in only or names]
    if only:
        in_two_browsers(pages)
        return problems
    in_two_browsers(pages + [lambda browser: visit(browser, "all pages", ask, "on disk", disk, WIDE, "light"),
                             lambda browser: visit(browser, "all pages", ask, "served", address, WIDE, "light")])  # fmt: skip
    problems += follow(folder, notebooks, hrefs, anchors)

    def plant(defect, browser):
        note(defect[-1], "planted", find_planted(browser, folder, notebooks, hrefs, anchors, *defect))

    in_two_browsers(functools.partial(plant, defect) for defect in PLANTED)
    counts = sum(map(Counter, shown.values()), Counter())
    print(f"{len(names)} pages: {', '.join(f'{count} {what}' for what, count in counts.items())}; see {pictures}")
    return problems


def main():
    folder, checkout = (Path(argument).resolve() for argument in sys.argv[1:3])
    notebooks = {path.stem: Notebook(path) for path in sorted((checkout / "notebooks").iterdir()) if path.suffix in (".ipynb", ".md")}
    pictures = folder.with_name(folder.name + "-pictures")
    pictures.mkdir(exist_ok=True)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    problems = try_stored_texts()
    problems += [f"the book has {size:.1f} MB, more than {MEGABYTES}"] if size > MEGABYTES else []
    problems += read(folder, notebooks, pictures, sys.argv[3:])
    if problems:
        raise Failed("\n".join(problems))


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"{failure}")
