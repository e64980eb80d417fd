# Starts the kernel `rust` in the current folder, lets it build the crate as a notebook does, and copies its build folder.
import os
import shutil
import subprocess
import sys
import threading

from jupyter_client.manager import KernelManager

CELLS = [
    'println!("{}", std::env::var("EVCXR_TMPDIR").unwrap_or_default());',
    ':dep demystified = { path = ".." }',
    "use demystified::*; use demystified::ndarray::*;",
    "let first: Array2<f64> = array![[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]];",
    "first",
]


def run(client, code):
    said = {"stdout": "", "stderr": ""}

    def listen(message):
        content = message["content"]
        if message["msg_type"] == "stream":
            said[content["name"]] += content["text"]
        elif message["msg_type"] == "error":
            said["stderr"] += "\n".join(content["traceback"])

    reply = client.execute_interactive(code, timeout=1800, output_hook=listen)
    if reply["content"]["status"] != "ok":
        sys.exit(f"the kernel could not run {code!r}:\n{said['stderr']}")
    return said["stdout"]


def end_with(kernel, finished):
    """A kernel that dies answers nothing, and the lock of the set-up would be held until the time is out."""
    while not finished.wait(1):
        if kernel.poll() is not None:
            print(f"the kernel ended with status {kernel.returncode}", file=sys.stderr)
            os._exit(1)


manager = KernelManager(kernel_name="rust")
# stderr shows cargo's progress
manager.start_kernel(stdout=subprocess.DEVNULL, env={**os.environ, "DEMYSTIFIED_WARMING": "1"})
client = manager.client()
finished = threading.Event()
threading.Thread(target=end_with, args=[manager.provisioner.process, finished], daemon=True).start()
try:
    client.start_channels()
    client.wait_for_ready(timeout=300)
    folder = run(client, CELLS[0]).strip()
    for cell in CELLS[1:]:
        run(client, cell)
    if not os.path.isdir(folder):
        sys.exit(f"the kernel has no build folder of its own: {folder!r}")
    # What was recorded of its cells holds for that kernel alone.
    shutil.copytree(folder, sys.argv[1], ignore=shutil.ignore_patterns("libcode_*", "cell", "cell.json"))
finally:
    finished.set()
    client.stop_channels()
    manager.shutdown_kernel()
