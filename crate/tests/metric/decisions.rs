//! Accuracies, precision, recall and F1.

use super::{BINARY, CATEGORICAL, Epoch, Labels, SPARSE, class, epochs, first_largest, share};
use ravine::kernels::loss::Loss;
use ravine::nn::metric::Metric;

#[test]
fn accuracy_follows_the_shapes() {
    for epoch in epochs(Labels::Many, &[1]) {
        let above = |t: &[f32], p: &[f32], threshold: f32| share((t[0] == 1.0) == (p[0] > threshold));
        epoch.check(Metric::Accuracy {}, &BINARY, epoch.mean(|t, p| above(t, p, 0.5)));
        epoch.check(Metric::BinaryAccuracy { threshold: 0.25 }, &BINARY, epoch.mean(|t, p| above(t, p, 0.25)));
    }
    for (labels, metric) in
        [(Labels::OneHot, Metric::CategoricalAccuracy {}), (Labels::Classes, Metric::SparseCategoricalAccuracy {})]
    {
        for epoch in epochs(labels, &[2, 3, 10]) {
            let expected = epoch.mean(|t, p| share(class(t) == first_largest(p)));
            epoch.check(Metric::Accuracy {}, &CATEGORICAL, expected);
            epoch.check(metric, &CATEGORICAL, expected);
        }
    }
    for epoch in epochs(Labels::Many, &[2, 7]) {
        let expected =
            epoch.mean(|t, p| (0..t.len()).map(|j| share((t[j] == 1.0) == (p[j] > 0.5))).sum::<f64>() / t.len() as f64);
        epoch.check(Metric::BinaryAccuracy { threshold: 0.5 }, &BINARY, expected);
    }
}

#[test]
fn accuracy_of_logits_and_margins_decides_at_zero() {
    let logits = Loss::BinaryCrossentropy { from_logits: 1.0, label_smoothing: 0.0 };
    for (loss, labels) in [(logits, [1.0, 0.0, 1.0, 0.0]), (Loss::Hinge {}, [1.0, -1.0, 1.0, 0.0])] {
        let epoch = Epoch {
            labels: labels.to_vec(),
            scores: vec![0.2, -0.2, -3.0, -0.0],
            weights: vec![1.0; 4],
            label_columns: 1,
            columns: 1,
        };
        epoch.check(Metric::Accuracy {}, &loss, 0.75);
    }
}

#[test]
fn top_k_counts_strictly_larger_predictions() {
    for labels in [Labels::OneHot, Labels::Classes] {
        for epoch in epochs(labels, &[2, 6, 12]) {
            for k in [1, 3, 5, 20] {
                let expected = epoch.mean(|t, p| {
                    let right = p[class(t)];
                    share(p.iter().filter(|p| **p > right).count() < k)
                });
                epoch.check(Metric::TopKAccuracy { k: k as f64 }, &CATEGORICAL, expected);
            }
        }
    }
}

/// Precision, recall and F1 as scikit-learn defines them, of some columns together; `None` where there is nothing to count.
fn scores_of(epoch: &Epoch, columns: &[usize], predicted: impl Fn(&[f32], usize) -> bool) -> Option<[f64; 3]> {
    let weight = |wanted: [bool; 2]| -> f64 {
        let of = |(t, p, w): (&[f32], &[f32], f64)| {
            w * columns.iter().filter(|&&j| [epoch.actual(t, j), predicted(p, j)] == wanted).count() as f64
        };
        epoch.rows().map(of).sum()
    };
    let (hits, missed, alarms) = (weight([true, true]), weight([true, false]), weight([false, true]));
    let ratio = |a: f64, b: f64| if b == 0.0 { 0.0 } else { a / b };
    let (precision, recall) = (ratio(hits, hits + alarms), ratio(hits, hits + missed));
    let f1 = ratio(2.0 * precision * recall, precision + recall);
    (hits + missed + alarms > 0.0).then_some([precision, recall, f1])
}

/// Checks the mean over parts, each some columns counted together.
fn check_confusion(
    epoch: &Epoch,
    loss: &Loss,
    threshold: f64,
    parts: &[Vec<usize>],
    predicted: impl Fn(&[f32], usize) -> bool,
) {
    let parts: Vec<[f64; 3]> = parts.iter().filter_map(|columns| scores_of(epoch, columns, &predicted)).collect();
    let metrics = [Metric::Precision { threshold }, Metric::Recall { threshold }, Metric::F1 { threshold }];
    for (i, metric) in metrics.into_iter().enumerate() {
        epoch.check(metric, loss, parts.iter().map(|scores| scores[i]).sum::<f64>() / parts.len() as f64);
    }
}

#[test]
fn precision_recall_and_f1_by_threshold() {
    for epoch in epochs(Labels::Many, &[1, 2, 5]) {
        for threshold in [0.5, 0.25] {
            let all = (0..epoch.columns).collect();
            check_confusion(&epoch, &BINARY, threshold, &[all], |p, j| f64::from(p[j]) > threshold);
        }
    }
}

#[test]
fn precision_recall_and_f1_of_one_class_among_many() {
    // Forty classes in five rows: most never occur.
    for epoch in epochs(Labels::Classes, &[2, 5, 40]) {
        let each: Vec<Vec<usize>> = (0..epoch.columns).map(|j| vec![j]).collect();
        check_confusion(&epoch, &SPARSE, 0.5, &each, |p, j| first_largest(p) == j);
    }
    for epoch in epochs(Labels::OneHot, &[3]) {
        let each = [vec![0], vec![1], vec![2]];
        check_confusion(&epoch, &CATEGORICAL, 0.5, &each, |p, j| first_largest(p) == j);
    }
}
