"""JupyterLab's kernels, with one to spare: it is started ahead and has loaded the crate, so that the next notebook is ready at once.

This is a settings file of Jupyter's server; the set-up puts it into .venv. Whoever opens a notebook gets the spare kernel, and another
one is started. There is none while memory is short, and an outdated one is thrown away; then a kernel starts as usual.
"""

import asyncio
import os
import sys
import uuid
from pathlib import Path

import psutil
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop
from traitlets import Float, Int

KERNEL = "rust"
# With this, `demystified-kernel` lets a kernel load the crate before it answers.
LOAD = "QUICK_CELLS_LOAD"
# evcxr as it is has nothing to load that is built
IS_PLAIN = os.environ.get("QUICK_CELLS") == "off"
WARM = Path(sys.prefix) / "kernels" / "warm" / "made-from.stamp"
NOTEBOOKS = Path(sys.prefix).parent / "notebooks"


def built():
    """When the crate was last built for kernels to start from."""
    return WARM.stat().st_mtime if WARM.exists() else None


def is_placeholder(specification):
    return any(word.endswith("placeholder_kernel.py") for word in specification.argv)


def runs_cells(kernel):
    """evcxr runs them in a process of its own, which may have ended alone."""
    process = psutil.Process(kernel.provisioner.pid)
    return any(child.name() == process.name() and child.status() != psutil.STATUS_ZOMBIE for child in process.children())


class SpareKernelManager(AsyncMappingKernelManager):
    spare_memory = Int(2_500_000_000, help="Bytes that must be available: a kernel holds 400 MB, its compiler as much again.").tag(config=True)
    spare_delay = Float(10, help="Seconds after which the next spare kernel is started; a reader runs the first cells now.").tag(config=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._spare = None  # its id
        self._spare_built = None
        self._preparing = None  # the task
        IOLoop.current().add_callback(self._prepare_after, 0)

    async def start_kernel(self, *, kernel_id=None, path=None, kernel_name=None, **kwargs):
        if kernel_id is None and self._are_ours(path) and kernel_name in (None, "", KERNEL):
            try:
                kernel_id = await self._taken(kwargs.get("env", {}))
            except Exception as error:
                self._do_without(error)
            self._prepare_after(self.spare_delay)
        return await super().start_kernel(kernel_id=kernel_id, path=path, kernel_name=kernel_name, **kwargs)

    def list_kernels(self):
        return [kernel for kernel in super().list_kernels() if kernel["id"] != self._spare]

    def _are_ours(self, path):
        """Whether the notebooks in this folder are those of the series, for which a spare kernel is loaded."""
        return NOTEBOOKS.is_dir() and NOTEBOOKS.samefile(self.cwd_for_path(path or ""))

    async def _taken(self, env):
        """The spare kernel, which is none any longer; None if there is none that can be used."""
        if self._preparing and not self._preparing.done() and self._spare:
            await self._preparing
        spare, self._spare = self._spare, None
        if spare is None or spare not in self:
            return None
        kernel = self.get_kernel(spare)
        if self._spare_built != built() or not await kernel.is_alive() or not runs_cells(kernel):
            await self.shutdown_kernel(spare, now=True)
            return None
        # when it is started again, it starts like any other
        kernel.update_env(env={**env, LOAD: ""})
        kernel.start_restarter()
        return spare

    def _prepare_after(self, seconds):
        if self._preparing is None or self._preparing.done():
            self._preparing = asyncio.ensure_future(self._prepare(seconds))

    async def _prepare(self, seconds):
        await asyncio.sleep(seconds)
        while is_placeholder(self.kernel_spec_manager.get_kernel_spec(KERNEL)):
            await asyncio.sleep(1)  # the kernel is still being set up
        if IS_PLAIN or self._spare or not self._are_ours("") or os.cpu_count() == 1 or psutil.virtual_memory().available < self.spare_memory:
            return
        self._spare, self._spare_built = str(uuid.uuid4()), built()
        try:
            await super().start_kernel(kernel_id=self._spare, path="", kernel_name=KERNEL, env={**os.environ, LOAD: "1"})
            # one that cannot load the crate ends, and would again
            self.get_kernel(self._spare).stop_restarter()
        except Exception as error:
            self._do_without(error)

    def _do_without(self, error):
        """Nobody must wait in vain because of a spare kernel: without one, all works as well."""
        self._spare = None
        self.log.warning("No spare kernel: %s", error)


c = get_config()  # noqa: F821: Jupyter provides it
c.ServerApp.kernel_manager_class = SpareKernelManager
