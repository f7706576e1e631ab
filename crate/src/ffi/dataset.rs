//! Data sets and plain buffers.

use wasm_bindgen::prelude::wasm_bindgen;

use super::{Outcome, missing, pointer};
use crate::nn::arena::{Arena, Span};
use crate::nn::dataset::{Columns, Dataset};
use crate::nn::mixer::Mixer;

/// A data set in WebAssembly memory.
#[wasm_bindgen]
pub struct RawDataset {
    pub(super) inner: Dataset,
    mixer: Option<Mixer>,
}

#[wasm_bindgen]
impl RawDataset {
    /// A set of zeros: `[rows, inputs, width…, outputs, label width…, weighted (0/1) for each output]`.
    #[wasm_bindgen(constructor)]
    pub fn new(words: &[f64]) -> Outcome<RawDataset> {
        Ok(Self { inner: Dataset::read(words)?, mixer: None })
    }

    /// Address of input `index`, `[rows, width]`.
    pub fn input_pointer(&self, index: usize) -> Outcome<u32> {
        self.at(self.inner.inputs.get(index).copied())
    }

    /// Address of the labels of output `index`, `[rows, width]`.
    pub fn label_pointer(&self, index: usize) -> Outcome<u32> {
        self.at(self.inner.labels.get(index).copied())
    }

    /// Address of the sample weights of output `index`, `[rows]`.
    pub fn weight_pointer(&self, index: usize) -> Outcome<u32> {
        self.at(self.inner.weights.get(index).copied().flatten())
    }

    /// Starts to mix the rows of a stream; the seed's lower and upper half.
    pub fn begin_mixing(&mut self, low: u32, high: u32, epoch: u32) {
        self.mixer = Some(Mixer::new(u64::from(low) | (u64::from(high) << 32), u64::from(epoch)));
    }

    /// Exchanges rows `at … at + count` with random ones from row `first` on; or, where so many are `held` and no more come, with those that follow.
    pub fn mix(&mut self, first: usize, held: usize, at: usize, count: usize, more: bool) -> Outcome<()> {
        let mixer = self.mixer.as_mut().ok_or_else(missing)?;
        Ok(if more {
            mixer.exchange(&mut self.inner, first, at, count)
        } else {
            mixer.give(&mut self.inner, first, held, at, count)
        }?)
    }
}

impl RawDataset {
    fn at(&self, columns: Option<Columns>) -> Outcome<u32> {
        columns.map(|columns| pointer(self.inner.read_columns(columns))).ok_or_else(missing)
    }
}

/// Floats in WebAssembly memory.
#[wasm_bindgen]
pub struct RawBuffer {
    pub(super) arena: Arena,
    pub(super) span: Span,
}

#[wasm_bindgen]
impl RawBuffer {
    /// So many zeros.
    #[wasm_bindgen(constructor)]
    pub fn new(length: usize) -> Outcome<RawBuffer> {
        Ok(Self { arena: Arena::zeros(length)?, span: Span { start: 0, len: length } })
    }

    /// Address of the first.
    pub fn pointer(&self) -> u32 {
        pointer(self.read())
    }
}

impl RawBuffer {
    pub(super) fn read(&self) -> &[f32] {
        self.arena.read(self.span)
    }

    pub(super) fn write(&mut self) -> &mut [f32] {
        self.arena.write(self.span)
    }
}
