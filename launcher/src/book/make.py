"""Makes a book of the notebooks: a folder of pages that any browser shows, from the disk or from a server, without a network.

    python make.py CHECKOUT FOLDER [FORMS]

The notebooks' stored outputs are shown; nothing is run. In FORMS are the forms for their values, and the program that computes what
follows: see forms.py. A folder that holds something else than an earlier book is left alone.
"""

import shutil
import sys
import time
from pathlib import Path

# Out of nbformat's way: it would have grammars of web addresses compiled, for seconds, which no notebook needs.
sys.modules["rfc3987_syntax"] = None
import charts
import contents
import nbformat
import page
import search
from forms import Forms
from formulas import NotUnderstood
from jinja2 import Environment, FileSystemLoader

HERE = Path(__file__).resolve().parent
MARK = "assets/book.css"  # by which an earlier book is known


def cleared(folder):
    """The folder, empty."""
    if folder.exists():
        if not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).is_file()):
            sys.exit(f"{folder} holds something that is not a book; name a folder that is new or empty.")
        for old in folder.iterdir():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def read(path):
    """A notebook. A page that is text alone is one with a single cell."""
    if path.suffix == ".ipynb":
        return nbformat.read(path, as_version=4)
    text = nbformat.v4.new_markdown_cell(path.read_text(encoding="utf-8"), id=path.stem)
    return nbformat.v4.new_notebook(cells=[text])


def write(checkout, folder, forms):
    entries = contents.entries(checkout / "README.md", checkout / "notebooks")
    pages, exporter = {}, page.PageExporter()
    exporter.forms = forms.forms if forms else {}
    for entry in entries:
        path = checkout / "notebooks" / entry.file
        try:
            pages[entry.stem] = page.convert(read(path), entry.stem, exporter)
        except NotUnderstood as error:
            sys.exit(f"{path}: {error}")
    shutil.copytree(HERE / "assets", cleared(folder) / "assets")
    # to which notebooks lead
    shutil.copytree(checkout / "notebooks" / "data", folder / "data")
    (folder / "figures").mkdir()
    templates = Environment(loader=FileSystemLoader(HERE / "template"), trim_blocks=True, lstrip_blocks=True)
    common = {"entries": entries, "pages": pages}

    def save(name, template, **values):
        html = templates.get_template(template).render(**common, **values)
        (folder / name).write_text(html, encoding="utf-8")

    for place, entry in enumerate(entries):
        around = {"before": entries[place - 1] if place else None, "after": (entries + [None])[place + 1]}
        save(f"{entry.stem}.html", "page.html.j2", entry=entry, page=pages[entry.stem], **around)
        for name, content in pages[entry.stem].pictures.items():
            (folder / "figures" / name).write_bytes(content)
    save("index.html", "opening.html.j2", surface=pages[entries[0].stem].charts[0])
    (folder / "assets" / "vega.js").write_text(charts.script(), encoding="utf-8")
    (folder / "assets" / "licences.txt").write_text(charts.licences(), encoding="utf-8")
    (folder / "assets" / "contents.js").write_text(search.index(pages.values()), encoding="utf-8")
    if forms:
        (folder / "assets" / "program.js").write_text(forms.script(), encoding="utf-8")
    # GitHub's pages are to be shown as they are
    (folder / ".nojekyll").touch()


def main():
    start = time.monotonic()
    checkout, folder = Path(sys.argv[1]), Path(sys.argv[2])
    write(checkout, folder, Forms.read(Path(sys.argv[3])) if len(sys.argv) > 3 else None)
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{folder.resolve() / 'index.html'}: {len(list(folder.glob('*.html')))} pages, {size:.1f} MB, "
          f"in {time.monotonic() - start:.1f} s")  # fmt: skip


if __name__ == "__main__":
    main()
