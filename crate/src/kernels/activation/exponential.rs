//! Activations made of the exponential whose derivative follows from their value.

use std::hint::black_box;

use super::Activation;
use super::curve::Curve;
use crate::kernels::math::{Math, Pair};
use crate::simd::F32x4;

/// Declares a curve without settings: f of x in two or three stages; f′ of y, either cheap or in two.
macro_rules! curve {
    (
        $(#[$meta:meta])* $name:ident:
        |$math:ident, $x:ident| $reduced:expr, $(then |$begun:ident| $middle:expr,)? |$last:pat_param, $of:ident| $value:expr, $($slope:tt)*
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
            const BEFORE_FORWARD: usize = 1 $(+ { stringify!($middle); 1 })?;

            #[inline(always)]
            fn begin_forward(self, $x: F32x4) -> Pair {
                let $math = self.0;
                $reduced
            }

            $(
                #[inline(always)]
                fn continue_forward(self, $x: F32x4, $begun: Pair) -> Pair {
                    let $math = self.0;
                    $middle
                }
            )?

            #[inline(always)]
            fn forward(self, $last: F32x4, $of: Pair) -> F32x4 {
                let $math = self.0;
                $value
            }

            curve!(@ $($slope)*);
        }
    };
    (@ cheap |$math:pat_param, $y:ident| $slope:expr) => {
        #[inline(always)]
        fn backward(self, $y: F32x4, upstream: F32x4, _: Pair) -> F32x4 {
            let $math = self.0;
            upstream * $slope
        }
    };
    (@ |$math:ident, $y:ident| $reduced:expr, |$of:ident| $slope:expr) => {
        const BEFORE_BACKWARD: usize = 1;

        #[inline(always)]
        fn begin_backward(self, $y: F32x4) -> Pair {
            let $math = self.0;
            $reduced
        }

        #[inline(always)]
        fn backward(self, _: F32x4, upstream: F32x4, $of: Pair) -> F32x4 {
            let $math = self.0;
            upstream * $slope
        }
    };
}

curve! {
    /// 1 / (1 + e⁻ˣ).
    Sigmoid: |math, x| math.sigmoid_reduced(x), |_, of| math.sigmoid_of(of),
    cheap |math, y| y * (math.one() - y)
}

curve! {
    /// tanh x.
    Tanh: |math, x| math.tanh_reduced(x), |x, of| math.tanh_of(x, of),
    cheap |math, y| (math.one() - y) * (math.one() + y)
}

curve! {
    /// eˣ.
    Exponential: |math, x| math.exp_reduced(x), |x, of| math.exp_of(x, of),
    cheap |_, y| y
}

/// e^−|x|, from its argument reduced, and another number.
#[inline(always)]
fn decay_and(other: F32x4, math: Math, reduced: Pair) -> Pair {
    let (above, below) = math.scaled_fraction(reduced);
    (above / below, other)
}

curve! {
    /// ln(1 + eˣ), whose derivative 1 / (1 + e⁻ˣ) is 1 − e⁻ʸ.
    Softplus: |math, x| math.decay_reduced(x),
    then |of| decay_and(x.max_fast(F32x4::zero()), math, of), |_, of| of.1 + math.log1p_unit(of.0),
    |math, y| math.expm1_reduced(-y), |of| -math.expm1_low(of)
}

curve! {
    /// −ln(1 + e⁻ˣ), whose derivative 1 / (1 + eˣ) is 1 − eʸ.
    LogSigmoid: |math, x| math.decay_reduced(x),
    then |of| decay_and(x.min_fast(F32x4::zero()), math, of), |_, of| of.1 - math.log1p_unit(of.0),
    |math, y| math.expm1_reduced(y), |of| -math.expm1_low(of)
}

/// The exponential linear units: slope · max(x, 0) + scale · (e^(rate · min(x, 0)) − 1).
#[derive(Clone, Copy)]
pub(super) struct Elu {
    math: Math,
    // Numbers, made vectors where they are used: of vectors made before a branch LLVM leaves a shuffle, which V8 cannot fuse in the wide build.
    slope: f32,
    scale: f32,
    rate: f32,
    negative: bool,
}

/// α and σ of selu, as Klambauer et al. (2017) give them.
const SELU_ALPHA: f64 = 1.6732632423543772848170429916717;
const SELU_SCALE: f64 = 1.0507009873554804934193349852946;

impl Elu {
    #[inline(always)]
    fn with(slope: f64, scale: f64, rate: f64) -> Self {
        let negative = scale < 0.0;
        let [slope, scale, rate] = [slope, scale, rate].map(|x| black_box(x as f32));
        Self { math: Math::new(), slope, scale, rate, negative }
    }

    /// With 1 above 0 and −`alpha` eˣ below as the derivative: elu's where α = −`alpha` is negative, but of the y of `alpha`, which has x's sign.
    pub(super) fn falling(alpha: f64) -> Self {
        Self::with(1.0, alpha, -1.0)
    }

    /// Of elu, selu or celu.
    #[inline(always)]
    pub(super) fn new(activation: &Activation) -> Self {
        let (slope, scale, rate) = match *activation {
            Activation::Elu { alpha } => (1.0, alpha, 1.0),
            Activation::Celu { alpha } => (1.0, alpha, 1.0 / alpha),
            _ => (SELU_SCALE, SELU_SCALE * SELU_ALPHA, 1.0),
        };
        Self::with(slope, scale, rate)
    }
}

impl Curve for Elu {
    const BEFORE_FORWARD: usize = 1;

    #[inline(always)]
    fn begin_forward(self, x: F32x4) -> Pair {
        self.math.expm1_reduced(x.min_fast(F32x4::zero()) * F32x4::splat(self.rate))
    }

    #[inline(always)]
    fn forward(self, x: F32x4, reduced: Pair) -> F32x4 {
        let below = self.math.expm1_low(reduced);
        x.max_fast(F32x4::zero()) * F32x4::splat(self.slope) + below * F32x4::splat(self.scale)
    }

    #[inline(always)]
    fn backward(self, y: F32x4, upstream: F32x4, _: Pair) -> F32x4 {
        upstream
            * y.gt(F32x4::zero())
                .select(F32x4::splat(self.slope), (y + F32x4::splat(self.scale)) * F32x4::splat(self.rate))
    }

    #[inline(always)]
    fn needs_input(self) -> bool {
        // With a positive scale, x and y have the same sign.
        self.negative
    }
}
