//! Where everything lies: parameters in the store, values and gradients in the work arena. Pure; laid out when a model is built or compiled,
//! or a larger batch arrives.

use super::arena::{LINE, Planner, Span};
use super::graph::Graph;
use super::layer::{Input, Needs, Target};
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
        let take =
            |(_, p): &(usize, super::layer::Parameter)| planner.take(p.elements().ok_or(Error::memory())?, VECTOR);
        let parameters = graph.parameters.iter().map(take).collect::<Result<Vec<_>>>()?;
        let section = planner.used().checked_next_multiple_of(LINE).ok_or(Error::memory())?;
        let gradients = parameters.iter().map(|&span| shift(span, section)).collect();
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
    /// Values whose gradient must be set to zero first: only a penalty writes it.
    pub cleared: Vec<usize>,
    /// Whether a value has a gradient at all.
    pub gradient: Vec<bool>,
}

impl Backward {
    /// Plans the pass for losses on the values `heads` and these trainable layers.
    pub fn new(graph: &Graph, heads: &[usize], trainable: &[bool]) -> Self {
        let learns = |step: &super::graph::Step| {
            let own = graph.unit(step).parameters.clone();
            trainable[step.layer] && graph.parameters[own].iter().any(|(_, p)| p.learned)
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
            ..Self::default()
        };
        let mut used: Vec<(usize, usize)> = Vec::new();
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

/// A step's buffers for the batch at hand.
#[derive(Clone, Debug)]
pub struct Bound {
    /// Its inputs.
    pub inputs: Vec<Input>,
    /// Its output.
    pub output: Span,
    /// Its output's gradient (empty where there is none).
    pub gradient: Span,
    /// Kept from forward to backward.
    pub saved: Span,
    /// Free during the call.
    pub scratch: Span,
}

/// The work arena for batches of up to `capacity` rows.
#[derive(Clone, Debug, Default)]
pub struct WorkLayout {
    /// The largest batch.
    pub capacity: usize,
    /// Floats in all.
    pub total: usize,
    /// Each value, for the largest batch.
    pub values: Vec<Span>,
    /// Each value's gradient, for the largest batch; empty where there is none.
    pub gradients: Vec<Span>,
    /// Labels of each output.
    pub labels: Vec<Span>,
    /// Weights of each output.
    pub weights: Vec<Span>,
    saved: Vec<Span>,
    scratch: Span,
    /// The steps' buffers for `rows` rows.
    pub steps: Vec<Bound>,
    /// The rows that `steps` are for.
    pub rows: usize,
}

impl WorkLayout {
    /// Lays out the buffers for batches of up to `capacity` rows; gradients and labels only with a backward plan.
    ///
    /// # Errors
    /// When they cannot be addressed.
    pub fn new(graph: &Graph, capacity: usize, training: Option<(&Backward, &[usize])>) -> Result<Self> {
        let mut planner = Planner::default();
        let values = graph.widths.iter().map(|&w| planner.matrix(capacity, w)).collect::<Result<Vec<_>>>()?;
        let mut layout =
            Self { capacity, values, gradients: vec![Span::default(); graph.widths.len()], ..Self::default() };
        if let Some((backward, labels)) = training {
            for (value, span) in layout.gradients.iter_mut().enumerate() {
                if backward.gradient[value] {
                    *span = planner.matrix(capacity, graph.widths[value])?;
                }
            }
            layout.labels = labels.iter().map(|&w| planner.matrix(capacity, w)).collect::<Result<_>>()?;
            layout.weights = labels.iter().map(|_| planner.matrix(capacity, 1)).collect::<Result<_>>()?;
        }
        let mut scratch = 0;
        for step in &graph.steps {
            let widths: Vec<usize> = step.inputs.iter().map(|&i| graph.widths[i]).collect();
            let Needs { saved, scratch: own } = graph.unit(step).operation.needs(capacity, &widths)?;
            layout.saved.push(planner.take(saved, LINE)?);
            scratch = scratch.max(own);
        }
        layout.scratch = planner.take(scratch, LINE)?;
        layout.total = planner.used();
        layout.steps = layout.unbound(graph, training.map(|(backward, _)| backward));
        Ok(layout)
    }

    fn unbound(&self, graph: &Graph, backward: Option<&Backward>) -> Vec<Bound> {
        let bound = |(index, step): (usize, &super::graph::Step)| Bound {
            inputs: step
                .inputs
                .iter()
                .enumerate()
                .map(|(i, &value)| Input {
                    width: graph.widths[value],
                    value: Span::default(),
                    gradient: backward
                        .and_then(|plan| plan.inputs[index][i])
                        .map(|accumulate| Target { span: Span::default(), accumulate }),
                })
                .collect(),
            output: Span::default(),
            gradient: Span::default(),
            saved: self.saved[index],
            scratch: self.scratch,
        };
        graph.steps.iter().enumerate().map(bound).collect()
    }

    /// Cuts the steps' buffers to `rows` rows. Allocates nothing.
    pub fn bind(&mut self, graph: &Graph, rows: usize) {
        if self.rows == rows {
            return;
        }
        self.rows = rows;
        for (bound, step) in self.steps.iter_mut().zip(&graph.steps) {
            for (input, &value) in bound.inputs.iter_mut().zip(&step.inputs) {
                let len = rows * input.width;
                input.value = self.values[value].first(len);
                if let Some(target) = &mut input.gradient {
                    target.span = self.gradients[value].first(len);
                }
            }
            let len = rows * graph.widths[step.output];
            bound.output = self.values[step.output].first(len);
            bound.gradient = self.gradients[step.output].first(len.min(self.gradients[step.output].len));
        }
    }

    /// A value for the batch at hand.
    pub fn value(&self, graph: &Graph, value: usize) -> Span {
        self.values[value].first(self.rows * graph.widths[value])
    }

    /// A value's gradient for the batch at hand; empty where there is none.
    pub fn gradient(&self, graph: &Graph, value: usize) -> Span {
        let span = self.gradients[value];
        span.first((self.rows * graph.widths[value]).min(span.len))
    }
}
