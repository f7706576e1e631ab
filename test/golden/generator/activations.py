"""Values and derivatives of every activation."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from . import softmax_rows
from .output import single
from .reference_activations import FORMULAS, LIMITS
from .support import agree

NOTE = """
x: inputs, each exactly a float32, shared by all of `elementwise`. value[i] and derivative[i] belong to x[i]: PyTorch's
functions, computed with 50 digits and rounded to float64 (PyTorch's own float64 is asserted equal up to its rounding). Put them
through Math.fround before counting units in the last place: some overflow or underflow in float32. At +-Infinity: the
mathematical limits (PyTorch gives NaN for some). derivative null: not specified (NaN into a piecewise linear function).
Derivatives at kinks: PyTorch's. The sign of a zero result is not specified. torchFloat32: where PyTorch's own float32 forward
pass is more than 4 units of float32's last place off, its worst places. softmaxRows: x is one row of logits and `gradient` what
comes out for `upstream`.
"""

TORCH = {
    "linear": lambda x: x * 1,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leakyRelu": lambda x, negativeSlope=0.01: F.leaky_relu(x, negativeSlope),
    "elu": lambda x, alpha=1.0: F.elu(x, alpha),
    "selu": F.selu,
    "celu": lambda x, alpha=1.0: F.celu(x, alpha),
    "gelu": lambda x, approximate="none": F.gelu(x, approximate=approximate),
    "silu": F.silu,
    "mish": F.mish,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "hardSigmoid": F.hardsigmoid,
    "hardSilu": F.hardswish,
    "hardTanh": F.hardtanh,
    "relu6": F.relu6,
    "exponential": torch.exp,
    "logSigmoid": F.logsigmoid,
}

CASES = [
    ("linear", {}),
    ("sigmoid", {}),
    ("tanh", {}),
    ("relu", {}),
    ("leakyRelu", {}),
    ("leakyRelu", {"negativeSlope": 0.1}),
    ("leakyRelu", {"negativeSlope": 0.25}),
    ("elu", {}),
    ("elu", {"alpha": 0.5}),
    ("elu", {"alpha": 2}),
    ("selu", {}),
    ("celu", {}),
    ("celu", {"alpha": 0.5}),
    ("celu", {"alpha": 2}),
    ("gelu", {}),
    ("gelu", {"approximate": "tanh"}),
    ("silu", {}),
    ("mish", {}),
    ("softplus", {}),
    ("softsign", {}),
    ("hardSigmoid", {}),
    ("hardSilu", {}),
    ("hardTanh", {}),
    ("relu6", {}),
    ("exponential", {}),
    ("logSigmoid", {}),
]

PIECEWISE_LINEAR = {"linear", "relu", "leakyRelu", "hardSigmoid", "hardSilu", "hardTanh", "relu6"}


def inputs() -> np.ndarray:
    """Zeros, denormals, a dense middle, kinks with their neighbours, the range where float32's exp ends, huge, infinite, NaN."""
    magnitudes = [
        *(1.401298464324817e-45, 1e-40, 1.1754943508222875e-38, 1e-20, 1e-8, 2**-12, 2**-7, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6),
        *(0.7, 0.75, 0.8, 0.9, 1, 1.2, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 12, 14, 16, 17, 20, 25, 30),
        *(40, 60, 80, 87, 88, 88.72283, 88.72284, 89, 100, 103, 104, 1000, 1e10, 1e20, 3e38),
    ]
    near = [np.nextafter(np.float32(k), np.float32(k + d)) for k in (1, 3, 6) for d in (-1, 1)]
    positive = np.sort(np.array(magnitudes + near, dtype=np.float32).astype(np.float64))
    return np.concatenate([[-math.inf], -positive[::-1], [-0.0, 0.0], positive, [math.inf, math.nan]])


def torch_results(name: str, options: dict, x: np.ndarray, dtype) -> tuple[torch.Tensor, torch.Tensor]:
    tensor = torch.tensor(x, dtype=dtype, requires_grad=True)
    value = TORCH[name](tensor, **options)
    (derivative,) = torch.autograd.grad(value.sum(), tensor)
    return value.detach(), derivative


def exact_results(name: str, options: dict, x: np.ndarray) -> tuple[list, list]:
    value_limits, derivative_limits = LIMITS[name](**options)
    values, derivatives = [], []
    for point in x:
        if math.isnan(point):
            values.append(math.nan)
            derivatives.append(None if name in PIECEWISE_LINEAR else math.nan)
        elif math.isinf(point):
            values.append(value_limits[int(point > 0)])
            derivatives.append(derivative_limits[int(point > 0)])
        else:
            value, derivative = FORMULAS[name](point, **options)
            values.append(float(value) + 0.0)
            derivatives.append(float(derivative) + 0.0)
    return values, derivatives


def float32_outliers(x: np.ndarray, exact: list, actual: torch.Tensor) -> list[dict]:
    """Where PyTorch in float32 is more than 4 units in the last place off."""
    found = []
    for point, truth, value in zip(x, exact, actual.tolist(), strict=True):
        with np.errstate(over="ignore"):
            wanted = np.float32(truth)
        if not np.isfinite(wanted) or not math.isfinite(point):
            continue
        units = abs(value - truth) / float(np.spacing(abs(wanted)))
        if units > 4:
            found.append({"x": float(point), "value": single(value), "units": float(f"{units:.2g}")})
    return sorted(found, key=lambda item: -item["units"])[:4]


def elementwise_case(name: str, options: dict, x: np.ndarray) -> dict:
    values, derivatives = exact_results(name, options, x)
    value, derivative = torch_results(name, options, x, torch.float64)
    label = f"{name} {options}"
    ordinary = np.isfinite(x)
    # PyTorch's float64 softplus is linear above 20 and its hardsigmoid takes 1/6 in float32: hence 1e-8 for these.
    tail = 1e-8 if name in ("softplus", "mish", "hardSigmoid", "hardSilu") else 1e-14
    agree(f"{label} value", value.numpy()[ordinary], np.array(values)[ordinary], rtol=1e-12, atol=tail)
    agree(f"{label} derivative", derivative.numpy()[ordinary], np.array(derivatives, dtype=float)[ordinary], rtol=1e-12, atol=tail)
    result = {"name": name, "options": options, "value": values, "derivative": derivatives}
    outliers = float32_outliers(x, values, torch_results(name, options, x, torch.float32)[0])
    if outliers:
        result["torchFloat32"] = outliers
    return result


def build() -> dict:
    x = inputs()
    return {
        "x": x,
        "elementwise": [elementwise_case(name, options, x) for name, options in CASES],
        "softmaxRows": softmax_rows.build(),
    }
