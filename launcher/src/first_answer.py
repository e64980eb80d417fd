"""Pages that a kernel answers at once.

This is a settings file of Jupyter's server; the set-up puts it into .venv. When a page is opened, or its kernel restarted, the server asks the
kernel what it is, and tells the page of the kernel once something has come on the channel that is for all (iopub). What comes before that channel
is connected is lost; then the server asks again, half a second later. So it waits first until the channel is connected.
"""

import asyncio

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

SECONDS = 0.05  # enough in each of thirty restarts; where it is not, the server asks again as it would


class FirstAnswer(ZMQChannelsWebsocketConnection):
    def nudge(self):
        return asyncio.ensure_future(self._nudge_when_connected())

    async def _nudge_when_connected(self):
        await asyncio.sleep(SECONDS)
        if not self.channels["iopub"].closed():  # the page may be gone already
            await super().nudge()


c = get_config()  # noqa: F821: Jupyter provides it
c.ServerApp.kernel_websocket_connection_class = FirstAnswer
