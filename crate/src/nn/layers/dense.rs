//! The dense layer: `y = f(x·W + b)`.

use super::only;
use crate::error::Result;
use crate::kernels::activation::{self, Activation};
use crate::kernels::gemm::{Epilogue, Matrix, Size, gemm, scratch_len};
use crate::kernels::reduce::column_sums;
use crate::nn::constraint::Constraint;
use crate::nn::layer::{Needs, Operation, Parameter, ParameterName, Pass, Start};
use crate::nn::penalty::Penalty;

/// A dense layer whose activation, if any, is element-wise with a derivative that its output gives: it is applied as the product leaves the
/// registers. Others are an [`Activate`](super::activate::Activate) behind a linear one.
pub struct Dense {
    /// Columns of the kernel.
    pub units: usize,
    /// The activation; `None` is linear.
    pub activation: Option<Activation>,
    /// How the kernel `[in, units]` starts.
    pub kernel: Start,
    /// The kernel's penalty and constraint.
    pub kernel_rules: (Penalty, Constraint),
    /// How the bias `[1, units]` starts, its penalty and constraint; `None` without bias.
    pub bias: Option<(Start, Penalty, Constraint)>,
}

impl Operation for Dense {
    fn width(&self, inputs: &[usize]) -> Result<usize> {
        only(inputs).map(|_| self.units)
    }

    fn parameters(&self, inputs: &[usize]) -> Vec<Parameter> {
        let (penalty, constraint) = self.kernel_rules;
        let kernel =
            Parameter::new(ParameterName::Kernel, inputs[0], self.units, self.kernel).held(penalty, constraint);
        let bias = self.bias.map(|(start, penalty, constraint)| {
            Parameter::vector(ParameterName::Bias, self.units, start).held(penalty, constraint)
        });
        [Some(kernel), bias].into_iter().flatten().collect()
    }

    fn needs(&self, rows: usize, inputs: &[usize]) -> Result<Needs> {
        let (m, n, k) = (rows, self.units, inputs[0]);
        let scratch = [Size { m, n, k }, Size { m: k, n, k: m }, Size { m, n: k, k: n }].map(scratch_len);
        Ok(Needs { saved: 0, scratch: scratch.into_iter().fold(0, usize::max) })
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        let ([x], [y, scratch]) = pass.work.split([input.value], [pass.output, pass.scratch]);
        let epilogue = Epilogue {
            accumulate: false,
            bias: pass.parameters.get(1).map(|&bias| pass.store.read(bias)),
            activation: self.activation.as_ref(),
        };
        let kernel = Matrix::new(pass.store.read(pass.parameters[0]), self.units);
        let size = Size { m: pass.rows, n: self.units, k: input.width };
        gemm(size, Matrix::new(x, input.width), kernel, y, self.units, epilogue, scratch);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        let (input, units, rows) = (pass.inputs[0], self.units, pass.rows);
        if let Some(activation) = &self.activation {
            let ([y], [gradient]) = pass.work.split([pass.output], [pass.gradient]);
            activation::backward_in_place(activation, units, y, gradient);
        }
        if pass.trainable {
            let ([x, dy], [scratch]) = pass.work.split([input.value, pass.gradient], [pass.scratch]);
            let size = Size { m: input.width, n: units, k: rows };
            let epilogue = Epilogue { accumulate: pass.accumulate, ..Epilogue::default() };
            let kernel = pass.store.write(pass.parameter_gradients[0]);
            gemm(
                size,
                Matrix::new(x, input.width).transposed(),
                Matrix::new(dy, units),
                kernel,
                units,
                epilogue,
                scratch,
            );
            if let Some(&bias) = pass.parameter_gradients.get(1) {
                column_sums(dy, pass.store.write(bias), pass.accumulate);
            }
        }
        if let Some(target) = input.gradient {
            let ([dy], [dx, scratch]) = pass.work.split([pass.gradient], [target.span, pass.scratch]);
            let kernel = Matrix::new(pass.store.read(pass.parameters[0]), units).transposed();
            let size = Size { m: rows, n: input.width, k: units };
            let epilogue = Epilogue { accumulate: target.accumulate, ..Epilogue::default() };
            gemm(size, Matrix::new(dy, units), kernel, dx, input.width, epilogue, scratch);
        }
    }
}
