//! Rows picked from a data set by number.

use crate::pool;
use crate::simd::{F32x4, LANES};

/// Elements that a thread takes at least: some microseconds.
const GRAIN: usize = 16 * 1024;

/// Copies row `order[i]` of `source` (rows of `width`) to row `i` of `out`.
///
/// # Panics
/// When a row does not exist or `out` is not `[order.len(), width]`.
pub fn gather(source: &[f32], width: usize, order: &[u32], out: &mut [f32]) {
    assert_eq!(out.len(), order.len() * width, "the batch has another size");
    if width == 0 {
        return;
    }
    pool::cut(GRAIN, width, [out], |first, [out]| {
        for (&row, out) in order[first / width..].iter().zip(out.chunks_exact_mut(width)) {
            copy(&source[row as usize * width..][..width], out);
        }
    });
}

/// A loop over vectors: shorter than a call of `memory.copy` for the rows that occur.
#[inline(always)]
fn copy(from: &[f32], to: &mut [f32]) {
    let (mut to, mut from) = (to.chunks_exact_mut(LANES), from.chunks_exact(LANES));
    for (to, from) in to.by_ref().zip(from.by_ref()) {
        F32x4::from_slice(from).to_slice(to);
    }
    for (to, from) in to.into_remainder().iter_mut().zip(from.remainder()) {
        *to = *from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_every_width() {
        for width in 0..=13 {
            let source: Vec<f32> = (0..5 * width).map(|i| i as f32).collect();
            let mut out = vec![-1.0; 3 * width];
            gather(&source, width, &[4, 0, 4], &mut out);
            let expected: Vec<f32> =
                [4, 0, 4].iter().flat_map(|r| source[r * width..(r + 1) * width].to_vec()).collect();
            assert_eq!(out, expected);
        }
    }
}
