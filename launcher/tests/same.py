"""Cells on the quick kernel and on evcxr as it is, side by side: they must show, print and complain of the same.

    python same.py CELLS

CELLS holds sessions, which begin with `=== title`, of cells between lines `---`. Ends with status 1 and says which cells differ.
"""

import json
import os
import queue
import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_client.manager import KernelManager

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
QUIET_SECONDS = 0.15  # the kernel may send lines of stdout and stderr after it said it was done
CELL_SECONDS = 900  # a cold build of the crate on a busy machine
AT_ONCE = 2  # sessions; the quick half of each soon has an end
ONE_STARTS = threading.Lock()  # jupyter_client's settings are made by one thread at a time

# What may differ, each with its reason: a pattern and what stands in its place on both sides.
ALLOWED = [
    # colours stand in the middle of what follows
    (r"\x1b\[[0-9;]*m", ""),
    # a panic shows the reader's line in the place of a backtrace; the message is the same …
    (r"(?s)thread '.*?' \(\d+\) panicked at (?:\S+:\d+:\d+):\n(.*?)\n(?:note: run with.*|stack backtrace:\n.*)", r"PANICKED: \1"),
    (r"(?:The cell|A thread of the cell) panicked: (.*(?:\n(?!    ).*)*)\n    .*(?:\n    .*)?", r"PANICKED: \1"),
    # … and an error about a variable that a failed cell has lost names the cause
    (r"(?s)\n`\w+` is missing because .*?(?:then run this one again\.|then all from there to this one\.|in the menu\.|or give a `\.clone\(\)`\.)", ""),
    # … which evcxr would put at the place as well if that had no label
    (r"error: cannot find value `\w+` in this scope", "not found in this scope"),
    # evcxr writes what a session has defined in an order of chance, so that another line, or the first of several unused macros, is complained of …
    (r"src/lib\.rs:\d+:", "src/lib.rs:LINE:"),
    (r"unused macro definition: `\w+`", "unused macro definition: `NAME`"),
    # each kernel builds in a folder of its own, and what it finds built was built in another one
    (r"/\S*?/(kernels/(?:run-[-0-9]+|warming)|\.tmp\w+|evcxr\w+)(?=/|\b)", "FOLDER"),
    # the one kernel finds the crates built
    (r"(?m)^\s*Compiling \S+ v.*\n?", ""),
]


# … and what several variables are lost by is said in that order too.
LOST = re.compile(r"(?:^The type of the variable \w+ was redefined, so was lost\.\n?)+", re.MULTILINE)


def normal(text):
    for pattern, instead in ALLOWED:
        text = re.sub(pattern, instead, text)
    text = LOST.sub(lambda lines: "\n".join(sorted(lines[0].splitlines())) + "\n", text)
    return text.strip()


class Session(threading.Thread):
    """All cells, one after another, on one kernel; `said` holds what each did."""

    def __init__(self, cells, switch):
        super().__init__(daemon=True)
        self.cells, self.switch, self.said, self.failure = cells, switch, [], None
        # with it, a panic shows its backtrace as well
        environment = {name: value for name, value in os.environ.items() if name != "RUST_BACKTRACE"}
        with ONE_STARTS:
            self.manager = KernelManager(kernel_name="rust")
            self.manager.start_kernel(cwd=str(NOTEBOOKS), env={**environment, "QUICK_CELLS": switch})
            self.client = self.manager.client()

    def run(self):
        try:
            self.client.start_channels()
            try:
                self.client.wait_for_ready(timeout=300)
                self.said = [self.run_cell(cell) for cell in self.cells]
            finally:
                self.client.stop_channels()
                self.manager.shutdown_kernel()
        except Exception as failure:  # to be seen where it is waited for
            self.failure = failure

    def run_cell(self, code):
        said = {}

        def listen(message):
            content, kind = message["content"], message["msg_type"]
            if kind == "stream":
                said[content["name"]] = said.get(content["name"], "") + content["text"]
            elif kind == "error":
                said["error"] = "\n".join([content["ename"], content["evalue"], *content["traceback"]])
            elif "data" in content:
                said.update({mime: text if isinstance(text, str) else json.dumps(text) for mime, text in content["data"].items()})

        try:
            reply = self.client.execute_interactive(code, timeout=CELL_SECONDS, output_hook=listen)
        except TimeoutError:
            raise RuntimeError(f"with the switch {self.switch}, no answer after {CELL_SECONDS} s to: {code}") from None
        while True:
            try:
                listen(self.client.get_iopub_msg(timeout=QUIET_SECONDS))
            except queue.Empty:
                break
        said["answer"] = reply["content"]["status"]
        return {kind: normal(text) for kind, text in said.items() if normal(text)}


def differences(title, cells):
    quick, plain = sessions = Session(cells, "on"), Session(cells, "off")
    for session in sessions:
        session.start()
    for session in sessions:
        session.join()
        if session.failure:
            raise session.failure
    found = []
    for number, (cell, ours, theirs) in enumerate(zip(cells, quick.said, plain.said, strict=True), 1):
        kinds = [kind for kind in {**ours, **theirs} if ours.get(kind) != theirs.get(kind)]
        if kinds:
            shown = "\n".join(f"  {kind}, quick: {ours.get(kind)}\n  {kind}, plain: {theirs.get(kind)}" for kind in kinds)
            found.append(f"{title}, cell {number}: {cell}\n{shown}")
    return found


def main():
    parts = re.split(r"(?m)^=== (.*)\n", Path(sys.argv[1]).read_text(encoding="utf-8"))[1:]
    titles, sessions = parts[::2], [text.rstrip("\n").split("\n---\n") for text in parts[1::2]]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = [difference for each in pool.map(differences, titles, sessions) for difference in each]
    if found:
        sys.exit("\n\n".join(found))
    print(f"{sum(map(len, sessions))} cells give the same")


if __name__ == "__main__":
    main()
