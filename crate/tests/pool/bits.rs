//! Kernels and whole trainings, with one thread and with several, compared bit by bit. Sizes are such that the work is cut.

#[path = "../common/mod.rs"]
mod common;

use ravine::kernels::activation::{self, Activation};
use ravine::kernels::dropout::dropout;
use ravine::kernels::gather::gather;
use ravine::kernels::gemm::{Epilogue, Matrix, Size, gemm, scratch_len};
use ravine::kernels::lines;
use ravine::kernels::maxout;
use ravine::kernels::noise::add_normal;
use ravine::kernels::prelu;
use ravine::kernels::random::bernoulli;
use ravine::kernels::reduce;
use ravine::kernels::update::clip;
use ravine::nn::network::Network;
use ravine::nn::penalty::Penalty;
use ravine::nn::run::Run;
use ravine::optim::rule::Optimizer;
use ravine::optim::step::{Progress, State};
use ravine::pool;
use ravine::rng::{Purpose, Stream};
use ravine::spec::read_all;

use self::common::{Compile, Layer, Model, dataset, loss, member, optimizer, variants};
use super::shared;

fn numbers(count: usize, salt: u32) -> Vec<f32> {
    let mut words = Stream::new(5, Purpose::Noise, salt, 0).words();
    (0..count).map(|_| (words.uniform() * 4.0 - 2.0) as f32).collect()
}

/// Checks that `work` gives the same bits on one thread and on two to four.
fn same(name: &str, work: impl Fn() -> Vec<f32>) {
    let bits = |x: Vec<f32>| x.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    let alone = bits(work());
    for partners in 1..=3 {
        shared(partners, |_| {
            for _ in 0..3 {
                assert!(bits(work()) == alone, "{name} with {partners} partners");
            }
        });
    }
}

#[test]
fn products() {
    let relu = Activation::Relu {};
    let tanh = Activation::Tanh {};
    for (m, n, k) in [
        (128, 128, 784),
        (784, 128, 128),
        (130, 70, 301),
        (32, 512, 784),
        (1024, 10, 128),
        (70, 9, 700),
        (5, 4000, 300),
    ] {
        let size = Size { m, n, k };
        let (a, b, bias) = (numbers(m * k, 1), numbers(k * n, 2), numbers(n, 3));
        let a_views = [Matrix::new(&a, k), Matrix::new(&a, m).transposed()];
        let b_views = [Matrix::new(&b, n), Matrix::new(&b, k).transposed()];
        for (i, (a, b)) in a_views.iter().flat_map(|a| b_views.iter().map(move |b| (*a, *b))).enumerate() {
            for epilogue in [
                Epilogue { accumulate: true, ..Epilogue::default() },
                Epilogue {
                    bias: Some(&bias),
                    activation: Some(if i % 2 == 0 { &relu } else { &tanh }),
                    accumulate: false,
                },
            ] {
                same(&format!("{size:?}, layout {i}"), || {
                    // A distance between rows wider than they are: pieces must not touch what lies between.
                    let mut c = vec![0.25; m * (n + 5)];
                    gemm(size, a, b, &mut c, n + 5, epilogue, &mut vec![0.0; scratch_len(size)]);
                    assert!(c.chunks(n + 5).all(|row| row[n..] == [0.25; 5]));
                    c
                });
            }
        }
    }
}

#[test]
fn activations() {
    let (x, dy) = (numbers(40_003, 4), numbers(40_003, 5));
    for entry in Activation::TABLE {
        let f = read_all(&member(Activation::TABLE, entry.name, &[]), Activation::read).unwrap();
        // Rows of 29 do not fit in pieces of any round number of elements.
        let columns = if f.is_row_wise() { 29 } else { 1 };
        let length = x.len() / columns * columns;
        let (x, dy) = (&x[..length], &dy[..length]);
        same(entry.name, || {
            let mut all = vec![0.0; length];
            activation::forward(&f, columns, x, &mut all);
            let saved = if f.needs_input() { x.to_vec() } else { all.clone() };
            let mut gradient = dy.to_vec();
            activation::backward_in_place(&f, columns, &saved, &mut gradient);
            let mut sum = vec![0.5; length];
            activation::backward(&f, columns, &saved, dy, &mut sum, true);
            [all, gradient, sum].concat()
        });
    }
}

#[test]
fn passes_over_memory() {
    let x = numbers(100_003, 6);
    let stream = Stream::new(9, Purpose::Dropout, 2, 3);
    let made = |make: &dyn Fn(&mut [f32])| {
        let mut out = x.clone();
        make(&mut out);
        out
    };
    same("dropout", || made(&|out| dropout(&stream, 0.3, &x, out, true)));
    same("noise", || made(&|out| add_normal(&stream, 0.3, &x, out)));
    same("bernoulli", || made(&|out| bernoulli(&stream, out)));
    same("add", || made(&|out| reduce::add(&x, out, true)));
    same("copy", || made(&|out| reduce::add(&x, out, false)));
    same("clamp", || made(&|out| clip::clamp(out, 0.5)));
    same("scale", || made(&|out| clip::scale(out, 0.3)));
    same("penalty", || made(&|out| Penalty { l1: 0.1, l2: 0.2 }.add_gradient(&x, 0.5, out)));
    for pieces in [2, 3] {
        let groups = x.len() / pieces;
        let (x, dy) = (&x[..groups * pieces], &x[..groups]);
        same("maxout", || {
            let (mut y, mut dx) = (vec![0.0; groups], vec![0.5; groups * pieces]);
            maxout::forward(pieces, x, &mut y);
            maxout::backward(pieces, x, &y, dy, &mut dx, true);
            [y, dx].concat()
        });
    }
    for width in [1, 7, 128, 1000] {
        let whole = x.len() / width * width;
        let mut alpha = vec![0.0; lines::len(width)];
        lines::set(&mut alpha, &numbers(width, 7));
        same("prelu", || {
            let (mut y, mut dx) = (vec![0.0; whole], vec![0.5; whole]);
            prelu::forward(width, &alpha, &x[..whole], &mut y);
            prelu::backward(width, &alpha, &x[..whole], &y, &mut dx, true);
            [y, dx].concat()
        });
        let rows = x.len() / width;
        let order: Vec<u32> = (0..rows as u32).rev().collect();
        same("gather", || made(&|out| gather(&x, width, &order, &mut out[..rows * width])));
        let x = &x[..rows * width];
        same("column sums", || {
            let mut out = vec![0.5; width];
            reduce::column_sums(x, &mut out, width % 2 == 0);
            out
        });
    }
}

#[test]
fn updates() {
    let gradients: Vec<Vec<f32>> = (0..3).map(|salt| numbers(70_001, 10 + salt)).collect();
    for entry in Optimizer::TABLE {
        for settings in variants(entry) {
            let rule = read_all(&optimizer(entry.name, &settings), Optimizer::read).unwrap();
            same(entry.name, || {
                let mut progress = Progress { iterations: 30, ..Progress::default() };
                let (mut p, mut slots) = (numbers(70_001, 20), vec![vec![0.1_f32; 70_001]; rule.slots()]);
                for gradient in &gradients {
                    let step = rule.advance(&mut progress, 0.01);
                    let mut state = State::default();
                    for (slot, array) in state.slots.iter_mut().zip(&mut slots) {
                        *slot = array;
                    }
                    step.apply(0.5, &mut p, gradient, &mut state);
                }
                slots.into_iter().fold(p, |all, slot| [all, slot].concat())
            });
        }
    }
}

/// A network whose products, activations, masks and updates are all large enough to be shared.
fn network() -> Network {
    let model = Model::chain(
        300,
        vec![
            Layer::dense(160, "gelu"),
            Layer::new("dropout", &[("rate", 0.2)]),
            Layer::dense(200, "relu"),
            Layer::dense(40, "softmax"),
        ],
    );
    let loss = Compile::new(loss("sparseCategoricalCrossentropy"));
    model.compiled(&Compile { optimizer: optimizer("adam", &[]), clip_norm: 1.0, ..loss })
}

#[test]
fn trainings() {
    let labels: Vec<f32> = (0..300).map(|i| (i * 7 % 40) as f32).collect();
    let data = dataset(300, &[numbers(300 * 300, 30)], &[labels], &[]);
    same("a training", || {
        let mut network = network();
        let mut all = Vec::new();
        for epoch in 0..2 {
            let mut run = Run::new(&mut network, &data, 128, true, Some(epoch)).unwrap();
            assert_eq!(run.advance(&mut network, &data, 10, epoch), Ok(3));
            all.extend(run.logs().into_iter().map(|x| x as f32));
        }
        (0..).map_while(|i| network.parameter(i)).for_each(|values| all.extend(values));
        all
    });
}

#[test]
fn a_batch_in_which_a_partner_fails_changes_no_weights() {
    let data = dataset(300, &[numbers(300 * 300, 30)], &[vec![1.0; 300]], &[]);
    shared(1, |pool| {
        let mut network = network();
        let before: Vec<Vec<f32>> = (0..).map_while(|i| network.parameter(i).map(<[f32]>::to_vec)).collect();
        let mut run = Run::new(&mut network, &data, 128, true, None).unwrap();
        pool.lose();
        assert_eq!(run.advance(&mut network, &data, 10, 0), Ok(0));
        assert!(pool::lost());
        for (i, values) in before.iter().enumerate() {
            assert_eq!(network.parameter(i).unwrap(), values);
        }
    });
}
