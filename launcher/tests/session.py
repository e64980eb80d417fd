"""A session on the kernel `rust`, cell by cell: that cells give what they give on evcxr itself, although most are compiled without cargo.

    python session.py FOLDER

FOLDER gets a small crate that is changed during the session. Ends with status 1 and says which cell did what instead.
"""

import json
import os
import queue
import re
import sys
import time
from pathlib import Path

from jupyter_client.manager import KernelManager

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
MANIFEST = '[package]\nname = "mine"\nversion = "0.1.0"\nedition = "2024"\n'
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# The kernel may send lines of stderr after it said it was done: soon, but on a busy machine not at once.
QUIET_SECONDS, LATE_SECONDS = 0.1, 10

# Cells and what they show or print; if it is a sentence, what is to be found in what they complain of; None: nothing at all.
BEFORE = [
    ("let early: i32 = 5;", None),
    (':dep demystified = { path = ".." }\nuse demystified::*;\nuse demystified::ndarray::*;', None),
    # the store of variables was evcxr's own before, and is our crate now
    ("early + 2", "7"),
    ("let net: Network = Network::random(&[2, 3, 1], 0)?;", None),
    ("let n: f64 = 2.0;", None),
    # a name that does not exist: the compiler still knows all others, and suggests one
    ("nett.w(1)", "a local variable with a similar name exists: `net`"),
    ("net.w(1).dim()", "(2, 3)"),
    # names that can be written in more than one way, and names in texts
    ("let r#type: f64 = 1.5;\nlet ŷ: f64 = 2.5;\nlet δ: f64 = 3.5;", None),
    ("r#type + ŷ + δ", "7.5"),
    ('println!("{ŷ} {n} {δ:?}");', "2.5 2 3.5"),
    # a value that moves on
    ("let w: Vec<f64> = vec![1.0];", None),
    ("let v: Vec<f64> = w;", None),
    ("v", "[1.0]"),
    ("w", "cannot find value `w`"),
    # a type of one's own, which is then another one
    ("struct Pair { a: f64 }\nlet pair: Pair = Pair { a: 1.25 };", None),
    ("pair.a", "1.25"),
    ("struct Pair { a: f64, b: f64 }", None),
    ("n", "The type of the variable pair was redefined"),
    ("pair.a", "cannot find value `pair`"),
    # macros and functions
    ("macro_rules! double { ($e:expr) => { 2.0 * $e } }\ndouble!(n)", "4.0"),
    ("fn triple(q: f64) -> f64 {\n    3.0 * q\n}\ntriple(n)", "6.0"),
    # a variable that is counted up, also by a cell that shows nothing
    ("let mut count: usize = 0;", None),
    ("for _ in 0..3 {\n    count += 1;\n};", None),
    ("count += 1;\ncount", "4"),
    # a panic and an error: what the cell has bound is lost, the rest is not
    ('let q: f64 = n;\npanic!("given up here");', "given up here"),
    ("q", "cannot find value `q`"),
    ("let q: Network = Network::random(&[2, 0, 1], 0)?;", "expected at least 1 unit in every layer"),
    ("net.n_params()", "9"),
    # what does not compile, and names without a type
    ("let flat: Array2<f64> = array![75.0, 82.0];", "expected an array with a size of 2, found one with a size of 1"),
    ("n.flor()", "there is a method `floor` with a similar name"),
    ("let m = n + 1.0;", None),
    ("m", "3.0"),
    ('env!("CARGO_PKG_NAME")', '"ctx"'),
    # code that is compiled once for all cells
    ("let a: Array2<f64> = array![[1.0, 2.0], [3.0, 4.0]];\nlet b: Array2<f64> = Array2::ones((2, 2));", None),
    ("(&a - &b).dot(&a.t()) * 0.5", "2 × 2\n[ 1  2 ]\n[ 4  9 ]"),
    ("a.column(1).to_vec()", "[2.0, 4.0]"),
    ("a[[2, 0]]", "out of bounds"),
    ("&a - &array![[1.0], [2.0], [3.0]]", "incompatible shapes"),
    ("a.sum()", "10.0"),
]
# A crate that changes while it is used.
CHANGED = [
    ("mine::answer() + 40", "42"),
    ("mine::answer() + 41", "43"),
    ("net.n_params()", "9"),
    ("m", "3.0"),
]
# The library with that code is gone.
WITHOUT = [
    ("(&a + &b).sum()", "14.0"),
    ("net.n_params()", "9"),
    ("a.summ()", "there is a method `sum` with a similar name"),
]


class Session:
    def __init__(self, variables=None, kernel="rust", folder=NOTEBOOKS, **streams):
        self.manager = KernelManager(kernel_name=kernel)
        self.manager.start_kernel(cwd=str(folder), env={**os.environ, **(variables or {})}, **streams)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.problems = []

    @staticmethod
    def fits(said, expected):
        if expected and re.search("[a-z]{2} [a-z]", expected):
            return expected in said
        return said.strip() == (expected or "")

    def said(self, code, is_all=lambda said: True):
        """All that a cell shows, prints and complains of; if it does not seem to be all, what comes late is waited for."""
        texts = []

        def listen(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                texts.append(content["text"])
            elif message["msg_type"] == "error":
                texts.extend(content["traceback"])
            elif "data" in content:
                texts.append(content["data"].get("text/plain", "no text"))

        self.client.execute_interactive(code, timeout=300, output_hook=listen)
        end = time.monotonic() + LATE_SECONDS
        while True:
            said = COLOURS.sub("", "\n".join(texts))
            try:
                listen(self.client.get_iopub_msg(timeout=QUIET_SECONDS))
            except queue.Empty:
                if is_all(said) or time.monotonic() > end:
                    return said

    def run(self, cells):
        for code, expected in cells:
            said = self.said(code, lambda said: self.fits(said, expected))
            if not self.fits(said, expected):
                self.problems.append(f"{code}\n  was to give {expected!r}, and gave\n{said[:1500]}")

    def must(self, holds, problem):
        if not holds:
            self.problems.append(problem)

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()


def write_crate(folder, answer):
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.toml").write_text(MANIFEST)
    (folder / "src" / "lib.rs").write_text(f"pub fn answer() -> i32 {{\n    {answer}\n}}\n")


def main():
    mine = Path(sys.argv[1]).resolve() / "mine"
    write_crate(mine, 1)
    session = Session()
    try:
        session.run(BEFORE)
        folder = Path(session.said('println!("{}", std::env::var("EVCXR_TMPDIR").unwrap());').strip())
        # Only what we compile without cargo stands here.
        text = (folder / "cell" / "src" / "lib.rs").read_text()
        session.must("EVCXR_TMPDIR" in text, "a cell was compiled by cargo although nothing but the cell was new")
        session.must("take_variable::<Network>" not in text, "a cell took out a variable that it does not name")
        session.must("HashMap" not in text, "a cell held the code of evcxr's store of variables")
        library = json.loads((folder / "cell.json").read_text())["store"]
        session.must("shared" in library, f"cells were compiled with {library}, without the code that they share")
        session.run([(f':dep mine = {{ path = "{mine}" }}', None), ("mine::answer()", "1")])
        write_crate(mine, 2)
        session.run(CHANGED)
        library = folder / library
        library.unlink()
        library.write_text("no library")
        session.run(WITHOUT)
    finally:
        session.end()
    if session.problems:
        sys.exit("\n\n".join(session.problems))
    print(f"{len(BEFORE) + len(CHANGED) + len(WITHOUT) + 2} cells")


if __name__ == "__main__":
    main()
