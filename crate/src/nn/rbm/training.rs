//! Learning by contrastive divergence: `W += η (v₀ᵀ p(h | v₀) − vₖᵀ p(h | vₖ)) / rows`, and alike for the biases.
//!
//! vₖ comes from k turns of Gibbs sampling, which start from the hidden samples of the data (CD-k) or go on from where the chains of the
//! batch before stopped (`persistent`, also called stochastic maximum likelihood). Hidden units enter the statistics by their
//! probabilities, as Hinton's guide recommends and scikit-learn does; visible ones are samples, so that the chain is the machine's own.

use super::Rbm;
use crate::error::Result;
use crate::kernels::gemm::{Matrix, Size};
use crate::kernels::random::bernoulli;
use crate::kernels::reduce;
use crate::kernels::update::clip::scale;
use crate::nn::arena::Span;
use crate::nn::dataset::Dataset;
use crate::rng::{Purpose, Stream};
use crate::simd::{F32x4, LANES};

/// The reconstruction error is taken of every so-manieth batch: it would otherwise cost a fifth of the time.
const MEASURED: usize = 8;

/// How a machine learns.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// η.
    pub rate: f64,
    /// What a velocity keeps of itself.
    pub momentum: f64,
    /// Times the kernel, subtracted from its gradient.
    pub decay: f64,
    /// Turns of Gibbs sampling.
    pub k: usize,
    /// Whether chains go on from batch to batch.
    pub persistent: bool,
}

/// An epoch under way. It can stop after any batch and go on later.
pub struct Epoch {
    order: Vec<u32>,
    batch: usize,
    done: usize,
    settings: Settings,
    squares: f64,
    measured: usize,
    spoilt: bool,
}

impl Epoch {
    /// An epoch over all rows in batches of `batch`, in the order that the seed and `shuffle`'s epoch give.
    ///
    /// # Errors
    /// When the data does not suit the machine, there is none, or memory does not suffice.
    pub fn new(
        machine: &mut Rbm,
        data: &Dataset,
        batch: usize,
        settings: Settings,
        shuffle: Option<u64>,
    ) -> Result<Self> {
        data.expect(&[machine.visible], None)?;
        if batch == 0 || data.rows == 0 {
            return Err(crate::error::shape!("a run needs rows, and batches of at least one"));
        }
        let batch = batch.min(data.rows);
        let order =
            Stream::new(machine.seed, Purpose::Shuffle, 0, shuffle.unwrap_or(0)).order(data.rows, shuffle.is_some())?;
        machine.reserve(batch, if settings.persistent { batch } else { machine.chains() })?;
        machine.copy(machine.plan.learned, machine.plan.backup);
        Ok(Self { order, batch, done: 0, settings, squares: 0.0, measured: 0, spoilt: false })
    }

    /// The mean squared difference between the data so far (of every eighth batch) and its reconstruction before the update.
    pub fn error(&self) -> f64 {
        self.squares / self.measured as f64
    }

    /// Whether the epoch ended in numbers that are not finite. The machine's weights are then those from before it.
    pub fn spoilt(&self) -> bool {
        self.spoilt
    }

    /// Runs up to `batches` batches and says how many it did.
    ///
    /// # Errors
    /// When `data` is not what the epoch was made for, or memory does not suffice.
    pub fn advance(&mut self, machine: &mut Rbm, data: &Dataset, batches: usize) -> Result<usize> {
        data.expect(&[machine.visible], None)?;
        if data.rows != self.order.len() {
            return Err(crate::error::state!("the run belongs to another data set or model"));
        }
        for finished in 0..batches {
            if self.done == self.order.len() {
                return Ok(finished);
            }
            let end = (self.done + self.batch).min(self.order.len());
            let order = &self.order[self.done..end];
            let (visible, hidden) = machine.load(data, order);
            machine.turn();
            if (self.done / self.batch).is_multiple_of(MEASURED) {
                self.squares += machine.squared_error(order.len(), visible, hidden);
                self.measured += visible.len;
            }
            machine.chain(&self.settings, order.len());
            machine.update(&self.settings, order.len());
            self.done = end;
        }
        if self.done == self.order.len() && !machine.is_finite() {
            machine.copy(machine.plan.backup, machine.plan.learned);
            self.spoilt = true;
        }
        Ok(batches)
    }
}

impl Rbm {
    /// The part of the data in a pair of batches of `rows`, and below it the model's.
    fn halves(&self, rows: usize) -> ([Span; 2], [Span; 2]) {
        let half = |span: Span, width: usize| [span.first(rows * width), span.part(rows * width, rows * width)];
        (half(self.plan.visible, self.visible), half(self.plan.hidden, self.hidden))
    }

    /// Gathers rows and computes their hidden probabilities; says where both are.
    fn load(&mut self, data: &Dataset, order: &[u32]) -> (Span, Span) {
        let ([visible, _], [hidden, _]) = self.halves(order.len());
        data.gather(data.inputs[0], order, self.arena.write(visible));
        self.hidden_means(order.len(), visible, hidden);
        (visible, hidden)
    }

    /// Σ (v − E[v | p(h | v)])² of the batch at hand.
    fn squared_error(&mut self, rows: usize, visible: Span, hidden: Span) -> f64 {
        let ([_, means], _) = self.halves(rows);
        self.visible_means(rows, hidden, means);
        let squares = self.arena.read(visible).iter().zip(self.arena.read(means));
        squares.map(|(x, mean)| f64::from(x - mean)).map(|difference| difference * difference).sum()
    }

    /// Leaves the model's visible samples and hidden probabilities below the data's.
    fn chain(&mut self, settings: &Settings, rows: usize) {
        let ([_, visible], [data, hidden]) = self.halves(rows);
        let place = if settings.persistent { self.plan.chains } else { self.plan.samples };
        let samples = place.first(rows * self.hidden);
        let mut draws = 0;
        let (seed, step) = (self.seed, self.steps);
        let mut stream = || {
            draws += 1;
            Stream::new(seed, Purpose::Gibbs, draws, step)
        };
        if !settings.persistent {
            self.sample_hidden(&stream(), data, samples);
        }
        for turn in 1..=settings.k {
            self.visible_means(rows, samples, visible);
            self.sample_visible(&stream(), visible);
            self.hidden_means(rows, visible, hidden);
            if settings.persistent || turn < settings.k {
                self.sample_hidden(&stream(), hidden, samples);
            }
        }
        self.steps += 1;
    }

    /// Draws hidden units of these probabilities.
    #[inline(never)]
    pub(super) fn sample_hidden(&mut self, stream: &Stream, means: Span, samples: Span) {
        self.copy(means, samples);
        bernoulli(stream, self.arena.write(samples));
    }

    /// One step along the difference between data and model.
    fn update(&mut self, settings: &Settings, rows: usize) {
        let Settings { rate, momentum, decay, .. } = *settings;
        let moving = momentum > 0.0;
        let (parameters, velocities) = (self.plan.parameters, self.plan.velocities);
        // The velocity v ← µ v + g − λ W, then W ← W + η v; without momentum at once W ← (1 − η λ) W + η g.
        let target = if moving { velocities } else { parameters };
        if moving {
            for (index, (&parameter, &velocity)) in parameters.iter().zip(&velocities).enumerate() {
                let decay = if index == 0 { decay } else { 0.0 };
                let ([parameter], [velocity]) = self.arena.split([parameter], [velocity]);
                blend(velocity, momentum, parameter, -decay);
            }
        } else if decay > 0.0 {
            scale(self.arena.write(parameters[0]), (1.0 - rate * decay) as f32);
        }
        let share = (if moving { 1.0 } else { rate }) / rows as f64;
        self.add_gradient(share as f32, rows, target);
        if moving {
            for (parameter, velocity) in parameters.into_iter().zip(velocities) {
                let ([velocity], [parameter]) = self.arena.split([velocity], [parameter]);
                blend(parameter, 1.0, velocity, rate);
            }
        }
    }

    /// Adds the gradients times `share` to the target of each parameter.
    fn add_gradient(&mut self, share: f32, rows: usize, [kernel, visible_bias, hidden_bias]: [Span; 3]) {
        let (width, count) = (self.hidden, self.visible);
        let (visible, hidden) = (self.plan.visible.first(2 * rows * count), self.plan.hidden.first(2 * rows * width));
        let ([x], [h, kernel, visible_bias, hidden_bias, scratch]) =
            self.arena.split([visible], [hidden, kernel, visible_bias, hidden_bias, self.plan.scratch]);
        for (half, share) in x.chunks_exact(rows * count).zip([share, -share]) {
            let sums = &mut scratch[..count];
            reduce::column_sums(half, sums, false);
            blend(visible_bias, 1.0, sums, f64::from(share));
        }
        // Data counts positive, the model negative: signs and scale go into the hidden values (visible samples stay zeros and ones, which cost
        // less), and all is one product.
        for (half, share) in h.chunks_exact_mut(rows * width).zip([share, -share]) {
            scale(half, share);
        }
        reduce::column_sums(h, hidden_bias, true);
        let size = Size { m: count, n: width, k: 2 * rows };
        super::product(size, Matrix::new(x, count).transposed(), h, kernel, true, scratch);
    }
}

/// `out = keep · out + add · x`. A call, to keep the module small.
#[inline(never)]
fn blend(out: &mut [f32], keep: f64, x: &[f32], add: f64) {
    let (keep, add) = (F32x4::splat(keep as f32), F32x4::splat(add as f32));
    for (out, x) in out.chunks_mut(LANES).zip(x.chunks(LANES)) {
        (F32x4::from_start(out, 0.0) * keep + F32x4::from_start(x, 0.0) * add).to_start(out);
    }
}
