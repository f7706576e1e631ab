//! Activations x · g(x) with a gate g that rises from 0 to 1; their derivative is taken from x.
//!
//! For silu and both forms of gelu g(x) + g(−x) = 1, so with a = −|x| and the tail h = g(a) ≤ ½
//!
//! f(x) = max(x, 0) + a h,  f′(x) = d for x < 0, else 1 − d, with d = h + a g′(a).
//!
//! Nothing cancels, the lower tail keeps its digits, and a is clamped where h vanishes, so that ∞ is never multiplied by 0.

use super::curve::Curve;
use crate::kernels::math::{Math, Pair};
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

/// d = h (1 + `growth` · (1 − h)) for the logistic tail h = `above` · `inverse`; `growth` is a times the derivative of its argument.
#[inline(always)]
fn logistic_derivative(math: Math, growth: F32x4, (above, inverse): Pair) -> F32x4 {
    above * (math.one() + growth * (math.one() - above * inverse)) * inverse
}

/// What [`logistic_derivative`] needs of an exponential, from its argument reduced.
#[inline(always)]
fn logistic_parts(math: Math, reduced: Pair) -> Pair {
    let (above, below) = math.scaled_fraction(reduced);
    (above, math.one() / (below + above))
}

impl Curve for Silu {
    const BEFORE_FORWARD: usize = 1;
    const BEFORE_BACKWARD: usize = 2;

    #[inline(always)]
    fn begin_forward(self, x: F32x4) -> Pair {
        self.0.decay_reduced(x)
    }

    #[inline(always)]
    fn begin_backward(self, x: F32x4) -> Pair {
        self.0.decay_reduced(x)
    }

    #[inline(always)]
    fn continue_backward(self, _: F32x4, begun: Pair) -> Pair {
        logistic_parts(self.0, begun)
    }

    #[inline(always)]
    fn forward(self, x: F32x4, begun: Pair) -> F32x4 {
        let (a, (above, below)) = (self.0.decay_argument(x), self.0.scaled_fraction(begun));
        x.max_fast(F32x4::zero()) + logistic(a, above, below)
    }

    #[inline(always)]
    fn backward(self, x: F32x4, upstream: F32x4, begun: Pair) -> F32x4 {
        let a = self.0.decay_argument(x);
        upstream * mirrored(self.0, x, logistic_derivative(self.0, a, begun))
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
    const BEFORE_FORWARD: usize = 2;
    const BEFORE_BACKWARD: usize = 2;

    #[inline(always)]
    fn begin_forward(self, x: F32x4) -> Pair {
        self.0.normal_reduced(x)
    }

    #[inline(always)]
    fn continue_forward(self, x: F32x4, begun: Pair) -> Pair {
        let tail = self.0.normal_tail(x, self.0.scaled_fraction(begun));
        (tail.a * tail.density * tail.above, tail.below * tail.divisor)
    }

    #[inline(always)]
    fn begin_backward(self, x: F32x4) -> Pair {
        self.0.normal_reduced(x)
    }

    #[inline(always)]
    fn continue_backward(self, x: F32x4, begun: Pair) -> Pair {
        let tail = self.0.normal_tail(x, self.0.scaled_fraction(begun));
        // Φ(a) + a φ(a), over the common denominator.
        let above = tail.above + tail.a * F32x4::splat(self.0.table().normal_peak) * tail.below;
        (tail.density * above, tail.below * tail.divisor)
    }

    #[inline(always)]
    fn forward(self, x: F32x4, (above, below): Pair) -> F32x4 {
        x.max_fast(F32x4::zero()) + above / below
    }

    #[inline(always)]
    fn backward(self, x: F32x4, upstream: F32x4, (above, below): Pair) -> F32x4 {
        upstream * mirrored(self.0, x, above / below)
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

    /// The argument: max(−|x|, −11).
    #[inline(always)]
    fn argument(self, x: F32x4) -> F32x4 {
        self.0.negative_abs(x).max_fast(F32x4::splat(self.0.table().gelu_tanh.floor))
    }

    /// v(a) reduced, scaled by 2⁶⁴.
    ///
    /// v is held in two floats: rounded to one, it would cost 100 ULP where the result vanishes. With u the upper 8 bits of a
    /// and l the rest, v(a) = u (c₁ + c₃ u²) + l (c₁ + c₃ (u² + u a + a²)); the first product is taken apart until it is exact.
    #[inline(always)]
    fn reduced(self, x: F32x4) -> Pair {
        let (table, c) = (self.0.table(), &self.0.table().gelu_tanh);
        let linear_high = F32x4::splat(c.linear_high);
        let a = self.argument(x);
        let upper = a & F32x4::splat(table.first_7);
        let square = upper * upper;
        let product = square * F32x4::splat(c.cubic_high);
        let factor = (linear_high + product) & F32x4::splat(table.first_15);
        let factor_rest = product - (factor - linear_high) + square.horner(F32x4::splat(c.cubic_low), c.linear_low);
        let growth = (square + a * (a + upper)).horner(F32x4::splat(c.cubic), c.linear);
        let (high, low) = (factor * upper, factor_rest * upper + (a - upper) * growth);
        let v = high + low;
        self.0.reduced_scaled(v, low - (v - high))
    }
}

impl Curve for GeluTanh {
    const BEFORE_FORWARD: usize = 1;
    const BEFORE_BACKWARD: usize = 2;

    #[inline(always)]
    fn begin_forward(self, x: F32x4) -> Pair {
        self.reduced(x)
    }

    #[inline(always)]
    fn begin_backward(self, x: F32x4) -> Pair {
        self.reduced(x)
    }

    #[inline(always)]
    fn continue_backward(self, _: F32x4, begun: Pair) -> Pair {
        logistic_parts(self.0, begun)
    }

    #[inline(always)]
    fn forward(self, x: F32x4, begun: Pair) -> F32x4 {
        let (a, (above, below)) = (self.argument(x), self.0.scaled_fraction(begun));
        x.max_fast(F32x4::zero()) + logistic(a, above, below)
    }

    #[inline(always)]
    fn backward(self, x: F32x4, upstream: F32x4, begun: Pair) -> F32x4 {
        let a = self.argument(x);
        let gelu = &self.0.table().gelu_tanh;
        let slope = (a * a).horner(F32x4::splat(gelu.slope_cubic), gelu.linear);
        upstream * mirrored(self.0, x, logistic_derivative(self.0, a * slope, begun))
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
    const BEFORE_FORWARD: usize = 2;
    const BEFORE_BACKWARD: usize = 2;

    #[inline(always)]
    fn begin_forward(self, x: F32x4) -> Pair {
        self.0.decay_reduced(x)
    }

    #[inline(always)]
    fn continue_forward(self, _: F32x4, begun: Pair) -> Pair {
        self.0.scaled_fraction(begun)
    }

    #[inline(always)]
    fn begin_backward(self, x: F32x4) -> Pair {
        self.0.decay_reduced(x)
    }

    #[inline(always)]
    fn continue_backward(self, _: F32x4, begun: Pair) -> Pair {
        let (above, below) = self.0.scaled_fraction(begun);
        let w = above / below;
        (w, w + w)
    }

    #[inline(always)]
    fn forward(self, x: F32x4, begun: Pair) -> F32x4 {
        let (a, (above, below)) = (self.0.decay_argument(x), begun);
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
    fn backward(self, x: F32x4, upstream: F32x4, begun: Pair) -> F32x4 {
        let (a, (w, two_w)) = (self.0.decay_argument(x), begun);
        let (one, two) = (self.0.one(), F32x4::splat(self.0.table().two));
        let square = w * w;
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
