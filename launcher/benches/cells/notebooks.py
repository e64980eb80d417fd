"""The seven notebooks, cell by cell."""

import json
import threading
import time
from pathlib import Path

from kernel import Kernel


class Cell:
    """A cell of code as it stands in a notebook."""

    def __init__(self, notebook, cell):
        self.code = "".join(cell["source"])
        self.name = f"{notebook.stem[:2]}#{cell['id']}: {self.code.strip().splitlines()[0][:60]}"
        # a cell that shows an error on purpose is timed as well
        self.fails = "raises-exception" in cell["metadata"].get("tags", [])
        self.shows = any(output["output_type"] in ("execute_result", "display_data") for output in cell["outputs"])


def cells_of(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [Cell(notebook, cell) for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]


def measure(spec, notebook):
    """One notebook from the start of its kernel to its last cell."""
    with Kernel(spec, notebook.parent) as kernel:
        cells = cells_of(notebook)
        times = [kernel.seconds(cell.code, cell.shows, cell.fails) for cell in cells]
        first_let = next(i for i, cell in enumerate(cells) if cell.code.startswith("let "))
        return {
            "kernel start": kernel.start_seconds,
            ":dep": times[0],
            "first let": times[first_let],
            "whole": kernel.start_seconds + sum(times),
            "memory": kernel.megabytes(),
            # Part 3's loop over a million pairs of weights, as the reader's cell has timed it
            "sweep": kernel.number("seconds_for_a_million") if notebook.stem.startswith("03") else None,
            "cells": {cell.name: seconds for cell, seconds in zip(cells, times, strict=True)},
        }


def seconds_of_two_at_once(spec, notebook):
    """The wall clock of one notebook on two kernels that start together."""
    failures = []

    def run():
        try:
            measure(spec, notebook)
        except Exception as failure:  # to be raised where it is seen
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(2)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - start


def seconds_of_one(spec, notebook):
    start = time.perf_counter()
    measure(spec, notebook)
    return time.perf_counter() - start


def all_notebooks(folder):
    found = sorted(Path(folder).glob("0[1-7]-*.ipynb"))
    if len(found) != 7:
        raise FileNotFoundError(f"seven notebooks expected in {folder}, found {len(found)}")
    return found
