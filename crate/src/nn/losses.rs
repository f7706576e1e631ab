//! The losses of the batch at hand: labels and weights are gathered, values and gradients computed, metrics and penalties taken.

use super::arena::Span;
use super::dataset::Dataset;
use super::graph::has;
use super::host::{Answer, Call, Refused, Task};
use super::network::Network;
use super::training::{Measured, Meter};
use crate::kernels::loss::{self, Batch, Loss};
use crate::optim::clip;

impl Network {
    /// Copies the labels and weights of rows into the work arena.
    pub(super) fn load_labels(&mut self, data: &Dataset, order: &[u32]) {
        for (head, &columns) in data.labels.iter().enumerate() {
            let span = self.plan.labels(head, columns.width);
            data.gather(columns, order, self.work.write(span));
            if let Some(weights) = data.weights[head] {
                data.gather(weights, order, self.work.write(self.plan.weights(head)));
            }
        }
    }

    /// Takes back, of a stream, that all labels are 0 or 1, where one of the batch at hand is neither.
    pub(super) fn refute_binary(&self, binary: &mut [bool]) {
        for (head, binary) in binary.iter_mut().enumerate() {
            *binary = *binary && loss::labels_are_binary(self.work.read(self.labelled(head).0));
        }
    }

    /// The mean loss of the batch at hand with all penalties; writes the gradients in training and leaves each head's sum in its meter.
    pub(super) fn losses(
        &mut self,
        data: &Dataset,
        training: bool,
        binary: &[bool],
        mut meters: Option<&mut [Meter]>,
    ) -> Answer<f64> {
        let rows = self.plan.rows;
        let mut total = 0.0;
        for index in 0..self.graph.outputs.len() {
            let settings = self.training.as_ref().expect("only called once compiled");
            let head = &settings.heads[index];
            let (weight, columns) = (head.weight, head.columns);
            let sum = if head.host.is_some() {
                self.ask(index, 0, training)?
            } else {
                let labels = self.plan.labels(index, settings.label_widths[index]);
                let weighted = data.weights[index].is_some();
                let weights = if weighted { self.plan.weights(index) } else { Span::default() };
                let source = self.plan.value(&self.graph, head.source);
                let gradient = self.plan.gradient(&self.graph, head.source);
                let ([y_true, y_pred, weights], [gradient]) = self.work.split([labels, source, weights], [gradient]);
                let batch = Batch {
                    y_true,
                    y_pred,
                    weights: weighted.then_some(weights),
                    columns,
                    binary_labels: binary[index],
                };
                let scale = (weight / rows as f64) as f32;
                let gradient = (!gradient.is_empty()).then_some(gradient);
                loss::evaluate(&head.fused, &batch, scale, gradient)
            };
            total += weight * sum / rows as f64;
            if let Some(meters) = meters.as_deref_mut() {
                meters[index].batch = sum;
            }
        }
        Ok(total + self.penalties(training))
    }

    /// The host's value of a head's loss (part 0) or measure (part 1 + its position) for the batch at hand, times the rows; in training, a
    /// loss's gradient is taken over.
    fn ask(&mut self, index: usize, part: usize, training: bool) -> Answer<f64> {
        let (y_true, y_pred) = self.labelled(index);
        let head = &self.training.as_ref().expect("only called once compiled").heads[index];
        let span = if training && part == 0 { self.plan.gradient(&self.graph, head.output) } else { Span::default() };
        let rows = self.plan.rows;
        let (read, [write]) = self.work.split([y_true, y_pred, Span::default()], [span]);
        let value = self.host.run(Call { task: Task::Loss, index, part, rows, training, read, write })?;
        clip::by_factor(self.work.write(span), head.weight);
        Ok(value * rows as f64)
    }

    /// Takes the batch at hand, whose loss was finite, into the meters.
    pub(super) fn measure(&mut self, training: bool, binary: &[bool], meters: &mut [Meter]) -> Answer<()> {
        for (index, meter) in meters.iter_mut().enumerate() {
            meter.loss += meter.batch;
            for (part, measure) in meter.measures.iter_mut().enumerate() {
                match measure {
                    // A run has no more rows than its meters have room for.
                    Measured::Metric(metric) => metric.update(&self.batch(index, binary, None)).map_err(|_| Refused)?,
                    Measured::Loss(loss, sum) => {
                        let (loss, value) = self.as_computed(index, *loss);
                        *sum += loss::evaluate(&loss, &self.batch(index, binary, Some(value)), 1.0, None);
                    }
                    Measured::Host(sum) => *sum += self.ask(index, part + 1, training)?,
                }
            }
        }
        Ok(())
    }

    /// A loss as a metric, and the value that it reads: an output's own loss is taken on logits where the loss itself is.
    fn as_computed(&self, head: usize, loss: Loss) -> (Loss, usize) {
        let head = &self.training.as_ref().expect("only called once compiled").heads[head];
        if loss == head.loss { (head.fused, head.source) } else { (loss, head.output) }
    }

    /// Labels of a head for the batch at hand, with its output or another value of that width. Metrics count every row alike, as Keras's `metrics` do; only losses are weighted.
    fn batch(&self, head: usize, binary: &[bool], value: Option<usize>) -> Batch<'_> {
        let (y_true, output) = self.labelled(head);
        let y_pred = value.map_or(output, |value| self.plan.value(&self.graph, value));
        Batch {
            y_true: self.work.read(y_true),
            y_pred: self.work.read(y_pred),
            weights: None,
            columns: y_pred.len / self.plan.rows,
            binary_labels: binary[head],
        }
    }

    /// Where a head's labels and output are.
    fn labelled(&self, head: usize) -> (Span, Span) {
        let settings = self.training.as_ref().expect("only called once compiled");
        let labels = self.plan.labels(head, settings.label_widths[head]);
        (labels, self.plan.value(&self.graph, settings.heads[head].output))
    }

    /// The penalties on parameters and outputs. In training the latter's gradients are added at once; the former's wait for [`Network::update`].
    fn penalties(&mut self, training: bool) -> f64 {
        let Some(settings) = &self.training else { return 0.0 };
        let mut total = 0.0;
        for (index, (_, parameter)) in self.graph.parameters.iter().enumerate() {
            if !parameter.penalty.is_zero() {
                total += parameter.penalty.value(self.store.read(self.layout.parameters[index]));
            }
        }
        let rows = self.plan.rows as f64;
        for &(value, layer) in &settings.activities {
            let penalty = &self.graph.layers[layer].activity;
            total += penalty.value(self.work.read(self.plan.value(&self.graph, value))) / rows;
            if training && has(&settings.backward.cleared, value) {
                self.work.write(self.plan.gradient(&self.graph, value)).fill(0.0);
            }
        }
        total
    }
}
