//! What clipping needs: bounds, a factor, the sum of squares.

use super::map;
use crate::simd::F32x4;

/// `x ← min(max(x, −limit), limit)`; NaN stays NaN.
pub fn clamp(x: &mut [f32], limit: f32) {
    let (low, high) = (F32x4::splat(-limit), F32x4::splat(limit));
    map(x, |x| x.max_fast(low).min_fast(high));
}

/// `x ← factor · x`.
pub fn scale(x: &mut [f32], factor: f32) {
    let factor = F32x4::splat(factor);
    map(x, |x| x * factor);
}

/// Partial sums that [`add_squares`] keeps.
pub const PARTS: usize = 8;

/// Adds the squares of `x`, in double precision, to partial sums: element `i` goes to sum `(start + i) mod 8`. So the sums over several ranges
/// in a row have the same bits however the whole is cut into ranges.
pub fn add_squares(x: &[f32], start: usize, sums: &mut [f64; PARTS]) {
    let add = |sum: &mut f64, value: f32| *sum += f64::from(value) * f64::from(value);
    let lead = (PARTS - start % PARTS) % PARTS;
    let (head, x) = x.split_at(lead.min(x.len()));
    for (sum, &value) in sums[start % PARTS..].iter_mut().zip(head) {
        add(sum, value);
    }
    let (blocks, last) = x.as_chunks::<PARTS>();
    let mut parts = *sums;
    for block in blocks {
        for (sum, &value) in parts.iter_mut().zip(block) {
            add(sum, value);
        }
    }
    for (sum, &value) in parts.iter_mut().zip(last) {
        add(sum, value);
    }
    *sums = parts;
}
