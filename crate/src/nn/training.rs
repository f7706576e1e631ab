//! What `compile` sets: the optimizer, the losses with their metrics, and what learns.

use super::arena::Span;
use super::graph::{Graph, has};
use super::layout::{Backward, LearningLayout, StoreLayout};
use super::metric::{Accumulator, Metric};
use crate::error::{Result, config};
use crate::kernels::activation::Activation;
use crate::kernels::loss::Loss;
use crate::optim::rule::Optimizer;
use crate::optim::schedule::Schedule;
use crate::optim::step::Progress;
use crate::spec::{Range, Words};

/// What is measured of an output besides its loss.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    /// A metric.
    Metric(Metric),
    /// A loss, as a metric.
    Loss(Loss),
    /// A loss of the host's, as a metric.
    Host,
}

/// The codes of measures.
const MEASURES: Range = Range::Choice(&["metric", "loss", "host"]);

/// An output with its loss.
#[derive(Clone, Debug)]
pub struct Head {
    /// The loss as named, on the output; of no meaning where the host's takes its place.
    pub loss: Loss,
    /// Width of the labels, where the loss is the host's.
    pub host: Option<usize>,
    /// The loss as computed: on logits where the output is a softmax or sigmoid before its cross-entropy.
    pub fused: Loss,
    /// The output.
    pub output: usize,
    /// The value that `fused` reads and whose gradient it writes.
    pub source: usize,
    /// Its share in the total.
    pub weight: f64,
    /// What is measured of it.
    pub measures: Vec<Measure>,
    /// Width of the output.
    pub columns: usize,
}

/// Neighbouring parameters that learn at one rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// Their values in the store.
    pub span: Span,
    /// Their gradients.
    pub gradient: Span,
    /// What their learning rate is multiplied by.
    pub scale: f64,
}

/// What `compile` sets.
pub struct Training {
    /// The update rule.
    pub optimizer: Optimizer,
    /// The learning rate by step.
    pub schedule: Schedule,
    /// The optimizer's scalar state.
    pub progress: Progress,
    /// The largest global norm of the gradient, if limited.
    pub clip_norm: Option<f64>,
    /// The largest magnitude of a gradient's element, if limited.
    pub clip_value: Option<f64>,
    /// Which layers learn.
    pub trainable: Vec<bool>,
    /// The outputs.
    pub heads: Vec<Head>,
    /// Width of each output's labels.
    pub label_widths: Vec<usize>,
    /// The backward pass.
    pub backward: Backward,
    /// Where gradients and the optimizer's state lie.
    pub learning: LearningLayout,
    /// What the optimizer updates.
    pub groups: Vec<Group>,
    /// Parameters that learn and have a penalty.
    pub penalized: Vec<usize>,
    /// Parameters that learn and have a constraint.
    pub constrained: Vec<usize>,
    /// Nodes' values with a penalty: the value and its layer.
    pub activities: Vec<(usize, usize)>,
    /// Steps that a run leaves out: a softmax or sigmoid that neither its cross-entropy, taken on logits, nor anything else reads.
    pub unread: Vec<bool>,
}

impl Training {
    /// Reads the words of `compile` (see `docs/architecture.md`).
    ///
    /// # Errors
    /// When they are malformed.
    pub fn read(words: &[f64], graph: &Graph, layout: &StoreLayout) -> Result<Self> {
        let words = &mut Words::new(words);
        let (optimizer, schedule) = read_optimizer(words);
        let mut limit = || Some(words.within(Range::NonNegative)).filter(|&x| x > 0.0);
        let (clip_norm, clip_value) = (limit(), limit());
        let mut trainable = Vec::with_capacity(graph.layers.len());
        let mut scales = Vec::with_capacity(graph.layers.len());
        for _ in &graph.layers {
            trainable.push(words.flag());
            scales.push(words.within(Range::NonNegative));
        }
        let mut heads: Vec<Head> = Vec::with_capacity(graph.outputs.len());
        for &output in &graph.outputs {
            words.expect(heads.iter().all(|head| head.output != output), config!("a value is an output twice"));
            let mut head = Head::read(words, graph, output);
            // Each source has one gradient, which its loss overwrites: logits that another output needs are left to it.
            if has(&graph.outputs, head.source) || heads.iter().any(|other| other.source == head.source) {
                (head.fused, head.source) = (head.loss, output);
            }
            heads.push(head);
        }
        words.finish()?;

        let sources: Vec<usize> = heads.iter().map(|head| head.source).collect();
        let backward = Backward::new(graph, &sources, &trainable);
        // A parameter that no loss depends on has no gradient: not even its penalty moves it.
        let reached = |index: usize| {
            graph.steps.iter().zip(&backward.active).any(|(step, &active)| {
                let unit = graph.unit(step);
                active && (unit.kernel() == Some(index) || unit.parameters.contains(&index))
            })
        };
        let (mut all, mut penalized, mut constrained): (Vec<usize>, _, _) = (Vec::new(), Vec::new(), Vec::new());
        for (index, (layer, parameter)) in graph.parameters.iter().enumerate() {
            if !(parameter.learned && trainable[*layer] && reached(index)) {
                continue;
            }
            all.push(index);
            if !parameter.penalty.is_zero() {
                penalized.push(index);
            }
            if !matches!(parameter.constraint, super::constraint::Constraint::None {}) {
                constrained.push(index);
            }
        }
        let mut unread = vec![false; graph.steps.len()];
        for (unread, step) in unread.iter_mut().zip(&graph.steps) {
            let plain =
                |head: &Head| head.output == step.output && head.source != step.output && head.measures.is_empty();
            *unread = heads.iter().any(plain) && !graph.steps.iter().any(|other| has(&other.inputs, step.output));
        }
        let mut activities = Vec::new();
        for (&value, &layer) in graph.node_values.iter().zip(&graph.node_layers) {
            if !graph.layers[layer].activity.is_zero() {
                activities.push((value, layer));
            }
        }
        let learning = LearningLayout::new(graph, &trainable);
        Ok(Self {
            optimizer,
            schedule,
            progress: Progress::default(),
            clip_norm,
            clip_value,
            label_widths: heads.iter().map(Head::label_columns).collect(),
            heads,
            backward,
            groups: groups(&all, graph, layout, &learning, &scales),
            learning,
            penalized,
            constrained,
            activities,
            trainable,
            unread,
        })
    }
}

/// Reads an optimizer, then a flag and, if it is set, a schedule; else the optimizer's own rate counts throughout.
pub fn read_optimizer(words: &mut Words<'_>) -> (Optimizer, Schedule) {
    let optimizer = Optimizer::read(words);
    let scheduled = words.flag();
    let schedule = if scheduled { Schedule::read(words) } else { Schedule::constant(optimizer.learning_rate()) };
    (optimizer, schedule)
}

/// Joins neighbours of the same rate, so that an update is one pass over as much memory as possible.
fn groups(
    learned: &[usize],
    graph: &Graph,
    layout: &StoreLayout,
    learning: &LearningLayout,
    scales: &[f64],
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for &index in learned {
        let (span, scale) = (layout.parameters[index], scales[graph.parameters[index].0]);
        let gradient = learning.gradients[index];
        // Padding between parameters belongs to none; its gradient is zero and its value is never read.
        match groups.last_mut() {
            Some(last) if last.scale == scale && span.start < last.span.start + last.span.len + 4 => {
                last.span.len = span.start + span.len - last.span.start;
                last.gradient.len = last.span.len;
            }
            _ => groups.push(Group { span, gradient, scale }),
        }
    }
    groups
}

impl Head {
    fn read(words: &mut Words<'_>, graph: &Graph, output: usize) -> Self {
        let host = words.flag().then(|| words.count());
        let loss = if host.is_some() { Loss::MeanSquaredError {} } else { Loss::read(words) };
        let weight = words.within(Range::Finite);
        let measures = words.many(|words| match words.within(MEASURES) as usize {
            0 => Measure::Metric(Metric::read(words)),
            1 => Measure::Loss(Loss::read(words)),
            _ => Measure::Host,
        });
        let (fused, source) = fuse(&loss, graph, output).unwrap_or((loss, output));
        Self { loss, host, fused, output, source, weight, measures, columns: graph.widths[output] }
    }

    /// Width of its labels.
    fn label_columns(&self) -> usize {
        self.host.unwrap_or(self.loss.label_columns(self.columns))
    }
}

/// The loss on the logits, when the output is an activation that its cross-entropy undoes.
fn fuse(loss: &Loss, graph: &Graph, output: usize) -> Option<(Loss, usize)> {
    let step = graph.steps.iter().find(|step| step.output == output)?;
    let activation = graph.unit(step).operation.activation()?;
    let softmax = matches!(activation, Activation::Softmax {});
    let sigmoid = matches!(activation, Activation::Sigmoid {});
    // A penalty on the layer's output is a second user of its gradient.
    let plain = graph.layers[step.layer].activity.is_zero();
    let fused = loss.on_logits(softmax, sigmoid).filter(|_| plain)?;
    Some((fused, step.inputs[0]))
}

/// A head's sums over the rows seen in an epoch or an evaluation.
pub struct Meter {
    /// Σ weight · loss.
    pub loss: f64,
    /// The same over the batch at hand alone.
    pub batch: f64,
    /// The metrics, and the sums of losses that serve as metrics.
    pub measures: Vec<Measured>,
}

/// A running measure.
pub enum Measured {
    /// A metric.
    Metric(Accumulator),
    /// A loss and its sum.
    Loss(Loss, f64),
    /// The sum of a loss of the host's.
    Host(f64),
}

impl Meter {
    /// A meter for `head`.
    ///
    /// # Errors
    /// When a metric does not suit the output or memory does not suffice.
    pub fn new(head: &Head) -> Result<Self> {
        let labels = head.label_columns();
        let mut measures = Vec::new();
        for measure in &head.measures {
            measures.push(match measure {
                Measure::Loss(loss) if loss.label_columns(head.columns) == labels => Measured::Loss(*loss, 0.0),
                Measure::Loss(_) => return Err(crate::error::shape!("a measured loss takes labels of another width")),
                Measure::Host => Measured::Host(0.0),
                Measure::Metric(metric) => {
                    Measured::Metric(Accumulator::new(*metric, &head.loss, labels, head.columns)?)
                }
            });
        }
        Ok(Self { loss: 0.0, batch: 0.0, measures })
    }

    /// Makes room for so many more rows.
    ///
    /// # Errors
    /// When memory does not suffice.
    pub fn make_room(&mut self, rows: usize) -> Result<()> {
        self.measures.iter_mut().try_for_each(|measure| match measure {
            Measured::Metric(metric) => metric.make_room(rows),
            Measured::Loss(..) | Measured::Host(_) => Ok(()),
        })
    }
}
