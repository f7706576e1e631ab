"""Each activation as a formula in 50-digit arithmetic: x -> (value, derivative), and its limits at minus and plus infinity.

At a kink the derivative is the one PyTorch uses.
"""

import math

from mpmath import erfc, exp, expm1, log1p, mp, mpf, pi, sqrt, tanh

mp.dps = 50
INF = math.inf
# The constants of Klambauer et al. 2017 as PyTorch writes them.
SELU_ALPHA = mpf("1.6732632423543772848170429916717")
SELU_SCALE = mpf("1.0507009873554804934193349852946")


def logistic(x):
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def log_one_plus_exp(x):
    return max(x, mpf(0)) + log1p(exp(-abs(x)))


def linear(x):
    return x, 1


def sigmoid(x):
    x = mpf(x)
    return logistic(x), logistic(x) * logistic(-x)


def hyperbolic_tangent(x):
    x = mpf(x)
    return tanh(x), 4 * logistic(2 * x) * logistic(-2 * x)


def relu(x):
    return (x, 1) if x > 0 else (0, 0)


def leaky_relu(x, negativeSlope=0.01):
    return (x, 1) if x > 0 else (mpf(negativeSlope) * mpf(x), negativeSlope)


def elu(x, alpha=1):
    return (x, 1) if x > 0 else (alpha * expm1(mpf(x)), alpha * exp(mpf(x)))


def selu(x):
    value, derivative = elu(mpf(x), SELU_ALPHA)
    return SELU_SCALE * value, SELU_SCALE * derivative


def celu(x, alpha=1):
    return (x, 1) if x > 0 else (alpha * expm1(mpf(x) / alpha), exp(mpf(x) / alpha))


def gelu(x, approximate="none"):
    x = mpf(x)
    if approximate == "none":
        cumulative = erfc(-x / sqrt(2)) / 2
        density = exp(-x * x / 2) / sqrt(2 * pi)
        return x * cumulative, cumulative + x * density
    # 0.5 (1 + tanh u) = logistic(2 u), which does not cancel for large negative u.
    u = sqrt(2 / pi) * (x + mpf("0.044715") * x**3)
    slope = sqrt(2 / pi) * (1 + 3 * mpf("0.044715") * x**2)
    gate = logistic(2 * u)
    return x * gate, gate + x * 2 * slope * gate * logistic(-2 * u)


def silu(x):
    x = mpf(x)
    return x * logistic(x), logistic(x) * (1 + x * logistic(-x))


def mish(x):
    x = mpf(x)
    soft = log_one_plus_exp(x)
    # 1 - tanh(s)^2, written so that it does not cancel
    return x * tanh(soft), tanh(soft) + x * 4 * logistic(2 * soft) * logistic(-2 * soft) * logistic(x)


def softplus(x):
    return log_one_plus_exp(mpf(x)), logistic(mpf(x))


def softsign(x):
    x = mpf(x)
    return x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2


def hard_sigmoid(x):
    if x <= -3 or x >= 3:
        return float(x > 0), 0
    return mpf(x) / 6 + mpf(1) / 2, mpf(1) / 6


def hard_silu(x):
    if x <= -3:
        return 0, 0
    if x >= 3:
        return x, 1
    return mpf(x) * (mpf(x) + 3) / 6, mpf(x) / 3 + mpf(1) / 2


def hard_tanh(x):
    return (x, 1) if -1 < x < 1 else (math.copysign(1, x), 0)


def relu6(x):
    return (x, 1) if 0 < x < 6 else (6 if x > 0 else 0, 0)


def exponential(x):
    return exp(mpf(x)), exp(mpf(x))


def log_sigmoid(x):
    return -log_one_plus_exp(-mpf(x)), logistic(-mpf(x))


FORMULAS = {
    "linear": linear,
    "sigmoid": sigmoid,
    "tanh": hyperbolic_tangent,
    "relu": relu,
    "leakyRelu": leaky_relu,
    "elu": elu,
    "selu": selu,
    "celu": celu,
    "gelu": gelu,
    "silu": silu,
    "mish": mish,
    "softplus": softplus,
    "softsign": softsign,
    "hardSigmoid": hard_sigmoid,
    "hardSilu": hard_silu,
    "hardTanh": hard_tanh,
    "relu6": relu6,
    "exponential": exponential,
    "logSigmoid": log_sigmoid,
}

# (value at -inf, at +inf), (derivative at -inf, at +inf)
RECTIFIER = ((0, INF), (0, 1))
LIMITS = {
    "linear": lambda: ((-INF, INF), (1, 1)),
    "sigmoid": lambda: ((0, 1), (0, 0)),
    "tanh": lambda: ((-1, 1), (0, 0)),
    "relu": lambda: RECTIFIER,
    "leakyRelu": lambda negativeSlope=0.01: ((-INF, INF), (negativeSlope, 1)),
    "elu": lambda alpha=1: ((-alpha, INF), (0, 1)),
    "selu": lambda: ((float(-SELU_SCALE * SELU_ALPHA), INF), (0, float(SELU_SCALE))),
    "celu": lambda alpha=1: ((-alpha, INF), (0, 1)),
    "gelu": lambda approximate="none": RECTIFIER,
    "silu": lambda: RECTIFIER,
    "mish": lambda: RECTIFIER,
    "softplus": lambda: RECTIFIER,
    "softsign": lambda: ((-1, 1), (0, 0)),
    "hardSigmoid": lambda: ((0, 1), (0, 0)),
    "hardSilu": lambda: RECTIFIER,
    "hardTanh": lambda: ((-1, 1), (0, 0)),
    "relu6": lambda: ((0, 6), (0, 0)),
    "exponential": lambda: ((0, INF), (0, INF)),
    "logSigmoid": lambda: ((-INF, 0), (1, 0)),
}
