//! Softmax and its logarithm over the rows of a matrix.
//!
//! Four rows at a time, one in each lane: a row of any width costs its width, and narrow rows (most nets tell 2 to 12 classes apart) leave no lane idle.

use super::math::Math;
use crate::simd::{F32x4, LANES};

/// Element `j` of up to four rows.
#[inline(always)]
fn column(rows: &[f32], columns: usize, j: usize) -> F32x4 {
    if rows.len() == LANES * columns {
        F32x4::from_array([rows[j], rows[columns + j], rows[2 * columns + j], rows[3 * columns + j]])
    } else {
        F32x4::from_array(std::array::from_fn(|lane| rows.get(lane * columns + j).copied().unwrap_or(0.0)))
    }
}

#[inline(always)]
fn set_column(rows: &mut [f32], columns: usize, j: usize, value: F32x4) {
    for (row, value) in rows.chunks_exact_mut(columns).zip(value.to_array()) {
        row[j] = value;
    }
}

/// The largest element of each row; NaN if one is NaN.
#[inline(always)]
fn largest(rows: &[f32], columns: usize) -> F32x4 {
    (1..columns).fold(column(rows, columns, 0), |largest, j| largest.max(column(rows, columns, j)))
}

/// `yⱼ = exp(xⱼ − m) / Σ exp(xₖ − m)`, m the row's largest, in place. A row of −∞ alone gives NaN, as in PyTorch.
pub fn softmax(columns: usize, x: &mut [f32]) {
    let math = Math::new();
    for rows in x.chunks_mut(LANES * columns) {
        let top = largest(rows, columns);
        let mut sum = F32x4::zero();
        for j in 0..columns {
            let e = math.exp(column(rows, columns, j) - top);
            sum += e;
            set_column(rows, columns, j, e);
        }
        for j in 0..columns {
            let y = column(rows, columns, j) / sum;
            set_column(rows, columns, j, y);
        }
    }
}

/// `yⱼ = (xⱼ − m) − ln Σ exp(xₖ − m)`, in place.
pub fn log_softmax(columns: usize, x: &mut [f32]) {
    let math = Math::new();
    for rows in x.chunks_mut(LANES * columns) {
        let top = largest(rows, columns);
        let terms = (0..columns).map(|j| math.exp(column(rows, columns, j) - top));
        let log = math.log(terms.fold(F32x4::zero(), |sum, e| sum + e));
        for j in 0..columns {
            let y = (column(rows, columns, j) - top) - log;
            set_column(rows, columns, j, y);
        }
    }
}

/// `gⱼ ← yⱼ (gⱼ − Σ gₖ yₖ)`: the gradient through a softmax with output y, in place.
pub fn softmax_backward(columns: usize, y: &[f32], gradient: &mut [f32]) {
    for (y, g) in y.chunks(LANES * columns).zip(gradient.chunks_mut(LANES * columns)) {
        let terms = (0..columns).map(|j| column(g, columns, j) * column(y, columns, j));
        let dot = terms.fold(F32x4::zero(), |sum, term| sum + term);
        for j in 0..columns {
            let value = column(y, columns, j) * (column(g, columns, j) - dot);
            set_column(g, columns, j, value);
        }
    }
}

/// `gⱼ ← gⱼ − exp(yⱼ) Σ gₖ`: the gradient through a logarithm of softmax with output y, in place.
pub fn log_softmax_backward(columns: usize, y: &[f32], gradient: &mut [f32]) {
    let math = Math::new();
    for (y, g) in y.chunks(LANES * columns).zip(gradient.chunks_mut(LANES * columns)) {
        let sum = (0..columns).fold(F32x4::zero(), |sum, j| sum + column(g, columns, j));
        for j in 0..columns {
            let value = column(g, columns, j) - math.exp(column(y, columns, j)) * sum;
            set_column(g, columns, j, value);
        }
    }
}
