//! A run over a data set: an epoch of training, or an evaluation. It can stop after any batch and go on later.

use super::arena::Span;
use super::dataset::Dataset;
use super::host::{Answer, Call, Refused, Task};
use super::network::Network;
use super::training::{Measured, Meter};
use crate::error::{Error, Result};
use crate::kernels::loss::{self, Batch, Loss};
use crate::optim::clip;
use crate::rng::{Purpose, Stream};

/// Why a run stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The batch, from 0.
    pub batch: usize,
    /// What is not finite first in the order of the computation.
    pub place: Place,
}

/// Where a number that is not finite was met first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the inputs.
    Inputs,
    /// In the output of this layer.
    Layer(usize),
    /// In this layer's weights, once the last batch of a run had updated them.
    Weights(usize),
    /// In the labels, or only in the loss.
    Loss,
    /// Nowhere, or the host knows: it refused to go on.
    Host,
}

/// A run: which rows come when, how far it is, and the sums so far.
pub struct Run {
    order: Vec<u32>,
    batch: usize,
    training: bool,
    done: usize,
    total: f64,
    meters: Vec<Meter>,
    binary: Vec<bool>,
    failure: Option<Failure>,
}

impl Run {
    /// A run over all rows of `data` in batches of `batch` (the last may be smaller); in training rows come in the order that
    /// the seed and `shuffle`'s epoch give.
    ///
    /// # Errors
    /// When the network is not compiled, the data set's widths are not its own, there are no rows, or memory does not suffice.
    pub fn new(
        network: &mut Network,
        data: &Dataset,
        batch: usize,
        training: bool,
        shuffle: Option<u64>,
    ) -> Result<Self> {
        let settings = network.training()?;
        data.expect(&network.graph.widths[..network.graph.inputs], Some(&settings.label_widths))?;
        if batch == 0 || data.rows == 0 {
            return Err(Error::shape("a run needs at least one row and batches of at least one"));
        }
        let batch = batch.min(data.rows);
        let mut order = Vec::new();
        let rows = u32::try_from(data.rows).map_err(|_| Error::memory())?;
        order.try_reserve_exact(data.rows).map_err(|_| Error::memory())?;
        order.extend(0..rows);
        if let Some(epoch) = shuffle {
            Stream::new(network.graph.seed, Purpose::Shuffle, 0, epoch).words().shuffle(&mut order);
        }
        let meters = settings.heads.iter().map(|head| Meter::new(head, data.rows)).collect::<Result<Vec<_>>>()?;
        let asks = |l: &Loss| matches!(l, Loss::Hinge {} | Loss::SquaredHinge {});
        let binary = settings.heads.iter().zip(&data.labels).map(|(head, &labels)| {
            let measured = head.meters_loss(asks);
            (asks(&head.loss) || measured) && loss::labels_are_binary(data.read_columns(labels))
        });
        let binary = binary.collect();
        network.reserve(batch)?;
        Ok(Self { order, batch, training, done: 0, total: 0.0, meters, binary, failure: None })
    }

    /// What stopped the run, if anything did.
    pub fn failure(&self) -> Option<Failure> {
        self.failure
    }

    /// Means over the rows so far: the total loss with penalties, then for each output its loss and its measures.
    pub fn logs(&mut self) -> Vec<f64> {
        let rows = self.done as f64;
        let mut logs = vec![self.total / rows];
        for meter in &mut self.meters {
            logs.push(meter.loss / rows);
            logs.extend(meter.measures.iter_mut().map(|measure| match measure {
                Measured::Metric(metric) => metric.value(),
                Measured::Loss(_, sum) | Measured::Host(sum) => *sum / rows,
            }));
        }
        logs
    }

    /// Runs up to `batches` batches and says how many it did: fewer when the rows are used up, a loss is not finite or the host
    /// refuses. Such a batch changes no weights.
    ///
    /// # Errors
    /// When `data` or the network is not the one that the run was made for.
    pub fn advance(&mut self, network: &mut Network, data: &Dataset, batches: usize, epoch: u64) -> Result<usize> {
        let widths = &network.training()?.label_widths;
        data.expect(&network.graph.widths[..network.graph.inputs], Some(widths))?;
        if data.rows != self.order.len() || self.meters.len() != widths.len() {
            return Err(Error::state("the run belongs to another data set or model"));
        }
        // A prediction in between may have laid out the buffers anew.
        network.reserve(self.batch)?;
        for finished in 0..batches {
            if self.done == self.order.len() || self.failure.is_some() {
                return Ok(finished);
            }
            let end = (self.done + self.batch).min(self.order.len());
            let order = &self.order[self.done..end];
            network.load(data, order);
            network.load_labels(data, order);
            let rows = end - self.done;
            let loss = self.step(network, epoch);
            // A last update that overflows would show in no loss of this run.
            let last = self.training && end == self.order.len();
            let place = match loss {
                Err(Refused) => Some(Place::Host),
                Ok(loss) if !loss.is_finite() => Some(network.blame()),
                Ok(_) => last.then(|| network.spoilt_layer()).flatten().map(Place::Weights),
            };
            if let Some(place) = place {
                self.failure = Some(Failure { batch: self.done / self.batch, place });
                return Ok(finished);
            }
            self.total += loss.unwrap_or_default() * rows as f64;
            self.done = end;
        }
        Ok(batches)
    }

    /// The loss of the batch at hand. If it is finite, the measures take the batch in, and in training the weights are updated.
    fn step(&mut self, network: &mut Network, epoch: u64) -> Answer<f64> {
        network.forward(self.training, true)?;
        let loss = network.losses(self.training, &self.binary, Some(&mut self.meters))?;
        if loss.is_finite() {
            network.measure(self.training, &self.binary, &mut self.meters)?;
            if self.training {
                network.backward()?;
                network.commit()?;
                network.update(epoch);
            }
        }
        Ok(loss)
    }
}

impl super::training::Head {
    fn meters_loss(&self, asks: impl Fn(&Loss) -> bool) -> bool {
        self.measures.iter().any(|measure| matches!(measure, super::training::Measure::Loss(l) if asks(l)))
    }
}

impl Network {
    /// Copies the labels and weights of rows into the work arena.
    fn load_labels(&mut self, data: &Dataset, order: &[u32]) {
        for (head, &columns) in data.labels.iter().enumerate() {
            let span = self.plan.labels[head].first(order.len() * columns.width);
            data.gather(columns, order, self.work.write(span));
            if let Some(weights) = data.weights[head] {
                data.gather(weights, order, self.work.write(self.plan.weights[head].first(order.len())));
            } else {
                self.work.write(self.plan.weights[head].first(order.len())).fill(1.0);
            }
        }
    }

    /// The mean loss of the batch at hand with all penalties; writes the gradients in training and leaves each head's sum in its meter.
    fn losses(&mut self, training: bool, binary: &[bool], mut meters: Option<&mut [Meter]>) -> Answer<f64> {
        let rows = self.plan.rows;
        let mut total = 0.0;
        for index in 0..self.graph.outputs.len() {
            let settings = self.training.as_ref().expect("only called once compiled");
            let head = &settings.heads[index];
            let (weight, columns) = (head.weight, head.columns);
            let sum = if head.host.is_some() {
                self.ask(index, 0, training)?
            } else {
                let labels = self.plan.labels[index].first(rows * settings.label_widths[index]);
                let weights = self.plan.weights[index].first(rows);
                let source = self.plan.value(&self.graph, head.source);
                let gradient = if training { self.plan.gradient(&self.graph, head.source) } else { Span::default() };
                let ([y_true, y_pred, weights], [gradient]) = self.work.split([labels, source, weights], [gradient]);
                let batch = Batch { y_true, y_pred, weights: Some(weights), columns, binary_labels: binary[index] };
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
    fn measure(&mut self, training: bool, binary: &[bool], meters: &mut [Meter]) -> Answer<()> {
        for (index, meter) in meters.iter_mut().enumerate() {
            meter.loss += meter.batch;
            for (part, measure) in meter.measures.iter_mut().enumerate() {
                match measure {
                    // A run has no more rows than its meters have room for.
                    Measured::Metric(metric) => metric.update(&self.batch(index, binary)).map_err(|_| Refused)?,
                    Measured::Loss(loss, sum) => *sum += loss::evaluate(loss, &self.batch(index, binary), 1.0, None),
                    Measured::Host(sum) => *sum += self.ask(index, part + 1, training)?,
                }
            }
        }
        Ok(())
    }

    /// Labels of a head for the batch at hand, with its output. Metrics count every row alike, as Keras's `metrics` do; only losses are weighted.
    fn batch(&self, head: usize, binary: &[bool]) -> Batch<'_> {
        let (y_true, y_pred) = self.labelled(head);
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
        let labels = self.plan.labels[head].first(self.plan.rows * settings.label_widths[head]);
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
            if training && settings.backward.cleared.contains(&value) {
                self.work.write(self.plan.gradient(&self.graph, value)).fill(0.0);
            }
        }
        total
    }

    /// The first layer with a weight that is not finite.
    fn spoilt_layer(&self) -> Option<usize> {
        let mut weights = self.graph.parameters.iter().zip(&self.layout.parameters);
        let spoilt = weights.find(|(_, span)| !self.store.read(**span).iter().all(|w| w.is_finite()));
        spoilt.map(|((layer, _), _)| *layer)
    }

    /// Where a number that is not finite was met first in the batch at hand.
    fn blame(&self) -> Place {
        match self.first_not_finite() {
            Some(None) => Place::Inputs,
            Some(Some(layer)) => Place::Layer(layer),
            None => Place::Loss,
        }
    }

    /// One batch made of the whole data set, forward and backward in training mode without an update: the loss with penalties; the gradients,
    /// penalties included, stay in the store.
    ///
    /// # Errors
    /// As [`Run::new`].
    pub fn compute_gradients(&mut self, data: &Dataset) -> Result<f64> {
        let run = Run::new(self, data, data.rows, true, None)?;
        self.load(data, &run.order);
        self.load_labels(data, &run.order);
        self.forward(true, true)?;
        let loss = self.losses(true, &run.binary, None)?;
        self.backward()?;
        self.add_penalty_gradients();
        Ok(loss)
    }
}
