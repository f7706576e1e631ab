//! The rectifier with a learned slope as a layer.

use super::{lines, only};
use crate::error::Result;
use crate::kernels::lines::set;
use crate::kernels::{prelu, reduce};
use crate::nn::arena::Span;
use crate::nn::constraint::Constraint;
use crate::nn::layer::{Needs, Operation, Parameter, ParameterName, Pass, Reads, Start};
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

    fn needs(&self, _rows: usize, inputs: &[usize]) -> Needs {
        Needs { saved: 0, scratch: lines::len(3, inputs[0]) }
    }

    fn backward_reads(&self, _learns: bool) -> Reads {
        Reads { inputs: true, output: false }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let [alpha] = lines::split(pass.scratch, pass.width);
        let ([x], [y, alpha]) = pass.work.split([pass.inputs[0].value], [pass.output, alpha]);
        set(alpha, pass.store.read(pass.parameters[0]));
        prelu::forward(pass.width, alpha, x, y);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let (width, input) = (pass.width, pass.inputs[0]);
        let [alpha, sums, part] = lines::split(pass.scratch, width);
        let dx = input.gradient.map_or(Span::default(), |target| target.span);
        let ([x, dy], [dx, alpha, sums, part]) = pass.work.split([input.value, pass.gradient], [dx, alpha, sums, part]);
        if pass.trainable {
            prelu::slope_gradient(width, x, dy, [sums, part, alpha]);
            reduce::add(&sums[..width], pass.learning.write(pass.parameter_gradients[0]), pass.accumulate);
        }
        if let Some(target) = input.gradient {
            set(alpha, pass.store.read(pass.parameters[0]));
            prelu::backward(width, alpha, x, dy, dx, target.accumulate);
        }
    }
}
