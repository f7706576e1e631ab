//! Rules on a running average of the gradient over one of its magnitude: the Adam family.
//!
//! Bias corrections are folded into the numbers that the caller gives: `m̂ / (√v̂ + ε)` with `m̂ = m / c₁` and `v̂ = v / c₂` is
//! `(√c₂ / c₁) m / (√v + √c₂ ε)`, and an epsilon inside the root becomes `c₂ ε`. So an element costs one root and one division.

use super::{Average, Decay, Epsilon, coupled, descend};
use crate::simd::F32x4;

/// The numbers of a step on two moments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// β₁: the average of gradients.
    pub first: Average,
    /// β₂: the average of their squares.
    pub second: Average,
    /// Both epsilons, times the corrections.
    pub epsilon: Epsilon,
}

impl Moments {
    /// `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`.
    #[inline(always)]
    fn next(self, g: F32x4, m: F32x4, v: F32x4) -> (F32x4, F32x4) {
        (self.first.next(m, g), self.second.next(v, g * g))
    }

    /// Adam: `p ← p − rate · m / (√(v + ε_inside) + ε)`. State: m, v.
    pub fn adam(self, rate: f32, decay: Decay, parameters: &mut [f32], gradient: &[f32], state: [&mut [f32]; 2]) {
        let rate = F32x4::splat(rate);
        descend(decay, parameters, gradient, state, |g, [m, v]| {
            let (m, v) = self.next(g, m, v);
            (m * rate / self.epsilon.root(v), [m, v])
        });
    }

    /// Adam with the largest v so far under the root. State: m, v, that largest one.
    pub fn amsgrad(self, rate: f32, decay: Decay, parameters: &mut [f32], gradient: &[f32], state: [&mut [f32]; 3]) {
        let rate = F32x4::splat(rate);
        descend(decay, parameters, gradient, state, |g, [m, v, top]| {
            let (m, v) = self.next(g, m, v);
            // A NaN in v is kept.
            let top = v.max_fast(top);
            (m * rate / self.epsilon.root(top), [m, v, top])
        });
    }

    /// `NAdam`: `p ← p − (rate · m + ahead · g) / (√(v + ε_inside) + ε)`. State: m, v.
    pub fn nadam(
        self,
        rate: f32,
        ahead: f32,
        decay: f32,
        parameters: &mut [f32],
        gradient: &[f32],
        state: [&mut [f32]; 2],
    ) {
        let (rate, ahead) = (F32x4::splat(rate), F32x4::splat(ahead));
        coupled(decay, parameters, gradient, state, |g, [m, v]| {
            let (m, v) = self.next(g, m, v);
            ((m * rate + g * ahead) / self.epsilon.root(v), [m, v])
        });
    }

    /// Both moments move on, but only the first one steers: `p ← p − rate · m` (`RAdam`'s first steps). State: m, v.
    pub fn unrectified(self, rate: f32, decay: f32, parameters: &mut [f32], gradient: &[f32], state: [&mut [f32]; 2]) {
        let rate = F32x4::splat(rate);
        coupled(decay, parameters, gradient, state, |g, [m, v]| {
            let (m, v) = self.next(g, m, v);
            (m * rate, [m, v])
        });
    }
}

/// The numbers of an `AdaMax` step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adamax {
    /// Weight decay, added to the gradient.
    pub decay: f32,
    /// β₁: the average of gradients.
    pub first: Average,
    /// β₂: what is kept of the norm.
    pub keep: f32,
    /// Added to the magnitude; above 0, so that 0/0 does not occur.
    pub outside: f32,
    /// Added to the square under the magnitude's root.
    pub inside: f32,
}

impl Adamax {
    /// `m ← β₁ m + (1 − β₁) g`, `u ← max(β₂ u, |g| + ε)`, `p ← p − rate · m / u`, with `√(g² + ε_inside)` for `|g|`. State: m, u.
    pub fn run(self, rate: f32, parameters: &mut [f32], gradient: &[f32], state: [&mut [f32]; 2]) {
        if self.inside == 0.0 {
            self.run_with(F32x4::abs, rate, parameters, gradient, state);
        } else {
            let inside = F32x4::splat(self.inside);
            self.run_with(|g| (g * g + inside).sqrt(), rate, parameters, gradient, state);
        }
    }

    #[inline(always)]
    fn run_with(
        self,
        magnitude: impl Fn(F32x4) -> F32x4,
        rate: f32,
        parameters: &mut [f32],
        gradient: &[f32],
        state: [&mut [f32]; 2],
    ) {
        let (rate, keep, outside) = (F32x4::splat(rate), F32x4::splat(self.keep), F32x4::splat(self.outside));
        coupled(self.decay, parameters, gradient, state, |g, [m, u]| {
            let m = self.first.next(m, g);
            // A NaN in the gradient is kept.
            let u = (magnitude(g) + outside).max_fast(u * keep);
            (m * rate / u, [m, u])
        });
    }
}
