//! Batch normalization as a layer (Keras: biased variance everywhere, running averages by `momentum · old + (1 − momentum) · new`).

use super::affine::Affine;
use super::{lines, only};
use crate::error::Result;
use crate::kernels::normalize::batch;
use crate::nn::arena::Span;
use crate::nn::layer::{Needs, Operation, Parameter, ParameterName, Pass, Start};

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

impl BatchNormalization {
    /// Running mean and variance among the layer's parameters: the last two.
    fn running(pass: &Pass<'_>) -> [Span; 2] {
        let [.., mean, variance] = pass.parameters else { unreachable!("`parameters` asks for both") };
        [*mean, *variance]
    }

    fn uses_batch(pass: &Pass<'_>) -> bool {
        pass.training && pass.trainable
    }
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

    fn needs(&self, _rows: usize, inputs: &[usize]) -> Result<Needs> {
        Ok(Needs { saved: lines::len(2, inputs[0])?, scratch: lines::len(4, inputs[0])? })
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let x = pass.inputs[0].value;
        let [mean, variance] = lines::split(pass.saved, pass.width);
        let [factor, ones, zeros] = lines::split(pass.scratch, pass.width);
        let running = Self::running(pass);
        let batch = Self::uses_batch(pass);
        if batch {
            let ([x], [mean, variance, block]) = pass.work.split([x], [mean, variance, factor]);
            batch::moments(x, mean, variance, block);
        }
        let ([x, mean, variance], [y, factor, ones, zeros]) =
            pass.work.split([x, mean, variance], [pass.output, factor, ones, zeros]);
        let [mean, variance] = if batch { [mean, variance] } else { running.map(|span| pass.store.read(span)) };
        batch::factors(variance, self.affine.gamma(pass.store, pass.parameters, ones), self.epsilon, factor);
        batch::forward(x, mean, factor, self.affine.beta(pass.store, pass.parameters, zeros), y);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let (input, epsilon) = (pass.inputs[0], self.epsilon);
        let [mean, variance] = lines::split(pass.saved, pass.width);
        let [factor, ones, dbeta, dgamma] = lines::split(pass.scratch, pass.width);
        let dx = input.gradient.map_or(Span::default(), |target| target.span);
        let [_, running] = Self::running(pass);
        let batch = Self::uses_batch(pass);
        let ([x, dy, mean, variance], [dx, factor, ones, dbeta, dgamma]) =
            pass.work.split([input.value, pass.gradient, mean, variance], [dx, factor, ones, dbeta, dgamma]);
        if batch {
            batch::parameter_gradients(x, [mean, variance], epsilon, dy, [dbeta, dgamma, factor]);
            self.affine.learn(pass.store, pass.parameter_gradients, [dgamma, dbeta], pass.accumulate);
        }
        let Some(target) = input.gradient else { return };
        let gamma = self.affine.gamma(pass.store, pass.parameters, ones);
        if batch {
            batch::factors(variance, gamma, epsilon, factor);
            batch::backward(x, [mean, variance, factor], epsilon, dy, [dbeta, dgamma], dx, target.accumulate);
        } else {
            batch::factors(pass.store.read(running), gamma, epsilon, factor);
            batch::backward_fixed(factor, dy, dx, target.accumulate);
        }
    }

    fn commit(&self, pass: &mut Pass<'_>) {
        if Self::uses_batch(pass) {
            for (running, new) in Self::running(pass).into_iter().zip(lines::split::<2>(pass.saved, pass.width)) {
                batch::average(self.momentum, pass.store.write(running), pass.work.read(new));
            }
        }
    }
}
