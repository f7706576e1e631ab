"""Networks with the layers, regularizers and constraints beyond dense: first gradients, a training run, predictions after it."""

import numpy as np

from .support import dyadic
from .trajectories import classes_of, dense, finished_run, first_gradients, net

NOTE = """
nets: as in trajectories.json, and in each a `run` with finalPredictions on x in inference mode (running statistics). Weight
names beside api.md's: batchNormalization and layerNormalization have gamma and beta, batchNormalization also movingMean and
movingVariance (starting at 0 and 1, in start and finalWeights). `first` does not touch the running statistics. Semantics (each
run was repeated with Keras in float64, save maxout): batchNormalization normalizes by the batch's variance divided by n, keeps
running = momentum running + (1 - momentum) batch, defaults momentum 0.99, epsilon 0.001; layerNormalization divides by
sqrt(variance / n + epsilon); an activity penalty is taken on the layer's output after its activation and divided by the batch
size (Keras 3.15, layers/layer.py: "Normalize by batch size"); kernel and bias penalties are not. Constraints act after each
update.
"""


def layer(kind: str, name: str, **options) -> dict:
    return {"type": kind, "name": name, "options": options}


def penalized(name: str, argument) -> dict:
    return {"name": name, "arguments": [argument]}


def nets() -> dict[str, dict]:
    rng = np.random.default_rng(601)
    sparse = "sparseCategoricalCrossentropy"
    x = dyadic(rng, (23, 4))
    y = classes_of(rng, x, 3)
    target = np.round(np.tanh(x @ rng.normal(size=(4, 2))) * 1024) / 1024
    output, linear = dense("output", 3, "softmax"), dense("output", 2)

    def classifier(layers: list, seed: int) -> dict:
        return net(4, [*layers, output], sparse, 6, 4, x, y, seed)

    def regressor(layers: list, seed: int, last: dict = linear) -> dict:
        return net(4, [*layers, last], "meanSquaredError", 6, 4, x, target, seed)

    return {
        "batchNormalization": classifier(
            [
                dense("hidden", 6),
                layer("batchNormalization", "norm", momentum=0.9, epsilon=0.01),
                layer("activation", "act", activation="tanh"),
            ],
            11,
        ),
        "batchNormalizationDefaults": regressor([dense("hidden", 6, "relu"), layer("batchNormalization", "norm")], 12),
        "batchNormalizationFirst": classifier([layer("batchNormalization", "norm", momentum=0.5), dense("hidden", 5, "sigmoid")], 13),
        "layerNormalization": classifier(
            [dense("hidden", 6), layer("layerNormalization", "norm", epsilon=0.001), layer("activation", "act", activation="relu")], 14
        ),
        "layerNormalizationSmallEpsilon": regressor([dense("hidden", 6, "tanh"), layer("layerNormalization", "norm", epsilon=0.00001)], 15),
        "prelu": classifier([dense("hidden", 7), layer("prelu", "slopes")], 16),
        "maxout": classifier([layer("maxout", "pieces", units=5, pieces=3)], 17),
        "maxoutTwice": regressor([layer("maxout", "first", units=4, pieces=2), layer("maxout", "second", units=3, pieces=4)], 18),
        "regularizers": regressor(
            [
                dense(
                    "hidden1",
                    6,
                    "tanh",
                    kernelRegularizer=penalized("l1", 0.01),
                    biasRegularizer=penalized("l2", 0.05),
                    activityRegularizer=penalized("l2", 0.1),
                ),
                dense("hidden2", 5, "relu", activityRegularizer=penalized("l1", 0.05)),
            ],
            19,
            dense("output", 2, kernelRegularizer=penalized("l1l2", {"l1": 0.01, "l2": 0.02}), biasRegularizer=penalized("l1", 0.02)),
        ),
        "constraints": regressor(
            [
                dense("hidden1", 6, "tanh", kernelConstraint={"name": "maxNorm", "options": {"maxValue": 0.75}}),
                dense("hidden2", 5, "tanh", kernelConstraint={"name": "unitNorm", "options": {"axis": 1}}),
                dense(
                    "hidden3", 4, "tanh", kernelConstraint={"name": "minMaxNorm", "options": {"minValue": 0.5, "maxValue": 1, "rate": 0.5}}
                ),
            ],
            20,
            dense("output", 2, kernelConstraint="nonNegative"),
        ),
        "activations": classifier(
            [
                dense("a", 6, "gelu"),
                dense("b", 6, "mish"),
                dense("c", 5, "softplus"),
                dense("d", 5, {"name": "elu", "options": {"alpha": 0.5}}),
                dense("e", 5, "silu"),
                dense("f", 5, "selu"),
                dense("g", 4, {"name": "gelu", "options": {"approximate": "tanh"}}),
                dense("h", 4, "softsign"),
            ],
            21,
        ),
    }


def build() -> dict:
    sgd = {"name": "sgd", "options": {"learningRate": 0.05, "momentum": 0.5}}
    result = {}
    for name, content in nets().items():
        run = finished_run(name, content, sgd, {}, {})
        result[name] = {**content, "first": first_gradients(name, content), "run": run}
    return {"nets": result}
