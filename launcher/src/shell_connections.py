"""The kernels' shell connections, which the server closes ten seconds later than it would.

This is a settings file of Jupyter's server; the set-up puts it into .venv. evcxr 0.22 may stand still for ever when one connection to its shell
ends while another one is made: zeromq 0.6 waits for the lock of its table of connections, and keeps a thread from the one who holds it
(`GenericSocketBackend::peer_disconnected`). The server does just that whenever a page is opened: each has a connection of its own to ask what
the kernel is. When they end late, the page has long been connected.
"""

from functools import partial

from jupyter_server.services.kernels.kernelmanager import ServerKernelManager

SECONDS = 10
connect_shell = ServerKernelManager.connect_shell
leaving = {}  # connections that the server is done with, by their identity


def connect_shell_and_close_late(self, identity=None):
    # of two connections with the same identity, only one would get the answers
    if identity in leaving:
        leaving.pop(identity).close()
    stream = connect_shell(self, identity=identity)
    stream.close = partial(close_late, stream, identity)
    return stream


def close_late(stream, identity, linger=None):
    """As `ZMQStream.close`, but the connection itself stays for a while."""
    socket, stream.socket = stream.socket, None
    if socket is None:
        return
    stream.io_loop.remove_handler(socket)
    if identity:
        leaving[identity] = socket

    def close():
        if leaving.get(identity) is socket:
            del leaving[identity]
        socket.close(linger)

    stream.io_loop.call_later(SECONDS, close)


ServerKernelManager.connect_shell = connect_shell_and_close_late
