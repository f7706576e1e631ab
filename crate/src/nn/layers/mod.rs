//! The layers: a table of their settings, and from a description the operations that do their work.

pub mod activate;
pub mod affine;
pub mod batch_normalization;
pub mod dense;
pub mod dropout;
pub mod lambda;
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
use self::lambda::Lambda;
use self::layer_normalization::LayerNormalization;
use self::maxout::Maxout;
use self::merge::{Add, Concatenate};
use self::noise::GaussianNoise;
use self::prelu::Prelu;
use self::slice::Slice;
use super::arena::{Arena, Span};
use super::constraint::Constraint;
use super::layer::{Operation, Start};
use super::penalty::Penalty;
use crate::error::{Error, Result};
use crate::kernels::activation::Activation;
use crate::kernels::reduce;
use crate::spec::Words;
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
        /// `y = f(x·Wᵀ + b)` with the kernel of another dense layer.
        TiedDense "tiedDense" {
            /// Whether there is a bias.
            use_bias "useBias" Flag => 1.0;
        }
        /// A function of the host's, with its derivative.
        Lambda "lambda" {
            /// Width of the output; 0 for that of the input.
            units "units" Index => 0.0;
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
    /// The layer whose kernel it uses transposed.
    pub tied: Option<usize>,
    /// The width of its output then.
    units: f64,
}

impl Description {
    /// Reads a layer's words.
    pub fn read(words: &mut Words<'_>) -> Self {
        let kind = Kind::read(words);
        let mut layer = Self {
            kind,
            activation: Activation::Linear {},
            starts: [Start::constant(0.0); 2],
            penalties: [Penalty::default(); 2],
            constraints: [Constraint::None {}; 2],
            activity: Penalty::default(),
            tied: None,
            units: 0.0,
        };
        // Which initializers, penalties and constraints there are: 0 are those of the kernel or of alpha, 1 the bias's.
        let (starts, penalties, constraints) = match kind {
            Kind::Dense { .. } => (0..2, 0..2, 0..2),
            Kind::Prelu {} => (0..1, 0..1, 0..1),
            Kind::Maxout { units, pieces, .. } => {
                words.expect(units * pieces <= f64::from(i32::MAX), Error::memory());
                (0..2, 0..2, 0..1)
            }
            Kind::TiedDense { .. } => (1..2, 1..2, 1..2),
            _ => (0..0, 0..0, 0..0),
        };
        if let Kind::TiedDense { .. } = kind {
            layer.tied = Some(words.index());
            layer.units = words.count() as f64;
        }
        if let Kind::Dense { .. } | Kind::TiedDense { .. } | Kind::Activation {} = kind {
            layer.activation = Activation::read(words);
        }
        for start in &mut layer.starts[starts] {
            *start = Start::read(words);
        }
        for penalty in &mut layer.penalties[penalties] {
            *penalty = Penalty::read(words);
        }
        if let Kind::Dense { .. } | Kind::TiedDense { .. } = kind {
            layer.activity = Penalty::read(words);
        }
        for constraint in &mut layer.constraints[constraints] {
            *constraint = Constraint::read(words);
        }
        layer
    }

    /// The operations that do its work, one after the other. For a layer at an output a sigmoid stays apart, so that its cross-entropy can
    /// be taken on logits.
    pub fn operations(&self, at_output: bool) -> Vec<Box<dyn Operation>> {
        let affine = |center: f64, scale: f64| Affine { scale: scale != 0.0, center: center != 0.0 };
        let mut second: Option<Box<dyn Operation>> = None;
        let first: Box<dyn Operation> = match self.kind {
            Kind::Dense { use_bias, .. } | Kind::TiedDense { use_bias } => {
                let units = if let Kind::Dense { units, .. } = self.kind { units } else { self.units };
                let activation = self.activation;
                let apart = activation.is_row_wise()
                    || activation.needs_input()
                    || (at_output && matches!(activation, Activation::Sigmoid {}));
                if apart {
                    second = Some(Box::new(Activate(activation)));
                }
                let fused = (!apart && !activation.is_linear()).then_some(activation);
                Box::new(self.dense(units, use_bias, fused))
            }
            Kind::Activation {} => Box::new(Activate(self.activation)),
            Kind::Dropout { rate } => Box::new(Dropout { rate }),
            Kind::GaussianNoise { deviation } => Box::new(GaussianNoise { deviation }),
            Kind::Prelu {} => {
                let (alpha, penalty, constraint) = (self.starts[0], self.penalties[0], self.constraints[0]);
                Box::new(Prelu { alpha, penalty, constraint })
            }
            Kind::Maxout { units, pieces, use_bias } => {
                second = Some(Box::new(Maxout { pieces: pieces as usize }));
                Box::new(self.dense(units * pieces, use_bias, None))
            }
            Kind::BatchNormalization { momentum, epsilon, center, scale } => {
                Box::new(BatchNormalization { momentum, epsilon, affine: affine(center, scale) })
            }
            Kind::LayerNormalization { epsilon, center, scale } => {
                Box::new(LayerNormalization { epsilon, affine: affine(center, scale) })
            }
            Kind::Concatenate {} => Box::new(Concatenate),
            Kind::Add {} => Box::new(Add),
            Kind::Lambda { units } => Box::new(Lambda { units: units as usize }),
            Kind::Slice { start, width } => Box::new(Slice { start: start as usize, width: width as usize }),
        };
        std::iter::once(first).chain(second).collect()
    }

    fn dense(&self, units: f64, use_bias: f64, activation: Option<Activation>) -> Dense {
        let bias = (self.starts[1], self.penalties[1], self.constraints[1]);
        Dense {
            units: units as usize,
            activation,
            tied: self.tied.is_some(),
            kernel: self.starts[0],
            kernel_rules: (self.penalties[0], self.constraints[0]),
            bias: (use_bias != 0.0).then_some(bias),
        }
    }
}

/// The width of the only input.
fn only(inputs: &[usize]) -> Result<usize> {
    if let [width] = inputs { Ok(*width) } else { Err(crate::error::shape!("the layer takes one input")) }
}

/// Copies what is in one place of the work arena to another, or adds it there when `accumulate`.
#[inline(never)]
fn add(work: &mut Arena, from: Span, to: Span, accumulate: bool) {
    let ([x], [y]) = work.split([from], [to]);
    reduce::add(x, y, accumulate);
}
