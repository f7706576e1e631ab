//! Each loss in double precision, written as its formula reads, and data at which it is smooth.

use ravine::kernels::loss::Loss;
use ravine::rng::{Purpose, Sequence, Stream};

/// Labels and predictions of some rows.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub y_true: Vec<f32>,
    pub y_pred: Vec<f32>,
    pub columns: usize,
    pub binary_labels: bool,
}

const EPSILON: f64 = 1e-7;

fn mean(terms: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = terms.len() as f64;
    terms.sum::<f64>() / n
}

fn log_sum_exp(x: &[f64]) -> f64 {
    let top = x.iter().copied().fold(f64::MIN, f64::max);
    top + x.iter().map(|x| (x - top).exp()).sum::<f64>().ln()
}

fn categorical(t: &[f64], p: &[f64], from_logits: bool) -> f64 {
    let log = |p: &[f64]| -> Vec<f64> {
        if from_logits {
            let all = log_sum_exp(p);
            p.iter().map(|p| p - all).collect()
        } else {
            let sum: f64 = p.iter().sum();
            p.iter().map(|p| (p / sum).clamp(EPSILON, 1.0 - EPSILON).ln()).collect()
        }
    };
    -t.iter().zip(log(p)).map(|(t, log)| if *t == 0.0 { 0.0 } else { t * log }).sum::<f64>()
}

/// The loss of one row.
pub(crate) fn row_loss(loss: &Loss, t: &[f64], p: &[f64], binary_labels: bool) -> f64 {
    let pairs = || t.iter().copied().zip(p.iter().copied());
    let signs = || pairs().map(move |(t, p)| (if binary_labels { 2.0 * t - 1.0 } else { t }, p));
    let smooth = |s: f64, classes: f64| t.iter().map(|t| t * (1.0 - s) + s / classes).collect::<Vec<_>>();
    match *loss {
        Loss::MeanSquaredError {} => mean(pairs().map(|(t, p)| (p - t).powi(2))),
        Loss::MeanAbsoluteError {} => mean(pairs().map(|(t, p)| (p - t).abs())),
        Loss::Huber { delta } => mean(pairs().map(|(t, p)| {
            let e = (p - t).abs();
            if e <= delta { 0.5 * e * e } else { delta * e - 0.5 * delta * delta }
        })),
        Loss::SmoothL1 { beta } => mean(pairs().map(|(t, p)| {
            let e = (p - t).abs();
            if e < beta { 0.5 * e * e / beta } else { e - 0.5 * beta }
        })),
        Loss::LogCosh {} => mean(pairs().map(|(t, p)| (p - t).cosh().ln())),
        Loss::MeanAbsolutePercentageError {} => {
            100.0 * mean(pairs().map(|(t, p)| (t - p).abs() / t.abs().max(EPSILON)))
        }
        Loss::MeanSquaredLogarithmicError {} => {
            mean(pairs().map(|(t, p)| ((p.max(EPSILON) + 1.0).ln() - (t.max(EPSILON) + 1.0).ln()).powi(2)))
        }
        Loss::BinaryCrossentropy { from_logits, label_smoothing } => {
            mean(smooth(label_smoothing, 2.0).into_iter().zip(p).map(|(t, &p)| {
                if from_logits == 0.0 {
                    -(t * p.ln().max(-100.0) + (1.0 - t) * (-p).ln_1p().max(-100.0))
                } else {
                    p.max(0.0) - p * t + (-p.abs()).exp().ln_1p()
                }
            }))
        }
        Loss::CategoricalCrossentropy { from_logits, label_smoothing } => {
            categorical(&smooth(label_smoothing, p.len() as f64), p, from_logits != 0.0)
        }
        Loss::SparseCategoricalCrossentropy { from_logits } => {
            let one_hot: Vec<f64> = (0..p.len()).map(|j| f64::from(j as f64 == t[0])).collect();
            categorical(&one_hot, p, from_logits != 0.0)
        }
        Loss::Hinge {} => mean(signs().collect::<Vec<_>>().into_iter().map(|(t, p)| (1.0 - t * p).max(0.0))),
        Loss::SquaredHinge {} => {
            mean(signs().collect::<Vec<_>>().into_iter().map(|(t, p)| (1.0 - t * p).max(0.0).powi(2)))
        }
        Loss::CategoricalHinge {} => {
            let right: f64 = pairs().map(|(t, p)| t * p).sum();
            let wrong = pairs().map(|(t, p)| (1.0 - t) * p).fold(f64::MIN, f64::max);
            (1.0 + wrong - right).max(0.0)
        }
        Loss::KlDivergence {} => {
            pairs().map(|(t, p)| (t.clamp(EPSILON, 1.0), p.clamp(EPSILON, 1.0))).map(|(t, p)| t * (t / p).ln()).sum()
        }
        Loss::Poisson {} => mean(pairs().map(|(t, p)| p - t * (p + EPSILON).ln())),
        Loss::CosineSimilarity {} => {
            let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt().max(EPSILON);
            -pairs().map(|(t, p)| t * p).sum::<f64>() / (norm(t) * norm(p))
        }
    }
}

/// Uniform numbers.
struct Source(Sequence);

impl Source {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.uniform()
    }

    fn list(&mut self, n: usize, low: f64, high: f64) -> Vec<f64> {
        (0..n).map(|_| self.between(low, high)).collect()
    }

    fn one_hot(&mut self, n: usize) -> Vec<f64> {
        let class = self.0.below(n as u32) as usize;
        (0..n).map(|j| f64::from(j == class)).collect()
    }
}

/// Random rows away from the loss's kinks. Odd seeds have labels that are soft, or signs, where the loss allows both.
pub(crate) fn sample(loss: &Loss, rows: usize, columns: usize, seed: u64) -> Sample {
    let mut source = Source(Stream::new(seed, Purpose::Noise, rows as u32, columns as u64).words());
    let soft = seed % 2 == 1;
    let (mut y_true, mut y_pred) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let (t, p) = row(loss, &mut source, columns, soft);
        y_true.extend(t.into_iter().map(|x| x as f32));
        y_pred.extend(p.into_iter().map(|x| x as f32));
    }
    Sample { y_true, y_pred, columns, binary_labels: !soft }
}

fn row(loss: &Loss, source: &mut Source, n: usize, soft: bool) -> (Vec<f64>, Vec<f64>) {
    match *loss {
        Loss::MeanSquaredError {} | Loss::LogCosh {} => (source.list(n, -2.0, 2.0), source.list(n, -2.0, 2.0)),
        // Away from the origin, where the direction is most sensitive.
        Loss::CosineSimilarity {} => {
            let mut away = || source.list(n, -1.0, 1.0).into_iter().map(|x| x + 0.5_f64.copysign(x)).collect();
            (away(), away())
        }
        Loss::MeanAbsoluteError {} | Loss::Huber { .. } | Loss::SmoothL1 { .. } => {
            let kink = match *loss {
                Loss::Huber { delta } => delta,
                Loss::SmoothL1 { beta } => beta,
                _ => 0.0,
            };
            let t = source.list(n, -2.0, 2.0);
            let p = t.iter().map(|t| {
                loop {
                    let e = source.between(-3.0, 3.0);
                    if e.abs() > 0.01 && (e.abs() - kink).abs() > 0.01 {
                        return t + e;
                    }
                }
            });
            let p = p.collect();
            (t, p)
        }
        Loss::MeanAbsolutePercentageError {} => {
            let t = source.list(n, -2.0, 2.0);
            let p = t.iter().map(|t| t + source.between(0.1, 1.0) * source.between(-1.0, 1.0).signum()).collect();
            (t, p)
        }
        // Some predictions lie below epsilon, where there is no gradient.
        Loss::MeanSquaredLogarithmicError {} => (source.list(n, -0.2, 3.0), source.list(n, -0.9, 3.0)),
        Loss::BinaryCrossentropy { from_logits, .. } => {
            let t = source.list(n, 0.0, 1.0).into_iter().map(|t| if soft { t } else { t.round() }).collect();
            (t, if from_logits == 0.0 { source.list(n, 0.02, 0.98) } else { source.list(n, -9.0, 9.0) })
        }
        Loss::CategoricalCrossentropy { from_logits, .. } => {
            let mut t = source.one_hot(n);
            if soft {
                t = source.list(n, 0.0, 1.0);
                let sum: f64 = t.iter().sum();
                t = t.into_iter().map(|t| t / sum).collect();
            }
            (t, if from_logits == 0.0 { source.list(n, 0.05, 1.0) } else { source.list(n, -9.0, 9.0) })
        }
        Loss::SparseCategoricalCrossentropy { from_logits } => {
            let class = f64::from(source.0.below(n as u32));
            (vec![class], if from_logits == 0.0 { source.list(n, 0.05, 1.0) } else { source.list(n, -9.0, 9.0) })
        }
        Loss::Hinge {} | Loss::SquaredHinge {} => {
            let t: Vec<f64> = source.list(n, 0.0, 1.0).into_iter().map(f64::round).collect();
            let p = source.list(n, -2.0, 2.0).into_iter().map(|p| p + 0.02 * f64::from((p.abs() - 1.0).abs() < 0.01));
            let p = p.collect();
            (if soft { t.iter().map(|t| 2.0 * t - 1.0).collect() } else { t }, p)
        }
        // Multiples of 0.71 in a random order, so that the largest is clear; the row's loss is 0 for some.
        Loss::CategoricalHinge {} => {
            let mut places: Vec<u32> = (0..n as u32).collect();
            source.0.shuffle(&mut places);
            (source.one_hot(n), places.into_iter().map(|place| 0.71 * f64::from(place) - 1.03).collect())
        }
        Loss::KlDivergence {} => {
            // Some lie outside of the clip.
            let outside = |x: f64| if x > 0.9 { x - 1.0 } else { x };
            (source.list(n, 0.01, 1.0), source.list(n, 0.01, 1.0).into_iter().map(outside).collect())
        }
        Loss::Poisson {} => (source.list(n, 0.0, 5.0).into_iter().map(f64::round).collect(), source.list(n, 0.05, 5.0)),
    }
}
