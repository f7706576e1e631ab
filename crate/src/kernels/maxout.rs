//! The largest of each group of neighbours (Goodfellow et al., "Maxout networks", 2013). Four groups side by side, one in each lane.

use crate::pool;
use crate::simd::{F32x4, LANES};

/// Elements that a thread takes at least: some microseconds.
const GRAIN: usize = 2 * 1024;

/// Where four groups from `first` start; past the last it is the last again, which then is computed twice.
#[inline(always)]
fn starts(first: usize, groups: usize, pieces: usize) -> [usize; LANES] {
    std::array::from_fn(|lane| (first + lane).min(groups - 1) * pieces)
}

#[inline(always)]
fn lanes(x: &[f32], at: [usize; LANES], piece: usize) -> F32x4 {
    F32x4::from_array(at.map(|start| x[start + piece]))
}

/// `y[i]` is the largest of `x[i · pieces … (i + 1) · pieces]`; NaN if one of them is.
///
/// # Panics
/// When the lengths do not agree.
pub fn forward(pieces: usize, x: &[f32], y: &mut [f32]) {
    assert_eq!(x.len(), y.len() * pieces, "the lengths do not agree");
    pool::cut(GRAIN, LANES, [y], |first, [y]| forward_piece(pieces, &x[first * pieces..], y));
}

fn forward_piece(pieces: usize, x: &[f32], y: &mut [f32]) {
    for first in (0..y.len()).step_by(LANES) {
        let at = starts(first, y.len(), pieces);
        let largest = (1..pieces).fold(lanes(x, at, 0), |largest, piece| largest.max(lanes(x, at, piece)));
        largest.to_partial(&mut y[first..]);
    }
}

/// Gives each group's gradient to its largest piece, the first of equals, and 0 to the others; added to what `dx` holds when `accumulate`.
///
/// # Panics
/// When the lengths do not agree.
pub fn backward(pieces: usize, x: &[f32], y: &[f32], dy: &[f32], dx: &mut [f32], accumulate: bool) {
    assert!(x.len() == y.len() * pieces && dx.len() == x.len() && dy.len() == y.len(), "the lengths do not agree");
    pool::cut(GRAIN, LANES * pieces, [dx], |first, [dx]| {
        let [y, dy] = [y, dy].map(|groups| &groups[first / pieces..][..dx.len() / pieces]);
        backward_piece(pieces, &x[first..], y, dy, dx, accumulate);
    });
}

fn backward_piece(pieces: usize, x: &[f32], y: &[f32], dy: &[f32], dx: &mut [f32], accumulate: bool) {
    for first in (0..y.len()).step_by(LANES) {
        let at = starts(first, y.len(), pieces);
        let (largest, gradient) = (F32x4::from_partial(&y[first..], 0.0), F32x4::from_partial(&dy[first..], 0.0));
        let mut found = F32x4::zero();
        for piece in 0..pieces {
            let wins = lanes(x, at, piece).eq(largest).and_not(found);
            found = found | wins;
            let share = gradient & wins;
            let new = if accumulate { lanes(dx, at, piece) + share } else { share };
            // Lanes past the last group stand for nothing.
            for (start, value) in at.into_iter().zip(new.to_array()).take(y.len() - first) {
                dx[start + piece] = value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_with_ties() {
        for pieces in 1..=5 {
            for groups in 1..=9 {
                let x: Vec<f32> = (0..pieces * groups).map(|i| f32::from((i * i * 5 % 7) as u8 / 2)).collect();
                let dy: Vec<f32> = (0..groups).map(|i| i as f32 + 0.5).collect();
                let mut y = vec![0.0; groups];
                forward(pieces, &x, &mut y);
                for accumulate in [false, true] {
                    let mut dx = vec![3.0; x.len()];
                    backward(pieces, &x, &y, &dy, &mut dx, accumulate);
                    let old = if accumulate { 3.0 } else { 0.0 };
                    for (group, pieces) in x.chunks(pieces).enumerate() {
                        let largest = pieces.iter().copied().fold(f32::MIN, f32::max);
                        assert_eq!(y[group], largest);
                        let winner = pieces.iter().position(|&x| x == largest).unwrap();
                        for piece in 0..pieces.len() {
                            let share = if piece == winner { dy[group] } else { 0.0 };
                            assert_eq!(dx[group * pieces.len() + piece], old + share);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nan_goes_through() {
        let mut y = [0.0; 2];
        forward(3, &[1.0, f32::NAN, 2.0, 1.0, -f32::INFINITY, 0.5], &mut y);
        assert!(y[0].is_nan() && y[1] == 1.0);
    }
}
