//! The end of a training step: penalties' gradients, clipping, the optimizer, constraints.

use super::arena::Arena;
use super::layout::LearningLayout;
use super::network::Network;
use super::training::Group;
use crate::optim::clip::{self, GlobalNorm};
use crate::optim::step::{State, Step};

impl Network {
    /// Adds the gradients of the parameters' penalties to those of the loss.
    pub(super) fn add_penalty_gradients(&mut self) {
        let Some(settings) = &self.training else { return };
        for &index in &settings.penalized {
            let w = self.store.read(self.layout.parameters[index]);
            let gradient = self.learning.write(settings.learning.gradients[index]);
            self.graph.parameters[index].1.penalty.add_gradient(w, 1.0, gradient);
        }
    }

    /// Applies the gradients: penalties, clipping by value, then by global norm, the optimizer at `epoch`'s rate, constraints.
    pub(super) fn update(&mut self, epoch: u64) {
        self.add_penalty_gradients();
        let Some(settings) = &mut self.training else { return };
        if let Some(limit) = settings.clip_value {
            for group in &settings.groups {
                clip::by_value(self.learning.write(group.gradient), limit);
            }
        }
        if let Some(limit) = settings.clip_norm {
            clip_norm(&mut self.learning, &settings.groups, limit);
        }
        let rate = settings.schedule.rate(settings.progress.iterations, epoch);
        let step = settings.optimizer.advance(&mut settings.progress, rate);
        for group in &settings.groups {
            let values = self.store.write(group.span);
            apply(&step, values, &mut self.learning, &settings.learning, group, settings.optimizer.slots());
        }
        for &index in &settings.constrained {
            let (_, parameter) = &self.graph.parameters[index];
            parameter.constraint.apply(self.store.write(self.layout.parameters[index]), parameter.columns);
        }
    }
}

fn clip_norm(learning: &mut Arena, groups: &[Group], limit: f64) {
    let mut norm = GlobalNorm::default();
    for group in groups {
        norm.add(learning.read(group.gradient));
    }
    if let Some(factor) = norm.factor(limit) {
        for group in groups {
            clip::by_factor(learning.write(group.gradient), factor);
        }
    }
}

fn apply(step: &Step, p: &mut [f32], learning: &mut Arena, layout: &LearningLayout, group: &Group, slots: usize) {
    let (gradient, state) = (group.gradient, |slot| layout.state(group.gradient, slot));
    match slots {
        0 => {
            let ([g], []) = learning.split([gradient], []);
            step.apply(group.scale, p, g, &mut State::from([]));
        }
        1 => {
            let ([g], [a]) = learning.split([gradient], [state(0)]);
            step.apply(group.scale, p, g, &mut State::from([a]));
        }
        2 => {
            let ([g], [a, b]) = learning.split([gradient], [state(0), state(1)]);
            step.apply(group.scale, p, g, &mut State::from([a, b]));
        }
        _ => {
            let ([g], [a, b, c]) = learning.split([gradient], [state(0), state(1), state(2)]);
            step.apply(group.scale, p, g, &mut State::from([a, b, c]));
        }
    }
}
