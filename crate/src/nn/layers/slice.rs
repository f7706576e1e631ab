//! Some columns of a value.

use super::only;
use crate::error::Result;
use crate::kernels::columns::{self, Columns};
use crate::nn::layer::{Operation, Pass, Reads};

/// Columns `start … start + width` of the input.
pub struct Slice {
    /// The first column.
    pub start: usize,
    /// How many columns.
    pub width: usize,
}

impl Operation for Slice {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        let end = self.start.checked_add(self.width);
        if end.is_some_and(|end| only(inputs).is_ok_and(|width| end <= width)) {
            Ok(self.width)
        } else {
            Err(crate::error::shape!("a slice takes one input and lies within it"))
        }
    }

    fn backward_reads(&self, _learns: bool) -> Reads {
        Reads { inputs: false, output: false }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        let ([x], [y]) = pass.work.split([input.value], [pass.output]);
        let (part, own) = (Columns { width: input.width, first: self.start }, Columns { width: self.width, first: 0 });
        columns::copy(x, part, y, own, self.width, false);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        if let Some(target) = input.gradient {
            let ([dy], [dx]) = pass.work.split([pass.gradient], [target.span]);
            if !target.accumulate {
                dx.fill(0.0);
            }
            let (part, own) =
                (Columns { width: input.width, first: self.start }, Columns { width: self.width, first: 0 });
            columns::copy(dy, own, dx, part, self.width, target.accumulate);
        }
    }
}
