//! What every loss does.

use super::oracle::{Sample, row_loss, sample};
use super::{batch, every_loss, run};
use ravine::kernels::loss::{Loss, evaluate};

const ROWS: [usize; 6] = [1, 2, 3, 4, 5, 9];

fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&x| f64::from(x)).collect()
}

fn weights(rows: usize) -> Vec<f32> {
    (0..rows).map(|row| [0.5, 2.0, 0.0, 1.25][row % 4]).collect()
}

/// The rows' losses, and their derivatives by central differences, all in double precision.
fn expected(loss: &Loss, sample: &Sample) -> Vec<(f64, Vec<f64>)> {
    let label_columns = loss.label_columns(sample.columns);
    let (y_true, y_pred) = (wide(&sample.y_true), wide(&sample.y_pred));
    y_true
        .chunks(label_columns)
        .zip(y_pred.chunks(sample.columns))
        .map(|(t, p)| {
            let at = |p: &[f64]| row_loss(loss, t, p, sample.binary_labels);
            let derivative = |j: usize| {
                let moved = |step: f64| {
                    let mut p = p.to_vec();
                    p[j] += step;
                    at(&p)
                };
                (moved(1e-6) - moved(-1e-6)) / 2e-6
            };
            (at(p), (0..p.len()).map(derivative).collect())
        })
        .collect()
}

fn check(loss: &Loss, sample: &Sample, weights: Option<&[f32]>) {
    let rows = sample.y_pred.len() / sample.columns;
    let scale = 1.0 / rows as f32;
    let (value, gradient) = run(loss, sample, weights, scale);
    let oracle = expected(loss, sample);
    let weight = |row: usize| weights.map_or(1.0, |weights| f64::from(weights[row]));
    let total: f64 = oracle.iter().enumerate().map(|(row, (loss, _))| weight(row) * loss).sum();
    let size: f64 = oracle.iter().enumerate().map(|(row, (loss, _))| weight(row) * (loss.abs() + 0.1)).sum();
    assert!((value - total).abs() <= 2e-6 * size, "{loss:?} {rows}×{}: {value} {total}", sample.columns);
    for (row, (_, slopes)) in oracle.iter().enumerate() {
        let largest = slopes.iter().fold(0.0, |a: f64, b| a.max(b.abs()));
        for (j, slope) in slopes.iter().enumerate() {
            let factor = weight(row) / rows as f64;
            let got = f64::from(gradient[row * sample.columns + j]);
            // The differences' own error is about 1e-10; a few derivatives are a small difference of numbers near 1.
            let bar = factor * (1e-5 * largest + 1e-6);
            assert!(
                (got - factor * slope).abs() <= bar,
                "{loss:?} {rows}×{} at ({row}, {j}): {got} {}",
                sample.columns,
                factor * slope
            );
        }
    }
}

#[test]
fn values_and_gradients_agree_with_the_oracle_at_every_width() {
    for loss in every_loss() {
        for columns in 1..=17 {
            for rows in ROWS {
                for seed in 0..2 {
                    let sample = sample(&loss, rows, columns, seed);
                    check(&loss, &sample, None);
                    check(&loss, &sample, Some(&weights(rows)));
                }
            }
        }
        let sample = sample(&loss, 3, 300, 4);
        check(&loss, &sample, Some(&weights(3)));
    }
}

#[test]
fn the_value_is_the_same_without_a_gradient() {
    for loss in every_loss() {
        for columns in [1, 3, 4, 10] {
            let sample = sample(&loss, 5, columns, 2);
            let weights = weights(5);
            let (value, _) = run(&loss, &sample, Some(&weights), 0.2);
            assert_eq!(
                evaluate(&loss, &batch(&sample, Some(&weights)), 0.2, None).to_bits(),
                value.to_bits(),
                "{loss:?}"
            );
        }
    }
}

#[test]
fn a_row_is_the_same_in_any_batch() {
    for loss in every_loss() {
        for columns in [1, 2, 5, 8] {
            let whole = sample(&loss, 7, columns, 6);
            let (value, gradient) = run(&loss, &whole, None, 1.0);
            let label_columns = loss.label_columns(columns);
            let mut sum = 0.0;
            for row in 0..7 {
                let one = Sample {
                    y_true: whole.y_true[row * label_columns..][..label_columns].to_vec(),
                    y_pred: whole.y_pred[row * columns..][..columns].to_vec(),
                    ..whole.clone()
                };
                let (part, slopes) = run(&loss, &one, None, 1.0);
                sum += part;
                assert_eq!(slopes, gradient[row * columns..][..columns], "{loss:?}");
            }
            assert!((sum - value).abs() <= 1e-6 * (value.abs() + 1.0), "{loss:?}: {sum} {value}");
        }
    }
}

#[test]
fn a_nan_goes_through() {
    for loss in every_loss() {
        for columns in [1, 3, 6] {
            for place in 0..2 * columns {
                let mut sample = sample(&loss, 2, columns, 3);
                sample.y_pred[place] = f32::NAN;
                assert!(run(&loss, &sample, None, 1.0).0.is_nan(), "{loss:?} {columns} {place}");
            }
        }
    }
}

#[test]
fn no_rows_have_no_loss() {
    for loss in every_loss() {
        let none = sample(&loss, 0, 3, 0);
        assert_eq!(run(&loss, &none, None, 1.0), (0.0, vec![]), "{loss:?}");
    }
}
