"""How long a reader waits for the cells of a notebook, on the real kernel, three ways in one run:

floor   an empty path crate: what the kernel itself costs
recipe  plotters and ndarray named in the notebook, as plotters' README says: nothing is built before
ours    the crate `demystified` through the kernel `rust` of .venv

    cargo bench --bench cells [-- --repetitions 5]

Seconds are the wall clock from the request until the kernel has answered and is idle.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parent.parent

FLOOR = {
    ":dep": ':dep empty = { path = "../empty" }\nuse empty::twice;',
    "first let": "let x: f64 = twice(1.5);",
    "first result": "twice(x)",
}
RECIPE = {
    ":dep": ':dep ndarray = "0.17"\n'
            ':dep plotters = { version = "0.3", default-features = false, features = ["evcxr", "all_series", "all_elements"] }\n'
            "use ndarray::{Array1, array};\nuse plotters::prelude::*;",  # fmt: skip
    "first let": "let x: Array1<f64> = Array1::linspace(-5.0, 5.0, 101);",
    "first result": """evcxr_figure((640, 400), |root| {
    let mut chart = ChartBuilder::on(&root)
        .caption("The sigmoid", ("sans-serif", 20))
        .x_label_area_size(30)
        .y_label_area_size(40)
        .build_cartesian_2d(-5.0..5.0, 0.0..1.0)?;
    chart.configure_mesh().x_desc("z").y_desc("a").draw()?;
    chart.draw_series(LineSeries::new(x.iter().map(|&z| (z, 1.0 / (1.0 + (-z).exp()))), &BLUE))?;
    Ok(())
})""",
}
OURS = {
    ":dep": ':dep demystified = { path = ".." }\nuse demystified::ndarray::{Array1, Array2, array};\n'
            "use demystified::*;",  # fmt: skip
    # The session's first `?` must stand in a statement: in a last expression the kernel falls back to `Debug` text.
    "first let": "let z: Array1<f64> = Array1::linspace(-5.0, 5.0, 101);\nlet a: Array1<f64> = z.mapv(sigmoid);\n"
                 'let scaler: Scaler = Scaler::fit(&sleep_study(), 100.0)?;',  # fmt: skip
    "first result": 'plot::line(&Axes::new("The sigmoid", "z", "a"), &[("a", &z, &a)])?',
}
# More cells of ours. The calls bind or show what the crate returns; the figures draw.
CALLS = [
    "let data: Dataset = Scaler::fit(&sleep_study(), 100.0)?.transform(&sleep_study())?;",
    "let net: Network = Network::random(&[2, 3, 1], 0)?;",
    "let pass: ForwardPass = net.forward(&data.x)?;",
    "pass.y_hat()",
    "net.w(1)",
    "let j: f64 = net.cost(&data.x, &data.y)?;",
    "net.predict(&data.x)?",
    "net.params()",
]
FIGURES = [
    "plot::network(&net)?",
    'plot::scatter(&Axes::new("Sleep", "hours asleep", "score"),\n'
    '    &[("students", &data.x.column(0).to_owned(), &data.y.column(0).to_owned())])?',
    'plot::line(&Axes::new("The sigmoid again", "z", "a"), &[("a", &z, &a)])?',
]

STEPS = ["kernel start", ":dep", "first let", "first result"]


class Failed(Exception):
    """A cell that did not do what is measured."""


class Kernel:
    """A kernel that is started and timed; ended with `with`."""

    def __init__(self, spec, folder):
        self.manager = KernelManager()
        self.manager._kernel_spec = spec
        start = time.perf_counter()
        self.manager.start_kernel(cwd=str(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.kernel_info(reply=True, timeout=600)
        self.start_seconds = time.perf_counter() - start
        self.client.wait_for_ready(timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel()

    def seconds(self, code, shows):
        """The time of one cell, which must do without errors, and show something when `shows`."""
        outputs = []
        start = time.perf_counter()
        reply = self.client.execute_interactive(code, timeout=1200, output_hook=outputs.append)
        seconds = time.perf_counter() - start
        shown = [output for output in outputs if output["msg_type"] in ("execute_result", "display_data")]
        stderr = [output["content"]["text"] for output in outputs if output["content"].get("name") == "stderr"]
        errors = [output["content"]["evalue"] for output in outputs if output["msg_type"] == "error"]
        fell_back = any(output["content"]["data"].get("text/plain", "").startswith("Figure ") for output in shown)
        if reply["content"]["status"] != "ok" or stderr or (shows and not shown) or fell_back:
            raise Failed(f"{code}\n{''.join(stderr)}{' '.join(errors)}")
        return seconds


def measure(spec, folder, cells):
    """One kernel from its start to the first result, then, for ours, the other cells."""
    with Kernel(spec, folder) as kernel:
        times = {"kernel start": kernel.start_seconds}
        for step, code in cells.items():
            times[step] = kernel.seconds(code, step == "first result")
        times["start to first result"] = sum(times.values())
        if cells is OURS:
            times["calls"] = [kernel.seconds(code, not code.endswith(";")) for code in CALLS]
            times["figures"] = [kernel.seconds(code, True) for code in FIGURES]
        return times


def plain_kernel(ours):
    """The kernel program that ours starts, without what ours adds."""
    program = next(word for word in ours.argv if Path(word).stem == "evcxr_jupyter")
    argv = [program, "--control_file", "{connection_file}"]
    return KernelSpec(argv=argv, display_name="Rust", language="rust", interrupt_mode="message")


def prepare(folder):
    """The empty crate, and the recipe's sources on the disk: no download is measured."""
    for name, source in {"empty": "pub fn twice(x: f64) -> f64 {\n    2.0 * x\n}\n", "fetch": ""}.items():
        (folder / name / "src").mkdir(parents=True)
        (folder / name / "src" / "lib.rs").write_text(source)
    manifest = '[package]\nname = "{}"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\n'
    (folder / "empty" / "Cargo.toml").write_text(manifest.format("empty"))
    recipe = "\n".join(line.removeprefix(":dep ") for line in RECIPE[":dep"].splitlines() if line.startswith(":dep"))
    (folder / "fetch" / "Cargo.toml").write_text(manifest.format("fetch") + recipe + "\n")
    subprocess.run(["cargo", "fetch", "--quiet"], cwd=folder / "fetch", check=True)
    (folder / "notebooks").mkdir()


def spread(values):
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:6.2f} ({low:.2f}–{high:.2f})"


def print_table(runs):
    print(f"\n{'seconds: median (range)':<24}" + "".join(f"{name:>24}" for name in runs))
    for step in [*STEPS, "start to first result"]:
        columns = (spread([times[step] for times in subject]) for subject in runs.values())
        print(f"{step:<24}" + "".join(f"{column:>24}" for column in columns))


def slowest(codes, per_run):
    """The cell with the largest median, with that median."""
    medians = [statistics.median(values) for values in zip(*per_run)]
    worst = max(range(len(codes)), key=medians.__getitem__)
    return statistics.median(medians), medians[worst], codes[worst].splitlines()[0]


def print_verdicts(runs):
    first = {name: statistics.median(times["start to first result"] for times in subject) for name, subject in runs.items()}  # fmt: skip
    ours = runs["ours"]
    verdicts = [
        ("start to first figure, ours / floor", first["ours"] / first["floor"], 1.9, ""),
        ("start to first figure, ours / recipe, cold", first["ours"] / first["recipe"], 0.5, ""),
    ]
    for what, codes, aim in [("call", CALLS, 0.4), ("figure", FIGURES, 0.6)]:
        middle, worst, code = slowest(codes, [times[f"{what}s"] for times in ours])
        verdicts.append((f"a {what} cell, median, seconds", middle, aim, ""))
        verdicts.append((f"a {what} cell, slowest, seconds", worst, aim, code))
    print()
    for what, value, aim, note in verdicts:
        verdict = "met" if value <= aim else "MISSED"
        print(f"{what:<44}{value:6.2f}   aim: at most {aim:<4} {verdict:<7}{note}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--json", type=Path, help="keep the single measurements here")
    parser.add_argument("--bench", action="store_true", help="passed by cargo")
    arguments = parser.parse_args()

    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load before: {load:.1f}" + (" - too busy to trust the numbers" if load > 1 else ""))
    ours = KernelSpecManager().get_kernel_spec("rust")
    plain = plain_kernel(ours)
    runs = {"floor": [], "recipe": [], "ours": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        for repetition in range(arguments.repetitions):
            print(f"repetition {repetition + 1} of {arguments.repetitions}: ", end="", flush=True)
            for subject, spec, place, cells in [
                ("floor", plain, folder / "notebooks", FLOOR),
                ("recipe", plain, folder / "notebooks", RECIPE),
                ("ours", ours, ROOT / "notebooks", OURS),
            ]:
                print(subject, end=" ", flush=True)
                runs[subject].append(measure(spec, place, cells))
            print()
    print_table(runs)
    print_verdicts(runs)
    if arguments.json:
        arguments.json.write_text(json.dumps(runs, indent=1))


if __name__ == "__main__":
    main()
