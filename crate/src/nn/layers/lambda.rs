//! A function of the host's.

use super::{add, only};
use crate::error::Result;
use crate::nn::arena::Span;
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

    fn needs(&self, rows: usize, inputs: &[usize]) -> Needs {
        let scratch = rows.saturating_mul(inputs[0]);
        Needs { scratch, ..Needs::default() }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        ask(pass, Task::Forward, [input.value, Span::default(), Span::default()], pass.output);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        if let Some(target) = input.gradient {
            let own = pass.scratch.first(input.value.len);
            ask(pass, Task::Backward, [input.value, pass.output, pass.gradient], own);
            add(pass.work, own, target.span, target.accumulate);
        }
    }
}

fn ask(pass: &mut Pass<'_>, task: Task, read: [Span; 3], write: Span) {
    let (read, [write]) = pass.work.split(read, [write]);
    let (index, part, rows, training) = (pass.layer, pass.inputs[0].width, pass.rows, pass.training);
    pass.outcome = pass.host.run(Call { task, index, part, rows, training, read, write }).map(|_| ());
}
