"""How long a reader waits, on the real kernel: a kernel's start and its first result four ways, and all cells of the notebooks.

floor   an empty path crate: what the kernel itself costs
recipe  plotters and ndarray named in the notebook, as plotters' README says: nothing is built before
ours    the crate `demystified` through the kernel `rust` of .venv
spare   the same, as JupyterLab hands it out: started ahead, with the crate loaded

    cargo bench --bench cells [-- --repetitions 5 --notebooks 01 03]

Seconds are the wall clock from the request until the kernel has answered and is idle; shown are medians, and ranges.
"""

import argparse
import datetime
import json
import os
import re
import statistics
import subprocess
import tempfile
from pathlib import Path

import notebooks
import steps
from jupyter_client.kernelspec import KernelSpecManager

ROOT = Path(__file__).resolve().parents[3]
ORDER = ["kernel start", ":dep", "first let", "first result", "start to first result"]


def spread(values, digits=2):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def median_of(times, what):
    return statistics.median(time[what] for time in times)


def print_steps(runs):
    print("\n| seconds: median (range) |" + "".join(f" {name} |" for name in runs) + "\n|---|" + "---|" * len(runs))
    for step in ORDER:
        print(f"| {step} |" + "".join(f" {spread([times[step] for times in subject])} |" for subject in runs.values()))
    print("| memory, MB |" + "".join(f" {spread([times['memory'] for times in subject], 0)} |" for subject in runs.values()))


def print_notebooks(measured):
    print("\n| notebook | kernel start | `:dep` | first `let` | cells | median cell | slowest cell | whole | memory |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, repetitions in measured.items():
        cells = cell_medians({name: repetitions}).values()
        columns = [median_of(repetitions, what) for what in ("kernel start", ":dep", "first let")]
        print(f"| {name} |" + "".join(f" {value:.2f} s |" for value in columns)
              + f" {len(cells)} | {statistics.median(cells):.2f} s | {max(cells):.2f} s |"
              f" {median_of(repetitions, 'whole'):.1f} s | {median_of(repetitions, 'memory'):.0f} MB |")  # fmt: skip
    slowest = sorted(cell_medians(measured).items(), key=lambda item: -item[1])[:10]
    print("\nThe ten slowest cells:")
    for name, seconds in slowest:
        print(f"{seconds:6.2f} s  {name}")


def cell_medians(measured):
    """Each cell's median over the repetitions."""
    return {cell: statistics.median(times["cells"][cell] for times in repetitions)
            for repetitions in measured.values() for cell in repetitions[0]["cells"]}  # fmt: skip


def slowest(codes, per_run):
    """The median of all, and the cell with the largest median, with that median."""
    medians = [statistics.median(values) for values in zip(*per_run)]
    worst = max(range(len(codes)), key=medians.__getitem__)
    return statistics.median(medians), medians[worst], codes[worst].splitlines()[0]


def verdicts(runs, measured, one, two):
    first = {name: median_of(times, "start to first result") for name, times in runs.items()}
    yield "start to first figure, ours / floor", first["ours"] / first["floor"], 1.75, ""
    yield "start to first figure, ours / recipe, cold", first["ours"] / first["recipe"], 0.5, ""
    for what, codes, aim in [("call", steps.CALLS, 0.4), ("figure", steps.FIGURES, 0.6)]:
        middle, worst, code = slowest(codes, [times[f"{what}s"] for times in runs["ours"]])
        yield f"a {what} cell, median, seconds", middle, aim, ""
        yield f"a {what} cell, slowest, seconds", worst, aim, code
    cells = list(cell_medians(measured).values())
    yield "a cell of the notebooks, median, seconds", statistics.median(cells), 0.35, ""
    yield "a cell of the notebooks, 95th percentile, seconds", statistics.quantiles(cells, n=20)[-1], 1.0, ""
    if len(measured) == 7:
        yield "seven notebooks one after another, seconds", sum(median_of(r, "whole") for r in measured.values()), 150, ""
    memory = max(median_of(repetitions, "memory") for repetitions in measured.values())
    yield "memory at a notebook's end, the largest, ours / floor", memory / median_of(runs["floor"], "memory"), 1.5, ""
    yield "two kernels at once, beside one", statistics.median(two) / statistics.median(one), 2.2, ""


def print_sweep(measured, loops):
    sweeps = [times["sweep"] for name, repetitions in measured.items() if name.startswith("03") for times in repetitions]
    if None in loops:
        print("Part 3's sweep beside Python: not measured; run `cargo bench --bench computing` first, which sets up NumPy")
    elif sweeps:
        ratios = [loop / (sweep / 1e6) for loop, sweep in zip(loops, sweeps, strict=True)]
        verdict = "met" if statistics.median(ratios) >= 20 else "MISSED"
        print(f"a million costs in Part 3's cell: {spread(sweeps)} s; one in Python's loop / one of these: {spread(ratios, 1)}"
              f"   aim: at least 20 {verdict}")  # fmt: skip


def python_loop():
    """Seconds for one evaluation in the original's loop, by the Python that the other benchmark has set up; None without."""
    python = ROOT / "target/peers" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        return None
    printed = subprocess.run([python, ROOT / "benches/python_loop.py"], check=True, capture_output=True, text=True).stdout
    return float(re.search(r"one evaluation, fastest: ([\d.]+) µs", printed)[1]) / 1e6


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--notebooks", nargs="*", default=[], help="only those whose names begin so, such as 01 03")
    parser.add_argument("--json", type=Path, help="keep the single measurements here")
    parser.add_argument("--bench", action="store_true", help="passed by cargo")
    arguments = parser.parse_args()

    load = os.getloadavg()[0]
    cpu = next((line.split(": ")[1] for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown processor\n") if os.path.exists("/proc/cpuinfo") else "unknown processor"  # fmt: skip
    print(f"{cpu.strip()}, {os.cpu_count()} cores, {datetime.date.today()}, load before: {load:.1f}"
          + (" - too busy to trust the numbers" if load > 1 else ""))  # fmt: skip
    ours = KernelSpecManager().get_kernel_spec("rust")
    plain = steps.plain_kernel(ours)
    runs = {"floor": [], "recipe": [], "ours": [], "spare": []}
    chosen = [notebook for notebook in notebooks.all_notebooks(ROOT / "notebooks")
              if not arguments.notebooks or notebook.name.startswith(tuple(arguments.notebooks))]  # fmt: skip
    measured = {notebook.stem: [] for notebook in chosen}
    one, two, loops = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        steps.prepare(folder)
        for repetition in range(arguments.repetitions):
            print(f"repetition {repetition + 1} of {arguments.repetitions}: ", end="", flush=True)
            for subject, spec, place, cells in [
                ("floor", plain, folder / "notebooks", steps.FLOOR),
                ("recipe", plain, folder / "notebooks", steps.RECIPE),
                ("ours", ours, ROOT / "notebooks", steps.OURS),
                ("spare", ours, ROOT / "notebooks", steps.OURS),
            ]:
                print(subject, end=" ", flush=True)
                runs[subject].append(steps.measure(spec, place, cells, subject == "spare"))
            for notebook in chosen:
                print(notebook.stem[:2], end=" ", flush=True)
                measured[notebook.stem].append(notebooks.measure(ours, notebook))
            loops.append(python_loop())
            print("one and two", flush=True)
            one.append(notebooks.seconds_of_one(ours, chosen[-1]))
            two.append(notebooks.seconds_of_two_at_once(ours, chosen[-1]))
    print_steps(runs)
    print_notebooks(measured)
    print()
    for what, value, aim, note in verdicts(runs, measured, one, two):
        verdict = "met" if value <= aim else "MISSED"
        print(f"{what:<54}{value:7.2f}   aim: at most {aim:<5} {verdict:<7}{note}")
    print_sweep(measured, loops)
    if arguments.json:
        kept = {"steps": runs, "notebooks": measured, "one": one, "two": two, "python loop": loops}
        arguments.json.write_text(json.dumps(kept, indent=1))


if __name__ == "__main__":
    main()
