//! Normalization of each row over its columns (Ba, Kiros, Hinton, "Layer normalization", 2016).

use super::{inverse_deviation, positive};
use crate::kernels::lines::{join, map, repeat};
use crate::kernels::reduce::column_sums;
use crate::simd::{F32x4, LANES};

/// Floats kept of each row from the forward to the backward pass: mean and inverse deviation.
pub const SAVED: usize = 2;

/// Rows whose gradients are summed plainly before they join the total.
const BLOCK: usize = 32;

/// The mean over a row of `f` of its elements; `fill` stands past its end and must give 0.
#[inline(always)]
fn mean<const N: usize>(rows: [&[f32]; N], fill: f32, f: impl Fn([F32x4; N]) -> F32x4) -> F32x4 {
    let width = rows[0].len();
    let mut total = F32x4::zero();
    for first in (0..width).step_by(LANES) {
        let there = first..width.min(first + LANES);
        total += f(rows.map(|x| F32x4::from_start(&x[there.clone()], fill)));
    }
    F32x4::splat(total.sum() / width as f32)
}

/// `y = (x − mean) / √(variance + ε) · gamma + beta` with the row's mean and biased variance; `saved` takes [`SAVED`] floats a row.
///
/// # Panics
/// When the lengths differ.
pub fn forward(width: usize, x: &[f32], epsilon: f64, [gamma, beta]: [&[f32]; 2], y: &mut [f32], saved: &mut [f32]) {
    let epsilon = positive(epsilon);
    let rows = x.chunks_exact(width).zip(y.chunks_exact_mut(width));
    for ((x, y), saved) in rows.zip(saved.chunks_exact_mut(SAVED)) {
        let center = mean([x], 0.0, |[x]| x);
        saved[0] = center.to_array()[0];
        let inverse = inverse_deviation(mean([x], saved[0], |[x]| (x - center) * (x - center)), epsilon);
        saved[1] = inverse.to_array()[0];
        map(width, y, [x], [gamma, beta], |_, [x], [gamma, beta]| (x - center) * inverse * gamma + beta);
    }
}

/// The rows of x and dy with what was saved of them.
fn rows<'a>(
    width: usize,
    [x, dy]: [&'a [f32]; 2],
    saved: &'a [f32],
) -> impl Iterator<Item = (&'a [f32], &'a [f32], [F32x4; SAVED])> {
    let saved = saved.chunks_exact(SAVED).map(|saved| [F32x4::splat(saved[0]), F32x4::splat(saved[1])]);
    x.chunks_exact(width).zip(dy.chunks_exact(width)).zip(saved).map(|((x, dy), saved)| (x, dy, saved))
}

/// The gradients of beta, `Σ dy`, and of gamma, `Σ dy · x̂`, over the rows. `part` is another line.
///
/// # Panics
/// When the lengths differ.
pub fn parameter_gradients(width: usize, both: [&[f32]; 2], saved: &[f32], [dbeta, dgamma, part]: [&mut [f32]; 3]) {
    column_sums(both[1], &mut dbeta[..width], false);
    repeat(width, dbeta);
    dgamma.fill(0.0);
    part.fill(0.0);
    for (index, (x, dy, [mean, inverse])) in rows(width, both, saved).enumerate() {
        map(width, &mut part[..width], [x, dy], [], |sum, [x, dy], []| sum + dy * ((x - mean) * inverse));
        if (index + 1).is_multiple_of(BLOCK) {
            join(dgamma, part);
        }
    }
    join(dgamma, part);
}

/// `dx = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + ε)` with `g = dy · gamma` and means over the row, added to what `dx` holds when
/// `accumulate`.
///
/// # Panics
/// When the lengths differ.
pub fn backward(width: usize, both: [&[f32]; 2], saved: &[f32], gamma: &[f32], dx: &mut [f32], accumulate: bool) {
    for ((x, dy, [center, inverse]), dx) in rows(width, both, saved).zip(dx.chunks_exact_mut(width)) {
        let shift = mean([dy, &gamma[..width]], 0.0, |[dy, gamma]| dy * gamma);
        let slope = mean([x, dy, &gamma[..width]], 0.0, |[x, dy, gamma]| dy * gamma * ((x - center) * inverse));
        map(width, dx, [x, dy], [gamma], |old, [x, dy], [gamma]| {
            let dx = inverse * (dy * gamma - shift - (x - center) * inverse * slope);
            if accumulate { old + dx } else { dx }
        });
    }
}
