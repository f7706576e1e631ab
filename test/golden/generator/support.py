"""Test data and the assertions with which every module checks itself while it generates."""

import numpy as np
import torch


def dyadic(rng: np.random.Generator, shape, scale: float = 1.0, bits: int = 10) -> np.ndarray:
    """Normal numbers rounded to multiples of 2^-bits: exact in float32 and float64 alike, and short to print."""
    step = 2.0**bits
    return np.round(rng.normal(0.0, scale, shape) * step) / step


def dyadic_uniform(rng: np.random.Generator, shape, low: float, high: float, bits: int = 10) -> np.ndarray:
    step = 2.0**bits
    return np.round(rng.uniform(low, high, shape) * step) / step


def dyadic_simplex(rng: np.random.Generator, rows: int, columns: int, bits: int = 10) -> np.ndarray:
    """Rows of positive multiples of 2^-bits that sum to exactly 1."""
    total = 2**bits
    result = np.empty((rows, columns))
    for i in range(rows):
        weights = rng.dirichlet(np.ones(columns))
        counts = np.maximum(1, np.floor(weights * (total - columns))).astype(int)
        counts[np.argmax(counts)] += total - counts.sum()
        result[i] = counts / total
    return result


def one_hot(labels, classes: int) -> np.ndarray:
    return np.eye(classes)[np.asarray(labels)]


def to_numpy(value) -> np.ndarray:
    return np.asarray(value.detach() if torch.is_tensor(value) else value, dtype=np.float64)


def agree(what: str, actual, expected, rtol: float = 1e-12, atol: float = 1e-14) -> None:
    """Stops the generation when two ways to the same number differ."""
    a, b = to_numpy(actual), to_numpy(expected)
    if a.shape != b.shape:
        raise AssertionError(f"{what}: shapes {a.shape} and {b.shape}")
    wrong = ~np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
    if wrong.any():
        raise AssertionError(f"{what}: {a[wrong][:5]} is not {b[wrong][:5]}")


def central_difference(function, x: np.ndarray, step: float = 1e-6) -> np.ndarray:
    """Gradient of a scalar function of a matrix, by central differences."""
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (function(up) - function(down)) / (2 * step)
    return gradient
