//! Each activation in double precision, straight from its formula.

use crate::kernels::activation::Activation;
use std::f64::consts::{FRAC_2_SQRT_PI, SQRT_2};

/// f(x).
pub(super) fn value(activation: &Activation, x: f64) -> f64 {
    use Activation::*;
    match *activation {
        Linear {} => x,
        Sigmoid {} => logistic(x),
        Tanh {} => libm::tanh(x),
        Relu {} => x.max(0.0),
        LeakyRelu { negative_slope } => above(x, single(negative_slope) * x),
        Elu { alpha } => above(x, single(alpha) * libm::expm1(x)),
        Selu {} => 1.0507009873554805 * above(x, 1.6732632423543772 * libm::expm1(x)),
        Celu { alpha } => above(x, single(alpha) * libm::expm1(x / single(alpha))),
        Gelu { approximate: 0.0 } => x * 0.5 * libm::erfc(-x / SQRT_2),
        Gelu { .. } => x * logistic(FRAC_2_SQRT_PI * SQRT_2 * (x + 0.044715 * x * x * x)),
        Silu {} => x * logistic(x),
        Mish {} => x * libm::tanh(softplus(x)),
        Softplus {} => softplus(x),
        Softsign {} => x / (1.0 + x.abs()),
        HardSigmoid {} => (x / 6.0 + 0.5).clamp(0.0, 1.0),
        HardSilu {} => x * (x / 6.0 + 0.5).clamp(0.0, 1.0),
        HardTanh {} => x.clamp(-1.0, 1.0),
        Relu6 {} => x.clamp(0.0, 6.0),
        Exponential {} => libm::exp(x),
        LogSigmoid {} => -softplus(-x),
        Softmax {} | LogSoftmax {} => unreachable!("these have no value of one number"),
    }
}

/// f′(x) by central differences: right to about 1e-9 where f is smooth.
pub(super) fn slope(activation: &Activation, x: f64) -> f64 {
    let step = 1e-5 * x.abs().max(1.0);
    (value(activation, x + step) - value(activation, x - step)) / (2.0 * step)
}

/// Settings are used in single precision.
fn single(setting: f64) -> f64 {
    f64::from(setting as f32)
}

fn above(x: f64, below: f64) -> f64 {
    if x > 0.0 { x } else { below }
}

fn logistic(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}
