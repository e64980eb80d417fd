# python -c … SPECIFICATION FOLDER CELL…: starts a kernel in the current folder, lets it run cells as a notebook does, and copies its build folder.
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

# not printed: evcxr may send what a cell prints after it said that it was done
WHERE = 'std::env::var("EVCXR_TMPDIR").unwrap_or_default()'


def run(client, code):
    """The text of what the cell shows."""
    shown, complaints = [], []

    def listen(message):
        content = message["content"]
        if message["msg_type"] == "execute_result":
            shown.append(content["data"].get("text/plain", ""))
        elif message["msg_type"] == "error":
            complaints.extend(content["traceback"])
        elif content.get("name") == "stderr":
            complaints.append(content["text"])

    reply = client.execute_interactive(code, timeout=1800, output_hook=listen)
    if reply["content"]["status"] != "ok":
        sys.exit(f"the kernel could not run {code!r}:\n{''.join(complaints)}")
    return "".join(shown)


def end_with(kernel, finished):
    """A kernel that dies answers nothing."""
    while not finished.wait(1):
        if kernel.poll() is not None:
            try:
                print(f"the kernel ended with status {kernel.returncode}", file=sys.stderr)
            finally:  # even if nobody reads it
                os._exit(1)


specification, copy, *cells = sys.argv[1:]
# Jupyter is told of the kernel when it is ready; until then, only this knows it.
with tempfile.TemporaryDirectory() as folder:
    place = Path(folder) / "warming" / "kernel.json"
    place.parent.mkdir()
    place.write_text(specification)
    manager = KernelManager(kernel_name="warming", kernel_spec_manager=KernelSpecManager(kernel_dirs=[folder], ensure_native_kernel=False))
    # stderr shows what cargo compiles
    manager.start_kernel(stdout=subprocess.DEVNULL, env={**os.environ, "QUICK_CELLS_WARMING": "1"})
client = manager.client()
finished = threading.Event()
threading.Thread(target=end_with, args=[manager.provisioner.process, finished], daemon=True).start()
try:
    client.start_channels()
    client.wait_for_ready(timeout=300)
    folder = json.loads(run(client, WHERE))
    for cell in cells:
        run(client, cell)
    if not os.path.isdir(folder):
        sys.exit(f"the kernel has no build folder of its own: {folder!r}")
    # What was recorded of its cells holds for that kernel alone.
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("libcode_*", "cell", "cell.json", "variables.json", "cells.process", "cell.failed"))
finally:
    finished.set()
    client.stop_channels()
    manager.shutdown_kernel()
