//! Products whose left operand has many zeros: samples of binary units, images with a dark ground. A zero costs nothing.
//!
//! Each element is the running sum of [`gemm`](super::gemm::gemm) without the terms that are zero, so for finite operands both give the same
//! numbers.

use super::gemm::{Matrix, Size};
use crate::simd::{F32x4, LANES};

/// Vectors of a row of C in registers.
const STRIP: usize = 8;

/// Floats of scratch that [`product`] needs: one place and one factor for each column of A.
pub const fn scratch_len(k: usize) -> usize {
    2 * k
}

/// `C = A·B`, added to what C holds when `accumulate`. B and C are rows without gaps;
/// A may have any strides.
///
/// # Panics
/// When an operand or `scratch` ([`scratch_len`]) is too short for the sizes.
pub fn product(size: Size, a: Matrix<'_>, b: &[f32], c: &mut [f32], accumulate: bool, scratch: &mut [f32]) {
    let Size { m, n, k } = size;
    let (places, factors) = scratch[..scratch_len(k)].split_at_mut(k);
    for (i, c) in c[..m * n].chunks_exact_mut(n.max(1)).enumerate() {
        let mut count = 0;
        for p in 0..k {
            let x = a.data[i * a.row_stride + p * a.column_stride];
            // Always written, kept when it counts: no branch to mispredict.
            places[count] = f32::from_bits((p * n) as u32);
            factors[count] = x;
            count += usize::from(x != 0.0);
        }
        if !accumulate {
            c.fill(0.0);
        }
        let (places, factors) = (&places[..count], &factors[..count]);
        let binary = factors.iter().all(|factor| *factor == 1.0);
        let mut left = 0;
        while left + STRIP * LANES <= n {
            let (b, c) = (&b[left..], &mut c[left..left + STRIP * LANES]);
            if binary {
                strip::<STRIP, true>(places, factors, b, c);
            } else {
                strip::<STRIP, false>(places, factors, b, c);
            }
            left += STRIP * LANES;
        }
        while left + LANES <= n {
            strip::<1, false>(places, factors, &b[left..], &mut c[left..left + LANES]);
            left += LANES;
        }
        for (j, c) in c.iter_mut().enumerate().skip(left) {
            for (place, factor) in places.iter().zip(factors) {
                *c += factor * b[place.to_bits() as usize + j];
            }
        }
    }
}

/// Some columns of a row of C. Where all factors are 1, `ONES`, nothing is multiplied.
#[inline(always)]
fn strip<const N: usize, const ONES: bool>(places: &[f32], factors: &[f32], b: &[f32], c: &mut [f32]) {
    let mut sums: [F32x4; N] = std::array::from_fn(|i| F32x4::from_slice(&c[LANES * i..]));
    for (place, &factor) in places.iter().zip(factors) {
        let row = &b[place.to_bits() as usize..][..N * LANES];
        let factor = F32x4::splat(factor);
        for (i, sum) in sums.iter_mut().enumerate() {
            let b = F32x4::from_slice(&row[LANES * i..]);
            *sum = if ONES { *sum + b } else { factor.mul_add(b, *sum) };
        }
    }
    for (sum, c) in sums.iter().zip(c.chunks_exact_mut(LANES)) {
        sum.to_slice(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::gemm::{self, Epilogue, gemm};

    #[test]
    fn gives_the_bits_of_the_dense_product() {
        for (m, n, k, binary) in [
            (5, 70, 30, true),
            (4, 3, 9, true),
            (1, 1, 1, false),
            (3, 2, 5, false),
            (4, 37, 9, false),
            (7, 64, 33, false),
            (10, 71, 40, false),
            (0, 3, 2, false),
            (3, 3, 0, false),
        ] {
            let size = Size { m, n, k };
            let number = |i: usize| ((i * 37 % 101) as f32 - 50.0) / 7.0;
            let a: Vec<f32> = (0..m * k)
                .map(|i| {
                    if i % 3 != 0 {
                        0.0
                    } else if binary {
                        1.0
                    } else {
                        number(i)
                    }
                })
                .collect();
            let b: Vec<f32> = (0..k * n).map(|i| number(i + 5)).collect();
            for transposed in [false, true] {
                for accumulate in [false, true] {
                    let a = if transposed { Matrix::new(&a, m).transposed() } else { Matrix::new(&a, k) };
                    let (mut c, mut expected) = (vec![0.5; m * n + 1], vec![0.5; m * n + 1]);
                    product(size, a, &b, &mut c, accumulate, &mut vec![0.0; scratch_len(k)]);
                    let epilogue = Epilogue { accumulate, ..Epilogue::default() };
                    let mut scratch = vec![0.0; gemm::scratch_len(size)];
                    gemm(size, a, Matrix::new(&b, n), &mut expected, n, epilogue, &mut scratch);
                    assert_eq!(c, expected, "{size:?}");
                }
            }
        }
    }
}
