"""Each update rule as api.md names it, in numpy: gradients and rates in, parameters after every step out.

`epsilon` is outside the root and `epsilonInsideSqrt` inside, next to the (bias-corrected) average; AdaDelta has `epsilon` inside both
roots, AdaMax inside the maximum.
"""

import numpy as np


def sgd(momentum=0.0, nesterov=False, dampening=0.0, weightDecay=0.0):
    velocity = None

    def step(p, g, rate, _):
        nonlocal velocity
        g = g + weightDecay * p
        if momentum:
            # The first velocity is the whole gradient, whatever the dampening.
            velocity = g if velocity is None else momentum * velocity + (1 - dampening) * g
            g = g + momentum * velocity if nesterov else velocity
        return p - rate * g

    return step


def adagrad(learningRateDecay=0.0, initialAccumulatorValue=0.0, weightDecay=0.0, epsilon=1e-10, epsilonInsideSqrt=0.0):
    total = initialAccumulatorValue

    def step(p, g, rate, t):
        nonlocal total
        g = g + weightDecay * p
        total = total + g * g
        return p - rate / (1 + (t - 1) * learningRateDecay) * g / (np.sqrt(total + epsilonInsideSqrt) + epsilon)

    return step


def rmsprop(rho=0.99, momentum=0.0, centered=False, weightDecay=0.0, epsilon=1e-8, epsilonInsideSqrt=0.0):
    square = mean = buffer = 0.0

    def step(p, g, rate, _):
        nonlocal square, mean, buffer
        g = g + weightDecay * p
        square = rho * square + (1 - rho) * g * g
        mean = rho * mean + (1 - rho) * g
        variance = square - mean * mean if centered else square
        update = g / (np.sqrt(variance + epsilonInsideSqrt) + epsilon)
        buffer = momentum * buffer + update
        return p - rate * buffer

    return step


def adadelta(rho=0.9, weightDecay=0.0, epsilon=1e-6):
    square = delta = 0.0

    def step(p, g, rate, _):
        nonlocal square, delta
        g = g + weightDecay * p
        square = rho * square + (1 - rho) * g * g
        update = np.sqrt(delta + epsilon) / np.sqrt(square + epsilon) * g
        delta = rho * delta + (1 - rho) * update * update
        return p - rate * update

    return step


def adam(beta1=0.9, beta2=0.999, amsgrad=False, weightDecay=0.0, epsilon=1e-8, epsilonInsideSqrt=0.0, decoupled=False):
    m = v = largest = 0.0

    def step(p, g, rate, t):
        nonlocal m, v, largest
        if decoupled:
            p = p - rate * weightDecay * p
        else:
            g = g + weightDecay * p
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        largest = np.maximum(largest, v)
        corrected = (largest if amsgrad else v) / (1 - beta2**t)
        return p - rate * m / (1 - beta1**t) / (np.sqrt(corrected + epsilonInsideSqrt) + epsilon)

    return step


def adamw(weightDecay=0.01, **options):
    return adam(weightDecay=weightDecay, decoupled=True, **options)


def adamax(beta1=0.9, beta2=0.999, weightDecay=0.0, epsilon=1e-8):
    m = u = 0.0

    def step(p, g, rate, t):
        nonlocal m, u
        g = g + weightDecay * p
        m = beta1 * m + (1 - beta1) * g
        u = np.maximum(beta2 * u, np.abs(g) + epsilon)
        return p - rate / (1 - beta1**t) * m / u

    return step


def nadam(beta1=0.9, beta2=0.999, momentumDecay=0.004, weightDecay=0.0, epsilon=1e-8):
    m = v = 0.0
    product = 1.0

    def step(p, g, rate, t):
        nonlocal m, v, product
        g = g + weightDecay * p
        mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay))
        following = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentumDecay))
        product = product * mu
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        look_ahead = following * m / (1 - product * following) + (1 - mu) * g / (1 - product)
        return p - rate * look_ahead / (np.sqrt(v / (1 - beta2**t)) + epsilon)

    return step


def radam(beta1=0.9, beta2=0.999, weightDecay=0.0, epsilon=1e-8):
    m = v = 0.0
    longest = 2 / (1 - beta2) - 1

    def step(p, g, rate, t):
        nonlocal m, v
        g = g + weightDecay * p
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        length = longest - 2 * t * beta2**t / (1 - beta2**t)
        update = m / (1 - beta1**t)
        if length > 5:
            rectified = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            # The epsilon comes before the bias correction here (PyTorch).
            update = update * np.sqrt(rectified) * np.sqrt(1 - beta2**t) / (np.sqrt(v) + epsilon)
        return p - rate * update

    return step


def lion(beta1=0.9, beta2=0.99, weightDecay=0.0):
    m = 0.0

    def step(p, g, rate, _):
        nonlocal m
        blend = beta1 * m + (1 - beta1) * g
        size = np.abs(beta1 * m) + np.abs((1 - beta1) * g)
        if np.any((blend != 0) & (np.abs(blend) < 1e-4 * size)):
            raise AssertionError("a sign so close to zero that float32 may flip it: choose other gradients")
        m = beta2 * m + (1 - beta2) * g
        return p - rate * (np.sign(blend) + weightDecay * p)

    return step


RULES = {
    "sgd": sgd,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adadelta": adadelta,
    "adam": adam,
    "adamw": adamw,
    "adamax": adamax,
    "nadam": nadam,
    "radam": radam,
    "lion": lion,
}


def run(name: str, options: dict, start: np.ndarray, gradients: np.ndarray, rates) -> np.ndarray:
    """Parameters after each step, one row a step."""
    step = RULES[name](**{key: value for key, value in options.items() if key != "learningRate"})
    p, rows = start.copy(), []
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
        p = step(p, g, rate, t)
        rows.append(p)
    return np.array(rows)
