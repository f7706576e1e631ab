//! What the engine cannot compute itself: losses and layers that whoever runs it brings along. The engine asks, and waits for the answer.

use crate::error::Error;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// A loss, or a loss as a measure: reads labels and outputs, writes d(value)/d(output), gives the value, a mean over the rows.
    Loss,
    /// A layer's output from its input.
    Forward,
    /// The gradient of a layer's input: reads the input, the output and the output's gradient.
    Backward,
}

/// A question: matrices of `rows` rows to read, and one to write. Those that a task does not need are empty; what is written to may be too,
/// where nobody needs it, and holds anything before.
pub struct Call<'a> {
    /// What is asked.
    pub task: Task,
    /// The output whose loss it is, or the layer.
    pub index: usize,
    /// Of an output: 0 for its loss, 1 + i for its measure i. Of a layer: the width of its input.
    pub part: usize,
    /// Rows of the batch.
    pub rows: usize,
    /// Whether this is training.
    pub training: bool,
    /// What is read.
    pub read: [&'a [f32]; 3],
    /// What is written.
    pub write: &'a mut [f32],
}

/// The host had no answer: the batch at hand ends here, before it changes anything. What the matter is, the host knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

impl From<Refused> for Error {
    fn from(_: Refused) -> Self {
        crate::error::state!("a function from outside failed")
    }
}

/// What a call comes to.
pub type Answer<T> = Result<T, Refused>;

/// Whoever runs the engine.
pub trait Host {
    /// Answers a call: a loss's value, or any number.
    ///
    /// # Errors
    /// When it has no answer.
    fn run(&mut self, call: Call<'_>) -> Answer<f64>;
}

/// A host that has no answers.
pub struct NoHost;

impl Host for NoHost {
    fn run(&mut self, _: Call<'_>) -> Answer<f64> {
        Err(Refused)
    }
}
