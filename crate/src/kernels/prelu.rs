//! The rectifier whose slope for negative inputs is learned, one for each column (He et al., "Delving deep into rectifiers", 2015).

use super::columns::{row, sum_rows, zip};
use crate::simd::F32x4;

/// `y = x` where x is above 0, else `alpha · x`. Rows are as wide as `alpha`.
///
/// # Panics
/// When the lengths differ.
pub fn forward(alpha: &[f32], x: &[f32], y: &mut [f32]) {
    for (x, y) in x.chunks_exact(alpha.len()).zip(y.chunks_exact_mut(alpha.len())) {
        zip(y, [x, alpha], |_, [x, alpha]| F32x4::zero().lt(x).select(x, x * alpha));
    }
}

/// `dx = dy` where x is above 0, else `alpha · dy` (at 0 too, as torch), added to what `dx` holds when `accumulate`.
///
/// # Panics
/// When the lengths differ.
pub fn backward(alpha: &[f32], x: &[f32], dy: &[f32], dx: &mut [f32], accumulate: bool) {
    let width = alpha.len();
    for (index, dx) in dx.chunks_exact_mut(width).enumerate() {
        zip(dx, [row(x, width, index), row(dy, width, index), alpha], |old, [x, dy, alpha]| {
            let dx = F32x4::zero().lt(x).select(dy, dy * alpha);
            if accumulate { old + dx } else { dx }
        });
    }
}

/// `sums[j] = Σ x · dy` over the rows whose x is not above 0: the gradient of alpha. `block` is as long.
///
/// # Panics
/// When the lengths differ.
pub fn slope_gradient(x: &[f32], dy: &[f32], sums: &mut [f32], block: &mut [f32]) {
    let width = sums.len();
    sum_rows(x.len() / width, sums, block, |index, sum| {
        zip(sum, [row(x, width, index), row(dy, width, index)], |sum, [x, dy]| {
            sum + (x * dy).and_not(F32x4::zero().lt(x))
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_and_the_kink() {
        for width in 1..=9 {
            let alpha: Vec<f32> = (0..width).map(|j| 0.25 * (j as f32 + 1.0)).collect();
            let x: Vec<f32> = (0..3 * width).map(|i| (i as f32 * 7.0) % 5.0 - 2.0).collect();
            let dy: Vec<f32> = (0..3 * width).map(|i| i as f32 - 4.5).collect();
            let (mut y, mut dx, mut sums, mut block) =
                (vec![0.0; 3 * width], vec![1.0; 3 * width], vec![9.0; width], vec![9.0; width]);
            forward(&alpha, &x, &mut y);
            backward(&alpha, &x, &dy, &mut dx, true);
            slope_gradient(&x, &dy, &mut sums, &mut block);
            let mut expected = vec![0.0; width];
            for i in 0..3 * width {
                let slope = if x[i] > 0.0 { 1.0 } else { alpha[i % width] };
                assert_eq!((y[i], dx[i]), (slope * x[i], 1.0 + slope * dy[i]));
                expected[i % width] += if x[i] > 0.0 { 0.0 } else { x[i] * dy[i] };
            }
            assert_eq!(sums, expected);
            assert!(x.contains(&0.0), "the kink is among the inputs");
        }
        let mut y = [0.0; 2];
        forward(&[0.25; 2], &[f32::NAN, -f32::INFINITY], &mut y);
        assert!(y[0].is_nan() && y[1] == -f32::INFINITY);
    }
}
