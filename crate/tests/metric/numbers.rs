//! Errors of numbers, and the share of variance explained.

use super::{BINARY, Epoch, Labels, epochs};
use ravine::nn::metric::Metric;

#[test]
fn errors_and_the_share_of_variance() {
    for epoch in epochs(Labels::Numbers, &[1, 3, 9]) {
        let columns = epoch.columns as f64;
        let off = |t: &[f32], p: &[f32], power: i32| {
            t.iter().zip(p).map(|(&t, &p)| (f64::from(t) - f64::from(p)).abs().powi(power)).sum::<f64>() / columns
        };
        let squared = epoch.mean(|t, p| off(t, p, 2));
        epoch.check(Metric::MeanAbsoluteError {}, &BINARY, epoch.mean(|t, p| off(t, p, 1)));
        epoch.check(Metric::MeanSquaredError {}, &BINARY, squared);
        epoch.check(Metric::RootMeanSquaredError {}, &BINARY, squared.sqrt());
        let r2 = (0..epoch.columns).map(|j| {
            let mean = epoch.mean(|t, _| f64::from(t[j]));
            let spread = epoch.mean(|t, _| (f64::from(t[j]) - mean).powi(2));
            1.0 - epoch.mean(|t, p| (f64::from(t[j]) - f64::from(p[j])).powi(2)) / spread
        });
        epoch.check(Metric::R2 {}, &BINARY, r2.sum::<f64>() / columns);
    }
}

#[test]
fn the_share_of_variance_survives_an_offset_and_a_constant_label() {
    // Labels near a million: the difference of the sums of squares would keep no digit in single and few in double precision.
    let labels: Vec<f32> = (0..64).map(|i| 1e6 + (i % 8) as f32 * 0.125).collect();
    let scores: Vec<f32> =
        labels.iter().enumerate().map(|(i, t)| t + if i % 2 == 0 { 0.125 } else { -0.125 }).collect();
    let epoch = Epoch { labels, scores, weights: vec![1.0; 64], label_columns: 1, columns: 1 };
    // The variance of 0 … 7 is 5.25.
    epoch.check(Metric::R2 {}, &BINARY, 1.0 - 1.0 / 5.25);
    let constant = |scores: &[f32]| Epoch {
        labels: vec![0.1; 3],
        scores: scores.to_vec(),
        weights: vec![0.7, 1.1, 0.3],
        label_columns: 1,
        columns: 1,
    };
    constant(&[0.1; 3]).check(Metric::R2 {}, &BINARY, 1.0);
    constant(&[0.1, 0.1, 0.2]).check(Metric::R2 {}, &BINARY, 0.0);
}
