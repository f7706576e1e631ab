//! A network as described: layers, the nodes that use them, and the steps that this comes to.

use std::ops::Range;

use super::layer::{Operation, Parameter, ParameterName, read_seed};
use super::layers::Description;
use super::penalty::Penalty;
use crate::error::Result;
use crate::spec::Words;

/// An operation of a layer with the parameters it owns.
pub struct Unit {
    /// What it does.
    pub operation: Box<dyn Operation>,
    /// Its parameters, as positions in [`Graph::parameters`].
    pub parameters: Range<usize>,
    /// The kernel of another layer that it uses transposed, as a position there.
    pub tied: Option<usize>,
}

impl Unit {
    /// The kernel that it uses: that of another layer, or its first parameter.
    pub fn kernel(&self) -> Option<usize> {
        self.tied.or(self.parameters.clone().next())
    }
}

/// A layer: its operations and the penalty on its output.
pub struct Layer {
    /// Run one after the other.
    pub units: Vec<Unit>,
    /// The penalty on the output.
    pub activity: Penalty,
    /// The layer whose kernel it uses transposed.
    pub tied: Option<usize>,
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
    /// Whether the inputs are read by operations alone that can do so in a data set.
    pub reads_in_place: bool,
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
        let seed = read_seed(words);
        let inputs = words.indices();
        words.expect(!has(&inputs, 0), crate::error::config!("a width is at least 1"));
        let descriptions = words.many(Description::read);
        let nodes = words.many(Node::read);
        let outputs = words.indices();
        let below = |list: &[usize], limit: usize| list.iter().all(|&i| i < limit);
        let mut known = below(&outputs, inputs.len() + nodes.len());
        for (i, node) in nodes.iter().enumerate() {
            known &=
                node.layer < descriptions.len() && !node.inputs.is_empty() && below(&node.inputs, inputs.len() + i);
        }
        words.expect(known, crate::error::config!("an input, layer or value is not there"));
        words.finish()?;

        let input_count = inputs.len();
        let at_output = |layer: usize| {
            outputs.iter().filter_map(|o| o.checked_sub(input_count)).any(|node| nodes[node].layer == layer)
        };
        let mut layers = Vec::new();
        for (i, description) in descriptions.iter().enumerate() {
            let mut units = Vec::new();
            for operation in description.operations(at_output(i)) {
                units.push(Unit { operation, parameters: 0..0, tied: None });
            }
            layers.push(Layer { units, activity: description.activity, tied: description.tied });
        }
        let mut graph = Self {
            seed,
            inputs: input_count,
            widths: inputs,
            layers,
            steps: Vec::new(),
            node_values: Vec::new(),
            node_layers: Vec::new(),
            outputs: Vec::new(),
            reads_in_place: false,
            parameters: Vec::new(),
        };
        for node in &nodes {
            graph.add(node)?;
        }
        graph.outputs = outputs.into_iter().map(|id| graph.value(id)).collect();
        let made = |values: &[usize]| values.iter().all(|&value| value >= input_count);
        let in_place = |step: &Step| made(&step.inputs) || graph.unit(step).operation.reads_in_place();
        graph.reads_in_place = made(&graph.outputs) && graph.steps.iter().all(in_place);
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
            if let Some(owner) = self.layers[node.layer].tied.filter(|_| unit == 0) {
                self.layers[node.layer].units[0].tied = Some(self.kernel_of(owner, width, widths[0])?);
            }
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
        if same { Ok(()) } else { Err(crate::error::shape!("a layer used twice has inputs of two widths")) }
    }

    /// Whether a step's operation has running statistics.
    pub fn has_statistics(&self, step: &Step) -> bool {
        self.parameters[self.unit(step).parameters.clone()].iter().any(|(_, parameter)| !parameter.learned)
    }

    /// The kernel `[rows, columns]` of a layer that has been used already.
    fn kernel_of(&self, layer: usize, rows: usize, columns: usize) -> Result<usize> {
        let own = self.layers.get(layer).and_then(|layer| layer.units[0].parameters.clone().next());
        let fits = |&index: &usize| {
            let (_, kernel) = &self.parameters[index];
            (kernel.name, kernel.rows, kernel.columns) == (ParameterName::Kernel, rows, columns)
        };
        own.filter(fits).ok_or(crate::error::shape!("a tied layer comes behind that of its kernel, and fits it"))
    }

    /// The operation of a step.
    pub fn unit(&self, step: &Step) -> &Unit {
        &self.layers[step.layer].units[step.unit]
    }
}

/// Whether a short list has a number: `contains` is a search by vectors, 400 bytes of binary at each use.
#[inline(never)]
#[expect(clippy::manual_contains, reason = "as above")]
pub fn has(list: &[usize], number: usize) -> bool {
    list.iter().any(|&x| x == number)
}

impl Node {
    fn read(words: &mut Words<'_>) -> Self {
        Self { layer: words.index(), inputs: words.indices() }
    }
}
