//! The second half of a maxout layer, behind a linear dense one.

use super::only;
use crate::error::Result;
use crate::kernels::maxout;
use crate::nn::layer::{Operation, Pass};

/// The largest of each `pieces` neighbours.
pub struct Maxout {
    /// Neighbours that belong to one unit.
    pub pieces: usize,
}

impl Operation for Maxout {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        let width = only(inputs)?;
        if width.is_multiple_of(self.pieces) {
            Ok(width / self.pieces)
        } else {
            Err(crate::error::shape!("maxout's input is no whole number of units"))
        }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let ([x], [y]) = pass.work.split([pass.inputs[0].value], [pass.output]);
        maxout::forward(self.pieces, x, y);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        if let Some(target) = input.gradient {
            let ([x, y, dy], [dx]) = pass.work.split([input.value, pass.output, pass.gradient], [target.span]);
            maxout::backward(self.pieces, x, y, dy, dx, target.accumulate);
        }
    }
}
