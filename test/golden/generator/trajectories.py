"""Whole training runs of small dense networks."""

import numpy as np
import torch

from .keras_network import compare_with_keras
from .network import Network, random_weights, train
from .output import single
from .support import agree, central_difference, dyadic, dyadic_uniform, one_hot

NOTE = """
nets: what is trained: inputShape, layers ({type, name, options}: the factory, its name and its options), loss, batchSize,
epochs, data x and y, start (weights by name; kernels [in, out], one row a line) and `first`: loss and gradients of the first
batch before any update, penalties included. runs: net, optimizer ({name, options}), compile (clipNorm, clipValue), fit (options
beside batchSize and epochs, which are the net's unless given here). Batches are consecutive rows, not shuffled, the last of an
epoch smaller. losses: of every step, before its update, penalties included; epochLosses: their mean weighted by rows (Keras's
`loss` of an epoch); finalWeights: after the last step. All float64. losses32, finalWeights32: the same run by PyTorch in
float32. Regularizers are {name, arguments}, schedules and activations with options {name, options}. Softmax and sigmoid with
their cross-entropy are fused on logits. Sources: torch.optim and autograd; the sgd runs with a fixed rate were repeated with
Keras in float64. x, y and start are exact in float32.
"""

OPTIMIZERS = {
    "sgd": {"name": "sgd", "options": {"learningRate": 0.1}},
    "momentum": {"name": "sgd", "options": {"learningRate": 0.05, "momentum": 0.9}},
    "nesterov": {"name": "sgd", "options": {"learningRate": 0.05, "momentum": 0.9, "nesterov": True}},
    "adam": {"name": "adam", "options": {"learningRate": 0.02}},
}


def dense(name: str, units: int, activation="linear", **options) -> dict:
    return {"type": "dense", "name": name, "options": {"units": units, "activation": activation, **options}}


def classes_of(rng, x: np.ndarray, count: int) -> np.ndarray:
    """Labels that a random linear rule gives, so that there is something to learn."""
    return (x @ rng.normal(size=(x.shape[1], count))).argmax(1)


def nets() -> dict[str, dict]:
    rng = np.random.default_rng(501)
    l2 = {"name": "l2", "arguments": [0.01]}
    slope = {"name": "leakyRelu", "options": {"negativeSlope": 0.1}}
    result = {}

    x = dyadic(rng, (23, 5))
    layers = [dense("hidden", 7, "relu"), dense("output", 3, "softmax")]
    y = classes_of(rng, x, 3)
    result["reluSoftmax"] = net(5, layers, "sparseCategoricalCrossentropy", 5, 7, x, y, 1)

    x = dyadic(rng, (22, 4))
    y = np.round(np.tanh(x @ rng.normal(size=(4, 2))) * 1024) / 1024
    layers = [dense("hidden1", 8, "tanh"), dense("hidden2", 8, "tanh"), dense("output", 2)]
    result["tanhRegression"] = net(4, layers, "meanSquaredError", 4, 6, x, y, 2)

    x = dyadic(rng, (26, 6))
    y = classes_of(rng, x, 2)[:, None].astype(float)
    layers = [dense("hidden", 5, "sigmoid"), dense("output", 1, "sigmoid")]
    result["sigmoidBinary"] = net(6, layers, "binaryCrossentropy", 8, 9, x, y, 3)

    x = dyadic(rng, (19, 5))
    layers = [
        dense("hidden1", 8, slope, kernelRegularizer=l2),
        dense("hidden2", 4, slope, kernelRegularizer=l2),
        dense("output", 3, "softmax", kernelRegularizer=l2),
    ]
    result["leakyReluL2"] = net(5, layers, "sparseCategoricalCrossentropy", 4, 7, x, classes_of(rng, x, 3), 4)

    x = dyadic(rng, (21, 4))
    layers = [dense("hidden", 6, "tanh"), dense("output", 4, "softmax")]
    y = one_hot(classes_of(rng, x, 4), 4)
    result["oneHot"] = net(4, layers, "categoricalCrossentropy", 6, 9, x, y, 5)

    x = dyadic_uniform(rng, (17, 3), 0, 1)
    layers = [dense("output", 3, "softmax")]
    result["softmaxRegression"] = net(3, layers, "sparseCategoricalCrossentropy", 3, 6, x, classes_of(rng, x - 0.5, 3), 6)
    return result


def net(inputs: int, layers: list, loss, batch_size: int, epochs: int, x, y, seed: int) -> dict:
    content = {"inputShape": [inputs], "layers": layers, "loss": loss, "batchSize": batch_size, "epochs": epochs, "x": x, "y": y}
    content["start"] = random_weights(content, 500 + seed)
    return content


def first_gradients(label: str, content: dict) -> dict:
    network = Network(content)
    rows = slice(0, content["batchSize"])
    x, y = torch.tensor(content["x"][rows], dtype=torch.float64), torch.tensor(content["y"][rows], dtype=torch.float64)
    loss = network.loss(x, y, training="keep")
    gradients = dict(zip(network.trained, torch.autograd.grad(loss, list(network.trained.values())), strict=True))
    for key, parameter in network.trained.items():

        def at(values, parameter=parameter):
            before, parameter.data = parameter.data, torch.tensor(values)
            value = network.loss(x, y, training="keep").item()
            parameter.data = before
            return value

        numeric = central_difference(at, parameter.detach().numpy().copy())
        agree(f"{label}: gradient of {key}", gradients[key], numeric, rtol=1e-5, atol=1e-7)
    return {"loss": loss.item(), "gradients": {key: value.numpy() for key, value in gradients.items()}}


def epoch_losses(losses: list[float], content: dict, fit: dict) -> list[float]:
    rows = len(content["x"])
    size = rows if fit["batchSize"] == "full" else fit["batchSize"]
    sizes = [min(size, rows - first) for first in range(0, rows, size)]
    return [float(np.dot(part, sizes) / rows) for part in np.reshape(losses, (fit["epochs"], len(sizes)))]


def finished_run(label: str, content: dict, optimizer: dict, compile_options: dict, fit: dict) -> dict:
    whole_fit = {"batchSize": content["batchSize"], "epochs": content["epochs"], **fit}
    losses, weights, network = train(content, optimizer, compile_options, whole_fit)
    losses32, weights32, _ = train(content, optimizer, compile_options, whole_fit, torch.float32)
    agree(f"{label}: float32 losses", losses32, losses, rtol=1e-4, atol=1e-5)
    with torch.no_grad():
        predictions = network.forward(torch.tensor(content["x"], dtype=torch.float64), training=False)[0].numpy()
    comparable = optimizer["name"] == "sgd" and not isinstance(optimizer["options"]["learningRate"], dict)
    if comparable and all(layer["type"] != "maxout" for layer in content["layers"]):
        compare_with_keras(label, content, optimizer, compile_options, whole_fit, losses, weights, predictions)
    return {
        "optimizer": optimizer,
        "compile": compile_options,
        "fit": fit,
        "losses": losses,
        "losses32": single(losses32),
        "epochLosses": epoch_losses(losses, content, whole_fit),
        "finalWeights": weights,
        "finalWeights32": single(weights32),
        "finalPredictions": predictions,
    }


def extra_runs(contents: dict) -> list[tuple]:
    rng = np.random.default_rng(599)
    schedule = {"name": "exponentialDecay", "options": {"initialLearningRate": 0.2, "decaySteps": 5, "decayRate": 0.8}}
    sample_weight = dyadic_uniform(rng, len(contents["tanhRegression"]["x"]), 0, 3, 4)
    sgd, adam = OPTIMIZERS["sgd"], OPTIMIZERS["adam"]
    runs = [
        ("reluSoftmax", sgd, {"clipNorm": 0.25}, {}),
        ("reluSoftmax", OPTIMIZERS["momentum"], {"clipNorm": 0.5}, {}),
        ("tanhRegression", sgd, {"clipValue": 0.0625}, {}),
        ("oneHot", adam, {"clipNorm": 0.25}, {}),
        ("reluSoftmax", sgd, {}, {"classWeight": {"0": 0.5, "1": 2, "2": 1.5}}),
        ("oneHot", sgd, {}, {"classWeight": {"0": 2, "2": 0.25}}),
        ("sigmoidBinary", sgd, {}, {"classWeight": {"0": 0.5, "1": 3}}),
        ("tanhRegression", adam, {}, {"sampleWeight": sample_weight}),
        ("tanhRegression", sgd, {}, {"sampleWeight": sample_weight}),
        ("sigmoidBinary", sgd, {}, {"batchSize": "full", "epochs": 30}),
        ("softmaxRegression", {"name": "sgd", "options": {"learningRate": schedule, "momentum": 0.5}}, {}, {}),
    ]
    others = {
        "adagrad": {"learningRate": 0.05},
        "rmsprop": {"learningRate": 0.01, "rho": 0.9},
        "adadelta": {"learningRate": 1},
        "adamw": {"learningRate": 0.02, "weightDecay": 0.1},
        "adamax": {"learningRate": 0.02},
        "nadam": {"learningRate": 0.02},
        "radam": {"learningRate": 0.02},
    }
    return runs + [("leakyReluL2", {"name": name, "options": options}, {}, {}) for name, options in others.items()]


def build() -> dict:
    contents = nets()
    runs = [(name, optimizer, {}, {}) for name in contents for optimizer in OPTIMIZERS.values()] + extra_runs(contents)
    finished = [{"net": name, **finished_run(f"{name} {o['name']}", contents[name], o, c, f)} for name, o, c, f in runs]
    for run in finished:
        del run["finalPredictions"]
    return {
        "nets": {name: {**content, "first": first_gradients(name, content)} for name, content in contents.items()},
        "runs": finished,
    }
