"""Learning rates of whole runs."""

import itertools
import warnings

import keras
import torch
from torch.optim import lr_scheduler

from .reference_schedules import SCHEDULES
from .support import agree

NOTE = """
rates[step]: the learning rate of every step from 0, in float64, from the closed formula; compared with the framework named in
`source` over the whole run (to 1e-12). stepDecay, multiStepDecay, oneCycle: torch.optim.lr_scheduler; the others:
keras.optimizers.schedules (a boundary of piecewiseConstant belongs to its left piece; cosineDecay stays at its end). oneCycle
holds its last value from step totalSteps - 1 on (torch raises an error). cosineDecayRestarts restarts at the exact steps (Keras
finds the period by logarithms, which in float32 may round to the old period). linearWarmup goes from initialLearningRate at
step 0 to the inner schedule's step 0 at step warmupSteps, from where the inner one counts; Keras has it only inside CosineDecay
(compared). `schedule` inside options is {name, options} too, or a number for a constant rate.
"""

CASES = [
    ("stepDecay", {"initialLearningRate": 0.1, "stepSize": 10, "gamma": 0.5}, 50),
    ("stepDecay", {"initialLearningRate": 0.01, "stepSize": 7, "gamma": 0.1}, 40),
    ("stepDecay", {"initialLearningRate": 1, "stepSize": 1, "gamma": 0.9}, 40),
    ("multiStepDecay", {"initialLearningRate": 0.1, "milestones": [5, 12, 30], "gamma": 0.1}, 45),
    ("multiStepDecay", {"initialLearningRate": 0.5, "milestones": [1, 2, 20], "gamma": 0.5}, 30),
    ("exponentialDecay", {"initialLearningRate": 0.1, "decaySteps": 10, "decayRate": 0.96}, 45),
    ("exponentialDecay", {"initialLearningRate": 0.1, "decaySteps": 10, "decayRate": 0.5, "staircase": True}, 45),
    ("exponentialDecay", {"initialLearningRate": 0.02, "decaySteps": 3, "decayRate": 0.9, "staircase": True}, 30),
    ("inverseTimeDecay", {"initialLearningRate": 0.1, "decaySteps": 10, "decayRate": 0.5}, 45),
    ("inverseTimeDecay", {"initialLearningRate": 0.1, "decaySteps": 4, "decayRate": 1, "staircase": True}, 30),
    ("polynomialDecay", {"initialLearningRate": 0.1, "decaySteps": 30}, 40),
    ("polynomialDecay", {"initialLearningRate": 0.1, "decaySteps": 25, "endLearningRate": 0.01, "power": 1}, 40),
    ("polynomialDecay", {"initialLearningRate": 0.1, "decaySteps": 25, "endLearningRate": 0.01, "power": 0.5}, 40),
    ("polynomialDecay", {"initialLearningRate": 0.1, "decaySteps": 25, "endLearningRate": 0, "power": 2}, 40),
    ("polynomialDecay", {"initialLearningRate": 0.1, "decaySteps": 10, "endLearningRate": 0.01, "power": 1, "cycle": True}, 45),
    ("polynomialDecay", {"initialLearningRate": 0.1, "decaySteps": 8, "endLearningRate": 0.001, "power": 2, "cycle": True}, 40),
    ("piecewiseConstant", {"boundaries": [10, 20], "values": [1, 0.5, 0.1]}, 30),
    ("piecewiseConstant", {"boundaries": [1, 5, 6, 17], "values": [0.1, 0.2, 0.05, 0.01, 0.005]}, 25),
    ("piecewiseConstant", {"boundaries": [0], "values": [0.1, 0.2]}, 5),
    ("cosineDecay", {"initialLearningRate": 0.1, "decaySteps": 30}, 45),
    ("cosineDecay", {"initialLearningRate": 0.02, "decaySteps": 25, "alpha": 0.1}, 40),
    ("cosineDecayRestarts", {"initialLearningRate": 0.1, "firstDecaySteps": 10}, 80),
    ("cosineDecayRestarts", {"initialLearningRate": 0.1, "firstDecaySteps": 12, "tMul": 1, "mMul": 0.8, "alpha": 0.05}, 50),
    ("cosineDecayRestarts", {"initialLearningRate": 0.05, "firstDecaySteps": 4, "tMul": 3, "mMul": 0.5}, 60),
    ("cosineDecayRestarts", {"initialLearningRate": 0.05, "firstDecaySteps": 8, "tMul": 1.5, "mMul": 0.9, "alpha": 0.01}, 70),
    ("oneCycle", {"maxLearningRate": 0.1, "totalSteps": 50}, 55),
    ("oneCycle", {"maxLearningRate": 0.1, "totalSteps": 40, "annealStrategy": "linear"}, 45),
    ("oneCycle", {"maxLearningRate": 1, "totalSteps": 30, "percentStart": 0.25, "divFactor": 10, "finalDivFactor": 100}, 35),
    (
        "oneCycle",
        {"maxLearningRate": 0.02, "totalSteps": 33, "percentStart": 0.45, "annealStrategy": "linear", "divFactor": 5, "finalDivFactor": 50},
        40,
    ),
    ("linearWarmup", {"initialLearningRate": 0, "warmupSteps": 10, "schedule": 0.1}, 20),
    (
        "linearWarmup",
        {
            "initialLearningRate": 0,
            "warmupSteps": 8,
            "schedule": {"name": "cosineDecay", "options": {"initialLearningRate": 0.1, "decaySteps": 30, "alpha": 0.1}},
        },
        45,
    ),
    (
        "linearWarmup",
        {
            "initialLearningRate": 0.01,
            "warmupSteps": 5,
            "schedule": {"name": "stepDecay", "options": {"initialLearningRate": 0.2, "stepSize": 6, "gamma": 0.5}},
        },
        30,
    ),
]

KERAS = {
    "exponentialDecay": "ExponentialDecay",
    "inverseTimeDecay": "InverseTimeDecay",
    "polynomialDecay": "PolynomialDecay",
    "piecewiseConstant": "PiecewiseConstantDecay",
    "cosineDecay": "CosineDecay",
    "cosineDecayRestarts": "CosineDecayRestarts",
}
SNAKE = {
    "initialLearningRate": "initial_learning_rate",
    "decaySteps": "decay_steps",
    "decayRate": "decay_rate",
    "endLearningRate": "end_learning_rate",
    "firstDecaySteps": "first_decay_steps",
    "tMul": "t_mul",
    "mMul": "m_mul",
    "stepSize": "step_size",
    "maxLearningRate": "max_lr",
    "totalSteps": "total_steps",
    "percentStart": "pct_start",
    "annealStrategy": "anneal_strategy",
    "divFactor": "div_factor",
    "finalDivFactor": "final_div_factor",
}
TORCH = {"stepDecay": lr_scheduler.StepLR, "multiStepDecay": lr_scheduler.MultiStepLR, "oneCycle": lr_scheduler.OneCycleLR}


def torch_rates(name: str, options: dict, steps: int) -> list[float]:
    arguments = {SNAKE.get(key, key): value for key, value in options.items()}
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=arguments.pop("initial_learning_rate", 1.0))
    if name == "oneCycle":
        arguments["cycle_momentum"] = False
    scheduler = TORCH[name](optimizer, **arguments)
    rates = []
    # One cycle ends with step totalSteps - 1.
    for _ in range(min(steps, options.get("totalSteps", steps))):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scheduler.step()
    return rates


def keras_rates(name: str, options: dict, steps: int) -> list[float]:
    arguments = {SNAKE.get(key, key): value for key, value in options.items()}
    for key, value in arguments.items():
        # A Python integer would make Keras compute in integers.
        if key in ("initial_learning_rate", "end_learning_rate"):
            arguments[key] = float(value)
        if key == "values":
            arguments[key] = [float(v) for v in value]
    schedule = getattr(keras.optimizers.schedules, KERAS[name])(**arguments)
    return [float(schedule(step)) for step in range(steps)]


def warmup_rates(options: dict, steps: int) -> list[float] | None:
    inner = options["schedule"]
    if not isinstance(inner, dict) or inner["name"] != "cosineDecay":
        return None
    schedule = keras.optimizers.schedules.CosineDecay(
        float(options["initialLearningRate"]),
        inner["options"]["decaySteps"],
        # Keras's alpha is a fraction of the target, as ravine's inner one is.
        alpha=inner["options"]["alpha"],
        warmup_target=inner["options"]["initialLearningRate"],
        warmup_steps=options["warmupSteps"],
    )
    return [float(schedule(step)) for step in range(steps)]


def finished(name: str, options: dict, steps: int) -> dict:
    rates = [float(rate) for rate in itertools.islice(SCHEDULES[name](**options), steps)]
    result = {"name": name, "options": options}
    if name in TORCH:
        result["source"] = f"torch.optim.lr_scheduler.{TORCH[name].__name__}"
        framework = torch_rates(name, options, steps)
        agree(f"{name} {options}", rates[: len(framework)], framework)
    elif name in KERAS:
        result["source"] = f"keras.optimizers.schedules.{KERAS[name]}"
        agree(f"{name} {options}", rates, keras_rates(name, options, steps))
    else:
        result["source"] = "formula"
        framework = warmup_rates(options, steps)
        if framework is not None:
            agree(f"{name} {options} against CosineDecay with a warm-up", rates, framework)
    return {**result, "rates": rates}


def build() -> dict:
    return {"cases": [finished(*case) for case in CASES]}
