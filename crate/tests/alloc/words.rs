//! Descriptions that are not what they should be: thousands of mutations of good ones. Each is read or refused; none panics, and none takes
//! more memory than its sizes call for (a block of more than a megabyte is refused, which ends the program unless the engine expects it).

use super::common::{
    Compile, Head, Layer, MEASURED_HOST, Model, Numbers, activation, loss, measured_loss, metric, optimizer, variants,
};
use super::limited;
use ravine::nn::dataset::Dataset;
use ravine::nn::network::Network;
use ravine::nn::run::Run;
use ravine::optim::rule::Optimizer;

const LARGEST: usize = 1 << 20;

/// Numbers that break readers.
const ODD: &[f64] = &[
    0.0,
    1.0,
    2.0,
    3.0,
    4.0,
    7.0,
    8.0,
    19.0,
    64.0,
    1000.0,
    65_536.0,
    2_147_483_647.0,
    2_147_483_648.0,
    4_294_967_295.0,
    1e18,
    1e300,
    -1.0,
    -0.0,
    0.5,
    0.999,
    1.5,
    1e-300,
    5e-324,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

/// Changes one to four places of the words.
fn mutate(words: &[f64], numbers: &mut Numbers) -> Vec<f64> {
    let mut words = words.to_vec();
    for _ in 0..=numbers.below(3) {
        let place = numbers.below(words.len().max(1));
        let odd = ODD[numbers.below(ODD.len())];
        match numbers.below(8) {
            0 => words.truncate(place),
            1 => words.insert(place.min(words.len()), odd),
            2 if place < words.len() => drop(words.remove(place)),
            3 if place < words.len() => {
                let other = numbers.below(words.len());
                words.swap(place, other);
            }
            4 => words.extend_from_within(place.min(words.len())..),
            5 if place < words.len() => words[place] += 1.0,
            _ if place < words.len() => words[place] = odd,
            _ => words.push(odd),
        }
    }
    words
}

fn models() -> Vec<(Model, Compile)> {
    let dense = |units| Layer::dense(units, "tanh");
    let new = |kind: &'static str| Layer::new(kind, &[]);
    let chain = Model::chain(
        3,
        vec![
            dense(4),
            new("batchNormalization"),
            new("prelu"),
            new("dropout"),
            Layer::new("maxout", &[("units", 3.0)]),
            new("layerNormalization"),
            new("gaussianNoise"),
            Layer::activation(activation("leakyRelu")),
            Layer::dense(2, "softmax"),
        ],
    );
    let graph = Model {
        seed: 5,
        inputs: vec![3, 2],
        layers: vec![
            dense(4),
            new("concatenate"),
            Layer::new("slice", &[("width", 4.0)]),
            new("add"),
            dense(2),
            Layer::tied(0, 3, "sigmoid"),
            new("lambda"),
        ],
        nodes: vec![
            (0, vec![0]),
            (1, vec![2, 1]),
            (2, vec![3]),
            (3, vec![2, 4, 2]),
            (4, vec![5]),
            (5, vec![2]),
            (6, vec![6]),
        ],
        outputs: vec![7, 8],
    };
    let mut first = Compile::new(loss("categoricalCrossentropy"));
    first.heads[0].metrics = vec![metric("accuracy"), metric("auc"), measured_loss("huber")];
    first.schedule =
        Some(super::common::member(ravine::optim::schedule::Curve::TABLE, "constant", &[("learningRate", 0.1)]));
    let heads =
        vec![Head::new(loss("hinge")), Head { metrics: vec![metric("r2"), MEASURED_HOST.to_vec()], ..Head::host(2) }];
    let second = Compile { clip_norm: 1.0, heads, optimizer: optimizer("adam", &[]), ..Compile::new(vec![]) };
    vec![(chain, first), (graph, second)]
}

/// Uses a network whose words were accepted as anyone would.
fn exercise(network: &mut Network, numbers: &mut Numbers) {
    let graph = network.graph();
    let widths =
        |values: &mut dyn Iterator<Item = usize>| values.map(|value| graph.widths[value] as f64).collect::<Vec<_>>();
    let inputs = widths(&mut (0..graph.inputs));
    let outputs = widths(&mut graph.outputs.iter().copied());
    let labels = network.training().map(|training| training.label_widths.iter().map(|&width| width as f64).collect());
    let sets = [Some(outputs), labels.ok()];
    for (training, outputs) in sets.into_iter().enumerate().filter_map(|(i, set)| set.map(|set| (i == 1, set))) {
        let lists = [&inputs, &outputs].map(|list| [vec![list.len() as f64], list.clone()].concat());
        let words = [vec![3.0], lists.concat(), vec![0.0; outputs.len()]].concat();
        let Ok(mut data) = Dataset::read(&words) else { continue };
        for columns in data.inputs.clone() {
            data.write_columns(columns).iter_mut().for_each(|x| *x = numbers.uniform(-2.0, 2.0) as f32);
        }
        if training {
            if let Ok(mut run) = Run::new(network, &data, 2, true, Some(0)) {
                let _ = run.advance(network, &data, 9, 0);
                assert!(!run.logs().is_empty());
            }
            let _ = network.compute_gradients(&data);
        } else {
            let _ = network.predict(&mut data, 0, 3);
        }
    }
}

#[test]
fn mutated_models_are_read_or_refused() {
    let (mut numbers, mut accepted) = (Numbers::new(1), 0);
    for (model, compile) in models() {
        let (words, training) = (model.words(), compile.words(&model));
        for _ in 0..6000 {
            let words = mutate(&words, &mut numbers);
            limited(LARGEST, || {
                if let Ok(mut network) = Network::read(&words) {
                    network.set_host(Box::new(super::common::Answers));
                    accepted += 1;
                    let _ = network.compile(&training);
                    exercise(&mut network, &mut numbers);
                }
            });
        }
    }
    assert!(accepted > 500, "only {accepted} mutations were still models: the others say little");
}

#[test]
fn mutated_compilations_are_read_or_refused() {
    let (mut numbers, mut accepted) = (Numbers::new(2), 0);
    for (model, compile) in models() {
        for _ in 0..200 {
            let mut compile = compile.clone();
            let entry = &Optimizer::TABLE[numbers.below(Optimizer::TABLE.len())];
            let settings = variants(entry);
            compile.optimizer = optimizer(entry.name, &settings[numbers.below(settings.len())]);
            let words = compile.words(&model);
            let mut network = model.network();
            for _ in 0..30 {
                let words = mutate(&words, &mut numbers);
                limited(LARGEST, || {
                    if network.compile(&words).is_ok() {
                        accepted += 1;
                        exercise(&mut network, &mut numbers);
                    }
                });
            }
        }
    }
    assert!(accepted > 1000, "only {accepted} mutations were still compilations");
}

#[test]
fn mutated_data_sets_are_read_or_refused() {
    let (mut numbers, mut accepted) = (Numbers::new(3), 0);
    let words = [20.0, 2.0, 3.0, 5.0, 2.0, 1.0, 4.0, 1.0, 0.0];
    let (model, compile) = models().remove(1);
    let mut network = model.compiled(&compile);
    for _ in 0..10_000 {
        let words = mutate(&words, &mut numbers);
        limited(LARGEST, || {
            if let Ok(mut data) = Dataset::read(&words) {
                accepted += 1;
                // Of other widths than the network's, mostly.
                let _ = network.predict(&mut data, 0, 2);
                let _ = Run::new(&mut network, &data, 2, true, Some(0))
                    .map(|mut run| run.advance(&mut network, &data, 1, 0));
            }
        });
    }
    assert!(accepted > 300, "only {accepted} mutations were still data sets");
}
