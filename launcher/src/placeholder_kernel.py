"""Stands in for the Rust kernel while that is being set up: answers each cell at once with how far that is, and then becomes the kernel.

    python placeholder_kernel.py PROGRESS LOCK CONNECTION_FILE

PROGRESS is what the set-up writes, and LOCK what it holds. Jupyter is told of the placeholder by `kernel.json`; when that names the real kernel,
this process becomes it, on the same ports, so that nobody need restart anything.

    python placeholder_kernel.py --cannot-start WHY CONNECTION_FILE

stands in for a kernel that cannot start: each cell is an error that says why. Else Jupyter would start the kernel again and again, and say nothing.
"""

import json
import os
import sys
from pathlib import Path

SPECIFICATION = Path(sys.prefix) / "share" / "jupyter" / "kernels" / "rust" / "kernel.json"
COMMAND = "That command is `cargo run -- setup`, in a terminal, in the folder of this project; JupyterLab may stay open."
READY = "The Rust kernel is ready: run this cell again now (Shift + Enter)."
RESTART = "When that is done, choose Kernel > Restart Kernel. In a class, show this to the one who has set it up."


def the_kernel():
    """How the Rust kernel is started; None as long as it is not there."""
    argv = json.loads(SPECIFICATION.read_text())["argv"]
    return None if __file__ in argv else argv


def become(argv, connection_file, **variables):
    words = [word.replace("{connection_file}", connection_file) for word in argv]
    os.execve(words[0], words, {**os.environ, **variables})


def is_at_work(lock):
    """Whether somebody holds the lock of the set-up."""
    import fcntl

    try:
        with open(lock) as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def how_far(progress, lock):
    """What a reader is told, and how much is done, from 0 to 1; None if nobody is at work."""
    at_work = is_at_work(lock)
    try:
        state = json.loads(Path(progress).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        state = {"step": "", "words": "", "fraction": 0.0}
    if at_work:
        return (
            f"The Rust kernel is being set up, so cells do not run yet: {state['words'] or 'it has just begun'}. "
            f"Read on meanwhile; this line says when it is ready.\nNow: {state['step'] or 'looking at what is there'}."
        ), state["fraction"]
    if "failure" in state:
        return f"The Rust kernel could not be set up. {state['failure']}\n{COMMAND}", None
    return (
        "The set-up of the Rust kernel was ended before it was done. Type `cargo run -- setup` in a terminal, in the folder of this project: it goes on "
        "where it was. Cells run when it is done; JupyterLab may stay open."
    ), None


def display(text, fraction):
    from html import escape

    bar = "" if fraction is None else f'<progress value="{fraction:.3f}" style="width: 20em"></progress>'
    html = f'<p style="white-space: pre-line">{escape(text)}</p>{bar}'
    return {"data": {"text/plain": text, "text/html": html}, "metadata": {}, "transient": {"display_id": "set-up"}}


ANSWERS = {
    "kernel_info_request": {
        "status": "ok",
        "protocol_version": "5.3",
        "implementation": "placeholder",
        "implementation_version": "1",
        # as evcxr says
        "language_info": {"name": "Rust", "version": "", "mimetype": "text/rust", "file_extension": ".rs", "pygment_lexer": "rust", "codemirror_mode": "rust"},
        "banner": "The Rust kernel is being set up",
        "help_links": [],
    },
    "is_complete_request": {"status": "complete"},
    "complete_request": {"status": "ok", "matches": [], "cursor_start": 0, "cursor_end": 0, "metadata": {}},
    "inspect_request": {"status": "ok", "found": False, "data": {}, "metadata": {}},
    "history_request": {"status": "ok", "history": []},
    "comm_info_request": {"status": "ok", "comms": {}},
    "interrupt_request": {"status": "ok"},
    "shutdown_request": {"status": "ok", "restart": False},
}


class StandIn:
    """A kernel that computes nothing."""

    def __init__(self, connection_file):
        import zmq
        from jupyter_client.session import Session

        self.connection_file = connection_file
        connection = json.loads(Path(connection_file).read_text())
        self.session = Session(key=connection["key"].encode(), signature_scheme=connection["signature_scheme"])
        self.context, self.poller = zmq.Context(), zmq.Poller()
        self.sockets = {}
        for name, kind in {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.PUB, "hb": zmq.REP}.items():
            socket = self.context.socket(kind)
            socket.linger = 1000
            socket.bind(f"{connection['transport']}://{connection['ip']}:{connection[f'{name}_port']}")
            self.sockets[name] = socket
        for name in ["shell", "control", "hb"]:
            self.poller.register(self.sockets[name], zmq.POLLIN)
        self.count = 0

    def publish(self, kind, content, parent):
        self.session.send(self.sockets["iopub"], kind, content, parent)

    def run(self):
        jupyter = os.getppid()
        ended = False
        while not ended and os.getppid() == jupyter:
            for socket, _ in self.poller.poll(timeout=500):
                if socket is self.sockets["hb"]:
                    socket.send(socket.recv())
                else:
                    ended = self.answer(socket)
            self.look_around()
        self.close()

    def look_around(self):
        """Twice a second."""

    def answer(self, socket):
        """Whether this was the request to end."""
        identities, request = self.session.recv(socket, mode=0)
        kind = request["msg_type"]
        self.publish("status", {"execution_state": "busy"}, request)
        content = self.executed(request) if kind == "execute_request" else ANSWERS.get(kind)
        if content is not None:
            self.session.send(socket, kind.replace("request", "reply"), content, request, identities)
        self.publish("status", {"execution_state": "idle"}, request)
        return kind == "shutdown_request"

    def executed(self, request):
        """The answer to a cell."""
        self.count += 1
        self.publish("execute_input", {"code": request["content"]["code"], "execution_count": self.count}, request)
        return {**self.shown(request), "execution_count": self.count}

    def close(self):
        for socket in self.sockets.values():
            socket.close()
        self.context.term()


class CannotStart(StandIn):
    """Says why the kernel cannot start."""

    def __init__(self, why, connection_file):
        super().__init__(connection_file)
        self.why = why

    def shown(self, request):
        error = {"ename": "The Rust kernel cannot start", "evalue": self.why, "traceback": [self.why, RESTART]}
        self.publish("error", error, request)
        return {"status": "error", **error}


class Placeholder(StandIn):
    """Says how far the set-up is."""

    def __init__(self, progress, lock, connection_file):
        super().__init__(connection_file)
        self.progress, self.lock = progress, lock
        self.asked = None  # a cell that was run too early; all of them show the same output
        self.told = None

    def look_around(self):
        self.tell_news()
        if argv := the_kernel():
            self.hand_over(argv)

    def shown(self, request):
        self.asked, self.told = request, self.news()
        self.publish("display_data", display(*self.told), request)
        return {"status": "ok", "user_expressions": {}, "payload": []}

    def news(self):
        # in this order: who has set it up tells of the kernel first, and is no longer at work then
        news = how_far(self.progress, self.lock)
        return (READY, None) if the_kernel() else news

    def tell_news(self):
        if self.asked and (news := self.news()) != self.told:
            self.told = news
            self.publish("update_display_data", display(*news), self.asked)

    def hand_over(self, argv):
        self.tell_news()
        self.close()
        # it loads the crate before it answers: then the first cells are quick
        become(argv, self.connection_file, QUICK_CELLS_LOAD="1")


def main():
    words = sys.argv[1:]
    if words[0] == "--cannot-start":
        return CannotStart(*words[1:]).run()
    if argv := the_kernel():
        become(argv, words[-1])
    Placeholder(*words).run()


if __name__ == "__main__":
    main()
