"""Writes every golden file of this folder: `python test/golden/generate.py`.

`--check` writes nothing: it recomputes everything and reports where the committed files differ by more than rounding.
Names given as arguments (`activations losses`) restrict the run to these files.
"""

import os
import sys
from pathlib import Path

# Before torch and Keras load: one thread, portable kernels and double precision, so that another machine gets the same digits.
os.environ["KERAS_BACKEND"] = "torch"
os.environ["ATEN_CPU_CAPABILITY"] = "default"
os.environ["MKL_CBWR"] = "COMPATIBLE"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))
sys.dont_write_bytecode = True

import torch  # noqa: E402

from generator import (  # noqa: E402
    activations,
    boltzmann,
    constraints,
    gradients,
    graphs,
    initializers,
    losses,
    metrics,
    optimizers,
    output,
    schedules,
    trajectories,
)
from generator.double_precision import use_double_precision  # noqa: E402

FILES = {
    "activations": activations,
    "boltzmann": boltzmann,
    "constraints": constraints,
    "gradients": gradients,
    "graphs": graphs,
    "initializers": initializers,
    "losses": losses,
    "metrics": metrics,
    "optimizers": optimizers,
    "schedules": schedules,
    "trajectories": trajectories,
}


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    chosen = [a for a in arguments if a != "--check"] or list(FILES)
    unknown = [name for name in chosen if name not in FILES]
    if unknown:
        print(f"unknown file {', '.join(unknown)}; known: {', '.join(FILES)}")
        return 2

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    use_double_precision()

    failed = 0
    for name in chosen:
        module = FILES[name]
        content = {"header": output.header(module.NOTE), **module.build()}
        path = FOLDER / f"{name}.json"
        if check:
            difference = output.compare(path, content)
            failed += difference is not None
            print(f"{name}.json: {difference or 'unchanged'}")
        else:
            size = output.write(path, content)
            print(f"{name}.json: {size / 1024:.0f} KiB")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
