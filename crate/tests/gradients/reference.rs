//! A network in double precision, written as its formulas read: the forward pass only. It shares nothing with the engine but random words.

use super::common::{Head, Layer, Model, cosine};
use super::oracle::row_loss;
use ravine::kernels::activation::Activation;
use ravine::kernels::loss::Loss;
use ravine::nn::layer::ParameterName;
use ravine::nn::network::Network;
use ravine::rng::{Purpose, Stream};
use ravine::spec::read_all;

/// Inputs and labels in double precision.
pub(crate) struct Batch {
    pub rows: usize,
    pub inputs: Vec<Vec<f64>>,
    pub labels: Vec<Vec<f64>>,
    pub weights: Vec<Vec<f64>>,
    /// Whether all of an output's labels are 0 or 1.
    pub binary: Vec<bool>,
}

/// A model with what its passes depend on besides the parameters.
pub(crate) struct Reference<'a> {
    pub model: &'a Model,
    pub heads: &'a [Head],
    pub frozen: &'a [usize],
    /// The layer and the name of each parameter.
    pub names: Vec<(usize, ParameterName)>,
    /// Steps done.
    pub step: u64,
    /// Operations that each layer consists of: a layer's random numbers depend on how many come before.
    pub operations: Vec<usize>,
}

type Matrix = Vec<f64>;

impl<'a> Reference<'a> {
    pub(crate) fn new(model: &'a Model, heads: &'a [Head], frozen: &'a [usize], network: &Network) -> Self {
        let graph = network.graph();
        let names = graph.parameters.iter().map(|(layer, parameter)| (*layer, parameter.name)).collect();
        let operations = graph.layers.iter().map(|layer| layer.units.len()).collect();
        let step = network.training().expect("it is compiled").progress.iterations;
        Self { model, heads, frozen, names, step, operations }
    }

    fn parameter<'p>(&self, layer: usize, name: ParameterName, parameters: &'p [Matrix]) -> Option<&'p Matrix> {
        self.names.iter().position(|own| *own == (layer, name)).map(|i| &parameters[i])
    }

    /// The total loss of a batch in training mode.
    pub(crate) fn loss(&self, parameters: &[Matrix], batch: &Batch) -> f64 {
        let (values, activities) = self.values(parameters, batch);
        let rows = batch.rows as f64;
        let mut total = activities / rows;
        for (i, head) in self.heads.iter().enumerate() {
            let output = &values[self.model.outputs[i]];
            let (columns, labels) = (output.len() / batch.rows, batch.labels[i].len() / batch.rows);
            let pairs = output.chunks(columns).zip(batch.labels[i].chunks(labels)).zip(&batch.weights[i]);
            if head.host.is_some() {
                let row = |(p, t): (&[f64], &[f64])| -> f64 {
                    p.iter().zip(t.iter().cycle()).map(|(p, t)| (p - t) * (p - t)).sum()
                };
                total += head.weight * pairs.map(|(pair, _)| row(pair)).sum::<f64>() / rows;
                continue;
            }
            let loss = read_all(&head.loss, Loss::read).expect("the words name a loss");
            let sum: f64 = pairs.map(|((p, t), weight)| weight * row_loss(&loss, t, p, batch.binary[i])).sum();
            total += head.weight * sum / rows;
        }
        total + self.penalties(parameters)
    }

    fn penalties(&self, parameters: &[Matrix]) -> f64 {
        let penalty = |((layer, name), values): (&(usize, ParameterName), &Matrix)| {
            let layer = &self.model.layers[*layer];
            let rules = match name {
                ParameterName::Kernel | ParameterName::Alpha => &layer.kernel,
                ParameterName::Bias => &layer.bias,
                _ => return 0.0,
            };
            values.iter().map(|w| rules.l1 * w.abs() + rules.l2 * w * w).sum()
        };
        self.names.iter().zip(parameters).map(penalty).sum()
    }

    /// All values by their id, and the sum of the penalties on outputs of layers.
    fn values(&self, parameters: &[Matrix], batch: &Batch) -> (Vec<Matrix>, f64) {
        let (mut values, mut activities, mut operations) = (batch.inputs.clone(), 0.0, 0);
        for (layer, inputs) in &self.model.nodes {
            let inputs: Vec<&Matrix> = inputs.iter().map(|&i| &values[i]).collect();
            let value = self.layer(*layer, &inputs, batch.rows, operations, parameters);
            let [l1, l2] = self.model.layers[*layer].activity;
            activities += value.iter().map(|y| l1 * y.abs() + l2 * y * y).sum::<f64>();
            operations += self.operations[*layer];
            values.push(value);
        }
        (values, activities)
    }

    fn layer(&self, index: usize, inputs: &[&Matrix], rows: usize, stream: usize, parameters: &[Matrix]) -> Matrix {
        let layer = &self.model.layers[index];
        let get = |name| self.parameter(index, name, parameters);
        let x = inputs[0];
        let width = x.len() / rows;
        let stream = |purpose| Stream::new(u64::from(self.model.seed), purpose, stream as u32, self.step);
        match layer.kind {
            "dense" => {
                let y = product(x, rows, get(ParameterName::Kernel).expect("it has one"), get(ParameterName::Bias));
                activate(&layer.activation, y, layer.setting("units") as usize)
            }
            "tiedDense" => {
                let [owner, units] = layer.tied;
                let kernel = self.parameter(owner, ParameterName::Kernel, parameters).expect("the owner has one");
                let bias = get(ParameterName::Bias);
                let sum = |row: &[f64], unit: usize| {
                    let weights = &kernel[unit * width..][..width];
                    row.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() + bias.map_or(0.0, |bias| bias[unit])
                };
                let y = x.chunks(width).flat_map(|row| (0..units).map(move |unit| sum(row, unit))).collect();
                activate(&layer.activation, y, units)
            }
            "activation" => activate(&layer.activation, x.clone(), width),
            "prelu" => {
                let alpha = get(ParameterName::Alpha).expect("it has one");
                x.iter().enumerate().map(|(i, &x)| if x > 0.0 { x } else { alpha[i % width] * x }).collect()
            }
            "maxout" => {
                let y = product(x, rows, get(ParameterName::Kernel).expect("it has one"), get(ParameterName::Bias));
                let largest = |pieces: &[f64]| pieces.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                y.chunks(layer.setting("pieces") as usize).map(largest).collect()
            }
            "dropout" => {
                let rate = layer.setting("rate");
                let dropped = |i: usize| unit(&stream(Purpose::Dropout), i) < rate;
                x.iter().enumerate().map(|(i, x)| if dropped(i) { 0.0 } else { x / (1.0 - rate) }).collect()
            }
            "gaussianNoise" => {
                let normal = |i: usize| normal(&stream(Purpose::Noise), i);
                x.iter().enumerate().map(|(i, x)| x + layer.setting("standardDeviation") * normal(i)).collect()
            }
            "batchNormalization" => {
                let running = [ParameterName::MovingMean, ParameterName::MovingVariance].map(|name| get(name).unwrap());
                let moments = |i: usize| {
                    if self.frozen.contains(&index) {
                        running.map(|values| values[i % width])
                    } else {
                        moments(x.iter().skip(i % width).step_by(width))
                    }
                };
                normalize(layer, x, width, [get(ParameterName::Gamma), get(ParameterName::Beta)], moments)
            }
            "layerNormalization" => {
                let moments = |i: usize| moments(x[i / width * width..][..width].iter());
                normalize(layer, x, width, [get(ParameterName::Gamma), get(ParameterName::Beta)], moments)
            }
            "concatenate" => {
                let row = |row: usize| inputs.iter().flat_map(move |x| x.chunks(x.len() / rows).nth(row).unwrap());
                (0..rows).flat_map(row).copied().collect()
            }
            "add" => (0..x.len()).map(|i| inputs.iter().map(|x| x[i]).sum()).collect(),
            "slice" => {
                let (start, count) = (layer.setting("start") as usize, layer.setting("width") as usize);
                x.chunks(width).flat_map(|row| row[start..start + count].iter().copied()).collect()
            }
            "lambda" => {
                let units = if layer.setting("units") == 0.0 { width } else { layer.setting("units") as usize };
                let element =
                    |row: &[f64], j: usize| row.iter().enumerate().map(|(k, x)| cosine(j + k) * x.sin()).sum();
                x.chunks(width).flat_map(|row| (0..units).map(move |j| element(row, j))).collect()
            }
            other => panic!("the reference has no {other}: add it here, and a row to `layers::MODELS`"),
        }
    }
}

/// `x·W + b`.
fn product(x: &[f64], rows: usize, kernel: &[f64], bias: Option<&Matrix>) -> Matrix {
    let width = x.len() / rows;
    let units = kernel.len() / width;
    let element = |i: usize| {
        let (row, unit) = (i / units, i % units);
        let terms = (0..width).map(|k| x[row * width + k] * kernel[k * units + unit]);
        terms.sum::<f64>() + bias.map_or(0.0, |bias| bias[unit])
    };
    (0..rows * units).map(element).collect()
}

/// Mean and biased variance.
fn moments<'x>(x: impl Iterator<Item = &'x f64> + Clone) -> [f64; 2] {
    let n = x.clone().count() as f64;
    let mean = x.clone().sum::<f64>() / n;
    [mean, x.map(|x| (x - mean) * (x - mean)).sum::<f64>() / n]
}

fn normalize(
    layer: &Layer,
    x: &[f64],
    width: usize,
    [gamma, beta]: [Option<&Matrix>; 2],
    moments: impl Fn(usize) -> [f64; 2],
) -> Matrix {
    let element = |(i, x): (usize, &f64)| {
        let [mean, variance] = moments(i);
        let hat = (x - mean) / (variance + layer.setting("epsilon")).sqrt();
        gamma.map_or(1.0, |gamma| gamma[i % width]) * hat + beta.map_or(0.0, |beta| beta[i % width])
    };
    x.iter().enumerate().map(element).collect()
}

/// The word at a position as a number below 1.
fn unit(stream: &Stream, i: usize) -> f64 {
    f64::from(stream.block(i as u32 / 4)[i % 4]) / 4_294_967_296.0
}

/// Box and Muller's normal number at a position: pairs of words make pairs of numbers.
fn normal(stream: &Stream, i: usize) -> f64 {
    let (radius, turn) = (unit(stream, i & !1), unit(stream, i | 1));
    let radius = (-2.0 * (radius + 0.5 / 4_294_967_296.0).ln()).sqrt();
    let angle = 2.0 * std::f64::consts::PI * turn;
    radius * if i.is_multiple_of(2) { angle.cos() } else { angle.sin() }
}

fn activate(words: &[f64], mut x: Matrix, columns: usize) -> Matrix {
    let name = Activation::TABLE[words[0] as usize].name;
    let setting = words.get(1).copied().unwrap_or_default();
    let log_softmax = |row: &[f64]| {
        let sum = row.iter().map(|x| x.exp()).sum::<f64>().ln();
        row.iter().map(|x| x - sum).collect::<Vec<_>>()
    };
    match name {
        "softmax" => x.chunks(columns).flat_map(log_softmax).map(f64::exp).collect(),
        "logSoftmax" => x.chunks(columns).flat_map(log_softmax).collect(),
        _ => {
            for x in &mut x {
                *x = element(name, setting, *x);
            }
            x
        }
    }
}

/// An element-wise activation of one setting at most.
fn element(name: &str, setting: f64, x: f64) -> f64 {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let softplus = |x: f64| x.exp().ln_1p();
    match name {
        "linear" => x,
        "sigmoid" => sigmoid(x),
        "tanh" => x.tanh(),
        "relu" => x.max(0.0),
        "leakyRelu" => x.max(0.0) + setting * x.min(0.0),
        "elu" => x.max(0.0) + setting * x.min(0.0).exp_m1(),
        "selu" => 1.050_700_987_355_480_5 * (x.max(0.0) + 1.673_263_242_354_377_2 * x.min(0.0).exp_m1()),
        "celu" => x.max(0.0) + setting * (x.min(0.0) / setting).exp_m1(),
        "gelu" if setting == 0.0 => 0.5 * x * (1.0 + libm::erf(x / std::f64::consts::SQRT_2)),
        "gelu" => 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh()),
        "silu" => x * sigmoid(x),
        "mish" => x * softplus(x).tanh(),
        "softplus" => softplus(x),
        "softsign" => x / (1.0 + x.abs()),
        "hardSigmoid" => (x / 6.0 + 0.5).clamp(0.0, 1.0),
        "hardSilu" => x * (x / 6.0 + 0.5).clamp(0.0, 1.0),
        "hardTanh" => x.clamp(-1.0, 1.0),
        "relu6" => x.clamp(0.0, 6.0),
        "exponential" => x.exp(),
        "logSigmoid" => sigmoid(x).ln(),
        other => panic!("the reference has no {other}: add it here"),
    }
}
