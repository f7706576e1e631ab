//! An activation as a layer of its own, or behind a dense layer when its derivative needs the input.

use super::{add, only};
use crate::error::Result;
use crate::kernels::activation::{self, Activation};
use crate::nn::layer::{Operation, Pass, Reads};

/// `y = f(x)`.
pub struct Activate(
    /// The function.
    pub Activation,
);

impl Operation for Activate {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        only(inputs)
    }

    fn backward_reads(&self, _learns: bool) -> Reads {
        Reads { inputs: self.0.needs_input(), output: !self.0.needs_input() }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let ([x], [y]) = pass.work.split([pass.inputs[0].value], [pass.output]);
        activation::forward(&self.0, pass.width, x, y);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        if let Some(target) = input.gradient {
            let saved = if self.0.needs_input() { input.value } else { pass.output };
            // In place, so that a row as wide as it likes can be added without room for a copy.
            let ([saved], [dy]) = pass.work.split([saved], [pass.gradient]);
            activation::backward_in_place(&self.0, pass.width, saved, dy);
            add(pass.work, pass.gradient, target.span, target.accumulate);
        }
    }

    fn activation(&self) -> Option<&Activation> {
        Some(&self.0)
    }
}
