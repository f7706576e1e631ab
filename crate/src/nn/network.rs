//! A network with its numbers: the parameters in the store, what learning takes beside it, the batch at hand in the work arena, and the passes
//! over them.

use super::arena::{Arena, Span, is_saturated};
use super::dataset::Dataset;
use super::failure::Place;
use super::graph::Graph;
use super::host::{Answer, Host, NoHost};
use super::initializer;
use super::layer::{Kernel, Pass};
use super::layout::StoreLayout;
use super::training::Training;
use super::work::{WorkLayout, lifetimes};
use crate::error::{Error, Result};
use crate::rng::{Purpose, Stream};

/// Rows that a prediction or an evaluation takes at a time unless a caller says otherwise.
pub const INFERENCE_ROWS: usize = 256;

/// What is asked of an operation.
#[derive(Clone, Copy)]
enum Phase {
    Forward,
    Backward,
    Commit,
}

/// A network.
pub struct Network {
    pub(super) graph: Graph,
    pub(super) layout: StoreLayout,
    pub(super) store: Arena,
    /// Gradients and the optimizer's state; empty before `compile`.
    pub(super) learning: Arena,
    pub(super) work: Arena,
    /// Where the batch at hand lies in the work arena.
    pub(super) plan: WorkLayout,
    /// The other plan for the same arena: of training while that of inference is in use, and the other way round. No batch outlives a change.
    resting: WorkLayout,
    /// Where in the data set the batch at hand begins, if its rows are read there and not copied to the work arena.
    in_place: Option<usize>,
    /// Whether buffers that are never needed at the same time share memory. Takes effect when they are laid out; off only in tests.
    pub share: bool,
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
        let layout = StoreLayout::new(&graph);
        let store = Arena::zeros(layout.total)?;
        let (plan, resting, in_place) = Default::default();
        let (learning, work, training, host) = (Arena::default(), Arena::default(), None, Box::new(NoHost));
        let mut network =
            Self { graph, layout, store, learning, work, plan, resting, in_place, share: true, training, host };
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

    /// A parameter's gradient of the last backward pass, empty if it does not learn; `None` before the network is compiled.
    pub fn gradient(&self, index: usize) -> Option<&[f32]> {
        let span = *self.training.as_ref()?.learning.gradients.get(index)?;
        Some(self.learning.read(span))
    }

    /// An optimizer's state for a parameter, empty if it does not learn.
    pub fn state(&self, slot: usize, index: usize) -> Option<&[f32]> {
        let training = self.training.as_ref()?;
        let gradient = *training.learning.gradients.get(index)?;
        (slot < training.optimizer.slots()).then(|| self.learning.read(training.learning.state(gradient, slot)))
    }

    /// Bytes of parameters, gradients, optimizer state, values and scratch.
    pub fn bytes(&self) -> usize {
        (self.store.len() + self.learning.len() + self.work.len()) * size_of::<f32>()
    }

    /// Bytes of the parameters, their gradients, the optimizer's state, and the buffers for a batch of `rows` in training and in inference; what
    /// `compile` adds is 0 before it.
    ///
    /// # Errors
    /// When they cannot be addressed.
    pub fn memory(&self, rows: usize) -> Result<[f64; 5]> {
        let parameters = self.layout.total;
        let inference = self.lay_out(rows, false).total;
        let floats = match &self.training {
            Some(settings) => {
                let gradients = settings.learning.total(0);
                let state = settings.learning.total(settings.optimizer.slots()) - gradients;
                [parameters, gradients, state, self.lay_out(rows, true).total, inference]
            }
            None => [parameters, 0, 0, 0, inference],
        };
        if floats.into_iter().any(is_saturated) {
            return Err(Error::memory());
        }
        // Not `usize`: what can be counted in floats need not fit in bytes.
        Ok(floats.map(|floats| floats as f64 * size_of::<f32>() as f64))
    }

    /// What `compile` set.
    ///
    /// # Errors
    /// [`Kind::State`](crate::error::Kind::State) before it.
    pub fn training(&self) -> Result<&Training> {
        self.training.as_ref().ok_or(crate::error::state!("compile the model first"))
    }

    /// The same, to change.
    ///
    /// # Errors
    /// [`Kind::State`](crate::error::Kind::State) before it.
    pub fn training_mut(&mut self) -> Result<&mut Training> {
        self.training.as_mut().ok_or(crate::error::state!("compile the model first"))
    }

    /// Sets losses, optimizer and what learns; the optimizer starts afresh, weights stay.
    ///
    /// # Errors
    /// When the words are malformed or memory does not suffice; the network is then as before.
    pub fn compile(&mut self, words: &[f64]) -> Result<()> {
        let training = Training::read(words, &self.graph, &self.layout)?;
        // The old buffers are not laid out for this plan, and nothing in them outlives a batch: they may make room.
        self.forget_buffers();
        let slots = training.optimizer.slots();
        let total = training.learning.total(slots);
        if total == self.learning.len() {
            self.learning.write(Span { start: 0, len: total }).fill(0.0);
        } else {
            self.learning = Arena::zeros(total)?;
        }
        for slot in 0..slots {
            self.learning.write(training.learning.slot(slot)).fill(training.optimizer.initial_state(slot));
        }
        self.training = Some(training);
        Ok(())
    }

    #[inline(never)]
    fn forget_buffers(&mut self) {
        (self.plan, self.resting, self.work) = Default::default();
    }

    /// Makes room for batches of `rows`, in training or in inference.
    ///
    /// # Errors
    /// When memory does not suffice; the network is then as before.
    pub fn reserve(&mut self, rows: usize, training: bool) -> Result<()> {
        if self.plan.training != training {
            std::mem::swap(&mut self.plan, &mut self.resting);
        }
        if rows <= self.plan.capacity {
            return Ok(());
        }
        let plan = self.lay_out(rows, training);
        let total = plan.total.max(self.resting.total);
        if total > self.work.len() {
            // Nothing in the old buffers outlives a batch: let go of them first, so that both never exist at once.
            let resting = std::mem::take(&mut self.resting);
            self.forget_buffers();
            self.work = Arena::zeros(total)?;
            self.resting = resting;
        }
        self.plan = plan;
        Ok(())
    }

    /// The buffers for batches of `rows`.
    #[inline(never)]
    pub fn lay_out(&self, rows: usize, training: bool) -> WorkLayout {
        let settings = self.training.as_ref();
        let mut buffers = lifetimes(&self.graph, rows, settings, training);
        if !self.share {
            for buffer in &mut buffers {
                (buffer.first, buffer.last) = (0, usize::MAX);
            }
        }
        WorkLayout::new(&self.graph, rows, settings, training, &buffers)
    }

    /// Binds the buffers to a batch of rows, which are read in place if they are neighbours and all their readers can.
    pub(super) fn load(&mut self, data: &Dataset, order: &[u32]) {
        match order {
            [first, ..] if self.graph.reads_in_place && order.array_windows().all(|&[row, next]| row + 1 == next) => {
                self.plan.bind(&self.graph, order.len());
                self.in_place = Some(*first as usize);
            }
            _ => self.gather(data, order),
        }
    }

    /// Copies rows of the inputs into the work arena and binds the buffers to their number.
    fn gather(&mut self, data: &Dataset, order: &[u32]) {
        self.in_place = None;
        self.plan.bind(&self.graph, order.len());
        for (input, &columns) in data.inputs.iter().enumerate() {
            data.gather(columns, order, self.work.write(self.plan.value(&self.graph, input)));
        }
    }

    /// The forward pass over the batch at hand; a run, which wants losses and measures only, leaves out what these do not read.
    pub(super) fn forward(&mut self, data: &Dataset, training: bool, in_run: bool) -> Answer<()> {
        for index in 0..self.graph.steps.len() {
            if in_run && self.training.as_ref().is_some_and(|settings| settings.unread[index]) {
                continue;
            }
            self.step(data, index, training, Phase::Forward)?;
        }
        Ok(())
    }

    /// The backward pass from the gradients that the losses have written.
    pub(super) fn backward(&mut self, data: &Dataset) -> Answer<()> {
        for index in (0..self.graph.steps.len()).rev() {
            if self.training.as_ref().is_some_and(|training| training.backward.active[index]) {
                self.add_activity_gradient(index);
                self.step(data, index, true, Phase::Backward)?;
            }
        }
        Ok(())
    }

    /// Takes the batch at hand into running statistics.
    pub(super) fn commit(&mut self, data: &Dataset) -> Answer<()> {
        for index in 0..self.graph.steps.len() {
            if self.graph.has_statistics(&self.graph.steps[index]) {
                self.step(data, index, true, Phase::Commit)?;
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

    #[inline(never)]
    fn step(&mut self, data: &Dataset, index: usize, training: bool, phase: Phase) -> Answer<()> {
        let step = &self.graph.steps[index];
        let input = data.inputs.get(step.inputs[0]);
        let source = self.in_place.and_then(|first| input.map(|&input| data.range(input, first, self.plan.rows)));
        let unit = self.graph.unit(step);
        let bound = &self.plan.steps[index];
        let settings = self.training.as_ref();
        let kernel = unit.kernel();
        let at = |spans: &[Span]| kernel.and_then(|kernel| spans.get(kernel).copied()).unwrap_or_default();
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
            learning: &mut self.learning,
            inputs: &bound.inputs,
            width: self.graph.widths[step.output],
            source,
            output: bound.output,
            gradient: bound.gradient,
            saved: bound.saved,
            scratch: bound.scratch,
            parameters: &self.layout.parameters[unit.parameters.clone()],
            parameter_gradients: settings.map_or(&[], |t| &t.learning.gradients[unit.parameters.clone()]),
            accumulate: settings.is_some_and(|t| t.backward.accumulate[index]),
            kernel: Kernel {
                values: at(&self.layout.parameters),
                gradient: settings.map_or(Span::default(), |t| at(&t.learning.gradients)),
                accumulate: settings.is_some_and(|t| t.backward.accumulate_kernel[index]),
            },
            host: &mut *self.host,
            outcome: Ok(()),
        };
        match phase {
            Phase::Forward => unit.operation.forward(&mut pass),
            Phase::Backward => unit.operation.backward(&mut pass),
            Phase::Commit => unit.operation.commit(&mut pass),
        }
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
            return Err(crate::error::shape!("no such rows"));
        }
        let end = first + rows;
        self.reserve(rows.min(INFERENCE_ROWS), false)?;
        for start in (first..end).step_by(INFERENCE_ROWS) {
            let rows = INFERENCE_ROWS.min(end - start);
            self.plan.bind(&self.graph, rows);
            self.in_place = self.graph.reads_in_place.then_some(start);
            if self.in_place.is_none() {
                for (input, &columns) in data.inputs.iter().enumerate() {
                    let value = self.plan.value(&self.graph, input);
                    self.work.write(value).copy_from_slice(data.range(columns, start, rows));
                }
            }
            self.forward(data, false, false)?;
            for (output, &value) in self.graph.outputs.iter().enumerate() {
                let columns = data.labels[output];
                data.range_mut(columns, start, rows)
                    .copy_from_slice(self.work.read(self.plan.value(&self.graph, value)));
            }
        }
        Ok(())
    }

    /// Runs the forward pass over rows of `data` once more and looks at each value as soon as it is made, for others may lie at its place
    /// later. What a run leaves out is left out here too.
    pub(super) fn blame(&mut self, data: &Dataset, order: &[u32], training: bool) -> Place {
        self.gather(data, order);
        if !(0..self.graph.inputs).all(|input| self.is_finite(input)) {
            return Place::Inputs;
        }
        for index in 0..self.graph.steps.len() {
            if self.training.as_ref().is_some_and(|settings| settings.unread[index]) {
                continue;
            }
            if self.step(data, index, training, Phase::Forward).is_err() {
                return Place::Host;
            }
            if !self.is_finite(self.graph.steps[index].output) {
                return Place::Layer(self.graph.steps[index].layer);
            }
        }
        Place::Loss
    }

    #[inline(never)]
    fn is_finite(&self, value: usize) -> bool {
        self.work.read(self.plan.value(&self.graph, value)).iter().all(|x| x.is_finite())
    }
}
