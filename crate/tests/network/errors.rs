//! Calls that come at the wrong time or with the wrong sizes: an error, and the network is as before.

use super::common::{Compile, Layer, Model, bits, dataset, loss};
use super::{epoch, everything, predict, rows};
use ravine::error::{Error, Kind};
use ravine::nn::dataset::Dataset;
use ravine::nn::network::Network;
use ravine::nn::run::Run;

fn kind<T>(result: Result<T, Error>) -> Option<Kind> {
    result.err().map(|error| error.kind)
}

#[test]
fn training_wants_a_compiled_network_and_fitting_data() {
    let (model, compile) = everything();
    let mut network = model.network();
    let data = rows(8);
    assert_eq!(kind(Run::new(&mut network, &data, 4, true, None)), Some(Kind::State));
    assert_eq!(kind(network.compute_gradients(&data)), Some(Kind::State));
    network.compile(&compile.words(&model)).unwrap();
    let narrow = dataset(8, &[vec![0.0; 32], vec![0.0; 24]], &[vec![0.0; 8], vec![0.0; 16]], &[]);
    assert_eq!(kind(Run::new(&mut network, &narrow, 4, true, None)), Some(Kind::Shape));
    assert_eq!(kind(Run::new(&mut network, &data, 0, true, None)), Some(Kind::Shape));
    let none = Dataset::read(&[0.0, 2.0, 5.0, 3.0, 2.0, 1.0, 2.0, 0.0, 0.0]).unwrap();
    assert_eq!(kind(Run::new(&mut network, &none, 4, true, None)), Some(Kind::Shape));
    let mut run = Run::new(&mut network, &data, 4, true, None).unwrap();
    assert_eq!(kind(run.advance(&mut network, &rows(9), 1, 0)), Some(Kind::State));
    let mut answers = dataset(8, &[vec![0.0; 40], vec![0.0; 24]], &[vec![0.0; 24], vec![0.0; 16]], &[]);
    assert_eq!(kind(network.predict(&mut answers, 5, 4)), Some(Kind::Shape));
    assert_eq!(kind(network.predict(&mut answers, usize::MAX, 4)), Some(Kind::Shape));
    assert_eq!(kind(network.predict(&mut answers, 0, 8)), None);
}

#[test]
fn a_compilation_that_fails_changes_nothing() {
    let (model, compile) = everything();
    let (mut network, data) = (model.compiled(&compile), rows(16));
    let mut twin = model.compiled(&compile);
    epoch(&mut network, &data, 4, 0, 9);
    epoch(&mut twin, &data, 4, 0, 9);
    let words = compile.words(&model);
    for end in 0..words.len() {
        assert_eq!(kind(network.compile(&words[..end])), Some(Kind::Config), "{end} of {} words", words.len());
    }
    epoch(&mut network, &data, 4, 1, 9);
    epoch(&mut twin, &data, 4, 1, 9);
    assert_eq!(bits(&network), bits(&twin), "the optimizer's state is still there");
    network.compile(&words).unwrap();
    assert_eq!(bits(&network), bits(&twin), "weights stay");
    assert_eq!(network.training().unwrap().progress.iterations, 0);
}

#[test]
fn layers_that_do_not_fit_one_another() {
    let graph = |layers: Vec<Layer>, nodes: &[(usize, &[usize])]| {
        let nodes: Vec<_> = nodes.iter().map(|(layer, inputs)| (*layer, inputs.to_vec())).collect();
        let outputs = vec![nodes.len() + 1];
        kind(Network::read(&Model { seed: 0, inputs: vec![4, 3], layers, nodes, outputs }.words()))
    };
    let new = |kind: &'static str| Layer::new(kind, &[]);
    let slice = |start: f64, width: f64| Layer::new("slice", &[("start", start), ("width", width)]);
    assert_eq!(graph(vec![new("add")], &[(0, &[0, 1])]), Some(Kind::Shape));
    assert_eq!(graph(vec![new("concatenate")], &[(0, &[0, 1])]), None);
    for (start, width, fits) in
        [(0.0, 4.0, true), (3.0, 1.0, true), (1.0, 4.0, false), (4.0, 1.0, false), (0.0, 5.0, false)]
    {
        assert_eq!(graph(vec![slice(start, width)], &[(0, &[0])]).is_none(), fits, "{start} {width}");
    }
    for layer in [
        "dense",
        "activation",
        "dropout",
        "gaussianNoise",
        "prelu",
        "maxout",
        "batchNormalization",
        "layerNormalization",
        "slice",
        "lambda",
    ] {
        assert_eq!(graph(vec![new(layer)], &[(0, &[0, 1])]), Some(Kind::Shape), "{layer} takes one input");
    }
    // A layer with parameters used at two widths.
    for layer in [Layer::dense(4, "linear"), new("prelu"), new("batchNormalization"), new("layerNormalization")] {
        assert_eq!(graph(vec![layer], &[(0, &[0]), (0, &[1])]), Some(Kind::Shape));
    }
    // A kernel of another layer, which must be there and of the right size: here [4, 2].
    let dense = Layer::dense(2, "linear");
    for (owner, units, nodes, fits) in [
        (0, 4, [(0, &[0][..]), (1, &[2])], true),
        (0, 3, [(0, &[0]), (1, &[2])], false),
        (0, 4, [(0, &[0]), (1, &[0])], false),
        (0, 4, [(1, &[0]), (0, &[2])], false),
        (1, 4, [(0, &[0]), (1, &[2])], false),
        (2, 4, [(0, &[0]), (1, &[2])], false),
    ] {
        let tied = Layer::tied(owner, units, "linear");
        assert_eq!(graph(vec![dense.clone(), tied], &nodes).is_none(), fits, "{owner} {units} {nodes:?}");
    }
    assert_eq!(graph(vec![new("add")], &[(0, &[])]), Some(Kind::Config), "a node without input");
    assert_eq!(graph(vec![new("add")], &[(0, &[2])]), Some(Kind::Config), "a node that reads itself");
    let huge = Layer::new("maxout", &[("units", 2_147_483_647.0), ("pieces", 2_147_483_647.0)]);
    assert_eq!(graph(vec![huge], &[(0, &[0])]), Some(Kind::Config));
}

#[test]
fn one_value_is_one_output() {
    let mut model = Model::chain(3, vec![Layer::dense(2, "linear")]);
    model.outputs = vec![1, 1];
    let mut compile = Compile::new(loss("meanSquaredError"));
    compile.heads.push(compile.heads[0].clone());
    let mut network = model.network();
    assert_eq!(kind(network.compile(&compile.words(&model))), Some(Kind::Config));
    // It can still predict, twice the same.
    let data = dataset(2, &[vec![1.0; 6]], &[vec![0.0; 4]], &[]);
    let answers = predict(&mut network, &data);
    assert_eq!(answers[0], answers[1]);
}
