//! Metrics against naive oracles, over batches of uneven sizes, with and without weights, with ties.

mod decisions;
mod edges;
mod numbers;
mod ranking;

use ravine::kernels::loss::{Batch, Loss};
use ravine::nn::metric::{Accumulator, Metric};
use ravine::rng::{Purpose, Sequence, Stream};
use ravine::spec::{Entry, read_all};

const CATEGORICAL: Loss = Loss::CategoricalCrossentropy { from_logits: 0.0, label_smoothing: 0.0 };
const SPARSE: Loss = Loss::SparseCategoricalCrossentropy { from_logits: 0.0 };
const BINARY: Loss = Loss::BinaryCrossentropy { from_logits: 0.0, label_smoothing: 0.0 };

/// An epoch of rows.
struct Epoch {
    labels: Vec<f32>,
    scores: Vec<f32>,
    weights: Vec<f32>,
    label_columns: usize,
    columns: usize,
}
fn words(seed: u64) -> Sequence {
    Stream::new(seed, Purpose::Noise, 0, 0).words()
}

/// Scores are multiples of 1/16, so that many tie and some equal the threshold.
fn scores(words: &mut Sequence, n: usize) -> Vec<f32> {
    (0..n).map(|_| words.below(17) as f32 / 16.0).collect()
}

impl Epoch {
    fn new(rows: usize, columns: usize, labels: Labels, weighted: bool, seed: u64) -> Self {
        let mut words = words(seed);
        let scores = scores(&mut words, rows * columns);
        let mut list = Vec::new();
        for _ in 0..rows {
            let class = words.below(columns as u32) as usize;
            match labels {
                Labels::Classes => list.push(class as f32),
                Labels::OneHot => list.extend((0..columns).map(|j| f32::from(j == class))),
                Labels::Many => list.extend((0..columns).map(|_| words.below(2) as f32)),
                Labels::Numbers => list.extend((0..columns).map(|_| words.uniform() as f32 * 3.0)),
            }
        }
        let weights = (0..rows).map(|_| if weighted { words.below(4) as f32 * 0.5 } else { 1.0 }).collect();
        Self { label_columns: list.len() / rows, labels: list, scores, weights, columns }
    }

    fn rows(&self) -> impl Iterator<Item = (&[f32], &[f32], f64)> {
        let pairs = self.labels.chunks(self.label_columns).zip(self.scores.chunks(self.columns));
        pairs.zip(&self.weights).map(|((t, p), &w)| (t, p, f64::from(w)))
    }

    /// `Σ w·f / Σ w`.
    fn mean(&self, f: impl Fn(&[f32], &[f32]) -> f64) -> f64 {
        let (sum, weight) = self.rows().fold((0.0, 0.0), |(s, n), (t, p, w)| (s + w * f(t, p), n + w));
        sum / weight
    }

    /// Whether a row is positive in a column.
    fn actual(&self, t: &[f32], column: usize) -> bool {
        if self.label_columns == self.columns { t[column] == 1.0 } else { t[0] == column as f32 }
    }

    /// The metric over batches of 1, 2, 3, … rows; weights are given only if they are not all 1.
    fn measure(&self, metric: Metric, loss: &Loss) -> f64 {
        let mut sums = Accumulator::new(metric, loss, self.label_columns, self.columns).expect("widths fit");
        let end = self.weights.len();
        let (mut start, mut size) = (0, 1);
        while start < end {
            let stop = (start + size).min(end);
            let weights = &self.weights[start..stop];
            let batch = Batch {
                y_true: &self.labels[start * self.label_columns..stop * self.label_columns],
                y_pred: &self.scores[start * self.columns..stop * self.columns],
                weights: if self.weights.iter().all(|&w| w == 1.0) { None } else { Some(weights) },
                columns: self.columns,
                binary_labels: false,
            };
            sums.make_room(stop - start).expect("memory");
            sums.update(&batch).expect("room");
            // To be asked on the way changes nothing.
            if size % 2 == 0 {
                sums.value();
            }
            (start, size) = (stop, size + 1);
        }
        let value = sums.value();
        assert!(sums.value() == value || value.is_nan(), "asking changes nothing");
        value
    }

    /// The metric over everything, which must equal `expected`.
    fn check(&self, metric: Metric, loss: &Loss, expected: f64) {
        let value = self.measure(metric, loss);
        assert!(
            (value - expected).abs() < 1e-6,
            "{metric:?} {}×{}: {value} {expected}",
            self.weights.len(),
            self.columns
        );
    }
}

#[derive(Clone, Copy, Debug)]
enum Labels {
    Classes,
    OneHot,
    Many,
    Numbers,
}

fn first_largest(x: &[f32]) -> usize {
    (0..x.len()).find(|&i| x.iter().all(|y| *y <= x[i])).expect("no NaN")
}

fn class(t: &[f32]) -> usize {
    if t.len() == 1 { t[0] as usize } else { first_largest(t) }
}

/// Epochs with the given labels, of many shapes, weighted and not.
fn epochs(labels: Labels, widths: &[usize]) -> Vec<Epoch> {
    let shapes = widths.iter().flat_map(|&columns| [5, 40, 300].map(|rows| (rows, columns)));
    shapes
        .flat_map(|(rows, columns)| {
            [false, true].map(|weighted| Epoch::new(rows, columns, labels, weighted, (rows * columns) as u64))
        })
        .collect()
}

fn share(right: bool) -> f64 {
    f64::from(right)
}

/// A member of the family with its defaults.
fn defaults(entry: &Entry) -> Metric {
    let code = Metric::TABLE.iter().position(|other| other.name == entry.name).expect("a member");
    let settings = entry.params.iter().map(|param| param.default);
    let words: Vec<f64> = [code as f64].into_iter().chain(settings).collect();
    read_all(&words, Metric::read).expect("defaults lie in their ranges")
}
