//! A training step allocates nothing.

use super::allocations;
use super::common::{
    Compile, Head, Layer, MEASURED_HOST, Model, Numbers, activation, dataset, loss, measured_loss, member, metric,
    optimizer,
};
use ravine::kernels::activation::Activation;
use ravine::kernels::loss::Loss;
use ravine::nn::dataset::Dataset;
use ravine::nn::layers::Kind;
use ravine::nn::metric::Metric;
use ravine::nn::mixer::Mixer;
use ravine::nn::rbm::Rbm;
use ravine::nn::rbm::training::{Epoch, Settings};
use ravine::nn::run::Run;
use ravine::optim::rule::Optimizer;

const ROWS: usize = 30;
const BATCH: usize = 8;

fn data(model: &Model, labels: usize) -> Dataset {
    let mut numbers = Numbers::new(21);
    let inputs: Vec<Vec<f32>> = model.inputs.iter().map(|width| numbers.list(ROWS * width, -1.0, 1.0)).collect();
    let bits = (0..ROWS * labels).map(|_| numbers.below(2) as f32).collect();
    dataset(ROWS, &inputs, &[bits], &[Some(vec![1.0; ROWS])])
}

/// Trains, then evaluates: after the first batch nothing may be allocated, for the last and smaller one neither.
fn check(model: &Model, compile: &Compile, labels: usize, what: &str) {
    let mut network = model.compiled(compile);
    let data = data(model, labels);
    for training in [true, false] {
        let mut run = Run::new(&mut network, &data, BATCH, training, Some(0)).expect("the data suit");
        assert_eq!(run.advance(&mut network, &data, 1, 0), Ok(1), "{what}");
        let count = allocations(|| {
            assert_eq!(run.advance(&mut network, &data, 99, 0), Ok(3), "{what}: {:?}", run.failure());
        });
        assert_eq!(count, 0, "{what}: allocations in three steps, training {training}");
    }
}

/// Of a stream, batches that there is room for.
#[test]
fn a_stream() {
    let model = Model::chain(4, vec![Layer::dense(5, "tanh"), Layer::dense(3, "softmax")]);
    let metrics = vec![metric("auc"), metric("accuracy")];
    let head = Head { metrics, ..Head::new(loss("categoricalCrossentropy")) };
    let mut network = model.compiled(&Compile { heads: vec![head], ..Compile::new(vec![]) });
    let mut data = data(&model, 3);
    let mut mixer = Mixer::new(1, 0);
    let mut run = Run::stream(&mut network, &data, 2 * BATCH, BATCH, true).expect("the data suit");
    // What the metric keeps grows by a half.
    for batches in [2, 2, 1] {
        run.feed(&network, 0, batches * BATCH, true).expect("a ring");
        assert_eq!(run.advance(&mut network, &data, 9, 0), Ok(batches));
    }
    let count = allocations(|| {
        run.feed(&network, 0, BATCH, true).expect("a ring");
        mixer.exchange(&mut data, 2 * BATCH, 0, BATCH).expect("rows");
        assert_eq!(run.advance(&mut network, &data, 9, 0), Ok(1));
    });
    assert_eq!(count, 0);
}

#[test]
fn each_kind_of_layer() {
    for entry in Kind::TABLE {
        let layers = match entry.name {
            "dense" => vec![Layer::dense(9, "tanh"), Layer::dense(300, "softmax")],
            "activation" => vec![Layer::activation(activation("gelu"))],
            "maxout" => vec![Layer::new("maxout", &[("units", 5.0), ("pieces", 3.0)])],
            // The kernel [4, 6] of the layer in front.
            "tiedDense" => vec![Layer::tied(0, 4, "softmax")],
            "slice" => vec![Layer::new("slice", &[("start", 1.0), ("width", 3.0)])],
            name => vec![Layer::new(name, &[])],
        };
        // Between learning layers, on a value with a second user, so that gradients are added.
        let count = layers.len();
        let all =
            [vec![Layer::dense(6, "tanh")], layers, vec![Layer::new("concatenate", &[]), Layer::dense(2, "sigmoid")]];
        let mut nodes: Vec<(usize, Vec<usize>)> = (0..=count).map(|i| (i, vec![i])).collect();
        nodes.extend([(count + 1, vec![1, count + 1, 1]), (count + 2, vec![count + 2])]);
        let mut model = Model { seed: 1, inputs: vec![4], layers: all.concat(), nodes, outputs: vec![count + 3] };
        for layer in &mut model.layers {
            (layer.kernel.l1, layer.kernel.l2, layer.activity) = (0.001, 0.001, [0.001, 0.001]);
            layer.kernel.constraint = super::common::constraint("maxNorm", &[]);
        }
        let compile = Compile { clip_norm: 1.0, clip_value: 0.5, ..Compile::new(loss("binaryCrossentropy")) };
        check(&model, &compile, 2, entry.name);
    }
}

#[test]
fn each_activation_wide_and_with_two_users() {
    for entry in Activation::TABLE {
        let layer = Layer::activation(member(Activation::TABLE, entry.name, &[]));
        let layers =
            vec![Layer::dense(300, "linear"), layer, Layer::new("concatenate", &[]), Layer::dense(2, "linear")];
        let nodes = vec![(0, vec![0]), (1, vec![1]), (2, vec![1, 2, 1]), (3, vec![3])];
        let model = Model { seed: 1, inputs: vec![4], layers, nodes, outputs: vec![4] };
        // Three hundred exponentials add up: small steps.
        let optimizer = optimizer("sgd", &[("learningRate", 1e-4)]);
        check(&model, &Compile { optimizer, ..Compile::new(loss("meanSquaredError")) }, 2, entry.name);
    }
}

#[test]
fn each_loss_with_each_metric() {
    for entry in Loss::TABLE {
        let words = member(Loss::TABLE, entry.name, &[]);
        let sparse = entry.name.starts_with("sparse");
        let metrics = Metric::TABLE.iter().map(|metric| metric.name).filter(|name| match *name {
            "sparseCategoricalAccuracy" => sparse,
            "categoricalAccuracy" | "binaryAccuracy" | "r2" => !sparse,
            name => !sparse || !name.contains("Error"),
        });
        let metrics = metrics.map(metric).chain([measured_loss(entry.name)]).collect();
        let compile = Compile { heads: vec![Head { metrics, ..Head::new(words) }], ..Compile::new(vec![]) };
        let model = Model::chain(4, vec![Layer::dense(3, "softmax")]);
        check(&model, &compile, if sparse { 1 } else { 3 }, entry.name);
    }
}

#[test]
fn a_loss_of_the_hosts() {
    let head = Head { metrics: vec![metric("accuracy"), MEASURED_HOST.to_vec()], ..Head::host(1) };
    let compile = Compile { heads: vec![head], ..Compile::new(vec![]) };
    check(&Model::chain(4, vec![Layer::dense(3, "tanh")]), &compile, 1, "the host's loss");
}

#[test]
fn each_optimizer() {
    for entry in Optimizer::TABLE {
        for settings in super::common::variants(entry) {
            let words = optimizer(entry.name, &settings);
            let model = Model::chain(4, vec![Layer::dense(5, "tanh"), Layer::dense(2, "linear")]);
            let compile = Compile { optimizer: words, ..Compile::new(loss("meanSquaredError")) };
            check(&model, &compile, 2, entry.name);
        }
    }
}

#[test]
fn a_prediction_allocates_only_its_list_of_widths() {
    let model = Model::chain(
        4,
        vec![Layer::dense(64, "gelu"), Layer::new("batchNormalization", &[]), Layer::dense(2, "softmax")],
    );
    let mut network = model.network();
    let mut answers = dataset(1000, &[vec![0.5; 4000]], &[vec![0.0; 2000]], &[]);
    network.predict(&mut answers, 0, 1000).unwrap();
    assert!(allocations(|| network.predict(&mut answers, 0, 1000).unwrap()) <= 1);
}

#[test]
fn a_boltzmann_machine() {
    let data = dataset(ROWS, &[Numbers::new(4).list(ROWS * 20, 0.0, 1.0)], &[], &[]);
    for (gaussian, momentum, persistent) in [(0.0, 0.0, false), (0.0, 0.5, true), (1.0, 0.5, false)] {
        let mut machine = Rbm::read(&[20.0, 30.0, gaussian, 1.0, 0.0]).unwrap();
        let settings = Settings { rate: 0.01, momentum, decay: 0.01, k: 2, persistent };
        let mut epoch = Epoch::new(&mut machine, &data, BATCH, settings, Some(0)).unwrap();
        let count = allocations(|| assert_eq!(epoch.advance(&mut machine, &data, 4), Ok(4)));
        assert_eq!(count, 0, "gaussian {gaussian}, persistent {persistent}");
    }
}
