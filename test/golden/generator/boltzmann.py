"""A Boltzmann machine that scikit-learn trained on 8 x 8 digits: features, free energies and pseudo-log-likelihoods."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.neural_network import BernoulliRBM

from .support import agree

NOTE = (
    "kernel is [visible, hidden], what BernoulliRBM(n_components=12, learning_rate=0.06, n_iter=10, random_state=0) learns from the digits / 16, "
    "rounded to multiples of 2^-10. features and freeEnergy are scikit-learn's in float64. pseudoLogLikelihood sums the logarithm of each pixel's "
    "probability given the others over all pixels; scoreSamples is the mean of scikit-learn's score_samples over 400 random states, each of "
    "which turns over one pixel a row, with the standard error of the mean over all rows."
)

ROWS = 60
STATES = 400


def build() -> dict:
    data = load_digits().data / 16
    machine = BernoulliRBM(n_components=12, learning_rate=0.06, n_iter=10, random_state=0).fit(data)
    for name in ("components_", "intercept_hidden_", "intercept_visible_"):
        setattr(machine, name, np.round(getattr(machine, name) * 1024) / 1024)
    rows = data[:ROWS]
    free = machine._free_energy(rows)
    exact = pseudo_log_likelihood(machine, rows)
    samples = []
    for state in range(STATES):
        machine.random_state = state
        samples.append(machine.score_samples(rows).mean())
    error = np.std(samples, ddof=1) / np.sqrt(STATES)
    # The estimate is unbiased: five standard errors.
    agree("score_samples", np.mean(samples), exact.mean(), rtol=0, atol=5 * error)
    weights = machine.components_.T
    inputs = rows @ weights + machine.intercept_hidden_
    agree("features", machine.transform(rows), 1 / (1 + np.exp(-inputs)), rtol=1e-12)
    return {
        "kernel": weights.tolist(),
        "visibleBias": machine.intercept_visible_.tolist(),
        "hiddenBias": machine.intercept_hidden_.tolist(),
        "rows": rows.tolist(),
        "features": machine.transform(rows).tolist(),
        "freeEnergy": free.tolist(),
        "pseudoLogLikelihood": exact.tolist(),
        "scoreSamples": {"mean": float(np.mean(samples)), "standardError": float(error)},
    }


def pseudo_log_likelihood(machine: BernoulliRBM, rows: np.ndarray) -> np.ndarray:
    total = np.zeros(len(rows))
    free = machine._free_energy(rows)
    for pixel in range(rows.shape[1]):
        turned = rows.copy()
        turned[:, pixel] = 1 - turned[:, pixel]
        total -= np.logaddexp(0, free - machine._free_energy(turned))
    return total
