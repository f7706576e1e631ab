//! Gaussian noise as a layer: active in training only.

use super::{add, only};
use crate::error::Result;
use crate::kernels::noise::add_normal;
use crate::nn::layer::{Operation, Pass, Reads};
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

    fn backward_reads(&self, _learns: bool) -> Reads {
        Reads { inputs: false, output: false }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let x = pass.inputs[0].value;
        if pass.training {
            let stream = Stream::new(pass.seed, Purpose::Noise, pass.stream, pass.step);
            let ([x], [y]) = pass.work.split([x], [pass.output]);
            add_normal(&stream, self.deviation as f32, x, y);
        } else {
            add(pass.work, x, pass.output, false);
        }
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        if let Some(target) = pass.inputs[0].gradient {
            add(pass.work, pass.gradient, target.span, target.accumulate);
        }
    }
}
