//! Random words on four lanes: [`Stream::block`] for eight blocks at once, the same bits.

use crate::pool;
use crate::rng::{MULTIPLIER, Stream, WEYL};
use crate::simd::{F32x4, LANES};

/// Elements that a thread takes at least: some microseconds.
const GRAIN: usize = 2048;

/// Words that are made together: eight blocks of four. Two vectors of blocks hide the latency of one another's rounds.
pub const TOGETHER: usize = 8 * LANES;

/// A stream made ready for vectors: make one before a loop.
pub struct RandomWords {
    multiplier: [F32x4; 2],
    keys: [[F32x4; 2]; 10],
    suffix: [F32x4; 3],
}

impl RandomWords {
    /// The words of `stream`.
    pub fn new(stream: &Stream) -> Self {
        let splat = |word: u32| F32x4::splat_bits(word as i32);
        let (mut key, suffix) = stream.parts();
        let keys = std::array::from_fn(|_| {
            let now = key.map(splat);
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
            now
        });
        Self { multiplier: MULTIPLIER.map(splat), keys, suffix: suffix.map(splat) }
    }

    /// The words at positions `first … first + 31` as bits; `first` is a multiple of 4.
    #[inline(never)]
    pub fn next(&self, first: usize) -> [F32x4; 8] {
        let block = F32x4::splat_bits((first / LANES) as i32);
        let [y, z, w] = self.suffix;
        let mut counters = [[0, 1, 2, 3], [4, 5, 6, 7]].map(|lanes| {
            let lanes = F32x4::from_array(lanes.map(f32::from_bits));
            [block.add_bits(lanes), y, z, w]
        });
        for [first_key, second_key] in self.keys {
            counters = counters.map(|[x, y, z, w]| {
                let (first_upper, first_lower) = x.widening_mul_bits(self.multiplier[0]);
                let (second_upper, second_lower) = z.widening_mul_bits(self.multiplier[1]);
                [second_upper ^ y ^ first_key, second_lower, first_upper ^ w ^ second_key, first_lower]
            });
        }
        let [[a, b, c, d], [e, f, g, h]] = counters.map(F32x4::transpose);
        [a, b, c, d, e, f, g, h]
    }
}

/// Replaces each probability by 1 with that probability, else by 0: by whether [`unit`](crate::rng::unit) of the word at its position is
/// below it. NaN becomes 0.
pub fn bernoulli(stream: &Stream, p: &mut [f32]) {
    pool::cut(GRAIN, TOGETHER, [p], |first, [p]| bernoulli_piece(stream, first, p));
}

/// The same for elements that lie at position `first` and after.
fn bernoulli_piece(stream: &Stream, first: usize, p: &mut [f32]) {
    let words = RandomWords::new(stream);
    let (mask, scale, one) = (F32x4::splat_bits(0x00FF_FFFF), F32x4::splat(1.0 / 16_777_216.0), F32x4::splat(1.0));
    for (i, p) in p.chunks_mut(TOGETHER).enumerate() {
        for (p, bits) in p.chunks_mut(LANES).zip(words.next(first + TOGETHER * i)) {
            let unit = (bits.shr_bits::<8>() & mask).from_int_bits() * scale;
            (unit.lt(F32x4::from_start(p, 0.0)) & one).to_start(p);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, unit};

    #[test]
    fn the_words_are_the_stream_s() {
        for (seed, step) in [(0, 0), (7 + (1 << 40), 5 + (1 << 33)), (u64::MAX, u64::MAX)] {
            let stream = Stream::new(seed, Purpose::Gibbs, 3, step);
            let words = RandomWords::new(&stream);
            for first in [0, 4, 16, 1000, 0x3FFF_FFF0] {
                let expected: Vec<u32> = (0..8).flat_map(|i| stream.block((first / 4 + i) as u32)).collect();
                let bits: Vec<u32> =
                    words.next(first).iter().flat_map(|lanes| lanes.to_array().map(f32::to_bits)).collect();
                assert_eq!(bits, expected, "from {first}");
            }
        }
    }

    #[test]
    fn bernoulli_compares_the_word_at_each_position() {
        let stream = Stream::new(9, Purpose::Gibbs, 1, 2);
        let mut words = stream.words();
        let expected: Vec<f32> = (0..70).map(|i| f32::from(u8::from(unit(words.word()) < i as f32 / 70.0))).collect();
        for len in 0..70 {
            let mut p: Vec<f32> = (0..len).map(|i| i as f32 / 70.0).collect();
            bernoulli(&stream, &mut p);
            assert_eq!(p, expected[..len]);
        }
    }

    #[test]
    fn certain_and_impossible_events_and_nan() {
        let mut p = [[1.0; 40], [0.0; 40], [f32::NAN; 40]].concat();
        bernoulli(&Stream::new(1, Purpose::Gibbs, 0, 0), &mut p);
        assert!(p[..40].iter().all(|x| *x == 1.0) && p[40..].iter().all(|x| *x == 0.0));
    }
}
