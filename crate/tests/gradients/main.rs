//! Gradients of whole networks against central differences of a reference in double precision (eps 1e-6, rtol 1e-3, atol 1e-5).
//!
//! Every activation, loss and layer of the tables is met; one that the reference or the tables here lack fails.

#[path = "../common/mod.rs"]
mod common;
mod elements;
mod graphs;
mod layers;
#[path = "../loss/oracle.rs"]
#[allow(dead_code, reason = "only the losses' formulas are used")]
mod oracle;
mod reference;

use common::{Compile, Model, Numbers, dataset};
use ravine::nn::dataset::Dataset;
use ravine::nn::network::Network;
use ravine::nn::run::Run;
use reference::{Batch, Reference};

const STEP: f64 = 1e-6;

/// A network beside the data it is looked at on.
struct Case {
    model: Model,
    compile: Compile,
    rows: usize,
    /// Each output's labels.
    labels: Vec<Vec<f32>>,
    weights: Vec<Option<Vec<f32>>>,
    /// Training steps before the look, so that gamma, alpha and running statistics are not where they start.
    warm: usize,
}

impl Case {
    fn new(model: Model, compile: Compile, rows: usize, labels: Vec<f32>) -> Self {
        Self { model, compile, rows, labels: vec![labels], weights: vec![None], warm: 2 }
    }

    fn inputs(&self) -> Vec<Vec<f32>> {
        let mut numbers = Numbers::new(41);
        self.model.inputs.iter().map(|width| numbers.list(self.rows * width, -1.5, 1.5)).collect()
    }

    fn batch(&self) -> Batch {
        let wide = |list: &Vec<f32>| list.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
        let weights = self.weights.iter().map(|list| list.as_ref().map_or(vec![1.0; self.rows], wide));
        let binary = |list: &Vec<f32>| list.iter().all(|&x| x == 0.0 || x == 1.0);
        Batch {
            rows: self.rows,
            inputs: self.inputs().iter().map(wide).collect(),
            labels: self.labels.iter().map(wide).collect(),
            weights: weights.collect(),
            binary: self.labels.iter().map(binary).collect(),
        }
    }

    /// The network after its warm-up, and the data.
    fn build(&self) -> (Network, Dataset) {
        let data = dataset(self.rows, &self.inputs(), &self.labels, &self.weights);
        let mut network = self.model.compiled(&self.compile);
        for epoch in 0..self.warm as u64 {
            let mut run = Run::new(&mut network, &data, self.rows, true, Some(epoch)).expect("the data suit");
            assert_eq!(run.advance(&mut network, &data, 1, epoch), Ok(1));
        }
        (network, data)
    }

    /// Compares loss and every gradient with the reference.
    fn check(&self, what: &str) {
        let (mut network, data) = self.build();
        let before = common::bits(&network);
        let loss = network.compute_gradients(&data).expect("the data suit");
        assert_eq!(common::bits(&network), before, "{what}: computing gradients changes nothing");

        let reference = Reference::new(&self.model, &self.compile.heads, &self.compile.frozen, &network);
        let wide = |i: usize| network.parameter(i).map(|x| x.iter().map(|&x| f64::from(x)).collect());
        let mut parameters: Vec<Vec<f64>> = (0..).map_while(wide).collect();
        let batch = self.batch();
        let expected = reference.loss(&parameters, &batch);
        assert!((loss - expected).abs() <= 1e-5 + 1e-5 * expected.abs(), "{what}: loss {loss}, not {expected}");

        let mut moved = false;
        for (i, (layer, parameter)) in network.graph().parameters.iter().enumerate() {
            let gradient = network.gradient(i).expect("it is compiled");
            if self.compile.frozen.contains(layer) || !parameter.learned {
                assert!(gradient.iter().all(|&g| g == 0.0), "{what}: nobody writes the gradient of parameter {i}");
                continue;
            }
            for (j, &got) in gradient.iter().enumerate() {
                let value = parameters[i][j];
                let mut at = |x: f64| {
                    parameters[i][j] = x;
                    reference.loss(&parameters, &batch)
                };
                let slope = (at(value + STEP) - at(value - STEP)) / (2.0 * STEP);
                at(value);
                let got = f64::from(got);
                let name = parameter.name;
                assert!(
                    (got - slope).abs() <= 1e-5 + 1e-3 * slope.abs(),
                    "{what}: gradient of layer {layer}'s {name:?} at {j} is {got}, not {slope}"
                );
                moved |= slope.abs() > 1e-3;
            }
        }
        assert!(moved, "{what}: all gradients are near 0, so this shows nothing");
    }
}
