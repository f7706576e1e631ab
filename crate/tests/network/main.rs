//! Networks as a whole: training, stopping, rules about weights, inference, errors.

#[path = "../common/mod.rs"]
mod common;
mod errors;
mod host;
mod inference;
mod memory;
mod rules;
mod stopping;
mod stream;
mod training;

use common::{Compile, Head, Layer, Model, Numbers, activation, dataset, loss, measured_loss, metric, optimizer};
use ravine::nn::dataset::Dataset;
use ravine::nn::network::Network;
use ravine::nn::run::Run;

/// Every kind of layer in one network with two inputs (widths 5 and 3) and two outputs (classes of 3, widths 2).
fn everything() -> (Model, Compile) {
    let layers = vec![
        Layer::new("gaussianNoise", &[("standardDeviation", 0.05)]),
        Layer { activity: [0.001, 0.002], ..Layer::dense(6, "tanh") },
        Layer::new("batchNormalization", &[("momentum", 0.9)]),
        Layer::new("prelu", &[]),
        Layer::new("dropout", &[("rate", 0.3)]),
        Layer::new("concatenate", &[]),
        Layer::new("maxout", &[("units", 7.0), ("pieces", 3.0)]),
        Layer::new("layerNormalization", &[]),
        Layer::new("slice", &[("start", 1.0), ("width", 5.0)]),
        Layer::dense(5, "gelu"),
        Layer::new("add", &[]),
        Layer::activation(activation("softsign")),
        Layer::dense(3, "softmax"),
        Layer::dense(2, "sigmoid"),
    ];
    let nodes: &[(usize, &[usize])] = &[
        (0, &[0]),       // 2
        (1, &[2]),       // 3
        (2, &[3]),       // 4
        (3, &[4]),       // 5
        (4, &[5]),       // 6
        (5, &[6, 1]),    // 7
        (6, &[7]),       // 8
        (7, &[8]),       // 9
        (8, &[9]),       // 10
        (9, &[10]),      // 11
        (9, &[11]),      // 12: used twice
        (10, &[10, 12]), // 13
        (11, &[13]),     // 14
        (12, &[14]),     // 15
        (13, &[14]),     // 16
    ];
    let nodes = nodes.iter().map(|(layer, inputs)| (*layer, inputs.to_vec())).collect();
    let mut model = Model { seed: 11, inputs: vec![5, 3], layers, nodes, outputs: vec![15, 16] };
    (model.layers[6].kernel.l2, model.layers[6].bias.l1) = (0.001, 0.001);
    model.layers[9].kernel.constraint = common::constraint("maxNorm", &[("maxValue", 1.5)]);
    let heads = vec![
        Head {
            metrics: vec![
                metric("accuracy"),
                metric("auc"),
                metric("f1"),
                measured_loss("sparseCategoricalCrossentropy"),
            ],
            ..Head::new(loss("sparseCategoricalCrossentropy"))
        },
        Head {
            weight: 0.5,
            metrics: vec![metric("binaryAccuracy"), metric("r2"), metric("auc"), measured_loss("meanAbsoluteError")],
            ..Head::new(loss("binaryCrossentropy"))
        },
    ];
    let compile = Compile {
        optimizer: optimizer("adam", &[("learningRate", 0.01)]),
        clip_norm: 5.0,
        clip_value: 1.0,
        scales: vec![(12, 0.5)],
        heads,
        ..Compile::new(vec![])
    };
    (model, compile)
}

/// Rows for [`everything`].
fn rows(count: usize) -> Dataset {
    let mut numbers = Numbers::new(count as u64);
    let inputs = [numbers.list(5 * count, -1.0, 1.0), numbers.list(3 * count, -1.0, 1.0)];
    // Labels that the inputs tell, so that there is something to learn.
    let class =
        |row: usize| f32::from(u8::from(inputs[0][5 * row] > 0.3)) + f32::from(u8::from(inputs[1][3 * row] > 0.0));
    let classes = (0..count).map(class).collect();
    let bits = (0..2 * count).map(|i| f32::from(u8::from(inputs[0][i / 2 * 5 + i % 2] > 0.0))).collect();
    let weights = [None, Some(numbers.list(count, 0.5, 1.5))];
    dataset(count, &inputs, &[classes, bits], &weights)
}

/// An epoch, `chunk` batches at a time; the logs at its end.
fn epoch(network: &mut Network, data: &Dataset, batch: usize, epoch: u64, chunk: usize) -> Vec<f64> {
    let mut run = Run::new(network, data, batch, true, Some(epoch)).expect("the data suit");
    while run.advance(network, data, chunk, epoch).expect("the data suit") == chunk {}
    assert_eq!(run.failure(), None);
    run.logs()
}

fn evaluate(network: &mut Network, data: &Dataset, batch: usize) -> Vec<f64> {
    let mut run = Run::new(network, data, batch, false, None).expect("the data suit");
    run.advance(network, data, usize::MAX, 0).expect("the data suit");
    run.logs()
}

/// The outputs for all rows of `data`, side by side.
fn predict(network: &mut Network, data: &Dataset) -> Vec<Vec<f32>> {
    let widths: Vec<usize> = network.graph().outputs.iter().map(|&value| network.graph().widths[value]).collect();
    let inputs: Vec<Vec<f32>> = data.inputs.iter().map(|&columns| data.read_columns(columns).to_vec()).collect();
    let room: Vec<Vec<f32>> = widths.iter().map(|width| vec![f32::NAN; width * data.rows]).collect();
    let mut answers = dataset(data.rows, &inputs, &room, &[]);
    network.predict(&mut answers, 0, data.rows).expect("the data suit");
    answers.labels.iter().map(|&columns| answers.read_columns(columns).to_vec()).collect()
}

/// The first rows of a data set with some of its rows.
fn part(data: &Dataset, order: &[usize]) -> Dataset {
    let pick = |columns| {
        let all: &[f32] = data.read_columns(columns);
        let width = all.len() / data.rows;
        order.iter().flat_map(|&row| all[row * width..][..width].to_vec()).collect::<Vec<f32>>()
    };
    let list =
        |matrices: &[ravine::nn::dataset::Columns]| matrices.iter().map(|&columns| pick(columns)).collect::<Vec<_>>();
    let weights: Vec<_> = data.weights.iter().map(|weights| weights.map(pick)).collect();
    dataset(order.len(), &list(&data.inputs), &list(&data.labels), &weights)
}
