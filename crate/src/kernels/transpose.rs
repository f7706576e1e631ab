//! Matrices turned over in memory.

use crate::simd::{F32x4, LANES};

/// `out = xᵀ` for `x` of rows of `columns` numbers: in blocks of 4 × 4, which are turned in registers.
///
/// # Panics
/// When `x` is no whole number of rows or `out` has another size.
pub fn transpose(x: &[f32], columns: usize, out: &mut [f32]) {
    let rows = x.len() / columns.max(1);
    assert_eq!((rows * columns, out.len()), (x.len(), x.len()), "the sizes differ");
    for i in (0..rows).step_by(LANES) {
        for j in (0..columns).step_by(LANES) {
            if i + LANES <= rows && j + LANES <= columns {
                let block = std::array::from_fn(|r| F32x4::from_slice(&x[(i + r) * columns + j..]));
                for (c, column) in F32x4::transpose(block).into_iter().enumerate() {
                    column.to_slice(&mut out[(j + c) * rows + i..]);
                }
            } else {
                for r in i..rows.min(i + LANES) {
                    for c in j..columns.min(j + LANES) {
                        out[c * rows + r] = x[r * columns + c];
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::transpose;

    #[test]
    fn every_size_about_the_block() {
        for rows in 0..=9 {
            for columns in 1..=9 {
                let x: Vec<f32> = (0..rows * columns).map(|i| i as f32).collect();
                let mut out = vec![-1.0; x.len()];
                transpose(&x, columns, &mut out);
                for (i, value) in x.iter().enumerate() {
                    assert_eq!(out[i % columns * rows + i / columns], *value);
                }
            }
        }
    }
}
