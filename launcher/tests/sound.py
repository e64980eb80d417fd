"""What once made a cell give a wrong result, or wait for nothing: each is planted here, on the quick kernel.

    python sound.py FOLDER LAUNCHER [NAME…]

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
from session import NOTEBOOKS
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
        # it alone: the source stays as it is
        (mine / "Cargo.toml").write_text(MANIFEST.format(name=mine.name, features='"loud"'))
        session.must_give("with_features::is_loud()", "true")


def a_source_of_yesterday_that_comes_today(folder):
    """`mv` and `cp -p` bring a text with the time at which it was written."""
    mine, draft = folder / "from_a_draft", folder / "draft.rs"
    write_crate(mine, 5)
    with Session() as session:
        session.must_give(f':dep from_a_draft = {{ path = "{mine}" }}', None)
        time.sleep(1.1)
        draft.write_text("pub fn answer() -> i32 {\n    6\n}\n")
        time.sleep(1.1)
        # cargo is started once more, for another reason, and finds the old text
        (mine / "Cargo.toml").touch()
        session.must_give("from_a_draft::answer()", "5")
        session.must_give("from_a_draft::answer() + 1", "6")
        draft.rename(mine / "src" / "lib.rs")
        session.must_give("from_a_draft::answer() + 2", "8")


def what_the_users_settings_say(folder, launcher):
    settings = ROOT / ".venv" / ".cargo" / "config.toml"
    settings.parent.mkdir(exist_ok=True)
    try:
        settings.write_text('[env]\nGREETING = "hello"\n')
        with Session() as session:
            for _ in range(3):
                session.must_give('option_env!("GREETING")', 'Some("hello")')
            must(compiled_without_cargo(session), "with a variable in the settings, cargo compiles each cell")
        # what is below a crate from a registry is in no list of cargo's
        write_crate(folder / "itoa", 1)
        settings.write_text(f'[patch.crates-io]\nitoa = {{ path = "{folder / "itoa"}" }}\n')
        said = subprocess.run([launcher, "status"], capture_output=True, text=True).stdout
        must("names a `patch`" in said, f"status says nothing of a patch: {said}")
    finally:
        settings.unlink(missing_ok=True)


def what_a_cell_starts_itself(folder):
    """It gets the user's own tools, and leaves a crate of the user's alone."""
    mine = folder / "of_its_own"
    write_crate(mine, 1)
    with (mine / "Cargo.toml").open("a") as manifest:
        manifest.write(f'\n[dependencies]\ndemystified = {{ path = "{ROOT}" }}\n')
    (mine / "Cargo.lock").write_text("# mine\nversion = 4\n")
    with Session() as session:
        start = 'std::process::Command::new("{}").args({}).current_dir("{}").output().unwrap().status.success()'
        session.must_give(start.format("cargo", '["metadata", "--format-version=1", "--offline", "--locked"]', mine), "false")
        session.must_give(start.format("rustup", '["which", "cargo"]', mine), "true")
    must((mine / "Cargo.lock").read_text().startswith("# mine"), "a cell that started cargo has changed the Cargo.lock of another crate")


def a_toolchain_beside_a_notebook(folder):
    """`rust-toolchain.toml` may name any program: it is not to run because a notebook is opened."""
    gift, ran = folder / "gift", folder / "ran"
    gift.mkdir()
    for name in ["cargo", "rustc"]:
        program(folder / "toolchain" / "bin" / name, f'echo "$0" >> "{ran}"; exit 1')
    (gift / "rust-toolchain.toml").write_text(f'[toolchain]\npath = "{folder / "toolchain"}"\n')
    with Session(folder=gift) as session:
        session.must_give("1 + 1", "2")
    must(not ran.exists(), f"programs of a stranger ran: {ran.read_text() if ran.exists() else ''}")


def a_dep_line_that_runs_again(folder):
    """evcxr asks cargo each time for a crate with a relative path; what cargo said last time is said again only while nothing has changed."""
    mine = folder / "of_the_reader" / "asked_for"
    write_crate(mine, 1)
    path = os.path.relpath(mine, NOTEBOOKS)
    dep = f':dep asked_for = {{ path = "{path}" }}'
    with Session() as session:
        session.must_give(dep, None)
        session.must_give("asked_for::answer()", "1")
        quick = session.folder() / "cell" / "src" / "lib.rs"  # the text of the last cell that was compiled without cargo
        session.must_give(f"{dep}\nasked_for::answer() + 10", "11")
        must("+ 10" in quick.read_text(), "after a `:dep` line that ran again cargo compiled the cell")
        # other features, and those of before
        session.must_give(f':dep asked_for = {{ path = "{path}", features = ["loud"] }}', None)
        session.must_give("asked_for::is_loud()", "true")
        session.must_give(f"{dep}\nasked_for::is_loud()", "false")
        # a crate that is another one, or none, by now
        write_crate(mine, 2)
        own = (mine / "Cargo.toml").read_text()
        for manifest, complaint in [
            (own.replace("asked_for", "renamed"), "no matching package named `asked_for` found"),
            ("[package", "unclosed table"),
        ]:
            (mine / "Cargo.toml").write_text(manifest)
            session.must_give(dep, complaint)
        (mine / "Cargo.toml").write_text(own)
        session.must_give(f"{dep}\nasked_for::answer() + 20", "22")


def a_build_script_whose_files_change(folder):
    for script, named in [("build.rs", ""), ("make.rs", 'build="make.rs"\n')]:
        mine = folder / f"with_{script[:-3]}_script"
        write_crate(mine, "include!(concat!(env!(\"OUT_DIR\"), \"/value.rs\"))")
        manifest = mine / "Cargo.toml"
        manifest.write_text(manifest.read_text().replace("\n\n", f"\n{named}\n", 1))
        (mine / script).write_text('fn main() {\n    let text = std::fs::read_to_string("value.txt").unwrap();\n'
            '    let out = std::env::var("OUT_DIR").unwrap();\n    std::fs::write(format!("{out}/value.rs"), text).unwrap();\n}\n')  # fmt: skip
        (mine / "value.txt").write_text("5")
        with Session() as session:
            session.must_give(f':dep {mine.name} = {{ path = "{mine}" }}', None)
            session.must_give(f"{mine.name}::answer()", "5")
            session.must_give(f"{mine.name}::answer() + 1", "6")
            (mine / "value.txt").write_text("7")
            session.must_give(f"{mine.name}::answer() + 2", "9")


def said_in_the_terminal(terminal):
    return [line for line in terminal.read_text().splitlines() if "cargo compiles each cell" in line]


def why_cargo_compiles_each_cell_is_said_once(folder):
    """What is found out in a kernel alone; and what that turns on must do what it does on evcxr itself."""
    mine, log = folder / "with_a_script", folder / "through_sccache"
    write_crate(mine, "5")
    (mine / "build.rs").write_text("fn main() {}\n")
    program(folder / "programs" / "sccache", f'echo "$*" >> "{log}"\nexec "$@"')
    with_sccache = {"PATH": f"{folder / 'programs'}:{os.environ['PATH']}"}
    dep = f':dep with_a_script = {{ path = "{mine}" }}'
    own_cache = {"XDG_CACHE_HOME": str(folder / "another cache")}
    for what, variables, first, expected in [
        (f"since {mine} has a build script", {}, dep, None),
        ("since `:cache` is on", own_cache, ":cache 500", "cache: 500 MiB"),
        ("since sccache is on", with_sccache, ":sccache 1", None),
    ]:
        terminal = folder / "terminal"
        with terminal.open("w") as stream, Session(variables, stderr=stream) as session:
            session.must_give("1 + 1", "2")
            must(not said_in_the_terminal(terminal), f"{what}: this is said before it is so")
            said = session.said(first)
            must("error" not in said.lower() and expected in (None, said.strip()), f"{first} says {said}")
            for n in range(4):
                session.must_give(f"{n} + 2", str(n + 2))
            lines = said_in_the_terminal(terminal)
            must(len(lines) == 1 and what in lines[0], f"{what}: that was to be said once, and the terminal has {lines}")
    cells = log.read_text().count("--crate-name ctx") if log.exists() else 0
    must(cells >= 4, f"after :sccache 1, four cells went through sccache {cells} times")


def without_sccache():
    """`:sccache` then says what it says on evcxr itself, and the next cells are compiled as before."""
    folders = os.environ["PATH"].split(":")
    path = ":".join(place for place in folders if not Path(place, "sccache").exists())
    said = []
    for switch in ["on", "off"]:
        with Session({"PATH": path, "QUICK_CELLS": switch}) as session:
            said.append([session.said(code) for code in ["let n: i32 = 4;", ":sccache 1", "n + 1"]])
    must(said[0] == said[1] and "Couldn't find sccache" in said[0][1] and said[0][2].strip() == "5", f"without sccache: {said}")


def what_cargo_is_told_to_build_incrementally():
    """The crate that the kernel has got from the warm folder is not built anew for it."""
    with Session({"CARGO_INCREMENTAL": "1"}) as session:
        begin = time.time()
        session.must_give(':dep demystified = { path = ".." }\nuse demystified::*;', None)
        session.must_give("sleep_study().len()", "3")
        built = list(session.folder().glob("target/*/debug/deps/libdemystified-*.rlib"))
        must(built and all(library.stat().st_mtime < begin for library in built), f"with CARGO_INCREMENTAL=1 the crate is built anew: {built}")
        must(compiled_without_cargo(session), "with CARGO_INCREMENTAL=1, cargo compiles each cell")


def an_overflow_in_a_readers_own_crate(folder):
    mine = folder / "that_adds"
    write_crate(mine, "1")
    with (mine / "src" / "lib.rs").open("a") as source:
        source.write("pub fn next(n: i32) -> i32 {\n    n + 1\n}\n")
    for switch in ["on", "off"]:
        with Session({"QUICK_CELLS": switch}) as session:
            session.must_give(f':dep that_adds = {{ path = "{mine}" }}', None)
            session.must_give("that_adds::next(1)", "2")
            session.must_give("that_adds::next(i32::MAX)", "attempt to add with overflow")


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


def a_store_is_known_by_its_sources():
    """Else one from before an update of the checkout is taken, and lacks what cells now call: they are all compiled without it."""
    with Session() as session:
        session.must_give(':dep demystified = { path = ".." }\nuse demystified::*;', None)
        for kind in ["plain", "shared"]:
            stamp = session.folder() / "variable_store" / kind / "stamp"
            said = stamp.read_text() if stamp.exists() else ""
            must(kind == "plain" and not said or "pub fn at_line(" in said, f"{stamp} does not hold what the store was made from: {said[:300]}")


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
    tests = {
        "saved during a build": lambda: a_source_that_is_saved_during_a_build(folder),
        "manifest": lambda: a_manifest_that_changes(folder),
        "yesterday": lambda: a_source_of_yesterday_that_comes_today(folder),
        "settings": lambda: what_the_users_settings_say(folder, launcher),
        "started by a cell": lambda: what_a_cell_starts_itself(folder),
        "toolchain": lambda: a_toolchain_beside_a_notebook(folder),
        "again": lambda: a_dep_line_that_runs_again(folder),
        "build script": lambda: a_build_script_whose_files_change(folder),
        "cache": lambda: caches_of_evcxrs(folder),
        "why cargo": lambda: why_cargo_compiles_each_cell_is_said_once(folder),
        "no sccache": without_sccache,
        "incremental": what_cargo_is_told_to_build_incrementally,
        "overflow": lambda: an_overflow_in_a_readers_own_crate(folder),
        "level": cells_are_optimised_on_demand,
        "store": a_store_is_known_by_its_sources,
        "linker": lambda: a_linker_that_refuses_our_options(folder),
        "wrapper": lambda: a_wrapper_of_the_users(folder, launcher),
        "switch": lambda: switched_off(launcher),
        "killed set-up": lambda: a_set_up_that_is_killed(launcher),
    }
    # those that are named, or all
    for name in sys.argv[3:] or tests:
        start = time.monotonic()
        try:
            tests[name]()
        except Failed as failure:
            problems.append(f"{name}: {failure}")
        print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
    if problems:
        sys.exit("\n\n".join(problems))


if __name__ == "__main__":
    main()
