//! The product against a naive oracle, over the sizes around every tile and block edge.

use super::*;
use crate::rng::{Purpose, Stream};

/// Numbers in (-1, 1) that differ with `salt`.
fn numbers(count: usize, salt: u32) -> Vec<f32> {
    let mut words = Stream::new(11, Purpose::Noise, salt, 0).words();
    (0..count).map(|_| (words.uniform() * 2.0 - 1.0) as f32).collect()
}

fn transpose(x: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|j| (0..rows).map(move |i| x[i * columns + j])).collect()
}

/// The sum in order of `k` in single precision, which every path must equal bit by bit, and its distance from double precision.
fn oracle(size: Size, a: &[f32], b: &[f32], i: usize, j: usize, start: f32) -> (f32, f64, f64) {
    let (mut sum, mut exact, mut magnitude) = (start, f64::from(start), f64::from(start.abs()));
    for p in 0..size.k {
        let (x, y) = (a[i * size.k + p], b[p * size.n + j]);
        sum += x * y;
        exact += f64::from(x) * f64::from(y);
        magnitude += f64::from(x.abs()) * f64::from(y.abs());
    }
    (sum, exact, magnitude)
}

const GUARD: f32 = -7.25;

/// Checks every layout of one size: values, the error bound, that C is not read unless asked, and that nothing around it changes.
fn check(size: Size) {
    let Size { m, n, k } = size;
    let (a, b, bias) = (numbers(m * k, 1), numbers(k * n, 2), numbers(n, 3));
    let (at, bt) = (transpose(&a, m, k), transpose(&b, k, n));
    let mut scratch = vec![f32::NAN; scratch_len(size)];
    let stride = n + 3;
    for (a_view, b_view) in [
        (Matrix::new(&a, k), Matrix::new(&b, n)),
        (Matrix::new(&at, m).transposed(), Matrix::new(&b, n)),
        (Matrix::new(&a, k), Matrix::new(&bt, k).transposed()),
        (Matrix::new(&at, m).transposed(), Matrix::new(&bt, k).transposed()),
    ] {
        for accumulate in [false, true] {
            let start = if accumulate { 0.5 } else { f32::NAN };
            let mut c = vec![GUARD; m * stride + 4];
            for i in 0..m {
                c[i * stride..i * stride + n].fill(start);
            }
            let epilogue = Epilogue { accumulate, bias: (!accumulate).then_some(&bias), activation: None };
            gemm(size, a_view, b_view, &mut c, stride, epilogue, &mut scratch);
            for i in 0..m {
                for j in 0..n {
                    let (sum, exact, magnitude) = oracle(size, &a, &b, i, j, if accumulate { start } else { 0.0 });
                    let bias = if accumulate { 0.0 } else { bias[j] };
                    let got = c[i * stride + j];
                    let expected = if accumulate { sum } else { sum + bias };
                    assert_eq!(got.to_bits(), expected.to_bits(), "{size:?} at ({i}, {j})");
                    let bound = 2.0 * (k + 1) as f64 * f64::from(f32::EPSILON) * (magnitude + f64::from(bias.abs()));
                    assert!((f64::from(got) - exact - f64::from(bias)).abs() <= bound, "{size:?} at ({i}, {j})");
                }
                assert!(c[i * stride + n..(i + 1) * stride].iter().all(|x| *x == GUARD), "{size:?}: guard of row {i}");
            }
            assert!(c[m * stride..].iter().all(|x| *x == GUARD), "{size:?}: guard at the end");
        }
    }
}

#[test]
fn all_sizes_around_the_tile() {
    for m in 1..=2 * MR + 1 {
        for n in 1..=2 * NR + 1 {
            for k in [1, 2, 3, 4, 5, 7, 8, 9, 17] {
                check(Size { m, n, k });
            }
        }
    }
}

#[test]
fn multiples_of_the_tile_and_their_neighbours() {
    for factor in 3..=9 {
        for (m, n) in
            [(factor * MR, factor * NR), (factor * MR + 1, factor * NR - 1), (factor * MR - 1, factor * NR + 5)]
        {
            check(Size { m, n, k: 13 });
        }
    }
}

#[test]
fn sizes_around_the_blocks() {
    for k in [KC - 1, KC, KC + 1, 2 * KC + 3] {
        check(Size { m: 5, n: 11, k });
    }
    for n in [NC - 1, NC + 1, NC + 9] {
        check(Size { m: 6, n, k: 10 });
    }
    for m in [MC - 1, MC, MC + 1, 2 * MC + 5] {
        check(Size { m, n: 70, k: 130 });
        check(Size { m, n: 12, k: KC + 2 });
    }
}

#[test]
fn empty_products() {
    let mut c = [GUARD; 6];
    let empty = Matrix::new(&[], 0);
    let bias = [1.0, -2.0, 3.0];
    gemm(Size { m: 0, n: 3, k: 2 }, empty, Matrix::new(&[0.0; 6], 3), &mut c, 3, Epilogue::default(), &mut [0.0; 64]);
    assert_eq!(c, [GUARD; 6]);
    let relu = Activation::Relu {};
    let epilogue = Epilogue { bias: Some(&bias), activation: Some(&relu), ..Epilogue::default() };
    gemm(Size { m: 2, n: 3, k: 0 }, empty, empty, &mut c, 3, epilogue, &mut []);
    assert_eq!(c, [1.0, 0.0, 3.0, 1.0, 0.0, 3.0]);
}

#[test]
fn the_activation_follows_the_last_block_only() {
    let size = Size { m: 5, n: 9, k: KC + 40 };
    let (a, b, bias) = (numbers(size.m * size.k, 4), numbers(size.k * size.n, 5), numbers(size.n, 6));
    let run = |activation: Option<&Activation>| {
        let mut c = vec![f32::NAN; size.m * size.n];
        let epilogue = Epilogue { accumulate: false, bias: Some(&bias), activation };
        let mut scratch = vec![0.0; scratch_len(size)];
        gemm(size, Matrix::new(&a, size.k), Matrix::new(&b, size.n), &mut c, size.n, epilogue, &mut scratch);
        c
    };
    let plain = run(None);
    for activation in [Activation::Relu {}, Activation::Tanh {}, Activation::Sigmoid {}] {
        let mut expected = plain.clone();
        activation::forward_in_place(&activation, size.n, &mut expected);
        assert_eq!(run(Some(&activation)), expected, "{activation:?}");
    }
}

#[test]
fn nan_and_infinity_reach_only_their_row_and_column() {
    let (mut a, b) = (vec![1.0_f32; 6 * 4], vec![1.0_f32; 4 * 10]);
    a[4 * 2 + 1] = f32::NAN;
    a[4 * 3] = f32::INFINITY;
    let mut c = vec![0.0; 60];
    let size = Size { m: 6, n: 10, k: 4 };
    gemm(size, Matrix::new(&a, 4), Matrix::new(&b, 10), &mut c, 10, Epilogue::default(), &mut [0.0; 256]);
    assert!(c[20..30].iter().all(|x| x.is_nan()) && c[30..40].iter().all(|x| *x == f32::INFINITY));
    assert!(c[..20].iter().chain(&c[40..]).all(|x| *x == 4.0));
}

#[test]
fn denormal_products_are_right() {
    let tiny = f32::MIN_POSITIVE / 8.0;
    let mut c = [0.0; 1];
    let size = Size { m: 1, n: 1, k: 2 };
    gemm(
        size,
        Matrix::new(&[tiny, tiny], 2),
        Matrix::new(&[0.5, 1.0], 1),
        &mut c,
        1,
        Epilogue::default(),
        &mut [0.0; 64],
    );
    assert_eq!(c[0], tiny * 1.5);
}
