"""JSON that people can read in a diff: short things on one line, one matrix row per line, numbers that round-trip."""

import json
import math
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

WIDTH = 140
PACKAGES = ("torch", "keras", "numpy", "scikit-learn", "mpmath")


def header(note: str) -> dict:
    """The head of every file: who made it, with what, and what is in it."""
    return {
        "generator": "test/golden/generate.py",
        # Without the build's suffix (+cpu, +cu132): the numbers are the same.
        "versions": {name: version(name).split("+")[0] for name in PACKAGES},
        "note": " ".join(note.split()),
    }


def write(path: Path, content: dict) -> int:
    text = render(content, 0) + "\n"
    json.loads(text)
    path.write_text(text, encoding="utf-8")
    return len(text)


def number(value: float) -> str:
    """The shortest text that reads back as the same number; JSON has no NaN and no infinities, so these are strings."""
    if math.isnan(value):
        return '"NaN"'
    if math.isinf(value):
        return '"Infinity"' if value > 0 else '"-Infinity"'
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0"
    if value == int(value) and abs(value) < 2**53:
        return str(int(value))
    return repr(value)


def single(values) -> object:
    """float32 results, printed with the digits float32 needs (read them back with Math.fround)."""
    if isinstance(values, dict):
        return {key: single(value) for key, value in values.items()}
    array = np.asarray(values.detach() if torch.is_tensor(values) else values, dtype=np.float32)
    if array.ndim == 0:
        return float(str(array[()]))
    return [single(row) for row in array]


def scalar(value) -> str | None:
    """The text of a value that is not a container, else None."""
    if value is None:
        return "null"
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return number(float(value))
    return None


def render(value, indent: int) -> str:
    if torch.is_tensor(value):
        value = value.detach().tolist()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    text = scalar(value)
    if text is not None:
        return text
    is_object = isinstance(value, dict)
    if is_object:
        parts = [f"{json.dumps(key)}: {render(item, indent + 1)}" for key, item in value.items()]
    else:
        parts = [render(item, indent + 1) for item in value]
    opening, closing = "{}" if is_object else "[]"
    line = opening + ", ".join(parts) + closing
    if "\n" not in line and len(line) + indent <= WIDTH:
        return line
    pad = " " * (indent + 1)
    if not is_object and all(scalar(item) is not None for item in value):
        parts = fill(parts, WIDTH - indent - 1)
    return opening + "\n" + ",\n".join(pad + part for part in parts) + "\n" + " " * indent + closing


def fill(parts: list[str], width: int) -> list[str]:
    """Joins short items to lines of at most `width` characters."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 2 <= width:
            lines[-1] += ", " + part
        else:
            lines.append(part)
    return lines


def compare(path: Path, content: dict) -> str | None:
    """The first difference beyond rounding between a committed file and fresh content, or None."""
    if not path.exists():
        return "missing"
    return difference(json.loads(path.read_text(encoding="utf-8")), json.loads(render(content, 0)), "")


def difference(old, new, where: str) -> str | None:
    key = where.rsplit("/", 1)[-1]
    # The head names versions, and PyTorch's float32 errors depend on the processor.
    if key in ("versions", "torchFloat32", "torchFloat32Error"):
        return None
    if isinstance(old, (int, float)) and isinstance(new, (int, float)) and not isinstance(old, bool):
        single_precision = "losses32/" in where or "finalWeights32/" in where
        tolerance = 1e-5 if single_precision else 1e-11
        # A weight of a float32 run that has come near 0 has the rounding of the numbers of about 1 that it was summed from.
        close = math.isclose(old, new, rel_tol=tolerance, abs_tol=tolerance * (1e-1 if single_precision else 1e-3))
        return None if close else f"{where}: {old} became {new}"
    if type(old) is not type(new):
        return f"{where}: {old!r} became {new!r}"
    if isinstance(old, dict):
        left_out = {"torchFloat32", "torchFloat32Error"}
        if [k for k in old if k not in left_out] != [k for k in new if k not in left_out]:
            return f"{where}: keys {list(old)} became {list(new)}"
        pairs = [(name, old[name], new[name]) for name in old if name in new]
    elif isinstance(old, list):
        if len(old) != len(new):
            return f"{where}: {len(old)} items became {len(new)}"
        pairs = [(i, a, b) for i, (a, b) in enumerate(zip(old, new, strict=True))]
    else:
        return None if old == new else f"{where}: {old!r} became {new!r}"
    for name, a, b in pairs:
        found = difference(a, b, f"{where}/{name}")
        if found:
            return found
    return None
