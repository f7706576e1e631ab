"""Training runs of graphs in PyTorch: several heads, shared, tied and frozen layers, a learning rate for each group."""

import numpy as np
import torch
from torch.nn import functional

from .framework_optimizers import torch_optimizer
from .output import single
from .support import agree, central_difference, dyadic

NOTE = """
Each case: inputs (width by name), nodes ({value, layer, type, options, on}: the value that a use of a layer makes, and the values it is used
on; a layer's options stand at its first use), outputs (name of the value by name), loss and lossWeights by output, optimizer, frozen (names
of layers), scales (a factor for the learning rate by layer), batchSize, epochs, x and y by name, start (weights; kernels [in, out]). tiedTo is
the name of the layer whose kernel is used transposed. Batches are consecutive rows, not shuffled. losses: the total of every step before its
update; headLosses: of each output, unweighted; finalWeights: after the last step. All float64. losses32, finalWeights32: the same run by
PyTorch in float32. Softmax heads with cross-entropy: torch.nn.functional.cross_entropy on logits. Frozen: requires_grad false; batch normalization
then in eval mode (functional.batch_norm with running statistics). Rates: parameter groups of torch.optim. Sources: torch.optim and autograd;
gradients of the first batch were checked by central differences. x, y and start are exact in float32.
"""

ROWS, BATCH, EPOCHS = 22, 4, 5
SPARSE = "sparseCategoricalCrossentropy"


def node(value: str, kind: str, on, layer: str | None = None, **options) -> dict:
    return {"value": value, "layer": layer or value, "type": kind, "options": options, "on": [on] if isinstance(on, str) else on}


def dense(value: str, on: str, units: int, activation: str = "linear", **options) -> dict:
    return node(value, "dense", on, units=units, activation=activation, **options)


def cases() -> list[dict]:
    rng = np.random.default_rng(700)
    sgd = {"name": "sgd", "options": {"learningRate": 0.1, "momentum": 0.5}}
    adam = {"name": "adam", "options": {"learningRate": 0.02}}
    classes = lambda x, count: (x @ rng.normal(size=(x.shape[1], count))).argmax(1)  # noqa: E731
    numbers = lambda x, count: np.round(np.tanh(x @ rng.normal(size=(x.shape[1], count))) * 1024) / 1024  # noqa: E731
    result = []

    def case(name, inputs, nodes, outputs, loss, optimizer, y, **others):
        x = {key: dyadic(rng, (ROWS, width)) for key, width in inputs.items()}
        labels = {key: make(np.concatenate(list(x.values()), 1)) for key, make in y.items()}
        whole = {"lossWeights": {}, "frozen": [], "scales": {}, **others}
        content = {"name": name, "inputs": inputs, "nodes": nodes, "outputs": outputs, "loss": loss, "optimizer": optimizer, **whole}
        content.update(batchSize=BATCH, epochs=EPOCHS, x=x, y=labels)
        content["start"] = start(content, 710 + len(result))
        result.append(content)

    body = dense("body", "x", 6, "tanh")
    heads = [dense("kind", "body", 3, "softmax"), dense("size", "body", 2)]
    both = {"kind": "kind", "size": "size"}
    losses = {"kind": SPARSE, "size": "meanSquaredError"}
    labels = {"kind": lambda x: classes(x, 3), "size": lambda x: numbers(x, 2)}
    case("multiHead", {"x": 5}, [body, *heads], both, losses, sgd, labels, lossWeights={"kind": 0.5, "size": 2})
    split = [
        node("first", "slice", "both", start=0, width=3),
        node("second", "slice", "both", start=3, width=5),
        node("domain", "activation", "first", activation="softmax"),
        node("item", "activation", "second", activation="softmax"),
    ]
    names = {"domain": "domain", "item": "item"}
    two = {"domain": lambda x: classes(x, 3), "item": lambda x: classes(x, 5)}
    case("compositeOutput", {"x": 4}, [dense("body", "x", 7, "relu"), dense("both", "body", 8), *split], names,
         {"domain": SPARSE, "item": SPARSE}, adam, two)  # fmt: skip
    shared = [
        dense("left", "a", 5, "tanh"),
        {**node("right", "dense", "b", layer="left"), "options": {}},
        node("joined", "concatenate", ["left", "right"]),
        dense("out", "joined", 2),
    ]
    case("sharedTwice", {"a": 4, "b": 4}, shared, {"out": "out"}, {"out": "meanSquaredError"}, sgd, {"out": lambda x: numbers(x, 2)})
    deep = [dense("first", "x", 6, "tanh"), dense("second", "first", 5, "relu"), dense("third", "second", 5, "tanh")]
    deep.append(dense("out", "third", 3, "softmax"))
    sorts = {"out": lambda x: classes(x, 3)}
    case("frozenBody", {"x": 4}, deep, {"out": "out"}, {"out": SPARSE}, sgd, sorts, frozen=["first", "second"])
    case("frozenMiddle", {"x": 4}, deep, {"out": "out"}, {"out": SPARSE}, adam, sorts, frozen=["second"])
    case("rates", {"x": 4}, deep, {"out": "out"}, {"out": SPARSE}, sgd, sorts, scales={"first": 0.1, "second": 0, "third": 2})
    case("ratesAdam", {"x": 4}, deep, {"out": "out"}, {"out": SPARSE}, adam, sorts, scales={"first": 0.1, "third": 0.5})
    l2 = {"name": "l2", "arguments": [0.01]}
    tied = [
        dense("encoder", "x", 4, "tanh", kernelRegularizer=l2),
        dense("inner", "encoder", 2, "tanh"),
        node("back", "tiedDense", "inner", tiedTo="inner", activation="tanh"),
        node("decoder", "tiedDense", "back", tiedTo="encoder", activation="linear"),
    ]
    rebuild = {"decoder": lambda x: x}
    case("tied", {"x": 6}, tied, {"decoder": "decoder"}, {"decoder": "meanSquaredError"}, sgd, rebuild)
    case("tiedAdam", {"x": 6}, tied, {"decoder": "decoder"}, {"decoder": "meanSquaredError"}, adam, rebuild, scales={"encoder": 0.5})
    case("tiedFrozen", {"x": 6}, tied, {"decoder": "decoder"}, {"decoder": "meanSquaredError"}, sgd, rebuild, frozen=["encoder", "decoder"])
    normalized = [dense("hidden", "x", 5, "tanh"), node("norm", "batchNormalization", "hidden", epsilon=0.001), dense("out", "norm", 2)]
    case("frozenBatchNormalization", {"x": 4}, normalized, {"out": "out"}, {"out": "meanSquaredError"}, sgd,
         {"out": lambda x: numbers(x, 2)}, frozen=["norm"])  # fmt: skip
    return result


def start(content: dict, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    widths, weights, reads = dict(content["inputs"]), {}, {}
    for each in content["nodes"]:
        name, options, on = each["layer"], each["options"], [widths[value] for value in each["on"]]
        if each["value"] != name:
            widths[each["value"]] = widths[name]
            continue
        reads[name] = on[0]
        width = sum(on)
        if each["type"] == "dense":
            width = options["units"]
            weights[f"{name}/kernel"] = dyadic(rng, (on[0], width), on[0] ** -0.5)
        elif each["type"] == "tiedDense":
            width = reads[options["tiedTo"]]
        elif each["type"] == "slice":
            width = options["width"]
        elif each["type"] == "batchNormalization":
            weights[f"{name}/gamma"] = 1 + dyadic(rng, width, 0.1)
            weights[f"{name}/beta"] = dyadic(rng, width, 0.1)
            weights[f"{name}/movingMean"] = dyadic(rng, width, 0.2)
            weights[f"{name}/movingVariance"] = 0.5 + dyadic(rng, width, 0.2) ** 2
        if each["type"] in ("dense", "tiedDense"):
            weights[f"{name}/bias"] = dyadic(rng, width, 0.1)
        widths[each["value"]] = width
    return weights


class Network:
    """The graph with its weights as leaves of autograd."""

    def __init__(self, content: dict, dtype):
        self.content, self.dtype = content, dtype
        self.weights = {key: torch.tensor(value, dtype=dtype) for key, value in content["start"].items()}
        frozen = lambda key: key.split("/")[0] in content["frozen"] or "/moving" in key  # noqa: E731
        self.trained = {key: w.requires_grad_() for key, w in self.weights.items() if not frozen(key)}
        self.options = {each["layer"]: each["options"] for each in reversed(content["nodes"])}

    def losses(self, rows: slice) -> tuple[torch.Tensor, dict[str, float]]:
        values = {key: torch.tensor(x[rows], dtype=self.dtype) for key, x in self.content["x"].items()}
        logits, total = {}, torch.zeros((), dtype=self.dtype)
        for each in self.content["nodes"]:
            name, options = each["layer"], self.options[each["layer"]]
            inputs = [values[value] for value in each["on"]]
            y = inputs[0]
            if each["type"] == "dense":
                y = functional.linear(y, self.weights[f"{name}/kernel"].T, self.weights[f"{name}/bias"])
            elif each["type"] == "tiedDense":
                y = functional.linear(y, self.weights[f"{options['tiedTo']}/kernel"], self.weights[f"{name}/bias"])
            elif each["type"] == "slice":
                y = y[:, options["start"] : options["start"] + options["width"]]
            elif each["type"] == "concatenate":
                y = torch.cat(inputs, 1)
            elif each["type"] == "batchNormalization":
                mean, variance, gamma, beta = (self.weights[f"{name}/{key}"] for key in ("movingMean", "movingVariance", "gamma", "beta"))
                y = functional.batch_norm(y, mean, variance, gamma, beta, training=False, eps=options["epsilon"])
            logits[each["value"]] = y
            activation = options.get("activation", "linear")
            values[each["value"]] = y if activation == "linear" else torch.softmax(y, 1) if activation == "softmax" else getattr(torch, activation)(y)
        heads = {}
        for name, value in self.content["outputs"].items():
            y = torch.tensor(self.content["y"][name][rows])
            if self.content["loss"][name] == SPARSE:
                loss = functional.cross_entropy(logits[value], y.long())
            else:
                loss = functional.mse_loss(values[value], y.to(self.dtype))
            heads[name] = loss.item()
            total = total + self.content["lossWeights"].get(name, 1) * loss
        for name, options in self.options.items():
            if "kernelRegularizer" in options:
                total = total + options["kernelRegularizer"]["arguments"][0] * self.weights[f"{name}/kernel"].square().sum()
        return total, heads


def train(content: dict, dtype) -> tuple[list, list, dict]:
    network = Network(content, dtype)
    name, options = content["optimizer"]["name"], content["optimizer"]["options"]
    rate = options["learningRate"]
    groups = [
        {"params": [w], "lr": rate * content["scales"].get(key.split("/")[0], 1)} for key, w in network.trained.items()
    ]
    optimizer = torch_optimizer(name, options, groups[0]["params"])
    optimizer.param_groups[0]["lr"] = groups[0]["lr"]
    for group in groups[1:]:
        optimizer.add_param_group(group)
    losses, heads = [], []
    for _ in range(content["epochs"]):
        for first in range(0, ROWS, content["batchSize"]):
            total, by_head = network.losses(slice(first, first + content["batchSize"]))
            optimizer.zero_grad()
            total.backward()
            optimizer.step()
            losses.append(total.item())
            heads.append(list(by_head.values()))
    return losses, heads, {key: w.detach().numpy().copy() for key, w in network.weights.items()}


def check_gradients(content: dict) -> None:
    network, rows = Network(content, torch.float64), slice(0, content["batchSize"])
    gradients = torch.autograd.grad(network.losses(rows)[0], list(network.trained.values()))
    for (key, parameter), gradient in zip(network.trained.items(), gradients, strict=True):

        def at(values, parameter=parameter):
            before, parameter.data = parameter.data, torch.tensor(values)
            value = network.losses(rows)[0].item()
            parameter.data = before
            return value

        numeric = central_difference(at, parameter.detach().numpy().copy())
        agree(f"{content['name']}: gradient of {key}", gradient, numeric, rtol=1e-5, atol=1e-7)


def build() -> dict:
    result = []
    for content in cases():
        check_gradients(content)
        losses, heads, weights = train(content, torch.float64)
        losses32, _, weights32 = train(content, torch.float32)
        agree(f"{content['name']}: float32 losses", losses32, losses, rtol=1e-4, atol=1e-5)
        for name in content["frozen"]:
            for key in (key for key in weights if key.split("/")[0] == name):
                agree(f"{content['name']}: {key} stays", weights[key], content["start"][key], rtol=0, atol=0)
        run = {"losses": losses, "headLosses": heads, "finalWeights": weights}
        result.append({**content, **run, "losses32": single(losses32), "finalWeights32": single(weights32)})
    return {"cases": result}
