"""Puts the solution of an exercise into the cell with the gap.

A solution is the first ```rust block of a Markdown cell with `<summary>Solution`; the exercise is the code cells right above
it. Each statement of the solution takes the place of the one that binds the same name; what binds a new name goes along with
its neighbours.
"""

import re

BLOCK = re.compile(r"<summary>Solution.*?^```rust\n(.*?)^```", re.DOTALL | re.MULTILINE)
NAME = re.compile(r"\s*(?:let (?:mut )?(\w+)|fn (\w+)|(\w+) = )")


def solution(cell):
    """The code of the solution, if the cell holds one."""
    found = cell.cell_type == "markdown" and BLOCK.search(cell.source)
    return found[1] if found else None


def end_of_statement(code, start):
    """Where a statement ends: after its `;`, or after the brace of a block."""
    depth, at, quoted = 0, start, False
    while at < len(code):
        here = code[at]
        if quoted:
            at += here == "\\"
            quoted = code[at] != '"'
        elif code.startswith("//", at):
            at = code.find("\n", at) if "\n" in code[at:] else len(code)
            continue
        elif here == '"':
            quoted = True
        elif here in "([{":
            depth += 1
        elif here in ")]}":
            depth -= 1
        is_block = re.match(r"\s*(fn|for|while|if|loop)\b", code[start:])
        if not quoted and depth == 0 and (here == ";" or here == "}" and is_block):
            return at + 1
        at += 1
    return len(code)


def statements(code):
    at = 0
    while code[at:].strip():
        end = end_of_statement(code, at)
        if code[end : end + 1] == ";":  # a loop that ends a cell
            end += 1
        yield code[at:end].strip("\n")
        at = end


def solved(code, solution):
    """The cell with the solution in it; None if nothing of it fits."""
    waiting, last = [], None
    for statement in statements(solution):
        bare = re.sub(r"(?m)^\s*//.*\n", "", statement + "\n")
        names = NAME.match(bare)
        let, function, assigned = names.groups() if names else (None, None, None)
        binding = rf"{assigned} = " if assigned else rf"(?:let (?:mut )?|fn ){let or function}\b"
        place = names and re.search(rf"(?m)^[ \t]*{binding}", code)
        if not place:
            waiting.append(statement)
            continue
        end = end_of_statement(code, place.start())
        new = "\n".join([*waiting, statement])
        code, waiting = code[: place.start()] + new + code[end:], []
        last = place.start() + len(new)
    if last is None:
        return None
    return code[:last] + "".join("\n" + statement for statement in waiting) + code[last:]
