//! Batch normalization as a layer (Keras: biased variance everywhere, running averages by `momentum · old + (1 − momentum) · new`).

use super::affine::Affine;
use super::{lines, only};
use crate::error::Result;
use crate::kernels::lines::set;
use crate::kernels::normalize::batch;
use crate::nn::arena::Span;
use crate::nn::layer::{Needs, Operation, Parameter, ParameterName, Pass, Reads, Start};

/// `y = gamma · (x − mean) / √(variance + ε) + beta`. In training mean and variance are the batch's; in inference, and in a layer that does not
/// learn, they are the running averages, which only [`Operation::commit`] moves.
pub struct BatchNormalization {
    /// What the running averages keep at each step.
    pub momentum: f64,
    /// ε.
    pub epsilon: f64,
    /// Gamma and beta.
    pub affine: Affine,
}

/// Running mean and variance: the last two of the layer's parameters.
fn running(pass: &Pass<'_>) -> [Span; 2] {
    let first = pass.parameters.len() - 2;
    [pass.parameters[first], pass.parameters[first + 1]]
}

fn uses_batch(pass: &Pass<'_>) -> bool {
    pass.training && pass.trainable
}

impl Operation for BatchNormalization {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        only(inputs)
    }

    fn parameters(&self, inputs: &[usize]) -> Vec<Parameter> {
        let mut parameters = self.affine.parameters(inputs[0]);
        for (name, start) in [(ParameterName::MovingMean, 0.0), (ParameterName::MovingVariance, 1.0)] {
            parameters.push(Parameter::vector(name, inputs[0], Start::constant(start)).statistic());
        }
        parameters
    }

    fn needs(&self, _rows: usize, inputs: &[usize]) -> Needs {
        Needs { saved: lines::len(2, inputs[0]), scratch: lines::len(4, inputs[0]) }
    }

    fn backward_reads(&self, _learns: bool) -> Reads {
        Reads { inputs: true, output: false }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let (width, batch, running) = (pass.width, uses_batch(pass), running(pass));
        let [mean, variance] = lines::split(pass.saved, width);
        let [factor, beta, part] = lines::split(pass.scratch, width);
        let ([x], [y, mean, variance, factor, beta, part]) =
            pass.work.split([pass.inputs[0].value], [pass.output, mean, variance, factor, beta, part]);
        if batch {
            batch::moments(width, x, [mean, variance, part]);
        } else {
            set(mean, pass.store.read(running[0]));
            set(variance, pass.store.read(running[1]));
        }
        self.affine.load(pass.store, pass.parameters, [factor, beta]);
        batch::divide(factor, variance, self.epsilon);
        batch::forward(width, x, [mean, factor, beta], y);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let (width, epsilon, input, batch) = (pass.width, self.epsilon, pass.inputs[0], uses_batch(pass));
        let [mean, variance] = lines::split(pass.saved, width);
        let [factor, dbeta, dgamma, part] = lines::split(pass.scratch, width);
        let dx = input.gradient.map_or(Span::default(), |target| target.span);
        let ([x, dy, mean, variance], [dx, factor, dbeta, dgamma, part]) =
            pass.work.split([input.value, pass.gradient, mean, variance], [dx, factor, dbeta, dgamma, part]);
        if batch {
            batch::parameter_gradients(width, [x, dy], [mean, variance], epsilon, [dbeta, dgamma, part, factor]);
            self.affine.learn(pass.learning, pass.parameter_gradients, [dgamma, dbeta], pass.accumulate);
            batch::slopes(pass.rows, variance, epsilon, [dbeta, dgamma]);
        } else {
            dbeta.fill(0.0);
            dgamma.fill(0.0);
        }
        if let Some(target) = input.gradient {
            self.affine.load(pass.store, pass.parameters, [factor, part]);
            batch::divide(factor, variance, epsilon);
            batch::backward(width, [x, dy], [mean, factor, dbeta, dgamma], dx, target.accumulate);
        }
    }

    fn commit(&self, pass: &mut Pass<'_>) {
        if uses_batch(pass) {
            for (running, new) in running(pass).into_iter().zip(lines::split::<2>(pass.saved, pass.width)) {
                batch::average(self.momentum, pass.store.write(running), pass.work.read(new));
            }
        }
    }
}
