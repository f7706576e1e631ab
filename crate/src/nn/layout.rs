//! Where parameters lie in the store, and what the backward pass computes. Pure; laid out when a model is built or compiled.

use super::arena::{LINE, Planner, Span};
use super::graph::Graph;
use crate::error::{Error, Result};

/// Floats a parameter starts at a multiple of: a vector.
const VECTOR: usize = 4;

/// The store: parameters, then as many floats of gradients, then of each of the optimizer's state arrays.
#[derive(Clone, Debug, Default)]
pub struct StoreLayout {
    /// Each parameter's values.
    pub parameters: Vec<Span>,
    /// Each parameter's gradient; the values' spans moved by one `section`.
    pub gradients: Vec<Span>,
    /// Floats from a parameter to its gradient, and from there to each state.
    pub section: usize,
}

impl StoreLayout {
    /// Lays out a graph's parameters.
    ///
    /// # Errors
    /// When they cannot be addressed.
    pub fn new(graph: &Graph) -> Result<Self> {
        let mut planner = Planner::default();
        let mut parameters = Vec::new();
        for (_, parameter) in &graph.parameters {
            parameters.push(planner.take(parameter.elements().ok_or(Error::memory())?, VECTOR)?);
        }
        let section = planner.used().checked_next_multiple_of(LINE).ok_or(Error::memory())?;
        let mut gradients = Vec::new();
        for &span in &parameters {
            gradients.push(shift(span, section));
        }
        Ok(Self { parameters, gradients, section })
    }

    /// Floats the store needs with gradients and so many state arrays.
    ///
    /// # Errors
    /// When they cannot be addressed.
    pub fn total(&self, sections: usize) -> Result<usize> {
        self.section.checked_mul(sections).ok_or(Error::memory())
    }

    /// The part of section `index` (0 parameters, 1 gradients, 2 … states) that belongs to a span of parameters.
    pub fn in_section(&self, span: Span, index: usize) -> Span {
        shift(span, self.section * index)
    }
}

fn shift(span: Span, by: usize) -> Span {
    Span { start: span.start + by, len: span.len }
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
                plan.accumulate_kernel[index] = kernels.contains(&kernel);
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
