//! Rules about updates: clipping, constraints, learning rates, frozen layers, running statistics.

use super::common::{Compile, Layer, Model, Numbers, bits, constraint, dataset, loss, member, optimizer};
use super::{epoch, everything, rows};
use ravine::nn::constraint::Constraint;
use ravine::nn::dataset::Dataset;
use ravine::nn::layer::ParameterName;
use ravine::nn::network::Network;
use ravine::nn::run::Run;
use ravine::optim::schedule::Curve;

const ROWS: usize = 12;

fn model() -> Model {
    Model::chain(3, vec![Layer::dense(5, "tanh"), Layer::dense(4, "tanh"), Layer::dense(2, "linear")])
}

fn data() -> Dataset {
    let mut numbers = Numbers::new(2);
    dataset(ROWS, &[numbers.list(3 * ROWS, -1.0, 1.0)], &[numbers.list(2 * ROWS, -3.0, 3.0)], &[])
}

fn sgd(rate: f64) -> Compile {
    Compile { optimizer: optimizer("sgd", &[("learningRate", rate)]), ..Compile::new(loss("meanSquaredError")) }
}

fn parameters(network: &Network) -> Vec<Vec<f32>> {
    (0..).map_while(|i| network.parameter(i).map(<[f32]>::to_vec)).collect()
}

fn gradients(network: &mut Network) -> Vec<Vec<f32>> {
    network.compute_gradients(&data()).unwrap();
    (0..).map_while(|i| network.gradient(i).map(<[f32]>::to_vec)).collect()
}

/// How far a step of gradient descent with rate 1 moves each parameter.
fn step(model: &Model, compile: &Compile) -> Vec<Vec<f64>> {
    let mut network = model.compiled(compile);
    let before = parameters(&network);
    epoch(&mut network, &data(), ROWS, 0, 1);
    let pairs = before.iter().zip(parameters(&network));
    pairs.map(|(a, b)| a.iter().zip(b).map(|(a, b)| f64::from(*a) - f64::from(b)).collect()).collect()
}

fn check(moves: &[Vec<f64>], expected: impl Fn(usize, f64) -> f64) {
    let gradient = gradients(&mut model().compiled(&sgd(1.0)));
    for (i, (moves, gradient)) in moves.iter().zip(&gradient).enumerate() {
        for (got, &g) in moves.iter().zip(gradient) {
            let expected = expected(i, f64::from(g));
            assert!((got - expected).abs() < 1e-6, "parameter {i}: moved by {got}, not {expected}");
        }
    }
}

#[test]
fn clipping_by_value_by_norm_and_both() {
    let gradient = gradients(&mut model().compiled(&sgd(1.0)));
    let all: Vec<f64> = gradient.iter().flatten().map(|&g| f64::from(g)).collect();
    let norm = all.iter().map(|g| g * g).sum::<f64>().sqrt();
    assert!(norm > 0.5 && all.iter().any(|g| g.abs() > 0.3), "there is something to clip: {norm}");

    check(&step(&model(), &sgd(1.0)), |_, g| g);
    check(&step(&model(), &Compile { clip_value: 0.1, ..sgd(1.0) }), |_, g| g.clamp(-0.1, 0.1));
    check(&step(&model(), &Compile { clip_norm: 0.25, ..sgd(1.0) }), |_, g| g * 0.25 / norm);
    check(&step(&model(), &Compile { clip_norm: 2.0 * norm, ..sgd(1.0) }), |_, g| g);
    let clamped = all.iter().map(|g| g.clamp(-0.1, 0.1).powi(2)).sum::<f64>().sqrt();
    let both = Compile { clip_value: 0.1, clip_norm: 0.2, ..sgd(1.0) };
    check(&step(&model(), &both), |_, g| g.clamp(-0.1, 0.1) * 0.2 / clamped);
}

#[test]
fn the_norm_is_that_of_what_learns() {
    let gradient = gradients(&mut model().compiled(&sgd(1.0)));
    // Layer 1 is frozen: its parameters are number 2 and 3.
    let learned = |i: usize| !(2..4).contains(&i);
    let squares = |i: usize| gradient[i].iter().map(|&g| f64::from(g).powi(2)).sum::<f64>();
    let norm = (0..gradient.len()).filter(|&i| learned(i)).map(squares).sum::<f64>().sqrt();
    let moves = step(&model(), &Compile { clip_norm: 0.25, frozen: vec![1], ..sgd(1.0) });
    check(&moves, |i, g| if learned(i) { g * 0.25 / norm } else { 0.0 });
}

#[test]
fn learning_rate_scales() {
    let scales = [1.0, 0.0, 0.25];
    let compile = Compile { scales: vec![(1, 0.0), (2, 0.25)], ..sgd(1.0) };
    check(&step(&model(), &compile), |i, g| g * scales[i / 2]);
}

#[test]
fn penalties_reach_the_update_and_not_a_layer_that_no_output_needs() {
    let mut model = model();
    model.layers.push(Layer::dense(3, "tanh"));
    for layer in &mut model.layers {
        layer.kernel.l2 = 0.1;
    }
    // The last layer reads the first's output; nobody reads the last's.
    model.nodes.push((3, vec![1]));
    let mut network = model.compiled(&sgd(0.1));
    let start = parameters(&network);
    for i in 0..5 {
        epoch(&mut network, &data(), ROWS, i, 1);
    }
    let end = parameters(&network);
    assert_eq!(start[6..], end[6..], "a layer without a way to a loss stays");
    assert!((0..6).all(|i| start[i] != end[i]));

    let plain = step(&self::model(), &sgd(1.0));
    let mut penalized = self::model();
    penalized.layers[0].kernel.l2 = 0.1;
    let kernel = penalized.network().parameter(0).unwrap().to_vec();
    let moves = step(&penalized, &sgd(1.0));
    for ((with, without), w) in moves[0].iter().zip(&plain[0]).zip(kernel) {
        assert!((with - without - 0.2 * f64::from(w)).abs() < 1e-6);
    }
}

#[test]
fn penalties_come_before_the_clipping() {
    let mut penalized = self::model();
    penalized.layers[0].kernel.l2 = 10.0;
    let moves = step(&penalized, &Compile { clip_value: 0.1, ..sgd(1.0) });
    assert!(moves.iter().flatten().all(|moved| moved.abs() < 0.1 + 1e-6), "{moves:?}");
}

#[test]
fn constraints_hold_after_every_step() {
    for entry in Constraint::TABLE {
        let mut model = model();
        let words = match entry.name {
            "maxNorm" => constraint("maxNorm", &[("maxValue", 0.6)]),
            "minMaxNorm" => constraint("minMaxNorm", &[("minValue", 0.5), ("maxValue", 0.7)]),
            name => constraint(name, &[]),
        };
        let mut maxout = Layer::new("maxout", &[("units", 4.0)]);
        maxout.kernel.constraint = words.clone();
        let mut prelu = Layer::new("prelu", &[]);
        prelu.kernel.constraint = words.clone();
        model.layers[0].kernel.constraint = words.clone();
        model.layers[0].bias.constraint = words;
        model.layers[1] = maxout;
        model.layers.insert(2, prelu);
        model = Model::chain(3, model.layers);
        let mut network = model.compiled(&sgd(0.3));
        for i in 0..4 {
            epoch(&mut network, &data(), ROWS, i, 1);
            for index in [0, 1, 2, 4] {
                let (_, parameter) = &network.graph().parameters[index];
                let w = network.parameter(index).unwrap();
                let norms = (0..parameter.columns).map(|j| {
                    let column = w.iter().skip(j).step_by(parameter.columns);
                    column.map(|&w| f64::from(w).powi(2)).sum::<f64>().sqrt()
                });
                let holds = |norm: f64| match entry.name {
                    "none" => true,
                    "maxNorm" => norm < 0.6 + 1e-6,
                    "unitNorm" => (norm - 1.0).abs() < 1e-5,
                    "minMaxNorm" => norm > 0.5 - 1e-5 && norm < 0.7 + 1e-5,
                    "nonNegative" => w.iter().all(|&w| w >= 0.0),
                    other => panic!("say what {other} means"),
                };
                assert!(norms.into_iter().all(holds), "{} on parameter {index}: {w:?}", entry.name);
            }
        }
    }
}

#[test]
fn a_schedule_counts_steps_or_epochs() {
    let decay = member(Curve::TABLE, "stepDecay", &[("initialLearningRate", 0.1), ("stepSize", 2.0), ("gamma", 0.5)]);
    let every_epoch = [member(Curve::TABLE, "everyEpoch", &[]), decay.clone()].concat();
    // The rate of each step from the movement of a parameter whose gradient is known: a bias under a loss of constant slope.
    let model = Model::chain(1, vec![Layer::dense(1, "linear")]);
    let data = dataset(3, &[vec![0.0; 3]], &[vec![-1e6; 3]], &[]);
    let rates = |schedule: Vec<f64>| {
        let compile = Compile { schedule: Some(schedule), ..Compile::new(loss("meanAbsoluteError")) };
        let mut network = model.compiled(&compile);
        let mut rates = Vec::new();
        for i in 0..3 {
            let mut run = Run::new(&mut network, &data, 1, true, Some(i)).unwrap();
            loop {
                let before = f64::from(network.parameter(1).unwrap()[0]);
                if run.advance(&mut network, &data, 1, i) == Ok(0) {
                    break;
                }
                rates.push(before - f64::from(network.parameter(1).unwrap()[0]));
            }
        }
        rates
    };
    let by_step = [0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125, 0.00625];
    let by_epoch = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05];
    for (rates, expected) in [(rates(decay), by_step), (rates(every_epoch), by_epoch)] {
        let close = rates.iter().zip(expected).all(|(rate, expected)| (rate - expected).abs() < 1e-6);
        assert!(close && rates.len() == 9, "{rates:?}, not {expected:?}");
    }
}

#[test]
fn frozen_layers_keep_their_bits() {
    let (model, mut compile) = everything();
    compile.frozen = vec![1, 2, 6, 9];
    let mut network = model.compiled(&compile);
    let before = bits(&network);
    for i in 0..4 {
        epoch(&mut network, &rows(20), 8, i, 9);
    }
    let after = bits(&network);
    for (i, (layer, _)) in network.graph().parameters.iter().enumerate() {
        assert_eq!(before[i] == after[i], compile.frozen.contains(layer), "parameter {i} of layer {layer}");
    }
}

#[test]
fn running_statistics_follow_the_batches_and_serve_inference() {
    let model = Model::chain(2, vec![Layer::new("batchNormalization", &[("momentum", 0.75), ("epsilon", 0.01)])]);
    let mut compile = sgd(0.0);
    let mut network = model.compiled(&compile);
    let find = |name| network.graph().parameters.iter().position(|(_, p)| p.name == name).unwrap();
    let [mean, variance] = [ParameterName::MovingMean, ParameterName::MovingVariance].map(find);
    let x = Numbers::new(6).list(2 * ROWS, -1.0, 3.0);
    let data = dataset(ROWS, std::slice::from_ref(&x), &[vec![0.0; 2 * ROWS]], &[]);
    let mut expected = [[0.0_f64, 1.0]; 2];
    for i in 0..3 {
        epoch(&mut network, &data, 5, i, 9);
        let order = shuffled(&model, ROWS, i);
        for batch in order.chunks(5) {
            for (j, [mean, variance]) in expected.iter_mut().enumerate() {
                let column: Vec<f64> = batch.iter().map(|&row| f64::from(x[2 * row + j])).collect();
                let n = column.len() as f64;
                let m = column.iter().sum::<f64>() / n;
                let v = column.iter().map(|x| (x - m).powi(2)).sum::<f64>() / n;
                (*mean, *variance) = (0.75 * *mean + 0.25 * m, 0.75 * *variance + 0.25 * v);
            }
        }
        for (j, [m, v]) in expected.iter().enumerate() {
            assert!((f64::from(network.parameter(mean).unwrap()[j]) - m).abs() < 1e-6);
            assert!((f64::from(network.parameter(variance).unwrap()[j]) - v).abs() < 1e-6);
        }
    }
    let answers = super::predict(&mut network, &data).remove(0);
    for (i, y) in answers.iter().enumerate() {
        let [m, v] = expected[i % 2];
        assert!((f64::from(*y) - (f64::from(x[i]) - m) / (v + 0.01).sqrt()).abs() < 1e-5);
    }
    // Frozen: training uses the same numbers as inference and moves nothing.
    compile.frozen = vec![0];
    network.compile(&compile.words(&model)).unwrap();
    let before = bits(&network);
    let trained = epoch(&mut network, &data, 5, 0, 9)[0];
    let evaluated = super::evaluate(&mut network, &data, 5)[0];
    assert!((trained - evaluated).abs() < 1e-6 * evaluated, "{trained} {evaluated}");
    assert_eq!(bits(&network), before);
}

/// The rows of an epoch in order.
fn shuffled(model: &Model, rows: usize, epoch: u64) -> Vec<usize> {
    let stream = ravine::rng::Stream::new(u64::from(model.seed), ravine::rng::Purpose::Shuffle, 0, epoch);
    let mut order: Vec<u32> = (0..rows as u32).collect();
    stream.words().shuffle(&mut order);
    order.into_iter().map(|row| row as usize).collect()
}
