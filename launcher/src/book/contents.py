"""The book's table of contents: the two tables of README.md, which say in which order the pages stand and what each is about."""

import re
import sys
from dataclasses import dataclass

ROW = re.compile(r"^\|(?: (\d+) \|)? \[([^\]]+)\]\(notebooks/([\w-]+)\.ipynb\) \| (.+?) \|$", re.MULTILINE)


@dataclass
class Entry:
    part: str  # the number of a part; empty for a page to look things up
    title: str
    stem: str
    about: str


def entries(readme, notebooks):
    """An entry for each notebook in the folder."""
    found = [Entry(part or "", title, stem, about) for part, title, stem, about in ROW.findall(readme.read_text(encoding="utf-8"))]
    listed, there = {entry.stem for entry in found}, {path.stem for path in notebooks.glob("*.ipynb")}
    if listed != there:
        sys.exit(f"The tables of {readme} and the notebooks in {notebooks} differ by: {', '.join(sorted(listed ^ there))}.")
    return found
