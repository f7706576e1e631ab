//! A function of the host's.

use super::{add, only};
use crate::error::{Error, Result};
use crate::nn::host::{Call, Task};
use crate::nn::layer::{Needs, Operation, Pass};

/// `y = f(x)` with f and its derivative from outside.
pub struct Lambda {
    /// Width of the output; 0 for that of the input.
    pub units: usize,
}

impl Operation for Lambda {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        only(inputs).map(|width| if self.units == 0 { width } else { self.units })
    }

    fn needs(&self, rows: usize, inputs: &[usize]) -> Result<Needs> {
        let scratch = rows.checked_mul(only(inputs)?).ok_or(Error::memory())?;
        Ok(Needs { scratch, ..Needs::default() })
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        let ([x], [write]) = pass.work.split([input.value], [pass.output]);
        let (index, rows, training) = (pass.layer, pass.rows, pass.training);
        let call = Call { task: Task::Forward, index, part: input.width, rows, training, read: [x, &[], &[]], write };
        pass.refused |= pass.host.run(call).is_none();
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        if let Some(target) = input.gradient {
            let own = pass.scratch.first(input.value.len);
            let (read, [write]) = pass.work.split([input.value, pass.output, pass.gradient], [own]);
            let (index, rows, training) = (pass.layer, pass.rows, pass.training);
            let call = Call { task: Task::Backward, index, part: input.width, rows, training, read, write };
            pass.refused |= pass.host.run(call).is_none();
            add(pass.work, own, target.span, target.accumulate);
        }
    }
}
