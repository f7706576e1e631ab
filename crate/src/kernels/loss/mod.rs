//! Losses: values and gradients over a batch.
//!
//! A row's loss is the mean over its features where Keras takes the mean, else their sum; each member says which. A batch's loss is
//! the sum of its rows' losses, each times the row's weight; the caller divides by the number of rows (Keras: not by the sum of the
//! weights, as torch does it).
//!
//! Two drivers do the work. `pointwise` is for losses that are a sum over elements: it runs over the batch as one flat array, four
//! elements at a time. `rowwise` is for those that need the whole row.

mod pointwise;
mod rowwise;

use crate::simd::F32x4;
use crate::vocabulary;

/// Keras's guard against dividing by 0 and against the logarithm of 0.
const EPSILON: f32 = 1e-7;

vocabulary! {
    /// What training makes small; `t` is a label, `p` a prediction, ε = 1e-7.
    pub enum Loss {
        /// `mean (p − t)²`.
        MeanSquaredError "meanSquaredError" {}
        /// `mean |p − t|`; the derivative at 0 is 0 (torch).
        MeanAbsoluteError "meanAbsoluteError" {}
        /// The mean of `e²/2` where `|e| = |p − t|` is at most delta, and of `delta · (|e| − delta/2)` elsewhere (Huber, 1964).
        Huber "huber" {
            /// Where the parabola becomes a line.
            delta "delta" Positive => 1.0;
        }
        /// Huber's loss divided by beta (torch); with beta 0 it is `mean |p − t|`.
        SmoothL1 "smoothL1" {
            /// Where the parabola becomes a line.
            beta "beta" NonNegative => 1.0;
        }
        /// `mean log(cosh(p − t))`.
        LogCosh "logCosh" {}
        /// `100 · mean |t − p| / max(|t|, ε)`.
        MeanAbsolutePercentageError "meanAbsolutePercentageError" {}
        /// `mean (log(1 + max(p, ε)) − log(1 + max(t, ε)))²`; no gradient below ε.
        MeanSquaredLogarithmicError "meanSquaredLogarithmicError" {}
        /// `−mean (t · log p + (1 − t) · log(1 − p))`, each logarithm at least −100; gradient `(p − t) / max(p(1 − p), 1e-12)` (torch).
        BinaryCrossentropy "binaryCrossentropy" {
            /// Predictions are logits: `mean (max(p, 0) − p·t + log(1 + exp(−|p|)))`.
            from_logits "fromLogits" Flag => 0.0;
            /// Labels become `t · (1 − s) + s/2`.
            label_smoothing "labelSmoothing" Unit => 0.0;
        }
        /// `−Σ t · log q`, where q is the row divided by its sum and clipped to `[ε, 1 − ε]` (Keras).
        CategoricalCrossentropy "categoricalCrossentropy" {
            /// Predictions are logits: q is their softmax, not clipped.
            from_logits "fromLogits" Flag => 0.0;
            /// Labels become `t · (1 − s) + s / columns`.
            label_smoothing "labelSmoothing" Unit => 0.0;
        }
        /// [`CategoricalCrossentropy`](Self::CategoricalCrossentropy) of labels that are classes `0 … columns − 1`.
        SparseCategoricalCrossentropy "sparseCategoricalCrossentropy" {
            /// Predictions are logits.
            from_logits "fromLogits" Flag => 0.0;
        }
        /// `mean max(1 − t·p, 0)` of labels ±1; labels that are all 0 or 1 become ±1. The derivative at the kink is 0.
        Hinge "hinge" {}
        /// `mean max(1 − t·p, 0)²` of labels ±1; labels that are all 0 or 1 become ±1.
        SquaredHinge "squaredHinge" {}
        /// `max(1 + max((1 − t) · p) − Σ t·p, 0)`; among equal largest products the first has the gradient.
        CategoricalHinge "categoricalHinge" {}
        /// `Σ t · log(t / p)`, both clipped to `[ε, 1]`; no gradient outside.
        KlDivergence "klDivergence" {}
        /// `mean (p − t · log(p + ε))`.
        Poisson "poisson" {}
        /// `−Σ t·p / (max(‖t‖, ε) · max(‖p‖, ε))`.
        CosineSimilarity "cosineSimilarity" {}
    }
}

impl Loss {
    /// The width of the labels for predictions of width `columns`: 1 when they are classes.
    pub fn label_columns(&self, columns: usize) -> usize {
        if self.class_columns(columns).is_some() { 1 } else { columns }
    }

    /// How many classes a label may name, if labels are classes: whole numbers below `columns`.
    pub fn class_columns(&self, columns: usize) -> Option<usize> {
        matches!(self, Self::SparseCategoricalCrossentropy { .. }).then_some(columns)
    }

    /// The loss on logits that equals this one after an activation, when both can be computed as one.
    pub fn on_logits(&self, activation_is_softmax: bool, activation_is_sigmoid: bool) -> Option<Self> {
        let from_logits = 1.0;
        match *self {
            Self::BinaryCrossentropy { from_logits: 0.0, label_smoothing } if activation_is_sigmoid => {
                Some(Self::BinaryCrossentropy { from_logits, label_smoothing })
            }
            Self::CategoricalCrossentropy { from_logits: 0.0, label_smoothing } if activation_is_softmax => {
                Some(Self::CategoricalCrossentropy { from_logits, label_smoothing })
            }
            Self::SparseCategoricalCrossentropy { from_logits: 0.0 } if activation_is_softmax => {
                Some(Self::SparseCategoricalCrossentropy { from_logits })
            }
            _ => None,
        }
    }
}

/// Labels and predictions of some rows.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// Labels, `[rows, label_columns]`.
    pub y_true: &'a [f32],
    /// Predictions, `[rows, columns]`.
    pub y_pred: &'a [f32],
    /// A weight for each row; 1 if there are none.
    pub weights: Option<&'a [f32]>,
    /// The width of the predictions, at least 1.
    pub columns: usize,
    /// Every label of the data set is 0 or 1, see [`labels_are_binary`]. Only hinges ask: they read such labels as ±1. Keras decides
    /// that for each batch; decided once for all rows, a batch that happens to hold only ones means the same as any other.
    pub binary_labels: bool,
}

/// Whether every label is 0 or 1.
pub fn labels_are_binary(y_true: &[f32]) -> bool {
    y_true.iter().all(|&t| t == 0.0 || t == 1.0)
}

/// The sum over rows of weight times loss.
///
/// `gradient`, `[rows, columns]`, is overwritten with `scale · weight · d(row's loss)/d(prediction)`; the caller's scale is usually
/// 1 / rows. A label that names no class gives NaN for its row, value and gradient; callers check labels beforehand.
pub fn evaluate(loss: &Loss, batch: &Batch<'_>, scale: f32, gradient: Option<&mut [f32]>) -> f64 {
    debug_assert_eq!(batch.y_true.len() * batch.columns, batch.y_pred.len() * loss.label_columns(batch.columns));
    match *loss {
        Loss::CategoricalCrossentropy { .. }
        | Loss::SparseCategoricalCrossentropy { .. }
        | Loss::CategoricalHinge {}
        | Loss::CosineSimilarity {} => rowwise::evaluate(loss, batch, scale, gradient),
        _ => pointwise::evaluate(loss, batch, scale, gradient),
    }
}

/// Labels under a linear map.
#[derive(Clone, Copy, Debug)]
struct Labels {
    factor: F32x4,
    summand: F32x4,
}

impl Labels {
    fn new(factor: f64, summand: f64) -> Self {
        Self { factor: F32x4::splat(factor as f32), summand: F32x4::splat(summand as f32) }
    }

    /// Labels that are left as they are.
    fn plain() -> Self {
        Self::new(1.0, 0.0)
    }

    /// Labels mixed with a uniform distribution over so many classes.
    fn smoothed(smoothing: f64, classes: f64) -> Self {
        Self::new(1.0 - smoothing, smoothing / classes)
    }

    #[inline(always)]
    fn map(self, t: F32x4) -> F32x4 {
        t.mul_add(self.factor, self.summand)
    }
}
