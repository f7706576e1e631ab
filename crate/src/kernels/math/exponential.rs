//! The exponential and what follows from it.

use super::Math;
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
    fn reduce(self, x: F32x4, shifter: F32x4) -> (F32x4, F32x4) {
        let shifted = x.mul_add(F32x4::splat(self.0.log2_e), shifter);
        let n = shifted - shifter;
        let r = x - n * F32x4::splat(self.0.ln2_high) - n * F32x4::splat(self.0.ln2_low);
        (shifted.shl_bits::<23>(), r)
    }

    /// `power` · eʳ.
    #[inline(always)]
    fn expand(self, (power, r): (F32x4, F32x4)) -> Exponential {
        let square = r * r;
        Exponential {
            power,
            odd: r + r * (square * F32x4::splat(self.0.exp_odd)),
            even: square * F32x4::splat(self.0.exp_even),
            two: F32x4::splat(self.0.two),
        }
    }

    /// eˣ, within 2.1 ULP; denormal results are right, overflow begins where float32 ends.
    #[inline(always)]
    pub fn exp(self, x: F32x4) -> F32x4 {
        let sign = x & F32x4::splat(self.0.sign);
        let x = x.max_fast(F32x4::splat(self.0.exp_floor)).min_fast(F32x4::splat(self.0.exp_ceiling));
        // One power of two cannot reach from the least denormal number to the greatest: a last 2^±64 is multiplied on.
        let shifter = F32x4::splat(self.0.shifter) + (sign ^ F32x4::splat(self.0.minus_64));
        let last = F32x4::splat(self.0.two_64).add_bits(sign.shr_bits::<1>());
        self.expand(self.reduce(x, shifter)).value() * last
    }

    /// e^(x + rest) · 2⁶⁴, within 2.1 ULP as a value, for −115 ≤ x ≤ 0 and a small `rest`: the cheapest exponential.
    ///
    /// The scale keeps what will be a denormal number exact until the last operation, and cancels in ratios.
    #[inline(always)]
    pub(crate) fn exp_scaled(self, x: F32x4, rest: F32x4) -> Exponential {
        let (power, r) = self.reduce(x, F32x4::splat(self.0.shifter_64));
        self.expand((power, r + rest))
    }

    /// a = max(−|x|, −115), and eᵃ as a fraction whose parts are both scaled by 2⁶⁴.
    #[inline(always)]
    pub(crate) fn decay(self, x: F32x4) -> (F32x4, F32x4, F32x4) {
        let a = self.negative_abs(x).max_fast(F32x4::splat(self.0.exp_floor));
        let (above, below) = self.expand(self.reduce(a, F32x4::splat(self.0.shifter_64))).fraction();
        (a, above, below * F32x4::splat(self.0.two_64))
    }

    /// eˣ − 1, within 3 ULP.
    #[inline(always)]
    pub fn expm1(self, x: F32x4) -> F32x4 {
        let far = F32x4::splat(self.0.expm1_ceiling);
        x.gt(far).select(self.exp(x), self.expm1_low(x.min_fast(far)))
    }

    /// eˣ − 1 for x ≤ 88, within 3 ULP (2.5 for x ≤ 0): 2ⁿ (eʳ − 1) + (2ⁿ − 1).
    #[inline(always)]
    pub(crate) fn expm1_low(self, x: F32x4) -> F32x4 {
        let x = x.max_fast(F32x4::splat(self.0.expm1_floor));
        let e = self.expand(self.reduce(x, F32x4::splat(self.0.shifter)));
        e.power * ((e.odd + e.odd) / e.below()) + (e.power - self.one())
    }

    /// tanh x, within 4.5 ULP, never beyond ±1.
    ///
    /// With e^(−2|x|) = 2ⁿ (1 + d), d = 2 odd / (even − odd): (1 − 2ⁿ − 2ⁿ d) / (1 + 2ⁿ + 2ⁿ d), so that nothing cancels at n = 0.
    #[inline(always)]
    pub fn tanh(self, x: F32x4) -> F32x4 {
        let one = self.one();
        let a = self.negative_abs(x).max_fast(F32x4::splat(self.0.tanh_floor));
        let e = self.expand(self.reduce(a + a, F32x4::splat(self.0.shifter)));
        let (below, excess) = (e.below(), e.power * (e.odd + e.odd));
        let y = (below * (one - e.power) - excess) / (below * (one + e.power) + excess);
        y | (x & F32x4::splat(self.0.sign))
    }

    /// 1 / (1 + e⁻ˣ), within 3 ULP.
    #[inline(always)]
    pub fn sigmoid(self, x: F32x4) -> F32x4 {
        let (_, above, below) = self.decay(x);
        x.lt(F32x4::zero()).select(above, below) / (above + below)
    }
}
