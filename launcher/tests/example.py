"""The speed-up for another crate: the example `quick_points` of kernel/ sets up a kernel, and a plain notebook with `:dep points` is quick on it.

    python example.py PROGRAM FOLDER

PROGRAM is the example; FOLDER gets the kernel. Ends with status 1 and says what is wrong.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CRATE = ROOT / "kernel" / "examples" / "points"
CELLS = [
    (f':dep points = {{ path = "{CRATE}" }}\nuse points::*;', None),
    ("let p: Point = point(3.0, 4.0);", None),
    ("p", "(3, 4)"),
    ("p.distance(point(0.0, 0.0))", "5.0"),
    ("let unused: Point = point(1.0, 1.0);", None),
    ("let far: f64 = p.distance(point(3.0, 14.0));", None),
    ("far + 0.5", "10.5"),
    ("pp.x", "a local variable with a similar name exists: `p`"),
]


def main():
    program, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve() / "quick_points"
    shutil.rmtree(folder, ignore_errors=True)
    evcxr = json.loads((ROOT / ".venv/share/jupyter/kernels/rust/kernel.json").read_text())["argv"][2]
    subprocess.run([program, CRATE, folder, sys.executable, evcxr], check=True)
    os.environ["JUPYTER_PATH"] = str(folder / "share" / "jupyter")
    from session import Session

    session = Session(kernel="points")
    try:
        session.run(CELLS)
        place = Path(session.said('println!("{}", std::env::var("EVCXR_TMPDIR").unwrap());').strip())
        text = (place / "cell" / "src" / "lib.rs").read_text()
        session.must("EVCXR_TMPDIR" in text, "a cell was compiled by cargo although nothing but the cell was new")
        session.must("take_variable::<Point>" not in text, "a cell took out a variable that it does not name")
        library = json.loads((place / "cell.json").read_text())["store"]
        session.must("shared" in library, f"cells were compiled with {library}, without the code that they share")
        session.must(folder in place.parents, f"the kernel builds in {place}")
    finally:
        session.end()
    if session.problems:
        sys.exit("\n\n".join(session.problems))
    print(f"{len(CELLS) + 1} cells")


if __name__ == "__main__":
    main()
