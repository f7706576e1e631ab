//! Elementary functions of four floats, in plain multiplications, additions and divisions: the same bits on every target.
//!
//! | function | greatest error found, in units of the last place (ULP) of the exact result | bound that tests hold |
//! |---|---|---|
//! | [`exp`](Math::exp) | 2.003 | 2.1 |
//! | [`expm1`](Math::expm1) | 2.87 (2.45 below 0) | 3 |
//! | [`log`](Math::log) | 1.28 | 1.5 |
//! | [`log1p`](Math::log1p); [`log1p_unit`](Math::log1p_unit) | 1.67; 2.13 | 2; 2.5 |
//! | [`tanh`](Math::tanh) | 4.39 | 4.5 |
//! | [`sigmoid`](Math::sigmoid) | 2.91 | 3 |
//! | [`softplus`](Math::softplus) | 3.65 | 3.75 |
//! | [`normal_cdf`](Math::normal_cdf) | 6.66 | 7 |
//!
//! Found by trying every float32 with 2⁻¹² ≤ |x| < 128; tests sweep all exponents. Denormal arguments and results are no exception:
//! lower tails are right down to the least denormal number.
//! NaN gives NaN; at ±∞ every function takes its limit.

mod exponential;
mod logarithm;
mod normal;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod ulp;

use super::coefficients::{COEFFICIENTS, Coefficients, Rational};
use crate::simd::F32x4;
use std::hint::black_box;

/// What a function has come to between two loops (see [`curve`](super::activation)): an argument reduced to 2ⁿ, perhaps scaled, and r; or a numerator and a
/// denominator.
pub(crate) type Pair = (F32x4, F32x4);

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

    /// The table.
    #[inline(always)]
    pub(crate) fn table(self) -> &'static Coefficients {
        self.0
    }
}

/// Σ c\[i\] xⁱ by Horner's rule.
#[inline(always)]
fn polynomial<const N: usize>(x: F32x4, c: &[f32; N]) -> F32x4 {
    c[..N - 1].iter().rev().fold(F32x4::splat(c[N - 1]), |sum, &c| sum.horner(x, c))
}

/// The same with the coefficients of even and of odd powers apart: half as long a chain. For terms of one sign, where it is as exact.
#[inline(always)]
fn polynomial_in_halves<const E: usize, const O: usize>(x: F32x4, even: &[f32; E], odd: &[f32; O]) -> F32x4 {
    let square = x * x;
    polynomial(square, odd).mul_add(x, polynomial(square, even))
}

/// Numerator and denominator at `x`.
#[inline(always)]
fn ratio<const P: usize, const Q: usize>(x: F32x4, c: &Rational<P, Q>) -> (F32x4, F32x4) {
    (polynomial(x, &c.above), polynomial(x, &c.below))
}
