//! Where parameters lie in the store, and what the backward pass computes. Pure; laid out when a model is built or compiled.

use super::arena::{LINE, Planner, Span, align};
use super::graph::{Graph, has};

/// Floats a parameter starts at a multiple of: a vector.
const VECTOR: usize = 4;

/// The store: the parameters. Laid out when a model is built; `compile` leaves it where it is.
#[derive(Clone, Debug, Default)]
pub struct StoreLayout {
    /// Each parameter's values.
    pub parameters: Vec<Span>,
    /// Floats in all.
    pub total: usize,
}

impl StoreLayout {
    /// Lays out a graph's parameters.
    pub fn new(graph: &Graph) -> Self {
        let (parameters, total) = lay_out(graph, |_| true);
        Self { parameters, total }
    }
}

/// What learning takes: the gradients, then as many floats of each of the optimizer's state arrays. Laid out by `compile`, for what learns alone.
#[derive(Clone, Debug, Default)]
pub struct LearningLayout {
    /// Each parameter's gradient; empty where it has none. Neighbours in the store are neighbours here.
    pub gradients: Vec<Span>,
    /// Floats from a gradient to the first state, and from there to each other.
    section: usize,
}

impl LearningLayout {
    /// Lays out the gradients of parameters that layers of these learn, be it as the owner of a kernel or tied to it.
    pub fn new(graph: &Graph, trainable: &[bool]) -> Self {
        let tied =
            |index: usize| graph.steps.iter().any(|s| trainable[s.layer] && graph.unit(s).kernel() == Some(index));
        let (gradients, section) = lay_out(graph, |index| {
            let (layer, parameter) = &graph.parameters[index];
            parameter.learned && (trainable[*layer] || tied(index))
        });
        Self { gradients, section }
    }

    /// Floats of gradients and so many state arrays.
    pub fn total(&self, slots: usize) -> usize {
        self.section.saturating_mul(1 + slots)
    }

    /// A state array of all that learns.
    pub fn slot(&self, slot: usize) -> Span {
        Span { start: self.section * (slot + 1), len: self.section }
    }

    /// The part of a state array that belongs to a span of gradients.
    pub fn state(&self, gradient: Span, slot: usize) -> Span {
        Span { start: gradient.start + self.section * (slot + 1), len: gradient.len }
    }
}

/// A place for each parameter that is wanted, and the floats of all.
fn lay_out(graph: &Graph, wanted: impl Fn(usize) -> bool) -> (Vec<Span>, usize) {
    let mut planner = Planner::default();
    let mut spans = Vec::with_capacity(graph.parameters.len());
    for (index, (_, parameter)) in graph.parameters.iter().enumerate() {
        let elements = if wanted(index) { parameter.elements() } else { 0 };
        spans.push(planner.take(elements, VECTOR));
    }
    (spans, align(planner.used(), LINE))
}

/// Which gradients the backward pass computes and where shares of several users add up. Fixed by `compile`.
#[derive(Clone, Debug, Default)]
pub struct Backward {
    /// For each step, for each input: `None` if its gradient is not needed, else whether to add.
    pub inputs: Vec<Vec<Option<bool>>>,
    /// Whether the step has any backward work.
    pub active: Vec<bool>,
    /// Whether the step adds to its parameters' gradients.
    pub accumulate: Vec<bool>,
    /// Whether the step adds to its kernel's gradient, see [`Unit::kernel`](super::graph::Unit::kernel).
    pub accumulate_kernel: Vec<bool>,
    /// Values whose gradient must be set to zero first: only a penalty writes it.
    pub cleared: Vec<usize>,
    /// Whether a value has a gradient at all.
    pub gradient: Vec<bool>,
}

impl Backward {
    /// Plans the pass for losses on the values `heads` and these trainable layers.
    pub fn new(graph: &Graph, heads: &[usize], trainable: &[bool]) -> Self {
        let learns = |step: &super::graph::Step| {
            let unit = graph.unit(step);
            let learned = |(_, p): &(usize, super::layer::Parameter)| p.learned;
            trainable[step.layer]
                && (unit.tied.is_some() || graph.parameters[unit.parameters.clone()].iter().any(learned))
        };
        let mut needed = vec![false; graph.widths.len()];
        for step in &graph.steps {
            needed[step.output] = learns(step) || step.inputs.iter().any(|&i| needed[i]);
        }
        let mut written = vec![false; graph.widths.len()];
        for &head in heads {
            written[head] = needed[head];
        }
        let mut plan = Self {
            inputs: vec![Vec::new(); graph.steps.len()],
            active: vec![false; graph.steps.len()],
            accumulate: vec![false; graph.steps.len()],
            accumulate_kernel: vec![false; graph.steps.len()],
            ..Self::default()
        };
        let (mut used, mut kernels): (Vec<(usize, usize)>, Vec<usize>) = Default::default();
        for (index, step) in graph.steps.iter().enumerate().rev() {
            let last = step.unit + 1 == graph.layers[step.layer].units.len();
            if last && !graph.layers[step.layer].activity.is_zero() && needed[step.output] && !written[step.output] {
                plan.cleared.push(step.output);
                written[step.output] = true;
            }
            plan.active[index] = written[step.output];
            if !written[step.output] {
                plan.inputs[index] = vec![None; step.inputs.len()];
                continue;
            }
            plan.accumulate[index] = used.contains(&(step.layer, step.unit));
            used.push((step.layer, step.unit));
            if let Some(kernel) = graph.unit(step).kernel().filter(|_| trainable[step.layer]) {
                plan.accumulate_kernel[index] = has(&kernels, kernel);
                kernels.push(kernel);
            }
            for &input in &step.inputs {
                let target = needed[input].then_some(written[input]);
                written[input] |= needed[input];
                plan.inputs[index].push(target);
            }
        }
        plan.gradient = written;
        plan
    }
}
