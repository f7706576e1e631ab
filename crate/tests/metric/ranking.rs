//! The area under the ROC curve.

use super::{BINARY, CATEGORICAL, Epoch, Labels, SPARSE, epochs, share};
use ravine::error::Kind;
use ravine::kernels::loss::Batch;
use ravine::nn::metric::{Accumulator, Metric};

/// The share of pairs in which the positive element scores higher, ties counting half: the definition, over all pairs.
fn pairs_won(epoch: &Epoch, columns: &[usize]) -> f64 {
    let side = |positive: bool| {
        let mut list = Vec::new();
        for (t, p, w) in epoch.rows() {
            list.extend(columns.iter().filter(|&&j| epoch.actual(t, j) == positive).map(|&j| (p[j], w)));
        }
        list
    };
    let (mut won, mut all) = (0.0, 0.0);
    for (p, w) in side(true) {
        for (q, v) in side(false) {
            all += w * v;
            won += w * v * if p == q { 0.5 } else { share(p > q) };
        }
    }
    won / all
}

#[test]
fn area_under_the_curve_with_ties() {
    for epoch in epochs(Labels::Many, &[1, 4]) {
        let all: Vec<usize> = (0..epoch.columns).collect();
        epoch.check(Metric::Auc {}, &BINARY, pairs_won(&epoch, &all));
    }
    for (labels, loss) in [(Labels::Classes, SPARSE), (Labels::OneHot, CATEGORICAL)] {
        for epoch in epochs(labels, &[2, 3, 12]) {
            let areas: Vec<f64> = (0..epoch.columns).map(|j| pairs_won(&epoch, &[j])).filter(|x| !x.is_nan()).collect();
            epoch.check(Metric::Auc {}, &loss, areas.iter().sum::<f64>() / areas.len() as f64);
        }
    }
    let mut epoch = Epoch::new(300, 1, Labels::Many, true, 5);
    epoch.scores = (0..300).map(|i| ((i * 7919) % 300) as f32 * if i % 2 == 0 { -1e-3 } else { 1e20 }).collect();
    epoch.check(Metric::Auc {}, &BINARY, pairs_won(&epoch, &[0]));
    // Scikit-learn's own example.
    let epoch = Epoch {
        labels: vec![0.0, 0.0, 1.0, 1.0],
        scores: vec![0.1, 0.4, 0.35, 0.8],
        weights: vec![1.0; 4],
        label_columns: 1,
        columns: 1,
    };
    epoch.check(Metric::Auc {}, &BINARY, 0.75);
}

#[test]
fn the_area_takes_no_more_rows_than_it_has_room_for() {
    let mut area = Accumulator::new(Metric::Auc {}, &BINARY, 1, 1).expect("widths fit");
    let batch = Batch { y_true: &[0.0, 1.0], y_pred: &[0.2, 0.3], weights: None, columns: 1, binary_labels: true };
    assert_eq!(area.update(&batch).map_err(|e| e.kind), Err(Kind::State));
    area.make_room(3).expect("memory");
    area.update(&batch).expect("room");
    assert_eq!(area.update(&batch).map_err(|e| e.kind), Err(Kind::State));
    assert_eq!(area.value(), 1.0);
    assert_eq!(area.make_room(usize::MAX / 2).map_err(|e| e.kind), Err(Kind::Config));
    assert_eq!(area.make_room(usize::MAX).map_err(|e| e.kind), Err(Kind::Config));
    assert_eq!(area.update(&batch).map_err(|e| e.kind), Err(Kind::State));
}
