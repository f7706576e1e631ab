//! Activations x · g(x) with a gate g that rises from 0 to 1; their derivative is taken from x.
//!
//! For silu and both forms of gelu g(x) + g(−x) = 1, so with a = −|x| and the tail h = g(a) ≤ ½
//!
//! f(x) = max(x, 0) + a h,  f′(x) = d for x < 0, else 1 − d, with d = h + a g′(a).
//!
//! Nothing cancels, the lower tail keeps its digits, and a is clamped where h vanishes, so that ∞ is never multiplied by 0.

use super::curve::Curve;
use crate::kernels::math::Math;
use crate::simd::F32x4;

/// d for x < 0, else 1 − d.
#[inline(always)]
fn mirrored(math: Math, x: F32x4, d: F32x4) -> F32x4 {
    x.lt(F32x4::zero()).select(d, math.one() - d)
}

/// x / (1 + e⁻ˣ).
#[derive(Clone, Copy)]
pub(super) struct Silu(Math);

impl Silu {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(Math::new())
    }
}

/// a h for the logistic tail h = e / (1 + e), e = `above` / `below`.
#[inline(always)]
fn logistic(a: F32x4, above: F32x4, below: F32x4) -> F32x4 {
    a * above / (below + above)
}

/// d = h (1 + a (1 − h) `slope`) for the logistic tail h; `slope` is the derivative of its argument.
#[inline(always)]
fn logistic_derivative(math: Math, a: F32x4, slope: F32x4, above: F32x4, below: F32x4) -> F32x4 {
    let inverse = math.one() / (below + above);
    above * (math.one() + a * slope * (below * inverse)) * inverse
}

impl Curve for Silu {
    #[inline(always)]
    fn forward(self, x: F32x4) -> F32x4 {
        let (a, above, below) = self.0.decay(x);
        x.max_fast(F32x4::zero()) + logistic(a, above, below)
    }

    #[inline(always)]
    fn backward(self, x: F32x4, upstream: F32x4) -> F32x4 {
        let (a, above, below) = self.0.decay(x);
        upstream * mirrored(self.0, x, logistic_derivative(self.0, a, self.0.one(), above, below))
    }

    #[inline(always)]
    fn needs_input(self) -> bool {
        true
    }
}

/// x Φ(x), Φ the normal distribution function.
#[derive(Clone, Copy)]
pub(super) struct Gelu(Math);

impl Gelu {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(Math::new())
    }
}

impl Curve for Gelu {
    #[inline(always)]
    fn forward(self, x: F32x4) -> F32x4 {
        let tail = self.0.normal_tail(x);
        x.max_fast(F32x4::zero()) + tail.a * tail.density * tail.above / (tail.below * tail.divisor)
    }

    #[inline(always)]
    fn backward(self, x: F32x4, upstream: F32x4) -> F32x4 {
        let tail = self.0.normal_tail(x);
        // Φ(a) + a φ(a), over the common denominator.
        let above = tail.above + tail.a * F32x4::splat(self.0.table().normal_peak) * tail.below;
        upstream * mirrored(self.0, x, tail.density * above / (tail.below * tail.divisor))
    }

    #[inline(always)]
    fn needs_input(self) -> bool {
        true
    }
}

/// x / (1 + e^(−v)), v = 2 √(2/π) (x + 0.044715 x³): gelu by tanh.
#[derive(Clone, Copy)]
pub(super) struct GeluTanh(Math);

impl GeluTanh {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(Math::new())
    }

    /// a = max(−|x|, −11), and e^v(a) as a fraction, both parts scaled by 2⁶⁴.
    ///
    /// v is held in two floats: rounded to one, it would cost 100 ULP where the result vanishes. With u the upper 8 bits of a
    /// and l the rest, v(a) = u (c₁ + c₃ u²) + l (c₁ + c₃ (u² + u a + a²)); the first product is taken apart until it is exact.
    #[inline(always)]
    fn decay(self, x: F32x4) -> (F32x4, F32x4, F32x4) {
        let c = &self.0.table().gelu_tanh;
        let linear_high = F32x4::splat(c.linear_high);
        let a = self.0.negative_abs(x).max_fast(F32x4::splat(c.floor));
        let upper = a.shr_bits::<16>().shl_bits::<16>();
        let square = upper * upper;
        let product = square * F32x4::splat(c.cubic_high);
        let factor = (linear_high + product).shr_bits::<8>().shl_bits::<8>();
        let factor_rest = product - (factor - linear_high) + square.horner(F32x4::splat(c.cubic_low), c.linear_low);
        let growth = (square + a * (a + upper)).horner(F32x4::splat(c.cubic), c.linear);
        let (high, low) = (factor * upper, factor_rest * upper + (a - upper) * growth);
        let v = high + low;
        let (above, below) = self.0.exp_scaled(v, low - (v - high)).fraction();
        (a, above, below * F32x4::splat(self.0.table().two_64))
    }
}

impl Curve for GeluTanh {
    #[inline(always)]
    fn forward(self, x: F32x4) -> F32x4 {
        let (a, above, below) = self.decay(x);
        x.max_fast(F32x4::zero()) + logistic(a, above, below)
    }

    #[inline(always)]
    fn backward(self, x: F32x4, upstream: F32x4) -> F32x4 {
        let (a, above, below) = self.decay(x);
        let gelu = &self.0.table().gelu_tanh;
        let slope = (a * a).horner(F32x4::splat(gelu.slope_cubic), gelu.linear);
        upstream * mirrored(self.0, x, logistic_derivative(self.0, a, slope, above, below))
    }

    #[inline(always)]
    fn needs_input(self) -> bool {
        true
    }
}

/// x tanh(ln(1 + eˣ)).
///
/// With w = e^−|x| the gate is tanh(ln(1 + eˣ)) = w (w + 2) / (w² + 2w + 2) below 0 and 1 − 2w² / (2w² + 2w + 1) above.
#[derive(Clone, Copy)]
pub(super) struct Mish(Math);

impl Mish {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(Math::new())
    }
}

impl Curve for Mish {
    #[inline(always)]
    fn forward(self, x: F32x4) -> F32x4 {
        let (a, above, below) = self.0.decay(x);
        let (unit, scale) = (F32x4::splat(self.0.table().two_minus_64), F32x4::splat(self.0.table().two_64));
        // w = u / b, put over the common denominator.
        let (u, b) = (above * unit, below * unit);
        let (two_u, two_b) = (u + u, b + b);
        let negative = x.lt(F32x4::zero());
        let first = negative.select(u + two_b, two_u);
        let second = negative.select(two_b, b + two_u);
        x.max_fast(F32x4::zero()) + a * above * first / ((u * first + b * second) * scale)
    }

    #[inline(always)]
    fn backward(self, x: F32x4, upstream: F32x4) -> F32x4 {
        let (a, above, below) = self.0.decay(x);
        let (one, two) = (self.0.one(), F32x4::splat(self.0.table().two));
        let w = above / below;
        let (two_w, square) = (w + w, w * w);
        let negative = x.lt(F32x4::zero());
        let divisor = two_w + negative.select(square + two, square + square + one);
        // a · (the gate's derivative) and the gate's tail, over the square of the divisor, but for a factor w.
        let inner = a * (one + w) * (two + two) * negative.select(one, w);
        let tail = negative.select(w + two, two_w) * divisor + inner;
        upstream * mirrored(self.0, x, w * tail / (divisor * divisor))
    }

    #[inline(always)]
    fn needs_input(self) -> bool {
        true
    }
}
