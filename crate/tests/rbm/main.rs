//! Boltzmann machines small enough to be summed over all their states.

#[path = "../common/mod.rs"]
mod common;
mod gradient;
mod inference;

use common::{Numbers, dataset};
use ravine::nn::dataset::Dataset;
use ravine::nn::rbm::Rbm;
use ravine::nn::rbm::inference::Question;

/// Visible and hidden units.
const V: usize = 4;
const H: usize = 3;

/// A machine in double precision, written out.
struct Exact {
    kernel: Vec<f64>,
    visible_bias: Vec<f64>,
    hidden_bias: Vec<f64>,
    gaussian: bool,
}

/// All states of `n` binary units.
fn states(n: usize) -> impl Iterator<Item = Vec<f64>> {
    (0..1_usize << n).map(move |bits| (0..n).map(|i| f64::from(u8::from(bits >> i & 1 == 1))).collect())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Exact {
    fn energy(&self, v: &[f64], h: &[f64]) -> f64 {
        let ground = if self.gaussian {
            v.iter().zip(&self.visible_bias).map(|(v, b)| 0.5 * (v - b) * (v - b)).sum()
        } else {
            -dot(v, &self.visible_bias)
        };
        let pairs: f64 = v.iter().zip(self.kernel.chunks(H)).map(|(v, row)| v * dot(row, h)).sum();
        ground - dot(h, &self.hidden_bias) - pairs
    }

    fn free_energy(&self, v: &[f64]) -> f64 {
        -states(H).map(|h| (-self.energy(v, &h)).exp()).sum::<f64>().ln()
    }

    /// p(h | v) by Bayes, for each state of h.
    fn hidden(&self, v: &[f64]) -> Vec<(Vec<f64>, f64)> {
        let free = self.free_energy(v);
        states(H).map(|h| (h.clone(), (free - self.energy(v, &h)).exp())).collect()
    }

    /// p(h = 1 | v) of each unit.
    fn hidden_means(&self, v: &[f64]) -> Vec<f64> {
        let mut means = vec![0.0; H];
        for (h, p) in self.hidden(v) {
            means.iter_mut().zip(h).for_each(|(mean, h)| *mean += p * h);
        }
        means
    }

    /// p(v) of each binary state.
    fn distribution(&self) -> Vec<(Vec<f64>, f64)> {
        let weights: Vec<(Vec<f64>, f64)> = states(V).map(|v| (v.clone(), (-self.free_energy(&v)).exp())).collect();
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        weights.into_iter().map(|(v, weight)| (v, weight / total)).collect()
    }

    /// p(v | h) of each binary state.
    fn visible(&self, h: &[f64]) -> Vec<(Vec<f64>, f64)> {
        let weights: Vec<(Vec<f64>, f64)> = states(V).map(|v| (v.clone(), (-self.energy(&v, h)).exp())).collect();
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        weights.into_iter().map(|(v, weight)| (v, weight / total)).collect()
    }
}

/// A machine with weights of some size, and the same in double precision.
fn machine(gaussian: bool, seed: u32) -> (Rbm, Exact) {
    let words = [V as f64, H as f64, f64::from(u8::from(gaussian)), f64::from(seed), 0.0];
    let mut machine = Rbm::read(&words).expect("the words are right");
    let mut numbers = Numbers::new(u64::from(seed));
    let lists: Vec<Vec<f32>> = [V * H, V, H].map(|len| numbers.list(len, -1.5, 1.5)).to_vec();
    for (i, list) in lists.iter().enumerate() {
        machine.parameter_mut(i).expect("there are three").copy_from_slice(list);
    }
    let [kernel, visible_bias, hidden_bias] =
        [0, 1, 2].map(|i| lists[i].iter().map(|x| f64::from(*x)).collect::<Vec<_>>());
    (machine, Exact { kernel, visible_bias, hidden_bias, gaussian })
}

fn rows(values: &[Vec<f64>]) -> Vec<f32> {
    values.iter().flatten().map(|x| *x as f32).collect()
}

/// The answers to a question about rows.
fn ask(machine: &mut Rbm, question: Question, values: &[Vec<f64>], width: usize) -> Vec<f32> {
    let labels = vec![0.0; values.len() * width];
    let mut data: Dataset = dataset(values.len(), &[rows(values)], &[labels], &[]);
    machine.answer(question, &mut data, values.len()).expect("the question suits");
    data.read_columns(data.labels[0]).to_vec()
}
