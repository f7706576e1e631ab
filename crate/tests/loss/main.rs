//! Losses: one table of checks that every member passes, and what is particular to some.

mod contract;
mod oracle;
mod particular;

use oracle::Sample;
use ravine::kernels::loss::{Batch, Loss, evaluate};
use ravine::spec::{Range, read_all};

/// Reads a member of the family from its name and settings.
fn read(code: usize, settings: &[f64]) -> Loss {
    let words: Vec<f64> = [code as f64].into_iter().chain(settings.iter().copied()).collect();
    read_all(&words, Loss::read).expect("settings lie in their ranges")
}

/// Every member with its defaults, and again with each setting at other values.
fn every_loss() -> Vec<Loss> {
    let mut losses = Vec::new();
    for (code, entry) in Loss::TABLE.iter().enumerate() {
        let defaults: Vec<f64> = entry.params.iter().map(|param| param.default).collect();
        losses.push(read(code, &defaults));
        for (i, param) in entry.params.iter().enumerate() {
            let others: &[f64] = match param.range {
                Range::Flag => &[1.0],
                Range::Unit => &[0.1, 1.0],
                Range::NonNegative => &[0.0, 0.4, 2.5],
                _ => &[0.4, 2.5],
            };
            for &other in others {
                let mut settings = defaults.clone();
                settings[i] = other;
                losses.push(read(code, &settings));
            }
        }
        // Both at once, where there are two.
        if let [Range::Flag, Range::Unit] = entry.params.iter().map(|param| param.range).collect::<Vec<_>>()[..] {
            losses.push(read(code, &[1.0, 0.2]));
        }
    }
    losses
}

/// Value and gradient of a sample.
fn run(loss: &Loss, sample: &Sample, weights: Option<&[f32]>, scale: f32) -> (f64, Vec<f32>) {
    let mut gradient = vec![f32::NAN; sample.y_pred.len()];
    let value = evaluate(loss, &batch(sample, weights), scale, Some(&mut gradient));
    (value, gradient)
}

fn batch<'a>(sample: &'a Sample, weights: Option<&'a [f32]>) -> Batch<'a> {
    let Sample { y_true, y_pred, columns, binary_labels } = sample;
    Batch { y_true, y_pred, weights, columns: *columns, binary_labels: *binary_labels }
}
