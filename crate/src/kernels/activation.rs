//! Activations, both directions side by side. Adding a member means adding a row to the table and an implementation of `Function`.

use super::math::Math;
use super::softmax;
use crate::simd::{F32x4, LANES};
use crate::vocabulary;

vocabulary! {
    /// `y = f(x)`, element by element save for the last two.
    pub enum Activation {
        /// `x`.
        Linear "linear" {}
        /// `1 / (1 + e⁻ˣ)`.
        Sigmoid "sigmoid" {}
        /// `tanh x`.
        Tanh "tanh" {}
        /// `max(x, 0)`; derivative 0 at 0.
        Relu "relu" {}
        /// `x` above 0, else `negativeSlope · x`; derivative `negativeSlope` at 0.
        LeakyRelu "leakyRelu" {
            /// The slope below 0.
            negative_slope "negativeSlope" Finite => 0.01;
        }
        /// `x` above 0, else `alpha · (eˣ − 1)`.
        Elu "elu" {
            /// Minus the limit at −∞.
            alpha "alpha" Finite => 1.0;
        }
        /// `1.0507 · elu(x; 1.6733)` (Klambauer et al., 2017).
        Selu "selu" {}
        /// `x` above 0, else `alpha · (e^(x / alpha) − 1)`.
        Celu "celu" {
            /// Minus the limit at −∞.
            alpha "alpha" Positive => 1.0;
        }
        /// `x · Φ(x)`, or its approximation by tanh (Hendrycks and Gimpel, 2016).
        Gelu "gelu" {
            /// Which.
            approximate "approximate" Choice(&["none", "tanh"]) => 0.0;
        }
        /// `x · sigmoid(x)`.
        Silu "silu" {}
        /// `x · tanh(softplus(x))` (Misra, 2019).
        Mish "mish" {}
        /// `ln(1 + eˣ)`.
        Softplus "softplus" {}
        /// `x / (1 + |x|)`.
        Softsign "softsign" {}
        /// `x / 6 + ½` cut to [0, 1]; derivative 0 at ±3.
        HardSigmoid "hardSigmoid" {}
        /// `x · hardSigmoid(x)`; derivative 0 at −3 and 1 at 3.
        HardSilu "hardSilu" {}
        /// `x` cut to [−1, 1]; derivative 0 at ±1.
        HardTanh "hardTanh" {}
        /// `x` cut to [0, 6]; derivative 0 at 0 and 6.
        Relu6 "relu6" {}
        /// `eˣ`.
        Exponential "exponential" {}
        /// `−ln(1 + e⁻ˣ)`.
        LogSigmoid "logSigmoid" {}
        /// `e^xⱼ / Σ e^xₖ` over a row.
        Softmax "softmax" {}
        /// The logarithm of softmax over a row.
        LogSoftmax "logSoftmax" {}
    }
}

impl Activation {
    /// Whether an element of the output depends on the whole row.
    pub fn is_row_wise(&self) -> bool {
        matches!(self, Self::Softmax {} | Self::LogSoftmax {})
    }

    /// Whether it does nothing.
    pub fn is_linear(&self) -> bool {
        matches!(self, Self::Linear {})
    }

    /// Whether the derivative is taken from the input; else from the output.
    pub fn needs_input(&self) -> bool {
        match *self {
            Self::LeakyRelu { negative_slope } => negative_slope < 0.0,
            Self::Elu { alpha } => alpha < 0.0,
            Self::Gelu { .. } | Self::Silu {} | Self::Mish {} | Self::Softplus {} | Self::Softsign {} | Self::LogSigmoid {} => true,
            Self::HardSigmoid {} | Self::HardSilu {} => true,
            _ => false,
        }
    }
}

/// An element-wise activation: its value at x, and its derivative from x or from the value, as [`Activation::needs_input`] says.
trait Function {
    fn value(&self, x: F32x4) -> F32x4;
    fn derivative(&self, saved: F32x4) -> F32x4;
}

/// Two closures are a function.
struct Pair<V, D>(V, D);

impl<V: Fn(F32x4) -> F32x4, D: Fn(F32x4) -> F32x4> Function for Pair<V, D> {
    #[inline(always)]
    fn value(&self, x: F32x4) -> F32x4 {
        self.0(x)
    }
    #[inline(always)]
    fn derivative(&self, saved: F32x4) -> F32x4 {
        self.1(saved)
    }
}

/// What a loop over elements does with a function.
trait Job {
    fn run(self, function: impl Function);
}

/// Runs `job` with the function of an element-wise activation.
fn dispatch(activation: &Activation, job: impl Job) {
    use Activation as A;
    let math = Math::new();
    let constant = super::math::constant;
    let (zero, one, half) = (F32x4::zero(), math.one(), constant(0.5));
    let step = move |y: F32x4| zero.lt(y) & one;
    match *activation {
        A::Linear {} | A::Softmax {} | A::LogSoftmax {} => job.run(Pair(|x| x, |_| one)),
        A::Relu {} => job.run(Pair(|x: F32x4| x.max_fast(zero), |y: F32x4| y.le(zero).select(zero, y.eq(y).select(one, y)))),
        A::Sigmoid {} => job.run(Pair(|x| math.sigmoid(x), |y: F32x4| y * (one - y))),
        A::Tanh {} => job.run(Pair(|x| math.tanh(x), |y: F32x4| one - y * y)),
        A::LeakyRelu { negative_slope } => {
            let slope = constant(negative_slope as f32);
            job.run(Pair(|x: F32x4| zero.lt(x).select(x, x * slope), |s: F32x4| zero.lt(s).select(one, slope)));
        }
        A::Elu { alpha } => exponential_linear(alpha, 1.0, 1.0, alpha < 0.0, job),
        A::Selu {} => exponential_linear(1.673_263_242_354_377_2 * 1.050_700_987_355_480_5, 1.0, 1.050_700_987_355_480_5, false, job),
        A::Celu { alpha } => exponential_linear(alpha, 1.0 / alpha, 1.0, false, job),
        A::Gelu { approximate: 0.0 } => {
            let peak = constant(0.398_942_28);
            job.run(Pair(
                |x: F32x4| (x.eq(-constant(f32::INFINITY))).select(zero - zero, x * math.normal_cdf(x)),
                |x: F32x4| {
                    let bounded = x.max_fast(constant(-40.0)).min_fast(constant(40.0));
                    math.normal_cdf(x) + bounded * peak * math.exp(-half * bounded * bounded)
                },
            ));
        }
        A::Gelu { .. } => {
            let (c, k) = (constant(0.797_884_56), constant(0.044_715));
            let inner = move |x: F32x4| c * (x + k * x * x * x);
            job.run(Pair(
                // 0.5 · (1 + tanh u) is sigmoid(2u), which does not cancel in the lower tail.
                |x: F32x4| x.eq(-constant(f32::INFINITY)).select(zero, x * math.sigmoid(inner(x) + inner(x))),
                |x: F32x4| {
                    let x = x.max_fast(constant(-40.0)).min_fast(constant(40.0));
                    let s = math.sigmoid(inner(x) + inner(x));
                    s + x * s * (one - s) * (c + c) * (one + constant(3.0) * k * x * x)
                },
            ));
        }
        A::Silu {} => job.run(Pair(
            |x: F32x4| x.eq(-constant(f32::INFINITY)).select(zero, x * math.sigmoid(x)),
            |x: F32x4| {
                let s = math.sigmoid(x);
                let x = x.max_fast(constant(-120.0)).min_fast(constant(120.0));
                s + x * s * (one - s)
            },
        )),
        A::Mish {} => job.run(Pair(
            |x: F32x4| x.eq(-constant(f32::INFINITY)).select(zero, x * math.tanh(math.softplus(x))),
            |x: F32x4| {
                let t = math.tanh(math.softplus(x));
                let x = x.max_fast(constant(-120.0)).min_fast(constant(120.0));
                t + x * (one - t * t) * math.sigmoid(x)
            },
        )),
        A::Softplus {} => job.run(Pair(|x| math.softplus(x), |x| math.sigmoid(x))),
        A::LogSigmoid {} => job.run(Pair(|x: F32x4| -math.softplus(-x), |x: F32x4| math.sigmoid(-x))),
        A::Softsign {} => job.run(Pair(
            |x: F32x4| {
                let far = constant(f32::MAX);
                let x = x.max_fast(-far).min_fast(far);
                x / (one + x.abs())
            },
            |x: F32x4| {
                let d = one + x.abs();
                one / (d * d)
            },
        )),
        A::HardSigmoid {} => {
            let (sixth, three) = (constant(1.0 / 6.0), constant(3.0));
            job.run(Pair(
                |x: F32x4| ((x + three) * sixth).max_fast(zero).min_fast(one),
                |x: F32x4| keep_nan(x, (-three).lt(x) & x.lt(three) & sixth),
            ));
        }
        A::HardSilu {} => {
            let (sixth, three) = (constant(1.0 / 6.0), constant(3.0));
            job.run(Pair(
                |x: F32x4| x.le(-three).select(zero, x.ge(three).select(x, x * (x + three) * sixth)),
                |x: F32x4| {
                    let inner = (x + x + three) * sixth;
                    keep_nan(x, x.le(-three).select(zero, x.ge(three).select(one, inner)))
                },
            ));
        }
        A::HardTanh {} => job.run(Pair(
            |x: F32x4| x.max_fast(-one).min_fast(one),
            |y: F32x4| keep_nan(y, (-one).lt(y) & y.lt(one) & one),
        )),
        A::Relu6 {} => {
            let six = constant(6.0);
            job.run(Pair(|x: F32x4| x.max_fast(zero).min_fast(six), |y: F32x4| keep_nan(y, step(y) & y.lt(six))));
        }
        A::Exponential {} => job.run(Pair(|x| math.exp(x), |y| y)),
    }
}

/// `value`, or NaN where `x` is.
#[inline(always)]
fn keep_nan(x: F32x4, value: F32x4) -> F32x4 {
    x.eq(x).select(value, x)
}

/// `above · x` for positive x, else `scale · (e^(rate · x) − 1)`.
fn exponential_linear(scale: f64, rate: f64, above: f64, from_input: bool, job: impl Job) {
    let math = Math::new();
    let constant = super::math::constant;
    let [scale, rate, above] = [scale, rate, above].map(|x| constant(x as f32));
    let zero = F32x4::zero();
    job.run(Pair(
        |x: F32x4| zero.lt(x).select(x * above, scale * math.expm1_low((x * rate).min_fast(zero))),
        |s: F32x4| {
            let below = if from_input { scale * rate * math.exp(s * rate) } else { (s + scale) * rate };
            zero.lt(s).select(above, below)
        },
    ));
}

/// `y = f(x)`; `columns` is the width of a row.
///
/// # Panics
/// When the lengths differ.
pub fn forward(activation: &Activation, columns: usize, x: &[f32], y: &mut [f32]) {
    y.copy_from_slice(x);
    forward_in_place(activation, columns, y);
}

/// `x ← f(x)`; `columns` is the width of a row.
pub fn forward_in_place(activation: &Activation, columns: usize, x: &mut [f32]) {
    match activation {
        Activation::Linear {} => {}
        Activation::Softmax {} => softmax::softmax(columns, x),
        Activation::LogSoftmax {} => softmax::log_softmax(columns, x),
        _ => dispatch(activation, Forward(x)),
    }
}

/// `gradient ← gradient · f'`, with `saved` the input or the output, as [`Activation::needs_input`] says.
pub fn backward_in_place(activation: &Activation, columns: usize, saved: &[f32], gradient: &mut [f32]) {
    match activation {
        Activation::Linear {} => {}
        Activation::Softmax {} => softmax::softmax_backward(columns, saved, gradient),
        Activation::LogSoftmax {} => softmax::log_softmax_backward(columns, saved, gradient),
        _ => dispatch(activation, Backward(saved, gradient)),
    }
}

/// `out = upstream · f'`, added to what `out` holds when `accumulate`.
///
/// # Panics
/// When the lengths differ.
pub fn backward(activation: &Activation, columns: usize, saved: &[f32], upstream: &[f32], out: &mut [f32], accumulate: bool) {
    if !accumulate {
        out.copy_from_slice(upstream);
        return backward_in_place(activation, columns, saved, out);
    }
    // A value with several users is rare: block by block through a small copy.
    let mut block = [0.0; 64 * LANES];
    let step = if activation.is_row_wise() { columns } else { block.len() };
    for ((saved, upstream), out) in saved.chunks(step).zip(upstream.chunks(step)).zip(out.chunks_mut(step)) {
        if upstream.len() > block.len() {
            let mut row = upstream.to_vec();
            backward_in_place(activation, columns, saved, &mut row);
            super::reduce::add(&row, out, true);
            continue;
        }
        let block = &mut block[..upstream.len()];
        block.copy_from_slice(upstream);
        backward_in_place(activation, columns, saved, block);
        super::reduce::add(block, out, true);
    }
}

struct Forward<'a>(&'a mut [f32]);

impl Job for Forward<'_> {
    #[inline(always)]
    fn run(self, function: impl Function) {
        let mut chunks = self.0.chunks_exact_mut(LANES);
        for x in chunks.by_ref() {
            function.value(F32x4::from_slice(x)).to_slice(x);
        }
        let rest = chunks.into_remainder();
        if !rest.is_empty() {
            function.value(F32x4::from_partial(rest, 0.0)).to_partial(rest);
        }
    }
}

struct Backward<'a>(&'a [f32], &'a mut [f32]);

impl Job for Backward<'_> {
    #[inline(always)]
    fn run(self, function: impl Function) {
        let (mut saved, mut gradient) = (self.0.chunks_exact(LANES), self.1.chunks_exact_mut(LANES));
        for (s, g) in saved.by_ref().zip(gradient.by_ref()) {
            (F32x4::from_slice(g) * function.derivative(F32x4::from_slice(s))).to_slice(g);
        }
        let (s, g) = (saved.remainder(), gradient.into_remainder());
        if !g.is_empty() {
            (F32x4::from_partial(g, 0.0) * function.derivative(F32x4::from_partial(s, 0.0))).to_partial(g);
        }
    }
}
