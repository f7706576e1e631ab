//! Rows four columns at a time, and columns moved between matrices.

use crate::simd::{F32x4, LANES};

/// Rows that are summed plainly before their sum joins the total.
const BLOCK: usize = 32;

/// Up to four elements; the lanes beyond are `fill`.
#[inline(always)]
pub(super) fn load(x: &[f32], fill: f32) -> F32x4 {
    if x.len() >= LANES { F32x4::from_slice(x) } else { F32x4::from_partial(x, fill) }
}

/// Writes as many lanes as `x` has room for.
#[inline(always)]
pub(super) fn store(lanes: F32x4, x: &mut [f32]) {
    if x.len() >= LANES { lanes.to_slice(x) } else { lanes.to_partial(x) }
}

/// `out[j] ← f(out[j], [inputs[0][j], inputs[1][j], …])`. The last one to three columns go through the same vector code, beside lanes of
/// zeros that are thrown away.
///
/// # Panics
/// When the lengths differ.
#[inline(always)]
pub(super) fn zip<const N: usize>(out: &mut [f32], inputs: [&[f32]; N], f: impl Fn(F32x4, [F32x4; N]) -> F32x4) {
    let length = out.len();
    assert!(inputs.iter().all(|x| x.len() == length), "the lengths differ");
    let (vectors, last) = out.as_chunks_mut::<LANES>();
    let count = vectors.len();
    let inputs = inputs.map(|x| {
        let (vectors, last) = x.as_chunks::<LANES>();
        // As many as there are in `out`, said so that no bound is checked in the loop.
        (&vectors[..count], last)
    });
    for (i, out) in vectors.iter_mut().enumerate() {
        let x = inputs.map(|(vectors, _)| F32x4::from_slice(&vectors[i]));
        f(F32x4::from_slice(out), x).to_slice(out);
    }
    if !last.is_empty() {
        let x = inputs.map(|(_, last)| F32x4::from_partial(last, 0.0));
        f(F32x4::from_partial(last, 0.0), x).to_partial(last);
    }
}

/// Row `index` of rows of `width`.
#[inline(always)]
pub(super) fn row(x: &[f32], width: usize, index: usize) -> &[f32] {
    &x[index * width..][..width]
}

/// The sum of what `add` adds to its second argument for each of `rows` rows; `block` is as long as `total`.
///
/// Each block of rows is summed plainly, starting from what the total lost to rounding so far (Kahan, 1965). So the error is at most about
/// `(BLOCK + 2) · 2⁻²⁴` of the sum of magnitudes, however many rows there are; a plain running sum may be off by `rows · 2⁻²⁴`.
#[inline(always)]
pub(super) fn sum_rows(rows: usize, total: &mut [f32], block: &mut [f32], add: impl Fn(usize, &mut [f32])) {
    total.fill(0.0);
    block.fill(0.0);
    for first in (0..rows).step_by(BLOCK) {
        for row in first..rows.min(first + BLOCK) {
            add(row, block);
        }
        join(total, block);
    }
}

/// Adds `part` to `total` and leaves in `part` what that rounds away.
#[inline(never)]
fn join(total: &mut [f32], part: &mut [f32]) {
    for (total, part) in total.chunks_mut(LANES).zip(part.chunks_mut(LANES)) {
        let (old, added) = (load(total, 0.0), load(part, 0.0));
        let new = old + added;
        store(new, total);
        store(added - (new - old), part);
    }
}

/// Some columns of a matrix.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Width of the matrix.
    pub width: usize,
    /// The first of the columns.
    pub first: usize,
}

/// Copies `count` columns of each row of `from` to those of `to`, or adds them there when `accumulate`. Other columns stay.
///
/// # Panics
/// When a matrix lacks such columns or has other rows.
pub fn copy(from: &[f32], at: Columns, to: &mut [f32], there: Columns, count: usize, accumulate: bool) {
    assert_eq!(from.len() / at.width, to.len() / there.width, "the matrices have different rows");
    for (from, to) in from.chunks_exact(at.width).zip(to.chunks_exact_mut(there.width)) {
        let (from, to) = (&from[at.first..][..count], &mut to[there.first..][..count]);
        zip(to, [from], |old, [x]| if accumulate { old + x } else { x });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_every_width_and_place() {
        for (width, other) in [(1, 1), (2, 5), (4, 4), (7, 3), (9, 13), (16, 17)] {
            for count in 1..=width.min(other) {
                for (first, place) in [(0, 0), (width - count, other - count)] {
                    for accumulate in [false, true] {
                        let from: Vec<f32> = (0..3 * width).map(|i| i as f32 + 0.5).collect();
                        let mut to = vec![1.0; 3 * other];
                        let (at, there) = (Columns { width, first }, Columns { width: other, first: place });
                        copy(&from, at, &mut to, there, count, accumulate);
                        for (i, &x) in to.iter().enumerate() {
                            let (row, column) = (i / other, i % other);
                            let moved = (place..place + count).contains(&column);
                            let source = || from[row * width + first + column - place];
                            let old = if accumulate || !moved { 1.0 } else { 0.0 };
                            assert_eq!(x, old + if moved { source() } else { 0.0 });
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_long_sum_keeps_its_digits() {
        // A plain running sum is off by 1% here: once it is large, each 0.1 is rounded by up to half a unit of its last place.
        let rows = 1 << 20;
        let mut sums = [[0.0; 1]; 2];
        let [total, block] = &mut sums;
        sum_rows(rows, total, block, |_, sum| zip(sum, [&[0.1]], |sum, [x]| sum + x));
        let exact = rows as f64 * f64::from(0.1_f32);
        assert!((f64::from(total[0]) - exact).abs() < 1e-6 * exact, "{} {exact}", total[0]);
    }
}
