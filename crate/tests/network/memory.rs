//! Buffers that share memory: nothing that is needed is overwritten, and nothing is larger than it has to be.

use super::common::{Compile, Head, Layer, Model, Numbers, activation, bits, dataset, loss, metric, optimizer};
use super::predict;
use ravine::nn::dataset::Dataset;
use ravine::nn::lifetimes::place;
use ravine::nn::run::Run;
use ravine::nn::work::lifetimes;

const ROWS: usize = 11;

fn layer(numbers: &mut Numbers) -> Layer {
    let names = ["linear", "tanh", "relu", "gelu", "softmax", "sigmoid", "softplus"];
    let name = names[numbers.below(names.len())];
    let units = 1 + numbers.below(9);
    let mut layer = match numbers.below(14) {
        0 => Layer::activation(activation(name)),
        1 => Layer::new("prelu", &[]),
        2 => Layer::new("maxout", &[("units", units as f64), ("pieces", 2.0)]),
        3 => Layer::new("dropout", &[("rate", 0.3)]),
        4 => Layer::new("gaussianNoise", &[("standardDeviation", 0.1)]),
        5 => Layer::new("batchNormalization", &[]),
        6 => Layer::new("layerNormalization", &[]),
        7 | 8 => Layer::new("concatenate", &[]),
        9 => Layer::new("add", &[]),
        10 => Layer::new("slice", &[("width", 1.0)]),
        _ => Layer::dense(units, name),
    };
    if numbers.below(5) == 0 {
        layer.activity = [0.01, 0.02];
    }
    layer
}

/// The width of what a layer's first use reads.
fn width_read_by(model: &Model, layer: usize) -> usize {
    let value = model.nodes.iter().find(|(index, _)| *index == layer).map_or(0, |(_, inputs)| inputs[0]);
    let network = model.network();
    let graph = network.graph();
    graph.widths[value.checked_sub(2).map_or(value, |node| graph.node_values[node])]
}

/// Layers on values made before them, some used twice, the last values and some others being outputs.
fn random(seed: u64) -> (Model, Compile, Dataset) {
    let mut numbers = Numbers::new(seed);
    let inputs = vec![1 + numbers.below(5), 3];
    let mut model = Model { seed: seed as u32, inputs, layers: Vec::new(), nodes: Vec::new(), outputs: Vec::new() };
    let mut count = 2;
    while model.nodes.len() < 3 + seed as usize % 12 {
        // Near values mostly, so that there is some depth.
        let mut pick = || count - 1 - numbers.below(count).min(numbers.below(count));
        let several = [pick(), pick(), pick()];
        let repeat = !model.layers.is_empty() && numbers.below(5) == 0;
        let index = if repeat { numbers.below(model.layers.len()) } else { model.layers.len() };
        let mut next = model.clone();
        if !repeat {
            let dense = next.layers.iter().rposition(|layer| layer.kind == "dense").filter(|_| numbers.below(4) == 0);
            next.layers.push(match dense {
                // Its units are what the kernel's owner reads.
                Some(owner) => Layer::tied(owner, width_read_by(&model, owner), "tanh"),
                None => layer(&mut numbers),
            });
        }
        let many = matches!(next.layers[index].kind, "concatenate" | "add");
        next.nodes.push((index, several[..if many { 1 + numbers.below(3) } else { 1 }].to_vec()));
        next.outputs = vec![count];
        // A layer that does not suit the widths is left out.
        if ravine::nn::network::Network::read(&next.words()).is_ok() {
            model = next;
            count += 1;
        }
    }
    model.outputs.push(2 + numbers.below(count - 2));
    model.outputs.dedup();
    let network = model.network();
    let widths: Vec<usize> = network.graph().outputs.iter().map(|&value| network.graph().widths[value]).collect();
    let heads = widths.iter().map(|width| {
        let name = if *width > 1 { "categoricalCrossentropy" } else { "binaryCrossentropy" };
        let name = if numbers.below(3) == 0 { "meanSquaredError" } else { name };
        let metrics = if numbers.below(2) == 0 { vec![metric("meanAbsoluteError")] } else { Vec::new() };
        Head { weight: 0.5, metrics, ..Head::new(loss(name)) }
    });
    let heads = heads.collect();
    let frozen = (0..model.layers.len()).filter(|_| numbers.below(4) == 0).collect();
    let optimizer = optimizer("adam", &[("learningRate", 0.01)]);
    let compile = Compile { optimizer, frozen, heads, clip_norm: 1.0, ..Compile::new(vec![]) };
    let features: Vec<_> = model.inputs.iter().map(|width| numbers.list(ROWS * width, -1.0, 1.0)).collect();
    let labels: Vec<_> = widths.iter().map(|width| numbers.list(ROWS * width, 0.0, 1.0)).collect();
    (model, compile, dataset(ROWS, &features, &labels, &[]))
}

#[test]
fn what_is_needed_at_one_time_lies_apart() {
    let (mut shared, mut apart, mut depth) = (0, 0, 0);
    for seed in 0..300 {
        let (model, compile, _) = random(seed);
        let network = model.compiled(&compile);
        for (settings, training) in [(None, false), (network.training().ok(), false), (network.training().ok(), true)] {
            let mut buffers = lifetimes(network.graph(), ROWS, settings, training);
            let (spans, total) = place(&buffers);
            for (i, (a, span)) in buffers.iter().zip(&spans).enumerate() {
                assert!(a.first <= a.last && span.len == a.len);
                for (b, other) in buffers.iter().zip(&spans).take(i).filter(|_| a.len > 0) {
                    let disjoint = span.start + span.len <= other.start || other.start + other.len <= span.start;
                    assert!(disjoint || b.len == 0 || !a.meets(b), "seed {seed}: {a:?} {span:?}, {b:?} {other:?}");
                }
            }
            for buffer in &mut buffers {
                (buffer.first, buffer.last) = (0, usize::MAX);
            }
            let (_, separate) = place(&buffers);
            assert!(total <= separate);
            (shared, apart) = (shared + total, apart + separate);
        }
        depth = depth.max(network.graph().steps.len());
    }
    assert!(depth > 12 && shared * 4 < apart * 3, "{shared} of {apart} floats");
}

#[test]
fn sharing_memory_changes_no_bit() {
    let mut finite = 0;
    for seed in 0..300 {
        let (model, compile, data) = random(seed);
        let run = |share: bool| {
            let mut network = model.network();
            network.share = share;
            let mut seen = vec![predict(&mut network, &data)];
            network.compile(&compile.words(&model)).unwrap();
            let mut logs = Vec::new();
            // If a number overflows, both must blame the same layer.
            let mut failures = Vec::new();
            for epoch in 0..2 {
                for training in [true, false] {
                    let mut run = Run::new(&mut network, &data, 4, training, Some(epoch)).unwrap();
                    run.advance(&mut network, &data, 2, epoch).unwrap();
                    seen.push(predict(&mut network, &data));
                    run.advance(&mut network, &data, 9, epoch).unwrap();
                    logs.extend(run.logs().into_iter().map(f64::to_bits));
                    failures.push(run.failure());
                }
                logs.push(network.compute_gradients(&data).unwrap().to_bits());
                let gradient = |i| network.gradient(i).map(<[f32]>::to_vec);
                seen.push((0..).map_while(gradient).collect());
            }
            let seen: Vec<u32> = seen.iter().flatten().flatten().map(|x| x.to_bits()).collect();
            (seen, logs, bits(&network), failures)
        };
        let (shared, separate) = (run(true), run(false));
        assert_eq!(shared, separate, "seed {seed}");
        finite += usize::from(shared.3.iter().all(Option::is_none));
    }
    // The others have a cross-entropy of what is no probability.
    assert!(finite > 200, "most of them train: {finite}");
}

#[test]
fn inference_does_not_grow_with_depth_and_training_grows_by_what_is_kept() {
    let total = |depth: usize, name: &str, training: bool| {
        let model = Model::chain(64, (0..depth).map(|_| Layer::dense(64, name)).collect());
        let network = model.compiled(&Compile::new(loss("meanSquaredError")));
        network.lay_out(32, training).total
    };
    assert_eq!(total(3, "relu", false), total(60, "relu", false));
    // For each further layer training keeps its output, and not its gradient.
    assert_eq!(total(60, "relu", true) - total(30, "relu", true), 30 * 32 * 64);
    // Alone, without labels, two values and the scratch are all there is.
    let alone = Model::chain(64, (0..50).map(|_| Layer::dense(64, "relu")).collect()).network();
    let two = Model::chain(64, vec![Layer::dense(64, "relu")]).network();
    assert_eq!(alone.lay_out(32, false).total, two.lay_out(32, false).total);
}

#[test]
fn a_prediction_of_many_rows_takes_no_gradients_for_them() {
    let model = Model::chain(8, (0..6).map(|_| Layer::dense(128, "relu")).collect());
    let mut network = model.compiled(&Compile::new(loss("meanSquaredError")));
    let data = dataset(256, &[vec![0.5; 256 * 8]], &[vec![0.0; 256 * 128]], &[]);
    let small = dataset(4, &[vec![0.5; 4 * 8]], &[vec![0.0; 4 * 128]], &[]);
    Run::new(&mut network, &small, 4, true, None).unwrap().advance(&mut network, &small, 1, 0).unwrap();
    let before = network.bytes();
    predict(&mut network, &data);
    let grown = network.bytes() - before;
    // Two values of 256 rows and the labels, less what training has had; by far not six values and six gradients.
    assert!(grown < 4 * 256 * 128 * size_of::<f32>(), "{grown}");
}

/// What training a chain of dense layers cannot do without, in floats: parameters with gradients and state; values until the backward pass has read
/// them; the largest two gradients that meet; labels and their weights.
fn least(sizes: &[usize], rows: usize, slots: usize) -> usize {
    let parameters: usize = sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
    let values: usize = sizes.iter().sum();
    let hidden = [&sizes[1..], &[0]].concat();
    let gradients = hidden.windows(2).map(|pair| pair[0] + pair[1]).max().unwrap_or(0);
    parameters * (2 + slots) + rows * (values + gradients + 2)
}

#[test]
fn a_network_takes_little_more_than_it_must() {
    // As in the benchmarks.
    let networks: [(&[usize], usize); 5] = [
        (&[64, 64, 64, 10], 32),
        (&[784, 32, 10], 32),
        (&[784, 128, 10], 128),
        (&[784, 512, 512, 10], 32),
        (&[784, 512, 512, 10], 128),
    ];
    for (sizes, rows) in networks {
        for (name, slots) in [("adam", 2), ("rmsprop", 1), ("sgd", 0)] {
            let last = sizes.len() - 1;
            let layer = |i: usize| Layer::dense(sizes[i], if i == last { "softmax" } else { "relu" });
            let model = Model::chain(sizes[0], (1..=last).map(layer).collect());
            let compile =
                Compile { optimizer: optimizer(name, &[]), ..Compile::new(loss("sparseCategoricalCrossentropy")) };
            let mut network = model.compiled(&compile);
            let data = dataset(rows, &[vec![0.5; rows * sizes[0]]], &[vec![1.0; rows]], &[]);
            Run::new(&mut network, &data, rows, true, None).unwrap().advance(&mut network, &data, 1, 0).unwrap();
            let ratio = network.bytes() as f64 / (4 * least(sizes, rows, slots)) as f64;
            assert!((1.0..1.3).contains(&ratio), "{sizes:?}, {rows} rows, {name}: {ratio}");
        }
    }
}

#[test]
fn what_does_not_learn_has_neither_gradient_nor_state() {
    let layers = || vec![Layer::dense(256, "relu"), Layer::new("batchNormalization", &[]), Layer::dense(4, "linear")];
    let model = Model::chain(64, layers());
    let compile =
        |frozen| Compile { frozen, optimizer: optimizer("adam", &[]), ..Compile::new(loss("meanSquaredError")) };
    let mut network = model.compiled(&compile(vec![0, 1]));
    let [parameters, gradients, state, ..] = network.memory(1).unwrap();
    let head = f64::from(256 * 4 + 4) * 4.0;
    assert!(gradients >= head && gradients < head + 64.0, "{gradients}");
    assert_eq!(state, 2.0 * gradients);
    assert!(parameters > 10.0 * gradients);
    assert_eq!(network.gradient(0).map(<[f32]>::len), Some(0));
    assert_eq!(network.state(1, 0).map(<[f32]>::len), Some(0));
    assert_eq!(network.state(1, 6).map(<[f32]>::len), Some(256 * 4));
    // Compiled anew, weights stay where they are.
    let before = network.parameter(0).unwrap().as_ptr();
    network.compile(&compile(vec![]).words(&model)).unwrap();
    assert_eq!(network.parameter(0).unwrap().as_ptr(), before);
    assert_eq!(network.gradient(0).map(<[f32]>::len), Some(64 * 256));
    // Running averages never learn.
    assert_eq!(network.gradient(4).map(<[f32]>::len), Some(0));
    // A kernel that is tied to a layer that learns has a gradient even if its owner has none.
    let tied = Model::chain(5, vec![Layer::dense(3, "tanh"), Layer::tied(0, 5, "linear")]);
    let network = tied.compiled(&Compile { frozen: vec![0], ..Compile::new(loss("meanSquaredError")) });
    assert_eq!(network.gradient(0).map(<[f32]>::len), Some(15));
    assert_eq!(network.gradient(1).map(<[f32]>::len), Some(0));
}
