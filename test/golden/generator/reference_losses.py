"""Every loss as a differentiable PyTorch function of one row: (yTrue, yPred) -> one number per row, before the mean over the batch."""

import torch
import torch.nn.functional as F

EPSILON = 1e-7


def mean_squared_error(y, p):
    return (p - y).square().mean(-1)


def mean_absolute_error(y, p):
    return (p - y).abs().mean(-1)


def huber(y, p, delta=1.0):
    return F.huber_loss(p, y, delta=delta, reduction="none").mean(-1)


def smooth_l1(y, p, beta=1.0):
    return F.smooth_l1_loss(p, y, beta=beta, reduction="none").mean(-1)


class LogCosh(torch.autograd.Function):
    """log(cosh d), without overflow for large d and without cancellation for small d; its derivative is tanh d."""

    @staticmethod
    def forward(context, d):
        context.save_for_backward(d)
        size = d.abs()
        near = torch.log1p(2 * torch.sinh(size.clamp(max=1) / 2).square())
        far = size + torch.log1p(torch.exp(-2 * size)) - torch.log(torch.tensor(2.0, dtype=d.dtype))
        return torch.where(size < 1, near, far)

    @staticmethod
    def backward(context, upstream):
        (d,) = context.saved_tensors
        return upstream * torch.tanh(d)


def log_cosh(y, p):
    return LogCosh.apply(p - y).mean(-1)


def mean_absolute_percentage_error(y, p):
    return 100 * ((y - p) / y.abs().clamp(min=EPSILON)).abs().mean(-1)


def mean_squared_logarithmic_error(y, p):
    return (torch.log(p.clamp(min=EPSILON) + 1) - torch.log(y.clamp(min=EPSILON) + 1)).square().mean(-1)


def binary_crossentropy(y, p, fromLogits=False, labelSmoothing=0.0):
    y = y * (1 - labelSmoothing) + 0.5 * labelSmoothing
    function = F.binary_cross_entropy_with_logits if fromLogits else F.binary_cross_entropy
    return function(p, y, reduction="none").mean(-1)


def log_probabilities(p, from_logits):
    if from_logits:
        return F.log_softmax(p, dim=-1)
    normalized = p / p.sum(-1, keepdim=True)
    return normalized.clamp(EPSILON, 1 - EPSILON).log()


def categorical_crossentropy(y, p, fromLogits=False, labelSmoothing=0.0):
    y = y * (1 - labelSmoothing) + labelSmoothing / y.shape[-1]
    return -(y * log_probabilities(p, fromLogits)).sum(-1)


def sparse_categorical_crossentropy(y, p, fromLogits=False):
    return F.nll_loss(log_probabilities(p, fromLogits), y.long(), reduction="none")


def signed_labels(y):
    """Labels that are all 0 or 1 become -1 or 1 (Keras); others stay."""
    return 2 * y - 1 if bool(((y == 0) | (y == 1)).all()) else y


def hinge(y, p):
    return F.relu(1 - signed_labels(y) * p).mean(-1)


def squared_hinge(y, p):
    return F.relu(1 - signed_labels(y) * p).square().mean(-1)


def categorical_hinge(y, p):
    return F.relu(1 + ((1 - y) * p).amax(-1) - (y * p).sum(-1))


def kl_divergence(y, p):
    y, p = y.clamp(EPSILON, 1), p.clamp(EPSILON, 1)
    return (y * (y / p).log()).sum(-1)


def poisson(y, p):
    return (p - y * (p + EPSILON).log()).mean(-1)


def unit_rows(x):
    """x / |x|, where 1/|x| is at most 1e7: a zero row stays zero (Keras)."""
    return x * x.square().sum(-1, keepdim=True).rsqrt().clamp(max=1 / EPSILON)


def cosine_similarity(y, p):
    return -(unit_rows(y) * unit_rows(p)).sum(-1)


LOSSES = {
    "meanSquaredError": mean_squared_error,
    "meanAbsoluteError": mean_absolute_error,
    "huber": huber,
    "smoothL1": smooth_l1,
    "logCosh": log_cosh,
    "meanAbsolutePercentageError": mean_absolute_percentage_error,
    "meanSquaredLogarithmicError": mean_squared_logarithmic_error,
    "binaryCrossentropy": binary_crossentropy,
    "categoricalCrossentropy": categorical_crossentropy,
    "sparseCategoricalCrossentropy": sparse_categorical_crossentropy,
    "hinge": hinge,
    "squaredHinge": squared_hinge,
    "categoricalHinge": categorical_hinge,
    "klDivergence": kl_divergence,
    "poisson": poisson,
    "cosineSimilarity": cosine_similarity,
}


def loss_value(name: str, options: dict, y, p, sample_weight=None):
    """The mean over the batch; with weights the weighted sum is still divided by the batch size (Keras)."""
    rows = LOSSES[name](y, p, **options)
    return (rows if sample_weight is None else rows * sample_weight).mean()
