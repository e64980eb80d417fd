"""Asides: what JupyterLab folds under a heading, the book folds too."""

import re

COLLAPSED = "jp-MarkdownHeadingCollapsed"
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#{1,6}) ", re.MULTILINE)


def level(cell):
    """Of the highest heading in the cell, as JupyterLab reads it; None if there is none."""
    levels = [len(mark) for mark in HEADING.findall(FENCED.sub("", cell.source))]
    return min(levels, default=None) if cell.cell_type == "markdown" else None


def fold(cells):
    """Notes on each cell how many asides end before it and whether one begins with it; returns how many are open at the end."""
    is_open = []
    for cell in cells:
        own = level(cell)
        ends = 0
        while own and is_open and is_open[-1] >= own:
            is_open.pop()
            ends += 1
        begins = bool(own and cell.metadata.get(COLLAPSED))
        if begins:
            is_open.append(own)
        cell.metadata["book"] = {"ends": ends, "begins": begins}
    return len(is_open)
