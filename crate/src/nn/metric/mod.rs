//! Metrics, exact over an epoch: each batch adds to a few sums in double precision; the area under the ROC curve keeps every score.
//!
//! Weighted rows count by their weights, and a mean is divided by the weights' sum (Keras's weighted metrics; a loss, in contrast, is
//! divided by the number of rows). A row whose prediction holds a NaN counts as wrong.

mod accumulator;
mod ranking;

pub use accumulator::Accumulator;

use crate::vocabulary;

vocabulary! {
    /// What is measured.
    ///
    /// `precision`, `recall`, `f1` and `auc` of several columns:
    ///
    /// - Where a row has one class (class labels, or the loss is `categoricalCrossentropy` or `categoricalHinge`) each column is
    ///   measured against the rest, and the result is the plain mean over the columns that occur among labels or predictions (scikit-learn's
    ///   `average='macro'`, `multi_class='ovr'`). Predicted is the largest prediction alone; the threshold is not used.
    /// - Elsewhere all elements count together, as if they were rows of one column (Keras). A label above 0.5 is a positive one.
    pub enum Metric {
        /// The share of right decisions: `binaryAccuracy` of one column, `sparseCategoricalAccuracy` when labels are classes, else
        /// `categoricalAccuracy` (Keras). Unlike Keras, a single logit or margin (`binaryCrossentropy` with `fromLogits`, `hinge`,
        /// `squaredHinge`) is compared with 0, where its decision changes, and not with 0.5.
        Accuracy "accuracy" {}
        /// The share of elements whose label is 1 where the prediction is above the threshold and 0 elsewhere (Keras).
        BinaryAccuracy "binaryAccuracy" {
            /// What a prediction must exceed to count as 1; compared with the prediction as it is, be it a logit.
            threshold "threshold" Finite => 0.5;
        }
        /// The share of rows whose largest prediction stands where the largest label does; the first of equals is meant.
        CategoricalAccuracy "categoricalAccuracy" {}
        /// The share of rows whose largest prediction is that of the class that the label names.
        SparseCategoricalAccuracy "sparseCategoricalAccuracy" {}
        /// The share of rows in which fewer than `k` predictions exceed the one of the right class.
        TopKAccuracy "topKAccuracy" {
            /// How many predictions a row has.
            k "k" Count => 5.0;
        }
        /// True positives among predicted positives; 0 when nothing is predicted positive.
        Precision "precision" {
            /// What a prediction must exceed to count as positive.
            threshold "threshold" Finite => 0.5;
        }
        /// True positives among positives; 0 when nothing is positive.
        Recall "recall" {
            /// What a prediction must exceed to count as positive.
            threshold "threshold" Finite => 0.5;
        }
        /// The harmonic mean of precision and recall.
        F1 "f1" {
            /// What a prediction must exceed to count as positive.
            threshold "threshold" Finite => 0.5;
        }
        /// The probability that a positive row scores above a negative one, ties counting half: the area under the ROC curve, exactly
        /// (scikit-learn's `roc_auc_score`). NaN when no column has both kinds of rows.
        Auc "auc" {}
        /// `mean |t − p|`.
        MeanAbsoluteError "meanAbsoluteError" {}
        /// `mean (t − p)²`.
        MeanSquaredError "meanSquaredError" {}
        /// `√(mean (t − p)²)`, over all rows and columns at once.
        RootMeanSquaredError "rootMeanSquaredError" {}
        /// `1 − Σ(t − p)² / Σ(t − t̄)²`, the mean over columns (Keras, scikit-learn). For a constant label it is 1 if every prediction is
        /// right and else 0 (scikit-learn).
        R2 "r2" {}
    }
}
