//! Rules that divide by the root of squared gradients, without a corrected average: Adagrad, `RMSProp`, `AdaDelta`.

use super::{Average, Epsilon, coupled};
use crate::simd::F32x4;

/// Adagrad: `s ← s + g²`, `p ← p − rate · g / (√(s + ε_inside) + ε)`.
pub fn adagrad(
    epsilon: Epsilon,
    rate: f32,
    decay: f32,
    parameters: &mut [f32],
    gradient: &[f32],
    state: [&mut [f32]; 1],
) {
    let rate = F32x4::splat(rate);
    coupled(decay, parameters, gradient, state, |g, [sum]| {
        let sum = sum + g * g;
        (g * rate / epsilon.root(sum), [sum])
    });
}

/// The numbers of an `RMSProp` step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rmsprop {
    /// Weight decay, added to the gradient.
    pub decay: f32,
    /// The average of squares: ρ.
    pub average: Average,
    /// Both epsilons.
    pub epsilon: Epsilon,
    /// What is kept of the velocity.
    pub momentum: f32,
}

impl Rmsprop {
    /// `g / (√v + ε)` with the new average of squares.
    #[inline(always)]
    fn plain(self, g: F32x4, v: F32x4) -> (F32x4, F32x4) {
        let v = self.average.next(v, g * g);
        (g / self.epsilon.root(v), v)
    }

    /// `g / (√variance + ε)` with the new variance and mean.
    ///
    /// The variance is kept itself, by `variance ← ρ (variance + (1 − ρ)(g − mean)²)`, equal to the difference of the average square and the
    /// squared average that the papers print (Finch, "Incremental calculation of weighted mean and variance", 2009, section 9). Nothing
    /// cancels, so it cannot turn negative under the root.
    #[inline(always)]
    fn centered(self, g: F32x4, variance: F32x4, mean: F32x4) -> (F32x4, F32x4, F32x4) {
        let away = g - mean;
        let step = away * F32x4::splat(self.average.take);
        let variance = (variance + away * step) * F32x4::splat(self.average.keep);
        (g / self.epsilon.root(variance), variance, mean + step)
    }

    /// `v ← ρ v + (1 − ρ) g²`, `p ← p − rate · g / (√(v + ε_inside) + ε)`.
    pub fn run(self, rate: f32, parameters: &mut [f32], gradient: &[f32], state: [&mut [f32]; 1]) {
        let rate = F32x4::splat(rate);
        coupled(self.decay, parameters, gradient, state, |g, [v]| {
            let (direction, v) = self.plain(g, v);
            (direction * rate, [v])
        });
    }

    /// [`Self::run`] with a velocity: `b ← momentum · b + g / (√(v + ε_inside) + ε)`, `p ← p − rate · b`.
    pub fn run_momentum(self, rate: f32, parameters: &mut [f32], gradient: &[f32], state: [&mut [f32]; 2]) {
        let (rate, keep) = (F32x4::splat(rate), F32x4::splat(self.momentum));
        coupled(self.decay, parameters, gradient, state, |g, [v, b]| {
            let (direction, v) = self.plain(g, v);
            let b = b * keep + direction;
            (b * rate, [v, b])
        });
    }

    /// [`Self::run`] divided by the standard deviation. State: variance, mean.
    pub fn run_centered(self, rate: f32, parameters: &mut [f32], gradient: &[f32], state: [&mut [f32]; 2]) {
        let rate = F32x4::splat(rate);
        coupled(self.decay, parameters, gradient, state, |g, [variance, mean]| {
            let (direction, variance, mean) = self.centered(g, variance, mean);
            (direction * rate, [variance, mean])
        });
    }

    /// [`Self::run_momentum`] divided by the standard deviation. State: variance, mean, velocity.
    pub fn run_centered_momentum(self, rate: f32, parameters: &mut [f32], gradient: &[f32], state: [&mut [f32]; 3]) {
        let (rate, keep) = (F32x4::splat(rate), F32x4::splat(self.momentum));
        coupled(self.decay, parameters, gradient, state, |g, [variance, mean, b]| {
            let (direction, variance, mean) = self.centered(g, variance, mean);
            let b = b * keep + direction;
            (b * rate, [variance, mean, b])
        });
    }
}

/// `AdaDelta`: `v ← ρ v + (1 − ρ) g²`, `δ = g √((d + ε) / (v + ε))`, `d ← ρ d + (1 − ρ) δ²`, `p ← p − rate · δ`.
///
/// One root of the quotient instead of a quotient of roots. `epsilon` is above 0, so that 0/0 does not occur.
pub fn adadelta(
    average: Average,
    epsilon: f32,
    rate: f32,
    decay: f32,
    parameters: &mut [f32],
    gradient: &[f32],
    state: [&mut [f32]; 2],
) {
    let (rate, epsilon) = (F32x4::splat(rate), F32x4::splat(epsilon));
    coupled(decay, parameters, gradient, state, |g, [v, d]| {
        let v = average.next(v, g * g);
        let delta = g * ((d + epsilon) / (v + epsilon)).sqrt();
        (delta * rate, [v, average.next(d, delta * delta)])
    });
}
