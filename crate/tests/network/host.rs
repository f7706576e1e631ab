//! Losses and layers of the host's: what they are asked, and that a refusal leaves everything as it was.

use std::cell::RefCell;
use std::rc::Rc;

use super::common::{Answers, Compile, Head, Layer, MEASURED_HOST, Model, bits, dataset, loss, metric, optimizer};
use super::{epoch, evaluate, predict};
use ravine::nn::dataset::Dataset;
use ravine::nn::failure::{Failure, Place};
use ravine::nn::host::{Answer, Call, Host, Refused, Task};
use ravine::nn::run::Run;

/// What a call was: task, index, part, rows, training.
type Asked = (Task, usize, usize, usize, bool);

/// Answers until a number of calls is reached, and keeps a list.
struct Watched {
    calls: Rc<RefCell<Vec<Asked>>>,
    limit: usize,
}

impl Host for Watched {
    fn run(&mut self, call: Call<'_>) -> Answer<f64> {
        let mut calls = self.calls.borrow_mut();
        let answer = calls.len() < self.limit;
        calls.push((call.task, call.index, call.part, call.rows, call.training));
        if answer { Answers.run(call) } else { Err(Refused) }
    }
}

/// A shared lambda between layers that learn, batch normalization, two outputs of which the second has the host's loss, also as a measure.
fn mixed() -> (Model, Compile) {
    let layers = vec![
        Layer::dense(4, "tanh"),
        Layer::new("lambda", &[("units", 4.0)]),
        Layer::new("batchNormalization", &[]),
        Layer::dense(3, "softmax"),
        Layer::dense(2, "linear"),
    ];
    let nodes = vec![(0, vec![0]), (1, vec![1]), (2, vec![2]), (1, vec![3]), (3, vec![4]), (4, vec![4])];
    let model = Model { seed: 2, inputs: vec![3], layers, nodes, outputs: vec![5, 6] };
    let heads = vec![
        Head { metrics: vec![metric("accuracy")], ..Head::new(loss("categoricalCrossentropy")) },
        Head { weight: 0.5, metrics: vec![metric("r2"), MEASURED_HOST.to_vec()], ..Head::host(2) },
    ];
    (model, Compile { heads, optimizer: optimizer("adam", &[]), ..Compile::new(vec![]) })
}

fn rows(count: usize) -> Dataset {
    let inputs = (0..3 * count).map(|i| (i as f32 * 0.7).sin()).collect();
    let classes = (0..3 * count).map(|i| f32::from(u8::from(i % 3 == i / 3 % 3))).collect();
    let numbers = (0..2 * count).map(|i| (i as f32).cos()).collect();
    dataset(count, &[inputs], &[classes, numbers], &[])
}

#[test]
fn it_is_asked_for_what_is_needed_and_in_order() {
    let (model, compile) = mixed();
    let mut network = model.compiled(&compile);
    let calls = Rc::default();
    network.set_host(Box::new(Watched { calls: Rc::clone(&calls), limit: usize::MAX }));
    let data = rows(5);
    epoch(&mut network, &data, 3, 0, 9);
    let batch = |rows| {
        [Task::Forward, Task::Forward, Task::Loss, Task::Loss, Task::Backward, Task::Backward].map(|task| {
            let place = if task == Task::Loss { (1, 0) } else { (1, 4) };
            (task, place.0, place.1, rows, true)
        })
    };
    let mut expected = [batch(3), batch(2)].concat();
    // The second loss is the measure after the metric.
    (expected[3].2, expected[9].2) = (2, 2);
    assert_eq!(*calls.borrow(), expected);
    calls.borrow_mut().clear();
    evaluate(&mut network, &data, 5);
    assert!(calls.borrow().iter().all(|call| !call.4 && call.0 != Task::Backward));
    assert_eq!(calls.borrow().len(), 4);
}

#[test]
fn its_loss_is_the_engines_where_the_formulas_are() {
    let trained = |head: Head| {
        let model = Model::chain(3, vec![Layer::dense(4, "tanh"), Layer::dense(2, "linear")]);
        let compile = Compile { heads: vec![head], ..Compile::new(vec![]) };
        let mut network = model.compiled(&compile);
        let inputs = (0..30).map(|i| (i as f32 * 0.3).sin()).collect();
        let labels = (0..20).map(|i| (i as f32 * 0.2).cos()).collect();
        let data = dataset(10, &[inputs], &[labels], &[]);
        let logs: Vec<_> = (0..4).map(|i| epoch(&mut network, &data, 4, i, 9)[0]).collect();
        (logs, network.parameter(0).unwrap().to_vec())
    };
    // The host's is the sum over two columns where the engine's is their mean; rounding alone differs.
    let (logs, weights) = trained(Head { weight: 0.5, ..Head::host(2) });
    let (own_logs, own_weights) = trained(Head::new(loss("meanSquaredError")));
    for (a, b) in logs.iter().zip(&own_logs) {
        assert!((a - b).abs() < 1e-6 * b.abs(), "{logs:?} {own_logs:?}");
    }
    for (a, b) in weights.iter().zip(&own_weights) {
        assert!((a - b).abs() < 1e-6, "{weights:?} {own_weights:?}");
    }
}

#[test]
fn a_refusal_changes_nothing() {
    let (model, compile) = mixed();
    let data = rows(6);
    let before = {
        let mut network = model.compiled(&compile);
        epoch(&mut network, &data, 3, 0, 9);
        (bits(&network), network.training().unwrap().progress)
    };
    // Each of the six questions of a batch in turn.
    for limit in 0..6 {
        let mut network = model.compiled(&compile);
        epoch(&mut network, &data, 3, 0, 9);
        network.set_host(Box::new(Watched { calls: Rc::default(), limit: 6 + limit }));
        let mut run = Run::new(&mut network, &data, 3, true, None).unwrap();
        assert_eq!(run.advance(&mut network, &data, 1, 1), Ok(1));
        let (weights, progress) = (bits(&network), network.training().unwrap().progress);
        assert_ne!((&weights, progress), (&before.0, before.1));
        assert_eq!(run.advance(&mut network, &data, 1, 1), Ok(0));
        assert_eq!(run.failure(), Some(Failure { batch: 1, place: Place::Host }));
        assert_eq!((bits(&network), network.training().unwrap().progress), (weights, progress), "question {limit}");
        // And goes on with the same bits as one that was never refused.
        network.set_host(Box::new(Answers));
        let mut other = model.compiled(&compile);
        epoch(&mut other, &data, 3, 0, 9);
        let mut run = Run::new(&mut other, &data, 3, true, None).unwrap();
        assert_eq!(run.advance(&mut other, &data, 1, 1), Ok(1));
        for one in [&mut network, &mut other] {
            epoch(one, &data, 3, 2, 9);
        }
        assert_eq!(bits(&network), bits(&other), "question {limit}");
    }
}

#[test]
fn predictions_gradients_and_evaluations_are_refused_too() {
    let (model, compile) = mixed();
    let mut network = model.compiled(&compile);
    let (data, words) = (rows(4), [4.0, 1.0, 3.0, 2.0, 3.0, 2.0, 0.0, 0.0]);
    network.set_host(Box::new(Watched { calls: Rc::default(), limit: 0 }));
    assert_eq!(network.predict(&mut Dataset::read(&words).unwrap(), 0, 4), Err(Refused.into()));
    assert_eq!(network.compute_gradients(&data), Err(Refused.into()));
    let mut run = Run::new(&mut network, &data, 2, false, None).unwrap();
    assert_eq!(run.advance(&mut network, &data, 9, 0), Ok(0));
    assert_eq!(run.failure(), Some(Failure { batch: 0, place: Place::Host }));
    network.set_host(Box::new(Answers));
    assert!(predict(&mut network, &data).iter().flatten().all(|x| x.is_finite()));
}

#[test]
fn without_a_host_nothing_is_answered() {
    let (model, _) = mixed();
    let mut network = ravine::nn::network::Network::read(&model.words()).unwrap();
    let words = [1.0, 1.0, 3.0, 2.0, 3.0, 2.0, 0.0, 0.0];
    assert_eq!(network.predict(&mut Dataset::read(&words).unwrap(), 0, 1), Err(Refused.into()));
}
