"""Small networks in PyTorch, built from the plain data that the JSON holds, and their training loop."""

import itertools

import numpy as np
import torch

from .activations import TORCH as ACTIVATIONS
from .constraints import by_formula as constrained
from .framework_optimizers import torch_optimizer
from .reference_losses import loss_value
from .reference_schedules import SCHEDULES
from .support import dyadic

FUSED = {
    "softmax": ("categoricalCrossentropy", "sparseCategoricalCrossentropy"),
    "sigmoid": ("binaryCrossentropy",),
}
NOT_TRAINED = ("movingMean", "movingVariance")


def member(value) -> tuple[str, dict]:
    """'relu' or {name, options} as (name, options)."""
    return (value, {}) if isinstance(value, str) else (value["name"], value.get("options", {}))


def activate(activation, z: torch.Tensor) -> torch.Tensor:
    name, options = member(activation)
    return torch.softmax(z, dim=-1) if name == "softmax" else ACTIVATIONS[name](z, **options)


def penalty(regularizer: dict | None, values: torch.Tensor):
    """Keras: l1 sum|w| + l2 sum w^2, with no half and no mean."""
    if regularizer is None:
        return 0
    name, (argument,) = regularizer["name"], regularizer["arguments"]
    l1 = argument if name == "l1" else argument["l1"] if name == "l1l2" else 0
    l2 = argument if name == "l2" else argument["l2"] if name == "l1l2" else 0
    return l1 * values.abs().sum() + l2 * values.square().sum()


def random_weights(net: dict, seed: int) -> dict[str, np.ndarray]:
    """Starting weights, exact in float32; biases and scales are not at their usual 0 and 1, so that their gradients show."""
    rng = np.random.default_rng(seed)
    weights, size = {}, net["inputShape"][0]
    for layer in net["layers"]:
        kind, name, options = layer["type"], layer["name"], layer["options"]
        if kind in ("dense", "maxout"):
            columns = options["units"] * options.get("pieces", 1)
            weights[f"{name}/kernel"] = dyadic(rng, (size, columns), size**-0.5)
            weights[f"{name}/bias"] = dyadic(rng, columns, 0.1)
            size = options["units"]
        elif kind == "prelu":
            weights[f"{name}/alpha"] = 0.25 + dyadic(rng, size, 0.1)
        elif kind in ("batchNormalization", "layerNormalization"):
            weights[f"{name}/gamma"] = 1 + dyadic(rng, size, 0.1)
            weights[f"{name}/beta"] = dyadic(rng, size, 0.1)
            if kind == "batchNormalization":
                weights[f"{name}/movingMean"] = np.zeros(size)
                weights[f"{name}/movingVariance"] = np.ones(size)
    return weights


class Network:
    """Weights by api.md's names and the forward pass over api.md's layers."""

    def __init__(self, net: dict, dtype=torch.float64):
        self.net, self.dtype = net, dtype
        self.weights = {key: torch.tensor(value, dtype=dtype) for key, value in net["start"].items()}
        self.trained = {key: w.requires_grad_() for key, w in self.weights.items() if key.split("/")[1] not in NOT_TRAINED}
        last, loss = net["layers"][-1], net["loss"]
        self.fused = member(loss)[0] in FUSED.get(member(last["options"].get("activation", "linear"))[0], ())

    def forward(self, x: torch.Tensor, training: bool, logits: bool = False):
        """The output and the sum of all penalties. `logits` leaves out the last activation."""
        total = torch.zeros((), dtype=self.dtype)
        for layer in self.net["layers"]:
            kind, options = layer["type"], layer["options"]
            weight = {key.split("/")[1]: w for key, w in self.weights.items() if key.split("/")[0] == layer["name"]}
            keep_logits = logits and layer is self.net["layers"][-1]
            if kind in ("dense", "maxout"):
                x = x @ weight["kernel"] + weight["bias"]
                if kind == "maxout":
                    x = x.reshape(len(x), options["units"], options["pieces"]).amax(-1)
                total = total + penalty(options.get("kernelRegularizer"), weight["kernel"])
                total = total + penalty(options.get("biasRegularizer"), weight["bias"])
            elif kind == "prelu":
                x = torch.where(x > 0, x, weight["alpha"] * x)
            elif kind == "batchNormalization":
                x = self.batch_normalization(x, weight, training, **options)
            elif kind == "layerNormalization":
                centered = x - x.mean(-1, keepdim=True)
                variance = centered.square().mean(-1, keepdim=True)
                x = centered / (variance + options["epsilon"]).sqrt() * weight["gamma"] + weight["beta"]
            if "activation" in options and not keep_logits:
                x = activate(options["activation"], x)
            # Keras 3: the activity penalty is divided by the batch size.
            total = total + penalty(options.get("activityRegularizer"), x) / len(x)
        return x, total

    def batch_normalization(self, x, weight, training, momentum=0.99, epsilon=0.001):
        """Keras: running = momentum running + (1 - momentum) batch, with the variance divided by n, not n - 1."""
        mean, variance = weight["movingMean"], weight["movingVariance"]
        if training:
            mean, variance = x.mean(0), (x - x.mean(0)).square().mean(0)
            if training == "update":
                with torch.no_grad():
                    weight["movingMean"].mul_(momentum).add_(mean, alpha=1 - momentum)
                    weight["movingVariance"].mul_(momentum).add_(variance, alpha=1 - momentum)
        return (x - mean) / (variance + epsilon).sqrt() * weight["gamma"] + weight["beta"]

    def loss(self, x, y, row_weights=None, training="update") -> torch.Tensor:
        output, penalties = self.forward(x, training, logits=self.fused)
        name, options = member(self.net["loss"])
        if self.fused:
            options = {**options, "fromLogits": True}
        return loss_value(name, options, y, output, row_weights) + penalties

    def constrain(self) -> None:
        for layer in self.net["layers"]:
            constraint = layer["options"].get("kernelConstraint")
            if constraint:
                kernel = self.weights[f"{layer['name']}/kernel"]
                name, options = member(constraint)
                kernel.data = torch.tensor(constrained(name, options, kernel.detach().numpy()), dtype=self.dtype)

    def results(self) -> dict[str, np.ndarray]:
        return {key: w.detach().numpy().copy() for key, w in self.weights.items()}


def clip(gradients: list[torch.Tensor], clip_norm=None, clip_value=None) -> None:
    """By value, and by the exact global norm (torch.nn.utils.clip_grad_norm_ adds 1e-6 to it)."""
    if clip_value is not None:
        for gradient in gradients:
            gradient.clamp_(-clip_value, clip_value)
    if clip_norm is not None:
        norm = torch.sqrt(sum(g.square().sum() for g in gradients))
        if norm > clip_norm:
            for gradient in gradients:
                gradient.mul_(clip_norm / norm)


def row_weights(net: dict, fit: dict, dtype) -> torch.Tensor | None:
    if "sampleWeight" in fit:
        return torch.tensor(fit["sampleWeight"], dtype=dtype)
    if "classWeight" in fit:
        labels = np.asarray(net["y"])
        classes = labels.argmax(1) if labels.ndim == 2 and labels.shape[1] > 1 else labels.ravel().astype(int)
        return torch.tensor([fit["classWeight"].get(str(c), 1.0) for c in classes], dtype=dtype)
    return None


def rates(learning_rate):
    """The rate of each step: a number or a schedule."""
    if isinstance(learning_rate, dict):
        return SCHEDULES[learning_rate["name"]](**learning_rate["options"])
    return itertools.repeat(learning_rate)


def train(net: dict, optimizer: dict, compile_options: dict, fit: dict, dtype=torch.float64):
    """fit without shuffling: the loss of every step before its update, the weights at the end, the network."""
    network = Network(net, dtype)
    x, y = torch.tensor(net["x"], dtype=dtype), torch.tensor(net["y"], dtype=dtype)
    weights = row_weights(net, fit, dtype)
    size = len(x) if fit["batchSize"] == "full" else fit["batchSize"]
    parameters = list(network.trained.values())
    steps = rates(optimizer["options"].get("learningRate"))
    options = {**optimizer["options"], "learningRate": 1.0}
    updates = torch_optimizer(optimizer["name"], options, parameters)
    losses = []
    for _ in range(fit["epochs"]):
        for first in range(0, len(x), size):
            rows = slice(first, first + size)
            value = network.loss(x[rows], y[rows], None if weights is None else weights[rows])
            updates.zero_grad()
            value.backward()
            clip([p.grad for p in parameters], compile_options.get("clipNorm"), compile_options.get("clipValue"))
            updates.param_groups[0]["lr"] = next(steps)
            updates.step()
            network.constrain()
            losses.append(value.item())
    return losses, network.results(), network
