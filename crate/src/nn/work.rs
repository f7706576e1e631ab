//! Where values, gradients and labels of a batch lie in the work arena. Pure; laid out when a larger batch arrives than any before.
//!
//! A buffer is needed from when it is written to when it is read for the last time; then others may lie at its place. Moments are counted:
//! 0 loads the batch, then come the steps forward, the losses, the steps backward, and the running statistics.

use super::arena::Span;
use super::graph::Graph;
use super::layer::{Input, Needs, Reads, Target};
use super::lifetimes::{Buffer, place};
use super::training::Training;

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
    /// Whether there is room for a backward pass.
    pub training: bool,
    /// Floats in all.
    pub total: usize,
    /// Every buffer for the largest batch, in the order of [`lifetimes`].
    spans: Vec<Span>,
    places: Places,
    /// The steps' buffers for `rows` rows.
    pub steps: Vec<Bound>,
    /// The rows that `steps` are for.
    pub rows: usize,
}

/// Where in the list of buffers those of a kind begin: the values, as many gradients; the labels of each output, the weights of each; what each
/// step saves; the scratch.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    values: usize,
    heads: usize,
    steps: usize,
}

impl Places {
    fn gradient(self, value: usize) -> usize {
        self.values + value
    }

    fn labels(self, head: usize) -> usize {
        2 * self.values + head
    }

    fn weights(self, head: usize) -> usize {
        2 * self.values + self.heads + head
    }

    fn saved(self, step: usize) -> usize {
        2 * (self.values + self.heads) + step
    }

    fn scratch(self) -> usize {
        self.saved(self.steps)
    }
}

/// The buffers for batches of `rows` rows and when each is needed; labels and weights only for a network that is compiled, gradients only for its
/// training.
pub fn lifetimes(graph: &Graph, rows: usize, settings: Option<&Training>, training: bool) -> Vec<Buffer> {
    let places = Places::new(graph, settings);
    let steps = places.steps;
    let (losses, end) = (steps + 1, 2 * steps + 2);
    let mut buffers = vec![Buffer::default(); places.scratch() + 1];
    let size = |width: usize| rows.saturating_mul(width);
    for (buffer, &width) in buffers.iter_mut().zip(&graph.widths) {
        buffer.len = size(width);
    }
    buffers[places.scratch()].last = end;
    for (index, step) in graph.steps.iter().enumerate() {
        let widths: Vec<usize> = step.inputs.iter().map(|&i| graph.widths[i]).collect();
        let Needs { saved, scratch } = graph.unit(step).operation.needs(rows, &widths);
        buffers[places.saved(index)] = Buffer { len: saved, first: index + 1, last: index + 1 };
        let shared = &mut buffers[places.scratch()].len;
        *shared = scratch.max(*shared);
        buffers[step.output].first = index + 1;
        buffers[step.output].last = index + 1;
        for &value in &step.inputs {
            buffers[value].last = index + 1;
        }
    }
    for &value in &graph.outputs {
        buffers[value].last = losses;
    }
    let Some(settings) = settings else { return buffers };
    for (index, head) in settings.heads.iter().enumerate() {
        buffers[head.source].last = losses;
        buffers[places.labels(index)] = Buffer { len: size(settings.label_widths[index]), first: 0, last: losses };
        buffers[places.weights(index)] = Buffer { len: rows, first: 0, last: losses };
    }
    for &(value, _) in &settings.activities {
        buffers[value].last = losses;
    }
    if !training {
        return buffers;
    }
    let plan = &settings.backward;
    for (index, step) in graph.steps.iter().enumerate().rev() {
        let (now, gradient) = (2 * steps + 1 - index, places.gradient(step.output));
        if graph.has_statistics(step) {
            buffers[places.saved(index)].last = end;
        }
        if !plan.active[index] {
            continue;
        }
        // A loss or a penalty writes it first, unless the last step that reads the value does.
        buffers[gradient].first = if buffers[gradient].first == 0 { losses } else { buffers[gradient].first };
        buffers[gradient].len = buffers[step.output].len;
        buffers[gradient].last = now;
        let saved = &mut buffers[places.saved(index)];
        saved.last = saved.last.max(now);
        let Reads { inputs, output } = graph.unit(step).operation.backward_reads(settings.trainable[step.layer]);
        if output || !graph.layers[step.layer].activity.is_zero() {
            buffers[step.output].last = now;
        }
        for (&value, target) in step.inputs.iter().zip(&plan.inputs[index]) {
            if inputs {
                buffers[value].last = buffers[value].last.max(now);
            }
            if *target == Some(false) {
                buffers[places.gradient(value)].first = now;
            }
        }
    }
    buffers
}

impl Places {
    fn new(graph: &Graph, settings: Option<&Training>) -> Self {
        let heads = settings.map_or(0, |settings| settings.heads.len());
        Self { values: graph.widths.len(), heads, steps: graph.steps.len() }
    }
}

impl WorkLayout {
    /// Finds a place for each of the [`lifetimes`].
    pub fn new(
        graph: &Graph,
        capacity: usize,
        settings: Option<&Training>,
        training: bool,
        buffers: &[Buffer],
    ) -> Self {
        let (spans, total) = place(buffers);
        let places = Places::new(graph, settings);
        let plan = settings.filter(|_| training).map(|settings| &settings.backward);
        let mut steps = Vec::with_capacity(places.steps);
        for (index, step) in graph.steps.iter().enumerate() {
            let input = |(i, &value): (usize, &usize)| {
                let accumulate = plan.and_then(|plan| plan.inputs[index][i]);
                let gradient = accumulate.map(|accumulate| Target { span: Span::default(), accumulate });
                Input { width: graph.widths[value], value: Span::default(), gradient }
            };
            steps.push(Bound {
                inputs: step.inputs.iter().enumerate().map(input).collect(),
                output: Span::default(),
                gradient: Span::default(),
                saved: spans[places.saved(index)],
                scratch: spans[places.scratch()],
            });
        }
        Self { capacity, training, total, spans, places, steps, rows: 0 }
    }

    /// Cuts the steps' buffers to `rows` rows. Allocates nothing.
    pub fn bind(&mut self, graph: &Graph, rows: usize) {
        if self.rows == rows {
            return;
        }
        self.rows = rows;
        let (spans, places) = (&self.spans, self.places);
        for (bound, step) in self.steps.iter_mut().zip(&graph.steps) {
            for (input, &value) in bound.inputs.iter_mut().zip(&step.inputs) {
                let len = rows * input.width;
                input.value = spans[value].first(len);
                if let Some(target) = &mut input.gradient {
                    target.span = spans[places.gradient(value)].first(len);
                }
            }
            let len = rows * graph.widths[step.output];
            bound.output = spans[step.output].first(len);
            let gradient = spans[places.gradient(step.output)];
            bound.gradient = gradient.first(len.min(gradient.len));
        }
    }

    /// A value for the batch at hand.
    pub fn value(&self, graph: &Graph, value: usize) -> Span {
        self.spans[value].first(self.rows * graph.widths[value])
    }

    /// A value's gradient for the batch at hand; empty where there is none.
    pub fn gradient(&self, graph: &Graph, value: usize) -> Span {
        let span = self.spans[self.places.gradient(value)];
        span.first((self.rows * graph.widths[value]).min(span.len))
    }

    /// An output's labels of so many columns for the batch at hand.
    pub fn labels(&self, head: usize, columns: usize) -> Span {
        self.spans[self.places.labels(head)].first(self.rows * columns)
    }

    /// An output's weights for the batch at hand.
    pub fn weights(&self, head: usize) -> Span {
        self.spans[self.places.weights(head)].first(self.rows)
    }
}
