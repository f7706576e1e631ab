//! The normal distribution function.

use super::{Math, ratio};
use crate::simd::F32x4;

/// Φ(a) for a ≤ 0, taken apart: `density` · `above` / (`below` · `divisor`).
#[derive(Clone, Copy)]
pub(crate) struct NormalTail {
    /// The argument, max(−|x|, −15).
    pub(crate) a: F32x4,
    /// `density` / `divisor` = e^(−a²/2); both parts are scaled by 2⁶⁴.
    pub(crate) density: F32x4,
    /// See [`density`](Self::density).
    pub(crate) divisor: F32x4,
    /// `above` / `below` = Φ(a) e^(a²/2).
    pub(crate) above: F32x4,
    /// See [`above`](Self::above).
    pub(crate) below: F32x4,
}

impl Math {
    /// Φ(−|x|).
    ///
    /// a² is taken exactly, as the square of the upper half of a's bits and a rest: rounding it would cost 50 ULP at −14.
    #[inline(always)]
    pub(crate) fn normal_tail(self, x: F32x4) -> NormalTail {
        let half = F32x4::splat(self.0.half);
        let a = self.negative_abs(x).max_fast(F32x4::splat(self.0.normal_floor));
        let upper = a.shr_bits::<12>().shl_bits::<12>();
        let square = upper * upper * -half;
        let rest = (upper - a) * (upper + a) * half;
        let (density, divisor) = self.exp_scaled(square, rest).fraction();
        let (above, below) = ratio(a, &self.0.normal_tail);
        NormalTail { a, density, divisor: divisor * F32x4::splat(self.0.two_64), above, below }
    }

    /// The normal distribution function Φ(x) = ½ erfc(−x / √2), within 8.5 ULP.
    #[inline(always)]
    pub fn normal_cdf(self, x: F32x4) -> F32x4 {
        let tail = self.normal_tail(x);
        let h = tail.density * tail.above / (tail.below * tail.divisor);
        x.lt(F32x4::zero()).select(h, self.one() - h)
    }
}
