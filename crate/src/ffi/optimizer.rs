//! An optimizer alone, for functions of the user's own.

use wasm_bindgen::prelude::wasm_bindgen;

use super::{Outcome, pointer};
use crate::nn::arena::{Arena, Planner, Span};
use crate::nn::training::read_optimizer;
use crate::optim::rule::Optimizer;
use crate::optim::schedule::Schedule;
use crate::optim::step::{Progress, State};
use crate::spec::{Range, read_all};

/// An optimizer with the parameters it updates.
#[wasm_bindgen]
pub struct RawOptimizer {
    rule: Optimizer,
    schedule: Schedule,
    progress: Progress,
    arena: Arena,
    /// Parameters, gradient, and the state arrays, of which unused ones are empty.
    spans: [Span; 5],
}

#[wasm_bindgen]
impl RawOptimizer {
    /// The optimizer that the words describe, for so many parameters, which start as zeros.
    #[wasm_bindgen(constructor)]
    pub fn new(words: &[f64], length: usize) -> Outcome<RawOptimizer> {
        let (rule, schedule) = read_all(words, read_optimizer)?;
        let mut planner = Planner::default();
        let mut spans = [Span::default(); 5];
        for span in &mut spans[..2 + rule.slots()] {
            *span = planner.matrix(1, length);
        }
        let mut arena = Arena::zeros(planner.used())?;
        for slot in 0..rule.slots() {
            arena.write(spans[2 + slot]).fill(rule.initial_state(slot));
        }
        Ok(Self { rule, schedule, progress: Progress::default(), arena, spans })
    }

    /// Address of the parameters.
    pub fn parameter_pointer(&self) -> u32 {
        pointer(self.arena.read(self.spans[0]))
    }

    /// Address where the gradient is to be written before a step.
    pub fn gradient_pointer(&self) -> u32 {
        pointer(self.arena.read(self.spans[1]))
    }

    /// One update.
    pub fn step(&mut self) {
        let rate = self.learning_rate();
        let step = self.rule.advance(&mut self.progress, rate);
        let [p, g, a, b, c] = self.spans;
        let ([g], [p, a, b, c]) = self.arena.split([g], [p, a, b, c]);
        step.apply(1.0, p, g, &mut State::from([a, b, c]));
    }

    /// The rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.schedule.rate(self.progress.iterations, 0)
    }

    /// Replaces the schedule by a constant rate.
    pub fn set_learning_rate(&mut self, rate: f64) -> Outcome<()> {
        if !Range::NonNegative.contains(rate) {
            return Err(crate::error::config!("a learning rate is finite and at least 0").into());
        }
        self.schedule = Schedule::constant(rate);
        Ok(())
    }

    /// Steps taken.
    pub fn iterations(&self) -> f64 {
        self.progress.iterations as f64
    }
}
