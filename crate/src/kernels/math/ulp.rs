//! How tests measure errors: in units of the last place of the exact result.

use crate::simd::{F32x4, LANES};

/// |`got` − `exact`| in units of float32's last place at `exact`; overflow counts as 2¹²⁸. NaN against NaN is 0.
pub(crate) fn ulps(got: f32, exact: f64) -> f64 {
    let overflow = libm::ldexp(1.0, 128);
    if got.is_nan() || exact.is_nan() {
        return if got.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let limit = |x: f64| x.clamp(-overflow, overflow);
    let (got, exact) = (limit(f64::from(got)), limit(exact));
    let exponent = if exact == 0.0 { -126 } else { libm::ilogb(exact).max(-126) };
    (got - exact).abs() / libm::ldexp(1.0, exponent.min(127) - 23)
}

/// Arguments of every exponent and both signs, about `count` of them, with the infinities and the ends of the range.
pub(crate) fn every_exponent(count: u32) -> impl Iterator<Item = f32> {
    let stride = (u32::MAX / count) | 1;
    let ends = [0, 1, 0x7f_ffff, 0x80_0000, 0x7f7f_ffff, 0x7f80_0000].map(f32::from_bits);
    let all = (0..count).map(move |i| f32::from_bits(i.wrapping_mul(stride))).filter(|x| !x.is_nan());
    all.chain(ends).chain(ends.map(|x| -x))
}

/// `count` evenly spaced arguments from `low` to `high`.
pub(crate) fn evenly(low: f32, high: f32, count: u32) -> impl Iterator<Item = f32> {
    (0..=count).map(move |i| (f64::from(low) + f64::from(high - low) * f64::from(i) / f64::from(count)) as f32)
}

/// The floats within `reach` steps of `centre`, which is not zero.
pub(crate) fn around(centre: f32, reach: u32) -> impl Iterator<Item = f32> {
    (0..=2 * reach).map(move |i| f32::from_bits(centre.to_bits() + i - reach))
}

/// The greatest error of `f` against `exact` over `x`, and where.
pub(crate) fn worst(
    x: impl Iterator<Item = f32>,
    f: impl Fn(F32x4) -> F32x4,
    exact: impl Fn(f64) -> f64,
) -> (f64, f32) {
    let x: Vec<f32> = x.collect();
    let mut worst = (0.0, 0.0);
    for group in x.chunks(LANES) {
        for (&x, y) in group.iter().zip(f(F32x4::from_partial(group, 0.0)).to_array()) {
            let error = ulps(y, exact(f64::from(x)));
            if error > worst.0 {
                worst = (error, x);
            }
        }
    }
    worst
}
