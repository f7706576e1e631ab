"""The optimizers of PyTorch, and of Keras where ravine takes Keras's form, from api.md's names and options."""

from contextlib import contextmanager

import keras
import numpy as np
import torch

TORCH = {
    "sgd": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adadelta": torch.optim.Adadelta,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "adamax": torch.optim.Adamax,
    "nadam": torch.optim.NAdam,
    "radam": torch.optim.RAdam,
}
DEFAULT_RATES = {
    "sgd": 0.01,
    "adagrad": 0.01,
    "rmsprop": 0.01,
    "adadelta": 1.0,
    "adam": 0.001,
    "adamw": 0.001,
    "adamax": 0.002,
    "nadam": 0.002,
    "radam": 0.001,
}
OPTIONS = {
    "learningRate": "lr",
    "momentum": "momentum",
    "nesterov": "nesterov",
    "dampening": "dampening",
    "weightDecay": "weight_decay",
    "learningRateDecay": "lr_decay",
    "initialAccumulatorValue": "initial_accumulator_value",
    "epsilon": "eps",
    "centered": "centered",
    "amsgrad": "amsgrad",
    "momentumDecay": "momentum_decay",
}


def torch_optimizer(name: str, options: dict, parameters: list[torch.Tensor]) -> torch.optim.Optimizer:
    arguments = {OPTIONS[key]: value for key, value in options.items() if key in OPTIONS}
    if "rho" in options:
        arguments["alpha" if name == "rmsprop" else "rho"] = options["rho"]
    if "beta1" in options or "beta2" in options:
        arguments["betas"] = (float(options.get("beta1", 0.9)), float(options.get("beta2", 0.999)))
    # PyTorch's own defaults, save SGD's, which is 0.001 there and 0.01 in api.md.
    if name == "sgd":
        arguments.setdefault("lr", DEFAULT_RATES["sgd"])
    optimizer = TORCH[name](parameters, **arguments)
    rate = optimizer.param_groups[0]["lr"]
    if rate != options.get("learningRate", DEFAULT_RATES[name]):
        raise AssertionError(f"{name}: PyTorch's rate is {rate}")
    return optimizer


@contextmanager
def default_dtype(dtype):
    """NAdam keeps its product of momenta in PyTorch's default type, float32 unless set."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def run_torch(name: str, options: dict, start: np.ndarray, gradients: np.ndarray, rates, dtype=torch.float64) -> np.ndarray:
    rows = []
    with default_dtype(dtype):
        parameter = torch.tensor(start, dtype=dtype)
        optimizer = torch_optimizer(name, options, [parameter])
        for gradient, rate in zip(gradients, rates, strict=True):
            optimizer.param_groups[0]["lr"] = rate
            parameter.grad = torch.tensor(gradient, dtype=dtype)
            optimizer.step()
            rows.append(parameter.numpy().astype(float))
    return np.array(rows)


def keras_optimizer(name: str, options: dict, rate: float):
    """The Keras optimizer, where it has ravine's formula: Lion, and RMSprop and Adagrad with their epsilon inside the root."""
    if name == "lion":
        decay = options.get("weightDecay")
        return keras.optimizers.Lion(rate, options.get("beta1", 0.9), options.get("beta2", 0.99), weight_decay=decay)
    inside = {"epsilon": options["epsilonInsideSqrt"]}
    if name == "adagrad":
        return keras.optimizers.Adagrad(rate, initial_accumulator_value=options["initialAccumulatorValue"], **inside)
    return keras.optimizers.RMSprop(rate, rho=options.get("rho", 0.99), centered=options.get("centered", False), **inside)


def run_keras(name: str, options: dict, start: np.ndarray, gradients: np.ndarray, rates) -> np.ndarray:
    variable = keras.Variable(start, dtype="float64")
    optimizer = keras_optimizer(name, options, rates[0])
    optimizer.build([variable])
    rows = []
    for gradient, rate in zip(gradients, rates, strict=True):
        optimizer.learning_rate = rate
        optimizer.apply([torch.tensor(gradient)], [variable])
        rows.append(variable.value.detach().numpy().copy())
    return np.array(rows)
