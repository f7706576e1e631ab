//! The sums behind a metric.

use super::Metric;
use super::ranking::Ranking;
use crate::error::{Error, Result};
use crate::kernels::loss::{self, Batch, Loss};

/// What a metric does to a row.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// Each label is 1 where the prediction is above the threshold, else 0.
    Elements(f32),
    /// Each label has the prediction's sign; a label of 0 is a negative one.
    Signs,
    /// The largest prediction is that of the row's class.
    Class,
    /// Fewer predictions than this exceed that of the row's class.
    TopK(usize),
    /// Right and wrong decisions. With a threshold all columns count together; without one the largest prediction decides, and columns
    /// are averaged.
    Confusion(Option<f32>),
    /// The area under the curve of all columns together, or the mean of the columns' areas.
    Area {
        together: bool,
    },
    /// The mean of a loss over the rows.
    Mean(Loss),
    R2,
}

/// Adds up a metric over an epoch.
///
/// A new one for each epoch, [`make_room`](Self::make_room) for rows to come, [`update`](Self::update) with each batch of predictions (the
/// network's outputs, after their activation), [`value`](Self::value) at the end. Only `new` and `make_room` allocate.
#[derive(Clone, Debug)]
pub struct Accumulator {
    metric: Metric,
    rule: Rule,
    label_columns: usize,
    columns: usize,
    /// The weighted sum that is divided by `weight`.
    total: f64,
    weight: f64,
    /// By column, or for all together: weights by `2 · predicted + actual`, or, for R², the labels' mean, their squared deviations
    /// and the squared errors.
    cells: Vec<[f64; 4]>,
    ranking: Ranking,
}

impl Accumulator {
    /// An accumulator for labels `[rows, label_columns]` and predictions `[rows, columns]` of an output that is trained by `loss`.
    ///
    /// # Errors
    /// When the metric cannot compare such shapes, or there is no memory.
    pub fn new(metric: Metric, loss: &Loss, label_columns: usize, columns: usize) -> Result<Self> {
        use Metric as M;
        let classes = label_columns == 1 && columns > 1;
        // Whether each row has one class among the columns.
        let exclusive = columns > 1
            && (classes || matches!(loss, Loss::CategoricalCrossentropy { .. } | Loss::CategoricalHinge {}));
        let rule = match metric {
            M::Accuracy {} if columns > 1 => Rule::Class,
            M::Accuracy {} => match *loss {
                Loss::Hinge {} | Loss::SquaredHinge {} => Rule::Signs,
                Loss::BinaryCrossentropy { from_logits, .. } if from_logits != 0.0 => Rule::Elements(0.0),
                _ => Rule::Elements(0.5),
            },
            M::BinaryAccuracy { threshold } => Rule::Elements(threshold as f32),
            M::CategoricalAccuracy {} | M::SparseCategoricalAccuracy {} => Rule::Class,
            M::TopKAccuracy { k } => Rule::TopK(k as usize),
            M::Precision { threshold } | M::Recall { threshold } | M::F1 { threshold } => {
                Rule::Confusion(if exclusive { None } else { Some(threshold as f32) })
            }
            M::Auc {} => Rule::Area { together: !exclusive },
            M::MeanAbsoluteError {} => Rule::Mean(Loss::MeanAbsoluteError {}),
            M::MeanSquaredError {} | M::RootMeanSquaredError {} => Rule::Mean(Loss::MeanSquaredError {}),
            M::R2 {} => Rule::R2,
        };
        let same = label_columns == columns && columns > 0;
        let fits = match (metric, rule) {
            (M::SparseCategoricalAccuracy {}, _) => classes,
            (M::CategoricalAccuracy {}, _) => same && columns > 1,
            (_, Rule::Class | Rule::TopK(_)) => classes || same && columns > 1,
            (_, Rule::Confusion(_) | Rule::Area { .. }) => classes || same,
            _ => same,
        };
        if !fits {
            return Err(crate::error::shape!("the metric cannot compare labels and predictions of these widths"));
        }
        let mut cells = Vec::new();
        let separate = match rule {
            Rule::Confusion(None) | Rule::R2 => columns,
            Rule::Confusion(Some(_)) => 1,
            _ => 0,
        };
        cells.try_reserve_exact(separate).map_err(|_| Error::memory())?;
        cells.resize(separate, [0.0; 4]);
        let ranking = Ranking::default();
        Ok(Self { metric, rule, label_columns, columns, total: 0.0, weight: 0.0, cells, ranking })
    }

    /// Makes room for so many more rows: `auc` alone keeps every score, 28 bytes a row of one column. Where it is called again and again, what there
    /// is grows by a half at least, so that all in all little is copied.
    ///
    /// # Errors
    /// When they do not fit in memory.
    pub fn make_room(&mut self, rows: usize) -> Result<()> {
        let Rule::Area { together } = self.rule else { return Ok(()) };
        self.ranking.make_room(rows, self.columns, self.label_columns, together)
    }

    /// Adds a batch; its widths are those given to [`new`](Self::new).
    ///
    /// # Errors
    /// When `auc` gets more rows than there is room for.
    pub fn update(&mut self, batch: &Batch<'_>) -> Result<()> {
        let rows = batch.y_pred.len() / self.columns;
        let weight = |row: usize| batch.weights.map_or(1.0, |weights| weights[row]);
        match self.rule {
            Rule::Area { .. } => return self.ranking.extend(batch.y_pred, batch.y_true, (0..rows).map(weight)),
            Rule::Mean(loss) => self.total += loss::evaluate(&loss, batch, 0.0, None),
            _ => {}
        }
        let pairs = batch.y_true.chunks_exact(self.label_columns).zip(batch.y_pred.chunks_exact(self.columns));
        for (row, (labels, scores)) in pairs.enumerate() {
            let weight = f64::from(weight(row));
            self.weight += weight;
            self.add(labels, scores, weight);
        }
        Ok(())
    }

    /// The metric over everything so far; 0 without rows, but for `auc`.
    ///
    /// It may be asked for at any time, and more batches may follow.
    pub fn value(&mut self) -> f64 {
        let mean = ratio(self.total, self.weight);
        // Right positives among them and parts of the two kinds of mistakes, where there is any of these.
        let among = |alarms_part: f64, missed_part: f64| {
            self.average(|[_, missed, alarms, hits]| {
                (hits + missed + alarms > 0.0).then(|| ratio(hits, hits + alarms_part * alarms + missed_part * missed))
            })
        };
        match self.metric {
            Metric::Precision { .. } => among(1.0, 0.0),
            Metric::Recall { .. } => among(0.0, 1.0),
            Metric::F1 { .. } => among(0.5, 0.5),
            Metric::R2 {} => self.average(|[_, spread, error, _]| {
                let constant = f64::from(error == 0.0);
                (self.weight > 0.0).then(|| if spread == 0.0 { constant } else { 1.0 - error / spread })
            }),
            Metric::Auc {} => {
                let (columns, label_columns) = (self.columns, self.label_columns);
                let positive = |labels: &[f32], column| is_positive(labels, column, columns);
                self.ranking.area(columns, label_columns, self.rule == Rule::Area { together: true }, positive)
            }
            Metric::RootMeanSquaredError {} => mean.sqrt(),
            _ => mean,
        }
    }

    /// Adds a row.
    #[inline(never)]
    fn add(&mut self, labels: &[f32], scores: &[f32], weight: f64) {
        let right = match self.rule {
            Rule::Elements(threshold) => share(labels, scores, |t, p| t == f32::from(p > threshold) && !p.is_nan()),
            Rule::Signs => share(labels, scores, |t, p| (t > 0.0) == (p > 0.0) && !p.is_nan()),
            Rule::Class => f64::from(class(labels, scores).is_some_and(|c| largest(scores) == Some(c))),
            Rule::TopK(k) => f64::from(class(labels, scores).is_some_and(|c| {
                scores.iter().filter(|&&p| p > scores[c]).count() < k && !scores.iter().any(|p| p.is_nan())
            })),
            Rule::Confusion(threshold) => {
                let winner = if threshold.is_none() { largest(scores) } else { None };
                let last = self.cells.len() - 1;
                for (column, &score) in scores.iter().enumerate() {
                    let predicted = threshold.map_or(winner == Some(column), |threshold| score > threshold);
                    let actual = is_positive(labels, column, scores.len());
                    self.cells[column.min(last)][2 * usize::from(predicted) + usize::from(actual)] += weight;
                }
                0.0
            }
            Rule::R2 if weight > 0.0 => {
                // Welford's update of a weighted mean and of the squared deviations from it.
                for ([mean, spread, error, _], (&t, &p)) in self.cells.iter_mut().zip(labels.iter().zip(scores)) {
                    let (t, p) = (f64::from(t), f64::from(p));
                    let off = t - *mean;
                    *mean += off * (weight / self.weight);
                    *spread += weight * off * (t - *mean);
                    *error += weight * (t - p) * (t - p);
                }
                0.0
            }
            Rule::R2 | Rule::Area { .. } | Rule::Mean(_) => 0.0,
        };
        self.total += weight * right;
    }

    /// The mean over the columns that have the quantity; 0 if none has it.
    #[inline(never)]
    fn average(&self, quantity: impl Fn([f64; 4]) -> Option<f64>) -> f64 {
        let (sum, count) =
            self.cells.iter().filter_map(|&cell| quantity(cell)).fold((0.0, 0.0), |(s, n), x| (s + x, n + 1.0));
        ratio(sum, count)
    }
}

/// A quotient that is 0 where there is nothing to divide by.
fn ratio(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// The share of a row's elements that are right.
fn share(labels: &[f32], scores: &[f32], right: impl Fn(f32, f32) -> bool) -> f64 {
    labels.iter().zip(scores).filter(|&(&t, &p)| right(t, p)).count() as f64 / scores.len() as f64
}

/// The position of the largest element, the first of equals; none if a NaN is there.
#[inline(never)]
fn largest(x: &[f32]) -> Option<usize> {
    let mut best = 0;
    for (i, &value) in x.iter().enumerate() {
        if value.is_nan() {
            return None;
        }
        if value > x[best] {
            best = i;
        }
    }
    Some(best)
}

/// The class of a row: the one that its only label names, or the place of its largest label.
#[inline(never)]
fn class(labels: &[f32], scores: &[f32]) -> Option<usize> {
    let [label] = *labels else { return largest(labels) };
    let class = label as usize;
    (class < scores.len() && class as f32 == label).then_some(class)
}

/// Whether a row is positive in a column: its label there is above 0.5, or its class is the column.
#[inline(never)]
fn is_positive(labels: &[f32], column: usize, columns: usize) -> bool {
    if labels.len() < columns { labels[0] == column as f32 } else { labels[column] > 0.5 }
}
