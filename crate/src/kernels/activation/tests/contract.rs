//! What every activation promises.

use super::{CASES, derivative, gradients, oracle, saved, values};
use crate::kernels::activation::{Activation, BLOCK, backward, backward_in_place, forward, forward_in_place};

fn bits(x: &[f32]) -> Vec<u32> {
    x.iter().map(|x| x.to_bits()).collect()
}

/// Arguments of both signs and many sizes.
fn arguments(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 37 % 101) as f32 - 50.0) * [0.01, 0.1, 1.0][i % 3]).collect()
}

#[test]
fn every_member_has_a_case() {
    for entry in Activation::TABLE {
        let row_wise = ["softmax", "logSoftmax"].contains(&entry.name);
        let cases: Vec<_> = CASES.iter().filter(|case| case.name == entry.name).collect();
        assert!(row_wise == cases.is_empty(), "{} has no case", entry.name);
        assert!(cases.iter().all(|case| case.settings.len() == entry.params.len() && !case.activation().is_row_wise()));
    }
}

#[test]
fn nan_goes_through() {
    for case in CASES {
        let f = case.activation();
        assert!(values(&f, &[f32::NAN, -f32::NAN]).iter().all(|y| y.is_nan()), "{}", case.title());
        assert!(derivative(&f, f32::NAN).is_nan() || f.is_linear(), "{}", case.title());
        assert!(gradients(&f, &[0.5], &[f32::NAN])[0].is_nan(), "{}", case.title());
    }
}

#[test]
fn limits_are_the_mathematical_ones() {
    for case in CASES {
        let f = case.activation();
        for (sign, slope) in [-1.0, 1.0].into_iter().zip(case.ends) {
            let limit = oracle::value(&f, f64::from(sign) * 1e30);
            let expected = if limit.abs() > 1e20 { (limit.signum() * f64::INFINITY) as f32 } else { limit as f32 };
            let x = sign * f32::INFINITY;
            assert_eq!(values(&f, &[x])[0], expected, "{} at {x}", case.title());
            assert_eq!(derivative(&f, x), slope, "{}: the derivative at {x}", case.title());
        }
    }
}

#[test]
fn derivatives_at_kinks_are_as_documented() {
    for case in CASES {
        let f = case.activation();
        for &(x, slope) in case.kinks {
            let found = derivative(&f, x);
            assert!((found - slope).abs() <= 2.0 * f32::EPSILON, "{}: f'({x}) is {found}, not {slope}", case.title());
            if x == 0.0 {
                assert_eq!(derivative(&f, -0.0), found, "{} at −0", case.title());
            }
        }
    }
}

#[test]
fn an_element_is_the_same_wherever_it_stands() {
    let x = arguments(40);
    let upstream: Vec<f32> = x.iter().map(|x| 0.25 - x).collect();
    for case in CASES {
        let f = case.activation();
        let (y, g) = (values(&f, &x), gradients(&f, &x, &upstream));
        for length in 0..=17 {
            for first in [0, 1, 2, 3, 22] {
                let part = first..first + length;
                assert_eq!(bits(&values(&f, &x[part.clone()])), bits(&y[part.clone()]), "{}", case.title());
                let alone = gradients(&f, &x[part.clone()], &upstream[part.clone()]);
                assert_eq!(bits(&alone), bits(&g[part]), "{}", case.title());
            }
        }
    }
}

#[test]
fn all_forms_agree() {
    let x = arguments(2 * BLOCK + 7);
    let upstream: Vec<f32> = x.iter().map(|x| 0.25 - x).collect();
    for case in CASES {
        let f = case.activation();
        let (mut y, expected) = (vec![f32::NAN; x.len()], values(&f, &x));
        forward(&f, 1, &x, &mut y);
        assert_eq!(bits(&y), bits(&expected), "{}", case.title());

        let (saved, gradient) = (saved(&f, &x), gradients(&f, &x, &upstream));
        let (mut written, mut added) = (vec![f32::NAN; x.len()], x.clone());
        backward(&f, 1, &saved, &upstream, &mut written, false);
        backward(&f, 1, &saved, &upstream, &mut added, true);
        assert_eq!(bits(&written), bits(&gradient), "{}", case.title());
        let sums: Vec<f32> = x.iter().zip(&gradient).map(|(x, g)| x + g).collect();
        assert_eq!(bits(&added), bits(&sums), "{}", case.title());

        let slopes = gradients(&f, &x, &vec![1.0; x.len()]);
        for ((gradient, slope), upstream) in gradient.iter().zip(&slopes).zip(&upstream) {
            assert!((gradient - slope * upstream).abs() <= 2e-7 * gradient.abs(), "{}", case.title());
        }
    }
}

#[test]
fn rows_are_dispatched() {
    let x = arguments(30);
    for (activation, rows) in [
        (Activation::Softmax {}, crate::kernels::softmax::Rows::Softmax),
        (Activation::LogSoftmax {}, crate::kernels::softmax::Rows::LogSoftmax),
    ] {
        assert!(activation.is_row_wise() && !activation.needs_input());
        let (mut y, mut expected) = (vec![0.0; 30], x.clone());
        forward(&activation, 10, &x, &mut y);
        rows.forward(10, &mut expected);
        assert_eq!(y, expected);
        let (mut g, mut written) = (x.clone(), vec![0.0; 30]);
        backward_in_place(&activation, 10, &y, &mut g);
        backward(&activation, 10, &y, &x, &mut written, false);
        let mut expected = x.clone();
        rows.backward_in_place(10, &y, &mut expected);
        assert_eq!(g, expected);
        assert_eq!(written, expected);
    }
}

#[test]
fn only_linear_is_linear() {
    assert_eq!(
        CASES.iter().filter(|case| case.activation().is_linear()).map(|case| case.name).collect::<Vec<_>>(),
        ["linear"]
    );
}

#[test]
#[should_panic(expected = "have the same length")]
fn lengths_must_agree_forward() {
    forward(&Activation::Relu {}, 1, &[0.0; 3], &mut [0.0; 4]);
}

#[test]
#[should_panic(expected = "have the same length")]
fn lengths_must_agree_backward() {
    backward_in_place(&Activation::Relu {}, 1, &[0.0; 4], &mut [0.0; 5]);
}

#[test]
#[should_panic(expected = "whole rows")]
fn rows_must_be_whole() {
    forward_in_place(&Activation::Softmax {}, 4, &mut [0.0; 6]);
}
