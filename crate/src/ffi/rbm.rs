//! Restricted Boltzmann machines.

use wasm_bindgen::prelude::wasm_bindgen;

use super::dataset::RawDataset;
use super::{Outcome, missing, pointer};
use crate::nn::layer::read_seed;
use crate::nn::rbm::Rbm;
use crate::nn::rbm::inference::Question;
use crate::nn::rbm::training::{Epoch, Settings};
use crate::spec::{Range, Words};

/// A machine, with the epoch that is under way.
#[wasm_bindgen]
pub struct RawRbm {
    machine: Rbm,
    epoch: Option<Epoch>,
}

#[wasm_bindgen]
impl RawRbm {
    /// Visible units, hidden units, whether the visible ones are normal (0/1), the seed's halves.
    #[wasm_bindgen(constructor)]
    pub fn new(words: &[f64]) -> Outcome<RawRbm> {
        Ok(Self { machine: Rbm::read(words)?, epoch: None })
    }

    /// Address of kernel (0), visible bias (1) or hidden bias (2).
    pub fn parameter_pointer(&self, index: usize) -> Outcome<u32> {
        self.machine.parameter(index).map(pointer).ok_or_else(missing)
    }

    /// Bytes that the machine takes.
    pub fn memory_bytes(&self) -> f64 {
        self.machine.bytes() as f64
    }

    /// Starts an epoch: batch, whether rows are shuffled and the epoch they are shuffled by, learning rate, momentum, weight decay, k, whether chains
    /// are persistent.
    pub fn begin_training(&mut self, data: &RawDataset, words: &[f64]) -> Outcome<()> {
        let mut words = Words::new(words);
        let (batch, shuffle, epoch) = (words.count(), words.flag(), words.index());
        let settings = Settings {
            rate: words.within(Range::NonNegative),
            momentum: words.within(Range::BelowOne),
            decay: words.within(Range::NonNegative),
            k: words.count(),
            persistent: words.flag(),
        };
        words.finish()?;
        let shuffle = shuffle.then_some(epoch as u64);
        self.epoch = Some(Epoch::new(&mut self.machine, &data.inner, batch, settings, shuffle)?);
        Ok(())
    }

    /// Runs up to so many batches of the epoch; says how many it ran.
    pub fn train(&mut self, data: &RawDataset, batches: usize) -> Outcome<usize> {
        let epoch = self.epoch.as_mut().ok_or(crate::error::state!("nothing has begun"))?;
        Ok(epoch.advance(&mut self.machine, &data.inner, batches)?)
    }

    /// Mean squared reconstruction error of the epoch so far.
    pub fn error(&self) -> f64 {
        self.epoch.as_ref().map_or(f64::NAN, Epoch::error)
    }

    /// Whether the epoch ended in numbers that are not finite; the weights are then those from before it.
    pub fn spoilt(&self) -> bool {
        self.epoch.as_ref().is_some_and(Epoch::spoilt)
    }

    /// Answers a question about the first `rows` rows in the labels: 0 transform, 1 reconstruct, 2 free energy; 3 pseudo-log-likelihood by
    /// `count` units (0: all), `first` being the number of the first row; 4 `count` turns of Gibbs sampling, from data if `first` is 0.
    pub fn answer(&mut self, data: &mut RawDataset, rows: usize, question: u32, words: &[f64]) -> Outcome<()> {
        let mut words = Words::new(words);
        let (count, first, seed) = (words.index(), words.index(), read_seed(&mut words));
        words.finish()?;
        let question = match question {
            0 => Question::Transform,
            1 => Question::Reconstruct,
            2 => Question::FreeEnergy,
            3 => Question::PseudoLogLikelihood { units: count, seed, first },
            4 => Question::Sample { steps: count, seed, fresh: first != 0 },
            _ => return Err(missing()),
        };
        Ok(self.machine.answer(question, &mut data.inner, rows)?)
    }
}
