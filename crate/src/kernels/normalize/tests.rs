//! Both normalizations against their formulas in double precision, at every width.

use super::{batch, layer};
use crate::kernels::lines;
use crate::rng::{Purpose, Stream};

const EPSILON: f64 = 1e-3;

fn numbers(n: usize, key: u64, center: f64) -> Vec<f32> {
    let mut words = Stream::new(17, Purpose::Initialize, n as u32, key).words();
    (0..n).map(|_| (center + words.uniform() * 4.0 - 2.0) as f32).collect()
}

fn close(got: &[f32], expected: &[f64], bar: f64, what: &str) {
    assert_eq!(got.len(), expected.len());
    for (i, (&got, &expected)) in got.iter().zip(expected).enumerate() {
        assert!((f64::from(got) - expected).abs() <= bar * (1.0 + expected.abs()), "{what} {i}: {got} {expected}");
    }
}

/// The group's mean and inverse deviation.
fn moments(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    (mean, 1.0 / (variance + EPSILON).sqrt())
}

/// x̂, and the gradient of x for the gradient `g` of x̂.
fn normalize(x: &[f64], g: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let n = x.len() as f64;
    let (mean, inverse) = moments(x);
    let hat: Vec<f64> = x.iter().map(|x| (x - mean) * inverse).collect();
    let shift = g.iter().sum::<f64>() / n;
    let slope = g.iter().zip(&hat).map(|(g, hat)| g * hat).sum::<f64>() / n;
    let dx = g.iter().zip(&hat).map(|(g, hat)| inverse * (g - shift - hat * slope)).collect();
    (hat, dx)
}

/// What both kernels have to give for x, gamma, beta, dy: y, dx, dgamma, dbeta. `group` names the group of an element.
fn oracle(width: usize, group: impl Fn(usize) -> usize, [x, gamma, beta, dy]: [&[f32]; 4]) -> [Vec<f64>; 4] {
    let wide = |x: &[f32]| x.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
    let [x, gamma, beta, dy] = [x, gamma, beta, dy].map(wide);
    let mut result = [vec![0.0; x.len()], vec![0.0; x.len()], vec![0.0; width], vec![0.0; width]];
    for key in 0..x.len() {
        let members: Vec<usize> = (0..x.len()).filter(|&i| group(i) == key).collect();
        if members.is_empty() {
            continue;
        }
        let own: Vec<f64> = members.iter().map(|&i| x[i]).collect();
        let g: Vec<f64> = members.iter().map(|&i| dy[i] * gamma[i % width]).collect();
        let (hat, dx) = normalize(&own, &g);
        for (k, &i) in members.iter().enumerate() {
            let j = i % width;
            result[0][i] = hat[k] * gamma[j] + beta[j];
            result[1][i] = dx[k];
            result[2][j] += dy[i] * hat[k];
            result[3][j] += dy[i];
        }
    }
    result
}

/// A line of these numbers; or room for a line when there are none.
fn line(width: usize, values: &[f32]) -> Vec<f32> {
    let mut line = vec![7.0; lines::len(width)];
    if !values.is_empty() {
        lines::set(&mut line, values);
    }
    line
}

#[test]
fn batch_agrees_with_the_formula() {
    for rows in [1, 2, 3, 33, 70] {
        for width in 1..=17 {
            let n = rows * width;
            let (x, dy) = (numbers(n, 1, 3.0), numbers(n, 2, 0.5));
            let (gamma, beta) = (numbers(width, 3, 1.0), numbers(width, 4, 0.0));
            let expected = oracle(width, |i| i % width, [&x, &gamma, &beta, &dy]);
            let [mut mean, mut variance, mut part, mut zeros, mut dbeta, mut dgamma] =
                std::array::from_fn(|_| line(width, &[]));
            let (mut factor, beta) = (line(width, &gamma), line(width, &beta));
            let (mut y, mut dx) = (vec![0.0; n], vec![0.0; n]);
            batch::moments(width, &x, [&mut mean, &mut variance, &mut part]);
            batch::divide(&mut factor, &variance, EPSILON);
            batch::forward(width, &x, [&mean, &factor, &beta], &mut y);
            let what = format!("{rows}×{width}");
            close(&y, &expected[0], 1e-5, &what);
            let sums = [&mut dbeta[..], &mut dgamma, &mut part, &mut zeros];
            batch::parameter_gradients(width, [&x, &dy], [&mean, &variance], EPSILON, sums);
            close(&dgamma[..width], &expected[2], 1e-4, &what);
            close(&dbeta[..width], &expected[3], 1e-5, &what);
            // The largest terms are about 1 / √ε of what is left of them in batches of two.
            batch::slopes(rows, &variance, EPSILON, [&mut dbeta, &mut dgamma]);
            batch::backward(width, [&x, &dy], [&mean, &factor, &dbeta, &dgamma], &mut dx, false);
            close(&dx, &expected[1], 1e-4, &what);
            let twice: Vec<f64> = expected[1].iter().map(|dx| 2.0 * dx).collect();
            batch::backward(width, [&x, &dy], [&mean, &factor, &dbeta, &dgamma], &mut dx, true);
            close(&dx, &twice, 2e-4, &what);
        }
    }
}

#[test]
fn layer_agrees_with_the_formula() {
    for rows in [1, 2, 5, 70] {
        for width in 1..=17 {
            let n = rows * width;
            let (x, dy) = (numbers(n, 1, 3.0), numbers(n, 2, 0.5));
            let (gamma, beta) = (numbers(width, 3, 1.0), numbers(width, 4, 0.0));
            let expected = oracle(width, |i| i / width, [&x, &gamma, &beta, &dy]);
            let [mut dbeta, mut dgamma, mut part] = std::array::from_fn(|_| line(width, &[]));
            let (gamma, beta) = (line(width, &gamma), line(width, &beta));
            let (mut y, mut dx, mut saved) = (vec![0.0; n], vec![1.0; n], vec![0.0; layer::SAVED * rows]);
            layer::forward(width, &x, EPSILON, [&gamma, &beta], &mut y, &mut saved);
            let what = format!("{rows}×{width}");
            close(&y, &expected[0], 1e-5, &what);
            layer::parameter_gradients(width, [&x, &dy], &saved, [&mut dbeta, &mut dgamma, &mut part]);
            close(&dgamma[..width], &expected[2], 1e-4, &what);
            close(&dbeta[..width], &expected[3], 1e-5, &what);
            layer::backward(width, [&x, &dy], &saved, &gamma, &mut dx, true);
            let added: Vec<f64> = expected[1].iter().map(|dx| dx + 1.0).collect();
            close(&dx, &added, 1e-4, &what);
        }
    }
}

#[test]
fn statistics_of_many_rows_far_from_zero() {
    for rows in [1000, 1_000_000] {
        let x = numbers(rows, 9, 1000.0);
        let [mut mean, mut variance, mut part] = std::array::from_fn(|_| line(1, &[]));
        batch::moments(1, &x, [&mut mean, &mut variance, &mut part]);
        let n = rows as f64;
        let exact = x.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
        let spread = x.iter().map(|&x| (f64::from(x) - exact).powi(2)).sum::<f64>() / n;
        assert!((f64::from(mean[0]) - exact).abs() < 1e-6 * exact, "{rows}: mean {} {exact}", mean[0]);
        assert!((f64::from(variance[0]) - spread).abs() < 1e-5 * spread, "{rows}: variance {} {spread}", variance[0]);
    }
}

#[test]
fn a_constant_column_becomes_beta_even_without_epsilon() {
    let x = [2.5; 6];
    let [mut mean, mut variance, mut part] = std::array::from_fn(|_| line(2, &[]));
    let (mut ones, beta) = (line(2, &[1.0; 2]), line(2, &[0.5; 2]));
    let mut y = [0.0; 6];
    layer::forward(2, &x, 0.0, [&ones, &beta], &mut y, &mut [0.0; 6]);
    assert_eq!(y, [0.5; 6]);
    batch::moments(2, &x, [&mut mean, &mut variance, &mut part]);
    batch::divide(&mut ones, &variance, 0.0);
    batch::forward(2, &x, [&mean, &ones, &beta], &mut y);
    assert_eq!(y, [0.5; 6]);
}

#[test]
fn a_running_average_moves_by_its_momentum() {
    let mut running = vec![1.0; 5];
    batch::average(0.9, &mut running, &[2.0, 1.0, 0.0, -1.0, 11.0, 99.0]);
    close(&running, &[1.1, 1.0, 0.9, 0.8, 2.0], 1e-7, "running");
}
