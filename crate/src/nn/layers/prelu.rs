//! The rectifier with a learned slope as a layer.

use super::{lines, only};
use crate::error::Result;
use crate::kernels::{prelu, reduce};
use crate::nn::constraint::Constraint;
use crate::nn::layer::{Needs, Operation, Parameter, ParameterName, Pass, Start};
use crate::nn::penalty::Penalty;

/// `y = x` above 0, else `alpha · x`, with a slope alpha for each column.
pub struct Prelu {
    /// How alpha `[1, width]` starts.
    pub alpha: Start,
    /// Its penalty.
    pub penalty: Penalty,
    /// Its constraint.
    pub constraint: Constraint,
}

impl Operation for Prelu {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        only(inputs)
    }

    fn parameters(&self, inputs: &[usize]) -> Vec<Parameter> {
        vec![Parameter::vector(ParameterName::Alpha, inputs[0], self.alpha).held(self.penalty, self.constraint)]
    }

    fn needs(&self, _rows: usize, inputs: &[usize]) -> Result<Needs> {
        Ok(Needs { saved: 0, scratch: lines::len(2, inputs[0])? })
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let ([x], [y]) = pass.work.split([pass.inputs[0].value], [pass.output]);
        prelu::forward(pass.store.read(pass.parameters[0]), x, y);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        if pass.trainable {
            let [sums, block] = lines::split(pass.scratch, pass.width);
            let ([x, dy], [sums, block]) = pass.work.split([input.value, pass.gradient], [sums, block]);
            prelu::slope_gradient(x, dy, sums, block);
            reduce::add(sums, pass.store.write(pass.parameter_gradients[0]), pass.accumulate);
        }
        if let Some(target) = input.gradient {
            let ([x, dy], [dx]) = pass.work.split([input.value, pass.gradient], [target.span]);
            prelu::backward(pass.store.read(pass.parameters[0]), x, dy, dx, target.accumulate);
        }
    }
}
