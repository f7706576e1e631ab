"""The same losses by Keras, to compare with; None where Keras has no such loss or ravine takes PyTorch's formula."""

import keras

NAMES = {
    "meanSquaredError": "MeanSquaredError",
    "meanAbsoluteError": "MeanAbsoluteError",
    "huber": "Huber",
    "logCosh": "LogCosh",
    "meanAbsolutePercentageError": "MeanAbsolutePercentageError",
    "meanSquaredLogarithmicError": "MeanSquaredLogarithmicError",
    "binaryCrossentropy": "BinaryCrossentropy",
    "categoricalCrossentropy": "CategoricalCrossentropy",
    "sparseCategoricalCrossentropy": "SparseCategoricalCrossentropy",
    "hinge": "Hinge",
    "squaredHinge": "SquaredHinge",
    "categoricalHinge": "CategoricalHinge",
    "klDivergence": "KLDivergence",
    "poisson": "Poisson",
    "cosineSimilarity": "CosineSimilarity",
}
OPTIONS = {"fromLogits": "from_logits", "labelSmoothing": "label_smoothing", "delta": "delta"}


def keras_loss(name: str, options: dict):
    if name not in NAMES:
        return None
    translated = {OPTIONS[key]: value for key, value in options.items()}
    return getattr(keras.losses, NAMES[name])(**translated, dtype="float64")


def keras_value(name: str, options: dict, y, p, sample_weight=None):
    loss = keras_loss(name, options)
    if loss is None:
        return None
    if name == "cosineSimilarity" and loss(y[:1], y[:1]) > 0:
        raise AssertionError("Keras's cosine loss is meant to be negative for equal directions")
    return loss(y, p, sample_weight=sample_weight)
