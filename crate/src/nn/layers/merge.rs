//! Several values become one.

use super::add;
use crate::error::{Error, Result};
use crate::kernels::columns::{self, Columns};
use crate::nn::layer::{Operation, Pass, Reads};

/// The inputs side by side.
pub struct Concatenate;

impl Operation for Concatenate {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        inputs.iter().try_fold(0_usize, |sum, &width| sum.checked_add(width)).ok_or(Error::memory())
    }

    fn backward_reads(&self, _learns: bool) -> Reads {
        Reads { inputs: false, output: false }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let mut first = 0;
        for input in pass.inputs {
            let ([x], [y]) = pass.work.split([input.value], [pass.output]);
            let (all, own) = (Columns { width: pass.width, first }, Columns { width: input.width, first: 0 });
            columns::copy(x, own, y, all, input.width, false);
            first += input.width;
        }
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let mut first = 0;
        for input in pass.inputs {
            if let Some(target) = input.gradient {
                let ([dy], [dx]) = pass.work.split([pass.gradient], [target.span]);
                let (all, own) = (Columns { width: pass.width, first }, Columns { width: input.width, first: 0 });
                columns::copy(dy, all, dx, own, input.width, target.accumulate);
            }
            first += input.width;
        }
    }
}

/// The sum of the inputs.
pub struct Add;

impl Operation for Add {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        match inputs {
            [width, others @ ..] if others.iter().all(|other| other == width) => Ok(*width),
            _ => Err(crate::error::shape!("add takes inputs of one width")),
        }
    }

    fn backward_reads(&self, _learns: bool) -> Reads {
        Reads { inputs: false, output: false }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        for (i, input) in pass.inputs.iter().enumerate() {
            add(pass.work, input.value, pass.output, i > 0);
        }
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        for target in pass.inputs.iter().filter_map(|input| input.gradient) {
            add(pass.work, pass.gradient, target.span, target.accumulate);
        }
    }
}
