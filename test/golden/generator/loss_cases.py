"""The inputs on which losses are compared: ordinary ones, kinks, saturation, and every option."""

import numpy as np

from .support import dyadic, dyadic_simplex, dyadic_uniform, one_hot

RNG = np.random.default_rng(301)
CASES: list[dict] = []
WEIGHTED: list[dict] = []


def add(name, options, about, y_true, y_pred, smooth=True, gradient=True, into=CASES, **more):
    """smooth: central differences apply at this point. gradient: whether the gradient is part of the contract here."""
    case = {"name": name, "options": options, "about": about, "yTrue": np.asarray(y_true), "yPred": np.asarray(y_pred, dtype=float)}
    into.append({**case, **more, "smooth": smooth, "gradientSpecified": gradient})


def regression() -> None:
    y, p = dyadic(RNG, (5, 3), 1.5), dyadic(RNG, (5, 3), 1.5)
    far_true, far_pred = [[1000.0, -1000, 0], [0.5, 0, -2]], [[-1000.0, 1000, 100], [0.5, 0.0009765625, 28]]
    kinks_true, kinks_pred = [[1.0, 0, 2, -1, 0.5, 0]], [[1.0, 0.5, 1, 1, 0, -2]]
    for name, options in (
        ("meanSquaredError", {}),
        ("meanAbsoluteError", {}),
        ("huber", {}),
        ("huber", {"delta": 0.5}),
        ("huber", {"delta": 2}),
        ("smoothL1", {}),
        ("smoothL1", {"beta": 0.5}),
        ("smoothL1", {"beta": 2}),
        ("smoothL1", {"beta": 0}),
        ("logCosh", {}),
    ):
        add(name, options, "ordinary", y, p)
        add(name, options, "equal values and kinks", kinks_true, kinks_pred, smooth=False)
        add(name, options, "large and tiny differences", far_true, far_pred, smooth=False)
    add("meanSquaredError", {}, "one number", [[0.25]], [[-1.5]])


def relative() -> None:
    positive, predicted = dyadic_uniform(RNG, (4, 3), 0.25, 8), dyadic_uniform(RNG, (4, 3), 0.25, 8)
    add("meanAbsolutePercentageError", {}, "ordinary", positive, predicted)
    add("meanAbsolutePercentageError", {}, "negative targets", -positive, predicted)
    add("meanAbsolutePercentageError", {}, "a zero target counts as 1e-7; an equal value", [[0, 2, 4]], [[0.5, 2, 5]], smooth=False)
    add("meanSquaredLogarithmicError", {}, "ordinary", positive, predicted)
    add(
        "meanSquaredLogarithmicError",
        {},
        "zeros and negative values count as 1e-7",
        [[0, 1, -2], [3, 0.5, 0]],
        [[0.5, 0, 1], [-1, 2, -3]],
        smooth=False,
    )
    add("poisson", {}, "ordinary", positive, predicted)
    add("poisson", {}, "zero targets, counts", [[0, 1, 2], [5, 0, 30]], [[0.5, 1.5, 2], [4, 0.125, 25]])
    add("poisson", {}, "a zero prediction", [[0, 1]], [[0, 0]], smooth=False)
    y, p = dyadic(RNG, (4, 5)), dyadic(RNG, (4, 5))
    add("cosineSimilarity", {}, "ordinary", y, p)
    add("cosineSimilarity", {}, "parallel, opposite, orthogonal", [[1, 2], [1, 2], [1, 0]], [[2, 4], [-0.5, -1], [0, 3]])
    add("cosineSimilarity", {}, "zero target", [[0, 0, 0], [1, 2, 3]], [[1, -2, 3], [3, 2, 0.5]])
    add("cosineSimilarity", {}, "zero prediction", [[1, 2, 3], [1, 2, 3]], [[0, 0, 0], [3, 2, 0.5]], smooth=False, gradient=False)


def binary() -> None:
    labels = RNG.integers(0, 2, (6, 3)).astype(float)
    p, logits = dyadic_uniform(RNG, (6, 3), 0.02, 0.98), dyadic(RNG, (6, 3), 3)
    name = "binaryCrossentropy"
    for smoothing in ({}, {"labelSmoothing": 0.125}, {"labelSmoothing": 0.1}):
        add(name, smoothing, "probabilities", labels, p)
        add(name, {"fromLogits": True, **smoothing}, "logits", labels, logits)
    add(name, {}, "soft labels", dyadic_uniform(RNG, (2, 3), 0, 1), p[:2])
    add(name, {}, "one column", labels[:, :1], p[:, :1])
    corners = ([[0, 1, 0, 1]], [[0, 1, 1, 0]])
    add(name, {}, "saturated: the logarithm is clamped at -100", *corners, smooth=False)
    add(name, {"labelSmoothing": 0.125}, "saturated, smoothed", *corners, smooth=False)
    near = np.array([[2.0**-24, 1 - 2.0**-24, 2.0**-40, 1 - 2.0**-20]])
    add(name, {}, "nearly saturated: no clip at 1e-7", [[1, 0, 1, 0]], near, smooth=False)
    big = ([[0, 1, 0, 1, 0, 1]], [[1000, -1000, -1000, 1000, 0, 0]])
    add(name, {"fromLogits": True}, "large logits", *big, smooth=False)
    add(name, {"fromLogits": True, "labelSmoothing": 0.125}, "large logits, smoothed", *big, smooth=False)


def categorical() -> None:
    classes = RNG.integers(0, 4, 6)
    hard, soft = one_hot(classes, 4), dyadic_simplex(RNG, 6, 4)
    p, raw, logits = dyadic_simplex(RNG, 6, 4), dyadic_uniform(RNG, (6, 4), 0.1, 3), dyadic(RNG, (6, 4), 3)
    name, sparse = "categoricalCrossentropy", "sparseCategoricalCrossentropy"
    for smoothing in ({}, {"labelSmoothing": 0.125}, {"labelSmoothing": 0.1}):
        add(name, smoothing, "probabilities", hard, p)
        add(name, smoothing, "rows that do not sum to 1", hard, raw)
        add(name, {"fromLogits": True, **smoothing}, "logits", hard, logits)
    add(name, {}, "soft labels", soft, p)
    add(name, {"fromLogits": True}, "soft labels, logits", soft, logits)
    add(sparse, {}, "probabilities", classes, p)
    add(sparse, {}, "rows that do not sum to 1", classes, raw)
    add(sparse, {"fromLogits": True}, "logits", classes, logits)

    certain = [[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0]]
    big = [[1000, 0, -1000], [-1000, 1000, 0], [1000, 1000, 999]]
    wrong = np.array([1, 1, 2])
    for options, about, values in (
        ({}, "saturated: clipped to 1e-7 and 1 - 1e-7, no gradient beyond", certain),
        ({"fromLogits": True}, "large logits", big),
    ):
        add(name, options, about, one_hot(wrong, 3), values, smooth=False)
        add(sparse, options, about, wrong, values, smooth=False)
    add(name, {"fromLogits": True, "labelSmoothing": 0.125}, "large logits, smoothed", one_hot(wrong, 3), big, smooth=False)

    add("klDivergence", {}, "ordinary", soft, p)
    clipped = ([[0, 1, 0], [0.5, 0.25, 0.25]], [[0.5, 0, 0.5], [0.25, 2, 0.5]])
    add("klDivergence", {}, "zeros are clipped to 1e-7, values above 1 to 1", *clipped, smooth=False)
    add("klDivergence", {}, "equal", soft[:2], soft[:2])


def margins() -> None:
    bits = RNG.integers(0, 2, (5, 3)).astype(float)
    p = dyadic(RNG, (5, 3), 1.25)
    mixed = [[-1, 0, 1], [1, 1, -1]]
    for name in ("hinge", "squaredHinge"):
        add(name, {}, "labels -1 and 1", 2 * bits - 1, p)
        add(name, {}, "labels 0 and 1 count as -1 and 1", bits, p)
        add(name, {}, "labels all 1", np.ones((2, 3)), p[:2])
        add(name, {}, "labels with another value stay", mixed, p[:2])
        add(name, {}, "at the kink", [[1, -1]], [[1, -1]], smooth=False)
    classes = RNG.integers(0, 4, 5)
    scores = dyadic(RNG, (5, 4), 1.5)
    add("categoricalHinge", {}, "ordinary", one_hot(classes, 4), scores)
    add("categoricalHinge", {}, "negative scores: the true class's 0 wins", one_hot([0, 2], 3), [[-0.5, -1, -2], [-3, -1, -0.25]])
    add("categoricalHinge", {}, "satisfied", one_hot([1], 3), [[0.5, 4, 1]])


def weighted() -> None:
    weights = np.array([0.5, 2, 0, 1, 3])
    add("meanSquaredError", {}, "sample weights", dyadic(RNG, (5, 2)), dyadic(RNG, (5, 2)), into=WEIGHTED, sampleWeight=weights)
    bits, p = np.array([[0.0], [1], [1], [0], [1]]), dyadic_uniform(RNG, (5, 1), 0.1, 0.9)
    class_weight = {"0": 0.5, "1": 2}
    by_class = np.where(bits[:, 0] == 1, 2, 0.5)
    add("binaryCrossentropy", {}, "class weights", bits, p, into=WEIGHTED, sampleWeight=by_class, classWeight=class_weight)
    classes = np.array([2, 0, 1, 1, 2])
    table = np.array([1, 0.25, 4])
    record = {str(i): w for i, w in enumerate(table.tolist())}
    logits = dyadic(RNG, (5, 3), 2)
    more = {"into": WEIGHTED, "sampleWeight": table[classes], "classWeight": record}
    add("sparseCategoricalCrossentropy", {"fromLogits": True}, "class weights", classes, logits, **more)
    add("categoricalCrossentropy", {"fromLogits": True}, "class weights", one_hot(classes, 3), logits, **more)
    add("categoricalCrossentropy", {}, "class weights", one_hot(classes, 3), dyadic_simplex(RNG, 5, 3), **more)


for part in (regression, relative, binary, categorical, margins, weighted):
    part()
