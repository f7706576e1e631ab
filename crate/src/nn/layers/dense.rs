//! The dense layer: `y = f(x·W + b)`.

use super::only;
use crate::error::Result;
use crate::kernels::activation::{self, Activation};
use crate::kernels::gemm::{Epilogue, Matrix, Size, gemm, scratch_len};
use crate::kernels::reduce::column_sums;
use crate::nn::constraint::Constraint;
use crate::nn::layer::{Needs, Operation, Parameter, ParameterName, Pass, Reads, Start, Target};
use crate::nn::penalty::Penalty;

/// A dense layer whose activation, if any, is element-wise with a derivative that its output gives: it is applied as the product leaves the
/// registers. Others are an [`Activate`](super::activate::Activate) behind a linear one.
pub struct Dense {
    /// Columns of the kernel.
    pub units: usize,
    /// The activation; `None` is linear.
    pub activation: Option<Activation>,
    /// Whether the kernel is another layer's, transposed: `[units, in]`. The rules for a kernel of its own are not used then.
    pub tied: bool,
    /// How the kernel `[in, units]` starts.
    pub kernel: Start,
    /// The kernel's penalty and constraint.
    pub kernel_rules: (Penalty, Constraint),
    /// How the bias `[1, units]` starts, its penalty and constraint; `None` without bias.
    pub bias: Option<(Start, Penalty, Constraint)>,
}

impl Dense {
    /// The kernel as a matrix `[in, units]`.
    fn kernel<'a>(&self, data: &'a [f32], inputs: usize) -> Matrix<'a> {
        if self.tied { Matrix::new(data, inputs).transposed() } else { Matrix::new(data, self.units) }
    }

    /// The bias's place among the operation's own parameters.
    fn bias_at(&self) -> usize {
        usize::from(!self.tied)
    }

    /// The gradients of kernel and bias. A function of its own, as the next is, so that a profile tells the two products apart.
    #[inline(never)]
    fn learn(&self, pass: &mut Pass<'_>) {
        let (input, units) = (pass.inputs[0], self.units);
        let ([x, dy], [scratch]) = pass.work.split([input.value, pass.gradient], [pass.scratch]);
        let x = pass.source.unwrap_or(x);
        // xᵀ·dy, or for a transposed kernel dyᵀ·x.
        let mut sides = [(x, input.width), (dy, units)];
        if self.tied {
            sides.swap(0, 1);
        }
        let [a, b] = sides.map(|(data, width)| Matrix::new(data, width));
        let [(_, m), (_, n)] = sides;
        let epilogue = Epilogue { accumulate: pass.kernel.accumulate, ..Epilogue::default() };
        let gradient = pass.learning.write(pass.kernel.gradient);
        gemm(Size { m, n, k: pass.rows }, a.transposed(), b, gradient, n, epilogue, scratch);
        if let Some(&bias) = pass.parameter_gradients.get(self.bias_at()) {
            column_sums(dy, pass.learning.write(bias), pass.accumulate);
        }
    }

    /// The gradient of the input: `dy·Wᵀ`.
    #[inline(never)]
    fn pass_back(&self, pass: &mut Pass<'_>, target: Target) {
        let (input, units, rows) = (pass.inputs[0], self.units, pass.rows);
        let ([dy], [dx, scratch]) = pass.work.split([pass.gradient], [target.span, pass.scratch]);
        let kernel = self.kernel(pass.store.read(pass.kernel.values), input.width).transposed();
        let size = Size { m: rows, n: input.width, k: units };
        let epilogue = Epilogue { accumulate: target.accumulate, ..Epilogue::default() };
        gemm(size, Matrix::new(dy, units), kernel, dx, input.width, epilogue, scratch);
    }
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
        let mut parameters = Vec::new();
        if !self.tied {
            parameters.push(kernel);
        }
        parameters.extend(bias);
        parameters
    }

    fn needs(&self, rows: usize, inputs: &[usize]) -> Needs {
        let (m, n, k) = (rows, self.units, inputs[0]);
        let learning = if self.tied { Size { m: n, n: k, k: m } } else { Size { m: k, n, k: m } };
        let scratch = [Size { m, n, k }, learning, Size { m, n: k, k: n }].map(scratch_len);
        Needs { saved: 0, scratch: scratch.into_iter().fold(0, usize::max) }
    }

    fn backward_reads(&self, learns: bool) -> Reads {
        Reads { inputs: learns, output: self.activation.is_some() }
    }

    fn reads_in_place(&self) -> bool {
        true
    }

    fn forward(&self, pass: &mut Pass<'_>) {
        let input = pass.inputs[0];
        let ([x], [y, scratch]) = pass.work.split([input.value], [pass.output, pass.scratch]);
        let x = pass.source.unwrap_or(x);
        let epilogue = Epilogue {
            accumulate: false,
            bias: pass.parameters.get(self.bias_at()).map(|&bias| pass.store.read(bias)),
            activation: self.activation.as_ref(),
        };
        let kernel = self.kernel(pass.store.read(pass.kernel.values), input.width);
        let size = Size { m: pass.rows, n: self.units, k: input.width };
        gemm(size, Matrix::new(x, input.width), kernel, y, self.units, epilogue, scratch);
    }

    fn backward(&self, pass: &mut Pass<'_>) {
        if let Some(activation) = &self.activation {
            let ([y], [gradient]) = pass.work.split([pass.output], [pass.gradient]);
            activation::backward_in_place(activation, self.units, y, gradient);
        }
        if pass.trainable {
            self.learn(pass);
        }
        if let Some(target) = pass.inputs[0].gradient {
            self.pass_back(pass, target);
        }
    }
}
