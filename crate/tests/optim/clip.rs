//! Gradient clipping.

use crate::run::{bits, gradient, noise};
use ravine::optim::clip::{GlobalNorm, by_factor, by_value};

fn norm(gradient: &[f32]) -> GlobalNorm {
    let mut norm = GlobalNorm::default();
    norm.add(gradient);
    norm
}

#[test]
fn values_are_bounded_and_nan_stays() {
    for length in 0..=17 {
        let mut g: Vec<f32> = (0..length).map(|i| 4.0 * noise(i, 1)).collect();
        let expected: Vec<f32> = g.iter().map(|x| x.clamp(-1.5, 1.5)).collect();
        by_value(&mut g, 1.5);
        assert_eq!(bits(&g), bits(&expected), "{length}");
    }
    let mut g = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, 1e-40, f32::NAN];
    by_value(&mut g, 0.5);
    assert!(g[0].is_nan() && g[5].is_nan());
    assert_eq!(bits(&g[1..5]), bits(&[0.5, -0.5, -0.0, 1e-40]));
}

#[test]
fn norms_agree_with_a_plain_sum() {
    for length in 0..=67 {
        let g = gradient(length, 3);
        let expected = g.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
        assert!((norm(&g).value() - expected).abs() <= 1e-14 * expected, "{length}");
    }
    assert_eq!(norm(&[3e38, 2e38, 0.0]).value(), f64::hypot(f64::from(3e38_f32), f64::from(2e38_f32)));
    let smallest = f32::from_bits(1);
    assert_eq!(norm(&[smallest]).value(), f64::from(smallest), "squares do not vanish");
}

#[test]
fn norms_have_the_same_bits_however_the_ranges_are_cut() {
    let g = gradient(100, 5);
    let whole = norm(&g).value();
    for first in 0..=20 {
        for second in 0..=20 {
            let mut cut = GlobalNorm::default();
            cut.add(&g[..first]);
            cut.add(&g[first..first + second]);
            cut.add(&[]);
            cut.add(&g[first + second..]);
            assert_eq!(cut.value().to_bits(), whole.to_bits(), "{first} + {second}");
        }
    }
}

#[test]
fn only_a_larger_norm_is_brought_down_and_exactly() {
    let g = [3.0, 4.0];
    assert_eq!(norm(&g).factor(5.0), None);
    assert_eq!(norm(&g).factor(6.0), None);
    assert_eq!(norm(&g).factor(2.0), Some(0.4));
    assert_eq!(norm(&[]).factor(1.0), None);
    assert_eq!(norm(&[0.0; 9]).factor(0.0), None);
    for length in 1..=17 {
        let mut scaled = gradient(length, 0);
        let expected: Vec<f32> = scaled.iter().map(|x| x * 0.4).collect();
        by_factor(&mut scaled, 0.4);
        assert_eq!(bits(&scaled), bits(&expected), "{length}");
    }
}

#[test]
fn a_norm_that_is_not_finite_empties_nothing() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut g = [1.0, bad, 3.0, 4.0, 5.0];
        let factor = norm(&g).factor(1.0).expect("a factor");
        assert!(factor.is_nan());
        by_factor(&mut g, factor);
        assert!(g.iter().all(|x| x.is_nan()));
    }
}
