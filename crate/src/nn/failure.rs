//! Where a run met what it cannot go on with.

/// Why a run stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The batch, from 0.
    pub batch: usize,
    /// What is not finite first in the order of the computation.
    pub place: Place,
}

/// Where a number that is not finite was met first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the inputs.
    Inputs,
    /// In the output of this layer.
    Layer(usize),
    /// In this layer's weights, once the last batch of a run had updated them.
    Weights(usize),
    /// In the labels, or only in the loss.
    Loss,
    /// Nowhere, or the host knows: it refused to go on.
    Host,
}
