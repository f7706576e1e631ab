//! Rules without a root: gradient descent, momentum, Lion.

use super::{Average, coupled, decoupled, pass_by};
use crate::simd::{COUPLE, F32x4};

/// `p ← p − rate · (g + decay · p)`.
pub fn descent(rate: f32, decay: f32, parameters: &mut [f32], gradient: &[f32]) {
    let (rate, decay) = (F32x4::splat(rate), F32x4::splat(decay));
    pass_by::<COUPLE, 2, 0>(parameters, gradient, [], |p, g, []| (p - (g + p * decay) * rate, []));
}

/// The numbers of a step with momentum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum {
    /// Weight decay, added to the gradient.
    pub decay: f32,
    /// What is kept of the velocity.
    pub momentum: f32,
    /// How much of the gradient enters the velocity.
    pub intake: f32,
}

/// `b ← momentum · b + intake · g`, then `p ← p − (rate · b + ahead · g)`.
///
/// Plain momentum has `ahead` = 0. Nesterov's direction `g + momentum · b` has `ahead` = the learning rate and `rate` = momentum times that.
pub fn momentum(c: Momentum, rate: f32, ahead: f32, parameters: &mut [f32], gradient: &[f32], state: [&mut [f32]; 1]) {
    let (keep, intake) = (F32x4::splat(c.momentum), F32x4::splat(c.intake));
    let (rate, ahead) = (F32x4::splat(rate), F32x4::splat(ahead));
    coupled(c.decay, parameters, gradient, state, |g, [b]| {
        let b = b * keep + g * intake;
        (b * rate + g * ahead, [b])
    });
}

/// Lion: `p ← p − rate · sign(β₁ m + (1 − β₁) g) − decay · p`, then `m ← β₂ m + (1 − β₂) g`; `direction` is β₁'s average and `memory` β₂'s.
pub fn lion(
    direction: Average,
    memory: Average,
    rate: f32,
    decay: f32,
    parameters: &mut [f32],
    gradient: &[f32],
    state: [&mut [f32]; 1],
) {
    let rate = F32x4::splat(rate);
    decoupled(decay, parameters, gradient, state, |g, [m]| (sign(direction.next(m, g)) * rate, [memory.next(m, g)]));
}

/// −1, 0 or 1, and NaN of NaN: `2¹²⁷ x` between −1 and 1. Only of a denormal x it is less than a whole one.
#[inline(always)]
fn sign(x: F32x4) -> F32x4 {
    (x * F32x4::splat(1.7014118e38)).max_fast(F32x4::splat(-1.0)).min_fast(F32x4::splat(1.0))
}
