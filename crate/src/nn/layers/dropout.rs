//! Dropout as a layer: active in training only.

use super::{add, only};
use crate::error::Result;
use crate::kernels::dropout::dropout;
use crate::nn::layer::{Operation, Pass, Reads};
use crate::rng::{Purpose, Stream};

/// Sets each input to zero with probability `rate` and scales the others by `1 / (1 − rate)`.
pub struct Dropout {
    /// The share that is dropped, in [0, 1).
    pub rate: f64,
}

impl Dropout {
    fn stream(pass: &Pass<'_>) -> Stream {
        Stream::new(pass.seed, Purpose::Dropout, pass.stream, pass.step)
    }
}

impl Operation for Dropout {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        only(inputs)
    }

    fn backward_reads(&self, _learns: bool) -> Reads {
        Reads { inputs: false, output: false }
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let x = pass.inputs[0].value;
        if pass.training {
            let stream = Self::stream(pass);
            let ([x], [y]) = pass.work.split([x], [pass.output]);
            dropout(&stream, self.rate, x, y, false);
        } else {
            add(pass.work, x, pass.output, false);
        }
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        if let Some(target) = pass.inputs[0].gradient {
            let stream = Self::stream(pass);
            let ([dy], [dx]) = pass.work.split([pass.gradient], [target.span]);
            dropout(&stream, self.rate, dy, dx, target.accumulate);
        }
    }
}
