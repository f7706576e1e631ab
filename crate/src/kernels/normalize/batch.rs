//! Normalization of each column over the rows of a batch (Ioffe and Szegedy, "Batch normalization", 2015).

use super::{inverse_deviation, positive};
use crate::kernels::columns::{row, sum_rows, zip};
use crate::simd::F32x4;

/// Mean and biased variance (divided by the number of rows) of each column. `block` is as long as they are.
///
/// # Panics
/// When the lengths differ.
pub fn moments(x: &[f32], mean: &mut [f32], variance: &mut [f32], block: &mut [f32]) {
    let width = mean.len();
    let rows = x.len() / width;
    let share = F32x4::splat(1.0 / rows as f32);
    sum_rows(rows, mean, block, |index, sum| zip(sum, [row(x, width, index)], |sum, [x]| sum + x));
    zip(mean, [], |sum, []| sum * share);
    let mean = &*mean;
    sum_rows(rows, variance, block, |index, sum| {
        zip(sum, [row(x, width, index), mean], |sum, [x, mean]| sum + (x - mean) * (x - mean));
    });
    zip(variance, [], |sum, []| sum * share);
}

/// `running ← momentum · running + (1 − momentum) · value`.
///
/// # Panics
/// When the lengths differ.
pub fn average(momentum: f64, running: &mut [f32], value: &[f32]) {
    let (keep, take) = (F32x4::splat(momentum as f32), F32x4::splat((1.0 - momentum) as f32));
    zip(running, [value], |running, [value]| running * keep + value * take);
}

/// What a column is multiplied by: `gamma / √(variance + ε)`.
///
/// # Panics
/// When the lengths differ.
pub fn factors(variance: &[f32], gamma: &[f32], epsilon: f64, factors: &mut [f32]) {
    let epsilon = positive(epsilon);
    zip(factors, [variance, gamma], |_, [variance, gamma]| gamma * inverse_deviation(variance, epsilon));
}

/// `y = (x − mean) · factor + beta`.
///
/// # Panics
/// When the lengths differ.
pub fn forward(x: &[f32], mean: &[f32], factor: &[f32], beta: &[f32], y: &mut [f32]) {
    let width = mean.len();
    for (index, y) in y.chunks_exact_mut(width).enumerate() {
        zip(y, [row(x, width, index), mean, factor, beta], |_, [x, mean, factor, beta]| (x - mean) * factor + beta);
    }
}

/// `dx = factor · dy`, added to what `dx` holds when `accumulate`: the gradient where mean and variance are given numbers.
///
/// # Panics
/// When the lengths differ.
pub fn backward_fixed(factor: &[f32], dy: &[f32], dx: &mut [f32], accumulate: bool) {
    let width = factor.len();
    for (index, dx) in dx.chunks_exact_mut(width).enumerate() {
        zip(
            dx,
            [row(dy, width, index), factor],
            |old, [dy, factor]| {
                if accumulate { old + dy * factor } else { dy * factor }
            },
        );
    }
}

/// The gradients of beta, `Σ dy`, and of gamma, `Σ dy · (x − mean) / √(variance + ε)`. `block` is as long as they are.
///
/// # Panics
/// When the lengths differ.
pub fn parameter_gradients(
    x: &[f32],
    [mean, variance]: [&[f32]; 2],
    epsilon: f64,
    dy: &[f32],
    [dbeta, dgamma, block]: [&mut [f32]; 3],
) {
    let width = mean.len();
    let rows = x.len() / width;
    sum_rows(rows, dbeta, block, |index, sum| zip(sum, [row(dy, width, index)], |sum, [dy]| sum + dy));
    sum_rows(rows, dgamma, block, |index, sum| {
        zip(sum, [row(x, width, index), row(dy, width, index), mean], |sum, [x, dy, mean]| sum + dy * (x - mean));
    });
    let epsilon = positive(epsilon);
    zip(dgamma, [variance], |sum, [variance]| sum * inverse_deviation(variance, epsilon));
}

/// `dx = factor · (dy − Σdy / n − x̂ · Σ(dy · x̂) / n)` over the n rows, added to what `dx` holds when `accumulate`: the gradient where mean and
/// variance are the batch's own. `dbeta` and `dgamma` come from [`parameter_gradients`] and are overwritten.
///
/// # Panics
/// When the lengths differ.
pub fn backward(
    x: &[f32],
    [mean, variance, factor]: [&[f32]; 3],
    epsilon: f64,
    dy: &[f32],
    [dbeta, dgamma]: [&mut [f32]; 2],
    dx: &mut [f32],
    accumulate: bool,
) {
    let width = mean.len();
    let share = F32x4::splat(1.0 / (x.len() / width) as f32);
    let epsilon = positive(epsilon);
    zip(dbeta, [], |sum, []| sum * share);
    // x̂ is (x − mean) times this.
    zip(dgamma, [variance], |sum, [variance]| sum * share * inverse_deviation(variance, epsilon));
    let (shift, slope) = (&*dbeta, &*dgamma);
    for (index, dx) in dx.chunks_exact_mut(width).enumerate() {
        let inputs = [row(x, width, index), row(dy, width, index), mean, factor, shift, slope];
        zip(dx, inputs, |old, [x, dy, mean, factor, shift, slope]| {
            let dx = factor * (dy - shift - (x - mean) * slope);
            if accumulate { old + dx } else { dx }
        });
    }
}
