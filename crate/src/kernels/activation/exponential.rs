//! Activations made of the exponential whose derivative follows from their value.

use super::curve::Curve;
use crate::kernels::math::{Math, constant};
use crate::simd::F32x4;

/// Declares a curve without settings: f of x, f′ of y, and whether f′ is cheap.
macro_rules! curve {
    (
        $(#[$meta:meta])* $name:ident:
        |$math:ident, $x:ident| $value:expr, |$of:pat_param, $y:ident| $slope:expr, cheap: $cheap:expr
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        pub(super) struct $name(Math);

        impl $name {
            #[inline(always)]
            pub(super) fn new() -> Self {
                Self(Math::new())
            }
        }

        impl Curve for $name {
            const CHEAP_BACKWARD: bool = $cheap;

            #[inline(always)]
            fn forward(self, $x: F32x4) -> F32x4 {
                let $math = self.0;
                $value
            }

            #[inline(always)]
            fn backward(self, $y: F32x4, upstream: F32x4) -> F32x4 {
                let $of = self.0;
                upstream * $slope
            }
        }
    };
}

curve! {
    /// 1 / (1 + e⁻ˣ).
    Sigmoid: |math, x| math.sigmoid(x), |math, y| y * (math.one() - y), cheap: true
}

curve! {
    /// tanh x.
    Tanh: |math, x| math.tanh(x), |math, y| (math.one() - y) * (math.one() + y), cheap: true
}

curve! {
    /// eˣ.
    Exponential: |math, x| math.exp(x), |_, y| y, cheap: true
}

curve! {
    /// ln(1 + eˣ), whose derivative 1 / (1 + e⁻ˣ) is 1 − e⁻ʸ.
    Softplus: |math, x| math.softplus(x), |math, y| -math.expm1_low(-y), cheap: false
}

curve! {
    /// −ln(1 + e⁻ˣ), whose derivative 1 / (1 + eˣ) is 1 − eʸ.
    LogSigmoid: |math, x| -math.softplus(-x), |math, y| -math.expm1_low(y), cheap: false
}

/// The exponential linear units: slope · max(x, 0) + scale · (e^(rate · min(x, 0)) − 1).
#[derive(Clone, Copy)]
pub(super) struct Elu {
    math: Math,
    slope: F32x4,
    scale: F32x4,
    rate: F32x4,
    negative: bool,
}

/// α and σ of selu, as Klambauer et al. (2017) give them.
const SELU_ALPHA: f64 = 1.6732632423543772848170429916717;
const SELU_SCALE: f64 = 1.0507009873554804934193349852946;

impl Elu {
    #[inline(always)]
    fn with(slope: f64, scale: f64, rate: f64) -> Self {
        Self {
            math: Math::new(),
            slope: constant(slope as f32),
            scale: constant(scale as f32),
            rate: constant(rate as f32),
            negative: scale < 0.0,
        }
    }

    /// elu.
    #[inline(always)]
    pub(super) fn new(alpha: f64) -> Self {
        Self::with(1.0, alpha, 1.0)
    }

    /// selu.
    #[inline(always)]
    pub(super) fn scaled() -> Self {
        Self::with(SELU_SCALE, SELU_SCALE * SELU_ALPHA, 1.0)
    }

    /// celu.
    #[inline(always)]
    pub(super) fn continuous(alpha: f64) -> Self {
        Self::with(1.0, alpha, 1.0 / alpha)
    }
}

impl Curve for Elu {
    #[inline(always)]
    fn forward(self, x: F32x4) -> F32x4 {
        let below = self.math.expm1_low(x.min_fast(F32x4::zero()) * self.rate);
        x.max_fast(F32x4::zero()) * self.slope + below * self.scale
    }

    #[inline(always)]
    fn backward(self, saved: F32x4, upstream: F32x4) -> F32x4 {
        let below = if self.negative {
            let x = saved.min_fast(F32x4::zero()) * self.rate;
            self.math.exp(x) * self.scale
        } else {
            saved + self.scale
        };
        upstream * saved.gt(F32x4::zero()).select(self.slope, below * self.rate)
    }

    #[inline(always)]
    fn needs_input(self) -> bool {
        // With a positive scale, x and y have the same sign.
        self.negative
    }
}
