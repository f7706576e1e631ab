//! Nothing to measure, numbers that are none, shapes that do not fit.

use super::{BINARY, Epoch, SPARSE, defaults};
use ravine::error::Kind;
use ravine::nn::metric::{Accumulator, Metric};

#[test]
fn nothing_predicted_and_nothing_there_is_0() {
    let epoch =
        Epoch { labels: vec![0.0; 3], scores: vec![0.1; 3], weights: vec![1.0; 3], label_columns: 1, columns: 1 };
    for metric in
        [Metric::Precision { threshold: 0.5 }, Metric::Recall { threshold: 0.5 }, Metric::F1 { threshold: 0.5 }]
    {
        epoch.check(metric, &BINARY, 0.0);
    }
    assert!(epoch.measure(Metric::Auc {}, &BINARY).is_nan());
}

#[test]
fn a_nan_is_never_right() {
    let epoch = |scores: &[f32], columns: usize, labels: &[f32]| Epoch {
        labels: labels.to_vec(),
        scores: scores.to_vec(),
        weights: vec![1.0; 2],
        label_columns: labels.len() / 2,
        columns,
    };
    let nan = f32::NAN;
    epoch(&[nan, 0.0], 1, &[0.0, 0.0]).check(Metric::Accuracy {}, &BINARY, 0.5);
    let classes = epoch(&[nan, 0.0, 1.0, 0.0], 2, &[0.0, 0.0]);
    classes.check(Metric::Accuracy {}, &SPARSE, 0.5);
    classes.check(Metric::TopKAccuracy { k: 2.0 }, &SPARSE, 0.5);
    assert!(classes.measure(Metric::Auc {}, &SPARSE).is_nan());
    assert!(epoch(&[nan, 0.0], 1, &[0.0, 1.0]).measure(Metric::R2 {}, &BINARY).is_nan());
}

#[test]
fn classes_that_do_not_exist_are_never_right() {
    let epoch = Epoch {
        labels: vec![2.0, -1.0, 0.5, 1.0],
        scores: vec![0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0],
        weights: vec![1.0; 4],
        label_columns: 1,
        columns: 2,
    };
    epoch.check(Metric::SparseCategoricalAccuracy {}, &SPARSE, 0.25);
    epoch.check(Metric::TopKAccuracy { k: 5.0 }, &SPARSE, 0.25);
}

#[test]
fn widths_that_do_not_fit_are_errors() {
    let kind = |entry, label_columns: usize, columns: usize| {
        let metric = defaults(entry);
        Accumulator::new(metric, &BINARY, label_columns, columns).err().map(|error| error.kind)
    };
    for entry in Metric::TABLE {
        let [one, classes, several] = [(1, 1), (1, 4), (4, 4)].map(|(t, p)| kind(entry, t, p).is_none());
        let expected = match entry.name {
            "accuracy" | "precision" | "recall" | "f1" | "auc" => [true, true, true],
            "topKAccuracy" => [false, true, true],
            "categoricalAccuracy" => [false, false, true],
            "sparseCategoricalAccuracy" => [false, true, false],
            _ => [true, false, true],
        };
        assert_eq!([one, classes, several], expected, "{}", entry.name);
        assert_eq!(kind(entry, 2, 3), Some(Kind::Shape), "{}", entry.name);
        assert_eq!(kind(entry, 0, 0), Some(Kind::Shape), "{}", entry.name);
    }
}

#[test]
fn no_rows_give_0() {
    for entry in Metric::TABLE.iter().filter(|entry| entry.name != "auc") {
        let label_columns = if entry.name.starts_with("sparse") { 1 } else { 2 };
        assert_eq!(
            Accumulator::new(defaults(entry), &BINARY, label_columns, 2).expect("widths fit").value(),
            0.0,
            "{}",
            entry.name
        );
    }
}
