//! Penalties on weights and on activities: `l1 · Σ|w| + l2 · Σw²` (Keras's regularizers; torch's `weightDecay` is half of it).

use crate::pool;
use crate::simd::{F32x4, LANES};
use crate::spec::{Range, Words};

/// Elements summed in single precision before the sum moves to double: sixteen a lane.
const BLOCK: usize = 16 * LANES;

/// Elements that a thread takes at least: some microseconds.
const GRAIN: usize = 16 * 1024;

/// The strengths of both penalties; both are at least 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Penalty {
    /// The factor of `Σ|w|`.
    pub l1: f64,
    /// The factor of `Σw²`.
    pub l2: f64,
}

impl Penalty {
    /// Reads the two strengths.
    pub fn read(words: &mut Words<'_>) -> Self {
        Self { l1: words.within(Range::NonNegative), l2: words.within(Range::NonNegative) }
    }

    /// Whether there is nothing to penalize.
    pub fn is_zero(&self) -> bool {
        self.l1 == 0.0 && self.l2 == 0.0
    }

    /// The penalty of `w`.
    pub fn value(&self, w: &[f32]) -> f64 {
        let (mut absolute, mut squared) = (0.0, 0.0);
        for block in w.chunks(BLOCK) {
            let mut sums = [F32x4::zero(); 2];
            for x in block.chunks(LANES).map(|x| F32x4::from_start(x, 0.0)) {
                sums[0] += x.abs();
                sums[1] += x * x;
            }
            absolute += f64::from(sums[0].sum());
            squared += f64::from(sums[1].sum());
        }
        self.l1 * absolute + self.l2 * squared
    }

    /// Adds `scale · (l1 · sign(w) + 2 · l2 · w)` to `gradient`; the sign of 0 is 0.
    ///
    /// `scale` is 1 for weights. An activity's penalty is divided by the rows of its batch, as Keras does it.
    pub fn add_gradient(&self, w: &[f32], scale: f32, gradient: &mut [f32]) {
        debug_assert_eq!(w.len(), gradient.len());
        let l1 = F32x4::splat((self.l1 * f64::from(scale)) as f32);
        let l2 = F32x4::splat((2.0 * self.l2 * f64::from(scale)) as f32);
        pool::cut(GRAIN, LANES, [gradient], |first, [gradient]| {
            for (w, gradient) in w[first..].chunks(LANES).zip(gradient.chunks_mut(LANES)) {
                let x = F32x4::from_start(w, 0.0);
                let sign = l1.copysign(x).and_not(x.eq(F32x4::zero()));
                (F32x4::from_start(gradient, 0.0) + sign + l2 * x).to_start(gradient);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};
    use crate::spec::read_all;

    fn weights(n: usize) -> Vec<f32> {
        let mut words = Stream::new(11, Purpose::Initialize, 0, n as u64).words();
        (0..n).map(|i| if i % 5 == 3 { 0.0 } else { (words.uniform() * 4.0 - 2.0) as f32 }).collect()
    }

    #[test]
    fn value_and_gradient_of_every_length() {
        let penalty = Penalty { l1: 0.3, l2: 0.07 };
        for n in (0..=18).chain([63, 64, 65, 1000]) {
            let w = weights(n);
            let wide = || w.iter().map(|&x| f64::from(x));
            let expected: f64 = wide().map(|x| 0.3 * x.abs() + 0.07 * x * x).sum();
            assert!((penalty.value(&w) - expected).abs() <= 1e-6 * expected, "{n}");
            let mut gradient = vec![1.0_f32; n];
            penalty.add_gradient(&w, 0.5, &mut gradient);
            for (x, g) in wide().zip(gradient) {
                let sign = if x == 0.0 { 0.0 } else { x.signum() };
                let expected = 1.0 + 0.5 * (0.3 * sign + 2.0 * 0.07 * x);
                assert!((f64::from(g) - expected).abs() < 1e-6, "{g} {expected}");
            }
        }
    }

    #[test]
    fn a_long_sum_stays_exact() {
        // A running sum in f32 stops growing at 2^24.
        let w = vec![1.0; (1 << 24) + 1000];
        assert_eq!(Penalty { l1: 1.0, l2: 0.0 }.value(&w), w.len() as f64);
    }

    #[test]
    fn words_are_checked() {
        assert_eq!(read_all(&[0.1, 0.2], Penalty::read), Ok(Penalty { l1: 0.1, l2: 0.2 }));
        assert!(Penalty::default().is_zero());
        for words in [&[-0.1, 0.0][..], &[0.0, f64::INFINITY], &[0.0]] {
            assert!(read_all(words, Penalty::read).is_err());
        }
    }
}
