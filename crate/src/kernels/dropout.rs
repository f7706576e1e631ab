//! Inverted dropout (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014).
//!
//! A number is kept with probability `1 − rate` and then divided by it, so that inference needs no change. The mask is a function of the
//! stream and the position alone and is made anew in the backward pass instead of being stored.

use super::random::{RandomWords, TOGETHER};
use crate::pool;
use crate::rng::Stream;
use crate::simd::{F32x4, LANES};

/// Elements that a thread takes at least: some microseconds.
const GRAIN: usize = 2048;

/// `out = mask · x / (1 − rate)`, added to what `out` holds when `accumulate`: the forward pass, and the backward pass on gradients.
///
/// # Panics
/// When the lengths differ.
pub fn dropout(stream: &Stream, rate: f64, x: &[f32], out: &mut [f32], accumulate: bool) {
    assert_eq!(x.len(), out.len(), "the lengths differ");
    pool::cut(GRAIN, TOGETHER, [out], |first, [out]| {
        dropout_piece(stream, rate, first, &x[first..][..out.len()], out, accumulate);
    });
}

/// The same for elements that lie at position `first` and after.
fn dropout_piece(stream: &Stream, rate: f64, first: usize, x: &[f32], out: &mut [f32], accumulate: bool) {
    // A word below this is dropped: `rate` in 32-bit fixed point.
    let threshold = F32x4::splat_bits((rate * 4_294_967_296.0) as u32 as i32);
    let scale = F32x4::splat((1.0 / (1.0 - rate)) as f32);
    let words = RandomWords::new(stream);
    for (i, (x, out)) in x.chunks(TOGETHER).zip(out.chunks_mut(TOGETHER)).enumerate() {
        let bits = words.next(first + TOGETHER * i);
        for ((x, out), bits) in x.chunks(LANES).zip(out.chunks_mut(LANES)).zip(bits) {
            let kept = (F32x4::from_start(x, 0.0) * scale).and_not(bits.lt_bits(threshold));
            (if accumulate { F32x4::from_start(out, 0.0) + kept } else { kept }).to_start(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;

    #[test]
    fn keeps_the_expected_share_and_scales_it() {
        for rate in [0.0, 0.1, 0.5, 0.9] {
            let n = 100_000;
            let mut out = vec![0.0; n];
            dropout(&Stream::new(5, Purpose::Dropout, 0, 3), rate, &vec![2.0; n], &mut out, false);
            let kept = out.iter().filter(|x| **x != 0.0).count() as f64 / n as f64;
            // Five standard deviations of a binomial share.
            assert!((kept - (1.0 - rate)).abs() <= 5.0 * (rate * (1.0 - rate) / n as f64).sqrt(), "{rate}: {kept}");
            assert!(out.iter().all(|x| *x == 0.0 || *x == 2.0 * (1.0 / (1.0 - rate)) as f32));
        }
    }

    #[test]
    fn the_mask_depends_on_the_position_alone() {
        let stream = Stream::new(5, Purpose::Dropout, 0, 3);
        let mut long = [0.0; 23];
        dropout(&stream, 0.5, &[1.0; 23], &mut long, false);
        for len in 0..23 {
            let mut short = vec![1.0; len];
            dropout(&stream, 0.5, &vec![1.0; len], &mut short, true);
            assert!(short.iter().zip(&long).all(|(s, l)| *s == l + 1.0));
        }
    }

    #[test]
    fn a_dropped_infinity_is_zero() {
        let mut out = [1.0; 64];
        dropout(&Stream::new(5, Purpose::Dropout, 0, 3), 0.5, &[f32::INFINITY; 64], &mut out, false);
        assert!(out.iter().all(|x| *x == 0.0 || *x == f32::INFINITY));
    }
}
