"""Metrics over a whole data set, ties included."""

import keras
import numpy as np
from sklearn import metrics as sk

from .support import agree, dyadic, dyadic_simplex, dyadic_uniform, one_hot

NOTE = """
cases: {name, options, about, yTrue, yPred, value}, float64 over the whole data set. accuracy: share of rows whose largest
prediction (the first, if several) is the class; class indices, one-hot rows, or one column (then as binaryAccuracy).
binaryAccuracy, precision, recall, f1: a prediction above 0.5 is a 1 (0.5 is not); 0 where the denominator is 0; several columns
are counted together, element by element (Keras). auc: area under the ROC curve, exact, ties count half (scikit-learn); several
columns together (average='micro'). topKAccuracy: k is 5 by default (Keras); in ties a class counts when its prediction is not
less than the k-th largest (Keras). r2: mean over the columns; a constant column counts 1 if predicted exactly, else 0. Sources:
scikit-learn, compared with Keras where it has the metric. multiclass: precision, recall and f1 of softmax outputs, which api.md
does not settle: scikit-learn's averages on the row's largest prediction, and Keras's count of all elements above 0.5 on one-hot
labels (kerasElementwise).
"""

RNG = np.random.default_rng(801)
CASES: list[dict] = []


def add(name: str, options: dict, about: str, y_true, y_pred, value, keras_metric=None) -> None:
    if keras_metric is not None:
        keras_metric.update_state(np.asarray(y_true), np.asarray(y_pred, dtype=float))
        # Keras keeps its totals in float32.
        agree(f"{name} ({about})", float(keras_metric.result()), value, rtol=1e-6, atol=1e-6)
    CASES.append({"name": name, "options": options, "about": about, "yTrue": y_true, "yPred": y_pred, "value": float(value)})


def classification() -> None:
    classes = RNG.integers(0, 6, 24)
    p = dyadic_simplex(RNG, 24, 6)
    # Half of the rows predict their class.
    for row in range(0, 24, 2):
        top = p[row].argmax()
        p[row, [top, classes[row]]] = p[row, [classes[row], top]]
    share = sk.accuracy_score(classes, p.argmax(1))
    add("accuracy", {}, "class indices", classes, p, share, keras.metrics.SparseCategoricalAccuracy())
    add("accuracy", {}, "one-hot labels", one_hot(classes, 6), p, share, keras.metrics.CategoricalAccuracy())
    add("accuracy", {}, "ties: the first wins", [0, 1, 1], [[0.5, 0.5], [0.5, 0.5], [0.25, 0.75]], 2 / 3)
    for k in (None, 1, 2, 3, 6):
        options = {} if k is None else {"k": k}
        value = sk.top_k_accuracy_score(classes, p, k=k or 5) if k != 6 else 1.0
        add("topKAccuracy", options, "class indices", classes, p, value, keras.metrics.SparseTopKCategoricalAccuracy(k=k or 5))
        add("topKAccuracy", options, "one-hot labels", one_hot(classes, 6), p, value, keras.metrics.TopKCategoricalAccuracy(k=k or 5))
    tied = ([2, 0, 1], [[0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0.125, 0.125, 0.75]])
    add("topKAccuracy", {"k": 2}, "ties at the k-th place count", *tied, 1.0, keras.metrics.SparseTopKCategoricalAccuracy(k=2))


def binary_values(y: np.ndarray, p: np.ndarray) -> dict[str, float]:
    labels, predicted = y.ravel(), (p > 0.5).astype(float).ravel()
    return {
        "binaryAccuracy": sk.accuracy_score(labels, predicted),
        "precision": sk.precision_score(labels, predicted, zero_division=0),
        "recall": sk.recall_score(labels, predicted, zero_division=0),
        "f1": sk.f1_score(labels, predicted, zero_division=0),
    }


def binary() -> None:
    y = RNG.integers(0, 2, (30, 1)).astype(float)
    p = np.round((0.25 * y + 0.75 * dyadic_uniform(RNG, (30, 1), 0, 1)) * 1024) / 1024
    several, several_p = RNG.integers(0, 2, (12, 3)).astype(float), dyadic_uniform(RNG, (12, 3), 0, 1)
    edge = (np.array([[1.0], [0], [1], [0]]), np.array([[0.5], [0.5], [0.5009765625], [0.4990234375]]))
    nothing = (np.array([[0.0], [0], [1]]), np.array([[0.125], [0.25], [0.375]]))
    no_positives = (np.zeros((3, 1)), np.array([[0.75], [0.25], [0.125]]))
    keras_metrics = {
        "binaryAccuracy": keras.metrics.BinaryAccuracy,
        "precision": keras.metrics.Precision,
        "recall": keras.metrics.Recall,
    }
    for about, (labels, predictions) in {
        "one column": (y, p),
        "three columns, element by element": (several, several_p),
        "exactly 0.5 is a 0": edge,
        "nothing predicted": nothing,
        "no positives": no_positives,
    }.items():
        for name, value in binary_values(labels, predictions).items():
            add(name, {}, about, labels, predictions, value, keras_metrics[name]() if name in keras_metrics else None)
    add("accuracy", {}, "one column: binary", y, p, binary_values(y, p)["binaryAccuracy"], keras.metrics.BinaryAccuracy())


def trapezoid_free_auc(y: np.ndarray, p: np.ndarray) -> float:
    """The share of pairs (a 1, a 0) in the right order, ties half: the definition behind the area."""
    positive, negative = p[y == 1], p[y == 0]
    difference = positive[:, None] - negative[None, :]
    return float(((difference > 0) + 0.5 * (difference == 0)).mean())


def area() -> None:
    y = RNG.integers(0, 2, (40, 1)).astype(float)
    for about, p in {
        "random": dyadic_uniform(RNG, (40, 1), 0, 1),
        "many ties": np.round(RNG.uniform(0, 1, (40, 1)) * 4) / 4,
        "informative, with ties": np.round((y + RNG.normal(0, 0.75, (40, 1))) * 4) / 4,
        "all equal": np.full((40, 1), 0.5),
        "perfect": 0.25 + 0.5 * y,
        "reversed": 0.75 - 0.5 * y,
        "saturated": np.where(RNG.uniform(0, 1, (40, 1)) < 0.75, y, 1 - y),
    }.items():
        value = sk.roc_auc_score(y.ravel(), p.ravel())
        agree(f"auc {about}", value, trapezoid_free_auc(y.ravel(), p.ravel()))
        add("auc", {}, about, y, p, value)
    several, p = RNG.integers(0, 2, (15, 2)).astype(float), dyadic_uniform(RNG, (15, 2), 0, 1)
    add("auc", {}, "two columns together", several, p, sk.roc_auc_score(several, p, average="micro"))


def regression() -> None:
    y, p = dyadic(RNG, (20, 1)), dyadic(RNG, (20, 1))
    close = y + dyadic(RNG, (20, 1), 0.25)
    wide, wide_p = dyadic(RNG, (10, 3)), dyadic(RNG, (10, 3), 0.5)
    constant = (np.full((4, 1), 2.0), np.array([[2.0], [2.5], [1.5], [2]]))
    offset = (1000 + y, 1000 + close)
    for about, (labels, predictions) in {
        "unrelated": (y, p),
        "close": (y, close),
        "three columns": (wide, wide_p),
        "constant target": constant,
        "constant target, exact": (constant[0], constant[0]),
        "large offset": offset,
    }.items():
        add(
            "meanAbsoluteError",
            {},
            about,
            labels,
            predictions,
            sk.mean_absolute_error(labels, predictions),
            keras.metrics.MeanAbsoluteError(),
        )
        square = sk.mean_squared_error(labels, predictions)
        add("meanSquaredError", {}, about, labels, predictions, square, keras.metrics.MeanSquaredError())
        add("rootMeanSquaredError", {}, about, labels, predictions, np.sqrt(square), keras.metrics.RootMeanSquaredError())
        add("r2", {}, about, labels, predictions, sk.r2_score(labels, predictions))


def multiclass() -> dict:
    classes = RNG.integers(0, 3, 20)
    p = dyadic_simplex(RNG, 20, 3)
    for row in range(0, 20, 2):
        top = p[row].argmax()
        p[row, [top, classes[row]]] = p[row, [classes[row], top]]
    predicted = p.argmax(1)
    result: dict = {"yTrue": classes, "yPred": p}
    for average in ("macro", "micro", "weighted"):
        precision, recall, f1, _ = sk.precision_recall_fscore_support(classes, predicted, average=average, zero_division=0)
        result[average] = {"precision": precision, "recall": recall, "f1": f1}
    elementwise = binary_values(one_hot(classes, 3), p)
    result["kerasElementwise"] = {name: elementwise[name] for name in ("precision", "recall", "f1")}
    result["aucOneVersusRestMacro"] = sk.roc_auc_score(classes, p, multi_class="ovr")
    result["aucElementwise"] = sk.roc_auc_score(one_hot(classes, 3).ravel(), p.ravel())
    return result


for part in (classification, binary, area, regression):
    part()


def build() -> dict:
    return {"cases": CASES, "multiclass": multiclass()}
