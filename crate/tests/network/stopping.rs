//! A loss that is not finite stops a run before anything is changed, and says where the trouble began.

use super::common::{Compile, Layer, Model, activation, bits, dataset, loss, optimizer};
use super::{evaluate, everything, predict, rows};
use ravine::nn::dataset::Dataset;
use ravine::nn::failure::{Failure, Place};
use ravine::nn::run::Run;

/// Spoils row 9 of 20 and trains in batches of four: two batches pass, the third stops.
fn spoiled(spoil: impl Fn(&mut Dataset), place: Place) {
    let (model, compile) = everything();
    let mut network = model.compiled(&compile);
    let mut data = rows(20);
    spoil(&mut data);
    let mut run = Run::new(&mut network, &data, 4, true, None).unwrap();
    assert_eq!(run.advance(&mut network, &data, 2, 0), Ok(2));
    let (before, progress, logs) = (bits(&network), network.training().unwrap().progress, run.logs());
    assert_eq!(run.advance(&mut network, &data, 5, 0), Ok(0));
    assert_eq!(run.failure(), Some(Failure { batch: 2, place }));
    assert_eq!(bits(&network), before, "weights and running statistics stay");
    assert_eq!(network.training().unwrap().progress, progress);
    assert_eq!(run.logs(), logs, "the batch enters no mean");
    assert_eq!(run.advance(&mut network, &data, 5, 0), Ok(0), "a stopped run stays stopped");

    let good = rows(12);
    assert!(predict(&mut network, &good).iter().flatten().all(|x| x.is_finite()));
    let mut run = Run::new(&mut network, &good, 4, true, None).unwrap();
    assert_eq!(run.advance(&mut network, &good, 9, 0), Ok(3), "the network is as good as before");
}

#[test]
fn not_a_number_in_an_input() {
    spoiled(|data| data.write_columns(data.inputs[1])[9 * 3 + 1] = f32::NAN, Place::Inputs);
    spoiled(|data| data.write_columns(data.inputs[1])[9 * 3] = f32::INFINITY, Place::Inputs);
}

#[test]
fn not_a_number_in_a_label_or_a_weight() {
    // The first output's loss is finite, the second's is not: neither may count.
    spoiled(|data| data.write_columns(data.labels[1])[9 * 2] = f32::NAN, Place::Loss);
    spoiled(|data| data.write_columns(data.labels[0])[9] = f32::NAN, Place::Loss);
    spoiled(|data| data.write_columns(data.weights[1].unwrap())[9] = f32::NAN, Place::Loss);
}

#[test]
fn a_class_that_does_not_exist() {
    for class in [3.0, -1.0, 0.5] {
        spoiled(|data| data.write_columns(data.labels[0])[9] = class, Place::Loss);
    }
}

#[test]
fn the_first_layer_that_overflows_is_named() {
    // One of a few exponentials of exponentials is the first beyond 3.4e38.
    let tower = (0..5).map(|_| Layer::activation(activation("exponential")));
    let layers = [Layer::dense(3, "tanh")].into_iter().chain(tower).chain([Layer::dense(2, "linear")]).collect();
    let model = Model::chain(2, layers);
    let mut network = model.compiled(&Compile::new(loss("meanSquaredError")));
    let before = bits(&network);
    let data = dataset(2, &[vec![1.0; 4]], &[vec![0.0; 4]], &[]);
    for training in [true, false] {
        let mut run = Run::new(&mut network, &data, 2, training, None).unwrap();
        assert_eq!(run.advance(&mut network, &data, 1, 0), Ok(0));
        assert_eq!(bits(&network), before);
        let Some(Failure { batch: 0, place: Place::Layer(layer) }) = run.failure() else {
            panic!("a layer is to blame, not {:?}", run.failure())
        };
        // Cut in front of that layer the chain is finite, cut behind it it is not.
        for (end, finite) in [(layer, true), (layer + 1, false)] {
            let mut cut = Model { outputs: vec![end], ..model.clone() }.network();
            assert_eq!(predict(&mut cut, &data).iter().flatten().all(|x| x.is_finite()), finite);
        }
    }
}

#[test]
fn a_last_update_that_overflows_is_met_too() {
    let model = Model::chain(1, vec![Layer::dense(1, "linear")]);
    let sgd = optimizer("sgd", &[("learningRate", 3e38)]);
    let compile = Compile { optimizer: sgd, ..Compile::new(loss("meanSquaredError")) };
    let mut network = model.compiled(&compile);
    let data = dataset(2, &[vec![1.0, 2.0]], &[vec![100.0, 200.0]], &[]);
    let mut run = Run::new(&mut network, &data, 2, true, None).unwrap();
    assert_eq!(run.advance(&mut network, &data, 1, 0), Ok(0));
    assert_eq!(run.failure(), Some(Failure { batch: 0, place: Place::Weights(0) }));
}

#[test]
fn an_evaluation_stops_too() {
    let (model, compile) = everything();
    let mut network = model.compiled(&compile);
    let mut data = rows(20);
    data.write_columns(data.inputs[0])[5 * 17] = f32::NAN;
    let mut run = Run::new(&mut network, &data, 4, false, None).unwrap();
    assert_eq!(run.advance(&mut network, &data, 99, 0), Ok(4));
    assert_eq!(run.failure(), Some(Failure { batch: 4, place: Place::Inputs }));
    assert!(evaluate(&mut network, &rows(8), 8)[0].is_finite());
}
