//! How tests measure errors: in units of the last place (ULP) of the exact result.

use crate::simd::{F32x4, LANES};

/// |`got` − `exact`| in units of float32's last place at `exact`; what overflows counts as 2¹²⁸. NaN for NaN is right.
pub(crate) fn ulps(got: f32, exact: f64) -> f64 {
    if got.is_nan() || exact.is_nan() {
        return if got.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let overflow = libm::ldexp(1.0, 128);
    let (got, exact) = (f64::from(got).clamp(-overflow, overflow), exact.clamp(-overflow, overflow));
    let exponent = if exact == 0.0 { -126 } else { libm::ilogb(exact).clamp(-126, 127) };
    (got - exact).abs() / libm::ldexp(1.0, exponent - 23)
}

/// About `count` finite arguments of every exponent and both signs, with the ends of the range.
pub(crate) fn every_exponent(count: u32) -> impl Iterator<Item = f32> {
    let stride = (u32::MAX / count) | 1;
    let ends = [0, 1, 0x7f_ffff, 0x80_0000, 0x7f7f_ffff].map(f32::from_bits);
    let all = (0..count).map(move |i| f32::from_bits(i.wrapping_mul(stride)));
    all.chain(ends).chain(ends.map(|x| -x)).filter(|x| x.is_finite())
}

/// `count` evenly spaced arguments from `low` to `high`.
pub(crate) fn evenly(low: f32, high: f32, count: u32) -> impl Iterator<Item = f32> {
    (0..=count).map(move |i| (f64::from(low) + f64::from(high - low) * f64::from(i) / f64::from(count)) as f32)
}

/// The floats within `reach` steps of `centre`, which is not zero.
pub(crate) fn around(centre: f32, reach: u32) -> impl Iterator<Item = f32> {
    (0..=2 * reach).map(move |i| f32::from_bits(centre.to_bits() - reach + i))
}

/// Asserts that `f` is within `bound` ULP of `exact` at every argument; names the worst place.
pub(crate) fn assert_within(
    name: &str,
    bound: f64,
    arguments: impl Iterator<Item = f32>,
    f: impl Fn(F32x4) -> F32x4,
    exact: impl Fn(f64) -> f64,
) {
    let arguments: Vec<f32> = arguments.collect();
    let mut worst = (0.0, 0.0);
    for group in arguments.chunks(LANES) {
        for (&x, y) in group.iter().zip(f(F32x4::from_partial(group, 0.0)).to_array()) {
            let error = ulps(y, exact(f64::from(x)));
            if error > worst.0 {
                worst = (error, x);
            }
        }
    }
    assert!(worst.0 <= bound, "{name}: {} ULP at {:?}, the bound is {bound}", worst.0, worst.1);
}
