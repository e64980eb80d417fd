"""JupyterLab's kernels, with two to spare: they are started ahead and have loaded the crate, so that the next notebook is ready at once.

This is a settings file of Jupyter's server; the set-up puts it into .venv. Whoever opens a notebook or restarts its kernel gets a spare one, and
another one is started. There is none while memory is short, also not one that is there already, and an outdated one is thrown away; then a
kernel starts as usual.
"""

import asyncio
import os
import sys
import uuid
from pathlib import Path

import psutil
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop, PeriodicCallback
from traitlets import Float, Int

KERNEL = "rust"
# With this, `demystified-kernel` lets a kernel load the crate before it answers.
LOAD = "QUICK_CELLS_LOAD"
# evcxr as it is has nothing to load that is built
IS_PLAIN = os.environ.get("QUICK_CELLS") == "off"
WARM = Path(sys.prefix) / "kernels" / "warm" / "made-from.stamp"
CHECKOUT = Path(sys.prefix).parent


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
    spare_kernels = Int(2, help="How many are kept: the next notebook, and a restart meanwhile.").tag(config=True)
    spare_memory = Int(2_500_000_000, help="Bytes that must be available: a kernel holds 350 MB, its compiler as much again.").tag(config=True)
    scarce_memory = Int(1_000_000_000, help="Where fewer bytes are available, spare kernels that wait end.").tag(config=True)
    spare_delay = Float(10, help="Seconds after which the next spare kernel is started; a reader runs the first cells now.").tag(config=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._spares = {}  # their ids, and when the crate that they have loaded was built
        self._starting = None  # the id of one that is not yet among them
        self._loaded = set()  # the ids of those that have loaded the crate
        self._ours = set()  # the ids of the kernels of notebooks of the series
        self._preparing = None  # the task
        self._ended = {}  # the ids of kernels that nobody is to see any more, and the tasks that end them
        self._watch = PeriodicCallback(self._end_while_memory_is_short, 2000)
        self._watch.start()
        IOLoop.current().add_callback(self._prepare_after, 0)

    async def start_kernel(self, *, kernel_id=None, path=None, kernel_name=None, **kwargs):
        are_ours = kernel_id is None and self._are_ours(path) and kernel_name in (None, "", KERNEL)
        if are_ours:
            kernel_id = await self._taken()
            if kernel_id:
                # when it is started again, it starts like any other
                self.get_kernel(kernel_id).update_env(env={**kwargs.get("env", {}), LOAD: ""})
            self._prepare_after(self.spare_delay)
        started = await super().start_kernel(kernel_id=kernel_id, path=path, kernel_name=kernel_name, **kwargs)
        if are_ours:
            self._ours.add(started)
        return started

    async def restart_kernel(self, kernel_id, now=False):
        spare = await self._taken() if kernel_id in self._ours else None
        self._prepare_after(self.spare_delay)
        if spare is None:
            return await super().restart_kernel(kernel_id, now=now)
        new, old = self.get_kernel(spare), self.get_kernel(kernel_id)
        new.update_env(env={LOAD: ""})
        # Jupyter goes by the id; connections are made anew after a restart, since the ports have changed
        self._kernels[kernel_id], self._kernels[spare] = new, old
        new.kernel_id, old.kernel_id = kernel_id, spare
        new._restarter.callbacks, old._restarter.callbacks = old._restarter.callbacks, new._restarter.callbacks
        self._end(spare)

    def list_kernels(self):
        return [kernel for kernel in super().list_kernels() if kernel["id"] not in (self._starting, *self._spares, *self._ended)]

    def remove_kernel(self, kernel_id):
        self._ours.discard(kernel_id)
        self._spares.pop(kernel_id, None)
        self._loaded.discard(kernel_id)
        return super().remove_kernel(kernel_id)

    def _are_ours(self, path):
        """Whether the notebooks in this folder are those of the series, or a reader's copies: `path = ".."` is the crate that a spare kernel has loaded."""
        return CHECKOUT.samefile(Path(self.cwd_for_path(path or "")) / "..")

    async def _taken(self):
        """A spare kernel, which is none any longer; None if there is none that can be used."""
        while self._starting:
            await asyncio.sleep(0.05)
        while self._spares:
            spare, loaded = next(iter(self._spares.items()))
            del self._spares[spare]
            try:
                kernel = self.get_kernel(spare)
                if loaded == built() and await kernel.is_alive() and (spare not in self._loaded or runs_cells(kernel)):
                    kernel.start_restarter()
                    return spare
                self._end(spare)
            except Exception as error:
                self._do_without(error)
        return None

    def _prepare_after(self, seconds):
        if self._preparing is None or self._preparing.done():
            self._preparing = asyncio.ensure_future(self._prepare(seconds))

    async def _prepare(self, seconds):
        await asyncio.sleep(seconds)
        while is_placeholder(self.kernel_spec_manager.get_kernel_spec(KERNEL)):
            await asyncio.sleep(1)  # the kernel is still being set up
        while len(self._spares) < self.spare_kernels:
            if IS_PLAIN or not self._are_ours("") or os.cpu_count() == 1 or psutil.virtual_memory().available < self.spare_memory:
                return
            self._starting = str(uuid.uuid4())
            loaded = built()
            try:
                await super().start_kernel(kernel_id=self._starting, path="", kernel_name=KERNEL, env={**os.environ, LOAD: "1"})
                # one that cannot load the crate ends, and would again
                self.get_kernel(self._starting).stop_restarter()
                self._spares[self._starting] = loaded
            except Exception as error:
                return self._do_without(error)
            finally:
                spare, self._starting = self._starting, None
            # one after another: each keeps a processor busy for seconds
            await self._answer(self.get_kernel(spare))
            self._loaded.add(spare)
            await asyncio.sleep(self.spare_delay)

    async def _answer(self, kernel):
        """A kernel answers when it has loaded the crate. One that cannot ends."""
        channel, answer = kernel.connect_shell(), asyncio.get_running_loop().create_future()
        channel.on_recv(lambda message: answer.done() or answer.set_result(message))
        kernel.session.send(channel, "kernel_info_request")
        while not answer.done() and await kernel.is_alive():
            await asyncio.wait([answer], timeout=1)
        channel.close()

    def _end_while_memory_is_short(self):
        if self._spares and psutil.virtual_memory().available < self.scarce_memory:
            spare, _ = self._spares.popitem()
            self.log.warning("Memory is short: a spare kernel ends")
            self._end(spare)

    def _end(self, kernel_id):
        """Nobody waits for its end."""
        self._ended[kernel_id] = task = asyncio.ensure_future(self.shutdown_kernel(kernel_id, now=True))
        task.add_done_callback(lambda _: self._ended.pop(kernel_id, None))

    def _do_without(self, error):
        """Nobody must wait in vain because of a spare kernel: without one, all works as well."""
        self.log.warning("No spare kernel: %s", error)


c = get_config()  # noqa: F821: Jupyter provides it
c.ServerApp.kernel_manager_class = SpareKernelManager
for others in ["shell_connections.py", "first_answer.py"]:
    load_subconfig(others)  # noqa: F821: Jupyter provides it
