"""The exact parameters of the distribution that each initializer draws from, and torch's gains."""

import math

import keras
import numpy as np
import torch

NOTE = """
shape is [fanIn, fanOut], the kernel's. distribution: 'constant' (value), 'uniform' (low, high), 'normal' (mean,
standardDeviation), 'truncatedNormal' (a normal with standardDeviation, redrawn outside [low, high] = mean +- 2
standardDeviation; sampleStandardDeviation is what the drawn numbers have, 0.8796 times as much), 'orthogonal' (columns, or rows
if these are fewer, of norm `gain`, orthogonal to each other). glorot..., he..., lecun..., varianceScaling, random...,
truncatedNormal, constant, orthogonal: Keras; xavier..., kaiming..., calculateGain: torch.nn.init. Each was compared with up to
200,000 numbers drawn by the framework. The option names `value` (constant), `minValue`, `maxValue` (randomUniform),
`standardDeviation` (truncatedNormal) and `gain` (orthogonal) are not in api.md; they follow its other names.
"""

# Standard deviation of a standard normal truncated to [-2, 2], as Keras writes it.
TRUNCATED = 0.87962566103423978
SHAPES = [[3, 5], [784, 128], [128, 10], [1, 1], [24, 16]]
MODES = {"fanIn": "fan_in", "fanOut": "fan_out", "fanAverage": "fan_avg"}
DISTRIBUTIONS = {"truncatedNormal": "truncated_normal", "untruncatedNormal": "untruncated_normal", "uniform": "uniform"}
NONLINEARITIES = {"linear": "linear", "sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "leakyRelu": "leaky_relu", "selu": "selu"}
KERAS_SCALES = {"glorot": (1.0, "fanAverage"), "he": (2.0, "fanIn"), "lecun": (1.0, "fanIn")}


def uniform(low: float, high: float) -> dict:
    return {"distribution": "uniform", "low": low, "high": high}


def normal(deviation: float) -> dict:
    return {"distribution": "normal", "mean": 0, "standardDeviation": deviation}


def truncated(deviation: float) -> dict:
    bounds = {"low": -2 * deviation, "high": 2 * deviation}
    sample = {"sampleStandardDeviation": deviation * TRUNCATED}
    return {"distribution": "truncatedNormal", "mean": 0, "standardDeviation": deviation, **bounds, **sample}


def fan(shape: list[int], mode: str) -> float:
    return {"fanIn": shape[0], "fanOut": shape[1], "fanAverage": (shape[0] + shape[1]) / 2}[mode]


def variance_scaling(shape, scale=1.0, mode="fanIn", distribution="truncatedNormal") -> dict:
    variance = scale / max(1.0, fan(shape, mode))
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return uniform(-limit, limit)
    if distribution == "untruncatedNormal":
        return normal(math.sqrt(variance))
    return truncated(math.sqrt(variance) / TRUNCATED)


def calculate_gain(nonlinearity: str, slope: float | None = None) -> float:
    return torch.nn.init.calculate_gain(NONLINEARITIES[nonlinearity], slope)


def kaiming_deviation(shape, mode="fanIn", nonlinearity="leakyRelu", negativeSlope=0.0) -> float:
    return calculate_gain(nonlinearity, negativeSlope) / math.sqrt(fan(shape, mode))


def keras_initializer(name: str, options: dict):
    """The Keras initializer of the same name and options."""
    class_names = {"randomNormal": "RandomNormal", "randomUniform": "RandomUniform", "truncatedNormal": "TruncatedNormal"}
    translated = {"standardDeviation": "stddev", "minValue": "minval", "maxValue": "maxval", "scale": "scale"}
    arguments = {translated[k]: v for k, v in options.items() if k in translated}
    if name == "varianceScaling":
        arguments["mode"] = MODES[options.get("mode", "fanIn")]
        arguments["distribution"] = DISTRIBUTIONS[options.get("distribution", "truncatedNormal")]
    class_name = class_names.get(name, name[0].upper() + name[1:])
    return getattr(keras.initializers, class_name)(**arguments, seed=7)


def verify_keras(name: str, options: dict, shape: list[int], expected: dict) -> None:
    initializer = keras_initializer(name, options)
    repeats = max(1, 200_000 // (shape[0] * shape[1]))
    if repeats == 1 or name in ("randomNormal", "randomUniform", "truncatedNormal"):
        sample = initializer([500, 400] if repeats > 1 else shape)
    else:
        # A kernel of more dimensions with explicit axes has the fans of [shape] and many more elements.
        config = {**initializer.get_config(), "seed": 7, "input_axes": [1], "output_axes": [2]}
        sample = type(initializer)(**config)([repeats, *shape])
    verify_sample(f"{name} {options} {shape}", np.asarray(sample.detach(), dtype=float).ravel(), expected)


def verify_torch(name: str, options: dict, shape: list[int], expected: dict) -> None:
    function = {
        "xavierNormal": torch.nn.init.xavier_normal_,
        "xavierUniform": torch.nn.init.xavier_uniform_,
        "kaimingNormal": torch.nn.init.kaiming_normal_,
        "kaimingUniform": torch.nn.init.kaiming_uniform_,
    }[name]
    translated = {"gain": "gain", "negativeSlope": "a", "mode": "mode", "nonlinearity": "nonlinearity"}
    words = {**MODES, **NONLINEARITIES}
    arguments = {translated[k]: words.get(v, v) if isinstance(v, str) else v for k, v in options.items()}
    torch.manual_seed(7)
    repeats = min(2000, max(1, 200_000 // (shape[0] * shape[1])))
    # torch's weights are [out, in]
    samples = [function(torch.empty(shape[1], shape[0], dtype=torch.float64), **arguments).ravel() for _ in range(repeats)]
    verify_sample(f"{name} {options} {shape}", torch.cat(samples).numpy(), expected)


def verify_sample(label: str, sample: np.ndarray, expected: dict) -> None:
    deviation = expected.get("sampleStandardDeviation", expected.get("standardDeviation"))
    if expected["distribution"] == "uniform":
        deviation = (expected["high"] - expected["low"]) / math.sqrt(12)
    if abs(sample.std() / deviation - 1) > 3 / math.sqrt(2 * (sample.size - 1)) + 1e-9:
        raise AssertionError(f"{label}: drawn standard deviation {sample.std()}, expected {deviation}")
    low, high = expected.get("low", -math.inf), expected.get("high", math.inf)
    slack = 1e-7 * deviation
    if sample.min() < low - slack or sample.max() > high + slack:
        raise AssertionError(f"{label}: drawn [{sample.min()}, {sample.max()}], expected [{low}, {high}]")
    if math.isfinite(high) and sample.size > 50_000 and (high - sample.max() > 0.01 * high or sample.min() - low > -0.01 * low):
        raise AssertionError(f"{label}: drawn [{sample.min()}, {sample.max()}] does not fill [{low}, {high}]")


def keras_cases() -> list[tuple]:
    cases = []
    for shape in SHAPES:
        for prefix, (scale, mode) in KERAS_SCALES.items():
            for suffix, distribution in (("Normal", "truncatedNormal"), ("Uniform", "uniform")):
                cases.append((prefix + suffix, {}, shape, variance_scaling(shape, scale, mode, distribution)))
    scales = ((2, "fanIn"), (0.5, "fanOut"), (1, "fanAverage"))
    combinations = [{"scale": s, "mode": m, "distribution": d} for s, m in scales for d in DISTRIBUTIONS]
    for options in [{}, *combinations]:
        for shape in ([24, 16], [3, 5]):
            cases.append(("varianceScaling", options, shape, variance_scaling(shape, **options)))
    for options in ({}, {"standardDeviation": 0.5}):
        cases.append(("randomNormal", options, [24, 16], normal(options.get("standardDeviation", 0.05))))
        cases.append(("truncatedNormal", options, [24, 16], truncated(options.get("standardDeviation", 0.05))))
    cases.append(("randomUniform", {}, [24, 16], uniform(-0.05, 0.05)))
    cases.append(("randomUniform", {"minValue": -0.25, "maxValue": 0.75}, [24, 16], uniform(-0.25, 0.75)))
    for case in cases:
        verify_keras(*case)
    return cases


def torch_cases() -> list[tuple]:
    cases = []
    for shape in SHAPES:
        for options in ({}, {"gain": 2}, {"gain": 5 / 3}):
            deviation = options.get("gain", 1) * math.sqrt(2 / (shape[0] + shape[1]))
            cases.append(("xavierNormal", options, shape, normal(deviation)))
            cases.append(("xavierUniform", options, shape, uniform(-math.sqrt(3) * deviation, math.sqrt(3) * deviation)))
        for options in (
            {},
            {"mode": "fanOut"},
            {"nonlinearity": "relu"},
            {"nonlinearity": "leakyRelu", "negativeSlope": 0.1},
            {"mode": "fanOut", "negativeSlope": 2.5},
            {"nonlinearity": "tanh"},
            {"nonlinearity": "linear"},
        ):
            deviation = kaiming_deviation(shape, **options)
            cases.append(("kaimingNormal", options, shape, normal(deviation)))
            cases.append(("kaimingUniform", options, shape, uniform(-math.sqrt(3) * deviation, math.sqrt(3) * deviation)))
    for case in cases:
        verify_torch(*case)
    return cases


def exact_cases() -> list[tuple]:
    cases = [
        (name, options, [3, 5], {"distribution": "constant", "value": value})
        for name, options, value in (
            ("zeros", {}, 0),
            ("ones", {}, 1),
            ("constant", {"value": 0.25}, 0.25),
        )
    ]
    for shape in ([5, 3], [3, 5], [4, 4]):
        for options in ({}, {"gain": 1.5}):
            cases.append(("orthogonal", options, shape, {"distribution": "orthogonal", "gain": options.get("gain", 1)}))
    return cases


def build() -> dict:
    cases = [*exact_cases(), *keras_cases(), *torch_cases()]
    gains = [{"arguments": [name], "gain": calculate_gain(name)} for name in NONLINEARITIES]
    gains += [{"arguments": ["leakyRelu", slope], "gain": calculate_gain("leakyRelu", slope)} for slope in (0, 0.1, 0.2, 1, 2.5)]
    return {
        "cases": [{"name": n, "options": o, "shape": s, **expected} for n, o, s, expected in cases],
        "calculateGain": gains,
    }
