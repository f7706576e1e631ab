//! A run over a data set: an epoch of training, or an evaluation. It can stop after any batch and go on later.
//!
//! Its rows are all of the set, or those of a *stream*: then the set is a ring of a whole number of batches, and [`Run::feed`] says which of its
//! rows come next. A batch of a ring never wraps around, so that both are the same loop.

use super::dataset::Dataset;
use super::failure::{Failure, Place};
use super::host::{Answer, Refused};
use super::network::Network;
use super::training::{Measured, Meter};
use crate::error::Result;
use crate::kernels::loss::{self, Loss};
use crate::pool;
use crate::rng::{Purpose, Stream};

/// A run: which rows come when, how far it is, and the sums so far.
pub struct Run {
    order: Vec<u32>,
    batch: usize,
    training: bool,
    /// Rows of the data set.
    rows: usize,
    stream: bool,
    /// Where in `order` the next batch begins, and how many rows from there on are there.
    at: usize,
    ready: usize,
    /// Whether more rows may come, for which the last ones wait if they fill no batch.
    open: bool,
    /// Rows seen.
    done: usize,
    total: f64,
    meters: Vec<Meter>,
    /// For each head whether all labels are 0 or 1, where its loss asks: of the data set, or of a stream up to the batch at hand.
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
        let mut run = Self::begin(network, data, data.rows, batch.min(data.rows), training, shuffle)?;
        (run.ready, run.open, run.stream) = (data.rows, false, false);
        for (binary, &labels) in run.binary.iter_mut().zip(&data.labels) {
            *binary = *binary && loss::labels_are_binary(data.read_columns(labels));
        }
        run.make_room(data.rows)?;
        Ok(run)
    }

    /// A run over the rows that come through the first `ring` rows of `data`, a multiple of `batch`. None have come yet: see [`Run::feed`].
    ///
    /// # Errors
    /// As [`Run::new`]; when the ring is none.
    pub fn stream(network: &mut Network, data: &Dataset, ring: usize, batch: usize, training: bool) -> Result<Self> {
        if ring > data.rows || batch == 0 || !ring.is_multiple_of(batch) {
            return Err(crate::error::shape!("a ring is some batches of the data set's rows"));
        }
        Self::begin(network, data, ring, batch, training, None)
    }

    fn begin(
        network: &mut Network,
        data: &Dataset,
        rows: usize,
        batch: usize,
        training: bool,
        shuffle: Option<u64>,
    ) -> Result<Self> {
        let settings = network.training()?;
        data.expect(&network.graph.widths[..network.graph.inputs], Some(&settings.label_widths))?;
        if batch == 0 || rows == 0 {
            return Err(crate::error::shape!("a run needs rows, and batches of at least one"));
        }
        let stream = Stream::new(network.graph.seed, Purpose::Shuffle, 0, shuffle.unwrap_or(0));
        let order = stream.order(rows, shuffle.is_some())?;
        // A loop and not `collect` into a result, of which each instance is a kilobyte.
        let mut meters = Vec::new();
        for head in &settings.heads {
            meters.push(Meter::new(head)?);
        }
        let asks = |l: &Loss| matches!(l, Loss::Hinge {} | Loss::SquaredHinge {});
        let binary = settings.heads.iter().map(|head| asks(&head.loss) || head.meters_loss(asks)).collect();
        network.reserve(batch, training)?;
        let (at, ready, done, total, failure) = (0, 0, 0, 0.0, None);
        let (rows, stream, open) = (data.rows, true, true);
        Ok(Self { order, batch, training, rows, stream, at, ready, open, done, total, meters, binary, failure })
    }

    fn make_room(&mut self, rows: usize) -> Result<()> {
        self.meters.iter_mut().try_for_each(|meter| meter.make_room(rows))
    }

    /// Says which rows of the ring come next: `count` from row `first` on, where a batch begins. If no `more` will come, the last batch may be smaller.
    ///
    /// If there are none at all, the stream ended with a batch of which nobody knew that it was the last: then its weights are looked at now.
    ///
    /// # Errors
    /// When these are no rows of the ring, or the run goes over a whole data set.
    pub fn feed(&mut self, network: &Network, first: usize, count: usize, more: bool) -> Result<()> {
        if !self.stream || first >= self.order.len() || !first.is_multiple_of(self.batch) || count > self.order.len() {
            return Err(crate::error::shape!("no such rows"));
        }
        (self.at, self.ready, self.open) = (first, count, more);
        if count == 0 && !more && self.failure.is_none() {
            let batch = self.done.saturating_sub(1) / self.batch;
            self.failure = self.spoilt(network).map(|place| Failure { batch, place });
        }
        Ok(())
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
        if data.rows != self.rows || self.meters.len() != widths.len() {
            return Err(crate::error::state!("the run belongs to another data set or model"));
        }
        // A prediction in between may have laid out the buffers anew.
        network.reserve(self.batch, self.training)?;
        if self.stream {
            self.make_room(self.ready.min(self.batch.saturating_mul(batches)))?;
        }
        for finished in 0..batches {
            let rows = self.batch.min(self.ready);
            if rows == 0 || (self.open && rows < self.batch) || self.failure.is_some() {
                return Ok(finished);
            }
            let end = self.at + rows;
            let order = &self.order[self.at..end];
            network.load(data, order);
            network.load_labels(data, order);
            if self.stream {
                network.refute_binary(&mut self.binary);
            }
            let loss = self.step(network, data, epoch);
            let place = match loss {
                Err(Refused) => Some(Place::Host),
                Ok(loss) if !loss.is_finite() => Some(network.blame(data, &self.order[self.at..end], self.training)),
                Ok(_) if rows == self.ready && !self.open => self.spoilt(network),
                Ok(_) => None,
            };
            if let Some(place) = place {
                self.failure = Some(Failure { batch: self.done / self.batch, place });
                return Ok(finished);
            }
            self.total += loss.unwrap_or_default() * rows as f64;
            self.done += rows;
            self.ready -= rows;
            self.at = if end == self.order.len() { 0 } else { end };
        }
        Ok(batches)
    }

    /// A last update that overflows would show in no loss of this run.
    fn spoilt(&self, network: &Network) -> Option<Place> {
        network.spoilt_layer().filter(|_| self.training).map(Place::Weights)
    }

    /// The loss of the batch at hand. If it is finite, the measures take the batch in, and in training the weights are updated, unless a thread has
    /// failed on the way: whoever called throws then.
    fn step(&mut self, network: &mut Network, data: &Dataset, epoch: u64) -> Answer<f64> {
        network.forward(data, self.training, true)?;
        let loss = network.losses(data, self.training, &self.binary, Some(&mut self.meters))?;
        if loss.is_finite() {
            network.measure(self.training, &self.binary, &mut self.meters)?;
            if self.training {
                network.backward(data)?;
                if pool::lost() {
                    return Err(Refused);
                }
                network.commit(data)?;
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
    /// penalties included, stay where learning has them.
    ///
    /// # Errors
    /// As [`Run::new`].
    pub fn compute_gradients(&mut self, data: &Dataset) -> Result<f64> {
        let run = Run::new(self, data, data.rows, true, None)?;
        self.load(data, &run.order);
        self.load_labels(data, &run.order);
        self.forward(data, true, true)?;
        let loss = self.losses(data, true, &run.binary, None)?;
        self.backward(data)?;
        self.add_penalty_gradients();
        Ok(loss)
    }
}
