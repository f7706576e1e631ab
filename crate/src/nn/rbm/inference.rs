//! What a machine says about data.

use super::Rbm;
use crate::error::Result;
use crate::kernels::free_energy::softplus_sum;
use crate::kernels::math::Math;
use crate::nn::arena::Span;
use crate::nn::dataset::Dataset;
use crate::rng::{Purpose, Stream};
use crate::simd::F32x4;

/// Streams of samples, apart from those of training.
const APART: u32 = 1 << 31;

/// What is asked of each row of the data.
#[derive(Clone, Copy, Debug)]
pub enum Question {
    /// p(h = 1 | v): `[rows, hidden]`.
    Transform,
    /// E[v | p(h | v)]: `[rows, visible]`, without drawing anything.
    Reconstruct,
    /// F(v), −ln of the sum over h of exp(−E(v, h)): `[rows, 1]`.
    FreeEnergy,
    /// Σᵢ ln p(vᵢ | all other v) of binary units: `[rows, 1]`.
    PseudoLogLikelihood {
        /// So many units drawn at random stand for all; 0 takes them all.
        units: usize,
        /// Of the draws.
        seed: u64,
        /// The number of the first row.
        first: usize,
    },
    /// The visible units after Gibbs sampling: `[rows, visible]`.
    Sample {
        /// Turns of both layers.
        steps: usize,
        /// Of the draws.
        seed: u64,
        /// Whether to start from fair coins (or standard normal numbers) instead of the data.
        fresh: bool,
    },
}

impl Rbm {
    /// Writes the answers for the first `rows` rows of the data set to its labels.
    ///
    /// # Errors
    /// When the data set does not suit the machine and the question, or memory does not suffice.
    pub fn answer(&mut self, question: Question, data: &mut Dataset, rows: usize) -> Result<()> {
        let width = match question {
            Question::Transform => self.hidden,
            Question::Reconstruct | Question::Sample { .. } => self.visible,
            Question::FreeEnergy | Question::PseudoLogLikelihood { .. } => 1,
        };
        data.expect(&[self.visible], Some(&[width]))?;
        if rows > data.rows || (self.gaussian && matches!(question, Question::PseudoLogLikelihood { .. })) {
            return Err(crate::error::config!("no such rows, or the units are not binary"));
        }
        self.reserve(rows, self.chains())?;
        let (visible, hidden) =
            (self.plan.visible.first(rows * self.visible), self.plan.hidden.first(rows * self.hidden));
        self.arena.write(visible).copy_from_slice(data.range(data.inputs[0], 0, rows));
        if matches!(question, Question::Reconstruct | Question::Sample { .. }) {
            self.turn();
        }
        match question {
            Question::Transform => self.hidden_means(rows, visible, hidden),
            Question::Reconstruct => {
                self.hidden_means(rows, visible, hidden);
                self.visible_means(rows, hidden, visible);
            }
            Question::Sample { steps, seed, fresh } => self.gibbs(rows, visible, hidden, steps, seed, fresh),
            Question::FreeEnergy | Question::PseudoLogLikelihood { .. } => self.hidden_inputs(rows, visible, hidden),
        }
        let out = data.range_mut(data.labels[0], 0, rows);
        match question {
            Question::Transform => out.copy_from_slice(self.arena.read(hidden)),
            Question::Reconstruct | Question::Sample { .. } => out.copy_from_slice(self.arena.read(visible)),
            _ => {
                let (v, a) = (self.arena.read(visible), self.arena.read(hidden));
                let pairs = v.chunks_exact(self.visible).zip(a.chunks_exact(self.hidden));
                for (row, ((v, a), out)) in pairs.zip(out).enumerate() {
                    let value = if let Question::PseudoLogLikelihood { units, seed, first } = question {
                        let stream = Stream::new(seed, Purpose::Gibbs, APART, (first + row) as u64);
                        self.pseudo_log_likelihood(v, a, units, stream)
                    } else {
                        self.free_energy(v, a)
                    };
                    *out = value as f32;
                }
            }
        }
        Ok(())
    }

    /// Turns of Gibbs sampling from what `visible` holds.
    fn gibbs(&mut self, rows: usize, visible: Span, hidden: Span, steps: usize, seed: u64, fresh: bool) {
        let stream = |layer: u32, step: usize| Stream::new(seed, Purpose::Gibbs, APART + layer, step as u64);
        if fresh {
            self.arena.write(visible).fill(if self.gaussian { 0.0 } else { 0.5 });
            self.sample_visible(&stream(0, 0), visible);
        }
        let samples = self.plan.samples.first(hidden.len);
        for step in 0..steps {
            self.hidden_means(rows, visible, hidden);
            self.sample_hidden(&stream(1, step), hidden, samples);
            self.visible_means(rows, samples, visible);
            self.sample_visible(&stream(2, step), visible);
        }
    }

    /// Of a row whose hidden units have the inputs `a`.
    fn free_energy(&self, v: &[f32], a: &[f32]) -> f64 {
        let bias = self.arena.read(self.plan.parameters[1]);
        let part = |(v, b): (&f32, &f32)| {
            let (v, b) = (f64::from(*v), f64::from(*b));
            if self.gaussian { 0.5 * (v - b) * (v - b) } else { -v * b }
        };
        v.iter().zip(bias).map(part).sum::<f64>() - softplus_sum(a, 0.0, a)
    }

    fn pseudo_log_likelihood(&self, v: &[f32], a: &[f32], units: usize, stream: Stream) -> f64 {
        let [kernel, bias, _] = self.plan.parameters.map(|span| self.arena.read(span));
        let (math, base) = (Math::new(), softplus_sum(a, 0.0, a));
        let log_probability = |unit: usize| {
            // Turning the unit over: ln p(v) − ln p(v turned over) is the difference of the free energies, and that of v's share of both follows.
            let change = 1.0 - 2.0 * v[unit];
            let turned = softplus_sum(a, change, &kernel[unit * a.len()..]);
            let difference = f64::from(change) * f64::from(bias[unit]) + (turned - base);
            -f64::from(math.softplus(F32x4::splat(difference as f32)).to_array()[0])
        };
        if units == 0 {
            return (0..v.len()).map(log_probability).sum();
        }
        let mut words = stream.words();
        let sum: f64 = (0..units).map(|_| log_probability(words.below(v.len() as u32) as usize)).sum();
        sum * v.len() as f64 / units as f64
    }
}
