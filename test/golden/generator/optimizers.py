"""Sixty steps of every optimizer with every flag, on given gradients and with a rate that changes."""

import numpy as np
import torch

from .framework_optimizers import DEFAULT_RATES, TORCH, run_keras, run_torch
from .reference_optimizers import run
from .support import agree, dyadic

NOTE = """
start: the parameters before the first step. gradients.dense and gradients.sparse: one row a step (the gradient does not depend
on the parameters). Before step i (from 0) the rate is set to learningRate * rateFactors[i]; learningRate is the case's,
options.learningRate or the default. dense, sparse: the parameters after the steps named in afterSteps, float64. source: the
class that made them (torch.optim, float64; Keras on float64; 'formula' where neither has the option: numpy, with
epsilonInsideSqrt next to the bias-corrected average as optax's eps_root). Every case was also computed by a second
implementation (numpy formulas) and agrees to 1e-12. torchFloat32Error: how far the same class in float32 ends from float64, the
largest |difference| / max(1, |parameter|). Every number in start, gradients and rateFactors is exact in float32. Cases without
sparse: epsilon 0 and a zero gradient give 0/0. Lion's blended gradients stay away from 0, so that float32 has the same signs.
"""

STEPS = 60
AFTER = [1, 10, 20, 30, 40, 50, 60]
START = np.array([0.5, -1.25, 2, 0, -0.375, 10, 1])
RATE_FACTORS = [1.0] * 8 + [0.5] * 8 + [2.0] * 4 + [i / 16 for i in range(1, 17)] + [1.0] * 8 + [0.0] + [0.25] * 7 + [0.125] * 8

KERAS_EPSILON = {"epsilon": 0, "epsilonInsideSqrt": 1e-7}
CASES = [
    ("sgd", {}),
    ("sgd", {"learningRate": 0.05, "momentum": 0.9}),
    ("sgd", {"learningRate": 0.05, "momentum": 0.9, "nesterov": True}),
    ("sgd", {"learningRate": 0.05, "momentum": 0.9, "dampening": 0.5}),
    ("sgd", {"learningRate": 0.05, "weightDecay": 0.1}),
    ("sgd", {"learningRate": 0.05, "momentum": 0.5, "nesterov": True, "weightDecay": 0.1}),
    ("sgd", {"learningRate": 0.05, "momentum": 0.9, "dampening": 0.1, "weightDecay": 0.1}),
    ("adagrad", {}),
    ("adagrad", {"learningRate": 0.25, "learningRateDecay": 0.1}),
    ("adagrad", {"learningRate": 0.25, "initialAccumulatorValue": 0.1}),
    ("adagrad", {"learningRate": 0.25, "weightDecay": 0.1}),
    ("adagrad", {"learningRate": 0.25, "epsilon": 0.001}),
    ("adagrad", {"learningRate": 0.25, "epsilon": 0}),
    ("adagrad", {"learningRate": 0.25, "initialAccumulatorValue": 0.1, **KERAS_EPSILON}),
    ("rmsprop", {}),
    ("rmsprop", {"learningRate": 0.02, "rho": 0.9}),
    ("rmsprop", {"learningRate": 0.02, "momentum": 0.9}),
    ("rmsprop", {"learningRate": 0.02, "centered": True}),
    ("rmsprop", {"learningRate": 0.02, "weightDecay": 0.1}),
    ("rmsprop", {"learningRate": 0.02, "rho": 0.9, "momentum": 0.5, "centered": True, "weightDecay": 0.1}),
    ("rmsprop", {"learningRate": 0.02, "epsilon": 0.001}),
    ("rmsprop", {"learningRate": 0.02, "epsilon": 0}),
    ("rmsprop", {"learningRate": 0.02, "rho": 0.9, **KERAS_EPSILON}),
    ("rmsprop", {"learningRate": 0.02, "rho": 0.9, "centered": True, **KERAS_EPSILON}),
    ("rmsprop", {"learningRate": 0.02, "momentum": 0.9, "centered": True, "epsilon": 0.001, "epsilonInsideSqrt": 0.001}),
    ("adadelta", {}),
    ("adadelta", {"rho": 0.5, "epsilon": 0.001}),
    ("adadelta", {"learningRate": 0.5, "weightDecay": 0.1}),
    ("adam", {}),
    ("adam", {"learningRate": 0.05}),
    ("adam", {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.9}),
    ("adam", {"learningRate": 0.05, "beta1": 0, "beta2": 0.99}),
    ("adam", {"learningRate": 0.05, "beta2": 0.9, "amsgrad": True}),
    ("adam", {"learningRate": 0.05, "weightDecay": 0.1}),
    ("adam", {"learningRate": 0.05, "beta2": 0.9, "amsgrad": True, "weightDecay": 0.1}),
    ("adam", {"learningRate": 0.05, "epsilon": 0.001}),
    ("adam", {"learningRate": 0.05, "epsilon": 0}),
    ("adam", {"learningRate": 0.05, "epsilon": 0.001, "epsilonInsideSqrt": 0.001}),
    ("adamw", {}),
    ("adamw", {"learningRate": 0.05, "weightDecay": 0.1}),
    ("adamw", {"learningRate": 0.05, "weightDecay": 0}),
    ("adamw", {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.9, "amsgrad": True, "weightDecay": 0.5}),
    ("adamax", {}),
    ("adamax", {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.9}),
    ("adamax", {"learningRate": 0.05, "weightDecay": 0.1}),
    ("adamax", {"learningRate": 0.05, "epsilon": 0.001}),
    ("adamax", {"learningRate": 0.05, "epsilon": 0}),
    ("nadam", {}),
    ("nadam", {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.9}),
    ("nadam", {"learningRate": 0.05, "momentumDecay": 0.5}),
    ("nadam", {"learningRate": 0.05, "weightDecay": 0.1}),
    ("nadam", {"learningRate": 0.05, "epsilon": 0.001}),
    ("radam", {}),
    ("radam", {"learningRate": 0.05}),
    ("radam", {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.9}),
    ("radam", {"learningRate": 0.05, "beta2": 0.5}),
    ("radam", {"learningRate": 0.05, "weightDecay": 0.1}),
    ("radam", {"learningRate": 0.05, "epsilon": 0.001}),
    ("lion", {"learningRate": 0.01}),
    ("lion", {"learningRate": 0.01, "beta1": 0.75, "beta2": 0.9}),
    ("lion", {"learningRate": 0.01, "weightDecay": 0.5}),
]


def dense_gradients() -> np.ndarray:
    """Ordinary, tiny, large, one-sided, alternating, fading and small gradients; none is zero."""
    rng = np.random.default_rng(401)
    t = np.arange(STEPS)
    columns = [
        dyadic(rng, STEPS),
        dyadic(rng, STEPS, 2**-13, 24),
        dyadic(rng, STEPS, 64, 4),
        0.5 + dyadic(rng, STEPS, 0.1),
        np.where(t % 2, -1.0, 1.0) * (1 + np.abs(dyadic(rng, STEPS, 0.1))),
        np.round(2 ** (4 - t / 6) * 2**14) / 2**14,
        dyadic(rng, STEPS, 0.1, 12),
    ]
    gradients = np.stack(columns, axis=1)
    return np.where(gradients == 0, 2.0**-10, gradients)


def sparse_gradients() -> np.ndarray:
    """Every seventh step, late, never, not at first, always, one spike, none in the second half."""
    rng = np.random.default_rng(402)
    t = np.arange(STEPS)
    gradients = dyadic(rng, (STEPS, 7))
    gradients[:, 5] /= 64
    gradients[30, 5] = 1000
    for column, live in ((0, t % 7 == 0), (1, t >= 25), (2, t < 0), (3, t >= 3), (6, t < 30)):
        gradients[~live, column] = 0
    return gradients


def source(name: str, options: dict) -> str:
    if name == "lion":
        return "keras.optimizers.Lion"
    if "epsilonInsideSqrt" not in options:
        return f"torch.optim.{TORCH[name].__name__}"
    if options["epsilon"] == 0:
        return {"rmsprop": "keras.optimizers.RMSprop", "adagrad": "keras.optimizers.Adagrad"}[name]
    return "formula"


def finished(name: str, options: dict, gradients: dict[str, np.ndarray]) -> dict:
    rate = options.get("learningRate", DEFAULT_RATES.get(name))
    rates = [rate * factor for factor in RATE_FACTORS]
    origin = source(name, options)
    result = {"name": name, "options": options, "learningRate": rate, "source": origin}
    error = 0.0
    for kind, rows in gradients.items():
        if kind == "sparse" and options.get("epsilon") == 0 and "epsilonInsideSqrt" not in options:
            continue
        formula = run(name, options, START, rows, rates)
        truth = formula
        if origin.startswith("torch"):
            truth = run_torch(name, options, START, rows, rates)
            single = run_torch(name, options, START, rows, rates, torch.float32)
            error = max(error, float(np.max(np.abs(single - truth) / np.maximum(1, np.abs(truth)))))
        elif origin.startswith("keras"):
            truth = run_keras(name, options, START, rows, rates)
        agree(f"{name} {options} {kind}", truth, formula, rtol=1e-12, atol=1e-12)
        result[kind] = truth[np.array(AFTER) - 1]
    if origin.startswith("torch"):
        result["torchFloat32Error"] = float(f"{error:.1e}")
    return result


def build() -> dict:
    if len(RATE_FACTORS) != STEPS:
        raise AssertionError(f"{len(RATE_FACTORS)} rates")
    gradients = {"dense": dense_gradients(), "sparse": sparse_gradients()}
    return {
        "start": START,
        "rateFactors": RATE_FACTORS,
        "gradients": gradients,
        "afterSteps": AFTER,
        "cases": [finished(name, options, gradients) for name, options in CASES],
    }
