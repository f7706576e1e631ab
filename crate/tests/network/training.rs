//! What training does, and what it does not depend on.

use super::common::{Compile, Layer, Model, Numbers, Rules, bits, dataset, loss, optimizer};
use super::{epoch, evaluate, everything, part, predict, rows};
use ravine::nn::dataset::Dataset;
use ravine::nn::run::Run;
use ravine::rng::{Purpose, Stream};

#[test]
fn xor_is_learned() {
    let model = Model::chain(2, vec![Layer::dense(8, "tanh"), Layer::dense(1, "sigmoid")]);
    let compile =
        Compile { optimizer: optimizer("adam", &[("learningRate", 0.05)]), ..Compile::new(loss("binaryCrossentropy")) };
    let data = dataset(4, &[vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]], &[vec![0.0, 1.0, 1.0, 0.0]], &[]);
    let mut network = model.compiled(&compile);
    let before = evaluate(&mut network, &data, 4)[0];
    for i in 0..300 {
        epoch(&mut network, &data, 4, i, 1);
    }
    let after = evaluate(&mut network, &data, 4)[0];
    assert!(before > 0.5 && after < 0.01, "{before} {after}");
    let answers: Vec<f32> = predict(&mut network, &data)[0].iter().map(|p| p.round()).collect();
    assert_eq!(answers, [0.0, 1.0, 1.0, 0.0]);
}

#[test]
fn everything_at_once_learns() {
    let (model, compile) = everything();
    let (mut network, data) = (model.compiled(&compile), rows(200));
    let before = evaluate(&mut network, &data, 32);
    for i in 0..60 {
        epoch(&mut network, &data, 32, i, 3);
    }
    let after = evaluate(&mut network, &data, 32);
    assert!(after[0] < 0.5 * before[0], "{before:?} {after:?}");
    assert!(after[2] > 0.9 && after[7] > 0.8, "accuracies of both outputs: {after:?}");
}

#[test]
fn a_saturated_output_still_learns() {
    // The right class has probability 0 in single precision; on logits the loss is their distance, and its gradient is whole.
    let network = |units: usize, last: &str, name: &str| {
        let layer =
            Layer { kernel: Rules::new("ones", &[]), bias: Rules::new("zeros", &[]), ..Layer::dense(units, last) };
        Model::chain(1, vec![layer]).compiled(&Compile::new(loss(name)))
    };
    let data = |label: f32| dataset(1, &[vec![200.0]], &[vec![label]], &[]);
    let mut sigmoid = network(1, "sigmoid", "binaryCrossentropy");
    assert_eq!(sigmoid.compute_gradients(&data(0.0)), Ok(200.0));
    assert_eq!(sigmoid.gradient(0).unwrap(), [200.0]);

    // A step for one class parts two equal logits by 4000; now let the other be right.
    let mut softmax = network(2, "softmax", "sparseCategoricalCrossentropy");
    epoch(&mut softmax, &data(0.0), 1, 0, 1);
    let loss = softmax.compute_gradients(&data(1.0)).unwrap();
    assert!((loss - 4000.0).abs() < 1.0, "{loss}");
    assert_eq!(softmax.gradient(0).unwrap(), [200.0, -200.0]);
}

#[test]
fn the_same_bits_however_an_epoch_is_cut() {
    let (model, compile) = everything();
    let data = rows(23);
    let train = |chunk: usize| {
        let mut network = model.compiled(&compile);
        let logs: Vec<Vec<f64>> = (0..3).map(|i| epoch(&mut network, &data, 4, i, chunk)).collect();
        assert_eq!(network.training().unwrap().progress.iterations, 18, "six batches an epoch, the last of three rows");
        (bits(&network), logs)
    };
    let whole = train(usize::MAX);
    for chunk in [1, 2, 3, 5] {
        assert_eq!(train(chunk), whole, "{chunk} batches at a time");
    }
}

#[test]
fn rows_read_in_place_give_the_bits_of_gathered_ones() {
    let model = Model::chain(5, vec![Layer::dense(6, "relu"), Layer::dense(3, "softmax")]);
    let compile = Compile::new(loss("sparseCategoricalCrossentropy"));
    let mut numbers = Numbers::new(5);
    let x: Vec<Vec<f32>> = (0..23).map(|_| numbers.list(5, -1.0, 1.0)).collect();
    let y: Vec<f32> = (0..23).map(|_| numbers.below(3) as f32).collect();
    // Once in an order that scatters neighbours, and once laid out in that order.
    let order = Stream::new(u64::from(model.seed), Purpose::Shuffle, 0, 3).order(23, true).unwrap();
    let in_order = |rows: &[u32]| {
        let picked = |row: &u32| x[*row as usize].clone();
        let labels = rows.iter().map(|&row| y[row as usize]).collect();
        dataset(23, &[rows.iter().flat_map(picked).collect()], &[labels], &[])
    };
    let train = |data: &Dataset, shuffle: Option<u64>| {
        let mut network = model.compiled(&compile);
        let mut run = Run::new(&mut network, data, 4, true, shuffle).unwrap();
        assert_eq!(run.advance(&mut network, data, 6, 0), Ok(6));
        (bits(&network), run.logs())
    };
    let as_they_are: Vec<u32> = (0..23).collect();
    assert_eq!(train(&in_order(&as_they_are), Some(3)), train(&in_order(&order), None));
}

#[test]
fn looking_at_the_network_in_between_changes_nothing() {
    let (model, compile) = everything();
    let (data, other) = (rows(23), rows(300));
    let mut plain = model.compiled(&compile);
    let expected = (epoch(&mut plain, &data, 4, 0, 6), bits(&plain));

    let mut network = model.compiled(&compile);
    let mut run = Run::new(&mut network, &data, 4, true, Some(0)).unwrap();
    while run.advance(&mut network, &data, 1, 0) == Ok(1) {
        // More rows than a batch, so that buffers are laid out anew.
        predict(&mut network, &other);
        evaluate(&mut network, &other, 70);
        network.compute_gradients(&other).unwrap();
    }
    assert_eq!((run.logs(), bits(&network)), expected);
}

#[test]
fn a_run_is_its_batches_one_after_the_other() {
    let (model, mut compile) = everything();
    // Momentum and not Adam: a state that a batch too many or too few would show in.
    compile.optimizer = optimizer("sgd", &[("learningRate", 0.05), ("momentum", 0.9)]);
    let data = rows(11);
    let mut whole = model.compiled(&compile);
    let mut run = Run::new(&mut whole, &data, 4, true, None).unwrap();
    assert_eq!(run.advance(&mut whole, &data, 99, 0), Ok(3));

    let mut pieces = model.compiled(&compile);
    let (mut total, mut first) = (0.0, 0);
    for count in [4, 4, 3] {
        let batch = part(&data, &(first..first + count).collect::<Vec<_>>());
        let mut run = Run::new(&mut pieces, &batch, count, true, None).unwrap();
        run.advance(&mut pieces, &batch, 1, 0).unwrap();
        total += run.logs()[0] * count as f64;
        first += count;
    }
    assert_eq!(bits(&whole), bits(&pieces));
    assert!((run.logs()[0] - total / 11.0).abs() < 1e-12, "the epoch's loss weighs batches by their rows");
}

#[test]
fn an_epoch_takes_each_row_once_in_an_order_of_its_own() {
    // Without a learning rate nothing moves, and a mean over all rows cannot tell their order; a sum of single steps can.
    let model = Model::chain(1, vec![Layer::new("dense", &[("units", 1.0), ("useBias", 0.0)])]);
    let labels: Vec<f32> = Numbers::new(1).list(10, -1.0, 1.0);
    let data = dataset(10, &[vec![1.0; 10]], std::slice::from_ref(&labels), &[]);
    // The gradient of (w − t)² / 2 with a rate of 1 makes w the label of the last row seen: halve it by the loss's weight.
    let mut compile = Compile::new(loss("meanSquaredError"));
    compile.optimizer = optimizer("sgd", &[("learningRate", 1.0)]);
    compile.heads[0].weight = 0.5;
    let order = |shuffle: Option<u64>| {
        let mut network = model.compiled(&compile);
        let mut run = Run::new(&mut network, &data, 1, true, shuffle).unwrap();
        let mut seen = Vec::new();
        while run.advance(&mut network, &data, 1, 0) == Ok(1) {
            let weight = network.parameter(0).unwrap()[0];
            let nearest = |a: &usize, b: &usize| (labels[*a] - weight).abs().total_cmp(&(labels[*b] - weight).abs());
            seen.push((0..10).min_by(nearest).unwrap());
        }
        seen
    };
    let rows: Vec<usize> = (0..10).collect();
    assert_eq!(order(None), rows);
    let (first, second) = (order(Some(0)), order(Some(1)));
    assert!(first != rows && second != rows && first != second);
    for order in [first, second] {
        let mut sorted = order;
        sorted.sort_unstable();
        assert_eq!(sorted, rows);
    }
}

#[test]
fn random_layers_differ_by_step_and_place_and_rest_in_inference() {
    for (kind, setting) in [("dropout", ("rate", 0.5)), ("gaussianNoise", ("standardDeviation", 1.0))] {
        let layer = || Layer::new(kind, &[setting]);
        let model = Model::chain(64, vec![layer(), layer(), Layer::dense(1, "linear")]);
        let data = dataset(1, &[vec![1.0; 64]], &[vec![0.0]], &[]);
        let mut compile = Compile::new(loss("meanAbsoluteError"));
        compile.optimizer = optimizer("sgd", &[("learningRate", 0.0)]);
        let mut network = model.compiled(&compile);
        let plain = Model {
            layers: vec![Layer::dense(1, "linear")],
            nodes: vec![(0, vec![0])],
            outputs: vec![1],
            ..model.clone()
        };
        assert_eq!(predict(&mut network, &data), predict(&mut plain.network(), &data), "{kind} rests in inference");
        // The gradient of the kernel is what comes out of the random layers, up to a common sign.
        let passes = |network: &mut ravine::nn::network::Network| {
            network.compute_gradients(&data).unwrap();
            let pass: Vec<f32> = network.gradient(0).unwrap().iter().map(|x| x.abs()).collect();
            epoch(network, &data, 1, 0, 1);
            pass
        };
        let (first, second) = (passes(&mut network), passes(&mut network));
        let kept = first.iter().zip(&second).filter(|(a, b)| a == b).count();
        assert!(kept < 55, "{kind}: the steps' numbers are the same in {kept} of 64 places");
        if kind == "dropout" {
            // Two layers with the same mask would keep half.
            let kept = first.iter().filter(|x| **x != 0.0).count();
            assert!((8..25).contains(&kept), "both layers keep {kept} of 64 instead of about 16");
        }
        let mut again = model.compiled(&compile);
        assert_eq!((passes(&mut again), passes(&mut again)), (first, second), "{kind}: the seed governs it");
    }
}
