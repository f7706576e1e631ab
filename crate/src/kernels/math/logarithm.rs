//! The logarithm and what follows from it.

use super::{Math, ratio};
use crate::simd::F32x4;

impl Math {
    /// f − ln(1 + f) for √½ − 1 ≤ f ≤ 1.
    #[inline(always)]
    fn log1p_rest(self, f: F32x4) -> F32x4 {
        let (above, below) = ratio(f, &self.0.log1p);
        f * f * above / below
    }

    /// The k (as bits) with √½ ≤ x / 2ᵏ < √2, already shifted to the exponent field.
    #[inline(always)]
    fn exponent(self, x: F32x4) -> F32x4 {
        x.sub_bits(F32x4::splat(self.0.sqrt_half)).shr_bits::<23>().shl_bits::<23>()
    }

    /// `k` ln 2 + ln(1 + f), with `k` in the exponent field; `x`, whose logarithm this is, decides the special cases.
    #[inline(always)]
    fn assemble(self, x: F32x4, k: F32x4, f: F32x4) -> F32x4 {
        let k = k.shr_bits::<23>().from_int_bits();
        let low = f - (self.log1p_rest(f) - k * F32x4::splat(self.0.ln2_low));
        let y = k.mul_add(F32x4::splat(self.0.ln2_high), low);
        let (positive, infinity) = (x.gt(F32x4::zero()), F32x4::splat(self.0.infinity));
        // Zero gives −∞, what is below gives NaN, ∞ and NaN give themselves.
        let special = x.eq(F32x4::zero()).select(-infinity, x | F32x4::splat(self.0.nan).and_not(positive));
        (positive & x.lt(infinity)).select(y, special)
    }

    /// ln x, within 1.5 ULP; −∞ at ±0, NaN below.
    #[inline(always)]
    pub fn log(self, x: F32x4) -> F32x4 {
        // Denormal numbers are made normal first.
        let tiny = x.lt(F32x4::splat(self.0.least_normal));
        let normal = tiny.select(x * F32x4::splat(self.0.two_64), x);
        let k = self.exponent(normal);
        let f = normal.sub_bits(k) - self.one();
        self.assemble(x, k.sub_bits(tiny & F32x4::splat(self.0.exponent_64)), f)
    }

    /// ln(1 + x), within 2 ULP; −∞ at −1, NaN below.
    #[inline(always)]
    pub fn log1p(self, x: F32x4) -> F32x4 {
        let one = self.one();
        let sum = one + x;
        let k = self.exponent(sum);
        // What 1 + x lost in rounding, brought to the scale of f. 2⁻ᵏ is −∞ at k = 128, where nothing was lost.
        let lost = (x - (sum - one)) * one.sub_bits(k).max_fast(F32x4::zero());
        self.assemble(sum, k, (sum.sub_bits(k) - one) + lost)
    }

    /// ln(1 + x) for 0 ≤ x ≤ 1, within 2.5 ULP and cheaper.
    #[inline(always)]
    pub fn log1p_unit(self, x: F32x4) -> F32x4 {
        x - self.log1p_rest(x)
    }

    /// ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|), within 3.75 ULP.
    #[inline(always)]
    pub fn softplus(self, x: F32x4) -> F32x4 {
        let (above, below) = self.scaled_fraction(self.decay_reduced(x));
        x.max_fast(F32x4::zero()) + self.log1p_unit(above / below)
    }
}
