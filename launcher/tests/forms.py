"""Uses the forms of the book in Chromium: from the disk, and from a server that allows nothing from elsewhere.

    python forms.py BOOK

Ends with status 1 and says what is wrong. Of each form: with the text's values every cell shows what it showed; other values show
something else, and the address brings it back; a refused value says why, in the notebook's words; the next change works; *Back to the
text's values* brings the page back as it was; *Stop* stops; a phone's screen has room for it, and the keyboard is enough.
"""

import functools
import http.server
import re
import sys
import threading
from base64 import b64decode
from pathlib import Path
from urllib.parse import unquote

from book import AXE, AXE_RUN, TOO_WIDE, Reader
from jupyterlab import Failed, launch_browser
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SECONDS = 60  # a computation on a busy machine
# What a server may say that trusts nobody: WebAssembly and workers have words of their own there. Vega, which draws the charts, makes
# functions of texts ('unsafe-eval'); the forms do not.
POLICY = ("default-src 'none'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'; worker-src blob:; style-src 'self' 'unsafe-inline'; "
          "img-src 'self' data:; font-src 'self'")  # fmt: skip
# Values that are refused, and others that are not the text's.
REFUSED = {"01": ("hidden_units", "0"), "02": ("hidden_units", "0"), "03": ("learning_rate", "NaN"), "04": ("hidden", "0"),
           "05": ("epsilon", "0"), "06": ("hidden_units", "0"), "07": ("lambda", "-1"), "08": ("batch_size", "0")}  # fmt: skip
SAID = {"01": "expected at least 1 unit", "02": "expected at least 1 unit", "03": "params holds NaN", "04": "expected at least 1 unit",
        "05": "epsilon is 0", "06": "expected at least 1 unit", "07": "lambda is −1",
        "08": "batch_size is 0"}  # fmt: skip
TOO_MUCH = "these values need more memory than a page has"
# More than anybody waits for.
LONG = {"02": ("hidden_units", "100000"), "03": ("number_of_steps", "30000000"), "04": ("steps", "30000000"), "05": ("hidden_units", "3000"),
        "06": ("hidden_units", "1000"), "07": ("students", "1000000"), "08": ("epochs", "100000")}  # fmt: skip

# What the cells that follow show: texts, tables, pictures and charts.
SHOWN = """() => [...document.querySelector('form.values').dataset.follow.split(' ')].map(id => {
    const cell = document.getElementById(id);
    const outputs = [...cell.children].filter(child => !child.matches('.highlight, details.source'));
    return [id, outputs.map(output => {
        const chart = output.querySelector('script[type="application/json"]');
        if (chart) return JSON.parse(chart.textContent);
        const picture = output.querySelector('img');
        if (picture) return { picture: picture.getAttribute('src'), alt: picture.alt };
        return output.matches('pre') ? output.textContent.trimEnd() : output.innerHTML.trim();
    })];
})"""
IS_DONE = r"() => /^(Computed|Refused|Stopped|The)/.test(document.querySelector('form.values [role=status]').textContent)"
STATUS = "() => document.querySelector('form.values [role=status]').textContent"


class Strict(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


def served(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Strict, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/"


class Form(Reader):
    """A page with a form, and what went wrong in it."""

    def __init__(self, browser, folder, start, name, **how):
        super().__init__(browser, start, **how)
        self.folder, self.name = folder, name
        self.open(name)

    def leaves(self, request):
        if not request.url.startswith("blob:"):
            super().leaves(request)

    def shown(self):
        """What the cells show, with the content of pictures in the place of their addresses, and without signs of life."""
        found = {}
        for id, outputs in self.page.evaluate(SHOWN):
            for output in outputs:
                if isinstance(output, dict) and "picture" in output:
                    output["picture"] = self.content(output["picture"])
            lasting = [without_signs_of_life(output) if isinstance(output, str) else output for output in outputs]
            found[id] = [output for output in lasting if output]
        return found

    def content(self, address):
        if not address.startswith("data:"):
            path = self.folder / address
            return path.read_text(encoding="utf-8").rstrip() if path.suffix == ".svg" else path.read_bytes()
        kind, content = address.split(",", 1)
        return b64decode(content) if kind.endswith("base64") else unquote(content)

    def wait(self):
        self.page.wait_for_function(IS_DONE, timeout=SECONDS * 1000)
        return self.page.evaluate(STATUS)

    def set(self, name, value):
        field = self.page.locator(f"form.values [name={name}]")
        field.fill(value)
        field.press("Enter")
        return self.wait()

    def expect(self, holds, otherwise):
        if not holds:
            self.problems.append(otherwise)


def without_signs_of_life(text):
    """Of a long training; whether it is long depends on the machine."""
    return "\n".join(line for line in text.split("\n") if not re.search(r", at most .* s left$", line))


def differences(before, after):
    return [f"{id}: {str(before[id])[:300]} became {str(after.get(id))[:300]}" for id in before if before[id] != after.get(id)]


def use(form, part):
    """All that can be done with a form."""
    page = form.page
    stored = form.shown()
    seed = page.locator("form.values [name=seed]")
    seed.press("Enter")
    said = form.wait()
    form.expect(said.startswith("Computed"), f"with the text's values: {said}")
    for difference in differences(stored, form.shown()):
        form.problems.append(f"the text's values show something else: {difference}")

    said = form.set("seed", "12")
    print(f"    {said}", flush=True)
    others = form.shown()
    form.expect(said.startswith("Computed"), f"with another seed: {said}")
    form.expect(others != stored, "another seed changes nothing")
    form.expect("seed=12" in page.url, f"the address is {page.url}")
    page.reload()
    form.wait()
    for difference in differences(others, form.shown()):
        form.problems.append(f"the address brings back something else: {difference}")

    (name, value), words = REFUSED[part], SAID[part]
    said = form.set(name, value)
    form.expect(words in said, f"with {name} = {value}: {said}")
    form.expect(page.locator(".printed.error", has_text=words).count() == 1, "the refusal stands in no cell")
    said = form.set(name, "abc")
    form.expect(f'{name} is "abc"; expected a' in said, f"with {name} = abc: {said}")

    page.locator("form.values button[type=reset]").click()
    form.expect(form.wait() == "The text’s values.", "the text's values do not come back")
    for difference in differences(stored, form.shown()):
        form.problems.append(f"back to the text's values: {difference}")
    form.expect("?" not in page.url or page.url.endswith("?"), f"the address keeps the values: {page.url}")
    form.expect(not page.locator(".stale").count(), "cells are still marked as not computed")
    said = form.set("seed", "12")
    form.expect(said.startswith("Computed"), f"after all that: {said}")
    for difference in differences(others, form.shown()):
        form.problems.append(f"the same values again: {difference}")


def stop(form):
    """What takes very long is stopped; then the form works on."""
    page, (name, value) = form.page, LONG[form.name[:2]]
    field = page.locator(f"form.values [name={name}]")
    own = field.input_value()
    field.fill(value)
    field.press("Enter")
    button = page.locator("form.values .stop")
    button.wait_for()
    page.wait_for_timeout(1500)
    said = page.evaluate(STATUS)
    form.expect(said == "Computing …", f"{name} = {value} is not long: {said}")
    if button.is_visible():
        button.click()
        form.expect(page.evaluate(STATUS) == "Stopped.", f"Stop says {page.evaluate(STATUS)}")
    field.fill(own)
    said = form.set("seed", "12")
    form.expect(said.startswith("Computed"), f"after Stop: {said}")


def fill_the_memory(form):
    """Networks that need more memory than a page can have, and more than it has addresses for."""
    for units, words in [("80000000", TOO_MUCH), ("300000000", TOO_MUCH), ("5", "Computed")]:
        said = form.set("hidden_units", units)
        print(f"    {units} units: {said}", flush=True)
        form.expect(words in said, f"{units} units: {said}")


def look(form, pictures):
    """At the form after a change, in a narrow window."""
    page = form.page
    slider = page.locator("form.values input[type=range]").first
    slider.focus()
    slider.press("ArrowRight")
    form.wait()
    said, value = slider.get_attribute("aria-valuetext"), page.locator("form.values input[name]").first.input_value()
    form.expect(said == value, f"of the value {value} the slider says {said}")
    box = page.locator("form.values")
    box.scroll_into_view_if_needed()
    box.screenshot(path=pictures / f"form-{form.name.removesuffix('.html')}.png")
    form.problems += [f"wider than the window: {html}" for html in page.evaluate(TOO_WIDE)]
    # the form and what follows, without the rest of the page
    page.evaluate("""() => {
        const kept = [document.querySelector('form.values'), ...document.querySelector('form.values').dataset.follow.split(' ').map(id => document.getElementById(id))];
        document.querySelector('article').replaceChildren(...kept);
    }""")
    page.evaluate(AXE)
    for finding in page.evaluate(AXE_RUN):
        if finding["impact"] in ("serious", "critical"):
            form.problems.append(f"axe-core, {finding['impact']}: {finding['help']}: {[node['html'][:160] for node in finding['nodes'][:3]]}")


def main():
    folder = Path(sys.argv[1]).resolve()
    pictures = folder.with_name(folder.name + "-pictures")
    pictures.mkdir(exist_ok=True)
    names = sorted(path.name for path in folder.glob("*.html") if 'class="values"' in path.read_text(encoding="utf-8"))
    problems = [] if len(names) == 8 else [f"{len(names)} pages have a form: {names}"]
    disk, address = folder.as_uri() + "/", served(folder)
    with sync_playwright() as playwright:
        browser = launch_browser(playwright, sys.executable)

        def visit(name, start, what, **how):
            form = Form(browser, folder, start, name, **how)
            try:
                what(form)
            except BrowserError as error:
                form.problems.append(str(error))
            found = form.close()
            print(f"{name}, {re.match('[a-z]+', start)[0]}", *found, sep="\n    ", flush=True)
            problems.extend(f"{name}: {problem}" for problem in found)

        for name in names:
            visit(name, disk, lambda form: use(form, form.name[:2]), viewport=WIDE, color_scheme="light")
            visit(name, address, lambda form: look(form, pictures), viewport=NARROW, color_scheme="dark")
            if name[:2] in LONG:
                visit(name, disk, stop, viewport=WIDE, color_scheme="light")
        visit("01-data-and-architecture.html", disk, fill_the_memory, viewport=WIDE, color_scheme="light")
        visit("01-data-and-architecture.html", address, lambda form: use(form, "01"), viewport=WIDE, color_scheme="light")
        browser.close()
    if problems:
        raise Failed("\n".join(problems))


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"{failure}")
