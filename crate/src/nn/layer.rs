//! What a layer is to the engine: a few operations, each with its parameters, a forward and a backward pass.

use super::arena::{Arena, Span};
use super::constraint::Constraint;
use super::host::{Answer, Host};
use super::initializer::Initializer;
use super::penalty::Penalty;
use crate::error::Result;
use crate::spec::Words;

/// Names of parameters; the position crosses to JavaScript.
pub const PARAMETER_NAMES: &[&str] = &["kernel", "bias", "alpha", "gamma", "beta", "movingMean", "movingVariance"];

/// Which parameter of its layer it is: a position in [`PARAMETER_NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ParameterName {
    Kernel,
    Bias,
    Alpha,
    Gamma,
    Beta,
    MovingMean,
    MovingVariance,
}

/// How a parameter starts.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The rule.
    pub initializer: Initializer,
    /// A seed of its own instead of the model's.
    pub seed: Option<u64>,
}

impl Start {
    /// Every element is `value`.
    pub fn constant(value: f64) -> Self {
        Self { initializer: Initializer::Constant { value }, seed: None }
    }

    /// Reads an initializer's words, then whether a seed of its own counts, then that seed.
    pub fn read(words: &mut Words<'_>) -> Self {
        let initializer = Initializer::read(words);
        let own = words.flag();
        let seed = read_seed(words);
        Self { initializer, seed: own.then_some(seed) }
    }
}

/// Reads a seed's low and high half.
pub fn read_seed(words: &mut Words<'_>) -> u64 {
    join_seed(words.number(), words.number())
}

/// A 64-bit seed from its two halves.
pub fn join_seed(low: f64, high: f64) -> u64 {
    u64::from(low as u32) | (u64::from(high as u32) << 32)
}

/// A parameter that an operation asks for: a matrix `[rows, columns]`.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Which it is.
    pub name: ParameterName,
    /// Rows; 1 for a vector.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Fans for the initializer, where they are not the matrix's sides.
    pub fans: (usize, usize),
    /// Its initial value.
    pub start: Start,
    /// Its penalty in the loss.
    pub penalty: Penalty,
    /// What holds for it after every update.
    pub constraint: Constraint,
    /// Whether the optimizer updates it; running statistics are not learned.
    pub learned: bool,
}

impl Parameter {
    /// A learned matrix without penalty or constraint.
    pub fn new(name: ParameterName, rows: usize, columns: usize, start: Start) -> Self {
        let (penalty, constraint) = (Penalty::default(), Constraint::None {});
        // A vector's fans are its length, as in Keras.
        let fans = if rows == 1 && name != ParameterName::Kernel { (columns, columns) } else { (rows, columns) };
        Self { name, rows, columns, fans, start, penalty, constraint, learned: true }
    }

    /// A learned vector, a row of `length`. Both its fans are its length, as in Keras.
    pub fn vector(name: ParameterName, length: usize, start: Start) -> Self {
        Self { fans: (length, length), ..Self::new(name, 1, length, start) }
    }

    /// The same with a penalty and a constraint.
    #[must_use]
    pub fn held(self, penalty: Penalty, constraint: Constraint) -> Self {
        Self { penalty, constraint, ..self }
    }

    /// The same, but left alone by the optimizer.
    #[must_use]
    pub fn statistic(self) -> Self {
        Self { learned: false, ..self }
    }

    /// Its number of elements.
    pub fn elements(&self) -> usize {
        self.rows.saturating_mul(self.columns)
    }
}

/// Memory an operation needs besides its values, in floats for a batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// Kept from the forward to the backward pass.
    pub saved: usize,
    /// Free for others outside the operation's own call.
    pub scratch: usize,
}

/// Which values of the forward pass an operation's backward pass reads again; others may lie where they did.
#[derive(Clone, Copy, Debug)]
pub struct Reads {
    /// Its inputs.
    pub inputs: bool,
    /// Its output.
    pub output: bool,
}

/// A gradient to write: where, and whether something is there already that must be added to.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Where it goes.
    pub span: Span,
    /// Whether to add.
    pub accumulate: bool,
}

/// An input of an operation during a pass.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Its width.
    pub width: usize,
    /// Its values `[rows, width]`; see [`Pass::source`].
    pub value: Span,
    /// Where its gradient goes; `None` when nobody needs it, and in the forward pass.
    pub gradient: Option<Target>,
}

/// Everything an operation may touch during a pass.
pub struct Pass<'a> {
    /// Rows in the batch.
    pub rows: usize,
    /// Whether this is training (dropout drops, batch normalization uses the batch's statistics).
    pub training: bool,
    /// Whether the layer's parameters learn. A frozen layer's batch normalization uses its running statistics.
    pub trainable: bool,
    /// The model's seed.
    pub seed: u64,
    /// Updates done so far.
    pub step: u64,
    /// The layer.
    pub layer: usize,
    /// A number for the operation's random stream.
    pub stream: u32,
    /// Values and gradients.
    pub work: &'a mut Arena,
    /// Parameters.
    pub store: &'a mut Arena,
    /// Their gradients, and the optimizer's state.
    pub learning: &'a mut Arena,
    /// The inputs.
    pub inputs: &'a [Input],
    /// Width of the output.
    pub width: usize,
    /// The first input's values where they are read in the data set, in place of those in the work arena.
    pub source: Option<&'a [f32]>,
    /// The output `[rows, width]`.
    pub output: Span,
    /// The output's gradient, in the backward pass. The operation may overwrite it.
    pub gradient: Span,
    /// What [`Needs::saved`] asked for.
    pub saved: Span,
    /// What [`Needs::scratch`] asked for.
    pub scratch: Span,
    /// The parameters' values in the store.
    pub parameters: &'a [Span],
    /// The parameters' gradients; used when `trainable`.
    pub parameter_gradients: &'a [Span],
    /// Whether the parameters' gradients hold another use's share already (a layer used twice).
    pub accumulate: bool,
    /// The first parameter, or the kernel of the layer that it is tied to.
    pub kernel: Kernel,
    /// Who computes what the engine cannot.
    pub host: &'a mut dyn Host,
    /// Whether the host answered, where it was asked.
    pub outcome: Answer<()>,
}

/// A kernel in the store, which several layers may share.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    /// Its values.
    pub values: Span,
    /// Its gradient.
    pub gradient: Span,
    /// Whether the gradient holds another use's share already, of this layer or of one that shares the kernel.
    pub accumulate: bool,
}

/// One operation of a layer. It holds settings only; all numbers live in the arenas.
pub trait Operation {
    /// Width of the output for inputs of these widths.
    ///
    /// # Errors
    /// When the inputs do not suit.
    fn width(&self, inputs: &[usize]) -> Result<usize>;

    /// The parameters it needs for inputs of these widths.
    fn parameters(&self, _inputs: &[usize]) -> Vec<Parameter> {
        Vec::new()
    }

    /// The memory it needs for a batch of `rows`.
    fn needs(&self, _rows: usize, _inputs: &[usize]) -> Needs {
        Needs::default()
    }

    /// What [`Operation::backward`] reads of the forward pass, in a layer whose parameters learn or do not.
    fn backward_reads(&self, _learns: bool) -> Reads {
        Reads { inputs: true, output: true }
    }

    /// Whether it has one input and heeds [`Pass::source`].
    fn reads_in_place(&self) -> bool {
        false
    }

    /// Computes the output from the inputs.
    fn forward(&self, pass: &mut Pass<'_>);

    /// From the output's gradient computes the inputs' and the parameters'.
    fn backward(&self, pass: &mut Pass<'_>);

    /// After a training step whose loss was finite: takes the batch into the running statistics. Called only for operations that have some.
    fn commit(&self, _pass: &mut Pass<'_>) {}

    /// The activation, if that is all it does and the loss may undo it (softmax or sigmoid before its cross-entropy).
    fn activation(&self) -> Option<&crate::kernels::activation::Activation> {
        None
    }
}
