//! Evaluation and prediction.

use super::common::{Compile, Head, Layer, Model, Numbers, bits, dataset, loss, metric};
use super::{epoch, evaluate, everything, part, predict, rows};

#[test]
fn evaluation_is_the_mean_over_rows() {
    let model = Model::chain(4, vec![Layer::dense(6, "relu"), Layer::dense(3, "softmax")]);
    let metrics = vec![metric("accuracy"), super::measured_loss("sparseCategoricalCrossentropy")];
    let heads = vec![Head { weight: 2.0, metrics, ..Head::new(loss("sparseCategoricalCrossentropy")) }];
    let mut network = model.compiled(&Compile { heads, ..Compile::new(vec![]) });
    let mut numbers = Numbers::new(8);
    let labels: Vec<f32> = (0..37).map(|_| numbers.below(3) as f32).collect();
    let weights = numbers.list(37, 0.0, 2.0);
    let data = dataset(37, &[numbers.list(4 * 37, -1.0, 1.0)], std::slice::from_ref(&labels), &[Some(weights.clone())]);
    let answers = predict(&mut network, &data).remove(0);
    let (mut sum, mut plain, mut right) = (0.0, 0.0, 0.0);
    for (row, p) in answers.chunks(3).enumerate() {
        let class = labels[row] as usize;
        let loss = -f64::from(p[class]).ln();
        sum += f64::from(weights[row]) * loss;
        plain += loss;
        right += f64::from(u8::from((0..3).all(|j| p[j] <= p[class])));
    }
    for batch in [1, 5, 37, 1000] {
        let logs = evaluate(&mut network, &data, batch);
        for (got, expected) in logs.iter().zip([2.0 * sum / 37.0, sum / 37.0, right / 37.0, plain / 37.0]) {
            assert!((got - expected).abs() < 1e-6 * expected, "batches of {batch}: {got} {expected}");
        }
        assert_eq!(logs.len(), 4);
    }
}

#[test]
fn evaluation_does_not_depend_on_how_it_is_cut_and_changes_nothing() {
    let (model, compile) = everything();
    let (mut network, data) = (model.compiled(&compile), rows(50));
    epoch(&mut network, &data, 8, 0, 9);
    let before = bits(&network);
    let whole = evaluate(&mut network, &data, 50);
    let mut run = ravine::nn::run::Run::new(&mut network, &data, 50, false, None).unwrap();
    while run.advance(&mut network, &data, 1, 0) == Ok(1) {}
    assert_eq!(run.logs(), whole);
    for batch in [1, 7, 49] {
        for (a, b) in evaluate(&mut network, &data, batch).iter().zip(&whole) {
            assert!((a - b).abs() <= 1e-6 * b.abs(), "batches of {batch}: {a} {b}");
        }
    }
    assert_eq!(bits(&network), before);
}

#[test]
fn a_prediction_does_not_depend_on_the_rows_beside_it() {
    let (model, compile) = everything();
    let data = rows(600);
    // As it comes from its description, and trained: with and without room for gradients.
    let mut trained = model.compiled(&compile);
    epoch(&mut trained, &data, 32, 0, 99);
    for mut network in [model.network(), trained] {
        let whole = predict(&mut network, &data);
        assert!(whole.iter().flatten().all(|x| x.is_finite()));
        let mut first = 0;
        for count in [1, 2, 3, 5, 255, 256, 78] {
            let some = predict(&mut network, &part(&data, &(first..first + count).collect::<Vec<_>>()));
            for (some, (whole, width)) in some.iter().zip(whole.iter().zip([3, 2])) {
                assert_eq!(some[..], whole[first * width..(first + count) * width]);
            }
            first += count;
        }
        assert_eq!(first, 600);
    }
}

#[test]
fn a_range_of_rows_fills_its_own_labels() {
    let model = Model::chain(2, vec![Layer::dense(3, "tanh")]);
    let mut network = model.network();
    let mut data = dataset(10, &[Numbers::new(4).list(20, -1.0, 1.0)], &[vec![9.0; 30]], &[]);
    let whole = predict(&mut network, &data).remove(0);
    network.predict(&mut data, 4, 3).unwrap();
    let filled = data.read_columns(data.labels[0]);
    assert!(filled[..12].iter().chain(&filled[21..]).all(|x| *x == 9.0));
    assert_eq!(filled[12..21], whole[12..21]);
    network.predict(&mut data, 10, 0).unwrap();
}
