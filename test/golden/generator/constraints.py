"""What each weight constraint makes of a kernel."""

import keras
import numpy as np

from .support import agree, dyadic

NOTE = """
kernel: before, value: after the constraint, float64, by keras.constraints (MaxNorm, UnitNorm, NonNeg, MinMaxNorm), compared
with the formulas. The norm is taken along `axis` (0: of each unit's incoming weights) and 1e-7 is added to it in the division,
so that a zero column stays zero and a norm at its limit shrinks by 1e-7. Defaults: maxValue 2 (minMaxNorm: 1), minValue 0, rate
1, axis 0.
"""

EPSILON = 1e-7
CLASSES = {"maxNorm": "MaxNorm", "unitNorm": "UnitNorm", "nonNegative": "NonNeg", "minMaxNorm": "MinMaxNorm"}
OPTIONS = {"maxValue": "max_value", "minValue": "min_value", "rate": "rate", "axis": "axis"}
CASES = [
    ("maxNorm", {}),
    ("maxNorm", {"maxValue": 1}),
    ("maxNorm", {"maxValue": 1.5, "axis": 1}),
    ("unitNorm", {}),
    ("unitNorm", {"axis": 1}),
    ("nonNegative", {}),
    ("minMaxNorm", {}),
    ("minMaxNorm", {"minValue": 0.5, "maxValue": 1.5}),
    ("minMaxNorm", {"minValue": 1, "maxValue": 2, "rate": 0.5}),
    ("minMaxNorm", {"minValue": 1, "maxValue": 1.25, "rate": 0.25, "axis": 1}),
]


def by_formula(name: str, options: dict, w: np.ndarray) -> np.ndarray:
    if name == "nonNegative":
        return np.maximum(w, 0)
    norm = np.sqrt((w * w).sum(axis=options.get("axis", 0), keepdims=True))
    if name == "unitNorm":
        return w / (norm + EPSILON)
    low, high = options.get("minValue", 0), options.get("maxValue", 2 if name == "maxNorm" else 1)
    rate = options.get("rate", 1)
    return w * (rate * np.clip(norm, low, high) + (1 - rate) * norm) / (norm + EPSILON)


def kernels() -> list[np.ndarray]:
    rng = np.random.default_rng(901)
    ordinary = dyadic(rng, (4, 5))
    # Long, short, exactly 1, zero, and all negative columns.
    special = np.array([[3.0, 0.125, 0, 0, -1], [4, -0.25, 1, 0, -2], [0, 0.125, 0, 0, -0.5]])
    return [ordinary, special]


def finished(name: str, options: dict, kernel: np.ndarray) -> dict:
    constraint = getattr(keras.constraints, CLASSES[name])(**{OPTIONS[key]: value for key, value in options.items()})
    value = constraint(keras.ops.convert_to_tensor(kernel, dtype="float64")).numpy()
    agree(f"{name} {options}", value, by_formula(name, options, kernel))
    return {"name": name, "options": options, "kernel": kernel, "value": value + 0.0}


def build() -> dict:
    return {"cases": [finished(name, options, kernel) for kernel in kernels() for name, options in CASES]}
