//! The rectifier whose slope for negative inputs is learned, one for each column (He et al., "Delving deep into rectifiers", 2015).
//! Alpha is a [line](super::lines).

use super::lines::{map, sum_products};
use crate::simd::F32x4;

/// `y = x` where x is above 0, else `alpha · x`, in rows of `width`.
///
/// # Panics
/// When the lengths differ.
pub fn forward(width: usize, alpha: &[f32], x: &[f32], y: &mut [f32]) {
    map(width, y, [x], [alpha], |_, [x], [alpha]| F32x4::zero().lt(x).select(x, x * alpha));
}

/// `dx = dy` where x is above 0, else `alpha · dy` (at 0 too, as torch), added to what `dx` holds when `accumulate`.
///
/// # Panics
/// When the lengths differ.
pub fn backward(width: usize, alpha: &[f32], x: &[f32], dy: &[f32], dx: &mut [f32], accumulate: bool) {
    map(width, dx, [x, dy], [alpha], |old, [x, dy], [alpha]| {
        let dx = F32x4::zero().lt(x).select(dy, dy * alpha);
        if accumulate { old + dx } else { dx }
    });
}

/// The line of `Σ x · dy` over the rows whose x is not above 0: the gradient of alpha. `part` and `zeros` are lines besides.
///
/// # Panics
/// When the lengths differ.
pub fn slope_gradient(width: usize, x: &[f32], dy: &[f32], [sums, part, zeros]: [&mut [f32]; 3]) {
    zeros.fill(0.0);
    sum_products(width, [dy, x], [zeros, zeros], true, [sums, part]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::lines;

    #[test]
    fn every_width_and_the_kink() {
        for width in 1..=9 {
            let slopes: Vec<f32> = (0..width).map(|j| 0.25 * (j as f32 + 1.0)).collect();
            let [mut alpha, mut sums, mut part, mut zeros] = std::array::from_fn(|_| vec![9.0; lines::len(width)]);
            lines::set(&mut alpha, &slopes);
            let x: Vec<f32> = (0..3 * width).map(|i| (i as f32 * 7.0) % 5.0 - 2.0).collect();
            let dy: Vec<f32> = (0..3 * width).map(|i| i as f32 - 4.5).collect();
            let (mut y, mut dx) = (vec![0.0; 3 * width], vec![1.0; 3 * width]);
            forward(width, &alpha, &x, &mut y);
            backward(width, &alpha, &x, &dy, &mut dx, true);
            slope_gradient(width, &x, &dy, [&mut sums, &mut part, &mut zeros]);
            let mut expected = vec![0.0; width];
            for i in 0..3 * width {
                let slope = if x[i] > 0.0 { 1.0 } else { slopes[i % width] };
                assert_eq!((y[i], dx[i]), (slope * x[i], 1.0 + slope * dy[i]));
                expected[i % width] += if x[i] > 0.0 { 0.0 } else { x[i] * dy[i] };
            }
            assert_eq!(sums[..width], expected);
            assert!(x.contains(&0.0), "the kink is among the inputs");
        }
        let mut y = [0.0; 2];
        forward(1, &[0.25; 4], &[f32::NAN, -f32::INFINITY], &mut y);
        assert!(y[0].is_nan() && y[1] == -f32::INFINITY);
    }
}
