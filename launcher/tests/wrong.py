"""What a reader is told when a cell goes wrong: errors without delay, panics with their line, and why a variable is missing afterwards.

    python wrong.py

Ends with status 1 and says which cell said what instead.
"""

import os
import re
import sys
import threading
import time
from pathlib import Path

from session import Session

LOAD = ':dep demystified = { path = ".." }\nuse demystified::*;\nuse demystified::ndarray::*;'

# Slips in a `let` without a type, and what is found in what is said of each.
SLIPS = [
    ("let a = array![[1.0, 2.0], [3.0]];", "expected an array with a size of 2, found one with a size of 1"),
    ("let a = array![1.0, 2.0, 3];", "mismatched types"),
    ("let a = x.dott(&x);", "no method named `dott`"),
    ("let a = x.dot(x);", "consider borrowing here: `&`"),
    ("let a = net.forward(x)?;", "mismatched types"),
    ("let a = net.forward(&x).y_hat();", "no method named `y_hat` found for enum"),
    ("let a = Network::random(&[2, 3, 1])?;", "this function takes 2 arguments but 1 argument was supplied"),
    ("let a = Network::random([2, 3, 1], 0)?;", "mismatched types"),
    ("let a = sleep_study().X;", "no field `X` on type"),
    ("let a = |z: f64| z * z;", "is a closure, which cannot be persisted"),
    ("let a = Vec::new();", "type annotations needed"),
    ("let a = &x;", "contains a reference with a non-static lifetime"),
    ('let a = "2".parse()?;', "the trait bound `!: FromStr` is not satisfied"),
    ("let a = x.sum() + 8;", "cannot add `{integer}` to `f64`"),
    ("let a = undefined_name + 1.0;", "cannot find value `undefined_name`"),
    ("let a = vec![1.0, 2.0", "mismatched closing delimiter"),
    ("let a = x.iter().collect();", "type annotations needed"),
    ("let a = net.w[1];", "attempted to take value of method `w`"),
    ("let a = Array2::zeros(2, 3);", "this function takes 1 argument but 2 arguments were supplied"),
    ("let a = Trainer { max_iteration: 3, ..Trainer::default() };", "has no field named `max_iteration`"),
]

PANICS = [
    # what has no variable and no `?` has no store either
    ('panic!("at once");', 'The cell panicked: at once\n    panic!("at once");\n    ^'),
    ("let list: Vec<f64> = vec![1.0];", ""),
    ("list[3]", "The cell panicked: index out of bounds: the len is 1 but the index is 3\n    list[3]\n        ^"),
    ('let k: usize = 2;\n    let there: f64 = list[k - 2];\n    let gone: f64 = list[k];',
     "The cell panicked: index out of bounds: the len is 1 but the index is 2\n    let gone: f64 = list[k];\n                        ^"),
    # in a function of an earlier cell
    ("fn first(list: &[f64]) -> f64 {\n    let empty: &[f64] = &list[..0];\n    *empty.first().unwrap()\n}", ""),
    ("first(&list)", "The cell panicked: called `Option::unwrap()` on a `None` value\n    *empty.first().unwrap()\n                   ^"),
    # what an earlier cell has made panics at a line of that cell, which is not there any more
    ('let boxed: Box<dyn Fn(usize) -> f64> = Box::new(|n| [1.0][n]);', ""),
    ("let calm: f64 = boxed(0);\nboxed(7)", "The cell panicked: index out of bounds: the len is 1 but the index is 7\n    boxed(7)\n    in what an earlier cell has made"),
    # arrays, and the crate
    ("let a: Array2<f64> = array![[1.0, 2.0]];\nlet b: Array2<f64> = Array2::ones((3, 1));", ""),
    ("a[[1, 0]]", "    a[[1, 0]]\n     ^"),
    # ndarray does not tell who called its `dot`: the cell has noted which statement runs
    ("a.dot(&b)", "The cell panicked: ndarray: inputs 1 × 2 and 3 × 1 are not compatible for matrix multiplication\n    a.dot(&b)\n    in a library, at /"),
    ("let fits = a.dot(&a.t()); // fits\nfor i in 0..3 {\n    let _ = i;\n}\nlet wrong =\n    a.dot(&b);\nlet later = 1;", "matrix multiplication\n    let wrong =\n    in a library, at /"),
    # in a function of an earlier cell: the statement that called it
    ("fn product(a: &Array2<f64>, b: &Array2<f64>) -> f64 {\n    a.dot(b).sum()\n}", ""),
    ("let one: f64 = 1.0;\nlet sum: f64 = one + product(&a, &b);", "matrix multiplication\n    let sum: f64 = one + product(&a, &b);\n    in a library, at /"),
    ("let c: Array2<f64> = &b + 1.0;\n\nlet d: Array2<f64> = &c - &Array2::<f64>::ones((2, 4));", "    let d: Array2<f64> = &c - &Array2::<f64>::ones((2, 4));\n"),
    ("let net: Network = Network::random(&[2, 3, 1], 0)?;", ""),
    ("net.w(5)", "    net.w(5)\n        ^"),
    ('let _ = std::thread::spawn(|| panic!("aside")).join();', 'A thread of the cell panicked: aside\n    let _ = std::thread::spawn(|| panic!("aside")).join();\n                                  ^'),
    # a hook that a reader sets stays
    ('std::panic::set_hook(Box::new(|panic| eprintln!("my own hook")));', ""),
    ("list[5]", "my own hook"),
]  # fmt: skip

REFUSED = [
    ("let hidden_units: usize = 0;", ""),
    ("let mine: Network =\n    Network::random(&[2, hidden_units, 1], 0)?;\nlet size: usize = mine.n_params();", "expected at least 1 unit in every layer"),
    ("mine.n_params()", "`mine` is missing because the cell that was to make it was refused: "),
    ("mine.n_params()", "    Network::random(&[2, hidden_units, 1], 0)?;\n"),
    ("let more = size + 1;", "`size` is missing because the cell that was to make it was refused: "),
    ("let parts: Vec<usize> = vec![mine.n_params(), size];", "`size` is missing because"),
    ("hidden_units", "0"),
    # what needs it is missing for the same cause
    ("let guess: usize = mine.n_params() + 1;", "`mine` is missing because"),
    ("let twice: usize = guess * 2;", "`guess` is missing because the cell that was to make it needs `mine`, which is missing because the cell that was to make it was refused: "),
    ("twice", "`twice` is missing because the cell that was to make it needs `mine`, which is missing because the cell that was to make it was refused: "),
    # names that a macro or a function has too
    ('let column: f64 = "q".parse::<f64>()?;\nlet sigmoid: f64 = 1.0;', "invalid float literal"),
    ("column + 1.0", "`column` is missing because the cell that was to make it was refused: invalid float literal"),
    ("sigmoid + 1.0", "`sigmoid` is missing because the cell that was to make it was refused: invalid float literal"),
    # mended, then moved away: that is another cause
    ("let mine: Network = Network::random(&[2, 3, 1], 0)?;", ""),
    ("mine.n_params()", "9"),
    ("let other: Network = mine;", ""),
    ("mine.n_params()", "`mine` is missing because an earlier cell has moved it"),
    ("let size: usize = 5;\npanic!(\"no\");", "The cell panicked: no"),
    ("size", "`size` is missing because the cell that was to make it panicked: no"),
    # what was there before, and what never was
    ("other.n_params()", "9"),
    # a cell that does not compile; without a type, evcxr does not say what it was to make
    ("let typed: f64 = 8;", "mismatched types"),
    ("typed", "`typed` is missing because the cell that was to make it did not compile: mismatched types\n"),
    ("let untyped = other.nparams();", "no method named `nparams`"),
    ("untyped + 1", "cannot find value `untyped`"),
    ("let alone: usize = alone + 1;", "not:is missing because"),
    # it leaves what there was
    ("let other: f64 = 8;", "mismatched types"),
    ("other.n_params()", "9"),
    ("let typed: f64 = 8.0;", ""),
    ("typed", "8"),
    ("nothing", "not:is missing because"),
]

PAGE = Path(__file__).resolve().parents[2] / "notebooks" / "when-something-goes-wrong.md"
ENDED = "is missing because the kernel was interrupted or cleared, or a cell ended its process"
MENU = "Run > Run All Above Selected Cell"


def must_say(session, code, expected):
    unwanted = expected.removeprefix("not:")
    holds = (lambda said: unwanted not in said) if expected.startswith("not:") else (lambda said: expected in said and (expected or not said.strip()))
    said = re.sub("\n+", "\n", session.said(code, lambda said: holds(re.sub("\n+", "\n", said))))
    session.must(holds(said), f"{code}\n  was to say {expected!r}, and said\n{said[:1500]}")
    session.must("stack backtrace" not in said, f"{code}\n  printed a backtrace")


def slips_take_no_other_build(session):
    folder = Path(session.said('println!("{}", std::env::var("EVCXR_TMPDIR").unwrap());').strip())
    session.said("let x: Array2<f64> = array![[1.0, 2.0], [3.0, 4.0]];\nlet net: Network = Network::random(&[2, 3, 1], 0)?;")
    must_say(session, "x.sum()", "10")
    # the time at which cargo was started last
    cargo = (folder / "cell.started").stat().st_mtime_ns
    for code, expected in SLIPS:
        started = time.monotonic()
        must_say(session, code, expected)
        print(f"{time.monotonic() - started:5.2f} s {code}", flush=True)
    session.must((folder / "cell.started").stat().st_mtime_ns == cargo, "a slip started cargo")
    for compiled in (folder / "target").glob("*/debug/deps/lib*-*.rmeta"):
        session.must(compiled.with_suffix(".rlib").exists(), f"{compiled.name} was compiled for a check alone")


def interrupted(session, code):
    threading.Timer(2, session.manager.interrupt_kernel).start()
    return session.said(code)


def variables_go_with_their_process(session):
    must_say(session, "let kept: f64 = 1.5;\nlet twice: f64 = 3.0;", "")
    must_say(session, "kept", "1.5")
    interrupted(session, "let never: f64 = 1.0;\nloop { std::thread::sleep(std::time::Duration::from_millis(10)); }")
    for name in ["kept", "twice", "never"]:
        must_say(session, name, f"`{name}` {ENDED}")
    must_say(session, "let sum = twice + 1.0;", MENU)
    # made again, it is there; the other is not
    must_say(session, "let kept: f64 = 2.5;", "")
    must_say(session, "kept", "2.5")
    must_say(session, "twice", f"`twice` {ENDED}")
    # a cell that ends the process, and an interrupt while nothing runs
    session.said("std::process::abort();")
    must_say(session, "kept", f"`kept` {ENDED}")
    must_say(session, "let idle: f64 = 4.5;", "")
    session.manager.interrupt_kernel()
    time.sleep(1)
    session.said("idle")
    must_say(session, "idle", f"`idle` {ENDED}")
    # a panic is shown as before in the new process
    must_say(session, 'panic!("again");', "The cell panicked: again\n    panic!")


def page_says_what_is_said(session):
    """Each block of Rust is a cell; what follows it in a block of text is found in what it says, line by line."""
    blocks = re.findall(r"^```(\w*)\n(.*?)\n```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    followed = [*blocks[1:], ("", "")]
    cells = [(code, text if kind == "text" else "") for (language, code), (kind, text) in zip(blocks, followed) if language == "rust"]
    session.must(len(cells) > 8, f"{PAGE.name} has only {len(cells)} cells")
    for code, expected in cells:
        lines = expected.split("\n")
        said = session.said(code, lambda said: all(line in said for line in lines))
        missing = [line for line in lines if line not in said] + ["nothing"] * bool(said.strip() and not expected)
        session.must(not missing, f"{PAGE.name}: {code}\n  was to say {missing}, and said\n{said[:1500]}")


def main():
    problems = []
    for cells in [PANICS, REFUSED, slips_take_no_other_build, variables_go_with_their_process, page_says_what_is_said]:
        session = Session()
        try:
            session.said(LOAD)
            if callable(cells):
                cells(session)
            else:
                for code, expected in cells:
                    must_say(session, code, expected)
        finally:
            session.end()
        problems += session.problems
    session = Session({"RUST_BACKTRACE": "1"})
    try:
        said = session.said('panic!("whole");', lambda said: "stack backtrace" in said)
        session.must("The cell panicked: whole" in said and "stack backtrace:" in said, f"with RUST_BACKTRACE=1 a panic said\n{said}")
    finally:
        session.end()
    if problems + session.problems:
        sys.exit("\n\n".join(problems + session.problems))
    print(f"{len(SLIPS)} slips, {len(PANICS)} panics and what leads to them, {len(REFUSED)} cells around refused ones")


if __name__ == "__main__":
    os.environ.pop("RUST_BACKTRACE", None)
    main()
