//! A network as described: layers, the nodes that use them, and the steps that this comes to.

use std::ops::Range;

use super::layer::{Operation, Parameter, join_seed};
use super::layers::Description;
use super::penalty::Penalty;
use crate::error::{Error, Result};
use crate::spec::{Range as Bound, Words};

/// An operation of a layer with the parameters it owns.
pub struct Unit {
    /// What it does.
    pub operation: Box<dyn Operation>,
    /// Its parameters, as positions in [`Graph::parameters`].
    pub parameters: Range<usize>,
}

/// A layer: its operations and the penalty on its output.
pub struct Layer {
    /// Run one after the other.
    pub units: Vec<Unit>,
    /// The penalty on the output.
    pub activity: Penalty,
}

/// One operation on given values: what runs, in order, in a pass.
pub struct Step {
    /// The layer.
    pub layer: usize,
    /// The operation within the layer.
    pub unit: usize,
    /// The values it reads.
    pub inputs: Vec<usize>,
    /// The value it makes.
    pub output: usize,
}

/// A network: an acyclic graph in an order that it can run in.
pub struct Graph {
    /// Governs every random number.
    pub seed: u64,
    /// Number of inputs; they are the first values.
    pub inputs: usize,
    /// Width of each value.
    pub widths: Vec<usize>,
    /// The layers.
    pub layers: Vec<Layer>,
    /// What runs, in order.
    pub steps: Vec<Step>,
    /// For each node the value it makes.
    pub node_values: Vec<usize>,
    /// For each node its layer.
    pub node_layers: Vec<usize>,
    /// The values that are outputs.
    pub outputs: Vec<usize>,
    /// Every parameter with its layer.
    pub parameters: Vec<(usize, Parameter)>,
}

struct Node {
    layer: usize,
    inputs: Vec<usize>,
}

impl Graph {
    /// Reads a network's words: seed, inputs, layers, nodes, outputs (see `docs/architecture.md`).
    ///
    /// # Errors
    /// When the words are malformed, a node reads what is not made yet, or sizes do not fit one another.
    pub fn read(words: &[f64]) -> Result<Self> {
        let words = &mut Words::new(words);
        let seed = join_seed(words.number()?, words.number()?);
        let inputs = widths(words)?;
        let count = words.index()?;
        let descriptions = (0..count).map(|_| Description::read(words)).collect::<Result<Vec<_>>>()?;
        let count = words.index()?;
        let nodes = (0..count).map(|_| Node::read(words)).collect::<Result<Vec<_>>>()?;
        let outputs: Vec<usize> = words.list()?.iter().map(|&x| index(x)).collect::<Result<_>>()?;
        words.clone().finish()?;

        let values = inputs.len() + nodes.len();
        let known =
            |i: usize, limit: usize| if i < limit { Ok(i) } else { Err(Error::config("a value is not made yet")) };
        for (i, node) in nodes.iter().enumerate() {
            known(node.layer, descriptions.len())?;
            for &input in &node.inputs {
                known(input, inputs.len() + i)?;
            }
        }
        for &output in &outputs {
            known(output, values)?;
        }
        let input_count = inputs.len();
        let at_output = |layer: usize| {
            outputs.iter().filter_map(|o| o.checked_sub(input_count)).any(|node| nodes[node].layer == layer)
        };
        let layers = descriptions.iter().enumerate().map(|(i, description)| Layer {
            units: description
                .operations(at_output(i))
                .into_iter()
                .map(|operation| Unit { operation, parameters: 0..0 })
                .collect(),
            activity: description.activity,
        });
        let mut graph = Self {
            seed,
            inputs: input_count,
            widths: inputs,
            layers: layers.collect(),
            steps: Vec::new(),
            node_values: Vec::new(),
            node_layers: Vec::new(),
            outputs: Vec::new(),
            parameters: Vec::new(),
        };
        for node in &nodes {
            graph.add(node)?;
        }
        graph.outputs = outputs.into_iter().map(|id| graph.value(id)).collect();
        Ok(graph)
    }

    /// The value that an id of the description means.
    fn value(&self, id: usize) -> usize {
        id.checked_sub(self.inputs).map_or(id, |node| self.node_values[node])
    }

    /// Appends a node's steps.
    fn add(&mut self, node: &Node) -> Result<()> {
        let mut inputs: Vec<usize> = node.inputs.iter().map(|&id| self.value(id)).collect();
        for unit in 0..self.layers[node.layer].units.len() {
            let widths: Vec<usize> = inputs.iter().map(|&value| self.widths[value]).collect();
            let operation = &self.layers[node.layer].units[unit].operation;
            let width = operation.width(&widths)?;
            let wanted = operation.parameters(&widths);
            self.adopt(node.layer, unit, wanted)?;
            let output = self.widths.len();
            self.widths.push(width);
            self.steps.push(Step { layer: node.layer, unit, inputs, output });
            inputs = vec![output];
        }
        self.node_values.push(inputs[0]);
        self.node_layers.push(node.layer);
        Ok(())
    }

    /// Gives an operation its parameters at its first use; at later ones they must have the same shape.
    fn adopt(&mut self, layer: usize, unit: usize, wanted: Vec<Parameter>) -> Result<()> {
        let owned = self.layers[layer].units[unit].parameters.clone();
        if owned.is_empty() {
            let start = self.parameters.len();
            self.parameters.extend(wanted.into_iter().map(|parameter| (layer, parameter)));
            self.layers[layer].units[unit].parameters = start..self.parameters.len();
            return Ok(());
        }
        let same =
            self.parameters[owned].iter().zip(&wanted).all(|((_, a), b)| (a.rows, a.columns) == (b.rows, b.columns));
        if same { Ok(()) } else { Err(Error::shape("a layer used twice has inputs of two widths")) }
    }

    /// The operation of a step.
    pub fn unit(&self, step: &Step) -> &Unit {
        &self.layers[step.layer].units[step.unit]
    }
}

impl Node {
    fn read(words: &mut Words<'_>) -> Result<Self> {
        let layer = words.index()?;
        let inputs = words.list()?.iter().map(|&x| index(x)).collect::<Result<Vec<_>>>()?;
        if inputs.is_empty() { Err(Error::config("a node has no input")) } else { Ok(Self { layer, inputs }) }
    }
}

fn index(x: f64) -> Result<usize> {
    if Bound::Index.contains(x) { Ok(x as usize) } else { Err(Error::config("a number is no index")) }
}

fn widths(words: &mut Words<'_>) -> Result<Vec<usize>> {
    let count = words.index()?;
    (0..count).map(|_| words.count()).collect()
}
