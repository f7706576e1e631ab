//! Rows of every width and spread against double precision.

use super::*;
use crate::kernels::math::ulp::ulps;

/// Random numbers between −1 and 1.
struct Source(u64);

impl Source {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 40) as f32 / 8_388_608.0) - 1.0
    }

    fn numbers(&mut self, count: usize, spread: f32) -> Vec<f32> {
        (0..count).map(|_| self.next() * spread).collect()
    }
}

const BOTH: [Rows; 2] = [Rows::Softmax, Rows::LogSoftmax];

fn applied(rows: Rows, columns: usize, x: &[f32]) -> Vec<f32> {
    let mut y = x.to_vec();
    rows.forward(columns, &mut y);
    y
}

/// A row's softmax or its logarithm in double precision.
fn exact(rows: Rows, row: &[f32]) -> Vec<f64> {
    let top = f64::from(row.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    let first = row.iter().position(|&x| f64::from(x) == top).expect("a row has a greatest element");
    let others: f64 = (0..row.len()).filter(|&j| j != first).map(|j| libm::exp(f64::from(row[j]) - top)).sum();
    let log = libm::log1p(others);
    row.iter()
        .map(|&x| match rows {
            Rows::Softmax => libm::exp(f64::from(x) - top) / (1.0 + others),
            Rows::LogSoftmax => f64::from(x) - top - log,
        })
        .collect()
}

#[test]
fn errors_are_within_the_stated_bounds() {
    let mut source = Source(1);
    for columns in (1..=2 * NARROW + 3).chain([64, 100, 257, 1000]) {
        let n = columns as f64;
        for (spread, rows) in [0.1, 1.0, 10.0, 30.0, 100.0, 1000.0, 1e30].into_iter().flat_map(|s| BOTH.map(|r| (s, r)))
        {
            let x = source.numbers(columns * (2000 / columns).clamp(2, 200), spread);
            let bound = match rows {
                Rows::Softmax => n / 4.0 + 5.0,
                Rows::LogSoftmax => n / 4.0 + 4.0,
            };
            for (x, y) in x.chunks(columns).zip(applied(rows, columns, &x).chunks(columns)) {
                for (y, exact) in y.iter().zip(exact(rows, x)) {
                    let error = ulps(*y, exact);
                    assert!(error <= bound, "{rows:?} of {columns}, spread {spread}: {error} ULP in {x:?}");
                }
            }
        }
    }
}

#[test]
fn a_row_is_the_same_wherever_it_stands() {
    let mut source = Source(2);
    for columns in [1, 2, 3, 4, 5, 10, NARROW, NARROW + 1, 33] {
        for rows in BOTH {
            let (x, g) = (source.numbers(9 * columns, 5.0), source.numbers(9 * columns, 1.0));
            let y = applied(rows, columns, &x);
            let mut back = g.clone();
            rows.backward_in_place(columns, &y, &mut back);
            for count in 0..9 {
                for first in 0..=9 - count {
                    let part = first * columns..(first + count) * columns;
                    assert_eq!(applied(rows, columns, &x[part.clone()]), y[part.clone()]);
                    let mut alone = g[part.clone()].to_vec();
                    rows.backward_in_place(columns, &y[part.clone()], &mut alone);
                    assert_eq!(alone, back[part]);
                }
            }
        }
    }
}

#[test]
fn special_rows() {
    let (inf, nan) = (f32::INFINITY, f32::NAN);
    for columns in [3, 20] {
        let row = |start: [f32; 3]| {
            let mut row = vec![start[0]; columns];
            row[columns - 3..].copy_from_slice(&start);
            row
        };
        let y = applied(Rows::Softmax, columns, &row([-inf, 0.0, 1.0]));
        assert!(y[..columns - 2].iter().all(|&y| y == 0.0));
        assert!((y[columns - 1] - 0.731_058_6).abs() < 1e-6 && (y[columns - 2] - 0.268_941_43).abs() < 1e-6);
        let log = applied(Rows::LogSoftmax, columns, &row([-inf, 0.0, 1.0]));
        assert!(log[0] == -inf && (log[columns - 1] + 0.313_261_7).abs() < 1e-6);
        assert_eq!(applied(Rows::Softmax, columns, &row([-1000.0, 0.0, 1000.0]))[columns - 3..], [0.0, 0.0, 1.0]);
        assert_eq!(applied(Rows::LogSoftmax, columns, &row([-1e38, 0.0, 3e38]))[columns - 1], 0.0);
        for start in [[-inf; 3], [inf, 0.0, 1.0], [0.0, nan, 1.0], [nan, -inf, inf], [1.0, 0.0, nan]] {
            for rows in BOTH {
                assert!(applied(rows, columns, &row(start)).iter().all(|y| y.is_nan()), "{rows:?} of {start:?}");
            }
        }
    }
    // A confident row keeps its digits: torch's float32 gives 0 here.
    let log = applied(Rows::LogSoftmax, 2, &[30.0, 0.0]);
    assert!(ulps(log[0], -libm::log1p(libm::exp(-30.0))) < 5.0, "{log:?}");
}

#[test]
fn gradients_are_those_of_finite_differences() {
    let mut source = Source(3);
    for columns in [1, 2, 3, 10, NARROW, NARROW + 1, 23, 600] {
        for rows in BOTH {
            let (x, g) = (source.numbers(columns, 2.0), source.numbers(columns, 1.0));
            let y = applied(rows, columns, &x);
            let mut back = g.clone();
            rows.backward_in_place(columns, &y, &mut back);
            // In double precision, from the formula: Σₖ gₖ ∂yₖ/∂xⱼ.
            let p = exact(Rows::Softmax, &x);
            let total: f64 = match rows {
                Rows::Softmax => p.iter().zip(&g).map(|(p, &g)| p * f64::from(g)).sum(),
                Rows::LogSoftmax => g.iter().map(|&g| f64::from(g)).sum(),
            };
            for j in 0..columns {
                let expected = match rows {
                    Rows::Softmax => p[j] * (f64::from(g[j]) - total),
                    Rows::LogSoftmax => f64::from(g[j]) - p[j] * total,
                };
                assert!(
                    (f64::from(back[j]) - expected).abs() < 2e-6,
                    "{rows:?} of {columns}: {} is not {expected}",
                    back[j]
                );
                if columns <= 23 {
                    let loss = |step: f64| {
                        let row: Vec<f64> =
                            (0..columns).map(|k| f64::from(x[k]) + if k == j { step } else { 0.0 }).collect();
                        let sum: f64 = row.iter().map(|&x| libm::exp(x)).sum();
                        let y = row.iter().map(|&x| match rows {
                            Rows::Softmax => libm::exp(x) / sum,
                            Rows::LogSoftmax => x - libm::log(sum),
                        });
                        y.zip(&g).map(|(y, &g)| y * f64::from(g)).sum::<f64>()
                    };
                    let difference = (loss(1e-6) - loss(-1e-6)) / 2e-6;
                    assert!((difference - expected).abs() < 1e-8, "{rows:?} of {columns}: the formula is wrong");
                }
            }
        }
    }
}

#[test]
fn backward_writes_or_adds() {
    let mut source = Source(4);
    for columns in [1, 2, 10, NARROW, NARROW + 1, 150, 700] {
        for rows in BOTH {
            let length = columns * (1500 / columns);
            let y = applied(rows, columns, &source.numbers(length, 3.0));
            let (g, before) = (source.numbers(length, 1.0), source.numbers(length, 1.0));
            let mut expected = g.clone();
            rows.backward_in_place(columns, &y, &mut expected);
            let (mut written, mut added) = (before.clone(), before.clone());
            rows.backward(columns, &y, &g, &mut written, false);
            rows.backward(columns, &y, &g, &mut added, true);
            assert_eq!(written, expected);
            assert!(added.iter().zip(&before).zip(&expected).all(|((a, b), e)| *a == b + e), "{rows:?} of {columns}");
        }
    }
}

#[test]
#[should_panic(expected = "whole rows")]
fn rows_must_be_whole() {
    Rows::Softmax.forward(3, &mut [0.0; 7]);
}
