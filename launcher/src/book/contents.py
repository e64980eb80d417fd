"""The book's table of contents: the tables of README.md, which say in which order the pages stand and what each is about."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

HEAD = re.compile(r"^\| ([^|]+) \| \|$", re.MULTILINE)  # of a table without numbers
ROW = re.compile(r"^\|(?: (\d+) \|)? \[([^\]]+)\]\(notebooks/([\w-]+\.(?:ipynb|md))\) \| (.+?) \|$", re.MULTILINE)


@dataclass
class Entry:
    part: str  # the number of a part; empty for other pages
    heading: str  # of its table, if that has one; empty for a part
    title: str
    file: str
    about: str

    @property
    def stem(self):
        return Path(self.file).stem


def entries(readme, notebooks):
    """An entry for each notebook in the folder, and for each page that is text alone."""
    first, *others = HEAD.split(readme.read_text(encoding="utf-8"))
    tables = [("", first), *zip(others[::2], others[1::2])]
    found = [Entry(part, heading[:1].upper() + heading[1:], *row) for heading, rows in tables for part, *row in ROW.findall(rows)]
    listed, there = {entry.file for entry in found}, {path.name for path in notebooks.iterdir() if path.suffix in (".ipynb", ".md")}
    if listed != there:
        sys.exit(f"The tables of {readme} and the pages in {notebooks} differ by: {', '.join(sorted(listed ^ there))}.")
    return found
