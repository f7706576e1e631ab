//! Activations of straight pieces, and softsign.

use super::Activation;
use super::curve::Curve;
use crate::kernels::math::{Pair, constant};
use crate::simd::F32x4;

/// `c`, but NaN where `x` is.
#[inline(always)]
fn unless_nan(c: F32x4, x: F32x4) -> F32x4 {
    x.min_fast(c).max_fast(c)
}

/// x.
#[derive(Clone, Copy)]
pub(super) struct Linear;

impl Curve for Linear {
    #[inline(always)]
    fn forward(self, x: F32x4, _: Pair) -> F32x4 {
        x
    }

    #[inline(always)]
    fn backward(self, _: F32x4, upstream: F32x4, _: Pair) -> F32x4 {
        upstream
    }
}

/// max(x, 0).
#[derive(Clone, Copy)]
pub(super) struct Relu;

impl Curve for Relu {
    #[inline(always)]
    fn forward(self, x: F32x4, _: Pair) -> F32x4 {
        x.max_fast(F32x4::zero())
    }

    #[inline(always)]
    fn backward(self, y: F32x4, upstream: F32x4, _: Pair) -> F32x4 {
        // Where y is not above 0, it is 0 or NaN: so is the result.
        y.gt(F32x4::zero()).select(upstream, y)
    }
}

/// max(x, 0) + slope · min(x, 0), for a slope that is not 0 (at −∞ it would give NaN).
#[derive(Clone, Copy)]
pub(super) struct LeakyRelu {
    slope: F32x4,
    negative: bool,
}

impl LeakyRelu {
    #[inline(always)]
    pub(super) fn new(slope: f64) -> Self {
        Self { slope: constant(slope as f32), negative: slope < 0.0 }
    }
}

impl Curve for LeakyRelu {
    #[inline(always)]
    fn forward(self, x: F32x4, _: Pair) -> F32x4 {
        x.max_fast(F32x4::zero()) + x.min_fast(F32x4::zero()) * self.slope
    }

    #[inline(always)]
    fn backward(self, saved: F32x4, upstream: F32x4, _: Pair) -> F32x4 {
        saved.gt(F32x4::zero()).select(upstream, upstream * unless_nan(self.slope, saved))
    }

    #[inline(always)]
    fn needs_input(self) -> bool {
        // With a positive slope, x and y have the same sign.
        self.negative
    }
}

/// x between two limits: hardTanh, relu6.
#[derive(Clone, Copy)]
pub(super) struct Clamp {
    low: F32x4,
    high: F32x4,
}

impl Clamp {
    #[inline(always)]
    pub(super) fn new(activation: &Activation) -> Self {
        let (low, high) = if matches!(activation, Activation::Relu6 {}) { (0.0, 6.0) } else { (-1.0, 1.0) };
        Self { low: constant(low), high: constant(high) }
    }
}

impl Curve for Clamp {
    #[inline(always)]
    fn forward(self, x: F32x4, _: Pair) -> F32x4 {
        x.max_fast(self.low).min_fast(self.high)
    }

    #[inline(always)]
    fn backward(self, y: F32x4, upstream: F32x4, _: Pair) -> F32x4 {
        let inside = y.gt(self.low) & y.lt(self.high);
        // y is finite or NaN.
        inside.select(upstream, y * F32x4::zero())
    }
}

/// x/6 + ½ between 0 and 1, as (x + 3)/6, which cancels nothing at −3.
#[derive(Clone, Copy)]
pub(super) struct HardSigmoid {
    three: F32x4,
    minus_three: F32x4,
    six: F32x4,
    sixth: F32x4,
}

impl HardSigmoid {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self { three: constant(3.0), minus_three: constant(-3.0), six: constant(6.0), sixth: constant(1.0 / 6.0) }
    }
}

impl Curve for HardSigmoid {
    #[inline(always)]
    fn forward(self, x: F32x4, _: Pair) -> F32x4 {
        (x + self.three).max_fast(F32x4::zero()).min_fast(self.six) * self.sixth
    }

    #[inline(always)]
    fn backward(self, x: F32x4, upstream: F32x4, _: Pair) -> F32x4 {
        // From x: the last float below 3 gives y = 1 by rounding.
        (upstream * unless_nan(self.sixth, x)).and_not(x.abs().ge(self.three))
    }

    #[inline(always)]
    fn needs_input(self) -> bool {
        true
    }
}

/// x · hardSigmoid(x).
#[derive(Clone, Copy)]
pub(super) struct HardSilu(HardSigmoid);

impl HardSilu {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(HardSigmoid::new())
    }
}

impl Curve for HardSilu {
    #[inline(always)]
    fn forward(self, x: F32x4, _: Pair) -> F32x4 {
        // Raised to −3, so that −∞ is not multiplied by 0.
        let x = x.max_fast(self.0.minus_three);
        x * ((x + self.0.three).min_fast(self.0.six) * self.0.sixth)
    }

    #[inline(always)]
    fn backward(self, x: F32x4, upstream: F32x4, _: Pair) -> F32x4 {
        let middle = upstream * ((x + x + self.0.three) * self.0.sixth);
        x.ge(self.0.three).select(upstream, middle).and_not(x.le(self.0.minus_three))
    }

    #[inline(always)]
    fn needs_input(self) -> bool {
        true
    }
}

/// x / (1 + |x|).
#[derive(Clone, Copy)]
pub(super) struct Softsign {
    one: F32x4,
    least: F32x4,
    greatest: F32x4,
}

impl Softsign {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self { one: constant(1.0), least: constant(f32::MIN), greatest: constant(f32::MAX) }
    }
}

impl Curve for Softsign {
    #[inline(always)]
    fn forward(self, x: F32x4, _: Pair) -> F32x4 {
        // Kept finite, so that ±∞ is not divided by ∞.
        let x = x.min_fast(self.greatest).max_fast(self.least);
        x / (self.one + x.abs())
    }

    #[inline(always)]
    fn backward(self, x: F32x4, upstream: F32x4, _: Pair) -> F32x4 {
        // From x: 1 − |y| would keep few digits of it.
        let root = self.one / (self.one + x.abs());
        upstream * (root * root)
    }

    #[inline(always)]
    fn needs_input(self) -> bool {
        true
    }
}
