//! Elementary functions of four floats, in plain multiplications, additions and divisions: the same bits on every target.
//!
//! | function | greatest error, in units of the last place (ULP) of the exact result | where |
//! |---|---|---|
//! | [`exp`](Math::exp) | 1.1 | everywhere, denormal results included |
//! | [`expm1`](Math::expm1) | 2.5 | everywhere |
//! | [`log`](Math::log) | 2.5 | everywhere, denormal arguments included |
//! | [`log1p`](Math::log1p), [`log1p_unit`](Math::log1p_unit) | 2.5 | everywhere; 0 to 1 |
//! | [`tanh`](Math::tanh) | 4 | everywhere |
//! | [`sigmoid`](Math::sigmoid) | 2.5 | everywhere, the lower tail down to the least denormal number |
//! | [`softplus`](Math::softplus) | 3 | everywhere, the lower tail likewise |
//! | [`normal_cdf`](Math::normal_cdf) | 5 | everywhere, the lower tail likewise |
//!
//! NaN gives NaN; at ±∞ every function takes its limit.

mod exponential;
mod logarithm;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod ulp;

use super::coefficients::{COEFFICIENTS, Coefficients, Rational};
use crate::simd::F32x4;
use std::hint::black_box;

/// The elementary functions, holding their table of constants. Make one before a loop, use it inside.
///
/// The table stands behind a reference that the compiler cannot see through. Otherwise every constant becomes a
/// `v128.const` in the loop, which V8 (since its Turboshaft compiler) rebuilds from three instructions at each turn:
/// `exp` then takes twice as long.
#[derive(Clone, Copy, Debug)]
pub struct Math(&'static Coefficients);

impl Default for Math {
    fn default() -> Self {
        Self::new()
    }
}

/// `x` in every lane, hidden from the compiler for the reason given at [`Math`]: for constants of a loop.
#[inline(always)]
pub fn constant(x: f32) -> F32x4 {
    F32x4::splat(black_box(x))
}

impl Math {
    /// The functions.
    #[inline(always)]
    pub fn new() -> Self {
        Self(black_box(&COEFFICIENTS))
    }

    /// 1 in every lane.
    #[inline(always)]
    pub fn one(self) -> F32x4 {
        F32x4::splat(self.0.one)
    }

    /// −|x|.
    #[inline(always)]
    pub(crate) fn negative_abs(self, x: F32x4) -> F32x4 {
        x | F32x4::splat(self.0.sign)
    }

    /// The normal distribution function Φ(x) = ½ erfc(−x / √2), within 5 ULP.
    #[inline(always)]
    pub fn normal_cdf(self, x: F32x4) -> F32x4 {
        let (_, density, above, below) = self.normal_tail(x);
        let tail = density * above / below;
        x.lt(F32x4::zero()).select(tail, self.one() - tail)
    }

    /// a = max(−|x|, −15) and Φ(a) as a fraction: e^(−a²/2) · 2⁶⁴, numerator P and denominator Q · 2⁶⁴ of Φ(a) e^(a²/2).
    ///
    /// a² is taken exactly, as the square of the upper half of a's bits and a rest: rounding it would cost 50 ULP at −14.
    #[inline(always)]
    pub(crate) fn normal_tail(self, x: F32x4) -> (F32x4, F32x4, F32x4, F32x4) {
        let half = F32x4::splat(self.0.half);
        let a = self.negative_abs(x).max_fast(F32x4::splat(self.0.normal_floor));
        let upper = a.shr_bits::<12>().shl_bits::<12>();
        let square = upper * upper * -half;
        let rest = (upper - a) * (upper + a) * half;
        let (density, divisor) = self.exp_scaled(square, rest).fraction();
        let (above, below) = ratio(a, &self.0.normal_tail);
        (a, density, above, below * divisor * F32x4::splat(self.0.two_64))
    }
}

/// Σ c\[i\] xⁱ by Horner's rule.
#[inline(always)]
fn polynomial<const N: usize>(x: F32x4, c: &[f32; N]) -> F32x4 {
    c[..N - 1].iter().rev().fold(F32x4::splat(c[N - 1]), |sum, &c| sum.horner(x, c))
}

/// Numerator and denominator at `x`.
#[inline(always)]
fn ratio<const P: usize, const Q: usize>(x: F32x4, c: &Rational<P, Q>) -> (F32x4, F32x4) {
    (polynomial(x, &c.above), polynomial(x, &c.below))
}

/// eˣ.
#[inline(always)]
pub fn exp(x: F32x4) -> F32x4 {
    Math::new().exp(x)
}

/// ln x.
#[inline(always)]
pub fn log(x: F32x4) -> F32x4 {
    Math::new().log(x)
}

/// ln(1 + x).
#[inline(always)]
pub fn log1p(x: F32x4) -> F32x4 {
    Math::new().log1p(x)
}

/// tanh x.
#[inline(always)]
pub fn tanh(x: F32x4) -> F32x4 {
    Math::new().tanh(x)
}
