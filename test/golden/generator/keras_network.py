"""The same networks in Keras (float64), to compare whole runs with."""

import keras
import numpy as np

from .constraints import CLASSES as CONSTRAINTS
from .constraints import OPTIONS as CONSTRAINT_OPTIONS
from .keras_losses import keras_loss
from .network import FUSED, member, row_weights
from .support import agree

# api.md's weight names in the order in which Keras lists a layer's weights.
KERAS_ORDER = {
    "dense": ["kernel", "bias"],
    "prelu": ["alpha"],
    "batchNormalization": ["gamma", "beta", "movingMean", "movingVariance"],
    "layerNormalization": ["gamma", "beta"],
}


def keras_activation(activation):
    name, options = member(activation)
    if name == "leakyRelu":
        return lambda x: keras.ops.leaky_relu(x, negative_slope=options.get("negativeSlope", 0.01))
    if name == "gelu":
        return lambda x: keras.ops.gelu(x, approximate=options.get("approximate") == "tanh")
    if name == "elu":
        return lambda x: keras.ops.elu(x, alpha=options.get("alpha", 1.0))
    return name


def regularizer(spec):
    if spec is None:
        return None
    name, (argument,) = spec["name"], spec["arguments"]
    if name == "l1l2":
        return keras.regularizers.L1L2(**argument)
    return {"l1": keras.regularizers.L1, "l2": keras.regularizers.L2}[name](argument)


def constraint(spec):
    if spec is None:
        return None
    name, options = member(spec)
    return getattr(keras.constraints, CONSTRAINTS[name])(**{CONSTRAINT_OPTIONS[key]: value for key, value in options.items()})


def keras_layer(layer: dict, logits: bool):
    kind, options = layer["type"], layer["options"]
    if kind == "dense":
        return keras.layers.Dense(
            options["units"],
            activation="linear" if logits else keras_activation(options.get("activation", "linear")),
            kernel_regularizer=regularizer(options.get("kernelRegularizer")),
            bias_regularizer=regularizer(options.get("biasRegularizer")),
            activity_regularizer=regularizer(options.get("activityRegularizer")),
            kernel_constraint=constraint(options.get("kernelConstraint")),
        )
    if kind == "activation":
        return keras.layers.Activation(keras_activation(options["activation"]))
    return {
        "prelu": keras.layers.PReLU,
        "batchNormalization": keras.layers.BatchNormalization,
        "layerNormalization": keras.layers.LayerNormalization,
    }[kind](**options)


def compare_with_keras(label: str, net: dict, optimizer: dict, compile_options: dict, fit: dict, losses, weights, predictions) -> None:
    """Trains the same network with Keras's SGD: with a fixed rate its momentum and Nesterov forms equal PyTorch's."""
    last, (loss_name, loss_options) = net["layers"][-1], member(net["loss"])
    fused = loss_name in FUSED.get(member(last["options"].get("activation", "linear"))[0], ())
    layers = [keras_layer(layer, fused and layer is last) for layer in net["layers"]]
    model = keras.Sequential([keras.Input(tuple(net["inputShape"])), *layers])
    for spec, layer in zip(net["layers"], layers, strict=True):
        names = KERAS_ORDER.get(spec["type"], [])
        layer.set_weights([np.asarray(net["start"][f"{spec['name']}/{name}"]) for name in names])
    options = optimizer["options"]
    rule = keras.optimizers.SGD(
        options["learningRate"],
        momentum=options.get("momentum", 0.0),
        nesterov=options.get("nesterov", False),
        global_clipnorm=compile_options.get("clipNorm"),
        clipvalue=compile_options.get("clipValue"),
    )
    model.compile(rule, keras_loss(loss_name, {**loss_options, "fromLogits": True} if fused else loss_options))

    x, y = np.asarray(net["x"]), np.asarray(net["y"])
    by_row = row_weights(net, fit, None)
    size = len(x) if fit["batchSize"] == "full" else fit["batchSize"]
    found = []
    for _ in range(fit["epochs"]):
        for first in range(0, len(x), size):
            rows = slice(first, first + size)
            model.reset_metrics()
            weight = None if by_row is None else by_row.numpy()[rows].astype(float)
            found.append(float(model.train_on_batch(x[rows], y[rows], sample_weight=weight)))
    # Keras keeps the reported loss in float32.
    agree(f"{label}: losses against Keras", found, losses, rtol=1e-6, atol=1e-7)
    for spec, layer in zip(net["layers"], layers, strict=True):
        for name, value in zip(KERAS_ORDER.get(spec["type"], []), layer.get_weights(), strict=True):
            agree(f"{label}: {spec['name']}/{name} against Keras", value, weights[f"{spec['name']}/{name}"], rtol=1e-9, atol=1e-9)
    if not fused:
        agree(f"{label}: predictions against Keras", model.predict(x, verbose=0), predictions, rtol=1e-9, atol=1e-9)
