"""Values and gradients of every loss."""

import numpy as np
import torch

from .keras_losses import keras_value
from .loss_cases import CASES, WEIGHTED
from .reference_losses import loss_value
from .support import agree, central_difference

NOTE = """
value: the loss of the batch; gradient: d(value)/d(yPred), both float64. Rows are averaged over the batch, and before that over
the features where Keras does (sum over classes: cross-entropies over a softmax, klDivergence, categoricalHinge,
cosineSimilarity). yTrue of sparse losses: class indices. Formulas: PyTorch's for huber, smoothL1 and binaryCrossentropy
(logarithm clamped at -100; gradient (p - y) / max(p (1 - p), 1e-12)), Keras's for the rest; each compared with Keras and with
central differences. Inputs are exact in float32. cosineSimilarity is negative for equal directions (Keras). gradient null: not
specified. At a hinge's kink the derivative is 0 (relu's; Keras on PyTorch gives half the slope). `weighted`: with one weight a
row, divided by the batch size (Keras); classWeight is given as well where it makes these weights.
"""


def evaluate(case: dict) -> tuple[float, np.ndarray]:
    y = torch.tensor(case["yTrue"], dtype=torch.float64)
    p = torch.tensor(case["yPred"], dtype=torch.float64, requires_grad=True)
    weight = case.get("sampleWeight")
    weight = None if weight is None else torch.tensor(weight, dtype=torch.float64)
    name, options = case["name"], case["options"]
    value = loss_value(name, options, y, p, weight)
    (gradient,) = torch.autograd.grad(value, p)
    verify(case, value.item(), gradient.numpy(), y, p.detach(), weight)
    return value.item(), gradient.numpy()


def verify(case: dict, value: float, gradient: np.ndarray, y, p, weight) -> None:
    name, options, about = case["name"], case["options"], case["about"]
    label = f"{name} {options} ({about})"
    # Keras clips probabilities of binary cross-entropy at 1e-7; ravine clamps the logarithm as PyTorch does. They meet away from 0 and 1.
    if not (name == "binaryCrossentropy" and "saturated" in about):
        expected = keras_value(name, options, y, p, weight)
        if expected is not None:
            # Keras's log_cosh has PyTorch's softplus inside, which is linear above 20; its MSLE has a float32 epsilon.
            agree(f"{label} against Keras", value, expected.item(), rtol=1e-9, atol=1e-9)
    if case["smooth"]:

        def at(x):
            return loss_value(name, options, y, torch.tensor(x), weight).item()

        agree(f"{label} gradient", gradient, central_difference(at, p.numpy().copy()), rtol=1e-5, atol=1e-7)


def finished(case: dict) -> dict:
    value, gradient = evaluate(case)
    result = {key: case[key] for key in ("name", "options", "about", "yTrue", "yPred")}
    for key in ("sampleWeight", "classWeight"):
        if key in case:
            result[key] = case[key]
    return {**result, "value": value, "gradient": gradient if case["gradientSpecified"] else None}


def build() -> dict:
    return {"cases": [finished(case) for case in CASES], "weighted": [finished(case) for case in WEIGHTED]}
