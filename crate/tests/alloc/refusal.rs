//! Memory that is not to be had is an error, and the network is as before.

use super::common::{Compile, Layer, Model, Numbers, bits, dataset, loss, metric, optimizer};
use super::limited;
use ravine::error::Kind;
use ravine::nn::dataset::Dataset;
use ravine::nn::network::Network;
use ravine::nn::rbm::Rbm;
use ravine::nn::rbm::training::{Epoch, Settings};
use ravine::nn::run::Run;

/// Less than what the calls below need for numbers, more than what they need for plans.
const LITTLE: usize = 16 * 1024;

fn model() -> Model {
    Model::chain(64, vec![Layer::dense(128, "tanh"), Layer::new("batchNormalization", &[]), Layer::dense(2, "softmax")])
}

fn compile() -> Compile {
    let mut compile = Compile::new(loss("categoricalCrossentropy"));
    compile.heads[0].metrics = vec![metric("auc")];
    compile
}

fn data(rows: usize) -> Dataset {
    let bits = (0..2 * rows).map(|i| f32::from(u8::from(i % 2 == i / 2 % 2))).collect();
    dataset(rows, &[Numbers::new(2).list(64 * rows, -1.0, 1.0)], &[bits], &[])
}

/// No memory is [`Kind::Config`]; `usize` cannot tell it from a wrong setting, but every word here is right.
fn refused<T>(work: impl FnOnce() -> ravine::error::Result<T>) {
    assert_eq!(limited(LITTLE, work).err().map(|error| error.kind), Some(Kind::Config));
}

#[test]
fn every_call_that_needs_memory_fails_cleanly_and_then_works() {
    let (model, compile, data) = (model(), compile(), data(4000));
    let words = model.words();
    refused(|| Network::read(&words));
    refused(|| Dataset::read(&[4000.0, 1.0, 64.0, 1.0, 2.0, 0.0]));

    let mut network = model.network();
    let before = bits(&network);
    let training = compile.words(&model);
    refused(|| network.compile(&training));
    assert_eq!(bits(&network), before);
    assert!(network.training().is_err(), "it is not compiled");
    network.compile(&training).unwrap();

    refused(|| Run::new(&mut network, &data, 32, true, None));
    let mut run = Run::new(&mut network, &data, 32, true, Some(0)).unwrap();
    assert_eq!(run.advance(&mut network, &data, 10, 0), Ok(10));
    let before = bits(&network);
    let mut answers = self::data(1000);
    refused(|| network.predict(&mut answers, 0, 1000));
    refused(|| network.compute_gradients(&data));
    // A run whose buffers were given up for those calls lays them out again.
    refused(|| run.advance(&mut network, &data, 1, 0));
    assert_eq!(bits(&network), before);
    network.predict(&mut answers, 0, 1000).unwrap();
    assert_eq!(run.advance(&mut network, &data, usize::MAX, 0), Ok(115));
    assert!(run.logs().iter().all(|x| x.is_finite()));
}

#[test]
fn sizes_that_no_machine_has_are_refused() {
    let most = 2_147_483_647.0;
    let big = |kind: &'static str| Layer::new(kind, &[("units", most)]);
    let chain = |width: usize, layers: Vec<Layer>| Network::read(&Model::chain(width, layers).words());
    refused(|| chain(1, vec![big("dense")]));
    refused(|| chain(most as usize, vec![big("maxout")]));
    refused(|| chain(most as usize, vec![big("dense"), big("dense")]));
    refused(|| chain(most as usize, vec![Layer::new("batchNormalization", &[])]));
    refused(|| Dataset::read(&[most, 2.0, most, most, 1.0, most, 1.0]));
    // Without parameters a value of that width is only a plan, until rows ask for memory.
    let wide = Model::chain(
        most as usize,
        vec![Layer::new("add", &[]), Layer::new("layerNormalization", &[("center", 0.0), ("scale", 0.0)])],
    );
    let mut network = wide.network();
    refused(|| network.reserve(1, false));
    refused(|| network.reserve(usize::MAX, false));
}

#[test]
fn a_boltzmann_machine_without_memory_is_as_before() {
    refused(|| Rbm::read(&[64.0, 128.0, 0.0, 1.0, 0.0]));
    let mut machine = Rbm::read(&[64.0, 128.0, 0.0, 1.0, 0.0]).unwrap();
    let data = dataset(200, &[Numbers::new(2).list(64 * 200, 0.0, 1.0)], &[], &[]);
    let settings = Settings { rate: 0.1, momentum: 0.0, decay: 0.0, k: 1, persistent: true };
    refused(|| Epoch::new(&mut machine, &data, 100, settings, None));
    let mut epoch = Epoch::new(&mut machine, &data, 100, settings, None).unwrap();
    assert_eq!(epoch.advance(&mut machine, &data, 9), Ok(2));
    assert!(!epoch.spoilt());
}

#[test]
fn a_compilation_without_memory_leaves_the_state_of_the_one_before() {
    let (model, data) = (model(), data(64));
    let adam = || Compile { optimizer: optimizer("adam", &[]), ..compile() };
    let train = |network: &mut Network| {
        let mut run = Run::new(network, &data, 32, true, Some(0)).unwrap();
        assert_eq!(run.advance(network, &data, 9, 0), Ok(2));
    };
    let [mut network, mut other] = [(); 2].map(|()| model.compiled(&adam()));
    train(&mut network);
    train(&mut other);
    // For another optimizer, whose state is of another size.
    refused(|| network.compile(&compile().words(&model)));
    train(&mut network);
    train(&mut other);
    assert_eq!(bits(&network), bits(&other));
    assert_eq!(network.state(1, 0), other.state(1, 0));
    // For one of the same size there is room already, and it starts anew.
    limited(LITTLE, || network.compile(&adam().words(&model))).unwrap();
    assert!(network.state(1, 0).unwrap().iter().all(|&x| x == 0.0));
}

#[test]
fn a_stream_without_memory_goes_on_when_there_is_some() {
    let (model, compile, data) = (model(), compile(), data(64));
    let mut network = model.compiled(&compile);
    refused(|| Run::stream(&mut network, &data, 64, 32, true));
    let mut run = Run::stream(&mut network, &data, 64, 32, true).unwrap();
    let before = bits(&network);
    // What `auc` keeps grows until there is no more.
    let grown = limited(LITTLE, || {
        (0..10_000).find(|_| {
            run.feed(&network, 0, 64, true).unwrap();
            run.advance(&mut network, &data, 2, 0).is_err()
        })
    });
    assert!(grown.is_some_and(|rounds| rounds > 0), "{grown:?}");
    assert_ne!(bits(&network), before);
    run.feed(&network, 0, 64, true).unwrap();
    assert_eq!(run.advance(&mut network, &data, 2, 0), Ok(2));
    assert!(run.logs().iter().all(|x| x.is_finite()));
}
