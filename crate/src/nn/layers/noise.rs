//! Gaussian noise as a layer: active in training only.

use super::only;
use crate::error::Result;
use crate::kernels::noise::add_normal;
use crate::kernels::reduce;
use crate::nn::layer::{Operation, Pass};
use crate::rng::{Purpose, Stream};

/// Adds normal numbers of mean 0.
pub struct GaussianNoise {
    /// Their standard deviation.
    pub deviation: f64,
}

impl Operation for GaussianNoise {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        only(inputs)
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let ([x], [y]) = pass.work.split([pass.inputs[0].value], [pass.output]);
        if pass.training {
            let stream = Stream::new(pass.seed, Purpose::Noise, pass.stream, pass.step);
            add_normal(&stream, self.deviation as f32, x, y);
        } else {
            reduce::add(x, y, false);
        }
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        if let Some(target) = pass.inputs[0].gradient {
            let ([dy], [dx]) = pass.work.split([pass.gradient], [target.span]);
            reduce::add(dy, dx, target.accumulate);
        }
    }
}
