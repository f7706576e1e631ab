//! Models, compilations and data sets described as a user would, and the words they become.
#![allow(dead_code, reason = "each test program uses a part of it")]

use ravine::kernels::activation::Activation;
use ravine::kernels::loss::Loss;
use ravine::nn::constraint::Constraint;
use ravine::nn::dataset::Dataset;
use ravine::nn::host::{Answer, Call, Host, Task};
use ravine::nn::initializer::Initializer;
use ravine::nn::layers::Kind;
use ravine::nn::metric::Metric;
use ravine::nn::network::Network;
use ravine::optim::rule::Optimizer;
use ravine::rng::{Purpose, Sequence, Stream};
use ravine::spec::{Entry, Range};

/// The words of a member: its code, then its settings, by default those of the table.
pub(crate) fn member(table: &[Entry], name: &str, settings: &[(&str, f64)]) -> Vec<f64> {
    let code = table.iter().position(|entry| entry.name == name).unwrap_or_else(|| panic!("there is no {name}"));
    let known = |setting: &str| table[code].params.iter().any(|param| param.name == setting);
    assert!(settings.iter().all(|(setting, _)| known(setting)), "{name} lacks one of {settings:?}");
    let value = |param: &ravine::spec::Param| {
        settings.iter().find(|(setting, _)| *setting == param.name).map_or(param.default, |(_, value)| *value)
    };
    [code as f64].into_iter().chain(table[code].params.iter().map(value)).collect()
}

/// Every choice of settings worth a look: the defaults, then each setting at another value.
pub(crate) fn variants(entry: &Entry) -> Vec<Vec<(&'static str, f64)>> {
    let other = |param: &ravine::spec::Param| match param.range {
        Range::Flag => 1.0 - param.default,
        Range::Choice(_) => 1.0,
        Range::Unit => 0.1,
        Range::Finite => -0.3,
        _ => 0.4,
    };
    let single = entry.params.iter().map(|param| vec![(param.name, other(param))]);
    std::iter::once(Vec::new()).chain(single).collect()
}

pub(crate) fn activation(name: &str) -> Vec<f64> {
    member(Activation::TABLE, name, &[])
}

pub(crate) fn loss(name: &str) -> Vec<f64> {
    member(Loss::TABLE, name, &[])
}

pub(crate) fn optimizer(name: &str, settings: &[(&str, f64)]) -> Vec<f64> {
    member(Optimizer::TABLE, name, settings)
}

pub(crate) fn constraint(name: &str, settings: &[(&str, f64)]) -> Vec<f64> {
    member(Constraint::TABLE, name, settings)
}

/// A metric's words as `compile` takes them.
pub(crate) fn metric(name: &str) -> Vec<f64> {
    [vec![0.0], member(Metric::TABLE, name, &[])].concat()
}

/// A loss as a metric.
pub(crate) fn measured_loss(name: &str) -> Vec<f64> {
    [vec![1.0], loss(name)].concat()
}

/// A loss of the host's as a metric.
pub(crate) const MEASURED_HOST: &[f64] = &[2.0];

/// A host with one loss, `mean over rows Σ (p − t)²` with rows of labels repeated to the width of the output, and one layer,
/// `y_j = Σ_k cos(j + k) · sin(x_k)`.
pub(crate) struct Answers;

impl Host for Answers {
    fn run(&mut self, call: Call<'_>) -> Answer<f64> {
        let Call { task, part, rows, read: [a, b, c], write, .. } = call;
        match task {
            Task::Loss => {
                let (labels, columns) = (a.len() / rows, b.len() / rows);
                let error = |i: usize| f64::from(b[i]) - f64::from(a[i / columns * labels + i % columns % labels]);
                for (i, gradient) in write.iter_mut().enumerate() {
                    *gradient = (2.0 * error(i) / rows as f64) as f32;
                }
                Ok((0..b.len()).map(|i| error(i) * error(i)).sum::<f64>() / rows as f64)
            }
            Task::Forward => {
                let units = write.len() / rows;
                for (i, y) in write.iter_mut().enumerate() {
                    let terms = a[i / units * part..][..part].iter().enumerate();
                    *y = terms.map(|(k, x)| cosine(i % units + k) * f64::from(*x).sin()).sum::<f64>() as f32;
                }
                Ok(0.0)
            }
            Task::Backward => {
                let units = c.len() / rows;
                for (i, dx) in write.iter_mut().enumerate() {
                    let terms = c[i / part * units..][..units].iter().enumerate();
                    let sum: f64 = terms.map(|(j, dy)| cosine(j + i % part) * f64::from(*dy)).sum();
                    *dx = (sum * f64::from(a[i]).cos()) as f32;
                }
                Ok(0.0)
            }
        }
    }
}

/// The weights of the host's layer.
pub(crate) fn cosine(i: usize) -> f64 {
    (i as f64).cos()
}

/// What is said of a parameter.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) start: Vec<f64>,
    pub(crate) l1: f64,
    pub(crate) l2: f64,
    pub(crate) constraint: Vec<f64>,
}

impl Rules {
    pub(crate) fn new(initializer: &str, settings: &[(&str, f64)]) -> Self {
        let start = [member(Initializer::TABLE, initializer, settings), vec![0.0; 3]].concat();
        Self { start, l1: 0.0, l2: 0.0, constraint: vec![0.0] }
    }
}

/// A layer. What its kind does not have is ignored.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) kind: &'static str,
    pub(crate) settings: Vec<(&'static str, f64)>,
    pub(crate) activation: Vec<f64>,
    /// Of the kernel, or of prelu's alpha.
    pub(crate) kernel: Rules,
    pub(crate) bias: Rules,
    /// The output's l1 and l2.
    pub(crate) activity: [f64; 2],
    /// The layer whose kernel it uses, and its width.
    pub(crate) tied: [usize; 2],
}

impl Layer {
    pub(crate) fn new(kind: &'static str, settings: &[(&'static str, f64)]) -> Self {
        let kernel =
            if kind == "prelu" { Rules::new("constant", &[("value", 0.25)]) } else { Rules::new("glorotUniform", &[]) };
        // Not zeros: gradients are to be looked at where nothing is special.
        let bias = Rules::new("randomNormal", &[("standardDeviation", 0.3)]);
        let (settings, activation) = (settings.to_vec(), activation("linear"));
        Self { kind, settings, activation, kernel, bias, activity: [0.0; 2], tied: [0; 2] }
    }

    pub(crate) fn dense(units: usize, name: &str) -> Self {
        Self { activation: activation(name), ..Self::new("dense", &[("units", units as f64)]) }
    }

    /// A dense layer of so many units with the kernel of layer `owner`, transposed.
    pub(crate) fn tied(owner: usize, units: usize, name: &str) -> Self {
        Self { activation: activation(name), tied: [owner, units], ..Self::new("tiedDense", &[]) }
    }

    pub(crate) fn activation(words: Vec<f64>) -> Self {
        Self { activation: words, ..Self::new("activation", &[]) }
    }

    /// The value of a setting.
    pub(crate) fn setting(&self, name: &str) -> f64 {
        let words = member(Kind::TABLE, self.kind, &self.settings);
        let params = Kind::TABLE[words[0] as usize].params;
        words[1 + params.iter().position(|param| param.name == name).expect("the kind has such a setting")]
    }

    fn words(&self) -> Vec<f64> {
        let own = member(Kind::TABLE, self.kind, &self.settings);
        let Self { activation, kernel, bias, activity, .. } = self;
        let penalty = |rules: &Rules| vec![rules.l1, rules.l2];
        let nested = match self.kind {
            "dense" => vec![
                activation.clone(),
                kernel.start.clone(),
                bias.start.clone(),
                penalty(kernel),
                penalty(bias),
                activity.to_vec(),
                kernel.constraint.clone(),
                bias.constraint.clone(),
            ],
            "tiedDense" => vec![
                self.tied.map(|x| x as f64).to_vec(),
                activation.clone(),
                bias.start.clone(),
                penalty(bias),
                activity.to_vec(),
                bias.constraint.clone(),
            ],
            "activation" => vec![activation.clone()],
            "prelu" => vec![kernel.start.clone(), penalty(kernel), kernel.constraint.clone()],
            "maxout" => vec![
                kernel.start.clone(),
                bias.start.clone(),
                penalty(kernel),
                penalty(bias),
                kernel.constraint.clone(),
            ],
            _ => Vec::new(),
        };
        [own, nested.concat()].concat()
    }
}

/// A model: layers and the nodes that use them.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) seed: u32,
    pub(crate) inputs: Vec<usize>,
    pub(crate) layers: Vec<Layer>,
    /// Layer and input values; values are the inputs, then what each node makes.
    pub(crate) nodes: Vec<(usize, Vec<usize>)>,
    pub(crate) outputs: Vec<usize>,
}

impl Model {
    pub(crate) fn chain(width: usize, layers: Vec<Layer>) -> Self {
        let nodes = (0..layers.len()).map(|i| (i, vec![i])).collect();
        Self { seed: 7, inputs: vec![width], outputs: vec![layers.len()], layers, nodes }
    }

    pub(crate) fn words(&self) -> Vec<f64> {
        let mut words = vec![f64::from(self.seed), 0.0];
        let mut list = |items: &[usize]| {
            words.push(items.len() as f64);
            words.extend(items.iter().map(|&x| x as f64));
        };
        list(&self.inputs);
        words.push(self.layers.len() as f64);
        words.extend(self.layers.iter().flat_map(Layer::words));
        words.push(self.nodes.len() as f64);
        for (layer, inputs) in &self.nodes {
            words.extend([*layer as f64, inputs.len() as f64]);
            words.extend(inputs.iter().map(|&x| x as f64));
        }
        words.push(self.outputs.len() as f64);
        words.extend(self.outputs.iter().map(|&x| x as f64));
        words
    }

    pub(crate) fn network(&self) -> Network {
        let mut network = Network::read(&self.words()).expect("the model is right");
        network.set_host(Box::new(Answers));
        network
    }

    pub(crate) fn compiled(&self, compile: &Compile) -> Network {
        let mut network = self.network();
        network.compile(&compile.words(self)).expect("the compilation is right");
        network
    }
}

/// An output's loss, its share, and metrics' words.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) loss: Vec<f64>,
    pub(crate) weight: f64,
    pub(crate) metrics: Vec<Vec<f64>>,
    /// Width of the labels where the loss is the host's.
    pub(crate) host: Option<usize>,
}

impl Head {
    pub(crate) fn new(loss: Vec<f64>) -> Self {
        Self { loss, weight: 1.0, metrics: Vec::new(), host: None }
    }

    /// The host's loss, see [`Answers`], on labels of this width.
    pub(crate) fn host(labels: usize) -> Self {
        Self { host: Some(labels), ..Self::new(vec![labels as f64]) }
    }
}

/// What `compile` is told.
#[derive(Clone, Debug)]
pub(crate) struct Compile {
    pub(crate) optimizer: Vec<f64>,
    pub(crate) schedule: Option<Vec<f64>>,
    pub(crate) clip_norm: f64,
    pub(crate) clip_value: f64,
    /// Layers that do not learn.
    pub(crate) frozen: Vec<usize>,
    /// Layers with a learning rate of their own.
    pub(crate) scales: Vec<(usize, f64)>,
    pub(crate) heads: Vec<Head>,
}

impl Compile {
    pub(crate) fn new(loss: Vec<f64>) -> Self {
        Self {
            optimizer: optimizer("sgd", &[("learningRate", 0.1)]),
            schedule: None,
            clip_norm: 0.0,
            clip_value: 0.0,
            frozen: Vec::new(),
            scales: Vec::new(),
            heads: vec![Head::new(loss)],
        }
    }

    pub(crate) fn words(&self, model: &Model) -> Vec<f64> {
        let mut words = self.optimizer.clone();
        words.push(f64::from(u8::from(self.schedule.is_some())));
        words.extend(self.schedule.iter().flatten());
        words.extend([self.clip_norm, self.clip_value]);
        for layer in 0..model.layers.len() {
            let scale = self.scales.iter().find(|(other, _)| *other == layer).map_or(1.0, |(_, scale)| *scale);
            words.extend([f64::from(u8::from(!self.frozen.contains(&layer))), scale]);
        }
        for head in &self.heads {
            words.push(f64::from(u8::from(head.host.is_some())));
            words.extend(&head.loss);
            words.extend([head.weight, head.metrics.len() as f64]);
            words.extend(head.metrics.iter().flatten());
        }
        words
    }
}

/// Random numbers of a test.
pub(crate) struct Numbers(Sequence);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Stream::new(seed, Purpose::Gibbs, 0, 0).words())
    }

    pub(crate) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.uniform()
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound as u32) as usize
    }

    pub(crate) fn list(&mut self, count: usize, low: f64, high: f64) -> Vec<f32> {
        (0..count).map(|_| self.uniform(low, high) as f32).collect()
    }
}

/// A data set of these numbers, a matrix of `rows` for each input and each output's labels; weights where there are some.
pub(crate) fn dataset(rows: usize, inputs: &[Vec<f32>], labels: &[Vec<f32>], weights: &[Option<Vec<f32>>]) -> Dataset {
    let widths = |lists: &[Vec<f32>]| {
        let widths = lists.iter().map(|list| (list.len() / rows) as f64);
        [lists.len() as f64].into_iter().chain(widths).collect::<Vec<_>>()
    };
    let flags = (0..labels.len()).map(|i| f64::from(u8::from(weights.get(i).is_some_and(Option::is_some)))).collect();
    let words = [vec![rows as f64], widths(inputs), widths(labels), flags].concat();
    let mut data = Dataset::read(&words).expect("the words are right");
    for (i, list) in inputs.iter().enumerate() {
        data.write_columns(data.inputs[i]).copy_from_slice(list);
    }
    for (i, list) in labels.iter().enumerate() {
        data.write_columns(data.labels[i]).copy_from_slice(list);
    }
    for (i, list) in weights.iter().enumerate() {
        if let Some(list) = list {
            let columns = data.weights[i].expect("the output is weighted");
            data.write_columns(columns).copy_from_slice(list);
        }
    }
    data
}

/// The bits of all parameters.
pub(crate) fn bits(network: &Network) -> Vec<Vec<u32>> {
    let bits = |i| network.parameter(i).map(|x| x.iter().map(|x| x.to_bits()).collect());
    (0..).map_while(bits).collect()
}
