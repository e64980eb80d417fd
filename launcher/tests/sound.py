"""What once made a cell give a wrong result, or wait for nothing: each is planted here, on the quick kernel.

    python sound.py FOLDER LAUNCHER

FOLDER gets small crates, programs and settings. Ends with status 1 and says what went wrong.
"""

import fcntl
import json
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
from session import Session as Kernel

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = '[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n\n[features]\ndefault = [{features}]\nloud = []\n'
SECONDS = 60


class Failed(Exception):
    """What went wrong, in words."""


def must(holds, problem):
    if not holds:
        raise Failed(problem)


class Session(Kernel):
    """A session whose cells must give what they are to give at once."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def must_give(self, code, expected):
        said = self.said(code, lambda said: self.fits(said, expected))
        must(self.fits(said, expected), f"{code}\n  was to give {expected!r}, and gave\n{said[:1500]}")

    def folder(self):
        return Path(self.said('println!("{}", std::env::var("EVCXR_TMPDIR").unwrap());').strip())


def write_crate(folder, value, features="", functions=0):
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.toml").write_text(MANIFEST.format(name=folder.name, features=features))
    many = "\n".join(f"pub fn f{n}(x: &str) -> String {{ format!(\"{{x}} {n} {{x:?}} {{:>5}}\", x.len() + {n}) }}" for n in range(functions))
    loud = 'pub fn is_loud() -> bool {\n    cfg!(feature = "loud")\n}\n'
    (folder / "src" / "lib.rs").write_text(f"pub fn answer() -> i32 {{\n    {value}\n}}\n{loud}{many}\n")


def compiled_without_cargo(session):
    """Whether the next cell is: its text then lies beside the one that cargo compiles."""
    mark = f"mark_{time.monotonic_ns()}"
    session.said(f"let {mark}: i32 = 1;")
    place = session.folder() / "cell" / "src" / "lib.rs"
    session.said(f"let again_{mark}: i32 = 2;")
    return place.exists() and f"again_{mark}" in place.read_text()


def a_source_that_is_saved_during_a_build(folder):
    mine = folder / "slow_to_build"
    write_crate(mine, 1, functions=2500)
    with Session() as session:
        session.must_give(f':dep slow_to_build = {{ path = "{mine}" }}', None)
        session.must_give("slow_to_build::answer()", "1")
        write_crate(mine, 2, functions=2500)
        cell = threading.Thread(target=session.said, args=["let before: i32 = slow_to_build::answer();"])
        cell.start()
        end = time.monotonic() + SECONDS
        # cargo has started rustc, which has read the sources after half a second
        while not any("slow_to_build" in " ".join(process.info["cmdline"] or []) and process.info["name"] == "rustc"
                      for process in psutil.process_iter(["name", "cmdline"])):  # fmt: skip
            must(time.monotonic() < end and cell.is_alive(), "the crate was not built")
            time.sleep(0.02)
        time.sleep(0.7)
        must(cell.is_alive(), "the crate was built too soon to save its source meanwhile")
        write_crate(mine, 3, functions=2500)
        cell.join()
        session.must_give("slow_to_build::answer() + 100", "103")


def a_manifest_that_changes(folder):
    mine = folder / "with_features"
    write_crate(mine, 1)
    with Session() as session:
        session.must_give(f':dep with_features = {{ path = "{mine}" }}', None)
        session.must_give("with_features::is_loud()", "false")
        session.must_give("with_features::is_loud() as i32", "0")
        write_crate(mine, 1, features='"loud"')
        session.must_give("with_features::is_loud()", "true")


def a_build_script_whose_files_change(folder):
    mine = folder / "with_script"
    write_crate(mine, "include!(concat!(env!(\"OUT_DIR\"), \"/value.rs\"))")
    (mine / "build.rs").write_text('fn main() {\n    let text = std::fs::read_to_string("value.txt").unwrap();\n'
        '    let out = std::env::var("OUT_DIR").unwrap();\n    std::fs::write(format!("{out}/value.rs"), text).unwrap();\n}\n')  # fmt: skip
    (mine / "value.txt").write_text("5")
    with Session() as session:
        session.must_give(f':dep with_script = {{ path = "{mine}" }}', None)
        session.must_give("with_script::answer()", "5")
        session.must_give("with_script::answer() + 1", "6")
        (mine / "value.txt").write_text("7")
        session.must_give("with_script::answer() + 2", "9")


def caches_of_evcxrs(folder):
    own = {"XDG_CACHE_HOME": str(folder / "cache")}
    for text in ["first", "SECOND"]:
        with Session(own) as session:
            session.must_give(":cache 500", "cache: 500 MiB")
            session.must_give(f'println!("{text}");', text)
            session.must_give("let n: i32 = 4;", None)
            session.must_give("n + 1", "5")
            session.must_give("n + 2", "6")


def cells_are_optimised_on_demand():
    with Session() as session:
        session.must_give("1 + 1", "2")
        for level, expected in [(":opt 3", "opt-level=3"), (":opt 2", None)]:
            session.said(level)
            session.said(f"let level: &str = {level!r};".replace("'", '"'))
            command = json.loads((session.folder() / "cell.json").read_text())["command"]
            levels = [word for word in command if word.startswith("opt-level=")]
            must(levels == ([expected] if expected else []), f"after {level} a cell was compiled with {levels}")


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def a_linker_that_refuses_our_options(folder):
    log = folder / "linked"
    program(folder / "linker" / "cc", f'case "$*" in *variable_store*) echo refused >> "{log}"; exit 1;; esac\nexec /usr/bin/cc "$@"')
    with Session({"PATH": f"{folder / 'linker'}:{os.environ['PATH']}"}) as session:
        session.must_give(':dep demystified = { path = ".." }\nuse demystified::*;', None)
        for n in range(4):
            session.must_give(f"{n} + 1", str(n + 1))
        must(compiled_without_cargo(session), "after a linker that refuses, cargo compiles each cell")
        refusals = log.read_text().count("refused") if log.exists() else 0
        must(refusals == 1, f"the linker was asked {refusals} times for what it refuses")


def a_wrapper_of_the_users(folder, launcher):
    log = folder / "wrapped"
    wrapper = program(folder / "wrapper", f'echo "$*" >> "{log}"\nexec "$@"')
    settings = ROOT / ".venv" / ".cargo" / "config.toml"
    for variables, text in [({"RUSTC_WRAPPER": str(wrapper)}, None), ({}, f'[build]\nrustc-wrapper = "{wrapper}"\n')]:
        if text:
            settings.parent.mkdir(exist_ok=True)
            settings.write_text(text)
        try:
            log.unlink(missing_ok=True)
            with Session(variables) as session:
                for n in range(3):
                    session.must_give(f"{n} + 1", str(n + 1))
            cells = log.read_text().count("--crate-name ctx") if log.exists() else 0
            must(cells >= 3, f"three cells went through the user's wrapper {cells} times, with {variables or text}")
            said = subprocess.run([launcher, "status"], env={**os.environ, **variables}, capture_output=True, text=True).stdout
            must("cargo compiles each cell, since" in said, f"status says nothing of a wrapper, with {variables or text}: {said}")
        finally:
            settings.unlink(missing_ok=True)
    with Session() as session:
        session.must_give("1 + 1", "2")
        must(compiled_without_cargo(session), "without a wrapper, cargo compiles each cell")


def switched_off(launcher):
    with Session({"QUICK_CELLS": "off"}) as session:
        session.must_give("1 + 1", "2")
        said = session.said('println!("{} {:?}", std::env::var("PATH").unwrap(), std::env::var("EVCXR_TMPDIR"));')
        must("kernels/tools" not in said and "run-" not in said, f"with the switch off, evcxr is not left as it is: {said}")
    said = subprocess.run([launcher, "--plain-kernel", "status"], capture_output=True, text=True).stdout
    must("speed-up is off: --plain-kernel" in said, f"status does not say that the speed-up is off: {said}")


def command_line(process):
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # it ended between being listed and being asked
        return ""


def a_set_up_that_is_killed(launcher):
    """Nobody holds its lock afterwards."""
    stamp = ROOT / ".venv" / "kernels" / "warm" / "made-from.stamp"
    kept = stamp.read_bytes()
    stamp.unlink()
    try:
        set_up = subprocess.Popen([launcher, "setup"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        end = time.monotonic() + SECONDS
        while not any("QUICK_CELLS_WARMING" in command_line(child) for child in psutil.Process(set_up.pid).children()):
            must(time.monotonic() < end and set_up.poll() is None, "the set-up starts no kernel")
            time.sleep(0.1)
        time.sleep(3)
        set_up.kill()
        set_up.wait()
        set_up.stderr.close()
        with open(ROOT / ".venv" / "setup.lock", "r+") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    must(time.monotonic() < end, "a set-up that was killed still holds its lock")
                    time.sleep(0.1)
    finally:
        stamp.write_bytes(kept)


def folders_are_private():
    """Nobody else can put a program or library where a kernel loads it from."""
    for folder in [ROOT / ".venv", ROOT / ".venv" / "kernels"]:
        mode = stat.S_IMODE(folder.stat().st_mode)
        must(mode == 0o700, f"{folder} has the mode {mode:o}")


def main():
    folder, launcher = Path(sys.argv[1]).resolve() / "sound", sys.argv[2]
    subprocess.run(["rm", "-rf", folder], check=True)
    folder.mkdir(parents=True)
    folders_are_private()
    problems = []
    for name, test in {
        "saved during a build": lambda: a_source_that_is_saved_during_a_build(folder),
        "manifest": lambda: a_manifest_that_changes(folder),
        "build script": lambda: a_build_script_whose_files_change(folder),
        "cache": lambda: caches_of_evcxrs(folder),
        "level": cells_are_optimised_on_demand,
        "linker": lambda: a_linker_that_refuses_our_options(folder),
        "wrapper": lambda: a_wrapper_of_the_users(folder, launcher),
        "switch": lambda: switched_off(launcher),
        "killed set-up": lambda: a_set_up_that_is_killed(launcher),
    }.items():
        start = time.monotonic()
        try:
            test()
        except Failed as failure:
            problems.append(f"{name}: {failure}")
        print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
    if problems:
        sys.exit("\n\n".join(problems))


if __name__ == "__main__":
    main()
