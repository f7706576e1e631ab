//! The layers: a table of their settings, and from a description the operations that do their work.

pub mod activate;
pub mod affine;
pub mod batch_normalization;
pub mod dense;
pub mod dropout;
pub mod layer_normalization;
mod lines;
pub mod maxout;
pub mod merge;
pub mod noise;
pub mod prelu;
pub mod slice;

use self::activate::Activate;
use self::affine::Affine;
use self::batch_normalization::BatchNormalization;
use self::dense::Dense;
use self::dropout::Dropout;
use self::layer_normalization::LayerNormalization;
use self::maxout::Maxout;
use self::merge::{Add, Concatenate};
use self::noise::GaussianNoise;
use self::prelu::Prelu;
use self::slice::Slice;
use super::constraint::Constraint;
use super::layer::{Operation, Start};
use super::penalty::Penalty;
use crate::error::{Error, Result};
use crate::kernels::activation::Activation;
use crate::spec::{Range, Words};
use crate::vocabulary;

vocabulary! {
    /// The layers and their plain settings; nested words (activation, initializers, penalties, constraints) follow them.
    pub enum Kind {
        /// `y = f(x·W + b)`.
        Dense "dense" {
            /// Width of the output.
            units "units" Count => 1.0;
            /// Whether there is a bias.
            use_bias "useBias" Flag => 1.0;
        }
        /// `y = f(x)`.
        Activation "activation" {}
        /// Inverted dropout.
        Dropout "dropout" {
            /// The share that is dropped.
            rate "rate" BelowOne => 0.5;
        }
        /// `y = x + standardDeviation · n` with standard normal numbers n, in training only.
        GaussianNoise "gaussianNoise" {
            /// The noise's standard deviation.
            deviation "standardDeviation" NonNegative => 0.1;
        }
        /// `y = x` above 0, else `alpha · x` with a learned alpha for each column; derivative alpha at 0 (torch).
        Prelu "prelu" {}
        /// The largest of `pieces` linear functions a unit; the kernel is `[in, units · pieces]`, a unit's pieces side by side.
        Maxout "maxout" {
            /// Width of the output.
            units "units" Count => 1.0;
            /// Linear functions a unit.
            pieces "pieces" Count => 2.0;
            /// Whether there is a bias.
            use_bias "useBias" Flag => 1.0;
        }
        /// Each column to mean 0 and variance 1 over the batch (Keras).
        BatchNormalization "batchNormalization" {
            /// What the running averages keep at each step.
            momentum "momentum" Unit => 0.99;
            /// Added to the variance.
            epsilon "epsilon" NonNegative => 1e-3;
            /// Whether a shift is learned.
            center "center" Flag => 1.0;
            /// Whether a factor is learned.
            scale "scale" Flag => 1.0;
        }
        /// Each row to mean 0 and variance 1 (Keras).
        LayerNormalization "layerNormalization" {
            /// Added to the variance.
            epsilon "epsilon" NonNegative => 1e-3;
            /// Whether a shift is learned.
            center "center" Flag => 1.0;
            /// Whether a factor is learned.
            scale "scale" Flag => 1.0;
        }
        /// The inputs side by side.
        Concatenate "concatenate" {}
        /// The sum of inputs of one width.
        Add "add" {}
        /// Columns `start … start + width` of the input.
        Slice "slice" {
            /// The first column.
            start "start" Index => 0.0;
            /// How many columns.
            width "width" Count => 1.0;
        }
    }
}

/// A layer as described: its settings and what nests in them.
pub struct Description {
    kind: Kind,
    activation: Activation,
    starts: [Start; 2],
    penalties: [Penalty; 2],
    constraints: [Constraint; 2],
    /// The penalty on its output.
    pub activity: Penalty,
}

impl Description {
    /// Reads a layer's words.
    ///
    /// # Errors
    /// When they are malformed.
    pub fn read(words: &mut Words<'_>) -> Result<Self> {
        let kind = Kind::read(words)?;
        let mut layer = Self {
            kind,
            activation: Activation::Linear {},
            starts: [Start::constant(0.0); 2],
            penalties: [Penalty::default(); 2],
            constraints: [Constraint::None {}; 2],
            activity: Penalty::default(),
        };
        match kind {
            Kind::Dense { .. } => {
                layer.activation = Activation::read(words)?;
                layer.starts = [Start::read(words)?, Start::read(words)?];
                layer.penalties = [Penalty::read(words)?, Penalty::read(words)?];
                layer.activity = Penalty::read(words)?;
                layer.constraints = [Constraint::read(words)?, Constraint::read(words)?];
            }
            Kind::Activation {} => layer.activation = Activation::read(words)?,
            Kind::Prelu {} => {
                layer.starts[0] = Start::read(words)?;
                layer.penalties[0] = Penalty::read(words)?;
                layer.constraints[0] = Constraint::read(words)?;
            }
            Kind::Maxout { units, pieces, .. } => {
                if !Range::Count.contains(units * pieces) {
                    return Err(Error::memory());
                }
                layer.starts = [Start::read(words)?, Start::read(words)?];
                layer.penalties = [Penalty::read(words)?, Penalty::read(words)?];
                layer.constraints[0] = Constraint::read(words)?;
            }
            Kind::Dropout { .. }
            | Kind::GaussianNoise { .. }
            | Kind::BatchNormalization { .. }
            | Kind::LayerNormalization { .. }
            | Kind::Concatenate {}
            | Kind::Add {}
            | Kind::Slice { .. } => {}
        }
        Ok(layer)
    }

    /// The operations that do its work, one after the other. For a layer at an output a sigmoid stays apart, so that its cross-entropy can
    /// be taken on logits.
    pub fn operations(&self, at_output: bool) -> Vec<Box<dyn Operation>> {
        let affine = |center: f64, scale: f64| Affine { center: center != 0.0, scale: scale != 0.0 };
        match self.kind {
            Kind::Dense { units, use_bias } => {
                let activation = self.activation;
                let apart = activation.is_row_wise()
                    || activation.needs_input()
                    || (at_output && matches!(activation, Activation::Sigmoid {}));
                let fused = (!apart && !activation.is_linear()).then_some(activation);
                let mut operations: Vec<Box<dyn Operation>> = vec![Box::new(self.dense(units, use_bias, fused))];
                if apart {
                    operations.push(Box::new(Activate(activation)));
                }
                operations
            }
            Kind::Activation {} => vec![Box::new(Activate(self.activation))],
            Kind::Dropout { rate } => vec![Box::new(Dropout { rate })],
            Kind::GaussianNoise { deviation } => vec![Box::new(GaussianNoise { deviation })],
            Kind::Prelu {} => {
                let (alpha, penalty, constraint) = (self.starts[0], self.penalties[0], self.constraints[0]);
                vec![Box::new(Prelu { alpha, penalty, constraint })]
            }
            Kind::Maxout { units, pieces, use_bias } => {
                let pieces_of_all = self.dense(units * pieces, use_bias, None);
                vec![Box::new(pieces_of_all), Box::new(Maxout { pieces: pieces as usize })]
            }
            Kind::BatchNormalization { momentum, epsilon, center, scale } => {
                vec![Box::new(BatchNormalization { momentum, epsilon, affine: affine(center, scale) })]
            }
            Kind::LayerNormalization { epsilon, center, scale } => {
                vec![Box::new(LayerNormalization { epsilon, affine: affine(center, scale) })]
            }
            Kind::Concatenate {} => vec![Box::new(Concatenate)],
            Kind::Add {} => vec![Box::new(Add)],
            Kind::Slice { start, width } => {
                vec![Box::new(Slice { start: start as usize, width: width as usize })]
            }
        }
    }

    fn dense(&self, units: f64, use_bias: f64, activation: Option<Activation>) -> Dense {
        let bias = (self.starts[1], self.penalties[1], self.constraints[1]);
        Dense {
            units: units as usize,
            activation,
            kernel: self.starts[0],
            kernel_rules: (self.penalties[0], self.constraints[0]),
            bias: (use_bias != 0.0).then_some(bias),
        }
    }
}

/// The width of the only input.
fn only(inputs: &[usize]) -> Result<usize> {
    if let [width] = inputs { Ok(*width) } else { Err(Error::shape("the layer takes one input")) }
}
