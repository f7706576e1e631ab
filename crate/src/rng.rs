//! Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
//!
//! A number depends on the seed, the purpose, the layer, the step and its position alone, so neither the order of evaluation, nor the
//! number of threads, nor where a training loop pauses can change it.

use crate::error::{Error, Result};

/// Philox's multipliers.
pub(crate) const MULTIPLIER: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// What is added to the key in each round.
pub(crate) const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// The ten-round Philox bijection of a counter under a key.
#[inline(always)]
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let first = u64::from(MULTIPLIER[0]) * u64::from(counter[0]);
        let second = u64::from(MULTIPLIER[1]) * u64::from(counter[2]);
        counter = [
            (second >> 32) as u32 ^ counter[1] ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ counter[3] ^ key[1],
            first as u32,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

/// What random numbers are for; streams of different purposes are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Initial weights.
    Initialize = 1,
    /// The order of rows in an epoch.
    Shuffle = 2,
    /// Dropout masks.
    Dropout = 3,
    /// Gaussian noise.
    Noise = 4,
    /// Gibbs sampling in a Boltzmann machine.
    Gibbs = 5,
}

/// The random numbers of one purpose, layer and step.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    key: [u32; 2],
    suffix: [u32; 3],
}

impl Stream {
    /// The stream of `purpose` for `layer` at `step`; `step` may use 48 bits.
    pub fn new(seed: u64, purpose: Purpose, layer: u32, step: u64) -> Self {
        let high = (((step >> 32) as u32) & 0xFFFF) | ((purpose as u32) << 16);
        Self { key: [seed as u32, (seed >> 32) as u32], suffix: [step as u32, high, layer] }
    }

    /// Four random words: those at positions `4·block … 4·block + 3`.
    #[inline(never)]
    pub fn block(&self, block: u32) -> [u32; 4] {
        philox([block, self.suffix[0], self.suffix[1], self.suffix[2]], self.key)
    }

    /// The key, and the counter's words after the block's number.
    pub(crate) fn parts(&self) -> ([u32; 2], [u32; 3]) {
        (self.key, self.suffix)
    }

    /// The numbers `0 … rows − 1`, in a random order if asked.
    ///
    /// # Errors
    /// When memory does not suffice.
    #[inline(never)]
    pub fn order(self, rows: usize, shuffled: bool) -> Result<Vec<u32>> {
        let mut order = Vec::new();
        let count = u32::try_from(rows).map_err(|_| Error::memory())?;
        order.try_reserve_exact(rows).map_err(|_| Error::memory())?;
        order.extend(0..count);
        if shuffled {
            self.words().shuffle(&mut order);
        }
        Ok(order)
    }

    /// The stream's words one after the other.
    pub fn words(self) -> Sequence {
        Sequence { stream: self, next: 0, buffer: [0; 4] }
    }
}

/// Reads a [`Stream`] from its start.
#[derive(Clone, Debug)]
pub struct Sequence {
    stream: Stream,
    next: u32,
    buffer: [u32; 4],
}

impl Sequence {
    /// The next word.
    #[inline]
    pub fn word(&mut self) -> u32 {
        let lane = (self.next & 3) as usize;
        if lane == 0 {
            self.buffer = self.stream.block(self.next >> 2);
        }
        self.next = self.next.wrapping_add(1);
        self.buffer[lane]
    }

    /// Uniform in (0, 1): the 32-bit word's middle, so that neither end occurs.
    pub fn uniform(&mut self) -> f64 {
        (f64::from(self.word()) + 0.5) / 4_294_967_296.0
    }

    /// Two independent standard normal numbers (Marsaglia's polar method, SIAM Review 1964: a logarithm, no sine).
    pub fn normals(&mut self) -> [f64; 2] {
        loop {
            let [x, y] = [self.uniform(), self.uniform()].map(|u| 2.0 * u - 1.0);
            let square = x * x + y * y;
            if square < 1.0 {
                // 0 cannot occur: uniform numbers are odd multiples of 2⁻³³.
                let scale = f64::sqrt(-2.0 * libm::log(square) / square);
                return [x * scale, y * scale];
            }
        }
    }

    /// Uniform over `0 … bound − 1`, without bias (Lemire, "Fast random integer generation in an interval", 2019). `bound` is at least 1.
    #[inline]
    pub fn below(&mut self, bound: u32) -> u32 {
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = u64::from(self.word()) * u64::from(bound);
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }

    /// Puts `items` in a random order (Fisher and Yates).
    pub fn shuffle(&mut self, items: &mut [u32]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u32 + 1) as usize;
            items.swap(last, other);
        }
    }
}

/// A random word as a uniform number in [0, 1) with 24 bits.
#[inline(always)]
pub fn unit(word: u32) -> f32 {
    (word >> 8) as f32 * (1.0 / 16_777_216.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The known answers of Random123's kat_vectors, philox4x32 10.
    #[test]
    fn known_answers() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
        assert_eq!(philox([u32::MAX; 4], [u32::MAX; 2]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
        assert_eq!(
            philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        );
    }

    #[test]
    fn streams_differ_in_every_coordinate() {
        let base = Stream::new(7, Purpose::Dropout, 1, 5).block(0);
        for other in [
            Stream::new(8, Purpose::Dropout, 1, 5),
            Stream::new(7 + (1 << 32), Purpose::Dropout, 1, 5),
            Stream::new(7, Purpose::Noise, 1, 5),
            Stream::new(7, Purpose::Dropout, 2, 5),
            Stream::new(7, Purpose::Dropout, 1, 6),
            Stream::new(7, Purpose::Dropout, 1, 5 + (1 << 32)),
        ] {
            assert_ne!(other.block(0), base);
        }
        assert_ne!(Stream::new(7, Purpose::Dropout, 1, 5).block(1), base);
    }

    #[test]
    fn shuffle_is_a_uniform_permutation() {
        let mut counts = [0_u32; 24];
        for step in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            Stream::new(1, Purpose::Shuffle, 0, step).words().shuffle(&mut items);
            let rank = items
                .iter()
                .enumerate()
                .fold(0, |rank, (i, x)| rank * (4 - i) + items[i + 1..].iter().filter(|y| *y < x).count());
            counts[rank] += 1;
        }
        // 23 degrees of freedom: the 0.9999 quantile of chi-squared is 56.
        let chi: f64 = counts.iter().map(|&c| (f64::from(c) - 1000.0).powi(2) / 1000.0).sum();
        assert!(chi < 56.0, "chi-squared {chi}");
    }

    #[test]
    fn normals_have_the_normal_moments() {
        let mut sequence = Stream::new(3, Purpose::Initialize, 0, 0).words();
        let samples: Vec<f64> = (0..50_000).flat_map(|_| sequence.normals()).collect();
        let n = samples.len() as f64;
        let moment = |p: i32| samples.iter().map(|x| x.powi(p)).sum::<f64>() / n;
        // Five standard errors of each moment's estimate: sqrt(Var(x^p) / n) with Var = 1, 2, 15, 96.
        for (p, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let error: f64 = moment(p) - expected;
            assert!(error.abs() < 5.0 * f64::sqrt(variance / n), "moment {p}: {error}");
        }
    }
}
