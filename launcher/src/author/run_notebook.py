"""Executes a notebook on a clean kernel `rust` and records all that happens.

    python run_notebook.py NOTEBOOK FOLDER [--twice] [--solutions FILE] [--edits FILE]

Writes FOLDER/executed.ipynb, ready to be stored, and FOLDER/facts.json:

    {"died": null or why the run ended early,
     "cells": {"<index>": {"reply": "ok" or "error", "seconds": 0.4,
                           "again": {the same and "outputs"; only with --twice}}},
     "solutions": {"<index>": {"fits", "outputs"}; only with --solutions},
     "edits": [{"<index>": {"reply", "seconds", "outputs"}}, …; only with --edits]}

With --solutions the exercises are run with their solutions too, where the solution stands: FILE has, for each cell with a solution, the cells
above it with the solution in one of them; `fits` tells whether it fits the gap.

With --edits, a list of {"set": {"<name>": "<value>"}}, the cell tagged `parameters` is run with these values, and then what is
below it, in the same kernel: everything for the first entry, and what follows from the values for the others.

Nothing is judged here: after an error, a panic or a failed claim the next cell runs.
"""

import argparse
import asyncio
import copy
import json
import queue
import re
import sys
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


def describe(outputs):
    """Gives each picture its alternative text, the text beside it, where nbconvert and the tools built on it look for one."""
    for output in outputs:
        data = output.get("data", {})
        if "image/png" in data and "text/plain" in data:
            output.metadata["image/png"] = {"alt": data["text/plain"].strip()}
    return outputs


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
    cell.outputs = describe(tidy(cell.outputs))
    return {"reply": replies[0]["content"]["status"], "seconds": round(seconds, 3)}


def with_values(source, values):
    """The cell of hyperparameters with other values."""
    for name, value in values.items():
        source, found = re.subn(rf"(let {name}: [^=]+= )[^;]+;", lambda line: f"{line[1]}{value};", source)
        if found != 1:
            sys.exit(f"the cell tagged `parameters` has {found} lines `let {name}: … = …;`, but one is to be edited")
    return source


def followers(cells, first):
    """The cells that name a hyperparameter, or what was computed with one. The others give what they gave before."""
    changed, found = set(), set()
    for index in range(first, len(cells)):
        source = cells[index].source if cells[index].cell_type == "code" else ""
        if index == first or changed & set(re.findall(r"\w+", source)):
            found.add(index)
            changed.update(re.findall(r"\blet (?:mut )?(\w+)", source))
    return found


async def run_edits(client, edits, facts):
    """As a reader does: changes the hyperparameters, runs all below, up to an error; then again, with others."""
    cells = client.nb.cells
    first = next(index for index, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", []))
    following = followers(cells, first)
    for edit in edits:
        ran = {}
        facts["edits"].append(ran)
        for index in range(first, len(cells)):
            as_it_stands = cells[index]
            cell = nbformat.from_dict(copy.deepcopy(as_it_stands))
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            if len(facts["edits"]) > 1 and index not in following:
                continue
            if index == first:
                cell.source = with_values(cell.source, edit["set"])
            ran[index] = await run_cell(client, cell, index)
            ran[index]["outputs"] = cell.outputs
            client.nb.cells[index] = as_it_stands
            if ran[index]["reply"] == "error" and "raises-exception" not in cell.metadata.get("tags", []):
                break  # as in JupyterLab: what waits is not run (after a `?` that fails, evcxr replies "ok")


async def run_solution(client, solution):
    """Runs the code cells right above with the solution in them."""
    outputs = []
    for place, source in sorted((int(place), source) for place, source in solution["cells"].items()):
        as_it_stands = client.nb.cells[place]
        cell = nbformat.from_dict(copy.deepcopy(as_it_stands))
        cell.source = source
        await run_cell(client, cell, place)
        outputs += cell.outputs
        client.nb.cells[place] = as_it_stands
    return {"fits": solution["fits"], "outputs": outputs}


async def run_cells(client, twice, solutions, edits):
    """Fills the notebook's outputs; returns the facts."""
    facts = {"died": None, "cells": {}, "solutions": {}, "edits": []}
    try:
        async with client.async_setup_kernel():
            reply = await client.kc.kernel_info(reply=True, timeout=START_SECONDS)
            client.nb.metadata.language_info = reply["content"]["language_info"]
            for index, cell in enumerate(client.nb.cells):
                if solution := solutions.get(str(index)):
                    facts["solutions"][index] = await run_solution(client, solution)
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                fact = await run_cell(client, cell, index)
                facts["cells"][index] = fact
                if twice:
                    again = nbformat.from_dict(cell)
                    fact["again"] = await run_cell(client, again, index)
                    fact["again"]["outputs"] = again.outputs
                    client.nb.cells[index] = cell
            if edits:
                await run_edits(client, edits, facts)
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
    parser.add_argument("--solutions", type=Path, help="run the exercises with these solutions too")
    parser.add_argument("--edits", type=Path, help="run on with edited hyperparameters")
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
    edits = json.loads(arguments.edits.read_text(encoding="utf-8")) if arguments.edits else []
    solutions = json.loads(arguments.solutions.read_text(encoding="utf-8")) if arguments.solutions else {}
    facts = asyncio.run(run_cells(client, arguments.twice, solutions, edits))
    # What JupyterLab writes when it saves, so that saving an unchanged notebook changes nothing.
    notebook.metadata.kernelspec = {"display_name": "Rust", "language": "rust", "name": "rust"}
    nbformat.write(notebook, arguments.folder / "executed.ipynb")
    (arguments.folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main()
