//! A run over a data set: an epoch of training, or an evaluation. It can stop after any batch and go on later.

use super::dataset::Dataset;
use super::failure::{Failure, Place};
use super::host::{Answer, Refused};
use super::network::Network;
use super::training::{Measured, Meter};
use crate::error::{Error, Result};
use crate::kernels::loss::{self, Loss};
use crate::pool;
use crate::rng::{Purpose, Stream};

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
        let stream = Stream::new(network.graph.seed, Purpose::Shuffle, 0, shuffle.unwrap_or(0));
        let order = stream.order(data.rows, shuffle.is_some())?;
        let meters = settings.heads.iter().map(|head| Meter::new(head, data.rows)).collect::<Result<Vec<_>>>()?;
        let asks = |l: &Loss| matches!(l, Loss::Hinge {} | Loss::SquaredHinge {});
        let binary = settings.heads.iter().zip(&data.labels).map(|(head, &labels)| {
            let measured = head.meters_loss(asks);
            (asks(&head.loss) || measured) && loss::labels_are_binary(data.read_columns(labels))
        });
        let binary = binary.collect();
        network.reserve(batch, training)?;
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
        network.reserve(self.batch, self.training)?;
        for finished in 0..batches {
            if self.done == self.order.len() || self.failure.is_some() {
                return Ok(finished);
            }
            let end = (self.done + self.batch).min(self.order.len());
            let order = &self.order[self.done..end];
            network.load(data, order);
            network.load_labels(data, order);
            let rows = end - self.done;
            let loss = self.step(network, data, epoch);
            // A last update that overflows would show in no loss of this run.
            let last = self.training && end == self.order.len();
            let place = match loss {
                Err(Refused) => Some(Place::Host),
                Ok(loss) if !loss.is_finite() => Some(network.blame(data, &self.order[self.done..end], self.training)),
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

    /// The loss of the batch at hand. If it is finite, the measures take the batch in, and in training the weights are updated, unless a thread has
    /// failed on the way: whoever called throws then.
    fn step(&mut self, network: &mut Network, data: &Dataset, epoch: u64) -> Answer<f64> {
        network.forward(self.training, true)?;
        let loss = network.losses(data, self.training, &self.binary, Some(&mut self.meters))?;
        if loss.is_finite() {
            network.measure(self.training, &self.binary, &mut self.meters)?;
            if self.training {
                network.backward()?;
                if pool::lost() {
                    return Err(Refused);
                }
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
    /// The first layer with a weight that is not finite.
    fn spoilt_layer(&self) -> Option<usize> {
        let mut weights = self.graph.parameters.iter().zip(&self.layout.parameters);
        let spoilt = weights.find(|(_, span)| !self.store.read(**span).iter().all(|w| w.is_finite()));
        spoilt.map(|((layer, _), _)| *layer)
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
        let loss = self.losses(data, true, &run.binary, None)?;
        self.backward()?;
        self.add_penalty_gradients();
        Ok(loss)
    }
}
