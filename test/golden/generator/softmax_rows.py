"""softmax and logSoftmax, row by row, with the gradient for a given upstream gradient."""

import math

import numpy as np
import torch
from mpmath import exp, log, log1p, mpf

from .support import agree, dyadic

INF = math.inf


def rows() -> list[list[float]]:
    rng = np.random.default_rng(101)
    return [
        [0, 0, 0],
        [1, 2, 3],
        [2.5],
        [1000, 0, -1000],
        [1000, 1000, 999],
        [-1000, -1000.5, -999, -1001],
        [-INF, 0, 1],
        [-INF, -INF, 3],
        [10, -10],
        [88.75, 0, -88.75, -104],
        [3e38, -3e38],
        [1e-40, 0, -1e-40],
        *dyadic(rng, (2, 5), 2).tolist(),
        dyadic(rng, 10, 4).tolist(),
        dyadic(rng, 17, 3).tolist(),
    ]


def exact(x: list[float], upstream: list[float]) -> dict:
    """softmax and its Jacobian-vector products in 50 digits. Rows have a finite maximum."""
    top = x.index(max(x))
    exponentials = [mpf(0) if v == -INF else exp(mpf(v) - mpf(x[top])) for v in x]
    total = sum(exponentials)
    # log(sum) without the cancellation at sums near 1
    log_total = log1p(sum(e for i, e in enumerate(exponentials) if i != top)) if total < 2 else log(total)
    probability = [e / total for e in exponentials]
    weighted = sum(g * p for g, p in zip(upstream, probability, strict=True))
    summed = sum(mpf(g) for g in upstream)
    return {
        "softmax": {
            "value": [float(p) for p in probability],
            "gradient": [float(p * (g - weighted)) for p, g in zip(probability, upstream, strict=True)],
        },
        "logSoftmax": {
            "value": [-INF if v == -INF else float(mpf(v) - mpf(x[top]) - log_total) for v in x],
            "gradient": [float(g - p * summed) for p, g in zip(probability, upstream, strict=True)],
        },
    }


def torch_result(function, x, upstream) -> dict:
    tensor = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    value = function(tensor, dim=0)
    (gradient,) = torch.autograd.grad(value, tensor, torch.tensor(upstream, dtype=torch.float64))
    return {"value": value.detach(), "gradient": gradient}


def build() -> list[dict]:
    rng = np.random.default_rng(102)
    result = []
    for row in rows():
        x = np.array(row, dtype=np.float32).astype(float).tolist()
        upstream = dyadic(rng, len(x)).tolist()
        case = exact(x, upstream)
        for name, function in (("softmax", torch.softmax), ("logSoftmax", torch.log_softmax)):
            found = torch_result(function, x, upstream)
            for part in ("value", "gradient"):
                agree(f"{name} {part} of {x}", found[part], case[name][part], rtol=1e-12, atol=1e-14)
        result.append({"x": x, "upstream": upstream, **case})
    nan = {"value": ["NaN"] * 3, "gradient": ["NaN"] * 3}
    result.append({"x": [1, math.nan, 2], "upstream": [1, 0.5, -1], "softmax": nan, "logSoftmax": nan})
    return result
