"""Sets the project up from nothing, over and over, and kills the set-up at moments of chance. No test of `cargo test`: it takes an hour and more.

    python anew.py LAUNCHER SET-UPS KILLS [SEED]

LAUNCHER is the program `demystified`. It works in a clone of this checkout, in the temporary folder. Each kill meets a step, and then a moment in it: all
steps are met as often. That of the kernel's program is the real `cargo install`, in its first minute. Ends with status 1 and says what went wrong.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
AGAIN_SECONDS = 5  # from the start of the next set-up to its first step
END_SECONDS = 10  # until all that a killed one had started has ended
LONGEST = 3600
LONGEST_UNTIL_KILLED = 60
# How each step begins, and what is there, in `.venv`, when it is done, and is removed so that it has to be done again: the first two begin with nothing.
STEPS = {
    "A Python environment": ("python.stamp", "."),
    "JupyterLab": ("jupyter.stamp", "."),
    "The Rust kernel": (None, None),
    "The standard library's sources": ("kernels/std", "kernels/std"),
    "The kernel's warm build folder": ("kernels/warm", "kernels/warm"),
}
CELL = """
import sys
from jupyter_client.manager import KernelManager
manager = KernelManager(kernel_name="rust")
manager.start_kernel(cwd=sys.argv[1])
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=600)
said = []
client.execute_interactive(':dep demystified = { path = ".." }\\ndemystified::sleep_study().len()', timeout=600,
                           output_hook=lambda m: said.append(m["content"].get("data", {}).get("text/plain", "")))
client.stop_channels()
manager.shutdown_kernel()
sys.exit("".join(said) != "3")
"""


class Checkout:
    """A clone, set up by the launcher."""

    def __init__(self, folder, launcher):
        self.root, self.launcher, self.log = folder / "clone", launcher, folder / "said"
        subprocess.run(["git", "clone", "--quiet", ROOT, self.root], check=True)
        self.variables = {name: value for name, value in os.environ.items() if not name.startswith("CARGO_")}
        self.variables["DEMYSTIFIED_ROOT"] = str(self.root)

    def without_the_kernels_program(self):
        tools = [str(Path(shutil.which(tool)).parent) for tool in ["python3", "git", "sh"]]
        own = self.root.parent / "tools"
        own.mkdir()
        for tool in ["cargo", "rustc", "rustup"]:
            own.joinpath(tool).symlink_to(shutil.which(tool))
        return {"CARGO_INSTALL_ROOT": str(self.root.parent / "installed"), "PATH": ":".join([str(own), *tools])}

    def start(self, variables=None):
        with open(self.log, "wb") as log:
            return subprocess.Popen([self.launcher, "setup"], env=self.variables | (variables or {}), stdin=subprocess.DEVNULL,
                                    stdout=log, stderr=log, start_new_session=True)  # fmt: skip

    def said(self):
        return self.log.read_text(errors="replace")

    def step(self):
        return (re.findall("▸ (.*)", self.said()) or ["nothing yet"])[-1][:60]

    def must_be_set_up(self):
        python = self.root / ".venv" / "bin" / "python"
        variables = self.variables | {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONNOUSERSITE": "1"}
        ran = subprocess.run([python, "-c", CELL, self.root / "notebooks"], env=variables, capture_output=True, text=True)
        if ran.returncode:
            sys.exit(f"a cell did not run: {ran.stderr}")

    def set_up(self, variables=None):
        """How many seconds it took, and until its first step began."""
        start, first = time.monotonic(), None
        setup = self.start(variables)
        while setup.poll() is None:
            if first is None and "▸" in self.said():
                first = time.monotonic() - start
            if time.monotonic() - start > LONGEST:
                sys.exit(f"a set-up took longer than {LONGEST} s:\n{self.said()[-2000:]}")
            time.sleep(0.05)
        if setup.returncode:
            sys.exit(f"a set-up failed:\n{self.said()[-2000:]}")
        return time.monotonic() - start, first or time.monotonic() - start


def seconds_of(done):
    """What the set-up says of a step: `done in 3.1 s`, or `done in 2 min 5 s`."""
    minutes, seconds = re.fullmatch(r"(?:(\d+) min )?([\d.]+) s", done).groups()
    return 60 * int(minutes or 0) + float(seconds)


def kill_in(checkout, step, length, variables):
    """Whether the step was met, how long it had been at work, and in how many seconds the set-up's first step had begun."""
    start, first, began, moment = time.monotonic(), None, None, random.uniform(0, length)
    setup = checkout.start(variables)
    while setup.poll() is None and (began is None or time.monotonic() - began < moment):
        if first is None and "▸" in checkout.said():
            first = time.monotonic() - start
        if began is None and f"▸ {step}" in checkout.said():
            began = time.monotonic()
        if time.monotonic() - start > LONGEST:
            sys.exit(f"a set-up took longer than {LONGEST} s:\n{checkout.said()[-2000:]}")
        time.sleep(0.005)
    if setup.poll() is not None:
        if setup.returncode:
            sys.exit(f"a set-up failed:\n{checkout.said()[-2000:]}")
        return False, moment, first
    family = psutil.Process(setup.pid).children(recursive=True)
    setup.send_signal(random.choice([signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP]))
    setup.wait()
    left = psutil.wait_procs(family, timeout=END_SECONDS)[1]
    if left:
        sys.exit(f"{END_SECONDS} s after a kill in “{checkout.step()}” there still are {left}")
    return checkout.step().startswith(step), moment, first


def kill(checkout, kills):
    """Each step in turn, in an order of chance."""
    without = checkout.without_the_kernels_program()
    lengths = dict.fromkeys(STEPS, LONGEST_UNTIL_KILLED)
    rounds = [random.sample(list(STEPS), len(STEPS)) for _ in range(-(-kills // len(STEPS)))]
    for number, step in enumerate(sum(rounds, [])[:kills], 1):
        done, removed = STEPS[step]
        was_met = False
        while not was_met:
            if done and (checkout.root / ".venv" / done).exists():
                shutil.rmtree(checkout.root / ".venv" / removed)
            elif not done:  # what several killed ones had compiled may have added up to the whole
                shutil.rmtree(without["CARGO_INSTALL_ROOT"], ignore_errors=True)
            was_met, moment, first = kill_in(checkout, step, lengths[step], {} if done else without)
            # how long the steps take here is seen on the way
            for met, said in re.findall(r"▸ (.*)\n(?:.*\n)*?  done in (.*)", checkout.said()):
                known = next((name for name in STEPS if met.startswith(name)), None)
                if known:
                    lengths[known] = min(seconds_of(said), LONGEST_UNTIL_KILLED)
            if first and first > AGAIN_SECONDS:
                sys.exit(f"a set-up went on only after {first:.1f} s")
        began = "had not begun" if first is None else f"had begun after {first:.2f} s"
        print(f"kill {number}, {moment:.2f} s into “{checkout.step()}”; this one {began}", flush=True)
    seconds, first = checkout.set_up()
    checkout.must_be_set_up()
    print(f"after the last kill: the first step after {first:.2f} s, all done after {seconds:.0f} s, and a cell ran", flush=True)


def main():
    launcher, set_ups, kills = Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3])
    random.seed(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    with tempfile.TemporaryDirectory() as folder:
        checkout = Checkout(Path(folder), launcher)
        if kills:
            kill(checkout, kills)
        for n in range(set_ups):
            shutil.rmtree(checkout.root / ".venv", ignore_errors=True)
            length, _ = checkout.set_up()
            checkout.must_be_set_up()
            print(f"set-up {n + 1} from nothing: {length:.0f} s, and a cell ran", flush=True)


if __name__ == "__main__":
    main()
