//! Each activation and each loss of the tables.

use super::Case;
use super::common::{Compile, Head, Layer, Model, Numbers, loss, member, variants};
use ravine::kernels::activation::Activation;
use ravine::kernels::loss::Loss;
use ravine::spec::read_all;

const ROWS: usize = 6;

#[test]
fn every_activation_in_a_layer_alone_and_at_the_output() {
    for entry in Activation::TABLE {
        for settings in variants(entry) {
            let words = member(Activation::TABLE, entry.name, &settings);
            let hidden = |units| Layer { activation: words.clone(), ..Layer::dense(units, "linear") };
            let models = [
                // Behind a product, where widths leave lanes over; the next layer wants the gradient of the first's output.
                vec![hidden(5), hidden(3), Layer::dense(2, "linear")],
                vec![Layer::dense(7, "linear"), Layer::activation(words.clone()), Layer::dense(2, "linear")],
                vec![hidden(2)],
                vec![Layer::dense(2, "tanh"), Layer::activation(words.clone())],
            ];
            for (i, layers) in models.into_iter().enumerate() {
                let labels = Numbers::new(3).list(2 * ROWS, -1.0, 1.0);
                let compile = Compile::new(loss("meanSquaredError"));
                let case = Case::new(Model::chain(3, layers), compile, ROWS, labels);
                case.check(&format!("{} {settings:?}, model {i}", entry.name));
            }
        }
    }
}

/// An activation whose values suit the loss, and labels that do. Adding a loss means adding it here.
fn suit(words: &[f64], columns: usize) -> (&'static str, Vec<f32>) {
    let loss = read_all(words, Loss::read).expect("the words name a loss");
    let mut numbers = Numbers::new(5);
    let count = ROWS * columns;
    let classes: Vec<usize> = (0..ROWS).map(|_| numbers.below(columns)).collect();
    let one_hot =
        || classes.iter().flat_map(|&class| (0..columns).map(move |j| f32::from(u8::from(j == class)))).collect();
    match loss {
        Loss::MeanSquaredError {}
        | Loss::MeanAbsoluteError {}
        | Loss::Huber { .. }
        | Loss::SmoothL1 { .. }
        | Loss::LogCosh {}
        | Loss::CosineSimilarity {} => ("linear", numbers.list(count, -2.0, 2.0)),
        Loss::MeanAbsolutePercentageError {} => ("linear", numbers.list(count, 0.5, 2.0)),
        Loss::MeanSquaredLogarithmicError {} | Loss::Poisson {} => ("softplus", numbers.list(count, 0.0, 3.0)),
        Loss::BinaryCrossentropy { from_logits, .. } => {
            let labels = numbers.list(count, 0.0, 1.0).into_iter().map(f32::round).collect();
            (if from_logits == 0.0 { "sigmoid" } else { "linear" }, labels)
        }
        Loss::CategoricalCrossentropy { from_logits, .. } => {
            (if from_logits == 0.0 { "softmax" } else { "linear" }, one_hot())
        }
        Loss::SparseCategoricalCrossentropy { from_logits } => {
            let labels = classes.iter().map(|&class| class as f32).collect();
            (if from_logits == 0.0 { "softmax" } else { "linear" }, labels)
        }
        Loss::Hinge {} | Loss::SquaredHinge {} => {
            ("linear", numbers.list(count, 0.0, 1.0).into_iter().map(f32::round).collect())
        }
        Loss::CategoricalHinge {} => ("linear", one_hot()),
        Loss::KlDivergence {} => {
            let rows = numbers.list(count, 0.1, 1.0);
            let normal = |row: &[f32]| {
                let sum: f32 = row.iter().sum();
                row.iter().map(|x| x / sum).collect::<Vec<_>>()
            };
            ("softmax", rows.chunks(columns).flat_map(normal).collect())
        }
    }
}

#[test]
fn every_loss_behind_its_activation_fused_or_not_with_weights() {
    for entry in Loss::TABLE {
        for settings in variants(entry) {
            let words = member(Loss::TABLE, entry.name, &settings);
            // A percentage is a hundred times the others, and so are its rounding errors.
            let weight = if entry.name == "meanAbsolutePercentageError" { 0.007 } else { 0.7 };
            for columns in [1, 3, 6] {
                let (last, labels) = suit(&words, columns);
                // One class, or the direction of one number, is the same whatever the network says.
                let compares =
                    ["categoricalCrossentropy", "sparseCategoricalCrossentropy", "cosineSimilarity", "klDivergence"];
                if columns == 1 && compares.contains(&entry.name) {
                    continue;
                }
                let front = [Layer::dense(4, "tanh"), Layer::dense(columns, last)];
                // A linear activation behind the last layer keeps the loss from being taken on logits.
                let apart = Layer::activation(super::common::activation("linear"));
                for (i, layers) in [front.to_vec(), [front.to_vec(), vec![apart]].concat()].into_iter().enumerate() {
                    let model = Model::chain(3, layers);
                    let compile =
                        Compile { heads: vec![Head { weight, ..Head::new(words.clone()) }], ..Compile::new(vec![]) };
                    let mut case = Case::new(model, compile, ROWS, labels.clone());
                    case.check(&format!("{} {settings:?}, {columns} columns, model {i}", entry.name));
                    case.weights = vec![Some(vec![0.5, 2.0, 0.0, 1.25, 1.0, 0.1])];
                    case.check(&format!("{} {settings:?}, {columns} columns, model {i}, weighted", entry.name));
                }
            }
        }
    }
}
