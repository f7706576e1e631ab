//! Layer normalization as a layer.

use super::affine::Affine;
use super::{lines, only};
use crate::error::Result;
use crate::kernels::normalize::layer::{self, SAVED};
use crate::nn::arena::Span;
use crate::nn::layer::{Needs, Operation, Parameter, Pass, Reads};

/// `y = gamma · (x − mean) / √(variance + ε) + beta` with mean and biased variance of the row.
pub struct LayerNormalization {
    /// ε.
    pub epsilon: f64,
    /// Gamma and beta.
    pub affine: Affine,
}

impl Operation for LayerNormalization {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        only(inputs)
    }

    fn parameters(&self, inputs: &[usize]) -> Vec<Parameter> {
        self.affine.parameters(inputs[0])
    }

    fn needs(&self, rows: usize, inputs: &[usize]) -> Needs {
        let saved = rows.saturating_mul(SAVED);
        Needs { saved, scratch: lines::len(4, inputs[0]) }
    }

    fn backward_reads(&self, _learns: bool) -> Reads {
        Reads { inputs: true, output: false }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let [gamma, beta] = lines::split(pass.scratch, pass.width);
        let saved = pass.saved.first(SAVED * pass.rows);
        let ([x], [y, saved, gamma, beta]) = pass.work.split([pass.inputs[0].value], [pass.output, saved, gamma, beta]);
        self.affine.load(pass.store, pass.parameters, [gamma, beta]);
        layer::forward(pass.width, x, self.epsilon, [gamma, beta], y, saved);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let (width, input) = (pass.width, pass.inputs[0]);
        let [gamma, dbeta, dgamma, part] = lines::split(pass.scratch, width);
        let saved = pass.saved.first(SAVED * pass.rows);
        let dx = input.gradient.map_or(Span::default(), |target| target.span);
        let ([x, dy, saved], [dx, gamma, dbeta, dgamma, part]) =
            pass.work.split([input.value, pass.gradient, saved], [dx, gamma, dbeta, dgamma, part]);
        if pass.trainable {
            layer::parameter_gradients(width, [x, dy], saved, [dbeta, dgamma, part]);
            self.affine.learn(pass.learning, pass.parameter_gradients, [dgamma, dbeta], pass.accumulate);
        }
        if let Some(target) = input.gradient {
            self.affine.load(pass.store, pass.parameters, [gamma, part]);
            layer::backward(width, [x, dy], saved, gamma, dx, target.accumulate);
        }
    }
}
