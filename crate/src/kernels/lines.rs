//! Lines: a number for each column of a matrix, the first ones repeated behind the last. Four neighbours can be loaded from any column on,
//! counted around the end of the row; so rows of any width are one flat array, of which only the last vector can be ragged.

use super::reduce::column_sums;
use crate::pool;
use crate::simd::{F32x4, LANES};

/// Elements that a thread takes at least: some microseconds.
const GRAIN: usize = 8 * 1024;

/// Rows that are summed plainly before their sum joins the total.
const BLOCK: usize = 32;

/// Floats of a line for rows of `width`: a whole number of vectors.
pub fn len(width: usize) -> usize {
    width.saturating_add(2 * (LANES - 1)) / LANES * LANES
}

/// Makes a line of a number for each column.
#[inline(never)]
pub fn set(line: &mut [f32], values: &[f32]) {
    line[..values.len()].copy_from_slice(values);
    repeat(values.len(), line);
}

/// Makes a line of its first `width` numbers.
pub fn repeat(width: usize, line: &mut [f32]) {
    for k in width..line.len() {
        line[k] = line[k - width];
    }
}

/// Walks along the columns, four elements at a time.
#[derive(Clone, Copy)]
struct Column {
    at: usize,
    step: usize,
    width: usize,
}

impl Column {
    #[inline(always)]
    fn first(width: usize) -> Self {
        // Of rows shorter than a vector whole ones are passed over.
        Self { at: 0, step: LANES % width, width }
    }

    /// Four neighbours in a line.
    #[inline(always)]
    fn of(self, line: &[f32]) -> F32x4 {
        F32x4::from_slice(&line[self.at..][..LANES])
    }

    /// Adds to four neighbours in a line.
    #[inline(always)]
    fn add(self, line: &mut [f32], x: F32x4) {
        let four = &mut line[self.at..][..LANES];
        (F32x4::from_slice(four) + x).to_slice(four);
    }

    #[inline(always)]
    fn next(&mut self) {
        self.at += self.step;
        if self.at >= self.width {
            self.at -= self.width;
        }
    }
}

/// `out ← f(out, matrices, lines)`, element by element, in rows of `width`.
///
/// # Panics
/// When a matrix is shorter than `out`.
#[inline(always)]
pub(super) fn map<const M: usize, const L: usize>(
    width: usize,
    out: &mut [f32],
    matrices: [&[f32]; M],
    lines: [&[f32]; L],
    f: impl Fn(F32x4, [F32x4; M], [F32x4; L]) -> F32x4 + Sync,
) {
    let matrices = matrices.map(|x| &x[..out.len()]);
    pool::cut(GRAIN, width, [out], |first, [out]| map_piece(width, out, matrices.map(|x| &x[first..]), lines, &f));
}

/// [`map`] for whole rows on this thread.
#[inline(always)]
fn map_piece<const M: usize, const L: usize>(
    width: usize,
    out: &mut [f32],
    matrices: [&[f32]; M],
    lines: [&[f32]; L],
    f: impl Fn(F32x4, [F32x4; M], [F32x4; L]) -> F32x4,
) {
    let mut column = Column::first(width);
    let whole = out.len() / LANES;
    let matrices = matrices.map(|x| x[..out.len()].as_chunks::<LANES>());
    let (vectors, last) = out.as_chunks_mut::<LANES>();
    let inner = matrices.map(|(vectors, _)| &vectors[..whole]);
    for (i, out) in vectors[..whole].iter_mut().enumerate() {
        let x = inner.map(|x| F32x4::from_slice(&x[i]));
        f(F32x4::from_slice(out), x, lines.map(|line| column.of(line))).to_slice(out);
        column.next();
    }
    if !last.is_empty() {
        let x = matrices.map(|(_, last)| F32x4::from_partial(last, 0.0));
        f(F32x4::from_partial(last, 0.0), x, lines.map(|line| column.of(line))).to_partial(last);
    }
}

/// The line of the columns' sums of x; `part` is another line.
///
/// Each block of rows is summed plainly, starting from what the total lost to rounding so far (Kahan, 1965). So the error is at most about
/// `(BLOCK + 2) · 2⁻²⁴` of the sum of magnitudes, however many rows there are; a plain running sum may be off by `rows · 2⁻²⁴`.
pub(super) fn sum(width: usize, x: &[f32], [total, part]: [&mut [f32]; 2]) {
    total.fill(0.0);
    part.fill(0.0);
    for block in x.chunks(BLOCK * width) {
        column_sums(block, &mut part[..width], true);
        join(total, part);
    }
    repeat(width, total);
}

/// The line of the columns' sums of `(a − m) · (b − n)` with lines m and n, as exact as those of [`sum`]; where `below`, a `b − n` above 0
/// counts as 0.
///
/// # Panics
/// When a line is too short.
#[inline(never)]
pub(super) fn sum_products(
    width: usize,
    [a, b]: [&[f32]; 2],
    [m, n]: [&[f32]; 2],
    below: bool,
    [total, part]: [&mut [f32]; 2],
) {
    total.fill(0.0);
    part.fill(0.0);
    let dropped = F32x4::splat_bits(if below { -1 } else { 0 });
    let block = BLOCK * width;
    for (a, b) in a.chunks(block).zip(b.chunks(block)) {
        let mut column = Column::first(width);
        let product = |a: F32x4, b: F32x4, column: Column| {
            let (a, b) = (a - column.of(m), b - column.of(n));
            a * b.and_not(F32x4::zero().lt(b) & dropped)
        };
        let (vectors, last) = a.as_chunks::<LANES>();
        let (others, last_others) = b.as_chunks::<LANES>();
        for (a, b) in vectors.iter().zip(others) {
            let product = product(F32x4::from_slice(a), F32x4::from_slice(b), column);
            column.add(part, product);
            column.next();
        }
        if !last.is_empty() {
            let mut lanes = [0.0; LANES];
            let product = product(F32x4::from_partial(last, 0.0), F32x4::from_partial(last_others, 0.0), column);
            product.to_partial(&mut lanes[..last.len()]);
            column.add(part, F32x4::from_array(lanes));
        }
        join(total, part);
    }
    // What stands behind the last column belongs to the first ones.
    for k in (width..total.len()).rev() {
        total[k - width] += total[k];
    }
    repeat(width, total);
}

/// Adds the line `part` to `total` and leaves in `part` what that rounds away.
#[inline(never)]
pub(super) fn join(total: &mut [f32], part: &mut [f32]) {
    for (total, part) in total.chunks_exact_mut(LANES).zip(part.chunks_exact_mut(LANES)) {
        let (old, added) = (F32x4::from_slice(total), F32x4::from_slice(part));
        let new = old + added;
        new.to_slice(total);
        (added - (new - old)).to_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(width: usize, value: impl Fn(usize) -> f32) -> Vec<f32> {
        let mut line = vec![f32::NAN; len(width)];
        set(&mut line, &(0..width).map(value).collect::<Vec<_>>());
        line
    }

    #[test]
    fn every_width_meets_its_own_columns() {
        for width in 1..=19 {
            for rows in [0, 1, 2, 3, 7, 70] {
                let n = rows * width;
                let x: Vec<f32> = (0..n).map(|i| i as f32).collect();
                let own = line(width, |j| 1000.0 * j as f32);
                let mut out = vec![0.5; n + 2];
                map(width, &mut out[1..=n], [&x], [&own], |old, [x], [own]| old + x + own);
                for i in 0..n {
                    assert_eq!(out[i + 1], 0.5 + i as f32 + 1000.0 * (i % width) as f32, "{rows}×{width}, {i}");
                }
                assert_eq!((out[0], out[n + 1]), (0.5, 0.5));

                let [mut total, mut part] = [line(width, |_| 7.0), line(width, |_| 7.0)];
                let check = |total: &[f32], term: &dyn Fn(f64, f64) -> f64| {
                    for (k, &total) in total.iter().enumerate() {
                        let j = k % width;
                        let expected: f64 = (0..rows).map(|i| term((i * width + j) as f64, 1000.0 * j as f64)).sum();
                        assert_eq!(total, expected as f32, "{rows}×{width}, column {j}");
                    }
                };
                sum(width, &x, [&mut total, &mut part]);
                check(&total, &|x, _| x);
                // Terms that are not 0 in lanes past the end. Whole numbers: their sums are exact.
                let eight = line(width, |_| 8.0);
                sum_products(width, [&x, &x], [&eight, &own], false, [&mut total, &mut part]);
                if n < 100 {
                    check(&total, &|x, own| (x - 8.0) * (x - own));
                }
                sum_products(width, [&x, &x], [&eight, &eight], true, [&mut total, &mut part]);
                check(&total, &|x, _| (x - 8.0) * (x - 8.0).min(0.0));
            }
        }
    }

    #[test]
    fn a_long_sum_keeps_its_digits() {
        // A plain running sum is off by 1% here: once it is large, each 0.1 is rounded by up to half a unit of its last place.
        for width in [1, 3, 5] {
            let rows = 1 << 20;
            let x = vec![0.1; rows * width];
            let [mut total, mut part] = [line(width, |_| 0.0), line(width, |_| 0.0)];
            let exact = rows as f64 * f64::from(0.1_f32);
            sum(width, &x, [&mut total, &mut part]);
            assert!(total.iter().all(|&sum| (f64::from(sum) - exact).abs() < 1e-6 * exact), "{total:?} {exact}");
            let [zeros, one] = [0.0, -1.0].map(|value| line(width, |_| value));
            sum_products(width, [&x, &vec![0.0; rows * width]], [&zeros, &one], false, [&mut total, &mut part]);
            assert!(total.iter().all(|&sum| (f64::from(sum) - exact).abs() < 1e-6 * exact), "{total:?} {exact}");
        }
    }
}
