"""The forms of the cells *Change me*, and the program that computes what follows from their values."""

import base64
import gzip
import json
import math
from dataclasses import dataclass
from pathlib import Path

STEPS = 100  # of a slider that goes through powers of ten


@dataclass
class Forms:
    """What `cargo run -- book` has left in a folder: the forms, by the notebook, and the program."""

    forms: dict
    program: bytes

    @classmethod
    def read(cls, folder: Path):
        forms = json.loads((folder / "forms.json").read_text(encoding="utf-8"))
        return cls(forms, (folder / "program.wasm").read_bytes())

    def script(self):
        """The program as a script, since a page from a folder may not fetch a file."""
        packed = base64.b64encode(gzip.compress(self.program, 9, mtime=0)).decode()
        return f'self.PROGRAM = "{packed}";\n'


def slider(field):
    """Where a slider begins, ends and stands, and its step."""
    low, high, value = field["slider"]["low"], field["slider"]["high"], float(field["value"])
    if field["slider"]["logarithmic"]:
        return {"min": 0, "max": STEPS, "step": 1, "at": round(STEPS * math.log(value / low) / math.log(high / low))}
    return {"min": low, "max": high, "step": 1 if field["whole"] else (high - low) / STEPS, "at": value}
