"""Executes a notebook on a clean kernel `rust` and records all that happens.

    python run_notebook.py NOTEBOOK FOLDER [--twice]

Writes FOLDER/executed.ipynb, ready to be stored, and FOLDER/facts.json:

    {"died": null or why the run ended early,
     "cells": {"<index>": {"reply": "ok" or "error", "seconds": 0.4,
                           "again": {the same and "outputs"; only with --twice}}}}

Nothing is judged here: after an error, a panic or a failed claim the next cell runs.
"""

import argparse
import asyncio
import json
import queue
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError

START_SECONDS = 300  # a kernel that builds its dependencies before it answers
CELL_SECONDS = 300  # a `:dep` with nothing built before, on a slow machine
QUIET_SECONDS = 0.05  # the kernel may send lines of stdout and stderr after it said it was done


def tidy(outputs):
    """Streams joined and put first: the order in which they arrive is a matter of chance."""
    streams, others = {}, []
    for output in outputs:
        if output.output_type != "stream":
            others.append(output)
        elif output.name in streams:
            streams[output.name].text += output.text
        else:
            streams[output.name] = output
    return [streams[name] for name in sorted(streams, reverse=True)] + others


async def late_messages(client, cell, index, request):
    while True:
        try:
            message = await client.kc.get_iopub_msg(timeout=QUIET_SECONDS)
        except queue.Empty:
            return
        if message["parent_header"].get("msg_id") == request:
            try:
                client.process_message(message, cell, index)
            except CellExecutionComplete:
                pass


async def run_cell(client, cell, index):
    replies = []
    client.on_cell_executed = lambda execute_reply, **_: replies.append(execute_reply)
    start = time.perf_counter()
    await client.async_execute_cell(cell, index)
    seconds = time.perf_counter() - start
    await late_messages(client, cell, index, replies[0]["parent_header"]["msg_id"])
    cell.outputs = tidy(cell.outputs)
    return {"reply": replies[0]["content"]["status"], "seconds": round(seconds, 3)}


async def run_cells(client, twice):
    """Fills the notebook's outputs; returns the facts."""
    facts = {"died": None, "cells": {}}
    try:
        async with client.async_setup_kernel():
            reply = await client.kc.kernel_info(reply=True, timeout=START_SECONDS)
            client.nb.metadata.language_info = reply["content"]["language_info"]
            for index, cell in enumerate(client.nb.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                fact = await run_cell(client, cell, index)
                facts["cells"][index] = fact
                if twice:
                    copy = nbformat.from_dict(cell)
                    fact["again"] = await run_cell(client, copy, index)
                    fact["again"]["outputs"] = copy.outputs
                    client.nb.cells[index] = cell
    except DeadKernelError:
        facts["died"] = "the kernel process ended"
    except CellTimeoutError:
        facts["died"] = f"the cell took more than {CELL_SECONDS} seconds"
    except (RuntimeError, TimeoutError) as error:
        facts["died"] = f"the kernel did not start: {error}"
    return facts


def cleaned(notebook):
    """Without the outputs and time stamps of earlier runs; with an id for each cell."""
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    _, notebook = nbformat.validator.normalize(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--twice", action="store_true", help="run each cell twice in a row")
    arguments = parser.parse_args()

    notebook = cleaned(nbformat.read(arguments.notebook, as_version=4))
    client = NotebookClient(
        notebook,
        kernel_name="rust",
        resources={"metadata": {"path": str(arguments.notebook.resolve().parent)}},
        allow_errors=True,
        record_timing=False,
        coalesce_streams=False,
        startup_timeout=START_SECONDS,
        timeout=CELL_SECONDS,
    )
    facts = asyncio.run(run_cells(client, arguments.twice))
    # What JupyterLab writes when it saves, so that saving an unchanged notebook changes nothing.
    notebook.metadata.kernelspec = {"display_name": "Rust", "language": "rust", "name": "rust"}
    nbformat.write(notebook, arguments.folder / "executed.ipynb")
    (arguments.folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main()
