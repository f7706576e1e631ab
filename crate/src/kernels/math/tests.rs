//! Every function against double precision, over all exponents and densely where it bends.

use super::ulp::{assert_within, evenly, every_exponent};
use super::*;

fn lane(x: F32x4) -> f32 {
    x.to_array()[0]
}

fn sigmoid(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// The bounds are those of the table in the module's documentation.
#[test]
fn errors_are_within_the_stated_bounds() {
    let math = Math::new();
    let check = |name: &str, bound: f64, f: &dyn Fn(F32x4) -> F32x4, exact: fn(f64) -> f64| {
        let dense = [evenly(-1.0, 1.0, 200_000), evenly(-20.0, 20.0, 200_000), evenly(-120.0, 120.0, 200_000)];
        assert_within(name, bound, every_exponent(400_000).chain(dense.into_iter().flatten()), f, exact);
    };
    check("exp", 2.1, &|x| math.exp(x), libm::exp);
    check("expm1", 3.0, &|x| math.expm1(x), libm::expm1);
    check("log", 1.5, &|x| math.log(x), libm::log);
    check("log1p", 2.0, &|x| math.log1p(x), libm::log1p);
    check("tanh", 4.5, &|x| math.tanh(x), libm::tanh);
    check("sigmoid", 3.0, &|x| math.sigmoid(x), sigmoid);
    check("softplus", 3.75, &|x| math.softplus(x), softplus);
    check("normal_cdf", 7.0, &|x| math.normal_cdf(x), normal_cdf);
    let unit = evenly(0.0, 1.0, 400_000).chain(every_exponent(400_000).filter(|x| (0.0..=1.0).contains(x)));
    assert_within("log1p_unit", 2.5, unit, |x| math.log1p_unit(x), libm::log1p);
    let below = evenly(-20.0, 0.0, 400_000).chain(every_exponent(400_000).filter(|&x| x <= 0.0));
    assert_within("expm1_low", 2.5, below, |x| math.expm1_low(math.expm1_reduced(x)), libm::expm1);
}

/// A function's name, the function and its values.
type Row<'a> = (&'a str, &'a dyn Fn(F32x4) -> F32x4, [f32; 5]);

#[test]
fn special_arguments() {
    let math = Math::new();
    let (inf, nan) = (f32::INFINITY, f32::NAN);
    let arguments = [-inf, -0.0, 0.0, inf, nan];
    let ln_2 = std::f32::consts::LN_2;
    let rows: [Row<'_>; 8] = [
        ("exp", &|x| math.exp(x), [0.0, 1.0, 1.0, inf, nan]),
        ("expm1", &|x| math.expm1(x), [-1.0, 0.0, 0.0, inf, nan]),
        ("log", &|x| math.log(x), [nan, -inf, -inf, inf, nan]),
        ("log1p", &|x| math.log1p(x), [nan, 0.0, 0.0, inf, nan]),
        ("tanh", &|x| math.tanh(x), [-1.0, 0.0, 0.0, 1.0, nan]),
        ("sigmoid", &|x| math.sigmoid(x), [0.0, 0.5, 0.5, 1.0, nan]),
        ("softplus", &|x| math.softplus(x), [0.0, ln_2, ln_2, inf, nan]),
        ("normal_cdf", &|x| math.normal_cdf(x), [0.0, 0.5, 0.5, 1.0, nan]),
    ];
    for (name, f, expected) in rows {
        for (x, expected) in arguments.into_iter().zip(expected) {
            let y = lane(f(F32x4::splat(x)));
            assert!(y == expected || y.is_nan() && expected.is_nan(), "{name}({x}) is {y}, not {expected}");
        }
    }
    for x in [-1.0, f32::MIN, -1e-45] {
        assert!(lane(math.log(F32x4::splat(x))).is_nan());
    }
    assert_eq!(lane(math.log1p(F32x4::splat(-1.0))), -inf);
    assert!(lane(math.log1p(F32x4::splat(-1.000_000_1))).is_nan());
}

#[test]
fn the_exponential_overflows_and_vanishes_where_float32_does() {
    let math = Math::new();
    let exp = |x: f32| lane(math.exp(F32x4::splat(x)));
    assert!(exp(88.722_83).is_finite());
    assert_eq!(exp(88.722_84), f32::INFINITY);
    assert_eq!(exp(f32::MAX), f32::INFINITY);
    assert_eq!(exp(-103.9), f32::from_bits(1));
    assert_eq!(exp(-104.0), 0.0);
    assert_eq!(exp(f32::MIN), 0.0);
}

#[test]
fn tanh_is_odd_and_never_beyond_one() {
    let math = Math::new();
    for x in evenly(0.0, 12.0, 500_000).chain(every_exponent(100_000).map(f32::abs)) {
        let y = lane(math.tanh(F32x4::splat(x)));
        assert!((0.0..=1.0).contains(&y), "tanh({x}) is {y}");
        assert_eq!((-y).to_bits(), lane(math.tanh(F32x4::splat(-x))).to_bits());
    }
}
