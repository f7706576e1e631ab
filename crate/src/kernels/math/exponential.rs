//! The exponential and what follows from it.

use super::{Math, Pair};
use crate::simd::F32x4;

/// e^x taken apart: `power` · (2 + `odd` + `even`) / (2 − `odd` + `even`), where `power` is a power of two.
///
/// What is made of the exponential mostly ends in a division; kept as a fraction, it needs no other one.
#[derive(Clone, Copy)]
pub(crate) struct Exponential {
    power: F32x4,
    odd: F32x4,
    even: F32x4,
    two: F32x4,
}

impl Exponential {
    /// The denominator. (The small parts are added first: each rounding next to 2 costs most of a last place.)
    #[inline(always)]
    fn below(self) -> F32x4 {
        self.two - (self.odd - self.even)
    }

    /// Numerator and denominator.
    #[inline(always)]
    pub(crate) fn fraction(self) -> (F32x4, F32x4) {
        (self.power * (self.two + (self.odd + self.even)), self.below())
    }

    /// The number itself.
    #[inline(always)]
    pub(crate) fn value(self) -> F32x4 {
        let (above, below) = self.fraction();
        above / below
    }
}

impl Math {
    /// Cody and Waite's reduction x = n ln 2 + r: the float whose exponent field is `shifter` + n, and r.
    #[inline(always)]
    fn reduce(self, x: F32x4, shifter: F32x4) -> Pair {
        self.reduce_scaled_by(x, (x, self.0.log2_e), shifter)
    }

    /// The same with x log₂ e as a product of another number, which may be there before x is.
    #[inline(always)]
    fn reduce_scaled_by(self, x: F32x4, (y, factor): (F32x4, f32), shifter: F32x4) -> Pair {
        let shifted = y.mul_add(F32x4::splat(factor), shifter);
        let n = shifted - shifter;
        let r = x - n * F32x4::splat(self.0.ln2_high) - n * F32x4::splat(self.0.ln2_low);
        (shifted.shl_bits::<23>(), r)
    }

    /// `power` · eʳ.
    #[inline(always)]
    fn expand(self, (power, r): Pair) -> Exponential {
        let square = r * r;
        Exponential {
            power,
            // r³, in a shorter chain than as r · r².
            odd: r + square * (r * F32x4::splat(self.0.exp_odd)),
            even: square * F32x4::splat(self.0.exp_even),
            two: F32x4::splat(self.0.two),
        }
    }

    /// eˣ, within 2.1 ULP; denormal results are right, overflow begins where float32 ends.
    #[inline(always)]
    pub fn exp(self, x: F32x4) -> F32x4 {
        self.exp_of(x, self.exp_reduced(x))
    }

    /// [`exp`](Self::exp) taken apart: first the reduction.
    #[inline(always)]
    pub(crate) fn exp_reduced(self, x: F32x4) -> Pair {
        let sign = x & F32x4::splat(self.0.sign);
        let x = x.max_fast(F32x4::splat(self.0.exp_floor)).min_fast(F32x4::splat(self.0.exp_ceiling));
        // One power of two cannot reach from the least denormal number to the greatest: a last 2^±64 is multiplied on.
        let shifter = F32x4::splat(self.0.shifter) + (sign ^ F32x4::splat(self.0.minus_64));
        self.reduce(x, shifter)
    }

    /// Then the rest.
    #[inline(always)]
    pub(crate) fn exp_of(self, x: F32x4, reduced: Pair) -> F32x4 {
        let sign = x & F32x4::splat(self.0.sign);
        let last = F32x4::splat(self.0.two_64).add_bits(sign.shr_bits::<1>());
        self.expand(reduced).value() * last
    }

    /// x + rest reduced, for −115 ≤ x ≤ 0 and a small `rest`; the power is scaled by 2⁶⁴.
    ///
    /// The scale keeps what will be a denormal number exact until the last operation, and cancels in ratios.
    #[inline(always)]
    pub(crate) fn reduced_scaled(self, x: F32x4, rest: F32x4) -> Pair {
        let (power, r) = self.reduce(x, F32x4::splat(self.0.shifter_64));
        (power, r + rest)
    }

    /// −y/2 + rest reduced in the same way, for an y whose half is exact.
    #[inline(always)]
    pub(crate) fn halves_reduced(self, y: F32x4, rest: F32x4) -> Pair {
        let x = y * F32x4::splat(self.0.minus_half);
        let (power, r) = self.reduce_scaled_by(x, (y, self.0.minus_half_log2_e), F32x4::splat(self.0.shifter_64));
        (power, r + rest)
    }

    /// e^(x + rest) · 2⁶⁴, within 2.1 ULP as a value, for −115 ≤ x ≤ 0 and a small `rest`: the cheapest exponential.
    #[inline(always)]
    pub(crate) fn exp_scaled(self, x: F32x4, rest: F32x4) -> Exponential {
        self.expand(self.reduced_scaled(x, rest))
    }

    /// max(−|x|, −115).
    #[inline(always)]
    pub(crate) fn decay_argument(self, x: F32x4) -> F32x4 {
        self.negative_abs(x).max_fast(F32x4::splat(self.0.exp_floor))
    }

    /// a = max(−|x|, −115) reduced, scaled by 2⁶⁴.
    #[inline(always)]
    pub(crate) fn decay_reduced(self, x: F32x4) -> Pair {
        self.reduce(self.decay_argument(x), F32x4::splat(self.0.shifter_64))
    }

    /// What was reduced with a scale of 2⁶⁴, as a fraction whose parts are both scaled by that.
    #[inline(always)]
    pub(crate) fn scaled_fraction(self, reduced: Pair) -> Pair {
        let (above, below) = self.expand(reduced).fraction();
        (above, below * F32x4::splat(self.0.two_64))
    }

    /// eˣ − 1, within 3 ULP.
    #[inline(always)]
    pub fn expm1(self, x: F32x4) -> F32x4 {
        let far = F32x4::splat(self.0.expm1_ceiling);
        let low = self.expm1_low(self.expm1_reduced(x.min_fast(far)));
        x.gt(far).select(self.exp(x), low)
    }

    /// x ≤ 88 reduced, for [`expm1_low`](Self::expm1_low).
    #[inline(always)]
    pub(crate) fn expm1_reduced(self, x: F32x4) -> Pair {
        self.reduce(x.max_fast(F32x4::splat(self.0.expm1_floor)), F32x4::splat(self.0.shifter))
    }

    /// eˣ − 1 for x ≤ 88, within 3 ULP (2.5 for x ≤ 0): 2ⁿ (eʳ − 1) + (2ⁿ − 1).
    #[inline(always)]
    pub(crate) fn expm1_low(self, reduced: Pair) -> F32x4 {
        let e = self.expand(reduced);
        e.power * ((e.odd + e.odd) / e.below()) + (e.power - self.one())
    }

    /// tanh x, within 4.5 ULP, never beyond ±1.
    #[inline(always)]
    pub fn tanh(self, x: F32x4) -> F32x4 {
        self.tanh_of(x, self.tanh_reduced(x))
    }

    /// −2|x| reduced.
    #[inline(always)]
    pub(crate) fn tanh_reduced(self, x: F32x4) -> Pair {
        let a = self.negative_abs(x).max_fast(F32x4::splat(self.0.tanh_floor));
        self.reduce(a + a, F32x4::splat(self.0.shifter))
    }

    /// tanh x from that.
    ///
    /// With e^(−2|x|) = 2ⁿ (1 + d), d = 2 odd / (even − odd): (1 − 2ⁿ − 2ⁿ d) / (1 + 2ⁿ + 2ⁿ d), so that nothing cancels at n = 0.
    #[inline(always)]
    pub(crate) fn tanh_of(self, x: F32x4, reduced: Pair) -> F32x4 {
        let (one, e) = (self.one(), self.expand(reduced));
        let (below, excess) = (e.below(), e.power * (e.odd + e.odd));
        let y = (below * (one - e.power) - excess) / (below * (one + e.power) + excess);
        y | (x & F32x4::splat(self.0.sign))
    }

    /// 1 / (1 + e⁻ˣ), within 3 ULP.
    #[inline(always)]
    pub fn sigmoid(self, x: F32x4) -> F32x4 {
        self.sigmoid_of(self.sigmoid_reduced(x))
    }

    /// x between −115 and 30 reduced, scaled by 2⁶⁴.
    #[inline(always)]
    pub(crate) fn sigmoid_reduced(self, x: F32x4) -> Pair {
        let x = x.max_fast(F32x4::splat(self.0.exp_floor)).min_fast(F32x4::splat(self.0.sigmoid_ceiling));
        self.reduce(x, F32x4::splat(self.0.shifter_64))
    }

    /// 1 / (1 + e⁻ˣ) = eˣ / (eˣ + 1) from that.
    #[inline(always)]
    pub(crate) fn sigmoid_of(self, reduced: Pair) -> F32x4 {
        let (above, below) = self.scaled_fraction(reduced);
        above / (above + below)
    }
}
