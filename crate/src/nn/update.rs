//! The end of a training step: penalties' gradients, clipping, the optimizer, constraints.

use super::arena::Arena;
use super::layout::StoreLayout;
use super::network::Network;
use super::training::Group;
use crate::optim::clip::{self, GlobalNorm};
use crate::optim::step::{State, Step};

impl Network {
    /// Adds the gradients of the parameters' penalties to those of the loss.
    pub(super) fn add_penalty_gradients(&mut self) {
        let Some(settings) = &self.training else { return };
        for &index in &settings.penalized {
            let ([w], [gradient]) = self.store.split([self.layout.parameters[index]], [self.layout.gradients[index]]);
            self.graph.parameters[index].1.penalty.add_gradient(w, 1.0, gradient);
        }
    }

    /// Applies the gradients in the store: penalties, clipping by value, then by global norm, the optimizer at `epoch`'s rate, constraints.
    pub(super) fn update(&mut self, epoch: u64) {
        self.add_penalty_gradients();
        let Some(settings) = &mut self.training else { return };
        if let Some(limit) = settings.clip_value {
            for group in &settings.groups {
                clip::by_value(self.store.write(self.layout.in_section(group.span, 1)), limit);
            }
        }
        if let Some(limit) = settings.clip_norm {
            clip_norm(&mut self.store, &self.layout, &settings.groups, limit);
        }
        let rate = settings.schedule.rate(settings.progress.iterations, epoch);
        let step = settings.optimizer.advance(&mut settings.progress, rate);
        for group in &settings.groups {
            apply(&step, &mut self.store, &self.layout, group, settings.optimizer.slots());
        }
        for &index in &settings.constrained {
            let (_, parameter) = &self.graph.parameters[index];
            parameter.constraint.apply(self.store.write(self.layout.parameters[index]), parameter.columns);
        }
    }
}

fn clip_norm(store: &mut Arena, layout: &StoreLayout, groups: &[Group], limit: f64) {
    let mut norm = GlobalNorm::default();
    for group in groups {
        norm.add(store.read(layout.in_section(group.span, 1)));
    }
    if let Some(factor) = norm.factor(limit) {
        for group in groups {
            clip::by_factor(store.write(layout.in_section(group.span, 1)), factor);
        }
    }
}

fn apply(step: &Step, store: &mut Arena, layout: &StoreLayout, group: &Group, slots: usize) {
    let section = |index: usize| layout.in_section(group.span, index);
    let (parameters, gradient) = (section(0), section(1));
    match slots {
        0 => {
            let ([g], [p]) = store.split([gradient], [parameters]);
            step.apply(group.scale, p, g, &mut State::from([]));
        }
        1 => {
            let ([g], [p, a]) = store.split([gradient], [parameters, section(2)]);
            step.apply(group.scale, p, g, &mut State::from([a]));
        }
        2 => {
            let ([g], [p, a, b]) = store.split([gradient], [parameters, section(2), section(3)]);
            step.apply(group.scale, p, g, &mut State::from([a, b]));
        }
        _ => {
            let ([g], [p, a, b, c]) = store.split([gradient], [parameters, section(2), section(3), section(4)]);
            step.apply(group.scale, p, g, &mut State::from([a, b, c]));
        }
    }
}
