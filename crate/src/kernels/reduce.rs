//! Sums over rows.

use crate::pool;
use crate::simd::{F32x4, LANES};

/// Elements that a thread takes at least: some microseconds.
const GRAIN: usize = 16 * 1024;

/// Vectors that run down the rows together.
const STRIP: usize = 4;

/// `out[j] = Σ x[i, j]` over the rows of `x` (`[rows, out.len()]`), added to what `out` holds when `accumulate`.
///
/// Each sum runs over the rows in order, so it does not depend on how columns are grouped.
///
/// # Panics
/// When `x` is not a whole number of rows.
pub fn column_sums(x: &[f32], out: &mut [f32], accumulate: bool) {
    let columns = out.len();
    if columns == 0 {
        return;
    }
    assert_eq!(x.len() % columns, 0, "{} floats are no whole rows of {columns}", x.len());
    let grain = if x.len() < 2 * GRAIN { columns } else { (GRAIN * columns).div_ceil(x.len()) };
    pool::cut(grain, STRIP * LANES, [out], |first, [out]| sums_piece(x, columns, first, out, accumulate));
}

/// The same for the columns from `first`.
fn sums_piece(x: &[f32], columns: usize, first: usize, out: &mut [f32], accumulate: bool) {
    if !accumulate {
        out.fill(0.0);
    }
    let mut left = 0;
    while left + STRIP * LANES <= out.len() {
        strip::<STRIP>(x, columns, first + left, &mut out[left..left + STRIP * LANES]);
        left += STRIP * LANES;
    }
    while left + LANES <= out.len() {
        strip::<1>(x, columns, first + left, &mut out[left..left + LANES]);
        left += LANES;
    }
    let rest = &mut out[left..];
    if rest.is_empty() {
        return;
    }
    let mut sums = F32x4::from_partial(rest, 0.0);
    for row in x.chunks_exact(columns) {
        sums += F32x4::from_partial(&row[first + left..], 0.0);
    }
    sums.to_partial(rest);
}

fn strip<const N: usize>(x: &[f32], columns: usize, left: usize, out: &mut [f32]) {
    let mut sums: [F32x4; N] = std::array::from_fn(|i| F32x4::from_slice(&out[LANES * i..]));
    for row in x.chunks_exact(columns) {
        let row = &row[left..left + N * LANES];
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum += F32x4::from_slice(&row[LANES * i..]);
        }
    }
    for (sum, out) in sums.iter().zip(out.chunks_exact_mut(LANES)) {
        sum.to_slice(out);
    }
}

/// `out += x`, or `out = x` unless `accumulate`.
///
/// # Panics
/// When the lengths differ.
pub fn add(x: &[f32], out: &mut [f32], accumulate: bool) {
    assert_eq!(x.len(), out.len(), "the lengths differ");
    pool::cut(GRAIN, LANES, [out], |first, [out]| add_piece(&x[first..][..out.len()], out, accumulate));
}

fn add_piece(x: &[f32], out: &mut [f32], accumulate: bool) {
    if !accumulate {
        out.copy_from_slice(x);
        return;
    }
    let (mut to, mut from) = (out.chunks_exact_mut(LANES), x.chunks_exact(LANES));
    for (to, from) in to.by_ref().zip(from.by_ref()) {
        (F32x4::from_slice(to) + F32x4::from_slice(from)).to_slice(to);
    }
    for (to, from) in to.into_remainder().iter_mut().zip(from.remainder()) {
        *to += from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_match_a_plain_loop_bit_by_bit() {
        for columns in 1..=37 {
            for rows in [0, 1, 2, 5, 19] {
                let x: Vec<f32> = (0..rows * columns).map(|i| ((i * 37 % 101) as f32 - 50.0) / 7.0).collect();
                for accumulate in [false, true] {
                    let mut guarded = vec![0.5_f32; columns + 2];
                    column_sums(&x, &mut guarded[1..=columns], accumulate);
                    for j in 0..columns {
                        let start = if accumulate { 0.5 } else { 0.0 };
                        let expected = (0..rows).fold(start, |sum, i| sum + x[i * columns + j]);
                        assert_eq!(guarded[j + 1].to_bits(), expected.to_bits(), "{rows} x {columns}, column {j}");
                    }
                    assert_eq!((guarded[0], guarded[columns + 1]), (0.5, 0.5));
                }
            }
        }
    }

    #[test]
    fn add_of_every_length() {
        for len in 0..=17 {
            let x: Vec<f32> = (0..len).map(|i| i as f32 + 0.25).collect();
            let mut out = vec![1.0; len];
            add(&x, &mut out, true);
            assert!(out.iter().zip(&x).all(|(o, x)| *o == x + 1.0));
            add(&x, &mut out, false);
            assert_eq!(out, x);
        }
    }
}
