//! The normal distribution function.

use super::{Math, Pair, polynomial_in_halves};
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
    /// The argument: max(−|x|, −15).
    #[inline(always)]
    fn normal_argument(self, x: F32x4) -> F32x4 {
        self.negative_abs(x).max_fast(F32x4::splat(self.0.normal_floor))
    }

    /// −a²/2 reduced, scaled by 2⁶⁴.
    ///
    /// a² is taken exactly, as the square of the upper half of a's bits and a rest: rounding it would cost 50 ULP at −14.
    #[inline(always)]
    pub(crate) fn normal_reduced(self, x: F32x4) -> Pair {
        let a = self.normal_argument(x);
        let upper = a & F32x4::splat(self.0.first_11);
        self.halves_reduced(upper * upper, (a - upper) * (a + upper) * F32x4::splat(self.0.minus_half))
    }

    /// Φ(−|x|) from that as a fraction.
    #[inline(always)]
    pub(crate) fn normal_tail(self, x: F32x4, (density, divisor): Pair) -> NormalTail {
        let a = self.normal_argument(x);
        let (c, d) = (&self.0.normal_tail.above, &self.0.normal_tail.below);
        let above = polynomial_in_halves(a, &[c[0], c[2], c[4]], &[c[1], c[3]]);
        let below = polynomial_in_halves(a, &[d[0], d[2], d[4]], &[d[1], d[3], d[5]]);
        NormalTail { a, density, divisor, above, below }
    }

    /// The normal distribution function Φ(x) = ½ erfc(−x / √2), within 7 ULP.
    #[inline(always)]
    pub fn normal_cdf(self, x: F32x4) -> F32x4 {
        let tail = self.normal_tail(x, self.scaled_fraction(self.normal_reduced(x)));
        let h = tail.density * tail.above / (tail.below * tail.divisor);
        x.lt(F32x4::zero()).select(h, self.one() - h)
    }
}
