//! What is particular to some losses: fusion, stability, kinks, classes that do not exist.

use super::oracle::{Sample, sample};
use super::{read, run};
use ravine::kernels::loss::{Loss, labels_are_binary};

fn rows(y_true: &[f32], y_pred: &[f32], columns: usize) -> Sample {
    Sample { y_true: y_true.to_vec(), y_pred: y_pred.to_vec(), columns, binary_labels: labels_are_binary(y_true) }
}

fn binary(from_logits: f64) -> Loss {
    Loss::BinaryCrossentropy { from_logits, label_smoothing: 0.0 }
}

fn categorical(from_logits: f64) -> Loss {
    Loss::CategoricalCrossentropy { from_logits, label_smoothing: 0.0 }
}

fn close(a: &[f32], b: &[f64], bar: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (f64::from(*a) - b).abs() <= bar * (1.0 + b.abs()))
}

#[test]
fn softmax_and_cross_entropy_fuse() {
    for loss in [
        categorical(0.0),
        Loss::CategoricalCrossentropy { from_logits: 0.0, label_smoothing: 0.2 },
        Loss::SparseCategoricalCrossentropy { from_logits: 0.0 },
    ] {
        let fused = loss.on_logits(true, false).expect("fuses with softmax");
        assert_eq!((loss.on_logits(false, true), fused.on_logits(true, true)), (None, None));
        for columns in [2, 3, 4, 7, 12] {
            // Within ±4.5, so that no probability is clipped.
            let mut logits = sample(&fused, 6, columns, 1);
            logits.y_pred.iter_mut().for_each(|x| *x *= 0.5);
            let mut probabilities = logits.clone();
            for row in probabilities.y_pred.chunks_mut(columns) {
                let powers: Vec<f64> = row.iter().map(|&x| f64::from(x).exp()).collect();
                let sum: f64 = powers.iter().sum();
                row.iter_mut().zip(powers).for_each(|(x, power)| *x = (power / sum) as f32);
            }
            let (fused_value, fused_slopes) = run(&fused, &logits, None, 0.5);
            let (value, slopes) = run(&loss, &probabilities, None, 0.5);
            assert!((value - fused_value).abs() < 1e-5 * value, "{value} {fused_value}");
            // Back through the softmax: s · (g − Σ s·g).
            let chained = slopes.chunks(columns).zip(probabilities.y_pred.chunks(columns)).flat_map(|(g, s)| {
                let product = |g: f32, s: f32| f64::from(g) * f64::from(s);
                let along: f64 = g.iter().zip(s).map(|(&g, &s)| product(g, s)).sum();
                g.iter().zip(s).map(move |(&g, &s)| product(g, s) - along * f64::from(s)).collect::<Vec<_>>()
            });
            assert!(close(&fused_slopes, &chained.collect::<Vec<_>>(), 2e-6), "{loss:?}");
        }
    }
}

#[test]
fn sigmoid_and_cross_entropy_fuse() {
    let loss = Loss::BinaryCrossentropy { from_logits: 0.0, label_smoothing: 0.1 };
    let fused = loss.on_logits(false, true).expect("fuses with sigmoid");
    assert_eq!((loss.on_logits(true, false), fused.on_logits(true, true)), (None, None));
    assert_eq!(Loss::MeanSquaredError {}.on_logits(true, true), None);
    let logits = sample(&fused, 9, 3, 0);
    let mut probabilities = logits.clone();
    probabilities.y_pred.iter_mut().for_each(|x| *x = (1.0 / (1.0 + f64::from(-*x).exp())) as f32);
    let (fused_value, fused_slopes) = run(&fused, &logits, None, 1.0);
    let (value, slopes) = run(&loss, &probabilities, None, 1.0);
    // Near 1 a probability in single precision knows its distance from 1 to four digits only, for the largest logit drawn.
    assert!((value - fused_value).abs() < 1e-4 * value, "{value} {fused_value}");
    let chained: Vec<f64> = slopes
        .iter()
        .zip(&probabilities.y_pred)
        .map(|(&g, &s)| f64::from(g) * f64::from(s) * (1.0 - f64::from(s)))
        .collect();
    assert!(close(&fused_slopes, &chained, 1e-6));
}

#[test]
fn large_logits_do_not_overflow() {
    let extreme = rows(&[0.0, 1.0, 0.0, 1.0], &[1000.0, -1000.0, -1000.0, 1000.0], 2);
    assert_eq!(run(&categorical(1.0), &extreme, None, 1.0), (2000.0, vec![1.0, -1.0, 0.0, 0.0]));
    assert_eq!(run(&binary(1.0), &extreme, None, 2.0), (1000.0, vec![1.0, -1.0, 0.0, 0.0]));
    let classes = rows(&[1.0, 1.0], &[1000.0, -1000.0, -1000.0, 1000.0], 2);
    let sparse = Loss::SparseCategoricalCrossentropy { from_logits: 1.0 };
    assert_eq!(run(&sparse, &classes, None, 1.0), (2000.0, vec![1.0, -1.0, 0.0, 0.0]));
    let (value, slopes) = run(&Loss::LogCosh {}, &rows(&[0.0, 0.0], &[1000.0, -1000.0], 1), None, 1.0);
    assert!((value - 2.0 * (1000.0 - std::f64::consts::LN_2)).abs() < 1e-3);
    assert_eq!(slopes, [1.0, -1.0]);
}

#[test]
fn a_logit_of_minus_infinity_is_a_class_ruled_out() {
    let (value, slopes) = run(&categorical(1.0), &rows(&[0.0, 0.0, 1.0], &[f32::NEG_INFINITY, 0.0, 1.0], 3), None, 1.0);
    let odds = 1.0 / (1.0 + 1.0_f64.exp());
    assert!((value + (1.0 - odds).ln()).abs() < 1e-6);
    assert!(close(&slopes, &[0.0, odds, -odds], 1e-6));
}

#[test]
fn saturated_probabilities_are_finite() {
    let (value, slopes) = run(&binary(0.0), &rows(&[1.0, 0.0, 1.0, 0.0], &[0.0, 1.0, 1.0, 0.0], 1), None, 1.0);
    assert_eq!((value, &slopes[..]), (200.0, &[-1e12, 1e12, 0.0, 0.0][..]));
    let (value, slopes) = run(&categorical(0.0), &rows(&[0.0, 1.0, 0.0], &[1.0, 0.0, 0.0], 3), None, 1.0);
    assert!((value + 1e-7_f64.ln()).abs() < 1e-5);
    // The right class is clipped: its derivative is 0, and so is that of the sum.
    assert_eq!(slopes, [0.0; 3]);
    let (value, slopes) = run(&categorical(0.0), &rows(&[1.0, 0.0], &[2.0, 1e-5], 2), None, 1.0);
    assert!((value - 5e-6).abs() < 1e-7 && close(&slopes, &[-2.5e-6, 1.0 / 2.00001], 1e-7), "{value} {slopes:?}");
}

#[test]
fn small_errors_keep_their_digits() {
    for error in [1e-4_f32, 0.01, 0.3, 0.49, 0.51, 0.7] {
        let (value, _) = run(&Loss::LogCosh {}, &rows(&[0.0], &[error], 1), None, 1.0);
        // cosh x = 1 + 2 sinh²(x/2), which loses nothing.
        let expected = (2.0 * (f64::from(error) / 2.0).sinh().powi(2)).ln_1p();
        assert!((value - expected).abs() < 1e-6 * expected, "{error}: {value} {expected}");
    }
}

#[test]
fn kinks() {
    let slopes = |loss: &Loss, y_true: &[f32], y_pred: &[f32]| run(loss, &rows(y_true, y_pred, 1), None, 1.0).1;
    assert_eq!(slopes(&Loss::MeanAbsoluteError {}, &[2.0; 3], &[1.0, 2.0, 3.0]), [-1.0, 0.0, 1.0]);
    assert_eq!(slopes(&Loss::MeanAbsolutePercentageError {}, &[2.0], &[2.0]), [0.0]);
    assert_eq!(slopes(&Loss::Huber { delta: 0.5 }, &[0.0; 4], &[-0.5, 0.5, -0.75, 0.25]), [-0.5, 0.5, -0.5, 0.25]);
    assert_eq!(slopes(&Loss::SmoothL1 { beta: 0.5 }, &[0.0; 4], &[-0.5, 0.5, -0.75, 0.25]), [-1.0, 1.0, -1.0, 0.5]);
    for beta in [0.0, 1e-300, 1e-40] {
        assert_eq!(slopes(&Loss::SmoothL1 { beta }, &[0.0; 3], &[-0.5, 0.0, 3.0]), [-1.0, 0.0, 1.0]);
    }
    for loss in [Loss::Hinge {}, Loss::SquaredHinge {}] {
        assert_eq!(slopes(&loss, &[1.0, -1.0], &[1.0, -1.0]), [0.0, 0.0]);
    }
    let hinge = run(&Loss::CategoricalHinge {}, &rows(&[1.0, 0.0, 0.0], &[0.5, 0.25, 0.25], 3), None, 1.0);
    assert_eq!(hinge, (0.75, vec![-1.0, 1.0, 0.0]));
    let zero = run(&Loss::CosineSimilarity {}, &rows(&[3.0, 4.0], &[0.0, 0.0], 2), None, 1.0);
    assert!(zero.0 == 0.0 && close(&zero.1, &[-0.6e7, -0.8e7], 1e-6));
}

#[test]
fn hinges_read_labels_of_0_and_1_as_signs() {
    assert!(labels_are_binary(&[0.0, 1.0, 1.0]) && labels_are_binary(&[1.0]));
    assert!(!labels_are_binary(&[-1.0, 1.0]) && !labels_are_binary(&[0.5]) && !labels_are_binary(&[f32::NAN]));
    for loss in [Loss::Hinge {}, Loss::SquaredHinge {}] {
        let predictions = [0.3, -0.2, 2.0, -3.0];
        let zeros = run(&loss, &rows(&[0.0, 1.0, 0.0, 1.0], &predictions, 2), None, 1.0);
        assert_eq!(zeros, run(&loss, &rows(&[-1.0, 1.0, -1.0, 1.0], &predictions, 2), None, 1.0));
    }
}

#[test]
fn a_class_that_does_not_exist_spoils_its_row_alone() {
    for from_logits in [0.0, 1.0] {
        let loss = Loss::SparseCategoricalCrossentropy { from_logits };
        assert_eq!((loss.class_columns(3), loss.label_columns(3)), (Some(3), 1));
        for class in [-1.0, 3.0, 0.5, 1e30, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let (value, slopes) = run(&loss, &rows(&[0.0, class, 2.0], &[0.2; 9], 3), None, 1.0);
            assert!(value.is_nan());
            assert!(slopes.iter().enumerate().all(|(i, x)| x.is_nan() == (3..6).contains(&i)), "{class}: {slopes:?}");
        }
    }
    assert_eq!((categorical(0.0).class_columns(3), categorical(0.0).label_columns(3)), (None, 3));
}

#[test]
fn names_and_defaults_are_those_of_the_public_contract() {
    let entry = |name: &str| {
        let code = Loss::TABLE.iter().position(|entry| entry.name == name).expect("a known name");
        let defaults: Vec<f64> = Loss::TABLE[code].params.iter().map(|param| param.default).collect();
        read(code, &defaults)
    };
    assert_eq!(Loss::TABLE.len(), 16);
    assert_eq!(entry("huber"), Loss::Huber { delta: 1.0 });
    assert_eq!(entry("smoothL1"), Loss::SmoothL1 { beta: 1.0 });
    assert_eq!(entry("binaryCrossentropy"), binary(0.0));
    assert_eq!(entry("categoricalCrossentropy"), categorical(0.0));
    assert_eq!(entry("sparseCategoricalCrossentropy"), Loss::SparseCategoricalCrossentropy { from_logits: 0.0 });
}
