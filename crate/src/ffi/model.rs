//! Models.

use wasm_bindgen::prelude::wasm_bindgen;

use super::dataset::RawDataset;
use super::host::RawHost;
use super::{Outcome, missing, pointer};
use crate::nn::failure::Place;
use crate::nn::network::Network;
use crate::nn::run::Run;
use crate::optim::schedule::Schedule;
use crate::optim::step::Progress;
use crate::spec::{Range, read_all};

/// A network, with the run over a data set that is under way in training and in evaluation.
#[wasm_bindgen]
pub struct RawModel {
    network: Network,
    /// The evaluation and the training.
    runs: [Option<Run>; 2],
    epoch: u64,
    evaluating: bool,
}

#[wasm_bindgen]
impl RawModel {
    /// Builds a model from its words and draws its weights. The host computes the losses and layers that are not the engine's own.
    #[wasm_bindgen(constructor)]
    pub fn new(words: &[f64], host: RawHost) -> Outcome<RawModel> {
        let mut network = Network::read(words)?;
        network.set_host(Box::new(host));
        Ok(Self { network, runs: [None, None], epoch: 0, evaluating: false })
    }

    /// For each parameter: its layer, its name, its rows and columns, whether it is learned.
    pub fn parameters(&self) -> Vec<f64> {
        let row = |(layer, p): &(usize, crate::nn::layer::Parameter)| {
            [*layer as f64, p.name as usize as f64, p.rows as f64, p.columns as f64, f64::from(u8::from(p.learned))]
        };
        self.network.graph().parameters.iter().flat_map(row).collect()
    }

    /// Width of each node's value.
    pub fn value_widths(&self) -> Vec<f64> {
        let graph = self.network.graph();
        graph.node_values.iter().map(|&value| graph.widths[value] as f64).collect()
    }

    /// Address of a parameter's values.
    pub fn parameter_pointer(&self, index: usize) -> Outcome<u32> {
        self.network.parameter(index).map(pointer).ok_or_else(missing)
    }

    /// Address of the gradient of a parameter that learns.
    pub fn gradient_pointer(&self, index: usize) -> Outcome<u32> {
        self.network.gradient(index).filter(|gradient| !gradient.is_empty()).map(pointer).ok_or_else(missing)
    }

    /// State arrays of the optimizer.
    pub fn state_slots(&self) -> Outcome<usize> {
        Ok(self.network.training()?.optimizer.slots())
    }

    /// Address of the part of a state array of a parameter that learns.
    pub fn state_pointer(&self, slot: usize, index: usize) -> Outcome<u32> {
        self.network.state(slot, index).filter(|state| !state.is_empty()).map(pointer).ok_or_else(missing)
    }

    /// Bytes of the parameters, their gradients, the optimizer's state, and the buffers for a batch of `rows` in training and in inference; what
    /// `compile` adds is 0 before it.
    pub fn memory_bytes(&self, rows: usize) -> Outcome<Vec<f64>> {
        Ok(self.network.memory(rows)?.to_vec())
    }

    /// Sets optimizer, losses, metrics and what learns.
    pub fn compile(&mut self, words: &[f64]) -> Outcome<()> {
        self.network.compile(words)?;
        self.runs = [None, None];
        Ok(())
    }

    /// Starts an epoch of training or an evaluation: over all of a data set, or (`ring` above 0) over a stream that goes through so many of its rows.
    pub fn begin(
        &mut self,
        data: &RawDataset,
        training: bool,
        batch: usize,
        ring: usize,
        shuffle: bool,
        epoch: u32,
    ) -> Outcome<()> {
        let network = &mut self.network;
        let run = if ring > 0 {
            Run::stream(network, &data.inner, ring, batch, training)
        } else {
            Run::new(network, &data.inner, batch, training, shuffle.then_some(u64::from(epoch)))
        };
        self.runs[usize::from(training)] = Some(run?);
        if training {
            self.epoch = u64::from(epoch);
        }
        self.evaluating = !training;
        Ok(())
    }

    /// Runs up to so many batches of the epoch or the evaluation; says how many it ran.
    pub fn advance(&mut self, data: &RawDataset, training: bool, batches: usize) -> Outcome<usize> {
        self.evaluating = !training;
        let run = self.runs[usize::from(training)].as_mut().ok_or_else(not_begun)?;
        Ok(run.advance(&mut self.network, &data.inner, batches, self.epoch)?)
    }

    /// Says which rows of a ring come next, and whether more will come. If there are none, the stream has ended, and `failure` tells of weights that
    /// its last update left.
    pub fn feed(&mut self, training: bool, first: usize, count: usize, more: bool) -> Outcome<()> {
        self.evaluating = !training;
        let run = self.runs[usize::from(training)].as_mut().ok_or_else(not_begun)?;
        Ok(run.feed(&self.network, first, count, more)?)
    }

    /// Means so far of the epoch or evaluation that ran last: the loss, then for each output its loss and measures.
    pub fn logs(&mut self) -> Outcome<Vec<f64>> {
        let run = &mut self.runs[usize::from(!self.evaluating)];
        Ok(run.as_mut().ok_or_else(not_begun)?.logs())
    }

    /// Empty, or the batch that stopped the run and the layer whose output was not finite first (−1 the inputs, −2 labels, loss or the host;
    /// −3 and below: the weights of layer 0 and up, after the last batch).
    pub fn failure(&self) -> Vec<i32> {
        let run = &self.runs[usize::from(!self.evaluating)];
        let failure = run.as_ref().and_then(Run::failure);
        failure.map_or_else(Vec::new, |failure| {
            let place = match failure.place {
                Place::Inputs => -1,
                Place::Loss | Place::Host => -2,
                Place::Layer(layer) => layer as i32,
                Place::Weights(layer) => -3 - layer as i32,
            };
            vec![failure.batch as i32, place]
        })
    }

    /// Writes the outputs for some rows into the data set's labels.
    pub fn predict(&mut self, data: &mut RawDataset, first: usize, rows: usize) -> Outcome<()> {
        Ok(self.network.predict(&mut data.inner, first, rows)?)
    }

    /// Loss and gradients of the whole set as one batch.
    pub fn compute_gradients(&mut self, data: &RawDataset) -> Outcome<f64> {
        Ok(self.network.compute_gradients(&data.inner)?)
    }

    /// The rate of the next step, after so many epochs.
    pub fn learning_rate(&self, epoch: u32) -> Outcome<f64> {
        let training = self.network.training()?;
        Ok(training.schedule.rate(training.progress.iterations, u64::from(epoch)))
    }

    /// Replaces the schedule by a constant rate.
    pub fn set_learning_rate(&mut self, rate: f64) -> Outcome<()> {
        if !Range::NonNegative.contains(rate) {
            return Err(crate::error::config!("a learning rate is finite and at least 0").into());
        }
        self.network.training_mut()?.schedule = Schedule::constant(rate);
        Ok(())
    }

    /// Steps taken.
    pub fn iterations(&self) -> Outcome<f64> {
        Ok(self.network.training()?.progress.iterations as f64)
    }

    /// The optimizer's scalar state: the steps taken, and what its rule adds.
    pub fn progress(&self) -> Outcome<Vec<f64>> {
        Ok(self.network.training()?.progress.to_words().to_vec())
    }

    /// Restores what `progress` gave.
    pub fn set_progress(&mut self, words: &[f64]) -> Outcome<()> {
        let progress = read_all(words, Progress::read)?;
        self.network.training_mut()?.progress = progress;
        Ok(())
    }
}

fn not_begun() -> super::JsError {
    crate::error::state!("nothing has begun").into()
}
