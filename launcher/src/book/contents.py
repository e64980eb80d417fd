"""The book's table of contents: the two tables of README.md, which say in which order the pages stand and what each is about."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROW = re.compile(r"^\|(?: (\d+) \|)? \[([^\]]+)\]\(notebooks/([\w-]+\.(?:ipynb|md))\) \| (.+?) \|$", re.MULTILINE)


@dataclass
class Entry:
    part: str  # the number of a part; empty for a page to look things up
    title: str
    file: str
    about: str

    @property
    def stem(self):
        return Path(self.file).stem


def entries(readme, notebooks):
    """An entry for each notebook in the folder, and for each page that is text alone."""
    found = [Entry(part or "", title, file, about) for part, title, file, about in ROW.findall(readme.read_text(encoding="utf-8"))]
    listed, there = {entry.file for entry in found}, {path.name for path in notebooks.iterdir() if path.suffix in (".ipynb", ".md")}
    if listed != there:
        sys.exit(f"The tables of {readme} and the pages in {notebooks} differ by: {', '.join(sorted(listed ^ there))}.")
    return found
