//! Networks that are no chains: several inputs and outputs, values and layers used more than once, frozen parts.

use super::Case;
use super::common::{Compile, Head, Layer, Model, Numbers, loss};

const ROWS: usize = 5;

/// Layer and inputs of each node.
type Nodes = &'static [(usize, &'static [usize])];

fn dense(units: usize) -> Layer {
    Layer::dense(units, "tanh")
}

/// A case with mean squared errors at all outputs.
fn squares(model: Model) -> Case {
    let heads = model.outputs.iter().enumerate();
    let heads =
        heads.map(|(i, _)| Head { weight: 1.0 - 0.4 * i as f64, ..Head::new(loss("meanSquaredError")) }).collect();
    let compile = Compile { heads, ..Compile::new(vec![]) };
    let network = model.network();
    let graph = network.graph();
    let mut numbers = Numbers::new(12);
    let labels = graph.outputs.iter().map(|&value| numbers.list(ROWS * graph.widths[value], -1.0, 1.0)).collect();
    let weights = vec![None; model.outputs.len()];
    Case { model, compile, rows: ROWS, labels, weights, warm: 2 }
}

fn graph(inputs: &[usize], layers: Vec<Layer>, nodes: &[(usize, &[usize])], outputs: &[usize]) -> Model {
    let nodes = nodes.iter().map(|(layer, inputs)| (*layer, inputs.to_vec())).collect();
    Model { seed: 3, inputs: inputs.to_vec(), layers, nodes, outputs: outputs.to_vec() }
}

/// Two inputs; a shared body; concatenated, sliced and added; two outputs.
fn braid() -> Model {
    let slice = |start: usize, width: usize| Layer::new("slice", &[("start", start as f64), ("width", width as f64)]);
    let layers = vec![
        dense(5),
        Layer::new("concatenate", &[]),
        slice(0, 3),
        slice(2, 3),
        Layer::new("add", &[]),
        dense(2),
        Layer::dense(3, "linear"),
    ];
    let nodes: &[(usize, &[usize])] = &[
        (0, &[0]),       // 2
        (0, &[1]),       // 3: the same layer on the other input
        (1, &[2, 0, 3]), // 4: an input among them
        (2, &[4]),       // 5
        (3, &[4]),       // 6: overlaps the former
        (4, &[5, 6, 5]), // 7: one of them twice
        (5, &[7]),       // 8
        (6, &[4]),       // 9
    ];
    graph(&[4, 4], layers, nodes, &[8, 9])
}

#[test]
fn a_braid_of_shared_concatenated_sliced_and_added_values() {
    let mut case = squares(braid());
    case.check("braid");
    case.weights = vec![Some(vec![0.5, 2.0, 0.0, 1.0, 3.0]), None];
    case.check("braid, one output weighted");
    for frozen in [vec![0], vec![5], vec![6], vec![0, 6]] {
        case.compile.frozen = frozen;
        case.check(&format!("braid, frozen {:?}", case.compile.frozen));
    }
}

#[test]
fn one_output_split_in_two_heads() {
    let slice = |start: usize, width: usize| Layer::new("slice", &[("start", start as f64), ("width", width as f64)]);
    let softmax = || Layer::activation(super::common::activation("softmax"));
    // Once side by side, once with a gap, once with an overlap: what no slice writes is 0, also after steps that wrote there.
    for (first, second) in [(slice(0, 3), slice(3, 4)), (slice(1, 2), slice(5, 2)), (slice(0, 5), slice(2, 5))] {
        let layers = vec![dense(4), dense(7), first, second, softmax(), softmax()];
        let nodes: Nodes = &[(0, &[0]), (1, &[1]), (2, &[2]), (3, &[2]), (4, &[3]), (5, &[4])];
        let mut case = squares(graph(&[3], layers, nodes, &[5, 6]));
        for (head, labels) in case.compile.heads.iter_mut().zip(&mut case.labels) {
            let width = labels.len() / ROWS;
            head.loss = loss("categoricalCrossentropy");
            *labels = (0..ROWS * width).map(|i| f32::from(u8::from(i % width == i / width % width))).collect();
        }
        case.check("split");
        // Through the slice, too, each loss is taken on logits, and no run computes a softmax.
        let network = case.model.compiled(&case.compile);
        let training = network.training().expect("it is compiled");
        assert!(training.heads.iter().all(|head| head.source != head.output));
        assert_eq!(training.unread, [false, false, false, false, true, true]);
    }
}

#[test]
fn a_loss_of_the_hosts_beside_one_of_the_engines() {
    let mut case = squares(braid());
    // Labels of one column for an output of three.
    case.compile.heads[1] = Head { weight: 0.7, ..Head::host(1) };
    case.labels[1].truncate(ROWS);
    case.check("the host's loss");
    case.compile.heads[0] = Head { weight: -0.3, ..Head::host(2) };
    case.check("two losses of the host's");
}

#[test]
fn every_kind_of_layer_adds_to_a_gradient_that_is_there() {
    let branch = |layer: Layer| {
        // The branch and the plain path both lead back to value 1.
        let layers = vec![dense(6), layer, Layer::new("concatenate", &[]), dense(2)];
        graph(&[3], layers, &[(0, &[0]), (1, &[1]), (2, &[1, 2, 1]), (3, &[3])], &[4])
    };
    let kinds = ravine::nn::layers::Kind::TABLE.iter().map(|entry| match entry.name {
        "maxout" => Layer::new("maxout", &[("units", 3.0), ("pieces", 2.0)]),
        "slice" => Layer::new("slice", &[("start", 1.0), ("width", 4.0)]),
        "dense" => dense(3),
        // The kernel [3, 6] of the layer in front.
        "tiedDense" => Layer::tied(0, 3, "tanh"),
        "activation" => Layer::activation(super::common::activation("mish")),
        name => Layer::new(name, &[]),
    });
    let softmax = Layer::activation(super::common::activation("softmax"));
    for layer in kinds.chain([softmax]) {
        let what = layer.kind;
        let mut case = squares(branch(layer));
        case.check(&format!("{what} on a value with three users"));
        // A kernel of two layers is frozen in both.
        case.compile.frozen = if what == "tiedDense" { vec![0, 1] } else { vec![1] };
        case.check(&format!("{what}, frozen, on a value with three users"));
    }
}

#[test]
fn every_layer_with_parameters_used_twice() {
    let layers = [
        dense(4),
        Layer::dense(4, "softmax"),
        Layer::new("maxout", &[("units", 4.0)]),
        Layer::new("prelu", &[]),
        Layer::new("batchNormalization", &[]),
        Layer::new("layerNormalization", &[]),
    ];
    for layer in layers {
        let what = layer.kind;
        let shared = graph(
            &[4],
            vec![layer, dense(4), Layer::new("add", &[])],
            &[(0, &[0]), (1, &[1]), (0, &[2]), (2, &[1, 3])],
            &[4],
        );
        squares(shared).check(&format!("{what} used twice"));
    }
}

#[test]
fn an_activity_penalty_on_a_value_with_users_and_on_one_without_gradient_yet() {
    let active = Layer { activity: [0.03, 0.02], ..dense(4) };
    // The first penalized value has two users; the second, on no output's way, has none.
    let nodes: &[(usize, &[usize])] = &[(0, &[0]), (1, &[1]), (2, &[1]), (3, &[1, 2])];
    let layers = vec![active.clone(), dense(4), active.clone(), Layer::new("concatenate", &[])];
    squares(graph(&[3], layers, nodes, &[4])).check("a side value with a penalty");
    // Used twice, it is penalized twice.
    let layers = vec![active, Layer::new("add", &[])];
    squares(graph(&[4], layers, &[(0, &[0]), (0, &[1]), (1, &[1, 2])], &[3])).check("a penalized layer used twice");
}

#[test]
fn outputs_that_share_logits() {
    let softmax = || Layer::activation(super::common::activation("softmax"));
    let labels =
        |width: usize| (0..ROWS * width).map(|i| f32::from(u8::from(i % width == i / width % width))).collect();
    let crossentropy = || Head::new(loss("categoricalCrossentropy"));
    // Softmax and its logits, in both orders, then two softmaxes of the same logits: the loss can be fused once at most.
    let cases: [(Nodes, [usize; 2], [Head; 2]); 3] = [
        (&[(0, &[0]), (1, &[1])], [2, 1], [crossentropy(), Head::new(loss("meanSquaredError"))]),
        (&[(0, &[0]), (1, &[1])], [1, 2], [Head::new(loss("meanSquaredError")), crossentropy()]),
        (&[(0, &[0]), (1, &[1]), (2, &[1])], [2, 3], [crossentropy(), crossentropy()]),
    ];
    for (i, (nodes, outputs, heads)) in cases.into_iter().enumerate() {
        let model = graph(&[3], vec![Layer::dense(3, "linear"), softmax(), softmax()], nodes, &outputs);
        let compile = Compile { heads: heads.to_vec(), ..Compile::new(vec![]) };
        let (labels, weights) = (vec![labels(3), labels(3)], vec![None, None]);
        Case { model, compile, rows: ROWS, labels, weights, warm: 2 }.check(&format!("shared logits {i}"));
    }
}

#[test]
fn an_output_in_the_middle_and_a_fused_output_that_is_used_further() {
    let layers = vec![dense(4), Layer::dense(3, "softmax"), dense(2)];
    let model = graph(&[3], layers, &[(0, &[0]), (1, &[1]), (2, &[2])], &[1, 2, 3]);
    let mut case = squares(model);
    case.compile.heads[1].loss = loss("categoricalCrossentropy");
    case.labels[1] = (0..3 * ROWS).map(|i| f32::from(u8::from(i % 3 == 1))).collect();
    case.check("softmax, its loss on logits, with another user");
}

#[test]
fn a_network_without_gradient_of_its_first_layers() {
    // Layers in front that do not learn: no gradient is asked of them, and none computed.
    let layers = vec![dense(4), Layer::new("batchNormalization", &[]), dense(3), dense(2)];
    let mut case = squares(Model::chain(3, layers));
    case.compile.frozen = vec![0, 1];
    case.check("frozen front");
    let network = case.model.compiled(&case.compile);
    let backward = &network.training().expect("it is compiled").backward;
    assert_eq!(backward.active, [false, false, true, true]);
    assert_eq!(backward.inputs[2], [None]);
    assert_eq!(backward.gradient, [false, false, false, true, true]);
}

#[test]
fn a_kernel_of_several_layers_gets_the_sum_of_their_gradients() {
    let owner = || {
        let mut layer = dense(4);
        (layer.kernel.l1, layer.kernel.l2) = (0.01, 0.02);
        layer
    };
    let concatenate = || Layer::new("concatenate", &[]);
    // The owner used twice, and one tied to it used twice on what came out; a second one tied to it has no bias.
    let bare = Layer { settings: vec![("useBias", 0.0)], ..Layer::tied(0, 3, "relu") };
    let layers = vec![owner(), Layer::tied(0, 3, "tanh"), concatenate(), dense(2), bare];
    let nodes: &[(usize, &[usize])] =
        &[(0, &[0]), (1, &[1]), (0, &[2]), (1, &[3]), (4, &[3]), (2, &[4, 2, 5]), (3, &[6])];
    let mut case = squares(graph(&[3], layers, nodes, &[7, 4]));
    case.check("tied, all used twice");
    case.compile.frozen = vec![0, 1, 4];
    case.check("tied and frozen, with a head that learns");
    // The owner itself is on no output's way: its kernel learns through the other layer alone.
    let layers = vec![owner(), dense(4), Layer::tied(0, 3, "sigmoid")];
    let mut case = squares(graph(&[3], layers, &[(0, &[0]), (1, &[0]), (2, &[2])], &[3]));
    case.labels[0].iter_mut().for_each(|x| *x = x.abs());
    let network = case.model.compiled(&case.compile);
    let (kernel, bias) = (network.graph().layers[0].units[0].parameters.start, 1);
    assert_eq!((kernel, network.graph().parameters.len()), (0, 5));
    let spans = |network: &ravine::nn::network::Network| {
        [kernel, bias].map(|i| network.parameter(i).expect("it is there").to_vec())
    };
    let before = spans(&network);
    let (after, _) = case.build();
    assert_ne!(spans(&after)[0], before[0]);
    assert_eq!(spans(&after)[1], before[1], "nothing depends on the owner's bias");
}
