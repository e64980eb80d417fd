"""A kernel that is started and timed."""

import os
import queue
import subprocess
import time

import psutil
from jupyter_client.manager import KernelManager


QUIET_SECONDS = 0.05  # the kernel may send lines of stderr after it said it was done


class Failed(Exception):
    """A cell that did not do what is measured."""


class Kernel:
    """A kernel that is started and timed; ended with `with`."""

    def __init__(self, spec, folder, spare=False):
        self.manager = KernelManager()
        self.manager._kernel_spec = spec
        start = time.perf_counter()
        env = {**os.environ, "QUICK_CELLS_LOAD": "1" if spare else ""}
        self.manager.start_kernel(cwd=str(folder), env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            if spare:  # JupyterLab has started it before the reader comes
                self.client.wait_for_ready(timeout=600)
                start = time.perf_counter()
            self.client.kernel_info(reply=True, timeout=600)
            self.start_seconds = time.perf_counter() - start
            self.client.wait_for_ready(timeout=60)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel()

    def seconds(self, code, shows, fails=False):
        """The time of one cell, which must do without errors, or must fail if it `fails`, and show something when `shows`."""
        outputs = []
        start = time.perf_counter()
        reply = self.client.execute_interactive(code, timeout=1200, output_hook=outputs.append)
        seconds = time.perf_counter() - start
        outputs += self.late_messages()
        shown = [output for output in outputs if output["msg_type"] in ("execute_result", "display_data")]
        stderr = [output["content"]["text"] for output in outputs if output["content"].get("name") == "stderr"]
        errors = [output["content"]["evalue"] for output in outputs if output["msg_type"] == "error"]
        fell_back = any(output["content"]["data"].get("text/plain", "").startswith("Figure ") for output in shown)
        failed = reply["content"]["status"] != "ok" or stderr
        if bool(failed) != fails or (shows and not shown and not errors) or fell_back:
            raise Failed(f"{code}\n{''.join(stderr)}{' '.join(errors)}")
        return seconds

    def late_messages(self):
        while True:
            try:
                yield self.client.get_iopub_msg(timeout=QUIET_SECONDS)
            except queue.Empty:
                return

    def number(self, name):
        """The value of a variable."""
        outputs = []
        self.client.execute_interactive(name, timeout=60, output_hook=outputs.append)
        return float(next(o["content"]["data"]["text/plain"] for o in outputs if o["msg_type"] == "execute_result"))

    def megabytes(self):
        """What the kernel and all that it has started hold in memory."""
        kernel = psutil.Process(self.manager.provisioner.pid)
        return sum(process.memory_info().rss for process in [kernel, *kernel.children(recursive=True)]) / 1e6
