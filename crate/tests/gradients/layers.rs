//! Each kind of layer, each with its flags, in front of and behind others, at widths that leave lanes over.

use super::Case;
use super::common::{Compile, Layer, Model, Numbers, activation, loss};
use ravine::nn::layers::Kind;

const ROWS: usize = 7;

/// A chain of layers on three inputs.
type Chain = fn() -> Vec<Layer>;

/// For each kind of layer, models in which it stands. A kind without a row fails.
const MODELS: &[(&str, &[Chain])] = &[
    (
        "dense",
        &[
            || vec![Layer::dense(1, "linear")],
            || vec![Layer::dense(9, "tanh"), Layer::new("dense", &[("units", 2.0), ("useBias", 0.0)])],
        ],
    ),
    ("activation", &[|| vec![dense(5), Layer::activation(activation("softsign"))]]),
    (
        "dropout",
        &[
            || {
                vec![
                    Layer::new("dropout", &[("rate", 0.4)]),
                    dense(6),
                    Layer::new("dropout", &[("rate", 0.25)]),
                    dense(2),
                ]
            },
            || vec![dense(6), Layer::new("dropout", &[("rate", 0.0)])],
        ],
    ),
    (
        "gaussianNoise",
        &[|| {
            vec![Layer::new("gaussianNoise", &[("standardDeviation", 0.3)]), dense(5), Layer::new("gaussianNoise", &[])]
        }],
    ),
    (
        "prelu",
        &[
            || vec![Layer::new("prelu", &[]), dense(5), Layer::new("prelu", &[]), dense(2)],
            || vec![dense(8), Layer::new("prelu", &[])],
        ],
    ),
    (
        "maxout",
        &[
            || vec![maxout(5, 3), maxout(1, 2)],
            || vec![maxout(4, 1)],
            || vec![dense(3), Layer::new("maxout", &[("units", 2.0), ("pieces", 4.0), ("useBias", 0.0)])],
        ],
    ),
    (
        "batchNormalization",
        &[
            || vec![dense(5), Layer::new("batchNormalization", &[]), dense(2)],
            || vec![Layer::new("batchNormalization", &[("momentum", 0.5)]), dense(2)],
            || vec![dense(4), Layer::new("batchNormalization", &[("center", 0.0)]), dense(2)],
            || vec![dense(3), Layer::new("batchNormalization", &[("scale", 0.0), ("epsilon", 0.1)]), dense(2)],
            || vec![dense(2), Layer::new("batchNormalization", &[("scale", 0.0), ("center", 0.0)]), dense(2)],
        ],
    ),
    (
        "layerNormalization",
        &[
            || vec![dense(5), Layer::new("layerNormalization", &[]), dense(2)],
            || vec![Layer::new("layerNormalization", &[]), dense(2)],
            || vec![dense(4), Layer::new("layerNormalization", &[("center", 0.0)]), dense(2)],
            || vec![dense(3), Layer::new("layerNormalization", &[("scale", 0.0), ("epsilon", 0.1)]), dense(2)],
            || vec![dense(9), Layer::new("layerNormalization", &[("scale", 0.0), ("center", 0.0)]), dense(2)],
        ],
    ),
    // One input each: with several they are among the graphs.
    ("concatenate", &[|| vec![dense(3), Layer::new("concatenate", &[]), dense(2)]]),
    ("add", &[|| vec![dense(3), Layer::new("add", &[]), dense(2)]]),
    (
        "slice",
        &[
            || vec![dense(9), Layer::new("slice", &[("start", 2.0), ("width", 5.0)]), dense(2)],
            || vec![dense(3), Layer::new("slice", &[])],
        ],
    ),
    (
        "tiedDense",
        &[
            || vec![dense(5), Layer::tied(0, 3, "sigmoid")],
            || vec![dense(9), dense(4), Layer::tied(1, 9, "softmax"), Layer::tied(0, 3, "gelu")],
            || vec![dense(2), Layer { settings: vec![("useBias", 0.0)], ..Layer::tied(0, 3, "linear") }, dense(1)],
        ],
    ),
    (
        "lambda",
        &[
            || vec![dense(5), Layer::new("lambda", &[]), dense(2)],
            || vec![Layer::new("lambda", &[("units", 4.0)]), dense(3), Layer::new("lambda", &[("units", 2.0)])],
        ],
    ),
];

fn dense(units: usize) -> Layer {
    Layer::dense(units, "tanh")
}

fn maxout(units: usize, pieces: usize) -> Layer {
    Layer::new("maxout", &[("units", units as f64), ("pieces", pieces as f64)])
}

fn case(layers: Vec<Layer>) -> Case {
    let model = Model::chain(3, layers);
    let width = *model.network().graph().widths.last().expect("there are values");
    let labels = Numbers::new(9).list(ROWS * width, -1.0, 1.0);
    Case::new(model, Compile::new(loss("meanSquaredError")), ROWS, labels)
}

#[test]
fn every_kind_of_layer() {
    for entry in Kind::TABLE {
        let row = MODELS.iter().find(|(kind, _)| *kind == entry.name);
        let (kind, chains) = row.unwrap_or_else(|| panic!("no model has a layer {}: add a row", entry.name));
        for (i, chain) in chains.iter().enumerate() {
            let mut case = case(chain());
            assert!(case.model.layers.iter().any(|layer| layer.kind == *kind));
            case.check(&format!("{kind}, model {i}"));
            let width = case.labels[0].len() / ROWS;
            case.rows = 1;
            case.labels[0].truncate(width);
            // A batch of one row is what batch normalization makes 0: only its shift learns.
            if *kind != "batchNormalization" {
                case.check(&format!("{kind}, model {i}, one row"));
            }
        }
    }
}

#[test]
fn every_kind_of_layer_frozen() {
    for (kind, chains) in MODELS {
        for (i, chain) in chains.iter().enumerate() {
            // A layer that learns in front, so that gradients must pass through the frozen ones.
            let mut chain = chain();
            for layer in &mut chain {
                layer.tied[0] += 1;
            }
            let mut case = case([vec![Layer::dense(3, "linear")], chain].concat());
            case.compile.frozen = (1..case.model.layers.len()).collect();
            case.warm = 3;
            case.check(&format!("{kind}, model {i}, frozen"));
            let (network, _) = case.build();
            let fresh = case.model.network();
            for (p, (layer, _)) in network.graph().parameters.iter().enumerate().filter(|(_, (layer, _))| *layer > 0) {
                assert_eq!(network.parameter(p), fresh.parameter(p), "{kind}, model {i}: layer {layer} keeps its bits");
            }
        }
    }
}

#[test]
fn penalties_on_kernel_bias_alpha_and_activity() {
    let penalized = |mut layer: Layer, l1: f64, l2: f64| {
        (layer.kernel.l1, layer.kernel.l2, layer.bias.l1, layer.bias.l2) = (l1, l2, 0.5 * l1, 2.0 * l2);
        layer
    };
    for (l1, l2) in [(0.02, 0.0), (0.0, 0.03), (0.01, 0.05)] {
        let active = Layer { activity: [l1, l2], ..penalized(dense(5), l1, l2) };
        // A softmax stands apart from its product; its penalty is on what comes out of it.
        let softmax = Layer { activity: [0.5 * l1, l2], ..Layer::dense(4, "softmax") };
        let layers =
            vec![active, penalized(Layer::new("prelu", &[]), l1, l2), penalized(maxout(3, 2), l1, l2), softmax.clone()];
        case(layers).check(&format!("l1 {l1}, l2 {l2}"));
        // A penalized output is not fused with its loss.
        let labels = (0..4 * ROWS).map(|i| f32::from(u8::from(i % 5 == 0))).collect();
        let compile = Compile::new(loss("categoricalCrossentropy"));
        Case::new(Model::chain(3, vec![dense(3), softmax]), compile, ROWS, labels).check("a penalized softmax");
    }
}
