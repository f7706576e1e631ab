//! Values and derivatives against double precision.

use super::{CASES, Case, derivative, oracle, values};
use crate::kernels::activation::Activation;
use crate::kernels::math::ulp::{around, assert_within, evenly, every_exponent};
use crate::simd::F32x4;

fn lanes(f: &Activation, x: F32x4) -> F32x4 {
    F32x4::from_slice(&values(f, &x.to_array()))
}

#[test]
fn values_are_within_the_stated_bounds() {
    for case in CASES {
        let f = case.activation();
        let dense = [evenly(-4.0, 4.0, 80_000), evenly(-20.0, 20.0, 80_000), evenly(-120.0, 120.0, 80_000)];
        let kinks = [-6.0, -3.0, -1.0, 1.0, 3.0, 6.0].into_iter().flat_map(|kink| around(kink, 50));
        let arguments = every_exponent(150_000).chain(dense.into_iter().flatten()).chain(kinks);
        assert_within(&case.title(), case.error, arguments, |x| lanes(&f, x), |x| oracle::value(&f, x));
    }
}

/// The bound in units of 2⁻²⁴, of the derivative or of 1 if that is more. tanh: twice the error of the value it is taken from.
fn slope_error(case: &Case) -> f64 {
    if case.name == "tanh" { 9.0 } else { 4.0 }
}

#[test]
fn derivatives_are_those_of_finite_differences() {
    for case in CASES {
        let f = case.activation();
        for x in evenly(-30.0, 30.0, 20_000).chain(every_exponent(10_000)) {
            let step = 2e-5 * x.abs().max(1.0);
            if [-6.0_f32, -3.0, -1.0, 0.0, 1.0, 3.0, 6.0].iter().any(|kink| (x - kink).abs() < step) {
                continue;
            }
            let expected = oracle::slope(&f, f64::from(x));
            if expected.abs() > f64::from(f32::MAX) || expected.is_nan() {
                continue;
            }
            let error = (f64::from(derivative(&f, x)) - expected).abs() / expected.abs().max(1.0) * 16_777_216.0;
            assert!(error <= slope_error(case), "{}: the derivative at {x} is {error} · 2⁻²⁴ off", case.title());
        }
    }
}
