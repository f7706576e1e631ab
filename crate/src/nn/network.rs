//! A network with its numbers: the parameters in the store, the batch at hand in the work arena, and the passes over them.

use super::arena::{Arena, Span};
use super::dataset::Dataset;
use super::graph::Graph;
use super::host::{Answer, Host, NoHost};
use super::initializer;
use super::layer::{Operation, Pass};
use super::layout::{StoreLayout, WorkLayout};
use super::training::Training;
use crate::error::{Error, Kind, Result};
use crate::rng::{Purpose, Stream};

/// Rows that a prediction or an evaluation takes at a time unless a caller says otherwise.
pub const INFERENCE_ROWS: usize = 256;

/// A network.
pub struct Network {
    pub(super) graph: Graph,
    pub(super) layout: StoreLayout,
    pub(super) store: Arena,
    pub(super) work: Arena,
    pub(super) plan: WorkLayout,
    pub(super) training: Option<Training>,
    pub(super) host: Box<dyn Host>,
}

impl Network {
    /// Builds a network from its words and draws its initial weights.
    ///
    /// # Errors
    /// When the words are malformed or memory does not suffice.
    pub fn read(words: &[f64]) -> Result<Self> {
        let graph = Graph::read(words)?;
        let layout = StoreLayout::new(&graph)?;
        let store = Arena::zeros(layout.total(1)?)?;
        let plan = WorkLayout::default();
        let host = Box::new(NoHost);
        let mut network = Self { graph, layout, store, work: Arena::default(), plan, training: None, host };
        network.initialize()?;
        Ok(network)
    }

    fn initialize(&mut self) -> Result<()> {
        for (index, ((_, parameter), &span)) in self.graph.parameters.iter().zip(&self.layout.parameters).enumerate() {
            let seed = parameter.start.seed.unwrap_or(self.graph.seed);
            // A seed of its own gives the same numbers wherever the parameter stands, as a frameworks' seeded initializer does.
            let layer = if parameter.start.seed.is_some() { 0 } else { index as u32 };
            let stream = Stream::new(seed, Purpose::Initialize, layer, 0);
            let (fan_in, fan_out) = parameter.fans;
            initializer::fill(&parameter.start.initializer, fan_in, fan_out, stream, self.store.write(span))?;
        }
        Ok(())
    }

    /// Sets who computes losses and layers that are not the engine's own.
    pub fn set_host(&mut self, host: Box<dyn Host>) {
        self.host = host;
    }

    /// The network's description.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// A parameter's values.
    pub fn parameter(&self, index: usize) -> Option<&[f32]> {
        self.layout.parameters.get(index).map(|&span| self.store.read(span))
    }

    /// A parameter's gradient of the last backward pass; `None` before the network is compiled.
    pub fn gradient(&self, index: usize) -> Option<&[f32]> {
        let span = *self.layout.gradients.get(index)?;
        self.training.as_ref().map(|_| self.store.read(span))
    }

    /// An optimizer's state for a parameter.
    pub fn state(&self, slot: usize, index: usize) -> Option<&[f32]> {
        let training = self.training.as_ref()?;
        let span = *self.layout.parameters.get(index)?;
        (slot < training.optimizer.slots()).then(|| self.store.read(self.layout.in_section(span, slot + 2)))
    }

    /// Bytes of parameters, gradients, optimizer state, values and scratch.
    pub fn bytes(&self) -> usize {
        (self.store.len() + self.work.len()) * size_of::<f32>()
    }

    /// What `compile` set.
    ///
    /// # Errors
    /// [`Kind::State`] before it.
    pub fn training(&self) -> Result<&Training> {
        self.training.as_ref().ok_or(Error::state("compile the model first"))
    }

    /// The same, to change.
    ///
    /// # Errors
    /// [`Kind::State`] before it.
    pub fn training_mut(&mut self) -> Result<&mut Training> {
        self.training.as_mut().ok_or(Error::state("compile the model first"))
    }

    /// Sets losses, optimizer and what learns; the optimizer starts afresh, weights stay.
    ///
    /// # Errors
    /// When the words are malformed or memory does not suffice; the network is then as before.
    pub fn compile(&mut self, words: &[f64]) -> Result<()> {
        let training = Training::read(words, &self.graph, &self.layout)?;
        let sections = 2 + training.optimizer.slots();
        let mut store = Arena::zeros(self.layout.total(sections)?)?;
        let parameters = Span { start: 0, len: self.layout.section };
        store.write(parameters).copy_from_slice(self.store.read(parameters));
        for slot in 0..training.optimizer.slots() {
            let span = self.layout.in_section(parameters, slot + 2);
            store.write(span).fill(training.optimizer.initial_state(slot));
        }
        self.store = store;
        self.training = Some(training);
        // The old buffers have no room for this plan's gradients.
        self.plan = WorkLayout::default();
        self.work = Arena::default();
        Ok(())
    }

    /// Makes room for batches of `rows`.
    ///
    /// # Errors
    /// When memory does not suffice; the network is then as before.
    pub fn reserve(&mut self, rows: usize) -> Result<()> {
        if rows <= self.plan.capacity {
            return Ok(());
        }
        let training = self.training.as_ref().map(|t| (&t.backward, &t.label_widths[..]));
        let plan = WorkLayout::new(&self.graph, rows, training)?;
        // Nothing in the old buffers outlives a batch: let go of them first, so that both never exist at once.
        self.work = Arena::default();
        self.plan = WorkLayout::default();
        self.work = Arena::zeros(plan.total)?;
        self.plan = plan;
        Ok(())
    }

    /// Copies rows of the inputs into the work arena and binds the buffers to their number.
    pub(super) fn load(&mut self, data: &Dataset, order: &[u32]) {
        self.plan.bind(&self.graph, order.len());
        for (input, &columns) in data.inputs.iter().enumerate() {
            data.gather(columns, order, self.work.write(self.plan.value(&self.graph, input)));
        }
    }

    /// The forward pass over the batch at hand; a run, which wants losses and measures only, leaves out what these do not read.
    pub(super) fn forward(&mut self, training: bool, in_run: bool) -> Answer<()> {
        for index in 0..self.graph.steps.len() {
            if in_run && self.training.as_ref().is_some_and(|settings| settings.unread[index]) {
                continue;
            }
            self.step(index, training, |operation, pass| operation.forward(pass))?;
        }
        Ok(())
    }

    /// The backward pass from the gradients that the losses have written.
    pub(super) fn backward(&mut self) -> Answer<()> {
        for index in (0..self.graph.steps.len()).rev() {
            if self.training.as_ref().is_some_and(|training| training.backward.active[index]) {
                self.add_activity_gradient(index);
                self.step(index, true, |operation, pass| operation.backward(pass))?;
            }
        }
        Ok(())
    }

    /// Takes the batch at hand into running statistics.
    pub(super) fn commit(&mut self) -> Answer<()> {
        for index in 0..self.graph.steps.len() {
            let step = &self.graph.steps[index];
            let own = self.graph.unit(step).parameters.clone();
            if self.graph.parameters[own].iter().any(|(_, parameter)| !parameter.learned) {
                self.step(index, true, |operation, pass| operation.commit(pass))?;
            }
        }
        Ok(())
    }

    /// Adds the gradient of a penalty on a layer's output, once all users of that output have added theirs.
    fn add_activity_gradient(&mut self, index: usize) {
        let step = &self.graph.steps[index];
        let layer = &self.graph.layers[step.layer];
        if !layer.activity.is_zero() && step.unit + 1 == layer.units.len() {
            let bound = &self.plan.steps[index];
            let ([value], [gradient]) = self.work.split([bound.output], [bound.gradient]);
            layer.activity.add_gradient(value, 1.0 / self.plan.rows as f32, gradient);
        }
    }

    fn step(&mut self, index: usize, training: bool, run: impl Fn(&dyn Operation, &mut Pass<'_>)) -> Answer<()> {
        let step = &self.graph.steps[index];
        let unit = self.graph.unit(step);
        let bound = &self.plan.steps[index];
        let settings = self.training.as_ref();
        let mut pass = Pass {
            rows: self.plan.rows,
            training,
            trainable: settings.is_none_or(|t| t.trainable[step.layer]),
            seed: self.graph.seed,
            step: settings.map_or(0, |t| t.progress.iterations),
            layer: step.layer,
            stream: index as u32,
            work: &mut self.work,
            store: &mut self.store,
            inputs: &bound.inputs,
            width: self.graph.widths[step.output],
            output: bound.output,
            gradient: bound.gradient,
            saved: bound.saved,
            scratch: bound.scratch,
            parameters: &self.layout.parameters[unit.parameters.clone()],
            parameter_gradients: &self.layout.gradients[unit.parameters.clone()],
            accumulate: settings.is_some_and(|t| t.backward.accumulate[index]),
            host: &mut *self.host,
            outcome: Ok(()),
        };
        run(&*unit.operation, &mut pass);
        pass.outcome
    }

    /// Writes the outputs for rows `first … first + rows` of `data` into its labels, whose widths are the outputs'.
    ///
    /// # Errors
    /// When the widths differ, rows are missing or memory does not suffice.
    pub fn predict(&mut self, data: &mut Dataset, first: usize, rows: usize) -> Result<()> {
        let outputs: Vec<usize> = self.graph.outputs.iter().map(|&value| self.graph.widths[value]).collect();
        data.expect(&self.graph.widths[..self.graph.inputs], Some(&outputs))?;
        if first.checked_add(rows).is_none_or(|end| end > data.rows) {
            return Err(Error { kind: Kind::Shape, message: "the data set has fewer rows" });
        }
        let end = first + rows;
        self.reserve(rows.min(INFERENCE_ROWS))?;
        for start in (first..end).step_by(INFERENCE_ROWS) {
            let rows = INFERENCE_ROWS.min(end - start);
            self.plan.bind(&self.graph, rows);
            for (input, &columns) in data.inputs.iter().enumerate() {
                self.work.write(self.plan.value(&self.graph, input)).copy_from_slice(data.range(columns, start, rows));
            }
            self.forward(false, false)?;
            for (output, &value) in self.graph.outputs.iter().enumerate() {
                let columns = data.labels[output];
                data.range_mut(columns, start, rows)
                    .copy_from_slice(self.work.read(self.plan.value(&self.graph, value)));
            }
        }
        Ok(())
    }

    /// The layer that made the first value of the batch at hand that is not finite: `None` if all are, `Some(None)` if it is an input.
    pub fn first_not_finite(&self) -> Option<Option<usize>> {
        let finite = |value: usize| self.work.read(self.plan.value(&self.graph, value)).iter().all(|x| x.is_finite());
        if !(0..self.graph.inputs).all(finite) {
            return Some(None);
        }
        // What a run leaves out holds an older batch.
        let read = |index: usize| self.training.as_ref().is_none_or(|settings| !settings.unread[index]);
        let mut steps = self.graph.steps.iter().enumerate();
        steps.find(|(index, step)| read(*index) && !finite(step.output)).map(|(_, step)| Some(step.layer))
    }
}
