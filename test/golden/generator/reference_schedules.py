"""Each schedule as a generator of the rates of steps 0, 1, 2, ..."""

import itertools
import math


def step_decay(initialLearningRate, stepSize, gamma):
    return (initialLearningRate * gamma ** (step // stepSize) for step in itertools.count())


def multi_step_decay(initialLearningRate, milestones, gamma):
    return (initialLearningRate * gamma ** sum(m <= step for m in milestones) for step in itertools.count())


def exponential_decay(initialLearningRate, decaySteps, decayRate, staircase=False):
    for step in itertools.count():
        periods = step // decaySteps if staircase else step / decaySteps
        yield initialLearningRate * decayRate**periods


def inverse_time_decay(initialLearningRate, decaySteps, decayRate, staircase=False):
    for step in itertools.count():
        periods = step // decaySteps if staircase else step / decaySteps
        yield initialLearningRate / (1 + decayRate * periods)


def polynomial_decay(initialLearningRate, decaySteps, endLearningRate=0.0001, power=1.0, cycle=False):
    for step in itertools.count():
        length = decaySteps * max(1, math.ceil(step / decaySteps)) if cycle else decaySteps
        remaining = 1 - min(step, length) / length
        yield (initialLearningRate - endLearningRate) * remaining**power + endLearningRate


def piecewise_constant(boundaries, values):
    return (values[sum(step > b for b in boundaries)] for step in itertools.count())


def cosine(initial, fraction, alpha):
    return initial * ((1 - alpha) * 0.5 * (1 + math.cos(math.pi * fraction)) + alpha)


def cosine_decay(initialLearningRate, decaySteps, alpha=0.0):
    return (cosine(initialLearningRate, min(step, decaySteps) / decaySteps, alpha) for step in itertools.count())


def cosine_decay_restarts(initialLearningRate, firstDecaySteps, tMul=2.0, mMul=1.0, alpha=0.0):
    start, length, factor = 0.0, float(firstDecaySteps), 1.0
    for step in itertools.count():
        # Periods 8, 12, 18, 27, 40.5, ...: a restart may fall between two steps.
        while step >= start + length:
            start, length, factor = start + length, length * tMul, factor * mMul
        fraction = (step - start) / length
        yield initialLearningRate * ((1 - alpha) * 0.5 * factor * (1 + math.cos(math.pi * fraction)) + alpha)


def one_cycle(maxLearningRate, totalSteps, percentStart=0.3, annealStrategy="cos", divFactor=25.0, finalDivFactor=1e4):
    first = maxLearningRate / divFactor
    last = first / finalDivFactor
    peak = percentStart * totalSteps - 1

    def anneal(start, end, fraction):
        weight = (1 + math.cos(math.pi * fraction)) / 2 if annealStrategy == "cos" else 1 - fraction
        return end + (start - end) * weight

    for step in itertools.count():
        if step <= peak:
            yield anneal(first, maxLearningRate, step / peak)
        else:
            yield anneal(maxLearningRate, last, min(1, (step - peak) / (totalSteps - 1 - peak)))


def linear_warmup(initialLearningRate, warmupSteps, schedule):
    def inner():
        if isinstance(schedule, dict):
            return SCHEDULES[schedule["name"]](**schedule["options"])
        return itertools.repeat(schedule)

    target = next(iter(inner()))
    for step in range(warmupSteps):
        yield initialLearningRate + (target - initialLearningRate) * step / warmupSteps
    yield from inner()


SCHEDULES = {
    "stepDecay": step_decay,
    "multiStepDecay": multi_step_decay,
    "exponentialDecay": exponential_decay,
    "inverseTimeDecay": inverse_time_decay,
    "polynomialDecay": polynomial_decay,
    "piecewiseConstant": piecewise_constant,
    "cosineDecay": cosine_decay,
    "cosineDecayRestarts": cosine_decay_restarts,
    "oneCycle": one_cycle,
    "linearWarmup": linear_warmup,
}
